//! What stands on pages, told apart from any file format: texts with the glyphs that draw them, shapes and
//! pictures. Lengths are millimetres, from the page's top left, y down.

use std::sync::Arc;

/// Pages with the fonts that draw them.
#[derive(Debug, Clone, Default)]
pub struct Display {
    /// In order.
    pub pages: Vec<Sheet>,
    /// By their number in [`TextItem::font`].
    pub fonts: Vec<Face>,
}

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// In mm.
    pub width: f64,
    /// In mm.
    pub height: f64,
    /// What is drawn, the later over the earlier.
    pub items: Vec<Item>,
}

/// A font that holds the glyphs of these pages alone.
#[derive(Debug, Clone)]
pub struct Face {
    /// As people call it.
    pub name: String,
    /// A font file (OpenType).
    pub data: Arc<[u8]>,
}

/// One thing on a page.
#[derive(Debug, Clone)]
pub enum Item {
    /// A run of glyphs.
    Text(TextItem),
    /// A shape.
    Path(PathItem),
    /// A picture.
    Picture(PictureItem),
}

/// Red, green and blue.
pub type Rgb = [u8; 3];

/// From a thing's own coordinates to the page's: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matrix(pub [f64; 6]);

impl Matrix {
    /// Moved and nothing else.
    pub const fn moved(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Where a point comes to.
    pub fn apply(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// First `inner`, then this.
    #[must_use]
    pub fn after(&self, inner: &Self) -> Self {
        let [a, b, c, d, _, _] = self.0;
        let [ia, ib, ic, id, ie, if_] = inner.0;
        let (e, f) = self.apply((ie, if_));
        Self([
            a * ia + c * ib,
            b * ia + d * ib,
            a * ic + c * id,
            b * ic + d * id,
            e,
            f,
        ])
    }

    /// Whether it moves and does nothing else.
    pub fn is_move(&self) -> bool {
        self.0[..4] == [1.0, 0.0, 0.0, 1.0]
    }
}

/// A run of glyphs of one font on one base line, which begins at the run's own 0, 0.
#[derive(Debug, Clone)]
pub struct TextItem {
    /// Number of the font.
    pub font: usize,
    /// Height of the em box, in mm.
    pub size: f64,
    /// Where it stands.
    pub at: Matrix,
    /// What it says.
    pub text: String,
    /// What draws it, in order.
    pub glyphs: Vec<Glyph>,
    /// Colour.
    pub fill: Rgb,
    /// Thickness of a line of the same colour around the glyphs, in mm; 0: none.
    pub stroke: f64,
}

/// A glyph of a run.
#[derive(Debug, Clone, Copy)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u16,
    /// How far the next one stands from it, in mm.
    pub advance: f64,
    /// How far it is drawn beside its place, in mm.
    pub shift: f64,
    /// What it draws, as bytes of the text: from, and to.
    pub range: (usize, usize),
}

/// A shape in the page's coordinates.
#[derive(Debug, Clone)]
pub struct PathItem {
    /// What it is made of.
    pub segments: Vec<Segment>,
    /// How it is filled (non-zero); `None`: it is not.
    pub fill: Option<Rgb>,
    /// Its line.
    pub stroke: Option<Line>,
}

/// A line along a shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Colour.
    pub color: Rgb,
    /// In mm.
    pub width: f64,
    /// Lengths of its dashes and of what is between them, in mm; `None`: whole.
    pub dash: Option<f64>,
}

/// A piece of a shape.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Segment {
    /// Begins at a point.
    Move((f64, f64)),
    /// Straight to a point.
    Line((f64, f64)),
    /// Along a cubic curve: two control points, then where it ends.
    Cubic((f64, f64), (f64, f64), (f64, f64)),
    /// Back to where it began.
    Close,
}

impl Segment {
    /// Its points.
    pub fn points(&self) -> Vec<(f64, f64)> {
        match *self {
            Self::Move(to) | Self::Line(to) => vec![to],
            Self::Cubic(one, two, to) => vec![one, two, to],
            Self::Close => Vec::new(),
        }
    }
}

/// A picture: its unit square, the top left at 0, 0, comes to where the matrix says.
#[derive(Debug, Clone)]
pub struct PictureItem {
    /// Where it stands.
    pub at: Matrix,
    /// Its file.
    pub data: Arc<[u8]>,
    /// Of which kind that is.
    pub format: PictureFormat,
}

/// The kinds of picture files that every reader knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PictureFormat {
    /// PNG
    Png,
    /// JPEG
    Jpeg,
}
