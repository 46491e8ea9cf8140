//! Use cases of drafts: begin, write, submit, withdraw, discard.

mod co_draft;
mod create;
mod describe;
mod file;
mod keep;
mod late;
mod number;
mod prove;
mod stand;
mod text;

pub use co_draft::{EndInvitation, Invite, end_invitation, invite};
pub use create::{Create, create};
pub(crate) use describe::examine_text;
pub use describe::{describe, plain_text, put_find_entry, read_text};
pub use file::{
    CommitOriginal, commit_original, original_assemble, original_keep, original_missing,
};
pub use keep::{Keep, keep};
pub(crate) use late::is_kept_aside;
pub use late::{SettleLate, settle_late};
pub use number::{Number, number};
pub use prove::{Proof, prove};
pub use stand::{Submit, Target, discard, recover, submit, withdraw};
pub(crate) use stand::{hand_over, open_again};
pub(crate) use text::BEGINNING;
pub use text::{Update, examine, refusing_slow, update};

use andu_base::Date;
use andu_store::{DraftRecord, DraftState, Reader};
use andu_sync::Scope;
use serde_json::{Value, json};

use crate::{Call, Refusal};

/// A new row of the actor's, of which nothing is said yet.
pub(crate) fn begun(call: &Call<'_, '_>, id: &str, state: DraftState) -> DraftRecord {
    DraftRecord {
        id: id.to_owned(),
        lineage: id.to_owned(),
        agency_id: call.actor.agency_id.as_text(),
        department_id: call.actor.department_id.as_text(),
        author_id: call.actor.id.as_text(),
        author_name: call.actor.name.clone(),
        state,
        title: String::new(),
        document_type: String::new(),
        format: String::new(),
        direction: String::new(),
        urgency: String::new(),
        issue_number: String::new(),
        main_recipients: String::new(),
        characters: 0,
        frozen_hash: String::new(),
        submit_note: String::new(),
        pending_act: String::new(),
        refusal: String::new(),
        created_at: call.command.claimed_at.clone(),
        changed_at: call.command.claimed_at.clone(),
    }
}

/// The row as it travels; what concerns one replica alone is not in it.
pub(crate) fn row(draft: &DraftRecord) -> Result<Value, Refusal> {
    Ok(serde_json::to_value(draft)?)
}

pub(crate) fn own_scope(draft: &DraftRecord) -> Result<Scope, Refusal> {
    let id = draft
        .author_id
        .parse()
        .map_err(|_| Refusal::because("command.person"))?;
    Ok(Scope::person(id))
}

pub(crate) fn department_scope(draft: &DraftRecord) -> Result<Scope, Refusal> {
    let id = draft
        .department_id
        .parse()
        .map_err(|_| Refusal::because("command.person"))?;
    Ok(Scope::department(id))
}

/// Shows the author's other desks, and those of the co-drafters, how the draft stands.
pub(crate) fn show_draft(call: &mut Call<'_, '_>, draft: &DraftRecord) -> Result<(), Refusal> {
    co_draft::show(call, draft, ("draft", &draft.id), Some(row(draft)?))
}

/// Whether somebody writes in a draft on a day, as its author or along.
///
/// # Errors
/// The store's own.
pub fn writes_in(
    reader: Reader<'_>,
    draft: &DraftRecord,
    person_id: &str,
    day: Date,
) -> andu_store::Result<bool> {
    Ok(draft.author_id == person_id || reader.is_co_drafter(&draft.id, person_id, day)?)
}

/// A draft of the actor's own.
fn own_draft(call: &Call<'_, '_>, id: &str) -> Result<DraftRecord, Refusal> {
    let draft = call.tx.reader().draft_if_there(id)?;
    let draft = draft.ok_or_else(|| Refusal::because("draft.not_there"))?;
    if draft.author_id == call.actor.id.as_text() {
        Ok(draft)
    } else {
        Err(Refusal::because("draft.authors_act"))
    }
}

fn answer(draft: &DraftRecord) -> Value {
    json!({ "id": draft.id })
}
