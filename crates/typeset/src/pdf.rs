//! Pages as PDF, written by krilla. Untagged; text copies as it was written.

use std::{
    collections::BTreeMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use andu_base::Date;
use krilla::{
    Data, Document, SerializeSettings,
    color::rgb,
    configure::{Archival, Configuration, ConfigurationBuilder, PdfVersion},
    geom::{self, Path, PathBuilder},
    image::{BitsPerComponent, CustomImage, ImageColorspace},
    metadata::{DateTime, Metadata, TextDirection},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule, LineCap, LineJoin, Stroke, StrokeDash},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use subsetter::GlyphRemapper;
use typst::{
    foundations::Bytes,
    layout::{Abs, Ratio, Size, Transform},
    visualize::{
        Curve, CurveItem, ExchangeFormat, Image as TypstImage, ImageKind, RasterFormat, RasterImage,
    },
};

use crate::{
    FontShelf, TypesetError,
    draw::{BOLD, Draw, DrawList, Ink, TextRun, abs, turned_at},
};

/// What the file says of itself.
#[derive(Debug)]
pub(crate) struct About<'a> {
    pub title: &'a str,
    pub author: &'a str,
    pub date: Option<Date>,
}

/// A font of a file.
pub(crate) struct PdfFont {
    pub font: Font,
    /// Which number a glyph of the face has in the font; `None`: the same.
    pub numbers: Option<GlyphRemapper>,
}

impl PdfFont {
    fn glyph(&self, of_face: u16) -> GlyphId {
        let number = self.numbers.as_ref().map(|numbers| numbers.get(of_face));
        GlyphId::new(u32::from(number.map_or(of_face, Option::unwrap_or_default)))
    }
}

/// The fonts of a file, by the number of their face on the shelf.
pub(crate) struct PdfFonts(BTreeMap<u16, PdfFont>);

impl PdfFonts {
    /// The fonts of all glyphs on these pages.
    pub fn of(shelf: &FontShelf, pages: &[DrawList]) -> Result<Self, TypesetError> {
        let by_face = glyphs_by_face(pages);
        let font = |(face, glyphs): (u16, Vec<u16>)| {
            let font = shelf.in_pdf(face, &glyphs);
            Ok((face, font.ok_or_else(|| shelf.gone(face))?))
        };
        let fonts: Result<_, _> = by_face.into_par_iter().map(font).collect();
        fonts.map(Self)
    }
}

/// The glyphs on these pages by the number of their face on the shelf, each once and in order.
pub(crate) fn glyphs_by_face(pages: &[DrawList]) -> BTreeMap<u16, Vec<u16>> {
    let mut by_face: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for run in pages.iter().flat_map(DrawList::runs) {
        let glyphs = run.glyphs.iter().map(|glyph| glyph.id);
        by_face.entry(run.face).or_default().extend(glyphs);
    }
    for glyphs in by_face.values_mut() {
        glyphs.sort_unstable();
        glyphs.dedup();
    }
    by_face
}

/// The configuration of PDF/A-2b.
pub(crate) fn archival() -> Option<Configuration> {
    let wanted = ConfigurationBuilder::new().with_archival_validator(Archival::A2_B);
    wanted.finish().ok()
}

/// The configuration of an ordinary PDF 1.7.
pub(crate) fn ordinary() -> Configuration {
    let wanted = ConfigurationBuilder::new().with_version(PdfVersion::Pdf17);
    wanted.finish().unwrap_or_default()
}

/// Writes pages as a file.
///
/// # Errors
/// `Pdf` where the pages cannot be written with this configuration.
pub(crate) fn write(
    pages: &[DrawList],
    fonts: &PdfFonts,
    about: &About<'_>,
    configuration: Configuration,
) -> Result<Vec<u8>, TypesetError> {
    let mut document = Document::new_with(SerializeSettings {
        no_device_cs: true,
        configuration,
        enable_tagging: false,
        render_svg_glyph_fn: krilla_svg::render_svg_glyph,
        ..SerializeSettings::default()
    });
    for list in pages {
        let (width, height) = (pt(abs(list.width)), pt(abs(list.height)));
        // A page of a PDF has three units at least.
        let page = PageSettings::from_wh(width.max(3.0), height.max(3.0));
        let mut page = document.start_page_with(page.ok_or_else(|| failed("size of a page"))?);
        let mut surface = page.surface();
        draw(&mut surface, list, fonts)?;
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(about));
    // Its words tell how many mistakes there were, never what the document says.
    document
        .finish()
        .map_err(|error| failed(&error.to_string()))
}

fn failed(reason: &str) -> TypesetError {
    let reason = reason.to_owned();
    TypesetError::Pdf { reason }
}

fn metadata(about: &About<'_>) -> Metadata {
    let metadata = Metadata::new()
        .title(about.title.to_owned())
        .authors(vec![about.author.to_owned()])
        .creator("Andu".to_owned())
        .language("zh-CN".to_owned())
        .text_direction(TextDirection::LeftToRight);
    let date = about.date.and_then(|date| {
        let day = DateTime::new(u16::try_from(date.year()).ok()?);
        let (month, of_month) = (u8::try_from(date.month()), u8::try_from(date.day()));
        Some(day.month(month.ok()?).day(of_month.ok()?))
    });
    match date {
        Some(date) => metadata.creation_date(date),
        None => metadata,
    }
}

fn draw(surface: &mut Surface<'_>, list: &DrawList, fonts: &PdfFonts) -> Result<(), TypesetError> {
    let moved = Transform::translate(abs(list.offset.0), abs(list.offset.1));
    let (turned, upright) = list.items.split_at(list.turned.min(list.items.len()));
    let turn = moved.pre_concat(list.turn());
    for (items, base) in [(turned, turn), (upright, moved)] {
        for item in items {
            place(surface, item, base, fonts)?;
        }
    }
    Ok(())
}

fn place(
    surface: &mut Surface<'_>,
    item: &Draw,
    base: Transform,
    fonts: &PdfFonts,
) -> Result<(), TypesetError> {
    let at = |x: f64, y: f64| base.pre_concat(Transform::translate(abs(x), abs(y)));
    match item {
        Draw::Text(run) => {
            if let Some(font) = fonts.0.get(&run.face) {
                within(surface, at(run.x, run.baseline), |surface| {
                    text(surface, run, font);
                });
            }
        }
        Draw::Fill(x, y, w, h, ink) => {
            let rect = Curve::rect(Size::new(abs(*w), abs(*h)));
            shape(surface, at(*x, *y), path(&rect), Some(fill(*ink)), None);
        }
        Draw::Outline(x, y, w, h, thickness, ink) => {
            let line = stroke(*ink, abs(*thickness));
            let rect = geom::Rect::from_xywh(0.0, 0.0, pt(abs(*w)), pt(abs(*h)));
            let mut outline = PathBuilder::new();
            if let Some(rect) = rect {
                outline.push_rect(rect);
            }
            if line.width > 0.0 {
                shape(surface, at(*x, *y), outline.finish(), None, Some(line));
            }
        }
        Draw::Picture(x, y, w, h, image) => {
            let size = Size::new(abs(*w), abs(*h));
            picture(surface, at(*x, *y), image, size)?;
        }
        Draw::Curves(x, y, angle, curve, ink) => {
            let turn = base.pre_concat(turned_at(*x, *y, *angle));
            shape(surface, turn, path(curve), Some(fill(*ink)), None);
        }
        Draw::Line(curve, thickness, dash, ink) => {
            let mut line = stroke(*ink, abs(*thickness));
            line.dash = dash.map(|dash| StrokeDash {
                array: vec![pt(abs(dash)), pt(abs(dash))],
                offset: 0.0,
            });
            shape(surface, base, path(curve), None, Some(line));
        }
    }
    Ok(())
}

fn within(surface: &mut Surface<'_>, transform: Transform, draw: impl FnOnce(&mut Surface<'_>)) {
    surface.push_transform(&geom::Transform::from_row(
        transform.sx.get() as f32,
        transform.ky.get() as f32,
        transform.kx.get() as f32,
        transform.sy.get() as f32,
        pt(transform.tx),
        pt(transform.ty),
    ));
    draw(surface);
    surface.pop();
}

fn text(surface: &mut Surface<'_>, run: &TextRun, font: &PdfFont) {
    let em = |mm: f64| (if run.size > 0.0 { mm / run.size } else { 0.0 }) as f32;
    let glyphs: Vec<KrillaGlyph> = run
        .glyphs
        .iter()
        .map(|glyph| KrillaGlyph {
            glyph_id: font.glyph(glyph.id),
            text_range: usize::from(glyph.start)..usize::from(glyph.end),
            x_advance: em(glyph.advance),
            x_offset: em(glyph.shift),
            y_offset: 0.0,
            y_advance: 0.0,
            location: None,
        })
        .collect();
    let line = run.bold.then(|| stroke(run.ink, abs(run.size * BOLD)));
    surface.set_fill(Some(fill(run.ink)));
    surface.set_stroke(line);
    let (start, size) = (geom::Point::from_xy(0.0, 0.0), pt(abs(run.size)));
    surface.draw_glyphs(start, &glyphs, font.font.clone(), &run.text, size, false);
}

fn shape(
    surface: &mut Surface<'_>,
    transform: Transform,
    path: Option<Path>,
    fill: Option<Fill>,
    stroke: Option<Stroke>,
) {
    let Some(path) = path else {
        return;
    };
    within(surface, transform, |surface| {
        surface.set_fill(fill);
        surface.set_stroke(stroke);
        surface.draw_path(&path);
    });
}

fn picture(
    surface: &mut Surface<'_>,
    transform: Transform,
    image: &TypstImage,
    size: Size,
) -> Result<(), TypesetError> {
    // Documents hold no other kind.
    let ImageKind::Raster(raster) = image.kind() else {
        return Ok(());
    };
    let (upright, size) = match raster.format() {
        RasterFormat::Exchange(ExchangeFormat::Jpg) => upright(raster.exif_rotation(), size),
        _ => (Transform::identity(), size),
    };
    let image = converted(raster).map_err(|reason| failed(&reason))?;
    if let Some(size) = geom::Size::from_wh(pt(size.x), pt(size.y)) {
        within(surface, transform.pre_concat(upright), |surface| {
            surface.draw_image(image, size);
        });
    }
    Ok(())
}

/// How a JPEG is turned to stand upright, and its size before it is turned. Its bytes go into the file as
/// they are; pictures of other formats were turned when they were read.
pub(crate) fn upright(exif_rotation: Option<u32>, size: Size) -> (Transform, Size) {
    // EXIF 2.32, tag 274: mirrored from left to right, upside down, rows and columns exchanged.
    let (mirrored, upside_down, exchanged) = match exif_rotation {
        Some(2) => (true, false, false),
        Some(3) => (true, true, false),
        Some(4) => (false, true, false),
        Some(5) => (false, false, true),
        Some(6) => (false, true, true),
        Some(7) => (true, true, true),
        Some(8) => (true, false, true),
        _ => return (Transform::identity(), size),
    };
    let (one, none) = (Ratio::one(), Abs::zero());
    let mut turn = Transform::identity();
    let mut before = size;
    if exchanged {
        before = Size::new(size.y, size.x);
        turn = Transform {
            sx: Ratio::zero(),
            ky: one,
            kx: one,
            sy: Ratio::zero(),
            tx: none,
            ty: none,
        };
    }
    if mirrored {
        turn = turn
            .pre_concat(Transform::scale(-one, one))
            .pre_concat(Transform::translate(-before.x, none));
    }
    if upside_down {
        turn = turn
            .pre_concat(Transform::scale(one, -one))
            .pre_concat(Transform::translate(none, -before.y));
    }
    (turn, before)
}

fn converted(raster: &RasterImage) -> Result<krilla::image::Image, String> {
    if raster.format() != RasterFormat::Exchange(ExchangeFormat::Jpg) {
        return krilla::image::Image::from_custom(Sampled::of(raster), false);
    }
    let data = |bytes: &Bytes| {
        let bytes: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(bytes.clone());
        Data::from(bytes)
    };
    krilla::image::Image::from_jpeg_with_icc(data(raster.data()), raster.icc().map(data), false)
}

/// A picture as samples of 8 bits.
#[derive(Clone)]
struct Sampled(Arc<Samples>);

struct Samples {
    raster: RasterImage,
    color: Vec<u8>,
    alpha: Option<Vec<u8>>,
    /// Whether the samples are the file's own; its colour profile holds for no others.
    own: bool,
}

impl Sampled {
    fn of(raster: &RasterImage) -> Self {
        let read = raster.dynamic();
        let kind = read.color();
        let color = match kind.has_color() {
            true => read.to_rgb8().into_raw(),
            false => read.to_luma8().into_raw(),
        };
        let alpha = kind.has_alpha().then(|| {
            let pixels = read.to_rgba8().into_raw();
            pixels.chunks_exact(4).map(|pixel| pixel[3]).collect()
        });
        Self(Arc::new(Samples {
            raster: raster.clone(),
            color,
            alpha,
            own: kind.bytes_per_pixel() == kind.channel_count(),
        }))
    }
}

impl Hash for Sampled {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.raster.hash(state);
    }
}

impl CustomImage for Sampled {
    fn color_channel(&self) -> &[u8] {
        &self.0.color
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        self.0.alpha.as_deref()
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        (self.0.raster.width(), self.0.raster.height())
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        let profile = self.0.raster.icc().filter(|_| self.0.own);
        profile.map(|bytes| bytes.as_slice())
    }

    fn color_space(&self) -> ImageColorspace {
        match self.0.raster.dynamic().color().has_color() {
            true => ImageColorspace::Rgb,
            false => ImageColorspace::Luma,
        }
    }
}

fn path(curve: &Curve) -> Option<Path> {
    let mut path = PathBuilder::new();
    for item in &curve.0 {
        match item {
            CurveItem::Move(to) => path.move_to(pt(to.x), pt(to.y)),
            CurveItem::Line(to) => path.line_to(pt(to.x), pt(to.y)),
            CurveItem::Cubic(a, b, to) => {
                path.cubic_to(pt(a.x), pt(a.y), pt(b.x), pt(b.y), pt(to.x), pt(to.y));
            }
            CurveItem::Close => path.close(),
        }
    }
    path.finish()
}

fn fill(ink: Ink) -> Fill {
    Fill {
        paint: paint(ink).into(),
        rule: FillRule::NonZero,
        opacity: NormalizedF32::ONE,
    }
}

fn stroke(ink: Ink, thickness: Abs) -> Stroke {
    Stroke {
        paint: paint(ink).into(),
        width: pt(thickness),
        miter_limit: 4.0,
        line_join: LineJoin::Miter,
        line_cap: LineCap::Butt,
        opacity: NormalizedF32::ONE,
        dash: None,
    }
}

fn paint(ink: Ink) -> rgb::Color {
    let [red, green, blue] = ink.rgb();
    rgb::Color::new(red, green, blue)
}

fn pt(length: Abs) -> f32 {
    length.to_pt() as f32
}
