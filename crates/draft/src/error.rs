//! What can go wrong with a draft's text. Never carries document text.

/// Why a draft's text could not be changed or read. Each variant names the situation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// A client id outside of 1 ..= 2^53 - 1.
    #[error("client id is not between 1 and 2^53 - 1: {0}")]
    ClientId(u64),
    /// One update is larger than [`crate::MAX_UPDATE_BYTES`].
    #[error("update has {bytes} bytes, more than {limit}")]
    UpdateTooLarge {
        /// Its size.
        bytes: usize,
        /// The most that is taken.
        limit: usize,
    },
    /// The whole text would become larger than [`crate::MAX_STATE_BYTES`].
    #[error("text would have {bytes} bytes, more than {limit}")]
    StateTooLarge {
        /// The size it would have.
        bytes: usize,
        /// The most that is kept.
        limit: usize,
    },
    /// Bytes that are no Yjs update of format v1, or one that no editor of ours makes.
    #[error("update is malformed at byte {at}: {reason}")]
    MalformedUpdate {
        /// Offset in the update.
        at: usize,
        /// What is wrong there.
        reason: &'static str,
    },
    /// Nested deeper than a document can be.
    #[error("update nests deeper than {limit} levels")]
    TooDeep {
        /// The most that is taken.
        limit: usize,
    },
    /// Updates wait for others that never came, and there are too many of them.
    /// Ask the sender for the difference from our state vector.
    #[error("updates that wait for missing ones have {bytes} bytes, more than {limit}")]
    TooMuchPending {
        /// Their size.
        bytes: usize,
        /// The most that is kept.
        limit: usize,
    },
    /// The update is well formed, but contradicts the text it is applied to.
    #[error("update contradicts the text it is for")]
    Contradiction,
    /// The engine gave up (it panicked); the text is as it was.
    #[error("the text engine failed")]
    Engine,
    /// Bytes that are no Yjs state vector.
    #[error("malformed state vector")]
    StateVector,
    /// Suggestions are open: what the text says is not decided.
    #[error("{count} suggestions are not decided")]
    OpenSuggestions {
        /// How many.
        count: usize,
    },
    /// More suggestions than can be settled in a reasonable time.
    #[error("too many suggestions")]
    TooManySuggestions,
    /// What was to be decided is not, or no longer, suggested.
    #[error("no such suggestion")]
    NoSuchSuggestion,
    /// An edit does not fit the document that the text holds.
    #[error("the edit does not fit")]
    Edit(#[from] andu_document::EditError),
}
