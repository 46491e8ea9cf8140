//! Files in and out: imports with what was recognised, exports as PDF, pictures, Word and JSON.

use std::{
    io::{Cursor, Write as _},
    path::Path,
    time::Duration,
};

use andu_api::{
    ApiError, ErrorCode,
    caller::Caller as _,
    draft::{self, DraftExport, DraftImport, ExportKind, ImportReport, RecognisedElement},
    json_words, place,
    session::Written,
    text,
};
use andu_base::Date;
use andu_document::OfficialDocument;
use andu_draft::MAX_UPDATE_BYTES;
use andu_office::{
    DocxText, Limits, OfficeError, RecogniseContext, Recognised, docx::WriteOptions, recognise,
    source::SourceBlock,
};
use andu_store::Sight;
use andu_typeset::{PdfOptions, Typeset, title_breaks};

use crate::{clock, file, open::OpenDesk, original, preview, setting, writing};

/// Dots an inch of exported pictures.
const PICTURE_DPI: f64 = 300.0;
/// How long another program may take to convert a .doc or .wps.
const CONVERT_WITHIN: Duration = Duration::from_secs(90);

/// An error of the office crate as the page gets it.
pub fn office_error(error: &OfficeError) -> ApiError {
    worded(&format!("office.{}", error.code()), error)
}

/// The same for a sheet: what it should have been is another program's file, and has another ending.
pub fn sheet_error(error: &OfficeError) -> ApiError {
    let key = format!("office.sheet.{}", error.code());
    match text::knows(&key) {
        true => worded(&key, error),
        false => office_error(error),
    }
}

fn worded(key: &str, error: &OfficeError) -> ApiError {
    let mut fields = error.fields();
    for (name, value) in &mut fields {
        if *name == "place" {
            *value = place::words(value);
        }
    }
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// Imports a file as a new draft; the original stays beside it.
///
/// # Errors
/// Where the file cannot be read, is no document, or is above the deployment's ceiling.
pub fn import(desk: &OpenDesk, args: &DraftImport) -> Result<ImportReport, ApiError> {
    let path = desk.files.take(&args.token)?;
    let limits = Limits::default();
    let bytes = file::read(&path, limits.file_bytes)?;
    let ending = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    if ending.as_deref() == Some("json") {
        return import_json(desk, &path, &bytes);
    }
    let found = read_file(&path, &desk.place.scratch(&desk.new_id()), &limits)?;
    import_found(desk, &path, &bytes, &found)
}

/// Whether a file of this name is read here, without another program.
pub(crate) fn is_text(path: &Path) -> bool {
    let ending = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    matches!(
        ending.as_deref(),
        Some("docx" | "docm" | "dotx" | "txt" | "text" | "md" | "markdown")
    )
}

/// Imports what a file of this name holds as a new draft, as [`import`] does; only what [`is_text`].
///
/// # Errors
/// Where it cannot be read, is no document, or is above the deployment's ceiling.
pub(crate) fn import_text(
    desk: &OpenDesk,
    path: &Path,
    bytes: &[u8],
) -> Result<ImportReport, ApiError> {
    let found = read_here(path, bytes, &Limits::default());
    let found = found.ok_or_else(|| text::error("intake.file_kind"))?;
    import_found(
        desk,
        path,
        bytes,
        &found.map_err(|error| office_error(&error))?,
    )
}

fn import_found(
    desk: &OpenDesk,
    path: &Path,
    bytes: &[u8],
    found: &DocxText,
) -> Result<ImportReport, ApiError> {
    check_length(path, found)?;
    report(desk, path, bytes, &recognised(desk, found)?)
}

/// What the lines of a file mean, as far as this desk's vocabulary tells.
///
/// # Errors
/// The store's own.
pub(crate) fn recognised(desk: &OpenDesk, found: &DocxText) -> Result<Recognised, ApiError> {
    let vocabulary = desk
        .store
        .read(|reader| reader.agencies(&Sight::Whole, "", 5_000))?;
    let names = vocabulary
        .into_iter()
        .flat_map(|agency| [agency.name, agency.short_name]);
    let context = RecogniseContext {
        vocabulary: names.filter(|name| !name.is_empty()).collect(),
    };
    Ok(recognise(found, &context))
}

/// Reads a file by its ending: text, Markdown, Word, or what LibreOffice turns into Word.
///
/// # Errors
/// Where it cannot be read or is no document.
pub fn read_file(path: &Path, scratch: &Path, limits: &Limits) -> Result<DocxText, ApiError> {
    let bytes = file::read(path, limits.file_bytes)?;
    check_kind(path, &bytes)?;
    let read = read_here(path, &bytes, limits).unwrap_or_else(|| convert(path, scratch, limits));
    read.map_err(|error| office_error(&error))
}

/// Endings of files that are read.
const ENDINGS: [&str; 13] = [
    "docx", "docm", "dotx", "txt", "text", "md", "markdown", "doc", "wps", "wpt", "rtf", "odt", "",
];

/// Says what a file is not, before its bytes are taken for something else.
fn check_kind(path: &Path, bytes: &[u8]) -> Result<(), ApiError> {
    let ending = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    let ending = ending.unwrap_or_default();
    let wrong = |key: &str| {
        let fields = [("name", file::shown(path)), ("ending", ending.clone())];
        Err(text::error_with(ErrorCode::Invalid, key, &fields))
    };
    if !ENDINGS.contains(&ending.as_str()) {
        return wrong("desk.import_kind");
    }
    let old = matches!(ending.as_str(), "doc" | "wps" | "wpt" | "rtf" | "odt");
    if old && !bytes.is_empty() && !andu_office::convert::is_convertible(bytes) {
        return wrong("desk.import_not_word");
    }
    Ok(())
}

/// Reads what needs no other program; `None` for a file that does.
pub(crate) fn read_here(
    path: &Path,
    bytes: &[u8],
    limits: &Limits,
) -> Option<Result<DocxText, OfficeError>> {
    let ending = path
        .extension()
        .map(|end| end.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("doc" | "wps" | "wpt" | "rtf" | "odt") => None,
        Some("md" | "markdown") => Some(andu_office::markdown::read(bytes, limits)),
        Some("txt" | "text") => Some(andu_office::text::read(bytes, limits)),
        _ => Some(andu_office::docx::read(bytes, limits)),
    }
}

fn convert(path: &Path, scratch: &Path, limits: &Limits) -> Result<DocxText, OfficeError> {
    let soffice = andu_office::convert::find_soffice().ok_or(OfficeError::ConverterMissing)?;
    let scratch = scratch.join("convert");
    crate::vault::create_private_folder(&scratch)?;
    let made = andu_office::convert::to_docx(path, &soffice, &scratch, CONVERT_WITHIN, limits);
    let _ = std::fs::remove_dir_all(&scratch);
    andu_office::docx::read(&made?, limits)
}

fn import_json(desk: &OpenDesk, path: &Path, bytes: &[u8]) -> Result<ImportReport, ApiError> {
    let wrong = |cause: String| {
        let fields = [("name", file::shown(path)), ("cause", cause)];
        text::error_with(ErrorCode::Invalid, "desk.file_read", &fields)
    };
    let json = std::str::from_utf8(bytes).map_err(|_| wrong("不是 UTF-8 文本".into()))?;
    let document = andu_document::parse(json).map_err(|error| input_error(&error))?;
    report(
        desk,
        path,
        bytes,
        &Recognised {
            document,
            ..Recognised::default()
        },
    )
}

/// An error in a document's JSON as the page gets it.
pub fn input_error(error: &andu_document::InputError) -> ApiError {
    let mut fields = error.fields();
    let path = fields.iter().find(|(name, _)| *name == "path");
    let place = path.map(|(_, path)| place::exact(path));
    fields.extend(place.map(|place| ("place", place)));
    for (name, value) in &mut fields {
        if *name == "reason" {
            *value = json_words::words(value);
        }
    }
    text::error_with(ErrorCode::Invalid, error.key(), &fields)
}

fn report(
    desk: &OpenDesk,
    path: &Path,
    bytes: &[u8],
    recognised: &Recognised,
) -> Result<ImportReport, ApiError> {
    draft::hold_ceiling(desk, &recognised.document)?;
    let name = file::shown(path);
    let row = draft::begin(desk, &recognised.document, true)
        .map_err(|error| too_long_to_import(&name, error))?;
    desk.store
        .write(|tx| tx.draft_file_put(&desk.new_id(), &row.id, &name, bytes, &clock::now()))?;
    desk.sync.import();
    let found = recognised.found.iter().map(|found| RecognisedElement {
        place: found.place.clone(),
        text: found.text.clone(),
        confidence: word(&found.confidence),
        how: sentence(&format!("office.how.{}", word(&found.how)), &[]),
    });
    desk.questions.remember(&row.id, &recognised.questions);
    Ok(ImportReport {
        draft: row,
        found: found.collect(),
        questions: original::rows(&recognised.questions),
        changes: changes(recognised),
    })
}

/// Nobody waits for a text to be taken apart that no draft has room for.
fn check_length(path: &Path, found: &DocxText) -> Result<(), ApiError> {
    let paragraphs = found.blocks.iter().filter_map(|block| match block {
        SourceBlock::Paragraph(paragraph) => Some(&paragraph.runs),
        _ => None,
    });
    let bytes: usize = paragraphs.flatten().map(|run| run.text.len()).sum();
    if bytes <= MAX_UPDATE_BYTES {
        return Ok(());
    }
    let megabytes = |bytes: usize| (bytes >> 20).to_string();
    let fields = [
        ("name", file::shown(path)),
        ("megabytes", megabytes(bytes)),
        ("limit", megabytes(MAX_UPDATE_BYTES)),
    ];
    let key = "desk.import_too_long";
    Err(text::error_with(ErrorCode::Invalid, key, &fields))
}

/// A text that is too long for one draft is no change that somebody made.
fn too_long_to_import(name: &str, error: ApiError) -> ApiError {
    if error.key != "draft.update_too_large" {
        return error;
    }
    let field = |field: &str| error.fields.get(field).cloned().unwrap_or_default();
    let fields = [
        ("name", name.to_owned()),
        ("megabytes", field("megabytes")),
        ("limit", field("limit")),
    ];
    text::error_with(ErrorCode::Invalid, "desk.import_too_long", &fields)
}

fn sentence(key: &str, fields: &[(&str, String)]) -> String {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    text::sentence(key, &fields.collect())
}

/// What was changed or left out on the way from a file to elements, as sentences.
pub fn changes(recognised: &Recognised) -> Vec<String> {
    let changes = recognised.changes.iter().map(|change| {
        let fields = [
            ("count", change.count.to_string()),
            ("before", change.before.clone()),
            ("after", change.after.clone()),
        ];
        sentence(&format!("office.change.{}", word(&change.kind)), &fields)
    });
    let notices = recognised.notices.iter().map(|notice| {
        let fields = [("count", notice.count.to_string())];
        sentence(&format!("office.notice.{}", word(&notice.kind)), &fields)
    });
    changes.chain(notices).collect()
}

/// The word of a unit variant in JSON.
pub(crate) fn word<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Sets a document on pages, for a file.
///
/// # Errors
/// `typeset.failed`.
pub fn typeset(desk: &OpenDesk, document: &OfficialDocument) -> Result<Typeset, ApiError> {
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    typesetter
        .typeset(document)
        .map_err(|error| preview::typeset_error(&error))
}

/// Writes a draft as a file.
///
/// # Errors
/// Where there are no pages, or the file cannot be written.
pub fn export(desk: &OpenDesk, args: &DraftExport) -> Result<Written, ApiError> {
    let document = writing::current_document(desk, &args.id)?;
    draft::hold_ceiling(desk, &document)?;
    let path = desk.files.take(&args.token)?;
    let bytes = match args.kind {
        ExportKind::Pdf => pdf(&typeset(desk, &document)?, changed_on(desk, &args.id)?)?,
        ExportKind::Ofd => {
            let pages = typeset(desk, &document)?;
            ofd(&document, &pages, changed_on(desk, &args.id)?)?
        }
        ExportKind::Png => pictures(&typeset(desk, &document)?)?,
        ExportKind::Docx => {
            let count = || Some(typeset(desk, &document).ok()?.page_count());
            docx(&document, count)?
        }
        ExportKind::Json => {
            serde_json::to_vec_pretty(&document).map_err(|error| text::bad_arguments(&error))?
        }
    };
    file::write(&path, &bytes)
}

/// A document as a Word file, its titles broken as on our pages; `pages` counts those, where its head says how many.
///
/// # Errors
/// Where a picture of the document cannot be read.
pub fn docx(
    document: &OfficialDocument,
    pages: impl FnOnce() -> Option<usize>,
) -> Result<Vec<u8>, ApiError> {
    let pages = document.counts_pages().then(pages).flatten();
    let options = WriteOptions {
        break_title: Some(|title| title_breaks(title).into_iter().next().unwrap_or_default()),
        pages: pages.and_then(|pages| u32::try_from(pages).ok()),
        ..WriteOptions::default()
    };
    andu_office::docx::write(document, &options).map_err(|error| office_error(&error))
}

/// The day a draft last changed.
///
/// # Errors
/// Where there is no such draft.
fn changed_on(desk: &OpenDesk, id: &str) -> Result<Option<Date>, ApiError> {
    let draft = desk.store.read(|reader| reader.draft(id))?;
    Ok(clock::day_of(&draft.changed_at))
}

/// All pages as PDF/A; `changed_on` dates a document that has no date of its own.
///
/// # Errors
/// `typeset.failed`.
pub fn pdf(pages: &Typeset, changed_on: Option<Date>) -> Result<Vec<u8>, ApiError> {
    let options = PdfOptions {
        changed_on,
        ..PdfOptions::default()
    };
    let pdf = pages.pdf(&options);
    Ok(pdf.map_err(|error| preview::typeset_error(&error))?.bytes)
}

/// All pages as OFD: text as text, with the fonts of its glyphs. `changed_on` dates a document that has no date of
/// its own. The same document is the same file.
///
/// # Errors
/// `typeset.failed`.
pub fn ofd(
    document: &OfficialDocument,
    pages: &Typeset,
    changed_on: Option<Date>,
) -> Result<Vec<u8>, ApiError> {
    let display = pages
        .display()
        .map_err(|error| preview::typeset_error(&error))?;
    let issuers: Vec<&str> = document.issuers.iter().map(|one| &*one.name).collect();
    let printed = document.imprint.as_ref().and_then(|imprint| imprint.date);
    let mut id = [0; 16];
    id.copy_from_slice(&andu_draft::freeze(document).hash.0[..16]);
    let about = andu_ofd::About {
        id,
        title: document.title_in_line(),
        author: issuers.join("、"),
        date: document.date_of_issue.or(printed).or(changed_on),
    };
    andu_ofd::write(&display, &about).map_err(|error| {
        let fields = [("cause", error.to_string())];
        text::error_with(ErrorCode::Invalid, "typeset.failed", &fields)
    })
}

/// All pages as PNG in a zip.
fn pictures(pages: &Typeset) -> Result<Vec<u8>, ApiError> {
    let failed = |cause: &dyn std::fmt::Display| {
        text::error_with(
            ErrorCode::Invalid,
            "typeset.failed",
            &[("cause", cause.to_string())],
        )
    };
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for page in 0..pages.page_count() {
        let png = pages
            .png(page, PICTURE_DPI)
            .map_err(|error| preview::typeset_error(&error))?;
        zip.start_file(format!("{:03}.png", page + 1), stored)
            .map_err(|error| failed(&error))?;
        zip.write_all(&png).map_err(|error| failed(&error))?;
    }
    Ok(zip.finish().map_err(|error| failed(&error))?.into_inner())
}
