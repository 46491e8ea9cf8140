//! Lines of text on the grid, their edges and indents, and the titles of attachments.

use andu_document::{SealStyle, kind::DocumentFormat};

use crate::Note;

use super::{
    Probe, Verdict,
    ink::{Extent, InkPage, Tint},
};

/// Ink of a line of 3号: less is a line of dashes, more a title.
const LOWEST_LINE: f64 = 3.4;
const TALLEST_LINE: f64 = 6.2;
/// So many lines do not all end in a mark by chance.
const MANY_LINES: usize = 8;

pub(super) fn is_line(band: &Extent) -> bool {
    (LOWEST_LINE..=TALLEST_LINE).contains(&band.height())
}

pub(super) fn is_title(band: &Extent) -> bool {
    band.height() > TALLEST_LINE
}

/// Whether ink begins as far from where it might as an opening bracket does in its cell.
pub(super) fn is_bracket(off: f64) -> bool {
    (1.6..3.4).contains(&off)
}

impl Probe<'_> {
    /// 版心, limited by the first black rule (of a table or 版记) on the page.
    pub(super) fn text_area(&self, ink: &InkPage, top: f64) -> Extent {
        let rule = ink
            .rules(Tint::Black, 15.0)
            .into_iter()
            .find(|rule| rule.extent.top > top);
        let bottom = self.table.bottom() + 3.5;
        Extent {
            left: 0.0,
            top,
            right: self.table.value("page.width"),
            bottom: rule.map_or(bottom, |rule| (rule.extent.top - 0.3).min(bottom)),
        }
    }

    /// The grid: first and last line, distance, number, edges, characters, indent.
    pub(super) fn lines(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let (top, pitch) = (table.value("core.top"), table.pitch());
        let bands = self.text_bands(page, ink);
        let lines: Vec<Extent> = bands
            .iter()
            .copied()
            .filter(|band| is_line(band) && !self.off_grid(page, band))
            .collect();
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
            return;
        };
        if page > 0 && bands[0] == *first {
            // Room for a seal may come first on a page; then there is no first line to measure.
            if first.top < top + pitch * 0.6 {
                let (expected, rect) = (top + self.inset, first.rect());
                self.file("core.top", page, expected, Some(first.top), 0.6, rect);
            }
        }
        if last.bottom > table.bottom() - pitch * 0.6 {
            let (foot, rect) = (table.bottom() - self.inset, last.rect());
            self.file("core.height", page, foot, Some(last.bottom), 0.6, rect);
            let count = (last.middle() - (top + self.em / 2.0)) / pitch + 1.0;
            let expected = table.value("core.lines");
            self.file("core.lines", page, expected, Some(count), 0.2, rect);
            self.allow_adjustment(page);
        }
        self.pitch(page, &lines, top, pitch);
        self.edges(page, ink, &lines);
    }

    /// Bands of ink of 主体, down to the first rule.
    fn text_bands(&self, page: usize, ink: &InkPage) -> Vec<Extent> {
        let head = if page == 0 {
            self.head_bottom(ink)
        } else {
            0.0
        };
        let area = self.text_area(ink, head.max(self.table.value("core.top") - 12.0));
        let mut bands = ink.bands(Tint::Black, area);
        if page == 0 && self.document.format == DocumentFormat::Order && !bands.is_empty() {
            // 令号 stands between its blank lines, not on the grid.
            bands.remove(0);
        }
        bands
    }

    /// The last line of text over `bottom`; `None` where something else stands there, or nothing.
    pub(super) fn line_above(&self, page: usize, ink: &InkPage, bottom: f64) -> Option<Extent> {
        let top = if page == 0 {
            self.head_bottom(ink)
        } else {
            self.table.value("core.top") - 3.0
        };
        let bands = self.bands(ink, top, bottom);
        bands.last().copied().filter(is_line)
    }

    /// The lines of ink in which `place` stands.
    pub(super) fn lines_of(&self, page: usize, ink: &InkPage, place: &str) -> Vec<Extent> {
        let boxes = self.typeset.boxes().iter();
        let boxes = boxes.filter(|found| found.page == page && found.place == place);
        boxes
            .flat_map(|found| self.bands(ink, found.y_mm - 0.5, found.y_mm + found.h_mm + 0.5))
            .collect()
    }

    /// Whether 主送机关 stand in 版记 (7.3.2).
    pub(super) fn recipients_moved(&self) -> bool {
        self.document.main_recipients_in_imprint
            || (self.typeset.notes()).contains(&Note::RecipientsMovedToImprint)
    }

    /// 职务 is level with the middle of a 签名章, and 版记 has lines of its own.
    pub(super) fn off_grid(&self, page: usize, band: &Extent) -> bool {
        let stamped = self.document.seal == SealStyle::SignatureSeal;
        let moved = self.recipients_moved();
        self.typeset
            .boxes()
            .iter()
            .filter(|found| found.page == page)
            .any(|found| {
                let loose = match found.place.as_str() {
                    "signature" => stamped,
                    "copy_recipients" | "imprint" => true,
                    "main_recipients" => moved,
                    _ => false,
                };
                loose && (found.y_mm - 0.5..=found.y_mm + found.h_mm + 0.5).contains(&band.middle())
            })
    }

    /// Every line lies on the grid: that of the page, where its lines were changed in number.
    fn pitch(&mut self, page: usize, lines: &[Extent], top: f64, pitch: f64) {
        let grid = self.pitch_on(page);
        let off = |line: &Extent| {
            let slot = (line.middle() - top - self.em / 2.0) / grid;
            (slot - slot.round()) * grid
        };
        let worst = lines
            .iter()
            .max_by(|a, b| off(a).abs().total_cmp(&off(b).abs()));
        let Some(worst) = worst else { return };
        let (off, rect) = (off(worst), worst.rect());
        self.file("core.pitch", page, pitch, Some(grid + off), 0.75, rect);
        if off.abs() <= 0.75 {
            self.allow_adjustment(page);
        }
    }

    /// A page whose lines were changed in number as 7.3.5.5 permits does not fail for it.
    fn allow_adjustment(&mut self, page: usize) {
        if !self.adjusted(page) {
            return;
        }
        for item in self
            .report
            .items
            .iter_mut()
            .filter(|item| item.page == page)
        {
            let grid = matches!(
                item.id.as_str(),
                "core.pitch" | "core.lines" | "core.height"
            );
            if grid && item.verdict == Verdict::Fail {
                item.verdict = Verdict::Practice;
            }
        }
    }

    fn edges(&mut self, page: usize, ink: &InkPage, lines: &[Extent]) {
        let table = self.table;
        let (left, right, cell) = (table.value("core.left"), table.right(), table.advance());
        let wide: Vec<&Extent> = lines.iter().filter(|line| line.width() > 130.0).collect();
        if wide.len() < 3 {
            return;
        }
        let least = wide
            .iter()
            .map(|line| line.left)
            .fold(f64::INFINITY, f64::min);
        let most = wide.iter().map(|line| line.right).fold(0.0, f64::max);
        let (top, bottom) = (wide[0].top, wide[wide.len() - 1].bottom);
        let strip = |x: f64| [x - 0.5, top, 1.0, bottom - top];
        if least < left + cell {
            let inked = left + self.inset_x / 2.0;
            self.file("core.left", page, inked, Some(least), 0.6, strip(least));
        }
        // A mark fills the left of its cell: where a few lines all end in one, nothing tells where 版心 ends.
        let inked = right - self.inset_x / 2.0;
        let ends_in_marks = (0.2..0.9).contains(&((inked - most) / cell));
        if wide.len() >= MANY_LINES || !ends_in_marks {
            self.file("core.width", page, inked, Some(most), 0.7, strip(most));
        }
        if wide.len() >= MANY_LINES {
            let within = Extent {
                left,
                top,
                right,
                bottom,
            };
            if let Some(advance) = ink.advance(within, cell) {
                let count = table.value("core.width") / advance;
                let expected = table.value("core.characters");
                let rect = [left, top, right - left, bottom - top];
                self.file("core.characters", page, expected, Some(count), 0.35, rect);
            }
        }
    }

    /// The title of an attachment stands on line 3 (7.3.7).
    pub(super) fn attachment_title(&mut self, page: usize, ink: &InkPage) {
        let top = self.table.value("core.top");
        let area = self.text_area(ink, top - 5.0);
        let title = ink.bands(Tint::Black, area).into_iter().find(is_title);
        let rect = title.map_or([0.0; 4], |band| band.rect());
        self.title_line(page, title, top, rect);
    }

    /// Files the line a title stands on under `top`, if an attachment begins on `page`.
    pub(super) fn title_line(
        &mut self,
        page: usize,
        title: Option<Extent>,
        top: f64,
        rect: [f64; 4],
    ) {
        let begins = self.typeset.boxes().iter().any(|found| {
            found.page == page
                && found.place.ends_with("/title")
                && found.place.starts_with("attachments/")
        });
        if !begins {
            return;
        }
        let table = self.table;
        let middle = top + self.em / 2.0;
        if let Some(band) = title {
            let line = (band.middle() - middle) / table.pitch() + 1.0;
            let id = "attachment.title_line";
            self.file(id, page, table.value(id), Some(line), 0.25, rect);
        }
    }
}
