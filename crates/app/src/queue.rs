//! A replica's side of a command: what happens at once, and what waits for the server. Everything is in
//! the outbox, on the disk, before the person is told anything.

use andu_org::Person;
use andu_store::Store;
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
        let refused = match outcome {
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason } => Some(reason),
            Outcome::Applied { .. } | Outcome::Merged { .. } | Outcome::Deferred { .. } => None,
        };
        if let (Some(reason), Some(mut draft)) = (refused, tx.reader().draft_if_there(subject)?) {
            draft.pending_act.clear();
            draft.refusal = serde_json::to_string(reason)?;
            tx.draft_put(&draft)?;
        }
        tx.outbox_answered(command.id, &outcome.heads())?;
        Ok(())
    })
}
