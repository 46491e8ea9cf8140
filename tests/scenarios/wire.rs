//! Three processes over TLS: a server that is killed with -9 while desks push to it, and desks that hear of
//! each other's work by pokes alone.

#![expect(clippy::disallowed_methods, reason = "measures how long a poke takes")]

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::{Calls, id_of, rows, write},
    office::{PASSWORD, roster, until},
    process::Process,
};

struct Site {
    server: Process,
    people: Vec<Value>,
    folders: Vec<TempDir>,
}

impl Site {
    fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let server = Process::start("server-tls", folder.path());
        let people = server.ok("roster", json!(roster()));
        Self {
            server,
            people: people.as_array().expect("ids").clone(),
            folders: vec![folder],
        }
    }

    fn join(&mut self, person: usize) -> Process {
        let folder = TempDir::new().expect("a folder");
        let desk = Process::start("desk", folder.path());
        self.folders.push(folder);
        let code = self.server.ok("code", self.people[person].clone());
        let args = json!({ "address": "", "code": code, "password": PASSWORD });
        desk.ok("sync_join", args);
        desk
    }
}

#[test]
fn a_server_killed_amid_pushes_over_tls_does_each_command_once() {
    let mut site = Site::open();
    let (author, colleague) = (site.join(0), site.join(1));
    let mut written = Vec::new();
    for round in 0..12_u64 {
        let title = format!("关于第{round}号泵站检修的通知");
        let id = write(&author, &title, &["请停机检修。"]);
        author.ok("draft_submit", json!({ "id": id, "note": "" }));
        written.push(id);
        if round % 3 == 2 {
            // In the middle of whatever it is doing: earlier and later in each round.
            author.ok("sync_now", json!({}));
            thread::sleep(Duration::from_millis(round * 11));
            site.server.restart();
        }
    }
    let everywhere = |desk: &Process, from_other| {
        until("every draft to arrive", || {
            desk.ok("sync_now", json!({}));
            let found = rows(desk, Some("submitted"), from_other);
            written
                .iter()
                .all(|id| found.iter().any(|row| id_of(row) == *id))
        });
        assert_eq!(rows(desk, None, from_other).len(), written.len());
    };
    everywhere(&author, false);
    until("an empty outbox", || author.ok("@outbox", json!({})) == 0);
    everywhere(&colleague, true);
    let at_server = site.server.ok("drafts", site.people[0].clone());
    let at_server = at_server.as_array().expect("rows");
    assert_eq!(at_server.len(), written.len());
    assert!(at_server.iter().all(|row| row["state"] == "submitted"));
    let audited = site.server.ok("audit", json!({}));
    assert_eq!(
        audited,
        written.len() * 2 + 2,
        "one entry for each beginning, submission and invitation"
    );
}

#[test]
fn desks_in_processes_of_their_own_hear_of_each_other_within_a_second() {
    let mut site = Site::open();
    let (author, colleague) = (site.join(0), site.join(1));
    let mut taken = Vec::new();
    for round in 0..5 {
        let id = write(&author, &format!("第{round}号防汛通知"), &["加强巡查。"]);
        until("a settled draft", || author.ok("@outbox", json!({})) == 0);
        author.ok("draft_submit", json!({ "id": id, "note": "" }));
        let began = Instant::now();
        until("the submitted draft", || {
            rows(&colleague, None, true)
                .iter()
                .any(|row| id_of(row) == id)
        });
        taken.push(began.elapsed());
    }
    taken.sort();
    assert!(taken[2] < Duration::from_secs(1), "the median of {taken:?}");
    // Found again after the server was killed: nobody asks for a sync.
    site.server.restart();
    let id = write(&author, "关于恢复供水的通知", &["即日起恢复。"]);
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    until("the draft after the restart", || {
        rows(&colleague, None, true)
            .iter()
            .any(|row| id_of(row) == id)
    });
}
