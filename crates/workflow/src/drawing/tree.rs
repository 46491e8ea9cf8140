//! How the work is divided (分工组成树): the process, its parts, their duties, the steps in which these are done.

use std::collections::BTreeMap;

use super::{
    Drawing, LINE, Link, LinkRole, Point, Shape, ShapeKind,
    panel::{PAD, breaks},
    words::{high, wrap},
};
use crate::definition::Definition;

/// How wide the boxes of each column are: process, parts, duties, steps.
const WIDE: [i32; 4] = [1_250, 3_000, 5_600, 3_300];

/// The most Chinese characters of a line in each column.
const MOST: [i32; 4] = [1, 7, 14, 8];

/// Between two columns.
const BETWEEN: i32 = 1_000;

/// Between two boxes one under the other.
const GAP: i32 = 260;

/// What has to be drawn, with what hangs on it.
struct Branch {
    id: String,
    kind: ShapeKind,
    lines: Vec<String>,
    below: Vec<Branch>,
}

/// The division of work as a tree from left to right. Steps that belong to a part but to none of its duties hang on
/// the part itself.
#[must_use]
pub fn tree(definition: &Definition) -> Drawing {
    let title = match definition.title.as_str() {
        "" => definition.id.as_str(),
        title => title,
    };
    let root = Branch {
        id: "process".to_owned(),
        kind: ShapeKind::Process,
        // Upright, a character a line.
        lines: title.chars().take(24).map(String::from).collect(),
        below: parts(definition),
    };
    let mut grown = Grown::default();
    let (bottom, _) = grown.grow(&root, PAD);
    let columns = grown.drawing.shapes.iter().map(|shape| shape.x + shape.w);
    grown.drawing.width = columns.max().unwrap_or(0) + PAD;
    grown.drawing.height = bottom - GAP + PAD;
    let cuts = std::mem::take(&mut grown.drawing.breaks);
    let cuts = cuts.into_iter().filter(|at| *at < bottom - GAP).collect();
    grown.drawing.breaks = breaks(&grown.drawing, &cuts);
    grown.drawing
}

fn parts(definition: &Definition) -> Vec<Branch> {
    let nodes: BTreeMap<_, _> = definition
        .nodes
        .iter()
        .map(|node| (&node.id, node))
        .collect();
    let step = |above: &str, id: &crate::Key| {
        let title = nodes.get(id).map_or("", |node| node.title.as_str());
        Branch {
            id: format!("step:{above}/{id}"),
            kind: ShapeKind::Step,
            lines: wrap(if title.is_empty() { id } else { title }, MOST[3]),
            below: Vec::new(),
        }
    };
    let part = |part: &crate::definition::Part| {
        let mut below: Vec<Branch> = Vec::new();
        for (no, duty) in part.duties.iter().enumerate() {
            let name = format!("{}/{no}", part.id);
            below.push(Branch {
                id: format!("duty:{name}"),
                kind: ShapeKind::Duty,
                lines: wrap(&duty.title, MOST[2]),
                below: duty.steps.iter().map(|id| step(&name, id)).collect(),
            });
        }
        let named = |id: &crate::Key| part.duties.iter().any(|duty| duty.steps.contains(id));
        let own = definition
            .nodes
            .iter()
            .filter(|node| node.part.as_ref() == Some(&part.id));
        below.extend(
            own.filter(|node| !named(&node.id))
                .map(|node| step(&part.id, &node.id)),
        );
        Branch {
            id: format!("part:{}", part.id),
            kind: ShapeKind::Part,
            lines: wrap(&part.title, MOST[1]),
            below,
        }
    };
    definition.parts.iter().map(part).collect()
}

#[derive(Default)]
struct Grown {
    drawing: Drawing,
}

const fn column(kind: ShapeKind) -> usize {
    match kind {
        ShapeKind::Process => 0,
        ShapeKind::Part => 1,
        ShapeKind::Duty => 2,
        _ => 3,
    }
}

impl Grown {
    /// Draws a branch from this height on; answers where it ends, and where the middle of its box is.
    fn grow(&mut self, branch: &Branch, top: i32) -> (i32, i32) {
        let column = column(branch.kind);
        let x = PAD
            + WIDE[..column]
                .iter()
                .map(|wide| wide + BETWEEN)
                .sum::<i32>();
        let h = high(&branch.lines, LINE) + 300;
        let (mut y, mut middles) = (top, Vec::new());
        let links = self.drawing.links.len();
        for below in &branch.below {
            let (bottom, middle) = self.grow(below, y);
            middles.push((middle, below));
            if branch.kind == ShapeKind::Process {
                self.drawing.breaks.push(bottom - GAP / 2);
            }
            y = bottom;
        }
        let first = middles.first().map_or(top + h / 2, |one| one.0);
        let last = middles.last().map_or(top + h / 2, |one| one.0);
        let middle = ((first + last) / 2).max(top + h / 2);
        let (from, bend) = (x + WIDE[column], x + WIDE[column] + BETWEEN / 2);
        for (to, below) in middles {
            let end = PAD
                + WIDE[..self::column(below.kind)]
                    .iter()
                    .map(|wide| wide + BETWEEN)
                    .sum::<i32>();
            let corners = [(from, middle), (bend, middle), (bend, to), (end, to)];
            let points = corners.map(|(x, y)| Point { x, y });
            self.drawing
                .links
                .insert(links, link(branch, below, &points));
        }
        self.drawing.shapes.push(Shape {
            id: branch.id.clone(),
            kind: branch.kind,
            x,
            y: middle - h / 2,
            w: WIDE[column],
            h,
            head: 0,
            lines: branch.lines.clone(),
            under: Vec::new(),
            many: false,
        });
        (y.max(middle - h / 2 + h + GAP), middle)
    }
}

fn link(from: &Branch, to: &Branch, points: &[Point]) -> Link {
    let mut points = points.to_vec();
    if points[0].y == points[3].y {
        points = vec![points[0], points[3]];
    }
    Link {
        id: format!("holds:{}", to.id),
        role: LinkRole::Holds,
        from: from.id.clone(),
        to: to.id.clone(),
        own: points.len(),
        points,
        label: Vec::new(),
        label_at: None,
        dashed: false,
    }
}
