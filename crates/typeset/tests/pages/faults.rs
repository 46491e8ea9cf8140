//! What the proof says of pages that no number of the table is wrong on: elements over each other, a signature alone,
//! what a finished document lacks; and that large documents raise no false alarm.

use andu_document::{Block, Image, Issuer, OfficialDocument, SealStyle, Signatory};
use andu_typeset::{LayoutTable, Options, ProofReport, Typeset, Verdict, proof};

use crate::{fixtures::*, poppler::lines_of};

const LONG: &str = "安平县防汛抗旱指挥部办公室水旱灾害防御协调联动工作专班";

fn proved(document: &OfficialDocument) -> (Typeset, ProofReport) {
    let pages = typeset(document);
    let report = proof(&pages, document, &LayoutTable::standard()).expect("measured");
    (pages, report)
}

#[track_caller]
fn assert_clean(name: &str, document: &OfficialDocument) -> Typeset {
    let (pages, report) = proved(document);
    let failures: Vec<_> = report.failures().collect();
    assert!(report.is_clean(), "{name}: {failures:#?}");
    pages
}

fn named(name: &str) -> Issuer {
    Issuer {
        name: name.into(),
        ..Issuer::default()
    }
}

#[test]
fn fields_of_a_telegram_stand_beside_each_other_however_long() {
    for (sender, approved) in [
        (LONG, "王守仁"),
        (LONG, LONG),
        ("安平县水利局", LONG),
        ("安平县防汛抗旱指挥部办公室", "王守仁"),
    ] {
        let mut document = telegram();
        document.issuers = vec![named(sender)];
        if let Some(telegram) = &mut document.telegram {
            telegram.approved_by = approved.into();
        }
        let pages = assert_clean(sender, &document);
        let edge = |place: &str, of: fn(f64, f64) -> f64| {
            let boxes = pages.boxes().iter().filter(|found| found.place == place);
            let found = boxes.map(|found| of(found.x_mm, found.w_mm));
            found.fold(0.0, f64::max)
        };
        let (left, right) = (edge("issuers", |x, w| x + w), edge("telegram", |x, _| x));
        assert!(left < right, "{sender} {approved}: {left} reaches {right}");
    }
}

#[test]
fn a_telegram_tells_its_date_and_how_many_pages_it_has() {
    let mut document = telegram();
    document.seal = SealStyle::None;
    document.body = (0..40)
        .map(|_| Block::paragraph("各地要压实责任加强值守及时报告险情并做好人员转移。".repeat(4)))
        .collect();
    let (mut read, mut counted) = (None, 0);
    for given in [None, Some(7)] {
        if let Some(telegram) = &mut document.telegram {
            telegram.pages = given;
        }
        let pages = assert_clean("telegram", &document);
        counted = pages.page_count();
        read = lines_of(&pages).map(|lines| lines.concat());
        let Some(read) = &read else { return };
        let number = given.map_or(counted, |given| given as usize);
        assert!(read.contains(&format!("页数：{number}")), "{read}");
    }
    assert!(counted > 2, "{counted} pages");
    let date = document.date_of_issue.map(andu_base::chinese_date);
    let wanted = format!("发电日期：{}", date.expect("a date"));
    assert!(read.is_some_and(|read| read.contains(&wanted)), "{wanted}");

    // Where the end is signed the date stands there alone.
    document.seal = SealStyle::Unsealed;
    let lines = lines_of(&typeset(&document)).unwrap_or_default();
    let dates = lines.concat();
    assert!(!dates.contains("发电日期"), "{dates}");
}

#[test]
fn elements_over_each_other_are_a_finding_with_its_clause() {
    let mut document = upward();
    if let Some(number) = &mut document.issue_number {
        number.authority_code = "安政请".repeat(8);
    }
    let (_, report) = proved(&document);
    let mut found = report.failures();
    let found = found.find(|item| item.id.starts_with("element.overlap"));
    let found = found.expect("发文字号 lies over 签发人");
    assert_eq!(found.clause, "7.2.5");
    assert!(
        found.what.contains("发文字号") && found.what.contains("签发人"),
        "{found:?}"
    );
}

#[test]
fn signatories_stand_beside_the_number_whatever_their_names() {
    let names: [&[&str]; 5] = [
        &["欧阳敬之", "刘伟"],
        &["刘伟", "欧阳敬之"],
        &["阿不都热合曼·买买提", "王平"],
        &["王平", "阿不都热合曼·买买提", "欧阳敬之"],
        &["王平", "李明", "赵晓东", "阿不都热合曼·买买提"],
    ];
    for names in names {
        let mut document = upward();
        document.signatories = names
            .iter()
            .map(|name| Signatory {
                name: (*name).into(),
            })
            .collect();
        assert_clean(names[0], &document);
    }
}

#[test]
fn a_picture_that_cannot_be_read_fails_the_proof() {
    let mut document = notice();
    document.body.push(Block::Image(Image {
        media_type: "image/png".into(),
        data: "bm8gcGljdHVyZQ==".into(),
        width_tenth_mm: 800,
        alt: String::new(),
    }));
    let (_, report) = proved(&document);
    assert!(report.failures().any(|item| item.id == "element.image"));
}

#[test]
fn columns_that_nobody_set_are_as_wide_as_their_text_wants() {
    let row = |cells: &[&str]| {
        let cells = cells
            .iter()
            .map(|text| serde_json::json!({ "runs": [{ "text": text }] }));
        serde_json::json!({ "cells": cells.collect::<Vec<_>>() })
    };
    let table: Block = serde_json::from_value(serde_json::json!({
        "type": "table",
        "rows": [
            row(&["序号", "资金来源", "计划（万元）", "备注"]),
            row(&["1", "上级补助农田水利建设资金", "2000", "已拨"]),
        ],
    }))
    .expect("a table");
    let mut document = notice();
    document.body.push(table);
    let pages = assert_clean("a table", &document);
    let place = format!("body/{}", document.body.len() - 1);
    let boxes = pages.boxes().iter().filter(|found| found.place == place);
    let height = boxes.map(|found| found.h_mm).fold(0.0, f64::max);
    // Two rows of one line; of equal columns the second takes two.
    assert!(height < 17.0, "{height}");
}

#[test]
fn a_signature_that_stays_alone_is_a_finding_of_proof_and_checks() {
    let mut document = notice();
    document.attachments.clear();
    document.body = vec![Block::paragraph(PARAGRAPH.repeat(3)), picture(1000, 205)];
    let (pages, report) = proved(&document);
    let alone = report
        .items
        .iter()
        .find(|item| item.id == "signature.alone");
    let alone = alone.unwrap_or_else(|| panic!("not told: {:?}", pages.notes()));
    assert_eq!(
        (alone.clause.as_str(), alone.verdict),
        ("7.3.5.5", Verdict::Practice)
    );
    assert_eq!(pages.facts().signature_alone, Some(alone.page));
    let (pages, report) = proved(&notice());
    assert_eq!(pages.facts().signature_alone, None);
    assert!(report.items.iter().all(|item| item.id != "signature.alone"));
}

#[test]
fn what_a_finished_document_lacks_fails_its_proof_with_the_article() {
    let mut document = notice();
    let whole = proved(&document).1.with_absent(&document);
    assert!(
        whole.is_clean(),
        "{:#?}",
        whole.failures().collect::<Vec<_>>()
    );
    document.date_of_issue = None;
    document.issue_number = None;
    document.main_recipients.clear();
    document.imprint = None;
    let report = proved(&document).1;
    assert!(report.is_clean(), "a draft may still lack them");
    let report = report.with_absent(&document);
    let told: Vec<_> = report
        .failures()
        .map(|item| (item.id.as_str(), item.clause.as_str()))
        .collect();
    let expected = [
        ("absent.issue_number", "《条例》第九条（五）"),
        ("absent.main_recipients", "《条例》第九条（八）"),
        ("absent.date_of_issue", "《条例》第九条（十二）"),
        ("absent.imprint", "《条例》第九条（十七）"),
    ];
    assert_eq!(told, expected);
}

#[test]
fn many_agencies_and_a_long_imprint_raise_no_false_alarm() {
    let mut document = joint(7);
    let more = ["公安局", "民政局", "司法局", "审计局", "统计局"];
    document
        .issuers
        .extend(more.iter().map(|name| named(&format!("安平县{name}"))));
    for seal in [SealStyle::Sealed, SealStyle::Unsealed] {
        document.seal = seal;
        assert_clean("twelve agencies", &document);
    }
    let mut document = notice();
    for count in [100, 180, 300] {
        document.copy_recipients = (0..count).map(|i| format!("安平县第{i}管理局")).collect();
        assert_clean("an imprint over pages", &document);
    }
}

#[test]
fn a_title_too_wide_for_its_lines_is_broken_by_meaning() {
    let mut document = joint(4);
    document.title = "安平县水利局 安平县财政局 安平县发展和改革局\n安平县应急管理局关于下达农田水利设施建设\n补助资金计划的通知".into();
    document.attachments = vec![andu_document::Attachment {
        title: "2027年农村供水工程维修养护资金需求测算表".into(),
        body: vec![Block::paragraph(PARAGRAPH)],
        ..Default::default()
    }];
    let pages = assert_clean("joint", &document);
    let Some(words) = crate::poppler::lines_of(&pages) else {
        return;
    };
    let alone = words
        .iter()
        .find(|line| matches!(line.as_str(), "局" | "表"));
    assert!(alone.is_none(), "{words:#?}");
    let whole = ["安平县水利局", "安平县发展和改革局", "安平县应急管理局"];
    for name in whole {
        assert!(
            words.iter().any(|line| line.contains(name)),
            "{name} in {words:#?}"
        );
    }
}

#[test]
fn small_shifts_of_what_can_be_measured_finely_are_seen() {
    let mut document = notice();
    document.body.truncate(3);
    document.attachments.truncate(1);
    document.attachments[0].body.truncate(1);
    let table = LayoutTable::standard();
    let seen = |document: &OfficialDocument, id: &str, by: f64| {
        let options = Options {
            table: table.clone().shifted(id, by),
            ..Options::default()
        };
        let pages = typeset_with(document, options);
        let report = proof(&pages, document, &table).expect("measured");
        let told = report
            .items
            .iter()
            .any(|item| item.id == id && item.verdict != Verdict::Pass);
        assert!(told, "{id} by {by} on {:?} is not seen", document.format);
    };
    for (id, by) in [
        ("size.body", 1.0),
        ("size.body", -1.0),
        ("size.title", 1.0),
        ("size.title", -1.0),
        ("size.imprint", 1.0),
        ("size.imprint", -1.0),
        ("size.page_number", 1.0),
        ("size.page_number", -1.0),
        ("red_line.gap", 0.5),
        ("red_line.gap", -0.5),
        ("red_line.width", 0.8),
        ("letterhead.top", 0.5),
        ("imprint.last_rule", -0.5),
        ("imprint.width", -0.8),
        ("page_number.below", 0.5),
        ("page_number.indent", 0.12),
        ("attachment_note.indent", 0.1),
        ("date.right", 0.1),
    ] {
        seen(&document, id, by);
    }
    for (id, by) in [
        ("letter.top", 0.5),
        ("letter.line_gap", 0.5),
        ("letter.bottom", 0.5),
    ] {
        seen(&letter(), id, by);
    }
    seen(&order(), "order.top", 0.5);
    seen(&minutes(), "minutes.top", 0.5);
}

#[test]
fn the_pitch_is_shifted_from_what_it_comes_to() {
    let table = LayoutTable::standard();
    let pitch = table.get("core.pitch").expect("a number");
    let usual = table.shown(pitch);
    let shifted = table.clone().shifted("core.pitch", 0.1);
    let moved = shifted.get("core.pitch").expect("a number");
    assert!((shifted.shown(moved) - usual - 0.1).abs() < 1e-9);
    let mut document = notice();
    document.attachments.clear();
    for by in [0.1, -10.4] {
        let options = Options {
            table: table.clone().shifted("core.pitch", by),
            ..Options::default()
        };
        let typesetter = andu_typeset::Typesetter::new(SHELF.clone(), options);
        // A line on the one before is no page; that is said, not panicked.
        if let Ok(pages) = typesetter.typeset(&document) {
            let report = proof(&pages, &document, &table);
            assert!(report.is_ok_and(|report| !report.items.is_empty()), "{by}");
        }
    }
}

#[test]
fn a_character_that_no_font_has_is_a_finding_by_its_code() {
    let mut document = telegram();
    // The old private code of 䶮, as files of other programs still have it; and a code that is nobody's.
    document.body = vec![Block::paragraph("请王\u{E863}同志参加，编号\u{10FFFD}。")];
    let (pages, report) = proved(&document);
    let missing: Vec<char> = pages.fonts().iter().flat_map(|one| one.missing()).collect();
    assert_eq!(missing, ['\u{E863}', '\u{10FFFD}']);
    let mut found = report.failures();
    let found = found.find(|item| item.id == "element.character");
    let found = found.expect("the characters are missed");
    assert!(
        found.what.contains("U+E863") && found.what.contains("U+10FFFD"),
        "{found:?}"
    );
}

#[test]
fn a_few_lines_that_all_end_in_a_mark_are_no_finding() {
    let mut document = notice();
    document.attachments.clear();
    let line = |characters: usize, mark: &str| format!("{}{mark}", "水".repeat(characters));
    let text = line(25, "，") + &line(27, "，") + &line(27, "，") + &line(27, "。");
    document.body = vec![Block::paragraph(text)];
    assert_clean("lines that end in marks", &document);
}

#[test]
fn a_short_document_seldom_leaves_its_signature_alone() {
    let mut document = notice();
    document.attachments.clear();
    document.issuers = vec![named("云岭县人民政府办公室")];
    document.urgency = Some(andu_document::Urgency::Urgent);
    let is_alone = |lines: &usize| {
        let mut document = document.clone();
        document.body = vec![Block::paragraph("请认真组织实施。".repeat(lines * 3))];
        let pages = typeset(&document);
        let alone =
            |note: &andu_typeset::Note| matches!(note, andu_typeset::Note::SignatureAlone { .. });
        pages.notes().iter().any(alone)
    };
    let alone: Vec<usize> = (1..=8).filter(is_alone).collect();
    assert!(alone.len() <= 1, "of so many lines: {alone:?}");
}
