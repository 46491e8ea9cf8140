//! The peers: set up by themselves under the cache folder, by the lock files beside their scripts; each a
//! process that answers lines of JSON.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use super::{Result, said};

const SCRIPTS: [(&str, &str); 8] = [
    ("package.json", include_str!("../peers/package.json")),
    (
        "package-lock.json",
        include_str!("../peers/package-lock.json"),
    ),
    (
        "requirements.txt",
        include_str!("../peers/requirements.txt"),
    ),
    ("line.mjs", include_str!("../peers/line.mjs")),
    ("pouch.mjs", include_str!("../peers/pouch.mjs")),
    (
        "pouch-server.mjs",
        include_str!("../peers/pouch-server.mjs"),
    ),
    ("crdt.mjs", include_str!("../peers/crdt.mjs")),
    ("anki_peer.py", include_str!("../peers/anki_peer.py")),
];

/// What is installed, and where.
pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Installs what the lock files name, unless it is there.
    pub fn set_up() -> Result<Self> {
        let cache =
            env::var_os("ANDU_CACHE").map_or_else(|| "/var/cache/andu".into(), PathBuf::from);
        let folder = cache.join("peers/node");
        let peers = Self { folder };
        fs::create_dir_all(peers.kept()).map_err(said)?;
        for (name, text) in SCRIPTS {
            fs::write(peers.folder.join(name), text).map_err(said)?;
        }
        peers.once("npm", "package-lock.json", || {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
            peers.install(npm)
        })?;
        peers.once("pip", "requirements.txt", || {
            let mut make = Command::new("python3");
            make.args(["-m", "venv", "../venv"]);
            peers.install(make)?;
            let mut pip = Command::new("../venv/bin/pip");
            pip.args([
                "install",
                "--quiet",
                "--only-binary=:all:",
                "-r",
                "requirements.txt",
            ]);
            peers.install(pip)
        })?;
        Ok(peers)
    }

    /// What takes long to make and is kept from one bench to the next.
    pub fn kept(&self) -> PathBuf {
        self.folder.with_file_name("kept")
    }

    fn once(&self, what: &str, lock: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
        let stamp = self.folder.join(format!(".{what}-installed"));
        let lock = fs::read_to_string(self.folder.join(lock)).map_err(said)?;
        if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
            return Ok(());
        }
        eprintln!("installing the peers with {what} (once)");
        install()?;
        fs::write(stamp, lock).map_err(said)
    }

    fn install(&self, mut command: Command) -> Result<()> {
        let status = command.current_dir(&self.folder).stdout(Stdio::null());
        match status.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("{command:?}: {status}")),
            Err(error) => Err(format!("{command:?}: {error}")),
        }
    }

    /// Runs a script of ours with Node.
    pub fn node(&self, script: &str, words: &[&str]) -> Result<Peer> {
        let mut node = Command::new("node");
        node.arg(script).args(words).current_dir(&self.folder);
        Peer::start(node)
    }

    /// Runs a script of ours with Python.
    pub fn python(&self, script: &str, words: &[&str]) -> Result<Peer> {
        let mut python = Command::new(self.folder.with_file_name("venv").join("bin/python"));
        python.arg(script).args(words).current_dir(&self.folder);
        Peer::start(python)
    }
}

/// A running peer.
pub struct Peer {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// What it said first.
    pub greeting: Value,
}

impl Peer {
    fn start(mut command: Command) -> Result<Self> {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let mut peer = Self {
            stdin: stdin.ok_or("no input")?,
            stdout: BufReader::new(stdout.ok_or("no output")?),
            child,
            greeting: Value::Null,
        };
        peer.greeting = peer.read()?;
        Ok(peer)
    }

    fn read(&mut self) -> Result<Value> {
        let mut line = String::new();
        self.stdout.read_line(&mut line).map_err(said)?;
        let answer: Value =
            serde_json::from_str(&line).map_err(|_| format!("a peer said: {line:?}"))?;
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }

    /// Has an operation done.
    pub fn ask(&mut self, op: &str, mut args: Value) -> Result<Value> {
        args["op"] = json!(op);
        writeln!(self.stdin, "{args}").map_err(said)?;
        self.stdin.flush().map_err(said)?;
        self.read()
    }

    /// Has an operation done, and answers with how long it took.
    pub fn time(&mut self, op: &str, args: Value) -> Result<f64> {
        let answer = self.ask(op, args)?;
        answer["ms"]
            .as_f64()
            .ok_or_else(|| format!("{op}: no time"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A path as a peer is told it.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}
