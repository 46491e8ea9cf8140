//! A text that is reviewed at this desk: what is suggested in it stays here until it is sent, also without a network,
//! and is decided by the primary.

use andu_api::{
    ApiError,
    caller::Caller as _,
    draft::{self, CommandOutcome, DraftRef, ReviewMode, TextUpdate},
    revision::{RevisionChoice, RevisionSettle, RevisionSettled},
    text,
};
use andu_app::process::{self, REVISION, Revise, Settled, Standing, substance};
use andu_draft::{Choice, DraftText, Suggestion};
use andu_store::{DraftRecord, RevisionWork};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{clock, open::OpenDesk, writing};

/// What the desk's person may do to a draft that is reviewed; `None`: read it.
pub(crate) fn standing(
    desk: &OpenDesk,
    record: &DraftRecord,
) -> Result<Option<Standing>, ApiError> {
    let me = desk.person.id.as_text();
    let found = desk
        .store
        .read(|reader| process::standing(reader, record, &me))?;
    Ok(found)
}

/// The same as the page is told it.
pub(crate) fn mode(standing: &Standing) -> ReviewMode {
    ReviewMode {
        revises: standing.revises.is_some(),
        settles: standing.settles.is_some(),
    }
}

fn base(
    desk: &OpenDesk,
    record: &DraftRecord,
    client_id: u64,
) -> Result<Option<DraftText>, ApiError> {
    let me = desk.person.id.as_text();
    let found = desk
        .store
        .read(|reader| process::base(reader, record, (&me, client_id)))?;
    Ok(found)
}

/// The text as the primary has it, with what was written here on top; `None` where it is not here yet.
pub(crate) fn text(
    desk: &OpenDesk,
    record: &DraftRecord,
    client_id: u64,
) -> Result<Option<DraftText>, ApiError> {
    let Some(mut text) = base(desk, record, client_id)? else {
        return Ok(None);
    };
    if let Some(work) = desk.store.read(|reader| reader.revision_work(&record.id))? {
        let joined = text.apply_update(&work.state);
        joined.map_err(andu_app::Refusal::from)?;
    }
    Ok(Some(text))
}

/// The text with what is suggested in it, as the desk's person has it; `None` where it is not here.
pub(crate) fn shown(desk: &OpenDesk, record: &DraftRecord) -> Result<Option<DraftText>, ApiError> {
    let me = desk.person.id.as_text();
    let reviewed = desk.store.read(|reader| reader.instance_of(&record.id))?;
    match reviewed.is_some() && (standing(desk, record)?.is_some() || record.author_id == me) {
        true => text(desk, record, 1),
        false => Ok(None),
    }
}

/// Keeps what is written here on the disk.
pub(crate) fn keep(desk: &OpenDesk, id: &str, text: &DraftText) -> Result<(), ApiError> {
    let known = desk.store.read(|reader| reader.revision_work(id))?;
    let content = known.map_or_else(String::new, |known| known.content);
    put(desk, id, text, content)
}

fn put(desk: &OpenDesk, id: &str, text: &DraftText, content: String) -> Result<(), ApiError> {
    let work = RevisionWork {
        draft_id: id.to_owned(),
        state: text.encode_state().map_err(andu_app::Refusal::from)?,
        content,
        changed_at: clock::now(),
    };
    Ok(desk.store.write(|tx| tx.revision_work_put(&work))?)
}

/// A draft that is reviewed, with the text under a client id of its own.
struct Open {
    record: DraftRecord,
    standing: Standing,
    text: DraftText,
}

impl Open {
    fn of(desk: &OpenDesk, id: &str) -> Result<Self, ApiError> {
        desk.writings.flush(desk, id)?;
        let record = desk.store.read(|reader| reader.draft(id))?;
        let none = || text::error("revision.not_in_review");
        let standing = standing(desk, &record)?.ok_or_else(none)?;
        let text = text(desk, &record, writing::random_client_id()?)?.ok_or_else(none)?;
        Ok(Self {
            record,
            standing,
            text,
        })
    }

    fn is_unsent(&self, desk: &OpenDesk) -> Result<bool, ApiError> {
        let me = desk.person.id.as_text();
        let unsent = desk
            .store
            .read(|reader| process::is_unsent(reader, &self.record, &me))?;
        Ok(unsent)
    }

    /// Has the primary decide about the text as it is here.
    fn send(&self, desk: &OpenDesk, settled: Vec<Settled>) -> Result<CommandOutcome, ApiError> {
        let not_allowed = || text::error("process.not_allowed");
        let visit = match settled.is_empty() {
            true => Some(self.standing.revises.clone().ok_or_else(not_allowed)?),
            false => self.standing.settles.clone().ok_or_else(not_allowed)?,
        };
        let id = &self.record.id;
        let document = self.text.to_document();
        let document = document.map_err(andu_app::Refusal::from)?.document;
        draft::hold_ceiling(desk, &document)?;
        let content = substance(&document);
        let none = || text::error("revision.not_in_review");
        let known = base(desk, &self.record, 1)?.ok_or_else(none)?;
        let update = self.text.encode_diff(&known.state_vector());
        // What was sent before is decided before this.
        let waiting = desk.look().read(|view| view.content_waiting(id))?;
        let args = Revise {
            id: format!("{REVISION}{id}"),
            instance_id: self.standing.instance_id.clone(),
            visit,
            from: waiting.unwrap_or(self.standing.content),
            content,
            update: STANDARD.encode(update.map_err(andu_app::Refusal::from)?),
            settled,
        };
        let kind = match args.settled.is_empty() {
            true => "revision_send",
            false => "revision_settle",
        };
        let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
        let outcome = draft::outcome(desk.act(kind, args)?);
        if !matches!(outcome, CommandOutcome::Rejected { .. }) {
            put(desk, id, &self.text, content.to_string())?;
        }
        Ok(outcome)
    }
}

/// Sends what the person has suggested.
///
/// # Errors
/// `revision.not_in_review`, `revision.nothing`, `draft.above_ceiling`.
pub fn send(desk: &OpenDesk, args: &DraftRef) -> Result<CommandOutcome, ApiError> {
    let open = Open::of(desk, &args.id)?;
    if !open.is_unsent(desk)? {
        return Err(text::error("revision.nothing"));
    }
    open.send(desk, Vec::new())
}

/// Accepts or rejects; what the person has suggested and not sent goes before.
///
/// # Errors
/// As [`send`]; `revision.decided` where nothing open is meant.
pub fn settle(desk: &OpenDesk, args: &RevisionSettle) -> Result<RevisionSettled, ApiError> {
    let mut open = Open::of(desk, &args.id)?;
    if open.is_unsent(desk)? {
        let outcome = open.send(desk, Vec::new())?;
        if matches!(outcome, CommandOutcome::Rejected { .. }) {
            return Ok(RevisionSettled {
                outcome,
                update: None,
            });
        }
        open = Open::of(desk, &args.id)?;
    }
    let choice = match &args.choice {
        RevisionChoice::One { suggestion } => Choice::One(suggestion.clone()),
        RevisionChoice::Author { person_id } => Choice::Author(person_id.clone()),
        RevisionChoice::All => Choice::All,
    };
    let meant = |one: &Suggestion| match &choice {
        Choice::One(id) => one.trace.id == *id,
        Choice::Author(author) => one.trace.author == *author,
        Choice::All => true,
    };
    let all = open.text.suggestions().map_err(andu_app::Refusal::from)?;
    let settled: Vec<Settled> = all
        .into_iter()
        .filter(meant)
        .map(|one| Settled {
            suggestion: one.trace.id,
            accept: args.accept,
        })
        .collect();
    if settled.is_empty() {
        return Err(text::error("revision.decided"));
    }
    let update = open.text.decide(&choice, args.accept);
    let update = update.map_err(andu_app::Refusal::from)?;
    let outcome = open.send(desk, settled)?;
    if matches!(outcome, CommandOutcome::Rejected { .. }) {
        return Ok(RevisionSettled {
            outcome,
            update: None,
        });
    }
    if let Some(writing) = desk.writings.find(&args.id) {
        writing.take(&update)?;
        desk.previews.changed(desk, &args.id);
    }
    Ok(RevisionSettled {
        outcome,
        update: Some(TextUpdate {
            update: STANDARD.encode(update),
        }),
    })
}

/// Throws away what the person has suggested and not sent; the text is then opened anew.
///
/// # Errors
/// `process.act_waits` while something that was sent waits for the server.
pub fn discard(desk: &OpenDesk, args: &DraftRef) -> Result<(), ApiError> {
    let waits = desk
        .store
        .read(|reader| process::has_open(reader, &args.id))?;
    if waits {
        return Err(text::error("process.act_waits"));
    }
    desk.writings.forget(&args.id);
    Ok(desk.store.write(|tx| tx.revision_work_drop(&args.id))?)
}
