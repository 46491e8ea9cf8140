//! Files that are wrong on purpose or by accident: each has its own answer, none panics.

use std::io::{Cursor, Write};

use andu_office::{Limits, OfficeError, docx, recognise};
use proptest::prelude::*;
use zip::{ZipWriter, write::SimpleFileOptions};

fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a part");
        archive.write_all(bytes).expect("bytes");
    }
    archive.finish().expect("a package").into_inner()
}

fn document(body: &str) -> Vec<u8> {
    let xml = format!(
        "<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    package(&[("word/document.xml", xml.as_bytes())])
}

fn error(bytes: &[u8]) -> OfficeError {
    docx::read(bytes, &Limits::default()).expect_err("is refused")
}

#[test]
fn a_zip_bomb_is_stopped_while_it_unpacks() {
    let zeros = vec![b' '; 40 << 20];
    let bomb = package(&[("word/document.xml", &zeros)]);
    assert!(bomb.len() < (1 << 20), "it is small: {}", bomb.len());
    assert!(matches!(error(&bomb), OfficeError::UnpacksTooFar { .. }));
    let limits = Limits {
        unpacked_bytes: 1 << 20,
        ratio: u64::MAX,
        ..Limits::default()
    };
    let stopped = docx::read(&bomb, &limits);
    assert!(
        matches!(stopped, Err(OfficeError::UnpacksTooLarge { .. })),
        "{stopped:?}"
    );
}

#[test]
fn a_cut_file_says_that_it_is_cut() {
    let whole = document("<w:p><w:r><w:t>正文</w:t></w:r></w:p>");
    assert!(docx::read(&whole, &Limits::default()).is_ok());
    assert!(matches!(
        error(&whole[..whole.len() - 30]),
        OfficeError::Truncated
    ));
    assert!(matches!(
        error(&whole[..whole.len() / 2]),
        OfficeError::Truncated
    ));
}

#[test]
fn old_and_encrypted_containers_are_told_apart() {
    let mut ole = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    ole.resize(2048, 0);
    assert!(matches!(error(&ole), OfficeError::OldFormat));
    ole.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(matches!(error(&ole), OfficeError::Encrypted));
}

#[test]
fn entity_tricks_are_refused() {
    let laughs = b"<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><w>&b;</w>";
    assert!(matches!(
        error(&package(&[("word/document.xml", laughs)])),
        OfficeError::EntitiesDeclared { .. }
    ));
    let unknown = document("<w:p><w:r><w:t>&xxe;</w:t></w:r></w:p>");
    assert!(matches!(error(&unknown), OfficeError::DamagedPart { .. }));
}

#[test]
fn depth_events_and_entries_are_bounded() {
    let deep = document(&format!(
        "{}{}",
        "<w:p>".repeat(5000),
        "</w:p>".repeat(5000)
    ));
    assert!(matches!(error(&deep), OfficeError::TooDeep { .. }));
    let long = document(&"<w:p/>".repeat(2000));
    let limits = Limits {
        steps: 1000,
        ..Limits::default()
    };
    assert!(matches!(
        docx::read(&long, &limits),
        Err(OfficeError::TooMuchWork { limit: 1000 })
    ));
    let names: Vec<String> = (0..50).map(|n| format!("part{n}.xml")).collect();
    let parts: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"x"[..]))
        .collect();
    let limits = Limits {
        entries: 20,
        ..Limits::default()
    };
    assert!(matches!(
        docx::read(&package(&parts), &limits),
        Err(OfficeError::TooManyEntries { .. })
    ));
}

#[test]
fn large_empty_and_foreign_files_have_their_own_answers() {
    let large = vec![b'P'; 65 << 20];
    assert!(matches!(
        error(&large),
        OfficeError::FileTooLarge {
            size_mb: 65,
            limit_mb: 64
        }
    ));
    assert!(matches!(error(b""), OfficeError::EmptyFile));
    assert!(matches!(error(b"%PDF-1.7"), OfficeError::NotPackage));
    let sheet = package(&[("xl/workbook.xml", b"<workbook/>")]);
    assert!(matches!(error(&sheet), OfficeError::NoTextDocument { kind } if kind == "xlsx"));
    let broken = package(&[("word/document.xml", b"<w:document><w:body>")]);
    assert!(matches!(error(&broken), OfficeError::DamagedPart { .. }));
}

#[test]
fn spans_larger_than_any_table_do_no_harm() {
    let cell = "<w:tc><w:tcPr><w:gridSpan w:val=\"4294967295\"/><w:vMerge/></w:tcPr><w:p/></w:tc>";
    let bytes = document(&format!("<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>"));
    let text = docx::read(&bytes, &Limits::default()).expect("reads");
    let found = recognise(&text, &andu_office::RecogniseContext::default());
    docx::write(&found.document, &docx::WriteOptions::default()).expect("writes");
}

#[test]
fn texts_longer_than_any_line_are_written() {
    use andu_document::{Issuer, OfficialDocument, SealStyle, Signatory};
    let long = "长".repeat(10_000);
    let issuer = Issuer {
        name: long.clone(),
        ..Issuer::default()
    };
    for seal in [
        SealStyle::Sealed,
        SealStyle::Unsealed,
        SealStyle::SignatureSeal,
        SealStyle::None,
    ] {
        let document = OfficialDocument {
            issuers: vec![issuer.clone(), issuer.clone()],
            letterhead_suffix: Some(long.clone()),
            signatories: vec![Signatory { name: long.clone() }; 3],
            direction: andu_document::Direction::Upward,
            title: format!("{long}\u{1}\u{20BB7}😀"),
            date_of_issue: Some(andu_base::Date::constant(2026, 1, 5)),
            seal,
            ..OfficialDocument::default()
        };
        let bytes = docx::write(&document, &docx::WriteOptions::default()).expect("writes");
        let text = docx::read(&bytes, &Limits::default()).expect("reads");
        let shown = format!("{:?}", text.blocks);
        assert!(
            shown.contains("𠮷😀") && !shown.contains('\u{1}'),
            "{seal:?}"
        );
    }
    let numerals = "九百".repeat(100_000) + "、标题";
    let text = andu_office::text::read(numerals.as_bytes(), &Limits::default()).expect("reads");
    assert!(
        !recognise(&text, &andu_office::RecogniseContext::default())
            .document
            .body
            .is_empty()
    );
}

#[test]
fn documents_that_crashed_once_do_not_again() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/crashers");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let bytes = std::fs::read(entry.expect("an entry").path()).expect("a crasher");
        let read = [
            docx::read(&bytes, &Limits::default()),
            andu_office::markdown::read(&bytes, &Limits::default()),
        ];
        for text in read.iter().flatten() {
            let found = recognise(text, &andu_office::RecogniseContext::default());
            let _ = docx::write(&found.document, &docx::WriteOptions::default());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_never_panic(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), cut in any::<prop::sample::Index>()) {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/upward-tracked.docx");
        let mut bytes = std::fs::read(path).expect("a fixture");
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let cut = cut.index(bytes.len() * 4);
        bytes.truncate(cut.max(1));
        if let Ok(text) = docx::read(&bytes, &Limits::default()) {
            let _ = recognise(&text, &andu_office::RecogniseContext::default());
        }
    }

    /// The XML itself is changed and packed again, so that the changes reach the reader.
    #[test]
    fn changed_markup_never_panics(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0usize..200), 1..8)) {
        let body = "<w:p><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:r><w:t>望水发〔2026〕18号</w:t></w:r></w:p><w:p><w:r><w:t>关于一、（二）3.的通知</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge w:val=\"restart\"/></w:tcPr><w:p><w:r><w:t>抄送：甲。</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:br w:type=\"page\"/><w:t>附件：1.甲　2026年1月5日印发</w:t></w:r></w:p>";
        let mut characters: Vec<char> = body.chars().collect();
        for (from, to, length) in changes {
            let from = from.index(characters.len());
            let end = (from + length).min(characters.len());
            let piece: Vec<char> = characters[from..end].to_vec();
            let to = to.index(characters.len());
            characters.splice(to..to, piece);
        }
        let body: String = characters.into_iter().collect();
        if let Ok(text) = docx::read(&document(&body), &Limits::default()) {
            let found = recognise(&text, &andu_office::RecogniseContext::default());
            docx::write(&found.document, &docx::WriteOptions::default()).expect("what was read can be written");
        }
    }

    #[test]
    fn any_text_is_recognised_without_panic(lines in proptest::collection::vec("(一、|（二）|附件|附件：1.|2026年1月5日|签发人：|抄送：|〔2026〕|号|印发|文件|通知|：|。|\t|　|[a-z0-9（）()\\.、]{0,6}|[一-龥]{0,5}){0,5}", 0..25)) {
        let joined = lines.join("\n");
        if let Ok(text) = andu_office::text::read(joined.as_bytes(), &Limits::default()) {
            let found = recognise(&text, &andu_office::RecogniseContext::default());
            docx::write(&found.document, &docx::WriteOptions::default()).expect("writes");
        }
    }
}
