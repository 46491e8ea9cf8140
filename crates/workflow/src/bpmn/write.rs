//! A tree of elements to text, with the declarations that each element needs.

use std::collections::BTreeMap;

use super::{
    namespace::{self, XSI},
    tree::{Content, Element, Scope},
};

/// A file, with its first line.
pub(super) fn document(root: &Element) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let declared = declarations(root, &Scope::default(), &root.scope.bindings());
    element(root, &Scope::default(), declared, 0, &mut out);
    out
}

/// An element that stands by itself, without a line break at the end.
pub(super) fn fragment(root: &Element) -> String {
    let mut out = String::new();
    let declared = declarations(root, &Scope::default(), &[]);
    element(root, &Scope::default(), declared, 0, &mut out);
    out.truncate(out.trim_end_matches('\n').len());
    out
}

/// The prefixes that an element uses, with what they stand for there.
struct Prefixes<'a> {
    scope: &'a Scope,
    used: BTreeMap<String, String>,
}

impl Prefixes<'_> {
    /// Whether a prefix stands, or can be made to stand, for a namespace here.
    fn bind(&mut self, prefix: &str, namespace: &str) -> bool {
        let used = self
            .used
            .entry(prefix.to_owned())
            .or_insert_with(|| namespace.to_owned());
        used == namespace
    }

    /// The prefix of an attribute: its own, or another where that one stands for something else here.
    fn of_attribute(&mut self, prefix: &str, namespace: &str) -> String {
        if namespace.is_empty() || prefix == "xml" || self.bind(prefix, namespace) {
            return prefix.to_owned();
        }
        let known = self.scope.prefix(namespace).map(str::to_owned);
        let made_up = (1_u32..).map(|number| format!("ns{number}"));
        let mut all = known.into_iter().chain(made_up);
        let free = all.find(|prefix| self.bind(prefix, namespace));
        free.expect("BUG: numbers do not end")
    }

    /// What has to be declared, in the order of the prefixes.
    fn declared(self) -> Vec<(String, String)> {
        let known = |prefix: &str| self.scope.namespace(prefix).map_or("", |known| known);
        let mut found: Vec<_> = self.used.clone().into_iter().collect();
        found.retain(|(prefix, namespace)| known(prefix) != namespace);
        found
    }
}

/// What has to be declared at an element, and the prefixes of its attributes.
type Declared = (Vec<(String, String)>, Vec<String>);

/// What has to be declared for what an element uses, also in its values, and for others that are wanted.
fn declarations(element: &Element, scope: &Scope, wanted: &[(&str, &str)]) -> Declared {
    let mut prefixes = Prefixes {
        scope,
        used: BTreeMap::new(),
    };
    prefixes.bind(&element.prefix, &element.namespace);
    let attributes = element.attributes.iter();
    let names = attributes
        .map(|one| prefixes.of_attribute(&one.prefix, &one.namespace))
        .collect();
    for attribute in &element.attributes {
        if &*attribute.namespace == XSI && !attribute.value.contains(':') {
            prefixes.bind(
                "",
                element
                    .scope
                    .namespace("")
                    .map_or(&element.namespace, |one| one),
            );
        }
    }
    let values = element.attributes.iter().map(|one| one.value.as_str());
    let text = element.text();
    for value in values.chain([text.as_str()]) {
        for_each_prefix(value, |prefix| {
            if let Some(namespace) = element.scope.namespace(prefix) {
                prefixes.bind(prefix, namespace);
            }
        });
    }
    for (prefix, namespace) in wanted {
        prefixes.bind(prefix, namespace);
    }
    (prefixes.declared(), names)
}

/// Calls for what stands before a colon in a text and may be a prefix.
fn for_each_prefix(text: &str, mut each: impl FnMut(&str)) {
    for (at, _) in text.match_indices(':') {
        let before = &text[..at];
        let start = before
            .char_indices()
            .rev()
            .take(80)
            .take_while(|(_, one)| namespace::goes_on(*one))
            .last();
        if let Some((start, _)) = start {
            each(&before[start..]);
        }
    }
}

fn element(
    it: &Element,
    scope: &Scope,
    (declared, prefixes): Declared,
    level: usize,
    out: &mut String,
) {
    let mut scope = scope.clone();
    let name = qualified(&it.prefix, &it.name);
    out.push('<');
    out.push_str(&name);
    for (prefix, namespace) in declared {
        let name = if prefix.is_empty() {
            "xmlns".to_owned()
        } else {
            format!("xmlns:{prefix}")
        };
        attribute(&name, &namespace, out);
        scope = scope.with(&prefix, &namespace);
    }
    for (one, prefix) in it.attributes.iter().zip(prefixes) {
        attribute(&qualified(&prefix, &one.name), &one.value, out);
    }
    if it.children.is_empty() {
        out.push_str("/>");
    } else {
        out.push('>');
        content(it, &scope, level, out);
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
    }
}

fn content(parent: &Element, scope: &Scope, level: usize, out: &mut String) {
    let mixed = parent
        .children
        .iter()
        .any(|child| matches!(child, Content::Text(_)));
    for child in &parent.children {
        match child {
            Content::Text(text) => escape(text, false, out),
            Content::Element(child) => {
                if !mixed {
                    indent(level + 1, out);
                }
                let declared = declarations(child, scope, &[]);
                element(child, scope, declared, level + 1, out);
            }
        }
    }
    if !mixed {
        indent(level, out);
    }
}

fn indent(level: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..level.min(20) {
        out.push_str("  ");
    }
}

fn qualified(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}:{name}")
    }
}

fn attribute(name: &str, value: &str, out: &mut String) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    escape(value, true, out);
    out.push('"');
}

fn escape(text: &str, value: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if value => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' if value => out.push_str("&#10;"),
            '\t' if value => out.push_str("&#9;"),
            one if namespace::is_allowed(one) => out.push(one),
            _ => out.push('\u{fffd}'),
        }
    }
}
