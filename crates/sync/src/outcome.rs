//! The one stored outcome that answers a command.

use std::collections::BTreeMap;

use andu_base::CommandId;
use serde::{Deserialize, Serialize};

use crate::change::Scope;

/// Why something was refused: the key of a sentence and what stands in its places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Key in the catalogue.
    pub key: String,
    /// Fields of the sentence.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl Reason {
    /// A reason without fields.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            fields: BTreeMap::new(),
        }
    }

    /// The same reason with one more field.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over numbers and words as they have them"
    )]
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.fields.insert(name.to_owned(), value.to_string());
        self
    }
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// Done. Its effects are in the scopes up to `heads`.
    Applied {
        /// The command's answer.
        answer: serde_json::Value,
        /// Sequence in each scope that it wrote to.
        heads: BTreeMap<Scope, u64>,
    },
    /// Done together with somebody else's change to other fields.
    Merged {
        /// The command's answer.
        answer: serde_json::Value,
        /// Sequence in each scope that it wrote to.
        heads: BTreeMap<Scope, u64>,
    },
    /// Kept as a record, without effect: what it was about has changed since.
    Superseded {
        /// Why.
        reason: Reason,
    },
    /// Both values are kept; somebody has to choose.
    Conflict {
        /// Why.
        reason: Reason,
        /// Sequence in each scope that it wrote to: what both wanted, for whoever chooses.
        #[serde(default)]
        heads: BTreeMap<Scope, u64>,
    },
    /// Refused.
    Rejected {
        /// Why.
        reason: Reason,
    },
    /// Cannot be decided yet; sent again later.
    Deferred {
        /// Commands that must come first.
        waiting_for: Vec<CommandId>,
    },
}

impl Outcome {
    /// Whether the command may leave the outbox (deferred ones may not).
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Deferred { .. })
    }

    /// Sequences its effects reach, by scope; empty if it had none.
    pub fn heads(&self) -> BTreeMap<Scope, u64> {
        match self {
            Self::Applied { heads, .. }
            | Self::Merged { heads, .. }
            | Self::Conflict { heads, .. } => heads.clone(),
            Self::Superseded { .. } | Self::Rejected { .. } | Self::Deferred { .. } => {
                BTreeMap::new()
            }
        }
    }
}
