//! A file to definitions, with what stands around them and a report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    BpmnError, How, NAMESPACE, Remark, diagram,
    identity::Ids,
    namespace::{BPMN, BPMNDI},
    process::{self, Process},
    read,
    reading::named,
    report::short,
    roots::Roots,
    tree::{Content, Element},
    write,
};
use crate::definition::Definition;

/// What was in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// One for each process in which anything happens; where there is none, one for each empty process.
    /// Whether they make sense is for the checks to say.
    pub definitions: Vec<Definition>,
    /// What became of each foreign thing.
    pub report: Vec<Remark>,
    /// What stands around the processes.
    pub frame: Frame,
}

/// What stands around the processes of a file, kept so that an export gives it back: participants, messages,
/// data stores, the whole of the diagrams. It is XML in which each process has a placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Frame(String);

impl Frame {
    /// Takes a frame as it was stored.
    ///
    /// # Errors
    /// `BpmnError` if it is none.
    pub fn new(xml: &str) -> Result<Self, BpmnError> {
        is_bpmn(&read::fragment(xml)?)?;
        Ok(Self(xml.to_owned()))
    }

    /// As it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn tree(&self) -> Result<Element, BpmnError> {
        read::fragment(&self.0)
    }
}

impl TryFrom<String> for Frame {
    type Error = BpmnError;
    fn try_from(xml: String) -> Result<Self, BpmnError> {
        Self::new(&xml)
    }
}

impl From<Frame> for String {
    fn from(frame: Frame) -> Self {
        frame.0
    }
}

/// The element that stands for a process in a frame.
pub(super) const PLACEHOLDER: &str = "process";

/// A file before its ids are forgotten.
pub(super) struct Read {
    pub processes: Vec<Process>,
    pub frame: Element,
    pub report: Vec<Remark>,
}

/// Reads BPMN 2.0 XML. Prefixes do not matter. Of encodings UTF-8, UTF-16 and ISO 8859-1 are read; GB 18030 is
/// refused by its name.
///
/// # Errors
/// `BpmnError` for what is no BPMN, too large or too deep, and for document types and unknown entities. A
/// reference to nothing is none: such a definition is read, and the checks refuse it.
pub fn import(xml: &[u8]) -> Result<Imported, BpmnError> {
    let Read {
        processes,
        frame,
        report,
    } = file(xml)?;
    let bounded = processes.into_iter().map(|process| {
        let id = process.id;
        let bounded = process.definition.bounded();
        bounded.map_err(|source| BpmnError::Definition {
            process: id,
            source,
        })
    });
    let definitions = bounded.collect::<Result<_, _>>()?;
    let frame = Frame(write::document(&frame));
    Ok(Imported {
        definitions,
        report,
        frame,
    })
}

fn is_bpmn(root: &Element) -> Result<(), BpmnError> {
    if root.is("definitions") {
        Ok(())
    } else {
        let (name, namespace) = (short(&root.name), short(&root.namespace));
        Err(BpmnError::NotBpmn { name, namespace })
    }
}

/// Reads a file with the ids of its elements.
pub(super) fn file(xml: &[u8]) -> Result<Read, BpmnError> {
    let read::Document { mut root, left_out } = read::document(xml)?;
    is_bpmn(&root)?;
    let mut report = Vec::new();
    if left_out > 0 {
        let (name, detail) = ("comment", left_out.to_string());
        report.push(whole(name, How::Dropped, "comments_dropped", &detail));
    }
    let roots = Roots::of(&root);
    let called = participants(&root);
    let mut names = Ids::default();
    let taken = take_processes(&mut root).into_iter().map(|mut element| {
        let (id, key, _) = names.take(&mut element);
        (element, (id, key))
    });
    let taken: Vec<_> = taken.collect();
    let mut processes = Vec::new();
    for (element, name) in taken {
        let called = called.get(&name.0).cloned();
        let called = called.unwrap_or_else(|| name.1.to_string());
        let read = process::read(element, name, &called, &names, &roots, &mut report);
        processes.push(read);
    }
    outside(&root, &mut report);
    if processes.is_empty() {
        report.push(whole("process", How::Kept, "no_process", ""));
    }
    diagram::read(&root, &mut processes, &mut report);
    for process in &mut processes {
        process.complete(&mut report);
    }
    Ok(Read {
        processes,
        frame: root,
        report,
    })
}

/// Takes out the processes in which anything happens, or all where there is none, and leaves placeholders.
fn take_processes(root: &mut Element) -> Vec<Element> {
    let happens = |one: &Element| one.is("process") && process::has_content(one);
    let some = root.elements().any(happens);
    let mut taken = Vec::new();
    for element in root.elements_mut() {
        if element.is("process") && (!some || happens(element)) {
            let place = Element::new("andu", NAMESPACE, PLACEHOLDER);
            taken.push(std::mem::replace(element, place));
        }
    }
    taken
}

/// What the participants of processes are called, by the processes' ids.
fn participants(root: &Element) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let participants = root
        .elements()
        .filter(|one| one.is("collaboration"))
        .flat_map(Element::elements);
    for participant in participants.filter(|one| one.is("participant")) {
        let name = participant
            .attribute("name")
            .filter(|name| !name.trim().is_empty());
        if let (Some(process), Some(name)) = (participant.attribute("processRef"), name) {
            let local = process.trim().rsplit(':').next().unwrap_or(process);
            found
                .entry(local.to_owned())
                .or_insert_with(|| name.to_owned());
        }
    }
    found
}

fn whole(name: &str, how: How, code: &'static str, detail: &str) -> Remark {
    let (name, detail) = (name.to_owned(), short(detail));
    Remark {
        place: String::new(),
        name,
        how,
        code,
        detail,
    }
}

/// A remark for everything that stands around the processes.
fn outside(root: &Element, report: &mut Vec<Remark>) {
    for attribute in &root.attributes {
        let name = named(&attribute.namespace, &attribute.name);
        report.push(whole(&name, How::Kept, "outside_kept", &attribute.value));
    }
    let ours = |one: &&Element| one.is_in(NAMESPACE) && one.name == PLACEHOLDER;
    for element in root.elements().filter(|one| !ours(one)) {
        let code = if element.is_in(BPMNDI) {
            "diagram"
        } else {
            "outside_kept"
        };
        let detail = element.attribute("name").unwrap_or("");
        let mut remark = whole(
            &named(&element.namespace, &element.name),
            How::Kept,
            code,
            detail,
        );
        remark.place = short(element.attribute("id").unwrap_or(""));
        report.push(remark);
        if element.is_in(BPMN) && element.name == "collaboration" {
            for inner in element.elements() {
                let detail = inner.attribute("name").unwrap_or("");
                let name = named(&inner.namespace, &inner.name);
                let mut remark = whole(&name, How::Kept, "outside_kept", detail);
                remark.place = short(inner.attribute("id").unwrap_or(""));
                report.push(remark);
            }
        }
    }
    let texts = root
        .children
        .iter()
        .any(|child| matches!(child, Content::Text(_)));
    if texts {
        report.push(whole(
            "definitions",
            How::Kept,
            "outside_kept",
            &root.text(),
        ));
    }
}
