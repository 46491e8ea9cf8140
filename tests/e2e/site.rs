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
    log: PathBuf,
    documents: u32,
    folder: TempDir,
    /// `https://127.0.0.1:…`
    pub address: String,
}

/// The `andu` command beside the desk that is tested.
fn andu() -> Command {
    let desk = env::var_os("ANDU_E2E_DESKTOP").expect("ANDU_E2E_DESKTOP: use ./dev test e2e");
    Command::new(Path::new(&desk).with_file_name("andu"))
}

/// Runs a server over what lies in `folder`, and says where it listens.
fn serve(folder: &Path, log: &Path, documents: u32, listen: &str) -> (Child, String) {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist");
    let mut process = andu()
        .args(["serve", "--demo", "--listen", listen])
        .args(["--documents", &documents.to_string(), "--data"])
        .arg(folder.join("server"))
        .arg("--ui")
        .arg(ui)
        .stdout(Stdio::piped())
        .stderr(fs::File::create(log).expect("a log"))
        .spawn()
        .expect("the server starts");
    let mut said = String::new();
    let out = process.stdout.take().expect("a pipe");
    BufReader::new(out)
        .read_line(&mut said)
        .expect("a first line");
    let said: Value = serde_json::from_str(&said).expect("a line of JSON");
    let address = said["listening"].as_str().expect("an address").to_owned();
    (process, address)
}

impl Site {
    /// Starts a server with so many documents of the county.
    pub fn start(story: &str, documents: u32) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the server");
        let out = env::var_os("ANDU_E2E_OUT").map_or_else(env::temp_dir, PathBuf::from);
        fs::create_dir_all(out.join(story)).expect("a folder for the log");
        let log = out.join(story).join("server.log");
        let (process, address) = serve(folder.path(), &log, documents, "127.0.0.1:0");
        Self {
            process,
            log,
            documents,
            folder,
            address,
        }
    }

    /// Ends the server; its desks are without a network then.
    pub fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Starts it again where its desks look for it.
    pub fn start_again(&mut self) {
        let listen = self.address.trim_start_matches("https://");
        (self.process, _) = serve(self.folder.path(), &self.log, self.documents, listen);
    }

    /// `andu bundle …` at this server while it is stopped, by somebody of the county, who gives the password.
    pub fn bundle(&self, person: &str, words: &[&str]) {
        let password = self.folder.path().join(person);
        if !password.exists() {
            fs::write(&password, "望溪县 2026 光盘").expect("a password");
            let code = self.code(person);
            Self::done(
                self.named(andu().arg("admin"), person, &password)
                    .args(["password", &code]),
            );
        }
        Self::done(self.named(andu().arg("bundle").args(words), person, &password));
    }

    /// A command with this server's folder, whose name it is done in and that person's password.
    fn named<'a>(
        &self,
        command: &'a mut Command,
        person: &str,
        password: &Path,
    ) -> &'a mut Command {
        command
            .arg("--data")
            .arg(self.folder.path().join("server"))
            .args(["--as", person, "--password-file"])
            .arg(password)
    }

    fn done(command: &mut Command) {
        let done = command.output().expect("andu runs");
        assert!(done.status.success(), "{command:?}: {done:?}");
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
