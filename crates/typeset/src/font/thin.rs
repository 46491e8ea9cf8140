//! A font file of chosen tables, and one of chosen glyphs. A CJK face has 65,000 glyphs and more than a megabyte
//! of what their outlines share; a PDF shows a few hundred. What is not shown is not even copied.

use subsetter::GlyphRemapper;
use ttf_parser::{RawFace, Tag};

/// Tables a PDF's description of a font is made from, that a subset for a PDF has no more.
const DESCRIBING: [&[u8; 4]; 2] = [b"OS/2", b"name"];

/// A table of a font file.
pub(super) type Table<'a> = ([u8; 4], &'a [u8]);

/// A font file of a few glyphs.
#[derive(Debug)]
pub(crate) struct Thin {
    /// The file.
    pub bytes: Vec<u8>,
    /// Which number in it each of its glyphs has, by the number in the face.
    pub numbers: GlyphRemapper,
}

/// A font file of these tables, sorted by tag (OpenType 1.9, "Organization of an OpenType font"). Its
/// checksums are not made: nobody who reads it looks at them. `None` where the tables are too large.
pub(super) fn font_of(version: [u8; 4], tables: &[Table<'_>]) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let directory = 12 + tables.len() * 16;
    let padded = |bytes: &[u8]| bytes.len().next_multiple_of(4);
    let size = tables.iter().map(|(_, bytes)| padded(bytes)).sum::<usize>();
    let mut font = Vec::with_capacity(directory + size);
    font.extend_from_slice(&version);
    font.extend_from_slice(&count.to_be_bytes());
    font.extend_from_slice(&[0; 6]);
    let mut at = directory;
    for (tag, bytes) in tables {
        font.extend_from_slice(tag);
        font.extend_from_slice(&[0; 4]);
        font.extend_from_slice(&u32::try_from(at).ok()?.to_be_bytes());
        font.extend_from_slice(&u32::try_from(bytes.len()).ok()?.to_be_bytes());
        at += padded(bytes);
    }
    for (_, bytes) in tables {
        font.extend_from_slice(bytes);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    Some(font)
}

/// A font file with what a PDF takes of a face, of `glyphs` and what they are composed of alone. `None` where
/// the tables are not as expected.
pub(super) fn thinned(data: &[u8], index: u32, glyphs: &[u16]) -> Option<Thin> {
    let numbers = GlyphRemapper::new_from_glyphs_sorted(glyphs);
    let subset = subsetter::subset(data, index, &numbers).ok()?;
    let (whole, few) = (
        RawFace::parse(data, index).ok()?,
        RawFace::parse(&subset, 0).ok()?,
    );
    let described = |tag: &[u8; 4]| DESCRIBING.contains(&tag);
    let mut tables: Vec<Table> = Vec::new();
    for tag in few.table_records.into_iter().map(|record| record.tag) {
        let known = tag.to_bytes();
        if !described(&known) {
            tables.push((known, few.table(tag)?));
        }
    }
    for tag in DESCRIBING {
        tables.extend(whole.table(Tag::from_bytes(tag)).map(|own| (*tag, own)));
    }
    tables.sort_by_key(|(tag, _)| *tag);
    let bytes = font_of(*subset.first_chunk()?, &tables)?;
    Some(Thin { bytes, numbers })
}
