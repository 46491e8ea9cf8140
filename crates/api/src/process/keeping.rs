//! Keeping processes in order (运维): instances that do not go on and what helps them, the versions of a process
//! with what runs by each, and the way over to another version, rehearsed before it is done.

use std::collections::BTreeMap;

use andu_app::process::{self, Found, Migrate, RepairInstance, RunningSeen, Said};
use andu_base::PersonId;
use andu_workflow::{Act, Key, shipped};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{acted, serve},
    draft::CommandOutcome,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// Instances of the agency that do not go on (停滞).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StuckList {
    /// Those.
    pub rows: Vec<StuckRow>,
    /// How many were looked at.
    pub looked: u32,
    /// Whether those are all that run.
    pub is_all: bool,
    /// Who may agree to a move: those who lead the agency, but whoever looks.
    pub seconds: Vec<StuckSecond>,
}

/// Somebody who may agree to a move.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StuckSecond {
    /// Id.
    pub person_id: String,
    /// Name.
    pub name: String,
}

/// An instance that does not go on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StuckRow {
    /// The instance, and where it waits.
    pub instance: RunningRow,
    /// Why, what nothing but a repair helps first.
    pub found: Vec<StuckReason>,
}

/// Why an instance does not go on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StuckReason {
    /// As a sentence.
    pub sentence: String,
    /// What helps, the mildest first; each was tried before it is offered.
    pub repairs: Vec<StuckRepair>,
}

/// What helps an instance.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct StuckRepair {
    /// As a sentence.
    pub sentence: String,
    /// The act as JSON, to be given back.
    pub act: String,
    /// A second has to agree: somebody who leads the agency.
    pub needs_second: bool,
    /// Whether whoever looks may do it.
    pub is_allowed: bool,
}

/// A repair that is to be done.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessRepair {
    /// The instance.
    pub id: String,
    /// The act, from a repair that was offered.
    pub act: String,
    /// Why.
    pub reason: String,
    /// Id of who agrees to a move; empty where none is needed.
    pub second: String,
}

/// A process by its name.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessName {
    /// Its name.
    pub process: String,
}

/// A version of a process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ProcessVersionRow {
    /// The version.
    pub version: u32,
    /// Whether it is the agency's own.
    pub own: bool,
    /// Why it was changed.
    pub note: String,
    /// Who had the agency go by it; empty for what came with the program.
    pub by: String,
    /// When: an instant in UTC; empty for what came with the program.
    pub at: String,
}

/// An instance that runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RunningRow {
    /// The instance.
    pub id: String,
    /// Title of its document.
    pub title: String,
    /// Its process, `outgoing`.
    pub process: String,
    /// The process as people call it.
    pub process_title: String,
    /// The version it runs by.
    pub version: u32,
    /// Who began it.
    pub author: String,
    /// The steps at which it waits.
    pub steps: Vec<String>,
    /// When it began: an instant in UTC.
    pub begun_at: String,
    /// When something happened last: an instant in UTC.
    pub changed_at: String,
}

/// To which version instances would go over.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessRehearse {
    /// The process.
    pub process: String,
    /// To this version.
    pub version: u32,
    /// Which instances; none: all that run by another version.
    pub instances: Vec<String>,
    /// Nodes of the old version with those that stand for them; without an entry: of the same name.
    pub nodes: BTreeMap<String, String>,
}

/// What would become of an instance.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RehearsedRow {
    /// The instance, and where it waits now.
    pub instance: RunningRow,
    /// Whether it can go over.
    pub fits: bool,
    /// Where it would wait then.
    pub then: Vec<String>,
    /// What stands in its way, as sentences.
    pub obstacles: Vec<String>,
}

/// Instances that are to go over to another version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessMigrate {
    /// The process.
    pub process: String,
    /// To this version.
    pub version: u32,
    /// Which instances, at most 500.
    pub instances: Vec<String>,
    /// Nodes of the old version with those that stand for them; without an entry: of the same name.
    pub nodes: BTreeMap<String, String>,
    /// Why.
    pub reason: String,
}

/// Rows of the table.
pub const KEEPING: &[Row] = &[
    row::<Nothing, StuckList>("process_stuck", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| stuck(c))),
    row::<ProcessRepair, CommandOutcome>("process_repair", P::KeepVocabulary, W::Act, &[T::Tasks])
        .served(|c, a| serve(c, a, |c, a: ProcessRepair| repair(c, &a)))
        .handled(process::repair),
    row::<ProcessName, Vec<ProcessVersionRow>>("process_versions", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: ProcessName| versions(c, &a))),
    row::<ProcessName, Vec<RunningRow>>("process_running", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: ProcessName| running(c, &a))),
    row::<ProcessRehearse, Vec<RehearsedRow>>("process_rehearse", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: ProcessRehearse| rehearse(c, &a))),
    row::<ProcessMigrate, CommandOutcome>(
        "process_migrate",
        P::KeepVocabulary,
        W::Act,
        &[T::Tasks],
    )
    .served(|c, a| serve(c, a, migrate))
    .handled(process::migrate_to),
];

/// What the server alone can say: a desk is shown only the instances in which its person takes part.
pub const AT_SERVER: [&str; 3] = ["process_stuck", "process_running", "process_rehearse"];

fn stuck(caller: &dyn Caller) -> Result<StuckList, ApiError> {
    let seen = caller.look().read(|view| view.stuck())?;
    let row = |one: process::Ailing| StuckRow {
        instance: running_row(RunningSeen {
            record: one.record,
            steps: one.steps,
        }),
        found: one.found.iter().map(reason).collect(),
    };
    Ok(StuckList {
        rows: seen.ailing.into_iter().map(row).collect(),
        looked: seen.looked,
        is_all: seen.is_all,
        seconds: seen
            .seconds
            .into_iter()
            .map(|(id, name)| StuckSecond {
                person_id: id.as_text(),
                name,
            })
            .collect(),
    })
}

fn reason(found: &Found) -> StuckReason {
    let repairs = found.repairs.iter().map(|repair| StuckRepair {
        sentence: text::reason_sentence(&repair.says),
        act: repair.act.clone(),
        needs_second: repair.needs_second,
        is_allowed: repair.is_allowed,
    });
    StuckReason {
        sentence: sentence(&found.why),
        repairs: repairs.collect(),
    }
}

fn sentence(said: &Said) -> String {
    match &said.cause {
        Some(cause) => {
            let reason = said.reason.clone();
            text::reason_sentence(&reason.with("cause", text::reason_sentence(cause)))
        }
        None => text::reason_sentence(&said.reason),
    }
}

fn running_row(seen: RunningSeen) -> RunningRow {
    let RunningSeen { record, steps } = seen;
    let mut known = shipped().iter();
    let known = known.find(|net| *net.definition.id == *record.process);
    RunningRow {
        id: record.id,
        title: record.title,
        process_title: known.map_or_else(
            || record.process.clone(),
            |net| net.definition.title.clone(),
        ),
        process: record.process,
        version: record.version,
        author: record.author_name,
        steps,
        begun_at: record.begun_at,
        changed_at: record.changed_at,
    }
}

fn repair(caller: &dyn Caller, args: &ProcessRepair) -> Result<CommandOutcome, ApiError> {
    let act: Act = serde_json::from_str(&args.act).map_err(|error| text::bad_arguments(&error))?;
    let second = match args.second.as_str() {
        "" => None,
        id => {
            let id: Result<PersonId, _> = id.parse();
            Some(id.map_err(|_| text::error("process.no_person"))?)
        }
    };
    let repair = RepairInstance {
        id: args.id.clone(),
        act,
        reason: args.reason.clone(),
        second,
    };
    acted(caller, "process_repair", &repair)
}

fn versions(caller: &dyn Caller, args: &ProcessName) -> Result<Vec<ProcessVersionRow>, ApiError> {
    let all = caller
        .look()
        .read(|view| view.process_versions(&args.process))?;
    let row = |seen: process::VersionSeen| match seen.own {
        Some(own) => ProcessVersionRow {
            version: seen.version,
            own: true,
            note: own.note,
            by: own.defined_name,
            at: own.defined_at,
        },
        None => ProcessVersionRow {
            version: seen.version,
            own: false,
            note: String::new(),
            by: String::new(),
            at: String::new(),
        },
    };
    Ok(all.into_iter().map(row).collect())
}

fn running(caller: &dyn Caller, args: &ProcessName) -> Result<Vec<RunningRow>, ApiError> {
    let all = caller.look().read(|view| view.running(&args.process))?;
    Ok(all.into_iter().map(running_row).collect())
}

fn keys(nodes: &BTreeMap<String, String>) -> Result<BTreeMap<Key, Key>, ApiError> {
    let key = |name: &str| Key::new(name).map_err(|_| text::error("process.not_there"));
    let pair = |(old, new): (&String, &String)| Ok((key(old)?, key(new)?));
    nodes.iter().map(pair).collect()
}

fn rehearse(caller: &dyn Caller, args: &ProcessRehearse) -> Result<Vec<RehearsedRow>, ApiError> {
    let nodes = keys(&args.nodes)?;
    let to = (args.process.as_str(), args.version);
    let all = caller
        .look()
        .read(|view| view.rehearse(to, &args.instances, nodes))?;
    let row = |one: process::Rehearsed| RehearsedRow {
        fits: one.obstacles.is_empty(),
        then: one.then,
        obstacles: one.obstacles.iter().map(sentence).collect(),
        instance: running_row(one.seen),
    };
    Ok(all.into_iter().map(row).collect())
}

fn migrate(caller: &dyn Caller, args: ProcessMigrate) -> Result<CommandOutcome, ApiError> {
    let nodes = keys(&args.nodes)?;
    let migrate = Migrate {
        process: args.process,
        version: args.version,
        instances: args.instances,
        nodes,
        reason: args.reason,
    };
    acted(caller, "process_migrate", &migrate)
}
