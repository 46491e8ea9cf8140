//! Lines of text on the grid, attachments, signatures, 版记 and page numbers: what any page may have.

use andu_document::{SealStyle, kind::DocumentFormat};

use super::{
    Probe, Verdict,
    ink::{Extent, InkPage, Tint},
};

/// Ink of a line of 3号: less is a line of dashes, more a title.
const LOWEST_LINE: f64 = 3.4;
const TALLEST_LINE: f64 = 6.2;

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
        let turned = self.typeset.is_turned(page);
        let letter_page = self.document.format == DocumentFormat::Letter && page == 0;
        if turned || letter_page {
            return;
        }
        let table = self.table;
        let (top, pitch) = (table.value("core.top"), table.pitch());
        let head = if page == 0 {
            self.head_bottom(ink)
        } else {
            0.0
        };
        let area = self.text_area(ink, head.max(top - 12.0));
        let mut bands = ink.bands(Tint::Black, area);
        if page == 0 && self.document.format == DocumentFormat::Order && !bands.is_empty() {
            // 令号 stands between its blank lines, not on the grid.
            bands.remove(0);
        }
        let lines: Vec<Extent> = bands
            .iter()
            .copied()
            .filter(|band| (LOWEST_LINE..=TALLEST_LINE).contains(&band.height()))
            .filter(|band| !self.off_grid(page, band))
            .collect();
        if lines.is_empty() {
            return;
        }
        if page > 0 && bands[0] == lines[0] {
            let first = lines[0];
            // Room for a seal may come first on a page; then there is no first line to measure.
            let measured = (first.top < top + pitch * 0.6).then_some(first.top);
            self.file(
                "core.top",
                page,
                top + self.inset,
                measured,
                0.6,
                first.rect(),
            );
        }
        self.pitch(page, &lines, top, pitch);
        let last = lines[lines.len() - 1];
        if last.bottom > table.bottom() - pitch * 0.6 {
            let foot = table.bottom() - self.inset;
            self.file(
                "core.height",
                page,
                foot,
                Some(last.bottom),
                0.6,
                last.rect(),
            );
            let count = (last.middle() - (top + self.em / 2.0)) / pitch + 1.0;
            self.file(
                "core.lines",
                page,
                table.value("core.lines"),
                Some(count),
                0.2,
                last.rect(),
            );
            self.allow_adjustment(page);
        }
        self.edges(page, ink, &lines);
    }

    /// 职务 is level with the middle of a 签名章, and 版记 has lines of its own.
    fn off_grid(&self, page: usize, band: &Extent) -> bool {
        let stamped = self.document.seal == SealStyle::SignatureSeal;
        self.typeset
            .boxes()
            .iter()
            .filter(|found| found.page == page)
            .any(|found| {
                let loose = match found.place.as_str() {
                    "signature" => stamped,
                    "copy_recipients" | "imprint" => true,
                    _ => false,
                };
                loose && (found.y_mm - 0.5..=found.y_mm + found.h_mm + 0.5).contains(&band.middle())
            })
    }

    /// Every line lies on the grid.
    fn pitch(&mut self, page: usize, lines: &[Extent], top: f64, pitch: f64) {
        let off = |line: &Extent| {
            let slot = (line.middle() - top - self.em / 2.0) / pitch;
            (slot - slot.round()) * pitch
        };
        let worst = lines
            .iter()
            .max_by(|a, b| off(a).abs().total_cmp(&off(b).abs()));
        let Some(worst) = worst else { return };
        let (off, rect) = (off(worst), worst.rect());
        self.file("core.pitch", page, pitch, Some(pitch + off), 0.75, rect);
        self.allow_adjustment(page);
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
        let flush = (least < left + cell).then_some(least);
        let inked = left + self.inset_x / 2.0;
        self.file("core.left", page, inked, flush, 0.6, strip(least));
        self.file(
            "core.width",
            page,
            right - self.inset_x / 2.0,
            Some(most),
            0.7,
            strip(most),
        );
        let indents: Vec<f64> = lines
            .iter()
            .map(|line| line.left - left)
            .filter(|indent| (cell * 0.8..cell * 4.5).contains(indent))
            .collect();
        // An opening bracket stands far in its cell: the nearest indent tells.
        let expected = table.mm("body.indent") + self.inset_x;
        let indent = indents
            .into_iter()
            .min_by(|a, b| (a - expected).abs().total_cmp(&(b - expected).abs()));
        // Where every indented line begins with a bracket, there is nothing to measure.
        let bracket = |indent: &f64| (1.6..3.4).contains(&(indent - expected));
        if let Some(indent) = indent.filter(|indent| !bracket(indent)) {
            self.file(
                "body.indent",
                page,
                expected,
                Some(indent),
                1.2,
                strip(left + indent),
            );
        }
        if wide.len() >= 8 {
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
        let begins = self.typeset.boxes().iter().any(|found| {
            found.page == page
                && found.place.ends_with("/title")
                && found.place.starts_with("attachments/")
        });
        if !begins || self.typeset.is_turned(page) {
            return;
        }
        let table = self.table;
        let area = self.text_area(ink, table.value("core.top") - 5.0);
        let title = ink
            .bands(Tint::Black, area)
            .into_iter()
            .find(|band| band.height() > TALLEST_LINE);
        let slot = |band: &Extent| {
            (band.middle() - table.value("core.top") - self.em / 2.0) / table.pitch() + 1.0
        };
        let rect = title.map_or([0.0; 4], |band| band.rect());
        let measured = title.map(|band| slot(&band));
        self.file(
            "attachment.title_line",
            page,
            table.value("attachment.title_line"),
            measured,
            0.25,
            rect,
        );
    }

    /// 署名 and 成文日期 (7.3.5).
    pub(super) fn signature(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let found = |place: &str| {
            let boxes = self.typeset.boxes();
            boxes
                .iter()
                .find(|b| b.page == page && b.place == place)
                .map(|b| Extent {
                    left: 0.0,
                    top: b.y_mm - 0.5,
                    right: table.value("page.width"),
                    bottom: b.y_mm + b.h_mm + 0.5,
                })
        };
        let line = |place: &str| found(place).and_then(|band| ink.extent(Tint::Black, band));
        let (name, date) = (line("signature"), line("date_of_issue"));
        let right = table.right();
        // 日 is narrower than 国: about a tenth of an em more beside it.
        let bearing = self.inset_x + 0.08 * self.em;
        match self.document.seal {
            SealStyle::Sealed | SealStyle::SignatureSeal => {
                let id = "date.right";
                if let Some(date) = date {
                    let expected = right - table.mm(id) - bearing;
                    let shifted = name.is_some_and(|name| name.right > right - self.em);
                    let measured = (!shifted).then_some(date.right);
                    self.file(id, page, expected, measured, 0.8, date.rect());
                }
            }
            SealStyle::Unsealed => {
                if let (Some(name), Some(date)) = (name, date) {
                    let (edge, bearing) = if date.width() > name.width() {
                        (date.right, bearing)
                    } else {
                        (name.right, self.inset_x / 2.0)
                    };
                    let expected = right - table.mm("unsigned.right") - bearing;
                    self.file(
                        "unsigned.right",
                        page,
                        expected,
                        Some(edge),
                        0.9,
                        name.rect(),
                    );
                    let shift = date.left - name.left;
                    let expected = table.mm("unsigned.date_shift");
                    self.file(
                        "unsigned.date_shift",
                        page,
                        expected,
                        Some(shift),
                        1.0,
                        date.rect(),
                    );
                }
            }
            SealStyle::None => {}
        }
    }

    /// 版记 (7.4): its last rule at the foot of 版心, widths and weights of rules, text one character in.
    pub(super) fn imprint(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let has = self.document.imprint.is_some()
            || self
                .document
                .copy_recipients
                .iter()
                .any(|name| !name.trim().is_empty());
        if !has || self.document.format == DocumentFormat::Letter {
            return;
        }
        let rules: Vec<_> = ink
            .rules(Tint::Black, 120.0)
            .into_iter()
            .filter(|rule| rule.extent.top > table.value("page.height") / 2.0)
            .collect();
        let Some(last) = rules.last() else {
            self.file(
                "imprint.last_rule",
                page,
                table.bottom(),
                None,
                0.5,
                [0.0; 4],
            );
            return;
        };
        let rect = last.extent.rect();
        let bottom = table.bottom() + table.mm("imprint.last_rule");
        self.file(
            "imprint.last_rule",
            page,
            bottom,
            Some(last.extent.middle()),
            0.5,
            rect,
        );
        let width = table.mm("imprint.width");
        self.file(
            "imprint.width",
            page,
            width,
            Some(last.extent.width()),
            0.5,
            rect,
        );
        // A table may end above 版记: only as many rules are its own as its rows need.
        let (thick, thin) = (table.mm("imprint.thick"), table.mm("imprint.thin"));
        let listed = self.typeset.boxes().iter().any(|found| {
            found.page == page
                && matches!(found.place.as_str(), "copy_recipients" | "main_recipients")
        });
        let count = 1 + usize::from(listed) + usize::from(self.document.imprint.is_some());
        let own: Vec<_> = rules.iter().rev().take(count).rev().collect();
        for (i, rule) in own.iter().enumerate() {
            let outer = i + 1 == own.len() || (i == 0 && own.len() > 1);
            let (id, expected) = if outer {
                ("imprint.thick", thick)
            } else {
                ("imprint.thin", thin)
            };
            self.file(
                id,
                page,
                expected,
                Some(rule.thickness),
                0.09,
                rule.extent.rect(),
            );
        }
        let area = Extent {
            left: 0.0,
            top: own[0].extent.bottom + 0.3,
            right: table.value("page.width"),
            bottom: own.get(1).map_or(bottom, |rule| rule.extent.top) - 0.3,
        };
        if let Some(text) = ink.extent(Tint::Black, area) {
            let four = table.mm("size.imprint");
            let expected =
                table.value("core.left") + table.value("imprint.indent") * four + self.inset_x;
            self.file(
                "imprint.indent",
                page,
                expected,
                Some(text.left),
                0.9,
                text.rect(),
            );
        }
    }

    /// 页码 (7.5): its dashes 7 mm under 版心, one character in at the outer side.
    pub(super) fn page_number(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let boxes = self.typeset.boxes();
        if !boxes
            .iter()
            .any(|b| b.page == page && b.place == "page_number")
        {
            return;
        }
        let foot = table.bottom() + 1.5;
        let area = Extent {
            left: 0.0,
            top: foot,
            right: table.value("page.width"),
            bottom: table.value("page.height") - 2.0,
        };
        let Some(number) = ink.extent(Tint::Black, area) else {
            let expected = table.bottom() + table.mm("page_number.below");
            self.file("page_number.below", page, expected, None, 0.5, area.rect());
            return;
        };
        let side = table.mm("size.page_number") * 0.6;
        let odd = page.is_multiple_of(2);
        let dash = if odd {
            Extent {
                left: number.right - side,
                ..number
            }
        } else {
            Extent {
                right: number.left + side,
                ..number
            }
        };
        let dash = ink.extent(Tint::Black, dash).unwrap_or(number);
        let expected = table.bottom() + table.mm("page_number.below");
        self.file(
            "page_number.below",
            page,
            expected,
            Some(dash.middle()),
            0.5,
            number.rect(),
        );
        let indent = table.value("page_number.indent") * table.mm("size.page_number");
        let (expected, measured) = if odd {
            (table.right() - indent, number.right)
        } else {
            (table.value("core.left") + indent, number.left)
        };
        self.file(
            "page_number.indent",
            page,
            expected,
            Some(measured),
            0.6,
            number.rect(),
        );
    }
}
