//! The intranet server: enrolment, commands over HTTP, push and pull. This first shape listens on the
//! loopback without TLS and keeps one SQLite file; accounts, TLS and pokes come with the server's own
//! issue. It decides nothing itself: `app` does.

pub use andu_base::PersonId;

mod error;
mod people;
mod route;
mod state;

pub use people::{Administrators, Roster, RosterPerson, enter_roster, found, invite, person_named};
pub use route::serve;
pub use state::Server;
