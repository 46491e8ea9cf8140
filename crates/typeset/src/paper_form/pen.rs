//! What a pen draws: strokes as wide as the pen was pressed, and the ring of 圈阅. Everything is one way round, so that
//! parts that lie over each other stay filled.

use andu_document::{Handwriting, handwriting::Point as PenPoint};
use typst::{layout::Point, visualize::Curve};

use crate::draw::{Draw, Ink, abs};

/// Half the width of a pen that is hardly pressed, and of one that is pressed hard, in mm.
const THIN: f64 = 0.14;
const THICK: f64 = 0.42;
/// Corners of the dot a pen leaves.
const CORNERS: usize = 8;
/// Of the ring of 圈阅, in mm.
const RING: f64 = 0.35;

/// Draws strokes into a box: x, y, width, height in mm.
pub(super) fn strokes(
    hand: &Handwriting,
    (x, y, width, height): (f64, f64, f64, f64),
    out: &mut Vec<Draw>,
) {
    let scale = width * 100.0 / f64::from(hand.width());
    let inset = THICK * scale.max(0.4);
    let place = |point: &PenPoint| {
        let across = f64::from(point.x) / f64::from(hand.width());
        let down = f64::from(point.y) / f64::from(hand.height());
        let pressed = f64::from(point.pressure) / 1000.0;
        Dot {
            x: inset + across * (width - 2.0 * inset),
            y: inset + down * (height - 2.0 * inset),
            r: (THIN + (THICK - THIN) * pressed) * scale.max(0.4),
        }
    };
    for stroke in hand.strokes() {
        let mut dots: Vec<Dot> = stroke.iter().map(place).collect();
        dots.dedup_by(|a, b| (a.x - b.x).hypot(a.y - b.y) < 0.02 && a.r <= b.r);
        let mut curve = Curve::new();
        for dot in &dots {
            dot.round(&mut curve);
        }
        for pair in dots.windows(2) {
            pair[0].join(&pair[1], &mut curve);
        }
        out.push(Draw::Curves(x, y, 0.0, curve, Ink::Black));
    }
}

/// Draws a ring in a box: x, y, width, height in mm.
pub(super) fn ring((x, y, width, height): (f64, f64, f64, f64), out: &mut Vec<Draw>) {
    let mut curve = Curve::new();
    let (rx, ry) = (width / 2.0, height / 2.0);
    ellipse(&mut curve, (rx, ry), (rx, ry), false);
    ellipse(&mut curve, (rx, ry), (rx - RING, ry - RING), true);
    out.push(Draw::Curves(x, y, 0.0, curve, Ink::Black));
}

fn point(x: f64, y: f64) -> Point {
    Point::new(abs(x), abs(y))
}

fn ellipse(curve: &mut Curve, (cx, cy): (f64, f64), (rx, ry): (f64, f64), back: bool) {
    // How far the handles of a quarter of a circle reach.
    const HANDLE: f64 = 0.552_284_75;
    let ry = if back { -ry } else { ry };
    let at = |x: f64, y: f64| point(cx + x * rx, cy + y * ry);
    curve.move_(at(1.0, 0.0));
    curve.cubic(at(1.0, HANDLE), at(HANDLE, 1.0), at(0.0, 1.0));
    curve.cubic(at(-HANDLE, 1.0), at(-1.0, HANDLE), at(-1.0, 0.0));
    curve.cubic(at(-1.0, -HANDLE), at(-HANDLE, -1.0), at(0.0, -1.0));
    curve.cubic(at(HANDLE, -1.0), at(1.0, -HANDLE), at(1.0, 0.0));
    curve.close();
}

/// Where the pen was: a round dot of radius `r`.
#[derive(Debug, Clone, Copy)]
struct Dot {
    x: f64,
    y: f64,
    r: f64,
}

impl Dot {
    fn round(&self, curve: &mut Curve) {
        for corner in 0..CORNERS {
            let angle = corner as f64 / CORNERS as f64 * std::f64::consts::TAU;
            let at = point(self.x + self.r * angle.cos(), self.y + self.r * angle.sin());
            match corner {
                0 => curve.move_(at),
                _ => curve.line(at),
            }
        }
        curve.close();
    }

    /// The way from this dot to the next one.
    fn join(&self, next: &Self, curve: &mut Curve) {
        let (dx, dy) = (next.x - self.x, next.y - self.y);
        let length = dx.hypot(dy);
        if length < 1e-6 {
            return;
        }
        let (nx, ny) = (-dy / length, dx / length);
        // The same way round as the dots, whichever way the pen went.
        curve.move_(point(self.x - nx * self.r, self.y - ny * self.r));
        curve.line(point(next.x - nx * next.r, next.y - ny * next.r));
        curve.line(point(next.x + nx * next.r, next.y + ny * next.r));
        curve.line(point(self.x + nx * self.r, self.y + ny * self.r));
        curve.close();
    }
}

#[cfg(test)]
mod tests {
    use typst::visualize::CurveItem;

    use super::*;

    /// Twice the area inside a closed part, positive the one way round.
    fn area(part: &[CurveItem]) -> f64 {
        let corners: Vec<(f64, f64)> = part
            .iter()
            .filter_map(|item| match item {
                CurveItem::Move(at) | CurveItem::Line(at) => Some((at.x.to_pt(), at.y.to_pt())),
                CurveItem::Cubic(..) | CurveItem::Close => None,
            })
            .collect();
        let next = corners.iter().cycle().skip(1);
        corners
            .iter()
            .zip(next)
            .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
            .sum()
    }

    #[test]
    fn every_part_of_a_stroke_is_the_same_way_round() {
        let point = |(x, y)| PenPoint {
            x,
            y,
            pressure: 700,
        };
        // There and back, up and down.
        let points = [
            (10, 10),
            (900, 40),
            (300, 900),
            (20, 20),
            (20, 800),
            (20, 100),
        ];
        let stroke = points.map(point).to_vec();
        let hand = Handwriting::new(1000, 1000, vec![stroke]).expect("a handwriting");
        let mut drawn = Vec::new();
        strokes(&hand, (0.0, 0.0, 10.0, 10.0), &mut drawn);
        let [Draw::Curves(_, _, _, curve, _)] = &drawn[..] else {
            panic!("one stroke: {drawn:?}");
        };
        let parts: Vec<f64> = curve
            .0
            .split_inclusive(|item| matches!(item, CurveItem::Close))
            .map(area)
            .collect();
        assert_eq!(
            parts.len(),
            6 + 5,
            "a dot for each point, a way between two"
        );
        assert!(parts.iter().all(|area| *area > 0.0), "{parts:?}");
    }
}
