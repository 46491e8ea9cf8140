//! Use cases of processes: documents go from person to person as a definition says. The engine decides; here
//! its people come from the organisation, its events are kept and chained, and what follows of them is shown
//! to those who take part.

mod act;
mod define;
mod doctor;
mod enable;
pub mod figures;
mod foretell;
mod give_number;
mod hand;
mod keep;
mod limit;
mod over;
mod reason;
mod review;
mod revise;
mod roster;
mod tasks;
mod tick;

/// What replicas receive of processes.
pub(crate) const ENTITIES: [&str; 7] = [
    "handwriting",
    "instance",
    "task",
    "process_use",
    "process_definition",
    "revision_text",
    "revision",
];

pub use act::{Act, SEEN, act};
pub(crate) use act::{Beginning, begin, net_of, runs, submit, withdraw};
pub use define::{Define, define, unlawful};
pub(crate) use define::{net, newest};
pub use doctor::{Ailing, Doctored, Found, Repair, RepairInstance, repair};
pub use enable::{Enable, MEMO, OUTGOING, SUPERVISION, enable};
pub use foretell::{SOMEBODY, foretell};
pub use keep::{Name, substance};
pub(crate) use keep::{receive, show_again, take_out, without_originals};
pub use limit::earliest;
pub use over::{MOST_AT_ONCE, Migrate, Rehearsed, RunningSeen, VersionSeen, migrate_to};
pub use reason::Said;
pub use review::{Standing, base, has_open, is_unsent, standing};
pub use revise::{REVISION, Revise, RevisionChange, Settled, WhatChanged, revise};
pub use roster::roster;
pub use tasks::READING;
pub use tick::{Ticked, Ticking, tick};
