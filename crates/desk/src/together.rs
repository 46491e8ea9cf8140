//! What others do in drafts that are open here: what they wrote is taken in, and a draft that was frozen,
//! freed or taken away is opened anew.

use andu_api::{DeskEvent, Tag};
use andu_sync::{Operation, ScopePage};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{open::OpenDesk, revision, writing};

/// Takes in what came, once the store has it.
pub(crate) fn took_in(desk: &OpenDesk, pages: &[ScopePage]) {
    let changes = pages.iter().flat_map(|page| &page.changes);
    let updates = changes.filter(|change| {
        let carries = matches!(change.entity.as_str(), "draft_update" | "revision_text");
        carries && change.operation == Operation::Put
    });
    for change in updates {
        let text = |name: &str| change.row[name].as_str().unwrap_or_default();
        let draft_id = text("draft_id");
        let Some(open) = desk.writings.find(draft_id) else {
            continue;
        };
        let column = match change.entity.as_str() {
            "draft_update" => "update_v1",
            // Only where it is reviewed here: another text is no part of that one.
            _ if open.review().is_none() => continue,
            _ => "state_v1",
        };
        let Ok(update) = STANDARD.decode(text(column)) else {
            continue;
        };
        match open.merge(&update) {
            Ok(false) => {}
            Ok(true) => {
                desk.events.send(DeskEvent::Text {
                    draft_id: draft_id.to_owned(),
                    update: text(column).to_owned(),
                });
                desk.previews.changed(desk, draft_id);
            }
            Err(error) => {
                tracing::warn!(draft = draft_id, key = error.key, "opened anew");
                reopen(desk, draft_id);
            }
        }
    }
}

/// Looks whether each open draft still stands as it was opened.
pub(crate) fn look_again(desk: &OpenDesk) {
    for open in desk.writings.open_ones() {
        let id = &open.draft_id;
        let Ok(record) = desk.store.read(|reader| reader.draft_if_there(id)) else {
            continue;
        };
        let Some(record) = record else {
            // It was taken away: there is nothing left to write to.
            desk.writings.forget(id);
            desk.previews.close(id);
            reopen(desk, id);
            continue;
        };
        let review = revision::standing(desk, &record).unwrap_or_default();
        if open.review().is_some() || review.is_some() {
            // As the words change, so does the standing; what was opened stays.
            if open.review().map(revision::mode) != review.as_ref().map(revision::mode) {
                reopen(desk, id);
            }
            continue;
        }
        let writes = writing::writes_in(desk, &record).unwrap_or(false);
        if open.is_read_only() == (writes && writing::is_free(&record)) {
            reopen(desk, id);
        }
    }
    desk.lines.look(desk);
}

/// Something of these drafts was set aside: what is open of them says what the store does not.
pub(crate) fn set_aside(desk: &OpenDesk, drafts: &[String]) {
    for id in drafts {
        if desk.writings.find(id).is_some() {
            reopen(desk, id);
        }
    }
    if !drafts.is_empty() {
        desk.events.stale(&[Tag::CoDraft, Tag::Drafts]);
    }
}

fn reopen(desk: &OpenDesk, id: &str) {
    desk.events.send(DeskEvent::Reopen {
        draft_id: id.to_owned(),
    });
}
