//! Verbs on one document: typeset, proof, check, import, schema. They need no store.

use std::{fmt::Write as _, path::Path, sync::Arc};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{clock, file, place::DeskPlace, preview, transfer};
use andu_document::{AgencyPlace, CheckContext, OfficialDocument, Vocabulary};
use andu_office::{Limits, RecogniseContext, recognise};
use andu_typeset::{FontShelf, LayoutTable, Options, Profile, Typesetter};
use serde_json::json;

use crate::{
    argument::{Check, Fonts, Import, Proof, Schema, Typeset},
    outcome::Done,
};

/// The largest input, in bytes.
const LARGEST_INPUT: u64 = 64 << 20;

fn read_text(path: &Path) -> Result<String, ApiError> {
    String::from_utf8(file::read(path, LARGEST_INPUT)?).map_err(|_| {
        let fields = [
            ("name", file::shown(path)),
            ("cause", "不是 UTF-8 文本".to_owned()),
        ];
        text::error_with(ErrorCode::Invalid, "desk.file_read", &fields)
    })
}

fn read_document(path: &Path) -> Result<OfficialDocument, ApiError> {
    andu_document::parse(&read_text(path)?).map_err(|error| transfer::input_error(&error))
}

fn shelf(fonts: &Fonts) -> Arc<FontShelf> {
    let place = DeskPlace {
        folder: std::path::PathBuf::new(),
        profile: String::new(),
        fonts: fonts.fonts.clone(),
        pdfium: None,
        keyring: false,
    };
    Arc::new(FontShelf::open(&place.font_folders()))
}

/// Sets a document on pages and writes them.
pub fn typeset(args: &Typeset) -> Result<Done, ApiError> {
    let document = read_document(&args.file)?;
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
    let typesetter = Typesetter::new(shelf(&args.fonts), options);
    let pages = typesetter
        .typeset(&document)
        .map_err(|error| preview::typeset_error(&error))?;
    let mut written = Vec::new();
    if let Some(path) = &args.pdf {
        file::write(path, &transfer::pdf(&pages, clock::file_day(&args.file))?)?;
        written.push(path.display().to_string());
    }
    if let Some(folder) = &args.png {
        std::fs::create_dir_all(folder).map_err(|error| not_written(&error))?;
        for page in 0..pages.page_count() {
            let png = pages
                .png(page, args.dpi)
                .map_err(|error| preview::typeset_error(&error))?;
            let path = folder.join(format!("{:03}.png", page + 1));
            file::write(&path, &png)?;
            written.push(path.display().to_string());
        }
    }
    if let Some(path) = &args.docx {
        let bytes = andu_office::docx::write(&document, &Default::default())
            .map_err(|error| transfer::office_error(&error))?;
        file::write(path, &bytes)?;
        written.push(path.display().to_string());
    }
    let shown = preview::describe("", 0, &document, &pages);
    let mut said = format!("共 {} 页", pages.page_count());
    for line in written.iter().chain(&shown.notes).chain(&shown.fonts) {
        let _ = write!(said, "\n{line}");
    }
    let json = json!({
        "pages": pages.page_count(), "written": written, "notes": shown.notes, "fonts": shown.fonts,
    });
    Ok(Done::clean(json, said))
}

fn not_written(error: &std::io::Error) -> ApiError {
    let fields = [("name", String::new()), ("cause", error.to_string())];
    text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
}

/// Measures the ink of a document's pages against the layout table.
pub fn proof(args: &Proof) -> Result<Done, ApiError> {
    let document = read_document(&args.file)?;
    let mut table = LayoutTable::standard();
    for shift in &args.shift {
        let wrong =
            || text::error_with(ErrorCode::Invalid, "tool.shift", &[("text", shift.clone())]);
        let (id, mm) = shift.split_once('=').ok_or_else(wrong)?;
        let by: f64 = mm.parse().map_err(|_| wrong())?;
        table.get(id).ok_or_else(wrong)?;
        table = table.shifted(id, by);
    }
    let options = Options {
        table,
        ..Options::default()
    };
    let typesetter = Typesetter::new(shelf(&args.fonts), options);
    let pages = typesetter
        .typeset(&document)
        .map_err(|error| preview::typeset_error(&error))?;
    let proof = preview::measure(&pages, &document, &LayoutTable::standard())?;
    let mut said = String::new();
    for line in &proof.lines {
        let mark = match line.verdict.as_str() {
            "pass" => "合规",
            "fail" => "偏离",
            "practice" => "实务",
            _ => "没有",
        };
        let measured = line
            .measured_mm
            .map_or_else(|| "—".to_owned(), |mm| format!("{mm:.2}"));
        let _ = writeln!(
            said,
            "{mark}  第{}页  {}  {}：应为 {:.2} mm，实测 {measured} mm（±{:.2}）",
            line.page + 1,
            line.clause,
            line.what,
            line.expected_mm,
            line.tolerance_mm,
        );
    }
    said.push_str(if proof.clean {
        "版式合规"
    } else {
        "版式有偏离"
    });
    let clean = proof.clean;
    Ok(Done {
        json: json!(proof),
        text: said,
        clean,
    })
}

/// Checks a document against the rules.
pub fn check(args: &Check) -> Result<Done, ApiError> {
    let document = read_document(&args.file)?;
    let vocabulary: Vocabulary = match &args.vocabulary {
        Some(path) => {
            serde_json::from_str(&read_text(path)?).map_err(|error| text::bad_arguments(&error))?
        }
        None => Vocabulary::default(),
    };
    let name = args.issuer.clone();
    let name = name.or_else(|| document.issuers.first().map(|issuer| issuer.name.clone()));
    let name = name.unwrap_or_default();
    let issuer = vocabulary.find(&name).map_or_else(
        || AgencyPlace {
            system: andu_document::System::of_name(&name).unwrap_or_default(),
            kind: andu_document::AgencyKind::of_name(&name).unwrap_or_default(),
            name: name.clone(),
            ..AgencyPlace::default()
        },
        |entry| entry.place.clone(),
    );
    let context = CheckContext {
        issuer: &issuer,
        vocabulary: &vocabulary,
        today: clock::today(),
        ceiling: None,
        first_page: None,
    };
    let findings = andu_document::check(&document, &context);
    let mut said = String::new();
    for finding in &findings {
        let _ = writeln!(
            said,
            "［{}］{}：{}（{} {}）",
            finding.strength.name(),
            finding.place,
            finding.message,
            finding.citation.source,
            finding.citation.clause,
        );
    }
    let _ = write!(said, "共 {} 条", findings.len());
    Ok(Done {
        clean: findings.is_empty(),
        json: json!(findings),
        text: said,
    })
}

/// Recognises the elements of a file.
pub fn import(args: &Import) -> Result<Done, ApiError> {
    let limits = Limits::default();
    let found = transfer::read_file(&args.file, &std::env::temp_dir(), &limits)?;
    let recognised = recognise(&found, &RecogniseContext::default());
    let document =
        serde_json::to_value(&recognised.document).map_err(|error| text::bad_arguments(&error))?;
    let json = json!({
        "document": document,
        "found": recognised.found,
        "questions": recognised.questions,
        "changes": recognised.changes,
        "notices": recognised.notices,
    });
    let pretty = serde_json::to_string_pretty(&document).unwrap_or_default();
    Ok(Done::clean(json, pretty))
}

/// The JSON Schema of the input.
pub fn schema(_: &Schema) -> Result<Done, ApiError> {
    let schema = andu_document::schema();
    let pretty = serde_json::to_string_pretty(&schema).unwrap_or_default();
    Ok(Done::clean(schema, pretty))
}
