//! 2,000 desks that listen and hear nothing, while one writes and another waits for it: how long it takes until
//! the other one holds it, and what a quiet desk costs the server in memory.

use std::{
    io::{BufRead, BufReader, Read as _, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use andu_app::draft::read_text;
use andu_document::{Block, OfficialDocument};
use andu_sync::Told;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Result, SIZES, Tell, figure, ms, office::Desk, peer::Peers, process::Server, said, stated,
};
use crate::report::{Goal, Measured};

/// How long a poke may take before the line gives up: the budget is a fifth of a second.
const POKE_WITHIN: Duration = Duration::from_secs(20);

/// How long nobody does anything, to see what that costs.
const REST: Duration = Duration::from_secs(30);

/// Names of unit costs.
pub const QUIET_MEMORY: &str = "memory of the server for a quiet desk";
/// Of the signs of life of its connection.
pub const QUIET_MINUTE: &str = "processor time of the server for a quiet desk, a minute";

/// What a server tells a desk.
pub struct Stream(BufReader<TcpStream>);

impl Stream {
    /// Opens one; the server answers at once.
    pub fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).map_err(said)?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .map_err(said)?;
        write!(
            stream,
            "GET /sync/events?pages=true HTTP/1.1\r\nhost: andu\r\nauthorization: Bearer {token}\r\n\r\n"
        )
        .map_err(said)?;
        let mut head = String::new();
        let mut stream = BufReader::with_capacity(512, stream);
        stream.read_line(&mut head).map_err(said)?;
        if head.contains(" 200 ") {
            Ok(Self(stream))
        } else {
            Err(format!("a stream that says {head:?}"))
        }
    }

    /// Waits for the next news, and gives what was told of them; `None`: they are to be pulled. Signs of life
    /// are none.
    pub fn hear(&mut self) -> Result<Option<Told>> {
        let (mut line, mut is_page) = (String::new(), false);
        let begin = Instant::now();
        loop {
            if begin.elapsed() > POKE_WITHIN {
                return Err("nothing was told".into());
            }
            line.clear();
            let read = self.0.by_ref().take(512 << 10).read_line(&mut line);
            if read.map_err(said)? == 0 {
                return Err("the stream ended".into());
            }
            match line
                .split_once(':')
                .map(|(field, said)| (field, said.trim()))
            {
                Some(("event", "poke")) => return Ok(None),
                Some(("event", said)) => is_page = said == "page",
                Some(("data", told)) if is_page => {
                    return serde_json::from_str(told).map(Some).map_err(said);
                }
                _ => {}
            }
        }
    }
}

/// Writes, pokes, pulls, with everybody else connected.
pub fn measure(_: &Peers, tell: Tell<'_>) -> Result<()> {
    let folder = TempDir::new().map_err(said)?;
    let mut server = Server::start(folder.path())?;
    let person = |name: &str, department: &str| json!({ "name": name, "post": "科员", "department": department });
    let roster = json!({
        "agency": "望溪县人民政府办公室",
        "people": [person("何雨桐", "秘书科"), person("沈亦舟", "秘书科"), person("罗定邦", "财务科")],
    });
    let people = server.ask("roster", &roster)?;
    let mut join =
        |at: usize| -> Result<Desk> { Desk::enrol(&server.code(&people[at])?, server.address) };
    let (author, reader, quiet) = (join(0)?, join(1)?, join(2)?);
    author.pull()?;
    reader.pull()?;
    let before = server.memory_kb()?;
    let mut streams = Vec::new();
    for _ in 0..SIZES.quiet {
        streams.push(Stream::open(server.address, &quiet.token)?);
    }
    std::thread::sleep(Duration::from_millis(500));
    let memory = (server.memory_kb()? - before) / SIZES.quiet as f64;
    tell(stated(QUIET_MEMORY, "KB", &[memory]));
    // Two signs of life for each.
    let before = server.processor_ms()?;
    std::thread::sleep(REST);
    let minutes = REST.as_secs_f64() / 60.0 * SIZES.quiet as f64;
    tell(stated(
        QUIET_MINUTE,
        "ms",
        &[(server.processor_ms()? - before) / minutes],
    ));
    let mut heard = Stream::open(server.address, &reader.token)?;
    let mut visible = Vec::new();
    for n in 0..SIZES.writes {
        visible.push(write_and_see((&author, &reader), &mut heard, n)?);
    }
    drop(streams);
    let name = format!(
        "one write to another desk's store, {} quiet desks listening, p99",
        SIZES.quiet
    );
    tell(Measured {
        quantile: 0.99,
        ..figure(&name, &visible, ("", &[]), Goal::Budget(150.0))
    });
    Ok(())
}

/// From the moment the author's desk sends a submitted draft until the reader's desk holds it.
fn write_and_see((author, reader): (&Desk, &Desk), heard: &mut Stream, n: usize) -> Result<f64> {
    let document = OfficialDocument {
        title: format!("第{n}号防汛通知"),
        body: vec![Block::paragraph(
            "各乡镇要抓紧落实，于汛前完成并书面报送办公室。",
        )],
        ..OfficialDocument::default()
    };
    let state = andu_draft::from_document(&document, 1).map_err(said)?;
    let id = Uuid::now_v7().to_string();
    let args = json!({ "id": id, "lineage": Uuid::now_v7(), "state": STANDARD.encode(state) });
    author.enqueue("draft_create", args)?;
    author.push()?;
    author.pull()?;
    let text = author
        .store
        .read(|store| read_text(store, &id))
        .map_err(said)?;
    let frozen = andu_draft::freeze(&text.to_document().map_err(said)?.document);
    let args = json!({
        "id": id, "note": "", "content": frozen.hash, "version_id": Uuid::now_v7().to_string(),
    });
    author.enqueue("draft_submit", args)?;
    let begin = Instant::now();
    author.push()?;
    loop {
        reader.take_in(heard.hear()?)?;
        let there = reader
            .store
            .read(|store| store.draft_if_there(&id))
            .map_err(said)?;
        if there.is_some() {
            let taken = ms(begin);
            author.pull()?;
            return Ok(taken);
        }
    }
}
