//! Versions of a draft: kept by name, and by the program while one writes; compared as pages; restored
//! as an edit.

use andu_api::{
    ApiError,
    caller::Caller as _,
    draft::{DraftRef, TextUpdate},
    text,
    version::{
        ElementDifference, VersionCompare, VersionComparison, VersionRef, VersionRow, VersionSave,
    },
};
use andu_document::OfficialDocument;
use andu_store::{VersionKind, VersionRecord};
use serde_json::Value;

use crate::{clock, open::OpenDesk, preview, writing};

/// Between two automatic versions of a draft, in milliseconds.
const AUTOMATIC_EVERY_MS: i64 = 10 * 60 * 1_000;
/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

fn kind(kind: VersionKind) -> andu_api::version::VersionKind {
    use andu_api::version::VersionKind as Wire;
    match kind {
        VersionKind::Automatic => Wire::Automatic,
        VersionKind::Named => Wire::Named,
        VersionKind::Submitted => Wire::Submitted,
        VersionKind::Imported => Wire::Imported,
        VersionKind::BeforeRestore => Wire::BeforeRestore,
    }
}

fn row(version: VersionRecord) -> VersionRow {
    VersionRow {
        id: version.id,
        name: version.name,
        kind: kind(version.kind),
        by: version.author_name,
        at: version.made_at,
        characters: version.characters,
    }
}

/// Versions of a draft, newest first.
///
/// # Errors
/// The store's own.
pub fn list(desk: &OpenDesk, args: &DraftRef) -> Result<Vec<VersionRow>, ApiError> {
    let versions = desk.store.read(|reader| reader.versions(&args.id))?;
    Ok(versions.into_iter().map(row).collect())
}

/// Keeps what the draft says now under a name.
///
/// # Errors
/// The store's own.
pub fn save(desk: &OpenDesk, args: &VersionSave) -> Result<VersionRow, ApiError> {
    let name: String = args.name.trim().chars().take(LONGEST_NAME).collect();
    keep(desk, &args.draft_id, &name, VersionKind::Named)
}

fn keep(desk: &OpenDesk, id: &str, name: &str, kind: VersionKind) -> Result<VersionRow, ApiError> {
    let document = writing::current_document(desk, id)?;
    let frozen = andu_draft::freeze(&document);
    let hash = frozen.hash.to_string();
    let version = desk
        .store
        .write(|tx| -> Result<VersionRecord, andu_app::Refusal> {
            let mut draft = tx.reader().draft(id)?;
            andu_app::draft::describe(&mut draft, &document);
            let version = VersionRecord {
                id: desk.new_id(),
                draft_id: id.to_owned(),
                name: name.to_owned(),
                kind,
                author_name: desk.person.name.clone(),
                made_at: clock::now(),
                characters: draft.characters,
                content_hash: hash.clone(),
            };
            tx.frozen_text_put(&hash, &frozen.canonical_json)?;
            tx.version_put(&version)?;
            andu_app::draft::put_find_entry(tx, &draft, &version.id, &document)?;
            Ok(version)
        })?;
    Ok(row(version))
}

/// Keeps an automatic version if the last one is old enough and the text has changed since.
///
/// # Errors
/// The store's own.
pub fn keep_automatic(desk: &OpenDesk, id: &str) -> Result<(), ApiError> {
    let open = desk.writings.find(id);
    if open.is_some_and(|writing| writing.review().is_some()) {
        // What is suggested in a review is kept beside the draft.
        return Ok(());
    }
    let last = desk
        .store
        .read(|reader| reader.versions(id))?
        .into_iter()
        .next();
    if let Some(last) = &last {
        let age_ms = last
            .made_at
            .parse::<jiff::Timestamp>()
            .map_or(i64::MAX, |at| clock::now_ms() - at.as_millisecond());
        let same = andu_draft::freeze(&writing::current_document(desk, id)?)
            .hash
            .to_string()
            == last.content_hash;
        if age_ms < AUTOMATIC_EVERY_MS || same {
            return Ok(());
        }
    }
    keep(desk, id, "", VersionKind::Automatic).map(|_| ())
}

fn document_of(desk: &OpenDesk, version_id: &str) -> Result<OfficialDocument, ApiError> {
    let bytes = desk.store.read(|reader| {
        let version = reader.version(version_id)?;
        reader.frozen_text(&version.content_hash)
    })?;
    serde_json::from_slice(&bytes).map_err(|_| text::error("draft.text_unreadable"))
}

/// Two versions as pages: with marks (花脸稿), or the newer one clean (清稿).
///
/// # Errors
/// Where a version is not there.
pub fn compare(desk: &OpenDesk, args: &VersionCompare) -> Result<VersionComparison, ApiError> {
    let old = document_of(desk, &args.from)?;
    let new = match &args.to {
        Some(id) => document_of(desk, id)?,
        None => writing::current_document(desk, &args.draft_id)?,
    };
    let comparison = andu_draft::compare(&old, &new);
    let shown = if args.clean { &new } else { &comparison.marked };
    let session = format!("{}-compare", args.draft_id);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(VersionComparison {
        preview: preview::show(desk, &session, shown),
        inserted: count(comparison.inserted_chars),
        deleted: count(comparison.deleted_chars),
        elements: comparison
            .element_changes
            .iter()
            .map(|change| ElementDifference {
                place: change.place.clone(),
                old: plain(&change.old),
                new: plain(&change.new),
            })
            .collect(),
        places: match args.clean {
            true => Vec::new(),
            false => comparison.places(),
        },
    })
}

/// A value of an element as a person reads it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join("、"),
        Value::Object(fields) => fields.values().map(plain).collect::<Vec<_>>().join(" "),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// Makes the draft say again what a version says. What it says now is kept as a version first.
///
/// # Errors
/// `desk.no_text` if the draft is not open.
pub fn restore(desk: &OpenDesk, args: &VersionRef) -> Result<TextUpdate, ApiError> {
    let writing = desk.writings.get(&args.draft_id)?;
    let document = document_of(desk, &args.version_id)?;
    keep(desk, &args.draft_id, "", VersionKind::BeforeRestore)?;
    let update = writing.change(|text| {
        Ok(text
            .replace_with(&document)
            .map_err(andu_app::Refusal::from)?)
    })?;
    desk.previews.changed(desk, &args.draft_id);
    Ok(update)
}
