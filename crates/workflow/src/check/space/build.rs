//! From the net to places and moves.

use std::collections::BTreeSet;

use super::{Gathering, Join, Move, Place, Rule, Space, Spot, What, groups};
use crate::{
    check::{
        choice::{patterns, takes_all},
        graph::{begins, catches, is_event_group},
    },
    definition::{Ending, Kind, Rest, Trigger},
    net::{FlowAt, Net, NodeAt},
};

/// The space of a net. `regions`: how many combinations of values are looked at to see which conditions of
/// a node hold together; beyond that, all may.
pub(in crate::check) fn build(net: &Net, regions: usize) -> Space {
    let mut builder = Builder {
        net,
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
            if let Kind::Boundary { at, cancels: false, .. } = kind {
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
        boundaries.any(|at| matches!(self.net.node(*at).kind, Kind::Boundary { cancels: false, .. }))
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
            let Some(node) = chosen.first().copied() else { continue };
            let mut puts: Vec<Place> = chosen.iter().filter_map(|one| self.begin[*one]).collect();
            puts.extend(&armed);
            self.push(node, vec![self.space.root], puts);
        }
    }

    fn push(&mut self, node: NodeAt, takes: Vec<Place>, puts: Vec<Place>) -> &mut Move {
        let rule = Rule::Plain;
        let new = Move { node, also: None, takes, puts, clears: None, rule };
        self.space.moves.push(new);
        self.space.moves.last_mut().expect("BUG: just pushed")
    }

    fn add(&mut self, node: NodeAt) {
        match &self.net.node(node).kind {
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
            _ => self.entrances(node).into_iter().for_each(|from| self.from(node, &[from])),
        }
    }

    /// From where a node that needs one token gets it.
    fn entrances(&self, node: NodeAt) -> Vec<Place> {
        self.net.wiring(node).ins.iter().copied().chain(self.begin[node]).collect()
    }

    fn from(&mut self, node: NodeAt, takes: &[Place]) {
        for puts in self.ways(node) {
            self.push(node, takes.to_vec(), puts);
        }
    }

    /// The flows that a node can put tokens on, together each.
    fn ways(&self, node: NodeAt) -> Vec<Vec<FlowAt>> {
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
            return if undecided { subsets(outs) } else { vec![outs.clone()] };
        }
        let always: Vec<FlowAt> =
            outs.iter().copied().filter(|flow| !asked(flow) && !self.otherwise(*flow)).collect();
        let ways = self.together(&guarded).into_iter().filter_map(|taken| {
            let mut way = always.clone();
            way.extend(&taken);
            if taken.is_empty() {
                way.extend(otherwise);
            }
            (!way.is_empty()).then_some(way)
        });
        let ways: BTreeSet<Vec<FlowAt>> = ways.collect();
        if ways.is_empty() { subsets(outs) } else { ways.into_iter().collect() }
    }

    fn otherwise(&self, flow: FlowAt) -> bool {
        self.net.flow(flow).otherwise
    }

    /// Which flows with conditions can be taken together.
    fn together(&self, guarded: &[FlowAt]) -> Vec<Vec<FlowAt>> {
        let guards: Vec<_> =
            guarded.iter().filter_map(|flow| self.net.flow(*flow).when.as_ref()).collect();
        if let Some(found) = patterns(&self.net.definition, &guards, self.most) {
            let picked = found.into_iter().map(|holds| {
                let both = guarded.iter().zip(holds);
                both.filter(|(_, holds)| *holds).map(|(flow, _)| *flow).collect()
            });
            return picked.collect();
        }
        let mut all = subsets(guarded);
        all.push(Vec::new());
        all
    }

    fn join(&mut self, node: NodeAt) {
        let ins = self.net.wiring(node).ins.clone();
        let upstream = self.net.wiring(node).upstream.clone();
        let upstream = upstream.iter().map(|flows| self.places(flows)).collect();
        self.space.joins.push(Join { ins: ins.clone(), upstream });
        let rule = Rule::Join(self.space.joins.len() - 1);
        for puts in self.ways(node) {
            self.push(node, ins.clone(), puts).rule = rule;
        }
    }

    /// The places of some flows, with what is being done before them.
    fn places(&self, flows: &BTreeSet<FlowAt>) -> Vec<Place> {
        let mut places: Vec<Place> = flows.iter().copied().collect();
        for node in 0..self.net.len() {
            let boundaries = self.net.wiring(node).boundaries.iter();
            let leads = boundaries.chain([&node]).any(|from| {
                self.net.wiring(*from).outs.iter().any(|flow| flows.contains(flow))
            });
            if leads {
                places.extend(self.inside[node].into_iter().chain(self.begin[node]));
            }
        }
        places
    }

    fn gather(&mut self, node: NodeAt, need: usize, rest: Rest) {
        let ins = self.net.wiring(node).ins.clone();
        if ins.is_empty() {
            return;
        }
        let behind: Vec<BTreeSet<FlowAt>> =
            ins.iter().map(|flow| behind(self.net, *flow, node)).collect();
        let upstream: Vec<Vec<Place>> = behind.iter().map(|flows| self.places(flows)).collect();
        let group = self.net.wiring(node).group;
        let (mut late, mut clears) = (Vec::new(), None);
        match rest {
            Rest::Ignore => {
                late = ins.iter().map(|flow| self.spot(What::Late(*flow), group)).collect();
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
                let all: BTreeSet<Place> = upstream.iter().flatten().copied().collect();
                clears = Some(self.region(all.into_iter().collect()));
            }
        }
        let need = need.clamp(1, ins.len());
        let join = Join { ins: ins.clone(), upstream };
        self.space.gathers.push(Gathering { need, join, late });
        let rule = Rule::Gather(self.space.gathers.len() - 1);
        for puts in self.ways(node) {
            let new = self.push(node, ins.clone(), puts);
            (new.rule, new.clears) = (rule, clears);
        }
    }

    fn group(&mut self, group: NodeAt) {
        let Some(inside) = self.inside[group] else { return };
        let first = begins(self.net, Some(group));
        let events = first.iter().filter(|node| is_event_group(self.net, **node));
        let mut always: Vec<Place> = events.filter_map(|node| self.armed[*node]).collect();
        let boundaries = &self.net.wiring(group).boundaries;
        always.extend(boundaries.iter().filter_map(|node| self.armed[*node]));
        always.push(inside);
        let is_start = |node: &NodeAt| matches!(self.net.node(*node).kind, Kind::Start { .. });
        let (starts, loose): (Vec<NodeAt>, Vec<NodeAt>) =
            first.into_iter().filter(|node| self.begin[*node].is_some()).partition(is_start);
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

    fn end(&mut self, node: NodeAt, ending: &Ending) {
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
    fn break_off(&mut self, node: NodeAt, from: Place, boundary: NodeAt) {
        let Kind::Boundary { at, .. } = &self.net.node(boundary).kind else { return };
        let Some(host) = self.net.node_at(at) else { return };
        let inner = self.region_of[host].map(|region| self.space.regions[region].clone());
        let mut all = inner.unwrap_or_default();
        all.extend(self.inside[host]);
        let region = self.region(all);
        for puts in self.ways(boundary) {
            let new = self.push(node, vec![from], puts);
            (new.clears, new.also) = (Some(region), Some(boundary));
        }
    }

    fn boundary(&mut self, node: NodeAt, at: &str, on: &Trigger, cancels: bool) {
        let Some(host) = self.net.node_at(at) else { return };
        let said = matches!(on, Trigger::Error(_)) && self.is_said_inside(node, host);
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

    fn is_said_inside(&self, boundary: NodeAt, host: NodeAt) -> bool {
        let mut nodes = 0..self.net.len();
        nodes.any(|node| match &self.net.node(node).kind {
            Kind::End { ending: Ending::Throw(Trigger::Error(error)) } => {
                groups(self.net, self.net.wiring(node).group).contains(&host)
                    && catches(self.net, node, error) == Some(boundary)
            }
            _ => false,
        })
    }

    /// The region of what may happen beside a node that is no group.
    fn watches(&mut self, host: NodeAt) -> Option<usize> {
        let boundaries = self.net.wiring(host).boundaries.iter();
        let armed: Vec<Place> = boundaries.filter_map(|node| self.armed[*node]).collect();
        (!armed.is_empty()).then(|| self.region(armed))
    }

    /// A node beside which something may happen: it begins, and is done.
    fn watched(&mut self, node: NodeAt) {
        let Some(inside) = self.inside[node] else { return };
        let boundaries = &self.net.wiring(node).boundaries;
        let mut puts: Vec<Place> = boundaries.iter().filter_map(|one| self.armed[*one]).collect();
        puts.push(inside);
        for from in self.entrances(node) {
            self.push(node, vec![from], puts.clone());
        }
        let clears = self.watches(node);
        for puts in self.ways(node) {
            self.push(node, vec![inside], puts).clears = clears;
        }
    }
}

/// Every selection of some flows but none; of more than eight: each alone, each two, all.
fn subsets(flows: &[FlowAt]) -> Vec<Vec<FlowAt>> {
    if flows.len() <= 8 {
        let pick = |set: usize| {
            let picked = flows.iter().enumerate().filter(move |(at, _)| set >> at & 1 == 1);
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
