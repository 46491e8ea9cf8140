//! What became of each foreign thing in a file.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One foreign thing and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remark {
    /// The id of the element that it stands at; empty for the file as a whole.
    pub place: String,
    /// The element or attribute, with its usual prefix if it is not of BPMN: `flowable:assignee`.
    pub name: String,
    /// What became of it.
    pub how: How,
    /// Which situation it is, for the sentence that is shown.
    pub code: &'static str,
    /// What it said, shortened; or what it was made into.
    pub detail: String,
}

/// What became of a foreign thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Understood; where the words are not ours they are kept as well.
    Mapped,
    /// Not understood, and kept word for word.
    Kept,
    /// Left out.
    Dropped,
}

/// The longest detail, in characters.
const LONGEST: usize = 200;

/// A text short enough for a detail.
pub(super) fn short(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}
