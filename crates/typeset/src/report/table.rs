//! Tables of a report: rows as high as their fullest cell, the head again on every page.

use andu_document::report::ReportTable;

use super::{AROUND, Press};
use crate::{
    draw::{Draw, Ink},
    error::TypesetError,
    font::FontCategory,
    table::MM_PER_PT,
    text::{Line, Set, Shaped, Style},
};

/// Letters of 五号.
const SIZE: f64 = 10.5 * MM_PER_PT;

/// From one line to the next.
const PITCH: f64 = 5.4;

/// From a cell's edge to its words.
const PAD: f64 = 1.3;

const RULE: f64 = 0.18;

/// A cell with its lines.
struct Cell {
    shaped: Shaped,
    lines: Vec<Line>,
}

/// A row with its height.
struct Row {
    cells: Vec<Cell>,
    lines: usize,
    set: Set,
}

/// Sets a table.
pub(super) fn set(press: &mut Press<'_, '_>, table: &ReportTable) -> Result<(), TypesetError> {
    let widths = widths(press, table);
    if widths.is_empty() {
        return Ok(());
    }
    let titles: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.title.clone())
        .collect();
    let head = row(press, &titles, &widths, FontCategory::Hei, Set::Center);
    press.y += AROUND;
    head_of(press, &head, &widths);
    for texts in &table.rows {
        let row = row(press, texts, &widths, FontCategory::Fangsong, Set::Left);
        let mut from = 0;
        while from < row.lines {
            let room = press.bottom() - press.y - 2.0 * PAD;
            let fit = ((room / PITCH).floor().max(0.0)) as usize;
            let left = row.lines - from;
            // A row is parted only where a whole page would not hold it.
            let page = press.bottom() - press.top() - height(head.lines) - 2.0 * PAD;
            if fit >= left || (left as f64 * PITCH > page && fit > 3) {
                let to = from + fit.min(left);
                draw(press, &row, &widths, from..to);
                from = to;
            } else {
                press.new_page()?;
                head_of(press, &head, &widths);
            }
        }
    }
    press.y += AROUND;
    Ok(())
}

fn widths(press: &Press<'_, '_>, table: &ReportTable) -> Vec<f64> {
    let all: u32 = table.columns.iter().map(|column| column.share.max(1)).sum();
    let width = |share: u32| press.width() * f64::from(share.max(1)) / f64::from(all);
    table
        .columns
        .iter()
        .map(|column| width(column.share))
        .collect()
}

fn height(lines: usize) -> f64 {
    lines as f64 * PITCH + 2.0 * PAD
}

fn row(
    press: &Press<'_, '_>,
    texts: &[String],
    widths: &[f64],
    category: FontCategory,
    set: Set,
) -> Row {
    let cell = |(no, width): (usize, &f64)| {
        let text = texts.get(no).map_or("", String::as_str);
        let shaped = press.cx.shape(text, Style::new(category, SIZE, 1.0));
        let measure = (width - 2.0 * PAD).max(SIZE);
        let lines = if shaped.is_empty() {
            Vec::new()
        } else {
            shaped.lines(measure, measure)
        };
        Cell { shaped, lines }
    };
    let cells: Vec<Cell> = widths.iter().enumerate().map(cell).collect();
    let lines = cells
        .iter()
        .map(|cell| cell.lines.len())
        .max()
        .unwrap_or(0)
        .max(1);
    Row { cells, lines, set }
}

fn head_of(press: &mut Press<'_, '_>, head: &Row, widths: &[f64]) {
    draw(press, head, widths, 0..head.lines);
}

/// Draws some lines of a row with the rules around its cells.
fn draw(press: &mut Press<'_, '_>, row: &Row, widths: &[f64], lines: std::ops::Range<usize>) {
    let (top, high, shelf) = (press.y, height(lines.len()), press.cx.shelf);
    let mut x = press.left();
    let items = press.items();
    for (cell, width) in row.cells.iter().zip(widths) {
        items.push(Draw::Outline(x, top, *width, high, RULE, Ink::Black));
        // A short cell stands in the middle of a row that is on one page.
        let whole = lines.len() == row.lines;
        let spare = if whole {
            (row.lines - cell.lines.len().min(row.lines)) as f64
        } else {
            0.0
        };
        let shown = cell.lines.iter().skip(lines.start).take(lines.len());
        for (no, line) in shown.enumerate() {
            let y = top + PAD + (no as f64 + spare / 2.0) * PITCH + (PITCH - SIZE) / 2.0;
            let (left, measure) = (x + PAD, width - 2.0 * PAD);
            cell.shaped
                .draw(line, left, y, SIZE, measure, row.set, shelf, items);
        }
        x += width;
    }
    press.y += high;
}
