//! Issued documents: what the author of a draft says of it beyond its text, what becomes of it once it is issued,
//! and what later documents make of it. Nobody sets how a document stands: that follows of documents and days.

mod conclude;
mod intake;
mod issue;
mod sheet;
mod show;

pub use conclude::{CONCLUSIONS, Conclude, conclude};
pub use intake::{
    Found, GiveBack, Intake, Lack, Returned, Stands, asked_materials, give_back, lacking,
    may_be_left_out, ready,
};
pub(crate) use issue::{due_item, follow, give_registration, issue};
pub use sheet::{SheetPut, asked, put_sheet};
pub(crate) use sheet::{check, items};
pub(crate) use show::{receive, take_out, withdraw};

use andu_store::{IssuedRecord, IssuedStatus, Reader};
use serde::{Deserialize, Serialize};

use crate::Refusal;

/// What is entered by the program alone: the day until which a document has to be made public.
pub const PUBLISH_DUE: &str = "publish_due";

/// What a document does to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Does {
    /// 修改
    Amend,
    /// 宣布失效
    Lapse,
    /// 废止
    Repeal,
    /// 撤销
    Revoke,
}

impl Does {
    /// What the earlier one is then.
    pub const fn status(self) -> IssuedStatus {
        match self {
            Self::Amend => IssuedStatus::Amended,
            Self::Lapse => IssuedStatus::Lapsed,
            Self::Repeal => IssuedStatus::Repealed,
            Self::Revoke => IssuedStatus::Revoked,
        }
    }

    /// As offices say it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Amend => "修改",
            Self::Lapse => "宣布失效",
            Self::Repeal => "废止",
            Self::Revoke => "撤销",
        }
    }
}

/// An earlier document that a document is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Its 发文字号.
    pub number: String,
    /// Its title, as far as the author knows it.
    pub title: String,
    /// What is done to it.
    pub does: Does,
}

/// What the author of a draft says of it beyond its text (发文要件).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sheet {
    /// Whether it is 行政规范性文件; `None`: not said.
    pub normative: Option<bool>,
    /// Whether it is about what businesses do (涉及经营者经济活动); `None`: not said.
    pub competition: Option<bool>,
    /// 拟定公开属性: `open`, `on_request`, `closed`; empty: not said.
    pub publicity: String,
    /// Why it is not to be made public.
    pub publicity_reason: String,
    /// Its last day as ISO text; empty: without end.
    pub valid_until: String,
    /// The earlier documents that it amends, repeals and so on.
    pub changes: Vec<Change>,
    /// Who wrote it for this office, and what came with it; `None`: it was written here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intake: Option<Intake>,
}

/// A later document and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// Its id.
    pub id: String,
    /// Its 发文字号.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What it did.
    pub does: Does,
    /// Its 成文日期 as ISO text.
    pub on: String,
}

/// What later documents did to one, the oldest first.
///
/// # Errors
/// Where what is kept does not read.
pub fn history(record: &IssuedRecord) -> Result<Vec<History>, Refusal> {
    Ok(serde_json::from_str(&record.history)?)
}

/// What the author says of a draft; nothing where nothing was said.
///
/// # Errors
/// The store's own.
pub fn sheet_of(reader: Reader<'_>, draft_id: &str) -> Result<Sheet, Refusal> {
    match reader.issue_sheet(draft_id)? {
        Some(kept) => Ok(serde_json::from_str(&kept.says)?),
        None => Ok(Sheet::default()),
    }
}
