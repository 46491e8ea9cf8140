//! How long things may take: the statutory limit of the whole with its extension and the reasons for which
//! its clock stops, and the limit of a step.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Who;
use crate::Key;

/// A length of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Span {
    /// Whole working days, through the end of the last; the day from which one counts is not counted.
    WorkingDays(u32),
    /// Half working days, of 4 hours by the office's hours: through noon or the end of the day.
    HalfDays(u32),
    /// Days of the calendar, through the end of the last.
    Days(u32),
    /// Hours that pass day and night.
    Hours(u32),
    /// Seconds that pass day and night.
    Seconds(u32),
}

/// The limit of a whole process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// What the law allows, in working days.
    pub working_days: u32,
    /// The clause that says so, 行政许可法第四十二条.
    pub law: String,
    /// The step with whose end the clock starts (受理); `None`: with the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Key>,
    /// What the office promises, in working days; not more than the law allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<u32>,
    /// By how many working days it may be extended, once; 0: not at all.
    #[serde(default)]
    pub extension: u32,
    /// Who approves an extension.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended_by: Vec<Who>,
    /// Why the clock may stop.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<StopReason>,
    /// Due soon from so many working days before the end.
    pub warn: u32,
}

/// Why the clock may stop: time that the law leaves out of the limit (行政许可法第四十五条), each told to the
/// applicant in writing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// 听证
    Hearing,
    /// 招标
    Tender,
    /// 拍卖
    Auction,
    /// 检验
    Inspection,
    /// 检测
    Test,
    /// 检疫
    Quarantine,
    /// 鉴定
    Appraisal,
    /// 专家评审
    ExpertReview,
}

impl StopReason {
    /// All that the law names.
    pub const ALL: [Self; 8] = [
        Self::Hearing,
        Self::Tender,
        Self::Auction,
        Self::Inspection,
        Self::Test,
        Self::Quarantine,
        Self::Appraisal,
        Self::ExpertReview,
    ];
}

/// The limit of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepLimit {
    /// How long.
    pub within: Span,
    /// What happens when it is over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<Overdue>,
}

/// What happens when a step's time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Overdue {
    /// Those who have not acted are reminded, and again after each such span.
    Remind {
        /// How often at most, from 1.
        times: u32,
        /// How long between two.
        every: Span,
    },
    /// Others are told.
    Tell(Vec<Who>),
    /// Others get the step.
    HandTo(Vec<Who>),
    /// The step counts as passed. Not for what the law wants decided; to be switched on by name.
    Pass,
    /// The step counts as refused.
    Refuse,
}
