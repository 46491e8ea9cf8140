use proptest::prelude::*;
use serde_json::json;

use super::*;

fn error(value: &Value) -> InputError {
    parse(&value.to_string()).expect_err("this input is wrong")
}

#[test]
fn an_unknown_field_is_named_with_its_path_and_the_one_meant() {
    let cases = [
        (json!({"titel": "x"}), "", "titel", Some("title")),
        (json!({"标题": "x"}), "", "标题", Some("title")),
        (
            json!({"mainRecipients": []}),
            "",
            "mainRecipients",
            Some("main_recipients"),
        ),
        (json!({"colour": "red"}), "", "colour", None),
        (
            json!({"issuers": [{"nam": "x"}]}),
            "issuers/0",
            "nam",
            Some("name"),
        ),
        (
            json!({"body": [{"type": "paragraph", "runs": [{"txt": "x"}]}]}),
            "body/0/runs/0",
            "txt",
            Some("text"),
        ),
    ];
    for (input, at, name, meant) in cases {
        let InputError::UnknownField {
            path,
            field,
            suggestion,
        } = error(&input)
        else {
            panic!("{input}: {:?}", error(&input));
        };
        assert_eq!((path.as_str(), field.as_str()), (at, name), "{input}");
        assert_eq!(suggestion.as_deref(), meant, "{input}");
    }
}

#[test]
fn a_wrong_date_is_said_to_be_one() {
    for wrong in ["2026-02-30", "2026年1月5日", "yesterday", ""] {
        let found = error(&json!({ "date_of_issue": wrong }));
        assert_eq!(
            found,
            InputError::Date {
                path: "date_of_issue".into(),
                found: wrong.into()
            }
        );
    }
    let imprint = json!({"imprint": {"name": "某办", "date": 20260105}});
    assert!(matches!(error(&imprint), InputError::Date { path, .. } if path == "imprint/date"));
}

#[test]
fn sizes_and_ranges_are_bounded() {
    let title = error(&json!({ "title": "题".repeat(10_000) }));
    assert!(
        matches!(title, InputError::TooLong { chars: 10_000, .. }),
        "{title:?}"
    );
    let many = error(&json!({ "main_recipients": vec!["某县人民政府"; ENTRIES + 1] }));
    assert!(matches!(many, InputError::TooMany { .. }), "{many:?}");
    let level = json!({"body": [{"type": "heading", "level": 5, "runs": []}]});
    let out = InputError::Range {
        path: "body/0/level".into(),
        found: 5,
        least: 1,
        most: 4,
    };
    assert_eq!(error(&level), out);
    let year = json!({"issue_number": {"authority_code": "某", "year": 26, "serial": 1}});
    assert!(matches!(error(&year), InputError::Range { found: 26, .. }));
    let span = json!({"body": [{"type": "table", "rows": [{"cells": [{"colspan": 4_000_000}]}]}]});
    assert!(matches!(error(&span), InputError::Range { .. }));
    let header = json!({"body": [{"type": "table", "rows": [], "header_rows": 3}]});
    assert!(matches!(error(&header), InputError::Range { found: 3, .. }));
    let crowded = format!("{{\"body\": [{}0]}}", "[],".repeat(2_100_000));
    assert!(matches!(parse(&crowded), Err(InputError::TooMany { .. })));
    let commas = json!({"note": ",[{\\\"".repeat(300)});
    assert!(
        parse(&commas.to_string()).is_ok(),
        "what stands in a string is no structure"
    );
    let large = parse(&" ".repeat(INPUT_BYTES + 1));
    assert!(matches!(large, Err(InputError::TooLarge { .. })));
}

#[test]
fn a_negative_number_is_shown_as_it_stands() {
    for (input, at, number, from) in [
        (json!({"copy_number": -5}), "copy_number", -5, 1),
        (
            json!({"issue_number": {"authority_code": "某", "year": -5, "serial": 1}}),
            "issue_number/year",
            -5,
            1000,
        ),
        (
            json!({"issue_number": {"authority_code": "某", "year": 2026, "serial": -1}}),
            "issue_number/serial",
            -1,
            1,
        ),
        (
            json!({"body": [{"type": "heading", "level": -2, "runs": []}]}),
            "body/0/level",
            -2,
            1,
        ),
    ] {
        let found = error(&input);
        assert!(
            matches!(&found, InputError::Range { path, found, least, .. }
                if path == at && *found == number && *least == from),
            "{input}: {found:?}"
        );
    }
}

#[test]
fn a_wrong_cell_is_named_by_its_row_and_its_place_in_it() {
    let table = |cell: Value| {
        let rows = json!([{"cells": [{}, {}]}, {"cells": [{}, {}, cell]}]);
        json!({"attachments": [{"title": "表", "body": [{"type": "page_break"}, {"type": "table", "rows": rows}]}]})
    };
    let at = "attachments/0/body/1/rows/1/cells/2";
    for (cell, place) in [
        (json!({"colspan": 0}), format!("{at}/colspan")),
        (json!({"colspan": -3}), format!("{at}/colspan")),
        (json!({"rowspan": "二"}), format!("{at}/rowspan")),
        (json!({"runs": [{"text": 7}]}), format!("{at}/runs/0/text")),
    ] {
        let found = error(&table(cell.clone()));
        let path = found.fields().into_iter().find(|(name, _)| *name == "path");
        assert_eq!(path.map(|(_, path)| path), Some(place), "{cell}: {found:?}");
    }
    let InputError::UnknownField { path, field, .. } = error(&table(json!({"text": "x"}))) else {
        panic!("an unknown field");
    };
    assert_eq!((path.as_str(), field.as_str()), (at, "text"));
}

#[test]
fn a_field_that_stands_twice_is_refused_by_name() {
    let twice = |text: &str| match parse(text) {
        Err(InputError::DuplicateField { path, field, line }) => (path, field, line),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        twice("{\"title\": \"甲\",\n\"note\": \"\",\n\"title\": \"乙\"}"),
        (String::new(), "title".into(), 3)
    );
    let deep =
        "{\"body\": [{\"type\": \"paragraph\", \"runs\": [{\"text\": \"甲\", \"text\": \"乙\"}]}]}";
    assert_eq!(twice(deep), ("body/0/runs/0".into(), "text".into(), 1));
}

#[test]
fn what_is_empty_or_too_deep_is_not_said_to_be_no_json() {
    for text in ["", " \n\t", "\u{feff}"] {
        assert_eq!(parse(text), Err(InputError::Empty), "{text:?}");
    }
    let deep = format!("{{\"body\": {}{}}}", "[".repeat(300), "]".repeat(300));
    assert!(
        matches!(parse(&deep), Err(InputError::TooDeep { .. })),
        "{:?}",
        parse(&deep)
    );
}

#[test]
fn control_characters_are_refused_with_their_position() {
    let at = |path: &str, position, code| InputError::ControlCharacter {
        path: path.into(),
        position,
        code,
    };
    assert_eq!(error(&json!({"title": "通\u{0}知"})), at("title", 1, 0));
    assert_eq!(
        error(&json!({"note": "此\u{202e}件"})),
        at("note", 1, 0x202e)
    );
    assert_eq!(
        error(&json!({"issuers": [{"name": "某\n县"}]})),
        at("issuers/0/name", 1, 10)
    );
    assert_eq!(
        error(&json!({"title": "\u{1f}"})).key(),
        "document.input.control_character"
    );
    let lines =
        parse("{\"title\": \"关于\\r\\n通知\", \"note\": \"𠀀😀\"}").expect("all printable");
    assert_eq!(
        (lines.title.as_str(), lines.note.as_str()),
        ("关于\n通知", "𠀀😀")
    );
}

#[test]
fn what_is_no_json_or_no_object_is_said_with_its_place() {
    let Err(InputError::Syntax { line, column, .. }) = parse("{\n  \"title\": }") else {
        panic!("not JSON")
    };
    assert_eq!((line, column), (2, 12));
    for wrong in ["[]", "7", "null", "\"text\"", ""] {
        assert!(parse(wrong).is_err(), "{wrong}");
    }
    assert!(parse(&"[".repeat(100_000)).is_err(), "depth is bounded");
    let kind = error(&json!({"document_type": "通知"}));
    assert!(matches!(kind, InputError::Value { ref path, .. } if path == "document_type"));
    let image = json!({"body": [{"type": "image", "media_type": "image/svg+xml", "data": "",
        "width_tenth_mm": 10}]});
    assert_eq!(
        error(&image),
        InputError::Image {
            path: "body/0".into()
        }
    );
}

#[test]
fn every_error_has_a_sentence_with_all_its_fields() {
    let catalogue: Value =
        serde_json::from_str(include_str!("../../../../assets/text/zh-CN/document.json"))
            .expect("the catalogue is JSON");
    let path = String::new;
    let all = [
        InputError::TooLarge { bytes: 1, limit: 1 },
        InputError::Empty,
        InputError::TooDeep {
            line: 1,
            column: 1,
            limit: 1,
        },
        InputError::DuplicateField {
            path: path(),
            field: path(),
            line: 1,
        },
        InputError::Syntax {
            line: 1,
            column: 1,
            reason: path(),
        },
        InputError::UnknownField {
            path: path(),
            field: path(),
            suggestion: None,
        },
        InputError::UnknownField {
            path: path(),
            field: path(),
            suggestion: Some(path()),
        },
        InputError::MissingField {
            path: path(),
            field: path(),
        },
        InputError::Date {
            path: path(),
            found: path(),
        },
        InputError::Value {
            path: path(),
            reason: path(),
        },
        InputError::TooLong {
            path: path(),
            chars: 1,
            limit: 1,
        },
        InputError::TooMany {
            path: path(),
            count: 1,
            limit: 1,
        },
        InputError::ControlCharacter {
            path: path(),
            position: 1,
            code: 1,
        },
        InputError::Range {
            path: path(),
            found: 1,
            least: 1,
            most: 1,
        },
        InputError::Image { path: path() },
    ];
    for error in all {
        let mut sentence = catalogue[error.key()]
            .as_str()
            .unwrap_or_else(|| panic!("no sentence for {}", error.key()))
            .to_owned();
        for (name, _) in error.fields() {
            sentence = sentence.replace(&format!("{{{name}}}"), "");
            // Who says the sentence names the place of the path.
            if name == "path" {
                sentence = sentence.replace("{place}", "");
            }
        }
        assert!(
            !sentence.contains(['{', '}']),
            "{}: {sentence}",
            error.key()
        );
    }
}

#[test]
fn the_schema_knows_the_elements_and_closes_them() {
    let schema = schema();
    assert_eq!(schema["additionalProperties"], json!(false));
    assert!(schema["properties"]["main_recipients"].is_object());
    assert_eq!(
        schema["$defs"]["DocumentType"]["oneOf"]
            .as_array()
            .map(Vec::len),
        Some(15)
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn what_is_written_reads_back(title in "[国〇a\n]{0,30}", serial in 1_u32..99_999) {
        let document = OfficialDocument {
            title,
            issue_number: Some(crate::IssueNumber {
                authority_code: "望政发".into(), year: 2026, serial,
            }),
            body: vec![Block::heading(2, "标题"), Block::paragraph("正文"), Block::PageBreak],
            ..OfficialDocument::default()
        };
        let text = serde_json::to_string(&document).expect("it serializes");
        prop_assert_eq!(parse(&text), Ok(document));
    }
}
