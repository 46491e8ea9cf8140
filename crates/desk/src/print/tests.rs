//! Printing against a small IPP service whose bytes are written by hand here (RFC 8010).

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    thread,
};

use andu_document::OfficialDocument;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Desk, place::DeskPlace};

const TITLE: &str = "关于印发会议室使用办法的通知";

/// A request as it came over the wire.
#[derive(Clone)]
pub(super) struct Asked {
    path: String,
    operation: u16,
    attributes: Vec<(String, u8, Vec<u8>)>,
    pub(super) document: Vec<u8>,
}

impl Asked {
    fn values(&self, name: &str) -> Vec<(u8, Vec<u8>)> {
        let named = self.attributes.iter().filter(|(known, ..)| known == name);
        named.map(|(_, tag, value)| (*tag, value.clone())).collect()
    }

    fn text(&self, name: &str) -> String {
        let values = self.values(name);
        assert_eq!(values.len(), 1, "one value of {name}");
        String::from_utf8(values[0].1.clone()).expect("a text")
    }
}

/// How the service answers.
struct Answers {
    asked: Vec<Asked>,
    printer_state: i32,
    reasons: Vec<&'static str>,
    job_state: i32,
    raw: Option<Vec<u8>>,
}

#[derive(Clone)]
pub(super) struct Cups {
    pub(super) address: String,
    answers: Arc<Mutex<Answers>>,
}

impl Cups {
    pub(super) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let cups = Self {
            address: format!("http://{}", listener.local_addr().expect("an address")),
            answers: Arc::new(Mutex::new(Answers {
                asked: Vec::new(),
                printer_state: 3,
                reasons: vec!["none"],
                job_state: 3,
                raw: None,
            })),
        };
        let serving = cups.clone();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                serving.answer(client);
            }
        });
        cups
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().expect("no panic before")
    }

    fn count(&self, operation: u16) -> usize {
        let answers = self.answers();
        let asked = answers.asked.iter();
        asked.filter(|asked| asked.operation == operation).count()
    }

    pub(super) fn last(&self, operation: u16) -> Asked {
        let answers = self.answers();
        let mut asked = answers.asked.iter().rev();
        let found = asked.find(|asked| asked.operation == operation);
        found.expect("it was asked").clone()
    }

    fn answer(&self, mut client: TcpStream) {
        let (path, body) = read_http(&mut client);
        let asked = decode(path, &body);
        let mut answers = self.answers();
        let body = match (&answers.raw, asked.operation) {
            (Some(raw), _) => raw.clone(),
            (None, 0x4002) => printers(&answers),
            (None, 0x0002) => job(3),
            (None, 0x0009) => job(answers.job_state),
            (None, other) => panic!("operation {other:#x} was not expected"),
        };
        answers.asked.push(asked);
        drop(answers);
        let head = if body.starts_with(b"HTTP/") {
            String::new()
        } else {
            format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/ipp\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            )
        };
        let _ = client.write_all(&[head.as_bytes(), &body].concat());
    }
}

fn read_http(client: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut part = [0; 64 << 10];
    let head = loop {
        let read = client.read(&mut part).expect("a request");
        assert_ne!(read, 0, "a request that ends too early");
        bytes.extend_from_slice(&part[..read]);
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    assert!(text.contains("content-type: application/ipp"), "{text}");
    let length = text
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.expect("a length");
    while bytes.len() < head + length {
        let read = client.read(&mut part).expect("a request");
        assert_ne!(read, 0, "a request that ends too early");
        bytes.extend_from_slice(&part[..read]);
    }
    let line = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let path = line.split(' ').nth(1).expect("a path").to_owned();
    (path, bytes[head..].to_vec())
}

fn decode(path: String, body: &[u8]) -> Asked {
    let short = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
    assert_eq!(body[0], 1, "IPP 1.x");
    let mut attributes: Vec<(String, u8, Vec<u8>)> = Vec::new();
    let mut at = 8;
    loop {
        let tag = body[at];
        at += 1;
        if tag == 3 {
            break;
        }
        if tag < 0x10 {
            continue;
        }
        let length = usize::from(short(at));
        let name = String::from_utf8(body[at + 2..at + 2 + length].to_vec()).expect("a name");
        at += 2 + length;
        let length = usize::from(short(at));
        let value = body[at + 2..at + 2 + length].to_vec();
        at += 2 + length;
        let name = if name.is_empty() {
            attributes.last().expect("an attribute before").0.clone()
        } else {
            name
        };
        attributes.push((name, tag, value));
    }
    assert_eq!(
        (attributes[0].0.as_str(), attributes[1].0.as_str()),
        ("attributes-charset", "attributes-natural-language"),
        "RFC 8011, 4.1.4: these two come first"
    );
    Asked {
        path,
        operation: short(2),
        attributes,
        document: body[at..].to_vec(),
    }
}

fn put(out: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    out.push(tag);
    for part in [name.as_bytes(), value] {
        let length = u16::try_from(part.len()).expect("a short value");
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(part);
    }
}

fn start(status: u16) -> Vec<u8> {
    let mut out = vec![1, 1];
    out.extend_from_slice(&status.to_be_bytes());
    out.extend_from_slice(&[0, 0, 0, 1, 1]);
    put(&mut out, 0x47, "attributes-charset", b"utf-8");
    put(&mut out, 0x48, "attributes-natural-language", b"en");
    out
}

fn printers(answers: &Answers) -> Vec<u8> {
    let mut out = start(0);
    for (name, kind) in [("hp", 0x0002_0010_i32), ("old", 0)] {
        out.push(4);
        put(&mut out, 0x42, "printer-name", name.as_bytes());
        let label = format!("三楼打印机 {name}");
        put(&mut out, 0x41, "printer-info", label.as_bytes());
        put(&mut out, 0x23, "printer-type", &kind.to_be_bytes());
        put(
            &mut out,
            0x23,
            "printer-state",
            &answers.printer_state.to_be_bytes(),
        );
        for (at, reason) in answers.reasons.iter().enumerate() {
            let name = if at == 0 { "printer-state-reasons" } else { "" };
            put(&mut out, 0x44, name, reason.as_bytes());
        }
        put(&mut out, 0x22, "printer-is-accepting-jobs", &[1]);
        let uri = format!("ipp://localhost:631/printers/{name}");
        put(&mut out, 0x45, "printer-uri-supported", uri.as_bytes());
        put(&mut out, 0x44, "sides-supported", b"one-sided");
        if name == "hp" {
            put(&mut out, 0x44, "", b"two-sided-long-edge");
        }
    }
    out.push(3);
    out
}

fn job(state: i32) -> Vec<u8> {
    let mut out = start(0);
    out.push(2);
    put(&mut out, 0x21, "job-id", &41_i32.to_be_bytes());
    put(&mut out, 0x23, "job-state", &state.to_be_bytes());
    out.push(3);
    out
}

/// An open desk with a draft of one page, and its id.
pub(super) fn desk(folder: &Path) -> (Arc<Desk>, String) {
    let document = OfficialDocument {
        title: TITLE.into(),
        body: vec![andu_document::Block::paragraph("请遵照执行。")],
        ..Default::default()
    };
    desk_with(folder, None, &document)
}

/// An open desk with this draft, and its id.
pub(super) fn desk_with(
    folder: &Path,
    pdfium: Option<PathBuf>,
    document: &OfficialDocument,
) -> (Arc<Desk>, String) {
    let place = DeskPlace {
        folder: folder.join("desk"),
        profile: String::new(),
        fonts: Vec::new(),
        pdfium,
        keyring: false,
    };
    let desk = Desk::new(place, false).expect("a closed desk");
    let setup = json!({
        "agency": "望溪县水务局", "short_name": "", "authority_code": "", "department": "办公室",
        "person": "何雨桐", "post": "科员", "password": "correct horse", "demo": false,
    });
    desk.call("session_setup", setup).expect("first run");
    let open = desk.open_desk().expect("an open desk");
    let row = andu_api::draft::begin(&*open, document, false).expect("a draft");
    (desk, row.id)
}

pub(super) fn order(id: &str) -> Value {
    json!({
        "draft_id": id, "printer": "hp", "copies": 2, "duplex": true, "range": "1",
        "preprinted": false,
    })
}

pub(super) fn jobs(desk: &Arc<Desk>) -> Vec<Value> {
    let jobs = desk.call("print_jobs", json!({})).expect("jobs");
    jobs.as_array().expect("a list").clone()
}

#[test]
fn a_job_goes_out_as_it_was_ordered_and_is_followed_to_its_end() {
    let folder = TempDir::new().expect("a folder");
    let (desk, id) = desk(folder.path());
    let cups = Cups::start();
    desk.open_desk().expect("open").jobs.ask(&cups.address);
    assert!(jobs(&desk).is_empty());

    let job = desk.call("print_start", order(&id)).expect("a job");
    assert_eq!((&job["id"], &job["state"]), (&json!(41), &json!("waiting")));
    assert_eq!(job["title"], TITLE, "the list at the desk says what it is");
    let asked = cups.last(0x0002);
    assert_eq!(asked.path, "/printers/hp");
    assert_eq!(asked.text("printer-uri"), "ipp://localhost:631/printers/hp");
    assert_eq!(
        asked.attributes[2].0, "printer-uri",
        "RFC 8011, 4.1.5: the target is third"
    );
    assert_eq!(asked.text("document-format"), "application/pdf");
    assert_eq!(
        asked.values("copies"),
        [(0x21, 2_i32.to_be_bytes().to_vec())]
    );
    assert_eq!(asked.text("sides"), "two-sided-long-edge");
    assert_eq!(asked.text("print-scaling"), "none");
    let range = [1_i32.to_be_bytes(), 1_i32.to_be_bytes()].concat();
    assert_eq!(asked.values("page-ranges"), [(0x33, range)]);
    assert!(
        asked.document.starts_with(b"%PDF-"),
        "a PDF follows the attributes"
    );
    let spread: String = asked
        .attributes
        .iter()
        .map(|(_, _, value)| String::from_utf8_lossy(value).into_owned())
        .collect();
    assert!(
        !spread.contains("会议室"),
        "the queue shows the title: {spread}"
    );

    for (state, reasons, said, trouble) in [
        (3, vec!["none"], "waiting", ""),
        (5, vec!["media-empty-error"], "printing", "缺纸"),
        (
            6,
            vec!["media-jam-error", "toner-empty-error"],
            "stopped",
            "卡纸、缺墨",
        ),
        (6, vec!["offline-report"], "stopped", "离线"),
        (9, vec!["none"], "done", ""),
    ] {
        {
            let mut answers = cups.answers();
            (answers.job_state, answers.reasons) = (state, reasons);
        }
        let jobs = jobs(&desk);
        assert_eq!(
            (&jobs[0]["state"], &jobs[0]["trouble"]),
            (&json!(said), &json!(trouble))
        );
    }
    let asked = cups.count(0x0009);
    jobs(&desk);
    assert_eq!(cups.count(0x0009), asked, "nobody asks about what is over");

    let plain = json!({
        "draft_id": id, "printer": "old", "copies": 1, "duplex": true, "range": "", "preprinted": false,
    });
    desk.call("print_start", plain).expect("a job");
    let asked = cups.last(0x0002);
    assert_eq!(
        asked.text("sides"),
        "one-sided",
        "a printer without both sides"
    );
    assert!(asked.values("page-ranges").is_empty(), "all pages");
    assert_eq!(jobs(&desk).len(), 2);
}

#[test]
fn printers_are_listed_with_what_they_lack_and_where_paper_lies() {
    let folder = TempDir::new().expect("a folder");
    let (desk, _) = desk(folder.path());
    let cups = Cups::start();
    desk.open_desk().expect("open").jobs.ask(&cups.address);
    let offset = json!({ "printer": "hp", "x_tenth_mm": -15, "y_tenth_mm": 999 });
    desk.call("printer_offset", offset).expect("kept");
    cups.answers().reasons = vec!["cover-open-error"];
    let printers = desk.call("printer_list", json!({})).expect("printers");
    let (hp, old) = (&printers[0], &printers[1]);
    assert_eq!(
        (&hp["name"], &hp["label"]),
        (&json!("hp"), &json!("三楼打印机 hp"))
    );
    assert_eq!(
        (&hp["default"], &old["default"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&hp["duplex"], &old["duplex"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(hp["offset_x_tenth_mm"], -15);
    assert_eq!(hp["offset_y_tenth_mm"], 300, "bounded");
    assert_eq!(old["offset_x_tenth_mm"], 0);
    assert_eq!(hp["trouble"], "机盖没有关好");
}

#[test]
fn preprinted_paper_gets_another_page_moved_as_its_printer_needs() {
    let folder = TempDir::new().expect("a folder");
    let (desk, id) = desk(folder.path());
    let cups = Cups::start();
    desk.open_desk().expect("open").jobs.ask(&cups.address);
    let print = |preprinted: bool, x: i32| {
        let offset = json!({ "printer": "hp", "x_tenth_mm": x, "y_tenth_mm": 0 });
        desk.call("printer_offset", offset).expect("kept");
        let mut order = order(&id);
        order["preprinted"] = json!(preprinted);
        desk.call("print_start", order).expect("a job");
        cups.last(0x0002).document
    };
    let (plain, still) = (print(false, 0), print(false, 25));
    assert!(plain == still, "an offset moved an ordinary page");
    let (here, there) = (print(true, 0), print(true, 25));
    assert!(plain != here, "the red parts were printed");
    assert!(here != there, "the page was not moved");
}

#[test]
fn what_cannot_be_printed_is_refused_before_anything_is_sent() {
    let folder = TempDir::new().expect("a folder");
    let (desk, id) = desk(folder.path());
    let cups = Cups::start();
    desk.open_desk().expect("open").jobs.ask(&cups.address);
    let change = |name: &str, value: Value| {
        let mut order = order(&id);
        order[name] = value;
        desk.call("print_start", order).expect_err("refused")
    };
    let error = change("range", json!("1-99"));
    assert_eq!(error.key, "print.range");
    assert_eq!(error.fields["pages"], "1");
    assert!(error.sentence.contains("1-99"), "{}", error.sentence);
    assert_eq!(change("copies", json!(0)).key, "print.copies");
    assert_eq!(change("copies", json!(1_000)).key, "print.copies");
    assert_eq!(change("printer", json!("nobody's")).key, "print.no_printer");
    assert_eq!(cups.count(0x0002), 0, "something was sent");
}

#[test]
fn a_service_that_is_not_there_or_talks_nonsense_is_named() {
    let folder = TempDir::new().expect("a folder");
    let (desk, id) = desk(folder.path());
    let open = desk.open_desk().expect("open");
    let closed = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = closed.local_addr().expect("an address");
    drop(closed);
    open.jobs.ask(&format!("http://{address}"));
    let error = desk
        .call("printer_list", json!({}))
        .expect_err("nobody there");
    assert_eq!(error.key, "print.unavailable");

    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    open.jobs.ask(&format!(
        "http://{}",
        silent.local_addr().expect("an address")
    ));
    let error = desk
        .call("printer_list", json!({}))
        .expect_err("nobody speaks");
    assert_eq!(error.key, "print.unavailable", "after five seconds");

    let cups = Cups::start();
    open.jobs.ask(&cups.address);
    let whole = printers(&cups.answers());
    let mut deep = start(0);
    for _ in 0..20_000 {
        put(&mut deep, 0x34, "", b"");
    }
    for nonsense in [
        b"<html>".to_vec(),
        Vec::new(),
        whole[..whole.len() / 2].to_vec(),
        vec![0xff; 5 << 20],
        deep,
        b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec(),
        [start(0x0507), vec![3]].concat(),
    ] {
        cups.answers().raw = Some(nonsense);
        let error = desk.call("printer_list", json!({})).expect_err("nonsense");
        assert_eq!(error.key, "print.service", "{}", error.sentence);
        let error = desk.call("print_start", order(&id)).expect_err("nonsense");
        assert!(error.key.starts_with("print."), "{}", error.sentence);
    }
    // CUPS without any printer answers so.
    cups.answers().raw = Some([start(0x0406), vec![3]].concat());
    assert_eq!(
        desk.call("printer_list", json!({})).expect("a list"),
        json!([])
    );
}
