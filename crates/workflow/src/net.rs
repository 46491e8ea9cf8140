//! A definition as a net: places that hold tokens, nodes that take and put them. The engine runs it, the
//! checks explore it; neither reads the definition's lists again.

mod gather;

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Key,
    definition::{Definition, Flow, Kind, Node},
};

/// The index of a node in its net.
pub type NodeAt = usize;
/// The index of a flow in its net; it is a place.
pub type FlowAt = usize;

/// A compiled definition.
#[derive(Debug, Clone)]
pub struct Net {
    /// What it was compiled from.
    pub definition: Definition,
    nodes: Vec<Wiring>,
    node_at: BTreeMap<Key, NodeAt>,
    flow_at: BTreeMap<Key, FlowAt>,
    ends: Vec<(NodeAt, NodeAt)>,
    starts: Vec<NodeAt>,
}

/// How a node hangs together with others.
#[derive(Debug, Clone, Default)]
pub struct Wiring {
    /// The flows that come to it, in the order of the definition.
    pub ins: Vec<FlowAt>,
    /// The flows that leave it, in that order; the one that is taken otherwise stands last.
    pub outs: Vec<FlowAt>,
    /// The group it lies in.
    pub group: Option<NodeAt>,
    /// What lies in it, if it is a group.
    pub members: Vec<NodeAt>,
    /// What may happen while it is done.
    pub boundaries: Vec<NodeAt>,
    /// Of a node that waits for what can still come ([`Kind::Inclusive`]): for each way in, the flows from
    /// which a token may yet come to it without passing this node.
    pub upstream: Vec<BTreeSet<FlowAt>>,
}

/// Why a definition cannot be compiled. The checks say more of each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// Two nodes, or two flows, have one name.
    #[error("`{0}` stands twice")]
    Twice(Key),
    /// A flow, a group or a boundary names a node that is not there.
    #[error("`{by}` names `{missing}`, which is not there")]
    Missing {
        /// What names it.
        by: Key,
        /// What is not there.
        missing: Key,
    },
    /// A flow goes from one group into another, or from a boundary's host elsewhere.
    #[error("flow `{0}` crosses the border of a group")]
    Crosses(Key),
    /// Groups that lie in each other, or in something that is no group.
    #[error("`{0}` lies in what is no group around it")]
    Nesting(Key),
    /// A boundary at what cannot be broken off.
    #[error("boundary `{0}` is at a node where nothing waits")]
    Boundary(Key),
}

impl Net {
    /// Compiles a definition.
    ///
    /// # Errors
    /// `NetError` if its parts do not fit together.
    pub fn compile(definition: &Definition) -> Result<Self, NetError> {
        let mut node_at = BTreeMap::new();
        for (at, node) in definition.nodes.iter().enumerate() {
            if node_at.insert(node.id.clone(), at).is_some() {
                return Err(NetError::Twice(node.id.clone()));
            }
        }
        let mut net = Self {
            nodes: vec![Wiring::default(); definition.nodes.len()],
            definition: definition.clone(),
            node_at,
            flow_at: BTreeMap::new(),
            ends: Vec::new(),
            starts: Vec::new(),
        };
        net.nest()?;
        net.wire()?;
        net.attach()?;
        net.look_upstream();
        Ok(net)
    }

    /// Nodes and their places: who lies in whom.
    fn nest(&mut self) -> Result<(), NetError> {
        for (at, node) in self.definition.nodes.iter().enumerate() {
            if let Some(group) = &node.inside {
                let found = self.find(&node.id, group)?;
                if !matches!(self.definition.nodes[found].kind, Kind::Group { .. }) {
                    return Err(NetError::Nesting(node.id.clone()));
                }
                self.nodes[at].group = Some(found);
                self.nodes[found].members.push(at);
            }
            if matches!(node.kind, Kind::Start { .. }) {
                self.starts.push(at);
            }
        }
        for (at, node) in self.definition.nodes.iter().enumerate() {
            let mut above = self.nodes[at].group;
            for _ in 0..=self.nodes.len() {
                let Some(group) = above else { break };
                above = self.nodes[group].group;
            }
            if above.is_some() {
                return Err(NetError::Nesting(node.id.clone()));
            }
            if matches!(node.kind, Kind::End { .. }) {
                self.ends
                    .push((at, self.nodes[at].group.unwrap_or(usize::MAX)));
            }
        }
        Ok(())
    }

    fn wire(&mut self) -> Result<(), NetError> {
        for (at, flow) in self.definition.flows.iter().enumerate() {
            if self.flow_at.insert(flow.id.clone(), at).is_some() {
                return Err(NetError::Twice(flow.id.clone()));
            }
            let from = self.find(&flow.id, &flow.from)?;
            let to = self.find(&flow.id, &flow.to)?;
            if self.nodes[from].group != self.nodes[to].group {
                return Err(NetError::Crosses(flow.id.clone()));
            }
            self.nodes[from].outs.push(at);
            self.nodes[to].ins.push(at);
        }
        for node in &mut self.nodes {
            // What is taken otherwise is asked last; the order of the others stays.
            node.outs
                .sort_by_key(|at| self.definition.flows[*at].otherwise);
        }
        Ok(())
    }

    fn attach(&mut self) -> Result<(), NetError> {
        for (at, node) in self.definition.nodes.iter().enumerate() {
            let Kind::Boundary { at: host, .. } = &node.kind else {
                continue;
            };
            let host = self.find(&node.id, host)?;
            let waits = matches!(
                self.definition.nodes[host].kind,
                Kind::Step(_)
                    | Kind::Wait { .. }
                    | Kind::Group { .. }
                    | Kind::Call { .. }
                    | Kind::Auto { .. }
            );
            if !waits || self.nodes[host].group != self.nodes[at].group {
                return Err(NetError::Boundary(node.id.clone()));
            }
            self.nodes[host].boundaries.push(at);
        }
        Ok(())
    }

    /// For each node that waits for what can still come, from where it can.
    fn look_upstream(&mut self) {
        for at in 0..self.nodes.len() {
            if !matches!(self.definition.nodes[at].kind, Kind::Inclusive)
                || self.nodes[at].ins.len() < 2
            {
                continue;
            }
            let ins = self.nodes[at].ins.clone();
            self.nodes[at].upstream = ins.into_iter().map(|flow| self.behind(flow, at)).collect();
        }
    }

    /// The flows from which a token may come to `flow` without passing `join`, itself included.
    fn behind(&self, flow: FlowAt, join: NodeAt) -> BTreeSet<FlowAt> {
        let mut seen = BTreeSet::from([flow]);
        let mut open = vec![flow];
        while let Some(flow) = open.pop() {
            let source = self.source(flow);
            if source == join {
                continue;
            }
            let host = match &self.definition.nodes[source].kind {
                Kind::Boundary { at, .. } => self.node_at.get(at),
                _ => None,
            };
            let ins = self.nodes[source].ins.iter();
            let hosted = host.into_iter().flat_map(|host| &self.nodes[*host].ins);
            for before in ins.chain(hosted) {
                if seen.insert(*before) {
                    open.push(*before);
                }
            }
        }
        seen
    }

    /// The flows from which a token may come to a node without passing it.
    #[must_use]
    pub fn behind_node(&self, node: NodeAt) -> BTreeSet<FlowAt> {
        let ins = self.nodes[node].ins.iter();
        ins.flat_map(|flow| self.behind(*flow, node)).collect()
    }

    fn find(&self, by: &Key, name: &Key) -> Result<NodeAt, NetError> {
        self.node_at
            .get(name)
            .copied()
            .ok_or_else(|| NetError::Missing {
                by: by.clone(),
                missing: name.clone(),
            })
    }

    /// How many nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A node by its name.
    #[must_use]
    pub fn node_at(&self, name: &str) -> Option<NodeAt> {
        self.node_at.get(name).copied()
    }

    /// A flow by its name.
    #[must_use]
    pub fn flow_at(&self, name: &str) -> Option<FlowAt> {
        self.flow_at.get(name).copied()
    }

    /// A node as it was drawn.
    #[must_use]
    pub fn node(&self, at: NodeAt) -> &Node {
        &self.definition.nodes[at]
    }

    /// A flow as it was drawn.
    #[must_use]
    pub fn flow(&self, at: FlowAt) -> &Flow {
        &self.definition.flows[at]
    }

    /// How a node hangs together with others.
    #[must_use]
    pub fn wiring(&self, at: NodeAt) -> &Wiring {
        &self.nodes[at]
    }

    /// The node that a flow leaves.
    #[must_use]
    pub fn source(&self, flow: FlowAt) -> NodeAt {
        self.node_at[&self.definition.flows[flow].from]
    }

    /// The node that a flow comes to.
    #[must_use]
    pub fn target(&self, flow: FlowAt) -> NodeAt {
        self.node_at[&self.definition.flows[flow].to]
    }

    /// The beginnings of the process, or of a group.
    pub fn starts(&self, group: Option<NodeAt>) -> impl Iterator<Item = NodeAt> + '_ {
        let starts = self.starts.iter().copied();
        starts.filter(move |at| self.nodes[*at].group == group)
    }

    /// Nodes of a group, or of the process, to which nothing comes and which are no boundary and no start:
    /// in another program's file they begin by themselves.
    pub fn loose(&self, group: Option<NodeAt>) -> impl Iterator<Item = NodeAt> + '_ {
        (0..self.nodes.len()).filter(move |at| {
            let wiring = &self.nodes[*at];
            wiring.group == group
                && wiring.ins.is_empty()
                && !matches!(
                    self.node(*at).kind,
                    Kind::Start { .. } | Kind::Boundary { .. } | Kind::Foreign { .. }
                )
        })
    }

    /// The ends of the process, or of a group.
    pub fn ends(&self, group: Option<NodeAt>) -> impl Iterator<Item = NodeAt> + '_ {
        let group = group.unwrap_or(usize::MAX);
        let ends = self.ends.iter().copied();
        ends.filter(move |(_, inside)| *inside == group)
            .map(|(at, _)| at)
    }

    /// Whether several ways come together in a node that waits for them.
    #[must_use]
    pub fn is_join(&self, at: NodeAt) -> bool {
        let waits = matches!(
            self.node(at).kind,
            Kind::Parallel | Kind::Inclusive | Kind::Gather { .. }
        );
        waits && self.nodes[at].ins.len() > 1
    }

    /// Whether a node waits for somebody or something once it has begun.
    #[must_use]
    pub fn rests(&self, at: NodeAt) -> bool {
        matches!(
            self.node(at).kind,
            Kind::Step(_)
                | Kind::Wait { .. }
                | Kind::Await
                | Kind::Group { .. }
                | Kind::Call { .. }
        )
    }
}
