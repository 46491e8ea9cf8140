//! The intranet server: TLS of its own making, enrolment, sign-in, commands over
//! HTTP, push, pull and pokes. It keeps one SQLite file and one folder beside it, and decides nothing
//! itself: `app` does.

pub use andu_base::PersonId;

mod authority;
mod browser;
mod error;
mod examine;
mod listen;
mod live;
mod metrics;
mod page;
mod people;
mod poke;
mod route;
mod state;

pub use authority::{Authority, is_host};
pub use page::Pages;
pub use people::{
    Administrators, DeviceSeen, Roster, RosterPerson, devices, enrolment_code, enter_roster, found,
    invite, person_named, revoke,
};
pub use poke::{Poke, Waited};
pub use route::{Listen, serve};
pub use state::{Server, today};
