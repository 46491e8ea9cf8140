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
    /// What a number is for where nobody said: eleven digits from 13 to 19 are a mobile's (公众电信网编号计划),
    /// others an office's.
    pub fn of_number(number: &str) -> Self {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let national = digits.strip_prefix("86").filter(|rest| rest.len() == 11);
        let digits = national.unwrap_or(&digits);
        let is_mobile = digits.len() == 11
            && digits.starts_with('1')
            && matches!(digits.as_bytes()[1], b'3'..=b'9');
        if is_mobile {
            Self::Mobile
        } else {
            Self::Office
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mobile_number_is_told_from_an_office_number() {
        for (number, kind) in [
            ("13900001234", TelephoneKind::Mobile),
            ("139 0000 1234", TelephoneKind::Mobile),
            ("+86 13900001234", TelephoneKind::Mobile),
            ("0600-6200001", TelephoneKind::Office),
            ("06006200001", TelephoneKind::Office),
            ("12345", TelephoneKind::Office),
            ("10000001234", TelephoneKind::Office),
            ("", TelephoneKind::Office),
        ] {
            assert_eq!(TelephoneKind::of_number(number), kind, "{number}");
        }
    }
}
