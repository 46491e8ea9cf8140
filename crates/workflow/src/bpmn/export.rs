//! Definitions to a file: written as BPMN, read again, and what was not understood of it put into extensions.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{
    BpmnError, Frame, NAMESPACE, diagram, event, extension,
    identity::{self, Names},
    import::{self, PLACEHOLDER},
    lane,
    namespace::{BPMN, BPMNDI, DC, DI, XSI},
    patch,
    process::{self, Process},
    roots::Roots,
    tree::{Content, Element},
    write,
    writing::{self, Writing, Written},
};
use crate::{
    Key,
    definition::{Definition, ForeignPlace},
};

/// Definitions as BPMN 2.0 XML with diagrams: drawn where they are, and where nothing is drawn, laid out. With
/// the frame that came with a file, what stood around its processes is given back.
///
/// [`super::import`] gives equal definitions again, in the same order.
///
/// # Errors
/// `BpmnError` if the file would be larger or deeper than is read.
pub fn export(definitions: &[Definition], frame: Option<&Frame>) -> Result<String, BpmnError> {
    let (mut root, written) = build(definitions, frame)?;
    let plain = read(&write::document(&root))?;
    let mut more = BTreeMap::new();
    for ((definition, written), plain) in definitions.iter().zip(&written).zip(&plain) {
        missing(definition, written, plain, &mut more);
    }
    if more.is_empty() {
        return Ok(write::document(&root));
    }
    let bare = root.clone();
    put(&mut root, &mut more.clone());
    let text = write::document(&root);
    let again = read(&text)?;
    let unequal = definitions.iter().zip(&again).zip(&written);
    let unequal: Vec<_> = unequal
        .filter(|((one, again), _)| **one != again.definition)
        .collect();
    if unequal.is_empty() {
        return Ok(text);
    }
    for ((definition, _), written) in unequal {
        more.insert(written.process.clone(), json!({ "whole": definition }));
    }
    let mut root = bare;
    put(&mut root, &mut more);
    Ok(write::document(&root))
}

fn read(text: &str) -> Result<Vec<Process>, BpmnError> {
    Ok(import::file(text.as_bytes())?.processes)
}

/// The file that holds nothing.
fn empty() -> Element {
    let mut root = Element::bpmn("definitions")
        .with("id", "definitions")
        .with("targetNamespace", NAMESPACE)
        .with("exporter", "Andu");
    root.scope = root.scope.with("bpmn", BPMN);
    root
}

/// The file as BPMN alone says it.
fn build(
    definitions: &[Definition],
    frame: Option<&Frame>,
) -> Result<(Element, Vec<Written>), BpmnError> {
    let mut root = match frame {
        Some(frame) => frame.tree()?,
        None => empty(),
    };
    declare(&mut root);
    let mut names = reserved(&root, definitions);
    let written: Vec<_> = definitions
        .iter()
        .map(|one| Written::of(one, &mut names))
        .collect();
    let mut roots = Roots::of(&root);
    for node in definitions.iter().flat_map(|one| &one.nodes) {
        if let Some((kind, label)) = writing::trigger(&node.kind).and_then(event::root) {
            roots.ensure(kind, label, &mut names);
        }
    }
    let mut processes = BTreeMap::new();
    for (definition, written) in definitions.iter().zip(&written) {
        processes
            .entry(definition.id.clone())
            .or_insert_with(|| written.process.clone());
    }
    let (scope, prefix) = (root.scope.clone(), root.prefix.clone());
    let mut elements = Vec::new();
    for (definition, written) in definitions.iter().zip(&written) {
        let (roots, processes) = (&roots, &processes);
        let (scope, prefix) = (&scope, prefix.as_str());
        let writing = Writing {
            definition,
            written,
            processes,
            roots,
            scope,
            prefix,
        };
        elements.push(writing.process());
    }
    place(&mut root, elements, std::mem::take(&mut roots.added));
    diagram::write(&mut root, definitions, &written);
    Ok((root, written))
}

/// Declares what a file of ours uses.
fn declare(root: &mut Element) {
    for (prefix, namespace) in [
        ("xsi", XSI),
        ("bpmndi", BPMNDI),
        ("dc", DC),
        ("di", DI),
        ("andu", NAMESPACE),
    ] {
        let known = &root.scope;
        if known.prefix(namespace).is_none() && known.namespace(prefix).is_none() {
            root.scope = root.scope.with(prefix, namespace);
        }
    }
}

/// The ids that stand in the frame and in what is kept.
fn reserved(root: &Element, definitions: &[Definition]) -> Names {
    let mut names = Names::default();
    reserve(root, &mut names);
    for definition in definitions {
        let own = &definition.foreign;
        let nodes = definition.nodes.iter().flat_map(|node| &node.foreign);
        let flows = definition.flows.iter().flat_map(|flow| &flow.foreign);
        for foreign in own.iter().chain(nodes).chain(flows) {
            let parts = foreign.name == "laneSet";
            if foreign.place != ForeignPlace::Attribute && !parts {
                let kept = writing::kept(std::slice::from_ref(foreign), foreign.place);
                kept.iter().for_each(|one| reserve(one, &mut names));
            }
        }
    }
    names
}

fn reserve(element: &Element, names: &mut Names) {
    if element.is_in(BPMNDI) {
        return;
    }
    if let Some(id) = element.attribute("id") {
        names.reserve(id.trim());
    }
    for child in element.elements() {
        reserve(child, names);
    }
}

/// Puts processes where placeholders are, the others after them, and what events name before them.
fn place(root: &mut Element, processes: Vec<Element>, added: Vec<Element>) {
    let mut processes = processes.into_iter();
    let mut last = None;
    let prefix = root.prefix.clone();
    for child in std::mem::take(&mut root.children) {
        match child {
            Content::Element(one) if one.is_in(NAMESPACE) && one.name == PLACEHOLDER => {
                if let Some(process) = processes.next() {
                    root.push(process);
                    last = Some(root.children.len());
                }
            }
            other => root.children.push(other),
        }
    }
    let is_late = |child: &Content| match child {
        Content::Element(one) => one.is_in(BPMNDI) || one.is("relationship"),
        Content::Text(_) => false,
    };
    let end = root
        .children
        .iter()
        .position(is_late)
        .unwrap_or(root.children.len());
    let at = last.unwrap_or(end);
    let added = added.into_iter().map(|mut one| {
        one.rename(&prefix);
        one
    });
    let late: Vec<_> = added.chain(processes).map(Content::Element).collect();
    root.children.splice(at..at, late);
}

impl Writing<'_> {
    fn process(&self) -> Element {
        let definition = self.definition;
        let mut element = Element::bpmn("process");
        identity::write(&mut element, &self.written.process, &definition.id);
        if !definition.title.is_empty() {
            element.set("name", &definition.title);
        }
        let version = definition.version.to_string();
        let mut element = element.with_in("andu", NAMESPACE, "version", &version);
        let mut elements = writing::kept(&definition.foreign, ForeignPlace::Element);
        let is = |one: &Element| one.is("documentation");
        let same = |one: &Element| one.text() == definition.note;
        if !definition.note.is_empty() && !elements.iter().any(|one| is(one) && same(one)) {
            elements.insert(0, Element::bpmn("documentation").holding(&definition.note));
        }
        lane::write(definition, self.written, &mut elements);
        self.contents(&mut elements);
        self.finish(&mut element, &definition.foreign, elements);
        element
    }

    /// Nodes, those of groups in their groups, and flows beside the nodes that they leave.
    fn contents(&self, into: &mut Vec<Element>) {
        let count = self.definition.nodes.len();
        let mut incoming = vec![Vec::new(); count];
        let mut outgoing = vec![Vec::new(); count];
        let mut flows = vec![Vec::new(); count + 1];
        for (at, flow) in self.definition.flows.iter().enumerate() {
            if self.is_link(flow) {
                continue;
            }
            let from = self.written.by_node.get(&flow.from);
            if let Some(from) = from {
                outgoing[*from].push(at);
            }
            if let Some(to) = self.written.by_node.get(&flow.to) {
                incoming[*to].push(at);
            }
            let around = from
                .and_then(|from| self.written.around[*from])
                .unwrap_or(count);
            flows[around].push(at);
        }
        let mut inside = vec![Vec::new(); count + 1];
        for (at, around) in self.written.around.iter().enumerate() {
            inside[around.unwrap_or(count)].push(at);
        }
        let node = |at: usize| self.node(at, &incoming[at], &outgoing[at]);
        let lists = Lists {
            inside: &inside,
            flows: &flows,
        };
        self.level(count, &lists, &node, into);
    }

    fn level(
        &self,
        group: usize,
        lists: &Lists<'_>,
        node: &dyn Fn(usize) -> Element,
        into: &mut Vec<Element>,
    ) {
        for at in &lists.inside[group] {
            let mut element = node(*at);
            let mut inner = Vec::new();
            self.level(*at, lists, node, &mut inner);
            for one in inner {
                element.push(one);
            }
            super::order::sort(&mut element);
            into.push(element);
        }
        for at in &lists.flows[group] {
            into.push(self.flow(*at));
        }
    }
}

/// What lies in each group; the last place is for what lies in none.
struct Lists<'a> {
    inside: &'a [Vec<usize>],
    flows: &'a [Vec<usize>],
}

/// What the file does not say of a definition, by the ids of elements.
fn missing(
    definition: &Definition,
    written: &Written,
    plain: &Process,
    more: &mut BTreeMap<String, Value>,
) {
    let of = &plain.definition;
    let same_counts = of.nodes.len() == definition.nodes.len()
        && of.flows.len() == definition.flows.len()
        && of.parts.len() == definition.parts.len();
    if !same_counts {
        more.insert(written.process.clone(), json!({ "whole": definition }));
        return;
    }
    let nodes = (definition.nodes.as_slice(), of.nodes.as_slice());
    differences(nodes, &written.nodes, &plain.nodes, more);
    let flows = (definition.flows.as_slice(), of.flows.as_slice());
    differences(flows, &written.flows, &plain.flows, more);
    let parts = (definition.parts.as_slice(), of.parts.as_slice());
    differences(parts, &written.parts, &plain.parts, more);
    let mut own = Map::new();
    let bare = |one| value(&process::bare(one));
    if let Some(patch) = patch::difference(&bare(of), &bare(definition)) {
        own.insert("definition".to_owned(), patch);
    }
    let mut order = |name: &str, wanted: Vec<&Key>, found: Vec<&Key>| {
        if wanted != found {
            own.insert(name.to_owned(), value(&wanted));
        }
    };
    order(
        "nodes",
        definition.nodes.iter().map(|one| &one.id).collect(),
        of.nodes.iter().map(|one| &one.id).collect(),
    );
    order(
        "flows",
        definition.flows.iter().map(|one| &one.id).collect(),
        of.flows.iter().map(|one| &one.id).collect(),
    );
    order(
        "parts",
        definition.parts.iter().map(|one| &one.id).collect(),
        of.parts.iter().map(|one| &one.id).collect(),
    );
    if !own.is_empty() {
        more.insert(written.process.clone(), Value::Object(own));
    }
}

fn differences<T: serde::Serialize>(
    (wanted, found): (&[T], &[T]),
    ids: &[String],
    found_ids: &[String],
    more: &mut BTreeMap<String, Value>,
) {
    let at: BTreeMap<&String, usize> = found_ids
        .iter()
        .enumerate()
        .map(|(at, id)| (id, at))
        .collect();
    for (one, id) in wanted.iter().zip(ids) {
        let Some(found) = at.get(id).map(|at| &found[*at]) else {
            continue;
        };
        if let Some(patch) = patch::difference(&value(found), &value(one)) {
            more.insert(id.clone(), patch);
        }
    }
}

fn value<T: serde::Serialize>(of: &T) -> Value {
    serde_json::to_value(of).expect("BUG: a definition has no key that is not a text")
}

/// Puts what is missing into the elements of these ids.
fn put(element: &mut Element, more: &mut BTreeMap<String, Value>) {
    if element.is_in(BPMNDI) {
        return;
    }
    let found = element.attribute("id").and_then(|id| more.remove(id));
    if let Some(value) = found.filter(|_| element.is_in(BPMN)) {
        extension::put(element, &value);
    }
    for child in element.elements_mut() {
        put(child, more);
    }
}
