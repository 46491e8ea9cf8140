//! 花脸稿: both versions on one page, and each of them back from it.

use andu_document::{
    Attachment, Block, Cell, Change, IssuedText, OfficialDocument, Row, Run, SealStyle, Table,
};
use andu_draft::{BlockChange, compare, from_document, normal_form};
use proptest::prelude::*;
use serde_json::json;

use crate::documents::{body, difference, document, examples};

fn with_body(body: Vec<Block>) -> OfficialDocument {
    OfficialDocument {
        body,
        ..OfficialDocument::default()
    }
}

fn paragraphs(texts: &[&str]) -> OfficialDocument {
    with_body(texts.iter().copied().map(Block::paragraph).collect())
}

/// Runs as text: deleted in [-…-], inserted in {+…+}.
fn told(runs: &[Run]) -> String {
    runs.iter()
        .map(|run| match run.change {
            None => run.text.clone(),
            Some(Change::Deleted) => format!("[-{}-]", run.text),
            Some(Change::Inserted) => format!("{{+{}+}}", run.text),
        })
        .collect()
}

fn told_body(body: &[Block]) -> Vec<String> {
    let tell = |block: &Block| match block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => told(runs),
        Block::Heading { runs, run_in, .. } => told(runs) + &told(run_in),
        Block::Table(table) => {
            let row = |row: &Row| {
                row.cells
                    .iter()
                    .map(|cell| told(&cell.runs))
                    .collect::<Vec<_>>()
                    .join("|")
            };
            table.rows.iter().map(row).collect::<Vec<_>>().join("/")
        }
        Block::Image(_) => "image".into(),
        Block::PageBreak => "page break".into(),
    };
    body.iter().map(tell).collect()
}

#[test]
fn places_that_differ_are_named_once_elements_first() {
    let old = OfficialDocument {
        title: "关于放假的通知".into(),
        ..paragraphs(&["各科室：", "国庆放假三天。", "请做好值班。"])
    };
    let new = OfficialDocument {
        title: "关于国庆放假的通知".into(),
        ..paragraphs(&["各科室：", "国庆放假七天。", "请做好值班。", "特此通知。"])
    };
    assert_eq!(compare(&old, &new).places(), ["title", "body/3", "body/1"]);
    assert!(compare(&old, &old).places().is_empty());
}

#[test]
fn a_marked_draft_reads_as_an_editor_would_have_marked_it() {
    let old = paragraphs(&[
        "各乡镇人民政府，县直各部门：",
        "为做好2025年水利建设资金管理工作，现将有关事项通知如下。",
        "一是加强组织领导，三是严格资金监管。",
        "本通知自发布之日起施行。",
    ]);
    let new = paragraphs(&[
        "各乡镇人民政府、街道办事处，县直各部门：",
        "为做好2026年度水利建设资金管理工作，现将有关事项通知如下。",
        "一是加强组织领导，二是压实主体责任，三是严格资金监管。",
        "联系人：张三，电话：0000-1234567。",
    ]);
    let comparison = compare(&old, &new);
    assert_eq!(
        told_body(&comparison.marked.body),
        [
            "各乡镇人民政府{+、街道办事处+}，县直各部门：",
            "为做好[-2025-]{+2026+}年{+度+}水利建设资金管理工作，现将有关事项通知如下。",
            "一是加强组织领导，{+二是压实主体责任，+}三是严格资金监管。",
            "[-本通知自发布之日起施行。-]",
            "{+联系人：张三，电话：0000-1234567。+}",
        ]
    );
    assert_eq!(
        (comparison.inserted_chars, comparison.deleted_chars),
        (6 + 4 + 1 + 9 + 23, 4 + 12)
    );
    assert_eq!(
        comparison.block_changes,
        [
            BlockChange {
                place: "body/3".into(),
                change: Change::Deleted
            },
            BlockChange {
                place: "body/4".into(),
                change: Change::Inserted
            },
        ]
    );
}

#[test]
fn a_paragraph_that_moved_between_new_ones_is_still_recognised() {
    let old = paragraphs(&[
        "第一条 为了加强管理，制定本办法。",
        "第二条 本办法适用于全县水库。",
    ]);
    let new = paragraphs(&[
        "第一条 为了加强水库管理，制定本办法。",
        "第二条 水库管理坚持安全第一的原则。",
        "第三条 本办法适用于全县中小型水库。",
    ]);
    assert_eq!(
        told_body(&compare(&old, &new).marked.body),
        [
            "第一条 为了加强{+水库+}管理，制定本办法。",
            "{+第二条 水库管理坚持安全第一的原则。+}",
            "第[-二-]{+三+}条 本办法适用于全县{+中小型+}水库。",
        ]
    );
}

#[test]
fn tables_are_compared_row_by_row() {
    let cell = |text: &str| Cell {
        runs: vec![Run::plain(text)],
        colspan: 1,
        rowspan: 1,
        align: None,
    };
    let table = |rows: &[[&str; 2]]| {
        let rows = rows.iter().map(|row| Row {
            cells: row.iter().map(|text| cell(text)).collect(),
        });
        with_body(vec![Block::Table(Table {
            rows: rows.collect(),
            header_rows: 1,
            ..Table::default()
        })])
    };
    let old = table(&[["项目", "金额"], ["青石水库", "120"], ["白水渠", "80"]]);
    let new = table(&[
        ["项目", "金额"],
        ["青石水库", "150"],
        ["柳树泵站", "30"],
        ["白水渠", "80"],
    ]);
    let comparison = compare(&old, &new);
    assert_eq!(
        told_body(&comparison.marked.body),
        ["项目|金额/青石水库|[-120-]{+150+}/{+柳树泵站+}|{+30+}/白水渠|80"]
    );
    assert_eq!(
        comparison.block_changes,
        [BlockChange {
            place: "body/0/rows/2".into(),
            change: Change::Inserted
        }]
    );
}

#[test]
fn elements_title_and_attachments_say_what_they_were() {
    let attachment = |title: &str| Attachment {
        title: title.into(),
        ..Attachment::default()
    };
    let old = OfficialDocument {
        title: "关于水利工作的通知".into(),
        attachments: vec![attachment("任务清单")],
        ..OfficialDocument::default()
    };
    let new = OfficialDocument {
        title: "关于做好水利工作的通知".into(),
        seal: SealStyle::Unsealed,
        attachments: vec![attachment("重点任务清单"), attachment("联络表")],
        issued_text: Some(IssuedText {
            title: "办法".into(),
            ..IssuedText::default()
        }),
        ..OfficialDocument::default()
    };
    let comparison = compare(&old, &new);
    assert_eq!(told(&comparison.title), "关于{+做好+}水利工作的通知");
    let changes: Vec<_> = comparison
        .element_changes
        .iter()
        .map(|change| {
            (
                change.place.as_str(),
                change.old.clone(),
                change.new.clone(),
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            (
                "title",
                json!("关于水利工作的通知"),
                json!("关于做好水利工作的通知")
            ),
            ("seal", json!("sealed"), json!("unsealed")),
            (
                "attachments/0/title",
                json!("任务清单"),
                json!("重点任务清单")
            ),
        ]
    );
    let places: Vec<_> = comparison
        .block_changes
        .iter()
        .map(|change| change.place.as_str())
        .collect();
    assert_eq!(places, ["attachments/1", "issued_text"]);
}

#[test]
fn a_version_is_the_same_as_itself_and_a_marked_one_is_never_written_as_text() {
    for (name, document) in examples() {
        let comparison = compare(&document, &document);
        assert_eq!(comparison.marked, document, "{name}");
        assert_eq!(
            (comparison.inserted_chars, comparison.deleted_chars),
            (0, 0),
            "{name}"
        );
        assert!(comparison.block_changes.is_empty() && comparison.element_changes.is_empty());
    }
    let comparison = compare(
        &paragraphs(&["原文第一句。"]),
        &paragraphs(&["新文第一句。"]),
    );
    let update = from_document(&comparison.marked, 3).expect("it can be written");
    let text =
        andu_draft::DraftText::from_updates(4, [update.as_slice()].into_iter()).expect("opens");
    assert_eq!(
        text.to_document().expect("it reads").document,
        paragraphs(&["新文第一句。"])
    );
}

/// A body and what a person made of it: blocks dropped, doubled, moved, characters changed.
fn revised_body() -> impl Strategy<Value = (Vec<Block>, Vec<Block>)> {
    (
        body(),
        proptest::collection::vec((0..6_u8, any::<prop::sample::Index>()), 0..5),
    )
        .prop_map(|(body, changes)| {
            let mut revised = body.clone();
            for (kind, at) in changes {
                if revised.is_empty() {
                    revised.push(Block::paragraph("新增一段。"));
                    continue;
                }
                let at = at.index(revised.len());
                match (kind, &mut revised[at]) {
                    (0, _) => drop(revised.remove(at)),
                    (1, block) => {
                        let block = block.clone();
                        revised.insert(at, block);
                    }
                    (2, _) => revised.insert(at, Block::PageBreak),
                    (3, _) => revised.reverse(),
                    (_, Block::Paragraph { runs, .. } | Block::Heading { runs, .. }) => {
                        if let Some(run) = runs.first_mut() {
                            run.text.insert_str(0, "经研究，");
                            run.bold = !run.bold;
                        }
                    }
                    (_, Block::Table(table)) => {
                        let row = table.rows[0].clone();
                        table.rows.push(row);
                    }
                    (_, block) => *block = Block::paragraph("改成一段。"),
                }
            }
            (body, revised)
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_versions_come_back_from_an_edited_body((old, new) in revised_body()) {
        let (old, new) = (with_body(old), with_body(new));
        let comparison = compare(&old, &new);
        prop_assert_eq!(difference(&comparison.accepted(), &normal_form(&new)), None);
        prop_assert_eq!(difference(&comparison.rejected(), &normal_form(&old)), None);
    }

    #[test]
    fn both_versions_come_back_from_any_two_documents(old in document(), new in document()) {
        let comparison = compare(&old, &new);
        prop_assert_eq!(difference(&comparison.accepted(), &normal_form(&new)), None);
        prop_assert_eq!(difference(&comparison.rejected(), &normal_form(&old)), None);
    }
}
