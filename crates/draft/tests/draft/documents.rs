//! Documents made up for properties, and the examples of the house.

use std::path::PathBuf;

use andu_document::{
    Align, Attachment, Attendance, Block, Cell, Classification, ClassificationLevel, Disclosure,
    Image, ImprintAuthority, IssueNumber, IssuedText, Issuer, OfficialDocument, Row, Run,
    SealStyle, Table, Telegram, Urgency,
};
use proptest::{collection::vec, option, prelude::*};

/// Text with what offices write and what breaks offsets: emoji, extension B, combining marks.
pub fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(vec![
            "关于", "印发", "水利", "工程", "建设", "资金", "，", "。", "2026年", "第3号", "（一）", "a", "98.5%",
        ]).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["\n", "𠮷", "👨‍👩‍👧", "é", "\u{1f600}", "　", "\t", "\u{200b}"])
            .prop_map(str::to_owned),
        1 => any::<char>().prop_map(|c| c.to_string()),
    ];
    vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn run() -> impl Strategy<Value = Run> {
    (text(), any::<[bool; 4]>()).prop_map(|(text, [bold, underline, superscript, subscript])| Run {
        text,
        bold,
        underline,
        superscript,
        subscript,
        ..Run::default()
    })
}

fn align() -> impl Strategy<Value = Option<Align>> {
    prop::sample::select(vec![
        None,
        None,
        Some(Align::Left),
        Some(Align::Center),
        Some(Align::Right),
    ])
}

fn table() -> impl Strategy<Value = Table> {
    let cell = (vec(run(), 0..3), align()).prop_map(|(runs, align)| Cell {
        runs,
        colspan: 1,
        rowspan: 1,
        align,
    });
    (
        text(),
        1..4_usize,
        1..4_usize,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        vec(cell, 9),
        0..4_usize,
    )
        .prop_map(
            |(caption, rows, columns, landscape, with_widths, is_joined, cells, headers)| {
                let mut made: Vec<Row> = cells
                    .chunks(3)
                    .take(rows)
                    .map(|row| Row {
                        cells: row[..columns].to_vec(),
                    })
                    .collect();
                if is_joined && columns == 3 {
                    made[0].cells.remove(1);
                    made[0].cells[0].colspan = 2;
                }
                if is_joined && rows > 1 && columns == 2 {
                    made[1].cells.remove(0);
                    made[0].cells[0].rowspan = 2;
                }
                Table {
                    caption,
                    header_rows: headers.min(made.len()),
                    rows: made,
                    widths: if with_widths {
                        (0..columns).map(|n| 10 + n as u32).collect()
                    } else {
                        vec![]
                    },
                    landscape,
                }
            },
        )
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        6 => (vec(run(), 0..4), align()).prop_map(|(runs, align)| Block::Paragraph { runs, align }),
        2 => (1..=4_u8, vec(run(), 0..3), any::<bool>(), vec(run(), 0..2)).prop_map(
            |(level, runs, unnumbered, run_in)| Block::Heading { level, runs, unnumbered, run_in }
        ),
        1 => vec(run(), 0..2).prop_map(|runs| Block::Centered { runs }),
        1 => table().prop_map(Block::Table),
        1 => (1..=1560_u32, text()).prop_map(|(width_tenth_mm, alt)| Block::Image(Image {
            media_type: "image/png".into(),
            data: "iVBORw0KGgo=".into(),
            width_tenth_mm,
            alt,
        })),
        1 => Just(Block::PageBreak),
    ]
}

/// A body of a few blocks.
pub fn body() -> impl Strategy<Value = Vec<Block>> {
    vec(block(), 0..8)
}

fn attachments() -> impl Strategy<Value = Vec<Attachment>> {
    let attachment = (text(), vec(block(), 0..3), any::<bool>(), any::<bool>()).prop_map(
        |(title, body, separate, landscape)| Attachment {
            title,
            body,
            separate,
            landscape,
        },
    );
    vec(attachment, 0..3)
}

/// A document with any of its elements.
pub fn document() -> impl Strategy<Value = OfficialDocument> {
    let elements = (vec(text(), 0..3), text(), any::<[bool; 8]>(), any::<u32>());
    let issued = option::of((text(), text(), body(), attachments()));
    (elements, text(), body(), attachments(), issued).prop_map(
        |((names, note, flags, number), title, body, attachments, issued)| OfficialDocument {
            title,
            body,
            attachments,
            copy_number: flags[0].then_some(number),
            urgency: flags[1].then_some(Urgency::ExtraUrgent),
            classification: flags[2].then(|| Classification {
                level: ClassificationLevel::Secret,
                term: "10年".into(),
            }),
            issuers: names
                .iter()
                .map(|name| Issuer {
                    name: name.clone(),
                    ..Issuer::default()
                })
                .collect(),
            letterhead_suffix: flags[3].then(String::new),
            issue_number: flags[4].then(|| IssueNumber {
                authority_code: "青县水发".into(),
                year: 2026,
                serial: number,
            }),
            main_recipients: names,
            note,
            seal: if flags[5] {
                SealStyle::Unsealed
            } else {
                SealStyle::Sealed
            },
            date_of_issue: flags[6].then(|| "2026-11-21".parse().expect("a date")),
            disclosure: flags[7].then(|| Disclosure::Withheld {
                reason: "过程性信息".into(),
            }),
            imprint: flags[0].then(|| ImprintAuthority {
                name: "青石县水利局办公室".into(),
                date: None,
            }),
            attendance: Attendance {
                present: vec!["张三".into()],
                ..Attendance::default()
            },
            telegram: flags[1].then(Telegram::default),
            issued_text: issued.map(|(title, subtitle, body, attachments)| IssuedText {
                title,
                subtitle,
                body,
                attachments,
            }),
            ..OfficialDocument::default()
        },
    )
}

/// Every document of `assets/examples`, by file name.
pub fn examples() -> Vec<(String, OfficialDocument)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/examples");
    let files = std::fs::read_dir(&folder).expect("the examples are in assets/examples");
    let mut examples: Vec<_> = files
        .map(|file| file.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path
                .file_name()
                .expect("a file")
                .to_string_lossy()
                .into_owned();
            let bytes = std::fs::read(&path).expect("a readable file");
            let document =
                serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, document)
        })
        .collect();
    examples.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(examples.len() > 10, "the examples are there");
    examples
}

/// Where two documents differ first, as paths of JSON; short enough to read.
pub fn difference(left: &OfficialDocument, right: &OfficialDocument) -> Option<String> {
    fn first(path: &str, left: &serde_json::Value, right: &serde_json::Value) -> Option<String> {
        use serde_json::Value::{Array, Object};
        if left == right {
            return None;
        }
        match (left, right) {
            (Object(a), Object(b)) => {
                let null = serde_json::Value::Null;
                let keys = a.keys().chain(b.keys());
                keys.filter_map(|key| {
                    first(
                        &format!("{path}/{key}"),
                        a.get(key).unwrap_or(&null),
                        b.get(key).unwrap_or(&null),
                    )
                })
                .next()
            }
            (Array(a), Array(b)) if a.len() == b.len() => a
                .iter()
                .zip(b)
                .enumerate()
                .find_map(|(at, (a, b))| first(&format!("{path}/{at}"), a, b)),
            _ => Some(format!("{path}:\n  {left}\n  {right}")),
        }
    }
    let json = |document| serde_json::to_value(document).expect("a document is JSON");
    first("", &json(left), &json(right))
}
