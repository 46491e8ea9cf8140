//! A tree of elements to text, with the declarations that each element needs.

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

/// The prefixes that have to be declared at an element: those that it uses, and others that are wanted.
fn declarations(element: &Element, scope: &Scope, wanted: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut need = |prefix: &str, namespace: &str| {
        let known = scope.namespace(prefix).map_or("", |known| known);
        let there = found.iter().any(|(one, _)| one == prefix);
        if prefix != "xml" && known != namespace && !there {
            found.push((prefix.to_owned(), namespace.to_owned()));
        }
    };
    need(&element.prefix, &element.namespace);
    for attribute in &element.attributes {
        if !attribute.namespace.is_empty() {
            need(&attribute.prefix, &attribute.namespace);
        }
        if &*attribute.namespace == XSI && !attribute.value.contains(':') {
            need("", element.scope.namespace("").map_or(&element.namespace, |one| one));
        }
        for_each_prefix(&attribute.value, |prefix| {
            if let Some(namespace) = element.scope.namespace(prefix) {
                need(prefix, namespace);
            }
        });
    }
    for_each_prefix(&element.text(), |prefix| {
        if let Some(namespace) = element.scope.namespace(prefix) {
            need(prefix, namespace);
        }
    });
    for (prefix, namespace) in wanted {
        need(prefix, namespace);
    }
    found.sort();
    found
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
    element_: &Element,
    scope: &Scope,
    declared: Vec<(String, String)>,
    level: usize,
    out: &mut String,
) {
    let mut scope = scope.clone();
    let name = qualified(&element_.prefix, &element_.name);
    out.push('<');
    out.push_str(&name);
    for (prefix, namespace) in declared {
        let name = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        attribute(&name, &namespace, out);
        scope = scope.with(&prefix, &namespace);
    }
    for one in &element_.attributes {
        attribute(&qualified(&one.prefix, &one.name), &one.value, out);
    }
    if element_.children.is_empty() {
        out.push_str("/>");
    } else {
        out.push('>');
        content(element_, &scope, level, out);
        out.push_str("</");
        out.push_str(&name);
        out.push('>');
    }
}

fn content(parent: &Element, scope: &Scope, level: usize, out: &mut String) {
    let mixed = parent.children.iter().any(|child| matches!(child, Content::Text(_)));
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
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}:{name}") }
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
