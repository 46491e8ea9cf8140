//! The proof (版式体检): draws the pages, measures the ink, and compares it with the table of layout
//! numbers. It knows what the document has, but not where the typesetter put it; only to tell which
//! page begins an attachment, which line holds a signature, and what room is left for a seal, which
//! is no ink yet, it asks for the element boxes.

mod closing;
mod foot;
mod formats;
mod indent;
mod ink;
mod letter;
mod lines;
mod outside;
mod overlap;
mod present;
mod seals;
mod size;
mod turned;

use andu_document::{OfficialDocument, kind::DocumentFormat};
use serde::{Deserialize, Serialize};

use crate::{
    FontCategory, LayoutNumber, LayoutTable, Note, Strength, Typeset,
    error::TypesetError,
    table::MM_PER_PT,
    text::{Shaped, Style},
    typeset::guarded,
};
use ink::{Extent, InkPage};

/// Resolution of the pictures measured: 0.085 mm a pixel.
const DPI: f64 = 300.0;

/// What the measurement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within the tolerance.
    Pass,
    /// Off, and the standard says how it must be; or not on the page at all.
    Fail,
    /// Off, but only practice or a permitted adjustment (7.3.5.5) is concerned.
    Practice,
}

/// One number of the layout, measured on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProofItem {
    /// The number's name in the layout table.
    pub id: String,
    /// Its clause.
    pub clause: String,
    /// How binding it is.
    pub strength: Strength,
    /// What was measured, in Chinese.
    pub what: String,
    /// From 0.
    pub page: usize,
    /// In mm (in lines or characters for `core.lines` and `core.characters`); side bearings of the
    /// characters are allowed for.
    pub expected_mm: f64,
    /// What the ink shows; `None` where an element of the document is not found on the page.
    pub measured_mm: Option<f64>,
    /// How far off is still right.
    pub tolerance_mm: f64,
    /// In which unit the next three are: `mm`, `行`, `字`, `磅`, or empty for a bare count.
    pub unit: String,
    /// The number as the table has it, in its own unit.
    pub expected: f64,
    /// What it is on this page, in the same unit.
    pub measured: Option<f64>,
    /// How far off is still right, in the same unit.
    pub tolerance: f64,
    /// What follows.
    pub verdict: Verdict,
    /// What the measurement looked at: x, y, width, height in mm.
    pub rect_mm: [f64; 4],
}

/// All measurements of a document.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ProofReport {
    /// Page by page.
    pub items: Vec<ProofItem>,
}

impl ProofReport {
    /// Nothing failed. An empty report is not clean.
    pub fn is_clean(&self) -> bool {
        !self.items.is_empty() && self.failures().next().is_none()
    }

    /// What failed.
    pub fn failures(&self) -> impl Iterator<Item = &ProofItem> {
        self.items
            .iter()
            .filter(|item| item.verdict == Verdict::Fail)
    }
}

impl ProofReport {
    /// With a failure for each element that a finished document of this type and format has and `document` lacks
    /// (条例 第九条; GB/T 9704-2012, 10). What is there and not on the page, [`proof`] tells already.
    #[must_use]
    pub fn with_absent(mut self, document: &OfficialDocument) -> Self {
        self.items
            .extend(andu_document::absent(document).iter().map(present::absent));
        self
    }
}

/// Measures all pages against `table`, which need not be the one they were set with.
///
/// Costs a drawing of each page at 300 dots an inch.
///
/// # Errors
/// As [`Typeset::pixels`]; `Internal` for a mistake of ours.
pub fn proof(
    typeset: &Typeset,
    document: &OfficialDocument,
    table: &LayoutTable,
) -> Result<ProofReport, TypesetError> {
    guarded(|| measured(typeset, document, table))
}

fn measured(
    typeset: &Typeset,
    document: &OfficialDocument,
    table: &LayoutTable,
) -> Result<ProofReport, TypesetError> {
    let face = typeset.shelf().primary(FontCategory::Fangsong);
    let (half, half_width) = face.map_or((0.43, 0.43), |(face, _)| {
        let face = typeset.shelf().face(face);
        (face.body_half, face.body_half_width)
    });
    let em = table.body_char();
    let mut probe = Probe {
        typeset,
        document,
        table,
        em,
        inset: (0.5 - half) * em,
        inset_x: (0.5 - half_width) * em,
        report: ProofReport::default(),
    };
    probe.paper();
    for page in 0..typeset.page_count() {
        let ink = InkPage::new(&typeset.pixels(page, DPI)?, DPI);
        if typeset.is_turned(page) {
            probe.turned(page, &ink.turned());
        }
        probe.page(page, &ink);
    }
    probe.all_there();
    Ok(probe.report)
}

/// A measurement under way.
struct Probe<'a> {
    typeset: &'a Typeset,
    document: &'a OfficialDocument,
    table: &'a LayoutTable,
    em: f64,
    /// From the edge of the em box to the ink of a character that fills its body, in mm.
    inset: f64,
    inset_x: f64,
    report: ProofReport,
}

/// Of several measurements of one number the one farthest off: expected, measured, where.
#[derive(Debug, Clone, Copy, Default)]
struct Worst(Option<(f64, f64, [f64; 4])>);

impl Worst {
    fn see(&mut self, expected: f64, measured: f64, rect: [f64; 4]) {
        let off = (measured - expected).abs();
        if self.0.is_none_or(|(e, m, _)| off > (m - e).abs()) {
            self.0 = Some((expected, measured, rect));
        }
    }
}

impl Probe<'_> {
    fn page(&mut self, page: usize, ink: &InkPage) {
        let letter = page == 0 && self.document.format == DocumentFormat::Letter;
        if page == 0 {
            match self.document.format {
                DocumentFormat::Document | DocumentFormat::Minutes => self.document_head(ink),
                DocumentFormat::Letter => self.letter_page(ink),
                DocumentFormat::Order => self.order_head(ink),
                DocumentFormat::Telegram => self.telegram_head(ink),
                DocumentFormat::Paper => {}
            }
        }
        if !self.typeset.is_turned(page) {
            if !letter {
                self.lines(page, ink);
            }
            self.indents(page, ink);
            self.attachment_title(page, ink);
            self.attachment_note(page, ink);
            self.signature(page, ink);
            self.after_signature(page, ink);
            self.sizes(page, ink);
        }
        self.elements(page, ink);
        self.outside(page, ink);
        self.overlaps(page);
        if page + 1 == self.typeset.page_count() {
            self.imprint(page, ink);
        }
        self.page_number(page, ink);
    }

    /// Whether the lines of `page` were changed in number, as 7.3.5.5 permits.
    fn adjusted(&self, page: usize) -> bool {
        self.typeset.notes().iter().any(
            |note| matches!(note, Note::LinesAdjusted { page: changed, .. } if *changed == page),
        )
    }

    /// From one line to the next on `page`, where 7.3.5.5 may have changed it.
    fn pitch_on(&self, page: usize) -> f64 {
        let changed = self.typeset.notes().iter().find_map(|note| match note {
            Note::LinesAdjusted { page: on, lines } if *on == page => Some(*lines),
            _ => None,
        });
        changed.map_or(self.table.pitch(), |lines| self.table.pitch_of(lines))
    }

    /// Width of a text of the body on one line.
    fn width(&self, text: &str) -> f64 {
        let cell = self.table.advance() / self.em;
        let style = Style::new(FontCategory::Fangsong, self.em, cell);
        Shaped::plain(text, style, self.typeset.shelf()).width()
    }

    /// The blank before and after the ink of a character in its cell of the body.
    fn bearings(&self, c: char) -> (f64, f64) {
        let shelf = self.typeset.shelf();
        let unknown = (self.inset_x, self.inset_x);
        let Some(glyph) = shelf.glyph(FontCategory::Fangsong, c) else {
            return unknown;
        };
        let face = shelf.face(glyph.face);
        let Some(ink) = face.ink(glyph.id) else {
            return unknown;
        };
        let scale = self.em / face.units_per_em;
        let cell = self.width(&c.to_string());
        // A glyph stands in the middle of its cell.
        let before = (cell - glyph.advance * self.em) / 2.0;
        (
            before + f64::from(ink.x_min) * scale,
            cell - before - f64::from(ink.x_max) * scale,
        )
    }

    /// The left and right edge of the cells of `text`, whose ink is `ink`.
    fn cells(&self, ink: &Extent, text: &str) -> (f64, f64) {
        let bearings = |c: Option<char>| c.map_or((0.0, 0.0), |c| self.bearings(c));
        let (first, last) = (text.trim().chars().next(), text.trim().chars().next_back());
        (ink.left - bearings(first).0, ink.right + bearings(last).1)
    }

    /// Files the one of several measurements that is farthest off; nothing if there is none.
    fn file_worst(&mut self, id: &str, page: usize, tolerance: f64, worst: Worst) {
        if let Some((expected, measured, rect)) = worst.0 {
            self.file(id, page, expected, Some(measured), tolerance, rect);
        }
    }

    /// Files a measurement against number `id`; without one, that the document has such a thing and the page
    /// does not show it. What merely cannot be told on a page is not filed.
    fn file(
        &mut self,
        id: &str,
        page: usize,
        expected: f64,
        measured: Option<f64>,
        tolerance: f64,
        rect: [f64; 4],
    ) {
        let Some(number) = self.table.get(id) else {
            return;
        };
        let verdict = match measured {
            None => Verdict::Fail,
            Some(measured) if (measured - expected).abs() <= tolerance => Verdict::Pass,
            Some(_) if number.strength == Strength::Practice => Verdict::Practice,
            Some(_) => Verdict::Fail,
        };
        let (unit, in_mm) = self.unit_of(number, page);
        // A right edge that lies farther left is a larger distance from the right.
        let turned = match id {
            "date.right" | "unsigned.right" | "signatory.indent" => -1.0,
            "page_number.indent" if page.is_multiple_of(2) => -1.0,
            _ => 1.0,
        };
        let base = match id {
            // These depend on the page: as far as needed, or at most.
            "core.pitch" | "letterhead.width" | "size.letterhead" | "seal.room_above"
            | "seal.gap" => expected / in_mm,
            _ => number.value,
        };
        let own = |measured: f64| base + turned * (measured - expected) / in_mm;
        self.report.items.push(ProofItem {
            id: id.to_owned(),
            clause: number.clause.clone(),
            strength: number.strength,
            what: number.what.clone(),
            page,
            expected_mm: rounded(expected),
            measured_mm: measured.map(rounded),
            tolerance_mm: rounded(tolerance),
            unit: unit.to_owned(),
            expected: rounded(base),
            measured: measured.map(|measured| rounded(own(measured))),
            tolerance: rounded(tolerance / in_mm),
            verdict,
            rect_mm: rect.map(rounded),
        });
    }

    /// The unit a number is told in, and how many of what is measured make one of it.
    fn unit_of(&self, number: &LayoutNumber, page: usize) -> (&'static str, f64) {
        let table = self.table;
        match (number.id.as_str(), number.unit.as_str()) {
            ("core.lines" | "attachment.title_line" | "paper.title_line", _) => ("行", 1.0),
            ("core.characters", _) => ("字", 1.0),
            ("imprint.indent", _) => ("字", table.mm("size.imprint")),
            ("page_number.indent", _) => ("字", table.mm("size.page_number")),
            (_, "line") => ("行", self.pitch_on(page)),
            (_, "char") => ("字", table.advance()),
            (_, "body_char") => ("字高", self.em),
            (_, "pt") => ("磅", MM_PER_PT),
            (_, "count") => ("", 1.0),
            _ => ("mm", 1.0),
        }
    }

    /// Files what is wrong and no number of the table: `measured` in `unit`, where there should be `expected`.
    fn fail(&mut self, failure: Failure<'_>) {
        let (expected, measured) = (failure.expected, failure.measured);
        self.report.items.push(ProofItem {
            id: failure.id.to_owned(),
            clause: failure.clause.to_owned(),
            strength: failure.strength,
            what: failure.what,
            page: failure.page,
            expected_mm: expected,
            measured_mm: measured.map(rounded),
            tolerance_mm: failure.tolerance,
            unit: failure.unit.to_owned(),
            expected,
            measured: measured.map(rounded),
            tolerance: failure.tolerance,
            verdict: if failure.strength == Strength::Required {
                Verdict::Fail
            } else {
                Verdict::Practice
            },
            rect_mm: failure.rect.map(rounded),
        });
    }
}

/// What fails without being a number of the table; only what is 规定 fails for good.
struct Failure<'a> {
    id: &'a str,
    clause: &'a str,
    strength: Strength,
    what: String,
    page: usize,
    unit: &'a str,
    expected: f64,
    measured: Option<f64>,
    tolerance: f64,
    rect: [f64; 4],
}

fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
