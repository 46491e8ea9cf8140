//! Why a use case did not do what was asked.

use andu_draft::DraftError;
use andu_store::StoreError;
use andu_sync::Reason;

/// A use case's no.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The answer is no, with a reason for the person. Stored as the outcome.
    #[error("refused: {}", .0.key)]
    Rejected(Reason),
    /// The store failed; nothing was decided.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refusal {
    /// A no with the sentence `key`.
    pub fn because(key: &str) -> Self {
        Self::Rejected(Reason::new(key))
    }
}

impl From<DraftError> for Refusal {
    fn from(error: DraftError) -> Self {
        // The text of a draft that cannot be read or changed is a no to this command alone.
        Self::Rejected(match error {
            DraftError::UpdateTooLarge { bytes, limit } => Reason::new("draft.update_too_large")
                .with("megabytes", bytes >> 20)
                .with("limit", limit >> 20),
            DraftError::OpenSuggestions { count } => {
                Reason::new("draft.open_suggestions").with("count", count)
            }
            error => Reason::new("draft.text_unreadable").with("cause", error),
        })
    }
}

impl From<serde_json::Error> for Refusal {
    fn from(error: serde_json::Error) -> Self {
        Self::Rejected(Reason::new("command.arguments").with("cause", error))
    }
}
