//! What lists and find know of a draft, read out of its text.

use andu_document::{OfficialDocument, reading_order};
use andu_draft::DraftText;
use andu_store::{DraftRecord, FindRecord, Reader, Tx};
use serde::Serialize;

use crate::Refusal;

/// A unit variant's word in JSON; empty for none.
fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Everything a reader sees, in order.
pub fn plain_text(document: &OfficialDocument) -> String {
    let parts = reading_order(document);
    let texts: Vec<&str> = parts.iter().map(|(_, text)| text.as_str()).collect();
    texts.join("\n")
}

fn characters(document: &OfficialDocument) -> u32 {
    let bodies = document
        .body
        .iter()
        .chain(document.attachments.iter().flat_map(|a| &a.body));
    let issued = document.issued_text.iter().flat_map(|issued| &issued.body);
    let blocks: usize = bodies
        .chain(issued)
        .map(|block| block.text().chars().filter(|c| !c.is_whitespace()).count())
        .sum();
    u32::try_from(document.title.chars().count() + blocks).unwrap_or(u32::MAX)
}

/// Writes what `document` says into the columns of its draft.
pub fn describe(draft: &mut DraftRecord, document: &OfficialDocument) {
    draft.title = document.title_in_line();
    draft.document_type = document
        .document_type
        .as_ref()
        .map_or_else(String::new, word);
    draft.format = word(&document.format);
    draft.direction = word(&document.direction);
    draft.urgency = document.urgency.as_ref().map_or_else(String::new, word);
    draft.issue_number = document.number_text();
    draft.main_recipients = document.main_recipients.join("，");
    draft.characters = characters(document);
}

/// The text of a draft as it is stored. The client id is of no account: nothing is written under it.
///
/// # Errors
/// The store's own; `draft.text_unreadable` if the updates do not make a text.
pub fn read_text(reader: Reader<'_>, draft_id: &str) -> Result<DraftText, Refusal> {
    let parts = reader.draft_text(draft_id)?;
    Ok(DraftText::from_stored(1, parts.iter().map(Vec::as_slice))?)
}

/// The same of what came from elsewhere and has not been examined.
///
/// # Errors
/// `draft.text_unreadable`; the store's own.
pub(crate) fn examine_text(reader: Reader<'_>, draft_id: &str) -> Result<DraftText, Refusal> {
    let parts = reader.draft_text(draft_id)?;
    Ok(DraftText::from_updates(1, parts.iter().map(Vec::as_slice))?)
}

/// Puts the draft as it is now into what find looks through.
///
/// # Errors
/// The store's own.
pub fn put_find_entry(
    tx: &mut Tx<'_>,
    draft: &DraftRecord,
    version_id: &str,
    document: &OfficialDocument,
) -> Result<(), Refusal> {
    tx.find_put(&FindRecord {
        draft_id: draft.id.clone(),
        version_id: version_id.to_owned(),
        title: draft.title.clone(),
        issue_number: draft.issue_number.clone(),
        document_type: draft.document_type.clone(),
        changed_at: draft.changed_at.clone(),
        changed_on: day_in_china(&draft.changed_at),
        text: plain_text(document),
    })?;
    Ok(())
}

/// The day of an instant in Asia/Shanghai, which has had no summer time since 1991: UTC and eight hours.
fn day_in_china(instant: &str) -> String {
    let Ok(instant) = instant.parse::<jiff::Timestamp>() else {
        return String::new();
    };
    let offset = jiff::tz::Offset::constant(8);
    offset.to_datetime(instant).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_in_greenwich_is_the_next_day_in_china() {
        assert_eq!(day_in_china("2026-03-01T15:59:59Z"), "2026-03-01");
        assert_eq!(day_in_china("2026-03-01T16:00:00Z"), "2026-03-02");
    }
}
