//! Originals of imports travel as chunks: they arrive whole or not at all, go on where they were cut off, and
//! are there for nobody else.

use std::{
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use andu_api::original::{OriginalChunk, OriginalCommit};
use andu_app::chunk;
use andu_base::ContentHash;
use andu_crypto::Secret32;
use andu_document::{Block, OfficialDocument};
use andu_sync::{HaveAnswer, Manifest, cut};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::Calls,
    forged::Device,
    office::{Office, PASSWORD, roster, until},
    process::{Gone, Process},
};

const NAME: &str = "防汛预案及附图.docx";

fn noise(length: usize, mut seed: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        bytes.extend((seed >> 16).to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

/// A Word file with a picture of `length` bytes that cannot be made smaller.
fn word_file(folder: &Path, length: usize) -> (PathBuf, Vec<u8>) {
    let document = OfficialDocument {
        title: "关于印发防汛预案的通知".into(),
        body: vec![Block::paragraph("现将防汛预案印发给你们，请遵照执行。")],
        ..OfficialDocument::default()
    };
    let docx = andu_office::docx::write(&document, &Default::default()).expect("a Word file");
    let mut zip = zip::ZipWriter::new_append(Cursor::new(docx)).expect("a package");
    let stored =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("word/media/image9.bin", stored)
        .expect("an entry");
    zip.write_all(&noise(length, 11)).expect("a picture");
    let bytes = zip.finish().expect("a package").into_inner();
    let path = folder.join(NAME);
    fs::write(&path, &bytes).expect("a file");
    (path, bytes)
}

fn import(at: &impl Calls, token: &Value) -> String {
    let report = at.ok("draft_import", json!({ "token": token }));
    report["draft"]["id"].as_str().expect("an id").to_owned()
}

fn original_of(at: &impl Calls, draft: &str) -> Option<String> {
    let open = at.call("draft_open", json!({ "id": draft })).ok()?;
    at.ok("draft_close", json!({ "id": draft }));
    Some(open["originals"][0]["id"].as_str()?.to_owned())
}

#[test]
fn sixty_megabytes_arrive_though_server_and_desks_are_killed_amid_them() {
    let folder = TempDir::new().expect("a folder");
    let (path, bytes) = word_file(folder.path(), 60 << 20);
    let mut server = Process::start("server-tls", &folder.path().join("server"));
    let person = server.ok("roster", json!(roster()))[0].clone();
    let join = |server: &Process, name: &str| {
        let desk = Process::start("desk", &folder.path().join(name));
        let code = server.ok("code", person.clone());
        let args = json!({ "address": "", "code": code, "password": PASSWORD });
        desk.ok("sync_join", args);
        desk
    };
    let unlock = |desk: &Process| {
        desk.ok("session_unlock", json!({ "password": PASSWORD }));
    };
    let mut author = join(&server, "author");
    let other = join(&server, "other");
    let draft = import(&author, &author.ok("@choose", json!(path)));
    let loose = |server: &Process| server.ok("loose", person.clone()).as_u64().expect("bytes");
    until("a part of it", || loose(&server) > 8 << 20);
    author.restart();
    let before = loose(&server);
    assert!(before < bytes.len() as u64, "killed in the middle");
    assert_eq!(server.ok("originals", json!(draft)), json!([]));
    unlock(&author);
    until("more of it", || loose(&server) > before + (8 << 20));
    server.restart();
    assert!(loose(&server) > before, "what had arrived is there");
    until("the file at the server", || {
        server.ok("originals", json!(draft)) == json!([[NAME, bytes.len()]])
    });
    assert_eq!(loose(&server), 0, "every chunk is part of the file");
    until("an empty outbox", || author.ok("@outbox", json!({})) == 0);
    fetched(other, (&draft, &bytes), &folder.path().join("out"), &unlock);
}

/// The person's other desk fetches the file when it is asked for, killed in the middle.
fn fetched(
    mut other: Process,
    (draft, bytes): (&str, &[u8]),
    out: &Path,
    unlock: &dyn Fn(&Process),
) {
    until("its row at the other desk", || {
        other.ok("sync_now", json!({}));
        original_of(&other, draft).is_some()
    });
    let file = original_of(&other, draft).expect("an original");
    let write = |desk: &Process| {
        let token = desk.ok("@choose", json!(out));
        json!({ "draft_id": draft, "file_id": file, "token": token })
    };
    let args = write(&other);
    assert_eq!(other.kill_amid("original_write", &args, 700), Gone);
    assert!(!out.exists(), "nothing is written before it is whole");
    other.restart();
    unlock(&other);
    other.ok("original_write", write(&other));
    assert!(fs::read(out).expect("a file") == *bytes, "other bytes");
}

#[test]
fn what_was_cut_off_is_not_sent_again() {
    let mut office = Office::open();
    let seat = office.seat(0);
    let (path, bytes) = word_file(seat.folder.path(), 12 << 20);
    let draft = import(&seat, &json!(seat.desk.files.choose(&path).token));
    let domain = format!("person:{}", office.people[0]);
    until("a part of it", || {
        office.read(|reader| reader.chunk_loose_bytes(&domain)) > 1 << 20
    });
    seat.proxy().lead(None);
    thread::sleep(Duration::from_millis(200));
    office.reconnect(&seat);
    until("the file at the server", || {
        seat.ok("sync_now", json!({}));
        !office.read(|reader| reader.draft_files(&draft)).is_empty()
    });
    let chunks = cut(&bytes).count();
    let put = puts(&office.get_text("/metrics"));
    assert!((chunks..=chunks + 1).contains(&put), "{put} for {chunks}");
    let elsewhere = office.seat(0);
    elsewhere.sync_until("the row", || original_of(&elsewhere, &draft).is_some());
    let file = original_of(&elsewhere, &draft).expect("an original");
    elsewhere.proxy().lead(None);
    let asked = json!({ "draft_id": draft, "file_id": file });
    let refused = elsewhere.refused("original_text", asked.clone());
    assert_eq!(refused, "original.elsewhere");
    office.reconnect(&elsewhere);
    let words = elsewhere.ok("original_text", asked);
    assert_eq!(words["lines"][0], json!("关于印发防汛预案的通知"));
}

/// Chunks the server says it has taken.
fn puts(metrics: &str) -> usize {
    let counted = metrics
        .lines()
        .filter(|line| line.contains("route=\"/sync/chunks/{name}\",status=\"200\""));
    let counts = counted.filter_map(|line| line.rsplit(' ').next()?.parse::<usize>().ok());
    counts.max().unwrap_or(0)
}

/// A person's device that speaks to the server without a desk.
struct Sender<'a> {
    office: &'a Office,
    device: Device,
    client: reqwest::blocking::Client,
    seq: u64,
}

impl<'a> Sender<'a> {
    fn new(office: &'a Office, person: usize) -> Self {
        let client = reqwest::blocking::Client::builder().no_proxy().build();
        Self {
            office,
            device: Device::enrol(office, person),
            client: client.expect("a client"),
            seq: 0,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.office.address())
    }

    fn have(&self, names: &[ContentHash]) -> HaveAnswer {
        let asked = self
            .client
            .post(self.url("/sync/chunks/have"))
            .bearer_auth(&self.device.token)
            .json(&json!({ "names": names }))
            .send();
        asked.expect("an answer").json().expect("what is missing")
    }

    /// The key of the error; empty if there was none.
    fn put(&self, name: &str, bytes: Vec<u8>) -> String {
        let put = self
            .client
            .put(self.url(&format!("/sync/chunks/{name}")))
            .bearer_auth(&self.device.token)
            .body(bytes)
            .send();
        let answer: Value = put.expect("an answer").json().expect("JSON");
        answer["key"].as_str().unwrap_or_default().to_owned()
    }

    fn fetch(&self, file: &str, at: usize) -> Result<Vec<u8>, String> {
        let got = self
            .client
            .get(self.url(&format!("/sync/files/{file}/{at}")))
            .bearer_auth(&self.device.token)
            .send()
            .expect("an answer");
        if got.status().is_success() {
            return Ok(got.bytes().expect("bytes").to_vec());
        }
        let error: Value = got.json().expect("JSON");
        Err(error["key"].as_str().unwrap_or_default().to_owned())
    }

    /// What became of an envelope: `applied`, or the reason.
    fn push(&mut self, kind: &str, args: Value) -> String {
        self.seq += 1;
        let command = self.device.envelope(self.seq, kind, args);
        let answer = self
            .client
            .post(self.url("/sync/push"))
            .bearer_auth(&self.device.token)
            .json(&json!({ "commands": [command] }))
            .send();
        let answer: Value = answer.expect("an answer").json().expect("outcomes");
        let outcome = &answer["outcomes"][0][1];
        let reason = outcome["reason"]["key"].as_str();
        let kind = outcome["kind"].as_str().unwrap_or_default();
        reason.unwrap_or(kind).to_owned()
    }

    fn begin(&mut self) -> String {
        let id = uuid::Uuid::now_v7().to_string();
        let state = andu_draft::from_document(&OfficialDocument::default(), 7).expect("a text");
        let state = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, state);
        let args = json!({ "id": id, "lineage": uuid::Uuid::now_v7(), "state": state });
        assert_eq!(self.push("draft_create", args), "applied");
        id
    }
}

fn commit(draft: &str, file: &str, manifest: &Manifest, key: ContentHash) -> Value {
    let chunks = manifest.0.iter().map(|chunk| OriginalChunk {
        name: chunk.name.to_string(),
        size: chunk.size,
    });
    json!(OriginalCommit {
        id: draft.to_owned(),
        file_id: file.to_owned(),
        name: "原件.docx".into(),
        chunks: chunks.collect(),
        key: key.to_string(),
    })
}

#[test]
fn nobody_learns_of_anothers_files_and_nothing_is_taken_half() {
    let office = Office::open();
    let (mut author, mut colleague) = (Sender::new(&office, 0), Sender::new(&office, 1));
    let bytes = noise(3 << 20, 5);
    let key = author.have(&[]).key;
    let manifest = Manifest::of(&bytes, &Secret32::from_bytes(key.0));
    let parts: Vec<&[u8]> = cut(&bytes).collect();
    let name = |at: usize| manifest.0[at].name.to_string();
    // Bytes that are not those of the name, too many of them, and a name that is none.
    assert_eq!(author.put(&name(0), parts[1].to_vec()), "chunk.wrong_name");
    assert_eq!(author.put("ffff", parts[1].to_vec()), "chunk.wrong_name");
    let large = noise((1 << 20) + 1, 3);
    assert_eq!(author.put(&name(0), large), "chunk.too_large");
    assert_eq!(author.put(&name(0), Vec::new()), "chunk.too_large");
    assert_eq!(author.have(&manifest.names()).missing.len(), parts.len());
    // All but one: the file is not taken, and nothing of it shows.
    let (draft, file) = (author.begin(), "0198-original");
    for (at, part) in parts.iter().enumerate().skip(1) {
        assert_eq!(author.put(&name(at), part.to_vec()), "");
    }
    let whole = commit(&draft, file, &manifest, key);
    assert_eq!(
        author.push("original_commit", whole.clone()),
        "original.incomplete"
    );
    assert!(office.read(|reader| reader.draft_files(&draft)).is_empty());
    assert_eq!(
        author.fetch(file, 1).err().as_deref(),
        Some("chunk.not_there")
    );
    assert_eq!(author.have(&manifest.names()).missing, [manifest.0[0].name]);
    // The colleague has the very file, and is told of nothing; nor may the colleague use the author's chunks.
    let other = colleague.have(&manifest.names());
    assert_ne!(other.key, key, "a domain of one's own");
    assert_eq!(other.missing.len(), parts.len());
    let theirs = colleague.begin();
    assert_eq!(author.put(&name(0), parts[0].to_vec()), "");
    assert_eq!(
        author.put(&name(0), parts[0].to_vec()),
        "",
        "once more changes nothing"
    );
    assert_eq!(author.push("original_commit", whole), "applied");
    for key in [key, other.key] {
        let stolen = commit(&theirs, "0198-stolen", &manifest, key);
        assert_eq!(
            colleague.push("original_commit", stolen),
            "original.incomplete"
        );
    }
    let taken = commit(&theirs, file, &manifest, other.key);
    assert_eq!(colleague.push("original_commit", taken), "original.taken");
    assert_eq!(
        colleague.fetch(file, 0).err().as_deref(),
        Some("chunk.not_there")
    );
    assert_eq!(author.fetch(file, 0).as_deref(), Ok(parts[0]));
    assert_eq!(
        author.fetch(file, 99).err().as_deref(),
        Some("chunk.not_there")
    );
    // What nobody needs goes after a time; what a file is made of stays.
    let loose = noise(1_000, 9);
    let lone = andu_sync::name_of(&loose, &Secret32::from_bytes(key.0));
    assert_eq!(author.put(&lone.to_string(), loose), "");
    let swept = |before: &str| chunk::sweep(office.server().store(), before).expect("a sweep");
    assert_eq!(swept("2026-01-01T00:00:00.000Z"), 0, "it may be wanted yet");
    assert_eq!(swept("2999-01-01T00:00:00.000Z"), 1);
    assert_eq!(author.have(&[lone]).missing, [lone]);
    assert_eq!(author.fetch(file, 0).as_deref(), Ok(parts[0]));
}
