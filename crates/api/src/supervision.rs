//! 督办: what is supervised, with whom it lies and until when; setting it up, and the figures of a period.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

mod circular;

use andu_app::{
    process,
    supervision::{self, STANDING_WARN, UnitLimit, UnitStanding, soon_before},
};
use andu_base::{Date, WorkCalendar};
use andu_org::Grant;
use andu_store::{SupervisionFilter, SupervisionRecord, SupervisionState};
use andu_workflow::{
    self as workflow,
    clock::{Light, day_light},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{acted, serve},
    draft::CommandOutcome,
    incoming::IncomingRef,
    process::{ProcessTrace, trace_of_document},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
    text,
};

pub use circular::{
    SupervisionCircular, SupervisionFigures, SupervisionPeriod, SupervisionUnitFigures, circular,
    figures,
};

/// What may be supervised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionKind {
    /// 批示件
    Instruction,
    /// 会议议定事项
    Meeting,
    /// 其他
    Other,
}

/// How something that is supervised stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionLight {
    /// 按期
    OnTime,
    /// 临期
    Soon,
    /// 超期
    Overdue,
    /// 待销号: every report is accepted.
    Ready,
    /// 已销号
    Closed,
    /// 已撤项
    Withdrawn,
}

impl SupervisionLight {
    /// Its word.
    pub fn label(self) -> String {
        let key = format!("supervision.light.{}", crate::draft::word(&self));
        text::sentence(&key, &Default::default())
    }
}

/// Where a department stands with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionUnitState {
    /// 办理中
    Handling,
    /// 申请延期
    Asks,
    /// 待审核
    Review,
    /// 已通过
    Accepted,
}

/// A department with its part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupervisionUnit {
    /// The department.
    pub unit_id: String,
    /// Its name.
    pub name: String,
    /// 牵头; else 配合.
    pub leads: bool,
    /// Until when, as ISO text.
    pub due_on: String,
    /// Until when it asks for, as ISO text; empty where it does not.
    pub asked_until: String,
    /// Working days that are left; negative: that it is over by. 0 once it is accepted.
    pub left: i32,
    /// Its light: `Ready` once it is accepted.
    pub light: SupervisionLight,
    /// Accepted after its day.
    pub was_late: bool,
    /// Where it stands.
    pub state: SupervisionUnitState,
    /// Who is waited for.
    pub waits_for: String,
    /// The visit that is open, for 催办; empty once it is accepted.
    pub visit: String,
    /// `interim`, `final` or `extension`: what was reported last; empty before.
    pub stage: String,
    /// In which words.
    pub words: String,
    /// By whom.
    pub reported_by: String,
    /// When: an instant in UTC; empty before.
    pub reported_at: String,
    /// How often it has reported.
    pub reports: u32,
}

/// One line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SupervisionRow {
    /// Id.
    pub id: String,
    /// 督办编号
    pub number: String,
    /// What it is.
    pub kind: SupervisionKind,
    /// 督办事项
    pub title: String,
    /// 牵头 first.
    pub units: Vec<SupervisionUnit>,
    /// The first day by which a department has to report, as ISO text; empty once all is accepted.
    pub due_on: String,
    /// Working days that are left until then; negative: that it is over by.
    pub left: i32,
    /// How it stands.
    pub light: SupervisionLight,
    /// Who set it up.
    pub set_up_by: String,
    /// When, as ISO text.
    pub set_up_on: String,
    /// When it was closed, as ISO text; empty before.
    pub closed_on: String,
}

/// Which of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionList {
    /// How they stand; `None`: all.
    pub light: Option<SupervisionLight>,
    /// What they are; `None`: all.
    pub kind: Option<SupervisionKind>,
    /// Words of title, copy, number or departments; empty: all.
    pub text: String,
    /// How many to pass over.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A part of the ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SupervisionPage {
    /// How many there are in all.
    pub total: u32,
    /// What is due first comes first; then what is closed, the last first.
    pub rows: Vec<SupervisionRow>,
}

/// How many stand where.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SupervisionCounts {
    /// 办理中
    pub running: u32,
    /// 临期 among those.
    pub soon: u32,
    /// 超期 among those.
    pub overdue: u32,
    /// 待销号 among those.
    pub ready: u32,
    /// 已销号
    pub closed: u32,
}

/// One of them by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionRef {
    /// Id.
    pub id: String,
}

/// One of them, whole.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SupervisionView {
    /// Its line.
    pub row: SupervisionRow,
    /// 立项依据
    pub basis: String,
    /// 批示抄清, or what was decided to be done.
    pub copy: String,
    /// 督办要求
    pub requirement: String,
    /// 联系电话
    pub telephone: String,
    /// 销号意见; empty before.
    pub result: String,
    /// The document whose 批示 it is, where the reader sees that; empty otherwise.
    pub source_id: String,
    /// Where it is; `None` where the reader takes no part.
    pub trace: Option<ProcessTrace>,
    /// The reader's task that closes it (销号); empty where there is none.
    pub close_task: String,
    /// Whether the reader supervises: 催办, 撤项.
    pub supervises: bool,
}

/// A department and until when it reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionLimit {
    /// The department.
    pub unit_id: String,
    /// The last day, as ISO text.
    pub due_on: String,
}

/// What is to be supervised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionSetUp {
    /// What it is.
    pub kind: SupervisionKind,
    /// The document whose 批示 it is; empty: none.
    pub source_id: String,
    /// 督办事项
    pub title: String,
    /// 立项依据
    pub basis: String,
    /// 批示抄清, or what was decided to be done.
    pub copy: String,
    /// 督办要求
    pub requirement: String,
    /// 联系电话
    pub telephone: String,
    /// 牵头部门
    pub lead: SupervisionLimit,
    /// 配合部门
    pub support: Vec<SupervisionLimit>,
}

/// One to take back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SupervisionWithdraw {
    /// Id.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<SupervisionList, SupervisionPage>("supervision_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<Nothing, SupervisionCounts>("supervision_counts", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, counts)),
    row::<SupervisionRef, SupervisionView>("supervision_open", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, open)),
    row::<IncomingRef, SupervisionSetUp>("supervision_from", P::Supervise, W::None, &[])
        .served(|c, a| serve(c, a, from)),
    row::<SupervisionSetUp, CommandOutcome>(
        "supervision_set_up",
        P::Supervise,
        W::Act,
        &[T::Supervision, T::Tasks],
    )
    .served(|c, a| serve(c, a, set_up))
    .handled(supervision::set_up),
    row::<SupervisionWithdraw, CommandOutcome>(
        "supervision_withdraw",
        P::Supervise,
        W::Act,
        &[T::Supervision, T::Tasks],
    )
    .served(|c, a| serve(c, a, withdraw))
    .handled(process::act),
    row::<SupervisionPeriod, SupervisionFigures>("supervision_figures", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, circular::figures)),
    row::<SupervisionCircular, Written>("supervision_circular_write", P::Member, W::Desk, &[]),
];

/// How a day stands today.
fn light(due_on: &str, today: Date) -> (SupervisionLight, i32) {
    let Ok(due_on) = due_on.parse::<Date>() else {
        return (SupervisionLight::Ready, 0);
    };
    let (light, left) = day_light(due_on, STANDING_WARN, WorkCalendar::known(), today);
    let light = match light {
        Light::Overdue => SupervisionLight::Overdue,
        Light::Soon => SupervisionLight::Soon,
        Light::Normal | Light::Stopped | Light::Ended => SupervisionLight::OnTime,
    };
    (light, i32::try_from(left).unwrap_or(i32::MAX))
}

fn unit(standing: UnitStanding, today: Date) -> SupervisionUnit {
    use supervision::UnitState as S;
    let (light, left) = match standing.state {
        S::Accepted => (SupervisionLight::Ready, 0),
        S::Handling | S::Asks | S::Review => light(&standing.due_on, today),
    };
    SupervisionUnit {
        unit_id: standing.unit_id,
        name: standing.name,
        leads: standing.leads,
        was_late: standing.accepted_on > standing.due_on,
        due_on: standing.due_on,
        asked_until: standing.asked_until,
        left,
        light,
        state: match standing.state {
            S::Handling => SupervisionUnitState::Handling,
            S::Asks => SupervisionUnitState::Asks,
            S::Review => SupervisionUnitState::Review,
            S::Accepted => SupervisionUnitState::Accepted,
        },
        waits_for: standing.waits_for,
        visit: standing.visit,
        stage: standing.stage,
        words: standing.words,
        reported_by: standing.reported_by,
        reported_at: standing.reported_at,
        reports: standing.reports,
    }
}

fn kind_named(word: &str) -> SupervisionKind {
    match word {
        "instruction" => SupervisionKind::Instruction,
        "meeting" => SupervisionKind::Meeting,
        _ => SupervisionKind::Other,
    }
}

fn line(record: &SupervisionRecord, today: Date) -> SupervisionRow {
    let (light, left) = match record.state {
        SupervisionState::Running => light(&record.due_on, today),
        SupervisionState::Closed => (SupervisionLight::Closed, 0),
        SupervisionState::Withdrawn => (SupervisionLight::Withdrawn, 0),
    };
    let units = UnitStanding::all(&record.units).into_iter();
    SupervisionRow {
        id: record.id.clone(),
        number: record.number.clone(),
        kind: kind_named(&record.kind),
        title: record.title.clone(),
        units: units.map(|one| unit(one, today)).collect(),
        due_on: record.due_on.clone(),
        left,
        light,
        set_up_by: record.set_up_name.clone(),
        set_up_on: record.set_up_on.clone(),
        closed_on: record.closed_on.clone(),
    }
}

/// A part of the ledger.
///
/// # Errors
/// The store's own.
pub fn list(caller: &dyn Caller, args: SupervisionList) -> Result<SupervisionPage, ApiError> {
    use SupervisionLight as L;
    let today = caller.today();
    let day = |day: Date| day.to_string();
    let (due_from, due_before) = match args.light {
        Some(L::OnTime) => (day(soon_before(today)), String::new()),
        Some(L::Soon) => (day(today), day(soon_before(today))),
        Some(L::Overdue) => (String::new(), day(today)),
        Some(L::Ready | L::Closed | L::Withdrawn) | None => Default::default(),
    };
    let filter = SupervisionFilter {
        state: match args.light {
            Some(L::OnTime | L::Soon | L::Overdue | L::Ready) => Some(SupervisionState::Running),
            Some(L::Closed) => Some(SupervisionState::Closed),
            Some(L::Withdrawn) => Some(SupervisionState::Withdrawn),
            None => None,
        },
        kind: args
            .kind
            .as_ref()
            .map_or_else(String::new, crate::draft::word),
        text: args.text,
        due_from,
        due_before,
        ready: args.light == Some(L::Ready),
        offset: args.offset,
        limit: args.limit.min(500),
        ..SupervisionFilter::default()
    };
    let (total, records) = caller.look().read(|view| view.supervisions(&filter))?;
    let rows = records.iter().map(|record| line(record, today)).collect();
    Ok(SupervisionPage { total, rows })
}

fn counts(caller: &dyn Caller, _: Nothing) -> Result<SupervisionCounts, ApiError> {
    let tally = caller.look().read(|view| view.supervision_tally())?;
    Ok(SupervisionCounts {
        running: tally.running,
        soon: tally.soon,
        overdue: tally.late,
        ready: tally.ready,
        closed: tally.closed,
    })
}

/// One of them, whole.
///
/// # Errors
/// `supervision.not_there`.
pub fn open(caller: &dyn Caller, args: SupervisionRef) -> Result<SupervisionView, ApiError> {
    let (record, sees_source, close_task) = caller.look().read(|view| {
        let record = view.supervision(&args.id)?;
        let sees_source = view.incoming(&record.source_id).is_ok();
        let task = view.open_task_of(&args.id, "close")?;
        Ok::<_, andu_app::Refusal>((record, sees_source, task))
    })?;
    Ok(SupervisionView {
        row: line(&record, caller.today()),
        trace: trace_of_document(caller, &args.id)?,
        basis: record.basis,
        copy: record.copy,
        requirement: record.requirement,
        telephone: record.telephone,
        result: record.result,
        source_id: if sees_source {
            record.source_id
        } else {
            String::new()
        },
        close_task,
        supervises: caller.actor().may(Grant::Supervise),
    })
}

/// What would be set up for the 批示 of a document that came: its words copied, its departments and limit as they were
/// entered there.
fn from(caller: &dyn Caller, args: IncomingRef) -> Result<SupervisionSetUp, ApiError> {
    let came = crate::incoming::open(caller, args)?;
    let said = came.trace.iter().flat_map(|trace| &trace.visits);
    let said = said.filter(|visit| visit.node == "instruct" && visit.state != "void");
    let people = said.flat_map(|visit| &visit.people);
    let words = people.filter(|person| !person.words.trim().is_empty());
    let copies: Vec<String> = words
        .map(|person| format!("{}：{}", person.name, person.words.trim()))
        .collect();
    let (lead, support, due_on) = assigned(caller, &came.row.id)?;
    let limit = |unit_id: String| SupervisionLimit {
        unit_id,
        due_on: due_on.clone(),
    };
    let number = [came.row.number.as_str(), came.row.from_number.as_str()];
    let number: Vec<&str> = number.into_iter().filter(|one| !one.is_empty()).collect();
    let fields = [
        ("number", number.join("，")),
        ("title", came.row.title.clone()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
    Ok(SupervisionSetUp {
        kind: SupervisionKind::Instruction,
        source_id: came.row.id.clone(),
        title: came.row.title,
        basis: text::sentence("supervision.basis_of", &fields),
        copy: copies.join("\n"),
        requirement: String::new(),
        telephone: String::new(),
        lead: limit(lead),
        support: support.into_iter().map(limit).collect(),
    })
}

/// The departments to which a document that came was given, and until when.
fn assigned(
    caller: &dyn Caller,
    draft_id: &str,
) -> Result<(String, Vec<String>, String), ApiError> {
    let record = caller.look().read(|view| view.instance_of(draft_id))?;
    let instance: Option<workflow::Instance> = record
        .map(|record| serde_json::from_str(&record.state))
        .transpose()
        .map_err(|_| text::error("process.not_there"))?;
    let ids = |item: &str| -> Vec<String> {
        let named = workflow::Key::new(item).ok();
        let named = named.zip(instance.as_ref());
        let ids = named.map(|(item, instance)| {
            let ids = instance.ids_of(&item, 0).into_iter();
            ids.map(str::to_owned).collect()
        });
        ids.unwrap_or_default()
    };
    let first = |item: &str| ids(item).into_iter().next().unwrap_or_default();
    Ok((first("lead_unit"), ids("support_units"), first("due_on")))
}

fn set_up(caller: &dyn Caller, args: SupervisionSetUp) -> Result<CommandOutcome, ApiError> {
    let limit = |limit: SupervisionLimit| {
        let due_on = limit.due_on.trim().parse();
        Ok(UnitLimit {
            unit_id: limit.unit_id,
            due_on: due_on.map_err(|_| text::error("supervision.day"))?,
        })
    };
    let support: Result<Vec<UnitLimit>, ApiError> = args.support.into_iter().map(limit).collect();
    let args = supervision::SetUp {
        id: caller.new_id(),
        kind: crate::draft::word(&args.kind),
        source_id: args.source_id,
        title: args.title,
        basis: args.basis,
        copy: args.copy,
        requirement: args.requirement,
        telephone: args.telephone,
        lead: limit(args.lead)?,
        support: support?,
    };
    // What cannot be right is said at once, also where the server cannot be asked.
    supervision::check(&args, caller.today())?;
    acted(caller, "supervision_set_up", &args)
}

fn withdraw(caller: &dyn Caller, args: SupervisionWithdraw) -> Result<CommandOutcome, ApiError> {
    let record = caller.look().read(|view| view.instance_of(&args.id))?;
    let record = record.ok_or_else(|| text::error("supervision.not_there"))?;
    let args = process::Act {
        id: record.id.clone(),
        instance_id: record.id,
        act: workflow::Act::Withdraw {
            reason: args.reason,
        },
        handwriting: None,
    };
    acted(caller, "supervision_withdraw", &args)
}
