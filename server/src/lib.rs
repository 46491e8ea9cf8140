//! The intranet server: TLS of its own making, enrolment, sign-in, commands over
//! HTTP, push, pull and pokes. It keeps one SQLite file and one folder beside it, and decides nothing
//! itself: `app` does.

pub use andu_base::PersonId;

mod authority;
mod backup;
mod body;
mod browser;
mod bundle;
mod chunk;
mod demo;
mod error;
mod examine;
mod fresh;
mod joining;
mod listen;
mod live;
mod manifest;
mod metrics;
mod packed;
mod page;
mod people;
mod pepper;
mod poke;
mod route;
mod standing;
mod state;
mod tick;
mod told;
mod vouched;
mod year;

pub use authority::{Authority, is_host};
pub use backup::{Copied, back_up, restore};
pub use bundle::{
    BundleOrder, bundle_acknowledge, bundle_board, bundle_card, bundle_export, bundle_import,
};
pub use demo::{
    DEMO_DOCUMENTS, DEMO_PASSWORD, DemoPerson, demo_code, demo_people, demo_person, demo_wanted,
    fill_demo,
};
pub use fresh::{Fresh, Kept};
pub use page::Pages;
pub use people::{
    Administrators, DeviceSeen, Roster, RosterPerson, devices, enrolment_code, enter_roster, found,
    invite, person_named, revoke,
};
pub use pepper::renew_pepper;
pub use poke::{Poke, Waited};
pub use route::{Listen, serve};
pub use state::{Held, Server, check_there, hold, today};
pub use tick::tick;
pub use vouched::Vouched;
pub use year::{YearPlan, YearReport, play_year};
