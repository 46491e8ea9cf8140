//! Tables of a Word file: spans are worked out from the grid.

use std::{collections::HashMap, mem};

use super::story::{Story, alternative};
use crate::{
    error::OfficeError,
    source::{NoticeKind, Paragraph, SourceBlock, SourceCell, SourceTable},
    xml::{Element, Space, Steps},
};

/// Columns of a grid (Word allows 63).
const MAX_COLUMNS: u32 = 63;

impl Story<'_, '_> {
    /// Reads a table; one inside another table becomes text of its cell.
    pub(super) fn table(
        &mut self,
        element: &Element,
        steps: &mut Steps,
    ) -> Result<(), OfficeError> {
        let mut table = SourceTable {
            widths: grid_widths(element),
            borderless: is_borderless(element),
            ..SourceTable::default()
        };
        let mut images = Vec::new();
        let mut open: HashMap<u32, (usize, usize)> = HashMap::new();
        let mut in_header = true;
        for row in rows(element) {
            let properties = row.child("trPr");
            let has = |name: &str| properties.is_some_and(|p| p.child(name).is_some());
            if has("del") {
                self.text.note(NoticeKind::DeletionDropped, 1);
                continue;
            }
            in_header &= properties
                .and_then(|p| p.child("tblHeader"))
                .is_some_and(Element::is_on);
            let before = properties
                .and_then(|p| p.child("gridBefore"))
                .and_then(Element::value);
            let mut column = before
                .and_then(|v| v.parse().ok())
                .unwrap_or(0u32)
                .min(MAX_COLUMNS);
            let at_row = table.rows.len();
            let mut cells = Vec::new();
            for cell in cells_of(row) {
                let properties = cell.child("tcPr");
                let span = properties
                    .and_then(|p| p.child("gridSpan"))
                    .and_then(Element::value);
                let span = span
                    .and_then(|v| v.parse().ok())
                    .unwrap_or(1u32)
                    .clamp(1, MAX_COLUMNS);
                let merge = properties.and_then(|p| p.child("vMerge"));
                let continues = merge.is_some_and(|m| m.value() != Some("restart"));
                let content = self.cell(cell, &mut images, steps)?;
                match open.get(&column).copied() {
                    Some((r, c)) if continues => {
                        if let Some(origin) = table.rows.get_mut(r).and_then(|row| row.get_mut(c)) {
                            origin.rowspan += 1;
                        }
                    }
                    _ => {
                        if merge.is_some() {
                            open.insert(column, (at_row, cells.len()));
                        } else {
                            open.remove(&column);
                        }
                        cells.push(SourceCell {
                            paragraphs: content,
                            colspan: span,
                            rowspan: 1,
                        });
                    }
                }
                column = column.saturating_add(span);
            }
            if in_header {
                table.header_rows += 1;
            }
            table.rows.push(cells);
        }
        if table.header_rows == table.rows.len() {
            table.header_rows = 0;
        }
        if self.nested > 0 {
            self.text.note(NoticeKind::NestedTable, 1);
            let cells = table.rows.into_iter().flatten();
            let paragraphs = cells.flat_map(|cell| cell.paragraphs);
            self.out.extend(paragraphs.map(SourceBlock::Paragraph));
        } else if !table.rows.is_empty() {
            self.out.push(SourceBlock::Table(table));
        }
        self.out.extend(images);
        Ok(())
    }

    fn cell(
        &mut self,
        cell: &Element,
        images: &mut Vec<SourceBlock>,
        steps: &mut Steps,
    ) -> Result<Vec<Paragraph>, OfficeError> {
        let outer = mem::take(&mut self.out);
        self.nested += 1;
        let walked = self.walk(cell, steps);
        self.nested -= 1;
        let inner = mem::replace(&mut self.out, outer);
        walked?;
        let mut paragraphs = Vec::new();
        for block in inner {
            match block {
                SourceBlock::Paragraph(paragraph) => paragraphs.push(paragraph),
                SourceBlock::Image(_) => images.push(block),
                SourceBlock::Table(_) | SourceBlock::PageBreak | SourceBlock::Section { .. } => {}
            }
        }
        Ok(paragraphs)
    }
}

/// Rows, also those within content controls and tracked insertions.
fn rows(table: &Element) -> Vec<&Element> {
    wrapped(table, "tr")
}

fn cells_of(row: &Element) -> Vec<&Element> {
    wrapped(row, "tc")
}

fn wrapped<'a>(parent: &'a Element, name: &str) -> Vec<&'a Element> {
    let mut found = Vec::new();
    for element in parent.elements() {
        match (element.space, &*element.name) {
            (Space::Word, n) if n == name => found.push(element),
            (Space::Word, "sdt" | "sdtContent" | "ins" | "customXml") => {
                found.extend(wrapped(element, name));
            }
            (Space::Compatibility, "AlternateContent") => {
                if let Some(chosen) = alternative(element) {
                    found.extend(wrapped(chosen, name));
                }
            }
            _ => {}
        }
    }
    found
}

fn grid_widths(table: &Element) -> Vec<u32> {
    let Some(grid) = table.child("tblGrid") else {
        return Vec::new();
    };
    let widths = grid.elements().filter(|e| &*e.name == "gridCol");
    widths
        .map(|e| e.attribute("w").and_then(|v| v.parse().ok()).unwrap_or(0))
        .take(MAX_COLUMNS as usize)
        .collect()
}

fn is_borderless(table: &Element) -> bool {
    let drawn = |borders: &Element| {
        borders
            .elements()
            .any(|e| !matches!(e.value(), None | Some("none" | "nil")))
    };
    let properties = table.child("tblPr");
    let own = properties.and_then(|p| p.child("tblBorders"));
    let styled = properties.is_some_and(|p| p.child("tblStyle").is_some());
    let by_cell = || {
        rows(table).into_iter().flat_map(cells_of).any(|cell| {
            cell.child("tcPr")
                .and_then(|p| p.child("tcBorders"))
                .is_some_and(drawn)
        })
    };
    let by_table = own.map_or(styled, drawn);
    !by_table && !by_cell()
}
