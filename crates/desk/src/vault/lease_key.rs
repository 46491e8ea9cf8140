//! Keys of leased files. Each lies in a small file of its own, sealed under the store key and bound to its
//! lease, so that it can be overwritten where it lies: without it the leased file is noise, here and in every
//! copy.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Read as _, Write as _},
    path::{Path, PathBuf},
};

use andu_crypto::{Secret32, open, seal};
use zeroize::Zeroizing;

use super::{
    StoreKey, Vault, VaultError,
    atomic::{create_private_folder, sync_folder_of, write_atomically},
};

/// How files with keys end.
const ENDING: &str = "key";
/// A key file is far shorter.
const LONGEST_BYTES: u64 = 4_096;

/// The keys of one desk's leased files.
pub struct LeaseKeys {
    folder: PathBuf,
    wrapping: Secret32,
}

impl Vault {
    /// The keys of the leased files in `folder`.
    pub fn lease_keys(&self, folder: &Path) -> LeaseKeys {
        LeaseKeys {
            folder: folder.to_owned(),
            wrapping: self
                .key
                .subkey("andu lease keys v1", self.file.vault_id.as_bytes()),
        }
    }
}

impl LeaseKeys {
    /// Where leased files and their keys lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.{ENDING}"))
    }

    /// Makes the key of a lease and keeps it; 64 hexadecimal digits.
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`.
    pub fn make(&self, id: &str, scope: &str) -> Result<Zeroizing<String>, VaultError> {
        create_private_folder(&self.folder).map_err(VaultError::writing(&self.folder))?;
        let key = StoreKey::random()?;
        let sealed = seal(&self.wrapping, &context(id, scope), key.bytes())?;
        write_atomically(&self.path(id), &sealed)?;
        Ok(key.to_sqlcipher_hex())
    }

    /// The key of a lease; `None` where it was dropped.
    ///
    /// # Errors
    /// `CannotRead`; `Crypto` where it is another lease's or another vault's.
    pub fn read(&self, id: &str, scope: &str) -> Result<Option<Zeroizing<String>>, VaultError> {
        let path = self.path(id);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(VaultError::reading(&path)(error)),
        };
        let mut sealed = Vec::new();
        file.take(LONGEST_BYTES)
            .read_to_end(&mut sealed)
            .map_err(VaultError::reading(&path))?;
        let bytes = Zeroizing::new(open(&self.wrapping, &context(id, scope), &sealed)?);
        Ok(Some(StoreKey::from_slice(&bytes)?.to_sqlcipher_hex()))
    }

    /// Drops the key of a lease.
    ///
    /// # Errors
    /// `CannotWrite`; the key may then be there still.
    pub fn erase(&self, id: &str) -> Result<(), VaultError> {
        erase_file(&self.path(id))
    }
}

/// Drops every key that lies in a folder of leased files; nobody need open the vault for it.
///
/// # Errors
/// `CannotRead`, `CannotWrite`; keys may then be there still.
pub fn erase_lease_keys(folder: &Path) -> Result<(), VaultError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(VaultError::reading(folder)(error)),
    };
    for entry in entries {
        let path = entry.map_err(VaultError::reading(folder))?.path();
        // What an interrupted writing left behind (`….key.new`) holds a key as well.
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.contains(&format!(".{ENDING}")) {
            erase_file(&path)?;
        }
    }
    Ok(())
}

/// Overwrites a file where it lies, and removes it.
fn erase_file(path: &Path) -> Result<(), VaultError> {
    let overwrite = || {
        let length = fs::metadata(path)?.len();
        let mut file = OpenOptions::new().write(true).open(path)?;
        let zeros = usize::try_from(length.min(LONGEST_BYTES)).unwrap_or(0);
        file.write_all(&vec![0; zeros])?;
        file.sync_all()?;
        drop(file);
        fs::remove_file(path)?;
        sync_folder_of(path)
    };
    match overwrite() {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(VaultError::writing(path)(error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn context(id: &str, scope: &str) -> Vec<u8> {
    format!("{id}\n{scope}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(folder: &Path) -> LeaseKeys {
        LeaseKeys {
            folder: folder.to_owned(),
            wrapping: Secret32::from_slice(&[7; 32]).unwrap(),
        }
    }

    #[test]
    fn a_key_is_read_for_its_own_lease_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(&folder.path().join("leases"));
        let key = keys.make("a", "restricted:1").unwrap();
        assert_eq!(keys.read("a", "restricted:1").unwrap(), Some(key));
        assert!(keys.read("a", "restricted:2").is_err());
        std::fs::rename(keys.path("a"), keys.path("b")).unwrap();
        assert!(keys.read("b", "restricted:1").is_err());
        assert!(keys.read("a", "restricted:1").unwrap().is_none());
    }

    #[test]
    fn a_dropped_key_leaves_no_file_and_dropping_twice_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(folder.path());
        keys.make("a", "s").unwrap();
        // Another name of the same file shows what is left where it lay.
        let trace = folder.path().join("trace");
        std::fs::hard_link(keys.path("a"), &trace).unwrap();
        keys.erase("a").unwrap();
        keys.erase("a").unwrap();
        assert!(!keys.path("a").exists());
        assert!(std::fs::read(&trace).unwrap().iter().all(|byte| *byte == 0));
    }

    #[test]
    fn all_keys_of_a_folder_go_and_nothing_else_does() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(folder.path());
        keys.make("a", "s").unwrap();
        std::fs::write(folder.path().join("b.key.new"), b"half").unwrap();
        std::fs::write(folder.path().join("a.db"), b"noise").unwrap();
        erase_lease_keys(folder.path()).unwrap();
        let left: Vec<_> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["a.db"]);
        erase_lease_keys(&folder.path().join("none")).unwrap();
    }
}
