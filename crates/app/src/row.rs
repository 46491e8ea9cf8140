//! Rows as they come to a replica: put in, taken out, and taken out for good where nobody here may see them
//! any more. A row that was changed here and has not arrived there stays as it is; the server's version is
//! kept beside it until it has.

use andu_base::ContentHash;
use andu_store::{
    CoDrafterRecord, DraftRecord, FileRow, LateBranch, LateUpdate, RECORDS, TextUpdate, Tx,
    VersionKind, VersionRecord, projection,
};
use andu_sync::{Change, Operation, RowKey, Scope};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use crate::{
    Refusal,
    draft::{describe, put_find_entry, read_text},
    form, incoming, issued, number, organisation, process, register, supervision,
};

/// Applies a change of a scope.
pub(crate) fn apply(
    tx: &mut Tx<'_>,
    scope: &Scope,
    change: &Change,
    own_id: &str,
) -> Result<(), Refusal> {
    let Some(known) = projection(&change.entity) else {
        // A newer server may send more; what this version does not know it leaves alone.
        return Ok(());
    };
    match change.operation {
        Operation::Put => put(tx, scope, change, own_id),
        Operation::Remove => {
            let key = RowKey {
                place: known.place,
                entity: change.entity.clone(),
                row_id: change.row_id.clone(),
            };
            take_out(tx, scope, &key, own_id)
        }
    }
}

fn put(tx: &mut Tx<'_>, scope: &Scope, change: &Change, own_id: &str) -> Result<(), Refusal> {
    let holders = tx.reader().row_scopes(&change.entity, &change.row_id)?;
    tx.scope_row_put(scope, change)?;
    let is_nearer = |other: &Scope| (other.nearness(), other) < (scope.nearness(), scope);
    if holders.iter().any(is_nearer) {
        return Ok(());
    }
    let done = match change.entity.as_str() {
        "draft" => put_draft(tx, change, own_id),
        "draft_update" => put_update(tx, change),
        "frozen_text" => put_frozen(tx, change),
        "draft_file" => put_file(tx, change),
        entity if process::ENTITIES.contains(&entity) => process::receive(tx, change),
        "form_template" => form::receive(tx, change),
        "incoming" => incoming::receive(tx, change),
        "issued" | "issue_sheet" => issued::receive(tx, change),
        "supervision" => supervision::receive(tx, change),
        entity if number::ENTITIES.contains(&entity) => number::receive(tx, change),
        entity if RECORDS.contains(&entity) => put_record(tx, change),
        "co_drafter" | "draft_version" | "late_branch" | "late_update" => put_beside(tx, change),
        _ => organisation::receive(tx, change),
    };
    match done {
        // A row that cannot be read must not hold up those behind it; the digest of the scope tells.
        Err(Refusal::Rejected(_)) => Ok(()),
        done => done,
    }
}

fn put_draft(tx: &mut Tx<'_>, change: &Change, own_id: &str) -> Result<(), Refusal> {
    let mut draft: DraftRecord = Deserialize::deserialize(&change.row)?;
    if draft.id != change.row_id {
        return Err(Refusal::because("draft.not_there"));
    }
    let held = tx.reader().draft_if_there(&draft.id)?;
    if let Some(held) = held {
        if tx.reader().outbox_holds(&draft.id)? {
            // What was written here and has not arrived there yet is newer than what came.
            tx.base_put("draft", &draft.id, &change.row)?;
            let moved = tx.reader().outbox_moves(&draft.id)?;
            draft = DraftRecord {
                state: if moved { held.state } else { draft.state },
                frozen_hash: draft.frozen_hash,
                submit_note: draft.submit_note,
                ..held
            };
        } else {
            tx.base_drop("draft", &draft.id)?;
            draft.refusal = held.refusal;
        }
    }
    tx.draft_put(&draft)?;
    show(tx, &draft, own_id)
}

/// What find shows of others' drafts is their frozen text.
fn show(tx: &mut Tx<'_>, draft: &DraftRecord, own_id: &str) -> Result<(), Refusal> {
    if draft.author_id != own_id && !draft.frozen_hash.is_empty() {
        let bytes = match tx.reader().frozen_text(&draft.frozen_hash) {
            Err(andu_store::StoreError::NotFound { .. }) => return Ok(()),
            bytes => bytes?,
        };
        let document = serde_json::from_slice(&bytes)?;
        put_find_entry(tx, draft, "", &document)?;
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
    let row: UpdateRow = Deserialize::deserialize(&change.row)?;
    let update = STANDARD
        .decode(&row.update_v1)
        .map_err(|_| Refusal::because("draft.text_unreadable"))?;
    let Some(mut draft) = tx.reader().draft_if_there(&row.draft_id)? else {
        return Err(Refusal::because("draft.not_there"));
    };
    // One that does not fit is not kept: the text is read on without it.
    let mut text = read_text(tx.reader(), &draft.id)?;
    text.apply_update(&update)?;
    let fresh = tx.draft_update_append(&TextUpdate {
        command_id: &row.command_id,
        draft_id: &row.draft_id,
        update: &update,
        actor_id: &row.actor_id,
        device_id: &row.device_id,
        claimed_at: &row.claimed_at,
    })?;
    if !fresh {
        return Ok(());
    }
    let document = text.to_document()?.document;
    if tx.reader().base_row("draft", &draft.id)?.is_some() {
        // Both texts are in it now; the server's own description of its text is kept beside.
        describe(&mut draft, &document);
        tx.draft_put(&draft)?;
    }
    if tx.reader().draft_text_wants_folding(&draft.id)? {
        tx.draft_text_fold(&draft.id, &text.encode_state()?)?;
    }
    put_find_entry(tx, &draft, "", &document)
}

/// A file's row; its bytes come when somebody asks for them.
fn put_file(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let file: FileRow = Deserialize::deserialize(&change.row)?;
    if file.id != change.row_id || !tx.draft_exists(&file.draft_id)? {
        return Err(Refusal::because("draft.not_there"));
    }
    Ok(tx.draft_file_row_put(&file)?)
}

fn put_record(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let key = projection(&change.entity).map_or("", |known| known.key);
    if change.row[key] != change.row_id.as_str() {
        return Err(Refusal::because("command.arguments"));
    }
    // A newer server may say more of it than this version reads.
    tx.record_put(&change.entity, &change.row)
        .map_err(|_| Refusal::because("command.arguments"))
}

#[derive(Deserialize)]
struct VersionRow {
    id: String,
    draft_id: String,
    name: String,
    kind: String,
    author_name: String,
    made_at: String,
    characters: u32,
    content_hash: String,
}

#[derive(Deserialize)]
struct LateRow {
    command_id: String,
    draft_id: String,
    branch_id: String,
    update_v1: String,
    actor_id: String,
    device_id: String,
    claimed_at: String,
    received_at: String,
}

/// What stands beside a draft: who writes along, versions, what came late.
fn put_beside(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let row = &change.row;
    let unreadable = || Refusal::because("draft.text_unreadable");
    match change.entity.as_str() {
        "co_drafter" => {
            let record: CoDrafterRecord = Deserialize::deserialize(row)?;
            tx.co_drafter_put(&record)?;
        }
        "late_branch" => {
            let branch: LateBranch = Deserialize::deserialize(row)?;
            tx.late_branch_put(&branch)?;
        }
        "draft_version" => {
            let row: VersionRow = Deserialize::deserialize(row)?;
            let kind = VersionKind::named(&row.kind).ok_or_else(unreadable)?;
            tx.version_mirror(&VersionRecord {
                id: row.id,
                draft_id: row.draft_id,
                name: row.name,
                kind,
                author_name: row.author_name,
                made_at: row.made_at,
                characters: row.characters,
                content_hash: row.content_hash,
            })?;
        }
        _ => {
            let row: LateRow = Deserialize::deserialize(row)?;
            let update = STANDARD.decode(&row.update_v1).map_err(|_| unreadable())?;
            leave_text(tx, &row.draft_id, &row.command_id)?;
            tx.late_update_put(&LateUpdate {
                command_id: row.command_id,
                draft_id: row.draft_id,
                branch_id: row.branch_id,
                update,
                actor_id: row.actor_id,
                device_id: row.device_id,
                claimed_at: row.claimed_at,
                received_at: row.received_at,
            })?;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
struct FrozenRow {
    hash: String,
    document: String,
}

fn put_frozen(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let row: FrozenRow = Deserialize::deserialize(&change.row)?;
    if ContentHash::of(row.document.as_bytes()).to_string() != row.hash {
        return Err(Refusal::because("draft.text_unreadable"));
    }
    tx.frozen_text_put(&row.hash, row.document.as_bytes())?;
    Ok(())
}

/// A scope does not show a row any more. What no other scope shows goes for good; one's own work stays.
pub(crate) fn take_out(
    tx: &mut Tx<'_>,
    scope: &Scope,
    key: &RowKey,
    own_id: &str,
) -> Result<(), Refusal> {
    if !tx.scope_row_remove(scope, &key.entity, &key.row_id)? {
        return Ok(());
    }
    let others = tx.reader().row_scopes(&key.entity, &key.row_id)?;
    if let Some(next) = others.first() {
        if (scope.nearness(), scope) < (next.nearness(), next) {
            // The row stood as the nearer scope had it: the other's version is asked for.
            tx.cursor_drop(next)?;
        }
        return Ok(());
    }
    match key.entity.as_str() {
        "draft" => {
            let draft = tx.reader().draft_if_there(&key.row_id)?;
            let is_others = draft.is_some_and(|draft| draft.author_id != own_id);
            if is_others || register::brought(tx.reader(), &key.row_id)? {
                tx.draft_erase(&key.row_id)?;
            } else {
                tx.base_drop("draft", &key.row_id)?;
            }
        }
        "draft_update" => {
            let author = tx.reader().draft_update_actor(&key.row_id)?;
            if author.is_some_and(|author| author != own_id) {
                tx.draft_update_erase(&key.row_id)?;
            }
        }
        "frozen_text" => {
            tx.frozen_text_erase(&key.row_id)?;
        }
        "draft_file" => {
            let file = tx.reader().draft_file_row(&key.row_id)?;
            let draft_id = file.map(|file| file.draft_id).unwrap_or_default();
            let draft = tx.reader().draft_if_there(&draft_id)?;
            if draft.is_none_or(|draft| draft.author_id != own_id) {
                tx.draft_file_erase(&key.row_id)?;
            }
        }
        entity if RECORDS.contains(&entity) => {
            tx.record_erase(entity, &key.row_id)?;
            tx.wipe_later()?;
        }
        entity if process::ENTITIES.contains(&entity) => {
            process::take_out(tx, entity, &key.row_id)?;
        }
        "form_template" => tx.form_template_erase(&key.row_id)?,
        "incoming" => incoming::take_out(tx, &key.row_id, own_id)?,
        "issued" | "issue_sheet" => issued::take_out(tx, &key.entity, &key.row_id)?,
        "supervision" => tx.supervision_erase(&key.row_id)?,
        entity if number::ENTITIES.contains(&entity) => {
            number::take_out(tx, entity, &key.row_id)?;
        }
        "co_drafter" => tx.co_drafter_erase(&key.row_id)?,
        "draft_version" => tx.version_erase(&key.row_id)?,
        "late_branch" => tx.late_branch_erase(&key.row_id)?,
        "late_update" => tx.late_update_erase(&key.row_id)?,
        entity => tx.organisation_erase(entity, &key.row_id, own_id)?,
    }
    Ok(())
}

/// Takes everything out that came with a scope the person may not see any more.
pub(crate) fn revoke(tx: &mut Tx<'_>, scope: &Scope, own_id: &str) -> Result<(), Refusal> {
    // Children first, so that nothing is kept because of what goes next.
    for key in tx.reader().scope_rows(scope, false)?.iter().rev() {
        take_out(tx, scope, key, own_id)?;
    }
    // Of a draft that is still seen as it was submitted, what was written along goes all the same.
    if let Some(draft_id) = scope.draft_id() {
        let draft = tx.reader().draft_if_there(draft_id)?;
        if draft.is_some_and(|draft| draft.author_id != own_id) {
            tx.draft_text_erase(draft_id)?;
        }
    }
    tx.cursor_drop(scope)?;
    Ok(())
}

/// What the server keeps aside is in nobody's text. Here it may be still, from before the server was put back
/// from a copy.
fn leave_text(tx: &mut Tx<'_>, draft_id: &str, command_id: &str) -> Result<(), Refusal> {
    let is_held = |tx: &Tx<'_>| tx.reader().row_scopes("draft_update", command_id);
    if tx.reader().draft_update_actor(command_id)?.is_none() || !is_held(tx)?.is_empty() {
        return Ok(());
    }
    tx.draft_update_erase(command_id)?;
    let Some(draft) = tx.reader().draft_if_there(draft_id)? else {
        return Ok(());
    };
    let document = read_text(tx.reader(), draft_id)?.to_document()?.document;
    put_find_entry(tx, &draft, "", &document)
}

/// Takes an update that the server keeps aside, and what was written here after it, out of the text: it
/// stands as the server has it. The updates themselves are in their envelopes and come back with the log.
pub(crate) fn set_aside(tx: &mut Tx<'_>, draft_id: &str, command_id: &str) -> Result<(), Refusal> {
    let mut gone = tx.reader().outbox_updates(draft_id)?;
    gone.push(command_id.to_owned());
    for id in &gone {
        tx.draft_update_erase(id)?;
    }
    let Some(mut draft) = tx.reader().draft_if_there(draft_id)? else {
        return Ok(());
    };
    let document = read_text(tx.reader(), draft_id)?.to_document()?.document;
    describe(&mut draft, &document);
    tx.draft_put(&draft)?;
    put_find_entry(tx, &draft, "", &document)
}

/// Once nothing about a draft is on its way any more, it stands as the server has it.
pub(crate) fn settle(tx: &mut Tx<'_>, draft_id: &str) -> Result<(), Refusal> {
    if tx.reader().outbox_holds(draft_id)? {
        return Ok(());
    }
    let Some(base) = tx.reader().base_row("draft", draft_id)? else {
        return Ok(());
    };
    tx.base_drop("draft", draft_id)?;
    let held = tx.reader().draft_if_there(draft_id)?;
    let mut draft: DraftRecord = serde_json::from_value(base)?;
    if let Some(held) = held {
        draft.refusal = held.refusal;
    }
    tx.draft_put(&draft)?;
    Ok(())
}
