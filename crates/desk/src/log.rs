//! The rotating local log: what happened, by ids and keys; never names, texts or secrets.

use std::path::Path;

use tracing_appender::{
    non_blocking::WorkerGuard,
    rolling::{RollingFileAppender, Rotation},
};

/// Files that are kept; one a day.
const KEPT_FILES: usize = 14;

/// Starts the log in `folder`. The guard writes what is left when it is dropped.
///
/// # Errors
/// Where the folder cannot be made or written; the program works without a log then.
pub fn start(folder: &Path) -> std::io::Result<WorkerGuard> {
    crate::vault::create_private_folder(folder)?;
    let files = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("andu")
        .filename_suffix("log")
        .max_log_files(KEPT_FILES)
        .build(folder)
        .map_err(std::io::Error::other)?;
    let (writer, guard) = tracing_appender::non_blocking(files);
    let started = tracing_subscriber::fmt()
        .with_writer(writer)
        .with_ansi(false)
        .with_max_level(tracing::Level::INFO)
        .try_init();
    if started.is_err() {
        return Err(std::io::Error::other("a log is running already"));
    }
    hook_panics();
    Ok(guard)
}

/// A panic is logged by place alone: its message may hold a text.
fn hook_panics() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let place = info
            .location()
            .map_or_else(String::new, |at| format!("{}:{}", at.file(), at.line()));
        tracing::error!(place, "panic");
        before(info);
    }));
}
