//! Processes (办理): what somebody has to do or has done, where a document is, and the acts of its steps.

use std::collections::BTreeMap;

use andu_app::process::{self, Name, substance};
use andu_base::PersonId;
use andu_document::{DocumentType, Urgency};
use andu_store::{InstanceRecord, TaskFilter, TaskRecord};
use andu_sync::Reason;
use andu_workflow::{
    self as workflow, AddPlace, Asked, Instance, Member, MemberState, Net, Then, Verdict, Visit,
    VisitName, VisitNo, VisitState,
    definition::{Access, ItemKind, Kind, May, Opinion, Step, Value, Who},
    shipped_process,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::serve,
    draft::{CommandOutcome, DraftRef, SyncMark, outcome},
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
    /// Whether it was opened before.
    pub seen: bool,
    /// When it was done: an instant in UTC; empty before.
    pub done_at: String,
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
    /// `running`, `done`, `stopped`, `withdrawn` or `void`.
    pub status: String,
    /// When it began: an instant in UTC.
    pub begun_at: String,
    /// The steps that were come to, in their order.
    pub visits: Vec<TraceVisit>,
    /// Steps that may still come, in the order of the process.
    pub ahead: Vec<String>,
}

/// A step that was come to.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TraceVisit {
    /// Its name in acts.
    pub visit: String,
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
    /// No longer asked, or decided without.
    pub gone: bool,
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
    /// Only with a network.
    pub online: bool,
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
}

/// An act about a task.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TaskAct {
    /// Id of the task.
    pub id: String,
    /// What.
    pub act: TaskDoes,
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
    row::<TaskAct, CommandOutcome>("process_act", P::Member, W::Act, &[T::Tasks, T::Drafts])
        .served(|c, a| serve(c, a, act))
        .handled(process::act),
    row::<ProcessUrge, CommandOutcome>("process_urge", P::Member, W::Act, &[T::Tasks])
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
            },
            verdict: parse(&task.verdict),
            opened_at: task.opened_at.clone(),
            due_at: task.due_at.clone(),
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
        },
        text: args.text,
        offset: args.offset,
        limit: args.limit.min(500),
    };
    let (total, tasks) = caller.look().read(|view| view.tasks(filter))?;
    let rows = tasks.iter().map(TaskRow::of).collect();
    Ok(TaskPage { total, rows })
}

fn counts(caller: &dyn Caller, _: Nothing) -> Result<TaskCounts, ApiError> {
    let tally = caller.look().read(|view| view.task_tally())?;
    Ok(TaskCounts {
        todo: tally.todo,
        urgent: tally.urgent,
        done: tally.done,
    })
}

/// An instance as it is read: with its net, and the names of its people.
struct Read {
    record: InstanceRecord,
    net: &'static Net,
    instance: Instance,
    names: BTreeMap<PersonId, Name>,
}

impl Read {
    fn of(record: InstanceRecord) -> Result<Self, ApiError> {
        let broken = |_| text::error("process.not_there");
        let net = shipped_process(&record.process, record.version);
        Ok(Self {
            net: net.ok_or_else(|| text::error("process.not_there"))?,
            instance: serde_json::from_str(&record.state).map_err(broken)?,
            names: serde_json::from_str(&record.names).map_err(broken)?,
            record,
        })
    }

    fn name(&self, person: PersonId) -> String {
        self.names
            .get(&person)
            .map_or_else(String::new, |name| name.name.clone())
    }

    fn step(&self, visit: &Visit) -> Option<&Step> {
        match &self.net.node(self.net.node_at(&visit.name.node)?).kind {
            Kind::Step(step) => Some(step),
            _ => None,
        }
    }

    fn title(&self, node: &str) -> String {
        let at = self.net.node_at(node);
        at.map_or_else(|| node.to_owned(), |at| self.net.node(at).title.clone())
    }
}

fn open(caller: &dyn Caller, args: TaskRef) -> Result<TaskView, ApiError> {
    let (task, record) = caller.look().read(|view| {
        let task = view.task(&args.id)?;
        let record = view.instance(&task.instance_id)?;
        Ok::<_, andu_app::Refusal>((task, record))
    })?;
    let read = Read::of(record)?;
    let form = match task.state {
        andu_store::TaskState::Todo => form(&read, &task),
        andu_store::TaskState::Done | andu_store::TaskState::Gone => None,
    };
    Ok(TaskView {
        row: TaskRow::of(&task),
        trace: trace(&read),
        form,
    })
}

fn trace_of(caller: &dyn Caller, args: DraftRef) -> Result<Option<ProcessTrace>, ApiError> {
    let record = caller.look().read(|view| view.instance_of(&args.id))?;
    let read = record.map(Read::of).transpose()?;
    Ok(read.as_ref().map(trace))
}

fn trace(read: &Read) -> ProcessTrace {
    let visits = read.instance.visits.iter();
    ProcessTrace {
        instance_id: read.record.id.clone(),
        process: read.net.definition.title.clone(),
        status: read.record.status.clone(),
        begun_at: read.record.begun_at.clone(),
        visits: visits.map(|visit| visited(read, visit)).collect(),
        ahead: ahead(read),
    }
}

/// Steps after the last one that is open, in the order of the process, as far as nothing has decided that
/// they are passed by.
fn ahead(read: &Read) -> Vec<String> {
    if !read.instance.is_running() {
        return Vec::new();
    }
    let open = read.instance.open_visits();
    let at = open
        .filter_map(|(_, visit)| read.net.node_at(&visit.name.node))
        .max();
    let nodes = read
        .net
        .definition
        .nodes
        .iter()
        .skip(at.map_or(0, |at| at + 1));
    nodes
        .filter(|node| matches!(node.kind, Kind::Step(_)) && node.inside.is_none())
        .map(|node| node.title.clone())
        .collect()
}

fn visited(read: &Read, visit: &Visit) -> TraceVisit {
    TraceVisit {
        visit: visit.name.to_string(),
        step: read.title(&visit.name.node),
        round: visit.name.round,
        state: crate::draft::word(&visit.state),
        opened_at: written(visit.opened_at),
        closed_at: visit.closed_at.map(written).unwrap_or_default(),
        due_at: visit.due_at.map(written).unwrap_or_default(),
        people: (0..visit.members.len())
            .map(|no| person(read, visit, no))
            .collect(),
    }
}

fn person(read: &Read, visit: &Visit, no: usize) -> TracePerson {
    let member = &visit.members[no];
    let name = read.names.get(&member.person);
    let of =
        |field: fn(&Name) -> &String| name.map_or_else(String::new, |name| field(name).clone());
    let done = member.decision();
    let recorded = done.and_then(|done| done.recorded.as_ref());
    TracePerson {
        person_id: member.person.as_text(),
        name: of(|name| &name.name),
        post: of(|name| &name.post),
        department: of(|name| &name.department),
        asked: match &member.asked {
            Asked::Step => "step",
            Asked::Added { .. } => "added",
            Asked::Instead { .. } => "instead",
            Asked::Advice { .. } => "advice",
            Asked::Consulted { .. } => "consulted",
        }
        .to_owned(),
        up: visit.is_up(no),
        seen: member.seen_at.is_some(),
        verdict: done.map(|done| verdict_of(done.verdict)),
        words: done.map(|done| done.words.clone()).unwrap_or_default(),
        at: done.map(|done| written(done.made_at)).unwrap_or_default(),
        by: done
            .filter(|done| done.by != member.person)
            .map(|done| read.name(done.by))
            .unwrap_or_default(),
        recorded_by: recorded
            .map(|recorded| read.name(recorded.by))
            .unwrap_or_default(),
        written_on: recorded
            .map(|recorded| recorded.written_on.to_string())
            .unwrap_or_default(),
        gone: matches!(
            member.state,
            MemberState::TakenOut | MemberState::HandedOver | MemberState::NotNeeded
        ),
    }
}

const fn verdict_of(verdict: Verdict) -> TaskVerdict {
    match verdict {
        Verdict::Agree => TaskVerdict::Agree,
        Verdict::Circle => TaskVerdict::Circle,
        Verdict::Refuse => TaskVerdict::Refuse,
        Verdict::Abstain => TaskVerdict::Abstain,
    }
}

fn form(read: &Read, task: &TaskRecord) -> Option<TaskForm> {
    let name: VisitName = task.visit.parse().ok()?;
    let no = read.instance.visit(&name)?;
    let visit = &read.instance.visits[no];
    let step = read.step(visit)?;
    let own = visit
        .members
        .iter()
        .rev()
        .find(|member| member.person.as_text() == task.person_id);
    let counts = own.is_none_or(Member::counts);
    Some(TaskForm {
        visit: task.visit.clone(),
        act: step.act.clone(),
        words: match (counts, step.opinion) {
            (false, _) | (true, Opinion::Required) => "always",
            (true, Opinion::ForRefusal) => "for_refusal",
            (true, Opinion::Optional) => "never",
        }
        .to_owned(),
        advises: !counts,
        fields: if counts {
            fields(read, step)
        } else {
            Vec::new()
        },
        may: match counts {
            true => step.may.iter().map(crate::draft::word::<May>).collect(),
            false => Vec::new(),
        },
        returns: match step.may.contains(&May::Return) && counts {
            true => returns(read, no),
            false => Vec::new(),
        },
        choose: if counts {
            choose(read, &visit.name.node)
        } else {
            Vec::new()
        },
        binds: step.binds,
        online: step.online,
    })
}

fn fields(read: &Read, step: &Step) -> Vec<TaskField> {
    let items = read.net.definition.items.iter();
    items
        .filter_map(|item| {
            let required = match step.fields.get(&item.name)? {
                Access::Write => false,
                Access::Require => true,
                Access::Read | Access::Hide => return None,
            };
            let value = read.instance.items.get(&item.name);
            let (kind, options) = match &item.kind {
                ItemKind::YesNo => ("yes_no", Vec::new()),
                ItemKind::Number { .. } => ("number", Vec::new()),
                ItemKind::Text => ("text", Vec::new()),
                ItemKind::Choice { options } => ("choice", options.clone()),
                ItemKind::Day => ("day", Vec::new()),
                ItemKind::People => ("people", Vec::new()),
                ItemKind::Units => ("units", Vec::new()),
            };
            let option = |one: andu_workflow::definition::Choice| FieldOption {
                code: one.code,
                title: one.title,
            };
            Some(TaskField {
                name: item.name.to_string(),
                title: item.title.clone(),
                note: item.note.clone(),
                kind: kind.to_owned(),
                options: options.into_iter().map(option).collect(),
                required,
                value: serde_json::to_value(value).unwrap_or_default(),
            })
        })
        .collect()
}

/// The visits that led here, the last of each step, the nearest first; with what would be void.
fn returns(read: &Read, from: VisitNo) -> Vec<ReturnTarget> {
    let instance = &read.instance;
    let opened = instance.tokens[instance.visits[from].token].from;
    let mut seen: Vec<&VisitName> = Vec::new();
    let mut targets = Vec::new();
    for no in (0..instance.visits.len()).rev() {
        let visit = &instance.visits[no];
        let counts = matches!(visit.state, VisitState::Passed | VisitState::Refused);
        let same = |name: &&VisitName| name.node == visit.name.node && name.path == visit.name.path;
        if !counts || visit.members.is_empty() || seen.iter().any(same) {
            continue;
        }
        let caused = instance.caused_by(no);
        if caused.binary_search(&opened).is_err() {
            continue;
        }
        seen.push(&visit.name);
        let people = visit
            .members
            .iter()
            .filter(|member| member.decision().is_some());
        let people: Vec<String> = people.map(|member| read.name(member.person)).collect();
        targets.push(ReturnTarget {
            visit: visit.name.to_string(),
            step: read.title(&visit.name.node),
            people: people.join("、"),
            voids: voids(read, &caused),
        });
    }
    targets
}

/// The signed opinions that hang on firings.
fn voids(read: &Read, caused: &[usize]) -> Vec<String> {
    let instance = &read.instance;
    let visits = instance.visits.iter().filter(|visit| {
        visit.state != VisitState::Void
            && caused
                .binary_search(&instance.tokens[visit.token].from)
                .is_ok()
    });
    let mut opinions = Vec::new();
    for visit in visits {
        let decided = visit
            .members
            .iter()
            .filter(|member| member.decision().is_some());
        let step = read.title(&visit.name.node);
        opinions.extend(decided.map(|member| format!("{step} {}", read.name(member.person))));
    }
    opinions
}

/// Later steps whose people this one chooses: those that come next.
fn choose(read: &Read, node: &str) -> Vec<ChooseStep> {
    let Some(at) = read.net.node_at(node) else {
        return Vec::new();
    };
    let (mut open, mut seen, mut steps) = (vec![at], vec![at], Vec::new());
    while let Some(at) = open.pop() {
        for out in &read.net.wiring(at).outs {
            let next = read.net.target(*out);
            if seen.contains(&next) {
                continue;
            }
            seen.push(next);
            match &read.net.node(next).kind {
                Kind::Step(step) => {
                    let chosen = step
                        .sign_off
                        .seats
                        .iter()
                        .any(|seat| seat.who == Who::Chosen);
                    if chosen {
                        steps.push(ChooseStep {
                            node: read.net.node(next).id.to_string(),
                            step: read.net.node(next).title.clone(),
                        });
                    }
                }
                _ => open.push(next),
            }
        }
    }
    steps
}

fn act(caller: &dyn Caller, args: TaskAct) -> Result<CommandOutcome, ApiError> {
    let (task, record) = caller.look().read(|view| {
        let task = view.task(&args.id)?;
        let record = view.instance(&task.instance_id)?;
        Ok::<_, andu_app::Refusal>((task, record))
    })?;
    let read = Read::of(record)?;
    let visit: VisitName = task
        .visit
        .parse()
        .map_err(|_| text::error("process.no_visit"))?;
    let content = match (&args.act, read.instance.content) {
        (TaskDoes::Decide { .. }, Some(_)) => {
            let document = crate::draft::stored_document(caller, &task.draft_id)?;
            Some(substance(&document))
        }
        _ => None,
    };
    let act = does(args.act, (visit, caller.actor().id), content)?;
    send(caller, "process_act", (&args.id, &task.instance_id), act)
}

fn urge(caller: &dyn Caller, args: ProcessUrge) -> Result<CommandOutcome, ApiError> {
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

fn send(
    caller: &dyn Caller,
    kind: &'static str,
    (id, instance_id): (&str, &str),
    act: workflow::Act,
) -> Result<CommandOutcome, ApiError> {
    let args = process::Act {
        id: id.to_owned(),
        instance_id: instance_id.to_owned(),
        act,
    };
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    Ok(outcome(caller.act(kind, args)?))
}

fn does(
    does: TaskDoes,
    (visit, own): (VisitName, PersonId),
    content: Option<andu_base::ContentHash>,
) -> Result<workflow::Act, ApiError> {
    let person = |id: &str| id.parse().map_err(|_| text::error("process.no_person"));
    let people = |ids: Vec<String>| {
        ids.iter()
            .map(|id| person(id))
            .collect::<Result<Vec<PersonId>, _>>()
    };
    let key = |name: &str| workflow::Key::new(name).map_err(|_| text::error("process.not_there"));
    Ok(match does {
        TaskDoes::See => workflow::Act::See { visit },
        TaskDoes::Decide {
            verdict,
            words,
            items,
            chosen,
        } => {
            let item = |(name, value): (String, serde_json::Value)| {
                let value: Result<Value, _> = serde_json::from_value(value);
                Ok::<_, ApiError>((
                    key(&name)?,
                    value.map_err(|error| text::bad_arguments(&error))?,
                ))
            };
            let choice =
                |(node, ids): (String, Vec<String>)| Ok::<_, ApiError>((key(&node)?, people(ids)?));
            workflow::Act::Decide(Box::new(workflow::Decide {
                visit,
                verdict: match verdict {
                    TaskVerdict::Agree => Verdict::Agree,
                    TaskVerdict::Circle => Verdict::Circle,
                    TaskVerdict::Refuse => Verdict::Refuse,
                    TaskVerdict::Abstain => Verdict::Abstain,
                },
                words,
                content,
                items: items.into_iter().map(item).collect::<Result<_, _>>()?,
                chosen: chosen.into_iter().map(choice).collect::<Result<_, _>>()?,
                on_paper: None,
                handwriting: None,
            }))
        }
        TaskDoes::Return {
            to,
            straight,
            reason,
        } => workflow::Act::Return {
            visit,
            to: to.parse().map_err(|_| text::error("process.no_visit"))?,
            then: if straight {
                Then::Straight
            } else {
                Then::Again
            },
            reason,
        },
        TaskDoes::TakeBack => workflow::Act::TakeBack { visit },
        TaskDoes::Add {
            people: whom,
            place,
            note,
        } => workflow::Act::Add {
            visit,
            people: people(whom)?,
            place: match place {
                TaskPlace::Before => AddPlace::Before,
                TaskPlace::After => AddPlace::After,
                TaskPlace::Beside => AddPlace::Beside,
            },
            note,
        },
        TaskDoes::TakeOut { person_id } => workflow::Act::TakeOut {
            visit,
            person: person(&person_id)?,
        },
        TaskDoes::Transfer { to, note } => workflow::Act::Transfer {
            visit,
            from: own,
            to: person(&to)?,
            note,
        },
        TaskDoes::Delegate { to, note } => workflow::Act::Delegate {
            visit,
            to: person(&to)?,
            note,
        },
        TaskDoes::Consult { to, note } => workflow::Act::Consult {
            visit,
            to: person(&to)?,
            note,
        },
        TaskDoes::Claim => workflow::Act::Claim { visit },
        TaskDoes::Release => workflow::Act::Release { visit },
    })
}

fn enable(caller: &dyn Caller, args: ProcessEnable) -> Result<CommandOutcome, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    Ok(outcome(caller.act("process_enable", args)?))
}

fn status(caller: &dyn Caller, args: ProcessEnable) -> Result<ProcessStatus, ApiError> {
    let enabled_at = caller
        .look()
        .read(|view| view.process_enabled(&args.process))?;
    Ok(ProcessStatus { enabled_at })
}

fn written(at: jiff::Timestamp) -> String {
    format!("{at:.3}")
}
