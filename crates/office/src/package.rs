//! A zip package opened with suspicion: every size is counted while unpacking, never believed.

use std::{
    collections::HashMap,
    io::{Cursor, Read},
};

use zip::{ZipArchive, result::ZipError};

use crate::{error::OfficeError, limits::Limits};

const OLE_MAGIC: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// An opened package and what is left of its budget.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    names: HashMap<String, usize>,
    limits: Limits,
    unpacked: u64,
}

impl<'a> Package<'a> {
    /// Opens the directory of the package; unpacks nothing yet.
    ///
    /// # Errors
    /// `EmptyFile`, `FileTooLarge`, `OldFormat`, `Encrypted`, `NotPackage`, `Truncated`, `TooManyEntries`.
    pub(crate) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, OfficeError> {
        limits.check_size(bytes)?;
        if bytes.starts_with(&OLE_MAGIC) {
            return Err(if contains_utf16(bytes, "EncryptedPackage") {
                OfficeError::Encrypted
            } else {
                OfficeError::OldFormat
            });
        }
        if !bytes.starts_with(b"PK") {
            return Err(OfficeError::NotPackage);
        }
        check_declared_entries(bytes, limits)?;
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| OfficeError::Truncated)?;
        let count = archive.len() as u64;
        if count > limits.entries {
            return Err(OfficeError::TooManyEntries {
                count,
                limit: limits.entries,
            });
        }
        let mut names = HashMap::new();
        for index in 0..archive.len() {
            if let Some(Ok(name)) = archive.name_for_index(index) {
                names.entry(part_key(&name)).or_insert(index);
            }
        }
        Ok(Self {
            archive,
            names,
            limits: *limits,
            unpacked: 0,
        })
    }

    /// The names of all parts, lower case with `/`.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// The bytes of a part; `None` where there is no such part. Names are matched as OPC asks: by
    /// ASCII letters of either case, with or without a leading slash.
    ///
    /// # Errors
    /// `DamagedPart`, `Truncated`, `Encrypted`, `UnpacksTooLarge`, `UnpacksTooFar`.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, OfficeError> {
        let Some(&index) = self.names.get(&part_key(name)) else {
            return Ok(None);
        };
        let limits = self.limits;
        let left = limits
            .unpacked_bytes
            .saturating_sub(self.unpacked)
            .min(limits.part_bytes);
        let shown: String = name.chars().take(80).collect();
        let damaged = |error: &ZipError| match error {
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)
            | ZipError::InvalidPassword => OfficeError::Encrypted,
            ZipError::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
                OfficeError::Truncated
            }
            _ => OfficeError::DamagedPart {
                part: shown.clone(),
            },
        };
        let file = self
            .archive
            .by_index(index)
            .map_err(|error| damaged(&error))?;
        let packed = file.compressed_size();
        let mut bytes = Vec::new();
        let read = file.take(left + 1).read_to_end(&mut bytes);
        let size = bytes.len() as u64;
        self.unpacked += size;
        if size > (1 << 20) && size / packed.max(1) > limits.ratio {
            return Err(OfficeError::UnpacksTooFar {
                part: shown,
                limit: limits.ratio,
            });
        }
        if size > left {
            return Err(OfficeError::UnpacksTooLarge {
                limit_mb: left.max(1 << 20) >> 20,
            });
        }
        match read {
            Ok(_) => Ok(Some(bytes)),
            Err(error) => Err(damaged(&ZipError::Io(error))),
        }
    }

    /// Unpacks every part once and keeps nothing, so that a library that opens the same file later
    /// meets no bomb.
    ///
    /// # Errors
    /// As [`Self::part`].
    pub(crate) fn check_all(&mut self) -> Result<(), OfficeError> {
        let names: Vec<String> = self.names().map(str::to_owned).collect();
        for name in names {
            self.part(&name)?;
        }
        Ok(())
    }

    /// What kind of package this is when it is not the kind asked for.
    pub(crate) fn kind(&self) -> &'static str {
        let has = |start: &str| self.names().any(|name| name.starts_with(start));
        if has("xl/") {
            "xlsx"
        } else if has("ppt/") {
            "pptx"
        } else if has("word/") {
            "docx"
        } else if has("ofd.xml") {
            "ofd"
        } else if has("content.xml") {
            "odt"
        } else {
            "zip"
        }
    }
}

fn part_key(name: &str) -> String {
    name.trim_start_matches('/')
        .replace('\\', "/")
        .to_ascii_lowercase()
}

/// The directory's own count, read before the library builds a table of it. A package may say less
/// than it holds; the count of the opened archive is checked as well.
fn check_declared_entries(bytes: &[u8], limits: &Limits) -> Result<(), OfficeError> {
    let tail = &bytes[bytes.len().saturating_sub(66_000)..];
    let at = tail
        .windows(4)
        .rposition(|w| w == b"PK\x05\x06")
        .ok_or(OfficeError::Truncated)?;
    let count = tail.get(at + 10..at + 12).ok_or(OfficeError::Truncated)?;
    let count = u64::from(u16::from_le_bytes([count[0], count[1]]));
    if count > limits.entries {
        return Err(OfficeError::TooManyEntries {
            count,
            limit: limits.entries,
        });
    }
    Ok(())
}

fn contains_utf16(bytes: &[u8], text: &str) -> bool {
    let needle: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(needle.len()).any(|window| window == needle)
}
