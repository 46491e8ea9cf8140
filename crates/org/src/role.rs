//! Roles: named sets of grants. They are a closed list, so that nobody puts together one that may do
//! everything. 三员 (system, security and audit administrators) hold disjoint grants, none of which reads
//! a document, and go together with no other role.

use std::str::FromStr;

use andu_base::{AppointmentId, PostId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Grant, Period};

/// A named set of grants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 经办人员: drafts documents.
    Drafter,
    /// 业务管理员（文书）: owns vocabulary, templates, authority codes and receiving units.
    RecordsKeeper,
    /// 部门阅文: reads what is handed to the department.
    DepartmentReader,
    /// 领导及值班: sees telephones that are not for everybody.
    DutyOfficer,
    /// 部门负责人: reviews what the department drafts, answers for it in 会签.
    DepartmentHead,
    /// 合法性审核人
    LegalReviewer,
    /// 办公室核稿人: reviews before 签发, rechecks after it.
    OfficeReviewer,
    /// 督查员: sets up what is supervised, follows it, and accepts what is reported.
    Supervisor,
    /// 机关负责人: signs and issues.
    Leader,
    /// 机关主要负责人: signs important documents and those to superiors as well.
    Principal,
    /// 系统管理员: keeps the organisation and its people.
    SystemAdministrator,
    /// 安全保密管理员: gives and takes roles.
    SecurityAdministrator,
    /// 安全审计员: reviews who may do what.
    SecurityAuditor,
}

/// A word that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such role: `{0}`")]
pub struct UnknownRole(pub String);

impl Role {
    /// Every role.
    pub const ALL: [Self; 13] = [
        Self::Drafter,
        Self::RecordsKeeper,
        Self::DepartmentReader,
        Self::DutyOfficer,
        Self::DepartmentHead,
        Self::LegalReviewer,
        Self::OfficeReviewer,
        Self::Supervisor,
        Self::Leader,
        Self::Principal,
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::SecurityAuditor,
    ];

    /// 三员
    pub const TRUSTED: [Self; 3] = [
        Self::SystemAdministrator,
        Self::SecurityAdministrator,
        Self::SecurityAuditor,
    ];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafter => "drafter",
            Self::RecordsKeeper => "records_keeper",
            Self::DepartmentReader => "department_reader",
            Self::DutyOfficer => "duty_officer",
            Self::DepartmentHead => "department_head",
            Self::LegalReviewer => "legal_reviewer",
            Self::OfficeReviewer => "office_reviewer",
            Self::Supervisor => "supervisor",
            Self::Leader => "leader",
            Self::Principal => "principal",
            Self::SystemAdministrator => "system_administrator",
            Self::SecurityAdministrator => "security_administrator",
            Self::SecurityAuditor => "security_auditor",
        }
    }

    /// Its name as offices and the rules on classified networks call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Drafter => "经办人员",
            Self::RecordsKeeper => "业务管理员（文书）",
            Self::DepartmentReader => "部门阅文",
            Self::DutyOfficer => "领导及值班",
            Self::DepartmentHead => "部门负责人",
            Self::LegalReviewer => "合法性审核人",
            Self::OfficeReviewer => "办公室核稿人",
            Self::Supervisor => "督查员",
            Self::Leader => "机关负责人",
            Self::Principal => "机关主要负责人",
            Self::SystemAdministrator => "系统管理员",
            Self::SecurityAdministrator => "安全保密管理员",
            Self::SecurityAuditor => "安全审计员",
        }
    }

    /// The one role that allows `grant`.
    pub fn with(grant: Grant) -> Self {
        let mut all = Self::ALL.into_iter();
        let found = all.find(|role| role.grants().contains(&grant));
        found.expect("BUG: every grant belongs to a role")
    }

    /// What it allows.
    pub const fn grants(self) -> &'static [Grant] {
        match self {
            Self::Drafter => &[Grant::Draft],
            Self::RecordsKeeper => &[Grant::KeepVocabulary],
            Self::DepartmentReader => &[Grant::ReadDepartment],
            Self::DutyOfficer => &[Grant::ReadTelephones],
            Self::DepartmentHead => &[Grant::HeadDepartment],
            Self::LegalReviewer => &[Grant::ReviewLaw],
            Self::OfficeReviewer => &[Grant::ReviewText],
            Self::Supervisor => &[Grant::Supervise],
            Self::Leader => &[Grant::Sign],
            Self::Principal => &[Grant::SignAsPrincipal],
            Self::SystemAdministrator => &[Grant::KeepOrganisation, Grant::CarryDiscs],
            Self::SecurityAdministrator => &[Grant::GiveRoles, Grant::ApproveDiscs],
            Self::SecurityAuditor => &[Grant::ReviewAccess],
        }
    }

    /// Whether it is one of 三员.
    pub fn is_trusted(self) -> bool {
        Self::TRUSTED.contains(&self)
    }

    /// Whether one person may hold both on one day.
    pub fn goes_with(self, other: Self) -> bool {
        self == other || !(self.is_trusted() || other.is_trusted())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or_else(|| UnknownRole(text.to_owned()))
    }
}

/// What holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "holder_kind", content = "holder_id", rename_all = "snake_case")]
pub enum Holder {
    /// Whoever holds this post.
    Post(PostId),
    /// One person, as long as this appointment lasts.
    Appointment(AppointmentId),
}

/// A role given for a time. Role, holder and first day name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleGiven {
    /// The role.
    pub role: Role,
    /// What holds it.
    #[serde(flatten)]
    pub holder: Holder,
    /// When.
    #[serde(flatten)]
    pub period: Period,
}

impl RoleGiven {
    /// What tells it from every other: the role, what holds it and the first day.
    pub fn key(&self) -> String {
        let holder = match self.holder {
            Holder::Post(id) => format!("post/{id}"),
            Holder::Appointment(id) => format!("appointment/{id}"),
        };
        format!("{}/{holder}/{}", self.role.name(), self.period.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_known_by_its_word() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert!("administrator".parse::<Role>().is_err());
    }

    #[test]
    fn no_two_roles_share_a_grant_and_none_is_without() {
        for grant in Grant::ALL {
            let holders = Role::ALL
                .into_iter()
                .filter(|role| role.grants().contains(&grant));
            assert_eq!(holders.count(), 1, "{grant:?} belongs to exactly one role");
        }
        assert!(Role::ALL.into_iter().all(|role| !role.grants().is_empty()));
    }

    #[test]
    fn the_three_hold_no_working_grant_and_go_with_nothing() {
        for trusted in Role::TRUSTED {
            assert!(
                trusted
                    .grants()
                    .iter()
                    .all(|grant| !Grant::WORKING.contains(grant)),
                "{trusted:?} does no office work and reads no document"
            );
            for other in Role::ALL.into_iter().filter(|other| *other != trusted) {
                assert!(!trusted.goes_with(other) && !other.goes_with(trusted));
            }
        }
        assert!(Role::Drafter.goes_with(Role::DepartmentReader));
    }
}
