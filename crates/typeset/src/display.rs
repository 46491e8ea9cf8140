//! Pages as a list that tells of no file format: what OFD is written from.

use std::{collections::BTreeMap, sync::Arc};

use andu_page::display::{
    Display, Face, Glyph, Item, Line, Matrix, PathItem, PictureFormat, PictureItem, Segment, Sheet,
    TextItem,
};
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use subsetter::GlyphRemapper;
use typst::{
    layout::{Abs, Point, Size, Transform},
    visualize::{
        Curve, CurveItem, ExchangeFormat, Image as TypstImage, ImageKind, RasterFormat, RasterImage,
    },
};

use crate::{
    FontShelf, Typeset, TypesetError,
    draw::{BOLD, Draw, DrawList, TextRun, abs, turned_at},
    pdf::{glyphs_by_face, upright},
    table::MM_PER_PT,
    typeset::guarded,
};

impl Typeset {
    /// Everything on the pages, with fonts of their glyphs alone.
    ///
    /// # Errors
    /// `FontGone` where the file of a font cannot be read any more, `Picture` for a picture that cannot be written.
    pub fn display(&self) -> Result<Display, TypesetError> {
        guarded(|| {
            let lists = self.lists();
            let faces = glyphs_by_face(lists);
            let fonts = faces
                .into_par_iter()
                .map(|(face, glyphs)| Ok((face, thin(self.shelf(), face, &glyphs)?)))
                .collect::<Result<BTreeMap<u16, Thinned>, TypesetError>>()?;
            let numbers: BTreeMap<u16, usize> = fonts.keys().copied().zip(0..).collect();
            let sheet = |list: &DrawList| sheet(list, &fonts, &numbers);
            let pages = lists.iter().map(sheet).collect::<Result<_, _>>()?;
            let face = |thinned: Thinned| Face {
                name: thinned.name,
                data: thinned.data,
            };
            Ok(Display {
                pages,
                fonts: fonts.into_values().map(face).collect(),
            })
        })
    }
}

/// A font of few glyphs.
struct Thinned {
    name: String,
    data: Arc<[u8]>,
    numbers: GlyphRemapper,
}

fn thin(shelf: &FontShelf, face: u16, glyphs: &[u16]) -> Result<Thinned, TypesetError> {
    let found = shelf.few(face, glyphs);
    let (data, numbers) = found.ok_or_else(|| shelf.gone(face))?;
    Ok(Thinned {
        name: shelf.name(face),
        data: data.into(),
        numbers,
    })
}

fn sheet(
    list: &DrawList,
    fonts: &BTreeMap<u16, Thinned>,
    numbers: &BTreeMap<u16, usize>,
) -> Result<Sheet, TypesetError> {
    let moved = Matrix::moved(list.offset.0, list.offset.1);
    let turn = moved.after(&matrix(&list.turn()));
    let (turned, standing) = list.items.split_at(list.turned.min(list.items.len()));
    let mut items = Vec::with_capacity(list.items.len());
    for (part, base) in [(turned, turn), (standing, moved)] {
        for item in part {
            match item {
                Draw::Text(run) => {
                    if let (Some(font), Some(number)) =
                        (fonts.get(&run.face), numbers.get(&run.face))
                    {
                        items.push(Item::Text(text(run, base, (*number, &font.numbers))));
                    }
                }
                Draw::Picture(x, y, w, h, image) => {
                    items.extend(picture(
                        base.after(&Matrix::moved(*x, *y)),
                        image,
                        (*w, *h),
                    )?);
                }
                shape => items.push(Item::Path(path(shape, base))),
            }
        }
    }
    Ok(Sheet {
        width: list.width,
        height: list.height,
        items,
    })
}

fn mm(length: Abs) -> f64 {
    length.to_pt() * MM_PER_PT
}

fn matrix(transform: &Transform) -> Matrix {
    Matrix([
        transform.sx.get(),
        transform.ky.get(),
        transform.kx.get(),
        transform.sy.get(),
        mm(transform.tx),
        mm(transform.ty),
    ])
}

fn text(run: &TextRun, base: Matrix, (font, numbers): (usize, &GlyphRemapper)) -> TextItem {
    let glyph = |glyph: &crate::draw::RunGlyph| Glyph {
        id: numbers.get(glyph.id).unwrap_or_default(),
        advance: glyph.advance,
        shift: glyph.shift,
        range: (usize::from(glyph.start), usize::from(glyph.end)),
    };
    TextItem {
        font,
        size: run.size,
        at: base.after(&Matrix::moved(run.x, run.baseline)),
        text: run.text.clone(),
        glyphs: run.glyphs.iter().map(glyph).collect(),
        fill: run.ink.rgb(),
        stroke: if run.bold { run.size * BOLD } else { 0.0 },
    }
}

/// Everything that is no text and no picture.
fn path(item: &Draw, base: Matrix) -> PathItem {
    let rect = |w: f64, h: f64| Curve::rect(Size::new(abs(w), abs(h)));
    let at = |x: f64, y: f64| base.after(&Matrix::moved(x, y));
    let (curve, at, fill, stroke) = match item {
        Draw::Fill(x, y, w, h, ink) => (rect(*w, *h), at(*x, *y), Some(ink.rgb()), None),
        Draw::Outline(x, y, w, h, width, ink) => {
            let line = Line {
                color: ink.rgb(),
                width: *width,
                dash: None,
            };
            (rect(*w, *h), at(*x, *y), None, Some(line))
        }
        Draw::Curves(x, y, angle, curve, ink) => {
            let turned = base.after(&matrix(&turned_at(*x, *y, *angle)));
            (curve.clone(), turned, Some(ink.rgb()), None)
        }
        Draw::Line(curve, width, dash, ink) => {
            let line = Line {
                color: ink.rgb(),
                width: *width,
                dash: *dash,
            };
            (curve.clone(), base, None, Some(line))
        }
        Draw::Text(_) | Draw::Picture(..) => (Curve::new(), base, None, None),
    };
    let point = |point: Point| at.apply((mm(point.x), mm(point.y)));
    let segment = |item: &CurveItem| match item {
        CurveItem::Move(to) => Segment::Move(point(*to)),
        CurveItem::Line(to) => Segment::Line(point(*to)),
        CurveItem::Cubic(one, two, to) => Segment::Cubic(point(*one), point(*two), point(*to)),
        CurveItem::Close => Segment::Close,
    };
    PathItem {
        segments: curve.0.iter().map(segment).collect(),
        fill,
        stroke: stroke.filter(|line| line.width > 0.0),
    }
}

/// A picture; nothing for what is none that documents hold.
fn picture(
    base: Matrix,
    image: &TypstImage,
    (width, height): (f64, f64),
) -> Result<Option<Item>, TypesetError> {
    let ImageKind::Raster(raster) = image.kind() else {
        return Ok(None);
    };
    let size = Size::new(abs(width), abs(height));
    let is_jpeg = raster.format() == RasterFormat::Exchange(ExchangeFormat::Jpg);
    // The bytes of a JPEG go as they are; its turning is done by where it stands.
    let (turn, size) = match is_jpeg {
        true => upright(raster.exif_rotation(), size),
        false => (Transform::identity(), size),
    };
    let (data, format): (Arc<[u8]>, _) = match is_jpeg {
        true => (raster.data().as_slice().into(), PictureFormat::Jpeg),
        false => (png_of(raster)?.into(), PictureFormat::Png),
    };
    let unit = Matrix([mm(size.x), 0.0, 0.0, mm(size.y), 0.0, 0.0]);
    let at = base.after(&matrix(&turn)).after(&unit);
    Ok(Some(Item::Picture(PictureItem { at, data, format })))
}

/// The picture as PNG; its own file where it is one and stands upright.
fn png_of(raster: &RasterImage) -> Result<Vec<u8>, TypesetError> {
    let is_png = raster.format() == RasterFormat::Exchange(ExchangeFormat::Png);
    if is_png && matches!(raster.exif_rotation(), None | Some(1)) {
        return Ok(raster.data().to_vec());
    }
    let read = raster.dynamic();
    let has_alpha = read.color().has_alpha();
    let (samples, kind) = match has_alpha {
        true => (read.to_rgba8().into_raw(), png::ColorType::Rgba),
        false => (read.to_rgb8().into_raw(), png::ColorType::Rgb),
    };
    let mut written = Vec::new();
    let mut encoder = png::Encoder::new(&mut written, raster.width(), raster.height());
    encoder.set_color(kind);
    encoder.set_depth(png::BitDepth::Eight);
    let done = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(&samples));
    let failed = |error: png::EncodingError| TypesetError::Pdf {
        reason: error.to_string(),
    };
    done.map_err(failed)?;
    Ok(written)
}
