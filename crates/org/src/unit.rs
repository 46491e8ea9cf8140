//! Agencies, their departments and posts, and what each was called when.

use andu_base::{AgencyId, Date, DepartmentId, PostId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Period;

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

/// A department in its place in the organisation; its names stand in [`Naming`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Id.
    pub id: DepartmentId,
    /// The agency it belongs to.
    pub agency_id: AgencyId,
    /// The department above it; `None` for one directly under the agency.
    pub parent_id: Option<DepartmentId>,
    /// Its rank among its neighbours; small numbers first.
    pub place: i64,
    /// While it exists.
    #[serde(flatten)]
    pub period: Period,
}

/// A post (岗位) of a department, such as 科长; several people may hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Post {
    /// Id.
    pub id: PostId,
    /// The department.
    pub department_id: DepartmentId,
    /// Its rank in the department; small numbers first.
    pub place: i64,
    /// While it exists.
    #[serde(flatten)]
    pub period: Period,
}

/// What has a name that may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// An agency.
    Agency,
    /// A department.
    Department,
    /// A post.
    Post,
    /// A person.
    Person,
}

impl Named {
    /// Its word in tables.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::Department => "department",
            Self::Post => "post",
            Self::Person => "person",
        }
    }
}

impl Naming {
    /// What tells it from every other: the kind, the subject and the first day.
    pub fn key(&self) -> String {
        format!("{}/{}/{}", self.kind.name(), self.subject_id, self.from_on)
    }
}

/// A name that holds from a day until the next one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Naming {
    /// What kind of thing it names.
    pub kind: Named,
    /// Id of what it names, as text.
    pub subject_id: String,
    /// The first day.
    pub from_on: Date,
    /// The name.
    pub name: String,
    /// 规范化简称 of an agency; otherwise empty.
    pub short_name: String,
    /// 机关代字 of an agency; otherwise empty.
    pub authority_code: String,
}
