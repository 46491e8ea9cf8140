//! Reports on pages: nothing is lost, heads stand again, figures are parted, turned sheets are wide.

use std::sync::Arc;

use andu_document::report::{
    Area, Column, Figure, Form, Mark, Paper, Pen, Report, ReportBlock, ReportTable, Section,
};
use andu_typeset::{Options, Typeset, Typesetter};

use crate::{fixtures::SHELF, poppler::lines_of};

fn typesetter() -> Typesetter {
    Typesetter::new(Arc::clone(&SHELF), Options::default())
}

fn set(report: &Report) -> Typeset {
    typesetter().report(report).expect("it is set")
}

fn column(title: &str, share: u32) -> Column {
    Column {
        title: title.into(),
        share,
    }
}

fn table(rows: usize) -> ReportTable {
    let row = |no: usize| vec![format!("第{no}步"), "逐项核对后送下一环节办理。".repeat(4)];
    ReportTable {
        columns: vec![column("步骤名称", 1), column("办理要求", 3)],
        rows: (0..rows).map(row).collect(),
    }
}

/// So many boxes one under the other.
fn figure(count: i32) -> Figure {
    let boxed = |no: i32| {
        let (y, pen) = (500 + no * 2_000, Pen::Thin);
        let (area, form) = (
            Area {
                x: 500,
                y,
                w: 4_000,
                h: 1_000,
            },
            Form::Square,
        );
        let words = Mark::Words {
            x: 2_500,
            y: y + 300,
            width: 1_750,
            size: 350,
            centred: true,
            text: format!("环节{no}号"),
        };
        let points = vec![(2_500, y + 1_000), (2_500, y + 2_000)];
        let line = Mark::Line {
            points,
            arrow: true,
            pen,
        };
        let frame = false;
        [
            Mark::Box {
                area,
                form,
                pen,
                frame,
            },
            words,
            line,
        ]
    };
    Figure {
        width: 5_000,
        height: count * 2_000 + 600,
        head: 0,
        marks: (0..count).flat_map(boxed).collect(),
        caption: "图示".into(),
    }
}

fn section(title: &str, turned: bool, block: ReportBlock) -> Section {
    Section {
        title: title.into(),
        turned,
        blocks: vec![block],
    }
}

/// What another program reads on the pages; `None` where it is not installed.
fn words(pages: &Typeset) -> Option<String> {
    lines_of(pages).map(|lines| lines.join("\n"))
}

#[test]
fn every_row_and_every_box_is_printed_once_and_heads_on_every_page() {
    let report = Report {
        title: "流程手册".into(),
        under: vec!["第 1 版".into()],
        sections: vec![
            section("一、步骤", false, ReportBlock::Table(table(40))),
            section("二、图", false, ReportBlock::Figure(figure(60))),
        ],
    };
    let pages = set(&report);
    let Some(text) = words(&pages) else {
        return;
    };
    for no in 0..40 {
        assert_eq!(text.matches(&format!("第{no}步")).count(), 1, "row {no}");
    }
    for no in 0..60 {
        assert_eq!(text.matches(&format!("环节{no}号")).count(), 1, "box {no}");
    }
    let tables = text.matches("步骤名称").count();
    assert!(
        tables >= 3,
        "the head stands on every page of the table: {tables}"
    );
    let tiles = figure(60).parted(false).tiles.len();
    assert!(
        tiles >= 4 && text.matches("图示").count() == tiles,
        "{tiles}"
    );
    assert!(
        text.contains(&format!("—{}—", pages.page_count())),
        "{text}"
    );
}

#[test]
fn a_turned_section_stands_on_turned_sheets() {
    let report = Report {
        title: "手册".into(),
        under: Vec::new(),
        sections: vec![
            section("一、上", false, ReportBlock::Paragraph("一段。".into())),
            section("二、下", true, ReportBlock::Table(table(3))),
        ],
    };
    let pages = set(&report);
    assert_eq!(pages.page_count(), 2);
    let size = |paper: Paper| {
        (
            f64::from(paper.width) / 100.0,
            f64::from(paper.height) / 100.0,
        )
    };
    assert_eq!(pages.page_size(0), Some(size(Paper::UPRIGHT)));
    assert_eq!(pages.page_size(1), Some(size(Paper::TURNED)));
}

#[test]
fn a_figure_is_a_picture_of_its_size() {
    let figure = figure(60);
    let parted = figure.parted(false);
    let drawn = typesetter().figure(&parted).expect("it is drawn");
    assert_eq!(drawn.page_count(), parted.tiles.len());
    let pixels = drawn.pixels(0, 100.0).expect("pixels");
    let wanted = f64::from(parted.tiles[0].height) / 2_540.0 * f64::from(parted.scale) / 10.0;
    assert!(
        (f64::from(pixels.height) - wanted).abs() < 2.0,
        "{}",
        pixels.height
    );
    let dark = pixels
        .rgba
        .chunks_exact(4)
        .filter(|pixel| pixel[0] < 100)
        .count();
    assert!(dark > 500, "boxes, lines and words are drawn: {dark}");
}

#[test]
fn an_empty_report_is_one_page_and_a_row_higher_than_a_page_is_parted() {
    assert_eq!(set(&Report::default()).page_count(), 1);
    let mut high = table(1);
    high.rows[0][1] = "很长的要求，".repeat(1_500);
    let block = ReportBlock::Table(high);
    let report = Report {
        sections: vec![section("一", false, block)],
        ..Report::default()
    };
    let pages = set(&report);
    assert!(pages.page_count() >= 3, "{}", pages.page_count());
    if let Some(text) = words(&pages) {
        assert_eq!(text.replace('\n', "").matches("很长").count(), 1_500);
    }
}
