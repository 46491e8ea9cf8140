//! Telephones and who may see them.

use andu_base::{PersonId, TelephoneId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A telephone of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Telephone {
    /// Id.
    pub id: TelephoneId,
    /// Whose.
    pub person_id: PersonId,
    /// What it is for.
    pub kind: TelephoneKind,
    /// The number as it is dialled.
    pub number: String,
    /// Who may see it.
    pub grade: TelephoneGrade,
}

/// What a telephone is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TelephoneKind {
    /// 办公电话
    Office,
    /// 手机
    Mobile,
    /// 值班电话
    Duty,
    /// 传真
    Fax,
}

/// Who may see a telephone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TelephoneGrade {
    /// 本机关: everybody of the agency.
    Agency,
    /// 本部门: those who hold a post in the person's department.
    Department,
    /// 领导及值班: those who hold `ReadTelephones`.
    Restricted,
}

impl TelephoneKind {
    /// Its word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Office => "office",
            Self::Mobile => "mobile",
            Self::Duty => "duty",
            Self::Fax => "fax",
        }
    }
}

impl TelephoneGrade {
    /// Its word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Department => "department",
            Self::Restricted => "restricted",
        }
    }
}
