//! One Yjs document per draft: elements beside the body, freeze, comparison. Pure: client ids come
//! in, updates go out as bytes; who keeps them, and in which envelope, is decided elsewhere.

#![warn(missing_docs)]

mod admission;
mod align;
mod attribution;
mod blocks;
mod compare;
mod edits;
mod error;
mod freeze;
mod reading;
mod revision;
mod settle;
mod span;
mod suggestion;
mod text;
mod trace;
mod value;
mod wording;
mod writing;

pub use admission::{Writer, writers};
pub use attribution::Authorship;
pub use compare::{BlockChange, Comparison, ElementChange, compare};
pub use edits::from_document;
pub use error::DraftError;
pub use freeze::{Frozen, freeze};
pub use reading::{Problem, Reading, Reason};
pub use span::normal_form;
pub use suggestion::{BlockTrace, Choice, SuggestedAct, Suggestion, Traced};
pub use text::{DraftText, MAX_PENDING_BYTES, MAX_STATE_BYTES, MAX_UPDATE_BYTES};
pub use trace::{Trace, Tracer};
