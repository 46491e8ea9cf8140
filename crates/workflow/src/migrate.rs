//! Running instances go over to another version of their process: every place of a token and every open visit
//! needs an equal in it, and from there the instance must be sure to come to its end. It is one event; what was
//! decided, and about which words, stays as it was.

mod names;
mod rehearse;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use andu_base::PersonId;
use serde::{Deserialize, Serialize};

pub use rehearse::{Rehearsal, rehearse};

use crate::{
    Context, Decided, Instance, Key, MemberState, Place, Refusal, Status, Visit,
    check::{Bounds, Halt, Outlook},
    decide::Work,
    definition::{Kind, Order, Step, Trigger},
    net::{Net, NodeAt},
};
use names::Names;

/// Which node of the new version stands for which of the old one; without an entry: the one of the same name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Old names with the new ones.
    #[serde(default)]
    pub nodes: BTreeMap<Key, Key>,
}

/// Why an instance cannot go over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "obstacle")]
pub enum Obstacle {
    /// It is over.
    Over {
        /// How.
        status: Status,
    },
    /// It does not follow the version from which it is to go over, or the other is no version of the process.
    OtherProcess,
    /// Something is going on in a node that has no place in the new version.
    NoPlace {
        /// The node, or the flow.
        place: Key,
    },
    /// The node that stands for it does something else.
    OtherKind {
        /// The old node.
        node: Key,
    },
    /// The node that stands for it lies in another group.
    OtherGroup {
        /// The old node.
        node: Key,
    },
    /// What is asked or has been decided in an open visit would mean something else.
    OtherMeaning {
        /// The old step.
        node: Key,
        /// What is different.
        what: Meaning,
    },
    /// Two nodes in which something has happened would be one.
    TwoInOne {
        /// The new node.
        node: Key,
    },
    /// It may not come to its end.
    Halts {
        /// Why.
        halt: Halt,
    },
    /// What goes on at once in the new version, cannot.
    Refused {
        /// Why.
        why: Refusal,
    },
}

/// What makes a decision mean something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// What it is called: whoever was asked to check does not sign.
    Act,
    /// Whether it binds the words.
    Binds,
    /// When the votes have passed, and whether all are heard.
    Passing,
    /// What a refusal does.
    Refused,
    /// Whether one of several takes it.
    Order,
}

/// How far is looked ahead from where an instance stands.
const FAR: Bounds = Bounds {
    states: 10_000,
    regions: 1_000,
};

/// An instance goes over to another version, by somebody who dispatches.
///
/// # Errors
/// Everything that stands in the way; then nothing has changed.
pub fn migrate(
    (old, new): (&Net, &Net),
    instance: &Instance,
    plan: &Plan,
    by: PersonId,
    context: &Context<'_>,
) -> Result<Decided, Vec<Obstacle>> {
    let mut outlook = Outlook::of(new, FAR);
    go_over((old, new), instance, plan, (by, context), &mut outlook)
}

fn go_over(
    (old, new): (&Net, &Net),
    instance: &Instance,
    plan: &Plan,
    (by, context): (PersonId, &Context<'_>),
    outlook: &mut Outlook<'_>,
) -> Result<Decided, Vec<Obstacle>> {
    if !instance.is_running() {
        let status = instance.status;
        return Err(vec![Obstacle::Over { status }]);
    }
    let follows = (&instance.definition, instance.version);
    let (from, to) = (&old.definition, &new.definition);
    if follows != (&from.id, from.version) || from.id != to.id || from.version == to.version {
        return Err(vec![Obstacle::OtherProcess]);
    }
    if !context.powers.dispatch {
        let why = Refusal::NotAllowed { what: None };
        return Err(vec![Obstacle::Refused { why }]);
    }
    let names = Names::of((old, new), instance, plan);
    let mut obstacles = Fit {
        nets: (old, new),
        instance,
        names: &names,
    }
    .obstacles();
    obstacles.extend(names.missing.iter().map(|place| Obstacle::NoPlace {
        place: place.clone(),
    }));
    if !obstacles.is_empty() {
        return Err(obstacles);
    }
    let refused = |why| vec![Obstacle::Refused { why }];
    let event = names.event(old, new, (by, context.now));
    let decided = Work::migrate((old, new), instance, event, context).map_err(refused)?;
    let ends = outlook.ends(&decided.instance);
    ends.map_err(|halt| vec![Obstacle::Halts { halt }])?;
    Ok(decided)
}

/// Whether what is going on has an equal in the new version.
struct Fit<'a> {
    nets: (&'a Net, &'a Net),
    instance: &'a Instance,
    names: &'a Names,
}

impl Fit<'_> {
    fn obstacles(&self) -> Vec<Obstacle> {
        let mut found = Vec::new();
        for name in self.live_nodes() {
            found.extend(self.node(name).err());
        }
        for (_, visit) in self.instance.open_visits() {
            found.extend(self.visit(visit).err());
        }
        found.extend(self.two_in_one());
        found
    }

    /// The nodes in which something is going on, and those to which it comes straight back.
    fn live_nodes(&self) -> BTreeSet<&Key> {
        let mut nodes = BTreeSet::new();
        for no in &self.instance.live {
            if let Place::Inside(name) = &self.instance.tokens[*no].place {
                nodes.insert(name);
                nodes.extend(self.instance.goes_on_from(*no));
            }
        }
        for (_, visit) in self.instance.open_visits() {
            let mut back = visit.back_to;
            while let Some(no) = back {
                nodes.insert(&self.instance.visits[no].name.node);
                back = self.instance.visits[no].back_to;
            }
        }
        nodes
    }

    fn node(&self, name: &Key) -> Result<(), Obstacle> {
        let (old, new) = self.nets;
        let no_place = || Obstacle::NoPlace {
            place: name.clone(),
        };
        let was = old.node_at(name).ok_or_else(no_place)?;
        let is = new.node_at(self.names.node(name)).ok_or_else(no_place)?;
        if !self.is_same_kind(was, is) {
            return Err(Obstacle::OtherKind { node: name.clone() });
        }
        let group = |net: &Net, at: NodeAt| net.node(at).inside.clone();
        let around = group(old, was).map(|group| self.names.node(&group).clone());
        if around != group(new, is) {
            return Err(Obstacle::OtherGroup { node: name.clone() });
        }
        Ok(())
    }

    fn is_same_kind(&self, was: NodeAt, is: NodeAt) -> bool {
        let (old, new) = self.nets;
        match (&old.node(was).kind, &new.node(is).kind) {
            (Kind::Step(_), Kind::Step(_)) => true,
            (Kind::Await, Kind::Await) => {
                let (before, after) = (waited_for(old, was), waited_for(new, is));
                before.iter().all(|on| after.contains(on))
            }
            (Kind::Wait { on: was }, Kind::Wait { on: is }) => was == is,
            (Kind::Group { each: was }, Kind::Group { each: is }) => was == is,
            (was @ Kind::Call { .. }, is @ Kind::Call { .. }) => was == is,
            _ => false,
        }
    }

    /// What has been asked and decided in an open visit keeps its meaning.
    fn visit(&self, visit: &Visit) -> Result<(), Obstacle> {
        let (old, new) = self.nets;
        let name = &visit.name.node;
        let steps = step_of(old, name).zip(step_of(new, self.names.node(name)));
        let Some((was, is)) = steps else {
            return Ok(()); // told of the node
        };
        match changed(visit, was, is) {
            None => Ok(()),
            Some(what) => Err(Obstacle::OtherMeaning {
                node: name.clone(),
                what,
            }),
        }
    }

    fn two_in_one(&self) -> Vec<Obstacle> {
        let mut met: BTreeMap<&Key, &Key> = BTreeMap::new();
        let mut twice = BTreeSet::new();
        for name in names::nodes_of(self.instance) {
            let new = self.names.node(name);
            if met.insert(new, name).is_some() {
                twice.insert(new);
            }
        }
        let twice = twice.into_iter().cloned();
        twice.map(|node| Obstacle::TwoInOne { node }).collect()
    }
}

fn step_of<'n>(net: &'n Net, name: &Key) -> Option<&'n Step> {
    match &net.node(net.node_at(name)?).kind {
        Kind::Step(step) => Some(step),
        _ => None,
    }
}

fn changed(visit: &Visit, was: &Step, is: &Step) -> Option<Meaning> {
    let votes = || visit.members.iter().filter(|member| member.counts());
    let decided = votes().any(|member| member.decision().is_some());
    let held = visit
        .members
        .iter()
        .any(|member| member.state == MemberState::Holds);
    let (one, other) = (&was.sign_off, &is.sign_off);
    let passing = (one.passing, one.hears_all) != (other.passing, other.hears_all);
    let claims = (one.order == Order::Claim) != (other.order == Order::Claim);
    let differences = [
        (was.act != is.act, Meaning::Act),
        (was.binds != is.binds, Meaning::Binds),
        (decided && passing, Meaning::Passing),
        (decided && was.refused != is.refused, Meaning::Refused),
        ((decided || held) && claims, Meaning::Order),
    ];
    let mut differences = differences.into_iter();
    differences
        .find(|(differs, _)| *differs)
        .map(|(_, what)| what)
}

/// The events of which the first decides the way.
fn waited_for(net: &Net, at: NodeAt) -> Vec<&Trigger> {
    let outs = net.wiring(at).outs.iter();
    let kinds = outs.map(|out| &net.node(net.target(*out)).kind);
    kinds
        .filter_map(|kind| match kind {
            Kind::Wait { on } => Some(on),
            _ => None,
        })
        .collect()
}

impl Instance {
    /// Goes by other names from now on.
    pub(crate) fn rename(&mut self, version: u32, (nodes, flows): (&Renamed, &Renamed)) {
        self.version = version;
        let node = |name: &mut Key| replace(name, nodes);
        for token in &mut self.tokens {
            match &mut token.place {
                Place::Flow(name) => replace(name, flows),
                Place::Inside(name) | Place::Ended(name) => node(name),
            }
        }
        self.firings
            .iter_mut()
            .for_each(|firing| node(&mut firing.node));
        self.children
            .iter_mut()
            .for_each(|child| node(&mut child.node));
        let groups = self
            .scopes
            .iter_mut()
            .filter_map(|scope| scope.group.as_mut());
        groups.for_each(node);
        for visit in &mut self.visits {
            if nodes.contains_key(&visit.name.node) {
                node(&mut Arc::make_mut(visit).name.node);
            }
        }
        for timer in &mut self.timers {
            if let crate::TimerDoes::Node(name) = &mut timer.does {
                node(name);
            }
        }
        let chosen = std::mem::take(&mut self.chosen).into_iter();
        self.chosen = chosen
            .map(|(mut step, people)| {
                node(&mut step);
                (step, people)
            })
            .collect();
        self.rename_outcomes(nodes);
    }

    /// Guards ask how a step ended by its new name.
    fn rename_outcomes(&mut self, nodes: &Renamed) {
        let taken: Vec<_> = nodes
            .iter()
            .filter_map(|(old, new)| {
                let value = self.items.remove(&outcome(old)?)?;
                Some((outcome(new)?, value))
            })
            .collect();
        self.items.extend(taken);
    }
}

/// Old names with the new ones.
pub(crate) type Renamed = BTreeMap<Key, Key>;

fn replace(name: &mut Key, by: &Renamed) {
    if let Some(new) = by.get(name) {
        *name = new.clone();
    }
}

fn outcome(node: &Key) -> Option<Key> {
    Key::new(&format!("{node}.outcome")).ok()
}
