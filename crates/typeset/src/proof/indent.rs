//! The first lines of paragraphs and headings (7.3.3), each measured where its block begins.

use std::collections::HashSet;

use andu_document::{Attachment, Block, OfficialDocument};

use super::{
    Probe, Worst,
    ink::{Extent, InkPage, Tint},
    lines::is_bracket,
};

impl Probe<'_> {
    /// How far the first line of each block stands in; the one farthest off tells.
    pub(super) fn indents(&mut self, page: usize, ink: &InkPage) {
        let id = "body.indent";
        let left = self.table.value("core.left");
        let mut worst = Worst::default();
        for (top, first, exact) in self.first_lines(page) {
            let area = Extent {
                top: top - 0.3,
                bottom: top + self.em + 0.3,
                ..self.whole()
            };
            let Some(found) = ink.extent(Tint::Black, area) else {
                continue;
            };
            let bearing = if exact {
                self.bearings(first).0
            } else {
                self.inset_x
            };
            let expected = self.table.mm(id) + bearing;
            let indent = found.left - left;
            // A bracket or a figure stands elsewhere in its cell than its outline says.
            if exact || !is_bracket(indent - expected) {
                worst.see(expected, indent, found.rect());
            }
        }
        self.file_worst(id, page, 1.2, worst);
    }

    /// Of each indented block that begins on `page`: the top of its first line, its first character, and
    /// whether that is set as it stands in the body font.
    fn first_lines(&self, page: usize) -> Vec<(f64, char, bool)> {
        let boxes = self.typeset.boxes().iter();
        // What began on the page before has no first line here.
        let before = |found: &&crate::ElementBox| found.page + 1 == page;
        let before: HashSet<&str> = boxes
            .clone()
            .filter(before)
            .map(|found| found.place.as_str())
            .collect();
        let mut lines = Vec::new();
        for found in boxes.filter(|found| found.page == page) {
            let begins = !before.contains(found.place.as_str());
            let block = block_at(self.document, &found.place).filter(|_| begins);
            if let Some((first, exact)) = block.and_then(beginning) {
                lines.push((found.y_mm, first, exact));
            }
        }
        lines
    }
}

/// The first character of a block that is indented, and whether it is an ideograph in the body font.
fn beginning(block: &Block) -> Option<(char, bool)> {
    let ideograph = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let first = |runs: &[andu_document::Run]| runs.iter().find_map(|run| run.text.chars().next());
    match block {
        Block::Paragraph { runs, align: None } => {
            let first = first(runs)?;
            (!first.is_whitespace()).then_some((first, ideograph(first)))
        }
        Block::Heading { runs, .. } => Some((first(runs)?, false)),
        Block::Paragraph { .. }
        | Block::Centered { .. }
        | Block::Table(_)
        | Block::Image(_)
        | Block::PageBreak => None,
    }
}

/// The block of a place such as `body/3` or `attachments/0/body/2`.
fn block_at<'a>(document: &'a OfficialDocument, place: &str) -> Option<&'a Block> {
    let path: Vec<&str> = place.split('/').collect();
    let of = |all: &'a [Attachment], n: &str, block: &str| -> Option<&'a Block> {
        let body = &all.get(n.parse::<usize>().ok()?)?.body;
        body.get(block.parse::<usize>().ok()?)
    };
    match path.as_slice() {
        ["body", block] => document.body.get(block.parse::<usize>().ok()?),
        ["attachments", n, "body", block] => of(&document.attachments, n, block),
        ["issued_text", "body", block] => {
            let issued = document.issued_text.as_ref()?;
            issued.body.get(block.parse::<usize>().ok()?)
        }
        ["issued_text", "attachments", n, "body", block] => {
            of(&document.issued_text.as_ref()?.attachments, n, block)
        }
        _ => None,
    }
}
