//! The outline of a character as a curve, for what is drawn but is no text.

use ttf_parser::OutlineBuilder;
use typst::{
    layout::{Abs, Point},
    visualize::Curve,
};

use crate::{
    font::{Face, FontCategory, FontShelf},
    table::MM_PER_PT,
};

/// The outline of `c` in 黑体 with an em of `size` mm; its base line lies at 0.
pub(crate) fn outline(shelf: &FontShelf, c: char, size: f64) -> Option<Curve> {
    let glyph = shelf.glyph(FontCategory::Hei, c)?;
    let face = shelf.face(glyph.face);
    let scale = size / MM_PER_PT / face.units_per_em;
    let mut pen = Pen {
        curve: Curve(Vec::new()),
        at: (0.0, 0.0),
        scale,
    };
    face.outline(glyph.id, &mut pen)?;
    Some(pen.curve)
}

struct Pen {
    curve: Curve,
    at: (f32, f32),
    scale: f64,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        Point::new(
            Abs::pt(f64::from(x) * self.scale),
            Abs::pt(-f64::from(y) * self.scale),
        )
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.curve.move_(self.point(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.at = (x, y);
        self.curve.line(self.point(x, y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let third = |a: f32, b: f32| a + (b - a) * 2.0 / 3.0;
        let (x0, y0) = self.at;
        let (c1, c2) = ((third(x0, x1), third(y0, y1)), (third(x, x1), third(y, y1)));
        self.curve_to(c1.0, c1.1, c2.0, c2.1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.at = (x, y);
        self.curve
            .cubic(self.point(x1, y1), self.point(x2, y2), self.point(x, y));
    }

    fn close(&mut self) {
        self.curve.close();
    }
}

/// How far the ink of a glyph reaches: (lowest, highest) in em over the base line. Exact, unlike the
/// box of a font's control points.
pub(crate) fn reach(face: &Face, glyph: u16) -> Option<(f64, f64)> {
    let mut reach = Reach {
        at: 0.0,
        low: f32::INFINITY,
        high: f32::NEG_INFINITY,
    };
    face.outline(glyph, &mut reach)?;
    let em = face.units_per_em;
    (reach.low <= reach.high).then(|| (f64::from(reach.low) / em, f64::from(reach.high) / em))
}

struct Reach {
    at: f32,
    low: f32,
    high: f32,
}

impl Reach {
    fn see(&mut self, y: f32) {
        self.low = self.low.min(y);
        self.high = self.high.max(y);
    }
}

impl OutlineBuilder for Reach {
    fn move_to(&mut self, _: f32, y: f32) {
        self.at = y;
    }

    fn line_to(&mut self, _: f32, y: f32) {
        self.see(self.at);
        self.see(y);
        self.at = y;
    }

    fn quad_to(&mut self, x1: f32, y1: f32, _: f32, y: f32) {
        let third = |a: f32, b: f32| a + (b - a) * 2.0 / 3.0;
        self.curve_to(x1, third(self.at, y1), x1, third(y, y1), x1, y);
    }

    fn curve_to(&mut self, _: f32, y1: f32, _: f32, y2: f32, _: f32, y: f32) {
        let from = self.at;
        for step in 0..=16 {
            let t = step as f32 / 16.0;
            let u = 1.0 - t;
            self.see(
                u * u * u * from + 3.0 * u * u * t * y1 + 3.0 * u * t * t * y2 + t * t * t * y,
            );
        }
        self.at = y;
    }

    fn close(&mut self) {}
}
