//! Messages, signals, errors and escalations of a file: what stands outside of processes and what events name.

use std::collections::{BTreeMap, BTreeSet};

use super::{identity::Names, namespace::BPMN, tree::Element};

/// What the events of a file name, by kind (`message`, `signal`, `error`, `escalation`).
#[derive(Debug, Default)]
pub(super) struct Roots {
    label_of: BTreeMap<(&'static str, String), String>,
    id_of: BTreeMap<(&'static str, String), String>,
    /// Those that were added, to be written.
    pub added: Vec<Element>,
}

/// The kinds, with the attributes that programs know one by, the best first.
const KINDS: [(&str, &[&str]); 4] = [
    ("message", &["name"]),
    ("signal", &["name"]),
    ("error", &["errorCode", "name"]),
    ("escalation", &["escalationCode", "name"]),
];

impl Roots {
    /// What stands in a file.
    pub(super) fn of(definitions: &Element) -> Self {
        let mut roots = Self::default();
        for (kind, attributes) in KINDS {
            let all: Vec<_> = definitions.elements().filter(|one| one.is(kind)).collect();
            let ids: BTreeSet<_> = all.iter().filter_map(|one| one.attribute("id")).collect();
            let mut labels = BTreeMap::<&str, usize>::new();
            let label = |one: &'_ Element| {
                let mut found = attributes.iter().filter_map(|name| one.attribute(name));
                found.find(|label| !label.is_empty()).map(str::to_owned)
            };
            let named: Vec<_> = all
                .iter()
                .map(|one| (one.attribute("id"), label(one)))
                .collect();
            for (_, label) in &named {
                *labels.entry(label.as_deref().unwrap_or("")).or_default() += 1;
            }
            for (id, label) in &named {
                let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) else {
                    continue;
                };
                let good = label.as_deref().filter(|label| {
                    labels.get(label) == Some(&1) && (*label == id || !ids.contains(label))
                });
                let label = good.unwrap_or(id).to_owned();
                roots.label_of.insert((kind, id.to_owned()), label.clone());
                roots
                    .id_of
                    .entry((kind, label))
                    .or_insert_with(|| id.to_owned());
            }
        }
        roots
    }

    /// What a reference is called by: its name, its code, or the reference itself.
    pub(super) fn label(&self, kind: &'static str, reference: Option<&str>) -> String {
        let reference = reference.unwrap_or("").trim();
        let local = reference.rsplit(':').next().unwrap_or(reference);
        let found = [reference, local]
            .into_iter()
            .find_map(|id| self.label_of.get(&(kind, id.to_owned())));
        found.cloned().unwrap_or_else(|| reference.to_owned())
    }

    /// The id of what is called so; the label itself where there is none.
    pub(super) fn id(&self, kind: &'static str, label: &str) -> String {
        let found = self.id_of.get(&(kind, label.to_owned()));
        found.cloned().unwrap_or_else(|| label.to_owned())
    }

    /// Sees to it that something is called so.
    pub(super) fn ensure(&mut self, kind: &'static str, label: &str, names: &mut Names) {
        let place = (kind, label.to_owned());
        if label.is_empty() || self.id_of.contains_key(&place) {
            return;
        }
        let id = names.unique(&format!("{kind}_{label}"));
        let attributes = KINDS
            .iter()
            .find(|(one, _)| *one == kind)
            .map_or(&["name"][..], |(_, all)| all);
        let mut element = Element::new("bpmn", BPMN, kind).with("id", &id);
        for name in attributes {
            element.set(name, label);
        }
        self.added.push(element);
        self.id_of.insert(place, id.clone());
        self.label_of.insert((kind, id), label.to_owned());
    }
}
