//! A fix changes what it names and nothing else; others' work of the same moment stays.

use andu_document::{Align, Block, Edit, OfficialDocument, Run};
use andu_draft::{DraftError, DraftText, from_document, normal_form};
use proptest::prelude::*;
use serde_json::json;

use crate::documents::{body, difference, document, examples};

fn opened(document: &OfficialDocument, client_id: u64) -> (DraftText, Vec<u8>) {
    let state = from_document(document, 5).expect("it can be written");
    let text =
        DraftText::from_updates(client_id, [state.as_slice()].into_iter()).expect("it opens");
    (text, state)
}

fn read(text: &DraftText) -> OfficialDocument {
    text.to_document().expect("it reads").document
}

fn replace(place: &str, start: usize, end: usize, text: &str) -> Edit {
    Edit::ReplaceText {
        place: place.into(),
        start,
        end,
        text: text.into(),
    }
}

#[test]
fn a_fix_counts_in_characters_also_behind_emoji_and_extension_b() {
    let text = "𠮷庄水库👨‍👩‍👧由2026年1月起";
    let bold = Run {
        bold: true,
        ..Run::plain("，务必落实")
    };
    let runs = vec![Run::plain(text), bold.clone()];
    let document = OfficialDocument {
        body: vec![
            Block::Paragraph { runs, align: None },
            Block::paragraph("不动"),
        ],
        ..OfficialDocument::default()
    };
    let (mut draft, _) = opened(&document, 6);
    let at = text.chars().position(|c| c == '由').expect("it is there");
    let update = draft
        .apply_edits(&[replace("body/0", at, at + 1, "自")])
        .expect("it fits");
    let Block::Paragraph { runs, .. } = &read(&draft).body[0] else {
        panic!("a paragraph")
    };
    assert_eq!(runs, &[Run::plain("𠮷庄水库👨‍👩‍👧自2026年1月起"), bold]);
    assert!(update.len() < 60, "one character is {} bytes", update.len());
}

#[test]
fn a_fix_and_an_edit_of_the_same_moment_both_stay() {
    let document = OfficialDocument {
        title: "关于水利资金的通知".into(),
        body: vec![
            Block::paragraph("请于12月底前报送。"),
            Block::paragraph("特此通知。"),
        ],
        ..OfficialDocument::default()
    };
    let (mut one, state) = opened(&document, 6);
    let mut two = DraftText::from_updates(7, [state.as_slice()].into_iter()).expect("it opens");
    let fix = one
        .apply_edits(&[
            replace("body/0", 7, 7, "书面"),
            replace("title", 2, 4, "防汛"),
            Edit::SetElement {
                place: "urgency".into(),
                value: json!("urgent"),
            },
        ])
        .expect("it fits");
    let other = two.apply_edits(&[
        replace("body/0", 0, 1, "各乡镇"),
        replace("body/1", 0, 2, "现予"),
    ]);
    let other = other.expect("it fits");
    one.apply_update(&other).expect("taken");
    two.apply_update(&fix).expect("taken");
    let merged = read(&one);
    assert_eq!(difference(&merged, &read(&two)), None);
    let texts: Vec<_> = merged.body.iter().map(Block::text).collect();
    assert_eq!(texts, ["各乡镇于12月底前书面报送。", "现予通知。"]);
    assert_eq!(merged.title, "关于防汛资金的通知");
    assert!(merged.urgency.is_some());
}

#[test]
fn an_edit_that_does_not_fit_leaves_the_text_as_it_was() {
    let (_, document) = examples().swap_remove(3);
    let (mut draft, _) = opened(&document, 6);
    let before = draft.encode_state().expect("it can be stored");
    for edit in [
        replace("body/9999", 0, 1, "x"),
        replace("title", 5, 9999, "x"),
        Edit::SetElement {
            place: "urgency".into(),
            value: json!("soon"),
        },
    ] {
        let edits = [replace("title", 0, 0, "不会留下"), edit];
        assert!(
            matches!(draft.apply_edits(&edits), Err(DraftError::Edit(_))),
            "{edits:?}"
        );
    }
    assert_eq!(draft.encode_state().expect("it can be stored"), before);
}

#[test]
fn an_element_that_is_emptied_leaves_no_key_behind() {
    let (_, document) = examples().swap_remove(0);
    let (mut draft, _) = opened(&document, 6);
    draft
        .apply_edits(&[Edit::SetElement {
            place: "issuers".into(),
            value: json!([]),
        }])
        .expect("it fits");
    assert_eq!(
        read(&draft),
        OfficialDocument {
            issuers: vec![],
            ..document
        }
    );
}

#[test]
fn a_restored_version_changes_only_the_blocks_that_differ() {
    let (_, document) = examples()
        .into_iter()
        .find(|(name, _)| name == "regulation-notice.json")
        .expect("the long example");
    let (mut draft, _) = opened(&document, 6);
    let whole = draft.encode_state().expect("it can be stored").len();
    let mut changed = document.clone();
    let issued = changed.issued_text.as_mut().expect("the regulation");
    issued.body.remove(20);
    issued.body.insert(30, Block::paragraph("新的一条。"));
    if let Block::Paragraph { align, .. } = &mut issued.body[40] {
        *align = Some(Align::Center);
    }
    let update = draft.replace_with(&changed).expect("it can be revised");
    assert_eq!(difference(&read(&draft), &changed), None);
    assert!(
        update.len() < 400 && whole > 20_000,
        "{} of {whole} bytes",
        update.len()
    );
    let back = draft.replace_with(&document).expect("and restored");
    assert_eq!(difference(&read(&draft), &document), None);
    assert!(back.len() < 1200, "{} bytes", back.len());
    assert!(
        draft.replace_with(&document).expect("again").len() <= 2,
        "nothing left to change"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_revisions_of_one_moment_leave_both_desks_with_the_same_text(
        first in document(),
        one_body in body(),
        other in document(),
    ) {
        let (mut one, state) = opened(&first, 6);
        let mut two = DraftText::from_updates(7, [state.as_slice()].into_iter()).expect("it opens");
        let revised = OfficialDocument { body: one_body, ..normal_form(&first) };
        let from_one = one.replace_with(&revised).expect("revised");
        let from_two = two.replace_with(&other).expect("revised");
        one.apply_update(&from_two).expect("taken");
        two.apply_update(&from_one).expect("taken");
        prop_assert_eq!(difference(&read(&one), &read(&two)), None);
    }
}
