//! Use cases of processes: documents go from person to person as a definition says. The engine decides; here
//! its people come from the organisation, its events are kept and chained, and what follows of them is shown
//! to those who take part.

mod act;
mod define;
mod enable;
pub mod figures;
mod give_number;
mod keep;
mod reason;
mod roster;
mod tasks;

pub use act::{Act, SEEN, act};
pub(crate) use act::{begin, runs, submit, withdraw};
pub use define::{Define, define};
pub(crate) use define::{net, newest};
pub use enable::{Enable, OUTGOING, enable};
pub(crate) use keep::show_again;
pub use keep::{Name, substance};
pub(crate) use keep::{receive, take_out};
pub use roster::roster;
pub use tasks::READING;
