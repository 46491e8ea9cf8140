//! Reports as Word files: parts that refer to each other, and another program that opens them.

use std::io::{Cursor, Read as _};

use andu_document::report::{Column, Figure, Report, ReportBlock, ReportTable, Section};
use andu_office::{
    Limits,
    docx::{self, Fonts, Picture},
    source::SourceBlock,
};

use crate::pdf;

/// A white dot.
const DOT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 0x0D, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3A, 0x7E, 0x9B, 0x55, 0, 0, 0, 0x0A, b'I', b'D', b'A', b'T',
    0x78, 0x9C, 0x63, 0xF8, 0x0F, 0, 1, 1, 1, 0, 0xB1, 0x38, 0xF6, 0x14, 0, 0, 0, 0, b'I', b'E',
    b'N', b'D', 0xAE, 0x42, 0x60, 0x82,
];

fn report() -> Report {
    let column = |title: &str| Column {
        title: title.into(),
        share: 1,
    };
    let table = ReportTable {
        columns: vec![column("步骤"), column("依据")],
        rows: vec![
            vec!["拟稿 & <核稿>".into(), "第十九条".into()],
            vec!["签发".into()],
        ],
    };
    let figure = Figure {
        width: 1_000,
        height: 1_000,
        caption: "图1　“流程”".into(),
        ..Figure::default()
    };
    let upright = Section {
        title: "一、步骤说明".into(),
        turned: false,
        blocks: vec![
            ReportBlock::Heading("分支".into()),
            ReportBlock::Paragraph("据以办理。".into()),
            ReportBlock::Table(table),
        ],
    };
    let turned = Section {
        title: "二、协作流程图".into(),
        turned: true,
        blocks: vec![ReportBlock::Figure(figure)],
    };
    Report {
        title: "发文办理流程手册".into(),
        under: vec!["第 1 版".into()],
        sections: vec![upright, turned],
    }
}

fn written() -> Vec<u8> {
    let picture = Picture {
        png: DOT.to_vec(),
        width: 2_000,
        height: 1_000,
    };
    let pictures = vec![vec![picture.clone(), picture]];
    docx::write_report(&report(), &pictures, &Fonts::default()).expect("it is written")
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let mut text = String::new();
    let mut part = archive
        .by_name(name)
        .unwrap_or_else(|_| panic!("{name} is there"));
    part.read_to_string(&mut text).expect("text");
    text
}

#[test]
fn every_part_is_well_formed_and_what_is_referred_to_is_there() {
    let bytes = written();
    let archive = zip::ZipArchive::new(Cursor::new(&bytes)).expect("a package");
    let names: Vec<String> = archive
        .file_names()
        .map(|name| name.expect("a name").into_owned())
        .collect();
    for name in names
        .iter()
        .filter(|name| name.ends_with(".xml") || name.ends_with(".rels"))
    {
        let text = part(&bytes, name);
        let mut reader = quick_xml::Reader::from_str(&text);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => break,
                Ok(_) => {}
                Err(error) => panic!("{name}: {error}"),
            }
        }
    }
    let text = part(&bytes, "word/document.xml");
    let relations = part(&bytes, "word/_rels/document.xml.rels");
    for id in ["footer", "image1", "image2"] {
        assert!(text.contains(&format!("\"{id}\"")), "{id} is used");
        assert!(relations.contains(&format!("Id=\"{id}\"")), "{id} is known");
    }
    for name in [
        "word/media/image1.png",
        "word/media/image2.png",
        "word/footer.xml",
    ] {
        assert!(names.iter().any(|one| one == name), "{name}: {names:?}");
    }
    let styles = part(&bytes, "word/styles.xml");
    for used in text.split("w:pStyle w:val=\"").skip(1) {
        let style = used.split('"').next().expect("a name");
        assert!(
            styles.contains(&format!("w:styleId=\"{style}\"")),
            "{style}"
        );
    }
    assert!(text.contains("w:orient=\"landscape\"") && text.matches("<w:sectPr>").count() == 2);
    assert_eq!(written(), bytes, "the same report gives the same bytes");
}

#[test]
fn what_is_written_is_read_back() {
    let text = docx::read(&written(), &Limits::default()).expect("it is read");
    let paragraphs: Vec<String> = text
        .blocks
        .iter()
        .filter_map(|block| match block {
            SourceBlock::Paragraph(paragraph) => Some(paragraph.text()),
            _ => None,
        })
        .collect();
    for wanted in [
        "发文办理流程手册",
        "第 1 版",
        "一、步骤说明",
        "据以办理。",
        "二、协作流程图",
    ] {
        assert!(
            paragraphs.iter().any(|text| text == wanted),
            "{wanted}: {paragraphs:?}"
        );
    }
    let tables = text.blocks.iter().filter_map(|block| match block {
        SourceBlock::Table(table) => Some(table),
        _ => None,
    });
    let tables: Vec<_> = tables.collect();
    assert_eq!(
        (tables.len(), tables[0].rows.len(), tables[0].header_rows),
        (1, 3, 1)
    );
    assert_eq!(tables[0].rows[1][0].paragraphs[0].text(), "拟稿 & <核稿>");
    let images = text
        .blocks
        .iter()
        .filter(|block| matches!(block, SourceBlock::Image(_)));
    assert_eq!(images.count(), 2);
}

#[test]
fn libreoffice_opens_a_report() {
    let Some(programs) = pdf::programs() else {
        return;
    };
    let path = programs.put("report.docx", &written());
    programs.lay_out(&[path]);
    let text = programs
        .text("report.pdf", "-raw")
        .replace(char::is_whitespace, "");
    for wanted in ["发文办理流程手册", "拟稿&<核稿>", "图1", "—2—"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
}
