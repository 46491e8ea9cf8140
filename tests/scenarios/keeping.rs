//! Processes kept in order: what comes due happens by itself and only once; what does not go on is found and
//! repaired with a reason; running documents go over to a new version; one of several takes a step and gives it
//! back.

use andu_app::process::Ticked;
use andu_server::{person_named, tick};
use andu_store::Chains;
use andu_workflow::Event;
use serde_json::{Value, json};

use crate::{
    editor::Calls,
    office::{Seat, until},
    organisation::{call, today, tree},
    outgoing::{Staffed, agree, task, tasks},
};

/// The version of 发文办理 that comes with the program.
const SHIPPED: u32 = 100;

/// The shipped process as JSON.
fn shipped(staffed: &Staffed) -> Value {
    let look = json!({ "process": "outgoing", "version": 0, "definition": "" });
    let view = staffed.keeper.ok("process_view", look);
    serde_json::from_str(view["definition"].as_str().expect("JSON")).expect("it")
}

fn node<'a>(definition: &'a mut Value, id: &str) -> &'a mut Value {
    let nodes = definition["nodes"].as_array_mut().expect("nodes");
    let found = nodes.iter_mut().find(|node| node["id"] == *id);
    found.expect("a node")
}

/// Has the agency go by a definition of its own.
fn define(staffed: &Staffed, definition: &Value, version: u32) {
    let args = json!({ "definition": definition.to_string(), "note": "县政府办公室内部要求" });
    staffed.keeper.ok("process_define", args);
    staffed.keeper.sync();
    let known = || {
        let look = json!({ "process": "outgoing", "version": 0, "definition": "" });
        staffed.keeper.ok("process_view", look)["version"] == version
    };
    staffed.keeper.sync_until("the version", known);
}

/// A second review after the office's, by these people in this way.
fn with_second_review(mut definition: Value, sign_off: Value) -> Value {
    let mut second = node(&mut definition, "head_review").clone();
    second["id"] = json!("second_review");
    second["title"] = json!("二次核稿");
    second["kind"]["sign_off"] = sign_off;
    let nodes = definition["nodes"].as_array_mut().expect("nodes");
    nodes.push(second);
    let flows = definition["flows"].as_array_mut().expect("flows");
    for flow in flows
        .iter_mut()
        .filter(|flow| flow["id"] == "office_review-leader_review")
    {
        flow["to"] = json!("second_review");
    }
    flows.push(json!({ "id": "second_review-on", "from": "second_review", "to": "leader_review" }));
    definition
}

fn ticked(staffed: &Staffed, day: &str) -> Ticked {
    tick(staffed.office.server(), &format!("{day}T02:00:00.000Z")).expect("time that passes")
}

/// What happened in the instance about a document, as the server keeps it.
fn events(staffed: &Staffed, draft: &str) -> Vec<Event> {
    let id = staffed.instance(draft).id;
    let entries = staffed.office.read(|reader| reader.instance_entries(&id));
    let read = |text: &String| serde_json::from_str::<Vec<Event>>(text).expect("events");
    entries
        .iter()
        .flat_map(|entry| read(&entry.events))
        .collect()
}

fn is_whole(staffed: &Staffed) {
    let chains = staffed.office.read(|reader| reader.instances_verify());
    assert!(matches!(chains, Chains::Whole(_)), "{chains:?}");
    staffed.office.audited();
}

fn refused(seat: &Seat) -> String {
    let all = seat.ok("act_refusals", json!({}));
    all[0]["sentence"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn whoever_is_late_is_reminded_by_itself_and_others_are_told_once() {
    let staffed = Staffed::open();
    let mut own = shipped(&staffed);
    node(&mut own, "head_review")["kind"]["limit"] = json!({
        "within": { "working_days": 1 },
        "overdue": [
            { "remind": { "times": 2, "every": { "days": 1 } } },
            { "tell": [{ "role": "leader" }] },
        ],
    });
    define(&staffed, &own, SHIPPED + 1);
    let (late, other) = (staffed.submitted(), staffed.submitted());
    let review = task(&staffed.head, "处室核稿");
    assert_eq!(review["urged_times"], 0);
    let (before, audited) = (events(&staffed, &late).len(), staffed.office.audited());
    assert_eq!(
        ticked(&staffed, "2020-01-01"),
        Ticked::default(),
        "nothing is due"
    );

    // What cannot be read fails by itself, and holds up none of the others.
    let broken = staffed.instance(&other);
    let spoil = |state: &str| {
        let record = andu_store::InstanceRecord {
            state: state.to_owned(),
            ..broken.clone()
        };
        let store = staffed.office.server().store();
        store
            .write(|tx| tx.instance_put(&record))
            .expect("a store that is written");
    };
    spoil("{}");
    let done = ticked(&staffed, "2090-01-01");
    assert_eq!((done.moved, done.failed), (1, vec![broken.id.clone()]));
    assert!(events(&staffed, &late).len() > before);
    assert_eq!(
        staffed.office.audited(),
        audited + 1,
        "it is in the audit log"
    );
    let actions = staffed.office.audit_details();
    assert!(actions.iter().any(|(action, _)| action == "process_tick"));

    // Again at the same time, nothing happens and nothing is kept.
    let before = events(&staffed, &late).len();
    assert_eq!(ticked(&staffed, "2090-01-01").moved, 0);
    assert_eq!(events(&staffed, &late).len(), before);
    assert_eq!(staffed.office.audited(), audited + 1);
    spoil(&broken.state);
    let later = ticked(&staffed, "2090-01-03");
    assert_eq!(later.moved, 1, "what failed is tried again");
    assert!(later.failed.is_empty());

    // Both are told at their desks, by nobody's name.
    let find = || {
        let all = tasks(&staffed.head, "todo");
        let found = all.into_iter().find(|one| one["draft_id"] == json!(late));
        found.expect("the review")
    };
    // Of reminders that were missed, one.
    staffed
        .head
        .sync_until("the reminder", || find()["urged_times"] == 1);
    assert_eq!(find()["urged_by"], "");
    staffed.leader.sync_until("what is late", || {
        let all = tasks(&staffed.leader, "to_read");
        all.iter().any(|one| one["draft_id"] == json!(late))
    });
    let told = tasks(&staffed.leader, "to_read");
    let told = told.iter().find(|one| one["draft_id"] == json!(late));
    assert_eq!(told.expect("it")["step"], "处室核稿");
    let mut rounds = events(&staffed, &late);
    rounds.retain(|event| matches!(event, Event::Told { .. }));
    assert_eq!(rounds.len(), 1, "others are told once");
    is_whole(&staffed);
}

#[test]
fn a_server_that_serves_lets_time_pass_by_itself() {
    let staffed = Staffed::open();
    let mut own = shipped(&staffed);
    node(&mut own, "head_review")["kind"]["limit"] = json!({
        "within": { "seconds": 1 },
        "overdue": [{ "remind": { "times": 1, "every": { "days": 1 } } }],
    });
    define(&staffed, &own, SHIPPED + 1);
    let id = staffed.submitted();
    until("a reminder", || {
        let happened = events(&staffed, &id);
        happened
            .iter()
            .any(|event| matches!(event, Event::Reminded { by: None, .. }))
    });
    let due = staffed
        .office
        .read(|reader| reader.instances_due("9999-01-01", 10));
    assert!(due.is_empty(), "nothing else waits for a time: {due:?}");
    is_whole(&staffed);
}

#[test]
fn a_document_that_nobody_can_review_is_found_and_handed_over_with_a_reason() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    task(&staffed.head, "处室核稿");
    let calm = staffed.keeper.ok("process_stuck", json!({}));
    assert_eq!(calm["rows"], json!([]), "{calm}");
    let denied = staffed.head.call("process_stuck", json!({}));
    assert_eq!(denied.expect_err("a refusal").key, "command.forbidden");

    // Whoever is to review has left.
    let server = staffed.office.server();
    let people = andu_server::demo_people().expect("people");
    let system = system_administrator(&staffed);
    let all = tree(server, system);
    let head = &people[1].name;
    for unit in all["departments"].as_array().expect("departments") {
        for post in unit["posts"].as_array().expect("posts") {
            for holder in post["holders"].as_array().expect("holders") {
                if holder["name"] == json!(head) {
                    let leave = json!({
                        "agency_id": all["agency_id"], "id": holder["appointment_id"],
                        "last_on": yesterday(&today(server, system)),
                    });
                    call(server, system, "appointment_end", leave).expect("somebody leaves");
                }
            }
        }
    }
    let found = staffed.keeper.ok("process_stuck", json!({}));
    let row = &found["rows"][0];
    assert_eq!(row["instance"]["steps"], json!(["处室核稿"]), "{found}");
    let reason = &row["found"][0];
    let sentence = reason["sentence"].as_str().expect("a sentence");
    assert!(
        sentence.contains(head.as_str()) && sentence.contains("没有人能办"),
        "{sentence}"
    );
    let repairs = reason["repairs"].as_array().expect("repairs");
    let repair = repairs.first().expect("something that helps");
    let order = |why: &str, second: &str| {
        json!({
            "id": row["instance"]["id"], "act": repair["act"], "reason": why, "second": second,
        })
    };
    staffed.keeper.ok("process_repair", order(" ", ""));
    staffed.keeper.sync();
    assert!(refused(&staffed.keeper).contains("理由"), "{repair}");
    let second = match repair["needs_second"] == true {
        true => staffed.office.people[3].as_text(),
        false => String::new(),
    };
    staffed
        .keeper
        .ok("process_repair", order("原核稿人已调离", &second));
    staffed.keeper.sync();
    let happened = events(&staffed, &id);
    let explained = happened.iter().any(
        |event| matches!(event, Event::Explained { reason, .. } if reason == "原核稿人已调离"),
    );
    assert!(
        explained,
        "{:?} {}",
        happened.last(),
        refused(&staffed.keeper)
    );
    let left = staffed.keeper.ok("process_stuck", json!({}));
    assert_eq!(left["rows"], json!([]), "it goes on");
    staffed
        .keeper
        .ok("process_repair", order("再来一次", &second));
    staffed.keeper.sync();
    assert!(
        refused(&staffed.keeper).contains("不再适用"),
        "{}",
        refused(&staffed.keeper)
    );
    is_whole(&staffed);
}

fn system_administrator(staffed: &Staffed) -> andu_base::PersonId {
    let county = andu_app::demo::county().expect("a county");
    let mut people = county.agencies.iter().flat_map(|agency| &agency.people);
    let found = people.find(|person| {
        person
            .roles
            .iter()
            .any(|role| role == "system_administrator")
    });
    person_named(staffed.office.server(), &found.expect("one of three").name).expect("known")
}

fn yesterday(day: &str) -> String {
    let day: andu_base::Date = day.parse().expect("a day");
    day.yesterday().expect("a day before").to_string()
}

#[test]
fn running_documents_go_over_to_a_new_version_after_a_rehearsal() {
    let staffed = Staffed::open();
    let (first, second) = (staffed.submitted(), staffed.submitted());
    let base = shipped(&staffed);
    let own = with_second_review(
        base,
        json!({ "seats": [{ "who": { "role": "records_keeper" } }], "passing": "any" }),
    );
    define(&staffed, &own, SHIPPED + 1);
    let versions = staffed
        .keeper
        .ok("process_versions", json!({ "process": "outgoing" }));
    assert_eq!(versions[0]["version"], SHIPPED + 1, "{versions}");
    assert_eq!(versions[0]["note"], "县政府办公室内部要求");
    assert_eq!(versions[1]["own"], false);
    let running = staffed
        .keeper
        .ok("process_running", json!({ "process": "outgoing" }));
    assert_eq!(running.as_array().map(Vec::len), Some(2));
    let ask = |version: u32| json!({ "process": "outgoing", "version": version, "instances": [], "nodes": {} });
    let rehearsed = staffed.keeper.ok("process_rehearse", ask(SHIPPED + 1));
    for row in rehearsed.as_array().expect("rows") {
        assert_eq!(row["fits"], true, "{row}");
        assert_eq!(row["then"], json!(["处室核稿"]));
    }
    assert_eq!(
        staffed.instance(&first).version,
        SHIPPED,
        "a rehearsal changes nothing"
    );
    let order = |version: u32, draft: &str, reason: &str| {
        json!({
            "process": "outgoing", "version": version, "instances": [staffed.instance(draft).id],
            "nodes": {}, "reason": reason,
        })
    };
    staffed.keeper.ok(
        "process_migrate",
        order(SHIPPED + 1, &first, "按新规定核稿"),
    );
    staffed.keeper.sync();
    assert_eq!(
        staffed.instance(&first).version,
        SHIPPED + 1,
        "{}",
        refused(&staffed.keeper)
    );
    assert_eq!(
        staffed.instance(&second).version,
        SHIPPED,
        "the other stays"
    );
    for _ in 0..2 {
        agree(&staffed.head, "处室核稿", json!({}));
    }
    for _ in 0..2 {
        agree(&staffed.head, "办公室审核", json!({}));
    }
    let extra = task(&staffed.keeper, "二次核稿");
    assert_eq!(extra["draft_id"], json!(first));

    // Back there is no such step: that is said, and it stays.
    let rehearsed = staffed.keeper.ok("process_rehearse", ask(SHIPPED));
    let row = &rehearsed[0];
    assert_eq!(row["fits"], false);
    let why = row["obstacles"][0].as_str().expect("a sentence");
    assert!(why.contains("二次核稿"), "{why}");
    staffed
        .keeper
        .ok("process_migrate", order(SHIPPED, &first, "改回"));
    staffed.keeper.sync();
    assert_eq!(staffed.instance(&first).version, SHIPPED + 1);
    assert!(refused(&staffed.keeper).contains("不能迁移"));
    is_whole(&staffed);
}

#[test]
fn one_of_several_takes_a_step_and_gives_it_back() {
    let staffed = Staffed::open();
    let base = shipped(&staffed);
    let seats = json!([{ "who": { "role": "records_keeper" } }, { "who": { "role": "leader" } }]);
    let own = with_second_review(base, json!({ "seats": seats, "order": "claim" }));
    define(&staffed, &own, SHIPPED + 1);
    staffed.submitted();
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let (one, other) = (
        task(&staffed.keeper, "二次核稿"),
        task(&staffed.leader, "二次核稿"),
    );
    assert_eq!(
        (&one["claim"], &other["claim"]),
        (&json!("must"), &json!("must"))
    );
    let does = |seat: &Seat, task: &Value, kind: &str| {
        seat.ok(
            "process_act",
            json!({ "id": task["id"], "act": { "kind": kind } }),
        );
    };
    // Both take it without knowing of each other: whoever the server hears first has it.
    let review = |seat: &Seat| {
        let all = tasks(seat, "todo");
        all.into_iter().find(|row| row["step"] == "二次核稿")
    };
    let holds = |seat: &Seat| review(seat).is_some_and(|row| row["claim"] == "held");
    does(&staffed.keeper, &one, "claim");
    does(&staffed.leader, &other, "claim");
    let (mut first, mut second) = ((&staffed.keeper, &one), (&staffed.leader, &other));
    until("somebody has it", || {
        first.0.ok("sync_now", json!({}));
        second.0.ok("sync_now", json!({}));
        holds(first.0) || holds(second.0)
    });
    if holds(second.0) {
        (first, second) = (second, first);
    }
    let view = first.0.ok("task_open", json!({ "id": first.1["id"] }));
    assert_eq!(view["form"]["claim"], "held");
    second
        .0
        .sync_until("it is taken", || review(second.0).is_none());
    second.0.sync();
    let said = tasks(second.0, "gone");
    let said = said.iter().find(|row| row["id"] == second.1["id"]);
    let said = said.expect("it")["refusal"].as_str().unwrap_or_default();
    assert!(said.contains("领取"), "{said}");

    does(first.0, first.1, "release");
    first.0.sync();
    second
        .0
        .sync_until("it is free", || review(second.0).is_some());
    assert_eq!(review(second.0).expect("it")["claim"], "must");
    is_whole(&staffed);
}

#[test]
fn whoever_draws_a_process_is_told_beforehand_what_law_it_breaks() {
    let staffed = Staffed::open();
    let mut unlawful = shipped(&staffed);
    let flows = unlawful["flows"].as_array_mut().expect("flows");
    for flow in flows
        .iter_mut()
        .filter(|flow| flow["id"] == "all_signed-recheck")
    {
        flow["to"] = json!("register");
    }
    let look = |definition: &Value| json!({ "process": "", "version": 0, "definition": definition.to_string() });
    let view = staffed.drafter.ok("process_view", look(&unlawful));
    let first = &view["findings"][0];
    assert_eq!(first["severity"], "error");
    assert_eq!(first["places"], json!(["recheck"]));
    let sentence = first["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("绕过“复核”"), "{sentence}");

    // What is too large is not looked at.
    let mut large = unlawful;
    let nodes = large["nodes"].as_array_mut().expect("nodes");
    let one = nodes[1].clone();
    for n in 0..700 {
        let mut more = one.clone();
        more["id"] = json!(format!("more_{n}"));
        nodes.push(more);
    }
    let refused = staffed.drafter.call("process_view", look(&large));
    assert_eq!(refused.expect_err("a refusal").key, "process.too_large");
}
