//! A .docx of our own comes back exactly, and what was changed in it elsewhere is asked about.

use std::io::{Cursor, Read as _, Write as _};

use andu_base::Date;
use andu_document::{
    Align, Attachment, Block, Disclosure, Issuer, OfficialDocument, Run, SealStyle,
};
use andu_office::{
    Limits, RecogniseContext, Recognised, docx, recognise,
    recognise::{Ask, How},
};
use serde_json::Value;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::examples;

fn written(document: &OfficialDocument) -> Vec<u8> {
    docx::write(document, &docx::WriteOptions::default()).expect("writes")
}

fn import(bytes: &[u8]) -> Recognised {
    let text = docx::read(bytes, &Limits::default()).expect("reads");
    let context = RecogniseContext {
        vocabulary: vec!["望溪县水务局".to_owned(), "县政府各部门".to_owned()],
    };
    recognise(&text, &context)
}

/// The parts of the package, after `change` had each by its name.
fn changed(bytes: &[u8], change: impl Fn(&str, String) -> Option<String>) -> Vec<u8> {
    let mut old = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("unpacks");
        let content = match String::from_utf8(content) {
            Ok(text) => change(&name, text).map(String::into_bytes),
            Err(binary) => Some(binary.into_bytes()),
        };
        if let Some(content) = content {
            new.start_file(name, SimpleFileOptions::default())
                .expect("a part");
            new.write_all(&content).expect("packs");
        }
    }
    new.finish().expect("a package").into_inner()
}

/// The text of the pages changed as a person would in Word.
fn typed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let made = changed(bytes, |name, text| {
        Some(match name {
            "word/document.xml" => text.replace(from, to),
            _ => text,
        })
    });
    assert_ne!(made, bytes, "{from} stands on the page");
    made
}

/// The document as JSON with neighbouring runs of one look joined: the page shows no seam.
fn value(document: &OfficialDocument) -> Value {
    fn join(value: &mut Value) {
        match value {
            Value::Array(list) => {
                list.iter_mut().for_each(join);
                let mut joined: Vec<Value> = Vec::new();
                for one in std::mem::take(list) {
                    let text = |value: &Value| value["text"].as_str().map(str::to_owned);
                    let look = |value: &Value| {
                        let mut look = value.clone();
                        look["text"] = Value::Null;
                        look
                    };
                    match joined.last_mut() {
                        Some(last) if text(&one).is_some() && look(last) == look(&one) => {
                            let whole =
                                text(last).unwrap_or_default() + &text(&one).unwrap_or_default();
                            last["text"] = whole.into();
                        }
                        _ => joined.push(one),
                    }
                }
                *list = joined;
            }
            Value::Object(map) => map.values_mut().for_each(join),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(document).expect("JSON");
    join(&mut value);
    value
}

fn differences(ours: &OfficialDocument, theirs: &OfficialDocument) -> Vec<String> {
    let (ours, theirs) = (value(ours), value(theirs));
    let names = ours.as_object().expect("a document").keys();
    names
        .filter(|name| ours[*name] != theirs[*name])
        .map(|name| format!("{name}\n  wrote {}\n  read  {}", ours[name], theirs[name]))
        .collect()
}

fn asked(found: &Recognised) -> Vec<(&str, Ask)> {
    let questions = found.questions.iter();
    questions.map(|one| (one.place.as_str(), one.ask)).collect()
}

#[test]
fn each_example_comes_back_exactly_but_for_what_stays_here() {
    let mut wrong = Vec::new();
    for (name, mut document) in examples::all() {
        let mut found = import(&written(&document));
        if document.disclosure.take().is_some() {
            let stayed = found
                .questions
                .extract_if(.., |one| one.ask == Ask::StayedHere);
            assert_eq!(stayed.count(), 1, "{name} asks for what it did not carry");
        }
        let different = differences(&document, &found.document);
        wrong.extend(different.into_iter().map(|what| format!("{name} {what}")));
        for question in found.questions {
            wrong.push(format!("{name} asks {question:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_page_does_not_show_comes_back_exactly() {
    let document = OfficialDocument {
        issuers: vec![
            Issuer {
                name: "望溪县水务局".into(),
                signature: "望溪县水利局".into(),
                ..Issuer::default()
            },
            Issuer {
                name: "望溪县财政局".into(),
                ..Issuer::default()
            },
        ],
        title: "关于有关事项的通知".into(),
        main_recipients: vec!["各镇水利站、财政所".into()],
        body: vec![
            Block::paragraph("1.这一段不是标题"),
            Block::Paragraph {
                runs: Vec::new(),
                align: None,
            },
            Block::Heading {
                level: 3,
                runs: vec![Run::plain("压实责任，加强领导，明确分工。")],
                unnumbered: false,
                run_in: vec![Run::plain("各镇要落实。")],
            },
            Block::Paragraph {
                runs: vec![Run::plain("（一）")],
                align: Some(Align::Left),
            },
            Block::PageBreak,
            Block::paragraph("以上事项，请遵照执行。"),
        ],
        attachments: vec![Attachment {
            title: "名单".into(),
            ..Attachment::default()
        }],
        seal: SealStyle::None,
        date_of_issue: Some(Date::constant(2026, 11, 6)),
        disclosure: Some(Disclosure::OnRequest),
        handling_mark: "内部".into(),
        copy_recipients: vec!["县委办公室".into(), "县人武部（动员科，后勤科）".into()],
        ..OfficialDocument::default()
    };
    let found = import(&written(&document));
    let stayed = OfficialDocument {
        disclosure: None,
        handling_mark: String::new(),
        ..document
    };
    let different = differences(&stayed, &found.document);
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert_eq!(
        asked(&found),
        [
            ("disclosure", Ask::StayedHere),
            ("handling_mark", Ask::StayedHere)
        ]
    );
    let date = found.found.iter().find(|one| one.place == "date_of_issue");
    assert_eq!(
        date.map(|one| (one.how, one.text.as_str())),
        Some((How::Recorded, "2026-11-06")),
        "what the record gave back is said"
    );
}

#[test]
fn what_cannot_be_given_back_is_asked_about() {
    // A body that ends as a document does.
    let document = OfficialDocument {
        title: "关于有关事项的通知".into(),
        body: vec![
            Block::paragraph("请按下列样式落款。"),
            Block::paragraph("望溪县水务局"),
            Block::paragraph("2026年11月5日"),
        ],
        attachments: vec![Attachment {
            title: "名单".into(),
            ..Attachment::default()
        }],
        seal: SealStyle::None,
        date_of_issue: Some(Date::constant(2026, 11, 6)),
        ..OfficialDocument::default()
    };
    let found = import(&written(&document));
    let (ours, theirs) = (value(&document), value(&found.document));
    for name in ours.as_object().expect("a document").keys() {
        let asked = found
            .questions
            .iter()
            .any(|one| one.place.starts_with(name.as_str()));
        assert!(
            ours[name] == theirs[name] || asked,
            "{name} is altered without a word: {:?}",
            found.questions
        );
    }
    assert_ne!(ours, theirs, "nothing is left to ask about");
}

#[test]
fn what_was_changed_in_word_holds_and_is_asked_about() {
    let all = examples::all();
    let example = |wanted: &str| {
        let found = all.iter().find(|(name, _)| name == wanted);
        found.expect("an example").1.clone()
    };
    let notice = example("joint-notice");
    let bytes = typed(&written(&notice), "财政局、水务局：", "财政局：");
    let found = import(&bytes);
    assert_ne!(found.document.main_recipients, notice.main_recipients);
    assert!(
        found
            .document
            .main_recipients
            .join("、")
            .ends_with("财政局"),
        "{:?}",
        found.document.main_recipients
    );
    assert_eq!(
        asked(&found),
        [
            ("disclosure", Ask::StayedHere),
            ("main_recipients", Ask::NotRestored)
        ]
    );

    let minutes = example("minutes");
    let bytes = typed(&written(&minutes), "会议", "会商");
    let found = import(&bytes);
    assert_eq!(
        found.document.date_of_issue, minutes.date_of_issue,
        "what was not changed comes back"
    );
    assert_ne!(found.document.body, minutes.body);
}

#[test]
fn what_is_for_the_agency_alone_does_not_leave_with_the_file() {
    let document = OfficialDocument {
        issuers: vec![Issuer {
            name: "望溪县水务局".into(),
            post: "局长".into(),
            person: "陈望山".into(),
            ..Issuer::default()
        }],
        title: "关于有关事项的通知".into(),
        body: vec![Block::paragraph("以上事项，请遵照执行。")],
        disclosure: Some(Disclosure::Withheld {
            reason: "涉及商业秘密".into(),
        }),
        handling_mark: "工作秘密".into(),
        ..OfficialDocument::default()
    };
    let bytes = written(&document);
    changed(&bytes, |part, text| {
        for hidden in ["withheld", "涉及商业秘密", "工作秘密", "陈望山", "局长"] {
            assert!(!text.contains(hidden), "{part} carries {hidden}");
        }
        Some(text)
    });
    let found = import(&bytes);
    let places: Vec<&str> = asked(&found).into_iter().map(|(place, _)| place).collect();
    assert_eq!(places, ["signer", "disclosure", "handling_mark"]);
    let asks = found.questions.iter();
    assert!(asks.clone().all(|one| one.stands(&found.document)));
    let filled = OfficialDocument {
        disclosure: document.disclosure,
        ..found.document.clone()
    };
    assert_eq!(asks.filter(|one| one.stands(&filled)).count(), 2);
}

#[test]
fn no_text_of_a_body_is_hidden_in_the_file() {
    for (name, document) in examples::all() {
        let words: Vec<String> = document.body.iter().map(Block::text).collect();
        changed(&written(&document), |part, text| {
            if part.starts_with("customXml/") {
                for words in words.iter().filter(|words| words.chars().count() > 12) {
                    assert!(
                        !text.contains(words.as_str()),
                        "{name}: {part} holds {words}"
                    );
                }
            }
            Some(text)
        });
    }
}

#[test]
fn a_record_that_contradicts_the_page_or_is_none_is_not_believed() {
    let all = examples::all();
    let (_, telegram) = all
        .iter()
        .find(|(name, _)| name == "joint-notice")
        .expect("an example");
    let forge = |from: &str, to: &str| {
        let bytes = changed(&written(telegram), |name, text| {
            Some(match name {
                "customXml/item1.xml" => {
                    assert!(text.contains(from), "{text}");
                    text.replace(from, to)
                }
                _ => text,
            })
        });
        import(&bytes)
    };
    let other = forge("各县、区发展和改革局、财政局、水务局", "别处");
    assert!(
        other
            .document
            .main_recipients
            .iter()
            .all(|name| !name.contains("别处")),
        "{:?}",
        other.document.main_recipients
    );
    assert!(
        other
            .questions
            .iter()
            .any(|one| one.place == "main_recipients")
    );
    for broken in ["[[[[", "{\"a\":1}", "[\"\\u0007\"]"] {
        let found = forge("[\"各县、区发展和改革局、财政局、水务局\"]", broken);
        assert_eq!(found.document.title, telegram.title, "{broken}");
        assert!(
            found
                .questions
                .iter()
                .any(|one| one.place == "main_recipients"),
            "{broken}"
        );
    }
    let gone = changed(&written(telegram), |name, text| {
        (!name.starts_with("customXml/")).then_some(text)
    });
    assert_eq!(
        import(&gone).document.title,
        telegram.title,
        "a part that is missing is missed by nobody"
    );
}

#[test]
fn a_telegram_of_an_agency_with_a_long_name_comes_back() {
    let all = examples::all();
    let found = all.iter().find(|(name, _)| name == "telegram");
    let mut document = found.expect("an example").1.clone();
    for name in [
        "云岭县防汛抗旱指挥部办公室（县应急管理局）",
        "云岭县突发公共卫生事件应急处置与联防联控工作领导小组办公室",
    ] {
        document.issuers[0].name = name.into();
        let found = import(&written(&document));
        let different = differences(&document, &found.document);
        assert!(different.is_empty(), "{name}: {}", different.join("\n"));
        assert_eq!(asked(&found), [], "{name}");
    }
}
