//! The file's content as lines that can be taken one after the other, layout tables dissolved.

use std::collections::VecDeque;

use andu_document::{Image, body::Align};

use super::{ChangeKind, Recognised, shape};
use crate::source::{DocxText, Paragraph, SourceBlock, SourceTable};

/// One thing to recognise.
#[derive(Debug, Clone)]
pub(crate) enum Item {
    Line(Line),
    Table(SourceTable),
    Image(Image),
}

/// A line of text with the look that matters.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line {
    pub(crate) paragraph: Paragraph,
    /// Number made by the file, and text; ends trimmed.
    pub(crate) text: String,
    /// Begins a page by a break in the file.
    pub(crate) new_page: bool,
    /// Stands on a turned page.
    pub(crate) landscape: bool,
    /// Blank lines stood before it.
    pub(crate) gap: u32,
}

/// An item and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) item: Item,
    pub(crate) new_page: bool,
    pub(crate) landscape: bool,
}

/// The content that nobody has taken yet.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) items: VecDeque<Placed>,
}

impl Line {
    fn new(paragraph: Paragraph) -> Self {
        let text = format!("{}{}", paragraph.number, paragraph.text())
            .trim()
            .to_owned();
        Self {
            paragraph,
            text,
            ..Self::default()
        }
    }

    /// The largest size of its runs in half points; 0 when the file names none.
    pub(crate) fn size(&self) -> u32 {
        self.paragraph
            .runs
            .iter()
            .filter_map(|run| run.size)
            .max()
            .unwrap_or(0)
    }

    pub(crate) fn is_red(&self) -> bool {
        self.paragraph
            .runs
            .iter()
            .filter(|run| !run.text.trim().is_empty())
            .any(|run| {
                let part = |at: usize| {
                    run.color
                        .get(at..at + 2)
                        .and_then(|hex| u8::from_str_radix(hex, 16).ok())
                        .unwrap_or(0)
                };
                part(0) >= 0xC0 && part(2) < 0x60 && part(4) < 0x60
            })
    }

    pub(crate) fn is_centered(&self) -> bool {
        self.paragraph.align == Some(Align::Center)
    }

    /// Set to the right by alignment, or by spaces before it as in plain text.
    pub(crate) fn is_right(&self) -> bool {
        let text = self.paragraph.text();
        let lead = text.chars().take_while(|c| c.is_whitespace());
        let width: u32 = lead.map(|c| if c == '\u{3000}' { 2 } else { 1 }).sum();
        self.paragraph.align == Some(Align::Right)
            || width >= 16
            || self.paragraph.first_line_indent >= 2000
    }

    /// A font of titles: 小标宋 and the like.
    pub(crate) fn has_title_font(&self) -> bool {
        self.paragraph
            .runs
            .iter()
            .any(|run| run.font.contains("标宋"))
    }
}

impl Lines {
    /// The content as lines. Empty lines are counted, not kept.
    pub(crate) fn new(text: &DocxText, result: &mut Recognised) -> Self {
        let mut lines = Self::default();
        let mut state = State::default();
        for block in &text.blocks {
            match block {
                SourceBlock::Paragraph(paragraph) => {
                    lines.line(paragraph.clone(), &mut state, result);
                }
                SourceBlock::Table(table) if is_layout(table) => {
                    result.changed(ChangeKind::LayoutTable, "", "");
                    for row in &table.rows {
                        lines.layout_row(row, &mut state, result);
                    }
                }
                SourceBlock::Table(table) => lines.push(Item::Table(table.clone()), &mut state),
                SourceBlock::Image(image) => lines.push(Item::Image(image.clone()), &mut state),
                SourceBlock::PageBreak => state.new_page = true,
                SourceBlock::Section { landscape } => {
                    state.new_page = true;
                    state.landscape = *landscape;
                }
            }
        }
        lines
    }

    fn push(&mut self, item: Item, state: &mut State) {
        state.gap = 0;
        self.items.push_back(Placed {
            item,
            new_page: std::mem::take(&mut state.new_page),
            landscape: state.landscape,
        });
    }

    fn line(&mut self, paragraph: Paragraph, state: &mut State, result: &mut Recognised) {
        let mut line = Line::new(paragraph);
        if line.text.is_empty() {
            state.gap += 1;
            return;
        }
        let squeezed = shape::squeeze(&line.text);
        let bare = squeezed.trim_matches(['（', '）', '(', ')']);
        if bare == "此页无正文" {
            result.changed(ChangeKind::BlankPageNoteTaken, &squeezed, "");
            return;
        }
        if squeezed.starts_with("主题词：") || squeezed.starts_with("主题词:") {
            result.changed(ChangeKind::SubjectTermsTaken, &squeezed, "");
            return;
        }
        line.gap = std::mem::take(&mut state.gap);
        line.new_page = state.new_page;
        line.landscape = state.landscape;
        self.push(Item::Line(line), state);
    }

    /// A row of a table used for layout: its cells stand side by side on one line, but a cell of
    /// several paragraphs gives a line each.
    fn layout_row(
        &mut self,
        row: &[crate::source::SourceCell],
        state: &mut State,
        result: &mut Recognised,
    ) {
        let cells: Vec<Vec<&Paragraph>> = row
            .iter()
            .map(|cell| {
                let full = |p: &&Paragraph| !p.text().trim().is_empty();
                cell.paragraphs.iter().filter(full).collect::<Vec<_>>()
            })
            .filter(|cell| !cell.is_empty())
            .collect();
        if cells.iter().all(|cell| cell.len() == 1) && cells.len() > 1 {
            let mut joined = cells[0][0].clone();
            for cell in &cells[1..] {
                if let Some(last) = joined.runs.last_mut() {
                    last.text.push('\t');
                }
                joined.runs.extend(cell[0].runs.iter().cloned());
            }
            self.line(joined, state, result);
        } else {
            for paragraph in cells.into_iter().flatten() {
                self.line(paragraph.clone(), state, result);
            }
        }
    }

    /// The next line, unless a table or image comes first.
    pub(crate) fn peek(&self) -> Option<&Line> {
        self.peek_at(0)
    }

    /// A line further on; `None` where no line stands there.
    pub(crate) fn peek_at(&self, at: usize) -> Option<&Line> {
        match self.items.get(at).map(|placed| &placed.item) {
            Some(Item::Line(line)) => Some(line),
            _ => None,
        }
    }

    pub(crate) fn take(&mut self) -> Option<Line> {
        self.peek()?;
        match self.items.pop_front()?.item {
            Item::Line(line) => Some(line),
            Item::Table(_) | Item::Image(_) => None,
        }
    }

    pub(crate) fn last(&self) -> Option<&Line> {
        self.items
            .len()
            .checked_sub(1)
            .and_then(|at| self.peek_at(at))
    }

    pub(crate) fn take_last(&mut self) -> Option<Line> {
        self.last()?;
        match self.items.pop_back()?.item {
            Item::Line(line) => Some(line),
            Item::Table(_) | Item::Image(_) => None,
        }
    }
}

#[derive(Debug, Default)]
struct State {
    gap: u32,
    new_page: bool,
    landscape: bool,
}

/// A table that is there for layout: without rules, or holding 版头 or 版记.
fn is_layout(table: &SourceTable) -> bool {
    let texts: Vec<String> = table
        .rows
        .iter()
        .flatten()
        .flat_map(|cell| &cell.paragraphs)
        .map(|paragraph| shape::squeeze(&paragraph.text()))
        .filter(|text| !text.is_empty())
        .collect();
    let short = table.rows.len() <= 6 && table.rows.iter().all(|row| row.len() <= 3);
    let has = |test: &dyn Fn(&str) -> bool| texts.iter().any(|text| test(text));
    let imprint = has(&|t| t.starts_with("抄送：") || t.starts_with("抄送:"))
        || texts.last().is_some_and(|t| t.ends_with("日印发"));
    let telegram = has(&|t| t.starts_with("签批盖章：")) && has(&|t| t.starts_with("发电号："));
    let head = telegram || has(&|t| t.contains("签发人：")) || has(&|t| t == "文件");
    (short && (imprint || head)) || (table.borderless && table.rows.len() <= 2)
}
