//! A small office that plays a process: people by their letters, steps by their names.

use std::collections::BTreeMap;

use andu_base::{ContentHash, DepartmentId, PersonId, WorkCalendar};
use andu_workflow::{
    Act, AddPlace, Begin, Command, Context, Decide, Event, Instance, Key, Net, Powers, Refusal,
    Roster, Staff, Status, Then, Unit, Verdict, VisitName, VisitState, begin, decide,
    definition::{
        Comparison, Definition, Flow, Format, Guard, Item, ItemKind, Kind, May, Node, Passing,
        Seat, SignOff, Step, Value, Who,
    },
};
use jiff::{Timestamp, ToSpan as _};
use uuid::Uuid;

pub fn key(name: &str) -> Key {
    Key::new(name).expect("a name")
}

/// A person by a letter.
pub fn person(letter: char) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(u32::from(letter))))
}

pub fn unit(no: u128) -> DepartmentId {
    DepartmentId(Uuid::from_u128(1_000 + no))
}

pub fn words(text: &str) -> ContentHash {
    ContentHash::of(text.as_bytes())
}

pub fn node(id: &str, kind: Kind) -> Node {
    Node {
        id: key(id),
        title: String::new(),
        inside: None,
        part: None,
        law: None,
        kind,
        foreign: Vec::new(),
    }
}

pub fn inside(group: &str, mut node: Node) -> Node {
    node.inside = Some(key(group));
    node
}

/// Every operation.
pub const EVERYTHING: [May; 9] = [
    May::AddBefore,
    May::AddAfter,
    May::AddBeside,
    May::TakeOut,
    May::Transfer,
    May::Delegate,
    May::Consult,
    May::Return,
    May::Revise,
];

/// A step for people by their letters, who may do everything.
pub fn step(id: &str, people: &str) -> Node {
    step_with(id, people, |_| {})
}

pub fn step_with(id: &str, people: &str, change: impl FnOnce(&mut Step)) -> Node {
    let seats = people
        .chars()
        .map(|letter| seat(Who::Person(person(letter))));
    let mut step = Step {
        sign_off: SignOff {
            seats: seats.collect(),
            ..SignOff::default()
        },
        may: EVERYTHING.to_vec(),
        ..Step::default()
    };
    change(&mut step);
    node(id, Kind::Step(Box::new(step)))
}

pub fn passing(id: &str, people: &str, passing: Passing) -> Node {
    step_with(id, people, |step| step.sign_off.passing = passing)
}

pub fn seat(who: Who) -> Seat {
    Seat {
        who,
        weight: 1,
        veto: false,
    }
}

pub fn start() -> Node {
    node("start", Kind::Start { on: None })
}

pub fn end(id: &str) -> Node {
    node(
        id,
        Kind::End {
            ending: andu_workflow::definition::Ending::Done,
        },
    )
}

pub fn flow(from: &str, to: &str) -> Flow {
    Flow {
        id: key(&format!("{from}>{to}")),
        from: key(from),
        to: key(to),
        title: String::new(),
        when: None,
        otherwise: false,
        foreign: Vec::new(),
    }
}

pub fn when(mut flow: Flow, item: &str, is: Comparison, value: Value) -> Flow {
    let item = key(item);
    flow.when = Some(Guard::Compare { item, is, value });
    flow
}

pub fn otherwise(mut flow: Flow) -> Flow {
    flow.otherwise = true;
    flow
}

/// Flows along a line of names: `start a b end`.
pub fn line(names: &str) -> Vec<Flow> {
    let names: Vec<_> = names.split(' ').collect();
    names
        .windows(2)
        .map(|pair| flow(pair[0], pair[1]))
        .collect()
}

pub fn process(nodes: Vec<Node>, flows: Vec<Flow>) -> Definition {
    Definition {
        format: Format::One,
        id: key("tried"),
        version: 1,
        title: "试行流程".into(),
        note: String::new(),
        items: ["n", "m"]
            .map(|name| {
                item(
                    name,
                    ItemKind::Number {
                        least: None,
                        most: None,
                    },
                )
            })
            .into_iter()
            .chain([
                item("units", ItemKind::Units),
                item("joint", ItemKind::YesNo),
                item("on", ItemKind::Day),
            ])
            .collect(),
        forms: Vec::new(),
        parts: Vec::new(),
        nodes,
        flows,
        separations: Vec::new(),
        limit: None,
        drawing: Default::default(),
        foreign: Vec::new(),
    }
}

pub fn item(name: &str, kind: ItemKind) -> Item {
    Item {
        name: key(name),
        title: name.to_owned(),
        kind,
        note: String::new(),
    }
}

/// A process that is being played.
pub struct Play {
    pub net: Net,
    pub instance: Instance,
    pub events: Vec<Event>,
    pub roster: Roster,
    pub calendar: &'static WorkCalendar,
    pub now: Timestamp,
    pub powers: Powers,
    pub offline: bool,
}

/// Everybody from a to z, in one department headed by h.
pub fn office() -> Roster {
    let staff = |letter: char| {
        let staff = Staff {
            units: vec![unit(1)],
            ..Staff::default()
        };
        (person(letter), staff)
    };
    let head = |no: u128, head: char, above: Option<u128>| {
        let heads = vec![person(head)];
        let above = above.map(unit);
        (unit(no), Unit { above, heads })
    };
    Roster {
        people: ('a'..='z').map(staff).collect(),
        units: BTreeMap::from([
            head(1, 'h', Some(9)),
            head(2, 'i', Some(9)),
            head(3, 'j', Some(9)),
            head(9, 'l', None),
        ]),
        substitutes: Vec::new(),
    }
}

/// A Monday morning in March 2026.
pub const MONDAY: &str = "2026-03-02T09:00:00+08:00";

impl Play {
    /// Begun by a.
    pub fn begin(definition: Definition) -> Self {
        Self::begin_with(definition, BTreeMap::new())
    }

    pub fn begin_with(definition: Definition, items: BTreeMap<Key, Value>) -> Self {
        Self::try_begin(definition, items, office()).expect("it begins")
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "tests hand their process over"
    )]
    pub fn try_begin(
        definition: Definition,
        items: BTreeMap<Key, Value>,
        roster: Roster,
    ) -> Result<Self, Refusal> {
        let net = Net::compile(&definition).expect("it fits together");
        let calendar = WorkCalendar::known();
        let now: Timestamp = MONDAY.parse().expect("a moment");
        let context = Context {
            now,
            roster: &roster,
            calendar,
            powers: Powers::default(),
            offline: false,
        };
        let begun = begin(
            &net,
            &Begin {
                by: person('a'),
                at: None,
                content: None,
                items,
                chosen: BTreeMap::new(),
            },
            &context,
        )?;
        Ok(Self {
            net,
            instance: begun.instance,
            events: begun.events,
            roster,
            calendar,
            now,
            powers: Powers::default(),
            offline: false,
        })
    }

    pub fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            roster: &self.roster,
            calendar: self.calendar,
            powers: self.powers,
            offline: self.offline,
        }
    }

    /// What the events make is what the decision has made.
    pub fn act(&mut self, by: char, act: Act) -> Result<(), Refusal> {
        let command = Command {
            by: person(by),
            made_at: self.now,
            act,
        };
        let decided = decide(&self.net, &self.instance, &command, &self.context())?;
        let mut replayed = self.instance.clone();
        for event in &decided.events {
            replayed.apply(event);
        }
        assert_eq!(replayed, decided.instance, "events make the instance");
        self.instance = decided.instance;
        self.events.extend(decided.events);
        Ok(())
    }

    pub fn later(&mut self, hours: i64) {
        self.now = self.now.checked_add(hours.hours()).expect("a moment");
    }

    /// The last visit of a step.
    pub fn visit(&self, step: &str) -> VisitName {
        let mut visits = self.instance.visits.iter().rev();
        let found = visits.find(|visit| *visit.name.node == *step);
        found
            .unwrap_or_else(|| panic!("{step} was never asked"))
            .name
            .clone()
    }

    /// The open visit of a step in which somebody is to act.
    pub fn mine(&self, by: char, step: &str) -> VisitName {
        let mut open = self.instance.open_visits();
        let found = open.find(|(_, visit)| {
            *visit.name.node == *step
                && visit
                    .members
                    .iter()
                    .any(|member| member.person == person(by) && !member.is_done())
        });
        found.map_or_else(|| self.visit(step), |(_, visit)| visit.name.clone())
    }

    pub fn decide(&mut self, by: char, step: &str, verdict: Verdict) -> Result<(), Refusal> {
        let visit = self.mine(by, step);
        self.decide_with(by, visit, verdict, |_| {})
    }

    pub fn decide_with(
        &mut self,
        by: char,
        visit: VisitName,
        verdict: Verdict,
        change: impl FnOnce(&mut Decide),
    ) -> Result<(), Refusal> {
        let mut decide = Decide {
            visit,
            verdict,
            words: "意见".into(),
            content: self.instance.content,
            items: BTreeMap::new(),
            chosen: BTreeMap::new(),
            on_paper: None,
            handwriting: None,
        };
        change(&mut decide);
        self.act(by, Act::Decide(Box::new(decide)))
    }

    pub fn agree(&mut self, by: char, step: &str) {
        let done = self.decide(by, step, Verdict::Agree);
        done.unwrap_or_else(|refusal| panic!("{by} agrees in {step}: {refusal}"));
    }

    pub fn refuse(&mut self, by: char, step: &str) {
        let done = self.decide(by, step, Verdict::Refuse);
        done.unwrap_or_else(|refusal| panic!("{by} refuses in {step}: {refusal}"));
    }

    pub fn enter(&mut self, by: char, step: &str, item: &str, value: Value) -> Result<(), Refusal> {
        let visit = self.mine(by, step);
        self.decide_with(by, visit, Verdict::Agree, |decide| {
            decide.items.insert(key(item), value);
        })
    }

    pub fn add(&mut self, by: char, step: &str, who: &str, place: AddPlace) -> Result<(), Refusal> {
        let people = who.chars().map(person).collect();
        let visit = self.mine(by, step);
        let note = "请一并审阅".to_owned();
        self.act(
            by,
            Act::Add {
                visit,
                people,
                place,
                note,
            },
        )
    }

    pub fn send_back(&mut self, by: char, from: &str, to: &str, then: Then) -> Result<(), Refusal> {
        let (visit, to) = (self.mine(by, from), self.visit(to));
        let reason = "依据不足，请补充".to_owned();
        self.act(
            by,
            Act::Return {
                visit,
                to,
                then,
                reason,
            },
        )
    }

    /// The steps that are open with who is to act: `review:bc sign:d`, in the order of their names.
    pub fn open(&self) -> String {
        let mut open: Vec<_> = self
            .instance
            .open_visits()
            .map(|(_, visit)| {
                let mut up: Vec<char> = visit
                    .up()
                    .map(|no| letter(visit.members[no].person))
                    .collect();
                up.sort_unstable();
                format!("{}:{}", visit.name.node, up.into_iter().collect::<String>())
            })
            .collect();
        open.sort();
        open.join(" ")
    }

    pub fn state(&self, step: &str) -> VisitState {
        let no = self.instance.visit(&self.visit(step)).expect("a visit");
        self.instance.visits[no].state
    }

    pub fn is_done(&self) -> bool {
        self.instance.status == Status::Done
    }
}

pub fn letter(person: PersonId) -> char {
    let number = u32::try_from(person.0.as_u128()).expect("a letter");
    char::from_u32(number).expect("a letter")
}
