//! Small tools: which type to choose, articles of the law, amounts in capitals.

use andu_api::{
    ApiError, ErrorCode, text,
    tool::{
        Amount, Article, ArticleRef, MadeText, TypeAnswers, TypeChoice, TypeProposal, TypePurpose,
    },
};
use andu_base::Money;
use andu_document::{Recipient, TypeQuestion, propose_types, purposes};

use crate::{check, open::OpenDesk};

/// Purposes that fit, and types that fit the answers so far.
///
/// # Errors
/// The store's own.
pub fn propose(desk: &OpenDesk, answers: &TypeAnswers) -> Result<TypeChoice, ApiError> {
    let (issuer, _) = check::vocabulary(desk)?;
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

/// An article of the law.
///
/// # Errors
/// Where there is no such article.
pub fn article(asked: &ArticleRef) -> Result<Article, ApiError> {
    let found = andu_document::article(&asked.article);
    let found =
        found.ok_or_else(|| text::error_with(ErrorCode::NotFound, "store.not_found", &[]))?;
    Ok(Article {
        label: found.heading.clone(),
        text: found.text.clone(),
        source: found.source.clone(),
    })
}

/// An amount in Chinese capitals.
///
/// # Errors
/// `tool.amount` for anything but an amount.
pub fn amount(asked: &Amount) -> Result<MadeText, ApiError> {
    let wrong = || {
        let shown = asked.yuan.chars().take(40).collect();
        text::error_with(ErrorCode::Invalid, "tool.amount", &[("text", shown)])
    };
    let money = Money::parse_yuan(&asked.yuan).map_err(|_| wrong())?;
    Ok(MadeText {
        text: andu_document::capitals(money),
    })
}
