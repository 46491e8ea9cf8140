//! Restoring a backup into a profile folder: all of it is checked before anything is written, it is
//! written beside, and one rename puts it in place. What was there before is moved aside.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

use andu_crypto::{CryptoError, OpenReader};

use super::{
    super::{
        Password, RecoveryCode, StoreKey, VaultError,
        atomic::{create_private_folder, sync_folder_of},
        file::Pepper,
        slot::{unwrap_with_password, unwrap_with_recovery},
        write_atomically,
    },
    BackupHeader, BackupSummary,
    archive::{self, Manifest, broken},
    header::Preamble,
};

/// What opens a backup: what opened the vault when it was made.
#[derive(Debug, Clone, Copy)]
pub enum Unlock<'a> {
    /// The password.
    Password(&'a Password),
    /// The recovery code.
    RecoveryCode(&'a RecoveryCode),
}

/// A finished restore.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The folder that was there before, now under another name; `None` if there was none.
    pub moved_aside: Option<PathBuf>,
}

/// Opens a backup and compares every byte with its manifest, writing nothing.
///
/// # Errors
/// `NotABackup`, `NewerVersion`, `BackupDamaged`, `CannotRead`, `WrongBackupPassword`,
/// `WrongRecoveryCode`, `OutOfMemory`.
pub fn verify(backup: &Path, unlock: Unlock<'_>) -> Result<BackupSummary, VaultError> {
    let (preamble, key, file) = open(backup, unlock)?;
    let manifest = read_archive(&preamble, &key, file, None, backup)?;
    Ok(summary(preamble.header, &manifest))
}

/// Restores a backup as the profile folder `target`. The store must be closed. Afterwards the vault
/// opens with the same password or recovery code; the secrets of the device (its key, tokens) are
/// not in a backup: a restored desk is a new device.
///
/// # Errors
/// As [`verify`], with nothing written; `DiskFull` and `CannotWrite`, with `target` as it was. After
/// a crash the next start calls [`finish_interrupted`].
pub fn restore(
    backup: &Path,
    unlock: Unlock<'_>,
    target: &Path,
    now_ms: i64,
) -> Result<(BackupSummary, Restored), VaultError> {
    restore_in_steps(backup, unlock, target, now_ms, &mut |_| Ok(()))
}

/// Puts in place what a crash kept a restore from putting in place; to be called before a profile
/// folder is looked at. `None` if there was nothing to do.
///
/// # Errors
/// `CannotWrite`.
pub fn finish_interrupted(target: &Path, now_ms: i64) -> Result<Option<Restored>, VaultError> {
    let unfinished = beside(target, "restoring");
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).map_err(VaultError::writing(&unfinished))?;
    }
    if !beside(target, "restored").exists() {
        return Ok(None);
    }
    put_in_place(target, now_ms, &mut |_| Ok(())).map(Some)
}

/// What has just been done; tests make the machine stop after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Verified,
    Extracted,
    /// From here on the restore is going to happen, crash or not.
    Committed,
    MovedAside,
    Placed,
}

type After<'a> = &'a mut dyn FnMut(Step) -> io::Result<()>;

pub(super) fn restore_in_steps(
    backup: &Path,
    unlock: Unlock<'_>,
    target: &Path,
    now_ms: i64,
    after: After<'_>,
) -> Result<(BackupSummary, Restored), VaultError> {
    let (preamble, key, file) = open(backup, unlock)?;
    read_archive(&preamble, &key, file, None, backup)?;
    finish_interrupted(target, now_ms)?;
    after(Step::Verified).map_err(VaultError::writing(target))?;
    let unfinished = beside(target, "restoring");
    let extracted = extract(&preamble, &key, backup, &unfinished);
    let manifest = match extracted {
        Ok(manifest) => manifest,
        Err(error) => {
            // Worth nothing; if it cannot be removed, the next restore removes it.
            let _ = fs::remove_dir_all(&unfinished);
            return Err(error);
        }
    };
    after(Step::Extracted).map_err(VaultError::writing(target))?;
    fs::rename(&unfinished, beside(target, "restored"))
        .and_then(|()| sync_folder_of(target))
        .and_then(|()| after(Step::Committed))
        .map_err(VaultError::writing(target))?;
    let restored = put_in_place(target, now_ms, after)?;
    Ok((summary(preamble.header, &manifest), restored))
}

fn extract(
    preamble: &Preamble,
    key: &StoreKey,
    backup: &Path,
    folder: &Path,
) -> Result<Manifest, VaultError> {
    create_private_folder(folder).map_err(VaultError::writing(folder))?;
    let mut file = File::open(backup).map_err(VaultError::reading(backup))?;
    let again = Preamble::read(&mut file, backup)?;
    if again.bytes() != preamble.bytes() {
        return Err(VaultError::SourceChanged {
            path: backup.to_owned(),
        });
    }
    let manifest = read_archive(preamble, key, file, Some(folder), backup)?;
    write_atomically(&folder.join("vault.json"), &preamble.vault.to_bytes())?;
    Ok(manifest)
}

fn put_in_place(target: &Path, now_ms: i64, after: After<'_>) -> Result<Restored, VaultError> {
    let mut moved_aside = None;
    if target.exists() {
        // An empty folder needs no keeping.
        if fs::remove_dir(target).is_err() {
            let aside = free_name(target, now_ms);
            fs::rename(target, &aside).map_err(VaultError::writing(target))?;
            moved_aside = Some(aside);
        }
    }
    after(Step::MovedAside).map_err(VaultError::writing(target))?;
    fs::rename(beside(target, "restored"), target)
        .and_then(|()| sync_folder_of(target))
        .and_then(|()| after(Step::Placed))
        .map_err(VaultError::writing(target))?;
    Ok(Restored { moved_aside })
}

/// `<target>.before-restore-<now>`, with a number if that is taken.
fn free_name(target: &Path, now_ms: i64) -> PathBuf {
    let first = beside(target, &format!("before-restore-{now_ms}"));
    std::iter::once(first)
        .chain((2_u64..).map(|n| beside(target, &format!("before-restore-{now_ms}-{n}"))))
        .find(|path| !path.exists())
        .expect("BUG: some number is free")
}

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    target.with_file_name(name)
}

/// Reads the preamble and unwraps the store key.
fn open(backup: &Path, unlock: Unlock<'_>) -> Result<(Preamble, StoreKey, File), VaultError> {
    let mut file = File::open(backup).map_err(VaultError::reading(backup))?;
    let preamble = Preamble::read(&mut file, backup)?;
    let vault = &preamble.vault;
    if vault.password.pepper != (Pepper::None {}) {
        let reason = "its password slot needs a keyring".to_owned();
        return Err(VaultError::BackupDamaged {
            path: backup.to_owned(),
            reason,
        });
    }
    let (key, wrong) = match unlock {
        Unlock::Password(password) => (
            unwrap_with_password(&vault.vault_id, &vault.password, password, None),
            VaultError::WrongBackupPassword,
        ),
        Unlock::RecoveryCode(code) => (
            unwrap_with_recovery(&vault.vault_id, &vault.recovery, code),
            VaultError::WrongRecoveryCode,
        ),
    };
    let key = key.map_err(|error| match error {
        CryptoError::DoesNotOpen => wrong,
        other => other.into(),
    })?;
    Ok((preamble, key, file))
}

/// Reads the sealed part from `reader`, which stands at its beginning.
pub(super) fn read_archive(
    preamble: &Preamble,
    key: &StoreKey,
    reader: impl Read,
    folder: Option<&Path>,
    backup: &Path,
) -> Result<Manifest, VaultError> {
    let mut opener = OpenReader::new(&preamble.archive_key(key), preamble.bytes(), reader)
        .map_err(|error| broken(backup)(error.into()))?;
    archive::read(&mut opener, folder, backup)
}

fn summary(header: BackupHeader, manifest: &Manifest) -> BackupSummary {
    BackupSummary {
        header,
        files: manifest.files.len(),
        length_bytes: manifest.length_bytes(),
    }
}
