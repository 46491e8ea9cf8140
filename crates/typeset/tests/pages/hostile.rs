//! Documents nobody should write: each gives pages or a clear error, in bounded time.

use andu_document::{
    Attachment, Block, Cell, Image, Issuer, OfficialDocument, Row, Run, Table, body::Align,
    kind::DocumentFormat,
};
use andu_typeset::{Note, PdfOptions, TypesetError, Typesetter};

use crate::fixtures::*;

fn draw(document: &OfficialDocument) -> andu_typeset::Typeset {
    let pages = typeset(document);
    assert!(pages.page_count() >= 1);
    let last = pages.page_count() - 1;
    pages.png(0, 40.0).expect("the first page is drawn");
    pages.png(last, 40.0).expect("the last page is drawn");
    pages.pdf(&PdfOptions::default()).expect("a pdf");
    pages
}

#[test]
fn nothing_at_all_is_a_page_in_every_format() {
    for format in [
        DocumentFormat::Document,
        DocumentFormat::Letter,
        DocumentFormat::Order,
        DocumentFormat::Minutes,
        DocumentFormat::Telegram,
        DocumentFormat::Paper,
    ] {
        assert_eq!(
            draw(&OfficialDocument {
                format,
                ..OfficialDocument::default()
            })
            .page_count(),
            1
        );
    }
}

#[test]
fn a_title_of_ten_thousand_characters_runs_over_pages() {
    let document = OfficialDocument {
        title: "国".repeat(10_000),
        ..notice()
    };
    let pages = draw(&document);
    assert!(pages.page_count() > 20);
    assert!(pages.notes().contains(&Note::FirstPageWithoutBody));
}

#[test]
fn controls_vanish_and_odd_characters_stay() {
    let text = "甲\u{0}\u{7}\u{202e}\u{feff}乙\t丙👨‍👩‍👧😀𠮷𪚥𰻝ཀ\u{fff0}é e\u{301} ﷽ \u{10ffff}";
    let mut document = notice();
    document.body = vec![Block::paragraph(text.repeat(20))];
    document.title = format!("关于{text}的通知");
    document.issuers = vec![Issuer {
        name: format!("{text}局"),
        ..Issuer::default()
    }];
    let pages = draw(&document);
    let lost: Vec<_> = pages
        .fonts()
        .iter()
        .flat_map(|report| report.fallbacks.iter().filter(|f| f.used.is_none()))
        .collect();
    assert!(
        lost.iter().any(|f| f.character == '\u{10ffff}'),
        "what no font has is told: {lost:?}"
    );
    assert!(
        !lost.iter().any(|f| f.character == '𠮷'),
        "extension B is found: {lost:?}"
    );
}

#[test]
fn a_table_of_thousands_of_rows_repeats_its_header() {
    let mut document = notice();
    let mut table = small_table();
    let row = table.rows[1].clone();
    table.rows.extend(std::iter::repeat_n(row, 3000));
    document.attachments[0].body = vec![Block::Table(table)];
    let pages = draw(&document);
    assert!(pages.page_count() > 60, "{}", pages.page_count());
}

#[test]
fn odd_spans_and_tall_cells_stay_on_the_paper() {
    let cell = |text: &str, colspan, rowspan| Cell {
        runs: vec![Run::plain(text)],
        colspan,
        rowspan,
        align: Some(Align::Left),
    };
    let tall = "国".repeat(5000);
    let table = Table {
        caption: "表".into(),
        rows: vec![
            Row {
                cells: vec![cell("甲", u32::MAX, u32::MAX), cell("乙", 0, 0)],
            },
            Row { cells: vec![] },
            Row {
                cells: vec![cell(&tall, 1, 1), cell("丁", 3, 2), cell("", 1, 9)],
            },
            Row {
                cells: vec![cell("戊", 1, 1)],
            },
        ],
        header_rows: 900,
        widths: vec![0, u32::MAX, 1],
        landscape: false,
    };
    let mut document = notice();
    document.body = vec![
        Block::Table(table.clone()),
        Block::Table(Table {
            landscape: true,
            ..table
        }),
    ];
    match Typesetter::new(SHELF.clone(), andu_typeset::Options::default()).typeset(&document) {
        Ok(pages) => assert!(pages.page_count() < 60),
        Err(error) => assert!(
            matches!(error, TypesetError::TableTooLarge { .. }),
            "{error}"
        ),
    }
    let small = Table {
        rows: vec![
            Row {
                cells: vec![cell("甲", 2, 3), cell(&tall, 1, 1)],
            },
            Row {
                cells: vec![cell("乙", 1, 1)],
            },
            Row {
                cells: vec![cell("丙", 5, 7)],
            },
        ],
        header_rows: 1,
        ..Table::default()
    };
    document.body = vec![Block::Table(small)];
    let pages = draw(&document);
    for found in pages.boxes().iter().filter(|b| b.place == "body/0") {
        assert!(
            found.x_mm >= 27.0 && found.x_mm + found.w_mm <= 185.0,
            "{found:?}"
        );
        assert!(found.y_mm + found.h_mm <= 263.0, "{found:?}");
    }
}

#[test]
fn a_table_with_too_many_cells_is_refused_by_place() {
    let cells = vec![Cell::default(); 100];
    let rows = vec![Row { cells }; 2001];
    let document = OfficialDocument {
        body: vec![
            Block::paragraph("甲"),
            Block::Table(Table {
                rows,
                ..Table::default()
            }),
        ],
        ..notice()
    };
    let made = Typesetter::new(SHELF.clone(), andu_typeset::Options::default()).typeset(&document);
    assert!(matches!(made, Err(TypesetError::TableTooLarge { place, .. }) if place == "body/1"));
}

#[test]
fn an_image_that_is_none_is_told_and_the_rest_is_set() {
    let image = |data: &str| {
        Block::Image(Image {
            media_type: "image/png".into(),
            data: data.into(),
            width_tenth_mm: 99_999,
            alt: "示意图".into(),
        })
    };
    let document = OfficialDocument {
        body: vec![image("@@@"), image("aGVsbG8="), image("")],
        ..notice()
    };
    let pages = draw(&document);
    let told = pages
        .notes()
        .iter()
        .filter(|note| matches!(note, Note::ImageUnreadable { .. }))
        .count();
    assert_eq!(told, 3);
}

#[test]
fn a_hundred_pages_are_set_and_a_document_out_of_all_measure_is_refused() {
    let body: Vec<_> = (0..540).map(|_| Block::paragraph(PARAGRAPH)).collect();
    let pages = typeset(&OfficialDocument { body, ..notice() });
    assert!(pages.page_count() > 95, "{}", pages.page_count());
    let body = vec![Block::paragraph("国".repeat(4_000_000))];
    let made = Typesetter::new(SHELF.clone(), andu_typeset::Options::default())
        .typeset(&OfficialDocument { body, ..notice() });
    assert!(matches!(made, Err(TypesetError::TooLong { .. })));
}

#[test]
fn many_attachments_and_agencies_stay_in_order() {
    let mut document = notice();
    document.issuers = (0..40)
        .map(|i| Issuer {
            name: format!("安平县第{i}工作领导小组办公室"),
            ..Issuer::default()
        })
        .collect();
    document.attachments = (0..30)
        .map(|i| Attachment {
            title: format!("第{i}件"),
            ..Attachment::default()
        })
        .collect();
    let pages = draw(&document);
    assert_eq!(
        pages.boxes().iter().filter(|b| b.place == "seal").count(),
        40
    );
}
