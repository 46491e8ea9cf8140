//! Plays a process many times with invented people, to see whether and how it ends. The same number gives the
//! same plays: nothing here is random.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{Date, DepartmentId, PersonId, PostId, WorkCalendar};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{
    Act, Begin, Command, Context, Decide, Instance, Key, Net, Powers, Refusal, Roster, Staff,
    Status, Unit, Verdict, VisitName,
    definition::{Access, ItemKind, Kind, Overdue, Trigger, Value, Who},
};

/// How often and for how long a process is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plays {
    /// How often.
    pub runs: u32,
    /// Which plays: another number, others.
    pub seed: u64,
    /// Of every hundred decisions so many are refusals.
    pub refusals: u32,
}

/// What came of the plays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Played {
    /// How often it was played.
    pub runs: u32,
    /// Came to its end.
    pub done: u32,
    /// Stopped by an end or a refusal.
    pub stopped: u32,
    /// Ran on when the play was broken off.
    pub unfinished: u32,
    /// Could not begin or go on, by what was said.
    pub stuck: BTreeMap<String, u32>,
    /// Decisions in all.
    pub decisions: u64,
    /// How often each step was come to.
    pub steps: BTreeMap<Key, u32>,
    /// Steps that nobody ever came to.
    pub never: Vec<Key>,
}

/// Acts in one play at most.
const MOST_ACTS: u32 = 2_000;

/// Nine o'clock on the first working day of the last year that is known: each play begins then.
fn first_morning(calendar: &WorkCalendar) -> Timestamp {
    let new_year = calendar
        .years()
        .and_then(|(_, last)| Date::new(last, 1, 1).ok());
    let day = new_year.and_then(|day| calendar.after(day, 0).ok());
    let morning =
        day.map(|day| crate::clock::begin_of(day).saturating_add(SignedDuration::from_hours(9)));
    morning.and_then(Result::ok).unwrap_or_default()
}

/// Plays a process, each time from the first working morning of the last year that the calendar knows.
#[must_use]
pub fn simulate(net: &Net, plays: Plays, calendar: &WorkCalendar) -> Played {
    let roster = people_for(net);
    let mut played = Played {
        runs: plays.runs,
        ..Played::default()
    };
    let mut dice = Dice(plays.seed);
    for _ in 0..plays.runs {
        let mut play = Play {
            net,
            roster: &roster,
            calendar,
            now: first_morning(calendar),
            refusals: plays.refusals,
            dice: &mut dice,
        };
        match play.once(&mut played) {
            Ok(Status::Done) => played.done += 1,
            Ok(Status::Running) => played.unfinished += 1,
            Ok(Status::Stopped | Status::Withdrawn | Status::Void) => played.stopped += 1,
            Err(refusal) => *played.stuck.entry(refusal.to_string()).or_default() += 1,
        }
    }
    let steps = net.definition.nodes.iter();
    let steps = steps.filter(|node| matches!(node.kind, Kind::Step(_)));
    played.never = steps
        .filter(|node| !played.steps.contains_key(&node.id))
        .map(|node| node.id.clone())
        .collect();
    played
}

/// Numbers that follow each other without a pattern (`SplitMix64`), always the same from the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let sides = u64::try_from(sides.max(1)).unwrap_or(1);
        usize::try_from(mixed % sides).unwrap_or(0)
    }
}

fn invented(number: u128) -> PersonId {
    PersonId(uuid_of(number))
}

fn uuid_of(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

/// Departments that are invented.
const UNITS: u128 = 4;

/// An office in which every rule of the process finds somebody: departments with heads, and for each role
/// and post two people.
fn people_for(net: &Net) -> Roster {
    let unit = |no: u128| DepartmentId(uuid_of(10_000 + no));
    let mut roster = Roster::default();
    for no in 0..UNITS {
        let above = (no > 0).then(|| unit(0));
        let heads = vec![invented(100 + no)];
        roster.units.insert(unit(no), Unit { above, heads });
        for person in [100 + no, 200 + no] {
            let units = vec![unit(no)];
            let staff = Staff {
                units,
                ..Staff::default()
            };
            roster.people.insert(invented(person), staff);
        }
    }
    let mut next = 1_000;
    let mut hire = |role: Option<&str>, post: Option<PostId>| {
        for _ in 0..2 {
            next += 1;
            let staff = Staff {
                units: vec![unit(next % UNITS)],
                posts: post.into_iter().collect(),
                roles: role
                    .iter()
                    .map(|role| ((*role).to_owned(), unit(next % UNITS)))
                    .collect(),
            };
            roster.people.insert(invented(next), staff);
        }
    };
    for who in rules(net) {
        match who {
            Who::Role(role) | Who::OwnRole(role) => hire(Some(role), None),
            Who::Post(post) => hire(None, Some(*post)),
            _ => {}
        }
    }
    for who in rules(net) {
        match who {
            Who::Person(person) => {
                roster
                    .people
                    .entry(*person)
                    .or_default()
                    .units
                    .push(unit(1));
            }
            Who::Unit(there) => {
                roster
                    .people
                    .entry(invented(300))
                    .or_default()
                    .units
                    .push(*there);
            }
            _ => {}
        }
    }
    // Whoever begins holds every role of the own department, so that its rules find somebody too.
    let own: BTreeSet<(String, DepartmentId)> = rules(net)
        .filter_map(|who| match who {
            Who::OwnRole(role) => Some((role.clone(), unit(1))),
            _ => None,
        })
        .collect();
    if let Some(staff) = roster.people.get_mut(&invented(101)) {
        staff.roles.extend(own);
    }
    roster
}

fn rules(net: &Net) -> impl Iterator<Item = &Who> {
    net.definition.nodes.iter().flat_map(|node| {
        let mut rules = Vec::new();
        if let Kind::Step(step) = &node.kind {
            rules.extend(step.sign_off.seats.iter().map(|seat| &seat.who));
            if let crate::definition::Empty::HandTo(others) = &step.sign_off.empty {
                rules.extend(others);
            }
            for does in step.limit.iter().flat_map(|limit| &limit.overdue) {
                if let Overdue::HandTo(others) | Overdue::Tell(others) = does {
                    rules.extend(others);
                }
            }
        }
        rules
    })
}

struct Play<'a> {
    net: &'a Net,
    roster: &'a Roster,
    calendar: &'a WorkCalendar,
    now: Timestamp,
    refusals: u32,
    dice: &'a mut Dice,
}

impl Play<'_> {
    fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            roster: self.roster,
            calendar: self.calendar,
            powers: Powers::default(),
            offline: false,
        }
    }

    fn once(&mut self, played: &mut Played) -> Result<Status, Refusal> {
        let begin = Begin {
            by: invented(201),
            at: None,
            content: None,
            items: self.entered(|_| true),
            chosen: self.choices(),
        };
        let mut instance = crate::begin(self.net, &begin, &self.context())?.instance;
        let mut counted = 0;
        for _ in 0..MOST_ACTS {
            for visit in &instance.visits[counted..] {
                *played.steps.entry(visit.name.node.clone()).or_default() += 1;
            }
            counted = instance.visits.len();
            if !instance.is_running() {
                break;
            }
            self.now = self
                .now
                .saturating_add(self.pause())
                .unwrap_or(Timestamp::MAX);
            let before = instance.seq;
            instance = self.next(&instance, played)?;
            if instance.seq == before
                && instance.open_visits().next().is_none()
                && !self.skip_time(&instance)
            {
                break;
            }
        }
        Ok(instance.status)
    }

    /// An hour to some working days.
    fn pause(&mut self) -> SignedDuration {
        let hours = i64::try_from(1 + self.dice.roll(6)).unwrap_or(1);
        SignedDuration::from_hours(hours)
    }

    /// To the next moment at which something is due.
    fn skip_time(&mut self, instance: &Instance) -> bool {
        let timers = instance.timers.iter();
        let open = timers.filter(|timer| !timer.fired && instance.live.contains(&timer.token));
        match open.map(|timer| timer.due_at).min() {
            Some(due) => {
                self.now = due.max(self.now);
                true
            }
            None => false,
        }
    }

    fn next(&mut self, instance: &Instance, played: &mut Played) -> Result<Instance, Refusal> {
        let up: Vec<(VisitName, PersonId)> = instance
            .open_visits()
            .flat_map(|(_, visit)| {
                visit
                    .up()
                    .map(|no| (visit.name.clone(), visit.members[no].person))
            })
            .collect();
        let waits = self.waited_for(instance);
        let child = instance
            .children
            .iter()
            .position(|child| child.begun && child.ended.is_none());
        let act = if let (false, true) = (up.is_empty(), self.dice.roll(10) > 0 || waits.is_empty())
        {
            let (visit, by) = up[self.dice.roll(up.len())].clone();
            played.decisions += 1;
            (by, self.decision(visit))
        } else if let Some(child) = child {
            let status = Status::Done;
            (instance.author, Act::ChildEnded { child, status })
        } else if !waits.is_empty() {
            let trigger = waits[self.dice.roll(waits.len())].clone();
            let items = BTreeMap::new();
            (instance.author, Act::Deliver { trigger, items })
        } else {
            (instance.author, Act::Tick)
        };
        let command = Command {
            by: act.0,
            made_at: self.now,
            act: act.1,
        };
        Ok(crate::decide(self.net, instance, &command, &self.context())?.instance)
    }

    fn decision(&mut self, visit: VisitName) -> Act {
        let refuses = u32::try_from(self.dice.roll(100)).unwrap_or(0) < self.refusals;
        let fields = match self
            .net
            .node_at(&visit.node)
            .map(|at| &self.net.node(at).kind)
        {
            Some(Kind::Step(step)) => step.fields.clone(),
            _ => BTreeMap::new(),
        };
        let writes = |name: &Key| matches!(fields.get(name), Some(Access::Write | Access::Require));
        Act::Decide(Box::new(Decide {
            items: self.entered(writes),
            visit,
            verdict: if refuses {
                Verdict::Refuse
            } else {
                Verdict::Agree
            },
            words: "演练".to_owned(),
            content: None,
            chosen: self.choices(),
            on_paper: None,
            handwriting: None,
        }))
    }

    /// Messages and signals that something waits for.
    fn waited_for(&self, instance: &Instance) -> Vec<Trigger> {
        let inside: Vec<usize> = instance
            .live
            .iter()
            .filter_map(|token| match &instance.tokens[*token].place {
                crate::Place::Inside(node) => self.net.node_at(node),
                crate::Place::Flow(_) | crate::Place::Ended(_) => None,
            })
            .collect();
        let mut waits = Vec::new();
        for at in inside {
            let outs = self
                .net
                .wiring(at)
                .outs
                .iter()
                .map(|out| self.net.target(*out));
            let near = std::iter::once(at)
                .chain(outs.filter(|_| matches!(self.net.node(at).kind, Kind::Await)));
            for node in near {
                if let Kind::Wait {
                    on: on @ (Trigger::Message(_) | Trigger::Signal(_)),
                } = &self.net.node(node).kind
                {
                    waits.push(on.clone());
                }
            }
        }
        waits
    }

    /// Something for every item that may be entered.
    fn entered(&mut self, may: impl Fn(&Key) -> bool) -> BTreeMap<Key, Value> {
        let items = self
            .net
            .definition
            .items
            .iter()
            .filter(|item| may(&item.name));
        let mut entered = BTreeMap::new();
        for item in items {
            let value = match &item.kind {
                ItemKind::YesNo => Value::YesNo(self.dice.roll(2) == 1),
                ItemKind::Number { least, most } => {
                    let (low, high) = (least.unwrap_or(0), most.unwrap_or(100));
                    let span =
                        usize::try_from(high.saturating_sub(low).clamp(0, 1_000)).unwrap_or(0);
                    Value::Number(low + i64::try_from(self.dice.roll(span + 1)).unwrap_or(0))
                }
                ItemKind::Text => Value::Text("演练".to_owned()),
                ItemKind::Choice { options } if options.is_empty() => continue,
                ItemKind::Choice { options } => {
                    Value::Text(options[self.dice.roll(options.len())].code.clone())
                }
                ItemKind::Day => Value::Text(crate::clock::day_of(self.now).to_string()),
                ItemKind::People => {
                    Value::List(vec![invented(102).as_text(), invented(203).as_text()])
                }
                ItemKind::Unit => {
                    let units = self.roster.units.keys().take(1);
                    Value::List(units.map(|id| id.as_text()).collect())
                }
                ItemKind::Units => {
                    let units = self.roster.units.keys().take(1 + self.dice.roll(3));
                    Value::List(units.map(|id| id.as_text()).collect())
                }
            };
            entered.insert(item.name.clone(), value);
        }
        entered
    }

    /// Somebody for every step whose people are chosen.
    fn choices(&self) -> BTreeMap<Key, Vec<PersonId>> {
        let nodes = self.net.definition.nodes.iter();
        let chosen = nodes.filter(|node| {
            matches!(&node.kind, Kind::Step(step)
                if step.sign_off.seats.iter().any(|seat| seat.who == Who::Chosen))
        });
        chosen
            .map(|node| (node.id.clone(), vec![invented(103), invented(202)]))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::newest_process;

    fn plays(runs: u32, seed: u64) -> Plays {
        Plays {
            runs,
            seed,
            refusals: 10,
        }
    }

    #[test]
    fn what_is_shipped_always_ends_and_comes_to_every_step() {
        let net = newest_process("outgoing").expect("it is shipped");
        let played = simulate(net, plays(200, 1), WorkCalendar::known());
        assert_eq!(played.stuck, BTreeMap::new());
        assert_eq!((played.done, played.unfinished), (200, 0), "{played:?}");
        assert_eq!(played.never, Vec::<Key>::new());
    }

    #[test]
    fn the_same_number_gives_the_same_plays() {
        let net = newest_process("outgoing").expect("it is shipped");
        let played = |seed| simulate(net, plays(5, seed), WorkCalendar::known());
        assert_eq!(played(7), played(7));
        assert_ne!(played(7), played(8));
    }
}
