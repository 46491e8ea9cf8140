//! A real cupsd in a folder of its own, with a printer whose paper is a file: for those who ask for one, as root,
//! where Debian's cups-daemon and cups-client are installed.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    process::{Child, Command},
    thread,
    time::Duration,
};

/// A print service of our own, in a folder.
pub struct RealCups {
    child: Child,
    /// Where it answers: `127.0.0.1:…`
    pub address: String,
}

impl Drop for RealCups {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl RealCups {
    /// One at this port, else at one that is free; `None` where there is no cupsd, or it cannot be run here.
    pub fn start(folder: &Path, port: Option<u16>) -> Option<Self> {
        let cupsd = Path::new("/usr/sbin/cupsd");
        if !cupsd.exists() || !Path::new("/usr/sbin/lpadmin").exists() {
            return None;
        }
        let free = TcpListener::bind(("127.0.0.1", port.unwrap_or_default())).ok()?;
        let port = free.local_addr().ok()?.port();
        drop(free);
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

    /// A queue for a printer whose paper is a file, and which takes pages as they are; people read what it is
    /// called.
    pub fn add_printer(&self, name: &str, called: &str, paper: &Path) -> bool {
        let added = Command::new("/usr/sbin/lpadmin")
            .args(["-h", &self.address, "-p", name, "-D", called])
            .args(["-E", "-m", "raw", "-v"])
            .arg(format!("paper:{}", paper.display()))
            .output();
        added.is_ok_and(|run| run.status.success())
    }
}
