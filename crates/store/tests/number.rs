//! The ledger of numbers: what is entered, what is missing, and what became of numbers from before there was one.

#![expect(
    clippy::disallowed_methods,
    reason = "a file of an older version is made without the store"
)]

use std::{fs, path::Path};

use andu_store::{
    CopyGiven, Key, LedgerFilter, LedgerLine, NumberEntry, NumberOrigin, NumberPeriod, NumberState,
    SeriesRecord, Store,
};
use tempfile::TempDir;

const TODAY: &str = "2026-07-01";
const AGENCY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const CODE: &str = "望政办发";

fn store() -> (TempDir, Store) {
    let folder = TempDir::new().expect("a temporary folder");
    let store = Store::open(&folder.path().join("andu.db"), Key::Plain).expect("a new store opens");
    (folder, store)
}

fn entry(serial: u32, state: NumberState, draft: &str) -> NumberEntry {
    NumberEntry {
        id: NumberEntry::key("a", CODE, 2026, serial),
        agency_id: "a".into(),
        authority_code: CODE.into(),
        year: 2026,
        serial,
        subject_kind: if draft.is_empty() { "" } else { "draft" }.into(),
        subject_id: draft.into(),
        serves: "issue".into(),
        state,
        number: format!("{CODE}〔2026〕{serial}号"),
        note: String::new(),
        until_on: String::new(),
        origin: NumberOrigin::Given,
        entered_by: "p".into(),
        entered_at: "2026-03-01T00:00:00Z".into(),
        changed_by: "p".into(),
        changed_at: "2026-03-01T00:00:00Z".into(),
    }
}

fn put(store: &Store, all: &[NumberEntry]) {
    let put = store.write(|tx| all.iter().try_for_each(|one| tx.number_put(one)));
    put.expect("numbers entered");
}

const fn from(opening: u32) -> NumberPeriod<'static> {
    NumberPeriod {
        agency_id: "a",
        code: CODE,
        year: 2026,
        opening,
    }
}

/// The lines of a ledger: serials, and gaps from the first to the last.
fn lines(store: &Store, opening: u32, kind: &str, text: &str) -> Vec<(u32, u32)> {
    let filter = LedgerFilter {
        kind: kind.into(),
        text: text.into(),
        today: TODAY.into(),
        offset: 0,
        limit: 500,
    };
    let read = store.read(|reader| reader.ledger(from(opening), &filter));
    let (total, lines) = read.expect("a ledger");
    assert_eq!(total as usize, lines.len());
    let spans = lines.into_iter().map(|line| match line {
        LedgerLine::Entry(entry) => (entry.serial, entry.serial),
        LedgerLine::Gap(first, last) => (first, last),
    });
    spans.collect()
}

#[test]
fn every_serial_from_the_opening_on_is_entered_or_a_gap() {
    let (_folder, store) = store();
    let mut kept = entry(6, NumberState::Reserved, "");
    kept.until_on = "2026-06-30".into();
    let mut assigned = entry(7, NumberState::Reserved, "d7");
    assigned.until_on = "2026-06-30".into();
    let mut open = entry(8, NumberState::Reserved, "");
    (open.until_on, open.note) = (TODAY.into(), "年度计划".into());
    put(
        &store,
        &[
            entry(2, NumberState::Used, "d2"),
            entry(5, NumberState::Void, ""),
            kept,
            assigned,
            open,
            entry(12, NumberState::Used, "d12"),
            entry(13, NumberState::Missing, ""),
        ],
    );
    let all = [
        (13, 13),
        (12, 12),
        (9, 11),
        (8, 8),
        (7, 7),
        (6, 6),
        (5, 5),
        (3, 4),
        (2, 2),
        (1, 1),
    ];
    assert_eq!(lines(&store, 1, "", ""), all, "the highest first");
    assert_eq!(lines(&store, 1, "gap", ""), [(9, 11), (3, 4), (1, 1)]);
    assert_eq!(
        lines(&store, 10, "gap", ""),
        [(10, 11)],
        "what lies before the opening was on paper"
    );
    assert_eq!(lines(&store, 1, "lapsed", ""), [(6, 6)]);
    assert_eq!(lines(&store, 1, "reserved", ""), [(8, 8), (7, 7)]);
    assert_eq!(lines(&store, 1, "", "年度"), [(8, 8)]);
    let tally = store.read(|reader| reader.ledger_tally(from(1), TODAY));
    let tally = tally.expect("a tally");
    assert_eq!((tally.used, tally.void, tally.missing), (2, 1, 1));
    assert_eq!((tally.reserved, tally.lapsed, tally.gaps), (2, 1, 6));
    let gaps = store.read(|reader| reader.number_gaps(from(1), 2));
    assert_eq!(gaps.expect("gaps"), [(1, 1), (3, 4)]);
    let span = store.read(|reader| reader.number_span("a", CODE, 2026));
    let span = span.expect("a span");
    assert_eq!((span.first, span.last, span.counted), (2, 13, true));
}

#[test]
fn a_number_is_entered_once_whatever_id_it_is_given() {
    let (_folder, store) = store();
    put(&store, &[entry(1, NumberState::Used, "d1")]);
    let mut other = entry(1, NumberState::Used, "d2");
    other.id = "another".into();
    let refused = store.write(|tx| tx.number_put(&other));
    assert!(refused.is_err(), "the same number twice");
    put(&store, &[entry(2, NumberState::Used, "d1")]);
    let doubles = store.read(|reader| reader.number_doubles("a"));
    assert_eq!(
        doubles.expect("doubles"),
        [format!("{CODE}〔2026〕1号")],
        "a document with two numbers of one purpose"
    );
    let held = store.read(|reader| reader.numbers_of("draft", "d1"));
    assert_eq!(held.expect("numbers").len(), 2);
}

#[test]
fn a_hundred_thousand_numbers_are_read_a_page_at_a_time() {
    let (_folder, store) = store();
    let all: Vec<NumberEntry> = (1..=100_000)
        .filter(|serial| serial % 1_000 != 7)
        .map(|serial| entry(serial, NumberState::Used, &format!("d{serial}")))
        .collect();
    put(&store, &all);
    let page = |offset| {
        let filter = LedgerFilter {
            today: TODAY.into(),
            offset,
            limit: 200,
            ..LedgerFilter::default()
        };
        let read = store.read(|reader| reader.ledger(from(1), &filter));
        read.expect("a page")
    };
    let (total, first) = page(0);
    assert_eq!((total, first.len()), (100_000, 200));
    assert!(matches!(&first[0], LedgerLine::Entry(entry) if entry.serial == 100_000));
    let (_, last) = page(99_900);
    assert_eq!(last.len(), 100);
    assert_eq!(last[93], LedgerLine::Gap(7, 7));
}

#[test]
fn numbers_from_before_the_ledger_are_used_ones_as_they_were() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("andu.db");
    let old = rusqlite::Connection::open(&path).expect("a file");
    let migrations = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(migrations)
        .expect("migrations")
        .map(|file| file.expect("a file").path())
        .collect();
    files.sort();
    for file in files.iter().take(13) {
        let sql = fs::read_to_string(file).expect("a migration");
        old.execute_batch(&sql).expect("a migration of then");
    }
    old.execute_batch(
        "insert into number_entry (agency_id, authority_code, year, serial, draft_id, origin, entered_by,
             entered_at) values ('a', '望水', 2019, 7, 'd1', 'backfilled', 'p', '2026-03-01T00:00:00Z');
         pragma user_version = 13;",
    )
    .expect("a number of then");
    drop(old);
    let store = Store::open(&path, Key::Plain).expect("an older store opens");
    let numbers = store.read(|reader| reader.numbers("a")).expect("numbers");
    let one = numbers.first().expect("the number");
    assert_eq!(one.id, NumberEntry::key("a", "望水", 2019, 7));
    assert_eq!(
        (one.number.as_str(), one.subject_id.as_str()),
        ("望水〔2019〕7号", "d1")
    );
    assert_eq!(
        (one.state, one.origin),
        (NumberState::Used, NumberOrigin::Backfilled)
    );
    assert_eq!(
        (one.subject_kind.as_str(), one.changed_by.as_str()),
        ("draft", "p")
    );
}

#[test]
fn a_series_is_read_as_it_was_put_and_a_copy_is_found_by_its_number() {
    let (_folder, store) = store();
    let mut series = andu_document::Series::shipped_incoming();
    (series.id, series.title) = ("s1".into(), "收文".into());
    series.from_on = "2026-01-01".parse().expect("a day");
    series.types = vec![
        andu_document::DocumentType::Notice,
        andu_document::DocumentType::Letter,
    ];
    series.signed_by = Some(andu_document::SignedBy::Principal);
    let record = SeriesRecord::of("a", &series, ("p", "2026-03-01T00:00:00Z"));
    let copy = CopyGiven {
        id: "c1".into(),
        agency_id: "a".into(),
        draft_id: "d1".into(),
        copy_number: 123,
        receiver: "县水利局".into(),
        note: String::new(),
        given_on: "2026-03-02".into(),
        recalled_on: String::new(),
        entered_by: "p".into(),
        entered_at: "2026-03-02T00:00:00Z".into(),
    };
    store
        .write(|tx| {
            tx.agency_put(&andu_org::Agency {
                id: AGENCY.parse().expect("an id"),
                name: "甲".into(),
                short_name: String::new(),
                authority_code: String::new(),
            })?;
            tx.number_series_put(&SeriesRecord {
                agency_id: AGENCY.into(),
                ..record.clone()
            })?;
            tx.copy_put(&copy)
        })
        .expect("written");
    let read = store.read(|reader| reader.number_series(AGENCY));
    let read = read.expect("series");
    assert_eq!(read[0].series().expect("a series"), series);
    let found = store.read(|reader| reader.copies_numbered("a", 123, 10));
    assert_eq!(found.expect("copies").first(), Some(&copy));
    let back = CopyGiven {
        recalled_on: "2026-04-01".into(),
        ..copy
    };
    store.write(|tx| tx.copy_put(&back)).expect("taken back");
    let of = store.read(|reader| reader.copies_of("d1"));
    assert_eq!(of.expect("copies"), [back]);
}
