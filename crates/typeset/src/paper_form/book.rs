//! A register on its pages: the title and the labels of columns again on each, rows that grow with what is written,
//! the number of the page.

use std::sync::Arc;

use super::{
    content::{RegisterContent, RegisterEntry},
    error::FormError,
    page::{Page, Pages, style},
    place::{self, FOOT_PT, HEAD_ROOM, LEADING, PAD_X, PAD_Y, TITLE_PT, TITLE_ROOM},
    register::{Column, LABEL_PT, RegisterTemplate},
    stack::{Paragraph, Stack},
    template::{AGENCY, FormInk},
};
use crate::{
    FontCategory, FontShelf, Options, Typeset,
    draw::Ink,
    error::TypesetError,
    sheet::{Context, Paragraphs},
    table::MM_PER_PT,
    text::Set,
};

/// Size of what is written, in pt; a short text that needs more than a line is set smaller first.
const TEXT_PT: [f64; 2] = [10.5, 9.0];
/// Between a rule and what is written: the columns are narrow.
const PAD: f64 = PAD_X / 2.0;

/// Sets a register; without rows it is a page to be filled in by hand.
pub(super) fn set(
    shelf: &Arc<FontShelf>,
    template: &RegisterTemplate,
    content: &RegisterContent,
) -> Result<Typeset, FormError> {
    template.check()?;
    content.check()?;
    if template.register != content.register {
        return Err(FormError::OtherForm {
            wanted: template.register.label(),
            found: content.register.label(),
        });
    }
    if shelf.primary(FontCategory::Fangsong).is_none() {
        let folders = shelf.folder_count();
        return Err(TypesetError::NoFonts { folders }.into());
    }
    let (options, paragraphs) = (Options::default(), Paragraphs::default());
    let cx = Context::new(shelf, &options, &paragraphs, &[]);
    let agency = match content.agency.trim() {
        "" => template.agency.trim(),
        agency => agency,
    };
    let title = template.title.replace(AGENCY, agency).trim().to_owned();
    let mut book = Book {
        cx: &cx,
        template,
        title: &title,
        period: content.period.trim(),
        edges: template.edges(),
        pages: Pages::new(place::paper(template.orientation)),
        y: 0.0,
    };
    book.begin()?;
    for (i, entry) in content.rows.iter().enumerate() {
        book.entry(i, entry)?;
    }
    if content.rows.is_empty() {
        book.blank_rows();
    }
    book.close();
    let mut pages = book.pages;
    pages.number(&cx, f64::from(template.margins_mm.bottom) - 4.0);
    Ok(pages.made(&cx, shelf, title.clone(), agency.to_owned()))
}

struct Book<'a> {
    cx: &'a Context<'a>,
    template: &'a RegisterTemplate,
    title: &'a str,
    period: &'a str,
    edges: Vec<f64>,
    pages: Pages,
    /// Where the next row begins.
    y: f64,
}

impl Book<'_> {
    fn ink(&self) -> Ink {
        match self.template.ink {
            FormInk::Black => Ink::Black,
            FormInk::Red => Ink::Red,
        }
    }

    fn left(&self) -> f64 {
        f64::from(self.template.margins_mm.left)
    }

    fn bottom(&self) -> f64 {
        self.pages.height - f64::from(self.template.margins_mm.bottom)
    }

    /// Where the frame begins.
    fn top(&self) -> f64 {
        let period = if self.period.is_empty() {
            0.0
        } else {
            HEAD_ROOM
        };
        f64::from(self.template.margins_mm.top) + TITLE_ROOM + period
    }

    /// Begins a page with its title and the labels of its columns.
    fn begin(&mut self) -> Result<(), FormError> {
        let (cx, left, width, ink) = (self.cx, self.left(), self.template.width(), self.ink());
        let (top, frame) = (f64::from(self.template.margins_mm.top), self.top());
        let (title, period, template) = (self.title, self.period, self.template);
        let edges = self.edges.clone();
        let page = self.pages.begin()?;
        let text = style(FontCategory::Biaosong, TITLE_PT, ink);
        page.line(cx, (title, text), (left, top, width), Set::Center);
        page.mark("title", (left, top, width, text.size));
        if !period.is_empty() {
            let text = style(FontCategory::Fangsong, FOOT_PT, ink);
            let line = (left, top + TITLE_ROOM, width);
            page.line(cx, (period, text), line, Set::Right);
        }
        let height = f64::from(template.head_mm);
        let printed = style(FontCategory::Hei, LABEL_PT, ink);
        for (pair, column) in edges.windows(2).zip(&template.columns) {
            let (x, wide) = (left + pair[0] + PAD, pair[1] - pair[0] - 2.0 * PAD);
            let shape = Paragraph {
                size: printed.size,
                indent: 0.0,
                set: Set::Center,
            };
            let mut stack = Stack::default();
            let label = cx.shape(template.label(column), printed);
            stack.paragraph(label, wide, shape);
            let down = (height - stack.height()) / 2.0;
            stack.draw(cx, page, (x, frame + down, wide));
        }
        page.mark("head", (left, frame, width, height));
        self.y = frame;
        self.rules(height);
        self.y += height;
        Ok(())
    }

    /// The rules of a row of that height: at its foot, and between its cells.
    fn rules(&mut self, height: f64) {
        let (left, width, y, ink) = (self.left(), self.template.width(), self.y, self.ink());
        let inside = self.edges[1..self.edges.len() - 1].to_vec();
        let page = last(&mut self.pages);
        page.rule((left, y + height), (width, 0.0), ink);
        for edge in inside {
            page.rule((left + edge, y), (0.0, height), ink);
        }
    }

    fn stack(&self, column: &Column, text: &str, width: f64) -> Stack<'static> {
        let line = f64::from(self.template.row_mm) - 2.0 * PAD_Y;
        let of = |pt: f64| {
            let text = self
                .cx
                .shape(text.trim(), style(FontCategory::Fangsong, pt, Ink::Black));
            let shape = Paragraph {
                size: pt * MM_PER_PT,
                indent: 0.0,
                set: if column.centred {
                    Set::Center
                } else {
                    Set::Left
                },
            };
            let mut stack = Stack::default();
            stack.paragraph(text, width, shape);
            stack
        };
        let fitting = TEXT_PT.map(of).into_iter();
        let found = fitting.clone().find(|stack| stack.height() <= line + 0.5);
        found.or_else(|| fitting.last()).unwrap_or_default()
    }

    /// A row; where it is higher than what is left of the page it goes on the next one, and what is higher than a page
    /// is parted.
    fn entry(&mut self, number: usize, entry: &RegisterEntry) -> Result<(), FormError> {
        let widths = self
            .edges
            .windows(2)
            .map(|pair| pair[1] - pair[0] - 2.0 * PAD);
        let columns = self.template.columns.iter().zip(widths);
        let mut cells: Vec<Stack<'static>> = columns
            .map(|(column, width)| {
                let text = entry.0.get(&column.field).map_or("", String::as_str);
                self.stack(column, text, width)
            })
            .collect();
        let unshown = self.unshown(entry);
        if !unshown.is_empty() {
            let width = self.edges[cells.len()] - self.edges[cells.len() - 1] - 2.0 * PAD;
            let column = &self.template.columns[cells.len() - 1];
            let more = self.stack(column, &unshown, width);
            cells[self.template.columns.len() - 1].append(more);
        }
        let least = f64::from(self.template.row_mm);
        loop {
            let highest = cells.iter().map(Stack::height).fold(0.0, f64::max);
            let height = (highest + 2.0 * PAD_Y - 0.5).max(least);
            let room = self.bottom() - self.y;
            let page_room = self.bottom() - self.top() - f64::from(self.template.head_mm);
            if height <= room + 0.01 {
                self.draw(number, &cells, height);
                return Ok(());
            }
            if height <= page_room || room < least {
                self.close();
                self.begin()?;
                continue;
            }
            let line = TEXT_PT[1] * MM_PER_PT * LEADING;
            let fits = (room - 2.0 * PAD_Y).max(line);
            let parts: Vec<_> = cells.iter_mut().map(|cell| cell.take(fits, 0)).collect();
            self.draw(number, &parts, room);
            self.close();
            self.begin()?;
        }
    }

    /// What a row has for columns that this register has not, with its labels; it stands in the last column.
    fn unshown(&self, entry: &RegisterEntry) -> String {
        let is_shown = |name: &str| {
            let mut columns = self.template.columns.iter();
            columns.any(|column| column.field == name)
        };
        let others = entry.0.iter();
        let others = others.filter(|(name, text)| !is_shown(name) && !text.trim().is_empty());
        let said = others.map(|(name, text)| {
            let label = self.template.register.field_label(name).unwrap_or(name);
            format!("{label}：{}", text.trim())
        });
        said.collect::<Vec<_>>().join("；")
    }

    fn draw(&mut self, number: usize, cells: &[Stack<'_>], height: f64) {
        let (cx, left, y, width) = (self.cx, self.left(), self.y, self.template.width());
        let edges = self.edges.clone();
        let page = last(&mut self.pages);
        for (pair, cell) in edges.windows(2).zip(cells) {
            let (x, wide) = (left + pair[0] + PAD, pair[1] - pair[0] - 2.0 * PAD);
            let down = ((height - cell.height()) / 2.0).max(0.0);
            cell.draw(cx, page, (x, y + down, wide));
        }
        page.mark(&format!("rows/{number}"), (left, y, width, height));
        self.rules(height);
        self.y += height;
    }

    /// Rows to be written in by hand, down to the foot of the page.
    fn blank_rows(&mut self) {
        let height = f64::from(self.template.row_mm);
        while self.y + height <= self.bottom() + 0.01 {
            self.rules(height);
            self.y += height;
        }
    }

    fn close(&mut self) {
        let (left, top, y, ink) = (self.left(), self.top(), self.y, self.ink());
        let width = self.template.width();
        last(&mut self.pages).frame((left, top, width, y - top), ink);
    }
}

fn last(pages: &mut Pages) -> &mut Page {
    pages.all.last_mut().expect("BUG: a page was begun")
}
