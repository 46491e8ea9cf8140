//! The form of `vault.json`: versioned, canonical (one byte sequence for one content), with a
//! checksum that tells damage from a wrong password. Secrets are in it only sealed.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{ErrorKind, Read},
    path::Path,
};

use andu_crypto::{KdfParams, Suite, hash};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{VaultError, write_atomically};

const FORMAT: &str = "andu-vault";
/// The newest version this release reads and the one it writes.
pub(super) const VERSION: u32 = 1;
const LIMIT_BYTES: u64 = 1 << 20;

/// Bytes, written as base 64 with padding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Base64(pub(super) Vec<u8>);

impl From<Base64> for String {
    fn from(bytes: Base64) -> Self {
        STANDARD.encode(bytes.0)
    }
}

impl TryFrom<String> for Base64 {
    type Error = base64::DecodeError;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self)
    }
}

/// Where the pepper of the password slot is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "home", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Pepper {
    /// There is none: the password alone opens the slot.
    None {},
    /// In the keyring under the name `pepper-<id>`; `check` recognises it.
    Keyring { id: String, check: Base64 },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordSlot {
    pub(super) kdf: KdfParams,
    pub(super) salt: Base64,
    pub(super) pepper: Pepper,
    pub(super) sealed_key: Base64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecoverySlot {
    pub(super) kdf: KdfParams,
    pub(super) salt: Base64,
    pub(super) sealed_key: Base64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyringSlot {
    pub(super) sealed_key: Base64,
}

/// Where a secret of this device is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "home", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Home {
    Keyring {},
    Vault { sealed: Base64 },
}

/// The content of `vault.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VaultFile {
    format: String,
    version: u32,
    pub(super) suite: Suite,
    /// 16 hexadecimal digits; names this vault's entries in the keyring.
    pub(super) vault_id: String,
    pub(super) password: PasswordSlot,
    pub(super) recovery: RecoverySlot,
    pub(super) keyring: Option<KeyringSlot>,
    /// The password slot without pepper that goes into backups, sealed with the store key: it must
    /// open on a machine whose keyring never saw the pepper, and must not weaken this one.
    pub(super) portable: Option<Base64>,
    pub(super) kept: BTreeMap<String, Home>,
    checksum: Base64,
}

#[derive(Deserialize)]
struct Envelope {
    format: String,
    version: u32,
}

impl VaultFile {
    pub(super) fn new(vault_id: String, password: PasswordSlot, recovery: RecoverySlot) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            suite: Suite::default(),
            vault_id,
            password,
            recovery,
            keyring: None,
            portable: None,
            kept: BTreeMap::new(),
            checksum: Base64(Vec::new()),
        }
    }

    /// Reads the vault file; `None` if there is none.
    ///
    /// # Errors
    /// `CannotRead`, `Damaged`, `NewerVersion`.
    pub(super) fn read(path: &Path) -> Result<Option<Self>, VaultError> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultError::reading(path)(error)),
        };
        let mut bytes = Vec::new();
        file.take(LIMIT_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(VaultError::reading(path))?;
        Self::parse(&bytes, path).map(Some)
    }

    /// Writes the vault file atomically.
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`.
    pub(super) fn write(&self, path: &Path) -> Result<(), VaultError> {
        write_atomically(path, &self.to_bytes())
    }

    /// Reads the content of a vault file; `path` is for the error only.
    pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Self, VaultError> {
        let damaged = |reason: String| VaultError::Damaged {
            path: path.to_owned(),
            reason,
        };
        if bytes.len() as u64 > LIMIT_BYTES {
            return Err(damaged("too long".to_owned()));
        }
        let envelope: Envelope =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if envelope.format != FORMAT {
            return Err(damaged("another format".to_owned()));
        }
        if envelope.version > VERSION {
            return Err(VaultError::NewerVersion {
                path: path.to_owned(),
                found: envelope.version,
                supported: VERSION,
            });
        }
        let file: Self =
            serde_json::from_slice(bytes).map_err(|error| damaged(error.to_string()))?;
        if file.checksum != file.computed_checksum() {
            return Err(damaged("checksum".to_owned()));
        }
        Ok(file)
    }

    /// The canonical bytes: two spaces, fields in the order of the type, map keys sorted, a line
    /// feed at the end.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let whole = Self {
            checksum: self.computed_checksum(),
            ..self.clone()
        };
        whole.as_json()
    }

    fn computed_checksum(&self) -> Base64 {
        let bare = Self {
            checksum: Base64(Vec::new()),
            ..self.clone()
        };
        Base64(hash(&bare.as_json()).to_vec())
    }

    fn as_json(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("BUG: a vault file is JSON");
        bytes.push(b'\n');
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> VaultFile {
        let kdf = KdfParams {
            memory_kib: 64,
            passes: 1,
            lanes: 1,
        };
        let salt = Base64(vec![1; 16]);
        let sealed_key = Base64(vec![2; 73]);
        let pepper = Pepper::Keyring {
            id: "0a1b".to_owned(),
            check: Base64(vec![3; 8]),
        };
        let mut file = VaultFile::new(
            "00112233aabbccdd".to_owned(),
            PasswordSlot {
                kdf,
                salt: salt.clone(),
                pepper,
                sealed_key: sealed_key.clone(),
            },
            RecoverySlot {
                kdf,
                salt,
                sealed_key,
            },
        );
        file.kept.insert("device-key".to_owned(), Home::Keyring {});
        file
    }

    fn parse(bytes: &[u8]) -> Result<VaultFile, VaultError> {
        VaultFile::parse(bytes, Path::new("vault.json"))
    }

    #[test]
    fn what_is_written_reads_back_and_writes_the_same_bytes() {
        let bytes = example().to_bytes();
        let read = parse(&bytes).unwrap();
        assert_eq!(read.to_bytes(), bytes);
        assert_eq!(read.kept, example().kept);
    }

    #[test]
    fn any_flipped_bit_is_damage_or_changes_nothing() {
        let bytes = example().to_bytes();
        let whole = parse(&bytes).unwrap();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bent = bytes.clone();
                bent[at] ^= 1 << bit;
                match parse(&bent) {
                    Err(VaultError::Damaged { .. } | VaultError::NewerVersion { .. }) => {}
                    Ok(file) => assert_eq!(file, whole, "byte {at} bit {bit}"),
                    Err(other) => panic!("byte {at} bit {bit}: {other}"),
                }
            }
        }
    }

    #[test]
    fn any_truncation_is_damage() {
        let bytes = example().to_bytes();
        for keep in 0..bytes.len() - 1 {
            assert!(
                matches!(parse(&bytes[..keep]), Err(VaultError::Damaged { .. })),
                "{keep}"
            );
        }
    }

    #[test]
    fn a_newer_version_is_not_called_damaged() {
        let newer = br#"{"format": "andu-vault", "version": 7, "slots": []}"#;
        let refused = parse(newer);
        assert!(matches!(
            refused,
            Err(VaultError::NewerVersion {
                found: 7,
                supported: VERSION,
                ..
            })
        ));
    }

    #[test]
    fn unknown_fields_and_huge_files_are_refused() {
        let text = String::from_utf8(example().to_bytes()).unwrap();
        let more = text.replacen('{', "{\"extra\": 1,", 1);
        assert!(matches!(
            parse(more.as_bytes()),
            Err(VaultError::Damaged { .. })
        ));
        let huge = format!("{text}{}", " ".repeat(2 << 20));
        assert!(matches!(
            parse(huge.as_bytes()),
            Err(VaultError::Damaged { .. })
        ));
    }
}
