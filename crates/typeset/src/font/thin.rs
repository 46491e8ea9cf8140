//! A font file of chosen tables, and of a large table only the parts that are wanted. What is left out
//! stays empty at its place, so that nothing has to be numbered anew; memory nobody writes to costs nothing.

use std::{collections::BTreeSet, ops::Range};

use ttf_parser::{RawFace, Tag};

/// What a PDF takes of a face.
const IN_A_PDF: [&[u8; 4]; 13] = [
    b"CFF ", b"OS/2", b"cvt ", b"fpgm", b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp",
    b"name", b"post", b"prep",
];

/// A table of a font file.
pub(super) struct Table<'a> {
    tag: [u8; 4],
    bytes: &'a [u8],
    /// What of it is written; the rest is zero.
    wanted: Vec<Range<usize>>,
}

impl<'a> Table<'a> {
    /// A table with all its bytes.
    pub fn whole(tag: [u8; 4], bytes: &'a [u8]) -> Self {
        let all = 0..bytes.len();
        Self {
            tag,
            bytes,
            wanted: vec![all],
        }
    }
}

/// A font file of these tables, sorted by tag (OpenType 1.9, "Organization of an OpenType font"). Its
/// checksums are not made: nobody who reads it looks at them. `None` where a wanted part lies outside its table.
pub(super) fn font_of(version: [u8; 4], tables: &[Table<'_>]) -> Option<Vec<u8>> {
    let count = u16::try_from(tables.len()).ok()?;
    let directory = 12 + tables.len() * 16;
    let padded = |table: &Table<'_>| table.bytes.len().next_multiple_of(4);
    let mut font = vec![0; directory + tables.iter().map(padded).sum::<usize>()];
    font[..4].copy_from_slice(&version);
    font[4..6].copy_from_slice(&count.to_be_bytes());
    let mut at = directory;
    for (number, table) in tables.iter().enumerate() {
        let record = &mut font[12 + number * 16..][..16];
        record[..4].copy_from_slice(&table.tag);
        record[8..12].copy_from_slice(&u32::try_from(at).ok()?.to_be_bytes());
        record[12..].copy_from_slice(&u32::try_from(table.bytes.len()).ok()?.to_be_bytes());
        for part in &table.wanted {
            let to = font.get_mut(at + part.start..at + part.end)?;
            to.copy_from_slice(table.bytes.get(part.clone())?);
        }
        at += padded(table);
    }
    Some(font)
}

/// A font file with what a PDF takes of a face, and with the outlines of `glyphs` alone; glyphs keep their
/// numbers. `None` where the tables are not as expected.
pub(super) fn thinned(data: &[u8], index: u32, glyphs: &[u16]) -> Option<Vec<u8>> {
    let raw = RawFace::parse(data, index).ok()?;
    let table = |tag: &[u8; 4]| raw.table(Tag::from_bytes(tag));
    let mut glyphs: BTreeSet<u16> = glyphs.iter().copied().collect();
    glyphs.insert(0);
    let mut tables = Vec::new();
    for tag in IN_A_PDF {
        let Some(bytes) = table(tag) else {
            continue;
        };
        let wanted = match tag {
            b"CFF " => Some(outlines_of_cff(bytes, &glyphs)?),
            b"glyf" => {
                let place = Places::new(table(b"head")?, table(b"loca")?)?;
                Some(outlines_of_glyf(bytes, &place, &glyphs)?)
            }
            _ => None,
        };
        let mut kept = Table::whole(*tag, bytes);
        kept.wanted = wanted.unwrap_or(kept.wanted);
        tables.push(kept);
    }
    // No true face has tables that share bytes; a made-up one could fill memory with them.
    let sum: usize = tables.iter().map(|table| table.bytes.len()).sum();
    let version = match table(b"CFF ") {
        Some(_) => *b"OTTO",
        None => [0, 1, 0, 0],
    };
    (sum <= data.len()).then(|| font_of(version, &tables))?
}

/// All of a `CFF ` table but the outlines of other glyphs (Adobe Technical Note 5176, sections 2 to 9).
fn outlines_of_cff(cff: &[u8], glyphs: &BTreeSet<u16>) -> Option<Vec<Range<usize>>> {
    let names = Index::at(cff, usize::from(*cff.get(2)?))?;
    let tops = Index::at(cff, names.end)?;
    let outlines = Index::at(cff, char_strings(cff.get(tops.item(cff, 0)?)?)?)?;
    let mut wanted = vec![0..outlines.first, outlines.end..cff.len()];
    for glyph in glyphs {
        wanted.push(outlines.item(cff, usize::from(*glyph))?);
    }
    Some(wanted)
}

/// An INDEX of a CFF table.
struct Index {
    count: usize,
    offset_size: usize,
    offsets: usize,
    /// Where its items begin, and where it ends.
    first: usize,
    end: usize,
}

impl Index {
    fn at(cff: &[u8], start: usize) -> Option<Self> {
        let count = usize::from(be16(cff, start)?);
        if count == 0 {
            let first = start + 2;
            return Some(Self {
                count,
                offset_size: 1,
                offsets: first,
                first,
                end: first,
            });
        }
        let offset_size = usize::from(*cff.get(start + 2)?);
        if !(1..=4).contains(&offset_size) {
            return None;
        }
        let offsets = start + 3;
        let mut index = Self {
            count,
            offset_size,
            offsets,
            first: offsets + (count + 1) * offset_size,
            end: 0,
        };
        index.end = index.place(cff, count)?;
        Some(index)
    }

    /// Offsets count from the byte before the first item.
    fn place(&self, cff: &[u8], number: usize) -> Option<usize> {
        let at = self.offsets + number * self.offset_size;
        let bytes = cff.get(at..at + self.offset_size)?;
        let offset = bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        let place = (self.first + offset).checked_sub(1)?;
        (self.first..=cff.len()).contains(&place).then_some(place)
    }

    fn item(&self, cff: &[u8], number: usize) -> Option<Range<usize>> {
        let known = number < self.count;
        let item = self.place(cff, number)?..self.place(cff, number + 1)?;
        (known && item.start <= item.end).then_some(item)
    }
}

/// Where a Top DICT says the `CharStrings` INDEX begins.
fn char_strings(dict: &[u8]) -> Option<usize> {
    const CHAR_STRINGS: i64 = 17;
    let mut bytes = dict.iter().copied().map(i64::from);
    let mut operand = 0;
    while let Some(first) = bytes.next() {
        match first {
            CHAR_STRINGS => return usize::try_from(operand).ok(),
            12 => _ = bytes.next()?,
            0..=21 => {}
            28 => operand = bytes.next()? << 8 | bytes.next()?,
            29 => operand = (0..4).try_fold(0, |sum, _| Some(sum << 8 | bytes.next()?))?,
            30 => {
                while bytes
                    .next()
                    .is_some_and(|byte| byte & 15 != 15 && byte >> 4 != 15)
                {}
            }
            32..=246 => operand = first - 139,
            247..=250 => operand = (first - 247) * 256 + bytes.next()? + 108,
            251..=254 => operand = -(first - 251) * 256 - bytes.next()? - 108,
            _ => return None,
        }
    }
    None
}

/// Where glyphs lie in `glyf`.
struct Places<'a> {
    loca: &'a [u8],
    long: bool,
}

impl<'a> Places<'a> {
    fn new(head: &[u8], loca: &'a [u8]) -> Option<Self> {
        let long = be16(head, 50)? != 0;
        Some(Self { loca, long })
    }

    fn of(&self, glyph: u16) -> Option<Range<usize>> {
        let place = |number: usize| {
            if self.long {
                let high = usize::from(be16(self.loca, number * 4)?);
                Some(high << 16 | usize::from(be16(self.loca, number * 4 + 2)?))
            } else {
                Some(usize::from(be16(self.loca, number * 2)?) * 2)
            }
        };
        let glyph = usize::from(glyph);
        let place = place(glyph)?..place(glyph + 1)?;
        (place.start <= place.end).then_some(place)
    }
}

/// The outlines of these glyphs in `glyf`, and of those they are composed of.
fn outlines_of_glyf(
    glyf: &[u8],
    places: &Places<'_>,
    glyphs: &BTreeSet<u16>,
) -> Option<Vec<Range<usize>>> {
    let mut known = glyphs.clone();
    let mut waiting: Vec<u16> = glyphs.iter().copied().collect();
    let mut wanted = Vec::new();
    while let Some(glyph) = waiting.pop() {
        let place = places.of(glyph)?;
        let parts = components(glyf.get(place.clone())?);
        waiting.extend(parts.into_iter().filter(|part| known.insert(*part)));
        wanted.push(place);
    }
    Some(wanted)
}

/// What a glyph is composed of (OpenType 1.9, "glyf", composite glyph description).
fn components(outline: &[u8]) -> Vec<u16> {
    const WORDS: u16 = 0x1;
    const SCALE: u16 = 0x8;
    const MORE: u16 = 0x20;
    const TWO_SCALES: u16 = 0x40;
    const MATRIX: u16 = 0x80;
    let mut parts = Vec::new();
    let composite = be16(outline, 0).is_some_and(|contours| contours & 0x8000 != 0);
    let mut at = 10;
    let mut more = composite;
    while more && let (Some(flags), Some(part)) = (be16(outline, at), be16(outline, at + 2)) {
        parts.push(part);
        at += if flags & WORDS != 0 { 8 } else { 6 };
        at += match flags & (SCALE | TWO_SCALES | MATRIX) {
            0 => 0,
            SCALE => 2,
            TWO_SCALES => 4,
            _ => 8,
        };
        more = flags & MORE != 0;
    }
    parts
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*pair))
}
