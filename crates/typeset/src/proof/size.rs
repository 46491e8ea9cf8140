//! Sizes of paper and letters, and the distances of what stands beside the rules of 主体: 附注 (7.3.6),
//! attendance of a meeting (10.3), text under the title of an attachment (7.3.7).

use andu_document::kind::DocumentFormat;

use crate::FontCategory;

use super::{
    Probe, Worst,
    formats::QUARTER,
    ink::{Extent, InkPage, Rule, Tint},
    lines::{is_line, is_title},
};

/// Ink of a line of ideographs is as high as this share of its size, within a tenth.
const SHARE: f64 = 0.92;
const TENTH: f64 = 0.1;

impl Probe<'_> {
    /// A4 (5.1), told once.
    pub(super) fn paper(&mut self) {
        let table = self.table;
        let Some((width, height)) = self.typeset.page_size(0) else {
            return;
        };
        for (id, measured) in [("page.width", width), ("page.height", height)] {
            self.file(id, 0, table.value(id), Some(measured), 0.5, [0.0; 4]);
        }
    }

    /// Sizes of what has a size of its own.
    pub(super) fn sizes(&mut self, page: usize, ink: &InkPage) {
        for (place, id) in [
            ("title", "size.title"),
            ("copy_recipients", "size.imprint"),
            ("page_number", "size.page_number"),
        ] {
            self.size(page, ink, place, id);
        }
        if page == 0 {
            self.copy_number(ink);
            self.paper_title(ink);
        }
    }

    fn size(&mut self, page: usize, ink: &InkPage, place: &str, id: &str) {
        let lines = self.lines_of(page, ink, place);
        // A figure is lower than an ideograph; a word or two may have low ones alone.
        let (share, least) = if place == "page_number" {
            (self.figure_height(), 1.0)
        } else {
            (SHARE, 30.0)
        };
        let wide = lines.iter().filter(|line| line.width() >= least);
        let tallest = wide.max_by(|a, b| a.height().total_cmp(&b.height()));
        if let Some(line) = tallest {
            let size = self.table.mm(id);
            let (measured, rect) = (line.height() / share, line.rect());
            self.file(id, page, size, Some(measured), size * TENTH * 1.2, rect);
        }
    }

    /// Height of the ink of figures in 宋体, as a share of their size.
    fn figure_height(&self) -> f64 {
        let shelf = self.typeset.shelf();
        let glyph = shelf.glyph(FontCategory::Song, '0');
        let ink = glyph.and_then(|glyph| {
            let face = shelf.face(glyph.face);
            let ink = face.ink(glyph.id)?;
            Some((f64::from(ink.y_max) - f64::from(ink.y_min)) / face.units_per_em)
        });
        ink.unwrap_or(0.7)
    }

    /// 发文机关标志 is at most as large as an office chose; over `rule`.
    pub(super) fn letter_size(&mut self, ink: &InkPage, rule: &Rule) {
        let area = Extent {
            bottom: rule.extent.top - 0.3,
            ..self.whole()
        };
        let rows = ink.bands(Tint::Red, area);
        let Some(tallest) = rows.iter().max_by(|a, b| a.height().total_cmp(&b.height())) else {
            return;
        };
        let (id, most) = ("size.letterhead", self.table.mm("size.letterhead"));
        let size = tallest.height() / SHARE;
        let rect = tallest.rect();
        self.file(id, 0, size.min(most), Some(size), most * TENTH, rect);
    }

    /// 份号 has six figures (7.2.1).
    fn copy_number(&mut self, ink: &InkPage) {
        let id = "copy_number.digits";
        let Some(number) = self.lines_of(0, ink, "copy_number").first().copied() else {
            return;
        };
        let one = self.width("0");
        let digits = (number.width() / one).round();
        let own = self
            .document
            .copy_number
            .map_or(0, |number| number.to_string().len());
        let expected = self.table.value(id).max(own as f64);
        self.file(id, 0, expected, Some(digits), 0.5, number.rect());
    }

    /// A paper without a type has its title on line three.
    fn paper_title(&mut self, ink: &InkPage) {
        if self.document.format != DocumentFormat::Paper {
            return;
        }
        let id = "paper.title_line";
        let titles = self.lines_of(0, ink, "title");
        if let Some(first) = titles.iter().find(|band| is_title(band)) {
            let middle = self.table.value("core.top") + self.em / 2.0;
            let line = (first.middle() - middle) / self.table.pitch() + 1.0;
            let expected = self.table.value(id);
            self.file(id, 0, expected, Some(line), QUARTER, first.rect());
        }
    }

    /// 附注, attendance and the first text under the titles of attachments.
    pub(super) fn after_signature(&mut self, page: usize, ink: &InkPage) {
        self.begins_at(page, ink, "note", "note.indent", '（');
        self.begins_at(page, ink, "attendance", "attendance.indent", '出');
        if let Some(first) = self.lines_of(page, ink, "attendance").first().copied() {
            self.blank_above("attendance.blank_above", page, ink, &first);
        }
        self.under_attachment_titles(page, ink);
    }

    /// Whether `place` begins as far in as number `id` says; its first character is `first`.
    fn begins_at(&mut self, page: usize, ink: &InkPage, place: &str, id: &str, first: char) {
        let mut boxes = self.typeset.boxes().iter();
        let begins = boxes
            .find(|found| found.place == place)
            .map(|found| found.page);
        let line = self.lines_of(page, ink, place).first().copied();
        if let (Some(line), true) = (line, begins == Some(page)) {
            let indent = self.table.mm(id) + self.bearings(first).0;
            let expected = self.table.value("core.left") + indent;
            self.file(id, page, expected, Some(line.left), 1.2, line.rect());
        }
    }

    /// One line stays blank under the title of an attachment, as is done.
    fn under_attachment_titles(&mut self, page: usize, ink: &InkPage) {
        let id = "attachment.body_blank";
        let boxes = self.typeset.boxes().iter();
        let titles = boxes.filter(|found| {
            found.page == page
                && found.place.ends_with("/title")
                && found.place.starts_with("attachments/")
        });
        let mut worst = Worst::default();
        let pitch = self.table.pitch();
        let expected = self.table.value(id) * pitch;
        for title in titles {
            let bottom = title.y_mm + title.h_mm;
            let bands = self.bands(ink, bottom + 0.5, self.table.bottom());
            let Some(next) = bands.first().filter(|band| is_line(band)) else {
                continue;
            };
            // The last line of the title lies in the middle of its line of the grid.
            let middle = bottom - self.table.mm("size.title") / 2.0;
            worst.see(expected, next.middle() - middle - pitch, next.rect());
        }
        self.file_worst(id, page, pitch * QUARTER, worst);
    }
}
