//! Use cases, one folder per domain. Each decides: it checks what the actor may do, works in exactly one
//! transaction, calls the rules, writes the result and the audit entry, and says what changed. Commands
//! that travel come in as envelopes and are answered with one stored outcome.

pub mod account;
pub mod bundle;
pub mod cause;
pub mod ceiling;
pub mod chunk;
pub mod compare;
pub mod demo;
pub mod double_edit;
pub mod draft;
pub mod epoch;
pub mod execute;
pub mod form;
pub mod incoming;
pub mod issued;
pub mod joining;
pub mod lease;
mod look;
pub mod number;
pub mod organisation;
pub mod process;
pub mod queue;
pub mod receive;
pub mod record;
pub mod refusal;
pub mod refused;
pub mod register;
pub mod renew;
mod row;
pub mod setup;
mod sitting;
pub mod supervision;
pub mod vocabulary;

pub use execute::{Call, Handler, Origin, Place, Rule, WriteClass, decide};
pub use look::{Look, Revised, View};
pub use refusal::Refusal;
