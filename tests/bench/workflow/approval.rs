//! The approval, as ours plays it: a process with a person for each step.

use std::collections::BTreeMap;

use andu_base::{PersonId, WorkCalendar};
use andu_workflow::{
    Act, Begin, Command, Context, Decide, Instance, Net, Powers, Roster, Staff, Verdict, begin,
    decide, definition::Definition,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// People, working days and the process.
pub struct Office {
    net: Net,
    roster: Roster,
    calendar: &'static WorkCalendar,
    now: Timestamp,
}

fn person(no: u128) -> PersonId {
    PersonId(Uuid::from_u128(no))
}

fn step(id: &str, who: PersonId) -> Value {
    let seat = json!({ "who": { "person": who } });
    json!({ "id": id, "kind": { "type": "step", "sign_off": { "seats": [seat] } } })
}

fn flow(id: usize, (from, to): (&str, &str)) -> Value {
    json!({ "id": format!("f{id}"), "from": from, "to": to })
}

/// The steps, in an order in which they can be done.
pub const STEPS: [&str; 5] = ["check", "x", "y", "z", "sign"];

/// The process of `approval.bpmn`, with a person for each of [`STEPS`].
pub fn approval(people: [PersonId; 5]) -> Result<Definition, String> {
    let [check, x, y, z, sign] = people;
    let node = |id: &str, kind: &str| json!({ "id": id, "kind": { "type": kind } });
    let nodes = [
        node("start", "start"),
        step("check", check),
        node("fork", "parallel"),
        step("x", x),
        step("y", y),
        step("z", z),
        node("join", "parallel"),
        step("sign", sign),
        node("end", "end"),
    ];
    let ways = [
        ("start", "check"),
        ("check", "fork"),
        ("fork", "x"),
        ("fork", "y"),
        ("fork", "z"),
        ("x", "join"),
        ("y", "join"),
        ("z", "join"),
        ("join", "sign"),
        ("sign", "end"),
    ];
    let flows: Vec<Value> = ways
        .into_iter()
        .enumerate()
        .map(|(id, way)| flow(id, way))
        .collect();
    let definition = json!({
        "format": "andu.process/1", "id": "approval", "version": 1, "title": "审批",
        "nodes": nodes, "flows": flows,
    });
    serde_json::from_value(definition).map_err(|error| error.to_string())
}

impl Office {
    pub fn open() -> Result<Self, String> {
        let net = Net::compile(&approval([1, 2, 3, 4, 5].map(person))?)
            .map_err(|error| error.to_string())?;
        let mut roster = Roster::default();
        for no in 0..=5 {
            roster.people.insert(person(no), Staff::default());
        }
        let now = "2026-03-02T01:00:00Z".parse();
        Ok(Self {
            net,
            roster,
            calendar: WorkCalendar::known(),
            now: now.map_err(|error: jiff::Error| error.to_string())?,
        })
    }

    /// One instance to its end; `kept`: written as JSON and read again after each decision. How many decisions
    /// it took.
    pub fn play(&self, kept: bool) -> Result<usize, String> {
        let context = Context {
            now: self.now,
            roster: &self.roster,
            calendar: self.calendar,
            powers: Powers::default(),
            offline: false,
        };
        let first = Begin {
            by: person(0),
            at: None,
            content: None,
            items: BTreeMap::new(),
            chosen: BTreeMap::new(),
        };
        let begun = begin(&self.net, &first, &context).map_err(|no| no.to_string())?;
        let mut instance = begun.instance;
        let mut decided = 0;
        while let Some(command) = self.next(&instance) {
            let done = decide(&self.net, &instance, &command, &context);
            instance = done.map_err(|no| no.to_string())?.instance;
            decided += 1;
            if kept {
                let text = serde_json::to_string(&instance).map_err(|error| error.to_string())?;
                instance = serde_json::from_str(&text).map_err(|error| error.to_string())?;
            }
        }
        match instance.is_running() {
            true => Err("it does not end".into()),
            false => Ok(decided),
        }
    }

    /// Whoever is up first, agrees.
    fn next(&self, instance: &Instance) -> Option<Command> {
        let (_, visit) = instance.open_visits().next()?;
        let member = visit.up().next()?;
        let decide = Decide {
            visit: visit.name.clone(),
            verdict: Verdict::Agree,
            words: String::new(),
            content: None,
            items: BTreeMap::new(),
            chosen: BTreeMap::new(),
            on_paper: None,
            handwriting: None,
        };
        Some(Command {
            by: visit.members[member].person,
            made_at: self.now,
            act: Act::Decide(Box::new(decide)),
        })
    }
}
