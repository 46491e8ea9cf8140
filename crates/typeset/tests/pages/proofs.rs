//! The proof is clean on what is right and names the number on what is shifted.

use andu_document::{OfficialDocument, SealStyle};
use andu_typeset::{LayoutTable, Note, Options, Profile, ProofItem, Verdict, proof};

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
    for id in ["order.top", "order.number_blank", "order.body_blank"] {
        caught(&order(), id, 1.5);
    }
    caught(&minutes(), "minutes.top", 1.0);
}

/// Shifts each number and looks that the proof names it with its clause, and that it was measured and
/// right without the shift.
#[track_caller]
fn caught_by(clause: &str, document: &OfficialDocument, shifts: &[(&str, f64)]) {
    let table = LayoutTable::standard();
    let is_wrong = |item: &&ProofItem| matches!(item.verdict, Verdict::Fail | Verdict::Practice);
    let right = proof(&typeset(document), document, &table).expect("measured");
    for (id, by) in shifts {
        let known: Vec<_> = right.items.iter().filter(|item| item.id == *id).collect();
        assert!(
            known.iter().any(|item| item.verdict == Verdict::Pass) && !known.iter().any(is_wrong),
            "{id} is measured and right without the shift: {known:#?}"
        );
        let options = Options {
            table: table.clone().shifted(id, *by),
            ..Options::default()
        };
        let pages = typeset_with(document, options);
        let report = proof(&pages, document, &table).expect("measured");
        let mut found = report.items.iter().filter(|item| item.id == *id);
        let Some(item) = found.find(is_wrong) else {
            let found: Vec<_> = report.items.iter().filter(|item| item.id == *id).collect();
            panic!("{id} by {by} not seen: {found:#?}");
        };
        assert_eq!(item.clause, clause, "{id}");
    }
}

/// Two pages: text, and what stands around its end.
fn brief(mut document: OfficialDocument) -> OfficialDocument {
    document.body = vec![andu_document::Block::paragraph(PARAGRAPH); 4];
    document.copy_recipients.clear();
    document.imprint = None;
    for attachment in &mut document.attachments {
        attachment.body.clear();
    }
    document
}

#[test]
fn an_attachment_note_off_its_place_is_seen() {
    let document = brief(notice());
    let shifts = [
        ("attachment_note.blank_above", 1.0),
        ("attachment_note.indent", 1.0),
        ("attachment_note.hang", 1.0),
        ("attachment_note.hang", -2.0),
    ];
    caught_by("7.3.4", &document, &shifts);
    let mut single = document;
    single.attachments.remove(0);
    caught_by("7.3.4", &single, &[("attachment_note.hang", -1.0)]);
}

#[test]
fn a_seal_off_its_place_is_seen() {
    let document = brief(plain_seal(SealStyle::Sealed));
    let shifts = [
        ("date.right", 1.0),
        ("sealed.centre", 3.0),
        ("seal.centre", -3.0),
        ("seal.above_text", 2.0),
        ("seal.above_text", -5.0),
        ("seal.room_above", 1.0),
        ("seal.diameter", 3.0),
    ];
    caught_by("7.3.5.1", &document, &shifts);
}

#[test]
fn rows_of_seals_off_their_places_are_seen() {
    let mut document = brief(joint(4));
    let shifts = [
        ("sealed.centre", 3.0),
        ("seal.centre", 3.0),
        ("seal.above_text", 2.0),
        ("seal.overhang", 25.0),
    ];
    caught_by("7.3.5.1", &document, &shifts);
    for (issuer, name) in document
        .issuers
        .iter_mut()
        .zip(["水利局", "财政局", "应急局", "交通局"])
    {
        issuer.signature = name.into();
    }
    caught_by("7.3.5.1", &document, &[("seal.gap", -4.0)]);
}

#[test]
fn names_without_a_seal_off_their_places_are_seen() {
    let mut document = brief(joint(3));
    document.seal = SealStyle::Unsealed;
    let shifts = [
        ("unsigned.blank_above", 1.0),
        ("unsigned.row", 1.0),
        ("unsigned.right", -1.0),
        ("unsigned.date_shift", -1.0),
    ];
    caught_by("7.3.5.2", &document, &shifts);
}

#[test]
fn a_signature_seal_off_its_place_is_seen() {
    let mut document = brief(joint(2));
    document.seal = SealStyle::SignatureSeal;
    for issuer in &mut document.issuers {
        issuer.post = "局长".into();
    }
    let shifts = [
        ("stamp.blank_above", 1.0),
        ("stamp.right", 1.0),
        ("stamp.post_gap", -1.0),
        ("stamp.level", 2.0),
        ("stamp.date_blank", 1.0),
        ("stamp.width", 4.0),
        ("stamp.height", 3.0),
    ];
    caught_by("7.3.5.3", &document, &shifts);
}

#[test]
fn a_turned_page_off_its_place_is_seen() {
    let mut document = brief(notice());
    document.attachments.truncate(1);
    document.attachments[0].landscape = true;
    document.attachments[0].body = vec![
        andu_document::Block::paragraph(PARAGRAPH),
        andu_document::Block::Table(small_table()),
    ];
    let shifts = [
        ("turned.head", 2.0),
        ("turned.start", 2.0),
        ("turned.width", -6.0),
    ];
    caught_by("8", &document, &shifts);
    caught_by("7.3.7", &document, &[("attachment.title_line", 1.0)]);
    caught_by("7.5", &document, &[("page_number.below", 1.0)]);
    document.attachments[0].body.truncate(1);
    caught_by("8", &document, &[("turned.width", -6.0)]);
}

#[test]
fn the_first_page_of_a_letter_off_its_place_is_seen() {
    let document = brief(letter());
    let shifts = [
        ("letter.top", 1.0),
        ("letter.line_gap", 1.0),
        ("letter.line_width", -3.0),
        ("letter.line_thick", 0.3),
        ("letter.line_thin", 0.2),
        ("letter.line_space", 0.5),
        ("letter.bottom", 1.0),
        ("letter.element_gap", 0.5),
        ("letter.title_blank", 1.5),
        ("letter.page_number", 1.0),
    ];
    caught_by("10.1", &document, &shifts);
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
