//! Edits that do not come from an editor: a whole document written as a new text, an old version
//! restored. Each is one transaction and comes out as one update.

use andu_document::{Edit, OfficialDocument};

use crate::{
    Choice, DraftError, DraftText, compare, reading, revision,
    settle::{self, Act},
    span::normal_form,
    trace::Seen,
};

/// A whole document as a new history: for imports, templates and examples. The update (format v1)
/// is the state of a text of its own; applied to a text that has content already, it would double it.
/// Deleted runs of a comparison are left out, other marks of comparison are dropped; widths of
/// columns are kept where a table has one for each column. The bytes differ from call to call (the
/// order of marks and keys), so write once and hand out those bytes: two histories of one client id
/// do not merge.
///
/// # Errors
/// `ClientId`, or `UpdateTooLarge` if it does not fit into one update.
pub fn from_document(document: &OfficialDocument, client_id: u64) -> Result<Vec<u8>, DraftError> {
    let mut text = DraftText::new(client_id)?;
    text.replace_with(document)?;
    text.encode_state()
}

impl DraftText {
    /// Makes the text say what `document` says, as a new edit: the history stays, and what did not
    /// change is not touched; suggestions are settled with it. This is how an old version is restored. Returns the update (format v1)
    /// for the others.
    ///
    /// # Errors
    /// `UpdateTooLarge`, `StateTooLarge`, `Engine`; the text is then as it was.
    pub fn replace_with(&mut self, document: &OfficialDocument) -> Result<Vec<u8>, DraftError> {
        let target = normal_form(&compare::without_marks(document));
        self.edit(|txn| {
            if reading::read_seeing(txn, Seen::default()).1.any {
                settle::settle(txn, &Choice::All, Act::Accept)?;
            }
            revision::revise(txn, &target);
            Ok::<(), DraftError>(())
        })
    }

    /// Applies the edits of a fix, all or none, in order; each place and range counts in what the
    /// edits before it left. Returns the update (format v1) for the others.
    ///
    /// # Errors
    /// `OpenSuggestions` while there are any: a place in the text as it would be is none in the text as it stands.
    /// `Edit` if one does not fit what the text says now; else as `replace_with`. The text is then
    /// as it was.
    pub fn apply_edits(&mut self, edits: &[Edit]) -> Result<Vec<u8>, DraftError> {
        self.refuse_open()?;
        let mut document = self.to_document()?.document;
        andu_document::apply_edits(&mut document, edits)?;
        self.replace_with(&document)
    }
}
