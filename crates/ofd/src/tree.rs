//! An XML file as a tree, whatever prefix its names have. It may have no DTD of its own, is not deeper than any file in
//! the field, and holds no more than it may.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

/// An element.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name without a prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
    /// What is in it.
    pub children: Vec<Element>,
    /// What it says itself.
    pub text: String,
}

/// Elements within each other.
const DEEPEST: usize = 200;

impl Element {
    /// An attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut all = self.attributes.iter();
        let found = all.find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim())
    }

    /// The first element of that name in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of that name in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// What the first element of that name says, without spaces around it; empty where there is none.
    pub fn said(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }
}

/// Reads a file; `None` for what is no XML, or more than may be.
pub(crate) fn tree(bytes: &[u8], most: usize) -> Option<Element> {
    let text = decoded(bytes)?;
    let mut reader = Reader::from_str(&text);
    reader.config_mut().check_end_names = false;
    let mut open: Vec<Element> = vec![Element::default()];
    let mut count = 0;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEEPEST || count > most {
                    return None;
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => {
                count += 1;
                if count > most {
                    return None;
                }
                let made = element(&start)?;
                open.last_mut()?.children.push(made);
            }
            Event::End(_) => {
                let done = open.pop()?;
                open.last_mut()?.children.push(done);
            }
            Event::Text(text) => open.last_mut()?.text += &text,
            Event::CData(text) => open.last_mut()?.text += &text,
            Event::GeneralRef(name) => {
                let sign = match name.resolve_char_ref().ok()? {
                    Some(sign) => Some(sign),
                    None => predefined(&name),
                };
                open.last_mut()?.text.extend(sign);
            }
            // What a file declares itself is how bombs are made.
            Event::DocType(_) => return None,
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
    let root = open.drain(..1).next()?;
    match open.is_empty() {
        true => root.children.into_iter().next(),
        false => None,
    }
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

fn element(start: &quick_xml::events::BytesStart<'_>) -> Option<Element> {
    let name = start.local_name();
    let mut attributes = Vec::new();
    for one in start.attributes().with_checks(false) {
        let Ok(one) = one else {
            continue;
        };
        let name = one.key.local_name().into_inner().to_owned();
        let value = match quick_xml::escape::unescape(&one.value) {
            Ok(plain) => plain.into_owned(),
            Err(_) => one.value.into_owned(),
        };
        attributes.push((name, value));
    }
    Some(Element {
        name: name.into_inner().to_owned(),
        attributes,
        ..Element::default()
    })
}

/// UTF-8, or UTF-16 with its mark.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => std::str::from_utf8(rest).ok().map(Cow::Borrowed),
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        plain => std::str::from_utf8(plain).ok().map(Cow::Borrowed),
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<Cow<'static, str>> {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|two| unit([two[0], two[1]]))
        .collect();
    String::from_utf16(&units).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_without_their_prefix_and_signs_are_what_they_stand_for() {
        let file = b"<?xml version=\"1.0\"?><o:A xmlns:o=\"x\" o:B=\"1 &amp; 2\"><o:C> a &lt;&#x56fd; </o:C><C/></o:A>";
        let read = tree(file, 10).expect("a tree");
        assert_eq!((&*read.name, read.attribute("B")), ("A", Some("1 & 2")));
        assert_eq!(read.said("C"), "a <\u{56fd}");
        assert_eq!(read.all("C").count(), 2);
    }

    #[test]
    fn bombs_and_halves_are_no_trees() {
        let bomb = b"<!DOCTYPE a [<!ENTITY b \"cc\">]><a>&b;</a>";
        assert_eq!(tree(bomb, 10), None);
        assert_eq!(tree(b"<a><b></a>", 10).map(|a| a.name), None);
        assert_eq!(tree(b"<a/><a/><a/>", 2), None);
        assert_eq!(tree("<a>".repeat(300).as_bytes(), 1_000), None);
        assert_eq!(tree(b"\xff\xfe\x3c", 10), None);
    }
}
