//! The first page of a letter (10.1): 标志, the two red double lines, what stands between them, and
//! no page number.

use crate::sheet::double_line;

use super::{
    Probe, Worst,
    formats::{NEAR, QUARTER},
    ink::{Extent, InkPage, Rule, Tint},
    lines::{is_line, is_title},
};

impl Probe<'_> {
    pub(super) fn letter_page(&mut self, ink: &InkPage) {
        let table = self.table;
        let rules = ink.rules(Tint::Red, 120.0);
        let first = rules.first().copied();
        let letters = self.letters(ink, first.map_or(120.0, |rule| rule.extent.top - 0.3));
        let rect = letters.map_or([0.0; 4], |letters| letters.rect());
        let top = letters.map(|letters| letters.top);
        if letters.is_some() || self.has_letterhead() {
            self.file("letter.top", 0, table.mm("letter.top"), top, NEAR, rect);
        }
        self.letter_page_number(ink);
        let (head, foot): (Vec<Rule>, Vec<Rule>) =
            rules.iter().partition(|rule| rule.extent.top < 150.0);
        self.double_lines(&head, &foot);
        if let (Some(letters), Some(first)) = (letters, first) {
            let gap = first.extent.top - letters.bottom;
            let expected = table.mm("letter.line_gap");
            let rect = first.extent.rect();
            self.file("letter.line_gap", 0, expected, Some(gap), NEAR, rect);
        }
        if let (Some(head), Some(foot)) = (head.last(), foot.first()) {
            self.between_double_lines(ink, head, foot);
        }
    }

    /// The upper double line is thick over thin, the lower one thin over thick.
    fn double_lines(&mut self, head: &[Rule], foot: &[Rule]) {
        let table = self.table;
        let mut widths = Worst::default();
        for rule in head.iter().chain(foot) {
            let width = table.mm("letter.line_width");
            widths.see(width, rule.extent.width(), rule.extent.rect());
        }
        self.file_worst("letter.line_width", 0, NEAR, widths);
        if let Some(last) = foot.last() {
            let gap = table.value("page.height") - last.extent.bottom;
            let expected = table.mm("letter.bottom");
            let rect = last.extent.rect();
            self.file("letter.bottom", 0, expected, Some(gap), NEAR, rect);
        }
        let (mut thick, mut thin, mut space) =
            (Worst::default(), Worst::default(), Worst::default());
        let upper = head.first().zip(head.get(1));
        let lower = foot.get(1).zip(foot.first());
        for (strong, weak) in [upper, lower].into_iter().flatten() {
            let rect = strong.extent.rect();
            thick.see(table.mm("letter.line_thick"), strong.thickness, rect);
            thin.see(table.mm("letter.line_thin"), weak.thickness, rect);
            let (a, b) = (strong.extent, weak.extent);
            let between = (b.top - a.bottom).max(a.top - b.bottom);
            space.see(table.mm("letter.line_space"), between, rect);
        }
        self.file_worst("letter.line_thick", 0, 0.12, thick);
        self.file_worst("letter.line_thin", 0, 0.09, thin);
        self.file_worst("letter.line_space", 0, 0.2, space);
    }

    /// 发文字号 and marks under the upper line, the title, and text down to the lower line.
    fn between_double_lines(&mut self, ink: &InkPage, head: &Rule, foot: &Rule) {
        let table = self.table;
        let (top, bottom) = (head.extent.bottom, foot.extent.top);
        let bands = self.bands(ink, top + 0.3, bottom - 0.3);
        let titled = !self.document.title.trim().is_empty();
        let elements = bands.iter().take_while(|band| titled && !is_title(band));
        let elements = elements.count();
        let mut gaps = Worst::default();
        let expected = table.mm("letter.element_gap");
        if let Some(number) = bands.first().filter(|band| is_line(band)) {
            gaps.see(expected, number.top - top - self.inset, number.rect());
            let (right, rect) = (table.right() - self.inset_x, number.rect());
            self.file("core.width", 0, right, Some(number.right), 0.8, rect);
        }
        if let (Some(last), Some(title)) = (bands[..elements].last(), bands.get(elements)) {
            let inset = self.inset / self.em * table.mm("size.title");
            let blank = title.top - inset - last.middle() - self.em / 2.0;
            let expected = table.mm("letter.title_blank");
            // The title is on the grid, and the number is not: it is off by half a line at most.
            let tolerance = table.pitch() * 0.5 + 0.6;
            let rect = title.rect();
            self.file(
                "letter.title_blank",
                0,
                expected,
                Some(blank),
                tolerance,
                rect,
            );
            self.recipients(&bands[elements..]);
        }
        if let Some(last) = self.letter_lines(ink, &bands[elements..], bottom) {
            gaps.see(expected, bottom - last.bottom - self.inset, last.rect());
        }
        self.file_worst("letter.element_gap", 0, 0.6, gaps);
    }

    /// The lines of page one hang on the lower double line; answers the one right over it.
    fn letter_lines(&mut self, ink: &InkPage, bands: &[Extent], bottom: f64) -> Option<Extent> {
        let table = self.table;
        let pitch = table.pitch();
        let top = bands.first()?.top;
        let mut rules = ink.rules(Tint::Black, 15.0).into_iter();
        let rule = rules.find(|rule| rule.extent.top > top);
        let end = rule.map_or(bottom, |rule| rule.extent.top);
        let lines: Vec<Extent> = bands
            .iter()
            .copied()
            .filter(|band| is_line(band) && band.bottom < end && !self.off_grid(0, band))
            .collect();
        let edge = table.value("page.height") - table.mm("letter.bottom") - double_line(table);
        let last_middle = edge - table.mm("letter.element_gap") - self.em / 2.0;
        let mut worst = Worst::default();
        for line in &lines {
            let slot = (line.middle() - last_middle) / pitch;
            worst.see(pitch, pitch + (slot - slot.round()) * pitch, line.rect());
        }
        self.file_worst("core.pitch", 0, 0.75, worst);
        lines
            .last()
            .copied()
            .filter(|last| last.middle() > last_middle - pitch * QUARTER)
    }

    /// Page one bears no number: neither the typesetter says so, nor does its dash stand there.
    fn letter_page_number(&mut self, ink: &InkPage) {
        let table = self.table;
        let boxes = self.typeset.boxes();
        let told = boxes
            .iter()
            .any(|b| b.page == 0 && b.place == "page_number");
        let four = table.mm("size.page_number");
        let right = table.right() - table.value("page_number.indent") * four;
        let dash = table.bottom() + table.mm("page_number.below");
        let area = Extent {
            left: right - four * 0.8,
            top: dash - 2.5,
            right: right + 0.4,
            bottom: dash + 2.5,
        };
        let seen = ink.extent(Tint::Black, area).is_some_and(|found| {
            found.height() < 1.0 && found.width() > 2.5 && (found.middle() - dash).abs() < 0.6
        });
        let shown = if told || seen { 1.0 } else { 0.0 };
        let expected = table.value("letter.page_number");
        self.file(
            "letter.page_number",
            0,
            expected,
            Some(shown),
            0.5,
            area.rect(),
        );
    }
}
