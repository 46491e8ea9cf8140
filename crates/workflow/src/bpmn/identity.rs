//! Ids of XML and names of a definition. A name that is no id is written as one that looks like it, with the
//! name itself beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    NAMESPACE,
    namespace::{is_name, to_name},
    tree::Element,
};
use crate::Key;

/// The names of a file by their ids, while it is read.
#[derive(Debug, Default)]
pub(super) struct Ids {
    by_id: BTreeMap<String, Key>,
    used: BTreeSet<Key>,
    /// The last number that was put behind a stem.
    last: BTreeMap<String, u32>,
}

impl Ids {
    /// Takes the id of an element and gives it its name; makes one up where there is none that fits. Tells
    /// whether it was made up.
    pub(super) fn take(&mut self, element: &mut Element) -> (String, Key, bool) {
        let id = element
            .take("id")
            .map(|id| id.trim().to_owned())
            .unwrap_or_default();
        let ours = element
            .take_in(NAMESPACE, "key")
            .and_then(|text| serde_json::from_str(&format!("\"{text}\"")).ok());
        let found = ours.or_else(|| Key::new(&id).ok());
        let made_up = found.is_none();
        let key = found.unwrap_or_else(|| self.fresh(&element.name));
        self.used.insert(key.clone());
        if !id.is_empty() {
            self.by_id.entry(id.clone()).or_insert_with(|| key.clone());
        }
        (id, key, made_up)
    }

    /// A name that is not used yet.
    pub(super) fn fresh(&mut self, stem: &str) -> Key {
        let stem: String = stem.chars().take(150).collect();
        let last = self.last.entry(stem.clone()).or_default();
        let mut names = std::iter::repeat_with(|| {
            *last += 1;
            format!("{stem}_{last}")
        });
        let fresh = names.find_map(|name| {
            let free = !self.used.contains(name.as_str()) && !self.by_id.contains_key(&name);
            free.then(|| Key::new(&name).ok()).flatten()
        });
        let fresh = fresh.expect("BUG: a stem with a number is a name, and numbers do not end");
        self.used.insert(fresh.clone());
        fresh
    }

    /// The name that a reference means; the reference itself where nothing has that id.
    pub(super) fn resolve(&self, reference: &str) -> Option<Key> {
        let reference = reference.trim();
        self.find(reference).or_else(|| Key::new(reference).ok())
    }

    /// The name that a reference means, with or without a prefix.
    pub(super) fn find(&self, reference: &str) -> Option<Key> {
        let reference = reference.trim();
        let local = reference.rsplit(':').next().unwrap_or(reference);
        self.by_id
            .get(reference)
            .or_else(|| self.by_id.get(local))
            .cloned()
    }
}

/// The ids of a file while it is written.
#[derive(Debug, Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
    /// The last number that was put behind a stem.
    last: BTreeMap<String, u32>,
}

impl Names {
    /// Marks an id as used.
    pub(super) fn reserve(&mut self, id: &str) {
        self.used.insert(id.to_owned());
    }

    /// An id like a text, that nothing else has.
    pub(super) fn unique(&mut self, text: &str) -> String {
        let stem = to_name(text);
        let mut name = stem.clone();
        while !self.used.insert(name.clone()) {
            let number = self.last.entry(stem.clone()).or_insert(1);
            *number += 1;
            name = format!("{stem}_{number}");
        }
        name
    }
}

/// Writes an id, and beside it the name if it is another.
pub(super) fn write(element: &mut Element, id: &str, key: &Key) {
    element.set("id", id);
    if id != key.as_str() {
        let text = super::patch::to_text(&serde_json::Value::from(key.as_str()));
        let text = text.trim_start_matches('"');
        let text = text.strip_suffix('"').unwrap_or(text);
        let element_ = std::mem::replace(element, Element::bpmn(""));
        *element = element_.with_in("andu", NAMESPACE, "key", text);
    }
}

/// A reference to a name that nothing has.
pub(super) fn dangling(key: &Key) -> String {
    if is_name(key) {
        key.to_string()
    } else {
        to_name(key)
    }
}
