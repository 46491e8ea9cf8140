//! Every example as OFD: whole as the standard has it, its text for another reader the same as the text of its PDF,
//! and no larger than that by much.

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{OsStr, OsString},
    fs,
    io::{Cursor, Read as _, Write as _},
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use andu_desk::transfer;
use andu_document::OfficialDocument;
use andu_ofd::{Limits, Oddity, Ofd, ReadError};
use andu_typeset::{FontShelf, Options, Typeset, Typesetter};
use quick_xml::{Reader, events::Event};
use serde_json::json;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    editor::{Calls as _, write},
    office::Seat,
};

fn typesetter() -> Typesetter {
    let folders = std::env::var_os("ANDU_FONTS").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    Typesetter::new(Arc::new(FontShelf::open(&folders)), Options::default())
}

fn examples() -> Vec<(String, OfficialDocument)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/examples");
    let files = fs::read_dir(folder).expect("the examples");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("an example");
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, andu_document::parse(&text).expect("a document"))
    };
    files.into_iter().map(read).collect()
}

/// One element with its attributes and what it says.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    said: String,
}

/// The elements of a file in order, read by a library and not by us.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let mut all: Vec<Element> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().expect("well-formed XML");
        let (start, is_open) = match &event {
            Event::Start(start) => (start, true),
            Event::Empty(start) => (start, false),
            Event::Text(text) => {
                if let Some(at) = open.last() {
                    all[*at].said += text;
                }
                continue;
            }
            Event::GeneralRef(name) => {
                let sign = match &**name {
                    "amp" => '&',
                    "lt" => '<',
                    "gt" => '>',
                    "quot" => '"',
                    "apos" => '\'',
                    other => panic!("entity {other:?}"),
                };
                if let Some(at) = open.last() {
                    all[*at].said.push(sign);
                }
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => return all,
            _ => continue,
        };
        let attributes = start.attributes().map(|one| {
            let one = one.expect("an attribute");
            (one.key.0.to_owned(), one.value.into_owned())
        });
        if is_open {
            open.push(all.len());
        }
        all.push(Element {
            name: start.local_name().into_inner().to_owned(),
            attributes: attributes.collect(),
            said: String::new(),
        });
    }
}

/// How many steps a list of steps has: `g 3 5.64 2` are four.
fn steps(list: &str) -> usize {
    let mut parts = list.split_whitespace();
    let mut count = 0;
    while let Some(part) = parts.next() {
        count += match part {
            "g" => {
                let times = parts.next().and_then(|times| times.parse::<usize>().ok());
                parts.next().expect("a step");
                times.expect("how often")
            }
            step => {
                step.parse::<f64>().expect("a length");
                1
            }
        };
    }
    count
}

/// Everything that is referred to is there, no number names two things, and each text has as many steps and glyphs
/// as it has characters.
fn is_whole(name: &str, ofd: &[u8], pages: usize) {
    let mut zip = ZipArchive::new(Cursor::new(ofd)).expect("a package");
    let mut files = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).expect("a file");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("its bytes");
        let path = file.name().expect("a name").into_owned();
        let twice = files.insert(path.clone(), bytes);
        assert!(twice.is_none(), "{name}: {path} twice");
    }
    let mut glyphs = 0;
    for (path, bytes) in files.iter().filter(|(path, _)| path.contains("/Font_")) {
        let font = ttf_parser::Face::parse(bytes, 0);
        let font = font.unwrap_or_else(|error| panic!("{name}: {path}: {error}"));
        glyphs = glyphs.max(font.number_of_glyphs());
    }
    let mut ids = BTreeSet::new();
    let (mut greatest, mut most, mut contents) = (0, 0, 0);
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".xml")) {
        let xml = std::str::from_utf8(bytes).expect("UTF-8");
        let all = elements(xml);
        contents += usize::from(path.ends_with("Content.xml"));
        let mut font = 0;
        for (at, element) in all.iter().enumerate() {
            if let Some(id) = element.attributes.get("ID") {
                let is_page = element.name == "Page";
                let id: u32 = id.parse().expect("a number");
                assert!(ids.insert(id), "{name}: {id} twice ({path}, {is_page})");
                greatest = greatest.max(id);
            }
            let folder = Path::new(path).parent().expect("a folder");
            let referred = match element.name.as_str() {
                "FontFile" | "MediaFile" => Some(folder.join("Res").join(&element.said)),
                "DocRoot" | "PublicRes" | "DocumentRes" => Some(folder.join(&element.said)),
                "Page" => element
                    .attributes
                    .get("BaseLoc")
                    .map(|file| folder.join(file)),
                _ => None,
            };
            if let Some(referred) = referred {
                let referred = referred.to_string_lossy().into_owned();
                assert!(files.contains_key(&referred), "{name}: no {referred}");
            }
            match element.name.as_str() {
                "MaxUnitID" => most = element.said.parse().expect("a number"),
                "TextObject" => font = at,
                "TextCode" => {
                    let codes = element.said.chars().count();
                    let listed = element
                        .attributes
                        .get("DeltaX")
                        .map_or(0, |list| steps(list));
                    assert_eq!(listed + 1, codes, "{name}: {element:?}");
                    let changes = all[font..at].iter().filter(|one| one.name == "CGTransform");
                    let drawn: usize = changes
                        .map(|change| {
                            change.attributes["CodeCount"]
                                .parse::<usize>()
                                .expect("a number")
                        })
                        .sum();
                    assert_eq!(drawn, codes, "{name}: {element:?}");
                    let bare = element.said.trim_matches([' ', '\t', '\n', '\r']);
                    assert_eq!(bare, element.said, "{name}: spaces at its ends");
                }
                "Glyphs" => {
                    let change = &all[at - 1].attributes;
                    let listed = element.said.split_whitespace().count().to_string();
                    assert_eq!(change["GlyphCount"], listed, "{name}: {change:?}");
                    let ids = element.said.split_whitespace();
                    let mut ids = ids.map(|id| id.parse::<u16>().expect("a glyph"));
                    assert!(ids.all(|id| id > 0 && id < glyphs), "{name}: {element:?}");
                }
                _ => {}
            }
        }
    }
    assert_eq!(
        (contents, most),
        (pages, greatest),
        "{name}: pages, and the greatest number"
    );
}

/// The signs of a text by how often they occur: readers differ in the order of what stands beside each other.
fn signs(text: &str) -> BTreeMap<char, usize> {
    let mut counted = BTreeMap::new();
    for sign in text.chars().filter(|sign| !sign.is_whitespace()) {
        *counted.entry(sign).or_default() += 1;
    }
    counted
}

fn read_by(command: &mut Command) -> String {
    let read = command.output().expect("a reader");
    let said = String::from_utf8_lossy(&read.stderr);
    assert!(read.status.success(), "{said}");
    String::from_utf8(read.stdout).expect("UTF-8")
}

/// The wheel of another reader; `None`, and a message, where it is not there.
fn ofdkit() -> Option<OsString> {
    let wheel = std::env::var_os("ANDU_OFDKIT").filter(|wheel| Path::new(wheel).exists());
    if wheel.is_none() {
        println!(
            "not compared with ofdkit: ANDU_OFDKIT names no wheel of it (./dev test fetches it)"
        );
    }
    wheel
}

fn text_by_ofdkit(wheel: &OsStr, file: &Path) -> String {
    let mut python = Command::new("python3");
    python.env("PYTHONPATH", wheel);
    read_by(python.args(["-m", "ofdkit", "text"]).arg(file))
}

/// The lines of all pages, as we read them.
fn lines(opened: &mut Ofd<'_>) -> Vec<String> {
    let mut all = Vec::new();
    for page in 0..opened.page_count() {
        all.extend(opened.text(page).expect("a page").lines);
    }
    all
}

fn written(document: &OfficialDocument, pages: &Typeset) -> (Vec<u8>, Vec<u8>) {
    let ofd = transfer::ofd(document, pages, None).expect("OFD");
    (ofd, transfer::pdf(pages, None).expect("PDF"))
}

#[test]
fn every_example_is_whole_and_its_text_is_the_text_of_its_pdf() {
    let typesetter = typesetter();
    let folder = tempfile::tempdir().expect("a folder");
    let ofdkit = ofdkit();
    for (name, document) in examples() {
        let pages = typesetter.typeset(&document).expect("pages");
        let (ofd, pdf) = written(&document, &pages);
        assert_eq!(
            ofd,
            written(&document, &pages).0,
            "{name}: the same every time"
        );
        is_whole(&name, &ofd, pages.page_count());
        let mut opened = Ofd::open(&ofd, Limits::default()).expect("our own file");
        let own = lines(&mut opened);
        assert!(
            opened.oddities().is_empty(),
            "{name}: {:?}",
            opened.oddities()
        );
        let of = |ending: &str| folder.path().join(format!("{name}.{ending}"));
        fs::write(of("ofd"), &ofd).expect("written");
        fs::write(of("pdf"), &pdf).expect("written");
        println!("{name}: OFD {} PDF {}", ofd.len(), pdf.len());
        if let Some(wheel) = &ofdkit {
            let of_ofd = text_by_ofdkit(wheel, &of("ofd"));
            let mut poppler = Command::new("pdftotext");
            let of_pdf = read_by(
                poppler
                    .args(["-raw", "-enc", "UTF-8"])
                    .arg(of("pdf"))
                    .arg("-"),
            );
            assert_eq!(signs(&of_ofd), signs(&of_pdf), "{name}");
            assert_eq!(
                signs(&own.concat()),
                signs(&of_pdf),
                "{name}: as we read it"
            );
        }
    }
}

#[test]
fn a_draft_leaves_the_desk_as_ofd() {
    let (seat, _) = Seat::alone();
    let title = "关于做好2026年汛前检查工作的通知";
    let id = write(&seat, title, &["请各单位于3月底前完成检查。"]);
    let path = seat.folder.path().join("通知.ofd");
    let args = json!({ "id": id, "kind": "ofd", "token": seat.chosen(&path) });
    assert_eq!(seat.ok("draft_export", args)["name"], "通知.ofd");
    let bytes = fs::read(&path).expect("a file");
    let mut opened = Ofd::open(&bytes, Limits::default()).expect("a package");
    let said = opened.descriptions().next().expect("a document").clone();
    assert_eq!((&*said.title, &*said.creator), (title, "Andu"));
    let lines = lines(&mut opened).concat();
    assert!(lines.contains("请各单位于3月底前完成检查。"), "{lines}");
}

/// Files of other programs, as odd as they are in the field: another reader finds the same text in them.
#[test]
fn files_of_other_programs_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/samples/ofd");
    let Ok(files) = fs::read_dir(&folder) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let wheel = ofdkit();
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "ofd"));
    files.sort();
    for path in files {
        let name = path.file_name().expect("a name").to_string_lossy();
        let bytes = fs::read(&path).expect("a sample");
        let mut opened = Ofd::open(&bytes, Limits::default()).expect("a package");
        let own = lines(&mut opened);
        assert!(opened.page_count() > 0, "{name}");
        if let Some(wheel) = &wheel {
            let said = text_by_ofdkit(wheel, &path);
            assert_eq!(signs(&own.concat()), signs(&said), "{name}");
        }
    }
}

/// What is no package, half of one, or one that would fill the memory, is refused in words.
#[test]
fn what_is_no_ofd_is_refused() {
    let open = |bytes: &[u8]| Ofd::open(bytes, Limits::default()).err();
    assert_eq!(open(b""), Some(ReadError::NoPackage));
    assert_eq!(open(b"%PDF-1.7"), Some(ReadError::NoPackage));
    let packed = |files: &[(&str, &[u8])]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            let options = SimpleFileOptions::DEFAULT;
            zip.start_file(*name, options).expect("a file");
            zip.write_all(bytes).expect("its bytes");
        }
        zip.finish().expect("a package").into_inner()
    };
    assert_eq!(open(&packed(&[("a.txt", b"a")])), Some(ReadError::NoOfd));
    assert_eq!(
        open(&packed(&[("OFD.xml", b"<a/>")])),
        Some(ReadError::NoOfd)
    );
    assert_eq!(
        open(&packed(&[("Encryptions.xml", b"<a/>")])),
        Some(ReadError::Encrypted)
    );
    let bomb = vec![b' '; 300 << 20];
    assert_eq!(
        open(&packed(&[("OFD.xml", &bomb)])),
        Some(ReadError::TooMuch)
    );
    let entry = b"<OFD><DocBody><DocRoot>../../etc/passwd</DocRoot></DocBody></OFD>";
    let outside = packed(&[("OFD.xml", entry)]);
    let opened = Ofd::open(&outside, Limits::default()).expect("a package without a page");
    assert_eq!(opened.page_count(), 0);
    let odd: Vec<&Oddity> = opened.oddities().iter().collect();
    assert_eq!(odd, [&Oddity::BadName("../../etc/passwd".to_owned())]);
    // A whole one that was cut off anywhere.
    let (_, document) = examples().swap_remove(0);
    let pages = typesetter().typeset(&document).expect("pages");
    let (ofd, _) = written(&document, &pages);
    for end in (0..ofd.len()).step_by(997) {
        assert_eq!(
            open(&ofd[..end]),
            Some(ReadError::NoPackage),
            "cut off at {end}"
        );
    }
}
