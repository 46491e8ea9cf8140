//! A desk or a server in a process of its own, which can be killed at any moment.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use andu_desk::andu_api::ApiError;
use serde_json::{Value, json};

use crate::editor::Calls;

/// The process is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// Kills a process with -9, from any thread.
#[derive(Clone)]
pub struct Killer(Arc<Mutex<Child>>);

impl Killer {
    /// Kills at once, and waits until it is over.
    pub fn kill(&self) {
        let mut child = self.0.lock().expect("no panic before");
        // SIGKILL on Unix: nothing of the process runs after it.
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A running process of ours.
pub struct Process {
    mode: &'static str,
    folder: PathBuf,
    killer: Killer,
    pipes: RefCell<(ChildStdin, BufReader<ChildStdout>)>,
    /// What it said first.
    pub greeting: Value,
}

impl Process {
    /// Starts `mode` (`desk` or `server`) over a folder.
    pub fn start(mode: &'static str, folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_desk-driver"))
            .arg(mode)
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the driver starts");
        let pipes = (
            child.stdin.take().expect("a pipe"),
            BufReader::new(child.stdout.take().expect("a pipe")),
        );
        let mut process = Self {
            mode,
            folder: folder.to_owned(),
            killer: Killer(Arc::new(Mutex::new(child))),
            pipes: RefCell::new(pipes),
            greeting: Value::Null,
        };
        let greeting = process.receive().expect("a process that starts");
        process.greeting = greeting.expect("a folder that can be used");
        process
    }

    /// Kills it and starts another over the same folder.
    pub fn restart(&mut self) {
        self.killer.kill();
        *self = Self::start(self.mode, &self.folder);
    }

    /// What kills it.
    pub fn killer(&self) -> Killer {
        self.killer.clone()
    }

    /// Asks without waiting for the answer.
    pub fn send(&self, name: &str, args: &Value) -> Result<(), Gone> {
        let line = json!({ "name": name, "args": args });
        let (stdin, _) = &mut *self.pipes.borrow_mut();
        writeln!(stdin, "{line}")
            .and_then(|()| stdin.flush())
            .map_err(|_| Gone)
    }

    fn receive(&self) -> Result<Result<Value, ApiError>, Gone> {
        let mut line = String::new();
        let (_, stdout) = &mut *self.pipes.borrow_mut();
        let read = stdout.read_line(&mut line).map_err(|_| Gone)?;
        if read == 0 || !line.ends_with('\n') {
            return Err(Gone);
        }
        let mut answer: Value = serde_json::from_str(&line).map_err(|_| Gone)?;
        if let Some(error) = answer.get("err") {
            let error =
                serde_json::from_value(error.clone()).expect("an error as the table has it");
            return Ok(Err(error));
        }
        Ok(Ok(answer["ok"].take()))
    }

    /// Asks and waits for the answer.
    pub fn ask(&self, name: &str, args: &Value) -> Result<Result<Value, ApiError>, Gone> {
        self.send(name, args)?;
        self.receive()
    }

    /// Asks what has to succeed.
    pub fn done(&self, name: &str, args: &Value) -> Result<Value, Gone> {
        self.ask(name, args).map(|answer| match answer {
            Ok(answer) => answer,
            Err(error) => panic!("{name}: {} ({})", error.sentence, error.key),
        })
    }

    /// Asks, and kills it `after_ms` later whatever it is doing.
    pub fn kill_amid(&self, name: &str, args: &Value, after_ms: u64) -> Gone {
        let _ = self.send(name, args);
        thread::sleep(Duration::from_millis(after_ms));
        self.killer.kill();
        Gone
    }
}

impl Calls for Process {
    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        self.ask(name, &args).expect("a living process")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.killer.kill();
    }
}
