//! 停滞: instances that run and do not go on, with what helps each of them, tried before it is offered; and the
//! repair, done at the primary by whoever keeps the processes, with a reason that stays in the instance's chain.

use andu_base::{PersonId, WorkCalendar, chinese_date};
use andu_org::{Grant, Named, Role};
use andu_store::InstanceRecord;
use andu_sync::{Reason, Scope};
use andu_workflow::{
    self as workflow, Act, Instance, Net, Staff, Stuck, VisitName, Why,
    clock::{begin_of, day_of, end_of},
    definition::Trigger,
    stuck,
};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    act::{decided, instant, net_of, settle, with_context},
    reason::{Namer, Said},
    roster,
};
use crate::{Call, Refusal, look::View, vocabulary::needed};

/// Instances that are looked at in one go; looking ahead in each takes its time.
const MOST: u32 = 1_000;
/// Characters of a reason.
const LONGEST_REASON: usize = 500;

/// Instances that do not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doctored {
    /// Those.
    pub ailing: Vec<Ailing>,
    /// How many were looked at.
    pub looked: u32,
    /// Whether those are all that run.
    pub is_all: bool,
    /// Who may agree to a move, with their names.
    pub seconds: Vec<(PersonId, String)>,
}

/// An instance that does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ailing {
    /// The instance.
    pub record: InstanceRecord,
    /// The steps at which it waits, as people call them.
    pub steps: Vec<String>,
    /// Why, what nothing but a repair helps first.
    pub found: Vec<Found>,
}

/// Why an instance does not go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// In words.
    pub why: Said,
    /// What helps, the mildest first.
    pub repairs: Vec<Repair>,
}

/// What helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repair {
    /// The act as JSON, to be given back.
    pub act: String,
    /// In words.
    pub says: Reason,
    /// A second has to agree: 机关负责人.
    pub needs_second: bool,
    /// Whether whoever looks may do it.
    pub is_allowed: bool,
}

/// What is done about an instance that does not go on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepairInstance {
    /// The instance.
    pub id: String,
    /// One of the acts that were offered.
    pub act: Act,
    /// Why.
    pub reason: String,
    /// Who agrees to a move.
    pub second: Option<PersonId>,
}

impl View<'_> {
    /// The agency whose processes the person keeps.
    ///
    /// # Errors
    /// `process.not_allowed` for who keeps none.
    pub(super) fn kept_processes(&self) -> Result<String, Refusal> {
        let agency = self.person.agency_id;
        let keeps =
            self.person.may(Grant::KeepVocabulary) && self.sight.holds(&Scope::register(agency));
        match keeps {
            true => Ok(agency.as_text()),
            false => Err(Refusal::because("process.not_allowed")),
        }
    }

    /// Instances of the person's agency that do not go on, as of today.
    ///
    /// # Errors
    /// `process.not_allowed` for who keeps no processes.
    pub fn stuck(&self) -> Result<Doctored, Refusal> {
        let agency_id = self.kept_processes()?;
        let running = self.reader.instances_running(&agency_id, MOST + 1)?;
        let organisation = self.reader.organisation(self.person.agency_id)?;
        let people = roster(&organisation, self.today);
        let calendar = WorkCalendar::known();
        let latest = end_of(self.today)
            .checked_sub(1.millisecond())
            .unwrap_or(Timestamp::MAX);
        let mut ailing = Vec::new();
        let looked = running.len().min(MOST as usize);
        for record in running.iter().take(looked) {
            let net = net_of(self.reader, record)?;
            let instance: Instance = serde_json::from_str(&record.state)?;
            let namer = Namer {
                reader: self.reader,
                net,
                day: self.today,
            };
            let mut found = stuck(net, &instance, &people, calendar, latest);
            // What is due today is not late yet.
            let begun = begin_of(self.today);
            found.retain(|one| !matches!(&one.why, Why::Overdue { since, .. } if *since > begun));
            if !found.is_empty() {
                ailing.push(Ailing {
                    record: record.clone(),
                    steps: namer.steps(&instance),
                    found: found.iter().map(|one| self.found(&namer, one)).collect(),
                });
            }
        }
        Ok(Doctored {
            ailing,
            looked: u32::try_from(looked).unwrap_or(MOST),
            is_all: running.len() == looked,
            seconds: people
                .people
                .iter()
                .filter(|(id, staff)| **id != self.person.id && leads(staff))
                .map(|(id, _)| {
                    let id_text = id.as_text();
                    let name = organisation.name_on(Named::Person, &id_text, self.today);
                    (*id, name.to_owned())
                })
                .collect(),
        })
    }

    fn found(&self, namer: &Namer<'_>, stuck: &Stuck) -> Found {
        let repairs = stuck.repairs.iter().map(|act| Repair {
            act: serde_json::to_string(act).unwrap_or_default(),
            says: namer.repair(act),
            needs_second: matches!(act, Act::Move { .. }),
            is_allowed: match act {
                Act::Cancel { .. } => self.person.may(Grant::SignAsPrincipal),
                _ => true,
            },
        });
        Found {
            why: namer.why(&stuck.why),
            repairs: repairs.collect(),
        }
    }
}

impl Namer<'_> {
    /// The steps at which an instance waits, as people call them.
    pub(super) fn steps(&self, instance: &Instance) -> Vec<String> {
        let nodes = instance.waits_in();
        nodes.iter().map(|node| self.step(node)).collect()
    }

    fn why(&self, why: &Why) -> Said {
        let people = |left: &[PersonId]| {
            let names = left.iter().map(|person| self.person(*person));
            names.collect::<Vec<_>>().join("、")
        };
        let at =
            |key: &str, visit: &VisitName| Reason::new(key).with("step", self.step(&visit.node));
        let reason = match why {
            Why::Nobody { visit, left } => {
                at("process_stuck.nobody", visit).with("people", people(left))
            }
            Why::Left { visit, left } => {
                at("process_stuck.left", visit).with("people", people(left))
            }
            Why::Overdue { visit, since } => {
                at("process_stuck.overdue", visit).with("since", chinese_date(day_of(*since)))
            }
            Why::LimitOver { working_days } => {
                Reason::new("process_stuck.limit_over").with("working_days", working_days)
            }
            Why::Awaits { node, trigger } => Reason::new("process_stuck.awaits")
                .with("step", self.step(node))
                .with("trigger", called(trigger)),
            Why::Halts { halt } => {
                return Said {
                    reason: Reason::new("process_stuck.halts"),
                    cause: Some(self.halt(halt)),
                };
            }
            Why::Held { node, why } => {
                let reason = match node {
                    Some(node) => Reason::new("process_stuck.held").with("step", self.step(node)),
                    None => Reason::new("process_stuck.held_overdue"),
                };
                return Said {
                    reason,
                    cause: self.cause(why),
                };
            }
        };
        Said::plain(reason)
    }

    fn repair(&self, act: &Act) -> Reason {
        let step = |visit: &VisitName| self.step(&visit.node);
        match act {
            Act::Release { visit } => {
                Reason::new("process_repair.release").with("step", step(visit))
            }
            Act::Transfer {
                visit, from, to, ..
            } => Reason::new("process_repair.transfer")
                .with("step", step(visit))
                .with("from", self.person(*from))
                .with("to", self.person(*to)),
            Act::TakeOut { visit, person } => Reason::new("process_repair.take_out")
                .with("step", step(visit))
                .with("person", self.person(*person)),
            Act::Move { visit, to, .. } => Reason::new("process_repair.move")
                .with("from", step(visit))
                .with("step", self.step(to)),
            Act::Cancel { .. } => Reason::new("process_repair.cancel"),
            Act::Urge { visit, .. } => Reason::new("process_repair.urge").with("step", step(visit)),
            Act::Deliver { trigger, .. } => {
                Reason::new("process_repair.deliver").with("trigger", called(trigger))
            }
            // Nothing else is offered.
            _ => Reason::new("process_repair.other"),
        }
    }
}

fn called(trigger: &Trigger) -> String {
    match trigger {
        Trigger::Message(name)
        | Trigger::Signal(name)
        | Trigger::Error(name)
        | Trigger::Escalation(name) => name.clone(),
        Trigger::After(_) | Trigger::On(_) => String::new(),
    }
}

/// Does what helps an instance that does not go on. It has still to be one of what helps.
///
/// # Errors
/// `process.not_there`, `vocabulary.empty` without a reason, `process.repair_gone` where it helps no more,
/// `process.second_needed` for a move to which no 机关负责人 has agreed; the reasons of the engine, each in words.
pub fn repair(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: RepairInstance = serde_json::from_value(args)?;
    call.about(&args.id);
    let reason = needed("理由", &args.reason, LONGEST_REASON)?;
    let record = own(call, &args.id)?;
    let net = call.net_of(&record)?;
    let instance: Instance = serde_json::from_str(&record.state)?;
    let offered = with_context(call, |context| {
        let (people, calendar) = (context.roster, context.calendar);
        stuck(net, &instance, people, calendar, context.now)
    })?;
    let helps = |one: &Stuck| one.repairs.contains(&args.act);
    if !offered.iter().any(helps) {
        return Err(Refusal::because("process.repair_gone"));
    }
    let second = match &args.act {
        Act::Move { .. } => Some(second(call, args.second)?),
        _ => None,
    };
    let act = meant(args.act, &reason, second);
    let mut decided =
        decide(call, net, &instance, act)?.explained(call.actor.id, &reason, instant(call.now)?);
    // Whoever agreed has it to read, with the reason.
    if let Some(second) = second {
        let told = Act::Circulate {
            to: vec![second],
            note: reason.clone(),
        };
        if let Ok(told) = decide(call, net, &decided.instance, told) {
            decided.events.extend(told.events);
            decided.instance = told.instance;
        }
    }
    let id = settle(call, record, decided, &reason)?;
    Ok(json!({ "id": id }))
}

/// An instance of the actor's agency.
pub(super) fn own(call: &Call<'_, '_>, id: &str) -> Result<InstanceRecord, Refusal> {
    let record = call.tx.reader().instance(id)?;
    let own = record.filter(|record| record.agency_id == call.actor.agency_id.as_text());
    own.ok_or_else(|| Refusal::because("process.not_there"))
}

fn decide(
    call: &Call<'_, '_>,
    net: &Net,
    instance: &Instance,
    act: Act,
) -> Result<workflow::Decided, Refusal> {
    let command = workflow::Command {
        by: call.actor.id,
        made_at: instant(call.now)?,
        act,
    };
    decided(call, net, instance, &command)
}

/// The offered act with the reason, and with the second in it.
fn meant(act: Act, reason: &str, second: Option<PersonId>) -> Act {
    let reason = reason.to_owned();
    match act {
        Act::Transfer {
            visit, from, to, ..
        } => Act::Transfer {
            visit,
            from,
            to,
            note: reason,
        },
        Act::Urge { visit, .. } => Act::Urge {
            visit,
            note: reason,
        },
        Act::Move {
            visit,
            to,
            approved_by,
            ..
        } => Act::Move {
            visit,
            to,
            approved_by: second.unwrap_or(approved_by),
            reason,
        },
        Act::Cancel { .. } => Act::Cancel { reason },
        other => other,
    }
}

/// 调度须经机关负责人同意: somebody else of the agency who signs there.
fn second(call: &Call<'_, '_>, named: Option<PersonId>) -> Result<PersonId, Refusal> {
    let needed = || Refusal::because("process.second_needed");
    let named = named.filter(|second| *second != call.actor.id);
    let named = named.ok_or_else(needed)?;
    let people = call.people()?;
    let staff = people.roster.people.get(&named).ok_or_else(needed)?;
    match leads(staff) {
        true => Ok(named),
        false => Err(needed()),
    }
}

fn leads(staff: &Staff) -> bool {
    let leads = [Role::Leader.name(), Role::Principal.name()];
    let mut held = staff.roles.iter();
    held.any(|(held, _)| leads.contains(&held.as_str()))
}
