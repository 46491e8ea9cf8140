//! Elements that are not there: what a document of its 文种 and format has when it is finished (条例 第九条; GB/T
//! 9704-2012, 10). 第九条 says what a document 一般 consists of, so that what is 应当 in no other place is told as
//! 原则上. What the office fills in only after 签发 (发文字号, 成文日期, 版记) is no fault of a text being written.

use std::collections::HashMap;

use super::{Finds, Found, Sheet, set};
use crate::{
    body::Block,
    elements::{OfficialDocument, SealStyle},
    finding::Finding,
    kind::{Direction, DocumentFormat, DocumentType},
};

/// Whether a document is still being written, or is to go out as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Stage {
    /// Being written: elements that come later are not asked for.
    #[default]
    Drafting,
    /// To be printed and sent: whatever its type and format have must be there.
    Finished,
}

/// A finding for each element that `document` would have finished and has not, in the order of the paper.
pub fn absent(document: &OfficialDocument) -> Vec<Finding> {
    let mut found: Vec<Found> = lacking(document).into_iter().map(|(_, it)| it).collect();
    found.sort_by_cached_key(Found::order);
    let mut seen = HashMap::new();
    found
        .into_iter()
        .map(|found| found.finish(&mut seen))
        .collect()
}

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    for (stage, lacks) in lacking(sheet.document) {
        if stage == Stage::Drafting || sheet.context.stage == Stage::Finished {
            found.push(lacks);
        }
    }
}

/// What is not there, with the stage from which on it is asked for.
fn lacking(document: &OfficialDocument) -> Vec<(Stage, Found)> {
    use DocumentFormat as F;
    let mut lacks = Vec::new();
    text(document, &mut lacks);
    if document.format == F::Paper {
        return lacks;
    }
    if document.document_type.is_none() {
        let found = Found::at("issuing.type_missing", "document_type");
        lacks.push((Stage::Finished, found));
    }
    let issued = document.issuers.iter();
    if !issued.clone().any(|issuer| !issuer.name.trim().is_empty()) {
        let found = Found::at("issuing.issuer_missing", "issuers");
        lacks.push((Stage::Finished, found));
    }
    people(document, &mut lacks);
    number(document, &mut lacks);
    recipients(document, &mut lacks);
    signed(document, &mut lacks);
    imprint(document, &mut lacks);
    lacks
}

/// Title and body, which any text has.
fn text(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    let untitled = matches!(
        document.format,
        DocumentFormat::Order | DocumentFormat::Minutes
    );
    if document.title.trim().is_empty() && !untitled {
        lacks.push((Stage::Drafting, Found::at("title.missing", "title")));
    }
    if !has_body(document) {
        lacks.push((Stage::Drafting, Found::at("body.missing", "body")));
    }
}

/// Whether there is any 正文.
pub(super) fn has_body(document: &OfficialDocument) -> bool {
    document.body.iter().any(|block| {
        matches!(block, Block::Table(_) | Block::Image(_)) || !block.text().trim().is_empty()
    })
}

/// 签发人 of what goes upward (第九条（六）).
fn people(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    let mut signatories = document.signatories.iter();
    let upward = document.direction == Direction::Upward;
    if upward && !signatories.any(|who| !who.name.trim().is_empty()) {
        let found = Found::at("issuing.signatory_missing", "signatories");
        lacks.push((Stage::Drafting, found));
    }
}

/// 发文字号; what a meeting passes (决议, 公报) mostly bears none, 纪要 have a form of their own (10.3).
fn number(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    use DocumentFormat as F;
    let passed = matches!(
        document.document_type,
        Some(DocumentType::Resolution | DocumentType::Communique)
    );
    let numbered = document.issue_number.is_some();
    let rule = match document.format {
        F::Document | F::Letter if !numbered && !passed => "number.missing",
        F::Order if !numbered => "number.order_missing",
        F::Telegram => return telegram(document, lacks),
        F::Document | F::Letter | F::Order | F::Minutes | F::Paper => return,
    };
    lacks.push((Stage::Finished, Found::at(rule, "issue_number")));
}

/// 明传电报 by practice.
fn telegram(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    let telegram = document.telegram.clone().unwrap_or_default();
    let numbered = document.issue_number.is_some() || !telegram.number.trim().is_empty();
    let approved = !telegram.approved_by.trim().is_empty();
    let what = [("签批人", approved), ("发电号", numbered)];
    let what: Vec<&str> = what
        .into_iter()
        .filter_map(|(name, there)| (!there).then_some(name))
        .collect();
    if !what.is_empty() {
        let found = Found::at("issuing.telegram_missing", "telegram");
        lacks.push((Stage::Finished, found.with("what", what.join("、"))));
    }
}

/// 主送机关: what is announced, passed or ordered goes to nobody in particular (第八条).
fn recipients(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    use DocumentType as T;
    let stage = match document.document_type {
        Some(
            T::Report | T::RequestForInstructions | T::OfficialReply | T::Proposal | T::Letter,
        ) => Stage::Drafting,
        Some(T::Opinion | T::Notice | T::Circular) | None => Stage::Finished,
        Some(
            T::Resolution
            | T::Decision
            | T::Order
            | T::Communique
            | T::Announcement
            | T::PublicNotice
            | T::Minutes,
        ) => return,
    };
    let mut named = document.main_recipients.iter();
    if !named.any(|name| !name.trim().is_empty()) {
        let kind = document.document_type.map_or("公文", DocumentType::name);
        let found = Found::at("recipients.missing", "main_recipients").with("type", kind);
        lacks.push((stage, found));
    }
}

/// 发文机关署名 and 成文日期. 决议, 公报 and 纪要 are not signed; a telegram shows its sender at its head.
fn signed(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    use DocumentFormat as F;
    use DocumentType as T;
    let unsigned = matches!(
        document.document_type,
        Some(T::Resolution | T::Communique | T::Minutes)
    );
    let sealed = document.seal != SealStyle::None;
    let lack = match document.format {
        F::Order if !sealed => Some(("issuing.order_unsigned", SealStyle::SignatureSeal)),
        F::Document | F::Letter if !sealed && !unsigned => {
            Some(("issuing.signature_missing", SealStyle::Sealed))
        }
        F::Document | F::Letter | F::Order | F::Minutes | F::Telegram | F::Paper => None,
    };
    if let Some((rule, style)) = lack {
        let found = Found::at(rule, "seal").fix(0, vec![set("seal", style)]);
        lacks.push((Stage::Finished, found));
    }
    if document.date_of_issue.is_none() {
        let found = Found::at("date.missing", "date_of_issue");
        lacks.push((Stage::Finished, found));
    }
}

/// Whether 印发机关和印发日期 belong in it: a letter has none (GB/T 9704-2012, 10.1), and what is posted up or
/// printed in a paper mostly has none either.
pub fn takes_imprint(document: &OfficialDocument) -> bool {
    use DocumentType as T;
    let published = matches!(
        document.document_type,
        Some(T::Resolution | T::Communique | T::Announcement | T::PublicNotice)
    );
    document.format == DocumentFormat::Document && !published
}

/// 印发机关和印发日期 of 文件格式.
fn imprint(document: &OfficialDocument, lacks: &mut Vec<(Stage, Found)>) {
    if !takes_imprint(document) {
        return;
    }
    let imprint = document.imprint.as_ref();
    let named = imprint.is_some_and(|imprint| !imprint.name.trim().is_empty());
    let dated = imprint.is_some_and(|imprint| imprint.date.is_some());
    let what = match (named, dated) {
        (true, true) => return,
        (true, false) => "印发日期",
        (false, true) => "印发机关",
        (false, false) => "印发机关和印发日期",
    };
    let found = Found::at("issuing.imprint_missing", "imprint").with("what", what);
    lacks.push((Stage::Finished, found));
}
