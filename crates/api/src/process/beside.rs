//! What is done beside the steps of a process: a decision on paper is entered (代录), a document is given
//! round to be read (传阅).

use andu_app::{incoming, process};
use andu_base::{Date, PersonId};
use andu_store::TaskRecord;
use andu_workflow::{self as workflow, Verdict, VisitName};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{TaskVerdict, content_of, send};
use crate::{
    ApiError, Caller,
    caller::serve,
    draft::CommandOutcome,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    text,
};

/// A decision on paper that is entered (代录).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessRecord {
    /// The document.
    pub draft_id: String,
    /// The visit.
    pub visit: String,
    /// Who decided.
    pub person_id: String,
    /// How.
    pub verdict: TaskVerdict,
    /// The words on the paper.
    pub words: String,
    /// The day on the paper, as ISO text.
    pub written_on: String,
    /// The scan of the paper: the file that was put beside the document for it.
    pub scan: Option<String>,
}

/// Gives a document round to be read (传阅).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessCirculate {
    /// The document.
    pub draft_id: String,
    /// To whom.
    pub people: Vec<String>,
    /// Why these people.
    pub note: String,
}

/// Takes a document back from somebody who has not read it, or reminds them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessReader {
    /// The document.
    pub draft_id: String,
    /// The round, from 0.
    pub round: u32,
    /// Whom.
    pub person_id: String,
    /// Takes it back instead of reminding.
    pub withdraw: bool,
}

/// Rows of the table.
pub const BESIDE: &[Row] = &[
    row::<ProcessRecord, CommandOutcome>(
        "process_record",
        P::KeepVocabulary,
        W::Act,
        &[T::Tasks, T::Drafts, T::Incoming],
    )
    .served(|c, a| serve(c, a, |c, a: ProcessRecord| record(c, &a)))
    .handled(process::act),
    row::<ProcessCirculate, CommandOutcome>(
        "process_circulate",
        P::Asked,
        W::Act,
        &[T::Tasks, T::Incoming],
    )
    .served(|c, a| serve(c, a, |c, a: ProcessCirculate| circulate(c, &a)))
    .handled(process::act),
    row::<ProcessReader, CommandOutcome>(
        "process_reader",
        P::Asked,
        W::Act,
        &[T::Tasks, T::Incoming],
    )
    .served(|c, a| serve(c, a, |c, a: ProcessReader| reader(c, &a)))
    .handled(process::act),
];

fn person(id: &str) -> Result<PersonId, ApiError> {
    id.parse().map_err(|_| text::error("process.no_person"))
}

/// The instance about a document.
fn instance(caller: &dyn Caller, draft_id: &str) -> Result<String, ApiError> {
    let record = caller.look().read(|view| view.instance_of(draft_id))?;
    let record = record.ok_or_else(|| text::error("process.not_there"))?;
    Ok(record.id)
}

fn record(caller: &dyn Caller, args: &ProcessRecord) -> Result<CommandOutcome, ApiError> {
    let id = instance(caller, &args.draft_id)?;
    let visit: Result<VisitName, _> = args.visit.parse();
    let written_on: Result<Date, _> = args.written_on.trim().parse();
    let scan = args.scan.as_ref().map(|file| {
        incoming::scan_of(&args.draft_id, file).ok_or_else(|| text::error("process.no_scan"))
    });
    let on_paper = workflow::OnPaper {
        person: person(&args.person_id)?,
        recorded: workflow::Recorded {
            by: caller.actor().id,
            written_on: written_on.map_err(|_| text::error("process.paper_day"))?,
            scan: scan.transpose()?,
        },
    };
    let act = workflow::Act::Decide(Box::new(workflow::Decide {
        visit: visit.map_err(|_| text::error("process.no_visit"))?,
        verdict: match args.verdict {
            TaskVerdict::Agree => Verdict::Agree,
            TaskVerdict::Circle => Verdict::Circle,
            TaskVerdict::Refuse => Verdict::Refuse,
            TaskVerdict::Abstain => Verdict::Abstain,
        },
        words: args.words.clone(),
        content: Some(content_of(caller, &args.draft_id)?),
        items: Default::default(),
        chosen: Default::default(),
        on_paper: Some(on_paper),
        handwriting: None,
    }));
    send(caller, "process_record", (&id, &id), act)
}

fn circulate(caller: &dyn Caller, args: &ProcessCirculate) -> Result<CommandOutcome, ApiError> {
    let id = instance(caller, &args.draft_id)?;
    let to: Result<Vec<PersonId>, _> = args.people.iter().map(|id| person(id)).collect();
    let act = workflow::Act::Circulate {
        to: to?,
        note: args.note.clone(),
    };
    send(caller, "process_circulate", (&id, &id), act)
}

fn reader(caller: &dyn Caller, args: &ProcessReader) -> Result<CommandOutcome, ApiError> {
    let id = instance(caller, &args.draft_id)?;
    let (circulation, person) = (args.round as usize, person(&args.person_id)?);
    let act = match args.withdraw {
        true => workflow::Act::WithdrawReading {
            circulation,
            person,
        },
        false => workflow::Act::RemindReading {
            circulation,
            person,
        },
    };
    send(caller, "process_reader", (&id, &id), act)
}

/// 已阅
pub(super) fn read(task: &TaskRecord, note: String) -> Result<workflow::Act, ApiError> {
    let round = task.visit.strip_prefix(process::READING);
    let round = round.and_then(|round| round.parse().ok());
    let circulation = round.ok_or_else(|| text::error("process.no_visit"))?;
    Ok(workflow::Act::Read { circulation, note })
}
