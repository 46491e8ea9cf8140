//! 附件说明, 署名, 成文日期, 附注 and 版记 of the exported file (GB/T 9704-2012, 7.3.4 to 7.3.6, 7.4).

use andu_base::chinese_date;
use andu_document::{Attachment, DocumentFormat, OfficialDocument, SealStyle};

use super::{
    head::{date_text, join_recipients, number_text},
    layout::{PITCH, SIZE_4, TEXT_WIDTH, characters, width},
    markup::{Justify, Look, Markup, Para},
    placed::at_foot,
};

/// 出席, 请假, 列席 of 纪要 (10.3).
pub(super) fn write_attendance(document: &OfficialDocument, out: &mut Markup) {
    let groups = [
        ("出席：", &document.attendance.present),
        ("请假：", &document.attendance.excused),
        ("列席：", &document.attendance.observers),
    ];
    let mut before = PITCH;
    for (label, names) in groups.into_iter().filter(|(_, names)| !names.is_empty()) {
        let mut para = hanging(200, 300);
        para.before = before;
        before = 0;
        out.para(
            &para
                .text(label, Look::HEI)
                .text(&names.join("、"), Look::BODY),
        );
    }
}

/// 附件说明: one blank line under the body; several are numbered; names wrap under themselves (7.3.4).
pub(super) fn write_attachment_note(attachments: &[Attachment], out: &mut Markup) {
    for (index, attachment) in attachments.iter().enumerate() {
        let name = attachment.title.replace('\n', "");
        let mut para = match (index, attachments.len()) {
            (0, 1) => hanging(200, 300).text(&format!("附件：{name}"), Look::BODY),
            (0, _) => hanging(200, 400).text(&format!("附件：1.{name}"), Look::BODY),
            _ => hanging(500, 100).text(&format!("{}.{name}", index + 1), Look::BODY),
        };
        para.before = if index == 0 { PITCH } else { 0 };
        out.para(&para);
    }
}

/// A paragraph that begins `start` in and wraps `hang` further in, in hundredths of a character.
fn hanging(start: u32, hang: u32) -> Para {
    let mut para = Para::new(Justify::Left);
    para.left = signed(characters(start + hang));
    para.first = -signed(characters(hang));
    para
}

fn signed(twips: u32) -> i32 {
    i32::try_from(twips).unwrap_or(i32::MAX)
}

/// 附件1, or 附件 where there is one; before it 发文字号 where it is not bound with the body (7.3.7).
pub(super) fn attachment_mark(document: &OfficialDocument, index: usize) -> String {
    let mark = match document.attachments.len() {
        1 => "附件".to_owned(),
        _ => format!("附件{}", index + 1),
    };
    match number_text(document) {
        Some(number) if document.attachments[index].separate => format!("{number}　{mark}"),
        _ => mark,
    }
}

/// 署名, 成文日期 (7.3.5) and 附注 (7.3.6).
pub(super) fn write_signature(document: &OfficialDocument, out: &mut Markup) {
    let names: Vec<&str> = document
        .issuers
        .iter()
        .map(|issuer| issuer.signature_name())
        .collect();
    let date = date_text(document);
    match document.seal {
        SealStyle::Sealed if names.len() > 1 => write_joint_seals(&names, date.as_deref(), out),
        SealStyle::Sealed => write_sealed(&names, date.as_deref(), out),
        SealStyle::Unsealed => write_unsealed(&names, date.as_deref(), out),
        SealStyle::SignatureSeal => write_signature_seal(document, date.as_deref(), out),
        SealStyle::None => {}
    }
    if !document.note.is_empty() {
        let mut para = Para::new(Justify::Both);
        para.first = signed(characters(200));
        out.para(&para.text(&format!("（{}）", document.note), Look::BODY));
    }
}

/// The date four characters from the right, names centred over it, room for the seal above.
fn write_sealed(names: &[&str], date: Option<&str>, out: &mut Markup) {
    let date_width = date.map_or(0, width);
    let mut before = 2 * PITCH;
    for name in names {
        let middle = 400 + date_width / 2;
        let mut para = Para::new(Justify::Right);
        para.before = before;
        para.keep_next = true;
        para.right = signed(characters(middle.saturating_sub(width(name) / 2)));
        before = 0;
        out.para(&para.text(name, Look::BODY));
    }
    write_date(before, date, out);
}

/// A seal of 4.5 cm, in hundredths of a character.
const SEAL: u32 = 810;

/// Several agencies beside each other as their seals have room, in rows of up to three; the last over the date (7.3.5.1).
fn write_joint_seals(names: &[&str], date: Option<&str>, out: &mut Markup) {
    let widest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let spacing = (SEAL + 50).max(widest + 100);
    let centre = 2800u32.saturating_sub(400 + date.map_or(0, width) / 2);
    let has_room = |columns: u32| centre >= (columns - 1) * spacing + SEAL.max(widest) / 2;
    let columns = [3, 2].into_iter().find(|columns| has_room(*columns));
    let Some(columns) = columns else {
        return write_sealed(names, date, out);
    };
    let rows = names.chunks(columns as usize);
    let last = rows.len() - 1;
    for (index, row) in rows.enumerate() {
        // The last row ends over the date, the others fill their columns from the left.
        let places = if index == last {
            u32::try_from(row.len()).unwrap_or(columns)
        } else {
            columns
        };
        let mut para = Para::new(Justify::Left);
        para.before = if index == 0 { 2 * PITCH } else { 4 * PITCH };
        para.keep_next = true;
        para.tabs = (0..places)
            .rev()
            .map(|from_right| ("center", characters(centre - from_right * spacing)))
            .collect();
        out.para(&para.text(&format!("\t{}", row.join("\t")), Look::BODY));
    }
    write_date(0, date, out);
}

/// 成文日期 four characters from the right.
fn write_date(before: u32, date: Option<&str>, out: &mut Markup) {
    let Some(date) = date else { return };
    let mut para = Para::new(Justify::Right);
    para.before = before;
    para.right = signed(characters(400));
    out.para(&para.text(date, Look::BODY));
}

/// One blank line; the date's first character two right of the signature's; the longer one ends two from the right.
fn write_unsealed(names: &[&str], date: Option<&str>, out: &mut Markup) {
    let date_width = date.map_or(0, width);
    let name_width = names.first().map_or(0, |name| width(name));
    let (name_right, date_right) = if date_width + 200 > name_width + 200 {
        ((200 + date_width + 200).saturating_sub(name_width), 200)
    } else {
        (200, name_width.saturating_sub(date_width))
    };
    let mut before = PITCH;
    for name in names {
        let mut para = Para::new(Justify::Right);
        para.before = before;
        para.keep_next = true;
        para.right = signed(characters(
            (name_right + name_width).saturating_sub(width(name)),
        ));
        before = 0;
        out.para(&para.text(name, Look::BODY));
    }
    if let Some(date) = date {
        let mut para = Para::new(Justify::Right);
        para.before = before;
        para.right = signed(characters(date_right));
        out.para(&para.text(date, Look::BODY));
    }
}

/// 职务 and the name where the 签名章 goes; one blank line; the date (7.3.5.3).
fn write_signature_seal(document: &OfficialDocument, date: Option<&str>, out: &mut Markup) {
    let mut before = 2 * PITCH;
    for issuer in &document.issuers {
        if issuer.post.is_empty() && issuer.person.is_empty() {
            continue;
        }
        let mut para = Para::new(Justify::Right);
        para.before = before;
        para.keep_next = true;
        para.right = signed(characters(400));
        before = 0;
        out.para(&para.text(&format!("{}　　{}", issuer.post, issuer.person), Look::BODY));
    }
    write_date(PITCH, date, out);
}

/// 抄送机关 as printed: an entry that begins with a line break begins a new line.
pub(super) fn copy_text(names: &[String]) -> String {
    let mut lines: Vec<Vec<String>> = vec![Vec::new()];
    for name in names {
        if name.starts_with('\n') && lines.last().is_some_and(|line| !line.is_empty()) {
            lines.push(Vec::new());
        }
        let name = name.trim().to_owned();
        if let Some(line) = lines.last_mut()
            && !name.is_empty()
        {
            line.push(name);
        }
    }
    let lines: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| format!("{}。", line.join("，")))
        .collect();
    lines.join("\n")
}

/// 版记, a table at the foot of 版心 on the last page (7.4). 信函 has no rules and no 印发 line (10.1).
pub(super) fn write_imprint(document: &OfficialDocument, out: &mut Markup) {
    let is_letter = document.format == DocumentFormat::Letter;
    let look = Look {
        size: SIZE_4,
        ..Look::BODY
    };
    let line = |label: &str, text: &str| {
        let mut para = Para::new(Justify::Left);
        para.left = 280 * 4;
        para.right = 280;
        para.first = -280 * 3;
        para.text(&format!("{label}{text}"), look).xml(None)
    };
    let (mut upper, mut upper_lines) = (String::new(), 0);
    let mut add = |label: &str, text: &str| {
        upper.push_str(&line(label, text));
        upper_lines += lines_of(text);
    };
    if document.main_recipients_in_imprint && !document.main_recipients.is_empty() {
        let names = join_recipients(&document.main_recipients);
        add("主送：", &format!("{names}。"));
    }
    if !document.copy_recipients.is_empty() {
        add("抄送：", &copy_text(&document.copy_recipients));
    }
    let imprint = document
        .imprint
        .as_ref()
        .filter(|_| !is_letter)
        .map(|imprint| {
            let mut para = Para::new(Justify::Left);
            para.left = 280;
            para.right = 280;
            para.tabs = vec![("right", TEXT_WIDTH - 300)];
            let date = imprint
                .date
                .map(|date| format!("\t{}印发", chinese_date(date)));
            let text = format!("{}{}", imprint.name, date.unwrap_or_default());
            (para.text(&text, look).xml(None), lines_of(&text))
        });
    let rows: Vec<(String, u32)> = [(upper, upper_lines)]
        .into_iter()
        .filter(|(row, _)| !row.is_empty())
        .chain(imprint)
        .collect();
    if rows.is_empty() {
        return;
    }
    let mut table = format!("<w:tbl><w:tblPr><w:tblW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/>");
    if !is_letter {
        // 0.35 mm and 0.25 mm in eighths of a point (7.4.1).
        table.push_str("<w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/><w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/><w:insideH w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/></w:tblBorders>");
    }
    table.push_str("<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"0\" w:type=\"dxa\"/><w:right w:w=\"0\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr>");
    table.push_str(&format!(
        "<w:tblGrid><w:gridCol w:w=\"{TEXT_WIDTH}\"/></w:tblGrid>"
    ));
    let mut lines = 0;
    for (row, count) in rows {
        lines += count;
        table.push_str(&format!(
            "<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w=\"{TEXT_WIDTH}\" w:type=\"dxa\"/></w:tcPr>{row}</w:tc></w:tr>"
        ));
    }
    table.push_str("</w:tbl>");
    out.last = at_foot("版记", &table, lines * PITCH);
}

/// Lines that a text of 版记 takes at most under the label before it.
fn lines_of(text: &str) -> u32 {
    let lines = text.split('\n').map(|line| {
        // One less than fits: a line may end early for the sake of its punctuation.
        let most = ((TEXT_WIDTH - 280 * 5) / 280 - 1) * 100;
        width(line).div_ceil(most).max(1)
    });
    lines.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_recipients_end_each_line_with_a_full_stop() {
        let names = ["县委办公室", "县人武部", "\n县人大常委会办公室"].map(String::from);
        assert_eq!(
            copy_text(&names),
            "县委办公室，县人武部。\n县人大常委会办公室。"
        );
    }
}
