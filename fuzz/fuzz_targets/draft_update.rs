//! Updates of a text, as anybody may push them: refused or taken, never a panic, and a refused one leaves the
//! text as it was. Two in a row, cut at a place the input chooses: the second meets what the first left.
#![no_main]

use andu_draft::{DraftText, MAX_UPDATE_BYTES, from_document, writers};
use andu_document::{Block, OfficialDocument};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&cut, updates)) = input.split_first() else {
        return;
    };
    let document = OfficialDocument {
        title: "关于防汛的通知".into(),
        body: vec![Block::paragraph("请各地做好准备。𠮷")],
        ..OfficialDocument::default()
    };
    let begun = from_document(&document, 7).expect("a document");
    let mut text = DraftText::from_updates(9, std::iter::once(begun.as_slice())).expect("a text");
    let (first, second) = updates.split_at(usize::from(cut).min(updates.len()));
    for update in [first, second, updates] {
        assert!(update.len() <= MAX_UPDATE_BYTES);
        if let Ok(writers) = writers(update) {
            assert!(writers.iter().all(|writer| writer.from < writer.end));
        }
        let before = text.encode_state().expect("a text encodes");
        if text.apply_update(update).is_err() {
            let after = text.encode_state().expect("a text encodes");
            assert!(before == after, "a refused update changed the text");
        }
        let read = text.to_document().expect("a text reads");
        let _ = text.attribution().expect("and says who wrote it");
        drop(read);
    }
});
