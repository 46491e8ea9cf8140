//! The written form of a definition: read with limits, written canonically, described by a schema.

use andu_base::ContentHash;

use super::Definition;

/// The largest file that is read, in bytes.
pub const LARGEST_DEFINITION: usize = 4 * 1024 * 1024;

/// The most nodes that a definition may have.
pub const MOST_NODES: usize = 5_000;

/// A file that is no definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// More than [`LARGEST_DEFINITION`].
    #[error("the definition has {0} bytes")]
    TooLarge(usize),
    /// More than [`MOST_NODES`] nodes, or more than four times as many flows.
    #[error("the definition has {0} nodes or flows")]
    TooMany(usize),
    /// It is not written as one.
    #[error("not a definition: {message} (line {line}, column {column})")]
    Form {
        /// What is wrong.
        message: String,
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
}

impl Definition {
    /// Reads a definition from its JSON. Whether it makes sense is for the checks to say.
    ///
    /// # Errors
    /// `DefinitionError` if it is none, or too large.
    pub fn from_json(json: &[u8]) -> Result<Self, DefinitionError> {
        if json.len() > LARGEST_DEFINITION {
            return Err(DefinitionError::TooLarge(json.len()));
        }
        let read: Self = serde_json::from_slice(json).map_err(|error| DefinitionError::Form {
            message: error.to_string(),
            line: error.line(),
            column: error.column(),
        })?;
        read.bounded()
    }

    /// The definition if it is not too large.
    ///
    /// # Errors
    /// `TooMany`.
    pub(crate) fn bounded(self) -> Result<Self, DefinitionError> {
        if self.nodes.len() > MOST_NODES {
            Err(DefinitionError::TooMany(self.nodes.len()))
        } else if self.flows.len() > MOST_NODES * 4 {
            Err(DefinitionError::TooMany(self.flows.len()))
        } else {
            Ok(self)
        }
    }

    /// Its canonical JSON: fields in the order of the schema, what is empty or usual left out, two blanks a
    /// level, a line break at the end. The same definition is always the same bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        let written = serde_json::to_string_pretty(self);
        written.expect("BUG: a definition has no key that is not a text") + "\n"
    }

    /// The hash of its canonical JSON, by which an instance is pinned to it.
    #[must_use]
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(self.to_json().as_bytes())
    }
}

/// The JSON Schema of a definition (2020-12).
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Definition).to_value()
}
