//! Elements that lie over each other. Ink alone does not tell two texts in one place from one, so the boxes of the
//! elements are asked.

use crate::{ElementBox, Strength};

use super::{
    Failure, Probe,
    ink::Extent,
    present::{clause_of, name_of},
};

/// How far two boxes may reach into each other, in mm: a box is as high as its type, which is more than its ink.
const SLACK: f64 = 0.8;
/// Overlaps of one page that are told.
const MOST: usize = 10;

impl Probe<'_> {
    pub(super) fn overlaps(&mut self, page: usize) {
        let typeset = self.typeset;
        let boxes: Vec<&ElementBox> = typeset
            .boxes()
            .iter()
            .filter(|found| found.page == page && is_text(&found.place))
            .collect();
        let mut told = 0;
        for (i, one) in boxes.iter().enumerate() {
            // Paragraphs follow each other on the grid: one of the two is an element with a place of its own.
            let beside = boxes[..i].iter().filter(|other| {
                one.place != other.place
                    && (name_of(&one.place).is_some() || name_of(&other.place).is_some())
            });
            for other in beside {
                let Some((depth, area)) = common(&Extent::from(*one), &Extent::from(*other)) else {
                    continue;
                };
                let [upper, lower] =
                    [&other.place, &one.place].map(|place| name_of(place).unwrap_or("正文"));
                self.fail(Failure {
                    id: &format!("element.overlap.{}.{}", other.place, one.place),
                    clause: clause_of(&other.place)
                        .or(clause_of(&one.place))
                        .unwrap_or("7"),
                    strength: Strength::Required,
                    what: format!("{upper}与{lower}不得重叠，重叠"),
                    page,
                    unit: "mm",
                    expected: 0.0,
                    measured: Some(depth),
                    tolerance: SLACK,
                    rect: area.rect(),
                });
                told += 1;
                if told == MOST {
                    return;
                }
            }
        }
    }
}

/// Seals lie over 署名 and 成文日期 by rule; lines are no text.
fn is_text(place: &str) -> bool {
    !matches!(place, "seal" | "red_line")
}

/// What two boxes have in common, and how deep they reach into each other; `None` where that is nothing.
fn common(one: &Extent, other: &Extent) -> Option<(f64, Extent)> {
    let area = Extent {
        left: one.left.max(other.left),
        top: one.top.max(other.top),
        right: one.right.min(other.right),
        bottom: one.bottom.min(other.bottom),
    };
    let depth = area.width().min(area.height());
    (depth > SLACK).then_some((depth, area))
}
