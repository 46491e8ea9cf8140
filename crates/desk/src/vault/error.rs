//! What can go wrong with a vault or a backup, each with the code of its Chinese sentence.

use std::{
    fmt::Display,
    io,
    path::{Path, PathBuf},
};

use andu_crypto::CryptoError;

use super::ShelfError;

/// The situations of vault and backup. The sentence for the user is `vault.<code>` of the catalogue
/// `assets/text/zh-CN/vault.json`, filled with [`VaultError::fields`].
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is already a vault here; making another would lose the key of the store.
    #[error("a vault already exists: {}", path.display())]
    AlreadyExists {
        /// The vault file.
        path: PathBuf,
    },
    /// The profile name cannot be part of folder, bus and keyring names.
    #[error("a profile name is 1 to 32 of a-z, 0-9 and `-`: {name:?}")]
    ProfileName {
        /// What was given, cut to 40 characters.
        name: String,
    },
    /// A new password has too few characters.
    #[error("password too short: {found} characters, at least {minimum}")]
    PasswordTooShort {
        /// The least number of characters, after normalisation.
        minimum: usize,
        /// How many there were.
        found: usize,
    },
    /// A password longer than anybody types.
    #[error("password too long: more than {maximum} characters")]
    PasswordTooLong {
        /// The greatest number of characters, after normalisation.
        maximum: usize,
    },
    /// The password does not open the vault.
    #[error("wrong password: {failed} in a row, next try in {wait_seconds} s")]
    WrongPassword {
        /// Wrong passwords in a row, this one included.
        failed: u32,
        /// Seconds until the next try is allowed.
        wait_seconds: u64,
    },
    /// The password does not open the backup. It is the one that was set when the backup was made.
    #[error("wrong password for this backup")]
    WrongBackupPassword,
    /// The delay after wrong passwords is not over; this password was not tried.
    #[error("too soon after a wrong password: wait {wait_seconds} s")]
    TooSoon {
        /// Seconds until the next try is allowed.
        wait_seconds: u64,
    },
    /// The keyring answers, but no longer has this vault's pepper: no password can open it.
    #[error("the keyring lost the pepper\nopen with the recovery code, then set a password")]
    PepperLost,
    /// The keyring is needed and does not answer.
    #[error("the keyring is not available")]
    KeyringUnavailable(#[source] ShelfError),
    /// Opening by the keyring alone was not chosen for this vault.
    #[error("opening by keyring is switched off")]
    KeyringOpeningOff,
    /// The keyring no longer has the key that opens this vault.
    #[error("the keyring lost the opening key\nopen with the password")]
    OpeningKeyLost,
    /// The keyring no longer has a secret that was put there.
    #[error("the keyring lost `{name}`")]
    KeptSecretLost {
        /// Which one.
        name: String,
    },
    /// Not 40 characters.
    #[error("a recovery code has 40 characters: {found}")]
    RecoveryCodeLength {
        /// How many there were, without spaces and dashes.
        found: usize,
    },
    /// A character no recovery code has.
    #[error("not a character of a recovery code: {character:?} in group {group}")]
    RecoveryCodeCharacter {
        /// Group, counted from 1.
        group: usize,
        /// The character.
        character: char,
    },
    /// A group whose check character does not fit: it was mistyped.
    #[error("group {group} of the recovery code is mistyped")]
    RecoveryCodeTypo {
        /// Group, counted from 1.
        group: usize,
    },
    /// A well-formed code, but of another vault or an older one of this vault.
    #[error("this recovery code does not belong to this vault")]
    WrongRecoveryCode,
    /// The vault file cannot be understood or was altered.
    #[error("vault file damaged: {}: {reason}", path.display())]
    Damaged {
        /// The vault file.
        path: PathBuf,
        /// For the log.
        reason: String,
    },
    /// Written by a newer release.
    #[error("written by a newer release: version {found}, known up to {supported}: {}", path.display())]
    NewerVersion {
        /// Vault file or backup.
        path: PathBuf,
        /// Version found.
        found: u32,
        /// The newest version this release reads.
        supported: u32,
    },
    /// The file is something else.
    #[error("not a backup: {}", path.display())]
    NotABackup {
        /// The file.
        path: PathBuf,
    },
    /// The file is a backup, but altered or incomplete. Nothing was restored.
    #[error("backup damaged: {}: {reason}", path.display())]
    BackupDamaged {
        /// The file.
        path: PathBuf,
        /// For the log.
        reason: String,
    },
    /// A backup would overwrite a file.
    #[error("a file of this name already exists: {}", path.display())]
    BackupExists {
        /// The file.
        path: PathBuf,
    },
    /// A label is read by anybody who has the backup, so it may not name an agency or a person.
    #[error("a backup label is at most 40 ASCII letters, digits, spaces, `-` and `_`")]
    BackupLabel,
    /// A file changed while it was being copied into the backup.
    #[error("changed while it was backed up: {}", path.display())]
    SourceChanged {
        /// The file.
        path: PathBuf,
    },
    /// A file that cannot go into a backup (its name is not text, it is a link, or there are too many).
    #[error("cannot be backed up: {}", path.display())]
    SourceUnusable {
        /// The file.
        path: PathBuf,
    },
    /// No room left. What was there before is unchanged.
    #[error("the disk is full: {}", path.display())]
    DiskFull {
        /// What was being written.
        path: PathBuf,
    },
    /// Reading failed.
    #[error("cannot read {}", path.display())]
    CannotRead {
        /// What was being read.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Writing failed. What was there before is unchanged.
    #[error("cannot write {}", path.display())]
    CannotWrite {
        /// What was being written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Key derivation needs more memory than there is.
    #[error("not enough memory to derive the key: {memory_kib} KiB")]
    OutOfMemory {
        /// Needed, in KiB.
        memory_kib: u32,
    },
    /// Something about keys that no input explains.
    #[error("keys")]
    Crypto(#[source] CryptoError),
}

impl VaultError {
    /// The key of the sentence in the catalogue, without `vault.`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyExists { .. } => "already_exists",
            Self::ProfileName { .. } => "profile_name",
            Self::PasswordTooShort { .. } => "password_too_short",
            Self::PasswordTooLong { .. } => "password_too_long",
            Self::WrongPassword { .. } => "wrong_password",
            Self::WrongBackupPassword => "wrong_backup_password",
            Self::TooSoon { .. } => "too_soon",
            Self::PepperLost => "pepper_lost",
            Self::KeyringUnavailable(_) => "keyring_unavailable",
            Self::KeyringOpeningOff => "keyring_opening_off",
            Self::OpeningKeyLost => "opening_key_lost",
            Self::KeptSecretLost { .. } => "kept_secret_lost",
            Self::RecoveryCodeLength { .. } => "recovery_code_length",
            Self::RecoveryCodeCharacter { .. } => "recovery_code_character",
            Self::RecoveryCodeTypo { .. } => "recovery_code_typo",
            Self::WrongRecoveryCode => "wrong_recovery_code",
            Self::Damaged { .. } => "damaged",
            Self::NewerVersion { .. } => "newer_version",
            Self::NotABackup { .. } => "not_a_backup",
            Self::BackupDamaged { .. } => "backup_damaged",
            Self::BackupExists { .. } => "backup_exists",
            Self::BackupLabel => "backup_label",
            Self::SourceChanged { .. } => "source_changed",
            Self::SourceUnusable { .. } => "source_unusable",
            Self::DiskFull { .. } => "disk_full",
            Self::CannotRead { .. } => "cannot_read",
            Self::CannotWrite { .. } => "cannot_write",
            Self::OutOfMemory { .. } => "out_of_memory",
            Self::Crypto(_) => "crypto",
        }
    }

    /// The values for the placeholders of the sentence.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::AlreadyExists { path }
            | Self::NotABackup { path }
            | Self::BackupExists { path }
            | Self::SourceChanged { path }
            | Self::SourceUnusable { path }
            | Self::DiskFull { path }
            | Self::Damaged { path, .. }
            | Self::BackupDamaged { path, .. } => vec![shown(path)],
            Self::CannotRead { path, source } | Self::CannotWrite { path, source } => {
                vec![shown(path), ("reason", andu_api::cause::words(source))]
            }
            Self::NewerVersion {
                path,
                found,
                supported,
            } => vec![
                shown(path),
                field("found", found),
                field("supported", supported),
            ],
            Self::ProfileName { name } | Self::KeptSecretLost { name } => {
                vec![field("name", name)]
            }
            Self::PasswordTooShort { minimum, found } => {
                vec![field("minimum", minimum), field("found", found)]
            }
            Self::PasswordTooLong { maximum } => vec![field("maximum", maximum)],
            Self::WrongPassword {
                failed,
                wait_seconds,
            } => vec![field("failed", failed), field("wait_seconds", wait_seconds)],
            Self::TooSoon { wait_seconds } => vec![field("wait_seconds", wait_seconds)],
            Self::RecoveryCodeLength { found } => vec![field("found", found)],
            Self::RecoveryCodeCharacter { group, character } => {
                vec![field("group", group), field("character", character)]
            }
            Self::RecoveryCodeTypo { group } => vec![field("group", group)],
            Self::OutOfMemory { memory_kib } => {
                vec![field("memory_mib", &memory_kib.div_ceil(1024))]
            }
            Self::WrongBackupPassword
            | Self::PepperLost
            | Self::KeyringUnavailable(_)
            | Self::KeyringOpeningOff
            | Self::OpeningKeyLost
            | Self::WrongRecoveryCode
            | Self::BackupLabel
            | Self::Crypto(_) => Vec::new(),
        }
    }

    /// The same about `meant` where it is about `made`: a file that is made under another name first.
    #[must_use]
    pub(crate) fn about(mut self, made: &Path, meant: &Path) -> Self {
        match &mut self {
            Self::BackupExists { path }
            | Self::DiskFull { path }
            | Self::CannotRead { path, .. }
            | Self::CannotWrite { path, .. }
                if path == made =>
            {
                meant.clone_into(path);
            }
            _ => {}
        }
        self
    }

    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::CannotRead {
            path: path.to_owned(),
            source,
        }
    }

    pub(super) fn writing(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull {
                path: path.to_owned(),
            },
            _ => Self::CannotWrite {
                path: path.to_owned(),
                source,
            },
        }
    }
}

impl From<CryptoError> for VaultError {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::OutOfMemory { memory_kib } => Self::OutOfMemory { memory_kib },
            other => Self::Crypto(other),
        }
    }
}

fn shown(path: &Path) -> (&'static str, String) {
    field("path", &path.display())
}

fn field(name: &'static str, value: &dyn Display) -> (&'static str, String) {
    (name, value.to_string())
}
