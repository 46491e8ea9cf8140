//! 续页: what found no room on the first page, under the title and what names the document.

use super::{
    error::FormError,
    form::Sheet,
    page::{Page, Pages, style},
    place::{LEADING, PAD_X, PAD_Y},
    stack::{Paragraph, Stack},
};
use crate::{FontCategory, table::MM_PER_PT, text::Set};

const TITLE_PT: f64 = 18.0;
const TITLE_ROOM: f64 = 11.0;
const TEXT_PT: f64 = 12.0;
/// Width of the column of labels, in mm.
const LABELS: f64 = 26.0;
/// Lines that a text which names the document may take here; it stands whole on the first page.
const MOST_LINES: usize = 2;
/// A part of a row is at least this many lines high.
const LEAST_LINES: f64 = 2.0;

/// What goes on, and what it is.
#[derive(Debug)]
pub(super) struct Rest<'a> {
    pub label: String,
    pub stack: Stack<'a>,
}

/// Sets the rests on as many pages as they take.
pub(super) fn set<'a>(
    sheet: &Sheet<'a>,
    pages: &mut Pages,
    rests: Vec<Rest<'a>>,
) -> Result<(), FormError> {
    if rests.is_empty() {
        return Ok(());
    }
    let margins = sheet.template.margins_mm;
    let bottom = pages.height - f64::from(margins.bottom);
    let mut y = begin(sheet, pages)?;
    let mut fresh = true;
    for rest in rests {
        let width = sheet.width - LABELS - 2.0 * PAD_X;
        let mut stack = rest.stack.broken_for(width);
        let least = label(sheet, &rest.label).height();
        while !stack.is_empty() {
            let room = bottom - y - 2.0 * PAD_Y;
            let wanted = least.max(
                stack
                    .height()
                    .min(LEAST_LINES * TEXT_PT * MM_PER_PT * LEADING),
            );
            if room < wanted && !fresh {
                close(sheet, pages, y);
                y = begin(sheet, pages)?;
                fresh = true;
                continue;
            }
            let part = stack.take(room, usize::from(fresh));
            if part.is_empty() {
                close(sheet, pages, y);
                y = begin(sheet, pages)?;
                fresh = true;
                continue;
            }
            let height = part.height().max(least) + 2.0 * PAD_Y;
            let page = last(pages);
            row(sheet, page, &label(sheet, &rest.label), (y, height));
            let x = sheet.left + LABELS + PAD_X;
            part.draw(sheet.cx, page, (x, y + PAD_Y, width));
            y += height;
            fresh = false;
        }
    }
    close(sheet, pages, y);
    Ok(())
}

fn last(pages: &mut Pages) -> &mut Page {
    pages.all.last_mut().expect("BUG: a page was begun")
}

/// A row's rules and its label.
fn row(sheet: &Sheet<'_>, page: &mut Page, label: &Stack<'_>, (y, height): (f64, f64)) {
    page.rule((sheet.left, y), (sheet.width, 0.0), sheet.ink());
    page.rule((sheet.left + LABELS, y), (0.0, height), sheet.ink());
    let (x, width) = (sheet.left + PAD_X, LABELS - 2.0 * PAD_X);
    let top = y + (height - label.height()).min(30.0) / 2.0;
    label.draw(sheet.cx, page, (x, top, width));
}

fn label<'a>(sheet: &Sheet<'a>, text: &str) -> Stack<'a> {
    let printed = style(FontCategory::Fangsong, TEXT_PT, sheet.ink());
    let mut stack = Stack::default();
    let shape = Paragraph {
        size: printed.size,
        indent: 0.0,
        set: Set::Center,
    };
    stack.paragraph(sheet.cx.shape(text, printed), LABELS - 2.0 * PAD_X, shape);
    stack
}

/// Begins a 续页; answers where its first free row begins.
fn begin(sheet: &Sheet<'_>, pages: &mut Pages) -> Result<f64, FormError> {
    let page = pages.begin()?;
    let top = f64::from(sheet.template.margins_mm.top);
    let text = style(FontCategory::Biaosong, TITLE_PT, sheet.ink());
    let title = format!("{}（续页）", sheet.title().0);
    let line = (sheet.left, top, sheet.width);
    page.line(sheet.cx, (&title, text), line, Set::Center);
    page.mark("title", (sheet.left, top, sheet.width, text.size));
    let mut y = top + TITLE_ROOM;
    for field in sheet.template.form.identifying() {
        let value = sheet.content.fields.get(*field);
        let value = value.map_or("", |text| text.trim());
        if value.is_empty() {
            continue;
        }
        let named = sheet.template.form.field_label(field).unwrap_or(field);
        let width = sheet.width - LABELS - 2.0 * PAD_X;
        let value = named_by(sheet, value, width);
        let height = value.height() + 2.0 * PAD_Y;
        row(sheet, page, &label(sheet, named), (y, height));
        let x = sheet.left + LABELS + PAD_X;
        value.draw(sheet.cx, page, (x, y + PAD_Y, width));
        y += height;
    }
    Ok(y)
}

/// A text that names the document, on two lines at most: what is left out says so and stands on the first page.
fn named_by<'a>(sheet: &Sheet<'a>, value: &str, width: f64) -> Stack<'a> {
    let writer = sheet.writer(TEXT_PT);
    let most = MOST_LINES as f64 * TEXT_PT * MM_PER_PT * LEADING + 0.1;
    let whole = value.replace('\n', "");
    let stack = writer.text(&whole, width);
    if stack.height() <= most {
        return stack;
    }
    let ems = (width / (TEXT_PT * MM_PER_PT)).floor() as usize * MOST_LINES;
    let shorter: String = whole.chars().take(ems.saturating_sub(4)).collect();
    let mut stack = writer.text(&format!("{shorter}……"), width);
    stack.take(most, 1)
}

/// Closes the frame of the last page at `y`.
fn close(sheet: &Sheet<'_>, pages: &mut Pages, y: f64) {
    let top = f64::from(sheet.template.margins_mm.top) + TITLE_ROOM;
    let page = last(pages);
    page.frame((sheet.left, top, sheet.width, y - top), sheet.ink());
}
