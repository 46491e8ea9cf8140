//! Processes (办理): what somebody has to do or has done, where a document is, and the acts of its steps.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

mod ahead;
mod beside;
mod bpmn_cause;
mod does;
mod figures;
pub mod file;
pub mod finding;
mod hand;
mod keeping;
mod read;
mod send;
mod studio;

use std::collections::BTreeMap;

use andu_app::process;
use andu_document::{DocumentType, Urgency};
use andu_store::{TaskFilter, TaskRecord};
use andu_sync::Reason;
use andu_workflow as workflow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use self::ahead::{AHEAD, NextStep, TaskNext, TaskNextAsk};
pub use self::beside::{BESIDE, ProcessCirculate, ProcessReader, ProcessRecord};
pub use self::figures::{FIGURES, FigureList, FigurePage, FigureReach, FigureRow};
pub use self::hand::{
    HandNote, HandSheet, ProcessHandwriting, TaskHand, WrittenHand, handwritings,
};
pub use self::keeping::{
    AT_SERVER, KEEPING, ProcessMigrate, ProcessName, ProcessRehearse, ProcessRepair,
    ProcessVersionRow, RehearsedRow, RunningRow, StuckList, StuckReason, StuckRepair, StuckRow,
    StuckSecond,
};
pub use self::studio::{
    BookKind, DrawingView, DrawnLink, DrawnShape, FindingStep, LockedNode, ProcessBook,
    ProcessDefine, ProcessFinding, ProcessFix, ProcessLook, ProcessMended, ProcessRow, ProcessView,
    STUDIO, definition,
};
use self::{
    read::{Read, copy_read, form, trace},
    send::{act, content_of, send, urge},
};
use crate::{
    ApiError, Caller,
    caller::{acted, serve},
    draft::{CommandOutcome, DraftRef, SyncMark},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// How a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskState {
    /// 待办
    Todo,
    /// 已办
    Done,
    /// Done without.
    Gone,
    /// 待阅
    ToRead,
}

/// One line of a list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TaskRow {
    /// Id.
    pub id: String,
    /// The instance.
    pub instance_id: String,
    /// The document.
    pub draft_id: String,
    /// Title on one line.
    pub title: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 发文字号; empty before it is given.
    pub number: String,
    /// Who drafted it.
    pub author: String,
    /// The step, 处室核稿.
    pub step: String,
    /// What the button says, 审核通过.
    pub act: String,
    /// Who passed it on.
    pub from: String,
    /// With which word.
    pub note: String,
    /// How it stands.
    pub state: TaskState,
    /// What was decided.
    pub verdict: Option<TaskVerdict>,
    /// Since when: an instant in UTC.
    pub opened_at: String,
    /// Until when: an instant in UTC; empty without a limit.
    pub due_at: String,
    /// When somebody was last reminded of it: an instant in UTC; empty if never.
    pub urged_at: String,
    /// How often, in all.
    pub urged_times: u32,
    /// By whom; empty: by the clock.
    pub urged_by: String,
    /// With which word.
    pub urged_note: String,
    /// Of a step that one of several takes: whether it is still to be taken, or this person has it.
    pub claim: Option<TaskClaim>,
    /// Whether it was opened before.
    pub seen: bool,
    /// When it was done: an instant in UTC; empty before.
    pub done_at: String,
    /// The process, `outgoing`.
    pub process: String,
    /// Whether the server knows what was done last.
    pub sync: SyncMark,
    /// Why that was refused, as a sentence; empty otherwise.
    pub refusal: String,
}

/// A verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskVerdict {
    /// Agrees.
    Agree,
    /// 圈阅: agrees.
    Circle,
    /// Does not agree.
    Refuse,
    /// Neither.
    Abstain,
}

/// Which tasks.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskList {
    /// How they stand.
    pub state: TaskState,
    /// Words of the title; empty: all.
    pub text: String,
    /// Only those of this process; `None`: all.
    #[serde(default)]
    #[ts(optional)]
    pub process: Option<String>,
    /// Only those that were due by the end of yesterday.
    #[serde(default)]
    #[ts(optional)]
    pub late: Option<bool>,
    /// Only those that have lain here so many days or more.
    #[serde(default)]
    #[ts(optional)]
    pub lain_days: Option<u32>,
    /// How many to pass over.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A part of a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskPage {
    /// How many there are in all.
    pub total: u32,
    /// The newest first.
    pub rows: Vec<TaskRow>,
}

/// The numbers in the rail.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskCounts {
    /// 待办
    pub todo: u32,
    /// 特急 and 特提 among those.
    pub urgent: u32,
    /// 已办
    pub done: u32,
    /// 待阅
    pub to_read: u32,
}

/// A task by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskRef {
    /// Id.
    pub id: String,
}

/// A task with all that is needed to decide it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskView {
    /// Its line.
    pub row: TaskRow,
    /// 批示抄清, where that is read in the step; else empty.
    pub copy: String,
    /// Where the document is.
    pub trace: ProcessTrace,
    /// What may be done; `None` once it is done.
    pub form: Option<TaskForm>,
}

/// Where a document is, and what was said on its way.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessTrace {
    /// The instance.
    pub instance_id: String,
    /// The process, 发文办理.
    pub process: String,
    /// Its name, `outgoing`.
    pub process_id: String,
    /// The version it runs by.
    pub version: u32,
    /// `running`, `done`, `stopped`, `withdrawn` or `void`.
    pub status: String,
    /// When it began: an instant in UTC.
    pub begun_at: String,
    /// The steps that were come to, in their order.
    pub visits: Vec<TraceVisit>,
    /// Steps that may still come, in the order of the process.
    pub ahead: Vec<String>,
    /// What was entered on its way.
    pub items: Vec<TraceItem>,
    /// Rounds in which it was given to be read (传阅).
    pub rounds: Vec<TraceRound>,
}

/// What was entered for an item.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TraceItem {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// As it is read.
    pub value: String,
}

/// A round in which it was given to be read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TraceRound {
    /// From 0.
    pub round: u32,
    /// Who gave it.
    pub by: String,
    /// Id of who gave it.
    pub by_id: String,
    /// Why these people.
    pub note: String,
    /// When: an instant in UTC.
    pub at: String,
    /// To whom.
    pub readers: Vec<TraceReader>,
}

/// Somebody to whom it was given to be read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TraceReader {
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// The department.
    pub department: String,
    /// When it was read: an instant in UTC; empty before.
    pub read_at: String,
    /// A word about it.
    pub note: String,
    /// Taken back before it was read.
    pub withdrawn: bool,
}

/// A step that was come to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TraceVisit {
    /// Its name in acts.
    pub visit: String,
    /// The node in drawings.
    pub node: String,
    /// The step, 处室核稿.
    pub step: String,
    /// The how manieth time.
    pub round: u32,
    /// `open`, `passed`, `refused`, `skipped`, `returned`, `broken_off` or `void`.
    pub state: String,
    /// Since when: an instant in UTC.
    pub opened_at: String,
    /// Until when it was open: an instant in UTC; empty while it is.
    pub closed_at: String,
    /// Until when it should be done: an instant in UTC; empty without a limit.
    pub due_at: String,
    /// Who was asked.
    pub people: Vec<TracePerson>,
}

/// Somebody asked in a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TracePerson {
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// The department.
    pub department: String,
    /// `step`, `added`, `instead`, `advice` or `consulted`.
    pub asked: String,
    /// Whether it is the person's turn.
    pub up: bool,
    /// Whether it was opened.
    pub seen: bool,
    /// What was decided.
    pub verdict: Option<TaskVerdict>,
    /// In words.
    pub words: String,
    /// When: an instant in UTC; empty before.
    pub at: String,
    /// Who acted for the person (代); empty where the person did.
    pub by: String,
    /// Who entered it from paper (代录), and the day written there; empty otherwise.
    pub recorded_by: String,
    /// The day on the paper.
    pub written_on: String,
    /// What was said stays with its readers and is not shown to the caller, who reads a copy (批示抄清).
    pub withheld: bool,
    /// Whether a scan of the paper lies beside the document.
    pub scanned: bool,
    /// What was written by hand with it: its hash; empty: nothing.
    pub handwriting: String,
    /// No longer asked, or decided without.
    pub gone: bool,
    /// It was decided about words that were changed since.
    pub older: bool,
}

/// What may be done in a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskForm {
    /// The visit.
    pub visit: String,
    /// What the button says.
    pub act: String,
    /// Words are needed: `never`, `for_refusal` or `always`.
    pub words: String,
    /// Whether somebody may refuse here: an opinion that is only asked for is neither.
    pub advises: bool,
    /// What may or must be entered.
    pub fields: Vec<TaskField>,
    /// What may be done besides deciding.
    pub may: Vec<String>,
    /// Where it may go back to, the nearest first.
    pub returns: Vec<ReturnTarget>,
    /// Later steps whose people are chosen here.
    pub choose: Vec<ChooseStep>,
    /// Asked again before it is done: it binds.
    pub binds: bool,
    /// May be done for many at once.
    pub batch: bool,
    /// Only with a network.
    pub online: bool,
    /// Of a step that one of several takes: whether it is still to be taken, or this person has it.
    pub claim: Option<TaskClaim>,
}

/// How a step stands that one of several takes (领取).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskClaim {
    /// Nobody has it: it may be taken, or decided at once.
    Free,
    /// 待领取: nobody has it, and it is taken before it is decided.
    Must,
    /// 已领取: this person has it.
    Held,
}

/// An item of a step.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TaskField {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it means.
    pub note: String,
    /// `yes_no`, `number`, `text`, `choice`, `day`, `people` or `units`.
    pub kind: String,
    /// Codes and names of a choice.
    pub options: Vec<FieldOption>,
    /// Must be entered.
    pub required: bool,
    /// What is entered now: JSON.
    #[ts(type = "boolean | number | string | string[] | null")]
    pub value: serde_json::Value,
    /// It is not entered yet but offered (批示抄清): it is entered with the decision unless it is changed.
    pub offered: bool,
    /// The earliest day that may be entered anew, as ISO text.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// It has to be entered where another field says so, and is not asked for otherwise.
    #[ts(optional)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<FieldWith>,
}

/// A choice of another field.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldWith {
    /// The other field.
    pub field: String,
    /// The code chosen there.
    pub code: String,
}

/// One of a closed list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FieldOption {
    /// Its code.
    pub code: String,
    /// Its name.
    pub title: String,
}

/// A visit to which it may go back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReturnTarget {
    /// The visit.
    pub visit: String,
    /// The step.
    pub step: String,
    /// Who did it.
    pub people: String,
    /// Signed opinions that become void where every step after it is done again.
    pub voids: Vec<String>,
}

/// A later step whose people are chosen here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChooseStep {
    /// The step's name.
    pub node: String,
    /// Its name for people.
    pub step: String,
    /// Who was chosen for it before, joined by 、; they stay unless others are chosen.
    pub chosen: String,
    /// What follows where nobody is chosen.
    pub nobody: NobodyChosen,
}

/// What follows where nobody is chosen for a later step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NobodyChosen {
    /// The step is skipped.
    Skips,
    /// The act is refused.
    Refused,
    /// Others take it, by the process; or whether the step comes at all is decided on the way to it.
    Open,
}

/// An act about a task.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskAct {
    /// Id of the task.
    pub id: String,
    /// What.
    pub act: TaskDoes,
    /// A desk that waits for a server holds it back so many seconds, in which it may be taken back.
    #[serde(default)]
    #[ts(optional)]
    pub hold_seconds: Option<u32>,
}

/// What is done about a task.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum TaskDoes {
    /// Opens it for the first time.
    See,
    /// Decides.
    Decide {
        /// How.
        verdict: TaskVerdict,
        /// In words.
        words: String,
        /// What is entered.
        #[ts(type = "Record<string, boolean | number | string | string[]>")]
        items: BTreeMap<String, serde_json::Value>,
        /// Who is chosen for later steps.
        chosen: BTreeMap<String, Vec<String>>,
        /// What is written by hand with it.
        #[serde(default)]
        #[ts(optional)]
        handwriting: Option<TaskHand>,
    },
    /// 退回
    Return {
        /// The visit.
        to: String,
        /// Straight back afterwards; else every step after it again.
        straight: bool,
        /// Why.
        reason: String,
    },
    /// 收回
    TakeBack,
    /// 先送…审、再送…审、加送会签
    Add {
        /// Whom.
        people: Vec<String>,
        /// `before`, `after` or `beside`.
        place: TaskPlace,
        /// With a word.
        note: String,
    },
    /// 取消会签
    TakeOut {
        /// Whom.
        person_id: String,
    },
    /// 移交
    Transfer {
        /// To whom.
        to: String,
        /// With a word.
        note: String,
    },
    /// 请…提意见
    Delegate {
        /// Whom.
        to: String,
        /// What is asked.
        note: String,
    },
    /// 征求意见
    Consult {
        /// Whom.
        to: String,
        /// What is asked.
        note: String,
    },
    /// 已阅
    Read {
        /// A word about it.
        note: String,
    },
    /// 领取
    Claim,
    /// 退回待领
    Release,
}

/// Where an added person stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TaskPlace {
    /// Before oneself.
    Before,
    /// After oneself.
    After,
    /// As well as oneself.
    Beside,
}

/// 催办
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessUrge {
    /// The document.
    pub draft_id: String,
    /// The visit.
    pub visit: String,
    /// With a word.
    pub note: String,
}

/// A process that is to be gone by.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessEnable {
    /// Its name, `outgoing`.
    pub process: String,
}

/// Whether documents go by a process.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessStatus {
    /// Since when: an instant in UTC; `None` where they do not.
    pub enabled_at: Option<String>,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<TaskList, TaskPage>("task_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<Nothing, TaskCounts>("task_counts", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, counts)),
    row::<TaskRef, TaskView>("task_open", P::Member, W::None, &[]).served(|c, a| serve(c, a, open)),
    row::<DraftRef, Option<ProcessTrace>>("process_trace", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, trace_of)),
    row::<ProcessHandwriting, Vec<WrittenHand>>("process_handwriting", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, hand::written)),
    row::<TaskAct, CommandOutcome>("process_act", P::Asked, W::Act, &[T::Tasks, T::Drafts])
        .served(|c, a| serve(c, a, act))
        .handled(process::act),
    row::<ProcessUrge, CommandOutcome>("process_urge", P::Asked, W::Act, &[T::Tasks])
        .served(|c, a| serve(c, a, urge))
        .handled(process::act),
    row::<ProcessEnable, CommandOutcome>("process_enable", P::KeepVocabulary, W::Act, &[T::Tasks])
        .served(|c, a| serve(c, a, enable))
        .handled(process::enable),
    row::<ProcessEnable, ProcessStatus>("process_status", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, status)),
];

fn parse<D: serde::de::DeserializeOwned>(word: &str) -> Option<D> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

impl TaskRow {
    fn of(task: &TaskRecord) -> Self {
        let refusal = serde_json::from_str::<Reason>(&task.refusal)
            .map_or_else(|_| String::new(), |reason| text::reason_sentence(&reason));
        Self {
            id: task.id.clone(),
            instance_id: task.instance_id.clone(),
            draft_id: task.draft_id.clone(),
            title: task.title.clone(),
            document_type: parse(&task.document_type),
            urgency: parse(&task.urgency),
            number: task.issue_number.clone(),
            author: task.author_name.clone(),
            step: task.step.clone(),
            act: task.act.clone(),
            from: task.from_name.clone(),
            note: task.note.clone(),
            state: match task.state {
                andu_store::TaskState::Todo => TaskState::Todo,
                andu_store::TaskState::Done => TaskState::Done,
                andu_store::TaskState::Gone => TaskState::Gone,
                andu_store::TaskState::ToRead => TaskState::ToRead,
            },
            process: task.process.clone(),
            verdict: parse(&task.verdict),
            opened_at: task.opened_at.clone(),
            due_at: task.due_at.clone(),
            claim: parse(&task.claim),
            urged_at: task.urged_at.clone(),
            urged_times: task.urged_times,
            urged_by: task.urged_by.clone(),
            urged_note: task.urged_note.clone(),
            seen: !task.seen_at.is_empty(),
            done_at: task.done_at.clone(),
            sync: if !task.pending_act.is_empty() {
                SyncMark::Waiting
            } else if refusal.is_empty() {
                SyncMark::Settled
            } else {
                SyncMark::Refused
            },
            refusal,
        }
    }
}

fn list(caller: &dyn Caller, args: TaskList) -> Result<TaskPage, ApiError> {
    let filter = TaskFilter {
        person_id: String::new(),
        state: match args.state {
            TaskState::Todo => andu_store::TaskState::Todo,
            TaskState::Done => andu_store::TaskState::Done,
            TaskState::Gone => andu_store::TaskState::Gone,
            TaskState::ToRead => andu_store::TaskState::ToRead,
        },
        text: args.text,
        process: args.process.unwrap_or_default(),
        late_at: match args.late {
            Some(true) => day_begins(caller, 0),
            Some(false) | None => String::new(),
        },
        // Of today's day and those before it, the last that counts is over.
        opened_before: match args.lain_days {
            Some(days @ 1..) => day_begins(caller, i64::from(days) - 1),
            Some(0) | None => String::new(),
        },
        offset: args.offset,
        limit: args.limit.min(500),
    };
    let (total, tasks) = caller.look().read(|view| view.tasks(filter))?;
    let rows = tasks.iter().map(TaskRow::of).collect();
    Ok(TaskPage { total, rows })
}

/// When the day so many days ago began, as stores write it.
fn day_begins(caller: &dyn Caller, days_ago: i64) -> String {
    let today = caller.today();
    let day = today.checked_sub(jiff::Span::new().days(days_ago.min(36_500)));
    format!("{:.3}", workflow::clock::begin_of(day.unwrap_or(today)))
}

fn counts(caller: &dyn Caller, _: Nothing) -> Result<TaskCounts, ApiError> {
    let tally = caller.look().read(|view| view.task_tally())?;
    Ok(TaskCounts {
        todo: tally.todo,
        urgent: tally.urgent,
        done: tally.done,
        to_read: tally.to_read,
    })
}

fn open(caller: &dyn Caller, args: TaskRef) -> Result<TaskView, ApiError> {
    let (task, record) = caller.look().read(|view| {
        let task = view.task(&args.id)?;
        let record = view.instance(&task.instance_id)?;
        Ok::<_, andu_app::Refusal>((task, record))
    })?;
    let read = Read::of(caller, record)?;
    let form = match task.state {
        andu_store::TaskState::Todo => form(&read, &task),
        andu_store::TaskState::Done
        | andu_store::TaskState::Gone
        | andu_store::TaskState::ToRead => None,
    };
    Ok(TaskView {
        row: TaskRow::of(&task),
        copy: copy_read(&read, &task),
        trace: trace(&read),
        form,
    })
}

fn trace_of(caller: &dyn Caller, args: DraftRef) -> Result<Option<ProcessTrace>, ApiError> {
    trace_of_document(caller, &args.id)
}

/// Where a document is; `None` where it is in no process, or the caller takes no part in it.
///
/// # Errors
/// The store's own.
pub fn trace_of_document(caller: &dyn Caller, id: &str) -> Result<Option<ProcessTrace>, ApiError> {
    let record = caller.look().read(|view| view.instance_of(id))?;
    let Some(record) = record else {
        return Ok(None);
    };
    Ok(Some(trace(&Read::of(caller, record)?)))
}

fn enable(caller: &dyn Caller, args: ProcessEnable) -> Result<CommandOutcome, ApiError> {
    acted(caller, "process_enable", &args)
}

fn status(caller: &dyn Caller, args: ProcessEnable) -> Result<ProcessStatus, ApiError> {
    let enabled_at = caller
        .look()
        .read(|view| view.process_enabled(&args.process))?;
    Ok(ProcessStatus { enabled_at })
}
