//! Findings: what breaks the 条例 or the standards, with the article and a fix.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    draft::{DraftRef, TextUpdate},
    row::{Permission as P, Row, Tag as T, Write as W, row},
};

/// A finding in a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindingRow {
    /// Stays the same while the cause does.
    pub key: String,
    /// Id of the rule.
    pub rule: String,
    /// 规定 / 原则上 / 推荐 / 实务
    pub strength: String,
    /// Place in the document.
    pub place: String,
    /// Characters of that place's text, start and end.
    pub range: Option<(u32, u32)>,
    /// The sentence.
    pub message: String,
    /// Such as 条例 第十五条.
    pub clause: String,
    /// Where the rule comes from.
    pub source: String,
    /// The article's text.
    pub article: String,
    /// Names of its fixes.
    pub fixes: Vec<String>,
    /// The reason for keeping it; empty if it is not kept.
    pub kept_reason: String,
}

/// Keeps what a finding is about.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckKeep {
    /// Id of the draft.
    pub draft_id: String,
    /// Key of the finding.
    pub key: String,
    /// Why; empty takes the keeping back.
    pub reason: String,
}

/// Applies a fix.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CheckFix {
    /// Id of the draft.
    pub draft_id: String,
    /// Key of the finding.
    pub key: String,
    /// Which of its fixes, from 0.
    pub fix: u32,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Vec<FindingRow>>("check_run", P::Member, W::None, &[]),
    row::<CheckKeep, ()>("check_keep", P::Draft, W::Record, &[T::Findings])
        .served(|c, a| serve(c, a, keep))
        .handled(andu_app::draft::keep),
    row::<CheckFix, TextUpdate>("check_fix", P::Draft, W::Desk, &[T::Findings]),
];

fn keep(caller: &dyn Caller, args: CheckKeep) -> Result<(), ApiError> {
    let args = andu_app::draft::Keep {
        id: args.draft_id,
        key: args.key,
        reason: args.reason,
    };
    do_now(caller, "check_keep", &args)
}
