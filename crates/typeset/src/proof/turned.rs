//! Turned pages (横排表格, clause 8): the page is measured turned back, its text running from left to
//! right. Its number stands where it does on any page, and is measured there.

use super::{
    Probe, Worst,
    ink::{Extent, InkPage, Tint},
    lines::{is_line, is_title},
};

/// 版心 on the page turned back, in mm.
struct Core {
    left: f64,
    top: f64,
    bottom: f64,
}

impl Probe<'_> {
    pub(super) fn turned(&mut self, page: usize, ink: &InkPage) {
        let table = self.table;
        let core = Core {
            left: table.value("page.height") - table.bottom(),
            top: table.value("core.left"),
            bottom: table.right(),
        };
        // The page's number lies left of this.
        let area = Extent {
            left: core.left - 3.5,
            top: 0.0,
            right: table.value("page.height"),
            bottom: table.value("page.width"),
        };
        let rule = ink
            .rules(Tint::Black, 60.0)
            .into_iter()
            .map(|rule| rule.extent)
            .max_by(|a, b| a.width().total_cmp(&b.width()));
        let table_top = ink.rules(Tint::Black, 15.0).first().copied();
        let text = Extent {
            bottom: table_top.map_or(area.bottom, |rule| rule.extent.top - 0.3),
            ..area
        };
        let bands = ink.bands(Tint::Black, text);
        let table_top = table_top.map(|rule| rule.extent);
        self.turned_head(page, &core, bands.first(), table_top);
        self.turned_lines(page, &core, &bands);
        self.turned_edges(page, &core, &bands, rule);
        let title = bands.iter().copied().find(is_title);
        let rect = title.map_or([0.0; 4], |title| self.upright(&title));
        self.title_line(page, title, core.top, rect);
        if let Some(all) = ink.extent(Tint::Black, area) {
            let (expected, rect) = (all.bottom.min(core.bottom), self.upright(&all));
            self.file("core.width", page, expected, Some(all.bottom), 0.6, rect);
        }
    }

    /// The head of the page lies at the left: 订口 on odd pages, 切口 on even ones.
    fn turned_head(
        &mut self,
        page: usize,
        core: &Core,
        first: Option<&Extent>,
        rule: Option<Extent>,
    ) {
        let line = first.filter(|band| is_line(band));
        let found = match (line, rule, first) {
            (Some(line), ..) => Some((line.top - self.inset, *line)),
            (None, Some(rule), None) => Some((rule.top, rule)),
            _ => None,
        };
        if let Some((top, found)) = found {
            let (head, rect) = (top - core.top, self.upright(&found));
            let expected = self.table.mm("turned.head");
            self.file("turned.head", page, expected, Some(head), 0.6, rect);
        }
    }

    /// Lines over a table are on the grid.
    fn turned_lines(&mut self, page: usize, core: &Core, bands: &[Extent]) {
        let pitch = self.table.pitch();
        let mut worst = Worst::default();
        for line in bands.iter().filter(|band| is_line(band)) {
            let slot = (line.middle() - core.top - self.em / 2.0) / pitch;
            let measured = pitch + (slot - slot.round()) * pitch;
            worst.see(pitch, measured, self.upright(line));
        }
        self.file_worst("core.pitch", page, 0.75, worst);
    }

    /// A table, or else the lines of text, begin at the foot of 版心 and reach to its head.
    fn turned_edges(&mut self, page: usize, core: &Core, bands: &[Extent], rule: Option<Extent>) {
        let expected = self.table.mm("turned.width");
        let wide: Vec<&Extent> = bands
            .iter()
            .filter(|band| is_line(band) && band.width() > expected * 0.85)
            .collect();
        let (left, right, found) = if let Some(rule) = rule {
            (rule.left, rule.right, rule)
        } else if wide.len() >= 3 {
            let left = wide.iter().map(|line| line.left).reduce(f64::min);
            let right = wide.iter().map(|line| line.right).reduce(f64::max);
            let half = self.inset_x / 2.0;
            (
                left.unwrap_or(0.0) - half,
                right.unwrap_or(0.0) + half,
                *wide[0],
            )
        } else {
            return;
        };
        let rect = self.upright(&found);
        let start = self.table.mm("turned.start");
        self.file(
            "turned.start",
            page,
            start,
            Some(left - core.left),
            0.7,
            rect,
        );
        self.file(
            "turned.width",
            page,
            expected,
            Some(right - left),
            0.9,
            rect,
        );
    }

    /// Where ink of the page turned back lies on the page.
    fn upright(&self, found: &Extent) -> [f64; 4] {
        let height = self.table.value("page.height");
        [
            found.top,
            height - found.right,
            found.height(),
            found.width(),
        ]
    }
}
