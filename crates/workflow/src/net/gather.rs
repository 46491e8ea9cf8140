//! What lies between a gathering and the node in which its ways part.

use std::collections::{BTreeSet, VecDeque};

use super::{FlowAt, Net, NodeAt};
use crate::definition::Kind;

impl Net {
    /// The flows between a node and the last one before it that every way to it passes: from them a token
    /// comes to it in this very round. What lies further back comes there only round a loop.
    #[must_use]
    pub fn since_parting(&self, node: NodeAt) -> BTreeSet<FlowAt> {
        let (mut seen, mut open) = (BTreeSet::from([node]), VecDeque::from([node]));
        // The nearest such node stands nearer on every way than those that every way passes before it.
        while let Some(at) = open.pop_front() {
            if at != node
                && let Some(flows) = self.back_to(node, at)
            {
                return flows;
            }
            open.extend(self.before(at).filter(|before| seen.insert(*before)));
        }
        self.behind_node(node)
    }

    /// The flows from which a token may come to a node without passing another; `None` if it can from a
    /// beginning.
    fn back_to(&self, node: NodeAt, parting: NodeAt) -> Option<BTreeSet<FlowAt>> {
        let (mut seen, mut open) = (BTreeSet::from([node, parting]), vec![node]);
        let mut flows = BTreeSet::new();
        while let Some(at) = open.pop() {
            self.before(at).next()?;
            flows.extend(&self.nodes[at].ins);
            open.extend(self.before(at).filter(|before| seen.insert(*before)));
        }
        Some(flows)
    }

    /// The nodes right before a node; before what may happen at a host, the host.
    fn before(&self, node: NodeAt) -> impl Iterator<Item = NodeAt> + '_ {
        let host = match &self.definition.nodes[node].kind {
            Kind::Boundary { at, .. } => self.node_at(at),
            _ => None,
        };
        let ins = self.nodes[node].ins.iter();
        ins.map(|flow| self.source(*flow)).chain(host)
    }
}
