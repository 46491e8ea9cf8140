//! The blocks of a body on the grid: paragraphs, headings of four levels, centred lines, images.

use andu_document::body::{Align, Block, HeadingNumbers, Image, Run};
use base64::Engine;
use typst::{
    foundations::Bytes,
    visualize::{ExchangeFormat, Image as TypstImage, RasterImage},
};

use crate::{
    Note,
    draw::{Draw, Ink},
    error::TypesetError,
    font::FontCategory,
    sheet::Flow,
    text::Set,
};

/// Bytes of one image, in Base64, that are still decoded.
const LARGEST_IMAGE: usize = 64 << 20;

impl Flow<'_> {
    /// Sets blocks; `place` is the body's place, such as `body`.
    ///
    /// # Errors
    /// `TooManyPages`, `TableTooLarge`
    pub fn blocks(&mut self, blocks: &[Block], place: &str) -> Result<(), TypesetError> {
        let mut numbers = HeadingNumbers::default();
        let upright = !self.is_turned();
        for (i, block) in blocks.iter().enumerate() {
            let place = format!("{place}/{i}");
            let turns = upright && matches!(block, Block::Table(table) if table.landscape);
            if turns != self.is_turned() && upright {
                self.new_sheet(turns)?;
            }
            self.block(block, &place, &mut numbers)?;
        }
        Ok(())
    }

    fn block(
        &mut self,
        block: &Block,
        place: &str,
        numbers: &mut HeadingNumbers,
    ) -> Result<(), TypesetError> {
        let indent = self.cx.table.mm("body.indent");
        let body = self.cx.body(FontCategory::Fangsong);
        match block {
            Block::Paragraph { runs, align } => {
                let (first, set) = match align {
                    None => (indent, Set::Justify),
                    Some(Align::Left) => (0.0, Set::Left),
                    Some(Align::Center) => (0.0, Set::Center),
                    Some(Align::Right) => (0.0, Set::Right),
                };
                self.runs(place, &[(runs, body)], first, set)
            }
            Block::Heading {
                level,
                runs,
                unnumbered,
                run_in,
            } => {
                let style = match level {
                    0 | 1 => body.of(FontCategory::Hei),
                    2 => body.of(FontCategory::Kai),
                    _ => body,
                };
                let number = if *unnumbered {
                    String::new()
                } else {
                    numbers.next(*level)
                };
                let number = [Run::plain(number)];
                let parts = [(&number[..], style), (runs, style), (run_in, body)];
                self.runs(place, &parts, indent, Set::Justify)
            }
            Block::Centered { runs } => self.runs(
                place,
                &[(runs, body.of(FontCategory::Hei))],
                0.0,
                Set::Center,
            ),
            Block::Table(table) => self.table(table, place),
            Block::Image(image) => self.image(image, place),
            Block::PageBreak => {
                let turned = self.is_turned();
                if self.sheet().cursor > 0.0 {
                    self.new_sheet(turned)
                } else {
                    Ok(())
                }
            }
        }
    }

    fn runs(
        &mut self,
        place: &str,
        parts: &[(&[Run], crate::text::Style)],
        first: f64,
        set: Set,
    ) -> Result<(), TypesetError> {
        let measure = self.measure();
        let broken = self.cx.broken(parts, measure - first, measure);
        self.lines(place, &broken, first, 0.0, set)
    }

    fn image(&mut self, image: &Image, place: &str) -> Result<(), TypesetError> {
        let Some(picture) = decode(image) else {
            self.notes.push(Note::ImageUnreadable {
                place: place.to_owned(),
            });
            let text = if image.alt.is_empty() {
                "［图片无法读取］"
            } else {
                &image.alt
            };
            let body = self.cx.body(FontCategory::Fangsong);
            return self.paragraph(place, text, body, 0.0, 0.0, Set::Center);
        };
        let most = self.sheet().slots as f64 * self.sheet().pitch - (self.cx.pitch - self.cx.em);
        let mut width = (f64::from(image.width_tenth_mm) / 10.0).clamp(5.0, self.measure());
        let mut height = width * picture.height() / picture.width().max(1.0);
        if height > most {
            (width, height) = (width * most / height, most);
        }
        let lines = ((height + self.cx.pitch - self.cx.em) / self.sheet().pitch - 1e-6)
            .ceil()
            .max(1.0);
        if (self.room() as f64) < lines && self.sheet().cursor > 0.0 {
            let turned = self.is_turned();
            self.new_sheet(turned)?;
        }
        let slot = self.sheet().cursor.ceil();
        let free = lines * self.sheet().pitch - (self.cx.pitch - self.cx.em) - height;
        let top = self.line_top(slot) + free.max(0.0) / 2.0;
        let x = self.left() + (self.measure() - width) / 2.0;
        let body = self.in_body;
        let sheet = self.sheet();
        sheet
            .draws
            .push(Draw::Picture(x, top, width, height, picture));
        sheet.cursor = (slot + lines).min(sheet.slots as f64);
        sheet.text_lines += 1;
        sheet.body_lines += usize::from(body);
        self.mark(place, x, top, width, height);
        Ok(())
    }

    /// A filled rectangle.
    pub fn fill(&mut self, x: f64, y: f64, w: f64, h: f64, ink: Ink) {
        self.sheet().draws.push(Draw::Fill(x, y, w, h, ink));
    }
}

fn decode(image: &Image) -> Option<TypstImage> {
    let format = match image.media_type.as_str() {
        "image/png" => ExchangeFormat::Png,
        "image/jpeg" | "image/jpg" => ExchangeFormat::Jpg,
        "image/webp" => ExchangeFormat::Webp,
        _ => return None,
    };
    if image.data.len() > LARGEST_IMAGE {
        return None;
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(image.data.trim())
        .ok()?;
    let raster = RasterImage::plain(Bytes::new(bytes), format).ok()?;
    let usable = raster.width() > 0 && raster.height() > 0;
    usable.then(|| TypstImage::plain(raster))
}
