//! A server in a process of its own: what it needs of memory and of the processors is its alone.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{Value, json};

use super::{Result, said};

/// Clock ticks in a second, as Linux counts the time of processes.
const TICKS: f64 = 100.0;

/// A running server.
pub struct Server {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts one with its store in `folder`.
    pub fn start(folder: &Path) -> Result<Self> {
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

    /// Has it do what only its administrator may.
    pub fn ask(&mut self, name: &str, args: &Value) -> Result<Value> {
        let line = json!({ "name": name, "args": args });
        writeln!(self.stdin, "{line}").map_err(said)?;
        self.read()
    }

    /// The code of a one-time invitation.
    pub fn code(&mut self, person: &Value) -> Result<String> {
        let code = self.ask("invite", person)?;
        Ok(code.as_str().ok_or("no code")?.to_owned())
    }

    /// Memory that is its own, in kilobytes.
    pub fn memory_kb(&self) -> Result<f64> {
        memory_kb(u64::from(self.child.id()))
    }

    /// What it has used of processors so far, in milliseconds; counted in steps of ten.
    pub fn processor_ms(&self) -> Result<f64> {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = fs::read_to_string(path).map_err(said)?;
        // The name of the program ends with the last bracket; user and system time are the 12th and 13th after it.
        let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
        let mut ticks = after.split_whitespace().skip(11);
        let mut next = || ticks.next().and_then(|ticks| ticks.parse::<f64>().ok());
        let both = next().zip(next()).ok_or("no time of a process")?;
        Ok((both.0 + both.1) * 1_000.0 / TICKS)
    }
}

/// Memory that is a process's own, in kilobytes.
pub fn memory_kb(process: u64) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).map_err(said)?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
    kb.ok_or_else(|| "no memory of a process".into())
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
