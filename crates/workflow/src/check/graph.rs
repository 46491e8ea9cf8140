//! Which node can come before which: the definition as a plain graph in which every node has an entrance and
//! an exit, so that the inside of a group lies between the two of the group.

use crate::{
    definition::{Ending, Kind, Trigger},
    net::{Net, NodeAt},
};

/// Entrances (even) and exits (odd) of nodes with what follows each.
pub(super) struct Graph {
    after: Vec<Vec<usize>>,
    before: Vec<Vec<usize>>,
    begins: Vec<usize>,
}

pub(super) fn enter(node: NodeAt) -> usize {
    node * 2
}

pub(super) fn leave(node: NodeAt) -> usize {
    node * 2 + 1
}

impl Graph {
    pub(super) fn of(net: &Net) -> Self {
        let mut graph = Self {
            after: vec![Vec::new(); net.len() * 2],
            before: vec![Vec::new(); net.len() * 2],
            begins: Vec::new(),
        };
        for node in 0..net.len() {
            graph.add(net, node);
        }
        graph.begins = begins(net, None).into_iter().map(enter).collect();
        graph
    }

    fn add(&mut self, net: &Net, node: NodeAt) {
        let wiring = net.wiring(node);
        let inner = begins(net, Some(node));
        for first in &inner {
            self.link(enter(node), enter(*first));
        }
        if inner.is_empty() {
            self.link(enter(node), leave(node));
        }
        for boundary in &wiring.boundaries {
            self.link(enter(node), enter(*boundary));
        }
        for flow in &wiring.outs {
            self.link(leave(node), enter(net.target(*flow)));
        }
        if let Some(group) = wiring.group
            && wiring.outs.is_empty()
            && !matches!(net.node(node).kind, Kind::Boundary { .. })
        {
            self.link(leave(node), leave(group));
        }
        if let Kind::End {
            ending: Ending::Throw(Trigger::Error(error)),
        } = &net.node(node).kind
            && let Some(boundary) = catches(net, node, error)
        {
            self.link(leave(node), enter(boundary));
        }
    }

    fn link(&mut self, from: usize, to: usize) {
        self.after[from].push(to);
        self.before[to].push(from);
    }

    /// Where the process can begin.
    pub(super) fn begins(&self) -> &[usize] {
        &self.begins
    }

    /// What directly follows.
    pub(super) fn after(&self, point: usize) -> &[usize] {
        &self.after[point]
    }

    /// Everything that can be reached from some points, those included, without passing `not`.
    pub(super) fn reach(&self, from: &[usize], not: Option<usize>) -> Reach {
        spread(&self.after, from, not)
    }

    /// Everything from which some points can be reached, those included.
    pub(super) fn reaching(&self, to: &[usize]) -> Reach {
        spread(&self.before, to, None)
    }

    /// Whether every way to `node` has passed `passed`.
    pub(super) fn always_before(&self, passed: NodeAt, node: NodeAt) -> bool {
        passed != node
            && !self
                .reach(&self.begins, Some(leave(passed)))
                .contains(enter(node))
    }

    /// Whether one node can have been done before another is.
    pub(super) fn can_precede(&self, first: NodeAt, then: NodeAt) -> bool {
        self.reach(&[leave(first)], None).contains(enter(then))
    }
}

fn spread(edges: &[Vec<usize>], from: &[usize], not: Option<usize>) -> Reach {
    let mut seen = vec![false; edges.len()];
    let mut open: Vec<usize> = from.to_vec();
    while let Some(point) = open.pop() {
        if Some(point) != not && !std::mem::replace(&mut seen[point], true) {
            open.extend(&edges[point]);
        }
    }
    Reach(seen)
}

/// Points that can be reached.
pub(super) struct Reach(Vec<bool>);

impl Reach {
    pub(super) fn contains(&self, point: usize) -> bool {
        self.0[point]
    }
}

/// The nodes with which the process, or a group, begins: its starts; without any, what nothing comes to.
/// Groups that events begin are among them.
pub(super) fn begins(net: &Net, group: Option<NodeAt>) -> Vec<NodeAt> {
    let starts: Vec<NodeAt> = net.starts(group).collect();
    let loose = net.loose(group);
    let whole = starts.is_empty();
    let loose = loose.filter(|node| whole || is_event_group(net, *node));
    let loose: Vec<NodeAt> = loose.collect();
    starts.into_iter().chain(loose).collect()
}

/// Whether a node is a group that only an event begins: nothing comes to it, and it starts by a trigger.
pub(super) fn is_event_group(net: &Net, node: NodeAt) -> bool {
    let Kind::Group { .. } = net.node(node).kind else {
        return false;
    };
    let mut starts = net.starts(Some(node)).peekable();
    net.wiring(node).ins.is_empty()
        && starts.peek().is_some()
        && starts.all(|start| matches!(net.node(start).kind, Kind::Start { on: Some(_) }))
}

/// The boundary that catches an error said by a node: of the nearest group that expects it. An error
/// without a name at the boundary expects every one.
pub(super) fn catches(net: &Net, node: NodeAt, error: &str) -> Option<NodeAt> {
    let mut around = net.wiring(node).group;
    while let Some(group) = around {
        let mut boundaries = net.wiring(group).boundaries.iter().copied();
        let found = boundaries.find(|at| match &net.node(*at).kind {
            Kind::Boundary {
                on: Trigger::Error(expected),
                ..
            } => expected == error || expected.is_empty(),
            _ => false,
        });
        if found.is_some() {
            return found;
        }
        around = net.wiring(group).group;
    }
    None
}
