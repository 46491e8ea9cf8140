//! Every number of the layout table, shifted far: either nothing changes on any of these papers, or the proof
//! says that something is wrong.

use std::collections::BTreeSet;

use andu_document::{OfficialDocument, SealStyle};
use andu_typeset::{LayoutNumber, LayoutTable, Options, ProofReport, Typeset, Verdict, proof};

use crate::fixtures::*;

/// Numbers that no paper here shows: one of another profile, and one of which a few mm bring no other column of
/// seals (`rows_of_seals_off_their_places_are_seen` shifts it by 25).
const IDLE: [&str; 2] = ["core.pitch_electronic", "seal.overhang"];

/// Shifts that are right: 标志 may be narrower and smaller than it is at most, and within 版心 a wider bound lets
/// nothing out; text of tables is as large as the narrowest column allows, by practice alone.
const RIGHT: [(&str, f64); 5] = [
    ("letterhead.width", 5.0),
    ("letterhead.width", -5.0),
    ("size.letterhead", -5.0),
    ("size.table", 5.0),
    ("size.table", -5.0),
];

fn papers() -> Vec<OfficialDocument> {
    let mut short = notice();
    short.body.truncate(4);
    short.attachments.truncate(1);
    let mut secret = secret_without_table();
    secret.body.truncate(3);
    let mut upward = upward();
    upward.body.truncate(3);
    let mut three = joint(3);
    three.body.truncate(2);
    let mut wide = notice();
    wide.body.truncate(1);
    wide.attachments.truncate(1);
    wide.attachments[0].landscape = true;
    let mut hanging = notice();
    hanging.body.truncate(1);
    for attachment in &mut hanging.attachments {
        attachment.body.clear();
    }
    let mut full = notice();
    full.attachments.clear();
    vec![
        short,
        secret,
        upward,
        three,
        plain_seal(SealStyle::Unsealed),
        plain_seal(SealStyle::SignatureSeal),
        letter(),
        order(),
        minutes(),
        telegram(),
        paper(),
        hanging,
        wide,
        full,
    ]
}

/// How far a number is shifted, in its own unit.
fn far(number: &LayoutNumber) -> [f64; 2] {
    match number.unit.as_str() {
        // One to the left is where the number before the name begins.
        _ if number.id == "attachment_note.hang" => [5.0, -2.0],
        "line" => [2.0, -1.0],
        "body_char" => [0.5, -0.5],
        "count" => [1.0, -1.0],
        "pt" => [5.0, -5.0],
        "char" => [5.0, -1.0],
        _ if number.value < 1.0 && number.value > 0.0 => [0.4, -0.2],
        _ => [5.0, -5.0],
    }
}

fn set(document: &OfficialDocument, table: LayoutTable) -> Typeset {
    let options = Options {
        table,
        ..Options::default()
    };
    typeset_with(document, options)
}

fn is_same(one: &Typeset, other: &Typeset) -> bool {
    one.page_count() == other.page_count()
        && (0..one.page_count()).all(|page| one.page_hash(page) == other.page_hash(page))
        && one.boxes() == other.boxes()
}

/// What a proof has something to say about.
fn told(report: &ProofReport) -> BTreeSet<String> {
    let items = report.items.iter();
    let items = items.filter(|item| item.verdict != Verdict::Pass);
    items.map(|item| item.id.clone()).collect()
}

#[test]
fn every_number_shifted_far_is_seen_or_changes_nothing() {
    let table = LayoutTable::standard();
    let papers = papers();
    let right: Vec<Typeset> = papers.iter().map(typeset).collect();
    let mut before = Vec::new();
    for (paper, pages) in papers.iter().zip(&right) {
        let report = proof(pages, paper, &table).expect("measured");
        assert!(
            report.is_clean(),
            "{:#?}",
            report.failures().collect::<Vec<_>>()
        );
        before.push(told(&report));
    }
    let numbers: Vec<&LayoutNumber> = table.numbers().collect();
    let seen = |number: &LayoutNumber, by: f64| {
        let moved = papers.iter().zip(&right).zip(&before);
        let moved = moved.into_iter().find_map(|((paper, pages), before)| {
            let moved = set(paper, table.clone().shifted(&number.id, by));
            (!is_same(&moved, pages)).then_some((paper, moved, before))
        });
        let (paper, moved, before) = moved?;
        let report = proof(&moved, paper, &table).expect("measured");
        let escaped = told(&report).is_subset(before);
        Some(escaped.then(|| format!("{} by {by} on 《{}》", number.id, paper.title)))
    };
    let (escaped, idle) = std::thread::scope(|scope| {
        let (seen, half) = (&seen, numbers.len().div_ceil(2));
        let work = move |numbers: &[&LayoutNumber]| {
            let (mut escaped, mut idle) = (Vec::new(), Vec::new());
            for number in numbers {
                let told: Vec<_> = far(number)
                    .into_iter()
                    .filter(|by| !RIGHT.contains(&(number.id.as_str(), *by)))
                    .map(|by| seen(number, by))
                    .collect();
                if !told.is_empty() && told.iter().all(Option::is_none) {
                    idle.push(number.id.clone());
                }
                escaped.extend(told.into_iter().flatten().flatten());
            }
            (escaped, idle)
        };
        let (one, other) = numbers.split_at(half);
        let other = scope.spawn(move || work(other));
        let (mut escaped, mut idle) = work(one);
        let (more, last) = other.join().expect("the other half");
        escaped.extend(more);
        idle.extend(last);
        (escaped, idle)
    });
    assert!(escaped.is_empty(), "{escaped:#?}");
    assert_eq!(idle, IDLE);
}
