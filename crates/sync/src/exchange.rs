//! What goes over the wire beside pulls: commands with their outcomes, what a server tells without being
//! asked, and comparisons of what two sides hold of a scope.

use andu_base::{CommandId, ContentHash};
use serde::{Deserialize, Serialize};

use crate::{
    change::{Change, PullAnswer, RowKey, Scope, ScopePage},
    command::Command,
    digest::Digest,
    lease::Lease,
    outcome::Outcome,
};

/// Commands that a desk sends.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PushRequest {
    /// The epoch the desk knows; empty before its first pull. A server of another one decides nothing.
    #[serde(default)]
    pub epoch: String,
    /// Oldest first.
    pub commands: Vec<Command>,
    /// Commands that were answered in an earlier epoch: which of them are not known any more?
    #[serde(default)]
    pub recall: Vec<CommandId>,
    /// What commands of this push depend on and will never come: the desk has let it go. Who waits for one of
    /// them that the server does not know is refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<CommandId>,
}

/// Outcomes by command.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PushAnswer {
    /// The epoch of the server's store.
    #[serde(default)]
    pub epoch: String,
    /// In the order of the commands.
    pub outcomes: Vec<(CommandId, Outcome)>,
    /// The highest number that a command of this device had which was decided.
    #[serde(default)]
    pub counted: u64,
    /// Those of `recall` that the server does not know.
    #[serde(default)]
    pub unknown: Vec<CommandId>,
}

/// Asks for what is new where the server knows the desk's cursors from its last pull.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StillRequest {
    /// The epoch of the cursors.
    pub epoch: String,
    /// `PullRequest::known` of the last pull.
    pub known: ContentHash,
    /// As of a pull.
    pub limit: u32,
    /// As of a pull.
    #[serde(default)]
    pub leases: bool,
}

/// What is new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StillAnswer {
    /// Nothing; what a pull answers beside its pages.
    Still {
        /// As of a pull.
        #[serde(default)]
        now_ms: i64,
        /// As of a pull.
        #[serde(default)]
        leases: Vec<Lease>,
    },
    /// This.
    News {
        /// As a pull is answered.
        answer: PullAnswer,
    },
    /// The server knows other cursors: they have to be told.
    Tell,
}

/// What a server tells of a scope without being asked, to whoever may see it then. It is lost, told twice and
/// overtaken like anything on a line: whoever cannot go on with it pulls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The epoch of the server's store.
    pub epoch: String,
    /// What followed in the scope's log.
    pub page: ScopePage,
}

/// The rows of a range and their digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RangeDigest {
    /// The first row that may be in it; `None`: from the beginning.
    pub from: Option<RowKey>,
    /// The first row after it; `None`: to the end.
    pub to: Option<RowKey>,
    /// Over the rows between.
    pub digest: Digest,
}

impl RangeDigest {
    /// Whether a row lies in the range.
    pub fn holds(&self, key: &RowKey) -> bool {
        self.from.as_ref().is_none_or(|from| from <= key)
            && self.to.as_ref().is_none_or(|to| key < to)
    }
}

/// What a desk holds of a scope, to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompareRequest {
    /// The epoch the desk knows.
    pub epoch: String,
    /// The scope.
    pub scope: Scope,
    /// Entities the desk knows; rows of others are left out.
    pub entities: Vec<String>,
    /// Ranges with the desk's own digests, at most 64.
    pub ranges: Vec<RangeDigest>,
}

/// How a range stands at the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Compared {
    /// The same rows.
    Same,
    /// Others; these are the digests of its parts.
    Split {
        /// They cover the range.
        parts: Vec<RangeDigest>,
    },
    /// Others, and these are all there are.
    Rows {
        /// As a snapshot gives them.
        rows: Vec<Change>,
    },
}

/// The answer to a comparison.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct CompareAnswer {
    /// The epoch of the server's store. Another one than asked for: nothing was compared.
    pub epoch: String,
    /// The scope's newest sequence: what was compared is the state there.
    pub head: u64,
    /// One a range, in order; none where the scope may not be seen.
    pub ranges: Vec<Compared>,
}

/// Ranges in one comparison.
pub const RANGES_AT_MOST: usize = 64;
/// A range of so many rows is given as rows.
pub const ROWS_AT_ONCE: usize = 64;
/// Parts a longer range is divided into.
pub const PARTS: usize = 16;

/// Divides `rows` (in order, all within `range`) into parts with their digests.
pub fn split(range: &RangeDigest, rows: &[(RowKey, u128)]) -> Vec<RangeDigest> {
    let size = rows.len().div_ceil(PARTS).max(1);
    let chunks: Vec<&[(RowKey, u128)]> = rows.chunks(size).collect();
    let mut parts = Vec::with_capacity(chunks.len());
    for (at, chunk) in chunks.iter().enumerate() {
        let first = |chunk: &[(RowKey, u128)]| chunk.first().map(|(key, _)| key.clone());
        let next = chunks.get(at + 1);
        parts.push(RangeDigest {
            from: if at == 0 {
                range.from.clone()
            } else {
                first(chunk)
            },
            to: next.map_or_else(|| range.to.clone(), |next| first(next)),
            digest: chunk.iter().map(|(_, hash)| *hash).collect(),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_range_cover_it_and_add_up_to_it() {
        let key = |n: u32| RowKey {
            place: 1,
            entity: "draft".into(),
            row_id: format!("{n:05}"),
        };
        let rows: Vec<(RowKey, u128)> = (0..1_000)
            .map(|n| (key(n), u128::from(n).wrapping_mul(u128::MAX / 7)))
            .collect();
        let whole = RangeDigest {
            from: None,
            to: None,
            digest: rows.iter().map(|(_, hash)| *hash).collect(),
        };
        let parts = split(&whole, &rows);
        assert!(parts.len() <= PARTS, "{}", parts.len());
        assert_eq!((&parts[0].from, &parts[parts.len() - 1].to), (&None, &None));
        assert!(parts.windows(2).all(|pair| pair[0].to == pair[1].from));
        for part in &parts {
            let own: Digest = rows
                .iter()
                .filter(|(key, _)| part.holds(key))
                .map(|(_, hash)| *hash)
                .collect();
            assert_eq!(own, part.digest, "a part holds other rows than it says");
        }
    }
}
