//! Traces: who suggested something, when, and which suggestion it belongs to, as they stand in the Yjs document. Text
//! carries them as marks (`inserted`, `deleted`, `split`), nodes as attributes (`inserted`, `deleted`, `joined`,
//! `becomes`). The editor writes the same: `ui/src/features/drafting/suggest/trace.ts`.

use std::{collections::HashMap, sync::Arc};

use andu_document::body::{Align, Change};
use serde::Serialize;
use yrs::{Any, Out, ReadTxn, Xml, XmlElementRef, types::Attrs};

use crate::span::LineKind;

/// Characters of a field of a trace that are read; nobody's name is longer.
const LONGEST_FIELD: usize = 80;
/// People that one text tells apart by number.
const MOST_PEOPLE: usize = 250;

/// Who suggested something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// Of the suggestion: everything that carries it is decided together.
    pub id: String,
    /// Id of the person.
    pub author: String,
    /// The person's name at that time.
    pub name: String,
    /// When it began: an instant in UTC, as the editor's clock had it.
    pub at: String,
}

impl Trace {
    fn of(value: &Any) -> Option<Self> {
        let Any::Map(fields) = value else { return None };
        let field = |name: &str| match fields.get(name) {
            Some(Any::String(text)) => Some(text.chars().take(LONGEST_FIELD).collect::<String>()),
            _ => None,
        };
        Some(Self {
            id: field("id")?,
            author: field("author")?,
            name: field("name")?,
            at: field("at")?,
        })
    }

    /// This trace as the editor writes it.
    pub(crate) fn value(&self) -> Any {
        let fields = [
            ("id", &self.id),
            ("author", &self.author),
            ("name", &self.name),
            ("at", &self.at),
        ];
        let fields = fields.map(|(name, text)| (name.to_owned(), Any::from(text.as_str())));
        Any::Map(Arc::new(HashMap::from(fields)))
    }
}

/// What is suggested of one piece of text or one node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traces {
    pub inserted: Option<Trace>,
    pub deleted: Option<Trace>,
    pub joined: Option<Trace>,
    /// With the kind the line is to have.
    pub becomes: Option<(Trace, String)>,
    /// What a sign in the text is to become: `line`, or the kind of a new paragraph.
    pub split: Option<String>,
}

impl Traces {
    pub fn of_marks(marks: &Attrs) -> Self {
        let mut traces = Self::default();
        for (name, value) in marks {
            match bare(name) {
                "inserted" => traces.inserted = Trace::of(value),
                "deleted" => traces.deleted = Trace::of(value),
                "split" => traces.split = word(value, "to"),
                _ => {}
            }
        }
        traces
    }

    pub fn of_element<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Self {
        let value = |name: &str| match element.get_attribute(txn, name) {
            Some(Out::Any(any)) => Some(any),
            _ => None,
        };
        let trace = |name: &str| value(name).as_ref().and_then(Trace::of);
        let becomes = value("becomes");
        Self {
            inserted: trace("inserted"),
            deleted: trace("deleted"),
            joined: trace("joined"),
            becomes: becomes
                .as_ref()
                .and_then(|value| Some((Trace::of(value)?, word(value, "to")?))),
            split: None,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Trace> {
        let becomes = self.becomes.as_ref().map(|(trace, _)| trace);
        [&self.inserted, &self.deleted, &self.joined]
            .into_iter()
            .flatten()
            .chain(becomes)
    }

    /// Written and taken back by the same person: nothing to decide, and nothing to see.
    pub fn is_taken_back(&self) -> bool {
        matches!((&self.inserted, &self.deleted), (Some(one), Some(other)) if one.author == other.author)
    }
}

/// A mark's name may carry a hash of its attributes (`bold--AbCdEfGh`).
pub(crate) fn bare(name: &str) -> &str {
    name.split_once("--").map_or(name, |(name, _)| name)
}

fn word(value: &Any, name: &str) -> Option<String> {
    match value {
        Any::Map(fields) => match fields.get(name) {
            Some(Any::String(text)) => Some(text.as_ref().to_owned()),
            _ => None,
        },
        _ => None,
    }
}

/// The kind of a line from the editor's word for it; a word that nobody knows is an ordinary paragraph.
pub(crate) fn kind_of(word: &str) -> LineKind {
    let level = |digits: &str| digits.parse().ok().filter(|level| (1..=4).contains(level));
    if let Some(level) = word.strip_prefix("heading").and_then(level) {
        return LineKind::Heading {
            level,
            unnumbered: false,
        };
    }
    if let Some(level) = word.strip_prefix("plain").and_then(level) {
        return LineKind::Heading {
            level,
            unnumbered: true,
        };
    }
    match word {
        "centered" => LineKind::Centered,
        "left" => LineKind::Paragraph(Some(Align::Left)),
        "center" => LineKind::Paragraph(Some(Align::Center)),
        "right" => LineKind::Paragraph(Some(Align::Right)),
        _ => LineKind::Paragraph(None),
    }
}

/// Somebody whose suggestions a marked copy shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tracer {
    /// In the legend, and `by` of the runs: from 1, in the order of the text.
    pub number: u8,
    /// Id of the person.
    pub author: String,
    /// The person's name.
    pub name: String,
    /// The first of the person's suggestions: an instant in UTC.
    pub first_at: String,
    /// The last of them.
    pub last_at: String,
    /// Characters that the person would add; line breaks do not count.
    pub inserted_chars: usize,
    /// Characters that the person would take away, counted in the same way.
    pub deleted_chars: usize,
}

/// What is seen of suggestions while a text is read.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Whether there are any.
    pub any: bool,
    /// Whether they are shown in the runs, and then whose they are.
    pub people: Option<Vec<Tracer>>,
}

impl Seen {
    /// Notes the traces of a node.
    pub fn element(&mut self, traces: &Traces) {
        for trace in traces.all() {
            self.any = true;
            self.person(trace);
        }
    }

    /// What is shown of a piece of text with these traces.
    pub fn change(&mut self, traces: &Traces, text: &str) -> (Option<Change>, Option<u8>) {
        let (trace, change) = match (&traces.deleted, &traces.inserted) {
            (Some(deleted), _) => (deleted, Change::Deleted),
            (None, Some(inserted)) => (inserted, Change::Inserted),
            (None, None) => return (None, None),
        };
        self.any = true;
        let Some(person) = self.person(trace) else {
            return (None, None);
        };
        let chars = text.chars().filter(|c| *c != '\n').count();
        match change {
            Change::Inserted => person.inserted_chars += chars,
            Change::Deleted => person.deleted_chars += chars,
        }
        (Some(change), Some(person.number))
    }

    fn person(&mut self, trace: &Trace) -> Option<&mut Tracer> {
        let people = self.people.as_mut()?;
        let at = match people.iter().position(|one| one.author == trace.author) {
            Some(at) => at,
            None if people.len() == MOST_PEOPLE => people.len() - 1,
            None => {
                people.push(Tracer {
                    number: u8::try_from(people.len() + 1).unwrap_or(u8::MAX),
                    author: trace.author.clone(),
                    name: trace.name.clone(),
                    first_at: trace.at.clone(),
                    last_at: trace.at.clone(),
                    inserted_chars: 0,
                    deleted_chars: 0,
                });
                people.len() - 1
            }
        };
        let person = people.get_mut(at)?;
        if trace.at < person.first_at {
            person.first_at.clone_from(&trace.at);
        }
        if trace.at > person.last_at {
            person.last_at.clone_from(&trace.at);
        }
        Some(person)
    }
}
