//! A PostgreSQL of its own for one test: in a temporary folder, on a socket in it and nowhere else, gone
//! afterwards.

use std::{
    fs,
    os::unix::{fs::MetadataExt as _, fs::chown, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use postgres::{Client, Config, NoTls};
use tempfile::TempDir;

const WHERE_FROM: &str = "Debian's `postgresql` is needed: `./dev setup` installs it";

/// A running cluster.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    /// Whom it runs as where the test is root, which PostgreSQL refuses to be.
    user: Option<(u32, u32)>,
}

impl Cluster {
    /// Makes one and starts it.
    pub fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let is_root = fs::metadata(folder.path()).expect("a folder").uid() == 0;
        let user = is_root.then(|| unprivileged().expect(WHERE_FROM));
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid)).expect("a folder given away");
        }
        let cluster = Self {
            folder,
            programs: programs().expect(WHERE_FROM),
            user,
        };
        // Byte order, as SQLite has it: snapshots are cut by the order of keys.
        cluster.run(
            "initdb",
            &[
                "--username=andu",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ],
        );
        let socket = cluster.folder.path().display();
        let options = format!("-k {socket} -c listen_addresses='' -c fsync=off");
        cluster.run(
            "pg_ctl",
            &["start", "--wait", "--silent", "--log=log", "-o", &options],
        );
        cluster
    }

    /// Speaks to it.
    pub fn connect(&self) -> Client {
        Config::new()
            .host_path(self.folder.path())
            .user("andu")
            .dbname("postgres")
            .connect(NoTls)
            .expect("a cluster that listens")
    }

    fn run(&self, program: &str, words: &[&str]) {
        let mut command = Command::new(self.programs.join(program));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env("PGDATA", self.folder.path().join("data"))
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        let status = command.status().expect(WHERE_FROM);
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(status.success(), "{program}: {status}\n{log}");
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return self.run("pg_ctl", &["stop", "--mode=immediate", "--silent"]);
        }
        let stop = || self.run("pg_ctl", &["stop", "--mode=immediate", "--silent"]);
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(stop));
    }
}

/// Where the newest PostgreSQL of this machine is.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

/// The user that Debian's package made.
fn unprivileged() -> Option<(u32, u32)> {
    let users = fs::read_to_string(Path::new("/etc/passwd")).ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = line.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
