//! What a replica does with a pull: each page in one transaction with its cursor, so that a page is
//! applied once and whole, whenever the machine stops.

use andu_base::ContentHash;
use andu_store::{DraftRecord, Reader, Store, TextUpdate, Tx};
use andu_sync::{Change, Operation, PullAnswer, PullRequest, Scope, ScopePage};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::{
    Refusal,
    draft::{describe, put_find_entry, read_text},
};

/// The scopes a person may see: the person's own, and the department's for those who read it.
pub fn granted(person: &andu_org::Person) -> Vec<Scope> {
    let mut scopes = vec![Scope::person(person.id)];
    if person.may(andu_org::Grant::ReadDepartment) {
        scopes.push(Scope::department(person.department_id));
    }
    scopes
}

/// Answers a pull at the server.
///
/// # Errors
/// The store's own.
pub fn answer_pull(
    reader: Reader<'_>,
    person: &andu_org::Person,
    request: &PullRequest,
) -> Result<PullAnswer, Refusal> {
    let granted = granted(person);
    let pages: Result<Vec<ScopePage>, _> = granted
        .iter()
        .map(|scope| reader.scope_page(scope, request))
        .collect();
    Ok(PullAnswer {
        granted,
        pages: pages?,
    })
}

/// Applies what was pulled, and takes commands out of the outbox that the pull has passed. Says whether
/// anything changed.
///
/// # Errors
/// `Gap` of the store if a page does not continue what is held; that page leaves no trace.
pub fn apply(store: &Store, answer: &PullAnswer, own_id: &str) -> Result<bool, Refusal> {
    let mut changed = false;
    for page in &answer.pages {
        if page.changes.is_empty() {
            continue;
        }
        store.write(|tx| -> Result<(), Refusal> {
            for change in &page.changes {
                apply_change(tx, change, own_id)?;
            }
            tx.cursor_advance(page)?;
            Ok(())
        })?;
        changed = true;
    }
    let gone = store.write(|tx| tx.outbox_clear(&answer.granted).map_err(Refusal::from))?;
    Ok(changed || gone > 0)
}

fn apply_change(tx: &mut Tx<'_>, change: &Change, own_id: &str) -> Result<(), Refusal> {
    match (change.entity.as_str(), change.operation) {
        ("draft", Operation::Put) => put_draft(tx, change, own_id),
        ("draft", Operation::Remove) => remove_draft(tx, &change.row_id, own_id),
        ("draft_update", Operation::Put) => put_update(tx, change),
        ("frozen_text", Operation::Put) => put_frozen(tx, change),
        // A newer server may send more; what this version does not know it leaves alone.
        _ => Ok(()),
    }
}

fn put_draft(tx: &mut Tx<'_>, change: &Change, own_id: &str) -> Result<(), Refusal> {
    let mut draft: DraftRecord = serde_json::from_value(change.row.clone())?;
    if let Some(held) = tx.reader().draft_if_there(&draft.id)? {
        if tx.reader().outbox_holds(&draft.id)? {
            // What was written here and has not arrived there yet is newer than what came.
            draft = DraftRecord {
                state: draft.state,
                frozen_hash: draft.frozen_hash,
                submit_note: draft.submit_note,
                ..held
            };
        } else {
            draft.refusal = held.refusal;
        }
    }
    tx.draft_put(&draft)?;
    if draft.author_id != own_id && !draft.frozen_hash.is_empty() {
        let bytes = tx.reader().frozen_text(&draft.frozen_hash)?;
        let document = serde_json::from_slice(&bytes)?;
        put_find_entry(tx, &draft, "", &document)?;
    }
    Ok(())
}

/// A draft that is no longer seen: others' go from the lists; one's own stay.
fn remove_draft(tx: &mut Tx<'_>, id: &str, own_id: &str) -> Result<(), Refusal> {
    let Some(mut draft) = tx.reader().draft_if_there(id)? else {
        return Ok(());
    };
    if draft.author_id != own_id {
        draft.state = andu_store::DraftState::Discarded;
        draft.frozen_hash.clear();
        tx.draft_put(&draft)?;
        tx.find_remove(id)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct UpdateRow {
    command_id: String,
    draft_id: String,
    update_v1: String,
    actor_id: String,
    device_id: String,
    claimed_at: String,
}

fn put_update(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let row: UpdateRow = serde_json::from_value(change.row.clone())?;
    let update = STANDARD
        .decode(&row.update_v1)
        .map_err(|_| Refusal::because("draft.text_unreadable"))?;
    let fresh = tx.draft_update_append(&TextUpdate {
        command_id: &row.command_id,
        draft_id: &row.draft_id,
        update: &update,
        actor_id: &row.actor_id,
        device_id: &row.device_id,
        claimed_at: &row.claimed_at,
    })?;
    if fresh {
        let mut draft = tx.reader().draft(&row.draft_id)?;
        let text = read_text(tx.reader(), &draft.id)?;
        let document = text.to_document()?.document;
        describe(&mut draft, &document);
        tx.draft_put(&draft)?;
        if tx.reader().draft_text_wants_folding(&draft.id)? {
            tx.draft_text_fold(&draft.id, &text.encode_state()?)?;
        }
        put_find_entry(tx, &draft, "", &document)?;
    }
    Ok(())
}

#[derive(Deserialize)]
struct FrozenRow {
    hash: String,
    document: String,
}

fn put_frozen(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let row: FrozenRow = serde_json::from_value(change.row.clone())?;
    if ContentHash::of(row.document.as_bytes()).to_string() != row.hash {
        return Err(Refusal::because("draft.text_unreadable"));
    }
    tx.frozen_text_put(&row.hash, row.document.as_bytes())?;
    Ok(())
}
