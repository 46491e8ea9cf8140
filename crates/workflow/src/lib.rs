//! Processes: how documents and requests go from person to person. A definition is compiled to a net; an
//! instance is what has happened in it; `decide` says what a command does, `apply` does it. Time, people,
//! calendar and ids come in from outside: the same arguments give the same events on a desk and at a server.

mod apply;
pub mod bpmn;
pub mod check;
pub mod clock;
mod command;
mod copy;
mod decide;
pub mod definition;
pub mod drawing;
mod event;
pub mod gate;
mod instance;
mod key;
pub mod lawful;
pub mod material;
mod migrate;
pub mod net;
mod refusal;
mod roster;
mod shipped;
mod simulate;
mod stuck;
mod visit;

pub use command::{Act, AddPlace, Begin, Command, Decide, OnPaper, Then};
pub use decide::{Context, Decided, LONGEST_WORDS, Powers, begin, decide, tally};
pub use event::Event;
pub use instance::{
    CLOCK, Child, Circulation, Clock, Extension, Firing, FiringNo, Instance, MemberNo, Place,
    Reader, Scope, ScopeNo, Status, Stop, Timer, TimerDoes, Token, TokenNo, VisitNo,
};
pub use key::{Key, KeyError, LONGEST_KEY};
pub use migrate::{Meaning, Obstacle, Plan, Rehearsal, migrate, rehearse};
pub use net::{Net, NetError};
pub use refusal::Refusal;
pub use roster::{Roster, Staff, Unit};
pub use shipped::{newest_process, shipped, shipped_process};
pub use simulate::{Played, Plays, simulate};
pub use stuck::{SECOND, Stuck, Why, stuck};
pub use visit::{
    Asked, Decision, Member, MemberState, Recorded, Verdict, Visit, VisitName, VisitNameError,
    VisitState,
};
