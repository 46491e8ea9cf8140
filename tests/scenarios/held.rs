//! A decision that is held back for a while before it is sent, and may be taken back until then.

use serde_json::{Value, json};

use crate::{
    editor::Calls,
    office::{PASSWORD, Seat, until},
    outgoing::{Staffed, task, tasks},
};

fn held(seat: &Seat, task: &Value, seconds: u32) -> Value {
    let act = json!({
        "kind": "decide", "verdict": "agree", "words": "同意。", "items": {}, "chosen": {},
    });
    let args = json!({ "id": task["id"], "act": act, "hold_seconds": seconds });
    seat.ok("process_act", args)
}

fn take_back(seat: &Seat, task: &Value) -> Value {
    seat.ok("sync_take_back", json!({ "id": task["id"] }))
}

fn states(seat: &Seat) -> Vec<Value> {
    let items = seat.ok("sync_items", json!({}));
    let items = items.as_array().expect("items").iter();
    let acts = items.filter(|item| item["kind"] == "process_act");
    acts.map(|item| item["state"].clone()).collect()
}

/// The task still stands in 待办; the next step may be the same person's.
fn waits(seat: &Seat, task: &Value) -> bool {
    tasks(seat, "todo")
        .iter()
        .any(|one| one["id"] == task["id"])
}

/// The head is asked in the review and nobody decided it.
fn is_open(staffed: &Staffed, draft: &str) -> bool {
    let instance = staffed.instance(draft);
    !instance.state.contains("同意。")
}

#[test]
fn a_held_decision_is_not_sent_survives_a_restart_and_can_be_taken_back() {
    let staffed = Staffed::open();
    let draft = staffed.submitted();
    let head = &staffed.head;
    let review = task(head, "处室核稿");
    assert_eq!(take_back(head, &review), false, "nothing was done yet");
    assert_eq!(held(head, &review, 50)["kind"], "waiting");
    head.ok("sync_now", json!({}));
    assert_eq!(tasks(head, "todo")[0]["sync"], "waiting");
    assert_eq!(states(head), ["held"]);

    // Closed and opened again within the time: it is there, and still held.
    head.ok("session_lock", json!({}));
    head.ok("session_unlock", json!({ "password": PASSWORD }));
    staffed.drafter.sync();
    assert_eq!(states(head), ["held"]);
    assert!(is_open(&staffed, &draft), "the server knows nothing of it");

    assert_eq!(take_back(head, &review), true);
    assert_eq!(take_back(head, &review), false);
    assert_eq!(task(head, "处室核稿")["sync"], "settled");
    assert!(states(head).is_empty());

    // Done again, and left alone: it is sent when its time is over, without anybody asking.
    assert_eq!(held(head, &review, 1)["kind"], "waiting");
    assert!(is_open(&staffed, &draft));
    until("the server to decide", || !is_open(&staffed, &draft));
    head.sync_until("the desk to know", || !waits(head, &review));
    assert_eq!(take_back(head, &review), false, "what was sent is sent");
    staffed.office.audited();
}

#[test]
fn nothing_is_held_longer_than_a_minute_or_where_the_server_decides_at_once() {
    let staffed = Staffed::open();
    staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    held(&staffed.head, &review, 9_999);
    let now = andu_desk::clock::now();
    let open = staffed.head.open();
    let latest = andu_app::queue::held_until(&now, 61);
    let next = andu_app::queue::next_push(&open.store, &latest, 10).expect("what is due");
    assert_eq!(next.commands.len(), 1, "a minute later it is due");
}

#[test]
fn figures_count_ones_own_tasks_and_others_only_for_who_leads_them() {
    let staffed = Staffed::open();
    let draft = staffed.submitted();
    let head = &staffed.head;
    let figures = |reach: &str| json!({ "reach": reach, "month": "" });
    let review = task(head, "处室核稿");
    let own = head.ok("task_figures", figures("own"));
    assert_eq!(own["all"]["waiting"], json!([1, 0, 0, 0]));
    assert_eq!(own["all"]["done"], 0);
    assert_eq!(own["reaches"][1], "department", "who heads a department");
    held(head, &review, 0);
    until("the server to decide", || !is_open(&staffed, &draft));
    head.sync_until("the desk to know", || !waits(head, &review));
    let own = head.ok("task_figures", figures("own"));
    assert_eq!(own["all"]["done"], 1);
    assert_eq!(own["rows"].as_array().map(Vec::len), Some(1));
    // At the server: everybody of the department, by name.
    let all = head.ok("task_figures", figures("department"));
    let rows = all["rows"].as_array().expect("rows");
    assert!(
        rows.iter()
            .all(|row| row["department"] == own["all"]["department"]
                || row["department"] == own["rows"][0]["department"]),
        "{all}"
    );
    assert!(rows.iter().any(|row| row["done"] == 1), "{all}");
    let refused = staffed.drafter.refused("task_figures", figures("agency"));
    assert_eq!(refused, "command.forbidden");
}
