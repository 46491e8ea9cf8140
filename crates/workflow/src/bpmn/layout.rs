//! A plain layout for what is drawn nowhere: columns from left to right in the order of the flows, the ways
//! of a split below each other, groups around what lies in them. No crossings are avoided.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::{
    Key,
    definition::{Definition, Drawing, Kind, Point, Shape},
};

/// The space between columns and between rows.
const GAP: i32 = 50;

/// The space inside of a group's border.
const BORDER: i32 = 30;

/// How deep groups are laid out in each other.
const DEEPEST: usize = 40;

/// Boxes and lines for those that have none. What lies in a group that is drawn closed gets none.
pub(super) fn missing(definition: &Definition) -> Drawing {
    let mut plan = Plan {
        definition,
        inside: BTreeMap::new(),
        at: BTreeMap::new(),
        next: BTreeMap::new(),
        laid: Drawing::default(),
    };
    for (at, node) in definition.nodes.iter().enumerate() {
        if plan.at.contains_key(&node.id) {
            continue;
        }
        plan.at.insert(&node.id, at);
        plan.inside
            .entry(node.inside.as_ref())
            .or_default()
            .push(at);
    }
    for flow in &definition.flows {
        plan.next.entry(&flow.from).or_default().push(&flow.to);
    }
    let drawn = &definition.drawing.shapes;
    let below = drawn
        .values()
        .map(|shape| shape.y.saturating_add(shape.height))
        .max();
    let top = below.map_or(80, |below| below.saturating_add(GAP));
    plan.level(None, 160, top, 0);
    plan.lines();
    plan.laid
}

struct Plan<'a> {
    definition: &'a Definition,
    inside: BTreeMap<Option<&'a Key>, Vec<usize>>,
    at: BTreeMap<&'a Key, usize>,
    next: BTreeMap<&'a Key, Vec<&'a Key>>,
    laid: Drawing,
}

impl<'a> Plan<'a> {
    /// Lays out one level from a corner; tells how wide and high it became.
    fn level(&mut self, group: Option<&'a Key>, left: i32, top: i32, depth: usize) -> (i32, i32) {
        let drawn = &self.definition.drawing.shapes;
        let members = self.inside.get(&group).cloned().unwrap_or_default();
        let open = |at: &usize| !drawn.contains_key(&self.definition.nodes[*at].id);
        let members: Vec<_> = members.into_iter().filter(open).collect();
        if members.is_empty() || depth > DEEPEST {
            return (0, 0);
        }
        let columns = self.columns(&members);
        let (mut x, mut bottom) = (left, top);
        for column in columns {
            let (mut y, mut width) = (top, 0);
            for at in column {
                let (wide, high) = self.one(at, x, y, depth);
                width = width.max(wide);
                y = y.saturating_add(high).saturating_add(GAP);
            }
            bottom = bottom.max(y.saturating_sub(GAP));
            x = x.saturating_add(width).saturating_add(GAP);
        }
        for at in members {
            self.boundary(at);
        }
        (
            x.saturating_sub(GAP).saturating_sub(left),
            bottom.saturating_sub(top),
        )
    }

    /// Lays out one node, with what lies in it.
    fn one(&mut self, at: usize, x: i32, y: i32, depth: usize) -> (i32, i32) {
        let node = &self.definition.nodes[at];
        let (mut width, mut height) = size(&node.kind);
        if matches!(node.kind, Kind::Group { .. }) {
            let (left, top) = (x.saturating_add(BORDER), y.saturating_add(BORDER));
            let (wide, high) = self.level(Some(&node.id), left, top, depth + 1);
            width = width.max(wide.saturating_add(2 * BORDER));
            height = height.max(high.saturating_add(2 * BORDER));
        }
        self.laid.shapes.insert(
            node.id.clone(),
            Shape {
                x,
                y,
                width,
                height,
            },
        );
        (width, height)
    }

    /// Nodes by their distance from where the level begins; boundaries stand at their nodes instead.
    fn columns(&self, members: &[usize]) -> Vec<Vec<usize>> {
        let nodes = &self.definition.nodes;
        let mut column: BTreeMap<usize, usize> = BTreeMap::new();
        let mut open = VecDeque::new();
        let here_lie: BTreeSet<usize> = members.iter().copied().collect();
        let starts = members
            .iter()
            .filter(|at| matches!(nodes[**at].kind, Kind::Start { .. }));
        let all: Vec<usize> = starts.chain(members).copied().collect();
        let hosted = |at: usize| matches!(nodes[at].kind, Kind::Boundary { .. });
        for start in all {
            if column.contains_key(&start) || hosted(start) {
                continue;
            }
            column.insert(start, 0);
            open.push_back(start);
            while let Some(at) = open.pop_front() {
                let here = column[&at];
                for next in self.next.get(&nodes[at].id).into_iter().flatten() {
                    let Some(to) = self.at.get(next) else {
                        continue;
                    };
                    if here_lie.contains(to) && !hosted(*to) && !column.contains_key(to) {
                        column.insert(*to, here + 1);
                        open.push_back(*to);
                    }
                }
            }
        }
        let mut columns = vec![Vec::new(); column.values().max().map_or(0, |last| last + 1)];
        for at in members {
            if let Some(column) = column.get(at) {
                columns[*column].push(*at);
            }
        }
        columns
    }

    /// Puts a boundary on the lower edge of its node.
    fn boundary(&mut self, at: usize) {
        let node = &self.definition.nodes[at];
        let Kind::Boundary { at: host, .. } = &node.kind else {
            return;
        };
        let drawn = self.definition.drawing.shapes.get(host);
        let Some(host) = drawn.or_else(|| self.laid.shapes.get(host)).copied() else {
            return;
        };
        let (width, height) = size(&node.kind);
        let x = host
            .x
            .saturating_add(host.width / 2)
            .saturating_sub(width / 2);
        let y = host
            .y
            .saturating_add(host.height)
            .saturating_sub(height / 2);
        self.laid.shapes.insert(
            node.id.clone(),
            Shape {
                x,
                y,
                width,
                height,
            },
        );
    }

    /// Straight lines between boxes.
    fn lines(&mut self) {
        let drawing = &self.definition.drawing;
        for flow in &self.definition.flows {
            let drawn = drawing
                .lines
                .get(&flow.id)
                .is_some_and(|line| !line.is_empty());
            let shape = |key: &Key| {
                drawing
                    .shapes
                    .get(key)
                    .or_else(|| self.laid.shapes.get(key))
            };
            let (Some(from), Some(to)) = (shape(&flow.from), shape(&flow.to)) else {
                continue;
            };
            if !drawn {
                let middle = |shape: &Shape| shape.y.saturating_add(shape.height / 2);
                let start = Point {
                    x: from.x.saturating_add(from.width),
                    y: middle(from),
                };
                let end = Point {
                    x: to.x,
                    y: middle(to),
                };
                self.laid.lines.insert(flow.id.clone(), vec![start, end]);
            }
        }
    }
}

/// How large a node is drawn.
fn size(kind: &Kind) -> (i32, i32) {
    match kind {
        Kind::Start { .. }
        | Kind::End { .. }
        | Kind::Wait { .. }
        | Kind::Throw { .. }
        | Kind::Boundary { .. } => (36, 36),
        Kind::Choose | Kind::Parallel | Kind::Inclusive | Kind::Gather { .. } | Kind::Await => {
            (50, 50)
        }
        Kind::Step(_) | Kind::Auto { .. } | Kind::Call { .. } | Kind::Foreign { .. } => (100, 80),
        Kind::Group { .. } => (200, 120),
    }
}
