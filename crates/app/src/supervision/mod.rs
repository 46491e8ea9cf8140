//! Use cases of 督办: a 批示 is copied and set up as something to be done, each department that has a part in it gets
//! the copy with its day, reports, asks for more time, and is accepted; then the whole is closed (销号).

mod follow;
mod look;
mod set_up;

pub use follow::{asked_for, is_anew, limit_before};
pub(crate) use follow::{check_limit, follow, receive, show_to};
pub use look::{Period, STANDING_WARN, soon_before};
pub use set_up::{SetUp, UnitLimit, check, set_up};

use serde::{Deserialize, Serialize};

/// What may be supervised.
pub const KINDS: [&str; 3] = ["instruction", "meeting", "other"];

/// Where a department stands with its part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitState {
    /// 办理中
    Handling,
    /// 申请延期
    Asks,
    /// 待审核
    Review,
    /// 已通过
    Accepted,
}

/// A department with its part in something that is supervised, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitStanding {
    /// The department.
    pub unit_id: String,
    /// Its name at the time.
    pub name: String,
    /// 牵头
    pub leads: bool,
    /// Until when: a day as ISO text.
    pub due_on: String,
    /// Until when it asks for; empty where it does not.
    pub asked_until: String,
    /// Where it stands.
    pub state: UnitState,
    /// Who is waited for, by name; empty once it is accepted.
    pub waits_for: String,
    /// The visit that is open, by its name; empty once it is accepted.
    pub visit: String,
    /// `interim`, `final` or `extension`: what was reported last; empty before.
    pub stage: String,
    /// In which words.
    pub words: String,
    /// By whom.
    pub reported_by: String,
    /// When: an instant in UTC.
    pub reported_at: String,
    /// How often it has reported.
    pub reports: u32,
    /// The day on which it was accepted, as ISO text; empty before.
    pub accepted_on: String,
}

impl UnitStanding {
    /// The departments of a record; none where nothing can be read.
    pub fn all(units: &str) -> Vec<Self> {
        serde_json::from_str(units).unwrap_or_default()
    }
}
