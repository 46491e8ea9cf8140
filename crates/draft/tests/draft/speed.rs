//! How long a keystroke's work takes. Run alone and optimised:
//! `cargo test -p andu-draft --release -- --ignored speed --nocapture`.

use std::time::Instant;

use andu_document::Edit;
use andu_draft::{DraftText, compare, freeze, from_document};

use crate::documents::examples;

#[test]
#[ignore = "measures; only means something optimised and alone"]
#[expect(clippy::disallowed_methods, reason = "it measures")]
fn ten_pages_read_in_a_few_milliseconds() {
    let (_, document) = examples()
        .into_iter()
        .find(|(name, _)| name == "regulation-notice.json")
        .expect("the long example");
    let state = from_document(&document, 5).expect("it can be written");
    let mut draft = DraftText::from_updates(6, [state.as_slice()].into_iter()).expect("it opens");
    let mut time = |name: &str, work: &mut dyn FnMut(&mut DraftText)| {
        let mut times: Vec<_> = (0..50)
            .map(|_| {
                let start = Instant::now();
                work(&mut draft);
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("{name}: median {:?}, worst {:?}", times[25], times[49]);
        times[25]
    };
    let read = time("read", &mut |draft| drop(draft.to_document()));
    time("open", &mut |_| {
        drop(DraftText::from_updates(7, [state.as_slice()].into_iter()))
    });
    time("freeze", &mut |_| drop(freeze(&document)));
    time("attribution", &mut |draft| drop(draft.attribution()));
    time("fix", &mut |draft| {
        let edit = Edit::ReplaceText {
            place: "title".into(),
            start: 0,
            end: 0,
            text: "新".into(),
        };
        draft.apply_edits(&[edit]).expect("it fits");
    });
    let mut changed = document.clone();
    changed.body.reverse();
    if let Some(issued) = &mut changed.issued_text {
        issued.body.remove(10);
    }
    time("compare", &mut |_| drop(compare(&document, &changed)));
    let chars: usize = document
        .issued_text
        .iter()
        .flat_map(|text| &text.body)
        .map(|block| block.text().chars().count())
        .sum();
    println!(
        "the text has {chars} characters, its state {} bytes",
        state.len()
    );
    if !cfg!(debug_assertions) {
        assert!(read.as_micros() < 3000, "reading took {read:?}");
    }
}
