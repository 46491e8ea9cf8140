//! The inside of a backup: a manifest with the hash of every file, then the files.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use andu_crypto::{CryptoError, HashReader, HashWriter};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        VaultError,
        atomic::{create_private, create_private_folder},
        file::Base64,
    },
    ATTACHMENTS_FOLDER, STORE_FILE,
};

const LIMIT_MANIFEST_BYTES: u32 = 64 << 20;
pub(super) const LIMIT_FILES: usize = 200_000;
const LIMIT_PATH_BYTES: usize = 1024;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) files: Vec<ManifestFile>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ManifestFile {
    /// Relative, parts joined by `/`.
    pub(super) path: String,
    pub(super) length_bytes: u64,
    /// BLAKE3.
    hash: Base64,
}

/// A file that goes into the archive, under `name`.
#[derive(Debug)]
pub(super) struct SourceFile {
    pub(super) name: String,
    pub(super) path: PathBuf,
}

impl Manifest {
    /// Reads every source once to know its hash.
    pub(super) fn of(sources: &[SourceFile]) -> Result<Self, VaultError> {
        let mut files = Vec::with_capacity(sources.len());
        for SourceFile { name, path } in sources {
            let file = File::open(path).map_err(VaultError::reading(path))?;
            let mut reader = HashReader::new(file);
            io::copy(&mut reader, &mut io::sink()).map_err(VaultError::reading(path))?;
            let (hash, length_bytes) = reader.finish();
            files.push(ManifestFile {
                path: name.clone(),
                length_bytes,
                hash: Base64(hash.to_vec()),
            });
        }
        Ok(Self { files })
    }

    /// The bytes of all files together.
    pub(super) fn length_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.length_bytes).sum()
    }

    fn check(&self) -> Result<(), String> {
        if self.files.len() > LIMIT_FILES {
            return Err("too many files".to_owned());
        }
        let mut seen = BTreeSet::new();
        match self
            .files
            .iter()
            .find(|file| !is_safe(&file.path) || !seen.insert(&file.path))
        {
            Some(_) => Err("unsafe path in the manifest".to_owned()),
            None if !seen.contains(&STORE_FILE.to_owned()) => Err("no store inside".to_owned()),
            None => Ok(()),
        }
    }
}

/// Whether a path of the archive may be written below a folder, on any system.
pub(super) fn is_safe(path: &str) -> bool {
    let is_plain = |part: &str| {
        !matches!(part, "" | "." | "..")
            && !part.contains(|c: char| c.is_control() || "\\:*?\"<>|".contains(c))
    };
    let is_ours = path == STORE_FILE
        || path
            .strip_prefix(ATTACHMENTS_FOLDER)
            .is_some_and(|rest| rest.starts_with('/'));
    is_ours && path.len() <= LIMIT_PATH_BYTES && path.split('/').all(is_plain)
}

/// Writes manifest and files; `out` is for errors.
///
/// # Errors
/// `SourceChanged` if a file is no longer what the manifest says.
pub(super) fn write(
    manifest: &Manifest,
    sources: &[SourceFile],
    writer: &mut impl Write,
    out: &Path,
) -> Result<(), VaultError> {
    let json = serde_json::to_vec(manifest).expect("BUG: a manifest is JSON");
    let length = u32::try_from(json.len())
        .ok()
        .filter(|length| *length <= LIMIT_MANIFEST_BYTES)
        .ok_or_else(|| VaultError::SourceUnusable {
            path: out.to_owned(),
        })?;
    writer
        .write_all(&length.to_be_bytes())
        .map_err(VaultError::writing(out))?;
    writer.write_all(&json).map_err(VaultError::writing(out))?;
    for (entry, source) in manifest.files.iter().zip(sources) {
        let path = &source.path;
        let file = File::open(path).map_err(VaultError::reading(path))?;
        let mut reader = HashReader::new(file.take(entry.length_bytes.saturating_add(1)));
        copy(
            &mut reader,
            writer,
            VaultError::reading(path),
            VaultError::writing(out),
        )?;
        let (hash, length_bytes) = reader.finish();
        if length_bytes != entry.length_bytes || entry.hash.0 != hash {
            return Err(VaultError::SourceChanged { path: path.clone() });
        }
    }
    Ok(())
}

/// Reads a whole archive and compares every file with the manifest; with a folder, the files are
/// also written there and synced. `backup` is for errors.
///
/// # Errors
/// `BackupDamaged`, `CannotRead`; with a folder also `DiskFull`, `CannotWrite`.
pub(super) fn read(
    reader: &mut impl Read,
    folder: Option<&Path>,
    backup: &Path,
) -> Result<Manifest, VaultError> {
    let damaged = |reason: String| VaultError::BackupDamaged {
        path: backup.to_owned(),
        reason,
    };
    let manifest = read_manifest(reader, backup)?;
    let mut folders = BTreeSet::new();
    for entry in &manifest.files {
        let (hash, length_bytes) = match folder {
            None => {
                let contents = reader.by_ref().take(entry.length_bytes);
                let (_, hash, length_bytes) = hashed(contents, io::sink(), backup, backup)?;
                (hash, length_bytes)
            }
            Some(folder) => {
                let path = folder.join(&entry.path);
                let parent = path.parent().unwrap_or(folder).to_owned();
                if folders.insert(parent.clone()) {
                    create_private_folder(&parent).map_err(VaultError::writing(&parent))?;
                }
                let file = create_private(&path).map_err(VaultError::writing(&path))?;
                let contents = reader.by_ref().take(entry.length_bytes);
                let (file, hash, length_bytes) = hashed(contents, file, backup, &path)?;
                file.sync_all().map_err(VaultError::writing(&path))?;
                (hash, length_bytes)
            }
        };
        if length_bytes != entry.length_bytes || entry.hash.0 != hash {
            return Err(damaged(format!(
                "`{}` is not as the manifest says",
                entry.path
            )));
        }
    }
    if reader.read(&mut [0]).map_err(broken(backup))? != 0 {
        return Err(damaged("more than the manifest says".to_owned()));
    }
    for folder in folders.iter().filter(|_| cfg!(unix)) {
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(VaultError::writing(folder))?;
    }
    Ok(manifest)
}

fn read_manifest(reader: &mut impl Read, backup: &Path) -> Result<Manifest, VaultError> {
    let damaged = |reason: &str| VaultError::BackupDamaged {
        path: backup.to_owned(),
        reason: reason.to_owned(),
    };
    let mut length = [0; 4];
    reader.read_exact(&mut length).map_err(broken(backup))?;
    let length = u32::from_be_bytes(length);
    if length > LIMIT_MANIFEST_BYTES {
        return Err(damaged("length of the manifest"));
    }
    let mut json = Vec::new();
    reader
        .take(u64::from(length))
        .read_to_end(&mut json)
        .map_err(broken(backup))?;
    let manifest: Manifest = serde_json::from_slice(&json).map_err(|_| damaged("manifest"))?;
    manifest.check().map_err(|reason| damaged(&reason))?;
    Ok(manifest)
}

/// The error of reading a sealed stream: the disk's, or the stream's own.
pub(super) fn broken(backup: &Path) -> impl FnOnce(io::Error) -> VaultError {
    move |error| match CryptoError::from(error) {
        CryptoError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof => {
            VaultError::CannotRead {
                path: backup.to_owned(),
                source,
            }
        }
        other => VaultError::BackupDamaged {
            path: backup.to_owned(),
            reason: other.to_string(),
        },
    }
}

/// Copies one file out of the archive `backup` to `path`: what was written to, hash and length.
fn hashed<W: Write>(
    contents: impl Read,
    writer: W,
    backup: &Path,
    path: &Path,
) -> Result<(W, [u8; 32], u64), VaultError> {
    let mut writer = HashWriter::new(writer);
    copy(
        contents,
        &mut writer,
        broken(backup),
        VaultError::writing(path),
    )?;
    Ok(writer.finish())
}

/// `io::copy`, but knowing which side failed.
fn copy(
    mut reader: impl Read,
    writer: &mut impl Write,
    reading: impl FnOnce(io::Error) -> VaultError,
    writing: impl FnOnce(io::Error) -> VaultError,
) -> Result<(), VaultError> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(reading(error)),
        };
        if let Err(error) = writer.write_all(&buffer[..count]) {
            return Err(writing(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_archive_stays_in_its_folder_on_any_system() {
        for path in [
            STORE_FILE,
            "attachments/a.docx",
            "attachments/水利/关于….pdf",
        ] {
            assert!(is_safe(path), "{path}");
        }
        let long = format!("attachments/{}", "长".repeat(400));
        for path in [
            "",
            "/etc/passwd",
            "vault.json",
            "attachments",
            "attachments/",
            "attachments/../store.db",
            "attachments/./x",
            "attachments//x",
            "attachments/a\\b",
            "attachments/C:x",
            "attachments/a\nb",
            "attachments-2/x",
            "../store.db",
            long.as_str(),
        ] {
            assert!(!is_safe(path), "{path}");
        }
    }

    #[test]
    fn a_manifest_names_each_file_once_and_has_a_store() {
        let file = |path: &str| ManifestFile {
            path: path.to_owned(),
            length_bytes: 0,
            hash: Base64(Vec::new()),
        };
        let check = |paths: &[&str]| {
            Manifest {
                files: paths.iter().map(|path| file(path)).collect(),
            }
            .check()
        };
        assert!(check(&["store.db", "attachments/a"]).is_ok());
        assert!(check(&["attachments/a"]).is_err());
        assert!(check(&["store.db", "store.db"]).is_err());
        assert!(check(&["store.db", "../a"]).is_err());
    }
}
