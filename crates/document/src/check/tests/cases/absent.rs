//! Cases of what is not there.

use super::*;

pub(super) fn all() -> Vec<Case> {
    let clean: fn() -> Setup = Setup::clean;
    vec![
        case(
            "issuing.type_missing",
            clean,
            |s| s.document.document_type = None,
            |s| {
                s.document.document_type = None;
                s.document.format = DocumentFormat::Paper;
            },
        ),
        case(
            "issuing.issuer_missing",
            clean,
            |s| s.document.issuers.clear(),
            |s| {
                s.document.issuers.clear();
                s.stage = Stage::Drafting;
            },
        ),
        case(
            "number.missing",
            clean,
            |s| s.document.issue_number = None,
            |s| {
                s.document.issue_number = None;
                s.document.document_type = Some(DocumentType::Communique);
            },
        ),
        case(
            "number.missing",
            letter,
            |s| s.document.issue_number = None,
            |s| {
                s.document.issue_number = None;
                s.document.format = DocumentFormat::Minutes;
            },
        ),
        case(
            "number.order_missing",
            order,
            |s| s.document.issue_number = None,
            |s| {
                s.document.issue_number = None;
                s.stage = Stage::Drafting;
            },
        ),
        case(
            "recipients.missing",
            clean,
            |s| s.document.main_recipients.clear(),
            |s| {
                s.document.main_recipients.clear();
                s.document.document_type = Some(DocumentType::Announcement);
            },
        ),
        case(
            "issuing.signature_missing",
            clean,
            |s| s.document.seal = SealStyle::None,
            |s| {
                s.document.seal = SealStyle::None;
                s.document.document_type = Some(DocumentType::Resolution);
            },
        ),
        case(
            "issuing.order_unsigned",
            order,
            |s| s.document.seal = SealStyle::None,
            |_| {},
        ),
        case(
            "date.missing",
            clean,
            |s| s.document.date_of_issue = None,
            |s| {
                s.document.date_of_issue = None;
                s.stage = Stage::Drafting;
            },
        ),
        case(
            "issuing.imprint_missing",
            clean,
            |s| s.document.imprint = None,
            |s| {
                s.document.imprint = None;
                s.document.format = DocumentFormat::Letter;
            },
        ),
        case(
            "issuing.imprint_missing",
            clean,
            |s| {
                let imprint = s.document.imprint.as_mut();
                imprint.expect("the base has one").date = None;
            },
            |s| {
                s.document.imprint = None;
                s.document.document_type = Some(DocumentType::PublicNotice);
            },
        ),
        case(
            "issuing.telegram_missing",
            telegram,
            |_| {},
            |s| {
                s.document.telegram = Some(Telegram {
                    approved_by: "周慕云".into(),
                    ..Telegram::default()
                });
            },
        ),
    ]
}
