//! The foot of a page: 版记 (7.4) and 页码 (7.5).

use andu_document::kind::DocumentFormat;

use super::{
    Probe,
    formats::NEAR,
    ink::{Extent, InkPage, Rule, Tint},
};

impl Probe<'_> {
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
        let rules = ink.rules(Tint::Black, 120.0);
        let bottom = table.bottom() + table.mm("imprint.last_rule");
        let Some(last) = rules.last() else {
            self.file("imprint.last_rule", page, bottom, None, 0.5, [0.0; 4]);
            return;
        };
        let (foot, rect) = (last.extent.middle(), last.extent.rect());
        self.file("imprint.last_rule", page, bottom, Some(foot), NEAR, rect);
        let (width, found) = (table.mm("imprint.width"), last.extent.width());
        self.file("imprint.width", page, width, Some(found), NEAR, rect);
        let own = &rules[rules.len().saturating_sub(self.imprint_rules(page))..];
        self.imprint_weights(page, own);
        self.imprint_line_height(page, own);
        self.imprint_indent(page, ink, own, bottom);
    }

    /// A table may end above 版记: only as many rules are its own as its rows need.
    fn imprint_rules(&self, page: usize) -> usize {
        let moved = self.recipients_moved();
        let listed = self.typeset.boxes().iter().any(|found| {
            found.page == page
                && (found.place == "copy_recipients" || moved && found.place == "main_recipients")
        });
        1 + usize::from(listed) + usize::from(self.document.imprint.is_some())
    }

    /// 印发机关 and 印发日期 take whole lines between the last two rules, mostly one.
    fn imprint_line_height(&mut self, page: usize, own: &[Rule]) {
        let table = self.table;
        let (Some(last), true) = (own.last(), self.document.imprint.is_some()) else {
            return;
        };
        let Some(over) = own.iter().rev().nth(1) else {
            return;
        };
        let apart = last.extent.middle() - over.extent.middle();
        let expected = table.mm("line.leading");
        let size = table.mm("size.imprint");
        let lines = (apart / (size + expected)).round().max(1.0);
        let leading = apart / lines - size;
        let rect = over.extent.rect();
        self.file("line.leading", page, expected, Some(leading), 0.5, rect);
    }

    fn imprint_weights(&mut self, page: usize, own: &[Rule]) {
        let (thick, thin) = (
            self.table.mm("imprint.thick"),
            self.table.mm("imprint.thin"),
        );
        for (i, rule) in own.iter().enumerate() {
            let outer = i + 1 == own.len() || (i == 0 && own.len() > 1);
            let (id, expected) = if outer {
                ("imprint.thick", thick)
            } else {
                ("imprint.thin", thin)
            };
            let rect = rule.extent.rect();
            self.file(id, page, expected, Some(rule.thickness), 0.09, rect);
        }
    }

    fn imprint_indent(&mut self, page: usize, ink: &InkPage, own: &[Rule], bottom: f64) {
        let table = self.table;
        let Some(first) = own.first() else { return };
        let area = Extent {
            left: 0.0,
            top: first.extent.bottom + 0.3,
            right: table.value("page.width"),
            bottom: own.get(1).map_or(bottom, |rule| rule.extent.top) - 0.3,
        };
        let Some(text) = ink.extent(Tint::Black, area) else {
            return;
        };
        let indent = table.value("imprint.indent") * table.mm("size.imprint");
        // Names that go on from the page before stand behind their label, which is not repeated.
        let label = if self.imprint_goes_on(page) {
            3.0 * table.mm("size.imprint")
        } else {
            0.0
        };
        let expected = table.value("core.left") + indent + label + self.inset_x;
        let rect = text.rect();
        self.file("imprint.indent", page, expected, Some(text.left), 0.9, rect);
    }

    /// Whether all names in 版记 of `page` go on from the page before, so that no label stands before any.
    fn imprint_goes_on(&self, page: usize) -> bool {
        let on = |page: usize| {
            let boxes = self.typeset.boxes().iter();
            boxes
                .filter(move |found| found.page == page)
                .filter(|found| {
                    matches!(found.place.as_str(), "copy_recipients" | "main_recipients")
                })
                .map(|found| found.place.as_str())
        };
        // 主送 of the first page stand under the title.
        let Some(before) = page.checked_sub(1).filter(|before| *before > 0) else {
            return false;
        };
        let mut here = on(page).peekable();
        here.peek().is_some() && here.all(|place| on(before).any(|known| known == place))
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
            NEAR,
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
            NEAR,
            number.rect(),
        );
    }
}
