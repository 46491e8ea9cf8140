//! The table at which a random process is played: every command goes through it, and is checked.

use std::collections::BTreeMap;

use andu_base::WorkCalendar;
use andu_workflow::{
    Act, Begin, Command, Context, Decide, Event, Instance, Member, MemberState, Net, Powers,
    Refusal, Roster, Status, Then, Verdict, VisitName, begin,
    check::{Code, check},
    decide,
    definition::{Kind, Order, Passing, Step, Trigger, Value},
};
use jiff::{Timestamp, ToSpan as _};

use super::{
    blocks::Plan,
    draw::{CHOICE, MANY, draw},
    laws,
    ledger::Ledger,
};
use crate::play::{MONDAY, key, office, person, unit, words};

/// Everything that somebody may do beyond being asked.
pub const ALL: Powers = Powers {
    dispatch: true,
    cancel: true,
    supervise: true,
    record: true,
};

pub struct Table {
    pub net: Net,
    pub instance: Instance,
    pub events: Vec<Event>,
    pub roster: Roster,
    pub calendar: &'static WorkCalendar,
    pub now: Timestamp,
    /// The checks find nothing wrong with it.
    sound: bool,
    ledger: Ledger,
    said: u32,
}

impl Table {
    /// Begun by a; `None` where nobody is found for its first step.
    pub fn begin(plan: &Plan) -> Option<Self> {
        let mut roster = office();
        let pairs = plan.substitutes.iter().filter(|(one, other)| one != other);
        roster.substitutes = pairs
            .map(|(one, other)| (person(*one), person(*other)))
            .collect();
        let net = Net::compile(&draw(plan)).expect("it fits together");
        let calendar = WorkCalendar::known();
        let now: Timestamp = MONDAY.parse().expect("a moment");
        let units = (1..=3).map(|no| unit(no).to_string()).collect();
        let items = BTreeMap::from([
            (key(CHOICE), Value::Number(1)),
            (key(MANY), Value::Number(2)),
            (key("units"), Value::List(units)),
        ]);
        let first = Begin {
            by: person('a'),
            at: None,
            content: plan.content.then(|| words("0")),
            items,
            chosen: net
                .definition
                .nodes
                .iter()
                .map(|node| (node.id.clone(), vec![person('c'), person('h')]))
                .collect(),
        };
        let context = Context {
            now,
            roster: &roster,
            calendar,
            powers: ALL,
            offline: false,
        };
        let begun = begin(&net, &first, &context).ok()?;
        let mut ledger = Ledger::default();
        begun.events.iter().for_each(|event| ledger.note(event));
        let checked = check(&net.definition, laws::FEW);
        let stops = [Code::Unsafe, Code::Deadlock, Code::Livelock];
        let sound = checked.complete && stops.iter().all(|code| checked.of(*code).next().is_none());
        let table = Self {
            net,
            instance: begun.instance,
            events: begun.events,
            roster,
            calendar,
            now,
            sound,
            ledger,
            said: 0,
        };
        table.check();
        Some(table)
    }

    pub fn later(&mut self, hours: i64) {
        self.now = self.now.checked_add(hours.hours()).expect("a moment");
    }

    /// Words that nobody has said yet.
    pub fn fresh_words(&mut self) -> String {
        self.said += 1;
        format!("意见{}", self.said)
    }

    pub fn give(&mut self, by: char, act: Act, powers: Powers) -> Result<(), Refusal> {
        let command = Command {
            by: person(by),
            made_at: self.now,
            act,
        };
        let context = Context {
            now: self.now,
            roster: &self.roster,
            calendar: self.calendar,
            powers,
            offline: false,
        };
        let json = serde_json::to_string(&command).expect("JSON");
        let read: Command = serde_json::from_str(&json).expect("a command");
        assert_eq!(read, command, "a command survives JSON");
        let before = self.instance.clone();
        let decided = decide(&self.net, &self.instance, &command, &context);
        assert_eq!(self.instance, before, "deciding changes nothing by itself");
        assert_eq!(
            decided,
            decide(&self.net, &self.instance, &read, &context),
            "the same everywhere"
        );
        let decided = match decided {
            Ok(decided) => decided,
            Err(refusal) => {
                let endless = matches!(refusal, Refusal::Endless { .. });
                assert!(!endless, "it goes round by itself: {refusal}");
                let json = serde_json::to_string(&refusal).expect("JSON");
                assert_eq!(
                    serde_json::from_str::<Refusal>(&json).expect("one"),
                    refusal
                );
                return Err(refusal);
            }
        };
        assert!(decided.events.len() < 5_000, "bounded work");
        let mut applied = before;
        for event in &decided.events {
            let json = serde_json::to_string(event).expect("JSON");
            let read: Event = serde_json::from_str(&json).expect("an event");
            assert_eq!(&read, event, "an event survives JSON");
            applied.apply(&read);
            self.ledger.note(event);
        }
        assert_eq!(applied, decided.instance, "events make the instance");
        if let Act::Return {
            visit,
            then: Then::Straight,
            ..
        } = &command.act
        {
            kept_but(visit, &self.instance, &decided.instance);
        }
        self.instance = decided.instance;
        self.events.extend(decided.events);
        self.check();
        Ok(())
    }

    /// Goes on in another version.
    pub fn takes_over(&mut self, new: Net, migrated: andu_workflow::Decided) {
        migrated
            .events
            .iter()
            .for_each(|event| self.ledger.note(event));
        self.events.extend(migrated.events);
        (self.instance, self.net) = (migrated.instance, new);
        self.check();
    }

    fn check(&self) {
        let replayed = Instance::replayed(&self.events);
        assert_eq!(replayed.as_ref(), Some(&self.instance), "replayed");
        let json = serde_json::to_string(&self.instance).expect("JSON");
        let read: Instance = serde_json::from_str(&json).expect("an instance");
        assert_eq!(read, self.instance, "an instance survives JSON");
        let ends = self.events.iter();
        let ends = ends
            .filter(|event| matches!(event, Event::Ended { .. }))
            .count();
        assert_eq!(ends, usize::from(!self.instance.is_running()), "one end");
        assert_eq!(self.instance.seq, self.events.len() as u64, "counted");
        laws::always(&self.net, &self.instance);
        if self.sound && self.events.len().is_multiple_of(4) {
            laws::can_end(&self.net, &self.instance);
        }
        self.ledger.compare(&self.instance);
    }

    pub fn step(&self, node: &str) -> &Step {
        match &self.net.node(self.net.node_at(node).expect("a node")).kind {
            Kind::Step(step) => step,
            other => panic!("{node} is no step but {other:?}"),
        }
    }

    pub fn decision(&mut self, visit: VisitName, verdict: Verdict, n: i64) -> Decide {
        // Of a step that another version has not, nothing is asked.
        let there = self.net.node_at(&visit.node).is_some();
        let enters = there && !self.step(&visit.node).fields.is_empty();
        Decide {
            visit,
            verdict,
            words: self.fresh_words(),
            content: self.instance.content,
            items: enters
                .then(|| (key(CHOICE), Value::Number(n)))
                .into_iter()
                .collect(),
            chosen: BTreeMap::new(),
            on_paper: None,
            handwriting: None,
        }
    }

    /// From now on everybody agrees to everything, what is waited for comes, and it ends.
    pub fn agree_to_the_end(&mut self) {
        for _ in 0..400 {
            if !self.instance.is_running() {
                return;
            }
            let mut nobody = false;
            if !self.all_agree(&mut nobody) && !self.outside_comes(&mut nobody) {
                assert!(nobody, "nothing happens any more: {}", self.told());
                return;
            }
        }
        panic!("it does not end: {}", self.told());
    }

    /// The last visits, short.
    fn told(&self) -> String {
        let visits = self.instance.visits.iter().rev().take(30);
        let told = visits.map(|visit| {
            let members = visit.members.iter();
            let members = members.map(|member| {
                let verdict = member.decision().map(|decision| decision.verdict);
                let person = crate::play::letter(member.person);
                format!("{person} {verdict:?} {:?}", member.asked)
            });
            let members = members.collect::<Vec<_>>().join(", ");
            format!("{} {:?}: {members}", visit.name, visit.state)
        });
        told.collect::<Vec<_>>().join("; ")
    }

    fn all_agree(&mut self, nobody: &mut bool) -> bool {
        let open = self.instance.open_visits();
        let open: Vec<_> = open.map(|(_, visit)| visit.name.clone()).collect();
        let mut any = false;
        for visit in open {
            let Some(no) = self.instance.visit(&visit) else {
                continue;
            };
            let seats = self.instance.visits[no].clone();
            for up in seats.up() {
                let by = crate::play::letter(seats.members[up].person);
                match self.agrees(by, &visit) {
                    Ok(()) => any = true,
                    Err(Refusal::Nobody { .. }) => *nobody = true,
                    Err(Refusal::Separate { .. }) => any |= self.replaced(by, &visit),
                    Err(_) => {}
                }
            }
        }
        any
    }

    fn agrees(&mut self, by: char, visit: &VisitName) -> Result<(), Refusal> {
        let sign_off = &self.step(&visit.node).sign_off;
        let no = self.instance.visit(visit).expect("a visit");
        let members = self.instance.visits[no].members.iter();
        let mut own = members.filter(|member| member.person == person(by));
        let votes = own.any(|member| member.counts() && member.state == MemberState::Asked);
        if sign_off.order == Order::Claim && sign_off.passing != Passing::Any && votes {
            let visit = visit.clone();
            self.give(by, Act::Claim { visit }, Powers::default())?;
        }
        let decide = self.decision(visit.clone(), Verdict::Agree, 0);
        self.give(by, Act::Decide(Box::new(decide)), Powers::default())
    }

    /// Whoever may not decide here is replaced by somebody who may.
    fn replaced(&mut self, by: char, visit: &VisitName) -> bool {
        ('n'..='w').any(|to| {
            let act = Act::Transfer {
                visit: visit.clone(),
                from: person(by),
                to: person(to),
                note: String::new(),
            };
            self.give('z', act, ALL).is_ok()
        })
    }

    fn outside_comes(&mut self, nobody: &mut bool) -> bool {
        let before = self.instance.seq;
        let children = 0..self.instance.children.len();
        let ended = children.map(|child| {
            let status = Status::Done;
            Act::ChildEnded { child, status }
        });
        let triggers = [Trigger::Message("a".into()), Trigger::Signal("b".into())];
        let come = triggers.map(|trigger| {
            let items = BTreeMap::new();
            Act::Deliver { trigger, items }
        });
        for act in ended.chain(come).collect::<Vec<_>>() {
            let done = self.give('a', act, ALL);
            *nobody |= matches!(done, Err(Refusal::Nobody { .. }));
        }
        self.later(50);
        let ticked = self.give('a', Act::Tick, ALL);
        let over = matches!(ticked, Err(Refusal::Over { .. }));
        assert!(over || ticked.is_ok(), "time passes: {ticked:?}");
        let mut due = self.instance.timers.iter();
        *nobody |= due.any(|timer| matches!(timer.held, Some(Refusal::Nobody { .. })));
        self.instance.seq > before
    }

    /// Of the members of a visit one, by chance.
    pub fn member(&self, visit: &VisitName, chance: usize) -> Option<&Member> {
        let visit = &self.instance.visits[self.instance.visit(visit)?];
        let up: Vec<_> = visit.up().collect();
        match up.get(chance % (up.len() + 1)) {
            Some(no) => visit.members.get(*no),
            None => visit.members.get(chance % visit.members.len().max(1)),
        }
    }
}

/// Whoever is sent back to and comes straight back makes nothing else void.
fn kept_but(from: &VisitName, before: &Instance, after: &Instance) {
    for (old, new) in before.visits.iter().zip(&after.visits) {
        assert!(old == new || old.name == *from, "changed: {}", old.name);
        let said = |visit: &andu_workflow::Visit| {
            let decisions = visit.members.iter().map(Member::decision);
            decisions
                .map(|decision| decision.cloned())
                .collect::<Vec<_>>()
        };
        assert_eq!(said(old), said(new), "what was said stays");
    }
}
