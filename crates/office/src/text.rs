//! Plain text of unknown encoding, as programs of offices have written it for decades.

use andu_document::body::Align;
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::{
    error::OfficeError,
    limits::Limits,
    source::{DocxText, NoticeKind, Paragraph, SourceBlock, SourceCell, SourceTable, clean},
};

/// Columns of a table.
pub(crate) const MAX_COLUMNS: usize = 63;

/// Reads a text file: UTF-8, UTF-16 with or without its mark, or GB18030. Each line is a paragraph; lines that tabs
/// divide into the same columns, one under the other, are a table, as programs of tables copy them.
///
/// # Errors
/// `EmptyFile`, `FileTooLarge`, `BinaryNotText`, `UnknownEncoding`, `TooMuchWork`, `NoText`.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<DocxText, OfficeError> {
    let mut text = lines(bytes, limits)?;
    let paragraphs = std::mem::take(&mut text.blocks);
    let mut rest = paragraphs.as_slice();
    while let Some(first) = rest.first() {
        let columns = columns(first);
        let rows = rest
            .iter()
            .take_while(|row| columns.is_some() && self::columns(row) == columns)
            .count();
        let (taken, left) = rest.split_at(rows.max(1));
        rest = left;
        match columns {
            Some(columns) if rows > 1 && is_head(first) && (rows > 2 || columns > 2) => {
                text.note(NoticeKind::TabTable, 1);
                text.blocks.push(SourceBlock::Table(table(taken)));
            }
            columns => {
                let divided = if columns.is_some() { rows } else { 0 };
                text.note(
                    NoticeKind::TabSpace,
                    u32::try_from(divided).unwrap_or(u32::MAX),
                );
                text.blocks.extend(taken.iter().cloned().map(trimmed));
            }
        }
    }
    Ok(text)
}

/// How many columns tabs divide a line into; `None` where there are none within its text, or too many.
fn columns(block: &SourceBlock) -> Option<usize> {
    let SourceBlock::Paragraph(paragraph) = block else {
        return None;
    };
    let text = paragraph.text();
    let inner = text.trim_matches(|c: char| c.is_whitespace() && c != '\t');
    let has_words = |part: &str| !part.trim().is_empty();
    let count = inner.split('\t').count();
    let is_divided = inner.trim().contains('\t') && inner.split('\t').any(has_words);
    (is_divided && count <= MAX_COLUMNS).then_some(count)
}

/// The first row names each column.
fn is_head(block: &SourceBlock) -> bool {
    matches!(block, SourceBlock::Paragraph(paragraph)
        if paragraph.text().split('\t').all(|cell| !cell.trim().is_empty()))
}

fn table(rows: &[SourceBlock]) -> SourceTable {
    let texts = rows.iter().filter_map(|row| match row {
        SourceBlock::Paragraph(paragraph) => Some(paragraph.text()),
        _ => None,
    });
    let rows: Vec<Vec<SourceCell>> = texts
        .map(|text| text.split('\t').map(cell).collect())
        .collect();
    let named = rows.first().is_some_and(|row| {
        row.iter()
            .all(|cell| !is_number(&cell.paragraphs[0].text()))
    });
    SourceTable {
        header_rows: usize::from(named),
        rows,
        ..SourceTable::default()
    }
}

fn cell(text: &str) -> SourceCell {
    let text = text.trim();
    // As cells are set where nobody says otherwise: figures to the right.
    let align = if is_number(text) {
        Align::Right
    } else {
        Align::Center
    };
    SourceCell {
        paragraphs: vec![Paragraph {
            align: Some(align),
            ..Paragraph::plain(text)
        }],
        colspan: 1,
        rowspan: 1,
    }
}

fn is_number(text: &str) -> bool {
    let of_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%' | '+');
    !text.is_empty() && text.chars().all(of_number)
}

fn trimmed(block: SourceBlock) -> SourceBlock {
    match block {
        SourceBlock::Paragraph(paragraph) => {
            SourceBlock::Paragraph(Paragraph::plain(paragraph.text().trim_end()))
        }
        other => other,
    }
}

/// The lines of a text file, each a paragraph.
///
/// # Errors
/// As [`read`].
pub(crate) fn lines(bytes: &[u8], limits: &Limits) -> Result<DocxText, OfficeError> {
    limits.check_size(bytes)?;
    let (decoded, kind) = decode(bytes)?;
    let (cleaned, lost) = clean(&decoded.replace("\r\n", "\n").replace('\r', "\n"));
    if cleaned.trim().is_empty() {
        return Err(OfficeError::NoText);
    }
    let mut text = DocxText::default();
    for line in cleaned.lines() {
        if text.blocks.len() as u64 >= limits.steps {
            return Err(OfficeError::TooMuchWork {
                limit: limits.steps,
            });
        }
        let line = line.trim_end_matches(|c: char| c.is_whitespace() && c != '\t');
        text.blocks
            .push(SourceBlock::Paragraph(Paragraph::plain(line)));
    }
    text.note(NoticeKind::ControlCharacter, lost);
    if let Some(kind) = kind {
        text.note(kind, 1);
    }
    Ok(text)
}

/// The text, and a notice where it was not UTF-8.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, Option<NoticeKind>), OfficeError> {
    const BINARY: [&[u8]; 6] = [
        b"PK\x03\x04",
        b"%PDF",
        b"\xD0\xCF\x11\xE0",
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"\x7FELF",
    ];
    if BINARY.iter().any(|magic| bytes.starts_with(magic)) {
        return Err(OfficeError::BinaryNotText);
    }
    let whole = |encoding: &'static Encoding, bytes: &[u8]| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.into_owned())
    };
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let notice = (encoding != UTF_8).then_some(NoticeKind::DecodedUtf16);
        let text = whole(encoding, &bytes[mark..]).ok_or(OfficeError::UnknownEncoding)?;
        return Ok((text, notice));
    }
    if !bytes.contains(&0) {
        if let Some(text) = whole(UTF_8, bytes) {
            return Ok((text, None));
        }
        if let Some(text) = whole(GB18030, bytes)
            && reads_as_text(&text)
        {
            return Ok((text, Some(NoticeKind::DecodedGb18030)));
        }
        return Err(OfficeError::UnknownEncoding);
    }
    for encoding in [UTF_16LE, UTF_16BE] {
        if let Some(text) = whole(encoding, bytes)
            && reads_as_text(&text)
        {
            return Ok((text, Some(NoticeKind::DecodedUtf16)));
        }
    }
    Err(OfficeError::BinaryNotText)
}

/// Nearly all characters are of the kinds that Chinese office texts hold.
fn reads_as_text(text: &str) -> bool {
    let (mut good, mut all) = (0u32, 0u32);
    for c in text.chars().take(20_000) {
        all += 1;
        let usual = matches!(c,
            '\t' | '\n' | '\r' | ' '..='~' | '·' | '×' | '—' | '‘'..='”' | '…' | '★' | '☆' | '○' | '●'
            | '①'..='⒛' | '\u{3000}'..='〗' | '\u{4E00}'..='\u{9FFF}' | '\u{3400}'..='\u{4DBF}'
            | '\u{20000}'..='\u{3FFFF}' | '\u{FF00}'..='\u{FFEF}' | '℃' | '‰' | 'Ⅰ'..='Ⅻ' | 'α'..='ω');
        good += u32::from(usual);
    }
    all > 0 && good * 10 >= all * 9
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str =
        "望溪县水务局关于做好防汛工作的通知\r\n各镇、乡人民政府：\r\n　　现就有关事项通知如下。";

    #[test]
    fn the_same_text_reads_from_each_encoding() {
        let utf16: Vec<u8> = SAMPLE.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16be: Vec<u8> = [0xFE, 0xFF]
            .into_iter()
            .chain(SAMPLE.encode_utf16().flat_map(u16::to_be_bytes))
            .collect();
        let utf8 = read(SAMPLE.as_bytes(), &Limits::default()).expect("UTF-8");
        for bytes in [
            GB18030.encode(SAMPLE).0.into_owned(),
            utf16,
            utf16be,
            format!("\u{FEFF}{SAMPLE}").into_bytes(),
        ] {
            let text = read(&bytes, &Limits::default()).expect("a text");
            assert_eq!(text.blocks, utf8.blocks, "first bytes {:?}", &bytes[..4]);
        }
        assert_eq!(utf8.blocks.len(), 3);
    }

    #[test]
    fn lines_that_tabs_divide_alike_are_a_table() {
        let noticed = |text: &DocxText, kind| {
            let mut notices = text.notices.iter();
            notices.find(|one| one.kind == kind).map(|one| one.count)
        };
        let table = "任务如下：\n镇\t户数\t备注\n石桥镇\t120\t\n柳湾乡\t\t暂缓\n　　请落实。";
        let text = read(table.as_bytes(), &Limits::default()).expect("a text");
        let [_, SourceBlock::Table(table), SourceBlock::Paragraph(_)] = text.blocks.as_slice()
        else {
            panic!("{:?}", text.blocks)
        };
        let rows: Vec<Vec<String>> = table
            .rows
            .iter()
            .map(|row| row.iter().map(|cell| cell.paragraphs[0].text()).collect())
            .collect();
        assert_eq!(
            rows,
            [
                ["镇", "户数", "备注"],
                ["石桥镇", "120", ""],
                ["柳湾乡", "", "暂缓"]
            ]
        );
        assert_eq!(table.header_rows, 1);
        assert_eq!(noticed(&text, NoticeKind::TabTable), Some(1));
        assert_eq!(noticed(&text, NoticeKind::TabSpace), None);

        let layout = "望水发〔2026〕1号\t签发人：周慕云\n\t一、目标\n甲局\t乙局\n2026年\t11月";
        let text = read(layout.as_bytes(), &Limits::default()).expect("a text");
        assert_eq!(text.blocks.len(), 4, "{:?}", text.blocks);
        assert_eq!(noticed(&text, NoticeKind::TabSpace), Some(3));
    }

    #[test]
    fn what_is_no_text_says_so() {
        let limits = Limits::default();
        assert!(matches!(read(b"", &limits), Err(OfficeError::EmptyFile)));
        assert!(matches!(read(b" \r\n ", &limits), Err(OfficeError::NoText)));
        assert!(matches!(
            read(b"PK\x03\x04....", &limits),
            Err(OfficeError::BinaryNotText)
        ));
        assert!(matches!(
            read(b"\x00\x01\x02\x03\xFF\x00", &limits),
            Err(OfficeError::BinaryNotText)
        ));
        assert!(matches!(
            read(b"\xFF\xFF\x80\x81", &limits),
            Err(OfficeError::UnknownEncoding)
        ));
    }
}
