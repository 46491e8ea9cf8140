//! Who calls a command: a desk, or the server for somebody signed in. The table's functions are the same
//! for both.

use andu_app::Look;
use andu_base::Date;
use andu_org::Person;
use andu_sync::Outcome;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    ApiError,
    draft::{CommandOutcome, outcome},
    text,
};

/// How a command that travels was answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answered {
    /// The primary decided.
    Decided(Outcome),
    /// It waits for the server; what it did here at once, if anything.
    Waiting(Value),
}

/// The one who calls.
pub trait Caller {
    /// What there is to read, as far as the caller may see it.
    fn look(&self) -> Look<'_>;
    /// The person.
    fn actor(&self) -> &Person;
    /// A new id (UUIDv7).
    fn new_id(&self) -> String;
    /// Today in Asia/Shanghai.
    fn today(&self) -> Date;
    /// Whether this store knows who holds which role: a desk that has joined a server knows its own.
    fn knows_roles(&self) -> bool {
        true
    }
    /// Puts a command into an envelope and has it decided, or queues it at a replica.
    ///
    /// # Errors
    /// What kept it from being decided or queued at all.
    fn act(&self, kind: &'static str, args: Value) -> Result<Answered, ApiError>;
    /// The same; where it is queued it is held back so many seconds, in which it may be taken back. Who decides
    /// at once holds nothing.
    ///
    /// # Errors
    /// As [`Self::act`].
    fn act_held(
        &self,
        kind: &'static str,
        args: Value,
        _hold_seconds: u32,
    ) -> Result<Answered, ApiError> {
        self.act(kind, args)
    }
}

/// Reads the arguments, calls, writes the answer.
pub(crate) fn serve<A: DeserializeOwned, R: Serialize>(
    caller: &dyn Caller,
    args: Value,
    call: fn(&dyn Caller, A) -> Result<R, ApiError>,
) -> Result<Value, ApiError> {
    let args = serde_json::from_value(args).map_err(|error| text::bad_arguments(&error))?;
    Ok(serde_json::to_value(call(caller, args)?).expect("BUG: answers are plain data"))
}

/// Acts: how it went, also where it was refused or waits for the server.
pub(crate) fn acted(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<CommandOutcome, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    Ok(outcome(caller.act(kind, args)?))
}

/// Acts: what was decided, or `None` where it waits for the server.
pub(crate) fn decided<R: DeserializeOwned>(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<Option<R>, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    match caller.act(kind, args)? {
        Answered::Waiting(_) | Answered::Decided(Outcome::Deferred { .. }) => Ok(None),
        Answered::Decided(Outcome::Applied { answer, .. } | Outcome::Merged { answer, .. }) => {
            serde_json::from_value(answer)
                .map(Some)
                .map_err(|error| text::bad_arguments(&error))
        }
        Answered::Decided(
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason, .. },
        ) => Err(text::refused(&reason)),
    }
}

/// Acts, and takes a refusal as an error: for records and texts, which a person expects to be done.
pub(crate) fn do_now(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<(), ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    match caller.act(kind, args)? {
        Answered::Waiting(_)
        | Answered::Decided(Outcome::Applied { .. } | Outcome::Merged { .. }) => Ok(()),
        Answered::Decided(
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason, .. },
        ) => Err(text::refused(&reason)),
        Answered::Decided(Outcome::Deferred { .. }) => Err(text::error("command.deferred")),
    }
}
