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

const SCRIPTS: [(&str, &str); 13] = [
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
    ("hocus.mjs", include_str!("../peers/hocus.mjs")),
    (
        "hocus-server.mjs",
        include_str!("../peers/hocus-server.mjs"),
    ),
    ("approval.bpmn", include_str!("../peers/approval.bpmn")),
    ("spiff_peer.py", include_str!("../peers/spiff_peer.py")),
    ("bpmn-engine.mjs", include_str!("../peers/bpmn-engine.mjs")),
];

/// What is installed, and where.
pub struct Peers {
    folder: PathBuf,
}

impl Peers {
    /// Where peers are. What of them is not installed is said when it is asked for.
    pub fn here() -> Self {
        let cache =
            env::var_os("ANDU_CACHE").map_or_else(|| "/var/cache/andu".into(), PathBuf::from);
        let folder = cache.join("peers/node");
        Self { folder }
    }

    /// Installs what the lock files name, unless it is there. What cannot be installed is told and left out.
    pub fn set_up() -> Result<Self> {
        let peers = Self::here();
        fs::create_dir_all(peers.kept()).map_err(said)?;
        fs::create_dir_all(&peers.folder).map_err(said)?;
        for (name, text) in SCRIPTS {
            fs::write(peers.folder.join(name), text).map_err(said)?;
        }
        for (what, installed) in [("npm", peers.set_up_node()), ("pip", peers.set_up_python())] {
            if let Err(why) = installed {
                eprintln!("no peers from {what}: {why}");
            }
        }
        Ok(peers)
    }

    fn set_up_node(&self) -> Result<()> {
        self.once("npm", "package-lock.json", || {
            let mut npm = Command::new("npm");
            npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
            self.install(npm)
        })
    }

    fn set_up_python(&self) -> Result<()> {
        self.once("pip", "requirements.txt", || {
            let mut make = Command::new("python3");
            make.args(["-m", "venv", "../venv"]);
            self.install(make)?;
            let mut pip = Command::new("../venv/bin/pip");
            pip.args([
                "install",
                "--quiet",
                "--only-binary=:all:",
                "-r",
                "requirements.txt",
            ]);
            self.install(pip)
        })
    }

    /// What takes long to make and is kept from one bench to the next.
    pub fn kept(&self) -> PathBuf {
        self.folder.with_file_name("kept")
    }

    fn is_installed(&self, what: &str, lock: &str) -> bool {
        let stamp = fs::read_to_string(self.stamp(what));
        let lock = fs::read_to_string(self.folder.join(lock));
        stamp.is_ok_and(|installed| lock.is_ok_and(|lock| installed == lock))
    }

    fn stamp(&self, what: &str) -> PathBuf {
        self.folder.join(format!(".{what}-installed"))
    }

    fn once(&self, what: &str, lock: &str, install: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_installed(what, lock) {
            return Ok(());
        }
        let lock = fs::read_to_string(self.folder.join(lock)).map_err(said)?;
        eprintln!("installing the peers with {what} (once)");
        install()?;
        fs::write(self.stamp(what), lock).map_err(said)
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
        if !self.is_installed("npm", "package-lock.json") {
            return Err("not installed (npm)".into());
        }
        let mut node = Command::new("node");
        node.arg(script).args(words).current_dir(&self.folder);
        Peer::start(node)
    }

    /// Runs a script of ours with Python.
    pub fn python(&self, script: &str, words: &[&str]) -> Result<Peer> {
        if !self.is_installed("pip", "requirements.txt") {
            return Err("not installed (pip)".into());
        }
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
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A peer in a line of figures: once something goes wrong with it, it is told and left out of the rest.
pub struct Rival {
    /// Who it is.
    pub name: &'static str,
    /// The peer; `None` where there is none.
    peer: Option<Peer>,
    /// What its runs took that count.
    pub runs: Vec<f64>,
}

impl Rival {
    /// A rival, or the place of one that is not there.
    pub fn new(name: &'static str, peer: Result<Peer>) -> Self {
        let mut rival = Self {
            name,
            peer: None,
            runs: Vec::new(),
        };
        rival.peer = rival.heeded(peer);
        rival
    }

    fn heeded<T>(&mut self, done: Result<T>) -> Option<T> {
        match done {
            Ok(done) => Some(done),
            Err(why) => {
                eprintln!("{} is left out: {why}", self.name);
                self.peer = None;
                self.runs.clear();
                None
            }
        }
    }

    /// Whether it takes part.
    pub const fn is_there(&self) -> bool {
        self.peer.is_some()
    }

    /// Has an operation done, if it is there.
    pub fn ask(&mut self, op: &str, args: Value) -> Option<Value> {
        let done = self.peer.as_mut()?.ask(op, args);
        self.heeded(done)
    }

    /// Has an operation done and notes how long it took, unless it only warms up.
    pub fn turn(&mut self, op: &str, args: Value, counts: bool) {
        if let Some(answer) = self.ask(op, args)
            && counts
        {
            let time = answer["ms"]
                .as_f64()
                .ok_or_else(|| format!("{op}: no time"));
            if let Some(time) = self.heeded(time) {
                self.runs.push(time);
            }
        }
    }
}

/// A path as a peer is told it.
pub fn shown(path: &Path) -> String {
    path.display().to_string()
}
