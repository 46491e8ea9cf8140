//! Sizes of paper and letters, and the distances of what stands beside the rules of 主体: 附注 (7.3.6),
//! attendance of a meeting (10.3), text under the title of an attachment (7.3.7).

use andu_document::kind::DocumentFormat;

use crate::{
    FontCategory,
    outline::reach,
    sign::date_text,
    text::{Shaped, Style},
};

use super::{
    Probe, Worst,
    formats::QUARTER,
    ink::{Extent, InkPage, Rule, Tint},
    lines::{is_line, is_title},
};

/// Ink of a line of ideographs is as high as this share of its size, within a tenth.
const SHARE: f64 = 0.92;
const TENTH: f64 = 0.1;
/// The blank beside the ink of a character in its cell, in em.
const BLANK: f64 = 0.05;
/// How far a size may be off what is measured, in mm: half a point and more is seen, which is two dots of the picture
/// measured.
const SIZE_OFF: f64 = 0.2;

impl Probe<'_> {
    /// A4 (5.1), told once.
    pub(super) fn paper(&mut self) {
        let table = self.table;
        let Some((width, height)) = self.typeset.page_size(0) else {
            return;
        };
        for (id, measured) in [("page.width", width), ("page.height", height)] {
            self.file(id, 0, table.value(id), Some(measured), 0.1, [0.0; 4]);
        }
    }

    /// Sizes of what has a size of its own, told from known words: by their width where a character's cell grows with
    /// its size, by their height where the grid keeps the cells.
    pub(super) fn sizes(&mut self, page: usize, ink: &InkPage) {
        self.title_size(page, ink);
        self.body_size(page, ink);
        self.imprint_size(page, ink);
        self.page_number_size(page, ink);
        if page == 0 {
            self.copy_number(ink);
            self.paper_title(ink);
        }
    }

    /// 2号: the lines of the title together are as wide as its characters.
    fn title_size(&mut self, page: usize, ink: &InkPage) {
        let lines = self.lines_of(page, ink, "title");
        let begins_and_ends = self.pages_of("title") == [page];
        let em = self.ems(FontCategory::Biaosong, &self.document.title_in_line());
        let (Some(first), true) = (lines.first(), begins_and_ends && em >= 6.0) else {
            return;
        };
        let width: f64 = lines.iter().map(Extent::width).sum();
        // Each line is short of its cells by the blank at its ends.
        let size = width / (em - lines.len() as f64 * 2.0 * BLANK);
        self.point_size("size.title", page, size, first.rect());
    }

    /// 3号, by the height of 成文日期 or 发文字号: of the figures and ideographs that they have.
    fn body_size(&mut self, page: usize, ink: &InkPage) {
        let date = date_text(self.document.date_of_issue);
        let number = self.document.number_text();
        let upward = !self.document.signatories.is_empty();
        for (place, text) in [("date_of_issue", date), ("issue_number", number)] {
            // Beside 签发人 or a mark the line has the ink of both.
            let alone = place == "date_of_issue"
                || !upward && self.document.format != DocumentFormat::Letter;
            let line = self.lines_of(page, ink, place).first().copied();
            let reach = self.reach(FontCategory::Fangsong, &text);
            if let (Some(line), Some((low, high)), true) = (line, reach, alone) {
                let size = line.height() / (high - low);
                self.point_size("size.body", page, size, line.rect());
                return;
            }
        }
    }

    /// 4号 of 版记, by the width of 印发日期 at its right end.
    fn imprint_size(&mut self, page: usize, ink: &InkPage) {
        let date = self
            .document
            .imprint
            .as_ref()
            .and_then(|imprint| imprint.date);
        let Some(date) = date else { return };
        let text = format!("{}印发", date_text(Some(date)));
        let (id, em) = ("size.imprint", self.ems(FontCategory::Fangsong, &text));
        let (right, size) = (self.table.right(), self.table.mm(id));
        let mut boxes = self.typeset.boxes().iter();
        let Some(row) = boxes.find(|found| found.page == page && found.place == "imprint") else {
            return;
        };
        let row = Extent::from(row);
        // The last rule belongs to the row; text ends well over it.
        let area = Extent {
            left: right - (em + 2.5) * size * 1.1,
            top: row.bottom - 1.0 - size * 1.2,
            right,
            bottom: row.bottom - 1.0,
        };
        let found = ink.extent(Tint::Black, area);
        // 印发机关 may reach as far as that.
        if let Some(found) = found.filter(|found| found.left > area.left + 0.5) {
            let measured = found.width() / (em - 2.0 * BLANK);
            self.point_size(id, page, measured, found.rect());
        }
    }

    /// 4号 of the page's number, by the width of — 1 — between the ends of its dashes.
    fn page_number_size(&mut self, page: usize, ink: &InkPage) {
        let text = format!("— {} —", page + 1);
        let line = self.lines_of(page, ink, "page_number").first().copied();
        let Some(line) = line else { return };
        let blank = self.dash_blank();
        let size = line.width() / (self.ems(FontCategory::Song, &text) - blank);
        self.point_size("size.page_number", page, size, line.rect());
    }

    /// The blank around a dash of 宋体 in its cell, in em.
    fn dash_blank(&self) -> f64 {
        let shelf = self.typeset.shelf();
        let Some(glyph) = shelf.glyph(FontCategory::Song, '—') else {
            return 0.0;
        };
        let face = shelf.face(glyph.face);
        let ink = face.ink(glyph.id);
        ink.map_or(0.0, |ink| {
            1.0 - (f64::from(ink.x_max) - f64::from(ink.x_min)) / face.units_per_em
        })
    }

    fn point_size(&mut self, id: &str, page: usize, size: f64, rect: [f64; 4]) {
        let expected = self.table.mm(id);
        self.file(id, page, expected, Some(size), SIZE_OFF, rect);
    }

    /// Width of a text set solid, in em.
    fn ems(&self, category: FontCategory, text: &str) -> f64 {
        Shaped::plain(text, Style::new(category, 1.0, 1.0), self.typeset.shelf()).width()
    }

    /// How far the ink of a text reaches under and over its base line, in em.
    pub(super) fn reach(&self, category: FontCategory, text: &str) -> Option<(f64, f64)> {
        let shelf = self.typeset.shelf();
        let glyphs = text.chars().filter_map(|c| shelf.glyph(category, c));
        let reaches = glyphs.filter_map(|glyph| reach(&shelf.face(glyph.face), glyph.id));
        reaches.reduce(|(low, high), (l, h)| (low.min(l), high.max(h)))
    }

    /// The pages on which a place stands.
    fn pages_of(&self, place: &str) -> Vec<usize> {
        let boxes = self.typeset.boxes().iter();
        let mut pages: Vec<usize> = boxes
            .filter(|found| found.place == place)
            .map(|found| found.page)
            .collect();
        pages.dedup();
        pages
    }

    /// 发文机关标志 is at most as large as an office chose; over `rule`.
    pub(super) fn letter_size(&mut self, ink: &InkPage, rule: &Rule) {
        let mut area = Extent {
            bottom: rule.extent.top - 0.3,
            ..self.whole()
        };
        // Of several names the word beside them stands across rows, and is as large as they are.
        let boxes = self.typeset.boxes().iter();
        let lefts = boxes.filter(|found| found.page == 0 && found.place == "letterhead");
        let lefts: Vec<f64> = lefts.map(|found| found.x_mm).collect();
        if let [first, .., last] = lefts[..]
            && last > first + 1.0
        {
            area.right = last;
        }
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
