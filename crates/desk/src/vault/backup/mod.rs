//! Backups: the whole desk in one encrypted file, which opens with the password or the recovery
//! code on any machine, without its keyring.
//!
//! The file: magic `ANDUBAK1`; length (4 bytes, big endian) and JSON of the clear header; length
//! and bytes of the portable vault file; BLAKE3 of all that; then a sealed stream, bound to all that
//! and opened by a subkey of the store key. In the stream: length and JSON of the manifest, then the
//! files one after another. Nothing is compressed.

mod archive;
mod create;
mod header;
mod restore;

#[cfg(test)]
mod tests;

pub use create::{BackupSource, BackupSummary, create};
pub use header::{BackupHeader, may_replace, read_header};
pub use restore::{Restored, Unlock, finish_interrupted, restore, verify};

/// The name of the store in a restored profile folder.
pub const STORE_FILE: &str = "store.db";
/// The name of the folder of attachments in a restored profile folder.
pub const ATTACHMENTS_FOLDER: &str = "attachments";
