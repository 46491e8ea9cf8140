//! Files of documents that came from elsewhere: put beside them, looked at, and bound to them when they are
//! registered.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use andu_api::{
    ApiError, ErrorCode,
    caller::Caller as _,
    draft::CommandOutcome,
    incoming::{
        self, FileLook, FilePage, IncomingAttach, IncomingFile, IncomingFileRef, IncomingRegister,
    },
    original::OriginalRef,
    text,
};
use andu_app::incoming::{FileOf, scan_id, scan_of};
use andu_base::ContentHash;
use andu_page::Preview;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{carry, clock, file, open::OpenDesk, original, preview};

/// What stands for a session in the addresses of the pictures of a file's pages.
pub const SESSION: &str = "file";

/// The largest file.
const LARGEST: u64 = 64 << 20;
/// The largest picture that is shown as it is.
const LARGEST_PICTURE: usize = 24 << 20;
/// Pages that are shown at most.
const MOST_PAGES: usize = 2_000;
const POINTS_IN_MM: f64 = 72.0 / 25.4;

/// The file that is looked at: one at a time, in memory alone.
#[derive(Default)]
pub struct FileSheets(Mutex<Option<Arc<Sheet>>>);

struct Sheet {
    token: String,
    draft_id: String,
    file_id: String,
    pdf: Vec<u8>,
    library: PathBuf,
    pages: Vec<FilePage>,
}

impl FileSheets {
    fn shown(&self) -> MutexGuard<'_, Option<Arc<Sheet>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts a chosen file beside a document that is not registered yet.
///
/// # Errors
/// `desk.file_token`, `incoming.file_unread`, `incoming.file_too_large`, `incoming.file_empty`; where the
/// document may not be changed.
pub fn attach(desk: &OpenDesk, args: &IncomingAttach) -> Result<IncomingFile, ApiError> {
    let (name, bytes) = chosen(desk, &args.token)?;
    may_change(desk, &args.id)?;
    put(desk, (desk.new_id(), &args.id), name, &bytes)
}

/// Puts the scan of a paper beside a document on which somebody decided (代录).
///
/// # Errors
/// As of [`attach`]; `record.scan_kind` for what is no picture and has no pages.
pub fn attach_scan(desk: &OpenDesk, args: &IncomingAttach) -> Result<IncomingFile, ApiError> {
    let (name, bytes) = chosen(desk, &args.token)?;
    if matches!(kind_of(&bytes), Kind::Other) {
        let fields = [("name", name)];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "record.scan_kind",
            &fields,
        ));
    }
    let id = scan_id(&args.id, ContentHash::of(&bytes));
    put(desk, (id, &args.id), name, &bytes)
}

fn put(
    desk: &OpenDesk,
    (id, document_id): (String, &str),
    name: String,
    bytes: &[u8],
) -> Result<IncomingFile, ApiError> {
    desk.store
        .write(|tx| tx.draft_file_put(&id, document_id, &name, bytes, &clock::now()))?;
    desk.sync.import();
    Ok(IncomingFile {
        id,
        name,
        bytes: bytes.len() as u64,
        is_here: true,
    })
}

/// Name and bytes of a file that was chosen.
fn chosen(desk: &OpenDesk, token: &str) -> Result<(String, Vec<u8>), ApiError> {
    let path = desk.files.take(token)?;
    let name = file::shown(&path);
    let named = |key: &str| {
        let fields = [
            ("name", name.clone()),
            ("limit_mb", (LARGEST >> 20).to_string()),
        ];
        text::error_with(ErrorCode::Invalid, key, &fields)
    };
    let size = fs::metadata(&path).map_err(|_| named("incoming.file_unread"))?;
    if size.len() > LARGEST {
        return Err(named("incoming.file_too_large"));
    }
    let bytes = fs::read(&path).map_err(|_| named("incoming.file_unread"))?;
    if bytes.is_empty() {
        return Err(named("incoming.file_empty"));
    }
    Ok((name, bytes))
}

fn may_change(desk: &OpenDesk, id: &str) -> Result<(), ApiError> {
    let record = desk.store.read(|reader| reader.incoming(id))?;
    let record = record.ok_or_else(|| text::error("incoming.not_there"))?;
    if record.registered_by != desk.person.id.as_text() {
        return Err(text::error("incoming.others"));
    }
    let draft = desk.store.read(|reader| reader.draft(id))?;
    let open = record.state == andu_store::IncomingState::Open && draft.pending_act.is_empty();
    open.then_some(())
        .ok_or_else(|| text::error("incoming.registered"))
}

/// Registers a document with what lies beside it.
///
/// # Errors
/// As a command is queued or refused.
pub fn register(desk: &OpenDesk, args: &IncomingRegister) -> Result<CommandOutcome, ApiError> {
    let beside = desk.store.read(|reader| reader.draft_files(&args.id))?;
    let mut files = Vec::new();
    for file in beside {
        let (name, bytes) = carry::bytes(desk, &args.id, &file.id)?;
        files.push(FileOf {
            id: file.id,
            name,
            size: bytes.len() as u64,
            hash: ContentHash::of(&bytes),
        });
    }
    incoming::register(desk, args, files)
}

/// A file as it is looked at.
///
/// # Errors
/// `original.elsewhere` where it is not here and the server cannot be reached.
pub fn look(desk: &OpenDesk, args: &IncomingFileRef) -> Result<FileLook, ApiError> {
    let record = desk.store.read(|reader| reader.incoming(&args.id))?;
    let record = record.ok_or_else(|| text::error("incoming.not_there"))?;
    if let Some(shown) = &*desk.file_sheets.shown()
        && shown.draft_id == args.id
        && shown.file_id == args.file_id
    {
        return Ok(FileLook::Pages {
            token: shown.token.clone(),
            pages: shown.pages.clone(),
        });
    }
    let (name, bytes) = carry::bytes(desk, &args.id, &args.file_id)?;
    // What is decided about is the file that was registered, and no other under its id.
    let bound: Vec<FileOf> = serde_json::from_str(&record.files).unwrap_or_default();
    let bound = bound.iter().find(|file| file.id == args.file_id);
    let bound = bound.map(|file| file.hash);
    let bound = bound.or_else(|| scan_of(&args.id, &args.file_id));
    if bound.is_some_and(|hash| hash != ContentHash::of(&bytes)) {
        return Ok(unread("incoming.file_changed"));
    }
    let (draft_id, file_id) = (args.id.clone(), args.file_id.clone());
    Ok(match kind_of(&bytes) {
        Kind::Pdf => pages(desk, (draft_id, file_id), bytes),
        Kind::Picture(_) if bytes.len() > LARGEST_PICTURE => unread("incoming.picture_too_large"),
        Kind::Picture(mime) => FileLook::Picture {
            data: format!("data:{mime};base64,{}", STANDARD.encode(&bytes)),
        },
        Kind::Other => words(desk, &name, &OriginalRef { draft_id, file_id }),
    })
}

fn unread(key: &str) -> FileLook {
    FileLook::Unread {
        reason: text::sentence(key, &Default::default()),
    }
}

enum Kind {
    Pdf,
    Picture(&'static str),
    Other,
}

/// By its first bytes: names lie.
fn kind_of(bytes: &[u8]) -> Kind {
    let head = &bytes[..bytes.len().min(1_024)];
    if head.windows(5).any(|part| part == b"%PDF-") {
        return Kind::Pdf;
    }
    match head {
        [0x89, b'P', b'N', b'G', ..] => Kind::Picture("image/png"),
        [0xFF, 0xD8, 0xFF, ..] => Kind::Picture("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Kind::Picture("image/gif"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Kind::Picture("image/webp"),
        _ => Kind::Other,
    }
}

fn words(desk: &OpenDesk, name: &str, file: &OriginalRef) -> FileLook {
    let readable = [".docx", ".txt", ".md"]
        .iter()
        .any(|ending| name.to_ascii_lowercase().ends_with(ending));
    if !readable {
        return unread("incoming.kind_unread");
    }
    match original::words(desk, file) {
        Ok(found) => FileLook::Words {
            lines: found.lines,
            is_whole: found.is_whole,
        },
        Err(error) => FileLook::Unread {
            reason: error.sentence,
        },
    }
}

fn pages(desk: &OpenDesk, (draft_id, file_id): (String, String), pdf: Vec<u8>) -> FileLook {
    let Some(library) = desk.place.pdfium.clone() else {
        return unread("print.preview_no_library");
    };
    let sizes = match Preview::new(&pdf, &library).page_sizes(MOST_PAGES) {
        Ok(sizes) => sizes,
        Err(error) => {
            tracing::warn!(%error, "a file that came is not read by pdfium");
            return unread("incoming.pdf_unread");
        }
    };
    let pages: Vec<FilePage> = sizes
        .into_iter()
        .map(|(width, height)| FilePage {
            width_mm: width / POINTS_IN_MM,
            height_mm: height / POINTS_IN_MM,
        })
        .collect();
    let token = desk.new_id();
    *desk.file_sheets.shown() = Some(Arc::new(Sheet {
        token: token.clone(),
        draft_id,
        file_id,
        pdf,
        library,
        pages: pages.clone(),
    }));
    FileLook::Pages { token, pages }
}

/// A picture of the `nth` page (from 0) of the file that is looked at as PNG, `scale` times 96 dots an inch.
///
/// # Errors
/// `print.preview_gone` where another file or none is looked at, or it was taken away, `print.preview_page`
/// where pdfium cannot draw it.
pub fn picture(desk: &OpenDesk, token: &str, nth: usize, scale: f64) -> Result<Vec<u8>, ApiError> {
    let gone = || text::error_with(ErrorCode::NotNow, "print.preview_gone", &[]);
    let shown = desk.file_sheets.shown().clone();
    let shown = shown
        .filter(|shown| shown.token == token)
        .ok_or_else(gone)?;
    let there = desk
        .store
        .read(|reader| reader.incoming(&shown.draft_id))?
        .is_some();
    if !there {
        *desk.file_sheets.shown() = None;
        return Err(gone());
    }
    let drawn = Preview::new(&shown.pdf, &shown.library).png(nth, preview::dpi(scale));
    drawn.map_err(|error| {
        tracing::warn!(%error, "not drawn by pdfium");
        let fields = [("page", (nth + 1).to_string())];
        text::error_with(ErrorCode::NotNow, "print.preview_page", &fields)
    })
}
