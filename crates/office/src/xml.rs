//! XML parts as small trees, built within a budget. Names keep only what the vocabulary of office
//! files needs: the local name and which of the known name spaces it belongs to.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
    name::{Namespace, ResolveResult},
    reader::NsReader,
};

use crate::{error::OfficeError, limits::Limits};

/// The name spaces that are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Space {
    /// `WordprocessingML` (transitional and strict).
    Word,
    /// `DrawingML` and its relatives.
    Drawing,
    /// VML.
    Vml,
    /// Markup compatibility.
    Compatibility,
    /// Relationships, as attributes.
    Relation,
    /// Office mathematics.
    Mathematics,
    /// All others, and none.
    Other,
}

/// An element with its attributes and children.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) space: Space,
    pub(crate) name: Box<str>,
    attributes: Vec<(Box<str>, Box<str>)>,
    pub(crate) children: Vec<Node>,
}

/// What stands in an element.
#[derive(Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

impl Element {
    /// An attribute by its local name.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| &**key == name);
        found.map(|(_, value)| &**value)
    }

    /// The `val` of this element, the usual way of `WordprocessingML`.
    pub(crate) fn value(&self) -> Option<&str> {
        self.attribute("val")
    }

    /// An on/off element: on without a value.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(self.value(), Some("0" | "false" | "off" | "none"))
    }

    /// Child elements in order.
    pub(crate) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first child element of this local name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.elements().find(|element| &*element.name == name)
    }

    /// All text below.
    pub(crate) fn text(&self) -> String {
        let mut all = String::new();
        for node in &self.children {
            match node {
                Node::Text(text) => all.push_str(text),
                Node::Element(element) => all.push_str(&element.text()),
            }
        }
        all
    }
}

/// What is left of the budget of steps; shared by all parts of a file.
#[derive(Debug)]
pub(crate) struct Steps {
    left: u64,
    limit: u64,
}

impl Steps {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            left: limits.steps,
            limit: limits.steps,
        }
    }

    /// Uses up `count` steps.
    ///
    /// # Errors
    /// `TooMuchWork` when none are left.
    pub(crate) fn take(&mut self, count: u64) -> Result<(), OfficeError> {
        self.left = self
            .left
            .checked_sub(count)
            .ok_or(OfficeError::TooMuchWork { limit: self.limit })?;
        Ok(())
    }
}

/// Parses a part. `part` names it in errors.
///
/// # Errors
/// `DamagedPart`, `EntitiesDeclared`, `TooDeep`, `TooMuchWork`.
pub(crate) fn parse(
    part: &str,
    bytes: &[u8],
    limits: &Limits,
    steps: &mut Steps,
) -> Result<Element, OfficeError> {
    let damaged = || OfficeError::DamagedPart {
        part: part.to_owned(),
    };
    let text = decode(bytes).ok_or_else(damaged)?;
    let mut reader = NsReader::from_str(&text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        steps.take(1)?;
        let (space, event) = reader.read_resolved_event().map_err(|_| damaged())?;
        let space = space_of(&space);
        match event {
            Event::Start(start) => {
                if open.len() as u64 >= limits.depth {
                    return Err(OfficeError::TooDeep {
                        part: part.to_owned(),
                        limit: limits.depth,
                    });
                }
                open.push(element(space, &start).ok_or_else(damaged)?);
            }
            Event::Empty(start) => {
                let made = element(space, &start).ok_or_else(damaged)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(made)),
                    None => return Ok(made),
                }
            }
            Event::End(_) => {
                let made = open.pop().ok_or_else(damaged)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(made)),
                    None => return Ok(made),
                }
            }
            Event::Text(text) => push_text(&mut open, &text.xml10_content()),
            Event::CData(text) => push_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved =
                    if let Some(c) = reference.resolve_char_ref().map_err(|_| damaged())? {
                        c
                    } else {
                        predefined(&reference.xml10_content()).ok_or_else(damaged)?
                    };
                push_text(&mut open, resolved.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => {
                return Err(OfficeError::EntitiesDeclared {
                    part: part.to_owned(),
                });
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return Err(damaged()),
        }
    }
}

fn push_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else {
        return;
    };
    if let Some(Node::Text(before)) = parent.children.last_mut() {
        before.push_str(text);
    } else {
        parent.children.push(Node::Text(text.to_owned()));
    }
}

fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn element(space: Space, start: &BytesStart<'_>) -> Option<Element> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
        attributes.push((attribute.key.local_name().into_inner().into(), value.into()));
    }
    Some(Element {
        space,
        name: start.local_name().into_inner().into(),
        attributes,
        children: Vec::new(),
    })
}

fn space_of(resolved: &ResolveResult<'_>) -> Space {
    let ResolveResult::Bound(Namespace(uri)) = resolved else {
        return Space::Other;
    };
    match *uri {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
        | "http://purl.oclc.org/ooxml/wordprocessingml/main" => Space::Word,
        "http://schemas.openxmlformats.org/markup-compatibility/2006" => Space::Compatibility,
        "urn:schemas-microsoft-com:vml" | "urn:schemas-microsoft-com:office:office" => Space::Vml,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        | "http://purl.oclc.org/ooxml/officeDocument/relationships" => Space::Relation,
        "http://schemas.openxmlformats.org/officeDocument/2006/math"
        | "http://purl.oclc.org/ooxml/officeDocument/math" => Space::Mathematics,
        uri if uri.contains("drawing") => Space::Drawing,
        _ => Space::Other,
    }
}

/// UTF-8, or UTF-16 with its mark; other encodings do not occur in packages (OPC, 8.1.4).
fn decode(bytes: &[u8]) -> Option<String> {
    let (encoding, mark) = encoding_rs::Encoding::for_bom(bytes).unwrap_or((encoding_rs::UTF_8, 0));
    encoding
        .decode_without_bom_handling_and_without_replacement(&bytes[mark..])
        .map(std::borrow::Cow::into_owned)
}
