//! Whatever bytes come in, the text stays what it was or takes them whole; nothing panics.

use andu_document::{Block, OfficialDocument};
use andu_draft::{DraftError, DraftText, MAX_UPDATE_BYTES, from_document};
use proptest::{collection::vec, prelude::*};

use crate::documents::{document, examples};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn opened(update: &[u8]) -> DraftText {
    DraftText::from_updates(9, [update].into_iter()).expect("a sound update")
}

/// Applies bytes that may be anything, and checks that a refusal changed nothing.
fn survives(text: &mut DraftText, bytes: &[u8]) -> Result<(), TestCaseError> {
    let before = (text.to_document().expect("it reads"), text.state_vector());
    match text.apply_update(bytes) {
        Ok(()) => {
            text.to_document().expect("it still reads");
            let state = text.encode_state().expect("it can still be stored");
            let again = DraftText::from_updates(10, [state.as_slice()].into_iter());
            prop_assert!(again.is_ok(), "what is stored opens: {:?}", again.err());
            let stored = DraftText::from_stored(10, [state.as_slice()].into_iter());
            prop_assert!(stored.is_ok(), "unexamined too: {:?}", stored.err());
        }
        Err(error) => {
            let after = (text.to_document().expect("it reads"), text.state_vector());
            prop_assert!(before == after, "{error} left something behind");
        }
    }
    Ok(())
}

#[test]
fn an_update_that_is_too_large_or_no_update_is_refused_by_name() {
    let mut text = DraftText::new(1).expect("a client id");
    let huge = vec![0; MAX_UPDATE_BYTES + 1];
    assert!(matches!(
        text.apply_update(&huge),
        Err(DraftError::UpdateTooLarge { .. })
    ));
    assert!(matches!(
        text.apply_update(b"hello"),
        Err(DraftError::MalformedUpdate { .. })
    ));
    assert!(matches!(
        text.apply_update(&[]),
        Err(DraftError::MalformedUpdate { .. })
    ));
    assert!(matches!(
        text.encode_diff(b"\xff\xff\xff\xff\x0f"),
        Err(DraftError::StateVector)
    ));
    for client_id in [0, 1 << 53, u64::MAX] {
        assert_eq!(
            DraftText::new(client_id).err(),
            Some(DraftError::ClientId(client_id))
        );
    }
}

#[test]
fn an_update_that_contradicts_the_text_leaves_it_as_it_was() {
    let text = OfficialDocument {
        title: "标题".into(),
        ..OfficialDocument::default()
    };
    let mut text = opened(&from_document(&text, 5).expect("it can be written"));
    let before = text.encode_state().expect("it can be stored");
    // Client 6 puts a node inside the characters of the title (client 5, clock 0).
    let update = [1, 1, 6, 0, 7, 0, 5, 0, 3, 1, b'p', 0];
    assert_eq!(text.apply_update(&update), Err(DraftError::Contradiction));
    assert_eq!(text.encode_state().expect("it can be stored"), before);
    text.apply_update(&fixture("concurrent-base.update"))
        .expect("the next one is taken");
}

#[test]
fn a_text_from_its_store_is_the_same_and_takes_and_refuses_the_same() {
    // The first two parts wait for the third.
    let parts =
        ["one-0", "two-0", "base"].map(|name| fixture(&format!("concurrent-{name}.update")));
    let slices = || parts.iter().map(Vec::as_slice);
    let examined = DraftText::from_updates(9, slices()).expect("sound updates");
    let mut stored = DraftText::from_stored(9, slices()).expect("a stored text");
    let state = |text: &DraftText| text.encode_state().expect("it can be stored");
    assert_eq!(state(&stored), state(&examined));
    assert!(!stored.has_pending());
    let before = state(&stored);
    // A node inside the characters of a text: the document is built anew from what was stored.
    let list = [
        1, 1, 7, 0, 4, 1, 4, b'b', b'o', b'd', b'y', 4, 0xf0, 0xa0, 0x80, 0x80, 0,
    ];
    assert_eq!(stored.apply_update(&list), Err(DraftError::Contradiction));
    assert_eq!(state(&stored), before);
    let waiting = DraftText::from_stored(9, slices().take(2)).expect("a stored text");
    assert!(waiting.has_pending(), "what waits still waits");
}

#[test]
fn characters_outside_a_text_are_refused_and_not_read_without_end() {
    let mut text = opened(&fixture("concurrent-base.update"));
    let before = text.encode_state().expect("it can be stored");
    for list in ["attachments", "body", "issued:attachments"] {
        // Client 7 puts a character of the second plane among the items of a list.
        let mut update = vec![1, 1, 7, 0, 4, 1, u8::try_from(list.len()).expect("short")];
        update.extend(list.as_bytes());
        update.extend([4, 0xf0, 0xa0, 0x80, 0x80, 0]);
        assert_eq!(
            text.apply_update(&update),
            Err(DraftError::Contradiction),
            "{list}"
        );
        assert_eq!(text.encode_state().expect("it can be stored"), before);
    }
}

#[test]
fn nodes_nested_by_many_small_updates_are_refused_too() {
    let mut text = DraftText::new(1).expect("a client id");
    let mut refused = 0;
    for clock in 0..80_u8 {
        let mut update = vec![1, 1, 7, clock];
        match clock {
            0 => update.extend([7, 1, 4, b'b', b'o', b'd', b'y', 3, 1, b'p', 0]),
            _ => update.extend([7, 0, 7, clock - 1, 3, 1, b'p', 0]),
        }
        refused += usize::from(text.apply_update(&update).is_err());
    }
    assert!(refused > 0, "a limit is met");
    assert!(text.to_document().is_ok());
}

#[test]
fn missing_predecessors_are_waited_for_but_not_without_end() {
    let mut text = DraftText::new(1).expect("a client id");
    text.apply_update(&fixture("concurrent-one-0.update"))
        .expect("it waits");
    assert!(text.has_pending());
    assert!(
        text.encode_state().expect("it can be stored").len() > 20,
        "what waits is stored too"
    );
    text.apply_update(&fixture("concurrent-base.update"))
        .expect("its predecessor");
    assert!(!text.has_pending());
    let mut waiting = DraftText::new(1).expect("a client id");
    let letters = "甲".repeat(1 << 20);
    let outcome = (0..8_u8).map(|client| {
        // A text behind an item of a client that nobody knows.
        let mut update = vec![1, 1, 20 + client, 0, 0x84, 99, client];
        let mut length = letters.len();
        while length >= 0x80 {
            update.push(u8::try_from(length & 0x7f).expect("seven bits") | 0x80);
            length >>= 7;
        }
        update.push(u8::try_from(length).expect("seven bits"));
        update.extend(letters.as_bytes());
        update.push(0);
        waiting.apply_update(&update)
    });
    assert!(
        outcome
            .into_iter()
            .any(|outcome| matches!(outcome, Err(DraftError::TooMuchPending { .. })))
    );
}

#[test]
fn a_title_of_ten_thousand_characters_with_everything_in_it_is_kept() {
    let title = "国𠮷👨‍👩‍👧\u{1}é".repeat(1000);
    let document = OfficialDocument {
        body: vec![Block::paragraph(title.clone())],
        title,
        ..OfficialDocument::default()
    };
    let mut text = opened(&from_document(&document, 5).expect("it can be written"));
    assert_eq!(text.to_document().expect("it reads").document, document);
    let shorter = OfficialDocument {
        title: "国".repeat(9_999),
        ..document
    };
    text.replace_with(&shorter).expect("it can be changed");
    assert_eq!(text.to_document().expect("it reads").document, shorter);
}

#[test]
fn what_one_desk_lacks_is_what_its_state_vector_asks_for() {
    let (_, document) = examples().swap_remove(5);
    let one = opened(&from_document(&document, 5).expect("it can be written"));
    let mut two = DraftText::new(6).expect("a client id");
    let missing = one
        .encode_diff(&two.state_vector())
        .expect("a state vector");
    two.apply_update(&missing).expect("taken");
    assert_eq!(two.to_document().expect("it reads").document, document);
    let nothing = one
        .encode_diff(&two.state_vector())
        .expect("a state vector");
    assert!(nothing.len() <= 2, "nothing is missing now");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_change_nothing_or_are_taken(bytes in vec(any::<u8>(), 0..200)) {
        let mut text = opened(&fixture("concurrent-base.update"));
        survives(&mut text, &bytes)?;
        let _ = text.encode_diff(&bytes);
    }

    #[test]
    fn mutated_updates_change_nothing_or_are_taken(
        name in prop::sample::select(vec![
            "drafted.update", "odd.update", "concurrent-base.update", "concurrent-one-0.update",
            "concurrent-two-0.update",
        ]),
        onto in any::<bool>(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = fixture(name);
        for (at, byte, kind) in changes {
            let at = at.index(bytes.len());
            match kind {
                0 => bytes.truncate(at.max(1)),
                1 => bytes.insert(at, byte),
                2 => bytes[at] ^= 1 << (byte % 8),
                _ => bytes[at] = byte,
            }
        }
        let mut text = if onto { opened(&fixture(name)) } else { DraftText::new(9).expect("a client id") };
        survives(&mut text, &bytes)?;
    }

    #[test]
    fn mutated_documents_change_nothing_or_are_taken(
        document in document(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = from_document(&document, 5).expect("it can be written");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut text = DraftText::new(9).expect("a client id");
        survives(&mut text, &bytes)?;
    }
}
