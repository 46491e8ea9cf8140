//! What is done about tasks, on its way to the primary.

use andu_app::process::{self, substance};
use andu_base::ContentHash;
use andu_workflow::{self as workflow, VisitName};

use super::{ProcessUrge, TaskAct, TaskDoes, beside, does::does, read::Read};
use crate::{
    ApiError, Caller,
    caller::acted,
    draft::{CommandOutcome, outcome},
    text,
};

/// Does something about a task.
pub(super) fn act(caller: &dyn Caller, args: TaskAct) -> Result<CommandOutcome, ApiError> {
    let (task, record) = caller.look().read(|view| {
        let task = view.task(&args.id)?;
        let record = view.instance(&task.instance_id)?;
        Ok::<_, andu_app::Refusal>((task, record))
    })?;
    if let TaskDoes::Read { note } = args.act {
        let act = beside::read(&task, note)?;
        return send(caller, "process_act", (&args.id, &task.instance_id), act);
    }
    let read = Read::of(caller, record)?;
    let visit: VisitName = task
        .visit
        .parse()
        .map_err(|_| text::error("process.no_visit"))?;
    let content = match (&args.act, read.instance.content) {
        (TaskDoes::Decide { .. }, Some(_)) => Some(content_of(caller, &task.draft_id)?),
        _ => None,
    };
    let hold = args.hold_seconds.unwrap_or(0);
    let (act, written) = does(args.act, (visit, caller.actor().id), content)?;
    // That it was opened waits beside what is decided, and holds none of it up.
    let subject = match &act {
        workflow::Act::See { .. } => format!("{}{}", process::SEEN, args.id),
        _ => args.id,
    };
    let act = process::Act {
        id: subject,
        instance_id: task.instance_id,
        act,
        handwriting: written.map(|written| written.to_json()),
    };
    let act = serde_json::to_value(act).expect("BUG: arguments are plain data");
    Ok(outcome(caller.act_held("process_act", act, hold)?))
}

/// What this desk shows of a document: a decision is about that.
pub(super) fn content_of(caller: &dyn Caller, draft_id: &str) -> Result<ContentHash, ApiError> {
    let incoming = caller.look().read(|view| view.incoming(draft_id));
    if let Ok(incoming) = incoming {
        let hash = incoming.content_hash.parse();
        return hash.map_err(|_| text::error("process.content_changed"));
    }
    let sent = caller.look().read(|view| view.content_sent(draft_id))?;
    if let Some(content) = sent {
        return Ok(content);
    }
    let document = crate::draft::stored_document(caller, draft_id)?;
    Ok(substance(&document))
}

/// 催办
pub(super) fn urge(caller: &dyn Caller, args: ProcessUrge) -> Result<CommandOutcome, ApiError> {
    let record = caller
        .look()
        .read(|view| view.instance_of(&args.draft_id))?;
    let record = record.ok_or_else(|| text::error("process.not_there"))?;
    let visit = args
        .visit
        .parse()
        .map_err(|_| text::error("process.no_visit"))?;
    let act = workflow::Act::Urge {
        visit,
        note: args.note,
    };
    send(caller, "process_urge", (&record.id, &record.id), act)
}

/// Sends an act of somebody who has no task of it, or nothing written by hand.
pub(super) fn send(
    caller: &dyn Caller,
    kind: &'static str,
    (id, instance_id): (&str, &str),
    act: workflow::Act,
) -> Result<CommandOutcome, ApiError> {
    let act = process::Act {
        id: id.to_owned(),
        instance_id: instance_id.to_owned(),
        act,
        handwriting: None,
    };
    acted(caller, kind, &act)
}
