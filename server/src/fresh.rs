//! A folder in which there was no server before. What is made in it is taken away again unless it came to a server:
//! a refusal leaves nothing behind that somebody would later take for one.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Watches over a folder until it is kept or let go.
pub struct Fresh {
    folder: PathBuf,
    was_there: bool,
    kept: Kept,
}

/// Says that a folder is kept; it may be said from anywhere.
#[derive(Clone, Default)]
pub struct Kept(Arc<AtomicBool>);

impl Kept {
    /// It came to a server: what was made stays.
    pub fn keep(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Fresh {
    /// Begins to watch over `folder`, before anything is made in it. One that holds something already is kept.
    pub fn watch(folder: &Path) -> Self {
        let fresh = Self {
            folder: folder.to_owned(),
            was_there: folder.exists(),
            kept: Kept::default(),
        };
        let is_empty = fs::read_dir(folder).is_ok_and(|mut all| all.next().is_none());
        if fresh.was_there && !is_empty {
            fresh.kept.keep();
        }
        fresh
    }

    /// What says that it is kept.
    pub fn kept(&self) -> Kept {
        self.kept.clone()
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if self.kept.0.load(Ordering::Relaxed) {
            return;
        }
        let made = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in made {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let is_store = name.starts_with("server.db");
            if is_store || ["pepper.key", "serve.lock", "bundle.key"].contains(&&*name) {
                let _ = fs::remove_file(entry.path());
            } else if name == "tls" {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        if !self.was_there {
            // Goes only where it is empty.
            let _ = fs::remove_dir(&self.folder);
        }
    }
}
