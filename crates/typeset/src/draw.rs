//! What stands on a page, as a list in reading order, and its way into the frames of the typst
//! crates, which draw them for a screen; a PDF is made of the list itself. Lengths are millimetres from
//! the page's top left.

use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use typst::{
    foundations::{Content, Smart},
    layout::{Abs, Em, Frame, FrameItem, GroupItem, Point, Ratio, Sides, Size, Transform},
    syntax::Span,
    text::{FontInstance, Glyph as TypstGlyph, Lang, TextItem},
    visualize::{
        Color, Curve, DashPattern, FillRule, FixedStroke, Geometry, Image as TypstImage, Paint,
        Shape,
    },
};
use typst_layout::Page;

use crate::{font::Fonts, table::MM_PER_PT};

/// Colours of an official document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Ink {
    /// All but the red head.
    #[default]
    Black,
    /// 发文机关标志 and 红色分隔线 (red Y80% M80% on paper, #FF0000 on a screen).
    Red,
    /// What a comparison shows as new.
    Inserted,
    /// What a comparison shows as gone.
    Deleted,
    /// What somebody suggests, by the number in the legend.
    Person(u8),
    /// 样张 across the page.
    Pale,
    /// Under words that stand on a line.
    White,
}

/// Colours of people, dark enough to be read and none of them red; after the last they begin again, and the number
/// beside the words says whose they are.
const PEOPLE: [[u8; 3]; 6] = [
    [0, 60, 170],
    [0, 105, 60],
    [130, 75, 0],
    [105, 30, 140],
    [0, 95, 115],
    [95, 95, 20],
];

impl Ink {
    /// Red, green and blue.
    pub fn rgb(self) -> [u8; 3] {
        match self {
            Self::Black => [0, 0, 0],
            Self::Red => [255, 0, 0],
            Self::Inserted => [0, 60, 170],
            Self::Deleted => [150, 30, 30],
            Self::Person(number) => PEOPLE[usize::from(number.max(1) - 1) % PEOPLE.len()],
            Self::Pale => [226, 226, 226],
            Self::White => [255, 255, 255],
        }
    }

    fn color(self) -> Color {
        let [red, green, blue] = self.rgb();
        Color::from_u8(red, green, blue, 255)
    }
}

/// How thick the line around bold glyphs is, in em.
pub(crate) const BOLD: f64 = 0.03;

/// One thing on a page.
#[derive(Debug, Clone)]
pub(crate) enum Draw {
    Text(TextRun),
    /// A filled rectangle: x, y, width, height.
    Fill(f64, f64, f64, f64, Ink),
    /// The outline of a rectangle: x, y, width, height, thickness.
    Outline(f64, f64, f64, f64, f64, Ink),
    /// A picture: x, y, width, height.
    Picture(f64, f64, f64, f64, TypstImage),
    /// A shape of curves at x, y, turned by `angle` degrees clockwise.
    Curves(f64, f64, f64, Curve, Ink),
    /// A line of curves: thickness, and how long its dashes are, if it has any.
    Line(Curve, f64, Option<f64>, Ink),
}

/// A run of glyphs of one font on one base line.
#[derive(Debug, Clone)]
pub(crate) struct TextRun {
    pub x: f64,
    pub baseline: f64,
    /// Height of the em box.
    pub size: f64,
    pub face: u16,
    pub text: String,
    pub glyphs: Vec<RunGlyph>,
    pub ink: Ink,
    /// Thickened, as the fonts of official documents have no bold of their own.
    pub bold: bool,
}

/// A glyph in a run; lengths in mm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunGlyph {
    pub id: u16,
    pub advance: f64,
    pub shift: f64,
    pub start: u16,
    pub end: u16,
}

/// The list of a page, whether it is turned (content runs up the page), and its size.
#[derive(Debug, Clone, Default)]
pub(crate) struct DrawList {
    pub items: Vec<Draw>,
    /// Content turned by 90° to the left: `items[..turned]` are in turned coordinates.
    pub turned: usize,
    /// Where the turned content's origin lies on the page: its x is the left edge of 版心, its y the
    /// bottom edge.
    pub origin: (f64, f64),
    pub width: f64,
    pub height: f64,
    /// Everything moved by this (套打).
    pub offset: (f64, f64),
}

/// A length of the typst crates; what is no number is none.
pub(crate) fn abs(mm: f64) -> Abs {
    let pt = mm / MM_PER_PT;
    Abs::pt(if pt.is_finite() { pt } else { 0.0 })
}

fn lengths(values: &[f64], state: &mut DefaultHasher) {
    for value in values {
        value.to_bits().hash(state);
    }
}

fn point(x: f64, y: f64) -> Point {
    Point::new(abs(x), abs(y))
}

/// Turned by `angle` degrees clockwise, around a point that comes to x, y.
pub(crate) fn turned_at(x: f64, y: f64, angle: f64) -> Transform {
    let (sin, cos) = angle.to_radians().sin_cos();
    Transform {
        sx: Ratio::new(cos),
        ky: Ratio::new(sin),
        kx: Ratio::new(-sin),
        sy: Ratio::new(cos),
        tx: abs(x),
        ty: abs(y),
    }
}

impl DrawList {
    /// A number that is the same for the same ink, over runs of the program of one version.
    pub fn hash(&self) -> u64 {
        let mut state = DefaultHasher::new();
        lengths(&[self.offset.0, self.offset.1], &mut state);
        self.turned.hash(&mut state);
        if self.turned > 0 {
            lengths(&[self.origin.0, self.origin.1], &mut state);
        }
        for item in &self.items {
            std::mem::discriminant(item).hash(&mut state);
            match item {
                Draw::Text(run) => {
                    lengths(&[run.x, run.baseline, run.size], &mut state);
                    (run.face, &run.text, run.ink, run.bold).hash(&mut state);
                    for glyph in &run.glyphs {
                        glyph.id.hash(&mut state);
                        lengths(&[glyph.advance], &mut state);
                    }
                }
                Draw::Fill(x, y, w, h, ink) => {
                    lengths(&[*x, *y, *w, *h], &mut state);
                    ink.hash(&mut state);
                }
                Draw::Outline(x, y, w, h, thickness, ink) => {
                    lengths(&[*x, *y, *w, *h, *thickness], &mut state);
                    ink.hash(&mut state);
                }
                Draw::Picture(x, y, w, h, image) => {
                    lengths(&[*x, *y, *w, *h], &mut state);
                    image.hash(&mut state);
                }
                Draw::Curves(x, y, angle, curve, ink) => {
                    lengths(&[*x, *y, *angle], &mut state);
                    (curve, ink).hash(&mut state);
                }
                Draw::Line(curve, thickness, dash, ink) => {
                    lengths(&[*thickness, dash.unwrap_or(0.0)], &mut state);
                    (curve, ink).hash(&mut state);
                }
            }
        }
        state.finish()
    }

    /// The runs of text on the page.
    pub fn runs(&self) -> impl Iterator<Item = &TextRun> {
        self.items.iter().filter_map(|item| match item {
            Draw::Text(run) => Some(run),
            _ => None,
        })
    }

    /// The faces of the page's text, each once.
    pub fn faces(&self) -> BTreeSet<u16> {
        self.runs().map(|run| run.face).collect()
    }

    /// From the coordinates of the turned content to the page's.
    pub fn turn(&self) -> Transform {
        Transform {
            sx: Ratio::zero(),
            ky: -Ratio::one(),
            kx: Ratio::one(),
            sy: Ratio::zero(),
            tx: abs(self.origin.0),
            ty: abs(self.origin.1),
        }
    }

    /// The page as the typst crates draw it, with fonts that hold all its glyphs.
    pub fn page(&self, fonts: &Fonts, number: usize) -> Page {
        let mut frame = Frame::hard(Size::new(abs(self.width), abs(self.height)));
        let (turned, upright) = self.items.split_at(self.turned.min(self.items.len()));
        if !turned.is_empty() {
            let mut inner = Frame::soft(Size::new(abs(self.height), abs(self.width)));
            for item in turned {
                push(&mut inner, item, fonts);
            }
            frame.push(Point::zero(), FrameItem::Group(group(inner, self.turn())));
        }
        for item in upright {
            push(&mut frame, item, fonts);
        }
        if self.offset != (0.0, 0.0) {
            let mut moved = Frame::hard(frame.size());
            moved.push_frame(point(self.offset.0, self.offset.1), frame);
            frame = moved;
        }
        Page {
            frame,
            bleed: Sides::default(),
            fill: Smart::Auto,
            numbering: None,
            supplement: Content::empty(),
            number: number as u64 + 1,
        }
    }
}

fn group(frame: Frame, transform: Transform) -> GroupItem {
    GroupItem {
        frame,
        transform,
        clip: None,
        label: None,
        parent: None,
    }
}

fn push(frame: &mut Frame, item: &Draw, fonts: &Fonts) {
    let shape = |geometry: Geometry, ink: Ink| Shape {
        geometry,
        fill: Some(Paint::Solid(ink.color())),
        fill_rule: FillRule::NonZero,
        stroke: None,
    };
    match item {
        Draw::Text(run) => {
            let (x, y) = (run.x, run.baseline);
            if let Some(font) = fonts.get(run.face) {
                frame.push(point(x, y), FrameItem::Text(text_item(run, font)));
            }
        }
        Draw::Fill(x, y, w, h, ink) => {
            // As a curve: the raster draws bare rectangles without smoothing, and thin rules vanish.
            let rect = Curve::rect(Size::new(abs(*w), abs(*h)));
            let rule = shape(Geometry::Curve(rect), *ink);
            frame.push(point(*x, *y), FrameItem::Shape(rule, Span::detached()));
        }
        Draw::Outline(x, y, w, h, thickness, ink) => {
            let stroke = FixedStroke::from_pair(ink.color(), abs(*thickness));
            let rect = Geometry::Rect(Size::new(abs(*w), abs(*h))).stroked(stroke);
            frame.push(point(*x, *y), FrameItem::Shape(rect, Span::detached()));
        }
        Draw::Picture(x, y, w, h, image) => {
            let size = Size::new(abs(*w), abs(*h));
            frame.push(
                point(*x, *y),
                FrameItem::Image(image.clone(), size, Span::detached()),
            );
        }
        Draw::Curves(x, y, angle, curve, ink) => {
            let mut inner = Frame::soft(Size::zero());
            let drawn = shape(Geometry::Curve(curve.clone()), *ink);
            inner.push(Point::zero(), FrameItem::Shape(drawn, Span::detached()));
            let turn = turned_at(*x, *y, *angle);
            frame.push(Point::zero(), FrameItem::Group(group(inner, turn)));
        }
        Draw::Line(curve, thickness, dash, ink) => {
            let mut stroke = FixedStroke::from_pair(ink.color(), abs(*thickness));
            stroke.dash = dash.map(|dash| DashPattern {
                array: vec![abs(dash), abs(dash)],
                phase: Abs::zero(),
            });
            let line = Geometry::Curve(curve.clone()).stroked(stroke);
            frame.push(Point::zero(), FrameItem::Shape(line, Span::detached()));
        }
    }
}

fn text_item(run: &TextRun, font: &FontInstance) -> TextItem {
    let em = |mm: f64| Em::new(if run.size > 0.0 { mm / run.size } else { 0.0 });
    let stroke = run
        .bold
        .then(|| FixedStroke::from_pair(run.ink.color(), abs(run.size * BOLD)));
    TextItem {
        font: font.clone(),
        size: abs(run.size),
        fill: Paint::Solid(run.ink.color()),
        stroke,
        lang: Lang::CHINESE,
        region: None,
        text: run.text.as_str().into(),
        glyphs: run
            .glyphs
            .iter()
            .map(|glyph| TypstGlyph {
                id: glyph.id,
                x_advance: em(glyph.advance),
                x_offset: em(glyph.shift),
                y_advance: Em::zero(),
                y_offset: Em::zero(),
                range: glyph.start..glyph.end,
                span: (Span::detached(), 0),
            })
            .collect(),
    }
}
