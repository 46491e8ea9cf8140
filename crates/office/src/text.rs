//! Plain text of unknown encoding, as programs of offices have written it for decades.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::{
    error::OfficeError,
    limits::Limits,
    source::{DocxText, NoticeKind, Paragraph, SourceBlock, clean},
};

/// Reads a text file: UTF-8, UTF-16 with or without its mark, or GB18030. Each line is a paragraph.
///
/// # Errors
/// `EmptyFile`, `FileTooLarge`, `BinaryNotText`, `UnknownEncoding`, `TooMuchWork`, `NoText`.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<DocxText, OfficeError> {
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
        text.blocks
            .push(SourceBlock::Paragraph(Paragraph::plain(line.trim_end())));
    }
    text.note(NoticeKind::ControlCharacter, lost);
    if let Some(kind) = kind {
        text.note(kind, 1);
    }
    Ok(text)
}

/// Pasted text: as a text file, already decoded.
///
/// # Errors
/// As [`read`].
pub fn paste(text: &str, limits: &Limits) -> Result<DocxText, OfficeError> {
    read(text.as_bytes(), limits)
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
