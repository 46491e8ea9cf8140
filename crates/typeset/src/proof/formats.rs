//! 版头 of each format: 标志, number, red lines and the title under them.

use andu_document::kind::DocumentFormat;

use crate::FontCategory;

use super::{
    Probe,
    ink::{Extent, InkPage, Rule, Tint},
    lines::is_title,
};

/// A quarter of a line: title and body are on the grid, so the gaps share what is left over.
pub(super) const QUARTER: f64 = 0.25;
/// How far an edge that is measured by its ink may be off, in mm: three dots and a half of the picture.
pub(super) const NEAR: f64 = 0.3;

impl Probe<'_> {
    pub(super) fn whole(&self) -> Extent {
        let (width, height) = (
            self.table.value("page.width"),
            self.table.value("page.height"),
        );
        Extent {
            left: 0.0,
            top: 0.0,
            right: width,
            bottom: height,
        }
    }

    /// Where the red head ends on page one; 0 without one.
    pub(super) fn head_bottom(&self, ink: &InkPage) -> f64 {
        let rules = ink.rules(Tint::Red, 100.0);
        // The letterhead of many agencies brings its line far down; a letter has a second one at its foot.
        let foot = if self.document.format == DocumentFormat::Letter {
            150.0
        } else {
            self.table.bottom()
        };
        let head = rules.into_iter().rfind(|rule| rule.extent.top < foot);
        let red = ink.extent(
            Tint::Red,
            Extent {
                bottom: foot,
                ..self.whole()
            },
        );
        head.map_or_else(
            || red.map_or(0.0, |red| red.bottom + 0.5),
            |rule| rule.extent.bottom + 0.5,
        )
    }

    /// Red letters over `bottom`.
    pub(super) fn letters(&self, ink: &InkPage, bottom: f64) -> Option<Extent> {
        ink.extent(
            Tint::Red,
            Extent {
                bottom,
                ..self.whole()
            },
        )
    }

    /// The first band of black ink under `top`, and the last over `bottom`.
    pub(super) fn bands(&self, ink: &InkPage, top: f64, bottom: f64) -> Vec<Extent> {
        ink.bands(
            Tint::Black,
            Extent {
                top,
                bottom,
                ..self.whole()
            },
        )
    }

    /// Whether the document has a 发文机关标志 at all.
    pub(super) fn has_letterhead(&self) -> bool {
        let (names, suffix) = self.document.letterhead();
        let mut words = names.into_iter().chain([suffix]);
        words.any(|word| !word.trim().is_empty())
    }

    /// 文件 and 纪要: 标志, 发文字号, red line, title, 主送机关.
    pub(super) fn document_head(&mut self, ink: &InkPage) {
        let table = self.table;
        let id = if self.document.format == DocumentFormat::Minutes {
            "minutes.top"
        } else {
            "letterhead.top"
        };
        let top = table.value("core.top") + table.mm(id);
        let rule = ink.rules(Tint::Red, 100.0).into_iter().next();
        let letters = self.letters(ink, rule.map_or(200.0, |rule| rule.extent.top - 0.3));
        let rect = letters.map_or([0.0; 4], |letters| letters.rect());
        if letters.is_some() || self.has_letterhead() {
            self.file(id, 0, top, letters.map(|letters| letters.top), NEAR, rect);
        }
        let Some(rule) = rule else {
            self.file("red_line.gap", 0, table.mm("red_line.gap"), None, 0.6, rect);
            return;
        };
        self.red_line(&rule);
        if let Some(letters) = letters {
            let width = letters.width();
            let most = table.mm("letterhead.width");
            self.file(
                "letterhead.width",
                0,
                width.min(most),
                Some(width),
                0.6,
                letters.rect(),
            );
            self.letter_size(ink, &rule);
            self.number(ink, letters, &rule);
        }
        self.title(ink, &rule);
    }

    fn red_line(&mut self, rule: &Rule) {
        let table = self.table;
        let (extent, rect) = (rule.extent, rule.extent.rect());
        let width = table.mm("red_line.width");
        self.file("red_line.width", 0, width, Some(extent.width()), NEAR, rect);
        let left = (table.value("core.left") + table.right() - width) / 2.0;
        self.file("core.left", 0, left, Some(extent.left), NEAR, rect);
        let thickness = table.mm("red_line.thickness");
        self.file(
            "red_line.thickness",
            0,
            thickness,
            Some(rule.thickness),
            0.09,
            rect,
        );
    }

    fn number(&mut self, ink: &InkPage, letters: Extent, rule: &Rule) {
        let table = self.table;
        let bands = self.bands(ink, letters.bottom + 2.0, rule.extent.top - 0.2);
        let (Some(first), Some(last)) = (bands.first(), bands.last()) else {
            return;
        };
        let gap = rule.extent.top - last.bottom;
        let expected = table.mm("red_line.gap") + self.number_foot() * self.em;
        self.file("red_line.gap", 0, expected, Some(gap), NEAR, last.rect());
        let blank = first.top - letters.bottom - self.inset;
        let expected = table.mm("issue_number.blank_above");
        let tolerance = table.pitch() * QUARTER + 0.6;
        self.file(
            "issue_number.blank_above",
            0,
            expected,
            Some(blank),
            tolerance,
            first.rect(),
        );
        if !self.document.signatories.is_empty() {
            let cell = table.advance();
            let left = table.value("core.left") + table.mm("issue_number.indent") + self.inset_x;
            self.file(
                "issue_number.indent",
                0,
                left,
                Some(last.left),
                cell * 0.2,
                last.rect(),
            );
            let right = table.right() - table.mm("signatory.indent") - self.inset_x;
            // A later name may be the longest of the last column.
            let lines = self.lines_of(0, ink, "signatories");
            let ends = lines
                .iter()
                .map(|line| line.right)
                .fold(first.right, f64::max);
            self.file(
                "signatory.indent",
                0,
                right,
                Some(ends),
                cell * 0.3,
                first.rect(),
            );
        }
    }

    /// How much higher than 国 the ink of the last line over the red line ends, in em.
    fn number_foot(&self) -> f64 {
        let document = self.document;
        let low = |category, text: &str| self.reach(category, text).map_or(0.0, |(low, _)| low);
        let mut lowest = low(FontCategory::Fangsong, &document.number_text());
        let rows = self.signatory_rows();
        let in_row = document.signatories.len().div_ceil(rows.max(1));
        for name in document
            .signatories
            .iter()
            .skip(rows.saturating_sub(1) * in_row)
        {
            lowest = lowest.min(low(FontCategory::Kai, &name.name));
        }
        if rows == 1 {
            lowest = lowest.min(low(FontCategory::Fangsong, "签发人："));
        }
        lowest - low(FontCategory::Fangsong, "国")
    }

    /// Rows in which 签发人 stand.
    fn signatory_rows(&self) -> usize {
        let boxes = self.typeset.boxes().iter();
        let rows = boxes.filter(|found| found.place == "signatories");
        let mut tops: Vec<i64> = rows.map(|found| found.y_mm.round() as i64).collect();
        tops.sort_unstable();
        tops.dedup();
        tops.len()
    }

    fn title(&mut self, ink: &InkPage, rule: &Rule) {
        let table = self.table;
        if self.document.title.trim().is_empty() {
            return;
        }
        let area = self.text_area(ink, rule.extent.bottom + 0.3);
        let bands = self.bands(ink, area.top, area.bottom);
        let Some(first) = bands.first() else { return };
        let size = table.mm("size.title");
        let inset = self.inset / self.em * size;
        let blank = first.top - rule.extent.bottom - inset;
        let expected = table.mm("title.blank_above");
        let tolerance = table.pitch() * QUARTER + 0.6;
        self.file(
            "title.blank_above",
            0,
            expected,
            Some(blank),
            tolerance,
            first.rect(),
        );
        self.recipients(&bands);
    }

    /// 主送机关 under the title with which `bands` begin (7.3.2).
    pub(super) fn recipients(&mut self, bands: &[Extent]) {
        let table = self.table;
        let lines = bands.iter().take_while(|band| is_title(band)).count();
        let (Some(last), Some(next)) = (bands[..lines].last(), bands.get(lines)) else {
            return;
        };
        let blank = next.middle() - last.middle();
        let expected = table.mm("recipients.blank_above") + table.pitch();
        let tolerance = table.pitch() * QUARTER;
        self.file(
            "recipients.blank_above",
            0,
            expected,
            Some(blank),
            tolerance,
            next.rect(),
        );
    }

    /// 命令（令） (10.2).
    pub(super) fn order_head(&mut self, ink: &InkPage) {
        let table = self.table;
        let letters = self.letters(ink, 200.0);
        let rect = letters.map_or([0.0; 4], |letters| letters.rect());
        let top = table.value("core.top") + table.mm("order.top");
        if letters.is_some() || self.has_letterhead() {
            let found = letters.map(|letters| letters.top);
            self.file("order.top", 0, top, found, NEAR, rect);
        }
        let Some(letters) = letters else { return };
        let bands = self.bands(ink, letters.bottom + 2.0, table.bottom());
        let (Some(number), Some(text)) = (bands.first(), bands.get(1)) else {
            return;
        };
        let tolerance = table.pitch() * QUARTER + 0.6;
        let blank = number.top - letters.bottom - self.inset;
        let expected = table.mm("order.number_blank");
        self.file(
            "order.number_blank",
            0,
            expected,
            Some(blank),
            tolerance,
            number.rect(),
        );
        let blank = text.top - number.bottom - 2.0 * self.inset;
        let expected = table.mm("order.body_blank");
        self.file(
            "order.body_blank",
            0,
            expected,
            Some(blank),
            tolerance,
            text.rect(),
        );
    }

    /// 明传电报 (practice): only the position of 标志 and the red line are told.
    pub(super) fn telegram_head(&mut self, ink: &InkPage) {
        let table = self.table;
        let rule = ink.rules(Tint::Red, 100.0).into_iter().next();
        let letters = self.letters(ink, rule.map_or(200.0, |rule| rule.extent.top - 0.3));
        let rect = letters.map_or([0.0; 4], |letters| letters.rect());
        let top = table.value("core.top") + table.mm("telegram.top");
        self.file(
            "telegram.top",
            0,
            top,
            letters.map(|letters| letters.top),
            NEAR,
            rect,
        );
        if let Some(rule) = rule {
            self.red_line(&rule);
        }
    }
}
