//! The nodes of the editor (ProseMirror's, as XML in Yjs) as blocks of a body. Reads only.

use andu_document::{
    Block, Cell, Image, Row, Table,
    body::{Align, Change},
};
use yrs::{
    Any, Array, ArrayRef, Out, ReadTxn, Text, Xml, XmlElementRef, XmlTextRef,
    types::{Attrs, text::YChange},
};

use crate::{
    reading::{Problems, Reason},
    span::{LineKind, Look, Span, block_of, normal, runs_of},
    trace::Traces,
    value,
};

/// Width of 版心 (GB/T 9704-2012, 5.2.1) in tenths of a millimetre: the widest an image can be.
const MAX_IMAGE_WIDTH: i64 = 1560;
/// More columns or rows than any page holds.
const MAX_SPAN: i64 = 1000;
/// Columns beyond these have no width.
const MAX_COLUMNS: usize = 1000;

/// A block and where it stands among the children of its fragment.
pub(crate) struct Placed {
    pub index: u32,
    pub block: Block,
}

/// A piece of a line: text, or a break with what is suggested of it.
pub(crate) enum Piece {
    Text(XmlTextRef, Vec<Span>),
    Break(Option<Change>, Option<u8>),
    Unknown,
}

/// Reads the children of a fragment.
pub(crate) fn read<T: ReadTxn>(
    txn: &T,
    fragment: &ArrayRef,
    place: &str,
    problems: &mut Problems,
) -> Vec<Placed> {
    let mut blocks: Vec<Placed> = Vec::new();
    for (index, child) in fragment.iter(txn).enumerate() {
        let place = || format!("{place}/{}", blocks.len());
        let block = match &child {
            Out::YXmlElement(element) => read_block(txn, element, &place, problems),
            _ => Err(Reason::UnknownNode),
        };
        match block {
            Ok(block) => blocks.push(Placed {
                index: u32::try_from(index).unwrap_or(u32::MAX),
                block,
            }),
            Err(reason) => problems.add(place(), reason),
        }
    }
    blocks
}

fn read_block<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> Result<Block, Reason> {
    problems.seen.element(&Traces::of_element(txn, element));
    Ok(match tag(element) {
        "paragraph" | "heading" | "centered" => {
            let kind = line_kind(txn, element, place, problems);
            let mut spans = line(txn, element, place, problems);
            if !matches!(kind, LineKind::Heading { .. }) {
                spans.iter_mut().for_each(|span| span.look.run_in = false);
            }
            block_of(kind, normal(spans))
        }
        "table" => Block::Table(read_table(txn, element, place, problems)),
        "image" => Block::Image(read_image(txn, element, place, problems)?),
        "pageBreak" => Block::PageBreak,
        _ => return Err(Reason::UnknownNode),
    })
}

/// The name of a node; empty for one that has none.
pub(crate) fn tag(element: &XmlElementRef) -> &str {
    element.try_tag().map_or("", |tag| tag.as_ref())
}

fn line_kind<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> LineKind {
    match tag(element) {
        "centered" => LineKind::Centered,
        "heading" => LineKind::Heading {
            level: u8::try_from(number(txn, element, "level", 1, 1..=4, place, problems))
                .unwrap_or(1),
            unnumbered: flag(txn, element, "unnumbered"),
        },
        _ => LineKind::Paragraph(align(txn, element)),
    }
}

fn align<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Option<Align> {
    match value::text(&element.get_attribute(txn, "textAlign")?, txn)?.as_str() {
        "left" => Some(Align::Left),
        "center" => Some(Align::Center),
        "right" => Some(Align::Right),
        _ => None,
    }
}

fn flag<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> bool {
    element
        .get_attribute(txn, name)
        .and_then(|out| value::truth(&out))
        .unwrap_or(false)
}

fn number<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    name: &str,
    default: i64,
    range: std::ops::RangeInclusive<i64>,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> i64 {
    let Some(out) = element.get_attribute(txn, name) else {
        return default;
    };
    let number = match &out {
        Out::Any(Any::Null | Any::Undefined) => return default,
        out => value::whole(out),
    };
    let nearest = number.map_or(default, |number| number.clamp(*range.start(), *range.end()));
    if number != Some(nearest) {
        problems.add(place(), Reason::OutOfRange);
    }
    nearest
}

fn text_attribute<T: ReadTxn>(txn: &T, element: &XmlElementRef, name: &str) -> String {
    element
        .get_attribute(txn, name)
        .and_then(|out| value::text(&out, txn))
        .unwrap_or_default()
}

/// The pieces of a line of text, in order.
pub(crate) fn pieces<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    problems: &mut Problems,
) -> Vec<Piece> {
    let children: &ArrayRef = element.as_ref();
    children
        .iter(txn)
        .map(|child| match child {
            Out::YXmlText(text) => {
                let spans = text_spans(txn, &text, problems);
                Piece::Text(text, spans)
            }
            Out::YXmlElement(element) if tag(&element) == "hardBreak" => {
                let (change, by) = problems
                    .seen
                    .change(&Traces::of_element(txn, &element), "\n");
                Piece::Break(change, by)
            }
            _ => Piece::Unknown,
        })
        .collect()
}

fn line<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> Vec<Span> {
    let mut spans = Vec::new();
    for piece in pieces(txn, element, problems) {
        match piece {
            Piece::Text(_, text) => spans.extend(text),
            Piece::Break(change, by) => spans.push(Span {
                text: "\n".to_owned(),
                change,
                by,
                ..Span::default()
            }),
            Piece::Unknown => problems.add(place(), Reason::UnknownNode),
        }
    }
    spans
}

fn text_spans<T: ReadTxn>(txn: &T, text: &XmlTextRef, problems: &mut Problems) -> Vec<Span> {
    let chunks = text.diff(txn, YChange::identity);
    chunks
        .into_iter()
        .filter_map(|chunk| match chunk.insert {
            Out::Any(Any::String(text)) => {
                let marks = chunk.attributes.as_deref();
                let traces = marks.map_or_else(Traces::default, Traces::of_marks);
                let (change, by) = problems.seen.change(&traces, &text);
                Some(Span {
                    text: text.as_ref().to_owned(),
                    look: marks.map_or_else(Look::default, look_of),
                    change,
                    by,
                })
            }
            _ => None,
        })
        .collect()
}

/// The look that marks make. A mark's name may carry a hash of its attributes (`bold--AbCdEfGh`).
pub(crate) fn look_of(attributes: &Attrs) -> Look {
    let mut look = Look::default();
    for (name, value) in attributes {
        if matches!(value, Any::Null | Any::Undefined) {
            continue;
        }
        match name
            .split_once("--")
            .map_or(name.as_ref(), |(name, _)| name)
        {
            "bold" => look.bold = true,
            "underline" => look.underline = true,
            "superscript" => look.superscript = true,
            "subscript" => look.subscript = true,
            "runIn" => look.run_in = true,
            _ => {}
        }
    }
    look
}

/// The elements among a node's children, each with its tag known to be one of `tags`; others are
/// reported.
pub(crate) fn children<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    tags: &[&str],
    mut unknown: impl FnMut(),
) -> Vec<XmlElementRef> {
    let children: &ArrayRef = element.as_ref();
    let mut elements = Vec::new();
    for child in children.iter(txn) {
        match child {
            Out::YXmlElement(child) if tags.contains(&tag(&child)) => elements.push(child),
            _ => unknown(),
        }
    }
    elements
}

fn read_table<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> Table {
    let mut table = Table {
        caption: text_attribute(txn, element, "caption"),
        landscape: flag(txn, element, "landscape"),
        ..Table::default()
    };
    let mut widths = Widths::default();
    let mut marked_headers = 0;
    for row in children(txn, element, &["tableRow"], || {
        problems.add(place(), Reason::UnknownNode)
    }) {
        let cells = children(txn, &row, &["tableCell", "tableHeader"], || {
            problems.add(place(), Reason::UnknownNode);
        });
        let is_header = !cells.is_empty() && cells.iter().all(|cell| tag(cell) == "tableHeader");
        if is_header && marked_headers == table.rows.len() {
            marked_headers += 1;
        }
        let mut made = Row::default();
        for cell in &cells {
            let given = cell.get_attribute(txn, "colwidth");
            let cell = read_cell(txn, cell, place, problems);
            widths.take(given.as_ref(), cell.colspan, cell.rowspan);
            made.cells.push(cell);
        }
        widths.end_row();
        table.rows.push(made);
    }
    let rows = i64::try_from(table.rows.len()).unwrap_or(i64::MAX);
    let default = i64::try_from(marked_headers).unwrap_or(0);
    let headers = number(
        txn,
        element,
        "headerRows",
        default,
        0..=rows,
        place,
        problems,
    );
    table.header_rows = usize::try_from(headers).unwrap_or(0);
    table.widths = widths.finish();
    table
}

fn read_cell<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> Cell {
    let colspan = number(txn, element, "colspan", 1, 1..=MAX_SPAN, place, problems);
    let rowspan = number(txn, element, "rowspan", 1, 1..=MAX_SPAN, place, problems);
    let mut spans = Vec::new();
    let mut cell_align = None;
    let paragraphs = children(txn, element, &["paragraph", "heading", "centered"], || {
        problems.add(place(), Reason::UnknownNode);
    });
    for (index, paragraph) in paragraphs.iter().enumerate() {
        if index == 0 {
            cell_align = align(txn, paragraph);
        } else {
            spans.push(Span {
                text: "\n".to_owned(),
                ..Span::default()
            });
        }
        problems.seen.element(&Traces::of_element(txn, paragraph));
        spans.extend(line(txn, paragraph, place, problems));
    }
    spans.iter_mut().for_each(|span| span.look.run_in = false);
    Cell {
        runs: runs_of(normal(spans)),
        colspan: u32::try_from(colspan).unwrap_or(1),
        rowspan: u32::try_from(rowspan).unwrap_or(1),
        align: cell_align,
    }
}

/// The widths of columns, gathered from the cells that have one.
#[derive(Default)]
struct Widths {
    /// Per column: its width, and how many rows below the present one are covered from above.
    columns: Vec<(Option<u32>, u32)>,
    next: usize,
}

impl Widths {
    fn take(&mut self, given: Option<&Out>, colspan: u32, rowspan: u32) {
        while self
            .columns
            .get(self.next)
            .is_some_and(|(_, covered)| *covered > 0)
        {
            self.next += 1;
        }
        let given: &[Any] = match given {
            Some(Out::Any(Any::Array(widths))) => widths,
            _ => &[],
        };
        for column in 0..colspan as usize {
            if self.next >= MAX_COLUMNS {
                return;
            }
            if self.columns.len() <= self.next {
                self.columns.resize(self.next + 1, (None, 0));
            }
            let (width, covered) = &mut self.columns[self.next];
            *covered = rowspan;
            let given = given
                .get(column)
                .and_then(|width| value::whole(&Out::Any(width.clone())));
            let given = given
                .and_then(|width| u32::try_from(width).ok())
                .filter(|width| *width > 0);
            *width = width.or(given);
            self.next += 1;
        }
    }

    fn end_row(&mut self) {
        self.columns
            .iter_mut()
            .for_each(|(_, covered)| *covered = covered.saturating_sub(1));
        self.next = 0;
    }

    /// All widths; those not given are the mean of the others. Empty where none was given.
    fn finish(self) -> Vec<u32> {
        let given: Vec<u32> = self
            .columns
            .iter()
            .filter_map(|(width, _)| *width)
            .collect();
        if given.is_empty() {
            return Vec::new();
        }
        let sum: u64 = given.iter().copied().map(u64::from).sum();
        let mean = u32::try_from(sum / given.len() as u64)
            .unwrap_or(u32::MAX)
            .max(1);
        self.columns
            .iter()
            .map(|(width, _)| width.unwrap_or(mean))
            .collect()
    }
}

fn read_image<T: ReadTxn>(
    txn: &T,
    element: &XmlElementRef,
    place: &dyn Fn() -> String,
    problems: &mut Problems,
) -> Result<Image, Reason> {
    let Some(Out::Any(Any::String(source))) = element.get_attribute(txn, "src") else {
        return Err(Reason::BadImage);
    };
    let (media_type, data) = source
        .strip_prefix("data:")
        .and_then(|rest| rest.split_once(";base64,"))
        .filter(|(media_type, _)| ["image/png", "image/jpeg", "image/webp"].contains(media_type))
        .ok_or(Reason::BadImage)?;
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
    if data.is_empty() || !data.bytes().all(is_base64) {
        return Err(Reason::BadImage);
    }
    let width = number(
        txn,
        element,
        "widthTenthMm",
        MAX_IMAGE_WIDTH,
        1..=MAX_IMAGE_WIDTH,
        place,
        problems,
    );
    Ok(Image {
        media_type: media_type.to_owned(),
        data: data.to_owned(),
        width_tenth_mm: u32::try_from(width).unwrap_or(1),
        alt: text_attribute(txn, element, "alt"),
    })
}
