//! Files the person chose in a dialog. The page never sees a path: it holds a token, good for one use.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

pub use andu_api::cause::words as said;
use andu_api::{
    ApiError, ErrorCode,
    session::{ChosenFile, Written},
    text,
};
use uuid::Uuid;

/// Paths by token.
#[derive(Clone, Default)]
pub struct Files(Arc<Mutex<HashMap<String, PathBuf>>>);

/// Tokens that are kept at most; older ones than these were never used.
const MOST_TOKENS: usize = 64;

impl Files {
    /// A token for a path that a dialog returned.
    pub fn choose(&self, path: &Path) -> ChosenFile {
        let mut paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if paths.len() >= MOST_TOKENS {
            paths.clear();
        }
        let token = Uuid::new_v4().simple().to_string();
        paths.insert(token.clone(), path.to_owned());
        ChosenFile {
            token,
            name: shown(path),
        }
    }

    /// The path of a token, which is used up.
    ///
    /// # Errors
    /// `desk.file_token` for a token that is unknown or used up.
    pub fn take(&self, token: &str) -> Result<PathBuf, ApiError> {
        let mut paths = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        paths
            .remove(token)
            .ok_or_else(|| text::error("desk.file_token"))
    }
}

/// The name without its folder; of what has none (`.`), the path.
pub fn shown(path: &Path) -> String {
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// Reads a whole file of at most `limit` bytes.
///
/// # Errors
/// `desk.file_read`, `desk.file_too_large`.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, ApiError> {
    let failed = |cause: std::io::Error| {
        let fields = [("name", shown(path)), ("cause", said(&cause))];
        text::error_with(ErrorCode::Invalid, "desk.file_read", &fields)
    };
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > limit {
        let fields = [
            ("name", shown(path)),
            ("size", megabytes(size)),
            ("limit", megabytes(limit)),
        ];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "desk.file_too_large",
            &fields,
        ));
    }
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Writes a whole file: under another name first, then in place of what was there. What is no file, as a
/// device or a pipe, is written to and stays what it is.
///
/// # Errors
/// `desk.file_write`; what was there before is still there. `desk.no_folder` where the folder is missing.
pub fn write(path: &Path, bytes: &[u8]) -> Result<Written, ApiError> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let fields = [
            ("name", shown(path)),
            ("folder", folder.display().to_string()),
        ];
        return Err(text::error_with(
            ErrorCode::NotNow,
            "desk.no_folder",
            &fields,
        ));
    }
    let failed = |cause: std::io::Error| {
        let fields = [("name", shown(path)), ("cause", said(&cause))];
        text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
    };
    let written = Written {
        name: shown(path),
        bytes: bytes.len() as u64,
    };
    if is_device(path) {
        let opened = OpenOptions::new().write(true).open(path);
        let done = opened.and_then(|mut device| device.write_all(bytes));
        return done.map(|()| written).map_err(failed);
    }
    let part = part_of(path);
    let made = File::create(&part)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| std::fs::rename(&part, path));
    if let Err(cause) = made {
        let _ = std::fs::remove_file(&part);
        return Err(failed(cause));
    }
    Ok(written)
}

/// A device or a pipe. `/dev/stdout` stays one where it leads to a file: the link is the system's.
fn is_device(path: &Path) -> bool {
    let of_system = cfg!(unix)
        && ["/dev", "/proc"]
            .iter()
            .any(|folder| path.starts_with(folder));
    let there = std::fs::metadata(path);
    there.is_ok_and(|there| !there.is_dir() && (!there.is_file() || of_system))
}

/// Under which name a file is made before it takes its place.
pub(crate) fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}

#[cfg(all(test, unix))]
mod tests {
    use std::{
        io::{BufRead as _, BufReader},
        os::{fd::AsRawFd as _, unix::fs::FileTypeExt as _},
        process::Command,
    };

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_device_is_written_to_and_stays_a_device() {
        let null = Path::new("/dev/null");
        let before = std::fs::symlink_metadata(null).expect("a device");
        assert_eq!(write(null, b"words").expect("written").bytes, 5);
        let after = std::fs::symlink_metadata(null).expect("a device");
        assert!(before.file_type().is_char_device() && after.file_type().is_char_device());
        assert!(!part_of(null).exists(), "something is left beside it");
    }

    #[test]
    fn a_pipe_gets_the_bytes() {
        let folder = TempDir::new().expect("a folder");
        let pipe = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&pipe).status();
        assert!(made.expect("mkfifo").success());
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || {
                let mut line = String::new();
                let opened = File::open(pipe).expect("the other end");
                BufReader::new(opened).read_line(&mut line).expect("a line");
                line
            }
        });
        write(&pipe, b"words\n").expect("written");
        assert_eq!(reader.join().expect("a reader"), "words\n");
        let there = std::fs::symlink_metadata(&pipe).expect("still there");
        assert!(there.file_type().is_fifo());
    }

    #[test]
    fn what_leads_to_an_open_file_is_written_through_and_stays_where_it_is() {
        // As `/dev/stdout` of a command whose output goes to a file.
        let folder = TempDir::new().expect("a folder");
        let out = folder.path().join("out");
        let open = File::create(&out).expect("a file");
        let path = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
        write(&path, b"words").expect("written");
        assert_eq!(std::fs::read(&out).expect("a file"), b"words");
        let left = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(left, 1, "something is left beside it");
        let stdout = std::fs::symlink_metadata("/dev/stdout").expect("standard output");
        assert!(
            stdout.file_type().is_symlink(),
            "the system's link is replaced"
        );
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = TempDir::new().expect("a folder");
        let missing = folder.path().join("没有");
        let refused = write(&missing.join("公文.pdf"), b"words").expect_err("no folder");
        assert_eq!(refused.key, "desk.no_folder");
        let (name, folder) = ("公文.pdf", missing.display().to_string());
        for part in [name, folder.as_str()] {
            assert!(refused.sentence.contains(part), "{}", refused.sentence);
        }
    }

    #[test]
    fn a_folder_is_refused_and_a_file_takes_its_place_whole() {
        let folder = TempDir::new().expect("a folder");
        assert!(write(folder.path(), b"words").is_err());
        let file = folder.path().join("file");
        std::fs::write(&file, b"what was there before").expect("a file");
        write(&file, b"words").expect("written");
        assert_eq!(std::fs::read(&file).expect("a file"), b"words");
    }
}
