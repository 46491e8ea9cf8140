//! Making a backup, and reading it back before it counts.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use andu_crypto::{CryptoError, SealWriter, Suite, random_bytes};

use super::{
    super::{
        StoreKey, Vault, VaultError,
        atomic::{create_private, sync_folder_of, temporary_beside},
    },
    ATTACHMENTS_FOLDER, BackupHeader, STORE_FILE,
    archive::{self, LIMIT_FILES, Manifest, SourceFile, is_safe},
    header::{Preamble, VERSION},
    restore::read_archive,
};

const LIMIT_LABEL_CHARACTERS: usize = 40;

/// What goes into a backup beside the vault.
#[derive(Debug, Clone, Copy)]
pub struct BackupSource<'a> {
    /// A consistent copy of the encrypted store that nobody writes to.
    pub store_copy: &'a Path,
    /// The folder of attachments; `None` if there is none.
    pub attachments: Option<&'a Path>,
}

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupSummary {
    /// Its clear header.
    pub header: BackupHeader,
    /// Number of files, the store included.
    pub files: usize,
    /// Their bytes together.
    pub length_bytes: u64,
}

/// Writes a backup to `out` and reads it back; `out` appears only when that succeeded. The caller
/// gives the instant (Unix milliseconds) and a `label` that names no agency and no person, for it
/// stays readable. Reads every file twice and writes it once.
///
/// # Errors
/// `BackupLabel`, `BackupExists`, `SourceUnusable`, `SourceChanged`, `CannotRead`, `DiskFull`,
/// `CannotWrite`.
pub fn create(
    vault: &Vault,
    source: &BackupSource<'_>,
    label: &str,
    created_at_ms: i64,
    out: &Path,
) -> Result<BackupSummary, VaultError> {
    check_label(label)?;
    if out.try_exists().map_err(VaultError::reading(out))? {
        return Err(VaultError::BackupExists {
            path: out.to_owned(),
        });
    }
    let sources = list(source)?;
    let manifest = Manifest::of(&sources)?;
    let header = BackupHeader {
        version: VERSION,
        suite: Suite::default(),
        backup_id: random_bytes::<16>()?
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        label: label.to_owned(),
        created_at_ms,
    };
    let preamble = Preamble::new(header, vault.portable_file()?);
    let temporary = temporary_beside(out);
    let written = create_private(&temporary)
        .map_err(VaultError::writing(out))
        .and_then(|file| {
            let file = write(vault.store_key(), &preamble, &manifest, &sources, file, out)?;
            file.sync_all().map_err(VaultError::writing(out))
        })
        .and_then(|()| read_back(vault.store_key(), &temporary))
        .and_then(|()| {
            fs::rename(&temporary, out)
                .and_then(|()| sync_folder_of(out))
                .map_err(VaultError::writing(out))
        });
    if let Err(error) = written {
        // The unfinished file is worth nothing; if it cannot be removed, the next backup overwrites it.
        let _ = fs::remove_file(&temporary);
        return Err(error);
    }
    let (files, length_bytes) = (manifest.files.len(), manifest.length_bytes());
    Ok(BackupSummary {
        header: preamble.header,
        files,
        length_bytes,
    })
}

pub(super) fn write<W: Write>(
    key: &StoreKey,
    preamble: &Preamble,
    manifest: &Manifest,
    sources: &[SourceFile],
    mut writer: W,
    out: &Path,
) -> Result<W, VaultError> {
    let sealing = |error: CryptoError| match error {
        CryptoError::Io(source) => VaultError::writing(out)(source),
        other => other.into(),
    };
    writer
        .write_all(preamble.bytes())
        .map_err(VaultError::writing(out))?;
    let mut sealer =
        SealWriter::new(&preamble.archive_key(key), preamble.bytes(), writer).map_err(sealing)?;
    archive::write(manifest, sources, &mut sealer, out)?;
    sealer.finish().map_err(sealing)
}

fn read_back(key: &StoreKey, path: &Path) -> Result<(), VaultError> {
    let mut file = File::open(path).map_err(VaultError::reading(path))?;
    let preamble = Preamble::read(&mut file, path)?;
    read_archive(&preamble, key, file, None, path).map(|_| ())
}

fn check_label(label: &str) -> Result<(), VaultError> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-' | b'_');
    if label.len() <= LIMIT_LABEL_CHARACTERS && label.bytes().all(is_plain) {
        return Ok(());
    }
    Err(VaultError::BackupLabel)
}

/// All files, the store first, then attachments by name.
pub(super) fn list(source: &BackupSource<'_>) -> Result<Vec<SourceFile>, VaultError> {
    let store = source.store_copy.to_owned();
    let mut files = vec![SourceFile {
        name: STORE_FILE.to_owned(),
        path: store,
    }];
    let mut folders = Vec::new();
    if let Some(attachments) = source.attachments {
        folders.push((ATTACHMENTS_FOLDER.to_owned(), attachments.to_owned()));
    }
    while let Some((prefix, folder)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(VaultError::reading(&folder))? {
            let entry = entry.map_err(VaultError::reading(&folder))?;
            let path = entry.path();
            let unusable = || VaultError::SourceUnusable { path: path.clone() };
            let name = entry.file_name();
            let name = format!("{prefix}/{}", name.to_str().ok_or_else(unusable)?);
            let kind = entry.file_type().map_err(VaultError::reading(&path))?;
            if !is_safe(&name) || files.len() >= LIMIT_FILES {
                return Err(unusable());
            }
            match kind {
                kind if kind.is_dir() => folders.push((name, path)),
                kind if kind.is_file() => files.push(SourceFile { name, path }),
                _ => return Err(unusable()),
            }
        }
    }
    files[1..].sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
