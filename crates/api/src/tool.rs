//! Small tools at the desk: which type to choose, articles of the law, amounts in capitals.

use andu_document::{Direction, DocumentFormat, DocumentType};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::row::{Permission as P, Row, Write as W, row};

/// The three questions of the type chooser. Answers are ids from `type_questions`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TypeAnswers {
    /// To whom: `superior`, `peer`, `subordinate`, `unrelated`, `public`, `congress`; empty: not answered.
    pub recipient: String,
    /// What for; empty: not answered.
    pub purpose: String,
}

/// A proposed type.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TypeProposal {
    /// 文种
    pub document_type: DocumentType,
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// 行文方向
    pub direction: Direction,
    /// Such as 条例 第八条（八）.
    pub clause: String,
    /// What the article says of this type.
    pub article: String,
    /// Whether this agency may issue it.
    pub allowed: bool,
    /// Why not; empty if it may.
    pub why_not: String,
}

/// A purpose to choose from.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TypePurpose {
    /// Id.
    pub id: String,
    /// Its words.
    pub label: String,
}

/// What the chooser shows: purposes that fit the recipient, and proposals for the answers so far.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TypeChoice {
    /// Purposes that fit the recipient.
    pub purposes: Vec<TypePurpose>,
    /// Best first.
    pub proposals: Vec<TypeProposal>,
}

/// An article of a law by its number, such as `15`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ArticleRef {
    /// Number in Arabic numerals.
    pub article: String,
}

/// An article.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Article {
    /// Such as 第十五条.
    pub label: String,
    /// Its text.
    pub text: String,
    /// The law and its document number.
    pub source: String,
}

/// An amount in yuan, such as `1234.50`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    /// Digits, at most two decimals.
    pub yuan: String,
}

/// A made text.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MadeText {
    /// The text.
    pub text: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<TypeAnswers, TypeChoice>("type_propose", P::Draft, W::None, &[]),
    row::<ArticleRef, Article>("law_article", P::Member, W::None, &[]),
    row::<Amount, MadeText>("amount_capitals", P::Member, W::None, &[]),
];
