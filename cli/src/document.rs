//! Verbs on one document: typeset, check, import, schema. They need no store.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, ErrorCode, draft::within_ceiling, place, text};
use andu_desk::{clock, file, marked_copy, original, place::DeskPlace, preview, transfer};
use andu_document::{
    AgencyPlace, CheckContext, ClassificationLevel, OfficialDocument, PageFacts, Stage, Vocabulary,
};
use andu_office::{Limits, RecogniseContext, Recognised, recognise};
use andu_typeset::{FontShelf, LayoutTable, Options, Profile, Typeset as Pages, Typesetter};
use serde_json::json;

use crate::{
    argument::{Check, Fonts, Import, Schema, Typeset},
    outcome::{Done, wrong_file},
    output,
    store::variable,
};

/// The largest input, in bytes.
const LARGEST_INPUT: u64 = 64 << 20;

/// The text of a file of at most `limit` bytes.
pub fn read_text(path: &Path, limit: u64) -> Result<String, ApiError> {
    String::from_utf8(file::read(path, limit)?).map_err(|_| {
        let fields = [("name", file::shown(path))];
        text::error_with(ErrorCode::Invalid, "command.not_text", &fields)
    })
}

/// A document from its file, refused above the deployment's ceiling.
pub fn read_document(path: &Path) -> Result<OfficialDocument, ApiError> {
    let document = andu_document::parse(&read_text(path, LARGEST_INPUT)?)
        .map_err(|error| transfer::input_error(&error))?;
    within_ceiling(&document, ceiling()?)?;
    Ok(document)
}

/// The highest 密级 that this installation may handle, its server too: none, unless its administrator set another one in
/// `ANDU_CEILING`.
///
/// # Errors
/// `command.ceiling` for a word that is no 密级.
pub fn ceiling() -> Result<Option<ClassificationLevel>, ApiError> {
    match variable("ANDU_CEILING").as_deref() {
        None | Some("none") => Ok(None),
        Some(word) => ClassificationLevel::of_word(word).map(Some).ok_or_else(|| {
            let fields = [("word", word.to_owned())];
            text::error_with(ErrorCode::Invalid, "command.ceiling", &fields)
        }),
    }
}

/// The fonts of the machine and of the folders named.
pub fn shelf(fonts: &Fonts) -> Arc<FontShelf> {
    let place = DeskPlace {
        folder: PathBuf::new(),
        profile: String::new(),
        fonts: fonts.fonts.clone(),
        pdfium: None,
        keyring: false,
    };
    Arc::new(FontShelf::open(&place.font_folders()))
}

/// Sets a document on pages and writes them.
pub fn typeset(args: &Typeset) -> Result<Done, ApiError> {
    let shelf = shelf(&args.fonts);
    shelf.look_ahead();
    let document = read_document(&args.file)?;
    if !args.dpi.is_finite() || !(1.0..=2400.0).contains(&args.dpi) {
        let fields = [("dpi", args.dpi.to_string())];
        return Err(text::error_with(ErrorCode::Invalid, "command.dpi", &fields));
    }
    let table = if args.electronic {
        LayoutTable::standard().with_profile(Profile::Electronic)
    } else {
        LayoutTable::standard()
    };
    let options = Options {
        table,
        imprint_on_even_page: !args.any_page,
        preprinted: None,
    };
    let typesetter = Typesetter::new(shelf, options);
    let pages = match &args.against {
        Some(before) => {
            let (marked, legend) = marked_copy::compared(&read_document(before)?, &document);
            typesetter.typeset_marked(&marked, &legend)
        }
        None => typesetter.typeset(&document),
    };
    let pages = pages.map_err(|error| preview::typeset_error(&error))?;
    let pictures = pictures(args, pages.page_count());
    let mut outputs: Vec<&Path> = pictures.iter().map(PathBuf::as_path).collect();
    let files = [&args.pdf, &args.ofd, &args.docx].into_iter().flatten();
    outputs.extend(files.map(PathBuf::as_path));
    let inputs: Vec<&Path> = [Some(&args.file), args.against.as_ref()]
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .collect();
    output::keep_apart(&inputs, &outputs)?;
    let written = write_pages(args, &pictures, (&document, &pages))?;
    let removed = remove_left(args, pages.page_count())?;
    let notes = preview::note_sentences(pages.notes());
    let fonts = preview::font_sentences(pages.fonts());
    let mut said = format!("共 {} 页", pages.page_count());
    for line in written.iter().chain(&notes).chain(&fonts) {
        let _ = write!(said, "\n{line}");
    }
    for name in &removed {
        let _ = write!(said, "\n已删去上次多出的页：{name}");
    }
    let json = json!({
        "pages": pages.page_count(), "written": written, "removed": removed,
        "notes": notes, "fonts": fonts,
    });
    // The process ends: what it holds is the system's to take back, which is quicker than we are.
    std::mem::forget((document, typesetter, pages));
    Ok(Done::clean(json, said))
}

/// Writes what was asked for; answers the paths.
fn write_pages(
    args: &Typeset,
    pictures: &[PathBuf],
    (document, pages): (&OfficialDocument, &Pages),
) -> Result<Vec<String>, ApiError> {
    let mut written = Vec::new();
    if let Some(path) = &args.pdf {
        file::write(path, &transfer::pdf(pages, clock::file_day(&args.file))?)?;
        written.push(path.display().to_string());
    }
    if let Some(path) = &args.ofd {
        let changed_on = clock::file_day(&args.file);
        file::write(path, &transfer::ofd(document, pages, changed_on)?)?;
        written.push(path.display().to_string());
    }
    if let Some(folder) = &args.png {
        std::fs::create_dir_all(folder).map_err(|error| not_written(folder, &error))?;
        for (page, path) in pictures.iter().enumerate() {
            let png = pages
                .png(page, args.dpi)
                .map_err(|error| preview::typeset_error(&error))?;
            file::write(path, &png)?;
            written.push(path.display().to_string());
        }
    }
    if let Some(path) = &args.docx {
        file::write(
            path,
            &transfer::docx(document, || Some(pages.page_count()))?,
        )?;
        written.push(path.display().to_string());
    }
    Ok(written)
}

/// The pictures that are going to be written, in the order of pages.
fn pictures(args: &Typeset, count: usize) -> Vec<PathBuf> {
    let in_folder = |folder: &PathBuf| {
        let names = (0..count).map(output::page_name);
        names.map(|name| folder.join(name)).collect()
    };
    args.png.as_ref().map_or_else(Vec::new, in_folder)
}

/// Removes the pages that an earlier, longer document left behind, so that nobody takes them for this one's.
fn remove_left(args: &Typeset, count: usize) -> Result<Vec<String>, ApiError> {
    let Some(folder) = &args.png else {
        return Ok(Vec::new());
    };
    let mut removed = Vec::new();
    for path in output::pages_beyond(folder, count) {
        let kept = [Some(&args.file), args.pdf.as_ref(), args.docx.as_ref()];
        let kept: Vec<&Path> = kept.into_iter().flatten().map(PathBuf::as_path).collect();
        if output::keep_apart(&kept, &[&path]).is_err() {
            break;
        }
        std::fs::remove_file(&path).map_err(|error| not_written(&path, &error))?;
        removed.push(path.display().to_string());
    }
    Ok(removed)
}

fn not_written(path: &Path, error: &std::io::Error) -> ApiError {
    let fields = [("name", file::shown(path)), ("cause", file::said(error))];
    text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
}

/// Checks a document against the rules.
pub fn check(args: &Check) -> Result<Done, ApiError> {
    let document = read_document(&args.file)?;
    let vocabulary: Vocabulary = match &args.vocabulary {
        Some(path) => serde_json::from_str(&read_text(path, LARGEST_INPUT)?)
            .map_err(|error| wrong_file(path, "command.is_vocabulary", &error))?,
        None => Vocabulary::default(),
    };
    let issuer = issuer(args, &document, &vocabulary);
    let context = CheckContext {
        issuer: &issuer,
        vocabulary: &vocabulary,
        today: clock::today(),
        ceiling: ceiling()?,
        pages: facts(&document, &args.fonts),
        stage: Stage::Finished,
    };
    let findings = andu_document::check(&document, &context);
    let mut said = String::new();
    for finding in &findings {
        let _ = writeln!(
            said,
            "［{}］{}：{}（{}）",
            finding.strength.name(),
            place::words(&finding.place),
            finding.message,
            finding.citation.name(),
        );
    }
    let _ = write!(said, "共 {} 条", findings.len());
    Ok(Done {
        clean: findings.is_empty(),
        json: json!(findings),
        text: said,
        aside: String::new(),
    })
}

/// Who issues: the agency named on the command line, or the document's first.
fn issuer(args: &Check, document: &OfficialDocument, vocabulary: &Vocabulary) -> AgencyPlace {
    let first = || document.issuers.first().map(|issuer| issuer.name.clone());
    let name = args.issuer.clone().or_else(first).unwrap_or_default();
    vocabulary.find(&name).map_or_else(
        || AgencyPlace {
            system: andu_document::System::of_name(&name).unwrap_or_default(),
            kind: andu_document::AgencyKind::of_name(&name).unwrap_or_default(),
            name: name.clone(),
            ..AgencyPlace::default()
        },
        |entry| entry.place.clone(),
    )
}

/// What the pages show, where there are fonts to set them with.
fn facts(document: &OfficialDocument, fonts: &Fonts) -> Option<PageFacts> {
    let typesetter = Typesetter::new(shelf(fonts), Options::default());
    let pages = typesetter.typeset(document).ok()?;
    Some(pages.facts())
}

/// Recognises the elements of a file.
pub fn import(args: &Import) -> Result<Done, ApiError> {
    let limits = Limits::default();
    let found = transfer::read_file(&args.file, &std::env::temp_dir(), &limits)?;
    let recognised = recognise(&found, &RecogniseContext::default());
    within_ceiling(&recognised.document, ceiling()?)?;
    let document = serde_json::to_value(&recognised.document)
        .map_err(|error| wrong_file(&args.file, "command.is_document", &error))?;
    let json = json!({
        "document": document,
        "found": recognised.found,
        "questions": recognised.questions,
        "changes": recognised.changes,
        "notices": recognised.notices,
    });
    let pretty = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(Done {
        aside: aside(&recognised),
        ..Done::clean(json, pretty)
    })
}

/// What is to be looked at by a person, and what was left out.
fn aside(recognised: &Recognised) -> String {
    let mut said = String::new();
    for change in transfer::changes(recognised) {
        let _ = writeln!(said, "{change}");
    }
    let questions = original::rows(&recognised.questions);
    for question in &questions {
        let place = place::words(&question.place);
        let _ = write!(said, "待确认  {place}：{}", question.sentence);
        if !question.options.is_empty() {
            let _ = write!(said, "（{}）", question.options.join("／"));
        }
        said.push('\n');
    }
    let _ = write!(said, "待确认 {} 处", questions.len());
    said
}

/// The JSON Schema of the input.
pub fn schema(args: &Schema) -> Result<Done, ApiError> {
    let schema = match args.of.as_str() {
        "process" => andu_workflow::definition::schema(),
        _ => andu_document::schema(),
    };
    let pretty = serde_json::to_string_pretty(&schema).unwrap_or_default();
    Ok(Done::clean(schema, pretty))
}
