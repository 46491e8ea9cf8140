//! Folders that people name: the `andu` command as a process, over servers and desks as they lie on the disk.

#[path = "folders/desk.rs"]
mod desk;
#[path = "folders/join.rs"]
mod join;
#[path = "folders/number.rs"]
mod number;
#[path = "folders/server.rs"]
mod server;

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

/// The password of every desk here.
const PASSWORD: &str = "correct horse";

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andu"));
    command
        .args(args)
        .env("ANDU_PASSWORD", PASSWORD)
        .env("ANDU_NO_KEYRING", "1")
        .env_remove("ANDU_HOME")
        .env_remove("ANDU_PROFILE");
    command
}

fn andu(args: &[&str]) -> Output {
    command(args).output().expect("the command runs")
}

/// What it said, where it went well.
fn ok(args: &[&str]) -> String {
    let output = andu(args);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}{wrong}");
    said
}

/// What it said, where it refused.
fn refused(args: &[&str]) -> String {
    let output = andu(args);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{args:?} was not refused");
    assert_ne!(output.status.code(), Some(4), "{args:?}: {said}");
    said
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A server in a process of its own, until it is dropped: killed, as a power cut would.
struct Serving(Child);

impl Serving {
    fn start(data: &Path, more: &[&str]) -> Self {
        let mut args = vec!["serve", "--data", text(data), "--listen", "127.0.0.1:0"];
        args.extend(more);
        let mut child = command(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let stdout = child.stdout.take().expect("a pipe");
        let read = BufReader::new(stdout).read_line(&mut line);
        assert!(
            read.is_ok() && line.contains("listening"),
            "{args:?}: {line}"
        );
        Self(child)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Who may do what with a file, as in `chmod`.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    let found = std::fs::metadata(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    found.permissions().mode() & 0o777
}

/// Nothing in a folder is open to anybody but its owner.
#[cfg(unix)]
fn assert_private(folder: &Path) {
    assert_eq!(mode(folder), 0o700, "{folder:?}");
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            assert_private(&path);
        } else {
            assert_eq!(mode(&path), 0o600, "{path:?}");
        }
    }
}
