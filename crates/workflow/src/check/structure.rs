//! Whether the parts of a definition fit together: everything that keeps it from becoming a net, all at once.

use std::collections::{BTreeMap, BTreeSet};

use super::{Code, Finding, Fix};
use crate::{
    Key,
    definition::{Definition, Kind, Node},
};

/// What does not fit.
pub(super) fn fit(definition: &Definition) -> Vec<Finding> {
    let mut findings = Vec::new();
    twice(definition, &mut findings);
    let nodes: BTreeMap<&Key, &Node> = definition
        .nodes
        .iter()
        .rev()
        .map(|node| (&node.id, node))
        .collect();
    for node in &definition.nodes {
        nested(node, &nodes, &mut findings);
        attached(node, &nodes, &mut findings);
    }
    flows(definition, &nodes, &mut findings);
    findings
}

fn twice(definition: &Definition, findings: &mut Vec<Finding>) {
    let names: [Vec<&Key>; 5] = [
        definition.nodes.iter().map(|one| &one.id).collect(),
        definition.flows.iter().map(|one| &one.id).collect(),
        definition.items.iter().map(|one| &one.name).collect(),
        definition.forms.iter().map(|one| &one.id).collect(),
        definition.parts.iter().map(|one| &one.id).collect(),
    ];
    for names in names {
        let mut seen = BTreeMap::new();
        for name in names {
            let times = seen.entry(name).or_insert(0_u32);
            *times += 1;
            if *times == 2 {
                findings.push(Finding::new(Code::Twice, [name]));
            }
        }
    }
}

fn nested(node: &Node, nodes: &BTreeMap<&Key, &Node>, findings: &mut Vec<Finding>) {
    let Some(group) = &node.inside else { return };
    let Some(found) = nodes.get(group) else {
        findings.push(Finding::new(Code::MissingNode, [&node.id]).naming([group]));
        return;
    };
    let mut seen = BTreeSet::from([&node.id]);
    let mut around = Some(*found);
    while let Some(group) = around {
        if !matches!(group.kind, Kind::Group { .. }) || !seen.insert(&group.id) {
            findings.push(Finding::new(Code::Nesting, [&node.id, &group.id]));
            return;
        }
        around = group
            .inside
            .as_ref()
            .and_then(|name| nodes.get(name))
            .copied();
    }
}

fn attached(node: &Node, nodes: &BTreeMap<&Key, &Node>, findings: &mut Vec<Finding>) {
    let Kind::Boundary { at, .. } = &node.kind else {
        return;
    };
    let Some(host) = nodes.get(at) else {
        findings.push(Finding::new(Code::MissingNode, [&node.id]).naming([at]));
        return;
    };
    let waits = matches!(
        host.kind,
        Kind::Step(_)
            | Kind::Wait { .. }
            | Kind::Group { .. }
            | Kind::Call { .. }
            | Kind::Auto { .. }
    );
    if !waits || host.inside != node.inside {
        findings.push(Finding::new(Code::BoundaryHost, [&node.id, at]));
    }
}

fn flows(definition: &Definition, nodes: &BTreeMap<&Key, &Node>, findings: &mut Vec<Finding>) {
    for flow in &definition.flows {
        let missing: Vec<&Key> = [&flow.from, &flow.to]
            .into_iter()
            .filter(|end| !nodes.contains_key(end))
            .collect();
        let fix = Fix::RemoveFlow {
            flow: flow.id.clone(),
        };
        if !missing.is_empty() {
            let finding = Finding::new(Code::MissingNode, [&flow.id]);
            findings.push(finding.naming(missing).fixed_by(fix));
        } else if nodes[&flow.from].inside != nodes[&flow.to].inside {
            let places = [&flow.id, &flow.from, &flow.to];
            findings.push(Finding::new(Code::CrossesGroup, places));
        }
    }
}
