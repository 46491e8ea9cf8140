//! Replacing a small file so that a crash at any moment leaves the old or the new content whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::VaultError;

/// What has just been done; tests make the machine stop after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Created,
    Written,
    Synced,
    Renamed,
}

/// Replaces the content of `path`, readable by its owner only: a temporary file beside it is
/// written, synced and renamed over it, then the folder is synced.
///
/// # Errors
/// `DiskFull` or `CannotWrite`; the old content is then still there, except after the rename itself,
/// when the new one is.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    write_in_steps(path, bytes, &mut |_| Ok(())).map_err(VaultError::writing(path))
}

pub(super) fn write_in_steps(
    path: &Path,
    bytes: &[u8],
    after: &mut dyn FnMut(Step) -> io::Result<()>,
) -> io::Result<()> {
    let temporary = temporary_beside(path);
    let mut file = create_private(&temporary)?;
    after(Step::Created)?;
    file.write_all(bytes)?;
    after(Step::Written)?;
    file.sync_all()?;
    drop(file);
    after(Step::Synced)?;
    fs::rename(&temporary, path)?;
    after(Step::Renamed)?;
    sync_folder_of(path)
}

/// Where the new content waits; left behind by a crash, overwritten by the next write.
pub(super) fn temporary_beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// An empty file only its owner may read.
pub(super) fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// A folder, with its parents, only its owner may enter. One that is there already is closed to others; its
/// parents stay as they are.
///
/// # Errors
/// Where it cannot be made.
pub fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if fs::metadata(path)?.permissions().mode() & 0o077 != 0
            && let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(0o700))
        {
            tracing::warn!(%error, "others may look into a folder of the desk");
        }
    }
    Ok(())
}

/// Makes renames in the folder of `path` lasting. Windows has no such call and needs none on NTFS.
pub(super) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(parent) if cfg!(unix) && !parent.as_os_str().is_empty() => {
            File::open(parent)?.sync_all()
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 4] = [Step::Created, Step::Written, Step::Synced, Step::Renamed];

    fn crash_after(stop: Step) -> impl FnMut(Step) -> io::Result<()> {
        move |step| {
            if step == stop {
                Err(io::Error::other("power cut"))
            } else {
                Ok(())
            }
        }
    }

    #[test]
    fn a_crash_after_any_step_leaves_old_or_new_whole() {
        for stop in STEPS {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vault.json");
            write_atomically(&path, b"old content").unwrap();
            write_in_steps(&path, b"new, longer content", &mut crash_after(stop)).unwrap_err();
            let expected: &[u8] = if stop == Step::Renamed {
                b"new, longer content"
            } else {
                b"old content"
            };
            assert_eq!(fs::read(&path).unwrap(), expected, "after {stop:?}");
        }
    }

    #[test]
    fn what_a_crash_left_behind_does_not_disturb_the_next_write() {
        for stop in STEPS {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("vault.json");
            write_in_steps(
                &path,
                b"a long content that got lost",
                &mut crash_after(stop),
            )
            .unwrap_err();
            write_atomically(&path, b"short").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"short", "after {stop:?}");
            assert_eq!(
                fs::read_dir(folder.path()).unwrap().count(),
                1,
                "after {stop:?}"
            );
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_a_clear_error() {
        let folder = tempfile::tempdir().unwrap();
        let refused = write_atomically(&folder.path().join("no/vault.json"), b"x");
        assert!(matches!(refused, Err(VaultError::CannotWrite { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vault.json");
        write_atomically(&path, b"x").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named_as_such() {
        let full = VaultError::writing(Path::new("/dev/full"));
        let error = OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .and_then(|mut file| file.write_all(b"x"))
            .map_err(full);
        assert!(matches!(error, Err(VaultError::DiskFull { .. })));
    }
}
