//! Bugs that are put in on purpose, to see that the simulator finds them. Each lies in the simulator's own
//! wiring between the parts; none of them can be switched on in the program.

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// Sequences are drawn from a counter when a transaction begins, and seen when it commits: a
    /// `bigserial` cursor.
    EarlyCounter,
    /// The server does not look whether it decided a command before.
    NoDedupe,
    /// The desk does not take out what it may not see any more.
    NoRevocation,
    /// The server answers before its writes are on the disk.
    EarlyAnswer,
    /// The server takes a record as it comes, whatever its author saw before.
    LastWins,
    /// A desk writes every session under one client id.
    SameClientId,
}
