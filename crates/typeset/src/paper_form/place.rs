//! Where the cells of a form stand: columns by shares, rows by heights, and the size of what is printed in them.
//! Needs no font, so that a template can be checked anywhere: a character is taken to be as wide as it is high.

use super::{
    error::FormError,
    template::{Cell, FormTemplate, Holds, Orientation, Row},
};
use crate::table::MM_PER_PT;

/// The rule around the frame.
pub(super) const OUTER: f64 = 0.5;
/// The rules between cells.
pub(super) const INNER: f64 = 0.25;
/// Between a rule and what stands in the cell.
pub(super) const PAD_X: f64 = 1.6;
pub(super) const PAD_Y: f64 = 1.2;
/// From one line to the next, over the size of the text.
pub(super) const LEADING: f64 = 1.36;
/// The title's size in pt, and the room from its top to what is below.
pub(super) const TITLE_PT: f64 = 22.0;
pub(super) const TITLE_ROOM: f64 = 13.5;
/// The line over the frame.
pub(super) const HEAD_PT: f64 = 12.0;
pub(super) const HEAD_ROOM: f64 = 7.5;
/// Lines below the frame.
pub(super) const FOOT_PT: f64 = 10.5;
pub(super) const FOOT_LINE: f64 = 5.2;
/// Sizes of what is printed in cells, in pt; the first that fits is taken.
const PRINTED_PT: [f64; 5] = [14.0, 13.0, 12.0, 10.5, 9.0];
/// The box and the blank around a choice, in characters.
const CHOICE_EXTRA: usize = 2;
/// Longer choices stand below each other.
const LONG_CHOICE: usize = 12;

/// A cell where it stands. Rows count repeated ones as often as they are printed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub cell: &'a Cell,
    pub row: usize,
    pub rows: usize,
    pub column: usize,
    pub columns: usize,
    /// Its row in the template.
    pub of_row: usize,
    /// The area and the number of the opinion that a repeated row is for.
    pub entry: Option<(&'a str, usize)>,
}

/// Width and height of the paper in mm.
pub(super) const fn paper(orientation: Orientation) -> (f64, f64) {
    match orientation {
        Orientation::Portrait => (210.0, 297.0),
        Orientation::Landscape => (297.0, 210.0),
    }
}

/// Width of the frame, and the room for its rows, in mm.
pub(super) fn frame(template: &FormTemplate) -> (f64, f64) {
    let (width, height) = paper(template.orientation);
    let margins = template.margins_mm;
    let above = TITLE_ROOM
        + if template.head.is_empty() {
            0.0
        } else {
            HEAD_ROOM
        };
    let below =
        template.foot.len() as f64 * FOOT_LINE + if template.foot.is_empty() { 0.0 } else { 1.5 };
    (
        width - f64::from(margins.left) - f64::from(margins.right),
        height - f64::from(margins.top) - f64::from(margins.bottom) - above - below,
    )
}

/// Left edges of the columns from the frame's left, and the right edge of the last, in mm.
pub(super) fn edges(shares: &[u16], width: f64) -> Vec<f64> {
    let total: f64 = shares.iter().map(|share| f64::from(*share)).sum();
    let mut edges = vec![0.0];
    let mut sum = 0.0;
    for share in shares {
        sum += f64::from(*share);
        edges.push(sum / total.max(1.0) * width);
    }
    edges
}

/// The cells of rows where they stand.
///
/// # Errors
/// `RowNotFilled`, `ReachesOut`, `Repeat`.
pub(super) fn placed(rows: &[Row], columns: usize) -> Result<Vec<Placed<'_>>, FormError> {
    let mut placed = Vec::new();
    // Rows that a cell from above still takes, by column.
    let mut taken = vec![0usize; columns];
    let mut at = 0;
    for (of_row, row) in rows.iter().enumerate() {
        let reaches = taken.iter().any(|rows| *rows > 0) || row.cells.iter().any(|c| c.rows > 1);
        if row.repeat.is_some() && reaches {
            return Err(FormError::ReachesOut { row: of_row + 1 });
        }
        let of_entry = |cell: &Cell| matches!(cell.holds, Holds::Entry(_));
        if row.repeat.is_some() != row.cells.iter().any(of_entry) {
            return Err(FormError::Repeat { row: of_row + 1 });
        }
        for time in 0..row.times() {
            let mut column = 0;
            let mut filled = taken.iter().filter(|rows| **rows > 0).count();
            for cell in &row.cells {
                while taken.get(column).is_some_and(|rows| *rows > 0) {
                    column += 1;
                }
                let span = usize::from(cell.columns);
                filled += span;
                let free = taken.get(column..column + span);
                if !free.is_some_and(|free| free.iter().all(|rows| *rows == 0)) {
                    return Err(FormError::RowNotFilled {
                        row: of_row + 1,
                        filled,
                        columns,
                    });
                }
                taken[column..column + span].fill(cell.rows.into());
                let entry = row.repeat.as_ref();
                placed.push(Placed {
                    cell,
                    row: at,
                    rows: cell.rows.into(),
                    column,
                    columns: span,
                    of_row,
                    entry: entry.map(|repeat| (repeat.area.as_str(), time)),
                });
                column += span;
            }
            if filled != columns {
                return Err(FormError::RowNotFilled {
                    row: of_row + 1,
                    filled,
                    columns,
                });
            }
            taken.iter_mut().for_each(|rows| *rows -= 1);
            at += 1;
        }
    }
    match taken.iter().any(|rows| *rows > 0) {
        true => Err(FormError::ReachesOut { row: rows.len() }),
        false => Ok(placed),
    }
}

/// Whether a line below the frame fits on one line.
pub(super) fn foot_fits(line: &str, width: f64) -> bool {
    em_count(line) * FOOT_PT * MM_PER_PT <= width && !line.contains('\n')
}

/// Characters as wide as they are high; Latin letters and digits count for half of one.
fn em_count(text: &str) -> f64 {
    let wide = |c: char| if c.is_ascii() { 0.6 } else { 1.0 };
    text.chars().map(wide).sum()
}

/// The size in mm of what is printed in a cell that is `width` by `height` mm; `None` where none fits.
pub(super) fn printed_size(cell: &Cell, width: f64, height: f64) -> Option<f64> {
    let (width, height) = (width - 2.0 * PAD_X, height - 2.0 * PAD_Y);
    let fits = |size: &f64| {
        let lines = match &cell.holds {
            Holds::Nothing | Holds::Entry(_) if cell.vertical => vertical_lines(&cell.label),
            Holds::Nothing | Holds::Entry(_) => lines(&cell.label, width / size),
            Holds::Choices { of, .. } => {
                return choices_fit(&cell.label, of, (width, height), *size);
            }
            Holds::Field(_) | Holds::Opinions(_) => {
                return em_count(&cell.label) * size <= width && height >= size * LEADING - 0.5;
            }
        };
        let widest = if cell.vertical { *size } else { 0.0 };
        lines * size * LEADING <= height + 0.5 && widest <= width + 2.0 * PAD_X - 1.0
    };
    PRINTED_PT.into_iter().map(|pt| pt * MM_PER_PT).find(fits)
}

/// Whether choices stand below each other: beside each other long ones would be parted anywhere.
pub(super) fn is_stacked(of: &[String]) -> bool {
    of.iter().any(|choice| choice.chars().count() > LONG_CHOICE)
}

fn choices_fit(label: &str, of: &[String], (width, height): (f64, f64), size: f64) -> bool {
    let ems = (width / size).floor().max(1.0);
    let wide = |choice: &String| em_count(choice) + CHOICE_EXTRA as f64;
    let widest = of.iter().map(wide).fold(em_count(label), f64::max);
    let lines = match is_stacked(of) {
        true => of.len() as f64,
        false => {
            let all: f64 = of.iter().map(wide).sum();
            ((all + em_count(label)) / (ems - 1.0).max(1.0)).ceil()
        }
    };
    widest <= ems && lines * size * LEADING <= height + 0.5
}

/// Lines that a label takes where a line has `ems` characters.
fn lines(label: &str, ems: f64) -> f64 {
    let of = |line: &str| (em_count(line) / ems.floor().max(1.0)).ceil().max(1.0);
    label.split('\n').map(of).sum()
}

fn vertical_lines(label: &str) -> f64 {
    label.chars().filter(|c| !c.is_whitespace()).count() as f64
}
