//! Which flows a node can put tokens on.

use std::collections::BTreeSet;

use super::Builder;
use crate::{
    check::choice::{patterns, takes_all},
    definition::Kind,
    net::{FlowAt, NodeAt},
};

impl Builder<'_> {
    /// The flows that a node can put tokens on, together each.
    pub(super) fn ways(&self, node: NodeAt) -> Vec<Vec<FlowAt>> {
        let outs = &self.net.wiring(node).outs;
        let kind = &self.net.node(node).kind;
        if outs.is_empty() {
            return vec![Vec::new()];
        }
        if matches!(kind, Kind::Choose | Kind::Await) {
            return outs.iter().map(|flow| vec![*flow]).collect();
        }
        let asked = |flow: &FlowAt| self.net.flow(*flow).when.is_some() && !self.otherwise(*flow);
        let guarded: Vec<FlowAt> = outs.iter().copied().filter(asked).collect();
        let otherwise = outs.iter().copied().find(|flow| self.otherwise(*flow));
        if takes_all(kind) || (guarded.is_empty() && otherwise.is_none()) {
            let undecided = matches!(kind, Kind::Inclusive) && outs.len() > 1;
            return if undecided {
                subsets(outs)
            } else {
                vec![outs.clone()]
            };
        }
        let always: Vec<FlowAt> = outs
            .iter()
            .copied()
            .filter(|flow| !asked(flow) && !self.otherwise(*flow))
            .collect();
        let ways = self.together(&guarded).into_iter().filter_map(|taken| {
            let mut way = always.clone();
            way.extend(&taken);
            if taken.is_empty() {
                way.extend(otherwise);
            }
            (!way.is_empty()).then_some(way)
        });
        let ways: BTreeSet<Vec<FlowAt>> = ways.collect();
        if ways.is_empty() {
            subsets(outs)
        } else {
            ways.into_iter().collect()
        }
    }

    pub(super) fn otherwise(&self, flow: FlowAt) -> bool {
        self.net.flow(flow).otherwise
    }

    /// Which flows with conditions can be taken together.
    pub(super) fn together(&self, guarded: &[FlowAt]) -> Vec<Vec<FlowAt>> {
        let guards: Vec<_> = guarded
            .iter()
            .filter_map(|flow| self.net.flow(*flow).when.as_ref())
            .collect();
        if let Some(found) = patterns(&self.net.definition, &guards, self.most) {
            let picked = found.into_iter().map(|holds| {
                let both = guarded.iter().zip(holds);
                both.filter(|(_, holds)| *holds)
                    .map(|(flow, _)| *flow)
                    .collect()
            });
            return picked.collect();
        }
        let mut all = subsets(guarded);
        all.push(Vec::new());
        all
    }
}

/// Every selection of some flows but none; of more than eight: each alone, each two, all.
fn subsets(flows: &[FlowAt]) -> Vec<Vec<FlowAt>> {
    if flows.len() <= 8 {
        let pick = |set: usize| {
            let picked = flows
                .iter()
                .enumerate()
                .filter(move |(at, _)| set >> at & 1 == 1);
            picked.map(|(_, flow)| *flow).collect()
        };
        return (1..1_usize << flows.len()).map(pick).collect();
    }
    let mut some: Vec<Vec<FlowAt>> = flows.iter().map(|flow| vec![*flow]).collect();
    for (at, first) in flows.iter().enumerate() {
        some.extend(flows[at + 1..].iter().map(|then| vec![*first, *then]));
    }
    some.push(flows.to_vec());
    some
}
