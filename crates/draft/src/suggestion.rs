//! Suggestions (修订留痕) in a text: who suggests what, the text as it would be and as it was, and the decisions. A
//! suggestion never moves or removes what stands; only deciding does. 标题 and the other elements are not suggested: they
//! are compared (`compare`).

use andu_document::OfficialDocument;
use serde::{Deserialize, Serialize};
use yrs::{
    Any, Array, ArrayRef, Out, ReadTxn, Text, Transact, XmlElementRef, types::text::YChange,
};

pub use crate::settle::Choice;
use crate::{
    DraftError, DraftText, Frozen, Reading, blocks, freeze, reading,
    settle::{self, Act, LINES},
    text::guarded,
    trace::{Seen, Trace, Tracer, Traces},
};

/// Characters of what comes, and of what goes, that a suggestion tells.
const MOST_WORDS: usize = 120;

/// What somebody suggests in one act, or typed on in one stretch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// Its id, who and when.
    #[serde(flatten)]
    pub trace: Trace,
    /// The body and the block it begins in, as the editor counts them: `body/3`.
    pub place: String,
    /// Words that come, at most 120 characters.
    pub inserted: String,
    /// Words that go, at most 120 characters.
    pub deleted: String,
    /// What it does besides.
    pub acts: Vec<SuggestedAct>,
}

/// What a suggestion does besides words that come and go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SuggestedAct {
    /// A paragraph is divided.
    Split,
    /// A line ends within its paragraph.
    Line,
    /// A paragraph goes on from the one before it.
    Join,
    /// A block comes.
    BlockInserted {
        /// `paragraph`, or the name of its node: `table`, `image`, `pageBreak`.
        block: String,
    },
    /// A block goes.
    BlockDeleted {
        /// As above.
        block: String,
    },
    /// A line gets another kind.
    Becomes {
        /// The editor's word for it: `paragraph`, `left`, `heading2`, `plain2`, `centered`.
        to: String,
    },
}

/// The marked copy (花脸稿) of a text with suggestions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Traced {
    /// The text as it would be, with what goes still in it: runs carry `change` and `by`.
    pub document: OfficialDocument,
    /// Whose they are, by number.
    pub people: Vec<Tracer>,
    /// What is suggested of blocks as wholes, by their place in `document`.
    pub blocks: Vec<BlockTrace>,
}

/// What is suggested of a block as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockTrace {
    /// Its place in the marked copy, such as `body/3`.
    pub place: String,
    /// What.
    pub act: SuggestedAct,
    /// Number of the person.
    pub by: u8,
}

impl DraftText {
    /// The suggestions that are open, in the order of the text: body, attachments, 被印发件.
    ///
    /// # Errors
    /// `Engine` if the engine fails; `TooManySuggestions`.
    pub fn suggestions(&self) -> Result<Vec<Suggestion>, DraftError> {
        self.reading_txn(|txn| {
            let mut list = List::default();
            for (root, place) in reading::bodies(txn) {
                if let Some(fragment) = txn.get_xml_fragment(root.as_str()) {
                    list.body(txn, fragment.as_ref(), &place);
                }
            }
            list.found
        })
    }

    /// The text with everything accepted (清稿): the same as [`Self::to_document`].
    ///
    /// # Errors
    /// `Engine` if the engine fails; `TooManySuggestions`.
    pub fn accepted(&self) -> Result<Reading, DraftError> {
        self.to_document()
    }

    /// The text with everything rejected: as it was before anybody suggested.
    ///
    /// # Errors
    /// `Engine` if the engine fails; `TooManySuggestions`.
    pub fn original(&self) -> Result<Reading, DraftError> {
        self.settled(Act::Reject)
    }

    /// The text with everything settled, on a copy.
    pub(crate) fn settled(&self, act: Act) -> Result<Reading, DraftError> {
        let doc = self.copy()?;
        guarded(|| {
            let mut txn = doc.transact_mut();
            settle::settle(&mut txn, &Choice::All, act)?;
            Ok(reading::read(&txn))
        })?
    }

    /// The marked copy (花脸稿): what comes and what goes, and whose it is.
    ///
    /// # Errors
    /// `Engine` if the engine fails; `TooManySuggestions`.
    pub fn traced(&self) -> Result<Traced, DraftError> {
        let doc = self.copy()?;
        guarded(|| {
            let mut txn = doc.transact_mut();
            settle::settle(&mut txn, &Choice::All, Act::Show)?;
            let seen = Seen {
                people: Some(Vec::new()),
                ..Seen::default()
            };
            let (reading, seen) = reading::read_seeing(&txn, seen);
            let people = seen.people.unwrap_or_default();
            Ok(Traced {
                blocks: block_traces(&txn, &people),
                document: reading.document,
                people,
            })
        })?
    }

    /// The text frozen, if nothing in it is left to decide: what is reviewed and signed is one text, not two.
    ///
    /// # Errors
    /// `OpenSuggestions`, `Engine`.
    pub fn freeze_decided(&self) -> Result<Frozen, DraftError> {
        self.refuse_open()?;
        Ok(freeze(&self.to_document()?.document))
    }

    /// Accepts or rejects (`accept` false) what is chosen, as one edit. Returns the update (format v1) for the others.
    ///
    /// # Errors
    /// `NoSuchSuggestion` if nothing open is meant; else as [`Self::replace_with`]. The text is then as it was.
    pub fn decide(&mut self, choice: &Choice, accept: bool) -> Result<Vec<u8>, DraftError> {
        let is_meant = |one: &Suggestion| match choice {
            Choice::One(id) => one.trace.id == *id,
            Choice::Author(author) => one.trace.author == *author,
            Choice::All => true,
        };
        if !self.suggestions()?.iter().any(is_meant) {
            return Err(DraftError::NoSuchSuggestion);
        }
        let act = if accept { Act::Accept } else { Act::Reject };
        self.edit(|txn| settle::settle(txn, choice, act))
    }

    /// # Errors
    /// `OpenSuggestions` if something is left to decide.
    pub(crate) fn refuse_open(&self) -> Result<(), DraftError> {
        match self.suggestions()?.len() {
            0 => Ok(()),
            count => Err(DraftError::OpenSuggestions { count }),
        }
    }
}

/// Gathers suggestions.
#[derive(Default)]
struct List {
    found: Vec<Suggestion>,
}

impl List {
    fn body<T: ReadTxn>(&mut self, txn: &T, blocks: &ArrayRef, place: &str) {
        for (index, child) in blocks.iter(txn).enumerate() {
            if let Out::YXmlElement(element) = child {
                self.block(txn, &element, &format!("{place}/{index}"));
            }
        }
    }

    fn block<T: ReadTxn>(&mut self, txn: &T, element: &XmlElementRef, place: &str) {
        let traces = Traces::of_element(txn, element);
        for act in acts_of(element, &traces) {
            self.act(&act.0, place, act.1);
        }
        if LINES.contains(&blocks::tag(element)) {
            return self.line(txn, element, place);
        }
        for row in blocks::children(txn, element, &["tableRow"], || {}) {
            for cell in blocks::children(txn, &row, &["tableCell", "tableHeader"], || {}) {
                for line in blocks::children(txn, &cell, &LINES, || {}) {
                    self.block(txn, &line, place);
                }
            }
        }
    }

    fn line<T: ReadTxn>(&mut self, txn: &T, line: &XmlElementRef, place: &str) {
        let children: &ArrayRef = line.as_ref();
        for child in children.iter(txn) {
            match child {
                Out::YXmlText(text) => {
                    for chunk in text.diff(txn, YChange::identity) {
                        if let (Out::Any(Any::String(words)), Some(marks)) =
                            (chunk.insert, chunk.attributes)
                        {
                            self.words(&Traces::of_marks(&marks), &words, place);
                        }
                    }
                }
                Out::YXmlElement(element) => {
                    self.words(&Traces::of_element(txn, &element), "\n", place);
                }
                _ => {}
            }
        }
    }

    fn words(&mut self, traces: &Traces, words: &str, place: &str) {
        let is_taken_back = traces.is_taken_back();
        if let Some(trace) = &traces.inserted {
            let one = self.at(trace, place);
            match traces.split.as_deref() {
                _ if is_taken_back => {}
                None => add(&mut one.inserted, words),
                Some("line") => self.act(trace, place, SuggestedAct::Line),
                Some(_) => self.act(trace, place, SuggestedAct::Split),
            }
        }
        if let Some(trace) = &traces.deleted {
            let one = self.at(trace, place);
            if !is_taken_back {
                add(&mut one.deleted, words);
            }
        }
    }

    fn act(&mut self, trace: &Trace, place: &str, act: SuggestedAct) {
        let acts = &mut self.at(trace, place).acts;
        if !acts.contains(&act) {
            acts.push(act);
        }
    }

    fn at(&mut self, trace: &Trace, place: &str) -> &mut Suggestion {
        let known = self.found.iter().position(|one| one.trace.id == trace.id);
        let at = known.unwrap_or_else(|| {
            self.found.push(Suggestion {
                trace: trace.clone(),
                place: place.to_owned(),
                inserted: String::new(),
                deleted: String::new(),
                acts: Vec::new(),
            });
            self.found.len() - 1
        });
        &mut self.found[at]
    }
}

fn add(told: &mut String, words: &str) {
    let room = MOST_WORDS.saturating_sub(told.chars().count());
    told.extend(words.chars().take(room));
}

/// What is suggested of a node as a whole.
fn acts_of(element: &XmlElementRef, traces: &Traces) -> Vec<(Trace, SuggestedAct)> {
    let tag = blocks::tag(element);
    let block = if LINES.contains(&tag) {
        "paragraph"
    } else {
        tag
    }
    .to_owned();
    let mut acts = Vec::new();
    if let Some(trace) = &traces.inserted {
        let block = block.clone();
        acts.push((trace.clone(), SuggestedAct::BlockInserted { block }));
    }
    if let Some(trace) = &traces.deleted {
        acts.push((trace.clone(), SuggestedAct::BlockDeleted { block }));
    }
    if let Some(trace) = &traces.joined {
        acts.push((trace.clone(), SuggestedAct::Join));
    }
    if let Some((trace, to)) = &traces.becomes {
        let to = to.clone();
        acts.push((trace.clone(), SuggestedAct::Becomes { to }));
    }
    acts
}

fn block_traces<T: ReadTxn>(txn: &T, people: &[Tracer]) -> Vec<BlockTrace> {
    let mut found = Vec::new();
    for (root, place) in reading::bodies(txn) {
        let Some(fragment) = txn.get_xml_fragment(root.as_str()) else {
            continue;
        };
        let placed = reading::placed(txn, &fragment, &place, &mut reading::Problems::default());
        let children: &ArrayRef = fragment.as_ref();
        for (index, placed) in placed.iter().enumerate() {
            let Some(Out::YXmlElement(element)) = children.get(txn, placed.index) else {
                continue;
            };
            for (trace, act) in acts_of(&element, &Traces::of_element(txn, &element)) {
                let person = people.iter().find(|one| one.author == trace.author);
                found.push(BlockTrace {
                    place: format!("{place}/{index}"),
                    act,
                    by: person.map_or(0, |one| one.number),
                });
            }
        }
    }
    found
}
