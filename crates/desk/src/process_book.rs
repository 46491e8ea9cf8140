//! Processes as files: 流程手册 as PDF or as a Word file, and definitions in and out.

use andu_api::{
    ApiError, Caller as _,
    book::process_book,
    process::{
        ProcessBook, definition,
        file::{LARGEST_FILE, ProcessFileHeld, ProcessFileKind, ProcessFileWrite, as_bpmn, held},
    },
    session::{FileToken, Written},
};

use crate::{file, open::OpenDesk, report};

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

/// Reads a file that holds processes, to be looked at.
///
/// # Errors
/// `desk.file_token`, `desk.file_read`; `process.not_json` and `process.not_bpmn` with the cause.
pub fn read_file(desk: &OpenDesk, args: &FileToken) -> Result<ProcessFileHeld, ApiError> {
    let path = desk.files.take(&args.token)?;
    let name = file::shown(&path);
    let bytes = file::read(&path, LARGEST_FILE as u64)?;
    Ok(held(&name, &bytes)?.shown(name))
}

/// Writes a process to a file.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`, `process.unreadable`; `process.not_bpmn` for what BPMN cannot hold.
pub fn write_file(desk: &OpenDesk, args: &ProcessFileWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let definition = definition(&args.definition)?;
    let written = match args.kind {
        ProcessFileKind::Json => definition.to_json(),
        ProcessFileKind::Bpmn => as_bpmn(&file::shown(&path), &[definition], None)?,
    };
    file::write(&path, written.as_bytes())
}
