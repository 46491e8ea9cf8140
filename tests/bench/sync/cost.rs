//! What one of everything costs the server, and takes on disks: the figures from which `docs/scale.md` reckons.
//! Processor time is that of the server's process alone.

use std::{fs, path::Path};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{
    Result, SIZES, Tell,
    office::{Desk, Office, records},
    peer::Peers,
    process::Server,
    push::{self, Text},
    quiet::Stream,
    said, stated,
};

/// Processor time of a first pull.
pub const FIRST_PULL: &str = "processor time of a first pull, 1,000 records";
/// Of the question whether there is anything new, when there is not.
pub const QUESTION: &str = "processor time of a question whether anything is new";
/// Of a command from a push of many.
pub const COMMAND: &str = "processor time of a command, of many pushed together";
/// Of a command that comes alone.
pub const SINGLE: &str = "processor time of a command that comes alone";
/// Of telling a desk what is new.
pub const DELIVERY: &str = "processor time of telling a desk of one change";
/// On the server's disk.
pub const COMMAND_BYTES: &str = "server's disk for an edit of a draft";
/// On the server's disk: row, text and log of a page.
pub const DOCUMENT_BYTES: &str = "server's disk for a draft of a page";
/// On the server's disk: what a list shows of a document, and its place in a log.
pub const RECORD_BYTES: &str = "server's disk for a record and its place in a log";
/// How many changes an edit is to those who pull.
pub const ENTRIES: &str = "entries in logs of scopes for an edit of a draft";
/// On a desk's disk.
pub const DESK_BYTES: &str = "a desk's disk for a record";

/// So many questions and changes of each kind.
const TIMES: usize = if cfg!(debug_assertions) { 20 } else { 100 };

/// Every unit cost that has no line of its own.
pub fn measure(_: &Peers, tell: Tell<'_>) -> Result<()> {
    let (folder, reader) = filled(tell)?;
    let file = folder.path().join("server.db");
    let mut server = Server::start(folder.path())?;
    let reader = first_pulls(&mut server, &reader, tell)?;
    questions(&server, &reader, tell)?;
    drop(reader);
    let person = json!({ "name": "何雨桐", "post": "科员", "department": "秘书科" });
    let roster = json!({ "agency": "望溪县水利局", "people": [person] });
    let people = server.ask("roster", &roster)?;
    let mut join = || -> Result<Desk> {
        let desk = Desk::enrol(&server.code(&people[0])?, server.address)?;
        desk.pull()?;
        Ok(desk)
    };
    let (author, other) = (join()?, join()?);
    let mut texts = drafts(&file, &author, tell)?;
    many(&server, &file, &author, &mut texts, tell)?;
    other.pull()?;
    deliveries(&server, (&author, &other), &mut texts[0], tell)
}

/// The folder of a server with many records, and who may read them; says what they take there.
fn filled(tell: Tell<'_>) -> Result<(TempDir, Value)> {
    let office = Office::open()?;
    let rows = records(SIZES.records, &office, 1)?;
    let (file, department) = (office.store_file()?, office.department(0)?);
    let reader = json!(office.people[0]);
    let before = settled_bytes(&file)?;
    office.fill(department, &rows)?;
    let grown = settled_bytes(&file)? - before;
    let each = grown / SIZES.records as f64;
    tell(stated(RECORD_BYTES, "bytes", &[each]));
    Ok((office.close()?, reader))
}

/// New desks that pull everything; the last of them.
fn first_pulls(server: &mut Server, person: &Value, tell: Tell<'_>) -> Result<Desk> {
    let (mut runs, mut last) = (Vec::new(), None);
    let thousands = SIZES.records as f64 / 1_000.0;
    for _ in 0..=SIZES.runs {
        let desk = Desk::enrol(&server.code(person)?, server.address)?;
        let empty = settled_desk_bytes(&desk)?;
        let before = server.processor_ms()?;
        desk.pull()?;
        runs.push((server.processor_ms()? - before) / thousands);
        last = Some((desk, empty));
    }
    let (desk, empty) = last.ok_or("no desk")?;
    tell(stated(FIRST_PULL, "ms", &runs[1..]));
    let each = (settled_desk_bytes(&desk)? - empty) / SIZES.records as f64;
    tell(stated(DESK_BYTES, "bytes", &[each]));
    Ok(desk)
}

/// A desk that asks again and again, and there is nothing.
fn questions(server: &Server, desk: &Desk, tell: Tell<'_>) -> Result<()> {
    while desk.pull_once()? {}
    desk.pull_once()?;
    let before = server.processor_ms()?;
    for _ in 0..TIMES * 5 {
        desk.pull_once()?;
    }
    let each = (server.processor_ms()? - before) / (TIMES * 5) as f64;
    tell(stated(QUESTION, "ms", &[each]));
    Ok(())
}

/// Drafts of a page; says what each takes at the server.
fn drafts(file: &Path, author: &Desk, tell: Tell<'_>) -> Result<Vec<Text>> {
    let before = settled_bytes(file)?;
    let texts = push::begin_all(author, SIZES.edits)?;
    let each = (settled_bytes(file)? - before) / SIZES.edits as f64;
    tell(stated(DOCUMENT_BYTES, "bytes", &[each]));
    Ok(texts)
}

/// Pushes of many edits; what one of them needs.
fn many(
    server: &Server,
    file: &Path,
    author: &Desk,
    texts: &mut [Text],
    tell: Tell<'_>,
) -> Result<()> {
    let (mut runs, mut bytes, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=SIZES.runs {
        for text in &mut *texts {
            push::edit(author, text, round)?;
        }
        let (held, known) = (settled_bytes(file)?, entries_in_logs(file)?);
        let before = server.processor_ms()?;
        author.push()?;
        runs.push((server.processor_ms()? - before) / texts.len() as f64);
        entries.push((entries_in_logs(file)? - known) / texts.len() as f64);
        bytes.push((settled_bytes(file)? - held) / texts.len() as f64);
        author.pull()?;
    }
    tell(stated(COMMAND, "ms", &runs[1..]));
    tell(stated(COMMAND_BYTES, "bytes", &bytes[1..]));
    tell(stated(ENTRIES, "", &entries[1..]));
    Ok(())
}

/// Edits that come alone, and the other desk of the same person, which is told.
fn deliveries(
    server: &Server,
    (author, other): (&Desk, &Desk),
    text: &mut Text,
    tell: Tell<'_>,
) -> Result<()> {
    let mut spent = [0.0, 0.0];
    let mut heard = Stream::open(server.address, &other.token)?;
    for round in 0..TIMES {
        push::edit(author, text, round)?;
        let begin = server.processor_ms()?;
        author.push()?;
        let pushed = server.processor_ms()?;
        other.take_in(heard.hear()?)?;
        let pulled = server.processor_ms()?;
        spent[0] += pushed - begin;
        spent[1] += pulled - pushed;
        author.pull()?;
    }
    for (name, spent) in [(SINGLE, spent[0]), (DELIVERY, spent[1])] {
        tell(stated(name, "ms", &[spent / TIMES as f64]));
    }
    Ok(())
}

/// How many entries the logs of all scopes have had.
fn entries_in_logs(file: &Path) -> Result<f64> {
    let store = Connection::open(file).map_err(said)?;
    let counted = store.query_row("select sum(seq) from scope_head", [], |row| row.get(0));
    counted.map_err(said)
}

/// Bytes of a server's store, with what its log holds put into it.
fn settled_bytes(file: &Path) -> Result<f64> {
    let store = Connection::open(file).map_err(said)?;
    let settle = store.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(()));
    settle.map_err(said)?;
    let pages = |name| store.query_row(name, [], |row| row.get::<_, f64>(0));
    let used =
        pages("pragma page_count").map_err(said)? - pages("pragma freelist_count").map_err(said)?;
    Ok(used * pages("pragma page_size").map_err(said)?)
}

/// Bytes of the files of a desk's store.
fn settled_desk_bytes(desk: &Desk) -> Result<f64> {
    desk.store.truncate_log().map_err(said)?;
    let size = fs::metadata(desk.folder().join("andu.db")).map_err(said)?;
    Ok(size.len() as f64)
}
