//! Printing through a real cupsd, where there is one: it runs in a folder of its own, on a port of its
//! own, with a printer whose paper is a file.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

use serde_json::json;
use tempfile::TempDir;

use super::tests::{desk, jobs, order};

/// A print service of our own, in a folder.
struct RealCups {
    child: Child,
    address: String,
}

impl Drop for RealCups {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl RealCups {
    /// `None` where there is no cupsd, or it cannot be run here.
    fn start(folder: &Path) -> Option<Self> {
        let cupsd = Path::new("/usr/sbin/cupsd");
        if !cupsd.exists() || !Path::new("/usr/sbin/lpadmin").exists() {
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .ok()?
            .local_addr()
            .ok()?
            .port();
        let at = folder.display();
        let files = format!(
            "SystemGroup root\nServerBin {at}/bin\nServerRoot {at}\nRequestRoot {at}/spool\nCacheDir {at}/cache\n\
             StateDir {at}/run\nTempDir {at}/spool\nAccessLog {at}/access\nErrorLog {at}/error\n\
             PageLog {at}/page\nPrintcap\n"
        );
        let main = format!(
            "LogLevel warn\nListen 127.0.0.1:{port}\nBrowsing Off\nWebInterface No\nDirtyCleanInterval 0\nDefaultAuthType None\n\
             <Location />\nOrder allow,deny\nAllow all\n</Location>\n\
             <Policy default>\n<Limit All>\nOrder allow,deny\nAllow all\n</Limit>\n</Policy>\n"
        );
        for name in ["spool", "cache", "run", "bin/backend", "tray"] {
            fs::create_dir_all(folder.join(name)).ok()?;
        }
        for name in ["daemon", "filter", "notifier"] {
            symlink(
                Path::new("/usr/lib/cups").join(name),
                folder.join("bin").join(name),
            )
            .ok()?;
        }
        let backend = folder.join("bin/backend/paper");
        let script =
            "#!/bin/sh\n[ $# -eq 0 ] && exit 0\ncat \"${6:--}\" > \"${DEVICE_URI#paper:}\"\n";
        fs::write(&backend, script).ok()?;
        // It runs as the service's own user.
        for (path, mode) in [(folder.join("tray"), 0o777), (backend, 0o755)] {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).ok()?;
        }
        fs::write(folder.join("cups-files.conf"), files).ok()?;
        fs::write(folder.join("cupsd.conf"), main).ok()?;
        let child = Command::new(cupsd)
            .arg("-f")
            .arg("-c")
            .arg(folder.join("cupsd.conf"))
            .arg("-s")
            .arg(folder.join("cups-files.conf"))
            .spawn()
            .ok()?;
        let cups = Self {
            child,
            address: format!("127.0.0.1:{port}"),
        };
        let answers = (0..100).any(|_| {
            thread::sleep(Duration::from_millis(100));
            TcpStream::connect(&cups.address).is_ok()
        });
        answers.then_some(cups)
    }

    /// A queue for a printer whose paper is a file, and which takes pages as they are.
    fn add_printer(&self, name: &str, paper: &Path) -> bool {
        let added = Command::new("/usr/sbin/lpadmin")
            .args(["-h", &self.address, "-p", name, "-E", "-m", "raw", "-v"])
            .arg(format!("paper:{}", paper.display()))
            .output();
        added.is_ok_and(|run| run.status.success())
    }
}

#[test]
fn a_real_cups_prints_the_page_and_its_spool_does_not_know_the_title() {
    if std::env::var_os("ANDU_TEST_CUPS").is_none() {
        eprintln!("SKIPPED: starts a real cupsd as root; asked for with ANDU_TEST_CUPS=1");
        return;
    }
    let folder = TempDir::new().expect("a folder");
    let open_to_all = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.path(), open_to_all).expect("a folder for others too");
    let cups_folder = folder.path().join("cups");
    let paper = cups_folder.join("tray/paper");
    let cups = RealCups::start(&cups_folder).filter(|cups| cups.add_printer("hall", &paper));
    let Some(cups) = cups else {
        eprintln!("SKIPPED: no cupsd that can be run here (Debian package cups-daemon, as root)");
        return;
    };
    let (desk, id) = desk(folder.path());
    let open = desk.open_desk().expect("open");
    open.jobs.ask(&format!("http://{}", cups.address));
    let printers = desk.call("printer_list", json!({})).expect("printers");
    assert_eq!(
        (&printers[0]["name"], &printers[0]["trouble"]),
        (&json!("hall"), &json!(""))
    );

    let mut order = order(&id);
    order["printer"] = json!("hall");
    desk.call("print_start", order).expect("a job");
    let done = (0..200).any(|_| {
        thread::sleep(Duration::from_millis(100));
        jobs(&desk)[0]["state"] == "done"
    });
    assert!(done, "not printed in 20 s: {:?}", jobs(&desk));
    let printed = fs::read(&paper).expect("the printed page");
    assert!(printed.starts_with(b"%PDF-"), "what was printed is no PDF");
    assert!(
        printed.trim_ascii_end().ends_with(b"%%EOF"),
        "it is cut short"
    );
    let control = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(100));
        control_file(&cups_folder.join("spool"))
    });
    let control = control.expect("the spool's record of the job");
    assert!(!control.contains("会议室"), "the spool knows the title");
    assert!(control.contains("andu-"), "the job has its name");
}

/// What the spool has written down about its job.
fn control_file(spool: &Path) -> Option<String> {
    let mut entries = fs::read_dir(spool).ok()?.flatten();
    let control = entries.find(|entry| entry.file_name().to_string_lossy().starts_with('c'))?;
    let control = fs::read(control.path()).ok()?;
    (!control.is_empty()).then(|| String::from_utf8_lossy(&control).into_owned())
}
