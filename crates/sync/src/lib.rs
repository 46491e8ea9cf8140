//! The sans-IO engine: command envelopes, their outcomes, scopes with gap-free sequences, cursors and
//! the steps of a replica. Time, randomness, ids and storage are given to it; it opens no connection.

#![warn(missing_docs)]

mod change;
mod command;
mod outcome;
mod replica;

pub use change::{Change, Operation, PullAnswer, PullRequest, Scope, ScopePage};
pub use command::{Basis, Command, CommandError, SIGN_DOMAIN};
pub use outcome::{Outcome, Reason};
pub use replica::{Replica, Step, Wait};
