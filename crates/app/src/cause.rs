//! Why the system refused to read or write, as keys of the catalogue: what it says itself is in its own language.

use std::io::{Error, ErrorKind as Kind};

use andu_sync::Reason;

/// The key of the words for `cause`.
pub fn key(cause: &Error) -> &'static str {
    match cause.kind() {
        Kind::NotFound => "cause.not_found",
        Kind::PermissionDenied => "cause.permission",
        Kind::StorageFull | Kind::QuotaExceeded => "cause.full",
        Kind::ReadOnlyFilesystem => "cause.read_only",
        Kind::IsADirectory => "cause.is_folder",
        Kind::NotADirectory => "cause.not_folder",
        Kind::DirectoryNotEmpty => "cause.not_empty",
        Kind::AlreadyExists => "cause.exists",
        Kind::InvalidFilename | Kind::InvalidInput => "cause.name",
        Kind::FileTooLarge => "cause.too_large",
        Kind::InvalidData | Kind::UnexpectedEof => "cause.content",
        Kind::CrossesDevices => "cause.other_disk",
        Kind::ResourceBusy | Kind::ExecutableFileBusy => "cause.busy",
        Kind::AddrInUse => "cause.port",
        Kind::AddrNotAvailable => "cause.address",
        Kind::TimedOut => "cause.late",
        _ if cause.raw_os_error().is_some() => "cause.system",
        _ => "cause.unknown",
    }
}

/// `reason` with the cause; its words are made where its sentence is.
pub(crate) fn with(reason: Reason, cause: &Error) -> Reason {
    let reason = reason.with("cause", key(cause));
    match cause.raw_os_error() {
        Some(code) => reason.with("code", code),
        None => reason,
    }
}
