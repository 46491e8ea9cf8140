//! The same pages seen by another program (poppler): ink positions and text in reading order.

use std::{path::Path, process::Command};

use andu_base::chinese_date;
use andu_document::{Attachment, Block, OfficialDocument, SealStyle, body::HeadingNumbers};
use andu_typeset::{PdfOptions, Typeset};

use crate::fixtures::*;

/// `None`, and a message, where poppler-utils are not installed.
fn poppler() -> Option<()> {
    let there = Command::new("pdftotext").arg("-v").output().is_ok();
    if !there {
        println!("skipped: poppler-utils (pdftotext, pdftoppm) are not installed");
    }
    there.then_some(())
}

fn run(program: &str, arguments: &[&str]) {
    let status = Command::new(program)
        .args(arguments)
        .status()
        .expect("poppler runs");
    assert!(status.success(), "{program} {arguments:?}");
}

fn write_pdf(pages: &Typeset, folder: &Path) -> String {
    let pdf = pages.pdf(&PdfOptions::default()).expect("a pdf");
    let path = folder.join("document.pdf");
    std::fs::write(&path, pdf.bytes).expect("written");
    path.to_string_lossy().into_owned()
}

/// Lines of the PDF without white space; `None` where poppler-utils are not installed.
pub fn lines_of(pages: &Typeset) -> Option<Vec<String>> {
    poppler()?;
    let text = raw_text(pages);
    let lines = text.split(['\n', '\u{c}']);
    let lines = lines.map(|line| line.chars().filter(|c| !c.is_whitespace()).collect());
    Some(lines.collect())
}

fn raw_text(pages: &Typeset) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = write_pdf(pages, folder.path());
    let text = folder
        .path()
        .join("text.txt")
        .to_string_lossy()
        .into_owned();
    run("pdftotext", &["-raw", "-enc", "UTF-8", &pdf, &text]);
    std::fs::read_to_string(text).expect("read")
}

/// Text of the PDF without white space and page-number lines.
fn text_of(pages: &Typeset) -> String {
    let text = raw_text(pages);
    let number = |line: &str| {
        let line = line.trim();
        line.starts_with('—')
            && line.ends_with('—')
            && line
                .chars()
                .all(|c| c == '—' || c == ' ' || c.is_ascii_digit())
            && line.chars().any(|c| c.is_ascii_digit())
    };
    let kept = text.split(['\n', '\u{c}']).filter(|line| !number(line));
    kept.collect::<String>()
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

fn blocks_text(blocks: &[Block]) -> String {
    let mut numbers = HeadingNumbers::default();
    let mut text = String::new();
    for block in blocks {
        if let Block::Heading {
            level,
            unnumbered: false,
            ..
        } = block
        {
            text += &numbers.next(*level);
        }
        text += &block.text();
    }
    text
}

fn attachments_text(attachments: &[Attachment]) -> String {
    let mut text = String::new();
    for (i, attachment) in attachments.iter().enumerate() {
        text += "附件";
        if attachments.len() > 1 {
            text += &(i + 1).to_string();
        }
        text += &attachment.title;
        text += &blocks_text(&attachment.body);
    }
    text
}

/// The elements of a document in reading order, without white space.
fn reading_order(document: &OfficialDocument) -> String {
    let mut text = String::new();
    if let Some(number) = document.copy_number {
        text += &format!("{number:06}");
    }
    if let Some(classification) = &document.classification {
        text += &format!("{}★{}", classification.level.name(), classification.term);
    }
    text += document.urgency.map_or("", |urgency| urgency.name());
    let (names, suffix) = document.letterhead();
    text += &names.concat();
    text += suffix;
    text += &document
        .issue_number
        .as_ref()
        .map_or_else(String::new, ToString::to_string);
    if !document.signatories.is_empty() {
        text += "签发人：";
        text.extend(
            document
                .signatories
                .iter()
                .map(|signatory| signatory.name.as_str()),
        );
    }
    text += &document.title;
    text += &document.main_recipients.join("，");
    text += "：";
    text += &blocks_text(&document.body);
    if !document.attachments.is_empty() {
        text += "附件：";
        for (i, attachment) in document.attachments.iter().enumerate() {
            if document.attachments.len() > 1 {
                text += &format!("{}.", i + 1);
            }
            text += &attachment.title;
        }
    }
    text.extend(
        document
            .issuers
            .iter()
            .map(|issuer| issuer.signature_name().to_owned()),
    );
    text += &document
        .date_of_issue
        .map_or_else(String::new, chinese_date);
    if !document.note.is_empty() {
        text += &format!("（{}）", document.note);
    }
    if let Some(issued) = &document.issued_text {
        text += &issued.title;
        if !issued.subtitle.is_empty() {
            text += &format!("（{}）", issued.subtitle);
        }
        text += &blocks_text(&issued.body);
        text += &attachments_text(&issued.attachments);
    }
    text += &attachments_text(&document.attachments);
    if !document.copy_recipients.is_empty() {
        text += &format!("抄送：{}。", document.copy_recipients.join("，"));
    }
    if let Some(imprint) = &document.imprint {
        text += &imprint.name;
        text += &imprint
            .date
            .map_or_else(String::new, |date| chinese_date(date) + "印发");
    }
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn the_text_of_the_pdf_is_the_elements_in_reading_order() {
    if poppler().is_none() {
        return;
    }
    let mut without_table = notice();
    without_table.attachments[0].body.truncate(1);
    for (name, document) in [
        ("notice", without_table),
        ("notice with a table that repeats no row", {
            let mut document = notice();
            let mut table = small_table();
            table.rows.truncate(8);
            document.attachments[0].body = vec![Block::Table(table)];
            document
        }),
        ("upward", upward()),
        ("joint", joint(3)),
        ("secret", secret_without_table()),
        ("unsealed", plain_seal(SealStyle::Unsealed)),
        ("regulation", regulation()),
    ] {
        let expected = reading_order(&document);
        let found = text_of(&typeset(&document));
        let common = expected
            .chars()
            .zip(found.chars())
            .take_while(|(a, b)| a == b)
            .count();
        let near = |text: &str| {
            text.chars()
                .skip(common.saturating_sub(10))
                .take(40)
                .collect::<String>()
        };
        assert!(
            expected == found,
            "{name}: expected …{} but found …{}",
            near(&expected),
            near(&found)
        );
    }
}

/// A picture of a page as pdftoppm draws it.
struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

const DPI: f64 = 300.0;

impl Picture {
    fn of(pdf: &str, page: usize, folder: &Path) -> Self {
        let stem = folder
            .join(format!("page{page}"))
            .to_string_lossy()
            .into_owned();
        let page = page.to_string();
        run(
            "pdftoppm",
            &[
                "-r",
                "300",
                "-f",
                &page,
                "-l",
                &page,
                "-singlefile",
                pdf,
                &stem,
            ],
        );
        let bytes = std::fs::read(stem + ".ppm").expect("a picture");
        let mut fields = Vec::new();
        let mut at = 0;
        while fields.len() < 4 {
            let end = at
                + bytes[at..]
                    .iter()
                    .position(u8::is_ascii_whitespace)
                    .expect("a header");
            fields.push(String::from_utf8_lossy(&bytes[at..end]).into_owned());
            at = end + 1;
        }
        let (width, height) = (
            fields[1].parse().expect("width"),
            fields[2].parse().expect("height"),
        );
        Self {
            width,
            height,
            rgb: bytes[at..].to_vec(),
        }
    }

    fn ink(&self, x: usize, y: usize, red: bool) -> bool {
        let at = (y * self.width + x) * 3;
        let (r, g, b) = (self.rgb[at], self.rgb[at + 1], self.rgb[at + 2]);
        if red {
            r > 150 && g < 130 && b < 130
        } else {
            r < 128 && g < 128 && b < 128
        }
    }

    /// Rows with ink between two heights (mm), as bands of (top, bottom, left, right) in mm.
    fn bands(&self, red: bool, from: f64, to: f64) -> Vec<[f64; 4]> {
        let row = |mm: f64| ((mm * DPI / 25.4) as usize).min(self.height);
        let mm = |pixel: usize| pixel as f64 * 25.4 / DPI;
        let mut bands: Vec<[usize; 4]> = Vec::new();
        for y in row(from)..row(to) {
            let mut inked = (0..self.width).filter(|x| self.ink(*x, y, red));
            let Some(left) = inked.next() else { continue };
            let right = inked.next_back().unwrap_or(left) + 1;
            match bands.last_mut() {
                Some(band) if y <= band[1] + 6 => {
                    *band = [band[0], y + 1, band[2].min(left), band[3].max(right)];
                }
                _ => bands.push([y, y + 1, left, right]),
            }
        }
        bands.into_iter().map(|band| band.map(mm)).collect()
    }
}

/// A document of 国 alone, as far as its elements allow.
fn body_filling() -> OfficialDocument {
    let mut document = notice();
    document.issuers[0].name = "国国国国国国".into();
    document.letterhead_suffix = Some(String::new());
    document.issue_number = Some("国国国〔2026〕8号".parse().expect("a number"));
    document.body = vec![Block::paragraph("国".repeat(28 * 48))];
    document.attachments.clear();
    document
}

fn near(what: &str, found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 0.5,
        "{what}: {found:.2} mm instead of {expected:.2}"
    );
}

#[test]
fn another_program_measures_the_ink_where_the_standard_has_it() {
    if poppler().is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let pages = typeset(&body_filling());
    let pdf = write_pdf(&pages, folder.path());
    let first = Picture::of(&pdf, 1, folder.path());
    let red = first.bands(true, 30.0, 200.0);
    near("top of 发文机关标志", red[0][0], 72.0);
    let rule = red[1];
    let number = first.bands(false, red[0][1] + 1.0, rule[0] - 0.3);
    near(
        "发文字号 to the red line",
        rule[0] - number.last().expect("a number")[1],
        4.0,
    );
    near("width of the red line", rule[3] - rule[2], 156.0);

    let second = Picture::of(&pdf, 2, folder.path());
    let lines = second.bands(false, 30.0, 266.0);
    assert_eq!(lines.len(), 22, "22 lines stand between 37 and 262 mm");
    near("top of line 1", lines[0][0], 37.0);
    near("bottom of line 22", lines[21][1], 262.0);
    // 国 of 仿宋 is narrower than its body: what is left over is the same on both sides.
    let (left, right) = (lines[1][2] - 28.0, 184.0 - lines[1][3]);
    assert!(
        (0.0..1.0).contains(&left) && (left - right).abs() < 0.2,
        "{left:.2} and {right:.2} mm"
    );
    let dash = second.bands(false, 265.0, 280.0);
    let side = Picture {
        width: second.width,
        height: second.height,
        rgb: second.rgb.clone(),
    };
    let left = dash
        .iter()
        .map(|band| band[2])
        .fold(f64::INFINITY, f64::min);
    near("even page number", left, 32.94);
    near("dash of the page number", dash_height(&side, left), 269.0);

    let last = Picture::of(&pdf, pages.page_count(), folder.path());
    let rules: Vec<_> = last
        .bands(false, 150.0, 265.0)
        .into_iter()
        .filter(|band| band[3] - band[2] > 150.0 && band[1] - band[0] < 1.0)
        .collect();
    let bottom = rules.last().expect("版记 ends with a rule");
    near(
        "last rule of 版记",
        f64::midpoint(bottom[0], bottom[1]),
        262.0,
    );
}

/// The middle of the dash that begins at `left`.
fn dash_height(picture: &Picture, left: f64) -> f64 {
    let column = ((left + 1.5) * DPI / 25.4) as usize;
    let rows: Vec<usize> = ((264.0 * DPI / 25.4) as usize..(280.0 * DPI / 25.4) as usize)
        .filter(|y| picture.ink(column, *y, false))
        .collect();
    rows.iter().map(|y| *y as f64 + 0.5).sum::<f64>() / rows.len() as f64 * 25.4 / DPI
}

#[test]
fn a_unit_in_parentheses_is_not_parted_in_a_narrow_column() {
    if poppler().is_none() {
        return;
    }
    let cell = |text: &str| andu_document::Cell {
        runs: vec![andu_document::Run::plain(text)],
        colspan: 1,
        rowspan: 1,
        align: None,
    };
    let row = |texts: &[&str]| andu_document::Row {
        cells: texts.iter().map(|text| cell(text)).collect(),
    };
    let heads = ["总投资（万元）", "序号", "镇", "项目", "工期", "备注"];
    let document = OfficialDocument {
        body: vec![Block::Table(andu_document::Table {
            rows: vec![row(&heads), row(&["12", "1", "石桥", "管网", "一年", ""])],
            header_rows: 1,
            ..andu_document::Table::default()
        })],
        ..OfficialDocument::default()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let pdf = write_pdf(&typeset(&document), folder.path());
    let text = folder.path().join("text.txt");
    run(
        "pdftotext",
        &["-raw", "-enc", "UTF-8", &pdf, &text.to_string_lossy()],
    );
    let text = std::fs::read_to_string(text).expect("read");
    assert!(
        text.lines().any(|line| line.contains("（万元）")),
        "parted: {text}"
    );
}
