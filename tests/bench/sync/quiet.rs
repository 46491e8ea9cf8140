//! 2,000 desks that listen and hear nothing, while one writes and another waits for it: how long it takes until
//! the other one holds it, and what a quiet desk costs the server in memory.

use std::{
    env, fs,
    io::{BufRead, BufReader, Read as _, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};

use andu_app::draft::read_text;
use andu_document::OfficialDocument;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Result, SIZES, figure, ms, office::Desk, said};
use crate::report::{Goal, Measured};

/// A server in a process of its own.
struct Server {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path) -> Result<Self> {
        let program = env::current_exe()
            .map(|path| path.with_file_name("desk-driver"))
            .map_err(said)?;
        let mut child = Command::new(program)
            .arg("server")
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(said)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let mut server = Self {
            child,
            stdin: stdin.ok_or("no input")?,
            stdout: BufReader::new(stdout.ok_or("no output")?),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
        };
        let address = server.read()?;
        server.address = address.as_str().unwrap_or("").parse().map_err(said)?;
        Ok(server)
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(said)?;
        let mut answer: Value = serde_json::from_str(&line).map_err(said)?;
        match answer.get("ok") {
            Some(_) => Ok(answer["ok"].take()),
            None => Err(line),
        }
    }

    fn ask(&mut self, name: &str, args: &Value) -> Result<Value> {
        let line = json!({ "name": name, "args": args });
        writeln!(self.stdin, "{line}").map_err(said)?;
        self.read()
    }

    /// Memory that is its own, in kilobytes.
    fn memory_kb(&self) -> Result<f64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(path).map_err(said)?;
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        kb.ok_or_else(|| "no memory of a process".into())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A stream of pokes.
struct Stream(BufReader<TcpStream>);

impl Stream {
    fn open(address: SocketAddr, token: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).map_err(said)?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .map_err(said)?;
        write!(
            stream,
            "GET /sync/events HTTP/1.1\r\nhost: andu\r\nauthorization: Bearer {token}\r\n\r\n"
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

    /// Waits for the next poke.
    fn poke(&mut self) -> Result<()> {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.0.by_ref().take(64 << 10).read_line(&mut line);
            if read.map_err(said)? == 0 {
                return Err("the stream ended".into());
            }
            if line.starts_with("event:") && line.contains("poke") {
                return Ok(());
            }
        }
    }
}

/// Writes, pokes, pulls, with everybody else connected.
pub fn measure() -> Result<Vec<Measured>> {
    let folder = TempDir::new().map_err(said)?;
    let mut server = Server::start(folder.path())?;
    let person = |name: &str, department: &str| json!({ "name": name, "post": "科员", "department": department });
    let roster = json!({
        "agency": "望溪县人民政府办公室",
        "people": [person("何雨桐", "秘书科"), person("沈亦舟", "秘书科"), person("罗定邦", "财务科")],
    });
    let people = server.ask("roster", &roster)?;
    let mut join = |at: usize| -> Result<Desk> {
        let code = server.ask("invite", &people[at])?;
        Desk::enrol(code.as_str().ok_or("no code")?, server.address)
    };
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
    let mut heard = Stream::open(server.address, &reader.token)?;
    let mut visible = Vec::new();
    for n in 0..SIZES.writes {
        visible.push(write_and_see((&author, &reader), &mut heard, n)?);
    }
    drop(streams);
    let alone = |name: &str, unit, quantile, ours: Vec<f64>, goal| Measured {
        unit,
        quantile,
        peer_name: "",
        ..figure(name, &ours, ("", &[]), goal)
    };
    let name = format!(
        "one write to another desk's store, {} quiet desks listening, p99",
        SIZES.quiet
    );
    Ok(vec![
        alone(&name, "ms", 0.99, visible, Goal::Budget(150.0)),
        alone(
            "memory of the server for a quiet desk",
            "KB",
            0.5,
            vec![memory],
            Goal::Stated,
        ),
    ])
}

/// From the moment the author's desk sends a submitted draft until the reader's desk holds it.
fn write_and_see((author, reader): (&Desk, &Desk), heard: &mut Stream, n: usize) -> Result<f64> {
    let document = OfficialDocument {
        title: format!("第{n}号防汛通知"),
        ..OfficialDocument::default()
    };
    let state = andu_draft::from_document(&document, 11).map_err(said)?;
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
        heard.poke()?;
        reader.pull()?;
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
