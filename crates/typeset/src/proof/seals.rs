//! Seals over 署名 and 成文日期 (7.3.5.1). A seal is no ink before the document is sealed: what is
//! measured is the room left for it against the ink of the text under it.

use crate::sign::{date_text, rows_of};

use super::{
    Probe, Worst,
    ink::{Extent, InkPage, Tint},
    lines::is_line,
};

impl Probe<'_> {
    /// Rooms for seals on a page, each with the number of its agency.
    pub(super) fn seals_on(&self, page: usize) -> Vec<(usize, Extent)> {
        let boxes = self.typeset.boxes().iter();
        let seals = boxes.filter(|found| found.place == "seal").enumerate();
        seals
            .filter(|(_, found)| found.page == page)
            .map(|(issuer, found)| (issuer, Extent::from(found)))
            .collect()
    }

    pub(super) fn seals(&mut self, page: usize, ink: &InkPage) {
        let seals = self.seals_on(page);
        if seals.is_empty() {
            return;
        }
        self.seal_rooms(page, &seals);
        self.seals_apart(page, &seals);
        self.seal_under_text(page, ink, &seals);
        self.names_under_seals(page, ink, &seals);
    }

    /// Size of the rooms, and that no row leaves 版心.
    fn seal_rooms(&mut self, page: usize, seals: &[(usize, Extent)]) {
        let table = self.table;
        let (mut size, mut beyond) = (Worst::default(), Worst::default());
        for (_, seal) in seals {
            size.see(table.mm("seal.diameter"), seal.width(), seal.rect());
            let over = (table.value("core.left") - seal.left).max(seal.right - table.right());
            beyond.see(table.mm("seal.overhang"), over.max(0.0), seal.rect());
        }
        self.file_worst("seal.diameter", page, 0.5, size);
        self.file_worst("seal.overhang", page, 0.3, beyond);
    }

    /// Seals neither touch nor cross.
    fn seals_apart(&mut self, page: usize, seals: &[(usize, Extent)]) {
        let least = self.table.mm("seal.gap");
        let mut nearest = Worst::default();
        for (i, (_, seal)) in seals.iter().enumerate() {
            for (_, other) in &seals[..i] {
                let (dx, dy) = (
                    seal.centre() - other.centre(),
                    seal.middle() - other.middle(),
                );
                let gap = dx.hypot(dy) - f64::midpoint(seal.width(), other.width());
                // Farther apart is right as well.
                nearest.see(least.max(gap), gap, seal.rect());
            }
        }
        self.file_worst("seal.gap", page, 0.3, nearest);
    }

    /// The top of the first row lies within one line under the text.
    fn seal_under_text(&mut self, page: usize, ink: &InkPage, seals: &[(usize, Extent)]) {
        let (id, room) = ("seal.room_above", self.table.mm("seal.room_above"));
        let first = ["signature", "date_of_issue"]
            .into_iter()
            .find_map(|place| self.lines_of(page, ink, place).first().copied());
        let seal = seals.iter().map(|(_, seal)| *seal);
        let seal = seal.min_by(|a, b| a.top.total_cmp(&b.top));
        let (Some(first), Some(seal)) = (first, seal) else {
            return;
        };
        let above = self.line_above(page, ink, first.top - 0.3);
        // Rows of seals go on over pages that begin with them.
        if let Some(above) = above {
            let gap = seal.top - above.middle() - self.em / 2.0;
            let expected = gap.clamp(0.0, room);
            self.file(id, page, expected, Some(gap), 0.6, seal.rect());
        }
    }

    /// Each seal presses its name, the last one the date too, which lie slightly under its centre.
    fn names_under_seals(&mut self, page: usize, ink: &InkPage, seals: &[(usize, Extent)]) {
        let table = self.table;
        let pitch = self.pitch_on(page);
        let date = date_text(self.document.date_of_issue);
        let (mut centre, mut above, mut over_date) =
            (Worst::default(), Worst::default(), Worst::default());
        for (issuer, seal) in seals {
            let name = self.document.issuers.get(*issuer);
            let name = name.map_or("", |issuer| issuer.signature_name());
            let measure = table.value("core.width");
            let rows = rows_of(name, self.width(name.trim()), measure);
            let lines = ink.bands(Tint::Black, column(seals, seal));
            // Of a name of several lines the last two lie under the seal.
            let over = rows.len().clamp(1, 2) - 1;
            let mut lines = lines.iter().filter(|line| is_line(line)).skip(over);
            let (Some(line), Some(name)) = (lines.next(), rows.last()) else {
                continue;
            };
            let (left, right) = self.cells(line, name);
            let middle = f64::midpoint(left, right);
            let shift = table.mm("sealed.centre");
            let expected = table.mm("seal.centre");
            centre.see(expected, seal.centre() - middle + shift, line.rect());
            let text = line.middle() + pitch / 2.0;
            let expected = table.mm("seal.above_text");
            above.see(expected, text - seal.middle(), line.rect());
            let last = issuer + 1 == self.document.issuers.len();
            if let Some(under) = lines.next().filter(|_| last && !date.is_empty()) {
                let (left, right) = self.cells(under, &date);
                let off = middle - f64::midpoint(left, right);
                over_date.see(shift, off, line.rect());
            }
        }
        self.file_worst("seal.centre", page, 0.6, centre);
        self.file_worst("seal.above_text", page, 0.6, above);
        self.file_worst("sealed.centre", page, 0.6, over_date);
    }
}

/// What belongs to `seal` of the page: its height, up to half way to the seals beside it.
fn column(seals: &[(usize, Extent)], seal: &Extent) -> Extent {
    let beside = seals
        .iter()
        .map(|(_, other)| other)
        .filter(|other| (other.top - seal.top).abs() < 1.0);
    let (mut left, mut right) = (0.0_f64, f64::INFINITY);
    for other in beside {
        let between = f64::midpoint(other.centre(), seal.centre());
        if other.centre() < seal.centre() - 1.0 {
            left = left.max(between);
        } else if other.centre() > seal.centre() + 1.0 {
            right = right.min(between);
        }
    }
    Extent {
        left,
        right,
        ..*seal
    }
}
