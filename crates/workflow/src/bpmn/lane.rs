//! Lanes: who takes part. Sets of lanes that say more than names and nodes are kept beside.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    extension::{self, More},
    identity::{self, Ids},
    namespace::BPMN,
    order,
    tree::Element,
    writing::Written,
};
use crate::{
    Key,
    definition::{Definition, Node, Part},
};

/// A part with the id of its lane and what was written for it.
pub(super) struct Lane {
    pub id: String,
    pub part: Part,
    pub more: Option<More>,
}

/// Takes what is understood out of the sets of lanes of a process, and out of it those of which nothing is
/// left.
pub(super) fn read(process: &mut Element, nodes: &Ids, found: &mut [Node]) -> Vec<Lane> {
    let at: BTreeMap<Key, usize> = found
        .iter()
        .enumerate()
        .rev()
        .map(|(at, node)| (node.id.clone(), at))
        .collect();
    let mut reading = Reading {
        nodes,
        at,
        part_of: BTreeMap::new(),
        ids: Ids::default(),
        lanes: Vec::new(),
    };
    for set in process.elements_mut().filter(|one| one.is("laneSet")) {
        reading.set(set);
    }
    for (node, lane) in &reading.part_of {
        found[*node].part = Some(reading.lanes[*lane].part.id.clone());
    }
    let mut next = 0;
    for set in process.elements_mut().filter(|one| one.is("laneSet")) {
        reading.strip(set, &mut next);
    }
    let sets = process.elements().filter(|one| one.is("laneSet")).count();
    if sets == 1 {
        process.take_elements(|one| one.is("laneSet") && says_nothing(one));
    }
    reading.lanes
}

/// Whether only lanes with ids are left of a set.
fn says_nothing(set: &Element) -> bool {
    set.attributes.is_empty()
        && set.elements().all(|lane| {
            lane.is("lane")
                && lane.children.is_empty()
                && lane.attributes.iter().all(|one| one.name == "id")
        })
}

struct Reading<'a> {
    nodes: &'a Ids,
    at: BTreeMap<Key, usize>,
    /// The lane of a node; the last one that names it, which is the innermost.
    part_of: BTreeMap<usize, usize>,
    ids: Ids,
    lanes: Vec<Lane>,
}

impl Reading<'_> {
    fn set(&mut self, set: &mut Element) {
        for lane in set.elements_mut().filter(|one| one.is("lane")) {
            let more = extension::take(lane);
            let (id, key, _) = self.ids.take(lane);
            if !id.is_empty() {
                lane.attributes
                    .insert(0, Element::bpmn("").with("id", &id).attributes.remove(0));
            }
            let title = lane.take("name").unwrap_or_default();
            let number = self.lanes.len();
            self.lanes.push(Lane {
                id,
                part: Part {
                    id: key,
                    title,
                    duties: Vec::new(),
                },
                more,
            });
            for reference in lane.elements().filter(|one| one.is("flowNodeRef")) {
                let node = self.nodes.find(&reference.text());
                if let Some(at) = node.and_then(|node| self.at.get(&node)) {
                    self.part_of.insert(*at, number);
                }
            }
            for inner in lane.elements_mut().filter(|one| one.is("childLaneSet")) {
                self.set(inner);
            }
        }
    }

    /// Takes out the references that nodes now hold themselves.
    fn strip(&self, set: &mut Element, next: &mut usize) {
        for lane in set.elements_mut().filter(|one| one.is("lane")) {
            let number = *next;
            *next += 1;
            lane.take_elements(|one| {
                let node = one
                    .is("flowNodeRef")
                    .then(|| self.nodes.find(&one.text()))
                    .flatten();
                let at = node.and_then(|node| self.at.get(&node));
                at.is_some_and(|at| self.part_of.get(at) == Some(&number))
            });
            for inner in lane.elements_mut().filter(|one| one.is("childLaneSet")) {
                self.strip(inner, next);
            }
        }
    }
}

/// Puts the parts of a definition into the sets of lanes that are kept, or into a new one.
pub(super) fn write(definition: &Definition, written: &Written, elements: &mut Vec<Element>) {
    let mut members: BTreeMap<&Key, Vec<&str>> = BTreeMap::new();
    for (node, id) in definition.nodes.iter().zip(&written.nodes) {
        if let Some(part) = &node.part {
            members.entry(part).or_default().push(id);
        }
    }
    let mut open: BTreeMap<&str, &Part> = BTreeMap::new();
    for (part, id) in definition.parts.iter().zip(&written.parts) {
        open.insert(id, part);
    }
    for set in elements.iter_mut().filter(|one| one.is("laneSet")) {
        fill(set, &mut open, &mut members);
    }
    let mut new: Vec<Element> = Vec::new();
    for id in &written.parts {
        if let Some(part) = open.remove(id.as_str()) {
            let mut lane = Element::bpmn("lane").with("id", id);
            complete(&mut lane, part, &mut members);
            new.push(lane);
        }
    }
    if new.is_empty() {
        return;
    }
    if !elements.iter().any(|one| one.is("laneSet")) {
        elements.push(Element::bpmn("laneSet"));
    }
    if let Some(set) = elements.iter_mut().find(|one| one.is("laneSet")) {
        new.into_iter().for_each(|lane| set.push(lane));
    }
}

/// Completes the lanes of a set; those of parts that are gone are taken out.
fn fill<'a>(
    set: &mut Element,
    open: &mut BTreeMap<&'a str, &'a Part>,
    members: &mut BTreeMap<&'a Key, Vec<&'a str>>,
) {
    let mut gone = BTreeSet::new();
    for (at, lane) in set
        .elements_mut()
        .enumerate()
        .filter(|(_, one)| one.is("lane"))
    {
        match lane.attribute("id").and_then(|id| open.remove(id.trim())) {
            Some(part) => complete(lane, part, members),
            None => {
                gone.insert(at);
            }
        }
        for inner in lane.elements_mut().filter(|one| one.is("childLaneSet")) {
            fill(inner, open, members);
        }
    }
    let mut at = 0;
    set.take_elements(|_| {
        at += 1;
        gone.contains(&(at - 1))
    });
}

fn complete<'a>(lane: &mut Element, part: &'a Part, members: &mut BTreeMap<&'a Key, Vec<&'a str>>) {
    let id = lane.attribute("id").unwrap_or("").trim().to_owned();
    identity::write(lane, &id, &part.id);
    if !part.title.is_empty() {
        lane.set("name", &part.title);
    }
    for node in members.remove(&part.id).unwrap_or_default() {
        let prefix = lane.prefix.clone();
        lane.push(Element::new(&prefix, BPMN, "flowNodeRef").holding(node));
    }
    order::sort(lane);
}
