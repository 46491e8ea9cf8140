//! Why an instance does not go on, and what may help: each repair was tried on a copy before it is offered.

mod repair;

use andu_base::{PersonId, WorkCalendar};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Act, Instance, Key, Place, Refusal, Roster, Visit, VisitName,
    check::{Bounds, Halt, Outlook},
    clock,
    definition::{Kind, Trigger},
    net::Net,
};
use repair::Tried;

/// A reason for which an instance does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// Why.
    pub why: Why,
    /// What helps, the mildest first; each can be done as it stands by somebody who dispatches. A move names
    /// nobody yet as the second ([`SECOND`]), and no reason but a dash.
    pub repairs: Vec<Act>,
}

/// Stands in a repair for the second who agrees to a move, until somebody is named.
pub const SECOND: PersonId = PersonId(uuid::Uuid::nil());

/// Why an instance does not go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "stuck")]
pub enum Why {
    /// Whoever is to act has left, and nobody stands in.
    Nobody {
        /// In this visit.
        visit: VisitName,
        /// Those who have left.
        left: Vec<PersonId>,
    },
    /// Somebody has left who is not the only one to act, but whose vote is waited for.
    Left {
        /// In this visit.
        visit: VisitName,
        /// Those who have left.
        left: Vec<PersonId>,
    },
    /// It cannot come to its end, whatever is decided.
    Halts {
        /// Where and how.
        halt: Halt,
    },
    /// A step takes longer than it may.
    Overdue {
        /// The visit.
        visit: VisitName,
        /// Since when.
        since: Timestamp,
    },
    /// The limit of the whole is over (法定时限).
    LimitOver {
        /// By so many working days.
        working_days: i64,
    },
    /// A message or signal is waited for that nothing in the process says.
    Awaits {
        /// The node.
        node: Key,
        /// What.
        trigger: Trigger,
    },
    /// The time of something has come, and it could not happen.
    Held {
        /// The node; `None`: a rule for a step whose time is over.
        node: Option<Key>,
        /// Why.
        why: Refusal,
    },
}

/// How far is looked ahead.
const FAR: Bounds = Bounds {
    states: 10_000,
    regions: 1_000,
};

/// Why an instance that runs does not go on: first what nothing but a repair helps, then what takes too long.
#[must_use]
pub fn stuck(
    net: &Net,
    instance: &Instance,
    roster: &Roster,
    calendar: &WorkCalendar,
    now: Timestamp,
) -> Vec<Stuck> {
    if !instance.is_running() {
        return Vec::new();
    }
    let doctor = Doctor {
        net,
        instance,
        tried: Tried::new(net, instance, (roster, calendar), now),
    };
    let mut found: Vec<Why> = Vec::new();
    for (_, visit) in instance.open_visits() {
        found.extend(doctor.who_left(visit));
    }
    let ends = Outlook::of(net, FAR).ends(instance);
    // What is not known for certain is no finding.
    let sure = ends
        .err()
        .filter(|halt| !matches!(halt, Halt::TooLarge { .. } | Halt::Crowded { .. }));
    found.extend(sure.map(|halt| Why::Halts { halt }));
    found.extend(doctor.held());
    found.extend(doctor.awaits());
    for (_, visit) in instance.open_visits() {
        let since = visit.due_at.filter(|due| *due <= now);
        found.extend(since.map(|since| Why::Overdue {
            visit: visit.name.clone(),
            since,
        }));
    }
    found.extend(doctor.limit_over((calendar, now)));
    let stuck = found.into_iter().map(|why| Stuck {
        repairs: doctor.tried.repairs(&why),
        why,
    });
    stuck.collect()
}

struct Doctor<'a> {
    net: &'a Net,
    instance: &'a Instance,
    tried: Tried<'a>,
}

impl Doctor<'_> {
    /// Those of a visit who are waited for and have left, with nobody who stands in.
    fn who_left(&self, visit: &Visit) -> Option<Why> {
        let up: Vec<usize> = visit.up().collect();
        let gone = |no: &usize| !self.tried.can_act(visit, visit.members[*no].person);
        let waited = |no: &usize| {
            let member = &visit.members[*no];
            member.counts()
                || visit
                    .members
                    .iter()
                    .any(|other| other.after.contains(no) && !other.is_done())
        };
        let here = up.iter().filter(|no| !gone(no)).count();
        let left: Vec<PersonId> = up
            .iter()
            .filter(|no| gone(no) && waited(no))
            .map(|no| visit.members[*no].person)
            .collect();
        let name = visit.name.clone();
        match (left.is_empty(), here) {
            (true, _) => None,
            (false, 0) => Some(Why::Nobody { visit: name, left }),
            (false, _) => Some(Why::Left { visit: name, left }),
        }
    }

    fn held(&self) -> Vec<Why> {
        let timers = self.instance.timers.iter();
        let due = timers.filter(|timer| self.instance.live.contains(&timer.token));
        due.filter_map(|timer| {
            let node = match &timer.does {
                crate::TimerDoes::Node(node) => Some(node.clone()),
                crate::TimerDoes::Overdue(..) => None,
            };
            let why = timer.held.clone()?;
            Some(Why::Held { node, why })
        })
        .collect()
    }

    /// What is waited for alone: no other way goes on by itself from there.
    fn awaits(&self) -> Vec<Why> {
        let mut found = Vec::new();
        for no in &self.instance.live {
            let Place::Inside(name) = &self.instance.tokens[*no].place else {
                continue;
            };
            let Some(at) = self.net.node_at(name) else {
                continue;
            };
            let mut timers = self.instance.timers.iter();
            let timed = timers.any(|timer| timer.token == *no && !timer.fired);
            let waits = repair::waits_for(self.net, at);
            for trigger in waits.into_iter().filter(|_| !timed) {
                let node = name.clone();
                let said = |one: &crate::definition::Node| match &one.kind {
                    Kind::Throw { trigger: said } => trigger.is_called(said),
                    _ => false,
                };
                if !self.net.definition.nodes.iter().any(said) {
                    found.push(Why::Awaits { node, trigger });
                }
            }
        }
        found
    }

    fn limit_over(&self, (calendar, now): (&WorkCalendar, Timestamp)) -> Option<Why> {
        let limit = self.net.definition.limit.as_ref()?;
        let today = clock::day_of(now);
        let standing = clock::standing(limit, &self.instance.clock, calendar, today);
        let standing = standing.ok().flatten()?;
        (standing.light == clock::Light::Overdue).then_some(Why::LimitOver {
            working_days: -standing.left,
        })
    }
}
