//! Nodes and flows of a definition as elements of BPMN. What BPMN cannot say of them is added afterwards.

use std::collections::BTreeMap;

use super::{
    NAMESPACE, each,
    event::{self, Event},
    flow,
    identity::{self, Names},
    namespace::{XML, is_name, usual},
    node, order, read, reading,
    roots::Roots,
    tree::{Element, Scope},
};
use crate::{
    Key,
    definition::{Definition, Each, Ending, Flow, Foreign, ForeignPlace, Kind, Node, Trigger},
};

/// The ids of a definition's elements in a file, each list in the order of the definition's.
pub(super) struct Written {
    pub process: String,
    pub nodes: Vec<String>,
    pub flows: Vec<String>,
    pub parts: Vec<String>,
    pub by_node: BTreeMap<Key, usize>,
    /// For each node the one that it is written into.
    pub around: Vec<Option<usize>>,
}

/// What is needed to write.
pub(super) struct Writing<'a> {
    pub definition: &'a Definition,
    pub written: &'a Written,
    pub processes: &'a BTreeMap<Key, String>,
    pub roots: &'a Roots,
    pub scope: &'a Scope,
    pub prefix: &'a str,
}

/// How deep groups are written into each other; what lies deeper is written beside them.
const DEEPEST_GROUP: usize = 40;

impl Written {
    /// Gives ids to everything in a definition.
    pub(super) fn of(definition: &Definition, names: &mut Names) -> Self {
        let process = names.unique(&definition.id);
        let mut id = |key: &Key| names.unique(key);
        let nodes: Vec<_> = definition.nodes.iter().map(|node| id(&node.id)).collect();
        let flows = definition.flows.iter().map(|flow| id(&flow.id)).collect();
        let parts = definition.parts.iter().map(|part| id(&part.id)).collect();
        let each = definition.nodes.iter().enumerate().rev();
        let by_node: BTreeMap<_, _> = each.map(|(at, node)| (node.id.clone(), at)).collect();
        let around = (0..nodes.len())
            .map(|at| around(definition, &by_node, at))
            .collect();
        Self {
            process,
            nodes,
            flows,
            parts,
            by_node,
            around,
        }
    }

    /// The id of a node, or of what should be one.
    pub(super) fn node(&self, key: &Key) -> String {
        self.by_node
            .get(key)
            .map_or_else(|| identity::dangling(key), |at| self.nodes[*at].clone())
    }
}

/// The group that a node can be written into.
fn around(definition: &Definition, by_node: &BTreeMap<Key, usize>, at: usize) -> Option<usize> {
    let group = |at: usize| {
        let found = *by_node.get(definition.nodes[at].inside.as_ref()?)?;
        matches!(definition.nodes[found].kind, Kind::Group { .. }).then_some(found)
    };
    let mut above = group(at);
    for _ in 0..DEEPEST_GROUP {
        match above {
            Some(one) => above = group(one),
            None => return group(at),
        }
    }
    None
}

/// The element that a node is written as.
pub(super) fn element_name(node: &Node) -> &str {
    let marked = reading::marked(&node.foreign, "element").unwrap_or("");
    let among = |usual: &'static str, others: &[&'static str]| {
        others
            .iter()
            .copied()
            .find(|one| *one == marked)
            .unwrap_or(usual)
    };
    match &node.kind {
        Kind::Start { .. } => "startEvent",
        Kind::End { .. } => "endEvent",
        Kind::Step(_) => among("userTask", &["manualTask", "task"]),
        Kind::Auto { .. } => among(
            "serviceTask",
            &["scriptTask", "businessRuleTask", "sendTask"],
        ),
        Kind::Choose => among(
            "exclusiveGateway",
            &["intermediateThrowEvent", "intermediateCatchEvent"],
        ),
        Kind::Parallel => "parallelGateway",
        Kind::Inclusive => "inclusiveGateway",
        Kind::Gather { .. } => "complexGateway",
        Kind::Await => "eventBasedGateway",
        Kind::Wait {
            on: Trigger::Message(_),
        } => among("intermediateCatchEvent", &["receiveTask"]),
        Kind::Wait { .. } => "intermediateCatchEvent",
        Kind::Throw { .. } => "intermediateThrowEvent",
        Kind::Group { .. } => "subProcess",
        Kind::Call { .. } => "callActivity",
        Kind::Boundary { .. } => "boundaryEvent",
        Kind::Foreign { element } if order::NODES.contains(&element.as_str()) => element,
        Kind::Foreign { .. } => "task",
    }
}

/// What a node waits for or says.
pub(super) fn trigger(kind: &Kind) -> Option<&Trigger> {
    match kind {
        Kind::Start { on } => on.as_ref(),
        Kind::End {
            ending: Ending::Throw(trigger),
        }
        | Kind::Throw { trigger } => Some(trigger),
        Kind::Wait { on } | Kind::Boundary { on, .. } => Some(on),
        Kind::End {
            ending: Ending::Done | Ending::Stop,
        }
        | Kind::Step(_)
        | Kind::Auto { .. }
        | Kind::Choose
        | Kind::Parallel
        | Kind::Inclusive
        | Kind::Gather { .. }
        | Kind::Await
        | Kind::Group { .. }
        | Kind::Call { .. }
        | Kind::Foreign { .. } => None,
    }
}

/// The elements that are kept for a place.
pub(super) fn kept(foreign: &[Foreign], place: ForeignPlace) -> Vec<Element> {
    let here = foreign
        .iter()
        .filter(|one| one.place == place && one.namespace != NAMESPACE);
    here.filter_map(|one| read::fragment(&one.text).ok())
        .collect()
}

/// Lets what is kept stand if it says the same as ours; puts ours in its stead if not.
pub(super) fn settle(
    kept: &mut Vec<Element>,
    is: impl Fn(&Element) -> bool,
    same: impl Fn(&Element) -> bool,
    ours: Option<Element>,
) {
    if !kept.iter().any(|one| is(one) && same(one)) {
        kept.retain(|one| !is(one));
        kept.extend(ours);
    }
}

impl Writing<'_> {
    /// A node without what lies in it.
    pub(super) fn node(&self, at: usize, incoming: &[usize], outgoing: &[usize]) -> Element {
        let node = &self.definition.nodes[at];
        let name = element_name(node);
        let mut element = Element::bpmn(name);
        identity::write(&mut element, &self.written.nodes[at], &node.id);
        if !node.title.is_empty() {
            element.set("name", &node.title);
        }
        self.own_attributes(node, name, &mut element);
        let has_usual =
            !matches!(name, "parallelGateway" | "eventBasedGateway") && !name.ends_with("Event");
        let usual = outgoing
            .iter()
            .find(|flow| self.definition.flows[**flow].otherwise);
        if let Some(flow) = usual.filter(|_| has_usual) {
            element.set("default", &self.written.flows[*flow]);
        }
        for (name, flows) in [("incoming", incoming), ("outgoing", outgoing)] {
            for flow in flows {
                element.push(Element::bpmn(name).holding(&self.written.flows[*flow]));
            }
        }
        let mut elements = kept(&node.foreign, ForeignPlace::Element);
        self.own_elements(node, name, &mut elements);
        self.finish(&mut element, &node.foreign, elements);
        element
    }

    fn own_attributes(&self, node: &Node, name: &str, element: &mut Element) {
        match &node.kind {
            Kind::Boundary { at, cancels, .. } => {
                element.set("attachedToRef", &self.written.node(at));
                if !cancels {
                    element.set("cancelActivity", "false");
                }
            }
            Kind::Call { process, .. } => {
                let id = self
                    .processes
                    .get(process)
                    .map_or(process.as_str(), |id| id);
                element.set("calledElement", id);
            }
            Kind::Wait {
                on: Trigger::Message(label),
            } if name == "receiveTask" => {
                let kept = node
                    .foreign
                    .iter()
                    .find(|one| one.place == ForeignPlace::Attribute && one.name == "messageRef");
                let same =
                    kept.is_some_and(|one| self.roots.label("message", Some(&one.text)) == *label);
                if !same && !label.is_empty() {
                    element.set("messageRef", &self.roots.id("message", label));
                }
            }
            _ => {}
        }
    }

    fn own_elements(&self, node: &Node, name: &str, kept: &mut Vec<Element>) {
        let event = match (&node.kind, trigger(&node.kind)) {
            (
                Kind::End {
                    ending: Ending::Stop,
                },
                _,
            ) => Some(Event::Stop),
            (_, Some(trigger)) if name != "receiveTask" => Some(Event::Trigger(trigger.clone())),
            _ => None,
        };
        if let Some(event) = event {
            let same = |one: &Element| event::read(one, self.roots).as_ref() == Some(&event);
            let ours = event::write(&event, self.roots);
            settle(kept, event::is_definition, same, Some(ours));
        }
        let looped = |each: &Option<Each>, kept: &mut Vec<Element>| {
            let same = |one: &Element| each::read(one).as_ref() == each.as_ref();
            settle(kept, each::is_loop, same, each.as_ref().map(each::write));
        };
        match &node.kind {
            Kind::Group { each } | Kind::Call { each, .. } => looped(each, kept),
            Kind::Gather { need, .. } => {
                let is = |one: &Element| one.is("activationCondition");
                let same = |one: &Element| super::count::ways(&one.text()) == Some(*need);
                settle(kept, is, same, Some(node::activation(*need)));
            }
            _ => {}
        }
    }

    /// A flow.
    pub(super) fn flow(&self, at: usize) -> Element {
        let flow = &self.definition.flows[at];
        let mut element = Element::bpmn("sequenceFlow");
        identity::write(&mut element, &self.written.flows[at], &flow.id);
        if !flow.title.is_empty() {
            element.set("name", &flow.title);
        }
        element.set("sourceRef", &self.written.node(&flow.from));
        element.set("targetRef", &self.written.node(&flow.to));
        let mut elements = kept(&flow.foreign, ForeignPlace::Element);
        let is = |one: &Element| one.is("conditionExpression");
        let same = |one: &Element| flow::guard(one) == flow.when;
        settle(
            &mut elements,
            is,
            same,
            flow.when.as_ref().map(flow::write_condition),
        );
        self.finish(&mut element, &flow.foreign, elements);
        element
    }

    /// Whether importing gives a flow again from the link events that it joins.
    pub(super) fn is_link(&self, flow: &Flow) -> bool {
        let Some(name) = reading::marked(&flow.foreign, "link") else {
            return false;
        };
        let ends = |key: &Key, wanted: &str| {
            let at = *self.written.by_node.get(key)?;
            let node = &self.definition.nodes[at];
            let links = kept(&node.foreign, ForeignPlace::Element);
            let linked = links
                .iter()
                .any(|one| one.is("linkEventDefinition") && one.attribute("name") == Some(name));
            (linked && element_name(node) == wanted).then_some(self.written.around[at])
        };
        let thrown = ends(&flow.from, "intermediateThrowEvent");
        let plain = flow.title.is_empty() && flow.when.is_none() && !flow.otherwise;
        plain
            && flow.foreign.len() == 1
            && thrown.is_some()
            && thrown == ends(&flow.to, "intermediateCatchEvent")
    }

    /// Puts in what is kept: attributes, extensions, elements.
    pub(super) fn finish(
        &self,
        element: &mut Element,
        foreign: &[Foreign],
        elements: Vec<Element>,
    ) {
        element.rename(self.prefix);
        let attributes = foreign
            .iter()
            .filter(|one| one.place == ForeignPlace::Attribute);
        for one in attributes.filter(|one| one.namespace != NAMESPACE && is_name(&one.name)) {
            if one.namespace.is_empty() {
                if element.attribute(&one.name).is_none() && one.name != "xmlns" {
                    element.set(&one.name, &one.text);
                }
            } else if let Some(prefix) = self.prefix_of(&one.namespace, element) {
                let before = std::mem::replace(element, Element::bpmn(""));
                *element = before.with_in(&prefix, &one.namespace, &one.name, &one.text);
            }
        }
        let extensions = kept(foreign, ForeignPlace::Extension);
        if !extensions.is_empty() {
            let mut around = Element::bpmn("extensionElements");
            around.rename(self.prefix);
            for one in extensions {
                around.push(one);
            }
            element.push(around);
        }
        for mut one in elements {
            one.rename(self.prefix);
            element.push(one);
        }
        order::sort(element);
    }

    /// A prefix for the namespace of an attribute; `None` where the element has that attribute already.
    fn prefix_of(&self, namespace: &str, element: &Element) -> Option<String> {
        if namespace == XML {
            return Some("xml".to_owned());
        }
        if namespace == "http://www.w3.org/2000/xmlns/" {
            return None;
        }
        let known = self.scope.prefix(namespace).map(str::to_owned);
        let before = element
            .attributes
            .iter()
            .find(|one| &*one.namespace == namespace);
        let before = before.map(|one| one.prefix.clone());
        known.or(before).or_else(|| {
            let made_up = (1_u32..).map(|number| format!("ns{number}"));
            let mut all = usual(namespace)
                .map(str::to_owned)
                .into_iter()
                .chain(made_up);
            all.find(|prefix| {
                self.scope.namespace(prefix).is_none()
                    && element.attributes.iter().all(|one| one.prefix != *prefix)
            })
        })
    }
}
