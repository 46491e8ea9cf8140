//! What was done at this desk and where each of it stands: saved here, sent, done, refused with the reason
//! and what to do now.

use std::collections::BTreeSet;

use andu_api::{
    ApiError,
    setting::{SyncItem, SyncItemState, SyncTakeBack},
    text,
};
use andu_app::{queue, refused};
use andu_store::{DraftRecord, OwnCommand, Progress, Reader};
use andu_sync::Reason;

use crate::open::OpenDesk;

/// Items that were done and are still shown.
const SHOWN_DONE: u32 = 20;
/// Refusals that are shown.
const SHOWN_REFUSED: u32 = 100;
/// Signs of what names an item that is about no draft.
const TITLE_AT_MOST: usize = 30;
/// Items in all.
const SHOWN: usize = 500;

/// What was done here, what needs a person first, then the newest first. Keystrokes of one draft are one
/// item.
///
/// # Errors
/// The store's own.
pub fn items(open: &OpenDesk) -> Result<Vec<SyncItem>, ApiError> {
    open.store.read(|reader| -> Result<_, ApiError> {
        let mut items = Vec::new();
        for draft in reader.drafts_refused(SHOWN_REFUSED)? {
            items.push(refused_about(&draft));
        }
        for act in refused::acts(reader)? {
            items.push(SyncItem {
                id: String::new(),
                kind: act.kind,
                draft_id: String::new(),
                title: act.title,
                at: act.at,
                state: SyncItemState::Refused,
                reason: text::reason_sentence(&act.reason),
                said: act.said,
                people: act.people,
            });
        }
        let mut written = BTreeSet::new();
        for own in reader.own_commands(SHOWN_DONE)? {
            let is_text = own.command.kind == "draft_update";
            let is_noted = own.progress == Progress::Refused;
            if is_noted || (is_text && !written.insert(own.draft_id.clone())) {
                continue;
            }
            let draft = reader.draft_if_there(&own.draft_id)?;
            items.push(item(open, reader, own, draft)?);
            if items.len() >= SHOWN {
                break;
            }
        }
        Ok(items)
    })
}

/// Takes back what was done last about something, if it was not sent yet. Says whether it could be.
///
/// # Errors
/// The store's own.
pub fn take_back(open: &OpenDesk, about: &SyncTakeBack) -> Result<bool, ApiError> {
    Ok(queue::take_back_about(&open.store, &about.id)?)
}

/// What fits a line of the panel.
fn short(said: &str) -> String {
    let mut signs = said
        .chars()
        .map(|sign| if sign == '\n' { ' ' } else { sign });
    let short: String = signs.by_ref().take(TITLE_AT_MOST).collect();
    match signs.next() {
        Some(_) => short + "…",
        None => short,
    }
}

fn refused_about(draft: &DraftRecord) -> SyncItem {
    // Refusals of older versions do not say which act it was.
    let reason = serde_json::from_str::<Reason>(&draft.refusal).ok();
    let act = reason
        .as_ref()
        .and_then(|noted| noted.fields.get(queue::REFUSED_ACT));
    SyncItem {
        id: String::new(),
        kind: act.cloned().unwrap_or_default(),
        draft_id: draft.id.clone(),
        title: draft.title.clone(),
        at: draft.changed_at.clone(),
        state: SyncItemState::Refused,
        reason: reason.map_or_else(String::new, |reason| text::reason_sentence(&reason)),
        said: String::new(),
        people: Vec::new(),
    }
}

fn item(
    open: &OpenDesk,
    reader: Reader<'_>,
    own: OwnCommand,
    draft: Option<DraftRecord>,
) -> Result<SyncItem, ApiError> {
    // What is about no draft of its own is named by the document it is about, else by what it says itself.
    let about = refused::title_of(reader, &own.command.args)?;
    let names = ["text", "name", "title"].iter();
    let named = names
        .filter_map(|name| own.command.args[name].as_str())
        .next();
    let (draft_id, title) = match draft {
        Some(draft) => (draft.id, draft.title),
        None if !about.is_empty() => (String::new(), about),
        None => (String::new(), short(named.unwrap_or_default())),
    };
    Ok(SyncItem {
        id: own.command.id.as_text(),
        draft_id,
        title,
        at: own.command.claimed_at,
        state: match own.progress {
            Progress::Held => SyncItemState::Held,
            Progress::Waiting => open.sync.waits(own.command.id),
            Progress::Done => SyncItemState::Done,
            Progress::Refused => SyncItemState::Refused,
        },
        kind: own.command.kind,
        reason: String::new(),
        said: String::new(),
        people: Vec::new(),
    })
}
