//! What each format and rule of the standard puts where, seen through the element boxes.

use andu_document::{
    Attachment, Block, IssuedText, Issuer, OfficialDocument, Run, SealStyle, body::Change,
};
use andu_typeset::{ElementBox, LayoutTable, Note, Options, Preprinted, Typeset, Typesetter};

use crate::fixtures::*;

fn boxes<'a>(pages: &'a Typeset, place: &str) -> Vec<&'a ElementBox> {
    pages
        .boxes()
        .iter()
        .filter(|found| found.place == place)
        .collect()
}

#[track_caller]
fn one<'a>(pages: &'a Typeset, place: &str) -> &'a ElementBox {
    let found = boxes(pages, place);
    assert!(!found.is_empty(), "`{place}` has a box");
    found[0]
}

#[test]
fn imprint_comes_to_an_even_page_and_a_blank_page_has_no_number() {
    let pages = typeset(&notice());
    assert_eq!(pages.page_count() % 2, 0);
    assert_eq!(one(&pages, "imprint").page, pages.page_count() - 1);
    let free = Options {
        imprint_on_even_page: false,
        ..Options::default()
    };
    let mut found_blank = false;
    for paragraphs in 0..30 {
        let mut document = notice();
        document.attachments.clear();
        document.body = (0..=paragraphs)
            .map(|_| Block::paragraph(PARAGRAPH))
            .collect();
        let even = typeset(&document);
        assert_eq!(even.page_count() % 2, 0, "{paragraphs} paragraphs");
        let plain = typeset_with(&document, free.clone());
        assert!(plain.page_count() <= even.page_count());
        let numbered = |page| boxes(&even, "page_number").iter().any(|b| b.page == page);
        let blank = even.page_count() - 2;
        let empty = !even
            .boxes()
            .iter()
            .any(|b| b.page == blank && b.place != "page_number");
        if empty {
            found_blank = true;
            assert!(
                !numbered(blank) && !numbered(blank + 1),
                "blank page and 版记 page bear no number"
            );
        }
    }
    assert!(found_blank, "one of the lengths needs a blank page");
}

#[test]
fn a_title_that_leaves_the_body_no_room_is_said_to_be_too_long() {
    let mut document = notice();
    document.title = format!(
        "安平县人民政府关于\n{}做好防汛抗旱工作的通知",
        "进一步加强防汛抗旱各项准备\n".repeat(11)
    );
    document.main_recipients = vec!["各乡镇人民政府".into()];
    let pages = typeset(&document);
    let notes = pages.notes();
    assert!(
        matches!(notes.first(), Some(Note::TitleTooLong { lines: 13 })),
        "{notes:?}"
    );
    let mut many = notice();
    many.main_recipients = (0..150).map(|i| format!("第{i}乡镇人民政府")).collect();
    let pages = typeset(&many);
    let blamed = |note: &Note| matches!(note, Note::TitleTooLong { .. });
    assert!(!pages.notes().iter().any(blamed), "{:?}", pages.notes());
}

#[test]
fn recipients_that_would_push_the_body_off_page_one_move_to_the_imprint() {
    let mut document = notice();
    document.main_recipients = (0..150).map(|i| format!("第{i}乡镇人民政府")).collect();
    let pages = typeset(&document);
    assert!(
        pages.notes().contains(&Note::RecipientsMovedToImprint),
        "{:?}",
        pages.notes()
    );
    assert_eq!(one(&pages, "body/0").page, 0, "page one shows body text");
    let listed = boxes(&pages, "main_recipients");
    assert_eq!(
        listed.last().map(|found| found.page),
        Some(pages.page_count() - 1)
    );
    assert!(listed.iter().all(|found| found.page > 0), "{listed:?}");
}

#[test]
fn a_signature_never_stands_on_a_page_without_text() {
    let (_, pages) = lonely_signature();
    let page = one(&pages, "date_of_issue").page;
    let text = |b: &&ElementBox| b.page == page && b.place.starts_with("body/");
    assert!(
        pages.boxes().iter().any(|b| text(&b)),
        "{:?}",
        pages.notes()
    );
}

#[test]
fn seals_do_not_touch_and_stay_inside_the_core() {
    for count in 1..=7 {
        let pages = typeset(&joint(count));
        let seals = boxes(&pages, "seal");
        assert_eq!(seals.len(), count);
        for (i, seal) in seals.iter().enumerate() {
            assert!(
                seal.x_mm >= 27.9 && seal.x_mm + seal.w_mm <= 184.1,
                "{count} agencies: {seal:?}"
            );
            assert!(seal.y_mm + seal.h_mm <= 262.1, "{count} agencies: {seal:?}");
            for other in &seals[..i] {
                let (dx, dy) = (seal.x_mm - other.x_mm, seal.y_mm - other.y_mm);
                let apart = seal.page != other.page || dx.hypot(dy) > seal.w_mm + 1.0;
                assert!(apart, "{count} agencies: {seal:?} touches {other:?}");
            }
        }
        let first = seals[0];
        let body_end = pages
            .boxes()
            .iter()
            .filter(|b| b.page == first.page && b.place.starts_with("body/"))
            .map(|b| b.y_mm + b.h_mm)
            .fold(0.0, f64::max);
        if body_end > 0.0 {
            let gap = first.y_mm - body_end;
            assert!(
                (0.0..=10.45).contains(&gap),
                "{count} agencies: seal {gap:.1} mm under the text"
            );
        }
    }
}

#[test]
fn names_and_date_lie_slightly_under_the_middle_of_the_seal() {
    let pages = typeset(&notice());
    let (seal, name, date) = (
        one(&pages, "seal"),
        one(&pages, "signature"),
        one(&pages, "date_of_issue"),
    );
    let middle = seal.y_mm + seal.h_mm / 2.0;
    let text = f64::midpoint(name.y_mm, date.y_mm + date.h_mm);
    assert!(
        (1.0..8.0).contains(&(text - middle)),
        "{} under the middle",
        text - middle
    );
    let centre = |b: &ElementBox| b.x_mm + b.w_mm / 2.0;
    assert!((centre(name) - centre(date)).abs() < 0.1);
    assert!((184.0 - (date.x_mm + date.w_mm) - 4.0 * 156.0 / 28.0).abs() < 0.1);
}

#[test]
fn an_unsealed_date_longer_than_the_name_moves_the_name() {
    let mut document = plain_seal(SealStyle::Unsealed);
    let right = |b: &ElementBox| 184.0 - b.x_mm - b.w_mm;
    let two = 2.0 * 156.0 / 28.0;
    let pages = typeset(&document);
    assert!((right(one(&pages, "signature")) - two).abs() < 0.2);
    document.issuers[0].name = "县府办".into();
    let pages = typeset(&document);
    let (name, date) = (one(&pages, "signature"), one(&pages, "date_of_issue"));
    assert!((right(date) - two).abs() < 0.2, "{}", right(date));
    assert!((date.x_mm - name.x_mm - two).abs() < 0.2);
}

#[test]
fn attachments_begin_new_pages_and_separate_ones_bear_the_number() {
    let mut document = notice();
    document.attachments[1].separate = true;
    let pages = typeset(&document);
    let (first, second) = (
        one(&pages, "attachments/0/title"),
        one(&pages, "attachments/1/title"),
    );
    assert!(second.page > first.page && first.page > one(&pages, "signature").page);
    let top = |b: &ElementBox| (b.y_mm + b.h_mm / 2.0 - 37.0 - 2.822) / 10.445;
    assert!(
        (top(first) - 2.0).abs() < 0.05,
        "title on line 3: {}",
        top(first)
    );
    let label = one(&pages, "attachments/1");
    assert!(
        label.w_mm > 40.0 && (label.y_mm - 37.0).abs() < 0.01,
        "{label:?}"
    );
}

#[test]
fn a_text_issued_by_a_notice_has_no_attachment_mark_and_the_imprint_after_it() {
    let pages = typeset(&regulation());
    assert!(boxes(&pages, "attachment_note").is_empty());
    let title = one(&pages, "issued_text/title");
    assert!(title.page > one(&pages, "signature").page);
    let imprint = one(&pages, "imprint");
    let annex = one(&pages, "issued_text/attachments/0/title");
    assert!(imprint.page >= annex.page && annex.page > title.page);
}

#[test]
fn turned_pages_carry_their_number_at_the_usual_place() {
    let mut document = notice();
    document.attachments[0].landscape = true;
    let pages = typeset(&document);
    let title = one(&pages, "attachments/0/title");
    assert!(
        title.h_mm > title.w_mm,
        "the title runs up the page: {title:?}"
    );
    assert!(title.x_mm >= 28.0 && title.x_mm + title.w_mm <= 184.0);
    let numbers = boxes(&pages, "page_number");
    let number = numbers
        .iter()
        .find(|b| b.page == title.page)
        .expect("a number");
    assert!(
        (268.0..272.0).contains(&(number.y_mm + number.h_mm / 2.0)),
        "{number:?}"
    );
}

#[test]
fn a_signature_after_a_turned_table_stands_upright() {
    let mut document = notice();
    document.attachments.clear();
    let mut table = small_table();
    table.landscape = true;
    document.body.push(Block::Table(table));
    let pages = typeset(&document);
    let date = one(&pages, "date_of_issue");
    assert!(date.w_mm > date.h_mm, "{date:?}");
}

#[test]
fn preprinted_paper_gets_no_red_ink_and_moves_the_rest() {
    let options = Options {
        preprinted: Some(Preprinted {
            offset_x_mm: 1.0,
            offset_y_mm: -2.0,
        }),
        ..Options::default()
    };
    let pages = typeset_with(&notice(), options);
    let pixels = pages.pixels(0, 60.0).expect("drawn");
    let red = pixels.rgba.chunks_exact(4).any(|p| p[0] > 200 && p[1] < 80);
    assert!(!red, "the head is printed already");
}

#[test]
fn a_comparison_shows_what_is_new_and_what_is_gone_in_colour() {
    let mut document = notice();
    let run = |text: &str, change| Run {
        text: text.into(),
        change,
        ..Run::default()
    };
    document.body.insert(
        0,
        Block::Paragraph {
            runs: vec![
                run("旧文字", Some(Change::Deleted)),
                run("新文字", Some(Change::Inserted)),
                run("不变", None),
            ],
            align: None,
        },
    );
    let pixels = typeset(&document).pixels(0, 100.0).expect("drawn");
    let count = |f: fn(&[u8]) -> bool| pixels.rgba.chunks_exact(4).filter(|p| f(p)).count();
    assert!(count(|p| p[2] > 140 && p[0] < 60) > 50, "new text is blue");
    assert!(
        count(|p| (130..190).contains(&p[0]) && p[1] < 60 && p[2] < 60) > 20,
        "gone text is dark red"
    );
}

#[test]
fn a_marked_copy_shows_whose_changes_they_are_and_a_legend_behind_the_document() {
    let run = |text: &str, change, by| Run {
        text: text.into(),
        change,
        by,
        ..Run::default()
    };
    let marked = |by| {
        let mut document = notice();
        let runs = vec![
            run("旧文字", Some(Change::Deleted), Some(by)),
            run("新文字", Some(Change::Inserted), Some(by)),
            run("不变", None, None),
        ];
        document
            .body
            .insert(0, Block::Paragraph { runs, align: None });
        document
    };
    let legend = [
        Block::Centered {
            runs: vec![Run::plain("修订人")],
        },
        Block::Paragraph {
            runs: vec![
                run("张三", Some(Change::Inserted), Some(2)),
                Run::plain("　11月23日"),
            ],
            align: None,
        },
    ];
    let typesetter = Typesetter::new(SHELF.clone(), Options::default());
    let clean = typesetter.typeset(&marked(2)).expect("typesets");
    let pages = typesetter
        .typeset_marked(&marked(2), &legend)
        .expect("typesets");
    assert_eq!(
        pages.page_count(),
        clean.page_count() + 1,
        "the legend has a page of its own"
    );
    let last = pages.page_count() - 1;
    let places: Vec<&str> = pages
        .boxes()
        .iter()
        .filter(|found| found.page == last)
        .map(|found| found.place.as_str())
        .collect();
    assert_eq!(
        places,
        ["legend/0", "legend/1"],
        "and nothing else on it, no page number either"
    );
    assert_eq!(
        pages.png(0, 60.0).expect("drawn"),
        clean.png(0, 60.0).expect("drawn")
    );
    let green = |pixel: &[u8]| {
        pixel[1] > pixel[0].saturating_add(60) && pixel[1] > pixel[2].saturating_add(20)
    };
    let count = |by, green: fn(&[u8]) -> bool| {
        let pixels = typeset(&marked(by)).pixels(0, 100.0).expect("drawn");
        pixels
            .rgba
            .chunks_exact(4)
            .filter(|pixel| green(pixel))
            .count()
    };
    assert!(count(2, green) > 100, "the second person is green");
    assert_eq!(count(1, green), 0, "the first is not");
}

#[test]
fn without_colours_what_is_gone_is_struck_and_what_is_new_has_two_lines_under_it() {
    // Rows of the page that are dark as far as three characters reach; these have no strokes across.
    let dark_rows = |change| {
        let mut document = notice();
        let runs = vec![Run {
            change,
            by: Some(1),
            ..Run::plain("川川川")
        }];
        document.body = vec![Block::Paragraph { runs, align: None }];
        let pixels = typeset(&document).pixels(0, 200.0).expect("drawn");
        let sum = |pixel: &[u8]| -> u32 { pixel[..3].iter().map(|part| u32::from(*part)).sum() };
        let dark = |row: &[u8]| row.chunks_exact(4).filter(|pixel| sum(pixel) < 420).count();
        let rows = pixels.rgba.chunks_exact(pixels.width as usize * 4);
        let reached = rows
            .enumerate()
            .filter(|(_, row)| (110..=145).contains(&dark(row)));
        reached.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let plain = dark_rows(None);
    let added = |change| -> Vec<usize> {
        let rows = dark_rows(Some(change)).into_iter();
        rows.filter(|row| !plain.contains(row)).collect()
    };
    let (gone, new) = (added(Change::Deleted), added(Change::Inserted));
    assert!(!gone.is_empty(), "one line through it");
    let parts = new.windows(2).filter(|pair| pair[1] > pair[0] + 1).count() + 1;
    assert_eq!(parts, 2, "two lines: {new:?}");
    assert!(
        gone.iter().max() < new.iter().min(),
        "{gone:?} over {new:?}"
    );
}

#[test]
fn an_edit_changes_only_the_pages_it_touches() {
    let typesetter = Typesetter::new(SHELF.clone(), Options::default());
    let mut document = notice();
    let before = typesetter.typeset(&document).expect("typesets");
    document.body[0] = Block::paragraph(PARAGRAPH.replace("六次", "七次"));
    let after = typesetter.typeset(&document).expect("typesets");
    assert_ne!(before.page_hash(0), after.page_hash(0));
    for page in 1..before.page_count() {
        assert_eq!(before.page_hash(page), after.page_hash(page), "page {page}");
    }
    typesetter.evict();
}

#[test]
fn every_block_can_be_clicked() {
    let document = notice();
    let pages = typeset(&document);
    for i in 0..document.body.len() {
        assert!(!boxes(&pages, &format!("body/{i}")).is_empty(), "body/{i}");
    }
    for place in [
        "letterhead",
        "issue_number",
        "red_line",
        "title",
        "main_recipients",
        "attachment_note",
        "signature",
        "date_of_issue",
        "seal",
        "note",
        "copy_recipients",
        "imprint",
        "page_number",
    ] {
        one(&pages, place);
    }
}

#[test]
fn long_names_of_agencies_fit_the_letterhead() {
    for name in [
        "国",
        "安平县人民政府",
        "安平县人民政府防汛抗旱指挥部办公室",
        "中国共产党安平县委员会全面深化改革委员会办公室暨安平县优化营商环境工作领导小组",
    ] {
        let mut document = notice();
        document.issuers = vec![Issuer {
            name: name.into(),
            ..Issuer::default()
        }];
        let pages = typeset(&document);
        let head = one(&pages, "letterhead");
        assert!(
            head.x_mm >= 27.5 && head.x_mm + head.w_mm <= 184.5,
            "{name}: {head:?}"
        );
        assert_eq!(one(&pages, "body/0").page, 0, "{name}");
    }
}

#[test]
fn the_office_may_choose_a_larger_seal() {
    let table = LayoutTable::standard().with_value("seal.diameter", 45.0);
    let pages = typeset_with(
        &notice(),
        Options {
            table,
            ..Options::default()
        },
    );
    assert!((one(&pages, "seal").w_mm - 45.0).abs() < 1e-9);
}

#[test]
fn issued_text_without_title_still_begins_a_page() {
    let document = OfficialDocument {
        issued_text: Some(IssuedText {
            body: vec![Block::paragraph("甲")],
            ..IssuedText::default()
        }),
        attachments: vec![Attachment::default()],
        ..notice()
    };
    assert!(one(&typeset(&document), "issued_text/body/0").page > 0);
}
