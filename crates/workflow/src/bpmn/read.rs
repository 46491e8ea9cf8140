//! Bytes to a tree of elements: decoded, with every limit, without document types and entities.

use std::{borrow::Cow, collections::BTreeSet};

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::{
    BpmnError, DEEPEST, LARGEST, LONGEST_ATTRIBUTE, LONGEST_TEXT, MOST_ELEMENTS,
    namespace::{self, XML},
    tree::{Attribute, Content, Element, Scope},
};

/// The most attributes of one element, and the most namespaces declared at one place.
const MOST_ATTRIBUTES: usize = 256;

/// What was read.
pub(super) struct Document {
    pub root: Element,
    /// How many comments and processing instructions were left out.
    pub left_out: usize,
}

/// Decodes and reads a file.
pub(super) fn document(bytes: &[u8]) -> Result<Document, BpmnError> {
    if bytes.len() > LARGEST {
        return Err(BpmnError::TooLarge(bytes.len()));
    }
    let text = decode(bytes)?;
    parse(&text)
}

/// Reads one element that stands by itself.
pub(super) fn fragment(text: &str) -> Result<Element, BpmnError> {
    if text.len() > LARGEST {
        return Err(BpmnError::TooLarge(text.len()));
    }
    Ok(parse(text)?.root)
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, BpmnError> {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        text.map(Cow::Owned)
            .map_err(|_| BpmnError::Bytes(bytes.len()))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf_16(bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf_16(bytes, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            match declared(bytes).as_deref() {
                None | Some("utf-8" | "utf8" | "us-ascii" | "ascii") => std::str::from_utf8(bytes)
                    .map(Cow::Borrowed)
                    .map_err(|error| BpmnError::Bytes(error.valid_up_to())),
                Some("iso-8859-1" | "latin1") => Ok(Cow::Owned(
                    bytes.iter().map(|byte| char::from(*byte)).collect(),
                )),
                Some(other) => Err(BpmnError::Encoding(other.to_owned())),
            }
        }
    }
}

/// The encoding that a file names in its first line, in small letters.
fn declared(bytes: &[u8]) -> Option<String> {
    let end = bytes.windows(2).take(200).position(|pair| pair == b"?>")?;
    let line = std::str::from_utf8(&bytes[..end]).ok()?;
    let rest = line
        .trim_start()
        .strip_prefix("<?xml")?
        .split_once("encoding")?
        .1;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest
        .chars()
        .next()
        .filter(|one| matches!(one, '"' | '\''))?;
    let name = rest[1..].split(quote).next()?;
    Some(name.to_ascii_lowercase())
}

/// A reader on its way through the text.
struct Parser<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
    left_out: usize,
}

fn parse(text: &str) -> Result<Document, BpmnError> {
    if let Some((at, character)) = text
        .char_indices()
        .find(|(_, one)| !namespace::is_allowed(*one))
    {
        let line = line_of(text, at);
        return Err(BpmnError::Character {
            character: character.into(),
            line,
        });
    }
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = false;
    let parser = Parser {
        text,
        reader,
        open: Vec::new(),
        root: None,
        count: 0,
        left_out: 0,
    };
    parser.run()
}

fn line_of(text: &str, at: usize) -> usize {
    let before = &text.as_bytes()[..at.min(text.len())];
    before.iter().filter(|byte| **byte == b'\n').count() + 1
}

impl Parser<'_> {
    fn run(mut self) -> Result<Document, BpmnError> {
        loop {
            let event = match self.reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    let byte = usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX);
                    return Err(self.wrong_at(&error.to_string(), byte));
                }
            };
            match event {
                Event::Start(start) => self.begin(&start)?,
                Event::Empty(start) => {
                    self.begin(&start)?;
                    self.end();
                }
                Event::End(_) => self.end(),
                Event::Text(text) => self.say(&text.xml10_content())?,
                Event::CData(text) => self.say(&text.xml10_content())?,
                Event::GeneralRef(name) => {
                    let name = name.into_inner();
                    let text = self.entity(&format!("&{name};"))?.into_owned();
                    self.say(&text)?;
                }
                Event::Comment(_) | Event::PI(_) => self.left_out += 1,
                Event::Decl(_) => {}
                Event::DocType(_) => return Err(BpmnError::DocumentType { line: self.line() }),
                Event::Eof => break,
            }
        }
        let left_out = self.left_out;
        match self.root.take() {
            Some(root) if self.open.is_empty() => Ok(Document { root, left_out }),
            Some(_) | None => Err(self.wrong("the file ends too early")),
        }
    }

    fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn line(&self) -> usize {
        line_of(self.text, self.at())
    }

    fn wrong(&self, message: &str) -> BpmnError {
        self.wrong_at(message, self.at())
    }

    fn wrong_at(&self, message: &str, byte: usize) -> BpmnError {
        let line = line_of(self.text, byte);
        BpmnError::Xml {
            message: message.to_owned(),
            line,
            byte,
        }
    }

    fn entity<'t>(&self, raw: &'t str) -> Result<Cow<'t, str>, BpmnError> {
        let text = quick_xml::escape::unescape(raw).map_err(|error| match error {
            quick_xml::escape::EscapeError::UnrecognizedEntity(_, name) => BpmnError::Entity {
                name,
                line: self.line(),
            },
            other => self.wrong(&other.to_string()),
        })?;
        match text.chars().find(|one| !namespace::is_allowed(*one)) {
            Some(character) => {
                let line = self.line();
                Err(BpmnError::Character {
                    character: character.into(),
                    line,
                })
            }
            None => Ok(text),
        }
    }

    fn begin(&mut self, start: &BytesStart<'_>) -> Result<(), BpmnError> {
        self.count += 1;
        if self.open.len() >= DEEPEST {
            return Err(BpmnError::TooDeep { line: self.line() });
        }
        if self.count > MOST_ELEMENTS {
            return Err(BpmnError::TooMany { line: self.line() });
        }
        if self.root.is_some() {
            return Err(self.wrong("more than one outermost element"));
        }
        let mut scope = self
            .open
            .last()
            .map_or_else(Scope::default, |above| above.scope.clone());
        let raw = self.attributes(start, &mut scope)?;
        let name = start.name();
        let (prefix, name) = self.split(name.as_ref())?;
        let namespace = match (prefix, scope.namespace(prefix)) {
            (_, Some(namespace)) => namespace.clone(),
            ("", None) => "".into(),
            (_, None) => return Err(self.undeclared(prefix)),
        };
        let mut element = Element::new(prefix, &namespace, name);
        for (name, value) in raw {
            let (prefix, name) = self.split(&name)?;
            let namespace = match (prefix, scope.namespace(prefix)) {
                ("", _) => "".into(),
                ("xml", _) => XML.into(),
                (_, Some(namespace)) => namespace.clone(),
                (_, None) => return Err(self.undeclared(prefix)),
            };
            let (prefix, name) = (prefix.to_owned(), name.to_owned());
            element.attributes.push(Attribute {
                prefix,
                namespace,
                name,
                value,
            });
        }
        element.scope = scope;
        self.open.push(element);
        Ok(())
    }

    fn undeclared(&self, prefix: &str) -> BpmnError {
        let prefix = prefix.chars().take(40).collect();
        BpmnError::Prefix {
            prefix,
            line: self.line(),
        }
    }

    fn split<'n>(&self, name: &'n str) -> Result<(&'n str, &'n str), BpmnError> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if namespace::is_name(local) && (prefix.is_empty() || namespace::is_name(prefix)) {
            Ok((prefix, local))
        } else {
            Err(self.wrong("a name that is none"))
        }
    }

    /// The attributes with their names as written; declarations go into the scope.
    fn attributes(
        &self,
        start: &BytesStart<'_>,
        scope: &mut Scope,
    ) -> Result<Vec<(String, String)>, BpmnError> {
        let mut names = BTreeSet::new();
        let mut found = Vec::new();
        let mut attributes = start.attributes();
        for attribute in attributes.with_checks(false) {
            let attribute = attribute.map_err(|error| self.wrong(&error.to_string()))?;
            let name = attribute.key.as_ref().to_owned();
            if attribute.value.len() > LONGEST_ATTRIBUTE {
                return Err(BpmnError::TooLong { line: self.line() });
            }
            let raw = attribute
                .value
                .replace("\r\n", " ")
                .replace(['\n', '\r', '\t'], " ");
            if raw.contains('<') {
                return Err(self.wrong("`<` in a value"));
            }
            let value = self.entity(&raw)?.into_owned();
            if !names.insert(name.clone()) {
                return Err(self.wrong("an attribute stands twice"));
            }
            if names.len() > MOST_ATTRIBUTES || scope.count() >= MOST_ATTRIBUTES {
                return Err(BpmnError::TooMany { line: self.line() });
            }
            if name == "xmlns" {
                *scope = scope.with("", &value);
            } else if let Some(prefix) = name.strip_prefix("xmlns:") {
                if value.is_empty() || matches!(prefix, "xml" | "xmlns") {
                    return Err(self.wrong("a prefix that may not be declared so"));
                }
                *scope = scope.with(prefix, &value);
            } else {
                found.push((name, value));
            }
        }
        Ok(found)
    }

    fn say(&mut self, text: &str) -> Result<(), BpmnError> {
        let Some(open) = self.open.last_mut() else {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(self.wrong("text outside of the outermost element"))
            };
        };
        let length = match open.children.last_mut() {
            Some(Content::Text(before)) => {
                before.push_str(text);
                before.len()
            }
            Some(Content::Element(_)) | None if text.is_empty() => 0,
            Some(Content::Element(_)) | None => {
                open.children.push(Content::Text(text.to_owned()));
                text.len()
            }
        };
        if length > LONGEST_TEXT {
            return Err(BpmnError::TooLong { line: self.line() });
        }
        Ok(())
    }

    fn end(&mut self) {
        let Some(mut element) = self.open.pop() else {
            return;
        };
        tidy(&mut element);
        match self.open.last_mut() {
            Some(above) => above.push(element),
            None => self.root = Some(element),
        }
    }
}

/// Takes out the blanks that only set elements apart.
fn tidy(element: &mut Element) {
    let blank = |text: &str| text.trim_matches([' ', '\t', '\n', '\r']).is_empty();
    let text = element.text();
    let only_blanks = !text.is_empty() && blank(&text);
    let sets_apart = element.elements().next().is_some() || text.contains('\n');
    if only_blanks && sets_apart {
        element
            .children
            .retain(|child| matches!(child, Content::Element(_)));
    }
}
