//! A heading never ends a page: at least a line of what it heads stands under it.

use andu_document::{Block, OfficialDocument, Run};
use andu_typeset::{Note, Typeset};

use crate::fixtures::*;

/// `lines` lines of text, then `blocks`.
fn after(lines: usize, blocks: &[Block]) -> OfficialDocument {
    let mut document = notice();
    document.attachments.clear();
    document.body = Vec::new();
    if lines > 0 {
        document
            .body
            .push(Block::paragraph("国".repeat(28 * lines - 4)));
    }
    document.body.extend_from_slice(blocks);
    document
}

fn page_of(pages: &Typeset, block: usize) -> usize {
    let place = format!("body/{block}");
    let mut boxes = pages.boxes().iter().filter(|b| b.place == place);
    boxes.next().expect("the block stands on a page").page
}

fn table(landscape: bool) -> Block {
    let mut table = small_table();
    table.landscape = landscape;
    table.caption = "小型水库基本情况".into();
    Block::Table(table)
}

fn chapter() -> Block {
    Block::Centered {
        runs: vec![Run::plain("第二章　管理职责")],
    }
}

fn run_in() -> Block {
    Block::Heading {
        level: 2,
        runs: vec![Run::plain("国".repeat(23))],
        unnumbered: false,
        run_in: vec![Run::plain(PARAGRAPH)],
    }
}

/// Sets `blocks` after every number of lines that a page may hold, and looks that all of them begin
/// on one page.
#[track_caller]
fn stay_together(name: &str, blocks: &[Block]) {
    let mut moved = 0;
    // Page one shows body text before all else, so not even a turned table takes a heading off it.
    for lines in 1..=34 {
        let pages = typeset(&after(lines, blocks));
        let head = page_of(&pages, 1);
        assert_eq!(
            head,
            page_of(&pages, blocks.len()),
            "{name} after {lines} lines: {:?}",
            pages.notes()
        );
        moved = moved.max(head);
    }
    assert!(moved > 0, "{name}: one of the lengths moves it");
}

#[test]
fn a_heading_stays_with_what_follows_it() {
    let (one, two) = (
        Block::heading(1, "压实防汛责任"),
        Block::heading(2, "落实责任制"),
    );
    let text = Block::paragraph(PARAGRAPH);
    stay_together("text", &[one.clone(), text.clone()]);
    stay_together("two levels", &[one.clone(), two.clone(), text.clone()]);
    stay_together("a chapter", &[chapter(), one.clone(), text.clone()]);
    stay_together("two lines", &[Block::heading(1, "国".repeat(40)), text]);
    stay_together("a table", &[one.clone(), table(false)]);
    stay_together("a turned table", &[one.clone(), two.clone(), table(true)]);
    stay_together("a picture", &[one.clone(), picture(800, 60)]);
    stay_together("a picture of a page", &[one, two, picture(1560, 400)]);
}

#[test]
fn a_heading_with_text_in_its_line_shows_some_of_it() {
    for lines in 1..=34 {
        let pages = typeset(&after(lines, &[run_in()]));
        let boxes: Vec<_> = pages
            .boxes()
            .iter()
            .filter(|b| b.place == "body/1")
            .collect();
        // （一）, 23 characters and an indent of two fill a line.
        let alone = boxes.len() > 1 && boxes[0].h_mm < 6.0;
        assert!(!alone, "after {lines} lines: {boxes:?}");
    }
}

#[test]
fn headings_of_one_level_in_a_row_fill_the_page_as_items_do() {
    let items: Vec<Block> = (0..60).map(|_| Block::heading(4, "巡查堤防；")).collect();
    let pages = typeset(&after(0, &items));
    let foot = pages
        .boxes()
        .iter()
        .filter(|b| b.page == 0 && b.place.starts_with("body/"))
        .map(|b| b.y_mm + b.h_mm)
        .fold(0.0, f64::max);
    assert!(
        (foot - 262.0).abs() < 0.1,
        "the last line of page one: {foot}"
    );
}

#[test]
fn a_table_shows_a_row_under_its_header() {
    for lines in 1..=34 {
        let pages = typeset(&after(lines, &[table(false)]));
        let shown = pages
            .boxes()
            .iter()
            .find(|b| b.place == "body/1")
            .expect("a box");
        assert!(
            shown.h_mm > 23.0,
            "caption, header and a row after {lines} lines: {shown:?}"
        );
    }
}

#[test]
fn page_one_shows_a_heading_rather_than_no_body() {
    let mut alone = 0;
    for rows in 1..14 {
        let mut document = after(
            0,
            &[Block::heading(1, "压实责任"), Block::paragraph(PARAGRAPH)],
        );
        document.title = vec!["关于防汛工作的通知"; rows].join("\n");
        document.main_recipients.clear();
        let pages = typeset(&document);
        if pages.notes().contains(&Note::FirstPageWithoutBody) {
            continue;
        }
        assert_eq!(page_of(&pages, 0), 0, "{rows} rows of title");
        alone += usize::from(page_of(&pages, 1) > 0);
    }
    assert_eq!(alone, 1, "one of the titles leaves one line");
}

#[test]
fn keeping_headings_leaves_the_grid_alone() {
    for lines in 20..=34 {
        let document = after(
            lines,
            &[
                Block::heading(1, "压实防汛责任"),
                Block::paragraph(PARAGRAPH),
            ],
        );
        let pages = typeset(&document);
        for found in pages
            .boxes()
            .iter()
            .filter(|b| b.place.starts_with("body/"))
        {
            let lines = pages.lines(found.page).expect("a page");
            let pitch = 219.356 / (lines - 1) as f64;
            let slot = (found.y_mm - 37.0) / pitch;
            assert!((slot - slot.round()).abs() < 0.01, "{found:?}");
        }
    }
}
