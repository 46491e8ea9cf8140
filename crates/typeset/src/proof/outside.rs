//! Ink where none may be: outside 版心 (5.2), but for 页码 under it and the red lines of a letter. Whatever
//! leaves its place, for a reason nobody thought of, is seen here.

use andu_document::kind::DocumentFormat;

use crate::Strength;

use super::{
    Failure, Probe,
    ink::{Extent, InkPage, Tint},
};

/// How far ink may reach over the edge, in mm: the tail of a letter, half a rule, the edge of a dot.
const SLACK: f64 = 1.0;

impl Probe<'_> {
    pub(super) fn outside(&mut self, page: usize, ink: &InkPage) {
        for tint in [Tint::Black, Tint::Red] {
            let core = self.allowed(page, tint);
            for (side, strip) in self.strips(page, &core) {
                let Some(found) = ink.extent(tint, strip) else {
                    continue;
                };
                let beyond = (core.left - found.left)
                    .max(core.top - found.top)
                    .max(found.right - core.right)
                    .max(found.bottom - core.bottom);
                self.fail(Failure {
                    id: "core.outside",
                    clause: "5.2.2",
                    strength: Strength::Required,
                    what: format!("版心{side}以外不得有文字或线条，超出"),
                    page,
                    unit: "mm",
                    expected: 0.0,
                    measured: Some(beyond),
                    tolerance: SLACK,
                    rect: found.rect(),
                });
            }
        }
    }

    /// Where ink of a tint may stand on a page.
    fn allowed(&self, page: usize, tint: Tint) -> Extent {
        let table = self.table;
        let mut core = Extent {
            left: table.value("core.left"),
            top: table.value("core.top"),
            right: table.right(),
            bottom: table.bottom(),
        };
        if page == 0 && self.document.format == DocumentFormat::Letter {
            core.top = table.mm("letter.top");
            core.bottom = table.value("page.height") - table.mm("letter.bottom");
            if tint == Tint::Red {
                let over = (table.mm("letter.line_width") - table.value("core.width")) / 2.0;
                core.left -= over.max(0.0);
                core.right += over.max(0.0);
            }
        }
        core
    }

    /// What lies around `core`, without the place of the page's number.
    fn strips(&self, page: usize, core: &Extent) -> Vec<(&'static str, Extent)> {
        let whole = self.whole();
        let left = Extent {
            right: core.left - SLACK,
            ..whole
        };
        let right = Extent {
            left: core.right + SLACK,
            ..whole
        };
        let over = Extent {
            bottom: core.top - SLACK,
            ..whole
        };
        let mut strips = vec![("左边", left), ("右边", right), ("上边", over)];
        let under = Extent {
            top: core.bottom + SLACK,
            ..whole
        };
        let mut boxes = self.typeset.boxes().iter();
        let number = boxes.find(|found| found.page == page && found.place == "page_number");
        let under = match number.map(Extent::from) {
            Some(number) => around(&under, &number).into(),
            None => vec![under],
        };
        strips.extend(under.into_iter().map(|strip| ("下边", strip)));
        strips
    }
}

/// What is left of a strip over, under and beside a number in it.
fn around(strip: &Extent, number: &Extent) -> [Extent; 4] {
    let (top, bottom) = (number.top - 1.0, number.bottom + 1.0);
    let beside = Extent {
        top,
        bottom,
        ..*strip
    };
    [
        Extent {
            bottom: top,
            ..*strip
        },
        Extent {
            top: bottom,
            ..*strip
        },
        Extent {
            right: number.left - 1.0,
            ..beside
        },
        Extent {
            left: number.right + 1.0,
            ..beside
        },
    ]
}
