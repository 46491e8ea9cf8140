//! The fifteen types of document (条例 第八条), the formats they are set in (GB/T 9704-2012, 10) and the
//! direction they travel.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The fifteen types of document. 《党政机关公文处理工作条例》(中办发〔2012〕14号) 第八条.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentType {
    /// 决议
    Resolution,
    /// 决定
    Decision,
    /// 命令（令）
    Order,
    /// 公报
    Communique,
    /// 公告
    Announcement,
    /// 通告
    PublicNotice,
    /// 意见
    Opinion,
    /// 通知
    Notice,
    /// 通报
    Circular,
    /// 报告
    Report,
    /// 请示
    RequestForInstructions,
    /// 批复
    OfficialReply,
    /// 议案
    Proposal,
    /// 函
    Letter,
    /// 纪要
    Minutes,
}

impl DocumentType {
    /// All types in the order of Article 8.
    pub const ALL: [Self; 15] = [
        Self::Resolution,
        Self::Decision,
        Self::Order,
        Self::Communique,
        Self::Announcement,
        Self::PublicNotice,
        Self::Opinion,
        Self::Notice,
        Self::Circular,
        Self::Report,
        Self::RequestForInstructions,
        Self::OfficialReply,
        Self::Proposal,
        Self::Letter,
        Self::Minutes,
    ];

    /// The name as a title ends with it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Resolution => "决议",
            Self::Decision => "决定",
            Self::Order => "命令",
            Self::Communique => "公报",
            Self::Announcement => "公告",
            Self::PublicNotice => "通告",
            Self::Opinion => "意见",
            Self::Notice => "通知",
            Self::Circular => "通报",
            Self::Report => "报告",
            Self::RequestForInstructions => "请示",
            Self::OfficialReply => "批复",
            Self::Proposal => "议案",
            Self::Letter => "函",
            Self::Minutes => "纪要",
        }
    }
}

/// How the page is laid out.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
    TS,
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFormat {
    /// 文件格式 (GB/T 9704-2012, 7)
    #[default]
    Document,
    /// 信函格式 (10.1)
    Letter,
    /// 命令（令）格式 (10.2)
    Order,
    /// 纪要格式 (10.3)
    Minutes,
    /// 明传电报
    Telegram,
    /// A paper without 文种 (方案, 总结, 讲话稿, 简报, 签报 …): title and body alone.
    Paper,
}

/// Where a document goes, seen from the issuing agency's place.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
    TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// 上行文: carries 签发人; the number moves to the left.
    Upward,
    /// 下行文
    #[default]
    Downward,
    /// 平行文
    Level,
}
