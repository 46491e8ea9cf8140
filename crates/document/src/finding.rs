//! What a check says: where, how strong, why by which article, and how it can be mended.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::edit::Fix;

/// How binding a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// 规定: 应当, 不得, 必须.
    Required,
    /// 原则上, 一般.
    InPrinciple,
    /// 推荐, 可以.
    Recommended,
    /// 实务: what offices do, written in no rule.
    Practice,
}

impl Strength {
    /// The word shown beside a finding.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Required => "规定",
            Self::InPrinciple => "原则上",
            Self::Recommended => "推荐",
            Self::Practice => "实务",
        }
    }
}

/// Where a rule is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Citation {
    /// Name of the law or standard with its number.
    pub source: String,
    /// Article or clause, such as 第十五条（一） or 7.2.5; empty where there is none.
    pub clause: String,
    /// Text of the article; of a standard a paraphrase.
    pub text: String,
    /// `true` where `text` is our paraphrase, not the source's words.
    pub paraphrase: bool,
}

impl Citation {
    /// Source and clause, as they are named beside a finding.
    pub fn name(&self) -> String {
        if self.clause.is_empty() {
            self.source.clone()
        } else {
            format!("{} {}", self.source, self.clause)
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Finding {
    /// Id of the rule, such as `recipients.duplicate`.
    pub rule: String,
    /// Made of rule, part of the document and the text around; stays while the cause stays, also when
    /// paragraphs move. "Keep, with a reason" is stored under it.
    pub key: String,
    /// How binding the rule is.
    pub strength: Strength,
    /// Path of the place.
    pub place: String,
    /// Characters of the place's text, start and end; `None` for the whole place.
    pub range: Option<(usize, usize)>,
    /// What is wrong, in Chinese.
    pub message: String,
    /// Where that is written.
    pub citation: Citation,
    /// Offers to mend it; may be empty.
    pub fixes: Vec<Fix>,
}
