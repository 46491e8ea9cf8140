//! Small tools: which type to choose, articles of the law, amounts in capitals.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_base::Money;
use andu_document::{
    Direction, DocumentFormat, DocumentType, Recipient, TypeQuestion, propose_types, purposes,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller, ErrorCode,
    caller::serve,
    check::surroundings,
    row::{Permission as P, Row, Write as W, row},
    text,
};

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
    row::<TypeAnswers, TypeChoice>("type_propose", P::Draft, W::None, &[])
        .served(|c, a| serve(c, a, propose)),
    row::<ArticleRef, Article>("law_article", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, article)),
    row::<Amount, MadeText>("amount_capitals", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, amount)),
];

fn propose(caller: &dyn Caller, answers: TypeAnswers) -> Result<TypeChoice, ApiError> {
    let issuer = surroundings(caller)?.issuer;
    let word = serde_json::Value::String(answers.recipient.clone());
    let recipient: Option<Recipient> = serde_json::from_value(word).ok();
    let purpose = (!answers.purpose.is_empty()).then(|| answers.purpose.clone());
    let question = TypeQuestion { recipient, purpose };
    let proposals = propose_types(&question, &issuer)
        .into_iter()
        .map(|proposal| TypeProposal {
            document_type: proposal.document_type,
            format: proposal.format,
            direction: proposal.direction,
            clause: proposal.citation.clause,
            article: proposal.citation.text,
            allowed: proposal.allowed,
            why_not: proposal.why_not,
        });
    let purposes = purposes(recipient).into_iter().map(|purpose| TypePurpose {
        id: purpose.id,
        label: purpose.label,
    });
    Ok(TypeChoice {
        purposes: purposes.collect(),
        proposals: proposals.collect(),
    })
}

fn article(_: &dyn Caller, asked: ArticleRef) -> Result<Article, ApiError> {
    let found = andu_document::article(&asked.article);
    let found =
        found.ok_or_else(|| text::error_with(ErrorCode::NotFound, "store.not_found", &[]))?;
    Ok(Article {
        label: found.heading.clone(),
        text: found.text.clone(),
        source: found.source.clone(),
    })
}

fn amount(_: &dyn Caller, asked: Amount) -> Result<MadeText, ApiError> {
    let wrong = || {
        let shown = asked.yuan.chars().take(40).collect();
        text::error_with(ErrorCode::Invalid, "tool.amount", &[("text", shown)])
    };
    let money = Money::parse_yuan(&asked.yuan).map_err(|_| wrong())?;
    Ok(MadeText {
        text: andu_document::capitals(money),
    })
}
