//! A form on its pages: the printed frame, what is written growing its cells, and the 续页 for what does not fit.

use std::sync::Arc;

use super::{
    content::FormContent,
    continuation::{self, Rest},
    error::FormError,
    page::{Page, Pages, style},
    place::{self, HEAD_PT, HEAD_ROOM, LEADING, PAD_X, PAD_Y, Placed, TITLE_PT, TITLE_ROOM},
    stack::{Paragraph, Stack},
    template::{AGENCY, EntryPart, FormInk, FormTemplate, Holds},
    written::Writer,
};
use crate::{
    FontCategory, FontShelf, Options, Typeset,
    draw::Ink,
    error::TypesetError,
    sheet::{Context, Paragraphs},
    table::MM_PER_PT,
    text::{Set, Shaped},
};

/// Sizes of what is written, in pt: the first with which all fits on one page is taken.
const SIZES: [f64; 3] = [14.0, 12.0, 10.5];
/// The size where no size fits and a 续页 follows.
const WITH_CONTINUATION: f64 = 12.0;
/// What stands at the end of a cell that goes on elsewhere.
const GOES_ON: &str = "（转续页）";
const GOES_ON_PT: f64 = 9.0;
/// A row of filled cells is not lower than this, in mm.
const COMPACT: f64 = 8.0;
/// Cells higher than this, in mm, are written from their top.
const TALL: f64 = 24.0;

/// Sets a form, blank or filled.
pub(super) fn set(
    shelf: &Arc<FontShelf>,
    template: &FormTemplate,
    content: &FormContent,
) -> Result<Typeset, FormError> {
    template.check()?;
    content.check()?;
    if template.form != content.form {
        return Err(FormError::OtherForm {
            wanted: template.form.label(),
            found: content.form.label(),
        });
    }
    if shelf.primary(FontCategory::Fangsong).is_none() {
        let folders = shelf.folder_count();
        return Err(TypesetError::NoFonts { folders }.into());
    }
    let (options, paragraphs) = (Options::default(), Paragraphs::default());
    let cx = Context::new(shelf, &options, &paragraphs, &[]);
    let sheet = Sheet::of(&cx, template, content)?;
    let mut pages = Pages::new(place::paper(template.orientation));
    let rests = sheet.first_page(pages.begin()?);
    continuation::set(&sheet, &mut pages, rests)?;
    if pages.all.len() > 1 {
        pages.number(&cx, f64::from(template.margins_mm.bottom) - 4.0);
    }
    let title = match content.fields.get("title").map(|title| title.trim()) {
        Some(title) if !title.is_empty() => format!("{}：{title}", sheet.title().0),
        _ => sheet.title().0,
    };
    Ok(pages.made(&cx, shelf, title, sheet.agency().to_owned()))
}

/// A form being set.
pub(super) struct Sheet<'a> {
    pub cx: &'a Context<'a>,
    pub template: &'a FormTemplate,
    pub content: &'a FormContent,
    placed: Vec<Placed<'a>>,
    edges: Vec<f64>,
    /// The least height of each row.
    least: Vec<f64>,
    pub left: f64,
    pub width: f64,
    room: f64,
}

/// A cell with what is written in it.
struct Filled<'a> {
    placed: Placed<'a>,
    stack: Stack<'a>,
    /// Height of the label over the opinions.
    over: f64,
}

impl<'a> Sheet<'a> {
    fn of(
        cx: &'a Context<'a>,
        template: &'a FormTemplate,
        content: &'a FormContent,
    ) -> Result<Self, FormError> {
        let (width, room) = place::frame(template);
        let rows = template.rows.iter();
        let heights = rows.map(|row| vec![f64::from(row.height_mm); row.times()]);
        Ok(Self {
            cx,
            template,
            content,
            placed: template.placed()?,
            edges: place::edges(&template.columns, width),
            least: heights.flatten().collect(),
            left: f64::from(template.margins_mm.left),
            width,
            room,
        })
    }

    pub fn ink(&self) -> Ink {
        match self.template.ink {
            FormInk::Black => Ink::Black,
            FormInk::Red => Ink::Red,
        }
    }

    pub fn writer(&self, pt: f64) -> Writer<'a> {
        Writer {
            cx: self.cx,
            content: self.content,
            ink: self.ink(),
            pt,
        }
    }

    fn agency(&self) -> &'a str {
        match self.content.agency.trim() {
            "" => self.template.agency.trim(),
            agency => agency,
        }
    }

    /// The title, and whether it stands alone, without an agency's name.
    pub fn title(&self) -> (String, bool) {
        let agency = self.agency();
        let title = self.template.title.replace(AGENCY, agency);
        (title.trim().to_owned(), agency.is_empty())
    }

    fn inner(&self, placed: &Placed<'_>) -> f64 {
        self.edges[placed.column + placed.columns] - self.edges[placed.column] - 2.0 * PAD_X
    }

    fn least_of(&self, placed: &Placed<'_>) -> f64 {
        self.least[placed.row..placed.row + placed.rows]
            .iter()
            .sum()
    }

    fn label_size(&self, placed: &Placed<'_>) -> f64 {
        let (width, height) = (self.inner(placed) + 2.0 * PAD_X, self.least_of(placed));
        let size = place::printed_size(placed.cell, width, height);
        size.unwrap_or(9.0 * MM_PER_PT)
    }

    /// All cells with what is written in them in a size.
    fn filled(&self, pt: f64) -> Vec<Filled<'a>> {
        let writer = self.writer(pt);
        let fill = |placed: &Placed<'a>| {
            let height = self.least_of(placed) - 2.0 * PAD_Y;
            let labelled = !placed.cell.label.is_empty();
            let over = match placed.cell.holds {
                Holds::Opinions(_) if labelled => self.label_size(placed) * LEADING,
                _ => 0.0,
            };
            Filled {
                placed: *placed,
                stack: writer.cell(placed, self.inner(placed), height),
                over,
            }
        };
        self.placed.iter().map(fill).collect()
    }

    /// The least heights of rows whose cells are filled: what was left for a pen is not needed there. A row with an
    /// empty cell keeps its height.
    fn compact(&self, cells: &[Filled<'_>]) -> Vec<f64> {
        let mut heights = vec![COMPACT; self.least.len()];
        for cell in cells {
            let placed = cell.placed;
            let span = placed.row..placed.row + placed.rows;
            let is_label = placed.cell.holds == Holds::Nothing;
            let last = span.end - 1;
            if cell.stack.is_empty() && !is_label {
                for row in span {
                    heights[row] = self.least[row];
                }
            } else if is_label {
                let needs = self.label_stack(&placed).height() + 2.0 * PAD_Y - 0.5;
                let have: f64 = heights[span].iter().sum();
                heights[last] += (needs - have).max(0.0);
            }
        }
        let rows = heights.iter().zip(&self.least);
        rows.map(|(height, least)| height.min(*least)).collect()
    }

    /// How high the rows are when each cell grows as it must, from these heights on.
    fn natural(cells: &[Filled<'_>], least: &[f64]) -> Vec<f64> {
        let mut heights = least.to_vec();
        let need = |cell: &Filled<'_>| cell.stack.height() + cell.over + 2.0 * PAD_Y - 0.5;
        let written = |cell: &&Filled<'_>| !cell.stack.is_empty();
        for cell in cells.iter().filter(written).filter(|c| c.placed.rows == 1) {
            heights[cell.placed.row] = heights[cell.placed.row].max(need(cell));
        }
        for cell in cells.iter().filter(written).filter(|c| c.placed.rows > 1) {
            let span = cell.placed.row..cell.placed.row + cell.placed.rows;
            let have: f64 = heights[span.clone()].iter().sum();
            heights[span.end - 1] += (need(cell) - have).max(0.0);
        }
        heights
    }

    /// The cells in the largest size with which they fit the page, and the heights of rows; where none does, rows
    /// that need little grow first, and the last that grows takes what is left.
    fn fit(&self) -> (Vec<Filled<'a>>, Vec<f64>) {
        let fits = |heights: &Vec<f64>| heights.iter().sum::<f64>() <= self.room + 1e-6;
        for pt in SIZES {
            let cells = self.filled(pt);
            for compact in [false, true] {
                let heights = match compact {
                    true => Self::natural(&cells, &self.compact(&cells)),
                    false => Self::natural(&cells, &self.least),
                };
                if fits(&heights) {
                    let heights = self.filling(heights, compact);
                    return (cells, heights);
                }
            }
        }
        let cells = self.filled(WITH_CONTINUATION);
        let mut heights = self.compact(&cells);
        let wanted = Self::natural(&cells, &heights);
        let mut spare = self.room - heights.iter().sum::<f64>();
        let mut rows: Vec<usize> = (0..heights.len()).collect();
        rows.sort_by(|a, b| (wanted[*a] - heights[*a]).total_cmp(&(wanted[*b] - heights[*b])));
        for row in rows {
            let more = (wanted[row] - heights[row]).min(spare).max(0.0);
            heights[row] += more;
            spare -= more;
        }
        (cells, heights)
    }

    /// Heights that fill the room there is: rows that were made lower get back what is left, as much as they lack.
    fn filling(&self, mut heights: Vec<f64>, compact: bool) -> Vec<f64> {
        let lacks = |(height, least): (&f64, &f64)| (least - height).max(0.0);
        let lacking: f64 = heights.iter().zip(&self.least).map(lacks).sum();
        if !compact || lacking <= 0.0 {
            return heights;
        }
        let left = self.room - heights.iter().sum::<f64>();
        let share = (left / lacking).clamp(0.0, 1.0);
        for (height, least) in heights.iter_mut().zip(&self.least) {
            *height += (least - *height).max(0.0) * share;
        }
        heights
    }

    /// Draws the first page; answers what has no place on it.
    fn first_page(&self, page: &mut Page) -> Vec<Rest<'a>> {
        let top = self.draw_head(page);
        let (cells, heights) = self.fit();
        let tops: Vec<f64> = std::iter::once(top)
            .chain(heights.iter().scan(top, |y, height| {
                *y += height;
                Some(*y)
            }))
            .collect();
        let bottom = tops.last().copied().unwrap_or(top);
        let mut rests = self.head_rests();
        for cell in cells {
            let placed = cell.placed;
            let x = self.left + self.edges[placed.column];
            let right = self.left + self.edges[placed.column + placed.columns];
            let (y, end) = (tops[placed.row], tops[placed.row + placed.rows]);
            if placed.column + placed.columns < self.template.columns.len() {
                page.rule((right, y), (0.0, end - y), self.ink());
            }
            if end < bottom - 0.01 {
                page.rule((x, end), (right - x, 0.0), self.ink());
            }
            rests.extend(self.draw_cell(page, cell, (x, y, right - x, end - y)));
        }
        page.frame((self.left, top, self.width, bottom - top), self.ink());
        self.draw_foot(page, bottom);
        rests.extend(self.unplaced());
        rests
    }

    /// The title and the line over the frame; answers where the frame begins.
    fn draw_head(&self, page: &mut Page) -> f64 {
        let top = f64::from(self.template.margins_mm.top);
        let (title, alone) = self.title();
        let text = style(FontCategory::Biaosong, TITLE_PT, self.ink());
        let count = title.chars().count() as f64;
        let spread = count * text.size * 1.8;
        if alone && (2.0..8.0).contains(&count) {
            let x = self.left + (self.width - spread) / 2.0;
            page.line(self.cx, (&title, text), (x, top, spread), Set::Spread);
        } else {
            let line = (self.left, top, self.width);
            page.line(self.cx, (&title, text), line, Set::Center);
        }
        page.mark("title", (self.left, top, self.width, text.size));
        let top = top + TITLE_ROOM;
        if self.template.head.is_empty() {
            return top;
        }
        let size = HEAD_PT * MM_PER_PT;
        for (i, label, value, fits) in self.head_items() {
            let (x, width) = self.head_place(i);
            let shown = if fits { value } else { GOES_ON };
            let mut shaped = Shaped::plain(
                label,
                style(FontCategory::Fangsong, HEAD_PT, self.ink()),
                self.cx.shelf,
            );
            shaped.push(
                shown,
                style(FontCategory::Kai, HEAD_PT, Ink::Black),
                self.cx.shelf,
            );
            let mut stack = Stack::default();
            let set = match i {
                0 => Set::Left,
                _ if i + 1 == self.template.head.len() && !shown.is_empty() => Set::Right,
                _ => Set::Left,
            };
            let shape = Paragraph {
                size,
                indent: 0.0,
                set,
            };
            stack.paragraph(shaped, width.max(1.0), shape);
            stack.draw(self.cx, page, (x, top, width));
            let place = format!("fields/{}", self.template.head[i].field);
            page.mark(&place, (x, top, width, size * LEADING));
        }
        top + HEAD_ROOM
    }

    fn head_place(&self, i: usize) -> (f64, f64) {
        let count = self.template.head.len() as f64;
        let each = self.width / count;
        (self.left + i as f64 * each, each)
    }

    /// What stands over the frame: which, its label, its text, and whether that fits there.
    fn head_items(&self) -> Vec<(usize, &'a str, &'a str, bool)> {
        let template = self.template;
        let items = template.head.iter().enumerate();
        let item = |(i, item): (usize, &'a super::template::HeadItem)| {
            let value = self.content.fields.get(&item.field);
            let value = value.map_or("", |text| text.trim());
            let kai = style(FontCategory::Kai, HEAD_PT, Ink::Black);
            let width = self.cx.shape(&item.label, kai).width() + self.cx.shape(value, kai).width();
            let fits = width <= self.head_place(i).1 && !value.contains('\n');
            (i, item.label.as_str(), value, fits)
        };
        items.map(item).collect()
    }

    fn head_rests(&self) -> Vec<Rest<'a>> {
        let items = self.head_items().into_iter();
        let rest = |(i, _, value, _): (usize, &str, &'a str, bool)| {
            let field = &self.template.head[i].field;
            Rest {
                label: self.field_label(field),
                stack: self.writer(WITH_CONTINUATION).text(value, self.width),
            }
        };
        items.filter(|item| !item.3).map(rest).collect()
    }

    fn draw_foot(&self, page: &mut Page, bottom: f64) {
        let text = style(FontCategory::Fangsong, place::FOOT_PT, self.ink());
        for (i, line) in self.template.foot.iter().enumerate() {
            let top = bottom + 1.5 + i as f64 * place::FOOT_LINE;
            let at = (self.left, top, self.width);
            page.line(self.cx, (line, text), at, Set::Left);
        }
    }

    /// Draws a cell; answers what of it has no room.
    fn draw_cell(
        &self,
        page: &mut Page,
        cell: Filled<'a>,
        (x, y, width, height): (f64, f64, f64, f64),
    ) -> Option<Rest<'a>> {
        let placed = cell.placed;
        page.mark(&self.place_of(&placed), (x, y, width, height));
        if matches!(placed.cell.holds, Holds::Nothing | Holds::Opinions(_)) {
            self.draw_label(page, &placed, (x, y, width, height));
        }
        let mut stack = cell.stack;
        let inner = (x + PAD_X, width - 2.0 * PAD_X);
        let room = height - 2.0 * PAD_Y - cell.over + 0.5;
        let whole = stack.height() <= room + 0.01;
        let note = GOES_ON_PT * MM_PER_PT * LEADING;
        let shown = match whole {
            true => stack.take(f64::INFINITY, 0),
            false => stack.take(room - note, 0),
        };
        let top = y + PAD_Y + cell.over;
        let is_field = !matches!(placed.cell.holds, Holds::Opinions(_));
        let low = height < TALL || (is_field && placed.cell.label.is_empty());
        let centred = whole && cell.over == 0.0 && low;
        let down = match centred {
            true => ((height - 2.0 * PAD_Y - shown.height()) / 2.0).max(-0.25),
            false => 0.0,
        };
        shown.draw(self.cx, page, (inner.0, top + down, inner.1));
        if whole {
            return None;
        }
        let small = style(FontCategory::Fangsong, GOES_ON_PT, Ink::Black);
        let line = (inner.0, y + height - PAD_Y - note + 0.5, inner.1);
        page.line(self.cx, (GOES_ON, small), line, Set::Right);
        Some(Rest {
            label: format!("{}（续）", self.label_of(&placed)),
            stack,
        })
    }

    /// The printed label of a cell.
    fn label_stack(&self, placed: &Placed<'_>) -> Stack<'static> {
        let (label, alone) = (
            placed.cell.label.trim_end(),
            placed.cell.holds == Holds::Nothing,
        );
        let size = self.label_size(placed);
        let printed = style(FontCategory::Fangsong, size / MM_PER_PT, self.ink());
        let inner = self.inner(placed);
        let set = match alone {
            true => Set::Center,
            false => Set::Left,
        };
        let shape = Paragraph {
            size,
            indent: 0.0,
            set,
        };
        let mut stack = Stack::default();
        if placed.cell.vertical && alone {
            for character in label.chars().filter(|c| !c.is_whitespace()) {
                let one = self.cx.shape(&character.to_string(), printed);
                stack.paragraph(one, inner.max(size), shape);
            }
        } else {
            stack.paragraph(self.cx.shape(label, printed), inner, shape);
        }
        stack
    }

    /// Draws the printed label of a cell: in the middle where it stands alone, else at the top left.
    fn draw_label(
        &self,
        page: &mut Page,
        placed: &Placed<'_>,
        (x, y, width, height): (f64, f64, f64, f64),
    ) {
        let stack = self.label_stack(placed);
        match (placed.cell.holds == Holds::Nothing, placed.cell.vertical) {
            (true, true) => {
                let down = (height - stack.height()) / 2.0;
                stack.draw(self.cx, page, (x, y + down, width));
            }
            (true, false) => {
                let down = (height - stack.height()) / 2.0;
                stack.draw(self.cx, page, (x + PAD_X, y + down, width - 2.0 * PAD_X));
            }
            (false, _) => {
                stack.draw(self.cx, page, (x + PAD_X, y + PAD_Y, width - 2.0 * PAD_X));
            }
        }
    }

    fn place_of(&self, placed: &Placed<'_>) -> String {
        match (&placed.cell.holds, placed.entry) {
            (Holds::Nothing, _) => "label".to_owned(),
            (Holds::Field(field) | Holds::Choices { field, .. }, _) => format!("fields/{field}"),
            (Holds::Opinions(area), _) => format!("opinions/{area}"),
            (Holds::Entry(_), Some((area, number))) => format!("opinions/{area}/{number}"),
            (Holds::Entry(_), None) => "label".to_owned(),
        }
    }

    fn field_label(&self, field: &str) -> String {
        let known = self.template.form.field_label(field);
        known.unwrap_or(field).to_owned()
    }

    fn area_label(&self, area: &str) -> String {
        let known = self.template.form.area_label(area);
        known.unwrap_or(area).to_owned()
    }

    fn label_of(&self, placed: &Placed<'_>) -> String {
        match (&placed.cell.holds, placed.entry) {
            (Holds::Field(field) | Holds::Choices { field, .. }, _) => self.field_label(field),
            (Holds::Opinions(area), _) => self.area_label(area),
            (_, Some((area, number))) => format!("{} {}", self.area_label(area), number + 1),
            (_, None) => placed.cell.label.clone(),
        }
    }

    /// What the template has no place for: other fields, other areas, opinions beyond the last repeated row or with
    /// parts that those rows do not show.
    fn unplaced(&self) -> Vec<Rest<'a>> {
        let writer = self.writer(WITH_CONTINUATION);
        let (fields, areas) = (self.template.placed_fields(), self.template.placed_areas());
        let mut rests = Vec::new();
        for (name, text) in &self.content.fields {
            if !fields.contains(name.as_str()) && !text.trim().is_empty() {
                rests.push(Rest {
                    label: self.field_label(name),
                    stack: writer.text(text, self.width),
                });
            }
        }
        for (area, opinions) in &self.content.opinions {
            let rows = self.template.rows.iter().find(|row| {
                let repeat = row.repeat.as_ref();
                repeat.is_some_and(|repeat| repeat.area == *area)
            });
            let mut stack = Stack::default();
            for (i, opinion) in opinions.iter().enumerate() {
                let shown = match rows {
                    Some(row) => i < row.times() && shows(row, opinion),
                    None => areas.contains(area.as_str()),
                };
                if !shown {
                    let place = format!("opinions/{area}/{i}");
                    stack.append(writer.opinion(opinion, self.width, &place));
                }
            }
            if !stack.is_empty() {
                let label = self.area_label(area);
                let label = match rows {
                    Some(_) => format!("{label}（续）"),
                    None => label,
                };
                rests.push(Rest { label, stack });
            }
        }
        rests
    }
}

/// Whether a repeated row shows all there is of an opinion.
fn shows(row: &super::template::Row, opinion: &super::content::FormOpinion) -> bool {
    let has = |part: EntryPart| {
        let mut cells = row.cells.iter();
        cells.any(|cell| cell.holds == Holds::Entry(part))
    };
    let said = !opinion.words.trim().is_empty() || opinion.handwriting.is_some();
    let named = [&opinion.person, &opinion.on_behalf_of, &opinion.recorded_by];
    let named = named.iter().any(|name| !name.trim().is_empty());
    (has(EntryPart::Words) || !said)
        && (has(EntryPart::Person) || !named)
        && (has(EntryPart::Department) || opinion.department.trim().is_empty())
        && (has(EntryPart::Date) || opinion.date.is_none())
}
