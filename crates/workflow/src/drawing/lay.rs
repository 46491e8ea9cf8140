//! A level laid out: where items, lines and words stand.

use super::{
    Point,
    level::{Edge, Item, Level},
    place::{self, Lane},
    port, route,
};

/// A level laid out. Nothing lies left of or above 0.
#[derive(Debug, Default)]
pub(super) struct Laid {
    /// The left upper corner of each item.
    pub at: Vec<Point>,
    /// Of each line.
    pub ways: Vec<Way>,
    pub width: i32,
    pub height: i32,
    pub lanes: Vec<Lane>,
    /// Heights between layers.
    pub breaks: Vec<i32>,
}

/// Where a line goes.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    pub points: Vec<Point>,
    /// So many points are its own.
    pub own: usize,
    pub label_at: Option<Point>,
    /// It goes back, or far, at the right of everything.
    pub aside: bool,
}

/// Lays out a level with so many lanes, each at least as wide as its head.
pub(super) fn lay(items: &[Item], edges: &[Edge], heads: &[i32]) -> Laid {
    if items.is_empty() {
        return Laid::default();
    }
    let mut level = Level::new(items, edges);
    let ports = port::ports(&mut level);
    let lanes = place::place(&mut level, heads);
    let mut laid = route::route(&level, &ports, if is_parted(heads) { &lanes } else { &[] });
    laid.lanes = lanes;
    laid.settle(items, edges, is_parted(heads));
    laid
}

/// Whether lanes have heads, and so edges that everything stays between.
pub(super) fn is_parted(heads: &[i32]) -> bool {
    heads.iter().any(|head| *head > 0)
}

impl Laid {
    /// Moves everything so that it begins at 0, and measures it.
    fn settle(&mut self, items: &[Item], edges: &[Edge], in_lanes: bool) {
        let (mut least, mut most) = (Point { x: i32::MAX, y: 0 }, Point::default());
        let mut seen = |x: i32, y: i32, w: i32, h: i32| {
            least.x = least.x.min(x);
            most.x = most.x.max(x + w);
            most.y = most.y.max(y + h);
        };
        for (at, item) in self.at.iter().zip(items) {
            seen(at.x, at.y, item.w, item.h);
        }
        for (way, edge) in self.ways.iter().zip(edges) {
            for point in &way.points {
                seen(point.x, point.y, 0, 0);
            }
            if let Some(at) = way.label_at {
                seen(at.x, at.y, edge.label.0, edge.label.1);
            }
        }
        if in_lanes {
            for (x, w) in &self.lanes {
                seen(*x, 0, *w, 0);
            }
        }
        for at in &mut self.at {
            at.x -= least.x;
        }
        for lane in &mut self.lanes {
            lane.0 -= least.x;
        }
        for way in &mut self.ways {
            for point in way.points.iter_mut().chain(&mut way.label_at) {
                point.x -= least.x;
            }
        }
        self.width = most.x - least.x;
        self.height = most.y;
    }
}
