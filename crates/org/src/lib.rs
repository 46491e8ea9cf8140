//! Agencies, departments and people, and what each person may do. Pure; roles with dates, substitutes
//! and history come with the issues that need them.

#![warn(missing_docs)]

use std::{collections::BTreeSet, str::FromStr};

use andu_base::{AgencyId, DepartmentId, PersonId};
use serde::{Deserialize, Serialize};

/// An agency (机关) that has desks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agency {
    /// Id.
    pub id: AgencyId,
    /// 全称
    pub name: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字; may be empty.
    pub authority_code: String,
}

/// A department (内设机构) of an agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Id.
    pub id: DepartmentId,
    /// The agency it belongs to.
    pub agency_id: AgencyId,
    /// Name.
    pub name: String,
}

/// A person who works at a desk.
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
    /// What the person may do.
    pub grants: BTreeSet<Grant>,
}

/// Something a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// 拟稿
    Draft,
    /// Keeps vocabulary and templates.
    KeepVocabulary,
    /// Reads what is submitted to the department.
    ReadDepartment,
}

/// A word that names no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such grant: `{0}`")]
pub struct UnknownGrant(pub String);

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 3] = [Self::Draft, Self::KeepVocabulary, Self::ReadDepartment];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::KeepVocabulary => "keep_vocabulary",
            Self::ReadDepartment => "read_department",
        }
    }
}

impl FromStr for Grant {
    type Err = UnknownGrant;
    fn from_str(text: &str) -> Result<Self, UnknownGrant> {
        Self::ALL
            .into_iter()
            .find(|grant| grant.name() == text)
            .ok_or_else(|| UnknownGrant(text.to_owned()))
    }
}

impl Person {
    /// Whether the person holds `grant`.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.contains(&grant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_grant_is_known_by_its_word() {
        for grant in Grant::ALL {
            assert_eq!(grant.name().parse(), Ok(grant));
        }
        assert_eq!("all".parse::<Grant>(), Err(UnknownGrant("all".into())));
    }
}
