//! Whether the drawing makes sense before anything moves in it: beginnings, ends, ways between them.

use std::collections::BTreeSet;

use super::{
    Code, Finding, Fix, Severity,
    choice::{Writes, takes_all},
    graph::{Graph, begins, catches, enter, leave},
};
use crate::{
    Key,
    definition::{Ending, Flow, Kind, Refused, Trigger, Who},
    net::{Net, NodeAt},
};

/// What is drawn wrongly.
pub(super) fn check(net: &Net, graph: &Graph, findings: &mut Vec<Finding>) {
    ends_and_starts(net, None, findings);
    for node in 0..net.len() {
        edges(net, node, findings);
        gateway(net, node, findings);
        flows(net, node, findings);
    }
    ways(net, graph, findings);
    sequence(net, graph, findings);
}

fn ends_and_starts(net: &Net, group: Option<NodeAt>, findings: &mut Vec<Finding>) {
    let whole = &net.definition.id;
    let place = group.map_or(whole, |group| &net.node(group).id);
    let starts: Vec<NodeAt> = net.starts(group).collect();
    let loose: Vec<NodeAt> = net.loose(group).collect();
    let name = |node: &NodeAt| &net.node(*node).id;
    if group.is_none() && starts.is_empty() {
        findings.push(if loose.is_empty() {
            Finding::new(Code::NoStart, [place])
        } else {
            Finding::new(Code::ImplicitStart, loose.iter().map(name))
        });
    } else if starts.len() > 1 {
        findings.push(Finding::new(Code::SeveralStarts, starts.iter().map(name)));
    }
    if net.ends(group).next().is_none() && !is_free(net, group) {
        let last = begins(net, group).into_iter().next_back();
        let last = (0..net.len())
            .rfind(|node| {
                let wiring = net.wiring(*node);
                wiring.group == group && wiring.outs.is_empty() && !wiring.ins.is_empty()
            })
            .or(last);
        let fix = last.map(|node| Fix::AddEnd {
            after: net.node(node).id.clone(),
        });
        let mut finding = Finding::new(Code::NoEnd, [place]).fixed_by(fix);
        if group.is_some() {
            finding.severity = Severity::Warning;
        }
        findings.push(finding);
    }
}

/// Whether a group has neither beginning nor end: everything in it is done, in any order.
fn is_free(net: &Net, group: Option<NodeAt>) -> bool {
    group.is_some() && net.starts(group).next().is_none() && net.ends(group).next().is_none()
}

/// What comes to a node and what leaves it, by what it is.
fn edges(net: &Net, at: NodeAt, findings: &mut Vec<Finding>) {
    let (node, wiring) = (net.node(at), net.wiring(at));
    let first = |flows: &[usize]| flows.first().map(|flow| net.flow(*flow).id.clone());
    let wrong = |code, flows: &[usize]| {
        let fix = first(flows).map(|flow| Fix::RemoveFlow { flow });
        let names = flows.iter().map(|flow| &net.flow(*flow).id);
        Finding::new(code, std::iter::once(&node.id).chain(names)).fixed_by(fix)
    };
    match &node.kind {
        Kind::Start { .. } if !wiring.ins.is_empty() => {
            findings.push(wrong(Code::StartWithIns, &wiring.ins));
        }
        Kind::Boundary { .. } if !wiring.ins.is_empty() => {
            findings.push(wrong(Code::BoundaryWithIns, &wiring.ins));
        }
        Kind::End { .. } if !wiring.outs.is_empty() => {
            findings.push(wrong(Code::EndWithOuts, &wiring.outs));
        }
        Kind::Group { .. } if wiring.members.is_empty() => {
            findings.push(Finding::new(Code::EmptyGroup, [&node.id]));
        }
        Kind::Group { .. } => ends_and_starts(net, Some(at), findings),
        _ => {}
    }
    let ends = matches!(node.kind, Kind::End { .. } | Kind::Foreign { .. });
    let event = super::graph::is_event_group(net, at);
    let lonely = wiring.ins.is_empty() && begins(net, wiring.group).iter().all(|one| *one != at);
    let hosted = matches!(node.kind, Kind::Boundary { .. });
    let free = is_free(net, wiring.group);
    if !ends && !event && !free && wiring.outs.is_empty() && (hosted || !lonely) {
        let fix = Fix::AddEnd {
            after: node.id.clone(),
        };
        findings.push(Finding::new(Code::Dangling, [&node.id]).fixed_by(fix));
    }
}

fn gateway(net: &Net, at: NodeAt, findings: &mut Vec<Finding>) {
    let (node, wiring) = (net.node(at), net.wiring(at));
    let (ins, outs) = (wiring.ins.len(), wiring.outs.len());
    let gateway = matches!(
        node.kind,
        Kind::Choose | Kind::Parallel | Kind::Inclusive | Kind::Gather { .. } | Kind::Await
    );
    if gateway && ins == 1 && outs == 1 {
        let fix = Fix::RemoveNode {
            node: node.id.clone(),
        };
        findings.push(Finding::new(Code::NeedlessGateway, [&node.id]).fixed_by(fix));
    }
    match node.kind {
        Kind::Gather { need, .. } if need == 0 || need as usize > ins => {
            let to = u32::try_from(ins.max(1)).unwrap_or(u32::MAX);
            let fix = Fix::ClampNeed {
                node: node.id.clone(),
                need: need.clamp(1, to),
            };
            let finding = Finding::new(Code::NeedOutOfRange, [&node.id]);
            findings.push(finding.counting(need as usize, ins).fixed_by(fix));
        }
        Kind::Await => {
            for flow in &wiring.outs {
                let to = net.node(net.target(*flow));
                if !matches!(to.kind, Kind::Wait { .. }) {
                    let places = [&node.id, &net.flow(*flow).id, &to.id];
                    findings.push(Finding::new(Code::AwaitWithoutWait, places));
                }
            }
        }
        _ => {}
    }
}

fn flows(net: &Net, at: NodeAt, findings: &mut Vec<Finding>) {
    let (node, wiring) = (net.node(at), net.wiring(at));
    let outs: Vec<&Flow> = wiring.outs.iter().map(|flow| net.flow(*flow)).collect();
    let otherwise: Vec<&Key> = outs
        .iter()
        .filter(|flow| flow.otherwise)
        .map(|flow| &flow.id)
        .collect();
    if otherwise.len() > 1 {
        let fix = Fix::DropOtherwise {
            flow: otherwise[1].clone(),
        };
        let places = std::iter::once(&node.id).chain(otherwise);
        findings.push(Finding::new(Code::OtherwiseTwice, places).fixed_by(fix));
    }
    let asks = outs
        .iter()
        .any(|flow| flow.when.is_some() || flow.otherwise);
    if matches!(node.kind, Kind::Inclusive) && outs.len() > 1 && !asks {
        findings.push(Finding::new(Code::InclusiveWithoutCondition, [&node.id]));
    }
    let both = |flow: &&&Flow| flow.otherwise && flow.when.is_some();
    for flow in outs.iter().filter(both).filter(|_| !takes_all(&node.kind)) {
        let fix = Fix::TakeOtherwise {
            flow: flow.id.clone(),
        };
        findings.push(Finding::new(Code::GuardUnused, [&flow.id, &node.id]).fixed_by(fix));
    }
    if takes_all(&node.kind) {
        for flow in outs
            .iter()
            .filter(|flow| flow.when.is_some() || flow.otherwise)
        {
            let fix = Fix::DropGuard {
                flow: flow.id.clone(),
            };
            findings.push(Finding::new(Code::GuardUnused, [&flow.id, &node.id]).fixed_by(fix));
        }
    }
}

/// Whether each node lies between a beginning and an end.
fn ways(net: &Net, graph: &Graph, findings: &mut Vec<Finding>) {
    let reached = graph.reach(graph.begins(), None);
    let lasts: Vec<usize> = (0..net.len())
        .filter(|node| {
            let wiring = net.wiring(*node);
            wiring.outs.is_empty() && wiring.group.is_none()
        })
        .map(leave)
        .collect();
    let ending = graph.reaching(&lasts);
    let mut stuck: Vec<&Key> = Vec::new();
    for node in 0..net.len() {
        let id = &net.node(node).id;
        let around = net.wiring(node).group;
        if around.is_some_and(|group| !reached.contains(enter(group))) {
            continue; // told of the group
        }
        if !reached.contains(enter(node)) {
            let fix = net
                .node(node)
                .law
                .is_none()
                .then(|| Fix::RemoveNode { node: id.clone() });
            findings.push(Finding::new(Code::Unreachable, [id]).fixed_by(fix));
        } else if !ending.contains(enter(node)) {
            stuck.push(id);
        }
    }
    if !stuck.is_empty() {
        findings.push(Finding::new(Code::NoWayToEnd, stuck));
    }
}

/// What has to come before something else.
fn sequence(net: &Net, graph: &Graph, findings: &mut Vec<Finding>) {
    let writes = Writes::of(net, graph);
    let mut told = BTreeSet::new();
    for at in 0..net.len() {
        let node = net.node(at);
        if let Kind::Step(step) = &node.kind
            && let Refused::Back(to) = &step.refused
            && let Some(target) = net.node_at(to)
            && (target == at || !graph.can_precede(target, at))
        {
            findings.push(Finding::new(Code::BackNotBefore, [&node.id, to]));
        }
        if let Kind::Step(step) = &node.kind {
            for seat in &step.sign_off.seats {
                if let Who::DoneBy(other) = &seat.who
                    && net
                        .node_at(other)
                        .is_some_and(|other| !graph.can_precede(other, at))
                {
                    findings.push(Finding::new(Code::DoneByNotBefore, [&node.id, other]));
                }
            }
        }
        if let Kind::End {
            ending: Ending::Throw(Trigger::Error(error)),
        } = &node.kind
            && catches(net, at, error).is_none()
        {
            findings.push(Finding::new(Code::ErrorUncaught, [&node.id]).naming([error]));
        }
        for flow in &net.wiring(at).outs {
            let flow = net.flow(*flow);
            for item in flow.when.iter().flat_map(|guard| guard.items()) {
                if writes.too_late(item, at) && told.insert((item.clone(), at)) {
                    let finding = Finding::new(Code::ItemNotWritten, [&flow.id, &node.id]);
                    findings.push(finding.naming([item]));
                }
            }
        }
    }
}
