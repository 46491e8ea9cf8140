//! What a person may do, in the smallest pieces that a command asks for.

use std::str::FromStr;

use andu_base::DepartmentId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Period;

/// Something a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// 拟稿
    Draft,
    /// Keeps vocabulary and templates.
    KeepVocabulary,
    /// Reads what is submitted to the department.
    ReadDepartment,
    /// Sees telephones that are not for everybody.
    ReadTelephones,
    /// Keeps agencies, departments, posts, people and telephones.
    KeepOrganisation,
    /// Gives and takes roles, names substitutes.
    GiveRoles,
    /// Reviews who may do what and why.
    ReviewAccess,
    /// Writes and reads in discs that go between networks.
    CarryDiscs,
    /// Declares with whom discs are exchanged, and lets them in and out.
    ApproveDiscs,
    /// 处室核稿: heads the department and reviews what it drafts.
    HeadDepartment,
    /// 合法性审核
    ReviewLaw,
    /// 办公室审核、复核
    ReviewText,
    /// 督查督办: copies 批示, sets up what is supervised and accepts what is reported.
    Supervise,
    /// 签发
    Sign,
    /// 签发 of important documents and of those to superiors.
    SignAsPrincipal,
}

/// A grant for a time, in one department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct HeldGrant {
    /// What may be done.
    pub grant: Grant,
    /// Where it was conferred; `ReadDepartment` reaches this department and no other.
    pub department_id: DepartmentId,
    /// When.
    #[serde(flatten)]
    pub period: Period,
}

/// A word that names no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such grant: `{0}`")]
pub struct UnknownGrant(pub String);

impl Grant {
    /// Every grant.
    pub const ALL: [Self; 15] = [
        Self::Draft,
        Self::KeepVocabulary,
        Self::ReadDepartment,
        Self::ReadTelephones,
        Self::KeepOrganisation,
        Self::GiveRoles,
        Self::ReviewAccess,
        Self::CarryDiscs,
        Self::ApproveDiscs,
        Self::HeadDepartment,
        Self::ReviewLaw,
        Self::ReviewText,
        Self::Supervise,
        Self::Sign,
        Self::SignAsPrincipal,
    ];

    /// What decides in a process, by somebody's post.
    pub const DECIDING: [Self; 6] = [
        Self::HeadDepartment,
        Self::ReviewLaw,
        Self::ReviewText,
        Self::Supervise,
        Self::Sign,
        Self::SignAsPrincipal,
    ];

    /// What the work itself needs; the rest administers. A desk of its own holds these.
    pub const WORKING: [Self; 4] = [
        Self::Draft,
        Self::KeepVocabulary,
        Self::ReadDepartment,
        Self::ReadTelephones,
    ];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::KeepVocabulary => "keep_vocabulary",
            Self::ReadDepartment => "read_department",
            Self::ReadTelephones => "read_telephones",
            Self::KeepOrganisation => "keep_organisation",
            Self::GiveRoles => "give_roles",
            Self::ReviewAccess => "review_access",
            Self::CarryDiscs => "carry_discs",
            Self::ApproveDiscs => "approve_discs",
            Self::HeadDepartment => "head_department",
            Self::ReviewLaw => "review_law",
            Self::ReviewText => "review_text",
            Self::Supervise => "supervise",
            Self::Sign => "sign",
            Self::SignAsPrincipal => "sign_as_principal",
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
