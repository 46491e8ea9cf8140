//! What a copy of a server holds, with the SHA-256 of each file: what changed in it afterwards, on a bad disk or by
//! hand, is noticed before anything is made of it. The list has the form of `sha256sum`, so that it can be checked
//! without this program. It does not show who made it: whoever can write the files can write the list. What shows
//! that is its own SHA-256, written down elsewhere.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use ring::digest::{Context, Digest, SHA256};

/// Its name in a copy.
pub(crate) const MANIFEST: &str = "manifest.sha256";
const HEADING: &str = "# andu server copy 1";
const AUDIT: &str = "# audit ";
/// The longest list, in bytes.
const LONGEST: u64 = 16 << 20;

/// Files by their paths within the copy, parts joined by `/`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// SHA-256 of each, 64 lower-case hexadecimal characters.
    pub files: BTreeMap<String, String>,
    /// How long the audit log is, and the hash of its last entry.
    pub audit: (u64, String),
}

/// Why a list cannot be gone by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// It is not there, or it is none.
    NotOne,
    /// This file is not there.
    Lacks(String),
    /// This file is another than was copied.
    Altered(String),
}

impl Manifest {
    /// As it is written.
    fn to_text(&self) -> String {
        let (entries, head) = &self.audit;
        let mut said = format!("{HEADING}\n{AUDIT}{entries} {head}\n");
        for (path, hash) in &self.files {
            let _ = writeln!(said, "{hash}  {path}");
        }
        said
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != HEADING {
            return None;
        }
        let (entries, head) = lines.next()?.strip_prefix(AUDIT)?.split_once(' ')?;
        let mut files = BTreeMap::new();
        for line in lines {
            let (hash, path) = line.split_once("  ")?;
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            if !is_hash || !is_within(path) {
                return None;
            }
            files.insert(path.to_owned(), hash.to_owned());
        }
        Some(Self {
            files,
            audit: (entries.parse().ok()?, head.to_owned()),
        })
    }

    /// Writes the list into a copy, after everything else. Answers with its own SHA-256.
    pub(crate) fn write(&self, copy: &Path) -> io::Result<String> {
        let text = self.to_text();
        crate::authority::write_private(&copy.join(MANIFEST), text.as_bytes())?;
        Ok(hex(&ring::digest::digest(&SHA256, text.as_bytes())))
    }

    /// Reads the list of a copy, and its own SHA-256.
    ///
    /// # Errors
    /// `NotOne`.
    pub(crate) fn read(copy: &Path) -> Result<(Self, String), Unfit> {
        let path = copy.join(MANIFEST);
        let fits = fs::metadata(&path).is_ok_and(|found| found.len() <= LONGEST);
        let text = fits.then(|| fs::read_to_string(&path).ok()).flatten();
        let text = text.ok_or(Unfit::NotOne)?;
        let code = hex(&ring::digest::digest(&SHA256, text.as_bytes()));
        Ok((Self::parse(&text).ok_or(Unfit::NotOne)?, code))
    }

    /// Looks whether every file of the list is in `folder` as it was copied.
    ///
    /// # Errors
    /// `Lacks`, `Altered` with the first one that is not.
    pub(crate) fn check(&self, folder: &Path) -> Result<(), Unfit> {
        for (path, hash) in &self.files {
            let found = hash_of(&folder.join(path)).map_err(|_| Unfit::Lacks(path.clone()))?;
            if found != *hash {
                return Err(Unfit::Altered(path.clone()));
            }
        }
        Ok(())
    }
}

/// The SHA-256 of a file.
pub(crate) fn hash_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 64 << 10];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&context.finish())),
            Ok(count) => context.update(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn hex(digest: &Digest) -> String {
    let bytes = digest.as_ref().iter();
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a path stays within the folder it is put into, on any system.
pub(crate) fn is_within(path: &str) -> bool {
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c))
    };
    path.split('/').all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back_as_written_and_names_nothing_outside_its_folder() {
        let files = [("server.db", "ab"), ("tls/authority.pem", "01")];
        let files = files.map(|(path, hash)| (path.to_owned(), hash.repeat(32)));
        let manifest = Manifest {
            files: files.into(),
            audit: (12, "7f".into()),
        };
        let text = manifest.to_text();
        assert_eq!(Manifest::parse(&text), Some(manifest));
        for path in ["../server.db", "/etc/passwd", "tls/../x", "a\\b", "C:x", ""] {
            let bad = text.replace("tls/authority.pem", path);
            assert_eq!(Manifest::parse(&bad), None, "{path}");
        }
        assert_eq!(Manifest::parse("server.db"), None);
    }
}
