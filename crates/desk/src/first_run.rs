//! A first run that is cut short leaves a vault without a finished store, which no password could make
//! into a desk. A mark says that it goes on; what lies under the mark is put aside, never deleted.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use andu_store::StoreError;

use crate::vault::create_private_folder;

const MARK: &str = "first-run";
const ASIDE: &str = "first-run-unfinished";

fn mark(folder: &Path) -> PathBuf {
    folder.join(MARK)
}

/// Marks that a first run goes on in `folder`.
///
/// # Errors
/// `DiskFull` and `File` of the store.
pub fn begin(folder: &Path) -> Result<(), StoreError> {
    create_private_folder(folder)?;
    let file = fs::File::create(mark(folder))?;
    file.sync_all()?;
    Ok(())
}

/// The first run is finished.
///
/// # Errors
/// `File` of the store; the mark is then still there.
pub fn end(folder: &Path) -> Result<(), StoreError> {
    fs::remove_file(mark(folder))?;
    Ok(())
}

/// Puts aside what a first run left that was not finished. The mark goes last: whenever this is cut
/// short, it is done again.
///
/// # Errors
/// `File` of the store.
pub fn put_aside(folder: &Path, now_ms: i64) -> Result<(), StoreError> {
    if !mark(folder).exists() {
        return Ok(());
    }
    tracing::warn!("a first run was not finished");
    let aside = folder.join(format!("{ASIDE}-{now_ms}"));
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let named = name.to_string_lossy();
        if named != MARK && named != "logs" && !named.starts_with(ASIDE) {
            create_private_folder(&aside)?;
            fs::rename(folder.join(&name), aside.join(&name))?;
        }
    }
    match fs::remove_file(mark(folder)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_finished_is_put_aside_and_what_was_stays() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let place = folder.path();
        begin(place).expect("a mark");
        fs::write(place.join("vault.json"), b"half").expect("a file");
        put_aside(place, 7).expect("put aside");
        assert!(
            !place.join("vault.json").exists(),
            "half a vault is still there"
        );
        let kept = fs::read(place.join(format!("{ASIDE}-7")).join("vault.json"));
        assert_eq!(kept.expect("the file put aside"), b"half");

        begin(place).expect("a mark");
        fs::write(place.join("vault.json"), b"whole").expect("a file");
        end(place).expect("finished");
        put_aside(place, 8).expect("nothing to do");
        assert_eq!(
            fs::read(place.join("vault.json")).expect("the vault"),
            b"whole"
        );
    }
}
