//! 流程手册: the book of a process as the agency goes by it, written as PDF or as a Word file.

use andu_api::{ApiError, Caller as _, book::process_book, process::ProcessBook, session::Written};

use crate::{open::OpenDesk, report};

/// Writes the book of a process.
///
/// # Errors
/// `process.not_there`, `desk.file_token`, `desk.file_write`; the typesetter's own.
pub fn write(desk: &OpenDesk, args: &ProcessBook) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let net = desk.look().read(|view| match args.version {
        0 => view.newest_process(&args.process),
        version => view.process_net(&args.process, version),
    })?;
    let book = process_book(&net.definition);
    report::write(desk, &path, (&book, args.kind))
}
