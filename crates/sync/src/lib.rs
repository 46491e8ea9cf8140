//! The sans-IO engine: command envelopes, their outcomes, scopes with gap-free sequences, cursors,
//! digests and the steps of a replica. Time, randomness, ids and storage are given to it; it opens no
//! connection.

#![warn(missing_docs)]

pub mod bundle;
mod change;
mod chunk;
mod command;
mod digest;
mod exchange;
mod lease;
mod merge;
mod outcome;
mod replica;

pub use change::{
    Change, Operation, PullAnswer, PullRequest, RowKey, Scope, ScopeKind, ScopePage, SnapshotMark,
    SnapshotPart,
};
pub use chunk::{
    CHUNK_AT_MOST, CHUNKS_AT_MOST, Chunk, FILE_AT_MOST, HaveAnswer, HaveRequest, LOOSE_AT_MOST,
    Manifest, cut, name_of,
};
pub use command::{Basis, Command, CommandError, SIGN_DOMAIN};
pub use digest::{Digest, RowHasher};
pub use exchange::{
    CompareAnswer, CompareRequest, Compared, PARTS, PushAnswer, PushRequest, RANGES_AT_MOST,
    ROWS_AT_ONCE, RangeDigest, StillAnswer, StillRequest, Told, split,
};
pub use lease::{LEASE_DAYS, LEASE_DAYS_AT_MOST, Lease, LeaseClock, LeaseStanding, lease_until};
pub use merge::{Clash, Merge, merge};
pub use outcome::{Outcome, Reason};
pub use replica::{Replica, Step, Wait};
