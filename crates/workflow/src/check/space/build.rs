//! From the net to places and moves.

mod joins;
mod scopes;
mod ways;

use super::{Move, Place, Rule, Space, Spot, What, groups};
use crate::{
    check::graph::{begins, is_event_group},
    definition::Kind,
    net::{Net, NodeAt},
};

/// The space of a net. `regions`: how many combinations of values are looked at to see which conditions of
/// a node hold together; beyond that, all may.
pub(in crate::check) fn build(net: &Net, regions: usize) -> Space {
    build_for(net, regions, Reading::Whole)
}

/// For what a space is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Reading {
    /// From the beginning of the process.
    Whole,
    /// From where an instance stands: what goes on inside a group is looked at by itself, so that an error
    /// may come out of it at any time.
    Running,
    /// As well, where something was moved by hand: joins go on once nothing more can come.
    Moved,
}

/// The space of a net for a reading of it.
pub(in crate::check) fn build_for(net: &Net, regions: usize, reading: Reading) -> Space {
    let mut builder = Builder {
        net,
        reading,
        space: Space {
            spots: Vec::new(),
            moves: Vec::new(),
            regions: Vec::new(),
            joins: Vec::new(),
            gathers: Vec::new(),
            root: 0,
        },
        begin: vec![None; net.len()],
        inside: vec![None; net.len()],
        armed: vec![None; net.len()],
        ended: vec![None; net.len()],
        region_of: vec![None; net.len() + 1],
        most: regions,
    };
    builder.lay_places();
    builder.lay_regions();
    builder.begin_all();
    for node in 0..net.len() {
        builder.add(node);
    }
    builder.space
}

struct Builder<'a> {
    net: &'a Net,
    reading: Reading,
    space: Space,
    begin: Vec<Option<Place>>,
    inside: Vec<Option<Place>>,
    armed: Vec<Option<Place>>,
    ended: Vec<Option<Place>>,
    /// By group; last: the whole.
    region_of: Vec<Option<usize>>,
    most: usize,
}

impl Builder<'_> {
    fn spot(&mut self, what: What, group: Option<NodeAt>) -> Place {
        self.space.spots.push(Spot { what, group });
        self.space.spots.len() - 1
    }

    fn lay_places(&mut self) {
        for flow in 0..self.net.definition.flows.len() {
            let group = self.net.wiring(self.net.source(flow)).group;
            self.spot(What::Flow(flow), group);
        }
        self.space.root = self.spot(What::Root, None);
        for node in 0..self.net.len() {
            let wiring = self.net.wiring(node);
            let (group, kind) = (wiring.group, &self.net.node(node).kind);
            if begins(self.net, group).contains(&node) && !is_event_group(self.net, node) {
                self.begin[node] = Some(self.spot(What::Begin(node), group));
            }
            if matches!(kind, Kind::Group { .. }) || self.is_watched(node) {
                self.inside[node] = Some(self.spot(What::Inside(node), group));
            }
            if is_event_group(self.net, node) {
                self.armed[node] = Some(self.spot(What::Armed(node), group));
            }
            if matches!(kind, Kind::End { .. }) {
                self.ended[node] = Some(self.spot(What::Ended(node), group));
            }
            if let Kind::Boundary {
                at, cancels: false, ..
            } = kind
            {
                let host = self.net.node_at(at);
                let hosted = host.filter(|host| self.is_group(*host));
                self.armed[node] = Some(self.spot(What::Armed(node), hosted.or(group)));
            }
        }
    }

    fn is_group(&self, node: NodeAt) -> bool {
        matches!(self.net.node(node).kind, Kind::Group { .. })
    }

    /// Whether something may happen beside a node while it is being done.
    fn is_watched(&self, node: NodeAt) -> bool {
        let mut boundaries = self.net.wiring(node).boundaries.iter();
        boundaries.any(|at| {
            matches!(
                self.net.node(*at).kind,
                Kind::Boundary { cancels: false, .. }
            )
        })
    }

    fn lay_regions(&mut self) {
        let mut members: Vec<Vec<Place>> = vec![Vec::new(); self.net.len() + 1];
        for (place, spot) in self.space.spots.iter().enumerate() {
            let whole = spot.group.is_none() && matches!(spot.what, What::Ended(_));
            if !whole {
                members[self.net.len()].push(place);
            }
            for group in groups(self.net, spot.group) {
                members[group].push(place);
            }
        }
        for (at, places) in members.into_iter().enumerate() {
            if at == self.net.len() || self.is_group(at) {
                self.region_of[at] = Some(self.region(places));
            }
        }
    }

    fn region(&mut self, places: Vec<Place>) -> usize {
        self.space.regions.push(places);
        self.space.regions.len() - 1
    }

    /// Each start begins an instance by itself; without any, all begins that nothing comes to.
    fn begin_all(&mut self) {
        let first = begins(self.net, None);
        let armed: Vec<Place> = first.iter().filter_map(|node| self.armed[*node]).collect();
        let is_start = |node: &NodeAt| matches!(self.net.node(*node).kind, Kind::Start { .. });
        let (starts, loose): (Vec<NodeAt>, Vec<NodeAt>) = first
            .into_iter()
            .filter(|node| self.begin[*node].is_some())
            .partition(is_start);
        let choices: Vec<Vec<NodeAt>> = if starts.is_empty() {
            vec![loose]
        } else {
            starts.into_iter().map(|start| vec![start]).collect()
        };
        for chosen in choices {
            let Some(node) = chosen.first().copied() else {
                continue;
            };
            let mut puts: Vec<Place> = chosen.iter().filter_map(|one| self.begin[*one]).collect();
            puts.extend(&armed);
            self.push(node, vec![self.space.root], puts);
        }
    }

    fn push(&mut self, node: NodeAt, takes: Vec<Place>, puts: Vec<Place>) -> &mut Move {
        let rule = Rule::Plain;
        let new = Move {
            node,
            also: None,
            takes,
            puts,
            clears: None,
            rule,
        };
        self.space.moves.push(new);
        self.space.moves.last_mut().expect("BUG: just pushed")
    }

    fn add(&mut self, node: NodeAt) {
        match &self.net.node(node).kind {
            Kind::Parallel if self.net.is_join(node) && self.reading == Reading::Moved => {
                self.join(node);
            }
            Kind::Parallel => {
                let mut ins = self.net.wiring(node).ins.clone();
                ins.extend(self.begin[node]);
                if !ins.is_empty() {
                    self.from(node, &ins);
                }
            }
            Kind::Inclusive if self.net.wiring(node).ins.len() > 1 => self.join(node),
            Kind::Gather { need, rest } => self.gather(node, *need as usize, *rest),
            Kind::Group { .. } => self.group(node),
            Kind::End { ending } => self.end(node, ending),
            Kind::Boundary { at, on, cancels } => self.boundary(node, at, on, *cancels),
            _ if self.inside[node].is_some() => self.watched(node),
            _ => self
                .entrances(node)
                .into_iter()
                .for_each(|from| self.from(node, &[from])),
        }
    }

    /// From where a node that needs one token gets it.
    fn entrances(&self, node: NodeAt) -> Vec<Place> {
        self.net
            .wiring(node)
            .ins
            .iter()
            .copied()
            .chain(self.begin[node])
            .collect()
    }

    fn from(&mut self, node: NodeAt, takes: &[Place]) {
        for puts in self.ways(node) {
            self.push(node, takes.to_vec(), puts);
        }
    }
}
