//! 手写批示: the strokes of a pen in a box, kept as they were drawn so that they can be set on paper again. Lengths are
//! hundredths of a millimetre from the box's top left; no picture, no time, nobody's name.

use andu_base::ContentHash;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Strokes of one handwriting at most.
pub const MOST_STROKES: usize = 200;
/// Points of all its strokes together at most.
pub const MOST_POINTS: usize = 20_000;
/// The largest side of the box: 420 mm, the long side of A3.
pub const LARGEST_SIDE: u32 = 42_000;
/// The smallest side of the box: 1 mm.
pub const SMALLEST_SIDE: u32 = 100;
/// The hardest pressure of the pen.
pub const FULL_PRESSURE: u16 = 1000;
/// Bytes of its JSON at most.
pub const LARGEST_HANDWRITING: usize = 1 << 20;

/// What was written by hand. Whatever way one was made, it is within its bounds: 1 to 200 strokes of one or more
/// points, 20,000 points together, each inside the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(try_from = "Unchecked")]
pub struct Handwriting {
    format: Format,
    width: u32,
    height: u32,
    strokes: Vec<Vec<Point>>,
}

/// Where the pen was and how hard it pressed; in JSON `[x, y, pressure]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(into = "(u32, u32, u16)")]
#[ts(type = "[number, number, number]")]
pub struct Point {
    /// From the left, in 1/100 mm.
    pub x: u32,
    /// From the top, in 1/100 mm.
    pub y: u32,
    /// 0 to 1000; a pen without pressure says 500.
    pub pressure: u16,
}

impl From<Point> for (u32, u32, u16) {
    fn from(point: Point) -> Self {
        (point.x, point.y, point.pressure)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
enum Format {
    #[serde(rename = "andu.handwriting/1")]
    One,
}

/// What a file may say, before its bounds are looked at.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unchecked {
    format: Format,
    width: i64,
    height: i64,
    strokes: Vec<Vec<[i64; 3]>>,
}

/// Why something is no handwriting. Strokes and points count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandwritingError {
    /// More JSON than is read.
    #[error("handwriting of {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// No JSON of this shape.
    #[error("not a handwriting at line {line}, column {column}: {reason}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the reader of JSON says.
        reason: String,
    },
    /// A box that is none, or larger than paper.
    #[error("a box of {width} by {height} hundredths of a mm; a side has {least} to {most}")]
    Box {
        /// Its width.
        width: i64,
        /// Its height.
        height: i64,
        /// The least side.
        least: u32,
        /// The greatest side.
        most: u32,
    },
    /// Nothing was written.
    #[error("no stroke, or stroke {stroke} has no point")]
    Empty {
        /// Which stroke; 0: there is none at all.
        stroke: usize,
    },
    /// More strokes than are kept.
    #[error("{strokes} strokes; at most {limit} are kept")]
    TooManyStrokes {
        /// How many.
        strokes: usize,
        /// The limit.
        limit: usize,
    },
    /// More points than are kept.
    #[error("{points} points; at most {limit} are kept")]
    TooManyPoints {
        /// How many.
        points: usize,
        /// The limit.
        limit: usize,
    },
    /// A point that lies outside the box.
    #[error("point {point} of stroke {stroke} lies outside the box: {x}, {y}")]
    Outside {
        /// Which stroke.
        stroke: usize,
        /// Which of its points.
        point: usize,
        /// From the left.
        x: i64,
        /// From the top.
        y: i64,
    },
    /// More pages with notes than are kept.
    #[error("notes on {pages} pages; at most {limit} are kept")]
    TooManyPages {
        /// How many.
        pages: usize,
        /// The limit.
        limit: usize,
    },
    /// A note on a page that cannot be, or out of the order of pages.
    #[error("note {note} is on no page, or not in order: page {page}")]
    Page {
        /// Which note, from 1.
        note: usize,
        /// The page, from 1.
        page: i64,
    },
    /// A pressure that no pen has.
    #[error("pressure {found} at point {point} of stroke {stroke} is outside 0 to 1000")]
    Pressure {
        /// Which stroke.
        stroke: usize,
        /// Which of its points.
        point: usize,
        /// What stands there.
        found: i64,
    },
}

impl HandwritingError {
    /// Key of the sentence in the catalogue.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "handwriting.too_large",
            Self::Syntax { .. } => "handwriting.syntax",
            Self::Box { .. } => "handwriting.box",
            Self::Empty { .. } => "handwriting.empty",
            Self::TooManyStrokes { .. } => "handwriting.too_many_strokes",
            Self::TooManyPoints { .. } => "handwriting.too_many_points",
            Self::Outside { .. } => "handwriting.outside",
            Self::Pressure { .. } => "handwriting.pressure",
            Self::TooManyPages { .. } => "handwriting.too_many_pages",
            Self::Page { .. } => "handwriting.page",
        }
    }

    /// Fields of the sentence, by name.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => {
                vec![("bytes", bytes.to_string()), ("limit", limit.to_string())]
            }
            Self::Syntax { line, reason, .. } => {
                vec![("line", line.to_string()), ("reason", reason.clone())]
            }
            Self::Box { least, most, .. } => vec![
                ("least", (least / 100).to_string()),
                ("most", (most / 100).to_string()),
            ],
            Self::Empty { stroke } => vec![("stroke", stroke.to_string())],
            Self::TooManyStrokes { strokes, limit } => vec![
                ("strokes", strokes.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::TooManyPoints { points, limit } => {
                vec![("points", points.to_string()), ("limit", limit.to_string())]
            }
            Self::Outside { stroke, point, .. } | Self::Pressure { stroke, point, .. } => {
                vec![("stroke", stroke.to_string()), ("point", point.to_string())]
            }
            Self::TooManyPages { pages, limit } => {
                vec![("pages", pages.to_string()), ("limit", limit.to_string())]
            }
            Self::Page { note, page } => {
                vec![("note", note.to_string()), ("page", page.to_string())]
            }
        }
    }
}

impl Handwriting {
    /// Strokes in a box of `width` by `height` hundredths of a millimetre.
    ///
    /// # Errors
    /// As [`Self::parse`], but for `TooLarge` and `Syntax`.
    pub fn new(
        width: u32,
        height: u32,
        strokes: Vec<Vec<Point>>,
    ) -> Result<Self, HandwritingError> {
        let made = Self {
            format: Format::One,
            width,
            height,
            strokes,
        };
        made.check()?;
        Ok(made)
    }

    /// Reads the JSON of a handwriting.
    ///
    /// # Errors
    /// See [`HandwritingError`].
    pub fn parse(text: &str) -> Result<Self, HandwritingError> {
        let read: Unchecked = read(text)?;
        Self::try_from(read)
    }

    /// Its one JSON: the same strokes are the same bytes.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("BUG: numbers become JSON")
    }

    /// What names these strokes: the hash of their JSON.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(self.to_json().as_bytes())
    }

    /// Width of the box in 1/100 mm.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height of the box in 1/100 mm.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The strokes in the order they were drawn.
    pub fn strokes(&self) -> &[Vec<Point>] {
        &self.strokes
    }

    fn check(&self) -> Result<(), HandwritingError> {
        check_counts(&self.strokes)?;
        check_box(i64::from(self.width), i64::from(self.height))?;
        for (s, stroke) in self.strokes.iter().enumerate() {
            for (p, point) in stroke.iter().enumerate() {
                let raw = [
                    i64::from(point.x),
                    i64::from(point.y),
                    i64::from(point.pressure),
                ];
                checked(raw, (self.width, self.height), (s + 1, p + 1))?;
            }
        }
        Ok(())
    }
}

/// Reads JSON of a bounded size.
pub(crate) fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, HandwritingError> {
    if text.len() > LARGEST_HANDWRITING {
        return Err(HandwritingError::TooLarge {
            bytes: text.len(),
            limit: LARGEST_HANDWRITING,
        });
    }
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let reason = said.split(" at line ").next().unwrap_or_default();
        HandwritingError::Syntax {
            line: error.line(),
            column: error.column(),
            reason: reason.chars().take(160).collect(),
        }
    })
}

/// No more strokes and points than are kept.
pub(crate) fn check_size(strokes: usize, points: usize) -> Result<(), HandwritingError> {
    if strokes > MOST_STROKES {
        return Err(HandwritingError::TooManyStrokes {
            strokes,
            limit: MOST_STROKES,
        });
    }
    if points > MOST_POINTS {
        return Err(HandwritingError::TooManyPoints {
            points,
            limit: MOST_POINTS,
        });
    }
    Ok(())
}

fn check_counts<T>(strokes: &[Vec<T>]) -> Result<(), HandwritingError> {
    check_size(strokes.len(), strokes.iter().map(Vec::len).sum())?;
    if strokes.is_empty() {
        return Err(HandwritingError::Empty { stroke: 0 });
    }
    match strokes.iter().position(Vec::is_empty) {
        Some(at) => Err(HandwritingError::Empty { stroke: at + 1 }),
        None => Ok(()),
    }
}

fn check_box(width: i64, height: i64) -> Result<(u32, u32), HandwritingError> {
    let side = |side: i64| {
        let side = u32::try_from(side).ok()?;
        (SMALLEST_SIDE..=LARGEST_SIDE)
            .contains(&side)
            .then_some(side)
    };
    side(width).zip(side(height)).ok_or(HandwritingError::Box {
        width,
        height,
        least: SMALLEST_SIDE,
        most: LARGEST_SIDE,
    })
}

/// A point as a file has it, of the stroke and the number given.
fn checked(
    [x, y, pressure]: [i64; 3],
    (width, height): (u32, u32),
    (stroke, point): (usize, usize),
) -> Result<Point, HandwritingError> {
    let within = |at: i64, side: u32| u32::try_from(at).ok().filter(|at| *at <= side);
    let Some((left, top)) = within(x, width).zip(within(y, height)) else {
        return Err(HandwritingError::Outside {
            stroke,
            point,
            x,
            y,
        });
    };
    let pressed = u16::try_from(pressure)
        .ok()
        .filter(|pressed| *pressed <= FULL_PRESSURE);
    let pressed = pressed.ok_or(HandwritingError::Pressure {
        stroke,
        point,
        found: pressure,
    })?;
    Ok(Point {
        x: left,
        y: top,
        pressure: pressed,
    })
}

impl TryFrom<Unchecked> for Handwriting {
    type Error = HandwritingError;

    fn try_from(read: Unchecked) -> Result<Self, HandwritingError> {
        check_counts(&read.strokes)?;
        let (width, height) = check_box(read.width, read.height)?;
        let strokes = read.strokes.iter().enumerate().map(|(s, stroke)| {
            let points = stroke.iter().enumerate();
            points
                .map(|(p, raw)| checked(*raw, (width, height), (s + 1, p + 1)))
                .collect::<Result<Vec<_>, _>>()
        });
        Ok(Self {
            format: read.format,
            width,
            height,
            strokes: strokes.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests;
