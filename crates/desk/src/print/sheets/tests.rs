//! The preview is looked at with the real library, and its ink is measured.

use andu_document::{Block, Issuer, OfficialDocument};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::{
    Desk,
    print::tests::{Cups, desk_with},
};

/// 192 dots an inch.
const SCALE: f64 = 2.0;
const DOTS_A_MM: f64 = 192.0 / 25.4;

/// The real library; `None`, said aloud, where there is none.
fn library() -> Option<PathBuf> {
    let library = std::env::var_os("ANDU_PDFIUM").map(PathBuf::from);
    let library = library.filter(|path| path.is_file());
    if library.is_none() {
        eprintln!("SKIPPED: ANDU_PDFIUM names no libpdfium (./dev fetches it)");
    }
    library
}

/// A notice under a red head, of several pages.
fn notice() -> OfficialDocument {
    let sentence = "各股室要对照清单逐项核对水利工程台账，账实不符的写明原因，按时报送。";
    OfficialDocument {
        issuers: vec![Issuer {
            name: "望溪县水务局".into(),
            ..Issuer::default()
        }],
        title: "关于核对水利工程台账的通知".into(),
        body: vec![Block::paragraph(sentence.repeat(3)); 30],
        ..OfficialDocument::default()
    }
}

struct Office {
    desk: Arc<Desk>,
    id: String,
    _folder: TempDir,
}

impl Office {
    fn open(pdfium: Option<PathBuf>) -> Self {
        let folder = TempDir::new().expect("a folder");
        let (desk, id) = desk_with(folder.path(), pdfium, &notice());
        Self {
            desk,
            id,
            _folder: folder,
        }
    }

    fn ask(&self, range: &str, preprinted: bool) -> Result<Value, ApiError> {
        let look = json!({
            "draft_id": self.id, "printer": "hp", "range": range, "preprinted": preprinted,
        });
        self.desk.call("print_preview", look)
    }

    fn look(&self, range: &str, preprinted: bool) -> Value {
        self.ask(range, preprinted).expect("a preview")
    }

    fn picture(&self, preview: &Value, nth: usize) -> Result<Vec<u8>, ApiError> {
        let open = self.desk.open_desk().expect("an open desk");
        let token = preview["token"].as_str().expect("a token");
        picture(&open, token, nth, SCALE)
    }

    fn ink(&self, preview: &Value) -> Ink {
        Ink::of(&self.picture(preview, 0).expect("a picture"))
    }

    /// 套打 lies so far off, in tenths of a millimetre.
    fn offset(&self, x: i32, y: i32) {
        let offset = json!({ "printer": "hp", "x_tenth_mm": x, "y_tenth_mm": y });
        self.desk.call("printer_offset", offset).expect("kept");
    }
}

fn numbers(preview: &Value) -> Vec<u64> {
    let pages = preview["pages"].as_array().expect("pages");
    let numbers = pages.iter().map(|page| page["number"].as_u64());
    numbers.map(|number| number.expect("a number")).collect()
}

/// What is on a picture.
#[derive(Debug, Default)]
struct Ink {
    red: usize,
    black: usize,
    /// First column and first row with black on it.
    left: usize,
    top: usize,
    size: (u32, u32),
}

impl Ink {
    fn of(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("its size")];
        let frame = reader.next_frame(&mut pixels).expect("a picture");
        assert_eq!(frame.color_type, png::ColorType::Rgb);
        let width = frame.width as usize;
        let mut ink = Self {
            left: usize::MAX,
            top: usize::MAX,
            size: (frame.width, frame.height),
            ..Self::default()
        };
        for (at, pixel) in pixels.chunks_exact(3).enumerate() {
            let (red, rest) = (pixel[0], pixel[1].max(pixel[2]));
            if red < 100 && rest < 100 {
                ink.black += 1;
                ink.left = ink.left.min(at % width);
                ink.top = ink.top.min(at / width);
            } else if red > rest.saturating_add(60) {
                ink.red += 1;
            }
        }
        ink
    }
}

#[test]
fn a_preview_has_the_pages_of_the_range_and_is_the_very_file_the_printer_gets() {
    let Some(library) = library() else { return };
    let office = Office::open(Some(library));
    let all = office.look("", false);
    let count = numbers(&all).len() as u64;
    assert!(count >= 5, "{count} pages are too few to tell ranges apart");
    assert_eq!(numbers(&all), (1..=count).collect::<Vec<_>>());
    assert_eq!(all["trouble"], "", "pdfium did not read the file");
    let second = office.picture(&all, 1).expect("the second page");

    let some = office.look("5，2-3", false);
    assert_eq!(numbers(&some), [2, 3, 5]);
    let pictures: Vec<Vec<u8>> = (0..3)
        .map(|nth| office.picture(&some, nth).expect("a page of the range"))
        .collect();
    assert!(pictures[0] == second, "the range begins with page 2");
    assert!(pictures[0] != pictures[1] && pictures[1] != pictures[2]);
    let (width, height) = Ink::of(&second).size;
    let is_a4 = width.abs_diff(1587) <= 1 && height.abs_diff(2245) <= 1;
    assert!(is_a4, "A4 at 192 dots an inch: {width} x {height}");
    let beyond = office.picture(&some, 3).expect_err("there are three");
    assert_eq!(beyond.key, "print.preview_gone");

    let cups = Cups::start();
    let open = office.desk.open_desk().expect("an open desk");
    open.jobs.ask(&cups.address);
    let job = json!({
        "draft_id": office.id, "printer": "hp", "copies": 1, "duplex": false, "range": "5，2-3",
        "preprinted": false,
    });
    office.desk.call("print_start", job).expect("a job");
    let sent = cups.last(0x0002).document;
    let shown = open.sheets.shown().clone().expect("what is looked at");
    assert!(sent == shown.pdf, "another file went to the printer");

    let error = office.ask("1-99", false).expect_err("no such pages");
    assert_eq!(error.key, "print.range");
}

#[test]
fn preprinted_paper_is_shown_without_red_and_moved_as_its_printer_needs() {
    let Some(library) = library() else { return };
    let office = Office::open(Some(library));
    let ordinary = office.ink(&office.look("1", false));
    assert!(ordinary.red > 2_000, "the red head shows: {ordinary:?}");
    let still = office.ink(&office.look("1", true));
    assert_eq!(still.red, 0, "the red head is on the paper already");
    assert!(still.black > 10_000, "the text is gone: {still:?}");

    office.offset(50, 30);
    let moved = office.ink(&office.look("1", true));
    let by = |now: usize, before: usize| (now as f64 - before as f64) / DOTS_A_MM;
    let (right, down) = (by(moved.left, still.left), by(moved.top, still.top));
    assert!((right - 5.0).abs() < 0.2, "5 mm to the right: {right}");
    assert!((down - 3.0).abs() < 0.2, "3 mm down: {down}");
    let again = office.ink(&office.look("1", false));
    assert_eq!((again.left, again.top), (ordinary.left, ordinary.top));
}

#[test]
fn nothing_is_drawn_of_a_preview_that_is_closed_or_no_longer_looked_at() {
    let Some(library) = library() else { return };
    let office = Office::open(Some(library));
    let first = office.look("1", false);
    assert_eq!(first["token"], office.look("1", false)["token"]);
    assert!(office.picture(&first, 0).is_ok());

    let second = office.look("2", false);
    assert_ne!(first["token"], second["token"]);
    let gone = |preview| office.picture(preview, 0).expect_err("gone").key;
    assert_eq!(gone(&first), "print.preview_gone");
    assert!(office.picture(&second, 0).is_ok());

    let closed = office.desk.call("print_preview_close", json!({}));
    closed.expect("closed");
    assert_eq!(gone(&second), "print.preview_gone");
    let open = office.desk.open_desk().expect("an open desk");
    assert!(open.sheets.shown().is_none(), "the file is still kept");
    assert_ne!(
        office.look("2", false)["token"],
        second["token"],
        "a closed preview came back"
    );
}

#[test]
fn a_draft_that_is_taken_away_while_it_is_looked_at_is_shown_no_more() {
    let office = Office::open(None);
    let preview = office.look("", false);
    assert!(office.picture(&preview, 0).is_ok());
    let open = office.desk.open_desk().expect("an open desk");
    let erased = open.store.write(|tx| tx.draft_erase(&office.id));
    erased.expect("taken away");
    let refused = office.picture(&preview, 0).expect_err("still shown");
    assert_eq!(refused.key, "print.preview_gone");
    assert!(open.sheets.shown().is_none(), "its pages are still kept");
    assert!(office.ask("", false).is_err(), "it is made anew");
}

#[test]
fn who_may_not_draft_any_more_sees_nothing_of_what_is_looked_at() {
    let office = Office::open(None);
    let preview = office.look("", false);
    assert!(office.picture(&preview, 0).is_ok());
    let open = office.desk.open_desk().expect("an open desk");
    let person = open.home.person;
    let taken = open.store.write(|tx| tx.held_grants_put(person, &[]));
    taken.expect("no rights any more");
    for page in [0, 1] {
        let refused = office.picture(&preview, page).expect_err("still shown");
        assert_eq!(refused.key, "command.forbidden", "page {page}");
    }
    assert_eq!(
        office.ask("", false).expect_err("made anew").key,
        "command.forbidden"
    );
}

#[test]
fn without_the_library_the_typesetter_shows_the_same_pages_and_says_so() {
    let office = Office::open(None);
    let preview = office.look("2", true);
    assert_eq!(numbers(&preview), [2]);
    let trouble = preview["trouble"].as_str().expect("a sentence");
    assert!(trouble.contains("打印不受影响"), "{trouble}");
    let ink = office.ink(&preview);
    assert!(ink.black > 10_000 && ink.red == 0, "{ink:?}");
    let ordinary = office.ink(&office.look("1", false));
    assert!(ordinary.red > 2_000, "{ordinary:?}");
}

#[test]
fn a_file_the_library_does_not_read_is_shown_by_the_typesetter() {
    let Some(library) = library() else { return };
    let office = Office::open(Some(library));
    let open = office.desk.open_desk().expect("an open desk");
    let typeset = crate::transfer::typeset(&open, &notice()).expect("pages");
    let (drawn_by, trouble) = eyes(&open, b"%PDF-1.7 cut off", typeset);
    assert!(matches!(drawn_by, DrawnBy::Typesetter(_)));
    assert!(trouble.contains("读不了"), "{trouble}");
}
