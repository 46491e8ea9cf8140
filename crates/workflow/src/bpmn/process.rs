//! One process, read: its nodes with those of groups in it, its flows, its lanes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    How, NAMESPACE, Remark,
    extension::{self, More},
    flow::{self, Links},
    identity::Ids,
    lane::{self, Lane},
    namespace::BPMN,
    node::{self, Known},
    order::NODES,
    reading::Reading,
    report::short,
    roots::Roots,
    tree::Element,
};
use crate::{
    Key,
    definition::{Definition, Drawing, Format, Node, Part},
};

/// A process with the ids of its elements, each list in the order of the definition's.
pub(super) struct Process {
    pub definition: Definition,
    pub id: String,
    pub nodes: Vec<String>,
    /// Empty for a flow that no element stands for.
    pub flows: Vec<String>,
    pub parts: Vec<String>,
    more: Option<More>,
}

/// An element of a process before it is understood.
struct Raw {
    element: Element,
    id: String,
    key: Key,
    inside: Option<usize>,
    more: Option<More>,
}

/// Whether a process holds anything, or is one of ours.
pub(super) fn has_content(process: &Element) -> bool {
    process.attribute_in(NAMESPACE, "version").is_some()
        || process
            .elements()
            .any(|one| one.is_in(BPMN) && NODES.contains(&&*one.name))
}

/// Reads a process whose name is taken already.
pub(super) fn read(
    mut element: Element,
    (id, key): (String, Key),
    called: &str,
    processes: &Ids,
    roots: &Roots,
    report: &mut Vec<Remark>,
) -> Process {
    let more = extension::take(&mut element);
    let (mut nodes, mut flows) = (Vec::new(), Vec::new());
    gather(&mut element, None, &mut nodes, &mut flows);
    let (mut node_ids, mut flow_ids) = (Ids::default(), Ids::default());
    let mut nodes = named(nodes, &mut node_ids, report);
    let flows = named(flows, &mut flow_ids, report);
    let usual = usual_ways(&mut nodes, &flows);
    let mut links = Links::default();
    for raw in &nodes {
        links.see(&raw.element, (raw.inside, &raw.key), roots);
    }
    let node_names = nodes.iter().map(|raw| raw.id.clone()).collect();
    let known = Known {
        nodes: &node_ids,
        processes,
        roots,
    };
    let nodes = read_nodes(nodes, &mut element, &known, report);
    let mut flow_names = Vec::new();
    let mut read_flows = Vec::new();
    for (at, raw) in flows.into_iter().enumerate() {
        let otherwise = usual.contains(&at);
        match flow::read(raw.element, raw.key, otherwise, &node_ids, report) {
            Ok(mut flow) => {
                if let Some(more) = raw.more {
                    more.apply(&mut flow, "sequenceFlow", &raw.id, report);
                }
                read_flows.push(flow);
                flow_names.push(raw.id);
            }
            Err(endless) => element.push(endless),
        }
    }
    for flow in links.flows(&mut flow_ids) {
        read_flows.push(flow);
        flow_names.push(String::new());
    }
    let (nodes, parts, part_names) = nodes;
    let mut definition = frame_of(element, key, called, report);
    definition.nodes = nodes;
    definition.flows = read_flows;
    definition.parts = parts;
    Process {
        definition,
        id,
        nodes: node_names,
        flows: flow_names,
        parts: part_names,
        more,
    }
}

/// The nodes with the lanes that they lie in, and the ids of the lanes.
fn read_nodes(
    raw: Vec<Raw>,
    process: &mut Element,
    known: &Known<'_>,
    report: &mut Vec<Remark>,
) -> (Vec<Node>, Vec<Part>, Vec<String>) {
    let keys: Vec<Key> = raw.iter().map(|raw| raw.key.clone()).collect();
    let mut nodes = Vec::new();
    let mut mores = Vec::new();
    for raw in raw {
        let inside = raw.inside.map(|at| keys[at].clone());
        mores.push((raw.more, raw.element.name.clone()));
        nodes.push(node::read(raw.element, raw.key, inside, known, report));
    }
    let lanes = lane::read(process, known.nodes, &mut nodes);
    for (node, (more, name)) in nodes.iter_mut().zip(mores) {
        if let Some(more) = more {
            let place = node.id.to_string();
            more.apply(node, &name, &place, report);
        }
    }
    let names = lanes.iter().map(|lane| lane.id.clone()).collect();
    let parts = lanes.into_iter().map(|Lane { mut part, more, .. }| {
        if let Some(more) = more {
            let place = part.id.to_string();
            more.apply(&mut part, "lane", &place, report);
        }
        part
    });
    (nodes, parts.collect(), names)
}

impl Process {
    /// Puts on what was written for the process as a whole: its own fields and the order of its parts.
    pub(super) fn complete(&mut self, report: &mut Vec<Remark>) {
        let Some(more) = &self.more else { return };
        let Some(value) = more.value("process") else {
            report.push(extension::remark(&self.id, "extension_unreadable", ""));
            return;
        };
        if let Some(whole) = value.get("whole") {
            match serde_json::from_value(whole.clone()) {
                Ok(whole) => self.definition = whole,
                Err(error) => {
                    report.push(extension::remark(
                        &self.id,
                        "extension_unreadable",
                        &error.to_string(),
                    ));
                }
            }
            return;
        }
        if let Some(patch) = value.get("definition") {
            match extension::put_on(&bare(&self.definition), patch) {
                Some(changed) => {
                    let Definition {
                        nodes,
                        flows,
                        parts,
                        ..
                    } = &mut self.definition;
                    let own = (
                        std::mem::take(nodes),
                        std::mem::take(flows),
                        std::mem::take(parts),
                    );
                    self.definition = changed;
                    (
                        self.definition.nodes,
                        self.definition.flows,
                        self.definition.parts,
                    ) = own;
                }
                None => report.push(extension::remark(&self.id, "extension_unreadable", "")),
            }
        }
        sort(&mut self.definition.nodes, value.get("nodes"), |node| {
            &node.id
        });
        sort(&mut self.definition.flows, value.get("flows"), |flow| {
            &flow.id
        });
        sort(&mut self.definition.parts, value.get("parts"), |part| {
            &part.id
        });
    }
}

/// A definition without what stands in lists of its own.
pub(super) fn bare(definition: &Definition) -> Definition {
    Definition {
        nodes: Vec::new(),
        flows: Vec::new(),
        parts: Vec::new(),
        ..definition.clone()
    }
}

/// Puts a list in the order of names; what is not named comes last.
fn sort<T>(list: &mut [T], names: Option<&Value>, name: impl Fn(&T) -> &Key) {
    let Some(names) = names.and_then(Value::as_array) else {
        return;
    };
    let places = names.iter().enumerate().rev();
    let places: BTreeMap<&str, usize> = places
        .filter_map(|(at, one)| Some((one.as_str()?, at)))
        .collect();
    list.sort_by_key(|one| {
        places
            .get(name(one).as_str())
            .copied()
            .unwrap_or(usize::MAX)
    });
}

/// Takes nodes and flows out of a process or group, with those of groups in it.
fn gather(
    from: &mut Element,
    inside: Option<usize>,
    nodes: &mut Vec<(Element, Option<usize>)>,
    flows: &mut Vec<(Element, Option<usize>)>,
) {
    let wanted = |one: &Element| {
        one.is_in(BPMN) && (NODES.contains(&&*one.name) || one.name == "sequenceFlow")
    };
    for mut element in from.take_elements(wanted) {
        if element.name == "sequenceFlow" {
            flows.push((element, inside));
            continue;
        }
        let at = nodes.len();
        nodes.push((Element::bpmn(""), inside));
        if node::is_group(&element) {
            gather(&mut element, Some(at), nodes, flows);
        }
        nodes[at].0 = element;
    }
}

fn named(
    elements: Vec<(Element, Option<usize>)>,
    ids: &mut Ids,
    report: &mut Vec<Remark>,
) -> Vec<Raw> {
    let each = elements.into_iter().map(|(mut element, inside)| {
        let more = extension::take(&mut element);
        let (id, key, made_up) = ids.take(&mut element);
        if made_up {
            report.push(Remark {
                place: key.to_string(),
                name: element.name.clone(),
                how: How::Mapped,
                code: "id_made_up",
                detail: short(&id),
            });
        }
        Raw {
            element,
            id,
            key,
            inside,
            more,
        }
    });
    each.collect()
}

/// The flows that are taken where no other is, by their place; their nodes no longer say so.
fn usual_ways(nodes: &mut [Raw], flows: &[Raw]) -> BTreeSet<usize> {
    let mut by_id = BTreeMap::new();
    for (at, flow) in flows.iter().enumerate().rev() {
        by_id.insert(flow.id.as_str(), at);
    }
    let mut found = BTreeSet::new();
    for node in nodes {
        let Some(usual) = node.element.attribute("default") else {
            continue;
        };
        let Some(at) = by_id.get(usual.trim()) else {
            continue;
        };
        let source = flows[*at].element.attribute("sourceRef").map(str::trim);
        if source == Some(node.id.as_str()) {
            found.insert(*at);
            node.element.take("default");
        }
    }
    found
}

/// What a process says besides its nodes, flows and parts.
fn frame_of(element: Element, id: Key, called: &str, report: &mut Vec<Remark>) -> Definition {
    let mut reading = Reading::new(element, &id);
    let title = reading.element.take("name").filter(|name| !name.is_empty());
    let title = title.unwrap_or_else(|| called.to_owned());
    let version = reading.element.take_in(NAMESPACE, "version");
    let version = version.and_then(|text| text.parse().ok()).unwrap_or(1);
    let note = reading
        .element
        .child("documentation")
        .map(Element::text)
        .unwrap_or_default();
    let said = reading.element.child("documentation");
    if said.is_some_and(|said| Element::bpmn("documentation").holding(&note).says(said)) {
        let mut first = true;
        reading
            .element
            .take_elements(|one| one.is("documentation") && std::mem::take(&mut first));
    } else if !note.is_empty() {
        reading.note_bpmn("documentation", How::Mapped, "note", &note);
    }
    if reading.element.child("laneSet").is_some() {
        reading.note_bpmn("laneSet", How::Mapped, "lanes", "");
    }
    let foreign = reading.finish(report);
    Definition {
        format: Format::One,
        id,
        version,
        title,
        note,
        items: Vec::new(),
        forms: Vec::new(),
        parts: Vec::new(),
        nodes: Vec::new(),
        flows: Vec::new(),
        separations: Vec::new(),
        limit: None,
        drawing: Drawing::default(),
        foreign,
    }
}
