//! Joining: a desk that was the primary of its own store brings what it holds to a server, by one reviewed
//! import, and becomes a replica. What is brought is known by its content; the same again changes nothing.

mod arrive;
mod bring;
mod carry;
mod decide;
mod lines;
mod turn;

pub use arrive::{Standing, offer, standing, take_part};
pub use bring::{Brought, Choice, ChoiceKind, Matched, TakenNumber};
pub use carry::{Origin, content, each_part};
pub use decide::{Decide, Offered, Reviewed, decide, offers, review};
pub use turn::{Turn, turn};

use andu_base::{AgencyId, ContentHash, DepartmentId, DeviceId, PersonId};
use serde::{Deserialize, Serialize};

/// Bytes of a part; the last may be shorter.
pub const PART: usize = 1 << 20;
/// Parts of an offer at most: a gigabyte.
pub const MOST_PARTS: usize = 1_024;
/// Rows of an offer at most.
const MOST_ROWS: u32 = 500_000;
/// Bytes of one row at most: a large original in Base64.
const LONGEST_ROW: usize = 96 << 20;
/// For whom the signature of an offer is.
pub const SIGNED_FOR: &str = "andu joining v1";

/// What an offer consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The device of the store that is brought, as it was called there.
    pub origin: DeviceId,
    /// Bytes in all.
    pub bytes: u64,
    /// Hashes of the parts.
    pub parts: Vec<ContentHash>,
}

impl Manifest {
    /// What the offer is known by, here and at the server, for the device that offers it.
    pub fn id(&self, device: DeviceId) -> String {
        let bytes = serde_json::to_vec(&(device, self)).expect("BUG: a manifest is plain data");
        ContentHash::of(&bytes).to_string()
    }

    /// Whether its parts can make up its bytes, within the limits.
    fn is_sound(&self) -> bool {
        let parts = self.bytes.div_ceil(PART as u64);
        self.bytes > 0 && self.parts.len() <= MOST_PARTS && parts == self.parts.len() as u64
    }

    /// Bytes of one of its parts.
    fn length_of(&self, part: u32) -> u64 {
        let begun = u64::from(part) * PART as u64;
        self.bytes.saturating_sub(begun).min(PART as u64)
    }
}

/// The first line of what is brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    version: u32,
    origin: DeviceId,
    person_id: PersonId,
    agency: Named<AgencyId>,
    departments: Vec<Named<DepartmentId>>,
    people: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named<T> {
    id: T,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    id: PersonId,
    department_id: DepartmentId,
    name: String,
    post: String,
}

/// The version of the lines that this program writes.
const VERSION: u32 = 1;

/// Every other line: a row of a table.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    table: String,
    row: serde_json::Value,
}

/// What ids became.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Renamed {
    /// Agencies: old and new.
    pub agencies: Vec<(String, String)>,
    /// Departments.
    pub departments: Vec<(String, String)>,
    /// People.
    pub people: Vec<(String, String)>,
    /// Drafts whose id was taken here.
    pub drafts: Vec<(String, String)>,
}
