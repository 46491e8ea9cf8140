//! People, the posts they hold and who stands in for them.

use std::collections::BTreeSet;

use andu_base::{AgencyId, AppointmentId, DepartmentId, PersonId, PostId, SubstitutionId};
use serde::{Deserialize, Serialize};

use crate::{Grant, Period};

/// A person who works at a desk, as of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id.
    pub id: PersonId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The department.
    pub department_id: DepartmentId,
    /// Name.
    pub name: String,
    /// 职务
    pub post: String,
    /// What the person may do on that day.
    pub grants: BTreeSet<Grant>,
}

impl Person {
    /// Whether the person holds `grant`.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }
}

/// A person as the organisation knows one: everything else about a person has dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Id.
    pub id: PersonId,
    /// The agency.
    pub agency_id: AgencyId,
    /// The department of the first post; where the person works now, appointments say.
    pub department_id: DepartmentId,
}

/// A person holds a post (任职).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// Id.
    pub id: AppointmentId,
    /// Who.
    pub person_id: PersonId,
    /// Which post.
    pub post_id: PostId,
    /// The person's own place; others are held besides (兼任). Written as 1 and 0, as tables have it.
    #[serde(with = "flag")]
    pub is_main: bool,
    /// When.
    #[serde(flatten)]
    pub period: Period,
}

/// A person does for a time what another may do (代理).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Substitution {
    /// Id.
    pub id: SubstitutionId,
    /// The one who is away.
    pub principal_id: PersonId,
    /// The one who stands in.
    pub deputy_id: PersonId,
    /// What is handed over; only what the principal holds by posts takes effect. Written as words divided
    /// by spaces, as tables have it.
    #[serde(with = "words")]
    pub grants: BTreeSet<Grant>,
    /// When.
    #[serde(flatten)]
    pub period: Period,
}

mod flag {
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands out references"
    )]
    pub fn serialize<S: Serializer>(flag: &bool, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(u8::from(*flag))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
        Ok(u8::deserialize(from)? != 0)
    }
}

mod words {
    use std::collections::BTreeSet;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::Grant;

    pub fn serialize<S: Serializer>(grants: &BTreeSet<Grant>, to: S) -> Result<S::Ok, S::Error> {
        let words: Vec<&str> = grants.iter().map(|grant| grant.name()).collect();
        to.serialize_str(&words.join(" "))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<Grant>, D::Error> {
        let words = String::deserialize(from)?;
        let read: Result<BTreeSet<Grant>, _> = words.split_whitespace().map(str::parse).collect();
        read.map_err(D::Error::custom)
    }
}
