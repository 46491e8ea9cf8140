//! Why a command is not done.

use andu_base::{CalendarError, ContentHash, PersonId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Key, Status, VisitState, definition::May};

/// Why a command is not done. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "refusal")]
pub enum Refusal {
    /// It is over.
    #[error("the instance is over: {status:?}")]
    Over {
        /// How it ended.
        status: Status,
    },
    /// There is no such visit here, or not yet.
    #[error("there is no such visit")]
    NoVisit,
    /// The visit is no longer open (已被他人办结, 已收回).
    #[error("the visit is closed: {state:?}")]
    Closed {
        /// How.
        state: VisitState,
        /// By whom, where somebody decided.
        by: Option<PersonId>,
    },
    /// Who asks is not asked in it.
    #[error("not asked in this visit")]
    NotAsked,
    /// Has acted already.
    #[error("has acted already")]
    ActedBefore,
    /// Somebody else has taken it (领取).
    #[error("somebody else has taken it")]
    HeldBy {
        /// Who.
        person: PersonId,
    },
    /// It has to be taken before it is decided (领取).
    #[error("to be taken first")]
    ClaimFirst,
    /// One person has one voice in a step: whoever has an own seat there, or has acted for somebody absent,
    /// does not act for another as well (职责分离).
    #[error("one person has one voice in a step")]
    OneVoice {
        /// For whom it was to be.
        for_whom: PersonId,
    },
    /// Others are to act before.
    #[error("others are to act before")]
    NotYet {
        /// One of them.
        before: PersonId,
    },
    /// It was decided on other words (内容已变).
    #[error("the words have changed")]
    ContentChanged {
        /// The words as they are.
        now: Option<ContentHash>,
    },
    /// Words are needed.
    #[error("an opinion is needed")]
    OpinionNeeded,
    /// A reason, notice or the like is needed.
    #[error("a reason is needed")]
    ReasonNeeded,
    /// More characters than are kept.
    #[error("more than {limit} characters")]
    TooLong {
        /// The most.
        limit: usize,
    },
    /// An item has to be entered.
    #[error("`{item}` has to be entered")]
    ItemNeeded {
        /// Which.
        item: Key,
    },
    /// An item may not be entered here, or not so.
    #[error("`{item}` may not be entered so")]
    ItemRefused {
        /// Which.
        item: Key,
    },
    /// What must hold before the step is done, does not.
    #[error("what `{node}` asks for is not complete")]
    Incomplete {
        /// The step.
        node: Key,
    },
    /// It may not be done in this step, or not by this person.
    #[error("not allowed here: {what:?}")]
    NotAllowed {
        /// What; `None`: it needs a grant.
        what: Option<May>,
    },
    /// The visit to which it should go back was not before this one, or does not count any more.
    #[error("it was not there before")]
    NotBefore,
    /// Somebody has seen what followed.
    #[error("somebody has seen it")]
    SeenBy {
        /// Who.
        person: PersonId,
    },
    /// Nobody is found who may do a step.
    #[error("nobody may do `{node}`")]
    Nobody {
        /// The step.
        node: Key,
    },
    /// One person may not do both steps (职责分离).
    #[error("one person may not do both `{one}` and `{other:?}`")]
    Separate {
        /// This step.
        one: Key,
        /// The one done before; `None`: having begun it.
        other: Option<Key>,
    },
    /// Somebody who does not work here, or works no longer.
    #[error("somebody does not work here")]
    Unknown {
        /// Who.
        person: PersonId,
    },
    /// Somebody who is asked already.
    #[error("somebody is asked already")]
    AskedAlready {
        /// Who.
        person: PersonId,
    },
    /// No way leads on: no condition holds.
    #[error("no way leads on from `{node}`")]
    NoWay {
        /// Where.
        node: Key,
    },
    /// A condition or rule of another program cannot be asked.
    #[error("`{node}` cannot be run here")]
    Foreign {
        /// Where.
        node: Key,
    },
    /// It goes round without anybody: more than the engine takes.
    #[error("the process goes round by itself at `{node}`")]
    Endless {
        /// Where.
        node: Key,
    },
    /// Urged a moment ago.
    #[error("urged a moment ago")]
    TooSoon {
        /// Not before.
        again_at: Timestamp,
    },
    /// There is no such thing: a round of reading, a called process, a way to begin.
    #[error("there is no such thing")]
    NotThere,
    /// The clock does not run, stands, or was extended before.
    #[error("the clock does not allow it")]
    Clock,
    /// Working days of a year are not known.
    #[error("the working days of {year} are not known")]
    Calendar {
        /// The year.
        year: i16,
    },
    /// The time is before what has happened already: nothing is dated back.
    #[error("dated before what has happened")]
    DatedBack,
    /// Only with a network (用印, 终审).
    #[error("only with a network")]
    Online,
}

impl From<CalendarError> for Refusal {
    fn from(error: CalendarError) -> Self {
        match error {
            CalendarError::Unknown { year } => Self::Calendar { year },
        }
    }
}
