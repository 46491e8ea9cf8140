//! Tables: cells with spans, header rows repeated on each page, rows taller than a page divided.

use std::{collections::BTreeSet, sync::Arc};

use andu_document::body::{Align, Cell, Run, Table, names_rows};

use crate::{
    draw::Ink,
    error::TypesetError,
    font::FontCategory,
    sheet::{Broken, Flow},
    table::MM_PER_PT,
    text::{Set, Style},
};

const MOST_CELLS: usize = 200_000;
const MOST_COLUMNS: usize = 120;
/// Between the rule and the text of a cell.
const PAD_X: f64 = 1.2;
const PAD_Y: f64 = 1.2;
const RULE: f64 = 0.25;

struct Placed {
    row: usize,
    rows: usize,
    column: usize,
    columns: usize,
    text: Arc<Broken>,
    set: Set,
    /// Lines already drawn.
    done: usize,
}

/// A part of a row on a page.
struct Piece {
    row: usize,
    top: f64,
    height: f64,
    /// The row ends with this piece.
    ends: bool,
}

struct Layout {
    /// Left edges of columns, and the right edge of the last.
    edges: Vec<f64>,
    heights: Vec<f64>,
    cells: Vec<Placed>,
    /// Cells by the row they begin in.
    by_row: Vec<Vec<usize>>,
    /// Cells that reach into a row from above.
    from_above: Vec<Vec<usize>>,
    size: f64,
    line: f64,
}

impl Piece {
    fn whole(row: usize, top: f64, height: f64) -> Self {
        Self {
            row,
            top,
            height,
            ends: true,
        }
    }
}

impl Layout {
    /// Takes a cell in; its row is as tall as its tallest cell.
    fn add(&mut self, cell: Placed) {
        let lines = cell.text.lines.len() as f64;
        let height = lines * self.line - (self.line - self.size) + 2.0 * PAD_Y + 1.0;
        if cell.rows == 1 {
            self.heights[cell.row] = f64::max(self.heights[cell.row], height);
        }
        let index = self.cells.len();
        for above in &mut self.from_above[cell.row + 1..cell.row + cell.rows] {
            above.push(index);
        }
        self.by_row[cell.row].push(index);
        self.cells.push(cell);
    }

    /// The last row under a cell over several rows gives it the height it lacks.
    fn grow_for_spans(&mut self) {
        for cell in self.cells.iter().filter(|cell| cell.rows > 1) {
            let span = cell.row..cell.row + cell.rows;
            let have: f64 = self.heights[span.clone()].iter().sum();
            let need = cell.text.lines.len() as f64 * self.line + 2.0 * PAD_Y;
            if need > have {
                self.heights[span.end - 1] += need - have;
            }
        }
    }

    /// Height of the first `rows` rows.
    fn height_of(&self, rows: usize) -> f64 {
        self.heights.iter().take(rows).sum()
    }

    /// How much of a divided row's text a piece of `height` takes.
    fn taken(&self, height: f64) -> f64 {
        ((height - 2.0 * PAD_Y) / self.line + 1e-6).floor().max(1.0) * self.line
    }

    /// The header rows as pieces of another page that begin at `top`; their text is drawn anew.
    fn header_again(&mut self, header: usize, top: f64) -> Vec<Piece> {
        for cell in self.cells.iter_mut().filter(|cell| cell.row < header) {
            cell.done = 0;
        }
        let places = (0..header).map(|row| {
            let above = self.height_of(row);
            Piece::whole(row, top + above, self.heights[row])
        });
        places.collect()
    }
}

impl Flow<'_> {
    /// Sets a table over as many pages as it takes.
    ///
    /// # Errors
    /// `TooManyPages`, `TableTooLarge`
    pub fn table(&mut self, table: &Table, place: &str) -> Result<(), TypesetError> {
        let mut layout = self.layout(table, place)?;
        if layout.cells.is_empty() {
            return Ok(());
        }
        let caption = table.caption.trim();
        let rows = layout.heights.len();
        let header = table.header_rows.min(rows.saturating_sub(1));
        let header = if layout.height_of(header) < self.page_height() * 0.5 {
            header
        } else {
            0
        };
        self.room_to_begin(&layout, header, !caption.is_empty())?;
        if !caption.is_empty() {
            let style = self.cx.body(FontCategory::Fangsong);
            self.paragraph(place, caption, style, 0.0, 0.0, Set::Center)?;
        }
        let end = self.rows(&mut layout, header, place)?;
        let em = self.cx.em;
        let sheet = self.sheet();
        // The next line stands clear of the last rule by half a line's leading.
        let lines = (end - sheet.top + (sheet.pitch - em) / 2.0) / sheet.pitch;
        sheet.cursor = lines.ceil().clamp(0.0, sheet.slots as f64);
        Ok(())
    }

    /// Caption, header and first row stay together where they are not over half a page.
    fn room_to_begin(
        &mut self,
        layout: &Layout,
        header: usize,
        captioned: bool,
    ) -> Result<(), TypesetError> {
        let caption = if captioned { self.cx.pitch } else { 0.0 };
        let needed = caption + layout.height_of(header + 1);
        let lone_caption = captioned && self.room() < 3;
        let lone_header = needed <= self.page_height() * 0.5
            && self.table_top() + needed > self.page_bottom() + 0.01;
        if (lone_caption || lone_header) && self.sheet().cursor > 0.0 {
            let turned = self.is_turned();
            self.new_sheet(turned)?;
        }
        Ok(())
    }

    /// Sets the rows, the first `header` of them again on each page; answers where the last ends.
    fn rows(
        &mut self,
        layout: &mut Layout,
        header: usize,
        place: &str,
    ) -> Result<f64, TypesetError> {
        let rows = layout.heights.len();
        let whole_page = self.page_height() - layout.height_of(header);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut y = self.table_top();
        let mut row = 0;
        let mut remaining = layout.heights.first().copied().unwrap_or(0.0);
        while row < rows {
            let free = self.page_bottom() - y;
            if remaining <= free + 0.01 {
                pieces.push(Piece::whole(row, y, remaining));
                y += remaining;
                row += 1;
                remaining = layout.heights.get(row).copied().unwrap_or(0.0);
                continue;
            }
            let fresh = pieces.iter().all(|piece| piece.row < header);
            let least = layout.line * 2.0 + 2.0 * PAD_Y;
            if (fresh || remaining > whole_page) && free >= least.min(remaining) {
                pieces.push(Piece {
                    row,
                    top: y,
                    height: free,
                    ends: false,
                });
                remaining = (remaining - layout.taken(free)).max(layout.line + 2.0 * PAD_Y);
            }
            self.segment(layout, &pieces, place);
            let turned = self.is_turned();
            self.new_sheet(turned)?;
            y = self.table_top();
            pieces.clear();
            if row >= header {
                pieces = layout.header_again(header, y);
                y += layout.height_of(header);
            }
        }
        self.segment(layout, &pieces, place);
        Ok(y)
    }

    fn table_top(&mut self) -> f64 {
        let sheet = self.sheet();
        if sheet.cursor >= sheet.slots as f64 {
            return f64::MAX / 4.0;
        }
        sheet.top + sheet.cursor.ceil() * sheet.pitch
    }

    fn page_bottom(&self) -> f64 {
        let Some(sheet) = self.sheets.last() else {
            return 0.0;
        };
        sheet.top + (sheet.slots - 1) as f64 * sheet.pitch + self.cx.em
    }

    fn page_height(&self) -> f64 {
        let Some(sheet) = self.sheets.last() else {
            return 0.0;
        };
        (sheet.slots - 1) as f64 * sheet.pitch + self.cx.em
    }

    /// Measures all cells.
    fn layout(&mut self, table: &Table, place: &str) -> Result<Layout, TypesetError> {
        let too_large = || TypesetError::TableTooLarge {
            place: place.to_owned(),
            limit: MOST_CELLS,
        };
        let spots = spots(table).ok_or_else(too_large)?;
        let columns = spots.iter().map(|spot| spot.2 + spot.4).max().unwrap_or(0);
        let size = self.cx.table.value("size.table") * MM_PER_PT;
        let shares = match table.widths.len() == columns {
            true => table
                .widths
                .iter()
                .map(|w| f64::from((*w).max(1)))
                .collect(),
            false => natural_widths(&spots, columns, self.measure(), size),
        };
        let edges = column_edges(&shares, self.left(), self.measure());
        let size = text_size(&edges, self.cx.table.value("size.table"));
        let line = size * 1.4;
        let style = Style::new(FontCategory::Fangsong, size, 1.0);
        let rows = table.rows.len();
        let mut layout = Layout {
            edges,
            heights: vec![size + 2.0 * PAD_Y + 1.0; rows],
            cells: Vec::with_capacity(spots.len()),
            by_row: vec![Vec::new(); rows],
            from_above: vec![Vec::new(); rows],
            size,
            line,
        };
        let naming = naming_columns(&spots, table.header_rows.max(1));
        for (cell, row, column, rows, columns) in spots {
            let edges = &layout.edges;
            let width = (edges[column + columns] - edges[column] - 2.0 * PAD_X).max(size);
            let style = if row < table.header_rows {
                style.of(FontCategory::Hei)
            } else {
                style
            };
            let text = self.cell_text(&cell.runs, style, width);
            let set = cell_set(cell, text.lines.len(), naming.contains(&column));
            layout.add(Placed {
                row,
                rows,
                column,
                columns,
                text,
                set,
                done: 0,
            });
        }
        layout.grow_for_spans();
        Ok(layout)
    }

    /// The lines of a cell; a unit in parentheses at its end, such as （万元）, is not parted.
    fn cell_text(&self, runs: &[Run], style: Style, width: f64) -> Arc<Broken> {
        let text = self.cx.broken(&[(runs, style)], width, width);
        let [.., _, last] = text.lines.as_slice() else {
            return text;
        };
        let Some((head, unit)) = unit_apart(runs) else {
            return text;
        };
        let alone = self
            .cx
            .broken(&[(std::slice::from_ref(&unit), style)], width, width);
        let is_parted = alone.lines.len() == 1 && last.width + 0.02 < alone.lines[0].width;
        if !is_parted {
            return text;
        }
        let mut apart = head;
        apart.push(Run {
            text: format!("\n{}", unit.text),
            ..unit
        });
        self.cx.broken(&[(&apart, style)], width, width)
    }

    /// Draws the part of a table that stands on this sheet.
    fn segment(&mut self, layout: &mut Layout, pieces: &[Piece], place: &str) {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return;
        };
        let (top, bottom) = (first.top, last.top + last.height);
        let mut shown: Vec<usize> = Vec::new();
        for piece in pieces {
            shown.extend(&layout.by_row[piece.row]);
        }
        shown.extend(&layout.from_above[first.row]);
        if let Some(body) = pieces.iter().find(|piece| piece.row > first.row) {
            shown.extend(&layout.from_above[body.row]);
        }
        shown.sort_unstable();
        shown.dedup();
        for index in shown {
            self.cell(layout, index, pieces, place);
        }
        let (left, right) = (layout.edges[0], layout.edges[layout.edges.len() - 1]);
        self.mark(place, left, top, right - left, bottom - top);
        let body = self.in_body;
        let sheet = self.sheet();
        sheet.text_lines += pieces.len();
        sheet.body_lines += if body { pieces.len() } else { 0 };
    }

    fn cell(&mut self, layout: &mut Layout, index: usize, pieces: &[Piece], place: &str) {
        let (size, line) = (layout.size, layout.line);
        let cell = &mut layout.cells[index];
        let rows = cell.row..cell.row + cell.rows;
        let mut covered = pieces.iter().filter(|piece| rows.contains(&piece.row));
        let Some(first) = covered.next() else { return };
        let last = covered.next_back().unwrap_or(first);
        let (top, bottom) = (first.top, last.top + last.height);
        let complete = last.row + 1 == rows.end && last.ends;
        let (x, right) = (
            layout.edges[cell.column],
            layout.edges[cell.column + cell.columns],
        );
        let rest = cell.text.lines.len() - cell.done;
        let fits = ((bottom - top - 2.0 * PAD_Y) / line + 1e-6)
            .floor()
            .max(1.0) as usize;
        let count = if complete { rest } else { rest.min(fits) };
        let whole = complete && cell.done == 0;
        let height = count as f64 * line - (line - size);
        let inner = if whole {
            (bottom - top - height) / 2.0
        } else {
            PAD_Y
        };
        let lines = cell.text.lines[cell.done..cell.done + count].to_vec();
        let (text, set) = (Arc::clone(&cell.text), cell.set);
        cell.done += count;
        for (i, broken) in lines.iter().enumerate() {
            let y = top + inner + i as f64 * line;
            let measure = right - x - 2.0 * PAD_X;
            self.draw_line(
                place,
                &text.shaped,
                broken,
                x + PAD_X,
                y,
                size,
                measure,
                set,
            );
        }
        self.fill(
            x - RULE / 2.0,
            top - RULE / 2.0,
            right - x + RULE,
            RULE,
            Ink::Black,
        );
        self.fill(
            x - RULE / 2.0,
            bottom - RULE / 2.0,
            right - x + RULE,
            RULE,
            Ink::Black,
        );
        self.fill(x - RULE / 2.0, top, RULE, bottom - top, Ink::Black);
        self.fill(right - RULE / 2.0, top, RULE, bottom - top, Ink::Black);
    }
}

type Spot<'a> = (&'a Cell, usize, usize, usize, usize);

/// The runs of a cell before a short unit in parentheses that ends it, and the unit.
fn unit_apart(runs: &[Run]) -> Option<(Vec<Run>, Run)> {
    const LONGEST: usize = 8;
    let (last, before) = runs.split_last()?;
    let at = last.text.rfind(['（', '('])?;
    let (head, unit) = last.text.split_at(at);
    let is_unit = unit.ends_with(['）', ')']) && unit.chars().count() <= LONGEST;
    let has_head = !head.trim().is_empty() || !before.is_empty();
    if !is_unit || !has_head || head.ends_with('\n') {
        return None;
    }
    let of = |text: &str| Run {
        text: text.to_owned(),
        ..last.clone()
    };
    let mut head_runs = before.to_vec();
    head_runs.push(of(head));
    Some((head_runs, of(unit)))
}

/// Where each cell stands: (cell, row, column, rows, columns). Spans are cut to the table; `None` where
/// there are too many cells or columns.
fn spots(table: &Table) -> Option<Vec<Spot<'_>>> {
    let total: usize = table.rows.iter().map(|row| row.cells.len()).sum();
    if total > MOST_CELLS {
        return None;
    }
    let mut spots: Vec<Spot<'_>> = Vec::with_capacity(total);
    // For each column the first row that is free again.
    let mut taken: Vec<usize> = Vec::new();
    for (row, cells) in table.rows.iter().enumerate() {
        let mut column = 0;
        for cell in &cells.cells {
            while taken.get(column).is_some_and(|free| *free > row) {
                column += 1;
            }
            if column >= MOST_COLUMNS {
                return None;
            }
            let mut wide = (cell.colspan.max(1) as usize).min(MOST_COLUMNS - column);
            if let Some(blocked) =
                (1..wide).find(|i| taken.get(column + i).is_some_and(|free| *free > row))
            {
                wide = blocked;
            }
            let rows = (cell.rowspan.max(1) as usize).min(table.rows.len() - row);
            if taken.len() < column + wide {
                taken.resize(column + wide, 0);
            }
            taken[column..column + wide].fill(row + rows);
            spots.push((cell, row, column, rows, wide));
            column += wide;
        }
    }
    Some(spots)
}

/// How wide columns are that nobody has set, in mm: what their text takes on one line and an equal part of what
/// is left. Where that is too much, those that take more than their share give way.
fn natural_widths(spots: &[Spot<'_>], columns: usize, measure: f64, size: f64) -> Vec<f64> {
    // The size of text shrinks where three characters do not fit a column.
    let least = size * 3.3 + 2.0 * PAD_X;
    let of = |width: fn(&[Run]) -> f64| {
        let mut wanted = vec![least; columns];
        for (cell, _, column, _, wide) in spots {
            if *wide == 1 {
                let width = width(&cell.runs) * size + 2.0 * PAD_X + size / 4.0;
                wanted[*column] = f64::max(wanted[*column], width);
            }
        }
        wanted
    };
    // A unit in parentheses stands below where there is no room beside.
    let mut wanted = of(line_width);
    if wanted.iter().sum::<f64>() > measure {
        wanted = of(narrow_width);
    }
    let sum: f64 = wanted.iter().sum();
    if sum <= measure {
        let left = (measure - sum) / columns.max(1) as f64;
        return wanted.into_iter().map(|width| width + left).collect();
    }
    let mut by_width = wanted.clone();
    by_width.sort_by(f64::total_cmp);
    let (mut room, mut most) = (measure, f64::INFINITY);
    for (number, width) in by_width.iter().enumerate() {
        let share = room / (columns - number) as f64;
        if *width > share {
            most = share;
            break;
        }
        room -= width;
    }
    wanted.into_iter().map(|width| width.min(most)).collect()
}

/// How wide the longest line of a cell is, in characters of full width.
fn line_width(runs: &[Run]) -> f64 {
    let of = |text: &str| {
        let narrow = text.chars().filter(char::is_ascii).count() as f64;
        text.chars().count() as f64 - narrow * 0.45
    };
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    text.split('\n').map(of).fold(0.0, f64::max)
}

/// The same with a unit in parentheses on a line of its own.
fn narrow_width(runs: &[Run]) -> f64 {
    match unit_apart(runs) {
        Some((head, unit)) => line_width(&head).max(line_width(&[unit])),
        None => line_width(runs),
    }
}

fn column_edges(relative: &[f64], left: f64, measure: f64) -> Vec<f64> {
    let columns = relative.len();
    let total: f64 = relative.iter().sum();
    // No column is narrower than a fifth of an equal share, whatever the widths say.
    let floor = measure / columns.max(1) as f64 / 5.0;
    let widths: Vec<f64> = relative
        .iter()
        .map(|w| (w / total * measure).max(floor))
        .collect();
    let scale = measure / widths.iter().sum::<f64>().max(1e-9);
    let mut edges = vec![left];
    let mut x = left;
    for width in widths {
        x += width * scale;
        edges.push(x);
    }
    edges
}

/// The largest size of text, in mm, of which three characters fit the narrowest column.
fn text_size(edges: &[f64], usual: f64) -> f64 {
    let narrowest = edges
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .fold(f64::INFINITY, f64::min);
    let fits = |size: &f64| narrowest >= size * MM_PER_PT * 3.2 + 2.0 * PAD_X;
    let size = [usual, 12.0, 10.5, 9.0, 7.5].into_iter().find(fits);
    size.unwrap_or(7.5) * MM_PER_PT
}

/// Columns whose figures name rows.
fn naming_columns(spots: &[Spot<'_>], header_rows: usize) -> BTreeSet<usize> {
    let heads = spots.iter().filter(|spot| spot.1 < header_rows);
    let naming = heads.filter(|spot| names_rows(&text_of(spot.0)));
    naming.map(|spot| spot.2).collect()
}

fn text_of(cell: &Cell) -> String {
    let runs = cell.runs.iter();
    runs.map(|run: &Run| run.text.as_str()).collect()
}

/// Centred for text and for figures that only name their row, right for other numbers; long text is justified from the
/// left.
fn cell_set(cell: &Cell, lines: usize, names_row: bool) -> Set {
    let text = text_of(cell);
    let number = |text: &str| {
        let text = text.trim();
        text.chars().any(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || "+-.,%‰ ".contains(c))
    };
    match cell.align {
        Some(Align::Left) => Set::Justify,
        Some(Align::Center) => Set::Center,
        Some(Align::Right) => Set::Right,
        None if number(&text) && !names_row => Set::Right,
        None if lines > 2 => Set::Justify,
        None => Set::Center,
    }
}

#[cfg(test)]
mod tests {
    use andu_document::body::Row;

    use super::*;

    fn row(cells: [&str; 3]) -> Row {
        let cells = cells.map(|text| Cell {
            runs: vec![Run::plain(text)],
            ..Cell::default()
        });
        Row {
            cells: cells.into(),
        }
    }

    #[test]
    fn figures_that_name_their_row_stand_in_the_middle_and_amounts_at_the_right() {
        let table = Table {
            rows: vec![row(["序 号", "镇", "资金"]), row(["1", "石桥镇", "1.5"])],
            ..Table::default()
        };
        let spots = spots(&table).unwrap();
        let naming = naming_columns(&spots, 1);
        let second = spots.iter().filter(|spot| spot.1 == 1);
        let set: Vec<Set> = second
            .map(|spot| cell_set(spot.0, 1, naming.contains(&spot.2)))
            .collect();
        assert_eq!(set, [Set::Center, Set::Center, Set::Right]);
    }
}
