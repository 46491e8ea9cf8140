//! Sheets being filled: where the next line goes, what stands on which page, and which element each
//! spot of a page belongs to. A sheet may be turned; then its lines run up the page.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use andu_document::body::{Block, Run};
use serde::{Deserialize, Serialize};

use crate::{
    Note, Options,
    draw::{Draw, DrawList},
    error::TypesetError,
    font::{FontCategory, FontShelf},
    table::{LayoutTable, MM_PER_PT},
    text::{Line, Set, Shaped, Style},
};

/// Pages a document may have.
pub(crate) const MOST_PAGES: usize = 5_000;

/// Where an element, or a block of a body, stands on a page. An element that runs over pages has a
/// box on each. Millimetres from the page's top left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ElementBox {
    /// From 0.
    pub page: usize,
    /// The place in the document, such as `title` or `body/3`.
    pub place: String,
    /// Left edge.
    pub x_mm: f64,
    /// Top edge.
    pub y_mm: f64,
    /// Width.
    pub w_mm: f64,
    /// Height.
    pub h_mm: f64,
}

/// Text with its lines, as broken for one measure.
#[derive(Debug)]
pub(crate) struct Broken {
    pub shaped: Shaped,
    pub lines: Vec<Line>,
}

/// Paragraphs broken before, so that an edit breaks only the paragraph it touches.
#[derive(Debug, Default)]
pub(crate) struct Paragraphs {
    known: Mutex<HashMap<u64, (Arc<Broken>, u64)>>,
    round: std::sync::atomic::AtomicU64,
}

impl Paragraphs {
    /// Forgets what the last `keep` documents did not use.
    pub fn forget(&self, keep: u64) {
        let round = self.round.load(std::sync::atomic::Ordering::Relaxed);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, used)| *used + keep >= round);
        known.shrink_to_fit();
    }

    /// A new document begins.
    pub fn begin(&self) {
        self.round
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }

    fn get(&self, key: u64, make: impl FnOnce() -> Broken) -> Arc<Broken> {
        let round = self.round.load(std::sync::atomic::Ordering::Relaxed);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((broken, used)) = known.get_mut(&key) {
            *used = round;
            return Arc::clone(broken);
        }
        drop(known);
        let broken = Arc::new(make());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, (Arc::clone(&broken), round));
        broken
    }
}

/// What is the same for the whole document.
pub(crate) struct Context<'a> {
    pub shelf: &'a FontShelf,
    pub options: &'a Options,
    pub table: &'a LayoutTable,
    pub paragraphs: &'a Paragraphs,
    /// Set on a page of its own behind the document.
    pub legend: &'a [Block],
    pub used: RefCell<BTreeMap<FontCategory, BTreeSet<char>>>,
    /// Height of a 3号 character.
    pub em: f64,
    /// Width of a cell.
    pub cell: f64,
    pub left: f64,
    pub right: f64,
    pub pitch: f64,
}

impl<'a> Context<'a> {
    pub fn new(
        shelf: &'a FontShelf,
        options: &'a Options,
        paragraphs: &'a Paragraphs,
        legend: &'a [Block],
    ) -> Self {
        let table = &options.table;
        Self {
            shelf,
            options,
            table,
            paragraphs,
            legend,
            used: RefCell::default(),
            em: table.body_char(),
            cell: table.advance(),
            left: table.mm("core.left"),
            right: table.right(),
            pitch: table.pitch(),
        }
    }

    /// 3号 in a category, 28 to the line.
    pub fn body(&self, category: FontCategory) -> Style {
        Style::new(category, self.em, self.cell / self.em)
    }

    /// A style of a size named in the table, set solid.
    pub fn sized(&self, category: FontCategory, id: &str) -> Style {
        Style::new(category, self.table.value(id) * MM_PER_PT, 1.0)
    }

    pub fn shape(&self, text: &str, style: Style) -> Shaped {
        let shaped = Shaped::plain(text, style, self.shelf);
        self.note_characters(&shaped);
        shaped
    }

    fn note_characters(&self, shaped: &Shaped) {
        let mut used = self.used.borrow_mut();
        for (category, character) in shaped.characters() {
            used.entry(category).or_default().insert(character);
        }
    }

    /// Runs of text in styles, broken for a first line of `first` mm and others of `rest`.
    pub fn broken(&self, parts: &[(&[Run], Style)], first: f64, rest: f64) -> Arc<Broken> {
        let mut state = DefaultHasher::new();
        for (runs, style) in parts {
            for run in *runs {
                run.text.hash(&mut state);
                style.with_run(run).hash_into(&mut state);
            }
        }
        first.to_bits().hash(&mut state);
        rest.to_bits().hash(&mut state);
        let broken = self.paragraphs.get(state.finish(), || {
            let mut shaped = Shaped::default();
            for (runs, style) in parts {
                shaped.runs(runs, *style, self.shelf);
            }
            let lines = shaped.lines(first, rest);
            Broken { shaped, lines }
        });
        self.note_characters(&broken.shaped);
        broken
    }
}

/// What an attempt at the document is told beforehand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// 主送机关 go to 版记 (7.3.2).
    pub recipients_in_imprint: bool,
    /// A joint letterhead takes at most this share of its usual height, so that page one shows body
    /// text; 0 is taken as 1.
    pub letterhead_share: f64,
    /// Lines on sheets that are not to have the usual number (7.3.5.5).
    pub lines: BTreeMap<usize, usize>,
    /// 页数 of a 明传电报, known once all of it was set.
    pub pages: Option<u32>,
    /// A heading may end page one, which would show no body text otherwise (7.3.2).
    pub heading_may_end_page_one: bool,
}

/// One side of paper being filled.
#[derive(Debug)]
pub(crate) struct Sheet {
    pub draws: Vec<Draw>,
    /// What is not turned with the sheet: its number.
    pub upright: Vec<Draw>,
    pub boxes: Vec<ElementBox>,
    pub turned: bool,
    /// Top of line 1.
    pub top: f64,
    pub pitch: f64,
    pub slots: usize,
    /// Lines used; a fraction after a table.
    pub cursor: f64,
    /// Lines of the document's own body, and of any text.
    pub body_lines: usize,
    pub text_lines: usize,
    pub numbered: bool,
}

/// Sheets and what goes on them.
pub(crate) struct Flow<'a> {
    pub cx: &'a Context<'a>,
    pub plan: &'a Plan,
    pub sheets: Vec<Sheet>,
    pub notes: Vec<Note>,
    /// 信函: the first page reaches down to the second red line.
    pub letter: bool,
    /// The sheet that holds a signature without any text, if that happened.
    pub lonely_signature: Option<usize>,
    /// The 被印发件 or an attachment is being set; its lines are no body lines of page one.
    pub in_body: bool,
    /// A picture leaves room on its sheet for the headings over it.
    pub shares_sheet: bool,
}

/// Where a flow stands, to come back to.
#[derive(Debug)]
pub(crate) struct Spot {
    pub page: usize,
    pub cursor: f64,
    draws: usize,
    boxes: usize,
    body_lines: usize,
    text_lines: usize,
    notes: usize,
}

impl<'a> Flow<'a> {
    pub fn new(cx: &'a Context<'a>, plan: &'a Plan, letter: bool) -> Self {
        let mut flow = Self {
            cx,
            plan,
            sheets: Vec::new(),
            notes: Vec::new(),
            letter,
            lonely_signature: None,
            in_body: true,
            shares_sheet: false,
        };
        flow.push_sheet(false);
        flow
    }

    fn push_sheet(&mut self, turned: bool) {
        let (cx, index) = (self.cx, self.sheets.len());
        let table = cx.table;
        let (top, pitch, slots) = if turned {
            let slots =
                ((table.value("core.width") - cx.em) / cx.pitch + 1e-6).floor() as usize + 1;
            (0.0, cx.pitch, slots)
        } else if self.letter && index == 0 {
            let slots = table.lines() + 1;
            let bottom = letter_second_line(table) - table.mm("letter.element_gap");
            (
                bottom - cx.em - (slots - 1) as f64 * cx.pitch,
                cx.pitch,
                slots,
            )
        } else {
            match self.plan.lines.get(&index) {
                Some(&lines) => (table.value("core.top"), table.pitch_of(lines), lines),
                None => (table.value("core.top"), cx.pitch, table.lines()),
            }
        };
        self.sheets.push(Sheet {
            draws: Vec::new(),
            upright: Vec::new(),
            boxes: Vec::new(),
            turned,
            top,
            pitch,
            slots,
            cursor: 0.0,
            body_lines: 0,
            text_lines: 0,
            numbered: true,
        });
    }

    /// Begins a new sheet.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn new_sheet(&mut self, turned: bool) -> Result<(), TypesetError> {
        if self.sheets.len() >= MOST_PAGES {
            return Err(TypesetError::TooManyPages { limit: MOST_PAGES });
        }
        self.push_sheet(turned);
        Ok(())
    }

    pub fn sheet(&mut self) -> &mut Sheet {
        self.sheets
            .last_mut()
            .expect("BUG: a flow has a sheet from the start")
    }

    pub fn page(&self) -> usize {
        self.sheets.len() - 1
    }

    /// Remembers where the flow stands.
    pub fn spot(&mut self) -> Spot {
        let (page, notes) = (self.page(), self.notes.len());
        let sheet = self.sheet();
        Spot {
            page,
            cursor: sheet.cursor,
            draws: sheet.draws.len(),
            boxes: sheet.boxes.len(),
            body_lines: sheet.body_lines,
            text_lines: sheet.text_lines,
            notes,
        }
    }

    /// Takes back everything set since `spot`, which must not have made a box of before larger.
    pub fn back_to(&mut self, spot: &Spot) {
        self.sheets.truncate(spot.page + 1);
        self.notes.truncate(spot.notes);
        let sheet = self.sheet();
        sheet.cursor = spot.cursor;
        sheet.draws.truncate(spot.draws);
        sheet.boxes.truncate(spot.boxes);
        sheet.body_lines = spot.body_lines;
        sheet.text_lines = spot.text_lines;
    }

    /// The first page from `from` on that holds `place`.
    pub fn page_of(&self, place: &str, from: usize) -> Option<usize> {
        let sheets = self.sheets.iter().skip(from);
        let found = sheets.map(|sheet| sheet.boxes.iter().any(|b| b.place == place));
        found
            .enumerate()
            .find(|(_, held)| *held)
            .map(|(i, _)| from + i)
    }

    /// Left edge of the text on this sheet.
    pub fn left(&self) -> f64 {
        if self.is_turned() { 0.0 } else { self.cx.left }
    }

    /// Right edge of the text on this sheet.
    pub fn right(&self) -> f64 {
        if self.is_turned() {
            self.cx.table.mm("turned.width")
        } else {
            self.cx.right
        }
    }

    pub fn measure(&self) -> f64 {
        self.right() - self.left()
    }

    pub fn is_turned(&self) -> bool {
        self.sheets.last().is_some_and(|sheet| sheet.turned)
    }

    /// Lines still free.
    pub fn room(&self) -> usize {
        let Some(sheet) = self.sheets.last() else {
            return 0;
        };
        sheet
            .slots
            .saturating_sub((sheet.cursor - 1e-6).ceil().max(0.0) as usize)
    }

    /// Top of the em box of line `slot` (from 0).
    pub fn line_top(&self, slot: f64) -> f64 {
        self.sheets
            .last()
            .map_or(0.0, |sheet| sheet.top + slot * sheet.pitch)
    }

    /// Takes the next line; a new sheet where this one is full. Answers the top of its em box.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn take_line(&mut self) -> Result<f64, TypesetError> {
        if self.room() == 0 {
            let turned = self.is_turned();
            self.new_sheet(turned)?;
        }
        let sheet = self.sheet();
        let slot = (sheet.cursor - 1e-6).ceil().max(0.0);
        sheet.cursor = slot + 1.0;
        Ok(sheet.top + slot * sheet.pitch)
    }

    /// Leaves lines blank; at the foot of a page they vanish.
    pub fn skip(&mut self, lines: f64) {
        let sheet = self.sheet();
        if sheet.cursor > 0.0 {
            sheet.cursor = ((sheet.cursor - 1e-6).ceil() + lines).min(sheet.slots as f64);
        }
    }

    /// Says that a place of the document stands here.
    pub fn mark(&mut self, place: &str, x: f64, y: f64, w: f64, h: f64) {
        let page = self.page();
        let origin = self.cx.table.turned_origin();
        let sheet = self.sheet();
        let (x, y, w, h) = if sheet.turned {
            (origin.0 + y, origin.1 - x - w, h, w)
        } else {
            (x, y, w, h)
        };
        // Rows of these stand beside other elements: one box around all would lie over those.
        let is_apart = matches!(place, "signatories" | "letterhead");
        let mut lately = sheet.boxes.iter_mut().rev().take(4);
        let known = lately.find(|b| b.place == place && !is_apart);
        if let Some(known) = known {
            let (right, bottom) = (
                (known.x_mm + known.w_mm).max(x + w),
                (known.y_mm + known.h_mm).max(y + h),
            );
            known.x_mm = known.x_mm.min(x);
            known.y_mm = known.y_mm.min(y);
            (known.w_mm, known.h_mm) = (right - known.x_mm, bottom - known.y_mm);
            return;
        }
        let place = place.to_owned();
        sheet.boxes.push(ElementBox {
            page,
            place,
            x_mm: x,
            y_mm: y,
            w_mm: w,
            h_mm: h,
        });
    }

    /// Says that a seal goes here; each has a box of its own.
    pub fn mark_seal(&mut self, x: f64, y: f64, w: f64, h: f64) {
        let (page, place) = (self.page(), "seal".to_owned());
        self.sheet().boxes.push(ElementBox {
            page,
            place,
            x_mm: x,
            y_mm: y,
            w_mm: w,
            h_mm: h,
        });
    }

    /// Draws one line of `broken` with its em boxes at `top`, and marks it.
    #[expect(
        clippy::too_many_arguments,
        reason = "a place on the page and how to set"
    )]
    pub fn draw_line(
        &mut self,
        place: &str,
        shaped: &Shaped,
        line: &Line,
        x: f64,
        top: f64,
        size: f64,
        measure: f64,
        set: Set,
    ) -> (f64, f64) {
        let shelf = self.cx.shelf;
        let draws = &mut self.sheet().draws;
        let (from, to) = shaped.draw(line, x, top, size, measure, set, shelf, draws);
        self.mark(place, from, top, (to - from).max(0.1), size);
        (from, to)
    }

    /// Text on one line at a given spot, outside the flow of lines.
    #[expect(
        clippy::too_many_arguments,
        reason = "a place on the page and how to set"
    )]
    pub fn put(
        &mut self,
        place: &str,
        text: &str,
        style: Style,
        x: f64,
        top: f64,
        measure: f64,
        set: Set,
    ) -> (f64, f64) {
        let shaped = self.cx.shape(&text.replace('\n', " "), style);
        if shaped.is_empty() {
            return (x, x);
        }
        let lines = shaped.lines(f64::INFINITY, f64::INFINITY);
        self.draw_line(place, &shaped, &lines[0], x, top, style.size, measure, set)
    }

    /// Sets lines on the grid: the first at `first`, the others at `rest` (mm from the left edge).
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn lines(
        &mut self,
        place: &str,
        broken: &Broken,
        first: f64,
        rest: f64,
        set: Set,
    ) -> Result<(), TypesetError> {
        for (i, line) in broken.lines.iter().enumerate() {
            let top = self.take_line()?;
            let indent = if i == 0 { first } else { rest };
            let (x, measure) = (self.left() + indent, self.measure() - indent);
            let em = self.cx.em;
            self.draw_line(place, &broken.shaped, line, x, top, em, measure, set);
            let body = self.in_body;
            let sheet = self.sheet();
            sheet.text_lines += 1;
            sheet.body_lines += usize::from(body);
        }
        Ok(())
    }

    /// A paragraph of one style with its indents in mm.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn paragraph(
        &mut self,
        place: &str,
        text: &str,
        style: Style,
        first: f64,
        rest: f64,
        set: Set,
    ) -> Result<(), TypesetError> {
        let runs = [Run::plain(text)];
        let measure = self.measure();
        let broken = self
            .cx
            .broken(&[(&runs, style)], measure - first, measure - rest);
        self.lines(place, &broken, first, rest, set)
    }

    /// The pages as lists, with red parts left out and all moved for preprinted paper.
    pub fn into_lists(self) -> (Vec<DrawList>, Vec<ElementBox>, Vec<Note>) {
        let table = self.cx.table;
        let preprinted = self.cx.options.preprinted;
        let mut boxes = Vec::new();
        let mut lists = Vec::new();
        for sheet in self.sheets {
            let mut items = sheet.draws;
            let turned = if sheet.turned { items.len() } else { 0 };
            items.extend(sheet.upright);
            let offset = preprinted.map_or((0.0, 0.0), |paper| {
                items.retain(|item| !is_red(item));
                (paper.offset_x_mm, paper.offset_y_mm)
            });
            boxes.extend(sheet.boxes);
            lists.push(DrawList {
                turned,
                items,
                origin: table.turned_origin(),
                width: table.value("page.width"),
                height: table.value("page.height"),
                offset,
            });
        }
        (lists, boxes, self.notes)
    }
}

fn is_red(item: &Draw) -> bool {
    use crate::draw::Ink::Red;
    match item {
        Draw::Text(run) => run.ink == Red,
        Draw::Fill(.., ink)
        | Draw::Outline(.., ink)
        | Draw::Curves(.., ink)
        | Draw::Line(.., ink) => *ink == Red,
        Draw::Picture(..) => false,
    }
}

/// Height of a red double line.
pub(crate) fn double_line(table: &LayoutTable) -> f64 {
    table.value("letter.line_thick")
        + table.value("letter.line_space")
        + table.value("letter.line_thin")
}

/// Top of the second red double line of a letter; its lower edge lies 20 mm over the page's edge.
pub(crate) fn letter_second_line(table: &LayoutTable) -> f64 {
    table.value("page.height") - table.mm("letter.bottom") - double_line(table)
}
