//! Scopes, changes and pull pages: what a replica may see, in an order without gaps.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use andu_base::{AgencyId, ContentHash, DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

use crate::lease::Lease;

/// What a scope is about; the word before the colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScopeKind {
    /// What one person sees on all of the person's desks.
    Person,
    /// One draft, for those who write it together.
    Draft,
    /// What was handed to a department.
    Department,
    /// What everybody of an agency sees.
    Agency,
    /// What those who hold a post in a department see of each other.
    Colleagues,
    /// Telephones of an agency that are not for everybody.
    Restricted,
    /// Roles and substitutions of an agency.
    Roles,
    /// Registers of an agency: its number series, the ledger of numbers, who has which copy, what came and what is
    /// supervised.
    Register,
}

impl ScopeKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Person,
        Self::Draft,
        Self::Department,
        Self::Agency,
        Self::Colleagues,
        Self::Restricted,
        Self::Roles,
        Self::Register,
    ];

    /// The word before the colon.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Draft => "draft",
            Self::Department => "department",
            Self::Agency => "agency",
            Self::Colleagues => "colleagues",
            Self::Restricted => "restricted",
            Self::Roles => "roles",
            Self::Register => "register",
        }
    }

    /// Whether a desk holds scopes of this kind for a time only, in a file of their own.
    pub const fn is_leased(self) -> bool {
        match self {
            Self::Restricted => true,
            Self::Person
            | Self::Draft
            | Self::Department
            | Self::Agency
            | Self::Colleagues
            | Self::Roles
            | Self::Register => false,
        }
    }
}

/// The unit of permission, log and subscription, such as `person:…` or `department:…`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope(pub String);

impl Scope {
    /// What one person sees on all of the person's desks.
    pub fn person(id: PersonId) -> Self {
        Self(format!("person:{id}"))
    }

    /// A draft that several write: its text, its versions, who writes along.
    pub fn draft(id: &str) -> Self {
        Self(format!("draft:{id}"))
    }

    /// What was handed to a department.
    pub fn department(id: DepartmentId) -> Self {
        Self(format!("department:{id}"))
    }

    /// What everybody of an agency sees: its organisation and the telephones that are for all.
    pub fn agency(id: AgencyId) -> Self {
        Self(format!("agency:{id}"))
    }

    /// What those who hold a post in a department see of each other.
    pub fn colleagues(id: DepartmentId) -> Self {
        Self(format!("colleagues:{id}"))
    }

    /// Telephones of an agency that are not for everybody.
    pub fn restricted(id: AgencyId) -> Self {
        Self(format!("restricted:{id}"))
    }

    /// Roles and substitutions of an agency, for those who give and review them.
    pub fn roles(id: AgencyId) -> Self {
        Self(format!("roles:{id}"))
    }

    /// Registers of an agency, for those who keep its records.
    pub fn register(id: AgencyId) -> Self {
        Self(format!("register:{id}"))
    }

    /// What it is about; `None` for a kind that this version does not know.
    pub fn kind(&self) -> Option<ScopeKind> {
        let word = self.0.split(':').next()?;
        ScopeKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether a desk holds it for a time only, in a file of its own.
    pub fn is_leased(&self) -> bool {
        self.kind().is_some_and(ScopeKind::is_leased)
    }

    /// Whether those who see a draft through it see its text as it is written, and its versions; others see
    /// what was handed to them.
    pub fn shows_text(&self) -> bool {
        self.nearness() <= 1
    }

    /// The draft whose scope this is, if it is one's.
    pub fn draft_id(&self) -> Option<&str> {
        self.0.strip_prefix("draft:")
    }

    /// Which scope says how a row stands that several scopes show: the lowest. Their pages come at
    /// different times, and the nearest one to the person is the one that names every change.
    pub fn nearness(&self) -> u8 {
        match self.0.split(':').next() {
            Some("person") => 0,
            Some("draft") => 1,
            Some("department") => 2,
            Some("agency") => 3,
            _ => 4,
        }
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
    /// Place in the scope's log, from 1, without gaps; in a snapshot, the head it shows the scope at.
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

/// Where a row stands in the order of a snapshot: parents before what names them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct RowKey {
    /// The place of its entity among the projections.
    pub place: u32,
    /// Name of a declared projection.
    pub entity: String,
    /// Key of the row within its entity.
    pub row_id: String,
}

/// How far a snapshot has come that is not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotMark {
    /// The scope's head when the snapshot began: the cursor when it is finished.
    pub at: u64,
    /// The last row that is held of it.
    pub after: RowKey,
}

/// What a replica asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PullRequest {
    /// The epoch its cursors belong to; empty before the first pull.
    #[serde(default)]
    pub epoch: String,
    /// The last sequence it holds of each scope; a scope not named starts at 0.
    pub cursors: BTreeMap<Scope, u64>,
    /// Snapshots that are to go on.
    #[serde(default)]
    pub snapshots: BTreeMap<Scope, SnapshotMark>,
    /// At most so many changes, 1 to 5,000.
    pub limit: u32,
    /// It can hold leased scopes; to others they are not given.
    #[serde(default)]
    pub leases: bool,
}

impl PullRequest {
    /// What stands for the cursors of a replica where both sides know them; `None` before the first pull and
    /// while a snapshot is going on.
    pub fn known(&self) -> Option<ContentHash> {
        if self.epoch.is_empty() || !self.snapshots.is_empty() {
            return None;
        }
        let mut said = self.epoch.clone();
        for (scope, seq) in &self.cursors {
            // No scope has a line break in it: nothing else reads the same.
            let _ = write!(said, "\n{scope} {seq}");
        }
        Some(ContentHash::of(said.as_bytes()))
    }

    /// What is asked for next once all of `answer` is applied, as far as the answer alone tells: whoever asks
    /// ahead compares it with what is asked for then.
    #[must_use]
    pub fn after(&self, answer: &PullAnswer) -> Self {
        let mut next = self.clone();
        next.cursors
            .retain(|scope, _| answer.granted.contains(scope));
        next.snapshots
            .retain(|scope, _| answer.granted.contains(scope));
        for page in &answer.pages {
            let scope = &page.scope;
            if scope.is_leased() && !self.cursors.contains_key(scope) {
                // Its file is closed here: what came of it is left alone.
                continue;
            }
            let Some(part) = &page.snapshot else {
                if let Some(last) = page.changes.last() {
                    next.cursors.insert(scope.clone(), last.seq);
                }
                continue;
            };
            if let Some(after) = part.to.clone() {
                next.cursors.entry(scope.clone()).or_default();
                let mark = SnapshotMark { at: part.at, after };
                next.snapshots.insert(scope.clone(), mark);
            } else {
                next.cursors.insert(scope.clone(), part.at);
                next.snapshots.remove(scope);
            }
        }
        next
    }
}

/// Which part of a snapshot a page is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotPart {
    /// The scope's head when the snapshot began.
    pub at: u64,
    /// It follows this row; `None`: it is the first part.
    pub after: Option<RowKey>,
    /// Its last row, where more is to come; `None`: it is the last part.
    pub to: Option<RowKey>,
}

/// Changes of one scope that follow a cursor, or a part of what the scope holds now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScopePage {
    /// The scope.
    pub scope: Scope,
    /// In order. Of the log: the first follows the cursor directly. Of a snapshot: parents first.
    pub changes: Vec<Change>,
    /// The scope's newest sequence.
    pub head: u64,
    /// `Some` where these are rows of a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotPart>,
}

/// The answer to a pull.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PullAnswer {
    /// The epoch of the server's store. Another one than asked for: it was restored from a copy, and
    /// there are no pages.
    #[serde(default)]
    pub epoch: String,
    /// All scopes the person may see now; others are dropped by the replica.
    pub granted: Vec<Scope>,
    /// Pages, at most one a scope.
    pub pages: Vec<ScopePage>,
    /// The highest number that a command of this device had which was decided.
    #[serde(default)]
    pub counted: u64,
    /// The server's clock, Unix milliseconds; 0 from a server that says nothing of it.
    #[serde(default)]
    pub now_ms: i64,
    /// Until when leased scopes among `granted` may be held; one without a term may not.
    #[serde(default)]
    pub leases: Vec<Lease>,
}

impl ScopePage {
    /// The same without what `cursor` has passed.
    #[must_use]
    pub fn after(&self, cursor: u64) -> Self {
        let changes = self.changes.iter();
        let changes = changes.filter(|change| change.seq > cursor).cloned();
        Self {
            changes: changes.collect(),
            scope: self.scope.clone(),
            head: self.head,
            snapshot: self.snapshot.clone(),
        }
    }

    /// Whether the page of a log continues `cursor` without a gap.
    pub fn follows(&self, cursor: u64) -> bool {
        self.snapshot.is_none()
            && self
                .changes
                .iter()
                .zip(cursor + 1..)
                .all(|(change, seq)| change.seq == seq)
    }

    /// Whether more of this scope is to come after this page.
    pub fn has_more(&self) -> bool {
        match &self.snapshot {
            Some(part) => part.to.is_some() || part.at < self.head,
            None => self.changes.last().is_some_and(|last| last.seq < self.head),
        }
    }
}

impl PullAnswer {
    /// Whether there is more to pull.
    pub fn has_more(&self) -> bool {
        self.pages.iter().any(ScopePage::has_more)
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
            snapshot: None,
        }
    }

    #[test]
    fn what_comes_next_follows_from_the_answer() {
        let scope = |name: &str| Scope(name.into());
        let key = |id: &str| RowKey {
            place: 1,
            entity: "draft".into(),
            row_id: id.into(),
        };
        let part = |name: &str, at: u64, to: Option<&str>| ScopePage {
            scope: scope(name),
            snapshot: Some(SnapshotPart {
                at,
                after: None,
                to: to.map(key),
            }),
            ..page(&[])
        };
        let asked = PullRequest {
            epoch: "e".into(),
            cursors: [("person:a", 3), ("person:gone", 9), ("person:done", 0)]
                .map(|(name, seq)| (scope(name), seq))
                .into(),
            snapshots: [("person:done", 7), ("person:gone", 9)]
                .map(|(name, at)| {
                    let after = key("a");
                    (scope(name), SnapshotMark { at, after })
                })
                .into(),
            ..PullRequest::default()
        };
        let granted = ["person:a", "person:begun", "person:done", "restricted:shut"];
        let answer = PullAnswer {
            granted: granted.map(scope).into(),
            pages: vec![
                ScopePage {
                    scope: scope("person:a"),
                    ..page(&[4, 5])
                },
                part("person:begun", 20, Some("b")),
                part("person:done", 7, None),
                part("restricted:shut", 5, None),
            ],
            ..PullAnswer::default()
        };
        let next = asked.after(&answer);
        let cursors = [("person:a", 5), ("person:begun", 0), ("person:done", 7)];
        assert_eq!(
            next.cursors,
            cursors.map(|(name, seq)| (scope(name), seq)).into()
        );
        let begun = SnapshotMark {
            at: 20,
            after: key("b"),
        };
        assert_eq!(next.snapshots, [(scope("person:begun"), begun)].into());
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
