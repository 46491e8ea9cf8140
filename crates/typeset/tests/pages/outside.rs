//! Names and lists out of all measure: what does not fit a line takes more, what does not fit a page goes over
//! to the next, and what leaves 版心 all the same is found.

use andu_document::{Issuer, OfficialDocument, SealStyle};
use andu_typeset::{LayoutTable, Note, ProofItem, ProofReport, Typeset, proof};

use crate::fixtures::*;

const LONG: &str = "安平县人民政府防汛抗旱指挥部水库安全管理和农村供水保障工程建设协调推进领导小组办公室驻\
白石沟水库除险加固工程建设现场联合工作专班综合协调组";

fn proved(pages: &Typeset, document: &OfficialDocument) -> ProofReport {
    proof(pages, document, &LayoutTable::standard()).expect("measured")
}

fn failures(report: &ProofReport) -> Vec<&ProofItem> {
    report.failures().collect()
}

#[track_caller]
fn assert_inside(name: &str, document: &OfficialDocument) -> Typeset {
    let pages = typeset(document);
    let outside = pages.notes().iter();
    let outside = outside.filter(|note| matches!(note, Note::OutsideCore { .. }));
    assert_eq!(outside.count(), 0, "{name}: {:?}", pages.notes());
    let report = proved(&pages, document);
    assert!(report.is_clean(), "{name}: {:#?}", failures(&report));
    pages
}

fn issued_by(name: &str, count: usize, seal: SealStyle) -> OfficialDocument {
    let mut document = notice();
    document.attachments.clear();
    document.body.truncate(3);
    let issuer = Issuer {
        name: "安平县人民政府".into(),
        signature: name.into(),
        post: if seal == SealStyle::SignatureSeal {
            format!("{name}主任")
        } else {
            String::new()
        },
        ..Issuer::default()
    };
    document.issuers = vec![issuer; count];
    document.seal = seal;
    document
}

#[test]
fn a_name_too_long_for_a_line_takes_more_lines_at_its_own_size() {
    assert!(LONG.chars().count() >= 66, "{}", LONG.chars().count());
    for (count, seal) in [
        (1, SealStyle::Sealed),
        (2, SealStyle::Sealed),
        (1, SealStyle::Unsealed),
        (2, SealStyle::Unsealed),
        (1, SealStyle::SignatureSeal),
    ] {
        let name = format!("{count} {seal:?}");
        let document = issued_by(LONG, count, seal);
        let pages = assert_inside(&name, &document);
        let box_of = |place: &str| {
            let found = pages.boxes().iter().find(|found| found.place == place);
            found.unwrap_or_else(|| panic!("{name}: {place} is on no page"))
        };
        let (signature, date) = (box_of("signature"), box_of("date_of_issue"));
        assert!(
            signature.h_mm > 15.0,
            "{name}: several lines, {signature:?}"
        );
        assert!(
            date.x_mm >= 28.0 && date.x_mm + date.w_mm <= 184.0,
            "{name}: {date:?}"
        );
        assert_eq!(signature.page, date.page, "{name}");
    }
}

#[test]
fn many_recipients_move_to_the_imprint_and_stay_on_the_paper() {
    let mut document = notice();
    document.main_recipients = (0..150)
        .map(|i| format!("安平县第{i}乡镇人民政府"))
        .collect();
    let pages = assert_inside("150 recipients", &document);
    let notes = pages.notes();
    assert!(notes.contains(&Note::RecipientsMovedToImprint), "{notes:?}");
    assert!(
        notes
            .iter()
            .any(|note| matches!(note, Note::ImprintOverPages { pages } if *pages > 1)),
        "{notes:?}"
    );
    let listed: Vec<usize> = pages
        .boxes()
        .iter()
        .filter(|found| found.place == "main_recipients")
        .map(|found| found.page)
        .collect();
    assert!(listed.len() > 1, "the list goes over pages: {listed:?}");
    assert_eq!(pages.page_count() % 2, 0, "its last page is an even one");
}

#[test]
fn an_imprint_of_a_long_name_keeps_its_date_apart() {
    let mut document = notice();
    if let Some(imprint) = &mut document.imprint {
        imprint.name = LONG.into();
    }
    assert_inside("imprint", &document);
}

#[test]
fn ink_outside_the_core_is_a_finding_with_its_clause() {
    let mut document = notice();
    document.issue_number = Some(andu_document::IssueNumber {
        authority_code: "安政发".repeat(20),
        year: 2026,
        serial: 7,
    });
    let pages = typeset(&document);
    let notes = pages.notes();
    assert!(
        notes.iter().any(
            |note| matches!(note, Note::OutsideCore { page: 0, place } if place == "issue_number")
        ),
        "{notes:?}"
    );
    let report = proved(&pages, &document);
    let found = report.failures().find(|item| item.id == "core.outside");
    let found = found.unwrap_or_else(|| panic!("{:#?}", failures(&report)));
    assert_eq!(found.clause, "5.2.2");
    assert!(
        found.measured.is_some_and(|beyond| beyond > 10.0),
        "{found:?}"
    );
}

#[test]
fn letters_too_small_to_be_a_letterhead_are_told() {
    let mut document = joint(7);
    document.issuers = (0..30)
        .map(|i| Issuer {
            name: format!("安平县第{i}管理局"),
            ..Issuer::default()
        })
        .collect();
    let pages = typeset(&document);
    let notes = pages.notes();
    assert!(
        notes
            .iter()
            .any(|note| matches!(note, Note::LetterheadSmall { .. })),
        "{notes:?}"
    );
    let report = proved(&pages, &document);
    let small = report
        .items
        .iter()
        .any(|item| item.id == "letterhead.small");
    assert!(small, "{:#?}", failures(&report));
}
