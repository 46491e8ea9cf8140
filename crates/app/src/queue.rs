//! A replica's side of a command: what happens at once, and what waits for the server. Everything is in
//! the outbox, on the disk, before the person is told anything.

use andu_base::CommandId;
use andu_org::Person;
use andu_store::{Reader, Store, Tx};
use andu_sync::{Command, Outcome};

use crate::{
    Refusal,
    execute::{Call, Place, Rule, WriteClass},
};

/// Runs a record or text command here and queues it; an act is only queued and marked as waiting.
///
/// `sign` is given the envelope with its number and returns it signed.
///
/// # Errors
/// `Rejected` if the command cannot be right even here; then nothing is queued.
pub fn enqueue(
    store: &Store,
    command: Command,
    rule: Rule,
    actor: &Person,
    held_until: &str,
    sign: impl FnOnce(Command) -> Command,
) -> Result<serde_json::Value, Refusal> {
    if rule.grant.is_some_and(|grant| !actor.may(grant)) {
        return Err(Refusal::because("command.forbidden"));
    }
    let now = command.claimed_at.clone();
    store.write(|tx| {
        let mut command = command;
        command.device_seq = tx.next_own_seq()?;
        let command = sign(command);
        let subject = command
            .args
            .get("id")
            .and_then(|id| id.as_str())
            .unwrap_or("")
            .to_owned();
        let answer = if rule.class == WriteClass::Act {
            mark_waiting(tx, &subject, &command.kind)?;
            serde_json::Value::Null
        } else {
            let mut call = Call::new(tx, &command, actor, Place::Replica, &now);
            (rule.handler)(&mut call, command.args.clone())?
        };
        tx.outbox_put(&command, &subject, held_until)?;
        Ok(answer)
    })
}

fn mark_waiting(tx: &mut andu_store::Tx<'_>, draft_id: &str, kind: &str) -> Result<(), Refusal> {
    let Some(mut draft) = tx.reader().draft_if_there(draft_id)? else {
        return Err(Refusal::because("draft.not_there"));
    };
    if !draft.pending_act.is_empty() {
        return Err(Refusal::because("draft.act_waits"));
    }
    kind.clone_into(&mut draft.pending_act);
    draft.refusal.clear();
    tx.draft_put(&draft)?;
    Ok(())
}

/// Notes what the server decided about a command of this desk.
///
/// # Errors
/// The store's own.
pub fn note_outcome(store: &Store, command: &Command, outcome: &Outcome) -> Result<(), Refusal> {
    if !outcome.is_final() {
        return Ok(());
    }
    store.write(|tx| {
        let subject = command
            .args
            .get("id")
            .and_then(|id| id.as_str())
            .unwrap_or("");
        let refusal = match outcome {
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason } => Some(reason),
            Outcome::Applied { .. } | Outcome::Merged { .. } | Outcome::Deferred { .. } => None,
        };
        if let (Some(reason), Some(mut draft)) = (refusal, tx.reader().draft_if_there(subject)?) {
            if reason.key == "draft.frozen" {
                note_late(tx, subject, command)?;
            }
            draft.pending_act.clear();
            draft.refusal = serde_json::to_string(reason)?;
            tx.draft_put(&draft)?;
        }
        tx.outbox_answered(command.id, &outcome.heads())?;
        Ok(())
    })
}

fn late_name(draft_id: &str) -> String {
    format!("late_updates:{draft_id}")
}

/// Updates of a draft that came after its text was frozen. They are kept here and not there; what is
/// written later builds on them, so they go again before it does.
///
/// # Errors
/// The store's own.
pub fn late_updates(reader: Reader<'_>, draft_id: &str) -> Result<Vec<CommandId>, Refusal> {
    let noted = reader.meta(&late_name(draft_id))?.unwrap_or_default();
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str(&noted)?)
}

fn note_late(tx: &mut Tx<'_>, draft_id: &str, command: &Command) -> Result<(), Refusal> {
    let mut late = late_updates(tx.reader(), draft_id)?;
    if command.kind == "draft_update" && !late.contains(&command.id) {
        late.push(command.id);
        tx.meta_put(&late_name(draft_id), &serde_json::to_string(&late)?)?;
    }
    Ok(())
}

/// Notes that these late updates were sent again, under other ids.
///
/// # Errors
/// The store's own.
pub fn late_sent(store: &Store, draft_id: &str, sent: &[CommandId]) -> Result<(), Refusal> {
    store.write(|tx| {
        let mut late = late_updates(tx.reader(), draft_id)?;
        late.retain(|id| !sent.contains(id));
        tx.meta_put(&late_name(draft_id), &serde_json::to_string(&late)?)?;
        let mut draft = tx.reader().draft(draft_id)?;
        draft.refusal.clear();
        tx.draft_put(&draft)?;
        Ok(())
    })
}
