//! A replica's side of a command: what happens at once, and what waits for the server. Everything is in
//! the outbox, on the disk, before the person is told anything.

use std::collections::BTreeSet;

use andu_base::CommandId;
use andu_org::Person;
use andu_store::{Reader, Store, StoreError, Tx};
use andu_sync::{Command, Outcome, PushAnswer, PushRequest};

use crate::{
    Refusal, draft, epoch,
    execute::{Call, Place, Rule, WriteClass},
    process, refused, row,
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
    let held_until = if held_until > now.as_str() {
        held_until
    } else {
        ""
    };
    store.write(|tx| enqueue_in(tx, command, rule, actor, held_until, sign))
}

fn enqueue_in(
    tx: &mut Tx<'_>,
    mut command: Command,
    rule: Rule,
    actor: &Person,
    held_until: &str,
    sign: impl FnOnce(Command) -> Command,
) -> Result<serde_json::Value, Refusal> {
    let now = command.claimed_at.clone();
    command.device_seq = tx.next_own_seq()?;
    let command = sign(command);
    let subject = command
        .args
        .get("id")
        .and_then(|id| id.as_str())
        .unwrap_or("")
        .to_owned();
    let answer = if rule.class == WriteClass::Act {
        // An act about a draft shows on the draft that it waits; others show in the outbox alone.
        if command.kind.starts_with("draft_") || command.kind == INCOMING_REGISTER {
            mark_waiting(tx, &subject, &command.kind)?;
        } else if command.kind == PROCESS_ACT {
            mark_task(tx, &subject)?;
        }
        serde_json::Value::Null
    } else {
        tx.base_keep("draft", &subject)?;
        let mut call = Call::new(tx, &command, actor, Place::Replica, &now);
        (rule.handler)(&mut call, command.args.clone())?
    };
    tx.outbox_put(&command, &subject, held_until)?;
    Ok(answer)
}

/// Registering a document that came.
const INCOMING_REGISTER: &str = "incoming_register";

/// An act in a process, about a task.
const PROCESS_ACT: &str = "process_act";

/// An act about a task shows on it by being in the outbox; a second one waits for the first.
fn mark_task(tx: &mut Tx<'_>, task_id: &str) -> Result<(), Refusal> {
    if tx.reader().outbox_holds(task_id)? {
        return Err(Refusal::because("process.act_waits"));
    }
    if let Some(mut task) = tx.reader().task(task_id)? {
        task.refusal.clear();
        tx.task_put(&task)?;
    }
    Ok(())
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

/// Takes a command back that is held, was never sent, and that nothing builds on. Says whether it could be.
///
/// # Errors
/// The store's own.
pub fn take_back(store: &Store, id: CommandId) -> Result<bool, Refusal> {
    store.write(|tx| {
        let Some(held) = tx.reader().outbox_held(id)? else {
            return Ok(false);
        };
        // What builds on it would wait for it for ever.
        if tx.reader().outbox_names(id)? {
            return Ok(false);
        }
        if held.command.kind == PROCESS_ACT {
            tx.outbox_drop(id)?;
            return Ok(true);
        }
        let Some(mut draft) = tx.reader().draft_if_there(&held.draft_id)? else {
            return Ok(false);
        };
        // What was done here at once cannot be taken back by taking its envelope away.
        if draft.pending_act != held.command.kind {
            return Ok(false);
        }
        draft.pending_act.clear();
        tx.draft_put(&draft)?;
        tx.outbox_drop(id)?;
        Ok(true)
    })
}

/// The same for what was done about something, such as a task.
///
/// # Errors
/// The store's own.
pub fn take_back_about(store: &Store, subject: &str) -> Result<bool, Refusal> {
    match store.read(|reader| reader.outbox_held_about(subject))? {
        Some(id) => take_back(store, id),
        None => Ok(false),
    }
}

/// Until when something that is done `now` is held back; beyond a minute nobody remembers what there is to
/// take back.
#[must_use]
pub fn held_until(now: &str, seconds: u32) -> String {
    let seconds = i64::from(seconds.min(HOLD_AT_MOST_S));
    let instant = now.parse::<jiff::Timestamp>().ok();
    let until = instant.and_then(|now| {
        now.checked_add(jiff::SignedDuration::from_secs(seconds))
            .ok()
    });
    until.map_or_else(|| now.to_owned(), |until| format!("{until:.3}"))
}

/// Seconds for which something is held back at the most.
pub const HOLD_AT_MOST_S: u32 = 60;

/// What a replica sends now: what is due, and, after its server was restored from a copy, which applied
/// commands it asks about.
///
/// # Errors
/// The store's own.
pub fn next_push(store: &Store, now: &str, limit: u32) -> Result<PushRequest, Refusal> {
    let latest = longest_hold(now);
    if store.read(|reader| reader.outbox_release_due(now, &latest))? {
        store.write(|tx| tx.outbox_release(now, &latest).map_err(Refusal::from))?;
    }
    store.read(|reader| {
        let recall = if epoch::recall_due(reader)? {
            reader.sent_commands()?
        } else {
            Vec::new()
        };
        // What was sent before comes before what is new: the new may build on it.
        let commands = if recall.is_empty() {
            let due = reader.outbox(limit)?;
            due.into_iter().map(|queued| queued.command).collect()
        } else {
            Vec::new()
        };
        Ok(PushRequest {
            epoch: epoch::current(reader)?,
            lost: let_go(reader, &commands)?,
            commands,
            recall,
        })
    })
}

/// What these commands depend on and this desk does not hold any more: it was refused, or passed long ago. A
/// server that was put back from a copy may know nothing of it.
pub(crate) fn let_go(reader: Reader<'_>, commands: &[Command]) -> Result<Vec<CommandId>, Refusal> {
    let mut gone = Vec::new();
    for id in commands.iter().flat_map(|command| &command.depends_on) {
        if !gone.contains(id) && !reader.command_kept(&id.as_text())? {
            gone.push(*id);
        }
    }
    Ok(gone)
}

/// An hour from `now`: nobody means to hold anything longer, so a clock was wrong.
fn longest_hold(now: &str) -> String {
    let instant = now.parse::<jiff::Timestamp>().ok();
    let latest = instant.and_then(|now| now.checked_add(jiff::SignedDuration::from_hours(1)).ok());
    latest.map_or_else(|| now.to_owned(), |latest| format!("{latest:.3}"))
}

/// What became of a push.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pushed {
    /// Something was noted.
    pub changed: bool,
    /// There is reason to push again at once.
    pub again: bool,
    /// Drafts of whose text something was set aside: what is open of them is to be opened anew.
    pub set_aside: Vec<String>,
}

/// Notes the answer to `request`, in one transaction. Commands whose numbers were used up, because this
/// desk was restored from a copy, are numbered anew and signed by `sign`.
///
/// # Errors
/// The store's own.
pub fn note_answer(
    store: &Store,
    request: &PushRequest,
    answer: &PushAnswer,
    sign: &mut dyn FnMut(Command) -> Command,
) -> Result<Pushed, Refusal> {
    store.write(|tx| note_answer_in(tx, request, answer, sign))
}

/// The same within a transaction.
pub(crate) fn note_answer_in(
    tx: &mut Tx<'_>,
    request: &PushRequest,
    answer: &PushAnswer,
    sign: &mut dyn FnMut(Command) -> Command,
) -> Result<Pushed, Refusal> {
    let known = epoch::current(tx.reader())?;
    if request.epoch != known {
        return Ok(Pushed::default());
    }
    if answer.epoch != known {
        epoch::adopt(tx, &answer.epoch)?;
        if !known.is_empty() {
            return Ok(Pushed {
                changed: true,
                again: true,
                ..Pushed::default()
            });
        }
    }
    tx.own_seq_at_least(answer.counted)?;
    if epoch::recall_due(tx.reader())? {
        for id in &answer.unknown {
            tx.outbox_recall(*id)?;
        }
        epoch::recalled(tx)?;
    }
    let mut used_up: Option<u64> = None;
    let mut finished = 0;
    let mut set_aside = BTreeSet::new();
    for (id, outcome) in &answer.outcomes {
        let Some(command) = request.commands.iter().find(|command| command.id == *id) else {
            continue;
        };
        if is_used_up(outcome) {
            used_up = Some(used_up.map_or(command.device_seq, |n| n.min(command.device_seq)));
        } else if outcome.is_final() {
            set_aside.extend(note_outcome(tx, command, outcome)?);
            finished += 1;
        }
    }
    if let Some(first) = used_up {
        tx.outbox_renumber(first, answer.counted, sign)?;
    }
    Ok(Pushed {
        changed: finished > 0,
        again: used_up.is_some()
            || !request.recall.is_empty()
            || (finished > 0 && finished == request.commands.len()),
        set_aside: set_aside.into_iter().collect(),
    })
}

/// The number belongs to another command of this device.
pub(crate) fn is_used_up(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Rejected { reason } if reason.key == "command.sequence")
}

/// Notes an outcome, and answers with the draft of whose text something was set aside.
fn note_outcome(
    tx: &mut Tx<'_>,
    command: &Command,
    outcome: &Outcome,
) -> Result<Option<String>, Refusal> {
    let subject = command
        .args
        .get("id")
        .and_then(|id| id.as_str())
        .unwrap_or("");
    let reason = match outcome {
        Outcome::Rejected { reason } | Outcome::Superseded { reason } => reason,
        Outcome::Applied { answer, .. } if draft::is_kept_aside(answer) => {
            let id = command.id.as_text();
            if tx.reader().outbox_updates(subject)?.contains(&id) {
                row::set_aside(tx, subject, &id)?;
            }
            tx.outbox_answered(command.id, &outcome.heads())?;
            return Ok(Some(subject.to_owned()));
        }
        // What both wanted comes with the pull.
        Outcome::Applied { .. }
        | Outcome::Merged { .. }
        | Outcome::Conflict { .. }
        | Outcome::Deferred { .. } => {
            tx.outbox_answered(command.id, &outcome.heads())?;
            return Ok(None);
        }
    };
    if !tx.reader().command_kept(&command.id.as_text())? {
        return Ok(None);
    }
    if reason.key == "original.incomplete" {
        // The server lost chunks, or has another key: they go again, and with them the command.
        if let Some(file) = command.args.get("file_id").and_then(|id| id.as_str()) {
            tx.draft_file_unsent(file)?;
        }
        tx.outbox_refused(command.id)?;
        return Ok(None);
    }
    if let Some(mut task) = tx.reader().task(subject)? {
        task.refusal = serde_json::to_string(reason)?;
        tx.task_put(&task)?;
    }
    let draft = tx.reader().draft_if_there(subject)?;
    // That something was opened which is over by now concerns nobody.
    if draft.is_none() && !subject.starts_with(process::SEEN) {
        refused::note(tx, command, reason)?;
    }
    if let Some(mut draft) = draft {
        // The text is here and not there: it goes again before what builds on it.
        if matches!(reason.key.as_str(), "draft.not_there" | "draft.text_gap") {
            note_late(tx, subject, command)?;
        }
        draft.pending_act.clear();
        let mut noted = reason.clone();
        noted
            .fields
            .insert(REFUSED_ACT.to_owned(), command.kind.clone());
        draft.refusal = serde_json::to_string(&noted)?;
        tx.draft_put(&draft)?;
    }
    tx.outbox_refused(command.id)?;
    Ok(None)
}

/// The field of a draft's refusal that names the command.
pub const REFUSED_ACT: &str = "refused_act";

fn late_name(draft_id: &str) -> String {
    format!("late_updates:{draft_id}")
}

/// Updates that go to the server again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LateUpdates {
    /// The commands that brought them the first time.
    pub ids: Vec<CommandId>,
    /// What is still here of them, in that order: some may have been set aside since.
    pub updates: Vec<Vec<u8>>,
}

/// Updates of a draft that the server did not know when they came, and those that build on them. They are
/// kept here and not there; what is written later builds on them, so they go again before it does.
///
/// # Errors
/// The store's own.
pub fn late_updates(reader: Reader<'_>, draft_id: &str) -> Result<LateUpdates, Refusal> {
    let mut late = LateUpdates {
        ids: late_ids(reader, draft_id)?,
        updates: Vec::new(),
    };
    for id in &late.ids {
        match reader.draft_update(*id) {
            Err(StoreError::NotFound { .. }) => {}
            update => late.updates.push(update?),
        }
    }
    Ok(late)
}

fn late_ids(reader: Reader<'_>, draft_id: &str) -> Result<Vec<CommandId>, Refusal> {
    let noted = reader.meta(&late_name(draft_id))?.unwrap_or_default();
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str(&noted)?)
}

fn note_late(tx: &mut Tx<'_>, draft_id: &str, command: &Command) -> Result<(), Refusal> {
    let mut late = late_ids(tx.reader(), draft_id)?;
    if command.kind == "draft_update" && !late.contains(&command.id) {
        late.push(command.id);
        tx.meta_put(&late_name(draft_id), &serde_json::to_string(&late)?)?;
    }
    Ok(())
}

/// Queues late updates again, `commands`, which bring what there was of `late`, in one transaction: whenever
/// the machine stops, none of them goes twice.
///
/// # Errors
/// As [`enqueue`]; then none of them is queued.
pub fn send_late(
    store: &Store,
    draft_id: &str,
    late: &LateUpdates,
    commands: Vec<Command>,
    (rule, actor): (Rule, &Person),
    sign: impl Fn(Command) -> Command,
) -> Result<(), Refusal> {
    store.write(|tx| {
        for command in commands {
            enqueue_in(tx, command, rule, actor, "", &sign)?;
        }
        // They stand under their new commands now: what the server keeps aside of those is here no more.
        for id in late.ids.iter().map(|id| id.as_text()) {
            if tx.reader().row_scopes("draft_update", &id)?.is_empty() {
                tx.draft_update_erase(&id)?;
            }
        }
        let sent = &late.ids;
        let mut late = late_ids(tx.reader(), draft_id)?;
        late.retain(|id| !sent.contains(id));
        tx.meta_put(&late_name(draft_id), &serde_json::to_string(&late)?)?;
        let mut draft = tx.reader().draft(draft_id)?;
        draft.refusal.clear();
        tx.draft_put(&draft)?;
        Ok(())
    })
}
