//! A face of a font file. A CJK collection has 20 MB; measuring needs a few of its tables, an outline a
//! few of its pages, a PDF the glyphs it shows. Only drawing on a screen reads the file as a whole.

use std::{
    collections::HashMap,
    sync::{OnceLock, PoisonError, RwLock},
};

use fontdb::{Database, FaceInfo, ID, Source, Stretch, Style, Weight};
use ttf_parser::{GlyphId, OutlineBuilder, RawFace, Rect, Tag};
use typst::{
    foundations::Bytes,
    layout::Abs,
    text::{Font, FontInstance, FontVariant, FontVariations},
};

use super::{
    names::FaceEntry,
    thin::{Thin, font_of, thinned},
};

/// The character that fills its body: where it sits tells where the em box sits.
pub(super) const BODY_CHARACTER: char = '国';
/// What measuring needs.
const MEASURES: [&[u8; 4]; 6] = [b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp"];
/// Faces with one of these are given to a PDF as they are: fewer tables would lose their form or colour.
const NOT_TO_THIN: [&[u8; 4]; 6] = [b"CBDT", b"CFF2", b"COLR", b"SVG ", b"fvar", b"sbix"];

/// A face of the shelf.
#[derive(Debug)]
pub(crate) struct Face {
    /// The family, as people know it.
    pub name: String,
    /// From the top of the em box down to the base line, in em.
    pub baseline: f64,
    /// Half the height of the ink of 国, in em.
    pub body_half: f64,
    /// Half the width of the ink of 国, in em.
    pub body_half_width: f64,
    /// Units of the font in an em.
    pub units_per_em: f64,
    pub(super) entry: FaceEntry,
    /// The tables of [`MEASURES`], as a font.
    measures: Vec<u8>,
    /// Maps the file into memory when an outline is wanted.
    file: (Database, ID),
    may_thin: bool,
    /// Boxes of ink that were asked for: a few glyphs, page after page.
    inks: RwLock<HashMap<u16, Option<Rect>>>,
    whole: OnceLock<FontInstance>,
}

/// What is read of a face when it is taken from the shelf.
#[derive(Debug, Default)]
struct Seen {
    measures: Vec<u8>,
    may_thin: bool,
    /// Units of the font in an em, and the box of 国.
    body: (f64, Option<Rect>),
}

impl Face {
    /// A face; `None` if the file is gone or broken. `bytes` reads the whole of it, asked for only where
    /// the tables alone do not tell: in a variable font.
    pub(super) fn open(entry: &FaceEntry, bytes: impl FnOnce() -> Option<Bytes>) -> Option<Self> {
        let mut face = Self {
            name: entry.display.clone(),
            baseline: 0.88,
            body_half: 0.43,
            body_half_width: 0.43,
            units_per_em: 1000.0,
            entry: entry.clone(),
            measures: Vec::new(),
            file: mapping(entry),
            may_thin: false,
            inks: RwLock::default(),
            whole: OnceLock::new(),
        };
        let seen = match face.seen(tables) {
            Some(seen) => seen,
            None => Seen {
                body: body(face.whole(bytes)?.ttf()),
                ..Seen::default()
            },
        };
        (face.measures, face.may_thin) = (seen.measures, seen.may_thin);
        let (em, ink) = seen.body;
        face.units_per_em = em;
        if let Some(ink) = ink {
            let half = |low: i16, high: i16| (f64::from(high) - f64::from(low)) / 2.0 / em;
            let centre = (f64::from(ink.y_max) + f64::from(ink.y_min)) / 2.0 / em;
            face.baseline = 0.5 + centre;
            face.body_half = half(ink.y_min, ink.y_max);
            face.body_half_width = half(ink.x_min, ink.x_max);
        }
        Some(face)
    }

    /// The glyph of a character and its advance in em.
    pub(super) fn measure(&self, character: char) -> Option<(u16, f64)> {
        let read = |face: &ttf_parser::Face| {
            let id = face.glyph_index(character).filter(|id| id.0 != 0)?;
            Some((
                id.0,
                f64::from(face.glyph_hor_advance(id)?) / self.units_per_em,
            ))
        };
        match self.whole.get() {
            Some(whole) => read(whole.ttf()),
            None => read(&ttf_parser::Face::parse(&self.measures, 0).ok()?),
        }
    }

    /// Draws a glyph's outline with `pen`, in units of the font; its box. `None`: no ink.
    pub fn outline(&self, glyph: u16, pen: &mut dyn OutlineBuilder) -> Option<Rect> {
        self.mapped(|face| face.outline_glyph(GlyphId(glyph), pen))
    }

    /// The box of a glyph's ink in units of the font. `None`: no ink.
    pub fn ink(&self, glyph: u16) -> Option<Rect> {
        let known = self.inks.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(ink) = known.get(&glyph) {
            return *ink;
        }
        drop(known);
        let ink = self.mapped(|face| face.glyph_bounding_box(GlyphId(glyph)));
        let mut inks = self.inks.write().unwrap_or_else(PoisonError::into_inner);
        *inks.entry(glyph).or_insert(ink)
    }

    fn mapped<T>(&self, read: impl FnOnce(&ttf_parser::Face) -> Option<T>) -> Option<T> {
        if let Some(whole) = self.whole.get() {
            return read(whole.ttf());
        }
        self.seen(|data, index| read(&ttf_parser::Face::parse(data, index).ok()?))
    }

    /// The file, mapped into memory for as long as `read` looks at it.
    fn seen<T>(&self, read: impl FnOnce(&[u8], u32) -> Option<T>) -> Option<T> {
        let (file, id) = &self.file;
        file.with_face_data(*id, read)?
    }

    /// The face as the typst crates take it, of the `bytes` of its whole file.
    pub(super) fn whole(&self, bytes: impl FnOnce() -> Option<Bytes>) -> Option<FontInstance> {
        if self.whole.get().is_none() {
            let read = instance(bytes()?, self.entry.index)?;
            let _ = self.whole.set(read);
        }
        self.whole.get().cloned()
    }

    /// A font file of these glyphs alone; `None` where the face must be taken as it is.
    pub(super) fn thinned(&self, glyphs: &[u16]) -> Option<Thin> {
        if !self.may_thin {
            return None;
        }
        self.seen(|data, index| thinned(data, index, glyphs))
    }
}

/// What is read of a face, where its tables alone tell everything.
fn tables(data: &[u8], index: u32) -> Option<Seen> {
    let raw = RawFace::parse(data, index).ok()?;
    let table = |tag: &[u8; 4]| Some((*tag, raw.table(Tag::from_bytes(tag))?));
    if table(b"fvar").is_some() {
        return None;
    }
    let measures: Vec<_> = MEASURES.into_iter().filter_map(table).collect();
    Some(Seen {
        measures: font_of(*b"OTTO", &measures)?,
        may_thin: !NOT_TO_THIN.iter().any(|tag| table(tag).is_some()),
        body: body(&ttf_parser::Face::parse(data, index).ok()?),
    })
}

/// Units of the font in an em, and the box of 国.
fn body(face: &ttf_parser::Face) -> (f64, Option<Rect>) {
    let body = face.glyph_index(BODY_CHARACTER);
    let ink = body.and_then(|id| face.glyph_bounding_box(id));
    (f64::from(face.units_per_em()), ink)
}

/// What maps the file: a list of one, made without reading the file and all faces of its collection.
fn mapping(entry: &FaceEntry) -> (Database, ID) {
    let mut file = Database::new();
    let id = file.push_face_info(FaceInfo {
        id: ID::dummy(),
        source: Source::File(entry.path.clone()),
        index: entry.index,
        families: Vec::new(),
        post_script_name: String::new(),
        style: Style::Normal,
        weight: Weight(entry.weight),
        stretch: Stretch::Normal,
        monospaced: false,
    });
    (file, id)
}

fn instance(bytes: Bytes, index: u32) -> Option<FontInstance> {
    let font = Font::new(bytes, index)?;
    let (variant, none) = (FontVariant::default(), FontVariations::default());
    Some(font.instantiate(variant, Abs::pt(16.0), &none))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use ttf_parser::{GlyphId, OutlineBuilder};

    use crate::font::{FontCategory, FontShelf};

    /// An outline as words.
    #[derive(Default)]
    struct Said(String);

    impl OutlineBuilder for Said {
        fn move_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("M{x} {y} ");
        }
        fn line_to(&mut self, x: f32, y: f32) {
            self.0 += &format!("L{x} {y} ");
        }
        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            self.0 += &format!("Q{x1} {y1} {x} {y} ");
        }
        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            self.0 += &format!("C{x1} {y1} {x2} {y2} {x} {y} ");
        }
        fn close(&mut self) {
            self.0 += "Z ";
        }
    }

    #[test]
    fn a_thinned_face_has_the_outlines_asked_for_and_no_others() {
        let given = std::env::var_os("ANDU_FONTS");
        let mut folders: Vec<PathBuf> = given.iter().flat_map(std::env::split_paths).collect();
        folders.push("/usr/share/fonts".into());
        let shelf = FontShelf::open(&folders);
        let mut seen = 0;
        for category in FontCategory::ALL {
            for character in ['案', '牍', '—', '7', 'é'] {
                let glyph = shelf.glyph(category, character).unwrap();
                let other = shelf.glyph(category, '国').unwrap();
                let face = shelf.face(glyph.face);
                let Some(thin) = face.thinned(&[glyph.id]) else {
                    continue;
                };
                seen += 1;
                let number = GlyphId(thin.numbers.get(glyph.id).unwrap());
                let left_out = thin.numbers.get(other.id);
                let thin = ttf_parser::Face::parse(&thin.bytes, 0).unwrap();
                let (mut few, mut all) = (Said::default(), Said::default());
                let boxed = thin.outline_glyph(number, &mut few);
                assert_eq!(boxed, face.outline(glyph.id, &mut all));
                assert_eq!(few.0, all.0, "{character} in {}", face.name);
                assert!(few.0.contains('Z'), "{character} in {}", face.name);
                assert_eq!(
                    f64::from(thin.glyph_hor_advance(number).unwrap()),
                    (glyph.advance * face.units_per_em).round()
                );
                if other.face == glyph.face {
                    assert_eq!(left_out, None, "国 in {}", face.name);
                    assert!(thin.number_of_glyphs() < 20, "{}", face.name);
                }
            }
        }
        assert!(seen > 0, "no font of this machine may be thinned");
    }
}
