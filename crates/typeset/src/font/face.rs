//! A face of a font file. A CJK collection has 20 MB; measuring needs a few of its tables, an outline a
//! few of its pages, a PDF the glyphs it shows. Only drawing on a screen reads the file as a whole.

use std::sync::OnceLock;

use fontdb::{Database, ID, Source};
use subsetter::GlyphRemapper;
use ttf_parser::{GlyphId, OutlineBuilder, RawFace, Rect, Tag};
use typst::{
    foundations::Bytes,
    layout::Abs,
    text::{Font, FontInstance, FontVariant, FontVariations},
};

use super::names::FaceEntry;

/// The character that fills its body: where it sits tells where the em box sits.
pub(super) const BODY_CHARACTER: char = '国';
/// What measuring needs.
const MEASURES: [&[u8; 4]; 6] = [b"OS/2", b"cmap", b"head", b"hhea", b"hmtx", b"maxp"];
/// Faces with one of these are given to a PDF as they are: a subset would lose their form or colour.
const NOT_TO_SUBSET: [&[u8; 4]; 6] = [b"CBDT", b"CFF2", b"COLR", b"SVG ", b"fvar", b"sbix"];

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
    file: Option<(Database, ID)>,
    may_subset: bool,
    whole: OnceLock<FontInstance>,
}

impl Face {
    /// A face; `None` if the file is gone or broken. `bytes` reads the whole of it, asked for only where
    /// the tables alone do not tell: in a variable font, and in one whose names nobody can read.
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
            may_subset: false,
            whole: OnceLock::new(),
        };
        let seen = face.seen(|data, index| {
            let raw = RawFace::parse(data, index).ok()?;
            let table = |tag: &[u8; 4]| Some((*tag, raw.table(Tag::from_bytes(tag))?));
            let measures: Vec<_> = MEASURES.into_iter().filter_map(table).collect();
            Some((
                font_of(*b"OTTO", &measures),
                !NOT_TO_SUBSET.iter().any(|tag| table(tag).is_some()),
                table(b"fvar").is_some(),
            ))
        });
        if let Some((measures, may_subset, false)) = seen {
            (face.measures, face.may_subset) = (measures, may_subset);
        } else {
            face.whole(bytes)?;
        }
        let (em, ink) = face.mapped(|face| {
            let body = face.glyph_index(BODY_CHARACTER);
            let ink = body.and_then(|id| face.glyph_bounding_box(id));
            Some((f64::from(face.units_per_em()), ink))
        })?;
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
        self.mapped(|face| face.glyph_bounding_box(GlyphId(glyph)))
    }

    fn mapped<T>(&self, read: impl FnOnce(&ttf_parser::Face) -> Option<T>) -> Option<T> {
        if let Some(whole) = self.whole.get() {
            return read(whole.ttf());
        }
        self.seen(|data, index| read(&ttf_parser::Face::parse(data, index).ok()?))
    }

    /// The file, mapped into memory for as long as `read` looks at it.
    fn seen<T>(&self, read: impl FnOnce(&[u8], u32) -> Option<T>) -> Option<T> {
        let (file, id) = self.file.as_ref()?;
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

    /// A font of these glyphs alone (sorted), with the numbers they have there; `None` where the face
    /// must be taken as it is.
    pub fn subset(&self, glyphs: &[u16]) -> Option<(FontInstance, GlyphRemapper)> {
        if !self.may_subset {
            return None;
        }
        let renumbered = GlyphRemapper::new_from_glyphs_sorted(glyphs);
        let font = self.seen(|data, index| {
            let raw = RawFace::parse(data, index).ok()?;
            let few = subsetter::subset(data, index, &renumbered).ok()?;
            let few = RawFace::parse(&few, 0).ok()?;
            let table = |font: &RawFace<'_>, tag| font.table(tag).map(<[u8]>::to_vec);
            let mut tables: Vec<([u8; 4], Vec<u8>)> = few
                .table_records
                .into_iter()
                .filter_map(|record| Some((record.tag.to_bytes(), table(&few, record.tag)?)))
                .collect();
            // A subset for a PDF has lost what describes the face.
            for tag in [b"OS/2", b"name"] {
                let known = tables.iter().any(|(name, _)| name == tag);
                if let (false, Some(own)) = (known, table(&raw, Tag::from_bytes(tag))) {
                    tables.push((*tag, own));
                }
            }
            tables.sort_by_key(|(tag, _)| *tag);
            let tables: Vec<_> = tables.iter().map(|(tag, own)| (*tag, &own[..])).collect();
            let version = few.data.first_chunk().copied()?;
            Some(font_of(version, &tables))
        })?;
        Some((instance(Bytes::new(font), 0)?, renumbered))
    }
}

fn mapping(entry: &FaceEntry) -> Option<(Database, ID)> {
    let mut file = Database::new();
    let ids = file.load_font_source(Source::File(entry.path.clone()));
    let is_ours = |id: &ID| file.face(*id).is_some_and(|face| face.index == entry.index);
    let id = ids.into_iter().find(is_ours)?;
    Some((file, id))
}

fn instance(bytes: Bytes, index: u32) -> Option<FontInstance> {
    let font = Font::new(bytes, index)?;
    let (variant, none) = (FontVariant::default(), FontVariations::default());
    Some(font.instantiate(variant, Abs::pt(16.0), &none))
}

/// A font file of these tables, sorted by tag (OpenType 1.9, "Organization of an OpenType font"). Its
/// checksums are not made: nobody who reads it looks at them.
fn font_of(version: [u8; 4], tables: &[([u8; 4], &[u8])]) -> Vec<u8> {
    let count = tables.len() as u16;
    let mut font = Vec::from(version);
    font.extend(count.to_be_bytes());
    font.extend([0; 6]);
    let mut at = 12 + tables.len() * 16;
    for (tag, table) in tables {
        font.extend(tag);
        font.extend([0; 4]);
        font.extend((at as u32).to_be_bytes());
        font.extend((table.len() as u32).to_be_bytes());
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        font.extend_from_slice(table);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    font
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::font::{FontCategory, FontShelf};

    #[test]
    fn a_subset_shows_the_same_ink_as_the_whole_font_and_is_far_smaller() {
        let given = std::env::var_os("ANDU_FONTS");
        let mut folders: Vec<PathBuf> = given.iter().flat_map(std::env::split_paths).collect();
        folders.push("/usr/share/fonts".into());
        let shelf = FontShelf::open(&folders);
        let mut seen = 0;
        for category in FontCategory::ALL {
            let glyphs = ['案', '牍', '—', '7'].map(|c| shelf.glyph(category, c).unwrap());
            for glyph in glyphs {
                let face = shelf.face(glyph.face);
                let mapped = face.ink(glyph.id);
                let Some((subset, renumbered)) = face.subset(&[glyph.id]) else {
                    continue;
                };
                seen += 1;
                let id = ttf_parser::GlyphId(renumbered.get(glyph.id).unwrap());
                assert_eq!(subset.ttf().glyph_bounding_box(id), mapped);
                let whole = shelf.whole(glyph.face).unwrap();
                let own = ttf_parser::GlyphId(glyph.id);
                assert_eq!(whole.ttf().glyph_bounding_box(own), mapped);
                assert_eq!(whole.x_advance(glyph.id).unwrap().get(), glyph.advance);
                assert_eq!(subset.x_advance(id.0).unwrap().get(), glyph.advance);
                assert!(subset.font().data().len() * 10 < whole.font().data().len());
            }
        }
        assert!(seen > 0, "no font of this machine may be subset");
    }
}
