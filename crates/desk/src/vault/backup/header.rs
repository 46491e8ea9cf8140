//! The clear beginning of a backup: what it is, when it was made, and the slots that open it.

use std::{fs::File, io::Read, path::Path};

use andu_crypto::{Secret32, Suite, hash};
use serde::{Deserialize, Serialize};

use super::super::{StoreKey, VaultError, file::VaultFile};

const MAGIC: &[u8; 8] = b"ANDUBAK1";
pub(super) const VERSION: u32 = 1;
const LIMIT_BYTES: u32 = 1 << 20;
const CHECKSUM_BYTES: usize = 32;

/// What anybody can read of a backup. It names no agency and no person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupHeader {
    /// The form of the file.
    pub version: u32,
    /// The algorithms of the sealed part.
    pub suite: Suite,
    /// 32 hexadecimal digits, different for every backup.
    pub backup_id: String,
    /// At most 40 ASCII letters, digits, spaces, `-` and `_`.
    pub label: String,
    /// When it was made, Unix milliseconds.
    pub created_at_ms: i64,
}

/// Whether a backup may be written to `path`: nothing is there, or an empty file, or an older backup, be it
/// damaged. Anything else, a store above all, is not overwritten by whoever mistypes a name.
///
/// # Errors
/// What the file system says of a file that is there and cannot be read.
pub fn may_replace(path: &Path) -> std::io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut first = Vec::new();
    Read::by_ref(&mut file)
        .take(MAGIC.len() as u64)
        .read_to_end(&mut first)?;
    Ok(first.is_empty() || first == MAGIC)
}

/// Reads the clear header; needs no password. Says nothing about the sealed part.
///
/// # Errors
/// `CannotRead`, `NotABackup`, `BackupDamaged`, `NewerVersion`.
pub fn read_header(path: &Path) -> Result<BackupHeader, VaultError> {
    let mut file = File::open(path).map_err(VaultError::reading(path))?;
    Preamble::read(&mut file, path).map(|preamble| preamble.header)
}

/// Header and vault file, with the bytes they were read from.
#[derive(Debug)]
pub(super) struct Preamble {
    pub(super) header: BackupHeader,
    pub(super) vault: VaultFile,
    bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct Envelope {
    version: u32,
}

impl Preamble {
    pub(super) fn new(header: BackupHeader, vault: VaultFile) -> Self {
        let json = serde_json::to_vec(&header).expect("BUG: a backup header is JSON");
        let mut bytes = MAGIC.to_vec();
        for part in [json, vault.to_bytes()] {
            let length = u32::try_from(part.len()).expect("BUG: a header is short");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(&part);
        }
        bytes.extend_from_slice(&hash(&bytes));
        Self {
            header,
            vault,
            bytes,
        }
    }

    pub(super) fn read(reader: &mut impl Read, path: &Path) -> Result<Self, VaultError> {
        let damaged = |reason: &str| VaultError::BackupDamaged {
            path: path.to_owned(),
            reason: reason.into(),
        };
        let mut bytes = Vec::new();
        take(reader, MAGIC.len(), &mut bytes, path)?;
        if bytes != MAGIC {
            return Err(VaultError::NotABackup {
                path: path.to_owned(),
            });
        }
        let header_json = take_part(reader, &mut bytes, path)?;
        let vault_json = take_part(reader, &mut bytes, path)?;
        let expected = hash(&bytes);
        let checksum = take(reader, CHECKSUM_BYTES, &mut bytes, path)?;
        if bytes[checksum] != expected {
            return Err(damaged("checksum of the header"));
        }
        let header_json = &bytes[header_json];
        let envelope: Envelope =
            serde_json::from_slice(header_json).map_err(|_| damaged("header"))?;
        if envelope.version > VERSION {
            return Err(VaultError::NewerVersion {
                path: path.to_owned(),
                found: envelope.version,
                supported: VERSION,
            });
        }
        let header = serde_json::from_slice(header_json).map_err(|_| damaged("header"))?;
        let vault = VaultFile::parse(&bytes[vault_json], path).map_err(|error| match error {
            VaultError::Damaged { reason, .. } => damaged(&reason),
            other => other,
        })?;
        Ok(Self {
            header,
            vault,
            bytes,
        })
    }

    /// What the sealed part is bound to, and what stands before it in the file.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The key of the sealed part.
    pub(super) fn archive_key(&self, key: &StoreKey) -> Secret32 {
        key.subkey("andu backup archive v1", self.header.backup_id.as_bytes())
    }
}

type Span = std::ops::Range<usize>;

fn take_part(reader: &mut impl Read, bytes: &mut Vec<u8>, path: &Path) -> Result<Span, VaultError> {
    let length = take(reader, 4, bytes, path)?;
    let length = u32::from_be_bytes(
        bytes[length]
            .try_into()
            .expect("BUG: four bytes were taken"),
    );
    if length > LIMIT_BYTES {
        let reason = "length of the header".to_owned();
        return Err(VaultError::BackupDamaged {
            path: path.to_owned(),
            reason,
        });
    }
    take(reader, length as usize, bytes, path)
}

/// Appends exactly `length` bytes and says where they are.
fn take(
    reader: &mut impl Read,
    length: usize,
    bytes: &mut Vec<u8>,
    path: &Path,
) -> Result<Span, VaultError> {
    let start = bytes.len();
    let read = reader
        .by_ref()
        .take(length as u64)
        .read_to_end(bytes)
        .map_err(VaultError::reading(path))?;
    if read < length {
        // Too short even for the magic: an empty or foreign file.
        return Err(if start < MAGIC.len() {
            VaultError::NotABackup {
                path: path.to_owned(),
            }
        } else {
            VaultError::BackupDamaged {
                path: path.to_owned(),
                reason: "cut".to_owned(),
            }
        });
    }
    Ok(start..bytes.len())
}
