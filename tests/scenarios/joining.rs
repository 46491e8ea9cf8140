//! A desk that worked alone for a while joins a server: everything it holds comes along once, with its
//! history, whatever dies meanwhile; and it goes on as one desk among others.

use std::{collections::BTreeSet, fs, thread, time::Duration};

use andu_app::{
    joining::{MOST_PARTS, Manifest, PART},
    setup::{NewPerson, enter_people},
};
use andu_base::{AgencyId, ContentHash, DepartmentId, DeviceId, PersonId};
use andu_desk::{
    andu_api::Pin,
    link::{Credential, Link},
};
use andu_org::{Agency, Department, Grant, Person};
use andu_store::{NumberOrigin, VersionKind};
use serde_json::{Value, json};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    editor::{Calls, Editor, given, id_of, reading, rows, write},
    office::{Office, PASSWORD, Seat, desk_in, set_up, until},
    process::Process,
    proxy::{Proxy, Stage, Trap},
};

const CLOSED: &str = "关于做好今冬明春水利建设工作的通知";
const SUBMITTED: &str = "关于开展水库安全检查的通知";
const DRAFTED: &str = "关于召开防汛工作会议的通知";
const BINNED: &str = "关于停水的通知";
const NUMBER: &str = "望水〔2026〕7号";

/// Ids of the four, in the order of the constants.
type Four = [String; 4];

/// What somebody does who has no server: writes, submits, numbers and closes, throws away, imports.
fn works_alone(at: &impl Calls) -> Four {
    let closed = numbered(at, CLOSED, NUMBER);
    let submitted = write(at, SUBMITTED, &["请于月底前完成检查。"]);
    at.ok("draft_submit", json!({ "id": submitted, "note": "请审" }));
    let drafted = write(at, DRAFTED, &["定于下周一召开。"]);
    at.ok(
        "version_save",
        json!({ "draft_id": drafted, "name": "第一稿" }),
    );
    let binned = write(at, BINNED, &["因检修停水。"]);
    at.ok("draft_discard", json!({ "id": binned }));
    [closed, submitted, drafted, binned]
}

/// A document that was written, submitted, numbered and closed.
fn numbered(at: &impl Calls, title: &str, number: &str) -> String {
    let id = write(at, title, &["各单位要压实责任。", "有关情况及时报告。"]);
    let mut editor = Editor::open(at, &id);
    at.ok("draft_update", editor.numbers(number));
    at.ok("draft_flush", json!({ "id": id }));
    at.ok("draft_submit", json!({ "id": id, "note": "" }));
    let done = at.ok("draft_number", json!({ "id": id }));
    assert_eq!(done, json!({ "kind": "applied" }));
    id
}

fn ids(rows: &[Value]) -> BTreeSet<String> {
    rows.iter().map(id_of).collect()
}

fn begin(at: &impl Calls, address: &str, code: &str) -> Value {
    at.ok("join_begin", json!({ "address": address, "code": code }))
}

fn confirm(at: &impl Calls) -> Value {
    at.ok("join_confirm", json!({ "choices": [] }))
}

/// What stands in the server's tables, without what every visit changes.
fn held(office: &Office) -> Value {
    let mut drafts = office.drafts();
    drafts.sort_by(|one, other| one.id.cmp(&other.id));
    let agency = drafts.first().map(|draft| draft.agency_id.clone());
    office.read(|reader| {
        let mut of_drafts = Vec::new();
        for draft in &drafts {
            let versions = reader.versions(&draft.id)?.len();
            let files = reader.draft_files(&draft.id)?.len();
            of_drafts.push(json!([draft, versions, files]));
        }
        let numbers = reader.numbers(&agency.clone().unwrap_or_default())?;
        let people = reader.people()?.len();
        Ok(json!([
            of_drafts,
            numbers.len(),
            people,
            reader.phrases(&andu_store::Sight::Whole, "", 500)?.len()
        ]))
    })
}

#[test]
fn a_desk_that_worked_alone_brings_everything_along_and_goes_on_as_a_replica() {
    let mut office = Office::open();
    let colleague = office.seat(1);
    let (seat, _) = Seat::alone();
    let [closed, submitted, drafted, binned] = works_alone(&seat);
    let before = rows(&seat, None, false);
    let refused = seat.refused("draft_number", json!({ "id": drafted }));
    assert_eq!(refused, "draft.not_submitted", "a draft was numbered");

    let proxy = Proxy::to(Some(office.address()));
    let state = begin(&seat, &proxy.address(), &office.code(0));
    assert_eq!(state["stage"], "review", "{state}");
    let review = &state["review"];
    assert_eq!(review["agency"], "望溪县水务局");
    assert_eq!(review["numbers"], json!([NUMBER]));
    assert_eq!(review["taken"], json!([]));
    let counted = |what: &str| {
        let all = review["drafts"].as_array().expect("counts");
        all.iter()
            .find(|count| count["what"] == what)
            .map(|count| count["count"].clone())
    };
    for state in ["drafting", "submitted", "closed", "discarded"] {
        assert_eq!(counted(state), Some(json!(1)), "{state}: {review}");
    }
    assert!(office.drafts().is_empty(), "a look at it took it over");

    let state = confirm(&seat);
    assert_eq!(state["stage"], "joined", "{state}");
    assert_eq!(seat.ok("session_me", json!({}))["home"], "replica");
    assert_eq!(
        seat.ok("session_me", json!({}))["agency"],
        "望溪县人民政府办公室"
    );

    // At the server: everything, with its true times and its numbers as 补录.
    let server = office.drafts();
    assert_eq!(server.len(), 4);
    for row in &before {
        let there = server.iter().find(|draft| draft.id == id_of(row));
        let there = there.expect("a draft that was brought");
        assert_eq!(json!(there.changed_at), row["changed_at"]);
        assert_eq!(there.author_id, office.people[0].as_text());
    }
    let agency = server[0].agency_id.clone();
    let numbers = office.read(|reader| reader.numbers(&agency));
    assert_eq!(
        numbers
            .iter()
            .map(|n| (n.serial, n.origin))
            .collect::<Vec<_>>(),
        [(7, NumberOrigin::Backfilled)]
    );
    let versions = office.read(|reader| reader.versions(&drafted));
    assert!(
        versions
            .iter()
            .any(|version| version.kind == VersionKind::Named)
    );
    office.audited();
    let decided = office.audit_details();
    assert!(decided.iter().any(|(action, _)| action == "joining_decide"));

    // Here: the same, and it goes on.
    seat.sync();
    seat.sync_until("what the server holds", || {
        rows(&seat, None, false).len() == 3
    });
    assert_eq!(ids(&rows(&seat, None, false)), ids(&before));
    assert_eq!(ids(&rows(&seat, Some("discarded"), false)), [binned].into());
    assert_eq!(
        reading(&seat, &drafted),
        given(DRAFTED, &["定于下周一召开。"])
    );
    let versions = seat.ok("version_list", json!({ "id": drafted }));
    assert!(versions.to_string().contains("第一稿"), "{versions}");
    let mut editor = Editor::open(&seat, &drafted);
    seat.ok("draft_update", editor.says(DRAFTED, &["定于下周二召开。"]));
    seat.ok("draft_flush", json!({ "id": drafted }));
    seat.ok("draft_submit", json!({ "id": drafted, "note": "" }));
    seat.sync();
    colleague.sync_until("what was handed to the department", || {
        rows(&colleague, None, true).len() == 2
    });
    let seen = ids(&rows(&colleague, None, true));
    assert_eq!(seen, [submitted, drafted].into());
    let closed_there = rows(&colleague, Some("closed"), true);
    assert_eq!(ids(&closed_there), [closed.clone()].into());
    assert_eq!(reading(&colleague, &closed).0, CLOSED);

    // What it was stands beside it, encrypted, and can be opened again.
    assert_eq!(state["backup"], "before-joining.andubackup");
    let again = Seat::empty(None);
    let backup = seat.folder.path().join("before-joining.andubackup");
    assert!(
        !fs::read(&backup)
            .expect("a backup")
            .windows(4)
            .any(|w| w == b"SQLi")
    );
    andu_desk::session::restore_file(&again.desk, &backup, PASSWORD).expect("restored");
    again.ok("session_unlock", json!({ "password": PASSWORD }));
    assert_eq!(again.ok("session_me", json!({}))["home"], "primary");
    assert_eq!(rows(&again, None, false).len(), 3);
}

#[test]
fn what_was_brought_once_changes_nothing_when_it_is_brought_again() {
    let office = Office::open();
    let (seat, _) = Seat::alone();
    works_alone(&seat);
    let proxy = Proxy::to(Some(office.address()));
    begin(&seat, &proxy.address(), &office.code(0));
    confirm(&seat);
    let first = held(&office);

    let again = Seat::empty(None);
    let backup = seat.folder.path().join("before-joining.andubackup");
    andu_desk::session::restore_file(&again.desk, &backup, PASSWORD).expect("restored");
    again.ok("session_unlock", json!({ "password": PASSWORD }));
    again.ok("join_abandon", json!({}));
    let state = begin(&again, &proxy.address(), &office.code(0));
    assert_eq!(state["review"]["drafts"], json!([]), "{state}");
    assert_eq!(state["review"]["numbers"], json!([]), "{state}");
    confirm(&again);
    assert_eq!(held(&office), first, "the second time changed something");
    assert_eq!(rows(&again, None, false).len(), 3);
}

#[test]
fn what_is_written_while_it_waits_comes_along_too() {
    let office = Office::open();
    let (seat, _) = Seat::alone();
    let [_, _, drafted, _] = works_alone(&seat);
    let proxy = Proxy::to(Some(office.address()));
    begin(&seat, &proxy.address(), &office.code(0));
    let later = write(&seat, "关于补充材料的函", &["另附两份。"]);
    let mut editor = Editor::open(&seat, &drafted);
    seat.ok("draft_update", editor.says(DRAFTED, &["时间另行通知。"]));
    seat.ok("draft_flush", json!({ "id": drafted }));
    confirm(&seat);
    assert!(office.drafts().iter().any(|draft| draft.id == later));
    let server = office.server().store();
    let text = server.read(|reader| andu_app::draft::read_text(reader, &drafted));
    let document = text.expect("a text").to_document().expect("read").document;
    assert_eq!(
        crate::editor::said(&document),
        given(DRAFTED, &["时间另行通知。"])
    );
}

#[test]
fn a_number_that_is_taken_is_shown_and_not_entered_twice() {
    let mut office = Office::open();
    let other = office.seat(1);
    let taken = numbered_at_server(&other, "关于印发工作要点的通知", NUMBER);
    let (seat, _) = Seat::alone();
    works_alone(&seat);
    let proxy = Proxy::to(Some(office.address()));
    let state = begin(&seat, &proxy.address(), &office.code(0));
    let shown = &state["review"]["taken"][0];
    assert_eq!(
        (&shown["number"], &shown["title"], &shown["holder"]),
        (
            &json!(NUMBER),
            &json!(CLOSED),
            &json!("关于印发工作要点的通知")
        )
    );
    confirm(&seat);
    let agency = office.drafts()[0].agency_id.clone();
    let numbers = office.read(|reader| reader.numbers(&agency));
    let holders: Vec<&str> = numbers.iter().map(|n| n.subject_id.as_str()).collect();
    assert_eq!(holders, [taken.as_str()]);
}

/// The same at a replica: the server decides.
fn numbered_at_server(seat: &Seat, title: &str, number: &str) -> String {
    let id = write(seat, title, &["请认真组织实施。"]);
    let mut editor = Editor::open(seat, &id);
    seat.ok("draft_update", editor.numbers(number));
    seat.ok("draft_flush", json!({ "id": id }));
    seat.ok("draft_submit", json!({ "id": id, "note": "" }));
    seat.sync();
    let waiting = seat.ok("draft_number", json!({ "id": id }));
    assert_eq!(waiting["kind"], "waiting");
    seat.sync();
    assert_eq!(ids(&rows(seat, Some("closed"), false)), [id.clone()].into());
    id
}

/// A server at which the first person may draft and nothing else; the second keeps the records.
fn strict_office() -> (Office, PersonId, PersonId) {
    let office = Office::open();
    let agency = Agency {
        id: AgencyId(Uuid::now_v7()),
        name: "望溪县林业局".into(),
        short_name: "县林业局".into(),
        authority_code: "望林".into(),
    };
    let department = Department {
        id: DepartmentId(Uuid::now_v7()),
        agency_id: agency.id,
        name: "办公室".into(),
    };
    let person = |name: &str, grants: &[Grant]| NewPerson {
        agency: agency.clone(),
        department: department.clone(),
        person: Person {
            id: PersonId(Uuid::now_v7()),
            agency_id: agency.id,
            department_id: department.id,
            name: name.into(),
            post: "科员".into(),
            grants: grants.iter().copied().collect(),
        },
    };
    let people = [
        person("温若谷", &[Grant::Draft]),
        person("段青禾", &[Grant::KeepVocabulary]),
    ];
    enter_people(office.server().store(), &people).expect("people");
    let [one, two] = people.map(|entry| entry.person.id);
    (office, one, two)
}

#[test]
fn who_may_not_decide_waits_for_the_records_keeper_of_the_agency() {
    let (office, clerk, keeper) = strict_office();
    let (seat, _) = Seat::alone();
    works_alone(&seat);
    let proxy = Proxy::to(Some(office.address()));
    let code = andu_server::invite(office.server(), clerk).expect("a code");
    let state = begin(&seat, &proxy.address(), &code);
    assert_eq!(state["stage"], "waiting", "{state}");
    let forbidden = seat.refused("join_confirm", json!({ "choices": [] }));
    assert_eq!(forbidden, "command.forbidden");

    let server = office.server();
    let call = |who: PersonId, name: &str, args: Value| server.call_as(who, name, args);
    let stranger = call(office.people[0], "joining_list", json!({})).expect("a list");
    assert_eq!(stranger, json!([]), "another agency sees it");
    let offers = call(keeper, "joining_list", json!({})).expect("a list");
    let id = offers[0]["id"].clone();
    assert_eq!(offers[0]["person"], "温若谷");
    let look = json!({ "id": id, "choices": [] });
    let review = call(keeper, "joining_review", look).expect("a review");
    assert_eq!(review["numbers"], json!([NUMBER]));
    let no = json!({ "id": id, "accept": false, "reason": "请先清理测试文稿", "choices": [] });
    call(keeper, "joining_decide", no).expect("decided");
    let state = begin(&seat, "", "");
    assert_eq!(state["stage"], "refused");
    assert!(
        state["review"]["refused"]
            .to_string()
            .contains("请先清理测试文稿")
    );

    // It works on alone, and offers what it holds now.
    write(&seat, "关于植树的通知", &["三月栽树。"]);
    let state = begin(&seat, "", "");
    assert_eq!(state["stage"], "waiting", "{state}");
    let offers = call(keeper, "joining_list", json!({})).expect("a list");
    let id = offers[0]["id"].clone();
    let yes = json!({ "id": id, "accept": true, "reason": "", "choices": [] });
    let first = call(keeper, "joining_decide", yes.clone()).expect("decided");
    let again = call(keeper, "joining_decide", yes).expect("an answer that was not heard");
    assert_eq!(first, again);
    let late = json!({ "id": id, "accept": false, "reason": "重名", "choices": [] });
    let late = call(keeper, "joining_decide", late).expect_err("it is done");
    assert_eq!(late.key, "joining.accepted_already");
    assert_eq!(begin(&seat, "", "")["stage"], "joined");
    assert_eq!(rows(&seat, None, false).len(), 4);
}

#[test]
fn two_who_worked_on_copies_of_one_store_each_bring_all_of_it() {
    let office = Office::open();
    let (first, _) = Seat::alone();
    works_alone(&first);
    let copy = first.folder.path().join("copy");
    let token = first.desk.files.choose(&copy).token;
    first.ok("backup_create", json!({ "token": token }));
    let second = Seat::empty(None);
    andu_desk::session::restore_file(&second.desk, &copy, PASSWORD).expect("restored");
    second.ok("session_unlock", json!({ "password": PASSWORD }));
    let proxy = Proxy::to(Some(office.address()));
    for (seat, person) in [(&first, 0), (&second, 1)] {
        begin(seat, &proxy.address(), &office.code(person));
        confirm(seat);
        seat.sync();
        let own = ids(&rows(seat, None, false));
        assert_eq!(own.len(), 3);
        for id in &own {
            assert!(!reading(seat, id).1.is_empty(), "a text is missing");
        }
        let there: Vec<_> = office
            .drafts()
            .into_iter()
            .filter(|draft| draft.author_id == office.people[person].as_text())
            .collect();
        assert_eq!(there.len(), 4);
        assert!(
            own.iter()
                .all(|id| there.iter().any(|draft| draft.id == *id))
        );
    }
}

#[test]
fn forged_and_oversized_offers_are_refused_and_leave_nothing() {
    let office = Office::open();
    let device = DeviceId(Uuid::now_v7());
    let key = andu_crypto::SigningKey::random().expect("a key");
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    let address = format!("http://{}", office.address());
    let link = |token: &str| {
        let credential = Credential {
            token: token.into(),
            pin: None::<Pin>,
        };
        Link::new(&address, &credential).expect("a link")
    };
    let enrolled: Value = link("")
        .post(
            "/sync/enrol",
            &json!({ "code": office.code(0), "device": device,
                "verify_key": hex(&key.verifying_key().to_bytes()) }),
        )
        .expect("enrolled");
    let link = link(enrolled["token"].as_str().expect("a token"));
    let offer = |manifest: &Manifest, signed: &Manifest| -> Result<Value, String> {
        let bytes = serde_json::to_vec(signed).expect("plain data");
        let signature = hex(&key.sign(andu_app::joining::SIGNED_FOR, &bytes).0);
        let body = json!({ "manifest": manifest, "signature": signature });
        link.post("/sync/join/offer", &body)
            .map_err(|error| error.key)
    };
    let refused = |manifest: &Manifest| offer(manifest, manifest).expect_err("refused");
    let part = b"{\"no\":\"header\"}\n".to_vec();
    let sound = Manifest {
        origin: device,
        bytes: part.len() as u64,
        parts: vec![ContentHash::of(&part)],
    };
    let huge = Manifest {
        bytes: (MOST_PARTS as u64 + 1) * PART as u64,
        parts: vec![ContentHash::of(b""); MOST_PARTS + 1],
        ..sound.clone()
    };
    assert_eq!(refused(&huge), "joining.too_large");
    let lying = Manifest {
        bytes: 5 * PART as u64,
        ..sound.clone()
    };
    assert_eq!(refused(&lying), "joining.too_large");
    let other = Manifest {
        origin: DeviceId(Uuid::now_v7()),
        ..sound.clone()
    };
    assert_eq!(
        offer(&sound, &other).expect_err("refused"),
        "joining.forged"
    );

    offer(&sound, &sound).expect("an offer");
    let id = sound.id(device);
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let put = |part: u32, bytes: &[u8]| -> Value {
        let url = format!("{address}/sync/join/{id}/{part}");
        let token = enrolled["token"].as_str().expect("a token");
        let sent = client
            .put(url)
            .bearer_auth(token)
            .body(bytes.to_vec())
            .send();
        sent.expect("an answer").json().expect("JSON")
    };
    assert_eq!(put(0, b"something else..")["key"], "joining.forged");
    assert_eq!(put(9, &part)["key"], "joining.forged");
    assert_eq!(put(0, &part)["state"], "whole");
    let look = json!({ "id": id, "choices": [] });
    let looked: Result<Value, _> = link.post("/sync/join/review", &look);
    assert_eq!(looked.expect_err("refused").key, "joining.unreadable");
    assert!(office.drafts().is_empty());

    // Somebody else's desk neither sees nor touches it.
    let other: Value = Link::new(&address, &Credential::default())
        .expect("a link")
        .post(
            "/sync/enrol",
            &json!({ "code": office.code(2), "device": DeviceId(Uuid::now_v7()),
                "verify_key": hex(&key.verifying_key().to_bytes()) }),
        )
        .expect("enrolled");
    let token = other["token"].as_str().expect("a token").to_owned();
    let theirs = Link::new(&address, &Credential { token, pin: None }).expect("a link");
    let seen: Result<Value, _> = theirs.post("/sync/join/standing", &json!(id));
    assert_eq!(seen.expect_err("refused").key, "joining.not_there");
}

/// When the joining desk dies.
enum Dies {
    /// At a stage of an exchange.
    At(&'static str, Stage),
    /// So many milliseconds after it was asked to go on, or to confirm.
    Amid(bool, u64),
}

#[test]
fn a_desk_that_dies_at_any_moment_of_joining_goes_on_and_brings_everything_once() {
    let moments = [
        Dies::At("/sync/enrol", Stage::Asked),
        Dies::At("/sync/enrol", Stage::Answered),
        Dies::At("/sync/enrol", Stage::Passed),
        Dies::At("/sync/join/offer", Stage::Forwarded),
        Dies::At("/sync/join/review", Stage::Answered),
        Dies::At("/sync/push", Stage::Forwarded),
        Dies::At("/sync/push", Stage::Answered),
        Dies::At("/sync/push", Stage::Passed),
        Dies::Amid(false, 30),
        Dies::Amid(true, 15),
        Dies::Amid(true, 60),
        Dies::Amid(true, 120),
        Dies::Amid(true, 250),
        Dies::Amid(true, 400),
    ];
    for dies in moments {
        let office = Office::open();
        let folder = TempDir::new().expect("a folder");
        let drafts = {
            let desk = desk_in(folder.path());
            set_up(&desk);
            works_alone(&desk)
        };
        let proxy = Proxy::to(Some(office.address()));
        let mut process = Process::start("desk", folder.path());
        let unlock = json!({ "password": PASSWORD });
        process.ok("session_unlock", unlock.clone());
        let args = json!({ "address": proxy.address(), "code": office.code(0) });
        let choices = json!({ "choices": [] });
        if let Dies::At(path, stage) = dies {
            let killer = process.killer();
            proxy.set(Trap {
                path,
                stage,
                holding: "",
                spring: Box::new(move || killer.kill()),
            });
        }
        let dead = match dies {
            Dies::Amid(false, ms) => {
                process.kill_amid("join_begin", &args, ms);
                true
            }
            _ => process.ask("join_begin", &args).is_err(),
        };
        if !dead {
            match dies {
                Dies::Amid(true, ms) => {
                    process.kill_amid("join_confirm", &choices, ms);
                }
                _ => assert!(process.ask("join_confirm", &choices).is_err(), "it lived"),
            }
        }
        if matches!(dies, Dies::At(..)) {
            until("the trap", || proxy.sprung());
        }
        // What is under way at the server comes to its end.
        thread::sleep(Duration::from_millis(200));
        process.restart();
        process.ok("session_unlock", unlock);
        let state = process.ok("join_state", json!({}));
        if state["stage"] != "joined" {
            // The person types the code again, or goes on; both are right.
            let again = begin(
                &process,
                &proxy.address(),
                args["code"].as_str().expect("a code"),
            );
            if again["stage"] == "review" {
                confirm(&process);
            }
        }
        assert_eq!(process.ok("session_me", json!({}))["home"], "replica");
        until("an empty outbox", || process.ok("@outbox", json!({})) == 0);
        let there: BTreeSet<String> = office.drafts().into_iter().map(|draft| draft.id).collect();
        assert_eq!(there, drafts.iter().cloned().collect());
        assert_eq!(rows(&process, None, false).len(), 3);
        assert_eq!(reading(&process, &drafts[0]).0, CLOSED);
        let agency = office.drafts()[0].agency_id.clone();
        assert_eq!(office.read(|reader| reader.numbers(&agency)).len(), 1);
        office.audited();
    }
}
