//! Any bytes as a .docx: read within limits, recognised, written again. Bytes that are no zip are
//! taken as the body of a document part, so that the fuzzer reaches the reader without making zips.

#![no_main]

use std::io::{Cursor, Write};

use andu_office::{Limits, RecogniseContext, docx, recognise};
use libfuzzer_sys::fuzz_target;

fn packed(body: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    archive.start_file("word/document.xml", options).ok()?;
    archive.write_all(b"<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"><w:body>").ok()?;
    archive.write_all(body).ok()?;
    archive.write_all(b"</w:body></w:document>").ok()?;
    Some(archive.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { unpacked_bytes: 8 << 20, part_bytes: 4 << 20, steps: 200_000, ..Limits::default() };
    let made = if bytes.starts_with(b"PK") { None } else { packed(bytes) };
    if let Ok(text) = docx::read(made.as_deref().unwrap_or(bytes), &limits) {
        let found = recognise(&text, &RecogniseContext::default());
        docx::write(&found.document, &docx::WriteOptions::default())
            .expect("what was read can be written");
    }
});
