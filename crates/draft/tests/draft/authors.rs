//! Who wrote what, by the client ids that inserted it.

use andu_document::{Block, Cell, Edit, OfficialDocument, Row, Run, Table};
use andu_draft::{Authorship, DraftText, from_document};
use proptest::prelude::*;

use crate::documents::{document, examples};

fn replace(place: &str, start: usize, end: usize, text: &str) -> Edit {
    Edit::ReplaceText {
        place: place.into(),
        start,
        end,
        text: text.into(),
    }
}

fn by(place: &str, start: usize, end: usize, client_id: u64) -> Authorship {
    Authorship {
        place: place.into(),
        start,
        end,
        client_id,
    }
}

#[test]
fn each_character_belongs_to_the_session_that_typed_it() {
    let cell = |text: &str| Cell {
        runs: vec![Run::plain(text)],
        colspan: 1,
        rowspan: 1,
        align: None,
    };
    let document = OfficialDocument {
        title: "关于水利资金的通知".into(),
        body: vec![
            Block::Heading {
                level: 1,
                runs: vec![Run::plain("目标")],
                unnumbered: false,
                run_in: vec![Run::plain("明确到人。")],
            },
            Block::paragraph("𠮷庄水库\n另行通知。"),
            Block::Table(Table {
                caption: "附表".into(),
                rows: vec![Row {
                    cells: vec![cell("甲"), cell("乙")],
                }],
                ..Table::default()
            }),
        ],
        ..OfficialDocument::default()
    };
    let state = from_document(&document, 5).expect("it can be written");
    let mut draft = DraftText::from_updates(6, [state.as_slice()].into_iter()).expect("it opens");
    draft
        .apply_edits(&[
            replace("title", 2, 4, "防汛"),
            replace("body/0", 2, 2, "任务"),
            replace("body/1", 2, 2, "镇"),
            replace("body/2", 5, 6, "丙丁"),
        ])
        .expect("it fits");
    assert_eq!(
        draft.to_document().expect("it reads").document.body[2].text(),
        "附表\n甲\n丙丁"
    );
    assert_eq!(
        draft.attribution().expect("it can be told"),
        [
            by("title", 0, 2, 5),
            by("title", 2, 4, 6),
            by("title", 4, 9, 5),
            by("body/0", 0, 2, 5),
            by("body/0", 2, 4, 6),
            by("body/0", 4, 9, 5),
            by("body/1", 0, 2, 5),
            by("body/1", 2, 3, 6),
            by("body/1", 3, 11, 5),
            by("body/2", 3, 4, 5),
            by("body/2", 5, 7, 6),
        ]
    );
}

#[test]
fn an_example_written_at_once_is_all_by_its_writer() {
    for (name, document) in examples() {
        let state = from_document(&document, 5).expect("it can be written");
        let draft = DraftText::from_updates(6, [state.as_slice()].into_iter()).expect("it opens");
        let authors = draft.attribution().expect("it can be told");
        assert!(authors.iter().all(|author| author.client_id == 5), "{name}");
        if !document.title.is_empty() {
            let title = by("title", 0, document.title.chars().count(), 5);
            assert_eq!(authors.first(), Some(&title), "{name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ranges_stay_inside_the_texts_they_name(first in document(), second in document()) {
        let state = from_document(&first, 5).expect("it can be written");
        let mut draft = DraftText::from_updates(6, [state.as_slice()].into_iter()).expect("it opens");
        draft.replace_with(&second).expect("revised");
        let read = draft.to_document().expect("it reads").document;
        for author in draft.attribution().expect("it can be told") {
            let Some(index) = author.place.strip_prefix("body/").and_then(|at| at.parse::<usize>().ok())
            else { continue };
            let text = read.body[index].text();
            prop_assert!(author.start < author.end && author.end <= text.chars().count(), "{author:?}");
        }
    }
}
