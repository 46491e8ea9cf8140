//! 签报: a paper without 文种 goes by its own process, with its own number: reviewed, countersigned, decided by two
//! leaders, done.

use std::fs;

use serde_json::{Value, json};

use crate::{
    editor::{Calls, Editor, id_of},
    incoming::{agree, task, tasks},
    number::{series, today},
    office::Office,
};

const CLERK: usize = 0;
const HEAD: usize = 1;
const PRINCIPAL: usize = 2;
const LEADER: usize = 3;
const KEEPER: usize = 5;
const OTHER_HEAD: usize = 9;

#[test]
fn a_paper_goes_to_the_leaders_as_a_memo_and_comes_back_with_their_words() {
    let office = Office::open_county(0);
    let keeper = office.seat_by_code(KEEPER);
    for process in ["outgoing", "memo"] {
        keeper.ok("process_enable", json!({ "process": process }));
    }
    keeper.ok(
        "number_series_put",
        series("签报", "memorandum", "签〔{年}〕{号}号"),
    );
    keeper.sync();
    let clerk = office.seat_by_code(CLERK);
    let create = json!({
        "document_type": null, "format": "paper", "direction": "downward", "template_id": null,
    });
    let id = id_of(&clerk.ok("draft_create", create));
    let mut editor = Editor::open(&clerk, &id);
    let body = ["拟于4月上旬举办业务培训，经费2万元。", "妥否，请批示。"];
    clerk.ok("draft_update", editor.says("关于举办业务培训的签报", &body));
    clerk.ok("draft_flush", json!({ "id": id }));
    clerk.ok("draft_submit", json!({ "id": id, "note": "请审核。" }));
    clerk.sync();

    let head = office.seat_by_code(HEAD);
    let review = task(&head, "部门负责人审核");
    let number = format!("签〔{}〕1号", today().year());
    assert_eq!(
        (&review["process"], &review["number"]),
        (&json!("memo"), &json!(number))
    );
    let tree = keeper.ok(
        "organisation_tree",
        json!({ "on": null, "agency_id": null }),
    );
    let units = tree["departments"].as_array().expect("departments");
    let other = units
        .iter()
        .find(|unit| unit["name"] == "信息科")
        .expect("it")["id"]
        .clone();
    let beside = json!({ "countersign_units": [other] });
    agree(&head, "部门负责人审核", "", beside, json!({}));
    let other = office.seat_by_code(OTHER_HEAD);
    agree(&other, "会签", "场地由我科保障。", json!({}), json!({}));
    let leader = office.seat_by_code(LEADER);
    agree(
        &leader,
        "分管领导批示",
        "同意，请谭主任阅示。",
        json!({ "to_principal": true }),
        json!({}),
    );
    let principal = office.seat_by_code(PRINCIPAL);
    agree(&principal, "主要领导批示", "同意。", json!({}), json!({}));
    agree(&clerk, "办结归档", "已按批示落实。", json!({}), json!({}));
    clerk.sync_until("the end", || {
        let trace = clerk.ok("process_trace", json!({ "id": id }));
        trace["status"] == "done"
    });
    let done = tasks(&clerk, "done");
    assert_eq!(
        done[0]["number"],
        json!(number),
        "the number stays: {done:?}"
    );
    let path = clerk.folder.path().join("签报单.pdf");
    let token = clerk.chosen(&path);
    let args = json!({ "draft_id": id, "form": "internal_request", "token": token });
    clerk.ok("form_write", args);
    assert!(fs::read(path).expect("a sheet").starts_with(b"%PDF-"));
}

#[test]
fn a_memo_that_is_refused_comes_back_to_be_changed() {
    let office = Office::open_county(0);
    let keeper = office.seat_by_code(KEEPER);
    keeper.ok("process_enable", json!({ "process": "memo" }));
    keeper.sync();
    let clerk = office.seat_by_code(CLERK);
    let create = json!({
        "document_type": null, "format": "paper", "direction": "downward", "template_id": null,
    });
    let id = id_of(&clerk.ok("draft_create", create));
    let mut editor = Editor::open(&clerk, &id);
    clerk.ok(
        "draft_update",
        editor.says("关于购置设备的签报", &["拟购置扫描仪两台。"]),
    );
    clerk.ok("draft_flush", json!({ "id": id }));
    clerk.ok("draft_submit", json!({ "id": id, "note": "" }));
    clerk.sync();
    let head = office.seat_by_code(HEAD);
    let review = task(&head, "部门负责人审核");
    assert_eq!(review["number"], "", "no series, no number");
    let refuse = json!({
        "kind": "decide", "verdict": "refuse", "words": "请写明经费来源。", "items": {}, "chosen": {},
    });
    crate::incoming::act(&head, &review, &refuse);
    clerk.sync_until("it is back", || {
        let rows = clerk.ok("draft_list", list());
        rows["rows"][0]["state"] == "drafting"
    });
    let mut editor = Editor::open(&clerk, &id);
    let body = ["拟购置扫描仪两台，经费从办公经费列支。"];
    clerk.ok("draft_update", editor.says("关于购置设备的签报", &body));
    clerk.ok("draft_flush", json!({ "id": id }));
    clerk.ok("draft_submit", json!({ "id": id, "note": "" }));
    clerk.sync();
    agree(&head, "部门负责人审核", "", json!({}), json!({}));
    let leader = office.seat_by_code(LEADER);
    assert_eq!(task(&leader, "分管领导批示")["process"], "memo");
}

fn list() -> Value {
    json!({ "state": null, "document_type": null, "from_other": false, "offset": 0, "limit": 50 })
}
