//! Writes blocks as the nodes of the editor. Every attribute that the editor's schema has is
//! written unless it is null, as the editor itself does: a missing one would look like an edit.

use std::{collections::HashMap, sync::Arc};

use andu_document::{Block, Cell, Image, Table, body::Align};
use yrs::{
    Any, Text, TransactionMut, Xml, XmlElementPrelim, XmlElementRef, XmlFragment, XmlTextPrelim,
    types::{Attrs, Delta},
};

use crate::span::{LineKind, Look, Span, cell_spans, line_of};

/// A mark's name and whether a look has it.
type Mark = (&'static str, fn(Look) -> bool);

/// The names of the marks, as the schema has them.
const MARKS: [Mark; 5] = [
    ("bold", |look| look.bold),
    ("underline", |look| look.underline),
    ("superscript", |look| look.superscript),
    ("subscript", |look| look.subscript),
    ("runIn", |look| look.run_in),
];

/// Writes `block` as a child of `fragment` at `index`.
pub(crate) fn insert_block(
    txn: &mut TransactionMut<'_>,
    fragment: &impl XmlFragment,
    index: u32,
    block: &Block,
) {
    if let Some((kind, spans)) = line_of(block) {
        let element = fragment.insert(txn, index, XmlElementPrelim::empty(tag(kind)));
        write_kind(txn, &element, kind);
        write_line(txn, &element, &spans);
        return;
    }
    match block {
        Block::Table(table) => write_table(txn, fragment, index, table),
        Block::Image(image) => {
            let element = fragment.insert(txn, index, XmlElementPrelim::empty("image"));
            write_image(txn, &element, image);
        }
        Block::PageBreak => {
            fragment.insert(txn, index, XmlElementPrelim::empty("pageBreak"));
        }
        Block::Paragraph { .. } | Block::Heading { .. } | Block::Centered { .. } => {
            unreachable!("BUG: `line_of` takes every block of one line")
        }
    }
}

/// The name of the node for a line of text.
pub(crate) const fn tag(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Paragraph(_) => "paragraph",
        LineKind::Heading { .. } => "heading",
        LineKind::Centered => "centered",
    }
}

/// Sets the attributes that make a node this kind of line.
pub(crate) fn write_kind(txn: &mut TransactionMut<'_>, element: &XmlElementRef, kind: LineKind) {
    match kind {
        LineKind::Centered => {}
        LineKind::Paragraph(align) => write_align(txn, element, align),
        LineKind::Heading { level, unnumbered } => {
            element.insert_attribute(txn, "level", Any::from(i64::from(level)));
            element.insert_attribute(txn, "unnumbered", Any::Bool(unnumbered));
        }
    }
}

/// Sets or clears the alignment of a paragraph.
pub(crate) fn write_align(
    txn: &mut TransactionMut<'_>,
    element: &XmlElementRef,
    align: Option<Align>,
) {
    let word = match align {
        Some(Align::Left) => "left",
        Some(Align::Center) => "center",
        Some(Align::Right) => "right",
        None => {
            element.remove_attribute(txn, &"textAlign");
            return;
        }
    };
    element.insert_attribute(txn, "textAlign", Any::from(word));
}

/// Writes text and breaks as new children at the end of `element`.
pub(crate) fn write_line(txn: &mut TransactionMut<'_>, element: &XmlElementRef, spans: &[Span]) {
    for (index, segment) in segments(spans).into_iter().enumerate() {
        if index > 0 {
            element.push_back(txn, XmlElementPrelim::empty("hardBreak"));
        }
        if !segment.is_empty() {
            let text = element.push_back(txn, XmlTextPrelim::new(""));
            let inserts = segment
                .into_iter()
                .map(|span| Delta::Inserted(span.text, marks(span.look)));
            text.apply_delta(txn, inserts);
        }
    }
}

/// The text between breaks.
pub(crate) fn segments(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut made = vec![Vec::new()];
    for span in spans {
        for (index, text) in span.text.split('\n').enumerate() {
            if index > 0 {
                made.push(Vec::new());
            }
            if let (Some(segment), false) = (made.last_mut(), text.is_empty()) {
                segment.push(Span {
                    text: text.to_owned(),
                    ..span.clone()
                });
            }
        }
    }
    made
}

/// The marks of a look, as attributes of a Yjs text.
pub(crate) fn marks(look: Look) -> Option<Box<Attrs>> {
    let marks: Attrs = MARKS
        .iter()
        .filter(|(_, is_set)| is_set(look))
        .map(|(name, _)| (Arc::from(*name), mark()))
        .collect();
    (!marks.is_empty()).then(|| Box::new(marks))
}

/// What changes one look into another: set marks get their (empty) attributes, others null.
pub(crate) fn mark_changes(from: Look, to: Look) -> Option<Box<Attrs>> {
    let changes: Attrs = MARKS
        .iter()
        .filter(|(_, is_set)| is_set(from) != is_set(to))
        .map(|(name, is_set)| {
            (
                Arc::from(*name),
                if is_set(to) { mark() } else { Any::Null },
            )
        })
        .collect();
    (!changes.is_empty()).then(|| Box::new(changes))
}

fn mark() -> Any {
    Any::Map(Arc::new(HashMap::new()))
}

fn write_table(
    txn: &mut TransactionMut<'_>,
    fragment: &impl XmlFragment,
    index: u32,
    table: &Table,
) {
    let element = fragment.insert(txn, index, XmlElementPrelim::empty("table"));
    write_table_attributes(txn, &element, table);
    let starts = column_starts(table);
    for (row_index, (row, starts)) in table.rows.iter().zip(&starts).enumerate() {
        let tag = if row_index < table.header_rows {
            "tableHeader"
        } else {
            "tableCell"
        };
        let row_element = element.push_back(txn, XmlElementPrelim::empty("tableRow"));
        for (cell, start) in row.cells.iter().zip(starts) {
            let cell_element = row_element.push_back(txn, XmlElementPrelim::empty(tag));
            cell_element.insert_attribute(txn, "colspan", Any::from(i64::from(cell.colspan)));
            cell_element.insert_attribute(txn, "rowspan", Any::from(i64::from(cell.rowspan)));
            let widths = table
                .widths
                .get(*start..start.saturating_add(cell.colspan as usize));
            if let Some(widths) = widths.filter(|_| !table.widths.is_empty()) {
                let widths = widths.iter().map(|width| Any::from(i64::from(*width)));
                cell_element.insert_attribute(txn, "colwidth", Any::Array(widths.collect()));
            }
            write_cell(txn, &cell_element, cell);
        }
    }
}

/// Sets the attributes of a table's own node.
pub(crate) fn write_table_attributes(
    txn: &mut TransactionMut<'_>,
    element: &XmlElementRef,
    table: &Table,
) {
    let headers = i64::try_from(table.header_rows.min(table.rows.len())).unwrap_or(0);
    element.insert_attribute(txn, "caption", Any::from(table.caption.as_str()));
    element.insert_attribute(txn, "landscape", Any::Bool(table.landscape));
    element.insert_attribute(txn, "headerRows", Any::from(headers));
}

/// Writes the paragraphs of a cell as new children at its end.
pub(crate) fn write_cell(txn: &mut TransactionMut<'_>, element: &XmlElementRef, cell: &Cell) {
    for segment in segments(&cell_spans(cell)) {
        let paragraph = element.push_back(txn, XmlElementPrelim::empty("paragraph"));
        write_align(txn, &paragraph, cell.align);
        write_line(txn, &paragraph, &segment);
    }
}

/// The first column that each cell covers, counting what spans from above take.
fn column_starts(table: &Table) -> Vec<Vec<usize>> {
    // Of each column, how many rows (this one included) are still covered from above.
    let mut covered: Vec<u32> = Vec::new();
    let mut rows = Vec::new();
    for row in &table.rows {
        let mut next = 0;
        let mut starts = Vec::new();
        for cell in &row.cells {
            while covered.get(next).is_some_and(|rows| *rows > 0) {
                next += 1;
            }
            starts.push(next);
            let end = next
                .saturating_add(cell.colspan.max(1) as usize)
                .min(next + 1000);
            if covered.len() < end {
                covered.resize(end, 0);
            }
            covered[next..end].fill(cell.rowspan);
            next = end;
        }
        covered
            .iter_mut()
            .for_each(|rows| *rows = rows.saturating_sub(1));
        rows.push(starts);
    }
    rows
}

/// Sets the attributes of an image's node.
pub(crate) fn write_image(txn: &mut TransactionMut<'_>, element: &XmlElementRef, image: &Image) {
    let source = format!("data:{};base64,{}", image.media_type, image.data);
    element.insert_attribute(txn, "src", Any::from(source.as_str()));
    element.insert_attribute(
        txn,
        "widthTenthMm",
        Any::from(i64::from(image.width_tenth_mm)),
    );
    element.insert_attribute(txn, "alt", Any::from(image.alt.as_str()));
}
