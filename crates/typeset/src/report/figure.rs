//! A figure of a report as ink.

use andu_document::report::{Area, Figure, Form, Mark, Pen};
use typst::{layout::Point, visualize::Curve};

use super::mm;
use crate::{
    draw::{Draw, Ink, abs},
    font::FontCategory,
    sheet::Context,
    text::{Set, Style},
};

/// How long and how wide an arrow head is, before it is made smaller.
const ARROW: (f64, f64) = (2.2, 1.7);

/// How long a dash and a gap are.
const DASH: f64 = 1.1;

/// How far a circle's handles are from its quarters.
const ROUND: f64 = 0.552_284_75;

/// Draws a figure with its corner here.
pub(super) fn draw(
    cx: &Context<'_>,
    figure: &Figure,
    at: (f64, f64),
    scale: f64,
    out: &mut Vec<Draw>,
) {
    let sketch = Sketch { at, scale };
    for mark in &figure.marks {
        match mark {
            Mark::Box {
                area, form, pen, ..
            } => sketch.outline(area, *form, *pen, out),
            Mark::Line { points, arrow, pen } => sketch.line(points, *arrow, *pen, out),
            Mark::Words { .. } => sketch.words(cx, mark, out),
        }
    }
}

struct Sketch {
    at: (f64, f64),
    scale: f64,
}

impl Sketch {
    fn place(&self, x: i32, y: i32) -> (f64, f64) {
        (
            self.at.0 + mm(x) * self.scale,
            self.at.1 + mm(y) * self.scale,
        )
    }

    fn stroke(&self, curve: Curve, pen: Pen, out: &mut Vec<Draw>) {
        let (thickness, dash) = match pen {
            Pen::Thin => (0.25, None),
            Pen::Heavy => (0.5, None),
            Pen::Dashed => (0.25, Some(DASH * self.scale)),
        };
        let thickness = (thickness * self.scale).max(0.15);
        out.push(Draw::Line(curve, thickness, dash, Ink::Black));
    }

    fn outline(&self, area: &Area, form: Form, pen: Pen, out: &mut Vec<Draw>) {
        let (x, y) = self.place(area.x, area.y);
        let (w, h) = (mm(area.w) * self.scale, mm(area.h) * self.scale);
        let curve = match form {
            Form::Bar => {
                out.push(Draw::Fill(x, y, w, h, Ink::Black));
                return;
            }
            Form::Square => path(&[(x, y), (x + w, y), (x + w, y + h), (x, y + h)]),
            Form::Diamond => {
                let (across, down) = (x + w / 2.0, y + h / 2.0);
                path(&[(across, y), (x + w, down), (across, y + h), (x, down)])
            }
            Form::Circle => rounded((x, y), (w, h), (w / 2.0, h / 2.0)),
            Form::Rounded => {
                let radius = (h / 2.0).min(w / 2.0);
                rounded((x, y), (w, h), (radius, radius))
            }
        };
        self.stroke(curve, pen, out);
    }

    fn line(&self, points: &[(i32, i32)], arrow: bool, pen: Pen, out: &mut Vec<Draw>) {
        let points: Vec<(f64, f64)> = points.iter().map(|(x, y)| self.place(*x, *y)).collect();
        let [.., before, end] = points[..] else {
            return;
        };
        let mut curve = Curve::new();
        curve.move_(point(points[0]));
        for next in &points[1..] {
            curve.line(point(*next));
        }
        self.stroke(curve, pen, out);
        if arrow {
            let (dx, dy) = (end.0 - before.0, end.1 - before.1);
            let length = dx.hypot(dy).max(1e-6);
            let (dx, dy) = (dx / length, dy / length);
            let (long, half) = (ARROW.0 * self.scale, ARROW.1 * self.scale / 2.0);
            let base = (end.0 - dx * long, end.1 - dy * long);
            let head = [
                end,
                (base.0 - dy * half, base.1 + dx * half),
                (base.0 + dy * half, base.1 - dx * half),
            ];
            out.push(Draw::Curves(0.0, 0.0, 0.0, path(&head), Ink::Black));
        }
    }

    fn words(&self, cx: &Context<'_>, mark: &Mark, out: &mut Vec<Draw>) {
        let Mark::Words {
            x,
            y,
            size,
            centred,
            text,
            ..
        } = mark
        else {
            return;
        };
        let size = mm(*size) * self.scale;
        let shaped = cx.shape(
            &text.replace('\n', " "),
            Style::new(FontCategory::Hei, size, 1.0),
        );
        if shaped.is_empty() {
            return;
        }
        let lines = shaped.lines(f64::INFINITY, f64::INFINITY);
        let (left, top) = self.place(*x, *y);
        let wide = shaped.width();
        let left = if *centred { left - wide / 2.0 } else { left };
        if !centred {
            let around = 0.3 * self.scale;
            let (w, h) = (wide + 2.0 * around, size + 2.0 * around);
            out.push(Draw::Fill(left - around, top - around, w, h, Ink::White));
        }
        shaped.draw(&lines[0], left, top, size, wide, Set::Left, cx.shelf, out);
    }
}

fn point((x, y): (f64, f64)) -> Point {
    Point::new(abs(x), abs(y))
}

fn path(corners: &[(f64, f64)]) -> Curve {
    let mut curve = Curve::new();
    for (no, corner) in corners.iter().enumerate() {
        if no == 0 {
            curve.move_(point(*corner));
        } else {
            curve.line(point(*corner));
        }
    }
    curve.close();
    curve
}

/// A box whose corners are quarters of an ellipse.
fn rounded((x, y): (f64, f64), (w, h): (f64, f64), (rx, ry): (f64, f64)) -> Curve {
    let (kx, ky) = (rx * (1.0 - ROUND), ry * (1.0 - ROUND));
    let (right, bottom) = (x + w, y + h);
    let mut curve = Curve::new();
    let at = |x: f64, y: f64| point((x, y));
    curve.move_(at(x + rx, y));
    curve.line(at(right - rx, y));
    curve.cubic(at(right - kx, y), at(right, y + ky), at(right, y + ry));
    curve.line(at(right, bottom - ry));
    curve.cubic(
        at(right, bottom - ky),
        at(right - kx, bottom),
        at(right - rx, bottom),
    );
    curve.line(at(x + rx, bottom));
    curve.cubic(at(x + kx, bottom), at(x, bottom - ky), at(x, bottom - ry));
    curve.line(at(x, y + ry));
    curve.cubic(at(x, y + ky), at(x + kx, y), at(x + rx, y));
    curve.close();
    curve
}
