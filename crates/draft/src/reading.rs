//! Reads a draft's Yjs document into the one shape everybody exchanges. Lenient: what it does not
//! understand is left out and reported by its place, and the rest is read.

use std::{collections::BTreeSet, sync::LazyLock};

use andu_document::{Attachment, IssuedText, OfficialDocument};
use serde::Deserialize;
use serde_json::{Map as JsonMap, Value};
use yrs::{Array, GetString, Map, MapRef, Out, ReadTxn, XmlFragmentRef};

use crate::{blocks, trace::Seen, value};

/// More problems than these are not listed.
const MAX_PROBLEMS: usize = 200;

/// A text as a document, and what in it could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Everything that could be read, in normal form.
    pub document: OfficialDocument,
    /// What was left out or bent to fit, in the order of the paper; at most 200.
    pub problems: Vec<Problem>,
}

/// Something in a draft that could not be read as it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Problem {
    /// The place of the document, such as `issue_number` or `body/3`.
    pub place: String,
    /// Why.
    pub reason: Reason,
}

/// Why something in a draft could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The value does not fit the element; the element counts as empty.
    WrongShape,
    /// No such element; left out.
    UnknownElement,
    /// A node that no document has; left out.
    UnknownNode,
    /// A number outside of its range; the nearest in it was taken.
    OutOfRange,
    /// An image that is no PNG, JPEG or WebP in a data URL; left out.
    BadImage,
    /// An attachment without an id, so without a body.
    NoId,
}

/// Collects problems up to a limit, and what is seen of suggestions.
#[derive(Default)]
pub(crate) struct Problems {
    found: Vec<Problem>,
    pub seen: Seen,
}

impl Problems {
    pub(crate) fn add(&mut self, place: impl Into<String>, reason: Reason) {
        if self.found.len() < MAX_PROBLEMS {
            let problem = Problem {
                place: place.into(),
                reason,
            };
            if !self.found.contains(&problem) {
                self.found.push(problem);
            }
        }
    }
}

/// Fields of a document that stand in roots of their own.
const OWN_ROOTS: [&str; 4] = ["title", "body", "attachments", "issued_text"];

/// The names of the elements that stand in the map `elements`.
pub(crate) static ELEMENTS: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let Ok(Value::Object(fields)) = serde_json::to_value(OfficialDocument::default()) else {
        unreachable!("BUG: a document is an object of JSON")
    };
    fields
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| !OWN_ROOTS.contains(&name.as_str()))
        .collect()
});

/// The roots of the Yjs document that hold attachments and their bodies.
#[derive(Clone, Copy)]
pub(crate) struct AttachmentRoots {
    pub list: &'static str,
    pub bodies: &'static str,
    pub place: &'static str,
}

/// 附件 of the document.
pub(crate) const ATTACHMENTS: AttachmentRoots = AttachmentRoots {
    list: "attachments",
    bodies: "attachment:",
    place: "attachments",
};
/// 附件 of 被印发件.
pub(crate) const ISSUED_ATTACHMENTS: AttachmentRoots = AttachmentRoots {
    list: "issued:attachments",
    bodies: "issued:attachment:",
    place: "issued_text/attachments",
};

/// Reads everything that stands there, as if nothing of it were a suggestion.
pub(crate) fn read<T: ReadTxn>(txn: &T) -> Reading {
    read_seeing(txn, Seen::default()).0
}

/// Reads everything, and what is seen of suggestions.
pub(crate) fn read_seeing<T: ReadTxn>(txn: &T, seen: Seen) -> (Reading, Seen) {
    let mut problems = Problems {
        seen,
        ..Problems::default()
    };
    let mut document = read_elements(txn, &mut problems);
    document.title = read_title(txn);
    document.body = read_body(txn, "body", "body", &mut problems);
    document.attachments = read_attachments(txn, ATTACHMENTS, &mut problems);
    let issued = txn.get_map("issued");
    let is_present = issued
        .and_then(|issued| issued.get(txn, "present"))
        .is_some_and(|present| value::truth(&present) == Some(true));
    if is_present {
        document.issued_text = Some(read_issued(txn, &mut problems));
    }
    let reading = Reading {
        document,
        problems: problems.found,
    };
    (reading, problems.seen)
}

/// The roots of all bodies that are read, each with its place in a document.
pub(crate) fn bodies<T: ReadTxn>(txn: &T) -> Vec<(String, String)> {
    let mut found = vec![("body".to_owned(), "body".to_owned())];
    found.extend(attachment_bodies(txn, ATTACHMENTS));
    let issued = txn.get_map("issued");
    let is_present = issued
        .and_then(|issued| issued.get(txn, "present"))
        .is_some_and(|present| value::truth(&present) == Some(true));
    if is_present {
        found.push(("issued:body".to_owned(), "issued_text/body".to_owned()));
        found.extend(attachment_bodies(txn, ISSUED_ATTACHMENTS));
    }
    found
}

fn attachment_bodies<T: ReadTxn>(txn: &T, roots: AttachmentRoots) -> Vec<(String, String)> {
    let entries: Vec<Out> = txn
        .get_array(roots.list)
        .map(|list| list.iter(txn).collect())
        .unwrap_or_default();
    let body = |(index, entry): (usize, &Out)| {
        let (_, id) = read_entry(txn, entry, roots.place, &mut Problems::default());
        id.map(|id| {
            let place = format!("{}/{index}/body", roots.place);
            (format!("{}{id}", roots.bodies), place)
        })
    };
    entries.iter().enumerate().filter_map(body).collect()
}

fn read_elements<T: ReadTxn>(txn: &T, problems: &mut Problems) -> OfficialDocument {
    let Some(map) = txn.get_map("elements") else {
        return OfficialDocument::default();
    };
    let mut fields = JsonMap::new();
    let mut unknown = Vec::new();
    for (name, out) in map.iter(txn) {
        if !ELEMENTS.contains(name) {
            unknown.push(name.chars().take(60).collect::<String>());
            continue;
        }
        match value::out_to_json(&out, txn) {
            Some(Value::Null) => {}
            Some(value) => {
                fields.insert(name.to_owned(), value);
            }
            None if matches!(out, Out::Any(yrs::Any::Undefined)) => {}
            None => problems.add(name, Reason::WrongShape),
        }
    }
    unknown.sort();
    for name in unknown {
        problems.add(name, Reason::UnknownElement);
    }
    let fields = Value::Object(fields);
    if let Ok(document) = OfficialDocument::deserialize(&fields) {
        return document;
    }
    // One of them does not fit: find which, and read the others.
    let Value::Object(fields) = fields else {
        return OfficialDocument::default();
    };
    let mut fitting = JsonMap::new();
    for (name, value) in fields {
        let alone = Value::Object(JsonMap::from_iter([(name.clone(), value.clone())]));
        if OfficialDocument::deserialize(&alone).is_ok() {
            fitting.insert(name, value);
        } else {
            problems.add(name, Reason::WrongShape);
        }
    }
    OfficialDocument::deserialize(&Value::Object(fitting)).unwrap_or_default()
}

/// 标题
pub(crate) fn read_title<T: ReadTxn>(txn: &T) -> String {
    txn.get_text("title")
        .map(|title| title.get_string(txn))
        .unwrap_or_default()
}

fn read_body<T: ReadTxn>(
    txn: &T,
    root: &str,
    place: &str,
    problems: &mut Problems,
) -> Vec<andu_document::Block> {
    let Some(fragment) = txn.get_xml_fragment(root) else {
        return Vec::new();
    };
    let body: Vec<_> = placed(txn, &fragment, place, problems)
        .into_iter()
        .map(|placed| placed.block)
        .collect();
    if crate::span::is_blank(&body) {
        Vec::new()
    } else {
        body
    }
}

/// The blocks of a fragment, each with its index among the fragment's children.
pub(crate) fn placed<T: ReadTxn>(
    txn: &T,
    fragment: &XmlFragmentRef,
    place: &str,
    problems: &mut Problems,
) -> Vec<blocks::Placed> {
    blocks::read(txn, fragment.as_ref(), place, problems)
}

/// The values of an attachment's entry, and the id that names its body.
pub(crate) fn read_entry<T: ReadTxn>(
    txn: &T,
    entry: &Out,
    place: &str,
    problems: &mut Problems,
) -> (Attachment, Option<String>) {
    let field = |name: &str| -> Option<Out> {
        match entry {
            Out::YMap(map) => map.get(txn, name),
            Out::Any(yrs::Any::Map(map)) => map.get(name).cloned().map(Out::Any),
            _ => None,
        }
    };
    let mut attachment = Attachment::default();
    if !matches!(entry, Out::YMap(_) | Out::Any(yrs::Any::Map(_))) {
        problems.add(place, Reason::WrongShape);
    }
    if let Some(title) = field("title") {
        match value::text(&title, txn) {
            Some(title) => attachment.title = title,
            None => problems.add(format!("{place}/title"), Reason::WrongShape),
        }
    }
    for (name, flag) in [
        ("separate", &mut attachment.separate),
        ("landscape", &mut attachment.landscape),
    ] {
        if let Some(out) = field(name) {
            match value::truth(&out) {
                Some(value) => *flag = value,
                None => problems.add(format!("{place}/{name}"), Reason::WrongShape),
            }
        }
    }
    let id = field("id")
        .and_then(|id| value::text(&id, txn))
        .filter(|id| !id.is_empty());
    if id.is_none() {
        problems.add(place, Reason::NoId);
    }
    (attachment, id)
}

fn read_attachments<T: ReadTxn>(
    txn: &T,
    roots: AttachmentRoots,
    problems: &mut Problems,
) -> Vec<Attachment> {
    let Some(list) = txn.get_array(roots.list) else {
        return Vec::new();
    };
    let mut attachments = Vec::new();
    for (index, entry) in list.iter(txn).enumerate() {
        let place = format!("{}/{index}", roots.place);
        let (mut attachment, id) = read_entry(txn, &entry, &place, problems);
        if let Some(id) = id {
            let root = format!("{}{id}", roots.bodies);
            attachment.body = read_body(txn, &root, &format!("{place}/body"), problems);
        }
        attachments.push(attachment);
    }
    attachments
}

/// 被印发件 as it stands, whether it is shown or not.
pub(crate) fn read_issued<T: ReadTxn>(txn: &T, problems: &mut Problems) -> IssuedText {
    let map: Option<MapRef> = txn.get_map("issued");
    let mut text = |name: &str| -> String {
        let Some(out) = map.as_ref().and_then(|map| map.get(txn, name)) else {
            return String::new();
        };
        value::text(&out, txn).unwrap_or_else(|| {
            problems.add(format!("issued_text/{name}"), Reason::WrongShape);
            String::new()
        })
    };
    IssuedText {
        title: text("title"),
        subtitle: text("subtitle"),
        body: read_body(txn, "issued:body", "issued_text/body", problems),
        attachments: read_attachments(txn, ISSUED_ATTACHMENTS, problems),
    }
}
