//! Where a verb writes: never over what it reads, and never two things to one place. Files are known by what they
//! are, not by how they are written: another path, a link or another name of the same file is the same file.

use std::{
    fs,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};

/// Refuses an output that is an input, and two outputs that are one file. Devices and pipes may be both.
///
/// # Errors
/// `command.output_is_input`, `command.same_output`.
pub fn keep_apart(inputs: &[&Path], outputs: &[&Path]) -> Result<(), ApiError> {
    for (at, output) in outputs.iter().enumerate() {
        let refused = |key: &str| {
            let fields = [("name", output.display().to_string())];
            Err(text::error_with(ErrorCode::Invalid, key, &fields))
        };
        if inputs.iter().any(|input| is_same(input, output)) {
            return refused("command.output_is_input");
        }
        if outputs[..at].iter().any(|other| is_same(other, output)) {
            return refused("command.same_output");
        }
    }
    Ok(())
}

/// Refuses an output within the folder of a desk or a server: nothing but its own program writes there.
///
/// # Errors
/// `command.output_in_data`.
pub fn keep_out_of(data: &Path, output: &Path) -> Result<(), ApiError> {
    let Ok(data) = data.canonicalize() else {
        return Ok(());
    };
    if !place_of(output).is_some_and(|place| place.starts_with(&data)) {
        return Ok(());
    }
    let fields = [
        ("name", output.display().to_string()),
        ("folder", data.display().to_string()),
    ];
    let key = "command.output_in_data";
    Err(text::error_with(ErrorCode::Invalid, key, &fields))
}

/// Whether two paths are one file, be it there or not.
fn is_same(one: &Path, other: &Path) -> bool {
    let is_device = |path: &Path| {
        let found = fs::metadata(path);
        found.is_ok_and(|found| !found.is_file() && !found.is_dir())
    };
    if is_device(one) || is_device(other) {
        return false;
    }
    let places = place_of(one).zip(place_of(other));
    places.is_some_and(|(one, other)| one == other) || has_same_inode(one, other)
}

/// The path without links; of what is not there yet, that of its folder with its name.
fn place_of(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = path.canonicalize() {
        return Some(place);
    }
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return None,
    };
    Some(place_of(folder)?.join(path.file_name()?))
}

/// Whether one file has both names.
#[cfg(unix)]
fn has_same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let known = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    known(one).is_some_and(|one| known(other) == Some(one))
}

#[cfg(not(unix))]
fn has_same_inode(_: &Path, _: &Path) -> bool {
    false
}

/// The name of a page's picture, counted from 0.
pub fn page_name(page: usize) -> String {
    format!("{:03}.png", page + 1)
}

/// Pictures in `folder` that an earlier, longer document left: they go on in one row from page `count` on.
/// Another file in between ends the row; so nothing is named that this pattern did not count.
pub fn pages_beyond(folder: &Path, count: usize) -> Vec<PathBuf> {
    let is_file = |path: &PathBuf| fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    let following = (count..).map(|page| folder.join(page_name(page)));
    following.take_while(is_file).collect()
}
