//! kill -9: a desk or the server dies at a chosen moment, is started again, and goes on. Whatever the
//! moment, the draft is there once, with its text, everywhere.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::{Calls, Editor, given, id_of, new_notice, reading, rows, said},
    office::{PASSWORD, roster, until},
    process::{Gone, Process},
    proxy::{Proxy, Stage, Trap},
};

/// Chooses the moments; the same ones each time.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `limit` (the step of splitmix64).
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// When a desk dies. `Some`: so many milliseconds after it was asked; `None`: when it has answered.
#[derive(Debug, Clone, Copy)]
enum Kill {
    Begin(Option<u64>),
    Type,
    Flush(Option<u64>),
    Submit(Option<u64>),
    /// At a stage of the exchange that holds this, or so many milliseconds after.
    Exchange(&'static str, Stage, &'static str, u64),
}

pub const PUSH: &str = "/sync/push";
const PULL: &str = "/sync/pull";
const SUBMISSION: &str = "draft_submit";
const SUBMITTED: &str = "\"submitted\"";

/// A desk in a process, and its way to the server.
pub struct Desk {
    /// The process.
    pub process: Process,
    /// The way.
    pub proxy: Proxy,
    _folder: TempDir,
}

impl Desk {
    fn join(site: &Server, person: usize) -> Self {
        let code = site.ok("invite", site.people[person].clone());
        let desk = Self::at(site.address(), &code);
        let mut proxies = site.proxies.lock().expect("no panic before");
        proxies.push(desk.proxy.clone());
        desk
    }

    /// A new one that has joined the server there by a code.
    pub fn at(address: SocketAddr, code: &Value) -> Self {
        let folder = TempDir::new().expect("a folder");
        let proxy = Proxy::to(Some(address));
        let process = Process::start("desk", folder.path());
        let args = json!({ "address": proxy.address(), "code": code, "password": PASSWORD });
        process.ok("sync_join", args);
        Self {
            process,
            proxy,
            _folder: folder,
        }
    }

    /// Killed, if it lives, started again and unlocked.
    pub fn restart(&mut self) {
        self.process.restart();
        self.process
            .ok("session_unlock", json!({ "password": PASSWORD }));
    }

    /// Has it killed at a moment of an exchange.
    pub fn dies(&self, path: &'static str, stage: Stage, holding: &'static str, after_ms: u64) {
        let killer = self.process.killer();
        let spring = move || {
            thread::sleep(Duration::from_millis(after_ms));
            killer.kill();
        };
        self.proxy.set(Trap {
            path,
            stage,
            holding,
            spring: Box::new(spring),
        });
    }

    fn outbox(&self) -> Value {
        self.process.ok("@outbox", json!({}))
    }
}

/// A server in a process.
struct Server {
    process: Arc<Mutex<Process>>,
    people: Vec<Value>,
    proxies: Arc<Mutex<Vec<Proxy>>>,
    _folder: TempDir,
}

impl Server {
    fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let process = Process::start("server", folder.path());
        let people = process.ok("roster", json!(roster()));
        Self {
            people: people.as_array().expect("ids").clone(),
            process: Arc::new(Mutex::new(process)),
            proxies: Arc::default(),
            _folder: folder,
        }
    }

    fn address(&self) -> SocketAddr {
        address_of(&self.process.lock().expect("no panic before"))
    }

    fn ok(&self, name: &str, args: Value) -> Value {
        self.process.lock().expect("no panic before").ok(name, args)
    }

    /// Has it killed, and started again, at a moment of an exchange with `desk`.
    fn dies(
        &self,
        desk: &Desk,
        (path, stage, holding): (&'static str, Stage, &'static str),
        after_ms: u64,
    ) {
        let (process, proxies) = (Arc::clone(&self.process), Arc::clone(&self.proxies));
        let spring = move || {
            thread::sleep(Duration::from_millis(after_ms));
            let mut process = process.lock().expect("no panic before");
            process.restart();
            for proxy in proxies.lock().expect("no panic before").iter() {
                proxy.lead(Some(address_of(&process)));
            }
        };
        desk.proxy.set(Trap {
            path,
            stage,
            holding,
            spring: Box::new(spring),
        });
    }
}

fn address_of(server: &Process) -> SocketAddr {
    let address = server.greeting.as_str().expect("an address");
    address.parse().expect("an address")
}

/// What one draft is to say in the end.
struct Goal {
    title: String,
    lines: [String; 2],
}

impl Goal {
    fn number(number: usize) -> Self {
        Self {
            title: format!("关于第{number}号水闸除险加固工程的通知"),
            lines: [
                format!("第{number}号水闸经鉴定为三类闸，须除险加固。"),
                "请于汛前完成并报验收材料。".into(),
            ],
        }
    }

    fn body(&self) -> [&str; 2] {
        [&self.lines[0], &self.lines[1]]
    }

    fn said(&self) -> (String, Vec<String>) {
        given(&self.title, &self.body())
    }
}

/// An author, a colleague, a server, and the drafts so far.
struct Site {
    server: Server,
    author: Desk,
    colleague: Desk,
    drafts: Vec<(String, Goal)>,
}

impl Site {
    fn open() -> Self {
        let server = Server::open();
        let (author, colleague) = (Desk::join(&server, 0), Desk::join(&server, 1));
        Self {
            server,
            author,
            colleague,
            drafts: Vec::new(),
        }
    }

    fn known(&self) -> BTreeSet<String> {
        self.drafts.iter().map(|(id, _)| id.clone()).collect()
    }

    /// Begins, writes and submits one more draft; the author's desk dies at `kill` and goes on.
    fn round(&mut self, kill: Option<Kill>) {
        let goal = Goal::number(self.drafts.len() + 1);
        let known = self.known();
        if let Some(Kill::Exchange(path, stage, holding, after_ms)) = kill {
            self.author.dies(path, stage, holding, after_ms);
        }
        let id = match attempt(&self.author.process, &goal, &known, kill) {
            Ok(id) => {
                assert!(kill.is_none(), "the desk was not killed at {kill:?}");
                id
            }
            Err(Gone) => {
                if matches!(kill, Some(Kill::Exchange(..))) {
                    until("the trap", || self.author.proxy.sprung());
                }
                self.author.restart();
                let kill = kill.expect("a desk that died was to die");
                survived(&self.author.process, &goal, &known, kill);
                attempt(&self.author.process, &goal, &known, None).expect("a desk that lives on")
            }
        };
        self.drafts.push((id, goal));
    }

    /// Waits until the colleague has the newest draft; the colleague's desk may die meanwhile.
    fn receive(&mut self) {
        let id = self.drafts.last().expect("a draft").0.clone();
        for _ in 0..600 {
            match has_received(&self.colleague.process, &id) {
                Ok(true) => return,
                Ok(false) => thread::sleep(Duration::from_millis(100)),
                Err(Gone) => {
                    until("the trap", || self.colleague.proxy.sprung());
                    self.colleague.restart();
                }
            }
        }
        panic!("waited a minute for the draft at the colleague's");
    }

    /// Every draft is everywhere once, with its text; nothing waits; the audit log holds.
    fn check(mut self) {
        self.receive();
        let author = &self.author.process;
        let colleague = &self.colleague.process;
        let at_author = rows(author, None, false);
        let at_colleague = rows(colleague, None, true);
        let at_server = self.server.ok("drafts", self.server.people[0].clone());
        let at_server = at_server.as_array().expect("rows").clone();
        for (place, found) in [
            ("author", &at_author),
            ("colleague", &at_colleague),
            ("server", &at_server),
        ] {
            assert_eq!(
                found.len(),
                self.drafts.len(),
                "drafts at the {place}: {found:#?}"
            );
            for (id, goal) in &self.drafts {
                let titled = found.iter().filter(|row| row["title"] == goal.title);
                let ids: Vec<&Value> = titled.map(|row| &row["id"]).collect();
                assert_eq!(ids, [&json!(id)], "{} at the {place}", goal.title);
            }
            assert!(
                found.iter().all(|row| row["state"] == "submitted"),
                "{place}: {found:#?}"
            );
        }
        for row in &at_author {
            assert_eq!(
                (&row["sync"], &row["note"]),
                (&json!("settled"), &json!("")),
                "{row}"
            );
        }
        for (id, goal) in &self.drafts {
            assert_eq!(reading(author, id), goal.said(), "at the author");
            assert_eq!(reading(colleague, id), goal.said(), "at the colleague");
            let document = self.server.ok("text", json!(id));
            let document = serde_json::from_value(document).expect("a document");
            assert_eq!(said(&document), goal.said(), "at the server");
        }
        for desk in [&self.author, &self.colleague] {
            until("an empty outbox", || desk.outbox() == 0);
        }
        let audited = self.server.ok("audit", json!({}));
        let (acts, invitations) = (self.drafts.len() as u64 * 2, 2);
        assert_eq!(
            audited,
            acts + invitations,
            "one entry for each beginning, each submission and each invitation, in one chain"
        );
    }
}

fn has_received(desk: &Process, id: &str) -> Result<bool, Gone> {
    desk.done("sync_now", &json!({}))?;
    Ok(list(desk, true)?.iter().any(|row| row["id"] == id))
}

fn list(desk: &Process, from_other: bool) -> Result<Vec<Value>, Gone> {
    let args = json!({
        "state": null, "document_type": null, "from_other": from_other, "offset": 0, "limit": 500,
    });
    let page = desk.done("draft_list", &args)?;
    Ok(page["rows"].as_array().expect("rows").clone())
}

fn own_row(desk: &Process, known: &BTreeSet<String>) -> Result<Option<Value>, Gone> {
    let mut rows = list(desk, false)?;
    rows.retain(|row| !known.contains(&id_of(row)));
    assert!(rows.len() <= 1, "one draft was begun: {rows:#?}");
    Ok(rows.pop())
}

/// Does what a person would who looks at the desk and goes on: begins what is not begun, writes what is
/// not written, submits what is not submitted, and waits until it counts.
fn attempt(
    desk: &Process,
    goal: &Goal,
    known: &BTreeSet<String>,
    kill: Option<Kill>,
) -> Result<String, Gone> {
    let answered = |at: bool| {
        if at {
            desk.killer().kill();
            return Err(Gone);
        }
        Ok(())
    };
    let row = match own_row(desk, known)? {
        Some(row) => row,
        None => {
            if let Some(Kill::Begin(Some(ms))) = kill {
                return Err(desk.kill_amid("draft_create", &new_notice(), ms));
            }
            let row = desk.done("draft_create", &new_notice())?;
            answered(matches!(kill, Some(Kill::Begin(None))))?;
            row
        }
    };
    let id = id_of(&row);
    let target = json!({ "id": id });
    if row["state"] == "drafting" && row["sync"] != "waiting" {
        let mut editor = Editor::of(desk.done("draft_open", &target)?);
        if said(&editor.document()) != goal.said() {
            desk.done("draft_update", &editor.says(&goal.title, &goal.body()))?;
            answered(matches!(kill, Some(Kill::Type)))?;
            if let Some(Kill::Flush(Some(ms))) = kill {
                return Err(desk.kill_amid("draft_flush", &target, ms));
            }
            desk.done("draft_flush", &target)?;
            answered(matches!(kill, Some(Kill::Flush(None))))?;
        }
        let submission = json!({ "id": id, "note": "请审" });
        if let Some(Kill::Submit(Some(ms))) = kill {
            return Err(desk.kill_amid("draft_submit", &submission, ms));
        }
        let answer = desk.done("draft_submit", &submission)?;
        assert_eq!(answer["kind"], "waiting", "{answer}");
        answered(matches!(kill, Some(Kill::Submit(None))))?;
    }
    // A desk that is to die in an exchange may finish its work a moment before it does.
    let dies_later = matches!(kill, Some(Kill::Exchange(..)));
    for _ in 0..600 {
        desk.done("sync_now", &json!({}))?;
        let row = own_row(desk, known)?.expect("the draft");
        assert_eq!(row["note"], "", "refused: {row}");
        let empty = desk.done("@outbox", &json!({}))? == 0;
        if row["state"] == "submitted" && empty && !dies_later {
            return Ok(id);
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("waited in vain for the draft to be submitted");
}

/// What had been answered before the desk died is there after it.
fn survived(desk: &Process, goal: &Goal, known: &BTreeSet<String>, kill: Kill) {
    let row = own_row(desk, known).expect("a living desk");
    match kill {
        Kill::Begin(Some(_)) => {}
        Kill::Begin(None) | Kill::Type | Kill::Flush(Some(_)) => {
            row.unwrap_or_else(|| panic!("the draft that was begun is gone, {kill:?}"));
        }
        // It may have died before anything was begun.
        Kill::Exchange(..) if row.is_none() => {}
        Kill::Flush(None) | Kill::Submit(_) | Kill::Exchange(..) => {
            let row = row.unwrap_or_else(|| panic!("the draft is gone, {kill:?}"));
            let written = matches!(kill, Kill::Flush(None) | Kill::Submit(_))
                || row["sync"] == "waiting"
                || row["state"] == "submitted";
            if written {
                assert_eq!(
                    reading(desk, &id_of(&row)),
                    goal.said(),
                    "text lost, {kill:?}"
                );
            }
            if matches!(kill, Kill::Submit(None)) {
                let stands = row["sync"] == "waiting" || row["state"] == "submitted";
                assert!(stands, "the submission that was answered is gone: {row}");
            }
        }
    }
}

#[test]
fn a_desk_killed_while_it_writes_loses_nothing_it_had_confirmed() {
    let mut dice = Dice(1);
    let mut site = Site::open();
    let mut kills = vec![
        Kill::Begin(None),
        Kill::Type,
        Kill::Flush(None),
        Kill::Submit(None),
    ];
    for _ in 0..3 {
        kills.push(Kill::Begin(Some(dice.below(60))));
        kills.push(Kill::Flush(Some(dice.below(40))));
        kills.push(Kill::Submit(Some(dice.below(60))));
    }
    for kill in kills {
        site.round(Some(kill));
    }
    site.check();
}

#[test]
fn a_desk_killed_in_an_exchange_neither_loses_nor_doubles() {
    let mut dice = Dice(2);
    let mut site = Site::open();
    let mut kills = Vec::new();
    for (path, holding) in [(PUSH, SUBMISSION), (PULL, SUBMITTED)] {
        // What a desk asks for when it pulls says nothing of drafts.
        let asked = if path == PULL { "" } else { holding };
        kills.push(Kill::Exchange(path, Stage::Asked, asked, 0));
        kills.push(Kill::Exchange(path, Stage::Answered, holding, 0));
        kills.push(Kill::Exchange(path, Stage::Passed, holding, 0));
        for _ in 0..2 {
            kills.push(Kill::Exchange(
                path,
                Stage::Passed,
                holding,
                1 + dice.below(40),
            ));
        }
    }
    kills.push(Kill::Exchange(PUSH, Stage::Answered, "draft_create", 0));
    kills.push(Kill::Exchange(
        PUSH,
        Stage::Passed,
        "draft_update",
        dice.below(20),
    ));
    for kill in kills {
        site.round(Some(kill));
    }
    site.check();
}

#[test]
fn a_reader_killed_while_it_pulls_gets_the_draft_once() {
    let mut dice = Dice(3);
    let mut site = Site::open();
    let mut moments = vec![
        (Stage::Asked, "", 0),
        (Stage::Answered, "frozen_text", 0),
        (Stage::Passed, "frozen_text", 0),
    ];
    for _ in 0..4 {
        moments.push((Stage::Passed, "frozen_text", 1 + dice.below(30)));
    }
    for (stage, holding, after_ms) in moments {
        site.colleague.dies(PULL, stage, holding, after_ms);
        site.round(None);
        site.receive();
        until("the trap", || site.colleague.proxy.sprung());
        if site
            .colleague
            .process
            .ask("session_status", &json!({}))
            .is_err()
        {
            site.colleague.restart();
        }
    }
    site.check();
}

#[test]
fn a_server_killed_in_the_middle_of_an_exchange_does_each_command_once() {
    let mut dice = Dice(4);
    let mut site = Site::open();
    let mut moments = vec![
        ((PUSH, Stage::Forwarded, "draft_create"), 0),
        ((PUSH, Stage::Answered, SUBMISSION), 0),
        ((PULL, Stage::Forwarded, ""), dice.below(10)),
    ];
    for _ in 0..5 {
        moments.push(((PUSH, Stage::Forwarded, SUBMISSION), dice.below(60)));
    }
    for (moment, after_ms) in moments {
        site.server.dies(&site.author, moment, after_ms);
        site.round(None);
        until("the trap", || site.author.proxy.sprung());
    }
    site.check();
}
