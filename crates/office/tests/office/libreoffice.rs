//! The exported file in another program. Skipped, and said so, where `LibreOffice` is not installed.

use std::{path::Path, time::Duration};

use andu_office::{Limits, OfficeError, convert, docx};

use crate::{examples, pdf};

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn libreoffice_shows_every_element_of_the_export() {
    let Some(programs) = pdf::programs() else {
        return;
    };
    let chosen = [
        "notice",
        "joint-request",
        "letter",
        "tables",
        "regulation-notice",
    ];
    let documents: Vec<_> = examples::all()
        .into_iter()
        .filter(|(name, _)| chosen.contains(&name.as_str()))
        .collect();
    let mut paths = Vec::new();
    for (name, document) in &documents {
        let bytes = docx::write(document, &docx::WriteOptions::default()).expect("writes");
        paths.push(programs.put(&format!("{name}.docx"), &bytes));
    }
    programs.lay_out(&paths);
    for (name, document) in documents {
        let text = programs.text(format!("{name}.pdf"), "-layout");
        // Page numbers stand between lines of a paragraph that goes over a page.
        let lines = text.lines().filter(|line| {
            let line = squeeze(line);
            !(line.starts_with('—') && line.ends_with('—'))
        });
        let shown = squeeze(&lines.collect::<String>());
        let mut wanted = examples::body_text(&document.body);
        wanted.retain(|text| !text.contains(char::is_control) && text.chars().count() < 400);
        wanted.extend(document.title.split('\n').map(squeeze));
        wanted.extend(document.issue_number.iter().map(ToString::to_string));
        wanted.extend(document.attachments.iter().map(|a| squeeze(&a.title)));
        wanted.extend(document.signatories.iter().map(|s| s.name.clone()));
        // Cells of tables are set side by side: their texts are looked for one by one elsewhere.
        let tables = document
            .body
            .iter()
            .any(|b| matches!(b, andu_document::Block::Table(_)));
        for text in wanted.iter().filter(|_| !tables) {
            assert!(
                shown.contains(text.as_str()),
                "{name}: {text} is not in the pages"
            );
        }
        assert!(
            shown.contains(&squeeze(&document.title)),
            "{name}: the title is in the pages"
        );
    }
}

#[test]
fn an_old_file_is_converted_and_read() {
    let Some(soffice) = convert::find_soffice() else {
        eprintln!("skipped: LibreOffice is not installed");
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let source = folder.path().join("旧 文件.doc");
    std::fs::write(
        &source,
        "{\\rtf1\\ansi\\uc1 \\u26395?\\u28330?\\u21439?\\par}",
    )
    .expect("a file");
    let limits = Limits::default();
    let bytes = convert::to_docx(
        &source,
        &soffice,
        folder.path(),
        Duration::from_secs(120),
        &limits,
    )
    .expect("converts");
    let text = docx::read(&bytes, &limits).expect("reads");
    let all: Vec<String> = text
        .blocks
        .iter()
        .filter_map(|block| match block {
            andu_office::source::SourceBlock::Paragraph(p) => Some(p.text()),
            _ => None,
        })
        .collect();
    assert!(all.iter().any(|text| text.contains("望溪县")), "{all:?}");
    assert!(
        !folder.path().join("andu-convert").exists(),
        "nothing is left behind"
    );
}

#[test]
fn a_converter_that_hangs_is_ended() {
    if !Path::new("/bin/sh").exists() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let hanging = folder.path().join("soffice");
    std::fs::write(&hanging, "#!/bin/sh\nsleep 60\n").expect("a script");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&hanging, std::fs::Permissions::from_mode(0o755)).expect("runs");
    }
    let source = folder.path().join("a.doc");
    std::fs::write(&source, "x").expect("a file");
    let error = convert::to_docx(
        &source,
        &hanging,
        folder.path(),
        Duration::from_secs(1),
        &Limits::default(),
    )
    .expect_err("ends");
    assert!(
        matches!(error, OfficeError::ConverterTimedOut { seconds: 1 }),
        "{error}"
    );
}

#[test]
fn without_a_converter_the_answer_says_so() {
    let error = convert::to_docx(
        Path::new("a.doc"),
        Path::new("/nowhere/soffice"),
        Path::new("/tmp"),
        Duration::from_secs(1),
        &Limits::default(),
    );
    assert!(matches!(error, Err(OfficeError::ConverterMissing)));
}

#[test]
fn libreoffice_sets_the_imprint_at_the_foot_of_the_last_page() {
    let Some(programs) = pdf::programs() else {
        return;
    };
    let examples = examples::all();
    let chosen = ["joint-request", "notice"];
    let paths: Vec<_> = chosen
        .iter()
        .map(|name| {
            let found = examples.iter().find(|(one, _)| one == name);
            let bytes = docx::write(&found.expect("an example").1, &Default::default());
            programs.put(&format!("{name}.docx"), &bytes.expect("writes"))
        })
        .collect();
    programs.lay_out(&paths);
    for name in chosen {
        let text = programs.text(format!("{name}.pdf"), "-bbox");
        let page = text.rsplit("<page ").next().expect("a page");
        let word = page.lines().find(|line| line.contains("印发"));
        let bottom = word
            .and_then(|word| word.split("yMax=\"").nth(1)?.split('"').next())
            .and_then(|points| points.parse::<f64>().ok())
            .unwrap_or_else(|| panic!("{name}: 印发 stands on the last page: {page}"));
        let bottom = bottom * 25.4 / 72.0;
        assert!(
            (253.0..=263.0).contains(&bottom),
            "{name}: 版记 ends at {bottom} mm, and 版心 at 262"
        );
    }
}
