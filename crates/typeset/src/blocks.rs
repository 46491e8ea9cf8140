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
    text::{Set, Style},
};

/// Bytes of one image, in Base64, that are still decoded.
const LARGEST_IMAGE: usize = 64 << 20;
/// Headings in a row that stay with what follows: 章, 节 and the four levels.
const MOST_HEADINGS: usize = 6;

/// Headings and the block they head, or one block alone.
struct Group<'a> {
    blocks: &'a [Block],
    /// Which block of the body the first one is.
    first: usize,
    /// The body's place.
    place: &'a str,
    /// It stands on a turned sheet.
    turns: bool,
}

impl Group<'_> {
    fn place_of(&self, i: usize) -> String {
        format!("{}/{}", self.place, self.first + i)
    }
}

fn is_landscape(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.landscape)
}

/// Whether a block is a heading that needs the next one under it. A heading before another of its
/// level is an item of a list, and one with text of its own in its line has that under it.
fn heads(block: &Block, next: &Block) -> bool {
    match (block, next) {
        (_, Block::PageBreak) => false,
        (Block::Centered { .. }, _) => true,
        (Block::Heading { run_in, .. }, _) if has_text(run_in) => false,
        (Block::Heading { level, .. }, Block::Heading { level: under, .. }) => under > level,
        (Block::Heading { .. }, next) => !matches!(next, Block::Centered { .. }),
        _ => false,
    }
}

fn has_text(runs: &[Run]) -> bool {
    runs.iter().any(|run| !run.text.trim().is_empty())
}

impl Flow<'_> {
    /// Sets blocks; `place` is the body's place, such as `body`.
    ///
    /// # Errors
    /// `TooManyPages`, `TableTooLarge`
    pub fn blocks(&mut self, blocks: &[Block], place: &str) -> Result<(), TypesetError> {
        let mut numbers = HeadingNumbers::default();
        let upright = !self.is_turned();
        let mut first = 0;
        while first < blocks.len() {
            let many = self.together(&blocks[first..]);
            let blocks = &blocks[first..first + many];
            let group = Group {
                blocks,
                first,
                place,
                turns: upright && blocks.iter().any(is_landscape),
            };
            if group.turns != self.is_turned() && upright {
                self.new_sheet(group.turns)?;
            }
            self.group(&group, &mut numbers)?;
            first += many;
        }
        Ok(())
    }

    /// How many blocks from the first on stay on one page with it: headings, and what they head.
    fn together(&self, blocks: &[Block]) -> usize {
        if self.heading_may_end_page() {
            return 1;
        }
        let pairs = blocks.windows(2).take(MOST_HEADINGS);
        pairs.take_while(|pair| heads(&pair[0], &pair[1])).count() + 1
    }

    /// Page one must show body text before all else.
    fn heading_may_end_page(&self) -> bool {
        self.plan.heading_may_end_page_one && self.page() == 0 && self.in_body
    }

    /// Sets headings and what they head, at least its first line, on one page.
    fn group(
        &mut self,
        group: &Group<'_>,
        numbers: &mut HeadingNumbers,
    ) -> Result<(), TypesetError> {
        let (before, counted) = (self.spot(), numbers.clone());
        self.set_group(group, numbers)?;
        let Some(began) = self.parted(group, before.page) else {
            return Ok(());
        };
        // A group that began its page gains nothing by another one, but its picture may be smaller.
        if began == before.page && before.cursor > 0.0 {
            self.back_to(&before);
            numbers.clone_from(&counted);
            self.new_sheet(group.turns)?;
            self.set_group_sharing(group, numbers)?;
            if self.parted(group, before.page).is_none() {
                return Ok(());
            }
        }
        self.back_to(&before);
        numbers.clone_from(&counted);
        self.set_group_sharing(group, numbers)
    }

    /// The page a group begins on, from `from` on, if what its headings head begins on another.
    fn parted(&self, group: &Group<'_>, from: usize) -> Option<usize> {
        let last = group.blocks.len().checked_sub(2)? + 1;
        let began = self.page_of(&group.place_of(0), from)?;
        let headed = self.page_of(&group.place_of(last), began)?;
        (headed > began).then_some(began)
    }

    fn set_group_sharing(
        &mut self,
        group: &Group<'_>,
        numbers: &mut HeadingNumbers,
    ) -> Result<(), TypesetError> {
        self.shares_sheet = true;
        let set = self.set_group(group, numbers);
        self.shares_sheet = false;
        set
    }

    fn set_group(
        &mut self,
        group: &Group<'_>,
        numbers: &mut HeadingNumbers,
    ) -> Result<(), TypesetError> {
        for (i, block) in group.blocks.iter().enumerate() {
            self.block(block, &group.place_of(i), numbers)?;
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
                if has_text(run_in) {
                    self.room_for_run_in(&parts, indent)?;
                }
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

    /// A heading with text in its line does not end a page before that text begins.
    fn room_for_run_in(
        &mut self,
        parts: &[(&[Run], Style); 3],
        first: f64,
    ) -> Result<(), TypesetError> {
        if self.heading_may_end_page() {
            return Ok(());
        }
        let measure = self.measure();
        let heading = self.cx.broken(&parts[..2], measure - first, measure);
        let lines = &heading.lines;
        let width = if lines.len() > 1 {
            measure
        } else {
            measure - first
        };
        let full = lines
            .last()
            .is_some_and(|line| line.width + self.cx.cell > width);
        let needed = lines.len() + usize::from(full);
        if self.room() < needed && needed * 2 < self.sheet().slots {
            let turned = self.is_turned();
            self.new_sheet(turned)?;
        }
        Ok(())
    }

    fn runs(
        &mut self,
        place: &str,
        parts: &[(&[Run], Style)],
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
        let most = self.tallest_picture();
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

    /// A picture takes a page at most, or what a heading over it leaves of one.
    fn tallest_picture(&mut self) -> f64 {
        let (shares, leading) = (self.shares_sheet, self.cx.pitch - self.cx.em);
        let sheet = self.sheet();
        let used = (sheet.cursor - 1e-6).ceil().max(0.0);
        let slots = sheet.slots as f64;
        let free = if shares && used * 2.0 < slots {
            slots - used
        } else {
            slots
        };
        free * sheet.pitch - leading
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
