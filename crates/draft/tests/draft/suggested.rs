//! Suggestions that the editor made, alone and with another, read, listed, decided and shown as the editor has them. The
//! texts are made by `ui/src/features/drafting/suggest/agreement.test.ts`.

use andu_document::{
    Block, OfficialDocument,
    body::{Align, Change},
};
use andu_draft::{Choice, DraftError, DraftText, SuggestedAct, compare, freeze, from_document};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    state: String,
    accepted: Vec<String>,
    original: Vec<String>,
    partly: Partly,
    suggestions: Vec<Told>,
}

#[derive(Deserialize)]
struct Partly {
    accepted: Vec<String>,
    original: Vec<String>,
}

#[derive(Deserialize, PartialEq, Debug)]
struct Told {
    id: String,
    author: String,
    inserted: String,
    deleted: String,
}

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(format!("{FOLDER}/suggestions.json")).expect("a fixture");
    serde_json::from_str(&text).expect("cases")
}

/// Base64 without a library: what `btoa` makes.
fn bytes(text: &str) -> Vec<u8> {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut made = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let value = SIGNS.iter().position(|sign| *sign == byte).expect("base64");
        held = held << 6 | u32::try_from(value).expect("six bits");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            made.push((held >> bits & 0xff) as u8);
        }
    }
    made
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let held = (0..3).fold(0_u32, |held, at| {
            held << 8 | u32::from(*group.get(at).unwrap_or(&0))
        });
        for at in 0..4 {
            if at <= group.len() {
                text.push(char::from(SIGNS[(held >> (18 - 6 * at) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn opened(case: &Case) -> DraftText {
    let state = bytes(&case.state);
    DraftText::from_updates(9, std::iter::once(state.as_slice()))
        .expect("the editor's updates are taken")
}

/// The lines of a body as the editor's test writes them. An empty line alone is an empty body.
fn lines(document: &OfficialDocument) -> Vec<String> {
    let line = |block: &Block| {
        let kind = match block {
            Block::Paragraph { align, .. } => match align {
                None => "paragraph",
                Some(Align::Left) => "left",
                Some(Align::Center) => "center",
                Some(Align::Right) => "right",
            }
            .to_owned(),
            Block::Heading {
                level, unnumbered, ..
            } => format!("{}{level}", if *unnumbered { "plain" } else { "heading" }),
            Block::Centered { .. } => "centered".to_owned(),
            Block::Table(_) => "table".to_owned(),
            Block::Image(_) => "image".to_owned(),
            Block::PageBreak => "pageBreak".to_owned(),
        };
        let text = match block {
            Block::Image(_) => String::new(),
            block => block.text(),
        };
        format!("{kind}: {text}")
    };
    let found: Vec<String> = document.body.iter().map(line).collect();
    if found.is_empty() {
        vec!["paragraph: ".to_owned()]
    } else {
        found
    }
}

#[test]
fn what_the_editor_suggests_reads_here_as_there() {
    for (index, case) in cases().iter().enumerate() {
        let text = opened(case);
        let accepted = text.accepted().expect("a text");
        assert_eq!(accepted.problems, [], "case {index}");
        assert_eq!(lines(&accepted.document), case.accepted, "case {index}");
        let original = text.original().expect("a text");
        assert_eq!(original.problems, [], "case {index}");
        assert_eq!(lines(&original.document), case.original, "case {index}");
        assert_eq!(text.to_document().expect("a text"), accepted);
        let told: Vec<Told> = text
            .suggestions()
            .expect("a list")
            .into_iter()
            .map(|one| Told {
                id: one.trace.id,
                author: one.trace.author,
                inserted: one.inserted,
                deleted: one.deleted,
            })
            .collect();
        assert_eq!(told, case.suggestions, "case {index}");
    }
}

#[test]
fn deciding_one_persons_leaves_the_others() {
    for (index, case) in cases().iter().enumerate() {
        let mut text = opened(case);
        match text.decide(&Choice::Author("甲".into()), true) {
            Ok(_) => {}
            Err(DraftError::NoSuchSuggestion) => continue,
            Err(error) => panic!("case {index}: {error}"),
        }
        let left = text.suggestions().expect("a list");
        assert!(
            left.iter().all(|one| one.trace.author == "乙"),
            "case {index}"
        );
        assert_eq!(
            lines(&text.accepted().expect("a text").document),
            case.partly.accepted,
            "case {index}"
        );
        assert_eq!(
            lines(&text.original().expect("a text").document),
            case.partly.original,
            "case {index}"
        );
    }
}

#[test]
fn deciding_one_after_another_comes_to_the_same() {
    for (index, case) in cases().iter().enumerate() {
        for (accept, wanted) in [(false, &case.original), (true, &case.accepted)] {
            let mut text = opened(case);
            let state = text.encode_state().expect("a state");
            let mut told = Vec::new();
            while !text.suggestions().expect("a list").is_empty() {
                told.push(text.decide(&Choice::All, accept).expect("a decision"));
            }
            assert_eq!(told.len(), 1, "all are decided at once, case {index}");
            assert_eq!(
                lines(&text.to_document().expect("a text").document),
                *wanted,
                "case {index}"
            );
            let updates = std::iter::once(&state).chain(&told).map(Vec::as_slice);
            let other = DraftText::from_updates(10, updates).expect("the update is taken");
            assert_eq!(
                lines(&other.to_document().expect("a text").document),
                *wanted,
                "case {index}"
            );
        }
    }
}

#[test]
fn a_rejected_suggestion_is_gone_whichever_comes_first() {
    for (index, case) in cases().iter().enumerate() {
        let mut text = opened(case);
        while let Some(one) = text.suggestions().expect("a list").pop() {
            text.decide(&Choice::One(one.trace.id), false)
                .expect("a decision");
        }
        assert_eq!(
            lines(&text.to_document().expect("a text").document),
            case.original,
            "case {index}"
        );
    }
}

#[test]
fn a_marked_copy_holds_both_texts() {
    let mut seen = 0;
    for (index, case) in cases().iter().enumerate() {
        let traced = opened(case).traced().expect("a copy");
        let runs = |block: &Block| match block {
            Block::Paragraph { runs, .. } | Block::Centered { runs } => runs.clone(),
            Block::Heading { runs, run_in, .. } => [runs.clone(), run_in.clone()].concat(),
            Block::Table(table) => {
                let cells = table.rows.iter().flat_map(|row| &row.cells);
                cells.flat_map(|cell| cell.runs.clone()).collect()
            }
            Block::Image(_) | Block::PageBreak => Vec::new(),
        };
        let runs: Vec<_> = traced.document.body.iter().flat_map(runs).collect();
        let words = |left_out: Change| -> String {
            let kept = runs.iter().filter(|run| run.change != Some(left_out));
            let text: String = kept.map(|run| run.text.as_str()).collect();
            text.replace(['¶', '↵', '\n'], "")
        };
        let plain = |lines: &[String]| -> String {
            let text = lines.iter().filter_map(|line| line.split_once(": "));
            text.map(|(_, words)| words.replace('\n', "")).collect()
        };
        assert_eq!(
            words(Change::Deleted),
            plain(&case.accepted),
            "case {index}"
        );
        for run in &runs {
            assert_eq!(
                run.change.is_some(),
                run.by.is_some(),
                "whose change it is, case {index}"
            );
            if let Some(by) = run.by {
                assert!(
                    traced.people.iter().any(|one| one.number == by),
                    "case {index}"
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "the cases have suggestions: {seen}");
}

#[test]
fn an_undecided_text_is_not_frozen_and_not_corrected() {
    let cases = cases();
    let case = cases
        .iter()
        .find(|case| case.suggestions.len() > 2)
        .expect("suggestions");
    let mut text = opened(case);
    let count = case.suggestions.len();
    assert_eq!(
        text.freeze_decided(),
        Err(DraftError::OpenSuggestions { count })
    );
    assert_eq!(
        text.apply_edits(&[]),
        Err(DraftError::OpenSuggestions { count })
    );
    text.decide(&Choice::All, true).expect("a decision");
    let frozen = text.freeze_decided().expect("decided");
    assert_eq!(
        frozen,
        freeze(&text.to_document().expect("a text").document)
    );
    assert_eq!(
        text.decide(&Choice::All, true),
        Err(DraftError::NoSuchSuggestion)
    );
}

#[test]
fn restoring_a_version_settles_what_was_suggested() {
    for case in cases() {
        let mut text = opened(&case);
        let target = OfficialDocument {
            body: vec![
                Block::paragraph("各乡镇要抓好落实。"),
                Block::heading(1, "其他"),
            ],
            ..OfficialDocument::default()
        };
        text.replace_with(&target).expect("an edit");
        assert_eq!(text.to_document().expect("a text").document, target);
        assert_eq!(text.suggestions(), Ok(Vec::new()));
    }
}

#[test]
fn whole_blocks_are_told() {
    let first = &cases()[0];
    let acts: Vec<SuggestedAct> = opened(first)
        .suggestions()
        .expect("a list")
        .into_iter()
        .flat_map(|one| one.acts)
        .collect();
    for wanted in [
        SuggestedAct::BlockInserted {
            block: "table".into(),
        },
        SuggestedAct::BlockDeleted {
            block: "table".into(),
        },
        SuggestedAct::BlockInserted {
            block: "image".into(),
        },
    ] {
        assert!(acts.contains(&wanted), "{wanted:?} in {acts:?}");
    }
}

#[test]
fn a_text_without_suggestions_is_its_own_original_and_copy() {
    for (name, document) in crate::documents::examples() {
        let state = from_document(&document, 5).expect("a text");
        let text = DraftText::from_updates(6, std::iter::once(state.as_slice())).expect("a text");
        let read = text.to_document().expect("a text").document;
        assert_eq!(text.original().expect("a text").document, read, "{name}");
        let traced = text.traced().expect("a copy");
        assert_eq!(
            (traced.document, traced.people.len(), traced.blocks.len()),
            (read.clone(), 0, 0),
            "{name}"
        );
        assert_eq!(
            text.freeze_decided().expect("decided"),
            freeze(&read),
            "{name}"
        );
        assert_eq!(compare(&read, &read).places(), Vec::<String>::new());
    }
}

/// What the editor's test reads: the update by which 甲's suggestions are accepted here, for each case.
#[test]
#[ignore = "writes a fixture"]
fn write_what_was_decided() {
    let decided: Vec<String> = cases()
        .iter()
        .map(|case| {
            let mut text = opened(case);
            let made = text.decide(&Choice::Author("甲".into()), true);
            base64(&made.unwrap_or_else(|_| vec![0, 0]))
        })
        .collect();
    let text = serde_json::to_string_pretty(&decided).expect("JSON");
    std::fs::write(format!("{FOLDER}/settled.json"), format!("{text}\n")).expect("a fixture");
}
