//! What goes by which name in the new version: nodes by the plan, flows by what they lie between.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::PersonId;
use jiff::Timestamp;

use super::{Plan, Renamed};
use crate::{
    Event, Instance, Key, Place, TimerDoes,
    net::{FlowAt, Net},
};

/// The names that change, and the places of tokens for which there is none.
pub(super) struct Names {
    pub(super) nodes: Renamed,
    flows: Renamed,
    pub(super) missing: Vec<Key>,
}

/// The nodes in which anything of an instance has happened or is to happen.
pub(super) fn nodes_of(instance: &Instance) -> BTreeSet<&Key> {
    let mut nodes = BTreeSet::new();
    for token in &instance.tokens {
        if let Place::Inside(name) | Place::Ended(name) = &token.place {
            nodes.insert(name);
        }
    }
    nodes.extend(instance.firings.iter().map(|firing| &firing.node));
    nodes.extend(instance.visits.iter().map(|visit| &visit.name.node));
    nodes.extend(instance.children.iter().map(|child| &child.node));
    nodes.extend(
        instance
            .scopes
            .iter()
            .filter_map(|scope| scope.group.as_ref()),
    );
    nodes.extend(instance.chosen.keys());
    for timer in &instance.timers {
        if let TimerDoes::Node(name) = &timer.does {
            nodes.insert(name);
        }
    }
    nodes
}

impl Names {
    pub(super) fn of((old, new): (&Net, &Net), instance: &Instance, plan: &Plan) -> Self {
        let changed = plan.nodes.iter().filter(|(from, to)| from != to);
        let mut names = Self {
            nodes: changed
                .map(|(from, to)| (from.clone(), to.clone()))
                .collect(),
            flows: BTreeMap::new(),
            missing: Vec::new(),
        };
        for (from, to) in &names.nodes {
            if old.node_at(from).is_none() {
                names.missing.push(from.clone());
            } else if new.node_at(to).is_none() {
                names.missing.push(to.clone());
            }
        }
        let live: BTreeSet<usize> = instance.live.iter().copied().collect();
        let mut known: BTreeMap<&Key, Option<Key>> = BTreeMap::new();
        let mut missing = BTreeSet::new();
        for (no, token) in instance.tokens.iter().enumerate() {
            let Place::Flow(flow) = &token.place else {
                continue;
            };
            let found = known
                .entry(flow)
                .or_insert_with(|| names.flow_for((old, new), flow));
            if found.is_none() && live.contains(&no) {
                missing.insert(flow.clone());
            }
        }
        for (flow, found) in known {
            if let Some(found) = found.filter(|found| found != flow) {
                names.flows.insert(flow.clone(), found);
            }
        }
        names.missing.extend(missing);
        names
    }

    /// What a node is called in the new version.
    pub(super) fn node<'k>(&'k self, name: &'k Key) -> &'k Key {
        self.nodes.get(name).unwrap_or(name)
    }

    /// The flow that stands for another: into the node that stands for its target, by its own name, from what
    /// stands for its source, as any does where ways need not all come, or as the one that is left over.
    fn flow_for(&self, (old, new): (&Net, &Net), name: &Key) -> Option<Key> {
        let at = old.flow_at(name)?;
        let target = old.target(at);
        let to = new.node_at(self.node(&old.node(target).id))?;
        let around = |net: &Net, node: usize| net.node(node).inside.clone();
        let group = around(old, target).map(|group| self.node(&group).clone());
        if group != around(new, to) {
            return None;
        }
        let ins = &new.wiring(to).ins;
        let id = |flow: FlowAt| new.flow(flow).id.clone();
        if let Some(same) = self.plainly((old, new), at, ins) {
            return Some(id(same));
        }
        if !new.is_join(to) {
            return ins.first().copied().map(id);
        }
        let others = old.wiring(target).ins.iter().filter(|other| **other != at);
        let theirs: BTreeSet<FlowAt> = others
            .filter_map(|other| self.plainly((old, new), *other, ins))
            .collect();
        let mut left = ins.iter().copied().filter(|flow| !theirs.contains(flow));
        match (left.next(), left.next()) {
            (Some(one), None) => Some(id(one)),
            _ => None,
        }
    }

    /// Of some flows the one of the same name, or that comes from where this one comes from, over nodes that
    /// only one of the versions has.
    fn plainly(&self, (old, new): (&Net, &Net), at: FlowAt, ins: &[FlowAt]) -> Option<FlowAt> {
        let flow = old.flow(at);
        let named = ins.iter().find(|other| new.flow(**other).id == flow.id);
        let stays = |name: &Key| new.node_at(self.node(name)).is_some();
        let from = self.node(origin(old, at, stays));
        let stood = |name: &Key| {
            let mut nodes = old.definition.nodes.iter();
            nodes.any(|node| self.node(&node.id) == name)
        };
        let from_there = || ins.iter().find(|other| origin(new, **other, stood) == from);
        named.or_else(from_there).copied()
    }

    pub(super) fn event(&self, old: &Net, new: &Net, (by, at): (PersonId, Timestamp)) -> Event {
        Event::Migrated {
            from: old.definition.version,
            to: new.definition.version,
            nodes: self.nodes.clone(),
            flows: self.flows.clone(),
            by,
            at,
        }
    }
}

/// The nearest node before a flow that both versions have, over nodes to which one way leads.
fn origin(net: &Net, mut flow: FlowAt, is_in_both: impl Fn(&Key) -> bool) -> &Key {
    for _ in 0..net.len() {
        let node = net.source(flow);
        match net.wiring(node).ins[..] {
            [before] if !is_in_both(&net.node(node).id) => flow = before,
            _ => break,
        }
    }
    &net.node(net.source(flow)).id
}
