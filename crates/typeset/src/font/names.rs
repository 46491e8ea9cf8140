//! Reads what a font file says of itself (family names, weight) without reading the whole file: a
//! CJK collection has 20 MB and we want only its first few kilobytes.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// One face of a font file.
#[derive(Debug, Clone)]
pub(crate) struct FaceEntry {
    /// The file.
    pub path: PathBuf,
    /// Which face of a collection.
    pub index: u32,
    /// Family names, lower case.
    pub families: Vec<String>,
    /// The name shown to people.
    pub display: String,
    /// 100 to 900
    pub weight: u16,
    /// Slanted; never taken for Chinese text.
    pub italic: bool,
    /// Where the `cmap` table lies: (offset, length).
    pub cmap: (u64, u32),
}

/// Faces, tables and names a file may have before we think it broken.
const MOST_FACES: u32 = 64;
const MOST_TABLES: u16 = 128;
const MOST_NAME_BYTES: u32 = 1 << 20;

/// All faces of a file; none if it is no font or broken.
pub(crate) fn faces_of(path: &Path) -> Vec<FaceEntry> {
    let Ok(mut file) = File::open(path) else {
        return Vec::new();
    };
    let Some(head) = read(&mut file, 0, 12) else {
        return Vec::new();
    };
    if &head[..4] != b"ttcf" {
        return face(&mut file, path, 0, 0).into_iter().collect();
    }
    let count = be32(&head, 8).min(MOST_FACES);
    let Some(offsets) = read(&mut file, 12, count * 4) else {
        return Vec::new();
    };
    (0..count)
        .filter_map(|i| {
            face(
                &mut file,
                path,
                i,
                u64::from(be32(&offsets, i as usize * 4)),
            )
        })
        .collect()
}

/// The bytes of the `cmap` table of a face.
pub(crate) fn cmap_of(entry: &FaceEntry) -> Option<Vec<u8>> {
    let mut file = File::open(&entry.path).ok()?;
    read(&mut file, entry.cmap.0, entry.cmap.1.min(8 << 20))
}

fn face(file: &mut File, path: &Path, index: u32, offset: u64) -> Option<FaceEntry> {
    let head = read(file, offset, 12)?;
    let known = matches!(&head[..4], b"OTTO" | b"true" | [0, 1, 0, 0]);
    let count = be16(&head, 4);
    if !known || count == 0 || count > MOST_TABLES {
        return None;
    }
    let directory = read(file, offset + 12, u32::from(count) * 16)?;
    let table = |tag: &[u8; 4]| {
        directory
            .chunks_exact(16)
            .find(|record| &record[..4] == tag)
            .map(|record| (u64::from(be32(record, 8)), be32(record, 12)))
    };
    let (weight, italic) = match table(b"OS/2").and_then(|(at, _)| read(file, at, 64)) {
        Some(os2) => (be16(&os2, 4), be16(&os2, 62) & 1 != 0),
        None => (400, false),
    };
    let (at, length) = table(b"name")?;
    let names = read(file, at, length.min(MOST_NAME_BYTES))?;
    let (families, display) = family_names(&names);
    if families.is_empty() {
        return None;
    }
    let cmap = table(b"cmap")?;
    Some(FaceEntry {
        path: path.to_owned(),
        index,
        families,
        display,
        weight,
        italic,
        cmap,
    })
}

/// Family names (ids 1 and 16) in lower case, and the best one to show.
fn family_names(table: &[u8]) -> (Vec<String>, String) {
    let mut families: Vec<String> = Vec::new();
    let mut display = (0, String::new());
    let count = usize::from(be16(table, 2));
    let storage = usize::from(be16(table, 4));
    for record in table
        .get(6..)
        .unwrap_or_default()
        .chunks_exact(12)
        .take(count)
    {
        let (platform, language, id) = (be16(record, 0), be16(record, 4), be16(record, 6));
        if !matches!(id, 1 | 16) {
            continue;
        }
        let start = storage + usize::from(be16(record, 10));
        let Some(bytes) = table.get(start..start + usize::from(be16(record, 8))) else {
            continue;
        };
        let name = match platform {
            0 | 3 => {
                let units: Vec<u16> = bytes
                    .chunks_exact(2)
                    .map(|b| u16::from_be_bytes([b[0], b[1]]))
                    .collect();
                String::from_utf16_lossy(&units)
            }
            1 if bytes.is_ascii() => String::from_utf8_lossy(bytes).into_owned(),
            _ => continue,
        };
        let rank = 1 + u8::from(id == 16) + 2 * u8::from(platform == 3 && language == 0x409);
        if rank > display.0 {
            display = (rank, name.clone());
        }
        let name = name.trim().to_lowercase();
        if !name.is_empty() && !families.contains(&name) {
            families.push(name);
        }
    }
    (families, display.1)
}

fn read(file: &mut File, at: u64, length: u32) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length as usize];
    #[cfg(unix)]
    std::os::unix::fs::FileExt::read_exact_at(file, &mut bytes, at).ok()?;
    #[cfg(not(unix))]
    {
        use std::io::{Read as _, Seek as _};
        file.seek(std::io::SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut bytes).ok()?;
    }
    Some(bytes)
}

fn be16(bytes: &[u8], at: usize) -> u16 {
    bytes
        .get(at..at + 2)
        .map_or(0, |b| u16::from_be_bytes([b[0], b[1]]))
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_be_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_font_has_no_faces() {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        for bytes in [
            &b""[..],
            b"OTTO",
            b"ttcf\0\0\0\0\xff\xff\xff\xff",
            b"OTTO\xff\xff0000000000000",
        ] {
            std::fs::write(file.path(), bytes).expect("written");
            assert!(faces_of(file.path()).is_empty(), "{bytes:?}");
        }
    }
}
