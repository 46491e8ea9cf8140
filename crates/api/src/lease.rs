//! What desks hold for a time only: how long, until when, and why it was closed.

use andu_app::lease as app;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    caller::serve,
    organisation::{OrganisationDone, done},
    row::{Permission as P, Row, Tag as T, Write as W, row},
};

/// What is held for a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeaseKind {
    /// 领导及值班电话
    RestrictedTelephones,
}

/// Why it is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LeaseClosed {
    /// Its time is over.
    RanOut,
    /// This machine's clock was put back: nobody can say how much time has passed.
    ClockPutBack,
    /// This device may not be used with the server any more.
    DeviceEnded,
    /// Its file or its key could not be opened.
    Damaged,
}

/// Something that is held for a time, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeaseShown {
    /// What.
    pub kind: LeaseKind,
    /// Until when it is held without a contact, an instant in UTC; null where it is closed.
    pub until: Option<String>,
    /// Why it is closed; null where it is held.
    pub closed: Option<LeaseClosed>,
}

/// How long desks of an agency may hold what they hold for a time only.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LeaseTermSet {
    /// The agency.
    pub agency_id: String,
    /// Days without a contact, 1 to 30.
    pub days: u32,
    /// The first day.
    pub from_on: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[row::<LeaseTermSet, OrganisationDone>(
    "lease_term_set",
    P::GiveRoles,
    W::Act,
    &[T::Organisation, T::Sync],
)
.served(|c, a| serve(c, a, |c, a: LeaseTermSet| done(c, "lease_term_set", &a)))
.handled(app::set_term)];
