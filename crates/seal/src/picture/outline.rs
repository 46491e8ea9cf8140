//! Outlines: circles, stars, characters of a font.

use ttf_parser::OutlineBuilder;

use super::{Outlines, Step};
use crate::SealError;

/// Half a circle's arc as a cubic curve.
const ARC: f32 = 0.552_284_8;

/// Which way a contour runs: one within another that runs the other way is a hole.
#[derive(Clone, Copy)]
pub enum Way {
    Filled,
    Hole,
}

/// A circle in four curves.
pub fn circle([x, y]: [f32; 2], radius: f32, way: Way) -> Vec<Step> {
    let (r, k) = (radius, radius * ARC);
    let y_of = |step: Step| match way {
        Way::Filled => step,
        Way::Hole => step.map(|[a, b]| [a, 2.0 * y - b]),
    };
    let steps = [
        Step::Move([x + r, y]),
        Step::Cubic([x + r, y + k], [x + k, y + r], [x, y + r]),
        Step::Cubic([x - k, y + r], [x - r, y + k], [x - r, y]),
        Step::Cubic([x - r, y - k], [x - k, y - r], [x, y - r]),
        Step::Cubic([x + k, y - r], [x + r, y - k], [x + r, y]),
        Step::Close,
    ];
    steps.map(y_of).to_vec()
}

/// A five-pointed star, one point up: `radius` to its points.
pub fn star([x, y]: [f32; 2], radius: f32) -> Vec<Step> {
    // The inner corners lie where the sides of a pentagram cross.
    let inner = radius * 0.381_966;
    let mut steps = Vec::with_capacity(11);
    for corner in 0..10_u8 {
        let turn = f32::from(corner) * 36_f32.to_radians();
        let reach = if corner % 2 == 0 { radius } else { inner };
        let point = [x + reach * turn.sin(), y - reach * turn.cos()];
        steps.push(match corner {
            0 => Step::Move(point),
            _ => Step::Line(point),
        });
    }
    steps.push(Step::Close);
    steps
}

/// A character scaled to a box, its middle at the origin.
pub struct Placed {
    steps: Vec<Step>,
}

impl Placed {
    /// The ink of `character`, scaled so that a square character would be `width` × `height` millimetres.
    pub fn of(
        font: &dyn Outlines,
        character: char,
        width: f32,
        height: f32,
    ) -> Result<Self, SealError> {
        let mut outline = Outline::default();
        let em = font.outline(character, &mut outline);
        let (Some(em), false) = (em, outline.steps.is_empty()) else {
            return Err(SealError::BadField {
                field: "font",
                cause: "it lacks a character of the text",
            });
        };
        // The em of Chinese fonts reaches from 0.12 below the line to 0.88 above it; left and right are evened out.
        let middle = [f32::midpoint(outline.left, outline.right), em * 0.38];
        // The ink of a full character fills about nine tenths of its em.
        let scale = [width / (em * 0.92), height / (em * 0.92)];
        let put = |[x, y]: [f32; 2]| [(x - middle[0]) * scale[0], (middle[1] - y) * scale[1]];
        Ok(Self {
            steps: outline
                .steps
                .into_iter()
                .map(|step| step.map(put))
                .collect(),
        })
    }

    /// Turned by `angle` (radians, clockwise) about its middle, and put at `at`.
    pub fn turned(self, at: [f32; 2], angle: f32) -> Vec<Step> {
        let (sin, cos) = angle.sin_cos();
        let put = |[x, y]: [f32; 2]| [at[0] + x * cos - y * sin, at[1] + x * sin + y * cos];
        self.steps.into_iter().map(|step| step.map(put)).collect()
    }
}

impl Step {
    /// With every point put through `put`.
    fn map(self, put: impl Fn([f32; 2]) -> [f32; 2]) -> Self {
        match self {
            Self::Move(to) => Self::Move(put(to)),
            Self::Line(to) => Self::Line(put(to)),
            Self::Quad(by, to) => Self::Quad(put(by), put(to)),
            Self::Cubic(first, second, to) => Self::Cubic(put(first), put(second), put(to)),
            Self::Close => Self::Close,
        }
    }
}

/// What a font drew, and how far it reaches to both sides.
#[derive(Default)]
struct Outline {
    steps: Vec<Step>,
    left: f32,
    right: f32,
}

impl Outline {
    fn push(&mut self, step: Step, [x, _]: [f32; 2]) {
        if self.steps.is_empty() {
            (self.left, self.right) = (x, x);
        }
        self.left = self.left.min(x);
        self.right = self.right.max(x);
        self.steps.push(step);
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.push(Step::Move([x, y]), [x, y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push(Step::Line([x, y]), [x, y]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.push(Step::Quad([x1, y1], [x, y]), [x, y]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.push(Step::Cubic([x1, y1], [x2, y2], [x, y]), [x, y]);
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}
