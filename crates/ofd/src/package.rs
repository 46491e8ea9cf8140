//! The files of a package, as many and as large as may be, found by their names as loosely as packages in the field
//! need it.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
};

use zip::ZipArchive;

use crate::{Oddity, ReadError};

/// How much is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Files in a package.
    pub files: usize,
    /// Bytes of one file when unpacked.
    pub file_bytes: u64,
    /// Bytes of all files that are read.
    pub bytes: u64,
    /// Elements of one XML file.
    pub elements: usize,
    /// Pages.
    pub pages: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 50_000,
            file_bytes: 256 << 20,
            bytes: 1 << 30,
            elements: 2_000_000,
            pages: 20_000,
        }
    }
}

/// How many times larger than it is packed a file may be when it is large.
const MOST_RATIO: u64 = 1_000;
/// Below this size, in bytes, how well a file is packed does not matter.
const SMALL: u64 = 16 << 20;

/// A package that is open.
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// Names as they are, each with its number.
    names: BTreeMap<String, usize>,
    /// Names in small letters.
    folded: BTreeMap<String, String>,
    left: u64,
    pub limits: Limits,
    pub oddities: BTreeSet<Oddity>,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        let listed = listed(bytes).ok_or(ReadError::NoPackage)?;
        if listed.len() > limits.files {
            return Err(ReadError::TooMuch);
        }
        let mut oddities = BTreeSet::new();
        let mut seen = BTreeSet::new();
        for name in listed {
            let shown = String::from_utf8_lossy(&name).into_owned();
            if !seen.insert(name) {
                oddities.insert(Oddity::Twice(shown));
            }
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ReadError::NoPackage)?;
        let (mut names, mut folded) = (BTreeMap::new(), BTreeMap::new());
        for at in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(at) else {
                continue;
            };
            // Backslashes and leading slashes occur; what leads out of the package does not belong to it.
            let plain = name.replace('\\', "/");
            let path = within("", &plain);
            if path.as_deref() != Some(&*name) && !name.ends_with('/') {
                oddities.insert(Oddity::BadName(name.clone().into_owned()));
            }
            if let Some(path) = path.filter(|path| !path.is_empty()) {
                folded.insert(path.to_lowercase(), path.clone());
                names.insert(path, at);
            }
        }
        Ok(Self {
            archive,
            names,
            folded,
            left: limits.bytes,
            limits,
            oddities,
        })
    }

    /// Whether there is such a file, named just so.
    pub fn has(&self, path: &str) -> bool {
        self.names.contains_key(path)
    }

    /// A file; `None` where it is missing, which is noted.
    pub fn read(&mut self, path: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let found = match self.names.get(path) {
            Some(at) => Some(*at),
            None => self.otherwise(path),
        };
        let Some(at) = found else {
            self.oddities.insert(Oddity::Missing(path.to_owned()));
            return Ok(None);
        };
        let file = self.archive.by_index(at);
        let file = file.map_err(|_| ReadError::Broken(path.to_owned()))?;
        let most = self.limits.file_bytes.min(self.left);
        let packed = file.compressed_size().max(1);
        let mut bytes = Vec::new();
        // What the header says of its size is not believed.
        let mut taken = file.take(most + 1);
        let read = taken.read_to_end(&mut bytes);
        read.map_err(|_| ReadError::Broken(path.to_owned()))?;
        let size = bytes.len() as u64;
        if size > most || (size > SMALL && size / packed > MOST_RATIO) {
            return Err(ReadError::TooMuch);
        }
        self.left -= size;
        Ok(Some(bytes))
    }

    /// A file whose name is written otherwise.
    fn otherwise(&mut self, path: &str) -> Option<usize> {
        let real = self.folded.get(&path.to_lowercase())?;
        self.oddities
            .insert(Oddity::OtherCase(path.to_owned(), real.clone()));
        self.names.get(real).copied()
    }
}

/// Where a reference leads that stands in a file of this folder; `None` where it leads out of the package.
pub(crate) fn within(folder: &str, reference: &str) -> Option<String> {
    let reference = reference.trim().replace('\\', "/");
    let mut parts: Vec<&str> = match reference.starts_with('/') {
        true => Vec::new(),
        false => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            // A drive of another system.
            part if part.contains(':') => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a file.
pub(crate) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    let taken = bytes.get(at..at.checked_add(N)?)?;
    let value = taken
        .iter()
        .rev()
        .fold(0_usize, |value, byte| (value << 8) | usize::from(*byte));
    Some(value)
}

/// The names in a package's directory, doubles too, which a library that looks files up by name does not tell.
fn listed(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    const END: &[u8] = b"PK\x05\x06";
    const ENTRY: &[u8] = b"PK\x01\x02";
    const END_BYTES: usize = 22;
    // Behind it stands a remark of 65,535 bytes at most.
    let from = bytes.len().saturating_sub(END_BYTES + 0xffff);
    let end = bytes[from..].windows(4).rposition(|four| four == END)? + from;
    let (count, mut at) = (number::<2>(bytes, end + 10)?, number::<4>(bytes, end + 16)?);
    let mut names = Vec::new();
    // More files than two bytes count: the library reads their record.
    while bytes.get(at..at + 4) == Some(ENTRY) && (count == 0xffff || names.len() < count) {
        let name = number::<2>(bytes, at + 28)?;
        let rest = number::<2>(bytes, at + 30)? + number::<2>(bytes, at + 32)?;
        let from = at + 46;
        names.push(bytes.get(from..from + name)?.to_vec());
        at = from + name + rest;
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_leads_from_its_file_or_from_the_root() {
        let leads = |folder, reference| within(folder, reference);
        assert_eq!(
            leads("Doc_0", "PublicRes.xml").as_deref(),
            Some("Doc_0/PublicRes.xml")
        );
        assert_eq!(
            leads("Doc_0/Pages/Page_0", "../../Res/a.png").as_deref(),
            Some("Doc_0/Res/a.png")
        );
        assert_eq!(
            leads("Doc_0", "/Doc_1/x.xml").as_deref(),
            Some("Doc_1/x.xml")
        );
        assert_eq!(
            leads("Doc_0", ".\\Res\\a.png").as_deref(),
            Some("Doc_0/Res/a.png")
        );
        assert_eq!(leads("Doc_0", "../../etc/passwd"), None);
        assert_eq!(leads("", "c:/windows/x"), None);
    }
}
