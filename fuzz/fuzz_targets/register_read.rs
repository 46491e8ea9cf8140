//! Any bytes as the workbook of an old register: read within limits, its lines matched to files that are named
//! as the input says. Bytes that are no zip are taken as the rows of a sheet, so that the fuzzer reaches the
//! reader without making zips.

#![no_main]

use std::io::{Cursor, Write};

use andu_office::{
    Limits,
    register::{self, Certainty},
};
use libfuzzer_sys::fuzz_target;

const PARTS: [(&str, &str); 4] = [
    (
        "[Content_Types].xml",
        r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
    ),
    (
        "_rels/.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
    ),
    (
        "xl/workbook.xml",
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="a" sheetId="1" r:id="a"/></sheets></workbook>"#,
    ),
    (
        "xl/_rels/workbook.xml.rels",
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
    ),
];

fn packed(rows: &[u8]) -> Option<Vec<u8>> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Stored);
    for (name, text) in PARTS {
        archive.start_file(name, options).ok()?;
        archive.write_all(text.as_bytes()).ok()?;
    }
    archive.start_file("xl/worksheets/sheet1.xml", options).ok()?;
    archive.write_all(b"<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>").ok()?;
    archive.write_all("文号</t></is></c><c r=\"B1\" t=\"inlineStr\"><is><t>标题</t></is></c></row>".as_bytes()).ok()?;
    archive.write_all(rows).ok()?;
    archive.write_all(b"</sheetData></worksheet>").ok()?;
    Some(archive.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits {
        unpacked_bytes: 8 << 20,
        part_bytes: 4 << 20,
        steps: 200_000,
        rows: 2_000,
        ..Limits::default()
    };
    let made = if bytes.starts_with(b"PK") { None } else { packed(bytes) };
    let read = register::read(made.as_deref().unwrap_or(bytes), &limits);
    let Ok(sheet) = read else { return };
    let lines = sheet.lines;
    let count = lines.len();
    assert!(count as u64 <= limits.rows, "more lines than rows are allowed");
    let names: Vec<String> = lines
        .iter()
        .take(50)
        .flat_map(|line| [format!("{}.pdf", line.number), format!("{}.pdf", line.title)])
        .collect();
    let (matches, left) = register::matched(lines, &names);
    assert_eq!(matches.len(), count, "a line was lost");
    let sure = matches
        .iter()
        .filter(|one| one.certainty == Certainty::Matched);
    let mut given = std::collections::BTreeMap::new();
    for file in sure.flat_map(|one| &one.files) {
        *given.entry(file).or_insert(0_usize) += 1;
    }
    for (file, times) in given {
        // Two lines may say the same title: then there are two files of one name.
        let same = names.iter().filter(|name| *name == file).count();
        assert!(times <= same * same, "a file went to two lines: {file}");
        assert!(!left.contains(file), "a file that belongs to a line is left over");
    }
});
