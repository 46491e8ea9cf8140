//! Processes: how documents and requests go from person to person. A definition is compiled to a net; an
//! instance is what has happened in it; `decide` says what a command does, `apply` does it. Time, people,
//! calendar and ids come in from outside: the same arguments give the same events on a desk and at a server.

pub mod check;
pub mod definition;
mod key;
pub mod net;

pub use key::{Key, KeyError, LONGEST_KEY};
