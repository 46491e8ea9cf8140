//! A text that is reviewed, as one person has it: what they may do to it, what the primary has, and what they have
//! written on top of that.

use andu_base::ContentHash;
use andu_draft::{DraftText, Suggestion, freeze};
use andu_store::{DraftRecord, DraftState, Reader, TaskState};
use andu_workflow::{
    Instance, VisitName,
    definition::{Kind, May},
};

use super::{REVISION, net, substance};
use crate::Refusal;

/// What somebody may do to a text that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The instance.
    pub instance_id: String,
    /// The words as the primary has them.
    pub content: ContentHash,
    /// Where the person may suggest.
    pub revises: Option<VisitName>,
    /// Where the person may accept and reject; without a visit as its author.
    pub settles: Option<Option<VisitName>>,
}

/// What somebody may do to a draft that is reviewed; `None`: read it.
///
/// # Errors
/// The store's own.
pub fn standing(
    reader: Reader<'_>,
    draft: &DraftRecord,
    person: &str,
) -> Result<Option<Standing>, Refusal> {
    if draft.state != DraftState::Submitted {
        return Ok(None);
    }
    let Some(record) = reader.instance_of(&draft.id)? else {
        return Ok(None);
    };
    let instance: Instance = serde_json::from_str(&record.state)?;
    let (true, Some(content)) = (instance.is_running(), instance.content) else {
        return Ok(None);
    };
    let net = net(reader, &record.agency_id, (&record.process, record.version))?;
    let tasks = reader.tasks_of(&record.id)?;
    let own = || {
        let own = tasks
            .iter()
            .filter(|task| task.person_id == person && task.state == TaskState::Todo);
        own.filter_map(|task| task.visit.parse::<VisitName>().ok())
    };
    let may = |visit: &VisitName, what: May| {
        let node = net.node_at(&visit.node).map(|at| &net.node(at).kind);
        matches!(node, Some(Kind::Step(step)) if step.may.contains(&what))
    };
    let revises = own().find(|visit| may(visit, May::Revise));
    let settles = match own().find(|visit| may(visit, May::Settle)) {
        Some(visit) => Some(Some(visit)),
        None => (draft.author_id == person).then_some(None),
    };
    if revises.is_none() && settles.is_none() {
        return Ok(None);
    }
    Ok(Some(Standing {
        instance_id: record.id,
        content,
        revises,
        settles,
    }))
}

/// The text as the primary has it, written under `client_id`; `None` where it is not here.
///
/// # Errors
/// `draft.text_unreadable`; the store's own.
pub fn base(
    reader: Reader<'_>,
    draft: &DraftRecord,
    (person, client_id): (&str, u64),
) -> Result<Option<DraftText>, Refusal> {
    let parts = match draft.author_id == person {
        true => reader.draft_text(&draft.id)?,
        false => match reader.revision_text(&draft.id)? {
            Some(text) => vec![text.state],
            None => return Ok(None),
        },
    };
    let parts = parts.iter().map(Vec::as_slice);
    Ok(Some(DraftText::from_stored(client_id, parts)?))
}

/// Whether two texts say and suggest the same.
///
/// # Errors
/// `draft.text_unreadable`.
pub fn says_the_same(one: &DraftText, other: &DraftText) -> Result<bool, Refusal> {
    let words = |text: &DraftText| -> Result<[ContentHash; 2], Refusal> {
        let stands = freeze(&text.original()?.document).hash;
        Ok([stands, freeze(&text.to_document()?.document).hash])
    };
    let suggestions = |text: &DraftText| -> Result<Vec<Suggestion>, Refusal> {
        let mut all = text.suggestions()?;
        // Where a block stands may be counted otherwise by another writer.
        all.iter_mut().for_each(|one| one.place.clear());
        Ok(all)
    };
    Ok(words(one)? == words(other)? && suggestions(one)? == suggestions(other)?)
}

/// Whether an act about a text that is reviewed waits for the server.
///
/// # Errors
/// The store's own.
pub fn has_open(reader: Reader<'_>, draft_id: &str) -> Result<bool, Refusal> {
    Ok(reader.outbox_holds(&format!("{REVISION}{draft_id}"))?)
}

/// Whether the person of this desk has written in a text that is reviewed what was not sent.
///
/// # Errors
/// `draft.text_unreadable`; the store's own.
pub fn is_unsent(reader: Reader<'_>, draft: &DraftRecord, person: &str) -> Result<bool, Refusal> {
    let Some(work) = reader.revision_work(&draft.id)? else {
        return Ok(false);
    };
    let Some(base) = base(reader, draft, (person, 1))? else {
        return Ok(false);
    };
    let mut text = DraftText::from_stored(1, std::iter::once(work.state.as_slice()))?;
    if has_open(reader, &draft.id)? {
        let said = substance(&text.to_document()?.document);
        return Ok(said.to_string() != work.content);
    }
    text.apply_update(&base.encode_state()?)?;
    Ok(!says_the_same(&base, &text)?)
}
