//! An official document by its elements, in the order of the paper: 版头, 主体, 版记
//! (条例 第九条; GB/T 9704-2012, 7). This is also the input of `andu typeset` (`andu schema document`).

use andu_base::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    body::Block,
    kind::{Direction, DocumentFormat, DocumentType},
    number::IssueNumber,
};

/// A document as its elements. Empty texts and lists are elements that are not there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct OfficialDocument {
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// 文种; `None` for papers without one.
    pub document_type: Option<DocumentType>,
    /// 行文方向
    pub direction: Direction,

    /// 份号: printed with at least six digits.
    pub copy_number: Option<u32>,
    /// 密级和保密期限
    pub classification: Option<Classification>,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 发文机关, 主办机关 first; they make 发文机关标志 and 发文机关署名.
    pub issuers: Vec<Issuer>,
    /// What follows the names in 发文机关标志: 文件 by default for the document format, empty for none.
    pub letterhead_suffix: Option<String>,
    /// 发文字号
    pub issue_number: Option<IssueNumber>,
    /// 签发人, in the order of the agencies; only on 上行文.
    pub signatories: Vec<Signatory>,

    /// 标题; `\n` where the drafter breaks the line.
    pub title: String,
    /// 主送机关 as printed, one an entry.
    pub main_recipients: Vec<String>,
    /// 主送机关 moved to 版记 because they would push the body off page one (7.3.2).
    pub main_recipients_in_imprint: bool,
    /// 正文
    pub body: Vec<Block>,
    /// 附件; 附件说明 is made from their titles.
    pub attachments: Vec<Attachment>,
    /// 被印发件: the text that a 印发/转发/批转 notice issues. Not an attachment.
    pub issued_text: Option<IssuedText>,
    /// How the end is signed.
    pub seal: SealStyle,
    /// 成文日期
    #[ts(type = "string | null")]
    pub date_of_issue: Option<Date>,
    /// 附注, without its parentheses.
    pub note: String,

    /// 抄送机关 as printed; one an entry, `\n` begins a new line.
    pub copy_recipients: Vec<String>,
    /// 印发机关和印发日期
    pub imprint: Option<ImprintAuthority>,

    /// 公开属性; kept with the document, not printed by default.
    pub disclosure: Option<Disclosure>,
    /// 工作秘密 / 内部 and the like: a handling mark, never printed as 密级.
    pub handling_mark: String,
    /// 出席, 请假, 列席 of 纪要.
    pub attendance: Attendance,
    /// What 明传电报 has besides.
    pub telegram: Option<Telegram>,
    /// 样张: printed across each page of an example that carries a 密级.
    pub specimen: bool,
}

/// 密级 (保守国家秘密法 names three).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum ClassificationLevel {
    /// 秘密
    Confidential,
    /// 机密
    Secret,
    /// 绝密
    TopSecret,
}

impl ClassificationLevel {
    /// The printed word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confidential => "秘密",
            Self::Secret => "机密",
            Self::TopSecret => "绝密",
        }
    }

    /// The word that stands for it in files and settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Confidential => "confidential",
            Self::Secret => "secret",
            Self::TopSecret => "top_secret",
        }
    }

    /// The level a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Confidential, Self::Secret, Self::TopSecret]
            .into_iter()
            .find(|level| level.word() == word)
    }
}

/// 密级和保密期限, printed as 机密★10年.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// 密级
    pub level: ClassificationLevel,
    /// 保密期限 as printed after ★, such as 10年 or 6个月; empty for none.
    #[serde(default)]
    pub term: String,
}

/// 紧急程度: 特急, 加急 on documents; 特提, 特急, 加急, 平急 on telegrams (条例 第九条).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// 特提 (telegrams only)
    MostImmediate,
    /// 特急
    ExtraUrgent,
    /// 加急
    Urgent,
    /// 平急 (telegrams only)
    Ordinary,
}

impl Urgency {
    /// The printed word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MostImmediate => "特提",
            Self::ExtraUrgent => "特急",
            Self::Urgent => "加急",
            Self::Ordinary => "平急",
        }
    }
}

/// One issuing authority (发文机关).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// 全称或规范化简称, as the letterhead prints it.
    pub name: String,
    /// 发文机关署名 where it differs from `name`; empty: the same.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub signature: String,
    /// 职务 of the person who signs, for a 签名章 (such as 县长).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub post: String,
    /// The person whose 签名章 it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub person: String,
}

impl Issuer {
    /// 发文机关署名
    pub fn signature_name(&self) -> &str {
        if self.signature.is_empty() {
            &self.name
        } else {
            &self.signature
        }
    }
}

/// 签发人
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Signatory {
    /// The person's name.
    pub name: String,
}

/// How the end of a document is signed (GB/T 9704-2012, 7.3.5).
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
pub enum SealStyle {
    /// 加盖印章 (7.3.5.1): date four characters from the right, room for the seal.
    #[default]
    Sealed,
    /// 不加盖印章 (7.3.5.2).
    Unsealed,
    /// 加盖签发人签名章 (7.3.5.3).
    SignatureSeal,
    /// Neither signature nor date under the body (such as 纪要, 普发性公文 with its own letterhead).
    None,
}

/// An attachment (附件), a body of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Attachment {
    /// Its name, in 附件说明 and over itself.
    pub title: String,
    /// Its body; empty for one that is handed over beside the document.
    pub body: Vec<Block>,
    /// `true` where it is not bound with the body: 发文字号 is printed before 附件 (7.3.7).
    pub separate: bool,
    /// Set across turned pages.
    pub landscape: bool,
}

/// 被印发件: the text issued by a 印发/转发/批转 notice. New page, own title, no 附件 mark.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct IssuedText {
    /// Its title.
    pub title: String,
    /// 题注 under the title, without parentheses; empty for none.
    pub subtitle: String,
    /// Its body.
    pub body: Vec<Block>,
    /// Its own annexes, numbered within it.
    pub attachments: Vec<Attachment>,
}

/// 印发机关和印发日期
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct ImprintAuthority {
    /// 印发机关
    pub name: String,
    /// 印发日期; `None` while it is not printed yet.
    #[serde(default)]
    #[ts(type = "string | null")]
    pub date: Option<Date>,
}

/// 公开属性
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Disclosure {
    /// 主动公开
    Open,
    /// 依申请公开
    OnRequest,
    /// 不予公开
    Withheld {
        /// Why.
        reason: String,
    },
}

/// Who was at a meeting (纪要).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Attendance {
    /// 出席
    pub present: Vec<String>,
    /// 请假
    pub excused: Vec<String>,
    /// 列席
    pub observers: Vec<String>,
}

impl Attendance {
    /// Nobody is named.
    pub fn is_empty(&self) -> bool {
        self.present.is_empty() && self.excused.is_empty() && self.observers.is_empty()
    }
}

/// The head of a 明传电报; its 等级 is the document's urgency, its 发往 the main recipients.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Telegram {
    /// 签批盖章
    pub approved_by: String,
    /// 发电号 as printed, such as 县府办发电〔2026〕3号.
    pub number: String,
    /// 页数; `None`: counted.
    pub pages: Option<u32>,
}

impl OfficialDocument {
    /// Whether its head says how many pages there are and nobody has counted them: a 明传电报.
    pub fn counts_pages(&self) -> bool {
        let telegram = self.telegram.as_ref();
        self.format == DocumentFormat::Telegram && telegram.is_none_or(|one| one.pages.is_none())
    }

    /// 发文字号 as it is printed: an 令 without 代字 has the form 第18号, 纪要 第18期 (GB/T 9704-2012, 10.2, 10.3);
    /// empty where there is none.
    pub fn number_text(&self) -> String {
        match &self.issue_number {
            Some(number) if !number.authority_code.trim().is_empty() => number.to_string(),
            Some(number) if self.format == DocumentFormat::Minutes => {
                format!("第{}期", number.serial)
            }
            Some(number) => format!("第{}号", number.serial),
            None => String::new(),
        }
    }

    /// The joint names in 发文机关标志, and what follows them.
    pub fn letterhead(&self) -> (Vec<&str>, &str) {
        let names = self
            .issuers
            .iter()
            .map(|issuer| issuer.name.as_str())
            .collect();
        let suffix = match (&self.letterhead_suffix, self.format) {
            (Some(suffix), _) => suffix.as_str(),
            (None, DocumentFormat::Document) => "文件",
            (None, DocumentFormat::Order) => "令",
            (
                None,
                DocumentFormat::Letter
                | DocumentFormat::Minutes
                | DocumentFormat::Telegram
                | DocumentFormat::Paper,
            ) => "",
        };
        (names, suffix)
    }

    /// The title in one line, as lists show it. Where a line breaks between two issuers the break stands for the
    /// space between them; elsewhere for nothing.
    pub fn title_in_line(&self) -> String {
        let names = || self.issuers.iter().map(|issuer| issuer.name.as_str());
        let mut line = String::new();
        for part in self.title.split('\n') {
            let between = names().any(|name| line.ends_with(name))
                && names().any(|name| part.starts_with(name));
            if between {
                line.push(' ');
            }
            line.push_str(part);
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_in_one_line_keeps_its_issuers_apart_and_its_words_together() {
        let issuer = |name: &str| Issuer {
            name: name.into(),
            ..Default::default()
        };
        let title = |title: &str| {
            let document = OfficialDocument {
                issuers: ["市发展改革委", "市财政局", "市水务局"].map(issuer).into(),
                title: title.into(),
                ..Default::default()
            };
            document.title_in_line()
        };
        assert_eq!(
            title("市发展改革委 市财政局\n市水务局关于印发《农村供水\n管理办法》的通知"),
            "市发展改革委 市财政局 市水务局关于印发《农村供水管理办法》的通知"
        );
        assert_eq!(
            title("市财政局\n关于拨付资金的函"),
            "市财政局关于拨付资金的函"
        );
        assert_eq!(title(""), "");
    }
}
