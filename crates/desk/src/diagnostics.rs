//! The diagnostic bundle: versions, sizes and logs; no names, no texts, no secrets.

use std::io::{Cursor, Write as _};

use andu_api::{
    ApiError, ErrorCode,
    session::{FileToken, Written},
    text,
};
use andu_store::Sight;
use serde_json::json;

use crate::{Desk, file};

/// The newest part of each log that goes into the bundle.
const LOG_BYTES: usize = 2 << 20;

/// Writes the bundle to a chosen file.
///
/// # Errors
/// Where it cannot be written.
pub fn create(desk: &Desk, args: &FileToken) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let bytes = bundle(desk).map_err(|error| {
        let fields = [("name", file::shown(&path)), ("cause", file::said(&error))];
        text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
    })?;
    file::write(&path, &bytes)
}

fn bundle(desk: &Desk) -> std::io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |meta| meta.len());
    let tally = desk.open_desk().and_then(|open| {
        let own = open.person.id.as_text();
        open.store
            .read(|reader| reader.draft_counts(&Sight::Whole, &own))
            .ok()
    });
    let about = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "schema": andu_store::SCHEMA_VERSION,
        "system": std::env::consts::OS,
        "architecture": std::env::consts::ARCH,
        "store_bytes": size(&desk.place.store()),
        "keyring": desk.has_keyring(),
        "open": desk.open_desk().is_some(),
        "drafts": tally.map(|tally| tally.drafting + tally.submitted + tally.discarded),
        "fonts": desk.place.font_folders().len(),
    });
    zip.start_file("about.json", packed)?;
    zip.write_all(about.to_string().as_bytes())?;
    if let Ok(entries) = std::fs::read_dir(desk.place.logs()) {
        for entry in entries.flatten() {
            let bytes = std::fs::read(entry.path())?;
            zip.start_file(
                format!("logs/{}", entry.file_name().to_string_lossy()),
                packed,
            )?;
            zip.write_all(&bytes[bytes.len().saturating_sub(LOG_BYTES)..])?;
        }
    }
    Ok(zip.finish()?.into_inner())
}
