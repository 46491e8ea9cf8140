//! The frozen bytes of a document: the same for the same document, for ever.

use andu_document::{Block, Classification, ClassificationLevel, OfficialDocument, Run, Table};
use andu_draft::{DraftText, freeze, from_document, normal_form};
use proptest::prelude::*;

use crate::documents::{difference, document, examples};

#[test]
fn the_bytes_and_the_hash_of_these_documents_never_change() {
    let cell = andu_document::Cell {
        colspan: 1,
        rowspan: 1,
        ..Default::default()
    };
    let row = andu_document::Row { cells: vec![cell] };
    let document = OfficialDocument {
        title: "关于“𠮷庄”水库\n除险加固的通知".into(),
        letterhead_suffix: Some(String::new()),
        classification: Some(Classification {
            level: ClassificationLevel::Confidential,
            term: String::new(),
        }),
        body: vec![
            Block::Paragraph {
                runs: vec![
                    Run::plain("一"),
                    Run::plain("\t二\u{7f}"),
                    Run {
                        bold: true,
                        ..Run::plain("三")
                    },
                ],
                align: None,
            },
            Block::Table(Table {
                rows: vec![row],
                ..Table::default()
            }),
        ],
        ..OfficialDocument::default()
    };
    let frozen = freeze(&document);
    let expected = concat!(
        r#"{"body":[{"runs":[{"text":"一\t二"#,
        "\u{7f}",
        r#""},{"bold":true,"text":"三"}],"type":"paragraph"},{"rows":[{"cells":[{}]}],"type":"table"}],"#,
        r#""classification":{"level":"confidential"},"letterhead_suffix":"","title":"关于“𠮷庄”水库\n除险加固的通知"}"#,
    );
    assert_eq!(
        String::from_utf8(frozen.canonical_json).expect("UTF-8"),
        expected
    );
    assert_eq!(
        frozen.hash.to_string(),
        "8c921a28004c0dcc38bf0ef99a720f494af7989312c2f831a7fff0be399dddb4"
    );
    let empty = freeze(&OfficialDocument::default());
    assert_eq!(empty.canonical_json, b"{}");
    assert_eq!(empty.hash, andu_base::ContentHash::of(b"{}"));
}

#[test]
fn every_example_freezes_to_the_same_bytes_as_its_draft() {
    for (name, document) in examples() {
        let update = from_document(&document, 3).expect("it can be written");
        let text = DraftText::from_updates(4, [update.as_slice()].into_iter()).expect("it opens");
        let reading = text.to_document().expect("it reads");
        assert_eq!(freeze(&reading.document), freeze(&document), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn frozen_bytes_read_back_as_the_document(document in document()) {
        let frozen = freeze(&document);
        let read: OfficialDocument =
            serde_json::from_slice(&frozen.canonical_json).expect("canonical JSON is JSON");
        prop_assert_eq!(difference(&read, &normal_form(&document)), None);
        prop_assert_eq!(freeze(&read), frozen);
    }
}
