//! What follows the body: 附件说明 (7.3.4), 署名 and 成文日期 without a seal (7.3.5.2) or with 签名章
//! (7.3.5.3).

use andu_document::{Issuer, SealStyle};

use super::{
    Probe, Worst,
    formats::{NEAR, QUARTER},
    ink::{Extent, InkPage, Tint},
    lines::{is_bracket, is_line},
};

impl Probe<'_> {
    /// 附件说明 (7.3.4): a blank line over it, indented by two, later lines under the name.
    pub(super) fn attachment_note(&mut self, page: usize, ink: &InkPage) {
        let place = "attachment_note";
        let lines = self.lines_of(page, ink, place);
        let Some(first) = lines.first() else { return };
        let mut boxes = self.typeset.boxes().iter();
        let begins = boxes.find(|b| b.place == place).map(|b| b.page) == Some(page);
        if begins {
            let id = "attachment_note.indent";
            let indent = self.table.mm(id) + self.bearings('附').0;
            let expected = self.table.value("core.left") + indent;
            self.file(id, page, expected, Some(first.left), NEAR, first.rect());
            self.blank_above("attachment_note.blank_above", page, ink, first);
        }
        self.names_aligned(page, &lines[usize::from(begins)..]);
    }

    /// Lines after the first begin with the number of an attachment or under the name over them.
    fn names_aligned(&mut self, page: usize, lines: &[Extent]) {
        let table = self.table;
        let label =
            table.value("core.left") + table.mm("attachment_note.indent") + self.width("附件：");
        let several = self.document.attachments.len() > 1;
        let titles = self.document.attachments.iter().enumerate();
        let mut starts = Vec::new();
        for (i, _) in titles.filter(|(_, a)| !a.title.trim().is_empty()) {
            if several {
                let number = format!("{}.", i + 1);
                starts.push(label + self.cells_before(&number));
                starts.push(label + self.width(&number) + self.inset_x);
            } else {
                starts.push(label + self.inset_x);
            }
        }
        let mut worst = Worst::default();
        let id = "attachment_note.hang";
        for line in lines.iter().filter(|line| is_line(line)) {
            let off = starts.iter().map(|start| line.left - start);
            let off = off.min_by(|a, b| a.abs().total_cmp(&b.abs()));
            if let Some(off) = off.filter(|off| !is_bracket(*off)) {
                worst.see(table.mm(id), off, line.rect());
            }
        }
        // The first characters of two lines do not begin equally far in their cells.
        self.file_worst(id, page, 1.4, worst);
    }

    /// The blank before the ink of a text.
    fn cells_before(&self, text: &str) -> f64 {
        text.chars().next().map_or(0.0, |c| self.bearings(c).0)
    }

    /// The blank lines between `first` and the text over it, as number `id` has them.
    pub(super) fn blank_above(&mut self, id: &str, page: usize, ink: &InkPage, first: &Extent) {
        let pitch = self.pitch_on(page);
        let above = self.line_above(page, ink, first.top - 0.3);
        if let Some(above) = above {
            let blank = first.middle() - above.middle() - pitch;
            let expected = self.table.value(id) * pitch;
            self.file(
                id,
                page,
                expected,
                Some(blank),
                pitch * QUARTER,
                first.rect(),
            );
        }
    }

    /// 署名 and 成文日期 (7.3.5).
    pub(super) fn signature(&mut self, page: usize, ink: &InkPage) {
        match self.document.seal {
            SealStyle::Sealed => {
                self.date_right(page, ink);
                self.seals(page, ink);
            }
            SealStyle::SignatureSeal => {
                self.date_right(page, ink);
                self.stamps(page, ink);
            }
            SealStyle::Unsealed => self.unsealed(page, ink),
            SealStyle::None => {}
        }
    }

    /// The date four characters from the right, with a seal or a 签名章.
    fn date_right(&mut self, page: usize, ink: &InkPage) {
        let (right, id) = (self.table.right(), "date.right");
        let name = self.lines_of(page, ink, "signature").first().copied();
        let Some(date) = self.lines_of(page, ink, "date_of_issue").first().copied() else {
            return;
        };
        let expected = right - self.table.mm(id) - self.bearing_of_date();
        // A long name takes the date over which it is centred with it.
        let shifted = name.is_some_and(|name| name.right > right - self.em);
        if !shifted {
            self.file(id, page, expected, Some(date.right), NEAR, date.rect());
        }
    }

    /// The blank after the ink of 日.
    fn bearing_of_date(&self) -> f64 {
        self.bearings('日').1
    }

    /// Without a seal (7.3.5.2): one blank line, names under each other two characters from the right,
    /// the date on the next line, two characters in.
    fn unsealed(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let names = self.lines_of(page, ink, "signature");
        let date = self.lines_of(page, ink, "date_of_issue").first().copied();
        let lines: Vec<Extent> = names.iter().copied().chain(date).collect();
        let Some(first) = lines.first() else { return };
        self.blank_above("unsigned.blank_above", page, ink, first);
        let mut rows = Worst::default();
        let pitch = self.pitch_on(page);
        let expected = table.value("unsigned.row") * pitch;
        for pair in lines.windows(2) {
            let apart = pair[1].middle() - pair[0].middle();
            rows.see(expected, apart, pair[1].rect());
        }
        self.file_worst("unsigned.row", page, pitch * QUARTER, rows);
        let edge =
            |of: fn(f64, f64) -> f64, side: fn(&Extent) -> f64| names.iter().map(side).reduce(of);
        let (Some(date), Some(left), Some(right)) = (
            date,
            edge(f64::min, |name| name.left),
            edge(f64::max, |name| name.right),
        ) else {
            return;
        };
        let (edge, bearing) = if date.width() > right - left {
            (date.right, self.bearing_of_date())
        } else {
            (right, self.inset_x / 2.0)
        };
        let expected = table.right() - table.mm("unsigned.right") - bearing;
        let rect = first.rect();
        self.file("unsigned.right", page, expected, Some(edge), 0.9, rect);
        let (expected, shift) = (table.mm("unsigned.date_shift"), date.left - left);
        let rect = date.rect();
        self.file(
            "unsigned.date_shift",
            page,
            expected,
            Some(shift),
            1.0,
            rect,
        );
    }

    /// 签名章 (7.3.5.3): two blank lines, four characters from the right, 职务 two characters left of
    /// it and level with it, one blank line, the date.
    fn stamps(&mut self, page: usize, ink: &InkPage) {
        let stamps = self.seals_on(page);
        let (Some(first), Some(last)) = (stamps.first(), stamps.last()) else {
            return;
        };
        let (pitch, above, below) = (self.pitch_on(page), "stamp.blank_above", "stamp.date_blank");
        let leading = pitch - self.em;
        // 职务 of several lines is higher than the stamp beside it.
        let mut boxes = self.typeset.boxes().iter();
        let posts = boxes.find(|found| found.page == page && found.place == "signature");
        let posts = posts.map(Extent::from);
        let top = posts.map_or(first.1.top, |posts| posts.top.min(first.1.top));
        let bottom = posts.map_or(last.1.bottom, |posts| posts.bottom.max(last.1.bottom));
        let text = self.line_above(page, ink, top - 0.1);
        if let Some(text) = text {
            let blank = top - text.middle() - self.em / 2.0 - leading;
            let expected = self.table.value(above) * pitch;
            let rect = first.1.rect();
            self.file(above, page, expected, Some(blank), pitch * QUARTER, rect);
        }
        if let Some(date) = self.lines_of(page, ink, "date_of_issue").first().copied() {
            let blank = date.middle() - self.em / 2.0 - bottom - leading;
            let expected = self.table.value(below) * pitch;
            let rect = date.rect();
            self.file(below, page, expected, Some(blank), pitch * QUARTER, rect);
        }
        self.stamp_rooms(page, &stamps);
        self.stamp_posts(page, ink, &stamps);
    }

    fn stamp_rooms(&mut self, page: usize, stamps: &[(usize, Extent)]) {
        let table = self.table;
        let (mut right, mut width, mut height) =
            (Worst::default(), Worst::default(), Worst::default());
        for (_, stamp) in stamps {
            let rect = stamp.rect();
            right.see(table.mm("stamp.right"), table.right() - stamp.right, rect);
            width.see(table.mm("stamp.width"), stamp.width(), rect);
            height.see(table.mm("stamp.height"), stamp.height(), rect);
        }
        self.file_worst("stamp.right", page, 0.6, right);
        self.file_worst("stamp.width", page, 0.6, width);
        self.file_worst("stamp.height", page, 0.6, height);
    }

    fn stamp_posts(&mut self, page: usize, ink: &InkPage, stamps: &[(usize, Extent)]) {
        let table = self.table;
        let (mut gap, mut level) = (Worst::default(), Worst::default());
        for (issuer, stamp) in stamps {
            let post = self.document.issuers.get(*issuer).map(post_of);
            let area = Extent {
                left: 0.0,
                right: stamp.left,
                ..*stamp
            };
            let (Some(post), Some(found)) = (post, ink.extent(Tint::Black, area)) else {
                continue;
            };
            let edge = self.cells(&found, post).1;
            gap.see(table.mm("stamp.post_gap"), stamp.left - edge, found.rect());
            let off = found.middle() - stamp.middle();
            level.see(table.mm("stamp.level"), off, found.rect());
        }
        self.file_worst("stamp.post_gap", page, 0.6, gap);
        self.file_worst("stamp.level", page, 0.8, level);
    }
}

/// What stands at the left of a 签名章, as far as its last character goes.
fn post_of(issuer: &Issuer) -> &str {
    if issuer.post.is_empty() {
        issuer.signature_name()
    } else {
        &issuer.post
    }
}
