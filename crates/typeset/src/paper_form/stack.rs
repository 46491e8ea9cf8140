//! What is written in a cell, as pieces from top to bottom: lines, a name with its date, strokes of a pen. A stack is
//! parted between two pieces where a page ends, and its rest is broken anew for the width it then has.

use std::rc::Rc;

use andu_document::Handwriting;

use super::{page::Page, pen, place::LEADING};
use crate::{
    sheet::Context,
    text::{Line, Set, Shaped},
};

/// A handwriting is not set higher than this, in mm.
const HIGHEST_STROKES: f64 = 45.0;

/// One piece, and how high it is in mm.
#[derive(Debug, Clone)]
struct Piece<'a> {
    height: f64,
    what: What<'a>,
}

#[derive(Debug, Clone)]
enum What<'a> {
    Line {
        text: Rc<Shaped>,
        line: Line,
        is_first: bool,
        shape: Paragraph,
    },
    Signed(Rc<Signed>),
    Strokes {
        hand: &'a Handwriting,
        scale: f64,
        place: String,
    },
}

/// How a paragraph is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paragraph {
    /// Height of its em box in mm.
    pub size: f64,
    /// The first line begins this far in, in mm.
    pub indent: f64,
    pub set: Set,
}

/// A name, with what follows it on the line.
#[derive(Debug)]
pub(super) struct Signed {
    pub name: Shaped,
    pub rest: Shaped,
    pub size: f64,
    /// 圈阅
    pub ring: bool,
    pub set: Set,
}

impl Signed {
    pub fn width(&self) -> f64 {
        self.name.width() + self.rest.width()
    }
}

/// Pieces from top to bottom.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack<'a> {
    pieces: Vec<Piece<'a>>,
}

impl<'a> Stack<'a> {
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    pub fn height(&self) -> f64 {
        self.pieces.iter().map(|piece| piece.height).sum()
    }

    /// Adds text, broken for `width` mm.
    pub fn paragraph(&mut self, text: Shaped, width: f64, shape: Paragraph) {
        if !text.is_empty() {
            self.lines(&Rc::new(text), width, shape);
        }
    }

    fn lines(&mut self, text: &Rc<Shaped>, width: f64, shape: Paragraph) {
        let lines = text.lines(width - shape.indent, width);
        for (i, line) in lines.into_iter().enumerate() {
            self.pieces.push(Piece {
                height: shape.size * LEADING,
                what: What::Line {
                    text: Rc::clone(text),
                    line,
                    is_first: i == 0,
                    shape,
                },
            });
        }
    }

    /// Adds a name on a line of its own.
    pub fn signed(&mut self, signed: Signed) {
        let room = if signed.ring { 1.9 } else { LEADING };
        self.pieces.push(Piece {
            height: signed.size * room,
            what: What::Signed(Rc::new(signed)),
        });
    }

    /// Adds strokes, as large as they were drawn where there is room for it.
    pub fn strokes(&mut self, hand: &'a Handwriting, width: f64, place: &str) {
        let (w, h) = (f64::from(hand.width()), f64::from(hand.height()));
        let scale = (width * 100.0 / w)
            .min(HIGHEST_STROKES * 100.0 / h)
            .min(1.0);
        self.pieces.push(Piece {
            height: h / 100.0 * scale + 1.0,
            what: What::Strokes {
                hand,
                scale,
                place: place.to_owned(),
            },
        });
    }

    /// All of another stack below this one.
    pub fn append(&mut self, mut other: Self) {
        self.pieces.append(&mut other.pieces);
    }

    /// The pieces that fit into `height` mm; this keeps the rest. `least` pieces are taken in any case.
    pub fn take(&mut self, height: f64, least: usize) -> Self {
        let mut sum = 0.0;
        let mut fits = 0;
        for piece in &self.pieces {
            sum += piece.height;
            if sum > height + 0.01 {
                break;
            }
            fits += 1;
        }
        let rest = self
            .pieces
            .split_off(fits.max(least).min(self.pieces.len()));
        Self {
            pieces: std::mem::replace(&mut self.pieces, rest),
        }
    }

    /// The same broken for `width` mm.
    pub fn broken_for(self, width: f64) -> Self {
        let mut made = Self::default();
        let mut last: Option<Rc<Shaped>> = None;
        for piece in self.pieces {
            match piece.what {
                What::Line {
                    text,
                    line,
                    is_first,
                    shape,
                } => {
                    if last.as_ref().is_some_and(|last| Rc::ptr_eq(last, &text)) {
                        continue;
                    }
                    let indent = if is_first { shape.indent } else { 0.0 };
                    let left = Rc::new(text.beginning_at(&line));
                    made.lines(&left, width, Paragraph { indent, ..shape });
                    last = Some(text);
                }
                What::Strokes { hand, place, .. } => made.strokes(hand, width, &place),
                what @ What::Signed(_) => made.pieces.push(Piece {
                    height: piece.height,
                    what,
                }),
            }
        }
        made
    }

    /// Draws all pieces between `x` and `x + width`, from `top` down.
    pub fn draw(&self, cx: &Context<'_>, page: &mut Page, (x, top, width): (f64, f64, f64)) {
        let mut y = top;
        for piece in &self.pieces {
            match &piece.what {
                What::Line {
                    text,
                    line,
                    is_first,
                    shape,
                } => {
                    let indent = if *is_first { shape.indent } else { 0.0 };
                    let em = y + (piece.height - shape.size) / 2.0;
                    let (x, width) = (x + indent, width - indent);
                    let out = &mut page.items;
                    text.draw(line, x, em, shape.size, width, shape.set, cx.shelf, out);
                }
                What::Signed(signed) => {
                    draw_signed(cx, page, signed, (x, y, width, piece.height));
                }
                What::Strokes { hand, scale, place } => {
                    let (w, h) = (
                        f64::from(hand.width()) / 100.0 * scale,
                        f64::from(hand.height()) / 100.0 * scale,
                    );
                    pen::strokes(hand, (x, y + 0.5, w, h), &mut page.items);
                    page.mark(place, (x, y + 0.5, w, h));
                }
            }
            y += piece.height;
        }
    }
}

fn draw_signed(
    cx: &Context<'_>,
    page: &mut Page,
    signed: &Signed,
    (x, y, width, height): (f64, f64, f64, f64),
) {
    let spare = width - signed.width();
    let ring = if signed.ring { signed.size * 0.5 } else { 0.0 };
    let left = match signed.set {
        Set::Right => x + spare - if signed.rest.is_empty() { ring } else { 0.0 },
        Set::Center => x + spare / 2.0,
        Set::Left | Set::Justify | Set::Spread => x + ring,
    };
    let (size, em) = (signed.size, y + (height - signed.size) / 2.0);
    let mut pen_x = left;
    for text in [&signed.name, &signed.rest] {
        if text.is_empty() {
            continue;
        }
        let lines = text.lines(f64::INFINITY, f64::INFINITY);
        let out = &mut page.items;
        let measure = text.width();
        text.draw(
            &lines[0],
            pen_x,
            em,
            size,
            measure,
            Set::Left,
            cx.shelf,
            out,
        );
        pen_x += measure;
    }
    if signed.ring {
        let name = signed.name.width();
        let around = (left - ring, y + 0.2, name + 2.0 * ring, height - 0.4);
        pen::ring(around, &mut page.items);
    }
}
