//! Whether every way through a process comes to an end: no place with two tokens, nothing stuck, nothing
//! that goes round for ever, nothing that never happens. What was found in the small space is told in the
//! nodes and flows of the definition.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Bounds, Code, Finding, Fix, Report, apply,
    graph::{Graph, enter},
    look,
    outlook::waiting,
    space::{
        Rule, Space, What, build,
        step::Marking,
        thin::{Thin, thin},
        trace::trace,
        walk::{Walk, walk},
    },
};
use crate::{
    Key,
    definition::{Definition, Kind},
    net::{Net, NodeAt},
};

/// As many findings of one kind are told.
const MOST_TOLD: usize = 5;

/// Walks through the states of a net.
pub(super) fn check(net: &Net, limits: Bounds, report: &mut Report) {
    explore(
        net,
        limits,
        Reduced {
            thin: true,
            alone: true,
        },
        report,
    );
}

/// What is left out because it tells nothing new.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reduced {
    /// Places and moves that are one with others.
    pub(super) thin: bool,
    /// Orders of moves that make no difference.
    pub(super) alone: bool,
}

/// Walks through the states of a net, with or without reductions.
pub(super) fn explore(net: &Net, limits: Bounds, reduced: Reduced, report: &mut Report) {
    let space = build(net, limits.regions);
    let thin = thin(&space, reduced.thin);
    let walk = walk(&thin.space, limits.states, reduced.alone);
    report.states = walk.states.len();
    let telling = Telling {
        net,
        space: &space,
        thin: &thin,
        walk: &walk,
    };
    let findings = &mut report.findings;
    telling.crowded(findings);
    telling.stuck(findings);
    telling.round(findings);
    telling.twice(findings);
    if walk.complete {
        telling.dead(findings);
    } else {
        report.complete = false;
        let crowd = !walk.crowded.is_empty();
        if !crowd {
            let finding = Finding::new(Code::SpaceTooLarge, [&net.definition.id]);
            findings.push(finding.counting(walk.states.len(), limits.states));
        }
    }
}

struct Telling<'a> {
    net: &'a Net,
    space: &'a Space,
    thin: &'a Thin,
    walk: &'a Walk,
}

impl Telling<'_> {
    fn id(&self, node: NodeAt) -> &Key {
        &self.net.node(node).id
    }

    fn told(&self, code: Code, places: &[Key], state: u32) -> Option<(Finding, Marking)> {
        let (steps, marking) = trace(self.net, self.space, self.thin, self.walk, state)?;
        let mut finding = Finding::new(code, places);
        finding.trace = steps;
        Some((finding, marking))
    }

    fn crowded(&self, findings: &mut Vec<Finding>) {
        let mut met = Vec::new();
        for (place, state) in &self.walk.crowded {
            if met.len() >= MOST_TOLD {
                break;
            }
            let at = self.thin.places[*place];
            let (place, node) = match self.thin.what(*place) {
                What::Flow(flow) => (&self.net.flow(flow).id, self.net.source(flow)),
                What::Begin(node) | What::Inside(node) => (self.id(node), node),
                What::Root | What::Armed(_) | What::Late(_) | What::Ended(_) => continue,
            };
            let meeting = self.meeting(node);
            if meeting.is_some() && met.contains(&meeting) {
                continue; // further down the same way
            }
            met.push(meeting);
            let mut places = vec![place.clone()];
            places.extend(meeting.map(|node| self.id(node).clone()));
            let told = self.told(Code::Unsafe, &places, *state);
            findings.extend(
                told.filter(|(_, marking)| marking[at] > 1)
                    .map(|(finding, _)| finding),
            );
        }
    }

    /// The next node backwards where several ways come together one by one.
    fn meeting(&self, mut node: NodeAt) -> Option<NodeAt> {
        for _ in 0..self.net.len() {
            match self.net.wiring(node).ins[..] {
                [] => return None,
                [flow] => node = self.net.source(flow),
                _ => return Some(node),
            }
        }
        None
    }

    fn stuck(&self, findings: &mut Vec<Finding>) {
        let states = self.walk.states.iter().enumerate();
        let stuck = states.filter(|(_, state)| state.is_stuck && !state.after_crowd);
        let mut told: BTreeSet<Vec<Key>> = BTreeSet::new();
        for (at, _) in stuck {
            if told.len() >= MOST_TOLD {
                break;
            }
            let state = u32::try_from(at).expect("BUG: states are bounded");
            let Some((mut finding, marking)) = self.told(Code::Deadlock, &[], state) else {
                continue;
            };
            finding.places = waiting(self.net, self.space, &marking);
            if told.insert(finding.places.clone()) {
                findings.push(finding);
            }
        }
    }

    /// States from which neither an end nor a standstill can be reached.
    fn round(&self, findings: &mut Vec<Finding>) {
        let (at, can) = self.walk.goes_round();
        let Some(at) = at else {
            return;
        };
        let mut nodes = BTreeSet::new();
        for (from, _, by) in &self.walk.steps {
            if !can[*from as usize] {
                let moves = self.thin.moves(self.thin.bodies[*by as usize], false);
                nodes.extend(moves.into_iter().map(|one| self.space.moves[one].node));
            }
        }
        let places: Vec<Key> = nodes
            .into_iter()
            .map(|node| self.id(node).clone())
            .collect();
        let state = u32::try_from(at).expect("BUG: states are bounded");
        let told = self
            .told(Code::Livelock, &places, state)
            .map(|(finding, _)| finding);
        findings.push(told.unwrap_or_else(|| Finding::new(Code::Livelock, &places)));
    }

    fn twice(&self, findings: &mut Vec<Finding>) {
        for (place, state) in self.walk.twice.iter().take(MOST_TOLD) {
            if let What::Ended(node) = self.thin.what(*place) {
                let told = self.told(Code::EndsTwice, &[self.id(node).clone()], *state);
                findings.extend(told.map(|(finding, _)| finding));
            }
        }
    }

    /// What a drawing leads to and yet never happens. What nothing leads to has been told.
    fn dead(&self, findings: &mut Vec<Finding>) {
        let graph = Graph::of(self.net);
        let reached = graph.reach(graph.begins(), None);
        let made: BTreeSet<u32> = self.walk.steps.iter().map(|(_, _, by)| *by).collect();
        let mut happens = BTreeSet::new();
        for by in made {
            for one in self.thin.moves(self.thin.bodies[by as usize], true) {
                let one = &self.space.moves[one];
                if one.rule != Rule::Plain || !one.takes.contains(&self.space.root) {
                    happens.insert(one.node);
                    happens.extend(one.also);
                }
            }
        }
        let dead = (0..self.net.len()).filter(|node| !happens.contains(node));
        let dead: Vec<&Key> = dead
            .filter(|node| reached.contains(enter(*node)))
            .map(|node| self.id(node))
            .collect();
        if !dead.is_empty() {
            findings.push(Finding::new(Code::Dead, dead));
        }
    }
}

/// Puts a fix to what went wrong in the behaviour, where one helps and does no other harm.
pub(super) fn offer_fixes(definition: &Definition, limits: Bounds, report: &mut Report) {
    let small = Bounds {
        states: limits.states.min(5_000),
        ..limits
    };
    let before = errors(report);
    let mut left = MOST_TOLD;
    for finding in &mut report.findings {
        if !matches!(finding.code, Code::Unsafe | Code::Deadlock) || left == 0 {
            continue;
        }
        left -= 1;
        let helps = |fix: &Fix| {
            apply(definition, fix).is_some_and(|mended| {
                let after = look(&mended, small);
                let same = after
                    .of(finding.code)
                    .any(|one| one.places == finding.places);
                let worse = |(code, count): (&Code, &usize)| before.get(code).unwrap_or(&0) < count;
                after.complete && !same && !errors(&after).iter().any(worse)
            })
        };
        finding.fix = candidates(definition, finding).into_iter().find(helps);
    }
}

/// How many errors there are of each kind.
fn errors(report: &Report) -> BTreeMap<Code, usize> {
    let mut errors = BTreeMap::new();
    for finding in report.findings.iter().filter(|one| one.is_error()) {
        *errors.entry(finding.code).or_insert(0) += 1;
    }
    errors
}

fn candidates(definition: &Definition, finding: &Finding) -> Vec<Fix> {
    let nodes = finding.places.iter().filter_map(|place| {
        let mut nodes = definition.nodes.iter();
        nodes.find(|node| node.id == *place)
    });
    let fixes = nodes.flat_map(|node| {
        let node_id = || node.id.clone();
        match (finding.code, &node.kind) {
            (Code::Unsafe, _) => vec![
                Fix::MakeParallelJoin { node: node_id() },
                Fix::MakeInclusiveJoin { node: node_id() },
            ],
            (Code::Deadlock, Kind::Parallel | Kind::Gather { .. }) => vec![
                Fix::MakeChoiceJoin { node: node_id() },
                Fix::MakeInclusiveJoin { node: node_id() },
            ],
            _ => Vec::new(),
        }
    });
    fixes.collect()
}
