//! 发文 from desk to desk: submitted, reviewed without a network, signed, rechecked, numbered once, closed;
//! returned to its author and back; decided by one of several.

use std::{thread, time::Duration};

use andu_desk::andu_api::Caller as _;
use andu_store::{Chains, DraftState, InstanceRecord};
use andu_sync::{PullRequest, Scope};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, Editor, write},
    office::{Office, Seat},
    organisation::call,
};

const DRAFTER: usize = 0;
const HEAD: usize = 1;
const PRINCIPAL: usize = 2;
const LEADER: usize = 3;
pub const KEEPER: usize = 5;

const TITLE: &str = "关于开展汛前安全检查的通知";
const BODY: [&str; 2] = [
    "汛期将至，请各乡镇对辖区内水库逐一检查。",
    "检查情况请于6月10日前报县政府办公室。",
];

/// The county's own office: a drafter, the head, a leader, the records keeper; documents go by the process.
pub struct Staffed {
    pub office: Office,
    pub drafter: Seat,
    pub head: Seat,
    pub leader: Seat,
    pub keeper: Seat,
}

impl Staffed {
    pub fn open() -> Self {
        let office = Office::open_county(0);
        let seat = |person| office.seat_by_code(person);
        let (drafter, head) = (seat(DRAFTER), seat(HEAD));
        let (leader, keeper) = (seat(LEADER), seat(KEEPER));
        keeper.ok("process_enable", json!({ "process": "outgoing" }));
        keeper.sync();
        Self {
            office,
            drafter,
            head,
            leader,
            keeper,
        }
    }

    pub fn submitted(&self) -> String {
        let id = write(&self.drafter, TITLE, &BODY);
        self.submit(&id);
        id
    }

    pub fn submit(&self, id: &str) {
        self.drafter
            .ok("draft_submit", json!({ "id": id, "note": "请审核" }));
        self.drafter.sync();
    }

    /// The last instance about a document, as the server has it.
    pub fn instance(&self, draft: &str) -> InstanceRecord {
        let found = self.office.read(|reader| reader.instance_of(draft));
        found.expect("an instance")
    }
}

pub fn tasks(seat: &Seat, state: &str) -> Vec<Value> {
    let args = json!({ "state": state, "text": "", "offset": 0, "limit": 100 });
    let page = seat.ok("task_list", args);
    page["rows"].as_array().expect("rows").clone()
}

/// The task of a step at a desk, once it is there.
pub fn task(seat: &Seat, step: &str) -> Value {
    let find = || {
        tasks(seat, "todo")
            .into_iter()
            .find(|task| task["step"] == *step)
    };
    seat.sync_until(step, || find().is_some());
    find().expect("a task")
}

pub fn decide(seat: &Seat, task: &Value, verdict: &str, words: &str) -> Value {
    decide_with(seat, task, verdict, words, &json!({}))
}

fn decide_with(seat: &Seat, task: &Value, verdict: &str, words: &str, items: &Value) -> Value {
    let act = json!({
        "kind": "decide", "verdict": verdict, "words": words, "items": items, "chosen": {},
    });
    seat.ok("process_act", json!({ "id": task["id"], "act": act }))
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "written where it is handed over"
)]
pub fn agree(seat: &Seat, step: &str, items: Value) {
    let task = task(seat, step);
    decide_with(seat, &task, "agree", "同意。", &items);
    seat.sync();
}

/// What the server says to an act that was queued, as the task shows it.
pub fn refusal(seat: &Seat, id: &Value) -> String {
    let all = [
        tasks(seat, "todo"),
        tasks(seat, "done"),
        tasks(seat, "gone"),
    ]
    .concat();
    let found = all.into_iter().find(|task| task["id"] == *id);
    let found = found.expect("the task");
    found["refusal"].as_str().expect("a sentence").to_owned()
}

#[test]
fn a_document_is_reviewed_offline_signed_rechecked_numbered_and_closed() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    assert_eq!(review["title"], TITLE);
    assert_eq!(
        (&review["from"], &review["note"]),
        (&json!("何雨桐"), &json!("请审核"))
    );
    let view = staffed.head.ok("task_open", json!({ "id": review["id"] }));
    assert_eq!(view["form"]["act"], "审核通过");
    assert_eq!(view["trace"]["visits"][0]["step"], "拟稿");

    // Who is asked next: by name where it is known who holds which role, else by the role.
    let ask = json!({ "id": review["id"], "items": {}, "chosen": {} });
    let server = staffed.office.server();
    let there = call(
        server,
        staffed.office.people[HEAD],
        "task_next",
        ask.clone(),
    );
    let step = |people: &str, any: bool| {
        json!({
            "steps": [{ "step": "办公室审核", "people": [people], "any": any }], "waits": [], "ends": false,
        })
    };
    assert_eq!(there.expect("foretold"), step("余婉清", true));
    assert_eq!(
        staffed.head.ok("task_next", ask),
        step("办公室核稿人", false)
    );

    let waiting = decide(&staffed.head, &review, "agree", "拟同意。");
    assert_eq!(
        waiting["kind"], "waiting",
        "nothing counts before the server has it"
    );
    let shown = tasks(&staffed.head, "todo");
    assert_eq!(shown[0]["sync"], "waiting");
    staffed.head.sync();
    agree(&staffed.head, "办公室审核", json!({}));

    let sign = task(&staffed.leader, "签发");
    decide(&staffed.leader, &sign, "agree", "同意签发。");
    staffed.leader.sync();
    let refused = refusal(&staffed.leader, &sign["id"]);
    assert_eq!(refused, "请先填写“公开属性”。");
    agree(&staffed.leader, "签发", json!({ "publicity": "open" }));
    agree(&staffed.head, "复核", json!({}));
    agree(
        &staffed.keeper,
        "登记",
        json!({ "copies": 30, "range": "各乡镇" }),
    );

    let numbered = staffed.instance(&id).issue_number;
    assert!(
        numbered.starts_with("望政办发〔") && numbered.ends_with("〕1号"),
        "{numbered}"
    );
    let proof = task(&staffed.keeper, "校对");
    assert_eq!(proof["number"], json!(numbered));
    // Back to the registration and again: the number stays.
    let view = staffed.keeper.ok("task_open", json!({ "id": proof["id"] }));
    let to = &view["form"]["returns"][0];
    assert_eq!(to["step"], "登记");
    let act =
        json!({ "kind": "return", "to": to["visit"], "straight": false, "reason": "份数有误" });
    staffed
        .keeper
        .ok("process_act", json!({ "id": proof["id"], "act": act }));
    staffed.keeper.sync();
    agree(&staffed.keeper, "登记", json!({ "copies": 31 }));
    assert_eq!(
        staffed.instance(&id).issue_number,
        numbered,
        "re-opening the step gives no other"
    );
    for step in ["校对", "用印", "印制核发"] {
        agree(&staffed.keeper, step, json!({}));
    }
    let published = json!({ "published_on": "2026-03-09", "published_where": "县政府门户网站" });
    agree(&staffed.keeper, "主动公开", published);
    agree(&staffed.keeper, "归档", json!({}));
    let draft = staffed.office.read(|reader| reader.draft(&id));
    assert_eq!(draft.state, DraftState::Closed);
    assert_eq!(draft.issue_number, numbered);
    assert_eq!(staffed.instance(&id).status, "done");
    staffed
        .drafter
        .sync_until("the number at the author's", || {
            let page = staffed.drafter.ok("draft_list", json!({
            "state": "closed", "document_type": null, "from_other": false, "offset": 0, "limit": 10,
        }));
            page["rows"][0]["number"] == json!(numbered)
        });
    let held = andu_desk::andu_api::draft::stored_document(&*staffed.drafter.open(), &id);
    let held = held.expect("the document at the author's");
    assert!(
        held.issue_number.is_some() && held.date_of_issue.is_some(),
        "as it was numbered"
    );
    let imprint = held
        .imprint
        .expect("印发机关 and 印发日期, which nobody entered");
    assert_eq!(imprint.name, "望溪县人民政府办公室");
    assert!(imprint.date >= held.date_of_issue, "{imprint:?}");
    let number = held.issue_number.expect("its number");
    let series = json!({ "code": number.authority_code, "period": number.year });
    let keeper = &staffed.keeper;
    let path = keeper.folder.path().join("登记簿.pdf");
    let args = json!({ "series": series, "token": keeper.chosen(&path) });
    keeper.ok("number_register_write", args);
    let book = crate::incoming::printed_text(&path);
    // 拟稿单位, 签发人, and who filed it.
    assert!(book.contains("秘书科董少华范诗涵"), "{book}");
    let done = tasks(&staffed.head, "done");
    assert_eq!(done.len(), 3, "审核、审核、复核: {done:?}");
    let chains = || staffed.office.read(|reader| reader.instances_verify());
    assert!(
        matches!(chains(), Chains::Whole(entries) if entries >= 12),
        "{:?}",
        chains()
    );
    let forged = staffed.office.server().store().write(|tx| {
        let mut record = tx.reader().instance_of(&id)?.expect("an instance");
        record.chain = "0".repeat(64);
        tx.instance_put(&record)
    });
    forged.expect("written past the program");
    assert!(
        matches!(chains(), Chains::Broken(..)),
        "another state than its entries is seen"
    );
    assert!(
        staffed.office.audited() > 8,
        "every act is in the audit log"
    );
}

#[test]
fn whoever_takes_part_is_sent_the_text_once_however_often_it_is_decided() {
    let staffed = Staffed::open();
    staffed.submitted();
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let scope = Scope::person(staffed.office.people[HEAD]);
    let request = PullRequest {
        cursors: [(scope.clone(), 1)].into(),
        limit: 1_000,
        ..PullRequest::default()
    };
    let page = staffed
        .office
        .read(|reader| reader.scope_page(&scope, &request));
    let of = |entity: &str| {
        let changes = page.changes.iter();
        changes.filter(|change| change.entity == entity).count()
    };
    assert!(of("instance") >= 3, "submitted and decided twice");
    assert_eq!(of("frozen_text"), 1, "its words did not change");
}

#[test]
fn what_came_back_is_changed_and_goes_on_with_the_new_words() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    let view = staffed.head.ok("task_open", json!({ "id": review["id"] }));
    let to = &view["form"]["returns"][0];
    assert_eq!(to["step"], "拟稿");
    let act = json!({ "kind": "return", "to": to["visit"], "straight": false, "reason": "请补充责任单位" });
    staffed
        .head
        .ok("process_act", json!({ "id": review["id"], "act": act }));
    staffed.head.sync();

    let back = task(&staffed.drafter, "拟稿");
    assert_eq!(back["note"], "请补充责任单位");
    let draft = staffed.office.read(|reader| reader.draft(&id));
    assert_eq!(
        draft.state,
        DraftState::Drafting,
        "its author may change it again"
    );
    let mut editor = Editor::open(&staffed.drafter, &id);
    staffed.drafter.ok(
        "draft_update",
        editor.says(TITLE, &[BODY[0], BODY[1], "责任单位为各乡镇人民政府。"]),
    );
    staffed.drafter.ok("draft_close", json!({ "id": id }));
    staffed.submit(&id);

    let again = task(&staffed.head, "处室核稿");
    assert_ne!(again["id"], review["id"], "another round");
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let sign = task(&staffed.leader, "签发");
    let read = andu_desk::andu_api::draft::stored_document(&*staffed.leader.open(), &id);
    let read = serde_json::to_string(&read.expect("the text at the leader's")).expect("JSON");
    assert!(
        read.contains("责任单位为各乡镇人民政府"),
        "the leader reads the new words"
    );
    assert_eq!(sign["step"], "签发");
}

#[test]
fn of_several_who_may_sign_one_does_and_the_other_is_told_by_whom() {
    let staffed = Staffed::open();
    staffed.submitted();
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let other = staffed.office.seat_by_code(PRINCIPAL);
    let (mine, theirs) = (task(&staffed.leader, "签发"), task(&other, "签发"));
    let items = || json!({ "publicity": "on_request" });
    // Both decide before either has heard of the other.
    decide_with(&other, &theirs, "agree", "同意。", &items());
    decide_with(&staffed.leader, &mine, "agree", "同意签发。", &items());
    staffed.leader.sync();
    other.sync();
    assert_eq!(
        tasks(&staffed.leader, "todo").len() + tasks(&other, "todo").len(),
        0
    );
    let refused = [
        refusal(&staffed.leader, &mine["id"]),
        refusal(&other, &theirs["id"]),
    ];
    let told = refused
        .iter()
        .filter(|sentence| sentence.contains("您的意见未计入"))
        .count();
    assert_eq!(told, 1, "exactly one counts: {refused:?}");
}

#[test]
fn what_the_server_refused_does_not_wait_on_the_desk_any_more() {
    let staffed = Staffed::open();
    staffed.submitted();
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    let other = staffed.office.seat_by_code(PRINCIPAL);
    let (mine, theirs) = (task(&staffed.leader, "签发"), task(&other, "签发"));
    // Held back for a while, sent by itself when that is over: nobody wakes the desk, and nobody pokes for what did
    // not happen.
    let items = || json!({ "publicity": "on_request" });
    for (seat, task) in [(&other, &theirs), (&staffed.leader, &mine)] {
        let act = json!({
            "kind": "decide", "verdict": "agree", "words": "同意。", "items": items(), "chosen": {},
        });
        let held = json!({ "id": task["id"], "act": act, "hold_seconds": 3 });
        seat.ok("process_act", held);
    }
    // Well before the desk would ask by itself.
    let is_done = || other.outbox() + staffed.leader.outbox() == 0;
    let tries = (0..200).take_while(|_| {
        thread::sleep(Duration::from_millis(100));
        !is_done()
    });
    assert!(tries.count() < 200, "it still waits after 20 s");
    let refused = [
        refusal(&staffed.leader, &mine["id"]),
        refusal(&other, &theirs["id"]),
    ];
    assert_eq!(
        refused.iter().filter(|said| !said.is_empty()).count(),
        1,
        "{refused:?}"
    );
}

#[test]
fn who_takes_no_part_sees_nothing_of_it_and_decides_nothing() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    let instance = staffed.instance(&id).id;
    let (server, people) = (staffed.office.server(), &staffed.office.people);
    // Of the same department, of the same agency, of another one.
    for stranger in [people[4], people[LEADER], people[12]] {
        let ask = |name: &str, args: Value| call(server, stranger, name, args);
        let trace = ask("process_trace", json!({ "id": id }));
        assert_eq!(trace, Ok(Value::Null), "where it is");
        let open = ask("task_open", json!({ "id": review["id"] }));
        assert_eq!(open, Err("process.not_there".into()));
        let list = json!({ "state": "todo", "text": "", "offset": 0, "limit": 500 });
        let list = ask("task_list", list).expect("one's own tasks");
        assert_eq!(list["total"], 0);
        let act =
            json!({ "kind": "decide", "verdict": "agree", "words": "", "items": {}, "chosen": {} });
        let act = ask("process_act", json!({ "id": review["id"], "act": act }));
        assert_eq!(act, Err("process.not_there".into()));
    }
    // Nor with an envelope of one's own making: the process says who is asked.
    let forged = json!({
        "id": review["id"], "instance_id": instance,
        "act": { "act": "decide", "visit": "1/head_review", "verdict": "agree" },
    });
    let sent = staffed.leader.open().act("process_act", forged);
    assert!(sent.is_ok(), "it is queued");
    staffed.leader.sync();
    let refused = staffed.leader.ok("act_refusals", json!({}));
    assert!(
        refused.to_string().contains("这一步没有请您办理"),
        "{refused}"
    );
    assert_eq!(
        tasks(&staffed.head, "todo").len(),
        1,
        "it is still the head's"
    );
}

#[test]
fn the_author_takes_it_out_until_it_is_signed_and_a_number_is_not_typed_before() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    task(&staffed.head, "处室核稿");
    staffed.drafter.ok("draft_withdraw", json!({ "id": id }));
    staffed.drafter.sync();
    assert_eq!(staffed.instance(&id).status, "withdrawn");
    staffed
        .head
        .sync_until("it is gone", || tasks(&staffed.head, "todo").is_empty());
    staffed.submit(&id);
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(&staffed.leader, "签发", json!({ "publicity": "open" }));
    staffed.drafter.ok("draft_withdraw", json!({ "id": id }));
    staffed.drafter.sync();
    let draft = staffed.office.read(|reader| reader.draft(&id));
    assert_eq!(draft.state, DraftState::Submitted, "it was signed");
    assert_eq!(staffed.instance(&id).status, "running");
}

#[test]
fn what_came_back_and_is_thrown_away_is_out_of_its_process() {
    let staffed = Staffed::open();
    let id = staffed.submitted();
    let review = task(&staffed.head, "处室核稿");
    decide(&staffed.head, &review, "refuse", "不宜发文。");
    staffed.head.sync();
    task(&staffed.drafter, "拟稿");
    staffed.drafter.ok("draft_discard", json!({ "id": id }));
    staffed.drafter.sync();
    assert_eq!(staffed.instance(&id).status, "withdrawn");
    staffed.drafter.sync_until("nothing is left to do", || {
        tasks(&staffed.drafter, "todo").is_empty()
    });
}

#[test]
fn numbers_have_no_gap_and_no_double_whoever_asks_at_the_same_time() {
    let staffed = Staffed::open();
    let second = staffed.office.seat_by_code(KEEPER);
    let ids: Vec<String> = (0..6).map(|_| staffed.submitted()).collect();
    for _ in &ids {
        agree(&staffed.head, "处室核稿", json!({}));
        agree(&staffed.head, "办公室审核", json!({}));
        agree(
            &staffed.leader,
            "签发",
            json!({ "publicity": "closed", "publicity_reason": "属内部管理事项" }),
        );
        agree(&staffed.head, "复核", json!({}));
    }
    // Two desks of the keeper ask for numbers of the same documents.
    for seat in [&staffed.keeper, &second] {
        let ready = || {
            let todo = tasks(seat, "todo");
            todo.iter().filter(|task| task["step"] == "登记").count()
        };
        seat.sync_until("all registrations", || ready() == ids.len());
    }
    for (n, _) in ids.iter().enumerate() {
        let seats = if n % 2 == 0 {
            [&staffed.keeper, &second]
        } else {
            [&second, &staffed.keeper]
        };
        for seat in seats {
            let open = tasks(seat, "todo");
            let waiting = open
                .iter()
                .find(|task| task["step"] == "登记" && task["sync"] == "settled");
            if let Some(task) = waiting {
                decide_with(seat, task, "agree", "", &json!({ "copies": 10 }));
            }
        }
    }
    staffed.keeper.sync();
    second.sync();
    let mut numbers: Vec<u32> = ids
        .iter()
        .map(|id| staffed.instance(id).issue_number)
        .filter(|number| !number.is_empty())
        .map(|number| {
            let serial = number
                .split('〕')
                .nth(1)
                .expect("a serial")
                .trim_end_matches('号');
            serial.parse().expect("a number")
        })
        .collect();
    numbers.sort_unstable();
    let count = u32::try_from(numbers.len()).expect("few");
    assert!(count > 0);
    assert_eq!(
        numbers,
        (1..=count).collect::<Vec<_>>(),
        "no gap and no double"
    );
}

#[test]
fn an_agency_adds_a_step_and_what_the_law_demands_stays() {
    let staffed = Staffed::open();
    let before = staffed.submitted();
    let look = json!({ "process": "outgoing", "version": 0, "definition": "" });
    let view = staffed.keeper.ok("process_view", look.clone());
    let shipped: Value =
        serde_json::from_str(view["definition"].as_str().expect("JSON")).expect("it");
    let define = |definition: &Value| {
        let text = definition.to_string();
        let args = json!({ "definition": text, "note": "县政府办公室内部要求" });
        let waits = staffed.keeper.ok("process_define", args);
        staffed.keeper.sync();
        waits
    };
    // Without the recheck: the law demands it.
    let mut unlawful = shipped.clone();
    let flows = unlawful["flows"].as_array_mut().expect("flows");
    for flow in flows
        .iter_mut()
        .filter(|flow| flow["id"] == "all_signed-recheck")
    {
        flow["to"] = json!("register");
    }
    define(&unlawful);
    let refused = staffed.keeper.ok("act_refusals", json!({}));
    let sentence = refused[0]["sentence"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert!(sentence.contains("复核"), "{refused}");

    // With a second review in the department.
    let mut own = shipped;
    let nodes = own["nodes"].as_array_mut().expect("nodes");
    let review = nodes.iter().find(|node| node["id"] == "head_review");
    let mut second = review.expect("it").clone();
    second["id"] = json!("second_review");
    second["title"] = json!("二次核稿");
    second["kind"]["sign_off"]["seats"] = json!([{ "who": { "role": "records_keeper" } }]);
    second["kind"]["sign_off"]["passing"] = json!("any");
    nodes.push(second);
    let flows = own["flows"].as_array_mut().expect("flows");
    for flow in flows
        .iter_mut()
        .filter(|flow| flow["id"] == "office_review-leader_review")
    {
        flow["to"] = json!("second_review");
    }
    flows.push(json!({ "id": "second_review-on", "from": "second_review", "to": "leader_review" }));
    define(&own);
    staffed.keeper.sync_until("the new version", || {
        staffed.keeper.ok("process_view", look.clone())["version"] == 101
    });

    // What runs goes on by its own version; what begins goes by the new one.
    let after = staffed.submitted();
    assert_eq!(staffed.instance(&before).version, 100);
    assert_eq!(staffed.instance(&after).version, 101);
    for _ in 0..2 {
        agree(&staffed.head, "处室核稿", json!({}));
    }
    for _ in 0..2 {
        agree(&staffed.head, "办公室审核", json!({}));
    }
    let extra = task(&staffed.keeper, "二次核稿");
    assert_eq!(extra["draft_id"], json!(after));
    decide(&staffed.keeper, &extra, "agree", "同意。");
    staffed.keeper.sync();
    task(&staffed.leader, "签发");
}
