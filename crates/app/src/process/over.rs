//! 迁移: running instances go over to another version of their process. It is rehearsed first, instance by
//! instance, and done at the primary by whoever keeps the processes, with a reason; each instance that cannot go
//! over stays as it is.

use std::collections::BTreeMap;

use andu_base::WorkCalendar;
use andu_org::Grant;
use andu_store::{DefinitionRecord, InstanceRecord};
use andu_sync::Reason;
use andu_workflow::{
    Context, Instance, Key, Meaning, Net, Obstacle, Plan, Powers, clock::end_of, migrate, rehearse,
    shipped,
};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    act::{instant, net_of, settle, with_context},
    doctor::own,
    net,
    reason::{Namer, Said},
    roster,
};
use crate::{Call, Refusal, look::View, vocabulary::needed};

/// Instances that go over at once, at most; the rest is done by asking again.
pub const MOST_AT_ONCE: usize = 500;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// A version of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionSeen {
    /// The version.
    pub version: u32,
    /// What the agency has made itself; `None` for what came with the program.
    pub own: Option<DefinitionRecord>,
}

/// An instance that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningSeen {
    /// The instance.
    pub record: InstanceRecord,
    /// The steps at which it waits, as people call them.
    pub steps: Vec<String>,
}

/// What would become of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The instance, and where it waits now.
    pub seen: RunningSeen,
    /// Where it would wait in the new version.
    pub then: Vec<String>,
    /// What stands in its way; empty where nothing does.
    pub obstacles: Vec<Said>,
}

/// What is to go over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migrate {
    /// The process.
    pub process: String,
    /// To this version.
    pub version: u32,
    /// Which instances.
    pub instances: Vec<String>,
    /// Nodes of the old version with those that stand for them in the new one; without an entry: of the same name.
    pub nodes: BTreeMap<Key, Key>,
    /// Why.
    pub reason: String,
}

impl View<'_> {
    /// The versions of a process that the person's agency may have instances of, the newest first.
    ///
    /// # Errors
    /// The store's own.
    pub fn process_versions(&self, process: &str) -> Result<Vec<VersionSeen>, Refusal> {
        let agency_id = self.person.agency_id.as_text();
        let own = self.reader.process_definitions(&agency_id, process)?;
        let own = own.into_iter().map(|own| VersionSeen {
            version: own.version,
            own: Some(own),
        });
        let mut all: Vec<VersionSeen> = own.collect();
        let came = shipped()
            .iter()
            .filter(|net| *net.definition.id == *process);
        let known: Vec<u32> = all.iter().map(|one| one.version).collect();
        let came = came.map(|net| VersionSeen {
            version: net.definition.version,
            own: None,
        });
        all.extend(came.filter(|one| !known.contains(&one.version)));
        all.sort_by_key(|one| std::cmp::Reverse(one.version));
        Ok(all)
    }

    /// Instances of a process that run, those first in which nothing has happened for longest.
    ///
    /// # Errors
    /// `process.not_allowed` for who keeps no processes.
    pub fn running(&self, process: &str) -> Result<Vec<RunningSeen>, Refusal> {
        let agency_id = self.kept_processes()?;
        let all = self.reader.instances_running(&agency_id, u32::MAX)?;
        let those = all.into_iter().filter(|record| record.process == process);
        those.map(|record| self.seen(record)).collect()
    }

    fn seen(&self, record: InstanceRecord) -> Result<RunningSeen, Refusal> {
        let namer = self.namer(net_of(self.reader, &record)?);
        let instance: Instance = serde_json::from_str(&record.state)?;
        let steps = namer.steps(&instance);
        Ok(RunningSeen { record, steps })
    }

    fn namer<'n>(&'n self, net: &'n Net) -> Namer<'n> {
        Namer {
            reader: self.reader,
            net,
            day: self.today,
        }
    }

    /// What would become of instances that go over to another version; nothing is changed.
    ///
    /// # Errors
    /// `process.not_allowed` for who keeps no processes, `process.not_there` for what is no version.
    pub fn rehearse(
        &self,
        (process, version): (&str, u32),
        instances: &[String],
        nodes: BTreeMap<Key, Key>,
    ) -> Result<Vec<Rehearsed>, Refusal> {
        let agency_id = self.kept_processes()?;
        let new = net(self.reader, &agency_id, (process, version))?;
        let organisation = self.reader.organisation(self.person.agency_id)?;
        let (people, calendar) = (roster(&organisation, self.today), WorkCalendar::known());
        let latest = end_of(self.today).checked_sub(1.millisecond());
        let context = Context {
            now: latest.unwrap_or(Timestamp::MAX),
            roster: &people,
            calendar,
            powers: Powers {
                dispatch: self.person.may(Grant::KeepVocabulary),
                ..Powers::default()
            },
            offline: false,
        };
        let plan = Plan { nodes };
        let mut groups: BTreeMap<u32, Vec<RunningSeen>> = BTreeMap::new();
        for seen in self.running(process)? {
            let asked = instances.is_empty() || instances.contains(&seen.record.id);
            if asked && seen.record.version != version {
                groups.entry(seen.record.version).or_default().push(seen);
            }
        }
        let mut all = Vec::new();
        for (from, seen) in groups {
            let old = net(self.reader, &agency_id, (process, from))?;
            let read = |one: &RunningSeen| serde_json::from_str(&one.record.state);
            let states: Vec<Instance> = seen.iter().map(read).collect::<Result<_, _>>()?;
            let rehearsal = rehearse((old, new), &states, &plan, self.person.id, &context);
            let (was, is) = (self.namer(old), self.namer(new));
            for (no, seen) in seen.into_iter().enumerate() {
                let waits = rehearsal.waits.iter().find(|(at, _)| *at == no);
                let blocked = rehearsal.blocked.iter().find(|(at, _)| *at == no);
                let obstacles = blocked.map_or(&[][..], |(_, all)| all.as_slice());
                all.push(Rehearsed {
                    seen,
                    then: waits.map_or_else(Vec::new, |(_, nodes)| {
                        nodes.iter().map(|node| is.step(node)).collect()
                    }),
                    obstacles: obstacles.iter().map(|one| was.obstacle(one)).collect(),
                });
            }
        }
        Ok(all)
    }
}

impl Namer<'_> {
    /// What stands in the way.
    fn obstacle(&self, obstacle: &Obstacle) -> Said {
        let node = |key: &str, node: &Key| Reason::new(key).with("node", self.step(node));
        Said::plain(match obstacle {
            Obstacle::Over { .. } => Reason::new("process_migrate.over"),
            Obstacle::OtherProcess => Reason::new("process_migrate.other_process"),
            Obstacle::NoPlace { place } => {
                Reason::new("process_migrate.no_place").with("place", self.step(place))
            }
            Obstacle::OtherKind { node: at } => node("process_migrate.other_kind", at),
            Obstacle::OtherGroup { node: at } => node("process_migrate.other_group", at),
            Obstacle::TwoInOne { node: at } => node("process_migrate.two_in_one", at),
            Obstacle::OtherMeaning { node: at, what } => {
                let key = match what {
                    Meaning::Act => "process_migrate.other_act",
                    Meaning::Binds => "process_migrate.other_binds",
                    Meaning::Passing => "process_migrate.other_passing",
                    Meaning::Refused => "process_migrate.other_refused",
                    Meaning::Order => "process_migrate.other_order",
                };
                node(key, at)
            }
            Obstacle::Halts { halt } => self.halt(halt),
            Obstacle::Refused { why } => {
                return Said {
                    reason: Reason::new("process_migrate.refused"),
                    cause: self.cause(why),
                };
            }
        })
    }
}

/// Has instances go over to another version. Those that cannot stay as they are.
///
/// # Errors
/// `process.not_there` for what is no version, `vocabulary.empty` without a reason, `process.too_long` for too many,
/// `process.none_fits` where none of them can go over.
pub fn migrate_to(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Migrate = serde_json::from_value(args)?;
    call.about(&args.process);
    let reason = needed("理由", &args.reason, LONGEST_REASON)?;
    if args.instances.len() > MOST_AT_ONCE {
        let too_many = Reason::new("process.too_long").with("limit", MOST_AT_ONCE);
        return Err(Refusal::Rejected(too_many));
    }
    let agency_id = call.actor.agency_id.as_text();
    let new = net(call.tx.reader(), &agency_id, (&args.process, args.version))?;
    let plan = Plan { nodes: args.nodes };
    let (mut moved, mut stayed) = (Vec::new(), Vec::new());
    for id in args.instances {
        let mut record = own(call, &id)?;
        let old = call.net_of(&record)?;
        let instance: Instance = serde_json::from_str(&record.state)?;
        let by = call.actor.id;
        let decided = with_context(call, |context| {
            migrate((old, new), &instance, &plan, by, context)
        })?;
        let Ok(decided) = decided else {
            stayed.push(id);
            continue;
        };
        record.version = args.version;
        let decided = decided.explained(by, &reason, instant(call.now)?);
        settle(call, record, decided, "")?;
        moved.push(id);
    }
    if moved.is_empty() {
        return Err(Refusal::because("process.none_fits"));
    }
    Ok(json!({ "moved": moved, "stayed": stayed }))
}
