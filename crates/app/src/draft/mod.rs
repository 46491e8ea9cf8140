//! Use cases of drafts: begin, write, submit, withdraw, discard.

mod create;
mod describe;
mod file;
mod keep;
mod number;
mod stand;
mod text;

pub use create::{Create, create};
pub use describe::{describe, plain_text, put_find_entry, read_text};
pub use file::{
    CommitOriginal, commit_original, original_assemble, original_keep, original_missing,
};
pub use keep::{Keep, keep};
pub use number::{Number, number};
pub(crate) use stand::hand_over;
pub use stand::{Submit, Target, discard, recover, submit, withdraw};
pub use text::{Update, update};

use andu_store::DraftRecord;
use andu_sync::{Operation, Scope};
use serde_json::{Value, json};

use crate::{Call, Refusal};

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

/// Shows the author's other desks how the draft stands.
fn show_author(call: &mut Call<'_, '_>, draft: &DraftRecord) -> Result<(), Refusal> {
    call.project(
        &own_scope(draft)?,
        "draft",
        &draft.id,
        Operation::Put,
        &row(draft)?,
    )
}

/// A draft of the actor's own.
fn own_draft(call: &Call<'_, '_>, id: &str) -> Result<DraftRecord, Refusal> {
    let draft = call.tx.reader().draft_if_there(id)?;
    let draft = draft.ok_or_else(|| Refusal::because("draft.not_there"))?;
    if draft.author_id == call.actor.id.as_text() {
        Ok(draft)
    } else {
        Err(Refusal::because("draft.not_yours"))
    }
}

fn answer(draft: &DraftRecord) -> Value {
    json!({ "id": draft.id })
}
