//! What yjs and y-tiptap write reads here as it stands there. The updates are made by
//! `tests/fixtures/make.mjs` with the real libraries; these tests need no Node.

use andu_document::{
    Align, Attachment, Block, Cell, DocumentType, Image, IssueNumber, IssuedText, Issuer,
    OfficialDocument, Row, Run, Table,
};
use andu_draft::{DraftText, Problem, Reason, from_document};

use crate::documents::{difference, examples};

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn opened(names: &[&str]) -> DraftText {
    let updates: Vec<Vec<u8>> = names.iter().map(|name| fixture(name)).collect();
    DraftText::from_updates(9, updates.iter().map(Vec::as_slice))
        .expect("JavaScript's updates are taken")
}

fn plain(text: &str) -> Vec<Run> {
    vec![Run::plain(text)]
}

fn drafted() -> OfficialDocument {
    let cell = |text: &str| Cell {
        runs: plain(text),
        colspan: 1,
        rowspan: 1,
        align: None,
    };
    let amount = Run {
        subscript: true,
        ..Run::plain("万元")
    };
    OfficialDocument {
        document_type: Some(DocumentType::Notice),
        copy_number: Some(1),
        issue_number: Some(IssueNumber {
            authority_code: "青县水发".into(),
            year: 2026,
            serial: 4_000_000_000,
        }),
        issuers: vec![Issuer {
            name: "青石县水利局".into(),
            ..Issuer::default()
        }],
        date_of_issue: Some("2026-11-21".parse().expect("a date")),
        main_recipients_in_imprint: true,
        title: "关于𠮷庄水库\n除险加固的通知".into(),
        body: vec![
            Block::Heading {
                level: 1,
                runs: plain("总体要求。"),
                unnumbered: false,
                run_in: vec![
                    Run::plain("各乡镇要抓好落实。"),
                    Run {
                        bold: true,
                        ..Run::plain("立即执行")
                    },
                ],
            },
            Block::Paragraph {
                runs: vec![
                    Run::plain("水位以"),
                    Run {
                        bold: true,
                        underline: true,
                        ..Run::plain("m")
                    },
                    Run {
                        superscript: true,
                        ..Run::plain("3")
                    },
                    Run::plain("计👨‍👩‍👧\n另行通知"),
                ],
                align: None,
            },
            Block::Paragraph {
                runs: plain("右"),
                align: Some(Align::Right),
            },
            Block::Centered {
                runs: plain("第一章 总则"),
            },
            Block::Table(Table {
                caption: "附表".into(),
                rows: vec![
                    Row {
                        cells: vec![
                            cell("项目"),
                            Cell {
                                runs: vec![Run::plain("金额"), amount],
                                align: Some(Align::Center),
                                ..cell("")
                            },
                        ],
                    },
                    Row {
                        cells: vec![Cell {
                            colspan: 2,
                            ..cell("甲\n乙")
                        }],
                    },
                ],
                header_rows: 1,
                widths: vec![120, 80],
                landscape: true,
            }),
            Block::Image(Image {
                media_type: "image/png".into(),
                data: "iVBORw0KGgo=".into(),
                width_tenth_mm: 800,
                alt: "示意图".into(),
            }),
            Block::PageBreak,
            Block::Paragraph {
                runs: vec![],
                align: None,
            },
        ],
        attachments: vec![Attachment {
            title: "任务清单".into(),
            body: vec![Block::paragraph("一项任务")],
            separate: false,
            landscape: true,
        }],
        issued_text: Some(IssuedText {
            title: "青石县水库管理办法".into(),
            subtitle: "2026年11月20日通过".into(),
            body: vec![Block::paragraph("办法正文")],
            attachments: vec![Attachment {
                title: "附表一".into(),
                separate: true,
                ..Attachment::default()
            }],
        }),
        ..OfficialDocument::default()
    }
}

#[test]
fn a_draft_made_by_the_editor_reads_in_full() {
    let reading = opened(&["drafted.update"]).to_document().expect("it reads");
    assert_eq!(reading.problems, []);
    assert_eq!(difference(&reading.document, &drafted()), None);
}

#[test]
fn what_does_not_fit_is_reported_by_its_place_and_the_rest_is_read() {
    let reading = opened(&["odd.update"]).to_document().expect("it reads");
    let document = &reading.document;
    let texts: Vec<String> = document.body.iter().map(Block::text).collect();
    assert_eq!(texts, ["第一段", "标题", "前后", "格"]);
    assert!(matches!(
        document.body[1],
        Block::Heading {
            level: 4,
            unnumbered: true,
            ..
        }
    ));
    assert_eq!(document.note, "联系人：张三");
    assert_eq!(
        (&document.issue_number, document.copy_number),
        (&None, None)
    );
    assert_eq!(document.attachments[1].body, [Block::paragraph("附件正文")]);
    let mut problems = reading.problems;
    problems.sort();
    let problem = |place: &str, reason| Problem {
        place: place.into(),
        reason,
    };
    assert_eq!(
        problems,
        [
            problem("attachments/0", Reason::WrongShape),
            problem("attachments/0", Reason::NoId),
            problem("body", Reason::UnknownElement),
            problem("body/1", Reason::UnknownNode),
            problem("body/1", Reason::OutOfRange),
            problem("body/2", Reason::UnknownNode),
            problem("body/2", Reason::BadImage),
            problem("body/3", Reason::OutOfRange),
            problem("colour", Reason::UnknownElement),
            problem("copy_number", Reason::WrongShape),
            problem("issue_number", Reason::WrongShape),
        ]
    );
}

#[test]
fn two_editors_of_one_moment_merge_here_as_they_do_in_javascript_in_any_order() {
    let merged: serde_json::Value =
        serde_json::from_slice(&fixture("concurrent-merged.json")).expect("JSON");
    for order in [
        ["base", "one-0", "one-1", "two-0", "two-1"],
        ["base", "two-0", "two-1", "one-0", "one-1"],
        ["one-1", "two-1", "one-0", "base", "two-0"],
    ] {
        let names = order.map(|part| format!("concurrent-{part}.update"));
        let text = opened(&names.each_ref().map(String::as_str));
        assert!(!text.has_pending(), "everything arrived: {order:?}");
        let document = text.to_document().expect("it reads").document;
        let body: Vec<String> = document.body.iter().map(Block::text).collect();
        assert_eq!(serde_json::json!(body), merged["body"], "{order:?}");
        assert_eq!(document.title, merged["title"], "{order:?}");
        assert_eq!(document.note, merged["note"], "{order:?}");
        let Block::Paragraph { runs, .. } = &document.body[0] else {
            panic!("a paragraph")
        };
        assert_eq!(
            runs[1],
            Run {
                bold: true,
                ..Run::plain("人民政府")
            }
        );
    }
}

/// Writes what `make.mjs check` reads: `ANDU_DRAFT_OUT=FOLDER cargo test … -- --ignored`.
#[test]
#[ignore = "writes a folder for the check in JavaScript"]
#[expect(
    clippy::disallowed_methods,
    reason = "a tool for people: the folder comes from its caller"
)]
fn examples_are_written_for_the_check_in_javascript() {
    let folder = std::path::PathBuf::from(std::env::var("ANDU_DRAFT_OUT").expect("a folder"));
    std::fs::create_dir_all(&folder).expect("a writable folder");
    let examples = examples()
        .into_iter()
        .chain([("drafted.json".to_owned(), drafted())]);
    for (name, document) in examples {
        let update = from_document(&document, 11).expect("it can be written");
        std::fs::write(folder.join(name.replace(".json", ".update")), update).expect("written");
        let mut revised = opened(&["drafted.update"]);
        revised.replace_with(&document).expect("it can be revised");
        let state = revised.encode_state().expect("it can be stored");
        std::fs::write(folder.join(name.replace(".json", "-revised.update")), state)
            .expect("written");
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let all = group
            .iter()
            .fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        let all = all << (8 * (3 - group.len()));
        for digit in 0..4 {
            text.push(if digit <= group.len() {
                char::from(DIGITS[(all >> (18 - 6 * digit) & 63) as usize])
            } else {
                '='
            });
        }
    }
    text
}

fn unbase64(text: &str) -> Vec<u8> {
    let digit = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.bytes().filter(|c| *c != b'=').map(digit).collect();
    let mut bytes = Vec::new();
    for group in digits.chunks(4) {
        let all = group
            .iter()
            .fold(0_u32, |all, six| all << 6 | u32::from(*six));
        let all = (all << (6 * (4 - group.len()))).to_be_bytes();
        bytes.extend(&all[1..group.len()]);
    }
    bytes
}

#[test]
fn what_three_editors_typed_at_once_reads_here_as_in_javascript_whatever_came_first() {
    let stream: serde_json::Value =
        serde_json::from_slice(&fixture("yjs-stream.json")).expect("JSON");
    let updates: Vec<Vec<u8>> = stream["updates"]
        .as_array()
        .expect("updates")
        .iter()
        .map(|update| unbase64(update.as_str().expect("Base64")))
        .collect();
    assert!(updates.len() > 200, "a stream, not an example");
    let mut backward = updates.clone();
    backward.reverse();
    for order in [&updates, &backward] {
        let text = DraftText::from_updates(9, order.iter().map(Vec::as_slice)).expect("taken");
        assert!(!text.has_pending(), "everything arrived");
        let document = text.to_document().expect("it reads").document;
        assert_eq!(document.title, stream["title"]);
        assert_eq!(document.body[0].text(), stream["body"]);
        for (client, clock) in stream["vector"].as_object().expect("a vector") {
            let here = text.clock_of(client.parse().expect("an id"));
            assert_eq!(serde_json::json!(here), *clock, "clocks of {client}");
        }
    }
}

/// What two people write here at once, in the words the stream from JavaScript has, as updates and as what
/// they come to. The page's own tests read it with Yjs.
fn stream_for_javascript() -> serde_json::Value {
    let document = |title: &str, body: &[String]| OfficialDocument {
        title: title.to_owned(),
        body: body.iter().map(Block::paragraph).collect(),
        ..OfficialDocument::default()
    };
    let begun = document(
        "关于𠮷庄的通知",
        &["请各乡镇𠮷庄报送。".into(), "特此通知。".into()],
    );
    let state = from_document(&begun, 1).expect("it can be written");
    let begin = |client| DraftText::from_updates(client, std::iter::once(state.as_slice()));
    let mut people = [begin(2001).expect("a text"), begin(2002).expect("a text")];
    let words = ["防汛", "𠮷", "👨‍👩‍👧", "㐀", "e\u{301}", "𡃁村", "12", "。"];
    let mut updates = vec![state.clone()];
    for round in 0..40_usize {
        let mut made = Vec::new();
        for (at, person) in people.iter_mut().enumerate() {
            let mut now = person.to_document().expect("it reads").document;
            let count = now.body.len();
            let block = (round * 7 + at * 3) % count;
            let mut said: Vec<char> = now.body[block].text().chars().collect();
            let place = (round * 5 + at) % (said.len() + 1);
            match (round + at) % 5 {
                0 if said.len() > 2 => drop(said.remove(place.min(said.len() - 1))),
                1 if count < 8 => now.body.insert(block, Block::paragraph(words[round % 8])),
                _ => drop(said.splice(place..place, words[(round + at) % 8].chars())),
            }
            let at_block = now.body.len() - count + block;
            now.body[at_block] = Block::paragraph(said.into_iter().collect::<String>());
            if round % 9 == at {
                now.title.push_str(words[(round + 3) % 8]);
            }
            made.push(person.replace_with(&now).expect("an update"));
        }
        // They hear of each other every third round: between them they are apart.
        updates.extend(made);
        if round % 3 == 2 || round == 39 {
            for person in &mut people {
                for update in &updates {
                    person.apply_update(update).expect("an update that fits");
                }
            }
        }
    }
    let [one, two] = people.map(|text| text.to_document().expect("it reads").document);
    assert_eq!(one, two, "they agree among themselves");
    let body: Vec<String> = one.body.iter().map(Block::text).collect();
    let updates: Vec<String> = updates.iter().map(|update| base64(update)).collect();
    serde_json::json!({ "title": one.title, "body": body, "updates": updates })
}

#[test]
fn the_stream_that_the_page_reads_is_the_one_that_is_written_here() {
    let kept: serde_json::Value =
        serde_json::from_slice(&fixture("yrs-stream.json")).expect("JSON");
    let made = stream_for_javascript();
    assert_eq!(kept["title"], made["title"]);
    assert_eq!(kept["body"], made["body"]);
    assert_eq!(kept["updates"], made["updates"], "byte for byte");
}

/// Writes it anew: `ANDU_DRAFT_OUT=crates/draft/tests/fixtures cargo test … -- --ignored`.
#[test]
#[ignore = "writes a fixture"]
#[expect(
    clippy::disallowed_methods,
    reason = "a tool for people: the folder comes from its caller"
)]
fn the_stream_for_the_page_is_written() {
    let folder = std::path::PathBuf::from(std::env::var("ANDU_DRAFT_OUT").expect("a folder"));
    let stream = serde_json::to_vec_pretty(&stream_for_javascript()).expect("JSON");
    std::fs::write(folder.join("yrs-stream.json"), stream).expect("written");
}
