//! x
use andu_document::OfficialDocument;
pub(crate) fn without_marks(document: &OfficialDocument) -> OfficialDocument { document.clone() }
