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
/// `desk.file_write`; what was there before is still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<Written, ApiError> {
    let failed = |cause: std::io::Error| {
        let fields = [("name", shown(path)), ("cause", said(&cause))];
        text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
    };
    let written = Written {
        name: shown(path),
        bytes: bytes.len() as u64,
    };
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
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

/// Under which name a file is made before it takes its place.
pub(crate) fn part_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}
