//! One running program for each profile: the bus name finds the other one and brings it to the front; a lock
//! on the folder keeps two apart where there is no bus.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::Path,
    sync::{Mutex, PoisonError},
};

use andu_desk::vault::create_private_folder;
use tauri::{AppHandle, Manager};

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstanceError {
    /// Another program holds it.
    #[error("another instance uses the data folder")]
    InUse,
    /// It cannot be made or written.
    #[error("cannot write to the data folder")]
    Unusable(#[source] io::Error),
}

/// The lock, held as long as the program runs.
pub struct FolderLock(Mutex<Option<File>>);

impl FolderLock {
    /// Takes the folder for this program, making it if needed.
    ///
    /// # Errors
    /// `InUse`, `Unusable`.
    pub fn take(folder: &Path) -> Result<Self, InstanceError> {
        create_private_folder(folder).map_err(InstanceError::Unusable)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))
            .map_err(InstanceError::Unusable)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Mutex::new(Some(file)))),
            Err(TryLockError::WouldBlock) => Err(InstanceError::InUse),
            // A file system without locks: the bus name has to be enough.
            Err(TryLockError::Error(error)) => {
                tracing::warn!(%error, "no lock on the data folder");
                Ok(Self(Mutex::new(None)))
            }
        }
    }
}

/// Lets the next program have profile and folder, before this one has ended.
pub fn release(app: &AppHandle) {
    tauri_plugin_single_instance::destroy(app);
    if let Some(lock) = app.try_state::<FolderLock>() {
        drop(lock.0.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_belongs_to_one_program_until_it_ends() {
        let folder = std::env::temp_dir().join(format!("andu-lock-test-{}", std::process::id()));
        let first = FolderLock::take(&folder).expect("a fresh folder");
        assert!(matches!(
            FolderLock::take(&folder),
            Err(InstanceError::InUse)
        ));
        drop(first);
        assert!(FolderLock::take(&folder).is_ok());
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let answer = FolderLock::take(Path::new("/proc/andu/none"));
        assert!(matches!(answer, Err(InstanceError::Unusable(_))));
    }
}
