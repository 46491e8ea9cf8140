//! Scopes, changes and pull pages: what a replica may see, in an order without gaps.

use std::{collections::BTreeMap, fmt};

use andu_base::{DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

/// The unit of permission, log and subscription, such as `person:…` or `department:…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub String);

impl Scope {
    /// What one person sees on all of the person's desks.
    pub fn person(id: PersonId) -> Self {
        Self(format!("person:{id}"))
    }

    /// What was handed to a department.
    pub fn department(id: DepartmentId) -> Self {
        Self(format!("department:{id}"))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What happened to a row, seen from a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// The row is as given.
    Put,
    /// The row is no longer seen from this scope.
    Remove,
}

/// One entry of a scope's log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Place in the scope's log, from 1, without gaps.
    pub seq: u64,
    /// Name of a declared projection.
    pub entity: String,
    /// Key of the row within its entity.
    pub row_id: String,
    /// Put or removed.
    pub operation: Operation,
    /// The projected columns; null when removed.
    pub row: serde_json::Value,
}

/// What a replica asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PullRequest {
    /// The last sequence it holds of each scope; a scope not named starts at 0.
    pub cursors: BTreeMap<Scope, u64>,
    /// At most so many changes, 1 to 1,000.
    pub limit: u32,
}

/// Changes of one scope that follow a cursor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopePage {
    /// The scope.
    pub scope: Scope,
    /// In order; the first follows the cursor directly.
    pub changes: Vec<Change>,
    /// The scope's newest sequence.
    pub head: u64,
}

/// The answer to a pull.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PullAnswer {
    /// All scopes the person may see now; others are dropped by the replica.
    pub granted: Vec<Scope>,
    /// Pages, at most one a scope.
    pub pages: Vec<ScopePage>,
}

impl ScopePage {
    /// Whether the page continues `cursor` without a gap.
    pub fn follows(&self, cursor: u64) -> bool {
        self.changes
            .iter()
            .zip(cursor + 1..)
            .all(|(change, seq)| change.seq == seq)
    }
}

impl PullAnswer {
    /// Whether there is more to pull.
    pub fn has_more(&self) -> bool {
        self.pages
            .iter()
            .any(|page| page.changes.last().is_some_and(|last| last.seq < page.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(seqs: &[u64]) -> ScopePage {
        let change = |&seq: &u64| Change {
            seq,
            entity: "draft".into(),
            row_id: "a".into(),
            operation: Operation::Put,
            row: serde_json::Value::Null,
        };
        ScopePage {
            scope: Scope("s".into()),
            changes: seqs.iter().map(change).collect(),
            head: 9,
        }
    }

    #[test]
    fn a_page_with_a_gap_is_seen() {
        assert!(page(&[4, 5, 6]).follows(3));
        assert!(page(&[]).follows(3));
        assert!(!page(&[5, 6]).follows(3), "a page that starts too late");
        assert!(!page(&[4, 6]).follows(3), "a page with a hole");
        assert!(!page(&[3, 4]).follows(3), "a page that repeats");
    }
}
