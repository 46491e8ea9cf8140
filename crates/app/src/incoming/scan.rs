//! The scan of a paper on which somebody decided (代录): a file beside the document, named by what it holds.

use andu_base::ContentHash;
use andu_org::Grant;
use andu_store::DraftRecord;

use crate::{Call, Refusal};

/// Before the hash and the document in the id of a scan.
const MARK: &str = "scan-";

/// The id of a scan beside a document.
pub fn scan_id(document_id: &str, hash: ContentHash) -> String {
    format!("{MARK}{hash}-{document_id}")
}

/// The hash of the scan that has this id beside a document; `None` for any other file.
pub fn scan_of(document_id: &str, file_id: &str) -> Option<ContentHash> {
    let named = file_id.strip_prefix(MARK)?;
    let hash = named.strip_suffix(document_id)?.strip_suffix('-')?;
    hash.parse().ok()
}

/// The document beside which the actor may put a scan: one of the own agency that is in a process.
///
/// # Errors
/// `draft.not_there`, `process.not_there`; `command.forbidden` for whoever does not record decisions.
pub(crate) fn recorded_on(call: &Call<'_, '_>, document_id: &str) -> Result<DraftRecord, Refusal> {
    let reader = call.tx.reader();
    let draft = reader.draft_if_there(document_id)?;
    let own = draft.filter(|draft| draft.agency_id == call.actor.agency_id.as_text());
    let draft = own.ok_or_else(|| Refusal::because("draft.not_there"))?;
    if !call.actor.grants.contains(&Grant::KeepVocabulary) {
        return Err(Refusal::because("command.forbidden"));
    }
    match reader.instance_of(document_id)? {
        Some(_) => Ok(draft),
        None => Err(Refusal::because("process.not_there")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_known_by_its_id_beside_its_own_document_alone() {
        let hash = ContentHash::of("同意".as_bytes());
        let id = scan_id("doc-1", hash);
        assert_eq!(scan_of("doc-1", &id), Some(hash));
        assert_eq!(scan_of("doc-2", &id), None);
        assert_eq!(scan_of("1", &id), None, "the end of a name is no name");
        assert_eq!(scan_of("doc-1", "scan-x-doc-1"), None);
        assert_eq!(scan_of("doc-1", "0195-4f"), None);
    }
}
