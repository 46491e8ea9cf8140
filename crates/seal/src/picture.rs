//! What a seal looks like: a round unit seal or a signature seal drawn by rule, in millimetres, as outlines that a page
//! can carry and as a picture. Whatever is drawn here says 测试; a real seal's picture comes from the authority's file.

mod outline;
mod raster;
mod rule;

use ttf_parser::Face;
pub use ttf_parser::OutlineBuilder;

pub use raster::{LARGEST_IMPORT, import_picture};
pub use rule::{SealCentre, SealDiameter, diameters};

use crate::SealError;
use outline::{Placed, Way, circle, star};

/// The word that is on every seal drawn here.
pub const TEST_WORD: &str = "测试";

/// The longest name of a unit on a seal, in characters.
pub const LONGEST_NAME: usize = 30;

/// A step of an outline, in millimetres from the left upper corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// Begins a contour.
    Move([f32; 2]),
    /// A straight line.
    Line([f32; 2]),
    /// A quadratic curve: its control point, its end.
    Quad([f32; 2], [f32; 2]),
    /// A cubic curve: its control points, its end.
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    /// Ends a contour.
    Close,
}

/// Whoever knows the outlines of characters.
pub trait Outlines {
    /// Draws the outline of `character` with `pen`, the y axis up, the origin on the base line: how many units an em has.
    /// `None` where there is no such character.
    fn outline(&self, character: char, pen: &mut dyn OutlineBuilder) -> Option<f32>;
}

impl Outlines for Face<'_> {
    fn outline(&self, character: char, pen: &mut dyn OutlineBuilder) -> Option<f32> {
        self.outline_glyph(self.glyph_index(character)?, &mut Pen(pen))?;
        Some(f32::from(self.units_per_em()))
    }
}

/// A pen that somebody else holds.
struct Pen<'a>(&'a mut dyn OutlineBuilder);

impl OutlineBuilder for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.0.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.0.curve_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}

/// Outlines to be filled with the red of seals, by the non-zero rule.
#[derive(Debug, Clone, PartialEq)]
pub struct DrawnSeal {
    /// In millimetres.
    pub width_mm: f32,
    /// In millimetres.
    pub height_mm: f32,
    /// One outline after the other: the ring, the star, each character.
    pub shapes: Vec<Vec<Step>>,
}

/// A round seal of a unit, as it is to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct RoundSeal<'a> {
    /// The unit's name, in a ring from left to right (自左而右环行).
    pub name: &'a str,
    /// A line below, such as 合同专用章; empty: none.
    pub line: &'a str,
    /// Across, in millimetres: of [`diameters`].
    pub diameter_mm: f32,
    /// What is in the middle. The national emblem is never drawn: its place stays empty.
    pub centre: SealCentre,
}

impl RoundSeal<'_> {
    /// Draws it with the characters of `font`, best a bold 宋体.
    ///
    /// # Errors
    /// `BadField` for a name that is empty or longer than [`LONGEST_NAME`], a line of more than 8 characters, a
    /// diameter outside 35 to 60 mm, or characters that the font has not.
    pub fn draw(&self, font: &dyn Outlines) -> Result<DrawnSeal, SealError> {
        let name = checked("name", self.name, 1..=LONGEST_NAME)?;
        let line = checked("line", self.line, 0..=8)?;
        if !(35.0..=60.0).contains(&self.diameter_mm) {
            return Err(SealError::BadField {
                field: "diameter_mm",
                cause: "a seal is 35 to 60 mm across",
            });
        }
        let across = self.diameter_mm;
        let middle = [across / 2.0, across / 2.0];
        // The ring of a seal of 42 mm is 1.2 mm wide, its star 14 mm across: usual, not by rule.
        let ring = across * 1.2 / 42.0;
        let outer = circle(middle, across / 2.0, Way::Filled);
        let inner = circle(middle, across / 2.0 - ring, Way::Hole);
        let mut shapes = vec![[outer, inner].concat()];
        if self.centre == SealCentre::Star {
            shapes.push(star([middle[0], middle[1] - across * 0.02], across / 6.0));
        }
        let height = across * name_height(name.chars().count());
        let radius = across / 2.0 - ring - across * 0.028 - height / 2.0;
        shapes.extend(around(
            font,
            &name,
            middle,
            radius,
            height,
            !line.is_empty(),
        )?);
        // 测试 stands under the star, or where the emblem would be.
        let (word, size) = match self.centre {
            SealCentre::Star if line.is_empty() => (middle[1] + across * 0.225, across * 0.085),
            SealCentre::Star => (middle[1] + across * 0.205, across * 0.08),
            SealCentre::Emblem => (middle[1], across * 0.16),
        };
        shapes.extend(straight(
            font,
            TEST_WORD,
            [middle[0], word],
            size,
            across * 0.4,
        )?);
        if !line.is_empty() {
            let place = [middle[0], middle[1] + across * 0.34];
            shapes.extend(straight(font, &line, place, across * 0.085, across * 0.5)?);
        }
        Ok(DrawnSeal {
            width_mm: across,
            height_mm: across,
            shapes,
        })
    }
}

/// Draws a signature seal (签名章): a person's name, and 测试 small beneath it.
///
/// # Errors
/// `BadField` for a name of no or more than 8 characters, or characters that the font has not.
pub fn draw_signature_seal(name: &str, font: &dyn Outlines) -> Result<DrawnSeal, SealError> {
    let name = checked("name", name, 1..=8)?;
    let height = 12.0;
    #[expect(clippy::cast_precision_loss, reason = "at most 8 characters")]
    let width = name.chars().count() as f32 * height * 1.12 + 4.0;
    let mut shapes = straight(font, &name, [width / 2.0, 8.0], height, width)?;
    shapes.extend(straight(font, TEST_WORD, [width / 2.0, 17.0], 3.0, width)?);
    Ok(DrawnSeal {
        width_mm: width,
        height_mm: 20.0,
        shapes,
    })
}

/// The text without the spaces around it.
fn checked(
    field: &'static str,
    text: &str,
    characters: std::ops::RangeInclusive<usize>,
) -> Result<String, SealError> {
    let text = text.trim();
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        let cause = "it has spaces or line ends";
        return Err(SealError::BadField { field, cause });
    }
    let count = text.chars().count();
    let cause = if count < *characters.start() {
        "it is empty"
    } else if count > *characters.end() {
        "it is too long for a seal"
    } else {
        return Ok(text.to_owned());
    };
    Err(SealError::BadField { field, cause })
}

/// How high characters are, as a part of the diameter: 6.7 mm of 42 for a short name.
fn name_height(count: usize) -> f32 {
    match count {
        0..=10 => 0.16,
        11..=14 => 0.15,
        15..=18 => 0.135,
        19..=23 => 0.12,
        _ => 0.105,
    }
}

/// Characters around the middle, their feet inwards, as far from one another as they fit.
fn around(
    font: &dyn Outlines,
    text: &str,
    middle: [f32; 2],
    radius: f32,
    height: f32,
    has_line: bool,
) -> Result<Vec<Vec<Step>>, SealError> {
    let count = text.chars().count();
    #[expect(clippy::cast_precision_loss, reason = "at most 30 characters")]
    let steps = count.saturating_sub(1).max(1) as f32;
    let widest: f32 = if has_line { 236.0 } else { 262.0 };
    // A character of its natural width, and two fifths of that between two.
    let natural = (height * 0.82 * 1.42 / radius).to_degrees();
    let pitch = (widest / steps).min(natural.max(16.0));
    // Neighbours come closest at their feet.
    let foot = radius - height / 2.0;
    let room = 2.0 * foot * (pitch.to_radians() / 2.0).sin();
    let width = (height * 0.82).min(room * 0.9);
    let first = -pitch * (steps / 2.0) * if count > 1 { 1.0 } else { 0.0 };
    let mut shapes = Vec::with_capacity(count);
    let mut angle = first;
    for character in text.chars() {
        let placed = Placed::of(font, character, width, height)?;
        let turn = angle.to_radians();
        let at = [
            middle[0] + radius * turn.sin(),
            middle[1] - radius * turn.cos(),
        ];
        shapes.push(placed.turned(at, turn));
        angle += pitch;
    }
    Ok(shapes)
}

/// Characters in a line, its middle at `at`, never wider than `widest`.
fn straight(
    font: &dyn Outlines,
    text: &str,
    at: [f32; 2],
    height: f32,
    widest: f32,
) -> Result<Vec<Vec<Step>>, SealError> {
    #[expect(clippy::cast_precision_loss, reason = "at most 8 characters")]
    let count = text.chars().count() as f32;
    let pitch = (height * 1.12).min(widest / count);
    let mut shapes = Vec::new();
    let mut left = at[0] - pitch * (count - 1.0) / 2.0;
    for character in text.chars() {
        let placed = Placed::of(font, character, pitch / 1.12, height)?;
        shapes.push(placed.turned([left, at[1]], 0.0));
        left += pitch;
    }
    Ok(shapes)
}
