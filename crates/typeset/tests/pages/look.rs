//! Writes pages as pictures for people to look at (`ANDU_LOOK=folder`).

use std::path::PathBuf;

use andu_document::{OfficialDocument, SealStyle};

use crate::fixtures::*;

#[test]
fn every_fixture_becomes_pages() {
    let documents: Vec<(&str, OfficialDocument)> = vec![
        ("notice", notice()),
        ("secret", secret()),
        ("upward", upward()),
        ("joint2", joint(2)),
        ("joint4", joint(4)),
        ("joint7", joint(7)),
        ("unsealed", plain_seal(SealStyle::Unsealed)),
        ("stamp", plain_seal(SealStyle::SignatureSeal)),
        ("regulation", regulation()),
        ("letter", letter()),
        ("order", order()),
        ("minutes", minutes()),
        ("telegram", telegram()),
        ("paper", paper()),
        ("lonely", lonely_signature().0),
        ("landscape", {
            let mut document = notice();
            document.attachments[0].landscape = true;
            document
        }),
    ];
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for people who want to look"
    )]
    let folder = std::env::var("ANDU_LOOK").ok().map(PathBuf::from);
    for (name, document) in documents {
        let pages = typeset(&document);
        assert!(pages.page_count() >= 1, "{name} has a page");
        let pdf = pages
            .pdf(&andu_typeset::PdfOptions::default())
            .expect("a pdf");
        assert_eq!(
            pdf.archival,
            document.date_of_issue.is_some(),
            "{name} is PDF/A if it has a date"
        );
        let Some(folder) = &folder else { continue };
        std::fs::create_dir_all(folder).expect("a folder");
        for page in 0..pages.page_count() {
            let png = pages.png(page, 80.0).expect("drawn");
            std::fs::write(folder.join(format!("{name}-{}.png", page + 1)), png).expect("written");
        }
        std::fs::write(folder.join(format!("{name}.pdf")), pdf.bytes).expect("written");
        println!("{name}: {:?} {:?}", pages.notes(), pages.fonts());
    }
}

#[test]
fn a_draft_without_a_date_is_archival_by_the_day_it_changed() {
    let pages = typeset(&paper());
    let of = |changed_on| {
        let options = andu_typeset::PdfOptions {
            changed_on,
            ..Default::default()
        };
        pages.pdf(&options).expect("a pdf")
    };
    assert!(!of(None).archival, "PDF/A has a date");
    let pdf = of(Some(date("2026-03-05")));
    assert!(pdf.archival);
    let says = |text: &str| pdf.bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(
        says("D:20260305"),
        "the file's date is the day of the change"
    );
    let dated = typeset(&notice());
    let options = andu_typeset::PdfOptions {
        changed_on: Some(date("2026-03-05")),
        ..Default::default()
    };
    let bytes = dated.pdf(&options).expect("a pdf").bytes;
    let issued = b"D:20260508";
    assert!(
        bytes.windows(issued.len()).any(|w| w == issued),
        "a document with 成文日期 bears that"
    );
}
