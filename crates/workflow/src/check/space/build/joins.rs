//! Nodes that wait for several ways.

use std::collections::BTreeSet;

use super::{Builder, Reading};
use crate::{
    check::space::{Gathering, Join, Place, Rule, What, groups},
    definition::{Kind, Rest},
    net::{FlowAt, Net, NodeAt},
};

impl Builder<'_> {
    pub(super) fn join(&mut self, node: NodeAt) {
        let ins = self.net.wiring(node).ins.clone();
        let upstream = ins.iter().map(|flow| behind(self.net, *flow, node));
        let mut upstream: Vec<_> = upstream.map(|flows| self.places(&flows)).collect();
        upstream
            .iter_mut()
            .for_each(|places| places.sort_unstable());
        self.space.joins.push(Join {
            ins: ins.clone(),
            upstream,
        });
        let rule = Rule::Join(self.space.joins.len() - 1);
        for puts in self.ways(node) {
            self.push(node, ins.clone(), puts).rule = rule;
        }
    }

    /// The places of some flows, with what is being done before them.
    pub(super) fn places(&self, flows: &BTreeSet<FlowAt>) -> Vec<Place> {
        let mut places: Vec<Place> = flows.iter().copied().collect();
        for node in 0..self.net.len() {
            let boundaries = self.net.wiring(node).boundaries.iter();
            let leads = boundaries.chain([&node]).any(|from| {
                self.net
                    .wiring(*from)
                    .outs
                    .iter()
                    .any(|flow| flows.contains(flow))
            });
            if leads {
                places.extend(self.inside[node].into_iter().chain(self.begin[node]));
            }
        }
        places
    }

    pub(super) fn gather(&mut self, node: NodeAt, need: usize, rest: Rest) {
        let ins = self.net.wiring(node).ins.clone();
        if ins.is_empty() {
            return self
                .entrances(node)
                .into_iter()
                .for_each(|from| self.from(node, &[from]));
        }
        let behind: Vec<BTreeSet<FlowAt>> = ins
            .iter()
            .map(|flow| behind(self.net, *flow, node))
            .collect();
        let upstream: Vec<Vec<Place>> = behind.iter().map(|flows| self.places(flows)).collect();
        let group = self.net.wiring(node).group;
        let (mut late, mut clears) = (Vec::new(), None);
        match rest {
            Rest::Ignore => {
                late = ins
                    .iter()
                    .map(|flow| self.spot(What::Late(*flow), group))
                    .collect();
                for (flow, late) in ins.iter().zip(&late) {
                    self.push(node, vec![*flow, *late], Vec::new());
                    for around in groups(self.net, group).into_iter().chain([self.net.len()]) {
                        if let Some(region) = self.region_of[around] {
                            self.space.regions[region].push(*late);
                        }
                    }
                }
            }
            Rest::Cancel => {
                let mut all: BTreeSet<Place> = upstream.iter().flatten().copied().collect();
                // With a group goes all that is done in it.
                for (at, region) in self.region_of[..self.net.len()].iter().enumerate() {
                    if let (Some(region), Some(inside)) = (region, self.inside[at])
                        && all.contains(&inside)
                    {
                        all.extend(&self.space.regions[*region]);
                    }
                }
                clears = Some(self.region(all.into_iter().collect()));
            }
        }
        let need = need.clamp(1, ins.len());
        let join = Join {
            ins: ins.clone(),
            upstream,
        };
        self.space.gathers.push(Gathering { need, join, late });
        let rule = Rule::Gather(self.space.gathers.len() - 1);
        for puts in self.ways(node) {
            let new = self.push(node, ins.clone(), puts);
            (new.rule, new.clears) = (rule, clears);
        }
        if self.reading == Reading::Moved {
            self.join(node);
        }
    }
}

/// The flows from which a token may come to `flow` without passing `join`, itself included.
fn behind(net: &Net, flow: FlowAt, join: NodeAt) -> BTreeSet<FlowAt> {
    let mut seen = BTreeSet::from([flow]);
    let mut open = vec![flow];
    while let Some(flow) = open.pop() {
        let source = net.source(flow);
        if source == join {
            continue;
        }
        let host = match &net.node(source).kind {
            Kind::Boundary { at, .. } => net.node_at(at),
            _ => None,
        };
        let hosted = host.into_iter().flat_map(|host| &net.wiring(host).ins);
        for before in net.wiring(source).ins.iter().chain(hosted) {
            if seen.insert(*before) {
                open.push(*before);
            }
        }
    }
    seen
}
