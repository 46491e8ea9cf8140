//! Writing: an update of a draft's text. Nobody decides about it, it merges; what comes after the text was
//! frozen is kept aside. Who may write, and under which client ids, is decided here.

use andu_draft::{DraftText, MAX_UPDATE_BYTES, Writer, writers};
use andu_store::{ClientRecord, DraftRecord, DraftState, Store};
use andu_sync::Reason;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    answer,
    create::append_own,
    describe, late,
    late::{Cause, kept_aside},
    put_find_entry, read_text,
};
use crate::{
    Call, Refusal,
    execute::{Place, Rule},
    renew,
};

/// An update of a draft's text.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Id of the draft.
    pub id: String,
    /// The history it belongs to.
    pub lineage: String,
    /// A Yjs update (v1) in Base64.
    pub update: String,
}

/// What whoever imports a text or begins one writes under, once: nobody writes under it again.
pub(crate) const BEGINNING: u64 = 1;

/// Writes an update, or keeps it aside where it came too late.
///
/// # Errors
/// `draft.not_there`, `draft.not_yours` where the person does not write in this draft,
/// `draft.other_lineage` for another history, `draft.update_too_large`, `draft.client_taken` for a
/// client id that somebody else writes under or that went on elsewhere, `draft.text_gap` for one that
/// builds on what is not here, `draft.text_unreadable` if it does not fit the text.
pub fn update(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Update = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = call.tx.reader().draft_if_there(&args.id)?;
    let mut draft = draft.ok_or_else(|| Refusal::because("draft.not_there"))?;
    let writes = writes_in(call, &draft)?;
    if writes == Writes::Never {
        return Err(Refusal::because("draft.not_yours"));
    }
    if draft.lineage != args.lineage {
        return Err(Refusal::because("draft.other_lineage"));
    }
    let update = bytes(&args.update)?;
    let mut text = read_text(call.tx.reader(), &draft.id)?;
    let cause = match (writes, draft.state) {
        (Writes::NoMore, _) => Some(Cause::Removed),
        (_, DraftState::Incoming | DraftState::Supervision) => {
            return Err(Refusal::because("draft.not_yours"));
        }
        (_, DraftState::Submitted | DraftState::Closed) => Some(Cause::Frozen),
        (_, DraftState::Drafting | DraftState::Discarded) => None,
    };
    let is_primary = call.place != Place::Replica;
    let ids = writers(&update)?;
    if is_primary {
        check_clients(call, &draft, &ids)?;
    }
    // The engine would take what follows a gap as if nothing were missing.
    let leaves_out = is_primary && leaves_out(&text, &ids);
    if cause.is_none() {
        // A replica may send again what it has already and the primary does not.
        if is_primary && let Err(taken) = fresh(&text, &ids) {
            // A desk that was put back from a copy sends again, as something new, what it had sent since.
            return match call.tx.reader().draft_update_stands(&draft.id, &update)? {
                true => Ok(stands(&draft)),
                false => Err(taken),
            };
        }
        if !leaves_out {
            text.apply_update(&update)?;
        }
    }
    let is_gap = leaves_out || text.has_pending();
    let cause = cause.or_else(|| is_gap.then_some(Cause::Gap));
    if let Some(cause) = cause {
        if is_primary {
            late::keep(call, &draft, &update, (&ids, cause))?;
            register(call, &draft, &ids)?;
        }
        // A replica sends it and leaves its own text as the primary has it.
        return Ok(kept_aside(&draft, cause));
    }
    let document = text.to_document()?.document;
    describe(&mut draft, &document);
    draft.changed_at.clone_from(&call.command.claimed_at);
    call.tx.draft_put(&draft)?;
    keep_update(call, &draft, &update, &text)?;
    put_find_entry(call.tx, &draft, "", &document)?;
    Ok(answer(&draft))
}

/// Reads an update as [`update`] would, and keeps nothing of it. It may take long, which is what the caller
/// wants to know; what is wrong with it says the command.
pub fn examine(store: &Store, args: &Value) {
    let text = |name: &str| args[name].as_str().unwrap_or_default();
    let Ok(update) = bytes(text("update")) else {
        return;
    };
    let known = store.read(|reader| read_text(reader, text("id")));
    if let Ok(mut known) = known
        && known.apply_update(&update).is_ok()
    {
        let _ = known.to_document();
    }
}

/// The same rule, refusing what was found to take too long.
pub fn refusing_slow(rule: Rule) -> Rule {
    Rule {
        handler: |_, _| Err(Refusal::because("draft.update_too_slow")),
        ..rule
    }
}

/// The answer to an update that was written before, by another command.
fn stands(draft: &DraftRecord) -> Value {
    let mut answer = answer(draft);
    answer["stands"] = Value::Bool(true);
    answer
}

/// Whether somebody writes in a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writes {
    /// As its author or a co-drafter.
    Now,
    /// As a co-drafter whose time is over.
    NoMore,
    /// Not at all.
    Never,
}

fn writes_in(call: &Call<'_, '_>, draft: &DraftRecord) -> Result<Writes, Refusal> {
    let person = call.actor.id.as_text();
    let reader = call.tx.reader();
    if draft.author_id == person || reader.is_co_drafter(&draft.id, &person, call.today())? {
        return Ok(Writes::Now);
    }
    Ok(match reader.was_co_drafter(&draft.id, &person)? {
        true => Writes::NoMore,
        false => Writes::Never,
    })
}

/// A text with an update of somebody who does not write in the draft, but may change it in a process; and the
/// update. Nothing is kept of it yet.
///
/// # Errors
/// `draft.update_too_large`, `draft.client_taken`, `draft.text_gap`, `draft.text_unreadable`.
pub(crate) fn with_update(
    call: &Call<'_, '_>,
    draft: &DraftRecord,
    update: &str,
) -> Result<(DraftText, Vec<u8>), Refusal> {
    let update = bytes(update)?;
    let mut text = read_text(call.tx.reader(), &draft.id)?;
    let ids = writers(&update)?;
    check_clients(call, draft, &ids)?;
    if leaves_out(&text, &ids) {
        return Err(Refusal::because("draft.text_gap"));
    }
    text.apply_update(&update)?;
    match text.has_pending() {
        true => Err(Refusal::because("draft.text_gap")),
        false => Ok((text, update)),
    }
}

/// Keeps what [`with_update`] has read, and shows it to those who write the draft.
///
/// # Errors
/// `draft.client_taken`; the store's own.
pub(crate) fn keep_update(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    update: &[u8],
    text: &DraftText,
) -> Result<(), Refusal> {
    register(call, draft, &writers(update)?)?;
    append_own(call, draft, update)?;
    keep_envelope(call, &draft.id)?;
    if call.tx.reader().draft_text_wants_folding(&draft.id)? {
        call.tx.draft_text_fold(&draft.id, &text.encode_state()?)?;
    }
    Ok(())
}

/// The bytes of an update, within what is taken.
fn bytes(update: &str) -> Result<Vec<u8>, Refusal> {
    let too_large = |bytes: usize| {
        let reason = Reason::new("draft.update_too_large").with("megabytes", bytes >> 20);
        Err(Refusal::Rejected(
            reason.with("limit", MAX_UPDATE_BYTES >> 20),
        ))
    };
    // Before it is decoded: four characters carry three bytes.
    if update.len() / 4 * 3 > MAX_UPDATE_BYTES + 3 {
        return too_large(update.len() / 4 * 3);
    }
    let bytes = STANDARD
        .decode(update)
        .map_err(|_| Refusal::because("draft.text_unreadable"))?;
    if bytes.len() > MAX_UPDATE_BYTES {
        return too_large(bytes.len());
    }
    Ok(bytes)
}

fn taken(writer: &Writer) -> Refusal {
    Refusal::Rejected(Reason::new("draft.client_taken").with("client", writer.client_id))
}

/// Whether every id is free or was used by this very desk in this draft.
fn check_clients(call: &Call<'_, '_>, draft: &DraftRecord, ids: &[Writer]) -> Result<(), Refusal> {
    let device = renew::desk_of(call.tx.reader(), call.command.device)?.as_text();
    let person = call.actor.id.as_text();
    for writer in ids {
        if writer.client_id == BEGINNING {
            return Err(taken(writer));
        }
        let known = call.tx.reader().draft_client(writer.client_id)?;
        let own = known.is_none_or(|known| {
            known.draft_id == draft.id && known.device_id == device && known.person_id == person
        });
        if !own {
            return Err(taken(writer));
        }
    }
    Ok(())
}

/// Whether an update goes on where the text is. One that begins before that was written by a second session
/// under the same id (a copy of the machine, say): half of it would be passed over in silence.
pub(super) fn fresh(text: &DraftText, ids: &[Writer]) -> Result<(), Refusal> {
    let used = ids
        .iter()
        .find(|writer| writer.from < text.clock_of(writer.client_id));
    used.map_or(Ok(()), |writer| Err(taken(writer)))
}

/// Whether what was written under an id before an update is not in the text: somebody else's editor would wait
/// for it.
pub(super) fn leaves_out(text: &DraftText, ids: &[Writer]) -> bool {
    ids.iter()
        .any(|writer| writer.left_out > 0 || writer.from > text.clock_of(writer.client_id))
}

/// Notes at a primary who writes under these ids.
pub(super) fn register(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    ids: &[Writer],
) -> Result<(), Refusal> {
    if call.place == Place::Replica {
        return Ok(());
    }
    let client = ClientRecord {
        draft_id: draft.id.clone(),
        device_id: renew::desk_of(call.tx.reader(), call.command.device)?.as_text(),
        person_id: call.actor.id.as_text(),
    };
    for writer in ids.iter().filter(|writer| writer.client_id != BEGINNING) {
        match call.tx.reader().draft_client(writer.client_id)? {
            Some(known) if known != client => return Err(taken(writer)),
            Some(_) => {}
            None => call
                .tx
                .draft_client_put(writer.client_id, &client, call.now)?,
        }
    }
    Ok(())
}

/// Keeps at the server what the device signed, without the update, which stands in its own table.
pub(super) fn keep_envelope(call: &mut Call<'_, '_>, draft_id: &str) -> Result<(), Refusal> {
    if call.place != Place::Server {
        return Ok(());
    }
    let mut envelope = serde_json::to_value(call.command)?;
    if let Some(args) = envelope["args"].as_object_mut() {
        args.remove("update");
        args.remove("state");
    }
    call.tx
        .draft_envelope_put(&call.command.id.as_text(), draft_id, &envelope.to_string())?;
    Ok(())
}
