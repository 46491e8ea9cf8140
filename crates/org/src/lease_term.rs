//! How long desks of an agency may hold what they hold for a time only.

use andu_base::{AgencyId, Date};
use serde::{Deserialize, Serialize};

/// From a day on, leases of an agency last so many days. Agency and day name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseTerm {
    /// The agency.
    pub agency_id: AgencyId,
    /// The first day.
    pub from_on: Date,
    /// Days that a lease lasts.
    pub days: u32,
}

impl LeaseTerm {
    /// What tells it from every other.
    pub fn key(&self) -> String {
        format!("{}/{}", self.agency_id, self.from_on)
    }
}
