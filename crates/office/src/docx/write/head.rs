//! 版头 and 标题 of the exported file (GB/T 9704-2012, 7.2, 7.3.1, 10).

use andu_base::chinese_date;
use andu_document::{
    Direction, DocumentFormat, OfficialDocument, SealStyle, reading::recipients_mark,
};

use super::{
    WriteOptions,
    layout::{PITCH, SIZE_2, SIZE_3, TEXT_WIDTH, characters, tenth_mm, width},
    markup::{Face, Justify, Look, Markup, Para, Rule},
};

/// Largest 发文机关标志, in half points. The standard fixes no size (7.2.4).
const LARGEST_LETTERHEAD: u32 = 104;
/// From the bottom of a line of 16 pt characters at the grid's pitch to 4 mm under its glyphs, in points (7.2.7).
const RED_LINE_SPACE: u32 = 5;

/// Writes everything above the title.
pub(super) fn write(document: &OfficialDocument, options: &WriteOptions, out: &mut Markup) {
    match document.format {
        DocumentFormat::Letter => write_letter(document, out),
        DocumentFormat::Telegram => {
            let marks = marks(document);
            for (text, look) in &marks {
                out.para(&Para::new(Justify::Left).text(text, *look));
            }
            write_letterhead(document, tenth_mm(350 + 24), marks.len(), out);
            write_telegram(document, options, out);
        }
        DocumentFormat::Document | DocumentFormat::Order | DocumentFormat::Minutes => {
            let marks = marks(document);
            for (text, look) in &marks {
                out.para(&Para::new(Justify::Left).text(text, *look));
            }
            // 35 mm below 版心 (7.2.4), 20 mm for 命令 (10.2); 版心 begins 2.42 mm under the margin.
            let top = if document.format == DocumentFormat::Order {
                200
            } else {
                350
            };
            write_letterhead(document, tenth_mm(top + 24), marks.len(), out);
            write_number(document, out);
        }
        DocumentFormat::Paper => {}
    }
}

/// 标题 and 主送机关
pub(super) fn write_title(document: &OfficialDocument, options: &WriteOptions, out: &mut Markup) {
    let before = match document.format {
        DocumentFormat::Paper => 0,
        _ => 2 * PITCH,
    };
    let has_title = !document.title.trim().is_empty();
    if has_title {
        out.para(&title(&options.title(&document.title), before));
    }
    let telegram = document.format == DocumentFormat::Telegram;
    if !document.main_recipients.is_empty() && !document.main_recipients_in_imprint {
        let mut para = Para::new(Justify::Left);
        para.before = if has_title { PITCH } else { 2 * PITCH };
        let label = if telegram { "发往：" } else { "" };
        let text = format!("{label}{}：", join_recipients(&document.main_recipients));
        out.para(&para.text(&text, Look::BODY));
    } else {
        let mut space = Para::new(Justify::Left);
        space.line = PITCH;
        out.para(&space);
    }
}

/// A title of 2号, centred.
pub(super) fn title(text: &str, before: u32) -> Para {
    let mut para = Para::new(Justify::Center);
    para.before = before;
    para.keep_next = true;
    para.text(
        text,
        Look {
            face: Face::Title,
            size: SIZE_2,
            red: false,
        },
    )
}

/// Recipients as printed.
pub(super) fn join_recipients(names: &[String]) -> String {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.join(recipients_mark(&names))
}

/// 份号, 密级和保密期限, 紧急程度: one a line, in this order (7.2.1 to 7.2.3).
fn marks(document: &OfficialDocument) -> Vec<(String, Look)> {
    let mut marks = Vec::new();
    if let Some(number) = document.copy_number {
        marks.push((format!("{number:06}"), Look::BODY));
    }
    if let Some(classification) = &document.classification {
        let level = classification.level.name();
        let text = if classification.term.is_empty() {
            level.to_owned()
        } else {
            format!("{level}★{}", classification.term)
        };
        marks.push((text, Look::HEI));
    }
    if let Some(urgency) = document.urgency
        && document.format != DocumentFormat::Telegram
    {
        marks.push((urgency.name().to_owned(), Look::HEI));
    }
    marks
}

/// Half points that let `count` hundredths of characters fit 版心.
fn letterhead_size(hundredths: u32) -> u32 {
    let fitting = TEXT_WIDTH * 98 / 10 / hundredths.max(100);
    fitting.min(LARGEST_LETTERHEAD)
}

/// 发文机关标志; its glyphs begin `top` twips under the margin, `lines` lines being used already.
fn write_letterhead(document: &OfficialDocument, top: u32, lines: usize, out: &mut Markup) {
    let (mut names, mut suffix) = document.letterhead();
    if names.is_empty() {
        return;
    }
    if document.format == DocumentFormat::Telegram {
        names.truncate(1);
        suffix = document.letterhead_suffix.as_deref().unwrap_or("明传电报");
    }
    let used = PITCH * u32::try_from(lines).unwrap_or(3);
    if let [name] = names.as_slice() {
        let (text, widest) = letterhead_lines(name, suffix);
        let size = letterhead_size(widest);
        let mut para = Para::new(Justify::Center);
        para.line = size * 12;
        para.before = top.saturating_sub(used + size);
        out.para(&para.text(
            &text,
            Look {
                face: Face::Title,
                size,
                red: true,
            },
        ));
        return;
    }
    let longest = names.iter().map(|name| width(name)).max().unwrap_or(100);
    // Many names stand smaller, so that page one still shows body text (7.3.3).
    let most = match names.len() {
        2 => 84,
        3 => 68,
        _ => 52,
    };
    let size = letterhead_size(longest + width(suffix) + 100).min(most);
    let look = Look {
        face: Face::Title,
        size,
        red: true,
    };
    let mut space = Para::new(Justify::Left);
    space.line = top.saturating_sub(used + size).max(20);
    out.para(&space);
    let right = width(suffix) * size / 10 + 160;
    let right = if suffix.is_empty() {
        0
    } else {
        right.min(TEXT_WIDTH / 2)
    };
    let left = (longest * size / 10 + 160).min(TEXT_WIDTH - right);
    let whole = left + right;
    let mut cell = String::new();
    for name in names {
        let mut para = Para::new(Justify::Distribute);
        para.line = size * 12;
        cell.push_str(&para.text(name, look).xml(None));
    }
    out.xml.push_str("<w:tbl><w:tblPr>");
    out.xml.push_str(&format!(
        "<w:tblW w:w=\"{whole}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>"
    ));
    out.xml.push_str("<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
    out.xml.push_str(&format!("<w:gridCol w:w=\"{left}\"/>"));
    if right > 0 {
        out.xml.push_str(&format!("<w:gridCol w:w=\"{right}\"/>"));
    }
    out.xml.push_str("</w:tblGrid><w:tr>");
    let properties = |w: u32| {
        format!("<w:tcPr><w:tcW w:w=\"{w}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>")
    };
    out.xml
        .push_str(&format!("<w:tc>{}{cell}</w:tc>", properties(left)));
    if right > 0 {
        let mut para = Para::new(Justify::Left);
        para.line = size * 12;
        let suffix = para.text(suffix, look).xml(None);
        out.xml
            .push_str(&format!("<w:tc>{}{suffix}</w:tc>", properties(right)));
    }
    out.xml.push_str("</w:tr></w:tbl>");
}

/// 发文机关标志 of one agency, and the width of its longer line: in two lines where one would be no larger than a title.
fn letterhead_lines(name: &str, suffix: &str) -> (String, u32) {
    let text = format!("{name}{suffix}");
    let whole = width(&text);
    if letterhead_size(whole) >= SIZE_2 || suffix.is_empty() {
        return (text, whole);
    }
    (format!("{name}\n{suffix}"), width(name).max(width(suffix)))
}

/// 发文字号 as printed: 令 carries 第n号, other numbers their full form.
pub(super) fn number_text(document: &OfficialDocument) -> Option<String> {
    let number = document.issue_number.as_ref()?;
    if document.format == DocumentFormat::Order && number.authority_code.is_empty() {
        return Some(format!("第{}号", number.serial));
    }
    Some(number.to_string())
}

/// 发文字号, 签发人 and the red line (7.2.5 to 7.2.7).
fn write_number(document: &OfficialDocument, out: &mut Markup) {
    let number = number_text(document);
    let is_upward = document.direction == Direction::Upward && !document.signatories.is_empty();
    let line = Rule::RedBelow(RED_LINE_SPACE);
    if document.format == DocumentFormat::Order {
        if let Some(number) = number {
            let mut para = Para::new(Justify::Center);
            para.before = 2 * PITCH;
            out.para(&para.text(&number, Look::BODY));
        }
        return;
    }
    if !is_upward {
        if number.is_none() && document.issuers.is_empty() {
            return;
        }
        let mut para = Para::new(Justify::Center);
        para.before = 2 * PITCH;
        para.rule = Some(line);
        out.para(&para.text(number.as_deref().unwrap_or_default(), Look::BODY));
        return;
    }
    let names: Vec<&str> = document
        .signatories
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    let longest = names
        .iter()
        .map(|name| width(name))
        .max()
        .unwrap_or(300)
        .clamp(200, 500);
    let columns = names.len().min(2) as u32;
    let label = 2800 - 100 - 400 - (columns * longest + (columns - 1) * 100);
    let rows: Vec<&[&str]> = names.chunks(2).collect();
    for (index, row) in rows.iter().enumerate() {
        let mut para = Para::new(Justify::Left);
        para.before = if index == 0 { 2 * PITCH } else { 0 };
        para.tabs = vec![
            ("left", characters(label)),
            ("left", characters(label + 400)),
            ("left", characters(label + 500 + longest)),
        ];
        if index + 1 == rows.len() {
            para.rule = Some(line);
            let number = number.as_deref().unwrap_or_default();
            para = para.text(&format!("　{number}"), Look::BODY);
        }
        para = if index == 0 {
            para.text("\t签发人：", Look::BODY)
        } else {
            para.text("\t\t", Look::BODY)
        };
        out.para(&para.text(&row.join("\t"), Look::KAI));
    }
}

/// 发电单位, 签批盖章, 等级, 发电号, 发电日期, 页数 of 明传电报 in two columns, over the red line (practice).
fn write_telegram(document: &OfficialDocument, options: &WriteOptions, out: &mut Markup) {
    let telegram = document.telegram.clone().unwrap_or_default();
    let number = match number_text(document) {
        Some(number) if telegram.number.is_empty() => number,
        _ => telegram.number,
    };
    let sender = document.issuers.first();
    let sender = sender.map_or("", |issuer| issuer.signature_name());
    let urgency = document.urgency.map_or("", |urgency| urgency.name());
    let date = match document.seal {
        SealStyle::None => date_text(document),
        _ => None,
    };
    let pages = telegram.pages.or(options.pages);
    let rows = [
        [
            ("发电单位：", Some(sender.to_owned())),
            ("签批盖章：", Some(telegram.approved_by)),
        ],
        [
            ("等级：", Some(format!("{urgency}·明电"))),
            ("发电号：", Some(number)),
        ],
        [
            ("发电日期：", date),
            ("页数：", pages.map(|pages| pages.to_string())),
        ],
    ];
    let mut space = Para::new(Justify::Left);
    space.line = PITCH / 2;
    out.para(&space);
    // The right column begins in the middle, or as far aside as the longer one needs.
    let widest = |at: usize| {
        let fields = rows.iter().map(|row| &row[at]);
        let widths = fields.map(|(label, text)| width(label) + text.as_deref().map_or(0, width));
        widths.max().unwrap_or(0)
    };
    let (least, most) = (widest(0) + 100, 2800 - (widest(1) + 100).min(1400));
    let left = characters(if least > most {
        most
    } else {
        1400.clamp(least, most)
    });
    out.xml.push_str(&format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"100\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid><w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{}\"/></w:tblGrid>",
        TEXT_WIDTH - left
    ));
    for row in rows {
        out.xml.push_str("<w:tr>");
        for ((label, value), wide) in row.into_iter().zip([left, TEXT_WIDTH - left]) {
            let hang = characters(width(label));
            let mut para = Para::new(Justify::Left);
            para.left = i32::try_from(hang).unwrap_or(0);
            para.first = -para.left;
            if let Some(value) = value {
                para = para.text(label, Look::HEI).text(&value, Look::BODY);
            }
            out.xml.push_str(&format!(
                "<w:tc><w:tcPr><w:tcW w:w=\"{wide}\" w:type=\"dxa\"/></w:tcPr>{}</w:tc>",
                para.xml(None)
            ));
        }
        out.xml.push_str("</w:tr>");
    }
    out.xml.push_str("</w:tbl>");
    let mut line = Para::new(Justify::Left);
    line.line = 20;
    line.rule = Some(Rule::RedBelow(RED_LINE_SPACE));
    out.para(&line);
}

/// 信函 (10.1): the name 30 mm from the top of the page, a double line 4 mm under it, 发文字号 on the right.
fn write_letter(document: &OfficialDocument, out: &mut Markup) {
    let (names, suffix) = document.letterhead();
    if let Some(name) = names.first() {
        let text = format!("{name}{suffix}");
        let size = letterhead_size(width(&text));
        let mut para = Para::new(Justify::Center);
        para.line = size * 12;
        // The glyphs stand a tenth of their size under the top of the frame's line.
        let top = tenth_mm(300).saturating_sub(size);
        let (x, wide) = (tenth_mm(210), tenth_mm(1700));
        para.frame = Some(format!(
            "<w:framePr w:w=\"{wide}\" w:wrap=\"notBeside\" w:vAnchor=\"page\" w:hAnchor=\"page\" w:x=\"{x}\" w:y=\"{top}\"/>"
        ));
        // 4 mm (11.3 pt) under the glyphs, of which the line itself gives a tenth of the size.
        para.rule = Some(Rule::LetterBelow(11u32.saturating_sub(size / 20).max(1)));
        out.para(&para.text(
            &text,
            Look {
                face: Face::Title,
                size,
                red: true,
            },
        ));
    }
    let marks = marks(document);
    let number = number_text(document).unwrap_or_default();
    // 7/8 of a character under the line (4.9 mm), less half of the space between lines.
    let mut before = tenth_mm(25);
    if marks.is_empty() {
        let mut para = Para::new(Justify::Right);
        para.before = before;
        out.para(&para.text(&number, Look::BODY));
        return;
    }
    for (index, (text, look)) in marks.iter().enumerate() {
        let mut para = Para::new(Justify::Left);
        para.before = before;
        before = 0;
        para = para.text(text, *look);
        if index == 0 && !number.is_empty() {
            para.tabs = vec![("right", TEXT_WIDTH)];
            para = para.text(&format!("\t{number}"), Look::BODY);
        }
        out.para(&para);
    }
}

/// 2026年1月5日
pub(super) fn date_text(document: &OfficialDocument) -> Option<String> {
    document.date_of_issue.map(chinese_date)
}

const _: () = assert!(SIZE_3 == 32, "the grid is made for characters of 3号");
