//! Carries originals: those imported here to the server, on a thread of their own so that nothing waits for
//! them; those imported elsewhere to here, when somebody wants to see one. Chunk by chunk, so that what was
//! cut off goes on where it stopped.

use std::{sync::Weak, time::Duration};

use andu_api::{
    ApiError, ErrorCode,
    original::{OriginalChunk, OriginalCommit},
    text,
};
use andu_app::draft;
use andu_crypto::Secret32;
use andu_sync::{HaveAnswer, HaveRequest, Manifest, cut, name_of};

use crate::{
    clock,
    link::Link,
    open::{AtWork, OpenDesk},
    original,
    sync::Waker,
};

/// For one chunk of a file on a slow line.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks when nothing was imported.
const LOOK_MS: u64 = 60_000;
const FIRST_PAUSE_MS: u64 = 1_000;
const LONGEST_PAUSE_MS: u64 = 60_000;

/// Sends originals until the driver is stopped.
pub(crate) fn send(desk: &Weak<AtWork>, waker: &Waker, link: &Link) {
    let mut failures = 0_u32;
    loop {
        let pause = match send_all(desk, waker, link) {
            Ok(()) => {
                failures = 0;
                LOOK_MS
            }
            Err(_) => {
                failures = failures.saturating_add(1);
                (FIRST_PAUSE_MS << (failures - 1).min(16)).min(LONGEST_PAUSE_MS)
            }
        };
        if !waker.rest_until_import(pause, failures == 0) {
            return;
        }
    }
}

fn open(desk: &Weak<AtWork>) -> Result<std::sync::Arc<AtWork>, ApiError> {
    desk.upgrade().ok_or_else(|| text::error("desk.locked"))
}

fn send_all(desk: &Weak<AtWork>, waker: &Waker, link: &Link) -> Result<(), ApiError> {
    let unsent = {
        let desk = open(desk)?;
        let author = desk.person.id.as_text();
        desk.store
            .read(|reader| reader.draft_files_unsent(&author))?
    };
    for (draft_id, file_id) in unsent {
        if waker.is_stopped() {
            return Ok(());
        }
        send_one(desk, waker, link, (&draft_id, &file_id))?;
    }
    Ok(())
}

fn malformed(cause: &str) -> ApiError {
    let fields = [("cause", cause.to_owned())];
    text::error_with(ErrorCode::Invalid, "original.malformed", &fields)
}

/// Sends what the server does not have of a file, and then says that it is a file.
fn send_one(
    desk: &Weak<AtWork>,
    waker: &Waker,
    link: &Link,
    (draft_id, file_id): (&str, &str),
) -> Result<(), ApiError> {
    let ask = |names| link.post::<_, HaveAnswer>("/sync/chunks/have", &HaveRequest { names });
    let (name, bytes) = open(desk)?
        .store
        .read(|reader| reader.draft_file(draft_id, file_id))?;
    let key = ask(Vec::new())?.key;
    let secret = Secret32::from_bytes(key.0);
    let manifest = Manifest::of(&bytes, &secret);
    manifest.check().map_err(malformed)?;
    let mut missing = ask(manifest.names())?.missing;
    for part in cut(&bytes) {
        let chunk = name_of(part, &secret);
        let Some(at) = missing.iter().position(|name| *name == chunk) else {
            continue;
        };
        if waker.is_stopped() {
            return Ok(());
        }
        link.deliver(&format!("/sync/chunks/{chunk}"), part.to_vec())?;
        missing.swap_remove(at);
    }
    let chunks = manifest.0.iter().map(|chunk| OriginalChunk {
        name: chunk.name.to_string(),
        size: chunk.size,
    });
    let args = OriginalCommit {
        id: draft_id.to_owned(),
        file_id: file_id.to_owned(),
        name,
        chunks: chunks.collect(),
        key: key.to_string(),
    };
    original::commit(&*open(desk)?, &args)
}

/// Name and bytes of an original: from here, or else from the server.
///
/// # Errors
/// `original.elsewhere` where it is not here and the server cannot be reached or does not have it.
pub(crate) fn bytes(
    desk: &OpenDesk,
    draft_id: &str,
    file_id: &str,
) -> Result<(String, Vec<u8>), ApiError> {
    let files = desk.store.read(|reader| reader.draft_files(draft_id))?;
    let elsewhere = files.iter().any(|file| file.id == file_id && !file.is_here);
    if !elsewhere {
        return Ok(desk
            .store
            .read(|reader| reader.draft_file(draft_id, file_id))?);
    }
    let link = desk.files_link.get();
    let link = link.ok_or_else(|| text::error("original.elsewhere"))?;
    let (_, missing) = desk
        .store
        .read(|reader| draft::original_missing(reader, file_id))?;
    for at in missing {
        let chunk = link
            .get(&format!("/sync/files/{file_id}/{at}"))
            .map_err(|_| text::error("original.elsewhere"))?;
        draft::original_keep(&desk.store, file_id, at, &chunk, &clock::now())?;
    }
    Ok(draft::original_assemble(&desk.store, file_id)?)
}
