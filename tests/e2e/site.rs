//! A server with the demo county, as `andu serve --demo` runs it: a process of its own, over TLS.

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A running server.
pub struct Site {
    process: Child,
    folder: TempDir,
    /// `https://127.0.0.1:…`
    pub address: String,
}

/// The `andu` command beside the desk that is tested.
fn andu() -> Command {
    let desk = env::var_os("ANDU_E2E_DESKTOP").expect("ANDU_E2E_DESKTOP: use ./dev test e2e");
    Command::new(Path::new(&desk).with_file_name("andu"))
}

impl Site {
    /// Starts a server with so many documents of the county.
    pub fn start(story: &str, documents: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server");
        let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
        let out = env::var_os("ANDU_E2E_OUT").map_or_else(env::temp_dir, PathBuf::from);
        fs::create_dir_all(out.join(story)).expect("a folder for the log");
        let log = fs::File::create(out.join(story).join("server.log")).expect("a log");
        let mut process = andu()
            .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
            .args(["--documents", &documents.to_string(), "--data"])
            .arg(folder.path().join("server"))
            .arg("--ui")
            .arg(ui)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        let mut said = String::new();
        let out = process.stdout.take().expect("a pipe");
        BufReader::new(out)
            .read_line(&mut said)
            .expect("a first line");
        let said: Value = serde_json::from_str(&said).expect("a line of JSON");
        let address = said["listening"].as_str().expect("an address").to_owned();
        Self {
            process,
            folder,
            address,
        }
    }

    /// The certificate of the server's own authority, which administrators give to browsers.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join("server/tls/authority.pem")
    }

    /// A code for a new desk of somebody of the county.
    pub fn code(&self, person: &str) -> String {
        let said = andu()
            .args(["--json", "demo", "desk", person, "--data"])
            .arg(self.folder.path().join("server"))
            .arg("--home")
            .arg(self.folder.path().join("desks"))
            .output()
            .expect("andu runs");
        let said: Value = serde_json::from_slice(&said.stdout).expect("JSON");
        said["code"].as_str().expect("a code").to_owned()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
