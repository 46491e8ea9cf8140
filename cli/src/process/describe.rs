//! `andu process describe`: the book of a process as PDF or as a Word file.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, book::process_book};
use andu_desk::{clock, file, preview, report, transfer};
use andu_document::report::{Report, ReportBlock};
use andu_typeset::{Options, Typeset, Typesetter};
use andu_workflow::{definition::Definition, drawing};
use serde_json::{Value, json};

use super::{Describe, paths, read, wrong};
use crate::{document::shelf, outcome::Done, output};

/// As what a book is written.
#[derive(Clone, Copy)]
pub enum Ending {
    /// PDF.
    Pdf,
    /// A Word file.
    Docx,
}

impl Ending {
    /// A report as such a file, and how many pages it has.
    pub fn bytes(
        self,
        typesetter: &Typesetter,
        report: &Report,
        day: Option<andu_base::Date>,
    ) -> Result<(Vec<u8>, Typeset), ApiError> {
        let pages = report::pages(typesetter, report)?;
        let bytes = match self {
            Self::Pdf => transfer::pdf(&pages, day)?,
            Self::Docx => report::docx(typesetter, report)?,
        };
        Ok((bytes, pages))
    }
}

/// Writes the books of the processes of a file.
pub(super) fn describe(args: &Describe) -> Result<Done, ApiError> {
    let ending = ending(&args.out)?;
    let read = read(&args.file)?;
    let paths = paths(&args.out, &read.definitions);
    let outputs: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    output::keep_apart(&[&args.file], &outputs)?;
    let shelf = shelf(&args.fonts);
    let typesetter = Typesetter::new(Arc::clone(&shelf), Options::default());
    let (mut said, mut all, mut written) = (String::new(), Vec::new(), Vec::new());
    for (definition, path) in read.definitions.iter().zip(&paths) {
        let book = process_book(definition);
        let (bytes, pages) = ending.bytes(&typesetter, &book, clock::file_day(&args.file))?;
        file::write(path, &bytes)?;
        written.push(file::shown(path));
        let _ = writeln!(
            said,
            "{}：共 {} 页，已写出 {}",
            book.title,
            pages.page_count(),
            file::shown(path)
        );
        for line in preview::font_sentences(pages.fonts()) {
            let _ = writeln!(said, "{line}");
        }
        all.push(process_json(definition, &book, pages.page_count()));
    }
    let json = json!({ "processes": all, "written": written });
    Ok(Done::clean(json, said.trim_end().to_owned()))
}

/// By the ending of the file's name.
pub fn ending(out: &Path) -> Result<Ending, ApiError> {
    let ending = out
        .extension()
        .map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("pdf") => Ok(Ending::Pdf),
        Some("docx") => Ok(Ending::Docx),
        _ => Err(wrong("process.book_ending", out, &[])),
    }
}

/// A process with its drawings, for programs.
fn process_json(definition: &Definition, report: &Report, pages: usize) -> Value {
    json!({
        "id": definition.id, "title": definition.title, "version": definition.version,
        "hash": definition.hash().to_string(), "pages": pages, "report": tables(report),
        "drawings": {
            "flow": drawing::flow(definition), "lanes": drawing::lanes(definition),
            "tree": drawing::tree(definition), "forms": drawing::forms(definition),
        },
    })
}

/// The report without its figures: they are made of the drawings.
fn tables(report: &Report) -> Report {
    let mut tables = report.clone();
    for section in &mut tables.sections {
        section
            .blocks
            .retain(|block| !matches!(block, ReportBlock::Figure(_)));
    }
    tables
}
