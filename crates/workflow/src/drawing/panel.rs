//! A level drawn, before it is part of a whole drawing.

use std::collections::BTreeSet;

use super::{
    Drawing, FONT, LINE, Link, Point, SMALL_LINE, Shape,
    lay::Laid,
    route::free,
    words::{high, widest, wrap},
};

/// From the edge of a group, and of the whole, to what lies in it.
pub(super) const PAD: i32 = 350;

/// A level drawn.
#[derive(Default)]
pub(super) struct Panel {
    pub laid: Laid,
    pub shapes: Vec<Shape>,
    pub links: Vec<Link>,
    pub breaks: BTreeSet<i32>,
}

impl Panel {
    /// The height of the head of the last box.
    pub fn last_head(&self) -> i32 {
        self.shapes.last().map_or(0, |shape| shape.head)
    }

    /// Takes over what lies in a group.
    pub fn take(&mut self, inner: Panel, at: Point) {
        let moved = inner.moved(at);
        self.shapes.extend(moved.shapes);
        self.links.extend(moved.links);
        self.breaks.extend(moved.breaks);
    }

    fn moved(mut self, by: Point) -> Self {
        for shape in &mut self.shapes {
            shape.x += by.x;
            shape.y += by.y;
        }
        for link in &mut self.links {
            for point in link.points.iter_mut().chain(&mut link.label_at) {
                point.x += by.x;
                point.y += by.y;
            }
        }
        self.breaks = self.breaks.into_iter().map(|at| at + by.y).collect();
        self
    }

    /// As a drawing with a margin, below a head.
    pub fn drawing(self, pad: i32, head: i32) -> Drawing {
        let (width, height) = (self.laid.width, self.laid.height);
        let panel = self.moved(Point {
            x: pad,
            y: pad + head,
        });
        let mut drawing = Drawing {
            width: width + 2 * pad,
            height: height + 2 * pad + head,
            head,
            shapes: panel.shapes,
            links: panel.links,
            breaks: Vec::new(),
        };
        drawing.breaks = breaks(&drawing, &panel.breaks);
        drawing
    }
}

/// Those heights at which only upright lines and frames are cut.
pub(super) fn breaks(drawing: &Drawing, wanted: &BTreeSet<i32>) -> Vec<i32> {
    let mut taken = Vec::new();
    for shape in &drawing.shapes {
        let height = if shape.kind.is_frame() {
            shape.head
        } else {
            shape.h
        };
        taken.push((shape.y - 60, shape.y + height + 60));
    }
    for link in &drawing.links {
        for pair in link.points.windows(2).filter(|pair| pair[0].y == pair[1].y) {
            taken.push((pair[0].y - 60, pair[0].y + 60));
        }
        if let Some(at) = link.label_at {
            taken.push((at.y - 20, at.y + high(&link.label, SMALL_LINE) + 20));
        }
    }
    free(wanted, &mut taken)
}

/// The height of a head with these titles.
pub(super) fn head(titles: &[Vec<String>]) -> i32 {
    let heights = titles.iter().map(|lines| high(lines, LINE));
    heights.max().unwrap_or(0) + 300
}

/// A title in a head.
pub(super) fn titled(title: &str) -> (Vec<String>, i32) {
    let lines = wrap(title, 6);
    let wide = widest(&lines, FONT) + PAD;
    (lines, wide)
}
