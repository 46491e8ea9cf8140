//! From outlines to a picture, and from a file of the authority to one.

use std::{fmt::Write as _, io::Cursor};

use tiny_skia::{FillRule, Paint, PathBuilder, Pixmap, Transform};

use super::{DrawnSeal, Step};
use crate::{SealError, SealPicture};

/// The red of seals.
const RED: [u8; 3] = [216, 15, 15];
/// A file to be imported is never larger, in bytes.
pub const LARGEST_IMPORT: usize = 4 * 1024 * 1024;
/// Nor wider or higher, in pixels.
const MOST_PIXELS: u32 = 4000;
const MM_PER_INCH: f32 = 25.4;

impl DrawnSeal {
    /// As SVG, in millimetres.
    pub fn to_svg(&self) -> String {
        let (width, height) = (self.width_mm, self.height_mm);
        let [red, green, blue] = RED;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {width} {height}\">\n<g fill=\"rgb({red},{green},{blue})\" fill-rule=\"nonzero\">\n"
        );
        for shape in &self.shapes {
            svg.push_str("<path d=\"");
            for step in shape {
                let _ = match step {
                    Step::Move([x, y]) => write!(svg, "M{x:.3} {y:.3}"),
                    Step::Line([x, y]) => write!(svg, "L{x:.3} {y:.3}"),
                    Step::Quad([a, b], [x, y]) => write!(svg, "Q{a:.3} {b:.3} {x:.3} {y:.3}"),
                    Step::Cubic([a, b], [c, d], [x, y]) => {
                        write!(svg, "C{a:.3} {b:.3} {c:.3} {d:.3} {x:.3} {y:.3}")
                    }
                    Step::Close => write!(svg, "Z"),
                };
            }
            svg.push_str("\"/>\n");
        }
        svg.push_str("</g>\n</svg>\n");
        svg
    }

    /// As a PNG of so many dots per inch (72 to 1200), its ground transparent.
    ///
    /// # Errors
    /// `BadField` for a resolution outside these.
    pub fn to_picture(&self, dpi: u32) -> Result<SealPicture, SealError> {
        if !(72..=1200).contains(&dpi) {
            return Err(SealError::BadField {
                field: "dpi",
                cause: "it is not 72 to 1200",
            });
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 1200")]
        let scale = dpi as f32 / MM_PER_INCH;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "of at most 60 mm at 1200 dots"
        )]
        let pixels = |mm: f32| (mm * scale).ceil() as u32;
        let mut picture = Pixmap::new(pixels(self.width_mm), pixels(self.height_mm))
            .expect("BUG: a seal without width or height");
        let mut paint = Paint::default();
        paint.set_color_rgba8(RED[0], RED[1], RED[2], 255);
        paint.anti_alias = true;
        let transform = Transform::from_scale(scale, scale);
        for shape in &self.shapes {
            let mut path = PathBuilder::new();
            for step in shape {
                match *step {
                    Step::Move([x, y]) => path.move_to(x, y),
                    Step::Line([x, y]) => path.line_to(x, y),
                    Step::Quad([a, b], [x, y]) => path.quad_to(a, b, x, y),
                    Step::Cubic([a, b], [c, d], [x, y]) => path.cubic_to(a, b, c, d, x, y),
                    Step::Close => path.close(),
                }
            }
            if let Some(path) = path.finish() {
                picture.fill_path(&path, &paint, FillRule::Winding, transform, None);
            }
        }
        let bytes = picture.encode_png().map_err(|_| SealError::BadField {
            field: "picture",
            cause: "it has no PNG",
        })?;
        Ok(SealPicture {
            format: "PNG".to_owned(),
            bytes,
            width_mm: whole_mm(self.width_mm),
            height_mm: whole_mm(self.height_mm),
        })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "of at most some hundred millimetres"
)]
fn whole_mm(mm: f32) -> u32 {
    mm.round() as u32
}

/// The picture of a real seal, from the authority's PNG: its bytes are kept as they are.
///
/// # Errors
/// `TooLong` over [`LARGEST_IMPORT`]; `BadField` for what is no single PNG of at most 4,000 by 4,000 pixels, or sides outside
/// 5 to 100 mm.
pub fn import_picture(
    bytes: &[u8],
    width_mm: u32,
    height_mm: u32,
) -> Result<SealPicture, SealError> {
    if bytes.len() > LARGEST_IMPORT {
        return Err(SealError::TooLong {
            what: "a seal's picture",
            bytes: bytes.len(),
            limit: LARGEST_IMPORT,
        });
    }
    let wrong = |cause| SealError::BadField {
        field: "picture",
        cause,
    };
    if !(5..=100).contains(&width_mm) || !(5..=100).contains(&height_mm) {
        return Err(wrong("its sides are not 5 to 100 mm"));
    }
    let limits = png::Limits {
        bytes: 4 * MOST_PIXELS as usize * MOST_PIXELS as usize,
    };
    let decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    let mut reader = decoder.read_info().map_err(|_| wrong("it is no PNG"))?;
    let info = reader.info();
    if info.width > MOST_PIXELS || info.height > MOST_PIXELS {
        return Err(wrong("it is over 4000 pixels wide or high"));
    }
    if info.animation_control.is_some() {
        return Err(wrong("it moves"));
    }
    // Decoded once, so that what is kept can be drawn.
    let size = reader
        .output_buffer_size()
        .ok_or_else(|| wrong("it is no PNG"))?;
    let mut decoded = vec![0; size];
    reader
        .next_frame(&mut decoded)
        .map_err(|_| wrong("it is damaged"))?;
    Ok(SealPicture {
        format: "PNG".to_owned(),
        bytes: bytes.to_vec(),
        width_mm,
        height_mm,
    })
}
