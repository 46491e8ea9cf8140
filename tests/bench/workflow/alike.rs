//! The models of betsy, played by ours and by `SpiffWorkflow` move by move: after each move the same tasks are open,
//! the same ends were come to, and both are over or neither is. Their script tasks are played as tasks of people, so
//! that every order in which they can be done is tried, and conditions on a text as items that are yes or no.
//! Whatever is otherwise is listed with its reason; what is listed and is not otherwise fails as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use andu_base::{PersonId, WorkCalendar};
use andu_workflow::{
    Act, Begin, Command, Context, Decide, Event, Instance, Key, Net, Powers, Refusal, Roster,
    Staff, Verdict, begin, bpmn, decide,
    definition::{Access, Definition, Item, ItemKind, Kind, Node, Seat, Trigger, Value, Who},
};
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::{json, to_value};
use uuid::Uuid;

use crate::sync::{
    peer::{Peer, Peers, shown},
    said,
};

type Result<T, E = String> = std::result::Result<T, E>;

/// Orders in which the tasks of a model are done, at most; and moves in each.
const ORDERS: usize = 120;
const MOVES: usize = 24;

/// How a model is otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Otherwise {
    /// Ours does not run it, and says so.
    NotOurs,
    /// `SpiffWorkflow` does not.
    NotTheirs,
    /// Both run it, each in its way.
    Differs,
}

/// What is otherwise, and why.
const OTHERWISE: &[(&str, Otherwise, &str)] = &[
    (
        "WCP06_MultiChoice_ComplexGateway",
        Otherwise::NotOurs,
        "a complex gateway that splits by an expression of its own; there is the inclusive one",
    ),
    (
        "ComplexGateway",
        Otherwise::NotOurs,
        "a complex gateway that splits by an expression of its own; there is the inclusive one",
    ),
    (
        "WCP06_MultiChoice_Implicit",
        Otherwise::NotTheirs,
        "conditions on ways out of a task",
    ),
    (
        "WCP09_Structured_Discriminator_ComplexGateway",
        Otherwise::NotTheirs,
        "a complex gateway that goes on with the first way",
    ),
    (
        "WCP09_Structured_Discriminator_MultiInstance",
        Otherwise::NotOurs,
        "several of a task that say an event when the first is done; there is a number of which they pass",
    ),
    (
        "WCP12_MultipleInstancesWithoutSynchronization",
        Otherwise::NotOurs,
        "several of a task that are not waited for; there are called processes that are not",
    ),
    (
        "WCP13_MultipleInstancesWithAPrioriDesignTimeKnowledge",
        Otherwise::Differs,
        "several that are broken off once some are done: SpiffWorkflow does not find one of its own tasks",
    ),
    (
        "WCP14_MultipleInstancesWithAPrioriRuntimeKnowledge",
        Otherwise::Differs,
        "several that are broken off once some are done: SpiffWorkflow does not find one of its own tasks",
    ),
    (
        "WCP17_InterleavedParallelRouting",
        Otherwise::NotOurs,
        "an ad-hoc sub-process; there are steps that are done one at a time",
    ),
    (
        "WCP20_CancelCaseCancel",
        Otherwise::NotOurs,
        "a transaction that is cancelled; there are groups that are broken off",
    ),
];

/// What can be seen after a move.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct State {
    open: Vec<String>,
    ends: Vec<String>,
    over: bool,
    /// The last move could not be done: no way leads on.
    stuck: bool,
}

/// A move in a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Move {
    Do {
        task: String,
        items: BTreeMap<String, i64>,
    },
    Signal(String),
    Time(u32),
}

/// Moves, and the states they lead through.
type Order = (Vec<Move>, Vec<State>);

/// A model as both are given it.
struct Model {
    net: Net,
    /// The same for `SpiffWorkflow`.
    theirs: String,
    /// Items that are yes or no.
    letters: Vec<&'static str>,
    /// Tasks that count.
    counts: BTreeSet<String>,
    /// From where; without such tasks, how often something is done.
    counter: i64,
}

const LETTERS: [&str; 3] = ["a", "b", "c"];
const COUNTER: &str = "integerVariable";
/// How often something is done that is done three times.
const TIMES: &str = "times";

/// Where the samples are; `None` where they are not at hand.
fn samples() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = ["../../shared", "../../../shared"].into_iter();
    all.find_map(|up| Some(root.join(up).join("samples/bpmn/betsy")).filter(|at| at.is_dir()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for part in ["cfpatterns", "gateways"] {
        let entries = fs::read_dir(folder.join(part)).expect("a folder");
        found.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    found.sort();
    found
}

/// Scripts become tasks of people, conditions on the text become items. What is done several times becomes a group
/// around a task.
fn prepared(xml: &str, condition: impl Fn(&str, bool) -> String) -> String {
    // `SpiffWorkflow` calls its own beginning so.
    let text = xml.replace("\"Start\"", "\"Begin\"");
    let mut text = text.replace("scriptTask", "userTask");
    for letter in LETTERS {
        let contains = format!("test.contains(\"{letter}\")");
        text = text.replace(&format!("!{contains}"), &condition(letter, false));
        text = text.replace(&contains, &condition(letter, true));
    }
    let Some((before, looped)) = text.split_once("<bpmn2:multiInstanceLoopCharacteristics") else {
        return text;
    };
    const CLOSED: &str = "</bpmn2:userTask>";
    let at = before.rfind("<bpmn2:userTask").expect("a loop of a task");
    let (inside, after) = looped.split_once(CLOSED).expect("a task that ends");
    let head = before[at..].replacen("userTask", "subProcess", 1);
    let each = r#"<bpmn2:startEvent id="in"/><bpmn2:userTask id="each"/><bpmn2:endEvent id="out"/>
        <bpmn2:sequenceFlow id="in_each" sourceRef="in" targetRef="each"/>
        <bpmn2:sequenceFlow id="each_out" sourceRef="each" targetRef="out"/></bpmn2:subProcess>"#;
    let inside = inside.split("<bpmn2:script>").next().unwrap_or(inside);
    let open = "<bpmn2:multiInstanceLoopCharacteristics";
    format!("{}{head}{open}{inside}{each}{after}", &before[..at])
}

impl Model {
    fn read(path: &Path) -> Result<Self> {
        let xml = fs::read_to_string(path).map_err(said)?;
        let ours = prepared(&xml, |item, is| format!("${{{item} == {is}}}"));
        let ours = ours.replace(">3</bpmn2:loop", &format!(">${{{TIMES}}}</bpmn2:loop"));
        let theirs = prepared(&xml, |item, is| match is {
            true => item.to_owned(),
            false => format!("not {item}"),
        });
        // Its expressions are Python, each on one line.
        let theirs = theirs.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        let theirs = theirs.replace(&format!("${{{COUNTER}}}"), COUNTER);
        let theirs = theirs
            .replace(">PT1S<", ">'PT1S'<")
            .replace(">PT5S<", ">'PT5S'<");
        let mut all = bpmn::import(ours.as_bytes()).map_err(said)?.definitions;
        let mut definition = all.pop().ok_or("no process")?;
        let counts = xml.split("<bpmn2:scriptTask").skip(1).filter_map(|task| {
            let counts = task
                .split("</bpmn2:scriptTask")
                .next()?
                .contains("INCREMENT");
            let id = task.split("id=\"").nth(1)?.split('"').next()?;
            counts.then(|| id.to_owned())
        });
        let counts: BTreeSet<String> = counts.collect();
        staff(&mut definition)?;
        Ok(Self {
            net: Net::compile(&definition).map_err(said)?,
            theirs,
            letters: LETTERS
                .into_iter()
                .filter(|letter| xml.contains(&format!("test.contains(\"{letter}\")")))
                .collect(),
            counter: if counts.is_empty() { 3 } else { 0 },
            counts,
        })
    }

    /// Every choice of yes and no.
    fn choices(&self) -> Vec<BTreeMap<&'static str, bool>> {
        let all = 0..1_u32 << self.letters.len();
        let choice = |bits: u32| {
            let each = self.letters.iter().enumerate();
            each.map(|(no, letter)| (*letter, bits & 1 << no != 0))
                .collect()
        };
        all.map(choice).collect()
    }
}

fn somebody() -> PersonId {
    PersonId(Uuid::from_u128(1))
}

/// Everything is done by one person, who may count.
fn staff(definition: &mut Definition) -> Result<()> {
    let counter = Key::new(COUNTER).map_err(said)?;
    let number = ItemKind::Number {
        least: None,
        most: None,
    };
    let letters = LETTERS.map(|letter| (letter, ItemKind::YesNo));
    let numbers = [(COUNTER, number.clone()), (TIMES, number)];
    for (name, kind) in letters.into_iter().chain(numbers) {
        let name = Key::new(name).map_err(said)?;
        definition.items.retain(|item| item.name != name);
        definition.items.push(Item {
            title: name.to_string(),
            name,
            kind,
            note: String::new(),
        });
    }
    for node in &mut definition.nodes {
        if let Kind::Step(step) = &mut node.kind {
            step.sign_off.seats = vec![Seat {
                who: Who::Person(somebody()),
                weight: 1,
                veto: false,
            }];
            step.fields.insert(counter.clone(), Access::Write);
        }
    }
    Ok(())
}

/// Ours, being played.
#[derive(Clone)]
struct Ours<'a> {
    model: &'a Model,
    instance: Instance,
    ends: Vec<String>,
    now: Timestamp,
    counted: i64,
    stuck: bool,
}

impl<'a> Ours<'a> {
    fn begin(model: &'a Model, items: &BTreeMap<&'static str, bool>) -> Result<Self> {
        let now: Timestamp = "2026-03-02T01:00:00Z".parse().map_err(said)?;
        let mut given = BTreeMap::new();
        for (name, is) in items {
            given.insert(Key::new(name).map_err(said)?, Value::YesNo(*is));
        }
        for (name, number) in [(COUNTER, model.counter), (TIMES, 3)] {
            given.insert(Key::new(name).map_err(said)?, Value::Number(number));
        }
        let first = Begin {
            by: somebody(),
            at: None,
            content: None,
            items: given,
            chosen: BTreeMap::new(),
        };
        let begun = with_context(now, |context| begin(&model.net, &first, context));
        let begun = begun.map_err(said)?;
        let mut ours = Self {
            model,
            instance: begun.instance,
            ends: Vec::new(),
            now,
            counted: model.counter,
            stuck: false,
        };
        ours.note(&begun.events);
        Ok(ours)
    }

    fn note(&mut self, events: &[Event]) {
        for event in events {
            let Event::Fired { node, .. } = event else {
                continue;
            };
            let at = self.model.net.node_at(node);
            let node_at = at.map(|at| self.model.net.node(at));
            let ends = |one: &Node| one.inside.is_none() && matches!(one.kind, Kind::End { .. });
            if node_at.is_some_and(ends) {
                self.ends.push(node.to_string());
            }
        }
        self.ends.sort();
    }

    fn state(&self) -> State {
        let open = self.instance.open_visits();
        let mut open: Vec<String> = open.map(|(_, visit)| visit.name.node.to_string()).collect();
        open.sort();
        State {
            open,
            ends: self.ends.clone(),
            over: !self.instance.is_running(),
            stuck: self.stuck,
        }
    }

    fn act(&mut self, act: Act) -> Result<bool, Refusal> {
        let command = Command {
            by: somebody(),
            made_at: self.now,
            act,
        };
        let done = with_context(self.now, |context| {
            decide(&self.model.net, &self.instance, &command, context)
        })?;
        self.note(&done.events);
        self.instance = done.instance;
        Ok(!done.events.is_empty())
    }

    /// Does a move. Says whether anything happened.
    fn go(&mut self, way: &Move) -> Result<bool, Refusal> {
        match way {
            Move::Do { task, items } => {
                let visit = {
                    let mut open = self.instance.open_visits();
                    let found = open.find(|(_, visit)| *visit.name.node == **task);
                    found.expect("an open task").1.name.clone()
                };
                let mut entered = BTreeMap::new();
                for (name, value) in items {
                    let name = Key::new(name).expect("a name");
                    entered.insert(name, Value::Number(*value));
                    self.counted = *value;
                }
                self.act(Act::Decide(Box::new(Decide {
                    visit,
                    verdict: Verdict::Agree,
                    words: String::new(),
                    content: None,
                    items: entered,
                    chosen: BTreeMap::new(),
                    on_paper: None,
                    handwriting: None,
                })))
            }
            Move::Signal(name) => self.act(Act::Deliver {
                trigger: Trigger::Signal(name.clone()),
                items: BTreeMap::new(),
            }),
            Move::Time(hours) => {
                let later = self.now.checked_add(i64::from(*hours).hours());
                self.now = later.expect("a moment");
                self.act(Act::Tick)
            }
        }
    }

    /// What can happen now: a task is done, a signal comes, time passes.
    fn moves(&self) -> Result<Vec<(Move, Self)>> {
        if self.stuck {
            return Ok(Vec::new());
        }
        let open: BTreeSet<String> = self.state().open.into_iter().collect();
        let done = open.into_iter().map(|task| {
            let counts = self.model.counts.contains(&task);
            let items = counts.then(|| (COUNTER.to_owned(), self.counted + 1));
            Move::Do {
                task,
                items: items.into_iter().collect(),
            }
        });
        let nodes = self.model.net.definition.nodes.iter();
        let signals: BTreeSet<&String> = nodes
            .filter_map(|node| match &node.kind {
                Kind::Wait {
                    on: Trigger::Signal(name),
                }
                | Kind::Boundary {
                    on: Trigger::Signal(name),
                    ..
                } => Some(name),
                _ => None,
            })
            .collect();
        let signals = signals.into_iter().map(|name| Move::Signal(name.clone()));
        let all = done.chain(signals).chain([Move::Time(1)]);
        let mut found = Vec::new();
        for way in all {
            let mut after = self.clone();
            match after.go(&way) {
                Ok(true) => found.push((way, after)),
                Ok(false) => {}
                Err(Refusal::NoWay { .. }) => {
                    after = Self {
                        stuck: true,
                        ..self.clone()
                    };
                    found.push((way, after));
                }
                Err(no) if matches!(way, Move::Do { .. }) => return Err(said(no)),
                // Nothing waits for it.
                Err(_) => {}
            }
        }
        Ok(found)
    }

    /// Every order of moves to the end, as far as they are followed, each with the states it leads through.
    fn orders(&self, so_far: &mut Order, all: &mut Vec<Order>) -> Result<()> {
        if all.len() >= ORDERS {
            return Ok(());
        }
        let moves = self.moves()?;
        if moves.is_empty() || so_far.0.len() >= MOVES {
            all.push(so_far.clone());
            return Ok(());
        }
        for (way, after) in moves {
            so_far.0.push(way);
            so_far.1.push(after.state());
            after.orders(so_far, all)?;
            so_far.0.pop();
            so_far.1.pop();
        }
        Ok(())
    }
}

fn with_context<T>(now: Timestamp, decide: impl FnOnce(&Context<'_>) -> T) -> T {
    let roster = Roster {
        people: [(somebody(), Staff::default())].into(),
        ..Roster::default()
    };
    decide(&Context {
        now,
        roster: &roster,
        calendar: WorkCalendar::known(),
        powers: Powers::default(),
        offline: false,
    })
}

/// How a model is otherwise, with what was seen first; or in how many orders it is the same.
fn compared(spiff: &mut Peer, path: &Path) -> Result<usize, (Otherwise, String)> {
    let not_ours = |no: String| (Otherwise::NotOurs, no);
    let model = Model::read(path).map_err(not_ours)?;
    let mut orders = 0;
    for choice in model.choices() {
        let ours = Ours::begin(&model, &choice).map_err(not_ours)?;
        let mut all = Vec::new();
        ours.orders(&mut (Vec::new(), vec![ours.state()]), &mut all)
            .map_err(not_ours)?;
        let mut items: BTreeMap<&str, serde_json::Value> =
            choice.iter().map(|(name, is)| (*name, json!(is))).collect();
        items.insert(COUNTER, json!(model.counter));
        for (moves, states) in all {
            let asked = json!({ "model": model.theirs, "items": items, "moves": moves });
            let answer = spiff
                .ask("play", asked)
                .map_err(|no| (Otherwise::NotTheirs, no))?;
            let theirs: Vec<State> = Deserialize::deserialize(&answer["states"])
                .map_err(|no| (Otherwise::NotTheirs, no.to_string()))?;
            let differs = |at: &usize| match (&states[*at], theirs.get(*at)) {
                (ours, Some(theirs)) if ours.stuck || theirs.stuck => ours.stuck != theirs.stuck,
                (ours, theirs) => Some(ours) != theirs,
            };
            if let Some(at) = (0..states.len()).find(differs) {
                let after = to_value(&moves[..at]).unwrap_or_default();
                let seen = format!(
                    "{choice:?}, after {after}: ours {:?}, theirs {:?}",
                    states[at],
                    theirs.get(at)
                );
                return Err((Otherwise::Differs, seen));
            }
            orders += 1;
        }
    }
    Ok(orders)
}

#[test]
fn models_of_betsy_are_played_as_spiff_workflow_plays_them() {
    let Some(folder) = samples() else {
        println!("the BPMN samples are not at hand: skipped");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/peers/spiff_traces.py");
    let mut spiff = match Peers::here().python(&shown(&script), &[]) {
        Ok(spiff) => spiff,
        Err(why) => {
            assert!(why.starts_with("not installed"), "SpiffWorkflow: {why}");
            println!("SpiffWorkflow: {why}; ./dev bench workflow installs it: skipped");
            return;
        }
    };
    let (mut wrong, mut orders, mut same) = (Vec::new(), 0, 0);
    let files = files(&folder);
    for path in &files {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let listed = OTHERWISE.iter().find(|(file, ..)| *file == name);
        let found = compared(&mut spiff, path);
        println!("{name}: {found:?}");
        match (found, listed) {
            (Ok(count), None) => {
                orders += count;
                same += 1;
            }
            (Err((how, _)), Some((_, expected, _))) if how == *expected => {}
            (found, listed) => wrong.push(format!("{name}: {found:?}, listed as {listed:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{same} of {} models in {orders} orders", files.len());
}
