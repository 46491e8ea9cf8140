//! What is drawn: boxes and bends of nodes and flows are taken over in whole pixels and put back; the diagrams
//! themselves, with labels, colours and what else is drawn, stay in the frame.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    How, NAMESPACE, Remark, layout,
    namespace::{BPMNDI, DC, DI},
    process::Process,
    tree::{Content, Element, Scope},
    writing::Written,
};
use crate::{
    Key,
    definition::{Definition, Kind, Point, Shape},
};

/// The attribute that says where we laid something out that is drawn nowhere.
const LAID: &str = "laid";

/// Takes over the drawings of processes.
pub(super) fn read(root: &Element, processes: &mut [Process], report: &mut Vec<Remark>) {
    let owners = owners(processes);
    let mut rounded = false;
    root.visit(&mut |element| {
        let Some((at, key)) = reference(element).and_then(|id| owners.get(id)) else {
            return;
        };
        let drawing = &mut processes[*at].definition.drawing;
        let (numbers, whole) = numbers(element);
        let laid = element.attribute_in(NAMESPACE, LAID);
        if laid.is_some_and(|laid| laid == text(&numbers)) {
            return;
        }
        if element.name == "BPMNShape" {
            if let [x, y, width, height] = numbers[..]
                && !drawing.shapes.contains_key(key)
            {
                drawing.shapes.insert(
                    key.clone(),
                    Shape {
                        x,
                        y,
                        width,
                        height,
                    },
                );
                rounded |= !whole;
            }
        } else if !numbers.is_empty() && !drawing.lines.contains_key(key) {
            let points = numbers.chunks_exact(2).map(|pair| Point {
                x: pair[0],
                y: pair[1],
            });
            drawing.lines.insert(key.clone(), points.collect());
            rounded |= !whole;
        }
    });
    if rounded {
        report.push(Remark {
            place: String::new(),
            name: "waypoint".to_owned(),
            how: How::Mapped,
            code: "drawing_rounded",
            detail: String::new(),
        });
    }
}

/// The process and the name of each id; of several the first.
fn owners(processes: &[Process]) -> BTreeMap<String, (usize, Key)> {
    let mut owners = BTreeMap::new();
    for (at, process) in processes.iter().enumerate() {
        let nodes = process
            .nodes
            .iter()
            .zip(process.definition.nodes.iter().map(|one| &one.id));
        let flows = process
            .flows
            .iter()
            .zip(process.definition.flows.iter().map(|one| &one.id));
        for (id, key) in nodes.chain(flows).filter(|(id, _)| !id.is_empty()) {
            owners
                .entry(id.clone())
                .or_insert_with(|| (at, key.clone()));
        }
    }
    owners
}

/// The id of what a shape or edge draws, without a prefix.
fn reference(element: &Element) -> Option<&str> {
    let draws = element.is_in(BPMNDI) && matches!(&*element.name, "BPMNShape" | "BPMNEdge");
    let reference = element.attribute("bpmnElement").filter(|_| draws)?.trim();
    reference.rsplit(':').next()
}

/// The box of a shape, or the bends of an edge; and whether they were whole. Nothing where one is no number.
fn numbers(element: &Element) -> (Vec<i32>, bool) {
    let mut whole = true;
    let mut number = |element: &Element, name: &str| {
        let number: f64 = element.attribute(name)?.trim().parse().ok()?;
        let fits = number.is_finite() && number.abs() < 1e9;
        whole &= number.fract() == 0.0;
        #[expect(clippy::cast_possible_truncation, reason = "it is less than 1e9")]
        let pixels = number.round() as i32;
        fits.then_some(pixels)
    };
    let numbers: Option<Vec<i32>> = if element.name == "BPMNShape" {
        let bounds = element
            .elements()
            .find(|one| one.is_in(DC) && one.name == "Bounds");
        bounds.and_then(|bounds| {
            ["x", "y", "width", "height"]
                .into_iter()
                .map(|name| number(bounds, name))
                .collect()
        })
    } else {
        let points = element
            .elements()
            .filter(|one| one.is_in(DI) && one.name == "waypoint");
        points
            .flat_map(|point| [number(point, "x"), number(point, "y")])
            .collect()
    };
    (numbers.unwrap_or_default(), whole)
}

fn text(numbers: &[i32]) -> String {
    numbers
        .iter()
        .map(i32::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What is to be drawn of one node or flow.
struct Drawn {
    process: usize,
    is_shape: bool,
    numbers: Vec<i32>,
    laid: bool,
    expanded: bool,
}

/// Puts the drawings of definitions into the diagrams of a file, and takes out of them what is there no more.
pub(super) fn write(root: &mut Element, definitions: &[Definition], written: &[Written]) {
    let mut drawn = BTreeMap::new();
    let mut order = Vec::new();
    for (at, (definition, written)) in definitions.iter().zip(written).enumerate() {
        wanted(definition, written, at, &mut drawn, &mut order);
    }
    let mut there = BTreeSet::new();
    let mut ids = BTreeSet::new();
    root.visit(&mut |element| {
        if let Some(id) = element.attribute("id") {
            ids.insert(id.trim().to_owned());
            if !element.is_in(BPMNDI) {
                there.insert(id.trim().to_owned());
            }
        }
    });
    update(root, &mut drawn, &there);
    let scope = root.scope.clone();
    let mut planes = BTreeMap::new();
    for id in order {
        let Some(one) = drawn.remove(&id) else {
            continue;
        };
        let process = &written[one.process].process;
        let mut di = format!("{id}_di");
        while !ids.insert(di.clone()) {
            di.push('_');
        }
        let name = if one.is_shape {
            "BPMNShape"
        } else {
            "BPMNEdge"
        };
        let mut element = new(&scope, BPMNDI, name)
            .with("id", &di)
            .with("bpmnElement", &id);
        if one.expanded {
            element.set("isExpanded", "true");
        }
        draw(&mut element, &one, &scope);
        let found = planes
            .entry(process)
            .or_insert_with(|| plane(root, process, &scope, &mut ids));
        at(root, *found).push(element);
    }
}

fn new(scope: &Scope, namespace: &str, name: &str) -> Element {
    let prefix = scope
        .prefix(namespace)
        .or_else(|| super::namespace::usual(namespace));
    Element::new(prefix.unwrap_or("di"), namespace, name)
}

fn wanted(
    definition: &Definition,
    written: &Written,
    process: usize,
    drawn: &mut BTreeMap<String, Drawn>,
    order: &mut Vec<String>,
) {
    let laid = layout::missing(definition);
    let boxed = |shape: &Shape| vec![shape.x, shape.y, shape.width, shape.height];
    for (at, node) in definition.nodes.iter().enumerate() {
        let own = definition.drawing.shapes.get(&node.id);
        let first = written.by_node.get(&node.id) == Some(&at);
        let Some(shape) = own.or_else(|| laid.shapes.get(&node.id)).filter(|_| first) else {
            continue;
        };
        let expanded = matches!(node.kind, Kind::Group { .. });
        let id = written.nodes[at].clone();
        let (numbers, laid) = (boxed(shape), own.is_none());
        order.push(id.clone());
        drawn.insert(
            id,
            Drawn {
                process,
                is_shape: true,
                numbers,
                laid,
                expanded,
            },
        );
    }
    let mut seen = BTreeSet::new();
    for (flow, id) in definition.flows.iter().zip(&written.flows) {
        let own = definition
            .drawing
            .lines
            .get(&flow.id)
            .filter(|line| !line.is_empty());
        let first = seen.insert(&flow.id);
        let Some(line) = own.or_else(|| laid.lines.get(&flow.id)).filter(|_| first) else {
            continue;
        };
        let numbers = line.iter().flat_map(|point| [point.x, point.y]).collect();
        let laid = own.is_none();
        order.push(id.clone());
        drawn.insert(
            id.clone(),
            Drawn {
                process,
                is_shape: false,
                numbers,
                laid,
                expanded: false,
            },
        );
    }
}

/// Brings what is drawn already up to date.
fn update(element: &mut Element, drawn: &mut BTreeMap<String, Drawn>, there: &BTreeSet<String>) {
    let scope = element.scope.clone();
    let mut kept = Vec::new();
    for child in std::mem::take(&mut element.children) {
        let Content::Element(mut child) = child else {
            kept.push(child);
            continue;
        };
        if let Some(id) = reference(&child).map(str::to_owned) {
            let is_shape = child.name == "BPMNShape";
            match drawn.get(&id) {
                Some(one) if one.is_shape == is_shape => {
                    draw(&mut child, one, &scope);
                    drawn.remove(&id);
                }
                Some(_) => {}
                None if !there.contains(&id) => continue,
                None => {}
            }
        } else if child.is_in(BPMNDI) {
            update(&mut child, drawn, there);
        }
        kept.push(Content::Element(child));
    }
    element.children = kept;
}

/// Gives a shape or an edge its numbers, if they are not its own.
fn draw(element: &mut Element, one: &Drawn, scope: &Scope) {
    let is_own = numbers(element).0 == one.numbers;
    element.take_in(NAMESPACE, LAID);
    if one.laid {
        let before = std::mem::replace(element, Element::bpmn(""));
        *element = before.with_in("andu", NAMESPACE, LAID, &text(&one.numbers));
    }
    if is_own {
        return;
    }
    element.take_elements(|old| {
        old.is_in(DC) && old.name == "Bounds"
            || old.is_in(DI) && old.name == "waypoint"
            || old.is_in(BPMNDI) && old.name == "BPMNLabel"
    });
    let mut new_ones: Vec<Element> = Vec::new();
    if one.is_shape {
        let mut bounds = new(scope, DC, "Bounds");
        for (name, number) in ["x", "y", "width", "height"].into_iter().zip(&one.numbers) {
            bounds.set(name, &number.to_string());
        }
        new_ones.push(bounds);
    } else {
        for pair in one.numbers.chunks_exact(2) {
            let point = new(scope, DI, "waypoint");
            let point = point
                .with("x", &pair[0].to_string())
                .with("y", &pair[1].to_string());
            new_ones.push(point);
        }
    }
    let new_ones = new_ones.into_iter().map(Content::Element);
    element.children.splice(0..0, new_ones);
}

/// The plane in this diagram of a file.
fn at(root: &mut Element, (diagram, plane): (usize, usize)) -> &mut Element {
    let Content::Element(diagram) = &mut root.children[diagram] else {
        unreachable!("BUG: it was found as an element")
    };
    let Content::Element(plane) = &mut diagram.children[plane] else {
        unreachable!("BUG: it was found as an element")
    };
    plane
}

/// Where the plane is on which a process is drawn; a new one, in the last diagram, where there is none.
fn plane(
    root: &mut Element,
    process: &str,
    scope: &Scope,
    ids: &mut BTreeSet<String>,
) -> (usize, usize) {
    let local = |text: &str| text.trim().rsplit(':').next().unwrap_or("").to_owned();
    let collaboration = root
        .elements()
        .filter(|one| one.is("collaboration"))
        .find(|one| {
            let mut all = one
                .elements()
                .filter_map(|inner| inner.attribute("processRef"));
            all.any(|reference| local(reference) == process)
        });
    let collaboration = collaboration
        .and_then(|one| one.attribute("id"))
        .map(str::to_owned);
    let draws = |plane: &Element| {
        let drawn = plane.attribute("bpmnElement").map(local);
        drawn.as_deref() == Some(process) || drawn.is_some() && drawn == collaboration
    };
    let is_plane = |one: &Element| one.is_in(BPMNDI) && one.name == "BPMNPlane";
    let mut found = None;
    for (at, child) in root.children.iter().enumerate() {
        let Content::Element(diagram) = child else {
            continue;
        };
        let inner = diagram.children.iter().position(
            |inner| matches!(inner, Content::Element(plane) if is_plane(plane) && draws(plane)),
        );
        if diagram.is_in(BPMNDI) && found.is_none() {
            found = inner.map(|inner| (at, inner));
        }
    }
    found.unwrap_or_else(|| {
        let mut id = |stem: &str| {
            let mut id = format!("{stem}_{process}");
            while !ids.insert(id.clone()) {
                id.push('_');
            }
            id
        };
        let plane = new(scope, BPMNDI, "BPMNPlane")
            .with("id", &id("plane"))
            .with("bpmnElement", process);
        let diagram = new(scope, BPMNDI, "BPMNDiagram").with("id", &id("diagram"));
        root.push(diagram.around(plane));
        (root.children.len() - 1, 0)
    })
}
