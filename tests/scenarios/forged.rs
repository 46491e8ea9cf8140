//! Envelopes that are not what they say: each is refused with its reason, and nothing of it is done.

use std::net::SocketAddr;

use andu_base::{CommandId, DeviceId, PersonId};
use andu_crypto::{Secret32, SigningKey};
use andu_document::{Block, OfficialDocument};
use andu_store::DraftState;
use andu_sync::{Command, Outcome, PullAnswer, PullRequest, PushAnswer};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::Office;

/// A device that has enrolled and says what it likes.
pub struct Device {
    /// What it shows the server.
    pub token: String,
    /// Its id.
    pub id: DeviceId,
    person: PersonId,
    key: SigningKey,
}

/// Ids in the order they are asked for.
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Posts with a token; the status and the answer.
pub fn post(office: &Office, path: &str, token: &str, body: &Value) -> (u16, Value) {
    post_to(office.address(), path, token, body)
}

fn post_to(address: SocketAddr, path: &str, token: &str, body: &Value) -> (u16, Value) {
    let client = reqwest::blocking::Client::builder().no_proxy().build();
    let answer = client
        .expect("a client")
        .post(format!("http://{address}{path}"))
        .bearer_auth(token)
        .json(body)
        .send()
        .expect("an answer");
    (answer.status().as_u16(), answer.json().expect("JSON"))
}

impl Device {
    /// Enrols a device for a person of the roster.
    pub fn enrol(office: &Office, person: usize) -> Self {
        let (code, id) = (office.code(person), office.people[person]);
        Self::enrol_at(office.address(), &code, id, person as u8 + 7)
    }

    /// Enrols a device with a code; its key comes of `seed`.
    pub fn enrol_at(address: SocketAddr, code: &str, person: PersonId, seed: u8) -> Self {
        let key = SigningKey::from_seed(&Secret32::from_bytes([seed; 32]));
        let id = DeviceId(new_id());
        let request = json!({
            "code": code,
            "device": id,
            "verify_key": hex(&key.verifying_key().to_bytes()),
        });
        let (status, answer) = post_to(address, "/sync/enrol", "", &request);
        assert_eq!(status, 200, "{answer}");
        Self {
            token: answer["token"].as_str().expect("a token").to_owned(),
            id,
            person,
            key,
        }
    }

    /// A signed envelope.
    pub fn envelope(&self, seq: u64, kind: &str, args: Value) -> Command {
        self.unsigned(seq, kind, args).signed(&self.key)
    }

    /// The same without a signature.
    pub fn unsigned(&self, seq: u64, kind: &str, args: Value) -> Command {
        Command {
            device_seq: seq,
            ..Command::new(
                CommandId(new_id()),
                (self.id, self.person),
                kind,
                args,
                "2026-03-02T01:00:00.000Z",
            )
        }
    }

    /// An envelope that begins a draft.
    pub fn create(&self, seq: u64) -> Command {
        let document = OfficialDocument {
            title: "关于印发安全生产工作要点的通知".into(),
            body: vec![Block::paragraph("请遵照执行。")],
            ..OfficialDocument::default()
        };
        let state = andu_draft::from_document(&document, 1).expect("a text");
        let args = json!({
            "id": new_id(), "lineage": new_id(), "state": STANDARD.encode(state),
            "imported_version": "",
        });
        self.envelope(seq, "draft_create", args)
    }

    /// Pushes envelopes and answers with their outcomes.
    pub fn push(&self, office: &Office, commands: &[Command]) -> Vec<(CommandId, Outcome)> {
        let (status, answer) = post(
            office,
            "/sync/push",
            &self.token,
            &json!({ "commands": commands }),
        );
        assert_eq!(status, 200, "{answer}");
        let answer: PushAnswer = serde_json::from_value(answer).expect("outcomes");
        answer.outcomes
    }

    /// Pushes one envelope and answers with its outcome.
    pub fn send(&self, office: &Office, command: &Command) -> Outcome {
        let mut outcomes = self.push(office, std::slice::from_ref(command));
        assert_eq!(outcomes.len(), 1);
        let (id, outcome) = outcomes.remove(0);
        assert_eq!(id, command.id);
        outcome
    }

    /// Calls a command as a browser or a desk with this device's token would.
    pub fn call(&self, office: &Office, name: &str, args: &Value) -> (u16, Value) {
        post(office, &format!("/api/{name}"), &self.token, args)
    }

    /// Asks for what is new.
    pub fn pull(&self, office: &Office, request: &PullRequest) -> PullAnswer {
        let (status, answer) = post(office, "/sync/pull", &self.token, &json!(request));
        assert_eq!(status, 200, "{answer}");
        serde_json::from_value(answer).expect("pages")
    }
}

/// The reason of a refusal.
pub fn reason(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Rejected { reason } => &reason.key,
        other => panic!("not refused: {other:?}"),
    }
}

/// All that a forgery could have changed: drafts with their state, and how far each log has come.
fn held(office: &Office) -> (Vec<(String, DraftState, String)>, u64) {
    let drafts = office.drafts().into_iter();
    let drafts = drafts.map(|draft| (draft.id, draft.state, draft.changed_at));
    let heads = office.people.iter().map(|person| {
        let request = PullRequest {
            limit: 1,
            ..PullRequest::default()
        };
        let scope = andu_sync::Scope::person(*person);
        office
            .read(|reader| reader.scope_page(&scope, &request))
            .head
    });
    (drafts.collect(), heads.sum())
}

#[test]
fn a_known_id_with_other_arguments_is_a_forgery() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let command = device.create(1);
    assert!(matches!(
        device.send(&office, &command),
        Outcome::Applied { .. }
    ));
    let before = held(&office);
    let mut changed = Command {
        signature: String::new(),
        ..command.clone()
    };
    changed.args["lineage"] = json!(new_id());
    let forged = changed.signed(&device.key);
    assert_eq!(reason(&device.send(&office, &forged)), "command.forged");
    assert_eq!(held(&office), before);
    let again = device.send(&office, &command);
    assert!(
        matches!(again, Outcome::Applied { .. }),
        "the true outcome stays: {again:?}"
    );
    office.audited();
}

/// What is changed, and how.
type Change<'a> = (&'static str, &'a dyn Fn(&mut Command));

#[test]
fn what_was_changed_after_signing_is_refused() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let before = held(&office);
    let stranger = SigningKey::from_seed(&Secret32::from_bytes([99; 32]));
    let changes: [Change; 6] = [
        ("arguments", &|command| command.args["id"] = json!(new_id())),
        ("time", &|command| {
            command.claimed_at = "2020-01-01T00:00:00.000Z".into()
        }),
        ("number", &|command| command.device_seq = 9),
        ("kind", &|command| command.kind = "draft_discard".into()),
        ("no signature", &|command| command.signature.clear()),
        ("another key", &|command| {
            command.signature.clear();
            *command = command.clone().signed(&stranger);
        }),
    ];
    for (what, change) in changes {
        let good = device.create(1);
        let mut forged = good.clone();
        change(&mut forged);
        assert_eq!(
            reason(&device.send(&office, &forged)),
            "command.signature",
            "{what}"
        );
        assert_eq!(held(&office), before, "{what}");
    }
    // A forgery neither takes the id nor the number of what it was made from.
    let good = device.create(1);
    let mut forged = good.clone();
    forged.args["id"] = json!(new_id());
    forged.device_seq = u64::from(u32::MAX);
    device.send(&office, &forged);
    assert!(matches!(
        device.send(&office, &good),
        Outcome::Applied { .. }
    ));
    office.audited();
}

#[test]
fn a_device_speaks_for_itself_and_its_person_alone() {
    let office = Office::open();
    let (mine, theirs) = (Device::enrol(&office, 0), Device::enrol(&office, 1));
    let before = held(&office);

    let mut other_device = Command {
        signature: String::new(),
        ..mine.create(1)
    };
    other_device.device = theirs.id;
    let other_device = other_device.signed(&mine.key);
    assert_eq!(
        reason(&mine.send(&office, &other_device)),
        "command.signature"
    );

    let mut unknown = Command {
        signature: String::new(),
        ..mine.create(1)
    };
    unknown.device = DeviceId(new_id());
    let unknown = unknown.signed(&mine.key);
    assert_eq!(reason(&mine.send(&office, &unknown)), "command.device");

    // Under another person's name, with one's own token and with theirs.
    let mut as_them = Command {
        signature: String::new(),
        ..mine.create(1)
    };
    as_them.actor = theirs.person;
    let as_them = as_them.signed(&mine.key);
    assert_eq!(reason(&mine.send(&office, &as_them)), "command.signature");
    assert_eq!(reason(&theirs.send(&office, &as_them)), "command.signature");

    // The true owner of the number and the device is not hindered by any of this.
    assert_eq!(held(&office), before);
    assert!(matches!(
        mine.send(&office, &mine.create(1)),
        Outcome::Applied { .. }
    ));
    assert!(matches!(
        theirs.send(&office, &theirs.create(1)),
        Outcome::Applied { .. }
    ));
    office.audited();
}

#[test]
fn a_number_is_used_once() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    for seq in 1..=3 {
        let outcome = device.send(&office, &device.create(seq));
        assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    }
    let before = held(&office);
    for seq in 1..=3 {
        let replayed = device.send(&office, &device.create(seq));
        assert_eq!(reason(&replayed), "command.sequence", "number {seq} again");
    }
    assert_eq!(held(&office), before);
    office.audited();
}

#[test]
fn another_persons_draft_is_neither_written_nor_moved() {
    let office = Office::open();
    let (mine, theirs) = (Device::enrol(&office, 0), Device::enrol(&office, 1));
    let created = mine.create(1);
    mine.send(&office, &created);
    let before = held(&office);
    let update = json!({
        "id": created.args["id"], "lineage": created.args["lineage"], "update": created.args["state"],
    });
    let submit = json!({
        "id": created.args["id"], "note": "", "content": "00".repeat(32), "version_id": new_id(),
    });
    let target = json!({ "id": created.args["id"] });
    let tries = [
        ("draft_update", update),
        ("draft_submit", submit),
        ("draft_withdraw", target.clone()),
        ("draft_discard", target.clone()),
        ("draft_recover", target),
    ];
    for (seq, (kind, args)) in (1..).zip(tries) {
        let outcome = theirs.send(&office, &theirs.envelope(seq, kind, args));
        let expected = match kind {
            "draft_update" => "draft.not_yours",
            _ => "draft.authors_act",
        };
        assert_eq!(reason(&outcome), expected, "{kind}");
    }
    // To begin a draft under the same id is no way in either.
    let again = theirs.envelope(9, "draft_create", created.args.clone());
    assert_eq!(reason(&theirs.send(&office, &again)), "draft.exists");
    assert_eq!(held(&office), before);
    office.audited();
}

#[test]
fn what_is_no_command_does_nothing_and_counts() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let before = held(&office);
    for (seq, kind) in (1..).zip(["draft_destroy", "", "draft_list", "session_unlock"]) {
        let outcome = device.send(&office, &device.envelope(seq, kind, json!({})));
        assert_eq!(reason(&outcome), "command.unknown", "{kind:?}");
    }
    let wrong = device.envelope(5, "draft_create", json!({ "id": 7, "surplus": true }));
    assert_eq!(reason(&device.send(&office, &wrong)), "command.arguments");
    assert_eq!(held(&office), before);
    assert!(matches!(
        device.send(&office, &device.create(6)),
        Outcome::Applied { .. }
    ));
}

#[test]
fn without_a_token_nobody_is_answered() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    device.send(&office, &device.create(1));
    let pull = json!(PullRequest {
        limit: 100,
        ..PullRequest::default()
    });
    for (token, known) in [
        ("", "desk.locked"),
        ("0", "device.unknown"),
        (&device.token[..63], "device.unknown"),
        (&"0".repeat(64), "device.unknown"),
    ] {
        for (path, body) in [
            ("/sync/push", json!({ "commands": [device.create(2)] })),
            ("/sync/pull", pull.clone()),
            (
                "/sync/still",
                json!({ "epoch": "e", "known": "0".repeat(64), "limit": 100 }),
            ),
            ("/api/draft_list", json!({})),
        ] {
            let (status, answer) = post(&office, path, token, &body);
            assert_eq!(
                (status, &answer["key"]),
                (401, &json!(known)),
                "{path} {token}"
            );
        }
    }
    assert_eq!(office.drafts().len(), 1);
    // An enrolment code is good once, and a known device cannot be enrolled over.
    let code = office.code(0);
    let request = |device: DeviceId| json!({ "code": code, "device": device, "verify_key": hex(&device_key().verifying_key().to_bytes()) });
    let (status, _) = post(&office, "/sync/enrol", "", &request(device.id));
    assert_eq!(status, 422, "a known device was enrolled over");
    let (status, _) = post(&office, "/sync/enrol", "", &request(DeviceId(new_id())));
    assert_eq!(status, 200, "a refused enrolment used the code up");
    let (status, answer) = post(&office, "/sync/enrol", "", &request(DeviceId(new_id())));
    assert_eq!(
        (status, &answer["key"]),
        (422, &json!("setup.enrolment_refused")),
        "a code was good twice"
    );
}

fn device_key() -> SigningKey {
    SigningKey::from_seed(&Secret32::from_bytes([42; 32]))
}

#[test]
fn a_pull_shows_only_ones_own_scopes_whatever_is_asked() {
    let office = Office::open();
    let (author, stranger) = (Device::enrol(&office, 0), Device::enrol(&office, 2));
    author.send(&office, &author.create(1));
    let theirs = andu_sync::Scope::person(office.people[0]);
    let request = PullRequest {
        cursors: [(theirs.clone(), 0)].into(),
        limit: 1_000,
        ..PullRequest::default()
    };
    let answer = stranger.pull(&office, &request);
    assert!(!answer.granted.contains(&theirs), "{:?}", answer.granted);
    let drafts = |answer: &PullAnswer| {
        let changes = answer.pages.iter().flat_map(|page| &page.changes);
        changes
            .filter(|change| change.entity.starts_with("draft"))
            .count()
    };
    assert_eq!(drafts(&answer), 0, "another person's changes were sent");
    assert!(drafts(&author.pull(&office, &request)) > 0);
}
