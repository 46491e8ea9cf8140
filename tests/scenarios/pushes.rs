//! kill -9 of the server during a thousand pushes: whatever was under way, after the restart each command has one
//! outcome, the same for whoever asks again, and its effect is there once.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Mutex, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use andu_base::{CommandId, PersonId};
use andu_document::{Block, OfficialDocument};
use andu_draft::DraftText;
use andu_store::{Key, Store};
use andu_sync::{Command, PushAnswer, Scope};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::blocking::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    editor::{Calls as _, given, said},
    forged::Device,
    office::roster,
    process::Process,
};

const DEVICES: usize = 5;
/// Each draft takes four pushes: begun, written, written on and submitted, withdrawn.
const DRAFTS_EACH: usize = 50;
const PUSHES: usize = DEVICES * DRAFTS_EACH * 4;
const KILLS: usize = 12;

/// Every command's one outcome, as it was answered.
type Outcomes = BTreeMap<CommandId, Value>;

/// A device's pushes in their order, and what its drafts are to say in the end.
struct Work {
    device: Device,
    pushes: Vec<Vec<Command>>,
    goals: BTreeMap<String, (String, Vec<String>)>,
}

fn text(title: &str, body: &[&str]) -> OfficialDocument {
    OfficialDocument {
        title: title.into(),
        body: body.iter().map(|line| Block::paragraph(*line)).collect(),
        ..OfficialDocument::default()
    }
}

impl Work {
    fn of(device: Device, number: usize) -> Self {
        let (mut pushes, mut goals, mut seq) = (Vec::new(), BTreeMap::new(), 0);
        for n in 0..DRAFTS_EACH {
            let id = Uuid::now_v7().to_string();
            let lineage = Uuid::now_v7();
            let mut sign = |kind: &str, args: Value| {
                seq += 1;
                device.envelope(seq, kind, args)
            };
            let title = format!("关于第{number}组第{n}座水闸除险加固的通知");
            let state = andu_draft::from_document(&text(&title, &[""]), 1).expect("a text");
            let create = json!({
                "id": id, "lineage": lineage, "state": STANDARD.encode(&state),
                "imported_version": "",
            });
            let own = 4_000_000_000 + number as u64 * 1_000 + n as u64;
            let mut written = DraftText::from_updates(own, std::iter::once(state.as_slice()));
            let written = written.as_mut().expect("a text");
            let mut says = |body: &[&str]| {
                let update = written
                    .replace_with(&text(&title, body))
                    .expect("an update");
                json!({ "id": id, "lineage": lineage, "update": STANDARD.encode(update) })
            };
            let first = says(&["鉴定为三类闸。"]);
            let body = ["鉴定为三类闸，须除险加固。", "请于汛前完成。"];
            let second = says(&body);
            let document = written.to_document().expect("a readable text").document;
            let submit = json!({
                "id": id, "note": "请审", "content": andu_draft::freeze(&document).hash,
                "version_id": Uuid::now_v7(),
            });
            pushes.push(vec![sign("draft_create", create)]);
            pushes.push(vec![sign("draft_update", first)]);
            pushes.push(vec![
                sign("draft_update", second),
                sign("draft_submit", submit),
            ]);
            pushes.push(vec![sign("draft_withdraw", json!({ "id": id }))]);
            goals.insert(id, given(&title, &body));
        }
        Self {
            device,
            pushes,
            goals,
        }
    }
}

/// Where the server is now, and how far everybody is.
struct Site {
    process: Mutex<Process>,
    address: RwLock<SocketAddr>,
    pushed: AtomicUsize,
    again: AtomicUsize,
}

fn address_of(process: &Process) -> SocketAddr {
    let address = process.greeting.as_str().expect("an address");
    address.parse().expect("an address")
}

impl Site {
    fn ok(&self, name: &str, args: Value) -> Value {
        self.process.lock().expect("no panic before").ok(name, args)
    }

    /// kill -9, and the same again over what is left.
    fn kill(&self) {
        let mut process = self.process.lock().expect("no panic before");
        process.restart();
        *self.address.write().expect("no panic before") = address_of(&process);
    }

    /// One try; `None` where no whole answer came.
    fn try_push(&self, client: &Client, token: &str, commands: &[Command]) -> Option<PushAnswer> {
        let address = *self.address.read().expect("no panic before");
        let answer = client
            .post(format!("http://{address}/sync/push"))
            .bearer_auth(token)
            .json(&json!({ "commands": commands }))
            .send();
        let answer = answer.ok().filter(|answer| answer.status() == 200)?;
        answer.json().ok()
    }

    /// As a desk does: the same push again until it is answered.
    fn push(&self, client: &Client, token: &str, commands: &[Command]) -> Outcomes {
        for round in 0..600 {
            if let Some(answer) = self.try_push(client, token, commands) {
                self.again
                    .fetch_add(usize::from(round > 0), Ordering::SeqCst);
                assert_eq!(answer.outcomes.len(), commands.len());
                let outcomes = answer.outcomes.into_iter();
                return outcomes.map(|(id, outcome)| (id, json!(outcome))).collect();
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("waited half a minute for an answer to a push");
    }

    fn push_all(&self, work: &Work) -> Outcomes {
        let client = Client::builder().no_proxy().build().expect("a client");
        let mut outcomes = Outcomes::new();
        for commands in &work.pushes {
            for (id, outcome) in self.push(&client, &work.device.token, commands) {
                assert_eq!(outcome["kind"], "applied", "{outcome}");
                assert!(
                    outcomes.insert(id, outcome).is_none(),
                    "{id} answered twice"
                );
            }
            self.pushed.fetch_add(1, Ordering::SeqCst);
        }
        outcomes
    }
}

#[test]
fn a_server_killed_during_a_thousand_pushes_does_each_command_once() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().expect("a folder");
    let process = Process::start("server", folder.path());
    let first = process.ok("roster", json!(roster()))[0].clone();
    let person: PersonId = serde_json::from_value(first).expect("an id");
    let site = Site {
        address: RwLock::new(address_of(&process)),
        process: Mutex::new(process),
        pushed: AtomicUsize::new(0),
        again: AtomicUsize::new(0),
    };
    let works: Vec<Work> = (0..DEVICES)
        .map(|number| {
            let code = site.ok("invite", json!(person));
            let address = *site.address.read().expect("no panic before");
            let code = code.as_str().expect("a code");
            Work::of(
                Device::enrol_at(address, code, person, number as u8 + 1),
                number,
            )
        })
        .collect();

    let outcomes: Vec<Outcomes> = thread::scope(|scope| {
        let desks: Vec<_> = works
            .iter()
            .map(|work| scope.spawn(|| site.push_all(work)))
            .collect();
        for kill in 1..=KILLS {
            while site.pushed.load(Ordering::SeqCst) < kill * PUSHES / (KILLS + 1) {
                if desks.iter().all(thread::ScopedJoinHandle::is_finished) {
                    break;
                }
                thread::sleep(Duration::from_millis(1));
            }
            // Not always at the same moment of a push.
            thread::sleep(Duration::from_millis(kill as u64 * 7 % 17));
            site.kill();
        }
        let desks = desks.into_iter();
        desks
            .map(|desk| desk.join().expect("a desk that goes on"))
            .collect()
    });
    assert_eq!(site.pushed.load(Ordering::SeqCst), PUSHES);
    let again = site.again.load(Ordering::SeqCst);
    assert!(
        again > 0,
        "no push was cut off: the kills came between them"
    );

    // Replayed, every command is answered with what it was answered before.
    site.kill();
    let client = Client::builder().no_proxy().build().expect("a client");
    for (work, known) in works.iter().zip(&outcomes) {
        for commands in &work.pushes {
            for (id, outcome) in site.push(&client, &work.device.token, commands) {
                assert_eq!(known.get(&id), Some(&outcome), "another outcome of {id}");
            }
        }
        let nothing = site
            .try_push(&client, &work.device.token, &[])
            .expect("an answer");
        let commands: usize = work.pushes.iter().map(Vec::len).sum();
        assert_eq!(
            nothing.counted, commands as u64,
            "numbers that were counted"
        );
    }
    effects_are_there_once(&site, folder.path(), person, &works);
}

fn effects_are_there_once(site: &Site, folder: &Path, person: PersonId, works: &[Work]) {
    let drafts = site.ok("drafts", json!(person));
    let drafts = drafts.as_array().expect("rows");
    assert_eq!(drafts.len(), DEVICES * DRAFTS_EACH);
    assert!(drafts.iter().all(|draft| draft["state"] == "drafting"));
    for (id, goal) in works.iter().flat_map(|work| &work.goals) {
        let document = site.ok("text", json!(id));
        let document = serde_json::from_value(document).expect("a document");
        assert_eq!(said(&document), *goal, "{id}");
    }
    // An entry for each invitation, each beginning, each submission and each withdrawal, in one chain.
    let acts = DEVICES * DRAFTS_EACH * 3 + DEVICES;
    assert_eq!(site.ok("audit", json!({})), acts as u64);
    let store = Store::open(&folder.join("server.db"), Key::Plain).expect("the store");
    let rows = store.read(|reader| reader.scope_rows_logged(&Scope::person(person)));
    let rows = rows.expect("rows of a scope");
    let count = |entity: &str| rows.iter().filter(|(key, _)| key.entity == entity).count();
    assert_eq!(
        count("draft"),
        DEVICES * DRAFTS_EACH,
        "a draft too many or too few"
    );
    assert_eq!(count("draft_update"), DEVICES * DRAFTS_EACH * 3, "texts");
}
