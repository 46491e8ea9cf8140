//! Who wrote which characters: each was inserted under a client id, and the register of client ids
//! (kept with the envelopes) names the person. Deletions carry no author here: their envelope does.

use andu_document::Block;
use serde::Serialize;
use yrs::{
    Any, Array, ArrayRef, Out, ReadTxn, Snapshot, Text, Transact, TransactionMut, XmlElementRef,
    branch::{Branch, BranchID},
    types::text::YChange,
};

use crate::{
    Choice, DraftError, DraftText, blocks,
    reading::{self, ATTACHMENTS, AttachmentRoots, ISSUED_ATTACHMENTS, Problems},
    settle::{Act, settle},
    text::guarded,
    trace::Seen,
};

/// Characters that one client id inserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorship {
    /// Place of the text, such as `title` or `body/3`.
    pub place: String,
    /// First character, counted from 0 in the text of the place (`Block::text`).
    pub start: usize,
    /// After the last character.
    pub end: usize,
    /// Under which they were inserted.
    pub client_id: u64,
}

impl DraftText {
    /// Who inserted the characters of 标题 and of all bodies, by place and then by range. Elements
    /// and captions of tables are values that replace each other: for them ask the envelopes. With suggestions it is
    /// the text as it would be; words that a suggestion would move count as written under our own id.
    /// Cost: a copy of the text and a pass over it.
    ///
    /// # Errors
    /// `Engine` if the engine fails, `TooManySuggestions`.
    pub fn attribution(&self) -> Result<Vec<Authorship>, DraftError> {
        let doc = self.copy()?;
        guarded(|| {
            let mut txn = doc.transact_mut();
            if reading::read_seeing(&txn, Seen::default()).1.any {
                settle(&mut txn, &Choice::All, Act::Accept)?;
                txn.commit();
                drop(txn);
                txn = doc.transact_mut();
            }
            let mut pass = Pass {
                now: txn.snapshot(),
                found: Vec::new(),
            };
            pass.title(&mut txn);
            pass.body(&mut txn, "body", "body");
            pass.attachments(&mut txn, ATTACHMENTS);
            if reading::read(&txn).document.issued_text.is_some() {
                pass.body(&mut txn, "issued:body", "issued_text/body");
                pass.attachments(&mut txn, ISSUED_ATTACHMENTS);
            }
            Ok(pass.found)
        })?
    }
}

/// Some characters of one client.
struct Part {
    chars: usize,
    client_id: Option<u64>,
    runs_in: bool,
}

struct Pass {
    now: Snapshot,
    found: Vec<Authorship>,
}

impl Pass {
    fn title(&mut self, txn: &mut TransactionMut<'_>) {
        if let Some(title) = txn.get_text("title") {
            let parts = self.parts(txn, &title);
            self.add("title", 0, &parts);
        }
    }

    fn body(&mut self, txn: &mut TransactionMut<'_>, root: &str, place: &str) {
        let Some(fragment) = txn.get_xml_fragment(root) else {
            return;
        };
        let placed = reading::placed(txn, &fragment, place, &mut Problems::default());
        for (index, placed) in placed.into_iter().enumerate() {
            let children: &ArrayRef = fragment.as_ref();
            let Some(Out::YXmlElement(element)) = children.get(txn, placed.index) else {
                continue;
            };
            let place = format!("{place}/{index}");
            if let Block::Table(table) = &placed.block {
                let caption = table.caption.chars().count();
                let start = if caption == 0 { 0 } else { caption + 1 };
                let parts = self.table(txn, &element);
                self.add(&place, start, &parts);
                continue;
            }
            let mut parts = self.line(txn, &element);
            if matches!(placed.block, Block::Heading { .. }) {
                // What runs in stands behind the heading in the document, wherever it is here.
                parts.sort_by_key(|part| part.runs_in);
            }
            self.add(&place, 0, &parts);
        }
    }

    fn attachments(&mut self, txn: &mut TransactionMut<'_>, roots: AttachmentRoots) {
        let Some(list) = txn.get_array(roots.list) else {
            return;
        };
        let entries: Vec<Out> = list.iter(txn).collect();
        for (index, entry) in entries.iter().enumerate() {
            let (_, id) = reading::read_entry(txn, entry, roots.place, &mut Problems::default());
            if let Some(id) = id {
                let place = format!("{}/{index}/body", roots.place);
                self.body(txn, &format!("{}{id}", roots.bodies), &place);
            }
        }
    }

    fn table(&self, txn: &mut TransactionMut<'_>, table: &XmlElementRef) -> Vec<Part> {
        const LINES: [&str; 3] = ["paragraph", "heading", "centered"];
        let mut parts: Vec<Part> = Vec::new();
        let mut is_first = true;
        for row in blocks::children(txn, table, &["tableRow"], || {}) {
            for cell in blocks::children(txn, &row, &["tableCell", "tableHeader"], || {}) {
                if !std::mem::replace(&mut is_first, false) {
                    parts.push(Part {
                        chars: 1,
                        client_id: None,
                        runs_in: false,
                    });
                }
                for (index, line) in blocks::children(txn, &cell, &LINES, || {})
                    .iter()
                    .enumerate()
                {
                    if index > 0 {
                        parts.push(one(line.as_ref()));
                    }
                    parts.extend(self.line(txn, line));
                }
            }
        }
        parts
    }

    fn line(&self, txn: &mut TransactionMut<'_>, line: &XmlElementRef) -> Vec<Part> {
        let children: &ArrayRef = line.as_ref();
        let children: Vec<Out> = children.iter(txn).collect();
        let mut parts: Vec<Part> = Vec::new();
        for child in children {
            match child {
                Out::YXmlText(text) => parts.extend(self.parts(txn, &text)),
                Out::YXmlElement(element) if blocks::tag(&element) == "hardBreak" => {
                    let runs_in = parts.last().is_some_and(|part| part.runs_in);
                    parts.push(Part {
                        runs_in,
                        ..one(element.as_ref())
                    });
                }
                _ => {}
            }
        }
        parts
    }

    /// The parts of a text: against nothing, every stretch of it is an addition that names its id.
    fn parts(&self, txn: &mut TransactionMut<'_>, text: &impl Text) -> Vec<Part> {
        let nothing = Snapshot::default();
        let chunks = text.diff_range(txn, Some(&self.now), Some(&nothing), YChange::identity);
        chunks
            .into_iter()
            .filter_map(|chunk| match chunk.insert {
                Out::Any(Any::String(text)) => Some(Part {
                    chars: text.chars().count(),
                    client_id: chunk.ychange.map(|change| change.id.client.get()),
                    runs_in: chunk
                        .attributes
                        .is_some_and(|marks| blocks::look_of(&marks).run_in),
                }),
                _ => None,
            })
            .collect()
    }

    fn add(&mut self, place: &str, start: usize, parts: &[Part]) {
        let mut at = start;
        for part in parts {
            let end = at + part.chars;
            if let Some(client_id) = part.client_id {
                match self.found.last_mut() {
                    Some(last)
                        if last.place == place && last.end == at && last.client_id == client_id =>
                    {
                        last.end = end;
                    }
                    _ => self.found.push(Authorship {
                        place: place.to_owned(),
                        start: at,
                        end,
                        client_id,
                    }),
                }
            }
            at = end;
        }
    }
}

/// The one character that a node stands for.
fn one(node: &Branch) -> Part {
    let client_id = match node.id() {
        BranchID::Nested(id) => Some(id.client.get()),
        BranchID::Root(_) => None,
    };
    Part {
        chars: 1,
        client_id,
        runs_in: false,
    }
}
