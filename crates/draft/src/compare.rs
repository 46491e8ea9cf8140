//! Two versions side by side on one page (花脸稿), and each of them back from it: the new one clean
//! (清稿), the old one as it was. Works on documents, not on histories: any two can be compared.

mod body;

use std::collections::HashSet;

use andu_document::{Attachment, Block, Change, IssuedText, OfficialDocument, Row, Run};
use serde::Serialize;
use serde_json::Value;

use crate::{
    align::{Item, align},
    reading::ELEMENTS,
    revision::fields,
    span::{normal_form, runs_of},
};

/// What changed from one version to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The new version with what is gone kept in it. Runs carry `change`; elements are the new ones.
    pub marked: OfficialDocument,
    /// 标题 with what changed in it; `\n` where the drafter breaks the line.
    pub title: Vec<Run>,
    /// Characters that came, in 标题, bodies, 附件 and 被印发件; line breaks do not count.
    pub inserted_chars: usize,
    /// Characters that went, counted in the same way.
    pub deleted_chars: usize,
    /// Elements that changed, 标题 first.
    pub element_changes: Vec<ElementChange>,
    /// Things that came or went as a whole, by their place in `marked`, in order. What has text has
    /// it marked too; page breaks, images and empty paragraphs are known from here alone.
    pub block_changes: Vec<BlockChange>,
}

/// An element that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ElementChange {
    /// Its place in `marked`, such as `urgency` or `attachments/0/title`.
    pub place: String,
    /// What it was, as serde writes it.
    pub old: Value,
    /// What it is.
    pub new: Value,
}

/// A block, row of a table (`body/3/rows/1`), attachment or 被印发件 that came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockChange {
    /// Its place in `marked`.
    pub place: String,
    /// Whether it came or went.
    pub change: Change,
}

/// Compares two versions. Marks that they carry from an earlier comparison are taken as accepted.
/// Cost: about linear for versions that are mostly alike; bounded for others.
pub fn compare(old: &OfficialDocument, new: &OfficialDocument) -> Comparison {
    let old = normal_form(&without_marks(old));
    let new = normal_form(&without_marks(new));
    let mut notes = Notes::default();
    notes.element("title", &old.title, &new.title);
    let (old_fields, new_fields) = (fields(&old), fields(&new));
    for name in ELEMENTS.iter() {
        let value =
            |fields: &serde_json::Map<String, Value>| fields.get(name).cloned().unwrap_or_default();
        notes.element(name, &value(&old_fields), &value(&new_fields));
    }
    let title = body::plain(&old.title, &new.title, &mut notes);
    let body = body::compare(&old.body, &new.body, "body", &mut notes);
    let attachments = attachments(
        &old.attachments,
        &new.attachments,
        "attachments",
        &mut notes,
    );
    let issued_text = issued(
        old.issued_text.as_ref(),
        new.issued_text.as_ref(),
        &mut notes,
    );
    Comparison {
        marked: OfficialDocument {
            body,
            attachments,
            issued_text,
            ..new
        },
        title,
        inserted_chars: notes.inserted_chars,
        deleted_chars: notes.deleted_chars,
        element_changes: notes.elements,
        block_changes: notes.blocks,
    }
}

impl Comparison {
    /// Places in `marked` where something differs, each once: elements first, then what stands in bodies. Rows are
    /// named by their table.
    pub fn places(&self) -> Vec<String> {
        let mut places: Vec<String> = self
            .element_changes
            .iter()
            .map(|change| change.place.clone())
            .collect();
        let blocks = self.block_changes.iter().map(|change| &change.place);
        places.extend(blocks.map(|place| match place.split_once("/rows/") {
            Some((table, _)) => table.to_owned(),
            None => place.clone(),
        }));
        let mut body = |blocks: &[Block], place: &str| {
            let marked = blocks.iter().enumerate().filter(|(_, one)| is_marked(one));
            places.extend(marked.map(|(index, _)| format!("{place}/{index}")));
        };
        body(&self.marked.body, "body");
        for (index, attachment) in self.marked.attachments.iter().enumerate() {
            body(&attachment.body, &format!("attachments/{index}/body"));
        }
        if let Some(issued) = &self.marked.issued_text {
            body(&issued.body, "issued_text/body");
            for (index, attachment) in issued.attachments.iter().enumerate() {
                let place = format!("issued_text/attachments/{index}/body");
                body(&attachment.body, &place);
            }
        }
        let mut seen = HashSet::new();
        places.retain(|place| seen.insert(place.clone()));
        places
    }

    /// 清稿: the new version, in normal form.
    pub fn accepted(&self) -> OfficialDocument {
        self.settled(self.marked.clone(), Change::Inserted)
    }

    /// The old version, in normal form.
    pub fn rejected(&self) -> OfficialDocument {
        let Ok(mut whole) = serde_json::to_value(&self.marked) else {
            unreachable!("BUG: a document is JSON")
        };
        for change in &self.element_changes {
            if let Some(value) = whole.pointer_mut(&format!("/{}", change.place)) {
                *value = change.old.clone();
            }
        }
        let marked = serde_json::from_value(whole).unwrap_or_else(|_| self.marked.clone());
        self.settled(marked, Change::Deleted)
    }

    fn settled(&self, mut document: OfficialDocument, kept: Change) -> OfficialDocument {
        let dropped: HashSet<&str> = self
            .block_changes
            .iter()
            .filter(|change| change.change != kept)
            .map(|change| change.place.as_str())
            .collect();
        let settle = Settle { dropped, kept };
        settle.body(&mut document.body, "body");
        settle.attachments(&mut document.attachments, "attachments");
        if settle.dropped.contains("issued_text") {
            document.issued_text = None;
        }
        if let Some(issued) = &mut document.issued_text {
            settle.body(&mut issued.body, "issued_text/body");
            settle.attachments(&mut issued.attachments, "issued_text/attachments");
        }
        normal_form(&document)
    }
}

fn is_marked(block: &Block) -> bool {
    let any = |runs: &[Run]| runs.iter().any(|run| run.change.is_some());
    match block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => any(runs),
        Block::Heading { runs, run_in, .. } => any(runs) || any(run_in),
        Block::Table(table) => {
            let mut cells = table.rows.iter().flat_map(|row| &row.cells);
            cells.any(|cell| any(&cell.runs))
        }
        Block::Image(_) | Block::PageBreak => false,
    }
}

/// A document without marks of comparison: what went is gone, what came is text like other text.
pub(crate) fn without_marks(document: &OfficialDocument) -> OfficialDocument {
    let settle = Settle {
        dropped: HashSet::new(),
        kept: Change::Inserted,
    };
    let mut document = document.clone();
    settle.body(&mut document.body, "");
    settle.attachments(&mut document.attachments, "");
    if let Some(issued) = &mut document.issued_text {
        settle.body(&mut issued.body, "");
        settle.attachments(&mut issued.attachments, "");
    }
    document
}

/// Takes one of the two versions out of a marked document.
struct Settle<'a> {
    dropped: HashSet<&'a str>,
    kept: Change,
}

impl Settle<'_> {
    /// Keeps the entries whose place is not dropped.
    fn sift<T>(&self, entries: &mut Vec<T>, place: &str) {
        let mut index = 0;
        entries.retain(|_| {
            index += 1;
            !self
                .dropped
                .contains(format!("{place}/{}", index - 1).as_str())
        });
    }

    fn runs(&self, runs: &mut Vec<Run>) {
        runs.retain(|run| run.change.is_none_or(|change| change == self.kept));
        for run in runs {
            (run.change, run.by) = (None, None);
        }
    }

    fn body(&self, body: &mut Vec<Block>, place: &str) {
        for (index, block) in body.iter_mut().enumerate() {
            match block {
                Block::Paragraph { runs, .. } | Block::Centered { runs } => self.runs(runs),
                Block::Heading { runs, run_in, .. } => {
                    self.runs(runs);
                    self.runs(run_in);
                }
                Block::Table(table) => {
                    let cells = table
                        .rows
                        .iter_mut()
                        .flat_map(|row: &mut Row| &mut row.cells);
                    cells.for_each(|cell| self.runs(&mut cell.runs));
                    self.sift(&mut table.rows, &format!("{place}/{index}/rows"));
                }
                Block::Image(_) | Block::PageBreak => {}
            }
        }
        self.sift(body, place);
    }

    fn attachments(&self, attachments: &mut Vec<Attachment>, place: &str) {
        for (index, attachment) in attachments.iter_mut().enumerate() {
            self.body(&mut attachment.body, &format!("{place}/{index}/body"));
        }
        self.sift(attachments, place);
    }
}

/// What is found on the way.
#[derive(Default)]
struct Notes {
    inserted_chars: usize,
    deleted_chars: usize,
    elements: Vec<ElementChange>,
    blocks: Vec<BlockChange>,
}

impl Notes {
    fn element<T: Serialize + PartialEq>(&mut self, place: &str, old: &T, new: &T) {
        if old != new {
            let json = |value: &T| serde_json::to_value(value).unwrap_or_default();
            let change = ElementChange {
                place: place.to_owned(),
                old: json(old),
                new: json(new),
            };
            self.elements.push(change);
        }
    }

    fn block(&mut self, place: String, change: Change) {
        self.blocks.push(BlockChange { place, change });
    }

    fn count(&mut self, text: &str, change: Change) {
        let chars = text.chars().filter(|c| *c != '\n').count();
        match change {
            Change::Inserted => self.inserted_chars += chars,
            Change::Deleted => self.deleted_chars += chars,
        }
    }
}

fn attachments(
    old: &[Attachment],
    new: &[Attachment],
    place: &str,
    notes: &mut Notes,
) -> Vec<Attachment> {
    let item = |attachment: &Attachment| Item {
        name: serde_json::to_string(attachment).unwrap_or_default(),
        frame: String::new(),
        text: std::iter::once(attachment.title.clone())
            .chain(attachment.body.iter().take(20).map(Block::text))
            .collect(),
    };
    let olds: Vec<Item> = old.iter().map(item).collect();
    let news: Vec<Item> = new.iter().map(item).collect();
    let mut marked = Vec::new();
    for pair in align(&olds, &news) {
        let place = format!("{place}/{}", marked.len());
        let body_place = format!("{place}/body");
        marked.push(match pair {
            (Some(old_index), Some(new_index)) => {
                let (old, new) = (&old[old_index], &new[new_index]);
                notes.element(&format!("{place}/title"), &old.title, &new.title);
                notes.element(&format!("{place}/separate"), &old.separate, &new.separate);
                notes.element(
                    &format!("{place}/landscape"),
                    &old.landscape,
                    &new.landscape,
                );
                let body = body::compare(&old.body, &new.body, &body_place, notes);
                Attachment {
                    title: new.title.clone(),
                    body,
                    ..*new
                }
            }
            (Some(gone), None) => whole(&old[gone], place, Change::Deleted, notes),
            (None, Some(come)) => whole(&new[come], place, Change::Inserted, notes),
            (None, None) => continue,
        });
    }
    marked
}

fn whole(attachment: &Attachment, place: String, change: Change, notes: &mut Notes) -> Attachment {
    notes.block(place, change);
    notes.count(&attachment.title, change);
    let body = attachment
        .body
        .iter()
        .map(|block| body::marked_block(block, change, notes))
        .collect();
    Attachment {
        title: attachment.title.clone(),
        body,
        ..*attachment
    }
}

fn issued(
    old: Option<&IssuedText>,
    new: Option<&IssuedText>,
    notes: &mut Notes,
) -> Option<IssuedText> {
    const PLACE: &str = "issued_text";
    let (text, change) = match (old, new) {
        (None, None) => return None,
        (Some(old), Some(new)) => {
            notes.element("issued_text/title", &old.title, &new.title);
            notes.element("issued_text/subtitle", &old.subtitle, &new.subtitle);
            return Some(IssuedText {
                title: new.title.clone(),
                subtitle: new.subtitle.clone(),
                body: body::compare(&old.body, &new.body, "issued_text/body", notes),
                attachments: attachments(
                    &old.attachments,
                    &new.attachments,
                    "issued_text/attachments",
                    notes,
                ),
            });
        }
        (Some(old), None) => (old, Change::Deleted),
        (None, Some(new)) => (new, Change::Inserted),
    };
    notes.block(PLACE.to_owned(), change);
    notes.count(&text.title, change);
    notes.count(&text.subtitle, change);
    let body = text
        .body
        .iter()
        .map(|block| body::marked_block(block, change, notes))
        .collect();
    let mut marked = Vec::new();
    for attachment in &text.attachments {
        let body = attachment
            .body
            .iter()
            .map(|block| body::marked_block(block, change, notes));
        let body = body.collect();
        notes.count(&attachment.title, change);
        marked.push(Attachment {
            title: attachment.title.clone(),
            body,
            ..*attachment
        });
    }
    Some(IssuedText {
        title: text.title.clone(),
        subtitle: text.subtitle.clone(),
        body,
        attachments: marked,
    })
}
