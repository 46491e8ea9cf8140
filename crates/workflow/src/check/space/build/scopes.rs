//! Groups, their ends, and what may happen while a node is being done.

use super::{Builder, Reading};
use crate::{
    check::{
        graph::{begins, catches, is_event_group},
        space::{Place, Rule, groups},
    },
    definition::{Ending, Kind, Trigger},
    net::NodeAt,
};

impl Builder<'_> {
    pub(super) fn end(&mut self, node: NodeAt, ending: &Ending) {
        let ended: Vec<Place> = self.ended[node].into_iter().collect();
        let group = self.net.wiring(node).group;
        let scope = self.region_of[group.unwrap_or(self.net.len())];
        for from in self.entrances(node) {
            match ending {
                Ending::Stop => {
                    self.push(node, vec![from], ended.clone()).clears = scope;
                }
                Ending::Throw(Trigger::Error(error)) => match catches(self.net, node, error) {
                    Some(boundary) => self.break_off(node, from, boundary),
                    None => {
                        let whole = self.region_of[self.net.len()];
                        self.push(node, vec![from], ended.clone()).clears = whole;
                    }
                },
                Ending::Done | Ending::Throw(_) => {
                    self.push(node, vec![from], ended.clone());
                }
            }
        }
    }

    /// An error goes up to the group that expects it.
    pub(super) fn break_off(&mut self, node: NodeAt, from: Place, boundary: NodeAt) {
        let Kind::Boundary { at, .. } = &self.net.node(boundary).kind else {
            return;
        };
        let Some(host) = self.net.node_at(at) else {
            return;
        };
        let inner = self.region_of[host].map(|region| self.space.regions[region].clone());
        let mut all = inner.unwrap_or_default();
        all.extend(self.inside[host]);
        let region = self.region(all);
        for puts in self.ways(boundary) {
            let new = self.push(node, vec![from], puts);
            (new.clears, new.also) = (Some(region), Some(boundary));
        }
    }

    pub(super) fn boundary(&mut self, node: NodeAt, at: &str, on: &Trigger, cancels: bool) {
        let Some(host) = self.net.node_at(at) else {
            return;
        };
        let whole = self.reading == Reading::Whole;
        let said = whole && matches!(on, Trigger::Error(_)) && self.is_said_inside(node, host);
        if said {
            return;
        }
        let takes = match self.inside[host] {
            Some(inside) => vec![inside],
            None => self.entrances(host),
        };
        if let (false, Some(armed), Some(inside)) = (cancels, self.armed[node], self.inside[host]) {
            for mut puts in self.ways(node) {
                puts.push(inside);
                self.push(node, vec![inside, armed], puts);
            }
            return;
        }
        let clears = self.region_of[host].or_else(|| self.watches(host));
        for from in takes {
            for puts in self.ways(node) {
                self.push(node, vec![from], puts).clears = clears;
            }
        }
    }

    pub(super) fn is_said_inside(&self, boundary: NodeAt, host: NodeAt) -> bool {
        let mut nodes = 0..self.net.len();
        nodes.any(|node| match &self.net.node(node).kind {
            Kind::End {
                ending: Ending::Throw(Trigger::Error(error)),
            } => {
                groups(self.net, self.net.wiring(node).group).contains(&host)
                    && catches(self.net, node, error) == Some(boundary)
            }
            _ => false,
        })
    }

    /// The region of what may happen beside a node that is no group.
    pub(super) fn watches(&mut self, host: NodeAt) -> Option<usize> {
        let boundaries = self.net.wiring(host).boundaries.iter();
        let armed: Vec<Place> = boundaries.filter_map(|node| self.armed[*node]).collect();
        (!armed.is_empty()).then(|| self.region(armed))
    }

    /// A node beside which something may happen: it begins, and is done.
    pub(super) fn watched(&mut self, node: NodeAt) {
        let Some(inside) = self.inside[node] else {
            return;
        };
        let boundaries = &self.net.wiring(node).boundaries;
        let mut puts: Vec<Place> = boundaries
            .iter()
            .filter_map(|one| self.armed[*one])
            .collect();
        puts.push(inside);
        for from in self.entrances(node) {
            self.push(node, vec![from], puts.clone());
        }
        let clears = self.watches(node);
        for puts in self.ways(node) {
            self.push(node, vec![inside], puts).clears = clears;
        }
    }

    pub(super) fn group(&mut self, group: NodeAt) {
        let Some(inside) = self.inside[group] else {
            return;
        };
        let first = begins(self.net, Some(group));
        let events = first.iter().filter(|node| is_event_group(self.net, **node));
        let mut always: Vec<Place> = events.filter_map(|node| self.armed[*node]).collect();
        let boundaries = &self.net.wiring(group).boundaries;
        always.extend(boundaries.iter().filter_map(|node| self.armed[*node]));
        always.push(inside);
        let is_start = |node: &NodeAt| matches!(self.net.node(*node).kind, Kind::Start { .. });
        let (starts, loose): (Vec<NodeAt>, Vec<NodeAt>) = first
            .into_iter()
            .filter(|node| self.begin[*node].is_some())
            .partition(is_start);
        let choices = if starts.is_empty() {
            vec![loose]
        } else {
            starts.into_iter().map(|start| vec![start]).collect()
        };
        let event = self.armed[group].filter(|_| is_event_group(self.net, group));
        for from in self.entrances(group).into_iter().chain(event) {
            for chosen in &choices {
                let begun = chosen.iter().filter_map(|node| self.begin[*node]);
                let puts = begun.chain(always.iter().copied()).collect();
                let around = self.net.wiring(group).group.unwrap_or(self.net.len());
                let alive = self.region_of[around].filter(|_| Some(from) == event);
                let new = self.push(group, vec![from], puts);
                new.rule = alive.map_or(Rule::Plain, Rule::Alive);
            }
        }
        let region = self.region_of[group];
        for puts in self.ways(group) {
            let new = self.push(group, vec![inside], puts);
            new.clears = region;
            new.rule = region.map_or(Rule::Plain, Rule::Empty);
        }
    }
}
