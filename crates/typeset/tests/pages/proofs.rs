//! The proof is clean on what is right and names the number on what is shifted.

use andu_document::{OfficialDocument, SealStyle};
use andu_typeset::{LayoutTable, Note, Options, Profile, Verdict, proof};

use crate::fixtures::*;

#[track_caller]
fn assert_clean(name: &str, document: &OfficialDocument) {
    let table = LayoutTable::standard();
    let report = proof(&typeset(document), document, &table).expect("measured");
    let failures: Vec<_> = report
        .failures()
        .map(|item| {
            format!(
                "{} p{} {:?} != {} ± {}",
                item.id,
                item.page + 1,
                item.measured_mm,
                item.expected_mm,
                item.tolerance_mm
            )
        })
        .collect();
    assert!(report.is_clean(), "{name}: {failures:#?}");
}

#[test]
fn right_pages_pass() {
    for (name, document) in [
        ("notice", notice()),
        ("secret", secret()),
        ("upward", upward()),
        ("two agencies", joint(2)),
        ("seven agencies", joint(7)),
        ("unsealed", plain_seal(SealStyle::Unsealed)),
        ("signature seal", plain_seal(SealStyle::SignatureSeal)),
        ("regulation", regulation()),
        ("letter", letter()),
        ("order", order()),
        ("minutes", minutes()),
        ("telegram", telegram()),
        ("paper", paper()),
    ] {
        assert_clean(name, &document);
    }
}

#[test]
fn every_example_is_clean() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/examples");
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder).expect("examples") {
        let path = entry.expect("an example").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let text = std::fs::read_to_string(&path).expect("read");
        let document: OfficialDocument = serde_json::from_str(&text).expect("a document");
        let pages = typeset(&document);
        let report = proof(&pages, &document, &LayoutTable::standard()).expect("measured");
        wrong.extend(report.failures().map(|item| {
            let (found, right) = (item.measured_mm, item.expected_mm);
            format!(
                "{name:?} p{}: {} {found:?} != {right} ± {}",
                item.page + 1,
                item.id,
                item.tolerance_mm
            )
        }));
        if report.items.is_empty() {
            wrong.push(format!("{name:?}: nothing measured"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Typesets with number `id` shifted by `by` and looks for it among what the proof finds wrong.
#[track_caller]
fn caught(document: &OfficialDocument, id: &str, by: f64) {
    let options = Options {
        table: LayoutTable::standard().shifted(id, by),
        ..Options::default()
    };
    let pages = typeset_with(document, options);
    let report = proof(&pages, document, &LayoutTable::standard()).expect("measured");
    let seen = |verdict: Verdict| {
        report.items.iter().any(|item| {
            item.verdict == verdict && (item.id == id || stands_for(id).contains(&item.id.as_str()))
        })
    };
    let wrong: Vec<_> = report
        .failures()
        .map(|item| (&item.id, item.measured_mm, item.expected_mm))
        .collect();
    assert!(
        seen(Verdict::Fail) || seen(Verdict::Practice),
        "{id} by {by} not seen; wrong: {wrong:?}"
    );
}

/// Numbers that show only in another number's ink.
fn stands_for(id: &str) -> &'static [&'static str] {
    match id {
        "core.height" => &["core.pitch", "core.lines"],
        "core.lines" => &["core.pitch"],
        "core.top" => &["core.pitch"],
        _ => &[],
    }
}

#[test]
fn each_number_shifted_is_seen() {
    let mut document = notice();
    document.body.truncate(12);
    document.attachments.truncate(1);
    document.attachments[0].body = vec![andu_document::Block::paragraph(PARAGRAPH.repeat(4))];
    for (id, by) in [
        ("letterhead.top", 2.0),
        ("issue_number.blank_above", 1.0),
        ("red_line.gap", 1.0),
        ("red_line.width", -4.0),
        ("red_line.thickness", 0.3),
        ("title.blank_above", 1.0),
        ("recipients.blank_above", 1.0),
        ("core.left", 2.0),
        ("core.top", 2.0),
        ("core.height", -6.0),
        ("core.width", -3.0),
        ("core.lines", -1.0),
        ("core.characters", -1.0),
        ("body.indent", -1.0),
        ("attachment.title_line", 1.0),
        ("imprint.last_rule", -1.5),
        ("imprint.width", -3.0),
        ("imprint.thick", 0.2),
        ("imprint.thin", 0.15),
        ("imprint.indent", 1.0),
        ("page_number.below", 1.0),
        ("page_number.indent", 1.0),
        ("date.right", 1.0),
    ] {
        caught(&document, id, by);
    }
}

#[test]
fn numbers_of_other_forms_are_seen() {
    caught(&upward(), "issue_number.indent", 1.0);
    caught(&upward(), "signatory.indent", 1.0);
    let unsealed = plain_seal(SealStyle::Unsealed);
    caught(&unsealed, "unsigned.right", 1.0);
    caught(&unsealed, "unsigned.date_shift", 1.0);
    for id in [
        "letter.top",
        "letter.line_gap",
        "letter.line_width",
        "letter.bottom",
        "letter.element_gap",
    ] {
        caught(&letter(), id, 1.5);
    }
    for id in ["order.top", "order.number_blank", "order.body_blank"] {
        caught(&order(), id, 1.5);
    }
    caught(&minutes(), "minutes.top", 1.0);
}

#[test]
fn the_electronic_profile_is_measured_by_its_own_pitch() {
    let table = LayoutTable::standard().with_profile(Profile::Electronic);
    let document = notice();
    let pages = typeset_with(
        &document,
        Options {
            table: table.clone(),
            ..Options::default()
        },
    );
    let report = proof(&pages, &document, &table).expect("measured");
    let off: Vec<_> = report
        .failures()
        .filter(|item| item.id == "core.pitch")
        .collect();
    assert!(off.is_empty(), "{off:?}");
}

#[test]
fn changed_line_numbers_are_practice_and_not_failure() {
    let (document, pages) = lonely_signature();
    let adjusted = pages
        .notes()
        .iter()
        .any(|note| matches!(note, Note::LinesAdjusted { .. }));
    assert!(adjusted, "{:?}", pages.notes());
    let report = proof(&pages, &document, &LayoutTable::standard()).expect("measured");
    assert!(
        report.is_clean(),
        "{:?}",
        report.failures().collect::<Vec<_>>()
    );
}
