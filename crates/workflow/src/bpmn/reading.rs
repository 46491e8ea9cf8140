//! One element while it is read: what is understood is taken out of it, the rest is kept as foreign.

use super::{
    How, NAMESPACE, Remark,
    namespace::{BPMN, usual},
    order::rank,
    report::short,
    tree::{Content, Element},
    write,
};
use crate::definition::{Foreign, ForeignPlace};

/// An element, with what is to be said about parts of it.
pub(super) struct Reading {
    pub element: Element,
    place: String,
    notes: Vec<Note>,
}

struct Note {
    namespace: String,
    name: String,
    how: How,
    code: &'static str,
    detail: String,
}

impl Reading {
    pub(super) fn new(element: Element, place: &str) -> Self {
        Self {
            element,
            place: place.to_owned(),
            notes: Vec::new(),
        }
    }

    /// Says what became of an attribute or element of a namespace, whether it is taken out or stays.
    pub(super) fn note(
        &mut self,
        (namespace, name): (&str, &str),
        how: How,
        code: &'static str,
        detail: &str,
    ) {
        let (namespace, name) = (namespace.to_owned(), name.to_owned());
        let detail = short(detail);
        self.notes.push(Note {
            namespace,
            name,
            how,
            code,
            detail,
        });
    }

    /// Says what became of something of BPMN itself.
    pub(super) fn note_bpmn(&mut self, name: &str, how: How, code: &'static str, detail: &str) {
        let space = if self.element.attribute(name).is_some() {
            ""
        } else {
            BPMN
        };
        self.note((space, name), how, code, detail);
    }

    /// What is left of it, and a remark for each foreign thing.
    pub(super) fn finish(mut self, report: &mut Vec<Remark>) -> Vec<Foreign> {
        let mut foreign = Vec::new();
        for attribute in std::mem::take(&mut self.element.attributes) {
            let name = (&*attribute.namespace, &*attribute.name);
            self.remark(name, &attribute.value, "attribute_kept", report);
            foreign.push(Foreign {
                place: ForeignPlace::Attribute,
                namespace: attribute.namespace.to_string(),
                name: attribute.name,
                text: attribute.value,
            });
        }
        let mut extensions = Vec::new();
        let mut elements = Vec::new();
        for child in std::mem::take(&mut self.element.children) {
            match child {
                Content::Text(text) if text.trim().is_empty() => {}
                Content::Text(text) => {
                    let name = self.element.name.clone();
                    self.say(&name, How::Dropped, "text_dropped", &text, report);
                }
                Content::Element(child) if child.is("extensionElements") => {
                    self.extensions(child, &mut extensions, report);
                }
                Content::Element(child) => {
                    self.remark(
                        (&child.namespace, &child.name),
                        &child.text(),
                        "element_kept",
                        report,
                    );
                    elements.push((child.name.clone(), kept(&child, ForeignPlace::Element)));
                }
            }
        }
        let in_process = self.element.is("process");
        elements.sort_by_key(|(name, _)| rank(name, in_process));
        foreign.append(&mut extensions);
        foreign.extend(elements.into_iter().map(|(_, one)| one));
        for note in std::mem::take(&mut self.notes) {
            let name = named(&note.namespace, &note.name);
            self.say(&name, note.how, note.code, &note.detail, report);
        }
        foreign
    }

    fn extensions(&mut self, from: Element, to: &mut Vec<Foreign>, report: &mut Vec<Remark>) {
        for attribute in &from.attributes {
            let name = named(&attribute.namespace, &attribute.name);
            self.say(
                &name,
                How::Dropped,
                "attribute_dropped",
                &attribute.value,
                report,
            );
        }
        for child in from.children {
            match child {
                Content::Text(text) if text.trim().is_empty() => {}
                Content::Text(text) => {
                    self.say(
                        "extensionElements",
                        How::Dropped,
                        "text_dropped",
                        &text,
                        report,
                    );
                }
                Content::Element(child) => {
                    self.remark(
                        (&child.namespace, &child.name),
                        &child.text(),
                        "extension_kept",
                        report,
                    );
                    to.push(kept(&child, ForeignPlace::Extension));
                }
            }
        }
    }

    /// The remark about something that stays: what was noted of it, or that it is kept.
    fn remark(
        &mut self,
        (namespace, name): (&str, &str),
        text: &str,
        code: &'static str,
        report: &mut Vec<Remark>,
    ) {
        let mut notes = self.notes.iter();
        let noted = notes.position(|note| note.name == name && note.namespace == namespace);
        let name = named(namespace, name);
        match noted.map(|at| self.notes.remove(at)) {
            Some(note) => self.say(&name, note.how, note.code, &note.detail, report),
            None => self.say(&name, How::Kept, code, text, report),
        }
    }

    fn say(
        &self,
        name: &str,
        how: How,
        code: &'static str,
        detail: &str,
        report: &mut Vec<Remark>,
    ) {
        let (place, name) = (self.place.clone(), name.to_owned());
        let detail = short(detail.trim());
        report.push(Remark {
            place,
            name,
            how,
            code,
            detail,
        });
    }
}

/// The element as it is kept.
fn kept(element: &Element, place: ForeignPlace) -> Foreign {
    Foreign {
        place,
        namespace: element.namespace.to_string(),
        name: element.name.clone(),
        text: write::fragment(element),
    }
}

/// The name with the usual prefix of its namespace, or with the namespace itself.
pub(super) fn named(namespace: &str, name: &str) -> String {
    match (namespace, usual(namespace)) {
        ("" | BPMN, _) => name.to_owned(),
        (_, Some(prefix)) => format!("{prefix}:{name}"),
        (_, None) => format!("{{{namespace}}}{name}"),
    }
}

/// The mark of a node that BPMN has several elements for, with the one that it was.
pub(super) fn mark(element: &str) -> Foreign {
    ours("element", element)
}

/// A mark of ours among what is foreign; it is not written as it stands.
pub(super) fn ours(name: &str, text: &str) -> Foreign {
    Foreign {
        place: ForeignPlace::Attribute,
        namespace: NAMESPACE.to_owned(),
        name: name.to_owned(),
        text: text.to_owned(),
    }
}

/// What such a mark says.
pub(super) fn marked<'a>(foreign: &'a [Foreign], name: &str) -> Option<&'a str> {
    let found = foreign.iter().find(|one| {
        one.place == ForeignPlace::Attribute && one.namespace == NAMESPACE && one.name == name
    })?;
    Some(&found.text)
}
