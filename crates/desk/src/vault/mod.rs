//! The vault of one profile: the random key of the store, wrapped for the password, for the printed
//! recovery code and, if somebody chooses so, for the keyring of the operating system. Here are also
//! the few secrets of this device, and backups that open on another machine.
//!
//! A vault is absent ([`VaultPlace::look`] finds none), locked ([`LockedVault`]) or open ([`Vault`]).
//! It reads no clock (instants come in as Unix milliseconds) and opens no store: it hands out the
//! [`StoreKey`].

pub mod backup;

mod atomic;
mod attempts;
mod error;
mod file;
mod kept;
mod lease_key;
mod locked;
mod open;
mod password;
mod place;
mod recovery_code;
mod shelf;
mod slot;
mod store_key;

#[cfg(test)]
mod tests;

pub use atomic::{create_private_folder, write_atomically};
pub use attempts::delay_seconds;
pub use error::VaultError;
pub use kept::KeptSecret;
pub use lease_key::{LeaseKeys, erase_lease_keys};
pub use locked::LockedVault;
pub use open::Vault;
pub use password::{MINIMUM_PASSWORD_CHARACTERS, Password};
pub use place::{ProfileName, VAULT_FILE, VaultPlace};
pub use recovery_code::RecoveryCode;
pub use shelf::{OsShelf, SecretShelf, ShelfError};
pub use store_key::StoreKey;
