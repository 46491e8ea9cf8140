//! The conditions at a node that chooses: whether one always holds, whether two hold at once, whether each
//! can hold at all.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Code, Entry, Finding, Fix,
    domain::{Region, regions},
    graph::{Graph, enter, leave},
};
use crate::{
    Key,
    definition::{Access, Definition, Flow, Guard, Kind},
    net::{FlowAt, Net, NodeAt},
};

/// Looks at every node that chooses; whether all combinations were looked at.
pub(super) fn check(net: &Net, graph: &Graph, most: usize, findings: &mut Vec<Finding>) -> bool {
    let mut complete = true;
    let writes = Writes::of(net, graph);
    for node in 0..net.len() {
        let outs = &net.wiring(node).outs;
        if takes_all(&net.node(node).kind) || outs.is_empty() {
            continue;
        }
        let flows: Vec<&Flow> = outs.iter().map(|flow| net.flow(*flow)).collect();
        complete &= look(net, &writes, node, &flows, most, findings);
    }
    complete
}

/// Whether a node takes every way without asking.
pub(super) fn takes_all(kind: &Kind) -> bool {
    matches!(kind, Kind::Parallel | Kind::Await)
}

fn look(
    net: &Net,
    writes: &Writes,
    node: NodeAt,
    flows: &[&Flow],
    most: usize,
    findings: &mut Vec<Finding>,
) -> bool {
    let chooses = matches!(net.node(node).kind, Kind::Choose);
    let guarded: Vec<&Flow> = flows
        .iter()
        .copied()
        .filter(|flow| asked(flow).is_some())
        .collect();
    let open = |flow: &&&Flow| asked(flow).is_none() && !flow.otherwise;
    let always = flows.iter().find(open).copied();
    if chooses {
        unasked(net, node, flows, findings);
    }
    let guards: Vec<&Guard> = guarded.iter().filter_map(|flow| asked(flow)).collect();
    if guards.is_empty() || guards.iter().any(|guard| guard.is_foreign()) {
        return true;
    }
    let total = always.is_some() || flows.iter().any(|flow| flow.otherwise);
    let found = match possible(net, writes, node, &guards, most) {
        Ok(found) => found,
        Err(count) => {
            let id = &net.node(node).id;
            findings.push(Finding::new(Code::GuardsTooMany, [id]).counting(count, most));
            if !total && chooses {
                let fix = make_otherwise(&guarded);
                findings.push(Finding::new(Code::ChoiceWithoutOtherwise, [id]).fixed_by(fix));
            }
            return false;
        }
    };
    if found.is_empty() {
        return true; // nothing ever comes here, which was told at the flow that leads here
    }
    never(&guarded, &found, chooses, findings);
    if !total {
        gap(&net.node(node).id, &guarded, &found, findings);
    }
    if chooses {
        overlap(&net.node(node).id, &guarded, &found, findings);
    }
    true
}

/// The combinations of values that can be there when a node chooses; how many, if they are too many.
fn possible(
    net: &Net,
    writes: &Writes,
    node: NodeAt,
    guards: &[&Guard],
    most: usize,
) -> Result<Vec<Region>, usize> {
    let items: BTreeSet<&Key> = guards.iter().flat_map(|guard| guard.items()).collect();
    let mut assumed = assumptions(net, writes, node);
    assumed.retain(|(guard, _)| guard.items().iter().any(|item| items.contains(*item)));
    let mut all = guards.to_vec();
    all.extend(assumed.iter().map(|(guard, _)| guard));
    let blanks = writes.blanks(node, &all);
    let Ok(found) = regions(&net.definition, &all, &blanks, most) else {
        return regions(&net.definition, guards, &blanks, most);
    };
    let holds = |region: &Region| {
        let known = assumed.iter().zip(&region.holds[guards.len()..]);
        known
            .into_iter()
            .all(|((_, wanted), holds)| holds == wanted)
    };
    Ok(found.into_iter().filter(holds).collect())
}

fn asked(flow: &Flow) -> Option<&Guard> {
    flow.when.as_ref().filter(|_| !flow.otherwise)
}

/// Flows of a choice behind one that is always taken.
fn unasked(net: &Net, node: NodeAt, flows: &[&Flow], findings: &mut Vec<Finding>) {
    let Some(first) = flows
        .iter()
        .position(|flow| flow.when.is_none() && !flow.otherwise)
    else {
        return;
    };
    for flow in &flows[first + 1..] {
        let places = [&flow.id, &flows[first].id, &net.node(node).id];
        // Where the others have conditions, the one without is meant otherwise.
        let open = flow.when.is_none() && !flow.otherwise;
        let fix = (!open && !flows.iter().any(|flow| flow.otherwise)).then(|| Fix::TakeOtherwise {
            flow: flows[first].id.clone(),
        });
        findings.push(Finding::new(Code::ChoiceWithoutCondition, places).fixed_by(fix));
    }
}

fn never(guarded: &[&Flow], found: &[Region], chooses: bool, findings: &mut Vec<Finding>) {
    for (at, flow) in guarded.iter().enumerate() {
        let mut with = found.iter().filter(|region| region.holds[at]).peekable();
        let fix = Fix::RemoveFlow {
            flow: flow.id.clone(),
        };
        if with.peek().is_none() {
            findings.push(Finding::new(Code::GuardNever, [&flow.id]).fixed_by(fix));
        } else if chooses && with.all(|region| region.holds[..at].contains(&true)) {
            let before = (0..at).filter(|before| {
                found
                    .iter()
                    .any(|region| region.holds[at] && region.holds[*before])
            });
            let before: Vec<&Key> = before.map(|before| &guarded[before].id).collect();
            let places = std::iter::once(&flow.id).chain(before);
            findings.push(Finding::new(Code::GuardShadowed, places).fixed_by(fix));
        }
    }
}

fn gap(node: &Key, guarded: &[&Flow], found: &[Region], findings: &mut Vec<Finding>) {
    let open = |region: &&Region| !region.holds[..guarded.len()].contains(&true);
    let Some(region) = found.iter().find(open) else {
        return;
    };
    let code = if region.blank.is_empty() {
        Code::GuardGap
    } else {
        Code::GuardGapBlank
    };
    let mut finding = Finding::new(code, [node]).fixed_by(make_otherwise(guarded));
    finding.example = example(region);
    findings.push(finding);
}

fn overlap(node: &Key, guarded: &[&Flow], found: &[Region], findings: &mut Vec<Finding>) {
    for then in 1..guarded.len() {
        let alone = |region: &Region| region.holds[then] && !region.holds[..then].contains(&true);
        if !found.iter().any(alone) {
            continue; // shadowed or never true: told already
        }
        for first in 0..then {
            let both = |region: &&Region| region.holds[first] && region.holds[then];
            if let Some(region) = found.iter().find(both) {
                let places = [&guarded[first].id, &guarded[then].id, node];
                let mut finding = Finding::new(Code::GuardOverlap, places);
                finding.example = example(region);
                findings.push(finding);
            }
        }
    }
}

fn make_otherwise(guarded: &[&Flow]) -> Option<Fix> {
    guarded.last().map(|flow| Fix::TakeOtherwise {
        flow: flow.id.clone(),
    })
}

fn example(region: &Region) -> Vec<Entry> {
    let entered = region.values.iter().map(|(item, value)| Entry {
        item: item.clone(),
        value: Some(value.clone()),
    });
    let blank = region.blank.iter().map(|item| Entry {
        item: item.clone(),
        value: None,
    });
    entered.chain(blank).collect()
}

/// What must have held (or not) for a token to be here: the conditions on the single way back to the last
/// node that several ways lead to, as long as no step on it enters what they ask for.
fn assumptions(net: &Net, writes: &Writes, node: NodeAt) -> Vec<(Guard, bool)> {
    let mut known = Vec::new();
    let mut entered: BTreeSet<Key> = BTreeSet::new();
    let mut at = node;
    for _ in 0..net.len() {
        let [flow] = net.wiring(at).ins[..] else {
            break;
        };
        at = net.source(flow);
        if matches!(net.node(at).kind, Kind::Choose) {
            told_by(net, at, flow, &entered, &mut known);
        }
        entered.extend(writes.by(at));
        if matches!(net.node(at).kind, Kind::Group { .. } | Kind::Call { .. }) {
            break; // whatever is entered inside
        }
    }
    known
}

fn told_by(
    net: &Net,
    at: NodeAt,
    taken: FlowAt,
    entered: &BTreeSet<Key>,
    known: &mut Vec<(Guard, bool)>,
) {
    for flow in &net.wiring(at).outs {
        let flow_is = net.flow(*flow);
        let usable = asked(flow_is)
            .filter(|guard| !guard.is_foreign())
            .filter(|guard| guard.items().iter().all(|item| !entered.contains(*item)));
        if let Some(guard) = usable {
            known.push((guard.clone(), *flow == taken));
        }
        if *flow == taken {
            break;
        }
    }
}

/// Who enters which item.
pub(super) struct Writes<'a> {
    graph: &'a Graph,
    /// The nodes that may enter it, and whether each must.
    by: BTreeMap<Key, Vec<(NodeAt, bool)>>,
}

impl<'a> Writes<'a> {
    pub(super) fn of(net: &Net, graph: &'a Graph) -> Self {
        let mut by: BTreeMap<Key, Vec<(NodeAt, bool)>> = BTreeMap::new();
        for node in 0..net.len() {
            match &net.node(node).kind {
                Kind::Step(step) => {
                    for (item, access) in &step.fields {
                        if matches!(access, Access::Write | Access::Require) {
                            let must = *access == Access::Require;
                            by.entry(item.clone()).or_default().push((node, must));
                        }
                    }
                    if let Ok(outcome) = Key::new(&format!("{}.outcome", net.node(node).id)) {
                        by.entry(outcome).or_default().push((node, true));
                    }
                }
                Kind::Group { each: Some(each) }
                | Kind::Call {
                    each: Some(each), ..
                } => {
                    if let Some(item) = &each.item {
                        by.entry(item.clone()).or_default().push((node, true));
                    }
                }
                _ => {}
            }
        }
        Self { graph, by }
    }

    /// The items that a node may enter.
    fn by(&self, node: NodeAt) -> Vec<Key> {
        let entered = self
            .by
            .iter()
            .filter(|(_, by)| by.iter().any(|(one, _)| *one == node));
        entered.map(|(item, _)| item.clone()).collect()
    }

    /// Of the items that some conditions at a node ask for: those that may not have been entered. What no
    /// step enters, was entered when it began.
    fn blanks(&self, node: NodeAt, guards: &[&Guard]) -> BTreeSet<Key> {
        let asked: BTreeSet<&Key> = guards.iter().flat_map(|guard| guard.items()).collect();
        let open = |item: &&Key| {
            let Some(by) = self.by.get(*item) else {
                return false;
            };
            let surely = |(one, must): &(NodeAt, bool)| {
                *must && (*one == node || self.graph.always_before(*one, node))
            };
            !by.iter().any(surely)
        };
        asked.into_iter().filter(open).cloned().collect()
    }

    /// Whether an item is entered by steps of which none can come before a node.
    pub(super) fn too_late(&self, item: &Key, node: NodeAt) -> bool {
        let Some(by) = self.by.get(item) else {
            return false;
        };
        let to = self.graph.reaching(&[enter(node)]);
        by.iter()
            .all(|(one, _)| *one != node && !to.contains(leave(*one)))
    }
}

/// Which of the ways out that have conditions can hold together, if that can be said: for each combination,
/// by flow. An empty answer: none can be shown to.
pub(super) fn patterns(
    definition: &Definition,
    guards: &[&Guard],
    most: usize,
) -> Option<BTreeSet<Vec<bool>>> {
    if guards.iter().any(|guard| guard.is_foreign()) {
        return None;
    }
    let found = regions(definition, guards, &BTreeSet::new(), most).ok()?;
    Some(found.into_iter().map(|region| region.holds).collect())
}
