//! 收文 from the post bag to the file: entered and scanned at one desk, numbered by the server, reviewed, a
//! leader's words on paper entered for the leader, split to two departments, answered, closed; given round
//! to be read; sent back; never registered twice.

use std::{fs, path::Path, process::Command};

use andu_store::{IncomingRecord, IncomingState};
use serde_json::{Value, json};

use crate::{
    editor::Calls,
    office::{Office, Seat},
};

const HEAD: usize = 1;
const LEADER: usize = 3;
const COLLEAGUE: usize = 4;
const KEEPER: usize = 5;
const LEAD: usize = 6;
const SUPPORT: usize = 9;

const TITLE: &str = "关于报送2026年防汛物资储备情况的通知";
/// The smallest PDF that has a page.
const SCAN: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n";

/// The county's own office; what comes goes by the process.
pub struct Staffed {
    /// Its server.
    pub office: Office,
    /// Who keeps its registers.
    pub keeper: Seat,
}

impl Staffed {
    /// A running one.
    pub fn open() -> Self {
        let office = Office::open_county(0);
        let keeper = office.seat_by_code(KEEPER);
        keeper.ok("process_enable", json!({ "process": "incoming" }));
        keeper.sync();
        Self { office, keeper }
    }

    /// Enters a document and puts its scan beside it.
    fn entered(&self, number: &str) -> String {
        let put = json!({ "id": null, "entry": entry(number) });
        let id = self.keeper.ok("incoming_put", put)["id"].clone();
        let path = self.keeper.folder.path().join("来文.pdf");
        fs::write(&path, SCAN).expect("a scan");
        let args = json!({ "id": id, "token": self.keeper.chosen(&path) });
        assert_eq!(self.keeper.ok("incoming_attach", args)["name"], "来文.pdf");
        id.as_str().expect("an id").to_owned()
    }

    fn register(&self, id: &str, despite: bool) {
        let args = json!({ "id": id, "despite": despite });
        self.keeper.ok("incoming_register", args);
        self.keeper.sync();
    }

    /// Enters and registers a document.
    pub fn registered(&self, number: &str) -> String {
        let id = self.entered(number);
        self.register(&id, false);
        id
    }

    /// What the server's register says.
    pub fn record(&self, id: &str) -> IncomingRecord {
        let found = self.office.read(|reader| reader.incoming(id));
        found.expect("a document that came")
    }

    /// Somebody of the agency by department and name, or the department itself.
    pub fn id_of(&self, department: &str, name: &str) -> Value {
        let tree = self.keeper.ok(
            "organisation_tree",
            json!({ "on": null, "agency_id": null }),
        );
        let units = tree["departments"].as_array().expect("departments");
        let unit = units.iter().find(|unit| unit["name"] == department);
        let unit = unit.unwrap_or_else(|| panic!("no {department} in {tree}"));
        if name.is_empty() {
            return unit["id"].clone();
        }
        let people = unit["posts"].as_array().expect("posts").iter();
        let mut people = people.flat_map(|post| post["holders"].as_array().expect("holders"));
        let found = people.find(|person| person["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {unit}"))["person_id"].clone()
    }
}

/// What the leader wrote on the paper, and what those who carry it out are given of it.
const WRITTEN: &str = "请督查科牵头办理，3月底前报结果。再拖延的要追责。";
const COPY: &str = "请督查科牵头办理，3月31日前书面报结果。";

fn entry(number: &str) -> Value {
    json!({
        "title": TITLE, "document_type": "notice", "from_agency": "望溪市应急管理局",
        "from_number": number, "issued_on": "2026-03-02", "received_on": "2026-03-04",
        "delivery": "exchange", "classification": null, "classification_term": "",
        "urgency": "urgent", "copies": 2, "pages": 5, "copy_numbers": "", "note": "",
    })
}

/// Somebody's tasks that stand so.
pub fn tasks(seat: &Seat, state: &str) -> Vec<Value> {
    let args = json!({ "state": state, "text": "", "offset": 0, "limit": 100 });
    let page = seat.ok("task_list", args);
    page["rows"].as_array().expect("rows").clone()
}

/// Somebody's open task in a step, once it is there.
pub fn task(seat: &Seat, step: &str) -> Value {
    let find = || {
        let mut all = tasks(seat, "todo").into_iter();
        all.find(|task| task["step"] == *step)
    };
    seat.sync_until(step, || find().is_some());
    find().expect("a task")
}

/// Does something about a task.
pub fn act(seat: &Seat, task: &Value, act: &Value) {
    seat.ok("process_act", json!({ "id": task["id"], "act": act }));
    seat.sync();
}

/// Agrees in a step, with words, entering items and choosing people.
#[expect(
    clippy::needless_pass_by_value,
    reason = "written where it is handed over"
)]
pub fn agree(seat: &Seat, step: &str, words: &str, items: Value, chosen: Value) {
    let task = task(seat, step);
    let decide = json!({
        "kind": "decide", "verdict": "agree", "words": words, "items": items, "chosen": chosen,
    });
    act(seat, &task, &decide);
}

/// What somebody sees of a document that came.
pub fn open(seat: &Seat, id: &str) -> Value {
    seat.ok("incoming_open", json!({ "id": id }))
}

#[test]
fn what_came_on_paper_is_instructed_split_answered_and_only_then_closed() {
    let staffed = Staffed::open();
    let keeper = &staffed.keeper;
    let id = staffed.registered("望应急〔2026〕12号");
    let record = staffed.record(&id);
    assert!(record.number.starts_with("收〔") && record.number.ends_with("〕1号"));
    assert_eq!(record.state, IncomingState::Handling);
    assert!(
        record.now_at.starts_with("初审：范诗涵"),
        "{}",
        record.now_at
    );

    agree(keeper, "初审", "", json!({ "lane": "handle" }), json!({}));
    let (head, leader) = (
        staffed.office.seat_by_code(HEAD),
        staffed.office.seat_by_code(LEADER),
    );
    let (vice, council) = (
        staffed.id_of("办公室领导", "董少华"),
        staffed.id_of("督查科", ""),
    );
    agree(
        &head,
        "拟办",
        "拟请董主任阅示，由督查科牵头、信息科配合。",
        json!({ "lead_unit": [council] }),
        json!({ "instruct": [vice] }),
    );
    // The scan has come to the leader's desk with the task, page by page when it is opened.
    let instruct = task(&leader, "批示");
    assert_eq!(instruct["process"], "incoming");
    leader.sync_until("the scan", || {
        open(&leader, &id)["files"][0]["name"] == "来文.pdf"
    });
    let file = open(&leader, &id)["files"][0]["id"].clone();
    let look = || leader.call("incoming_look", json!({ "id": id, "file_id": file }));
    leader.sync_until("the bytes", || look().is_ok());

    // The leader has written on the paper; the keeper enters it, and it says so.
    let trace = open(keeper, &id)["trace"].clone();
    let visits = trace["visits"].as_array().expect("visits");
    let visit = visits.iter().find(|visit| visit["step"] == "批示");
    let paper = keeper.folder.path().join("批示.png");
    fs::write(&paper, b"\x89PNG\r\n\x1a\nwith a pen").expect("a scan");
    let scan = json!({ "id": id, "token": keeper.chosen(&paper) });
    let scan = keeper.ok("record_attach", scan)["id"].clone();
    let mut record = json!({
        "draft_id": id, "visit": visit.expect("the step")["visit"], "person_id": vice,
        "verdict": "agree", "words": WRITTEN, "written_on": "2026-03-05",
        "scan": "another file",
    });
    let refused = keeper.call("process_record", record.clone());
    assert!(refused.is_err(), "{refused:?}");
    record["scan"] = scan.clone();
    keeper.ok("process_record", record);
    keeper.sync();
    // The scan comes to those who take part, bound by its hash.
    leader.sync_until("the scan of the paper", || {
        open(&leader, &id)["files"][1]["name"] == "批示.png"
    });
    let look = || leader.call("incoming_look", json!({ "id": id, "file_id": scan }));
    leader.sync_until("its bytes", || {
        look().is_ok_and(|file| file["kind"] == "picture")
    });
    let trace = open(keeper, &id)["trace"].clone();
    let visits = trace["visits"].as_array().expect("visits");
    let said = &visits
        .iter()
        .find(|visit| visit["step"] == "批示")
        .expect("it")["people"][0];
    assert_eq!(said["words"], WRITTEN);
    assert_eq!(
        (&said["recorded_by"], &said["written_on"], &said["scanned"]),
        (&json!("范诗涵"), &json!("2026-03-05"), &json!(true))
    );

    // Nobody carries it out before it is copied; what is offered as the copy is what was said.
    let assign = task(keeper, "分办");
    let form = keeper.ok("task_open", json!({ "id": assign["id"] }))["form"].clone();
    let fields = form["fields"].as_array().expect("fields").iter();
    let offered = fields
        .clone()
        .find(|field| field["name"] == "instruction_copy");
    let offered = offered.expect("the copy")["value"].as_str().unwrap_or("");
    assert!(
        offered.starts_with("董少华（2026年3月5日）：") && offered.ends_with(WRITTEN),
        "{offered}"
    );
    let mut items = json!({
        "lead_unit": [council], "support_units": [staffed.id_of("信息科", "")],
        "due_on": "2099-12-31",
    });
    let bare = json!({
        "kind": "decide", "verdict": "agree", "words": "", "items": items, "chosen": {},
    });
    act(keeper, &assign, &bare);
    let refused = task(keeper, "分办")["refusal"].clone();
    assert!(
        refused.as_str().is_some_and(|why| why.contains("批示抄清")),
        "{refused}"
    );
    items["instruction_copy"] = json!(COPY);
    // Nor with a limit that is over already.
    let mut over = items.clone();
    over["due_on"] = json!("2020-01-01");
    let late = json!({
        "kind": "decide", "verdict": "agree", "words": "", "items": over, "chosen": {},
    });
    act(keeper, &task(keeper, "分办"), &late);
    let refused = task(keeper, "分办")["refusal"].clone();
    assert!(
        refused.as_str().is_some_and(|why| why.contains("不能早于")),
        "{refused}"
    );
    agree(keeper, "分办", "", items, json!({}));
    let (lead, support) = (
        staffed.office.seat_by_code(LEAD),
        staffed.office.seat_by_code(SUPPORT),
    );
    let take = task(&lead, "承办");
    assert!(
        take["due_at"]
            .as_str()
            .is_some_and(|due| due.starts_with("2099-12-31T16")),
        "{take}"
    );
    // Who carries it out has the copy; the paper stays with its readers.
    lead.sync_until("what came", || {
        open(&lead, &id)["files"][0]["name"] == "来文.pdf"
    });
    let seen = open(&lead, &id);
    let raw = seen.to_string();
    assert!(raw.contains(COPY) && !raw.contains("追责"), "{raw}");
    assert_eq!(seen["files"].as_array().map(Vec::len), Some(1), "no scan");
    let visits = seen["trace"]["visits"].as_array().expect("visits");
    let withheld = visits.iter().find(|visit| visit["step"] == "批示");
    let withheld = &withheld.expect("the step")["people"][0];
    assert_eq!(
        (&withheld["withheld"], &withheld["words"], &withheld["name"]),
        (&json!(true), &json!(""), &json!("董少华"))
    );
    agree(&lead, "承办", "", json!({}), json!({}));
    assert!(
        tasks(&lead, "todo").is_empty(),
        "the result waits for the supporting department"
    );
    // 催办, by whoever registered it.
    let trace = open(keeper, &id)["trace"].clone();
    let visits = trace["visits"].as_array().expect("visits");
    let waited = visits.iter().find(|visit| visit["step"] == "配合");
    let waited = waited.expect("the supporting department")["visit"].clone();
    let urge = json!({ "draft_id": id, "visit": waited, "note": "请抓紧反馈。" });
    keeper.ok("process_urge", urge);
    keeper.sync();
    agree(&support, "配合", "物资系统已更新。", json!({}), json!({}));
    // Not closed before it is written down how it ended, and answered.
    assert_eq!(staffed.record(&id).state, IncomingState::Handling);
    assert!(
        !tasks(keeper, "todo")
            .iter()
            .any(|task| task["step"] == "办结")
    );
    agree(
        &lead,
        "注办",
        "已清点入库，情况附后。",
        json!({}),
        json!({}),
    );
    let reply = json!({ "reply": "replied", "reply_note": "2026年3月20日函复" });
    agree(&lead, "答复", "", reply, json!({}));
    agree(keeper, "办结", "", json!({}), json!({}));
    agree(keeper, "归档", "", json!({}), json!({}));
    let closed = staffed.record(&id);
    assert_eq!(
        (closed.state, closed.now_at.as_str()),
        (IncomingState::Closed, "")
    );
    // Its paper: the filled sheet carries what was said, and whose hand entered it; the register its line.
    let pdf = |name: &str| keeper.folder.path().join(name);
    for form in ["incoming_sheet", "circulation_sheet", "return_slip"] {
        let token = keeper.chosen(&pdf(&format!("{form}.pdf")));
        let args = json!({ "draft_id": id, "form": form, "token": token });
        keeper.ok("form_write", args);
        let written = fs::read(pdf(&format!("{form}.pdf"))).expect("a sheet");
        assert!(
            written.starts_with(b"%PDF-") && written.len() > 5_000,
            "{form}"
        );
    }
    let sheet = printed_text(&pdf("incoming_sheet.pdf"));
    let day = crate::number::today();
    let closed_on = format!("{}年{}月{}日", day.year(), day.month(), day.day());
    for said in [
        "已答复来文单位：2026年3月20日函复",
        &format!("办结日期{closed_on}"),
        &format!("{closed_on}归档"),
    ] {
        assert!(sheet.contains(said), "{said} in {sheet}");
    }
    let token = keeper.chosen(&pdf("登记簿.pdf"));
    keeper.ok(
        "incoming_register_write",
        json!({ "year": "2026", "token": token }),
    );
    assert!(pdf("登记簿.pdf").exists());
    let token = keeper.chosen(&pdf("x.pdf"));
    let args = json!({ "draft_id": id, "form": "no_such_form", "token": token });
    assert_eq!(keeper.refused("form_write", args), "form.unknown");
    // Somebody who had no part in it sees nothing of it.
    let colleague = staffed.office.seat_by_code(COLLEAGUE);
    colleague.sync();
    let refused = colleague.refused("incoming_open", json!({ "id": id }));
    assert_eq!(refused, "incoming.not_there");
}

/// The text of a PDF as another reader has it, without its spaces.
pub fn printed_text(path: &Path) -> String {
    let read = Command::new("pdftotext")
        .arg("-raw")
        .arg(path)
        .arg("-")
        .output();
    let read = read.expect("pdftotext, of poppler-utils");
    let text = String::from_utf8(read.stdout).expect("UTF-8");
    text.split_whitespace().collect()
}

#[test]
fn one_is_not_registered_twice_unless_it_is_said_so() {
    let staffed = Staffed::open();
    let first = staffed.registered("望应急〔2026〕12号");
    let again = staffed.entered("望应急〔2026〕12号");
    let same = &open(&staffed.keeper, &again)["same"];
    assert_eq!(same[0]["id"], json!(first), "said before it is registered");
    staffed.register(&again, false);
    let row = open(&staffed.keeper, &again)["row"].clone();
    assert_eq!(row["sync"], "refused");
    let sentence = row["refusal"].as_str().expect("a sentence");
    assert!(
        sentence.contains(&staffed.record(&first).number),
        "{sentence}"
    );
    staffed.register(&again, true);
    let record = staffed.record(&again);
    assert!(record.number.ends_with("〕2号"), "{}", record.number);
    // Registering it once more gives no other number, and changes nothing.
    staffed.register(&again, true);
    assert_eq!(staffed.record(&again).number, record.number);
}

#[test]
fn what_is_not_ours_is_sent_back_with_the_reason() {
    let staffed = Staffed::open();
    let id = staffed.registered("望应急〔2026〕13号");
    let review = task(&staffed.keeper, "初审");
    let bare = json!({
        "kind": "decide", "verdict": "agree", "words": "", "items": { "lane": "send_back" },
        "chosen": {},
    });
    act(&staffed.keeper, &review, &bare);
    let refused = tasks(&staffed.keeper, "todo")[0]["refusal"].clone();
    assert!(
        refused.as_str().is_some_and(|why| why.contains("初审")),
        "{refused}"
    );
    let items = json!({ "lane": "send_back", "back_reason": "主送机关有误" });
    agree(&staffed.keeper, "初审", "", items, json!({}));
    agree(&staffed.keeper, "退文", "", json!({}), json!({}));
    assert_eq!(staffed.record(&id).state, IncomingState::SentBack);
}

#[test]
fn what_was_given_round_without_a_network_and_refused_says_what_it_was() {
    let mut staffed = Staffed::open();
    let id = staffed.registered("");
    let reader = staffed.id_of("督查科", "廖慧敏");
    let administrator = staffed.id_of("信息科", "江万里");
    staffed.office.stop();
    let give = json!({
        "draft_id": id, "people": [reader, administrator], "note": "请于周五前阅毕退回。",
    });
    staffed.keeper.ok("process_circulate", give);
    let item = |staffed: &Staffed| {
        let items = staffed.keeper.ok("sync_items", json!({}));
        let all = items.as_array().expect("items").iter();
        let mut rounds = all.filter(|item| item["kind"] == "process_circulate");
        rounds.next().expect("what was given round").clone()
    };
    assert_eq!(item(&staffed)["title"], TITLE);
    staffed.office.start();
    staffed.keeper.sync();
    let refused = item(&staffed);
    assert_eq!(
        (&refused["state"], &refused["title"], &refused["said"]),
        (
            &json!("refused"),
            &json!(TITLE),
            &json!("请于周五前阅毕退回。")
        )
    );
    assert_eq!(refused["people"], json!(["廖慧敏", "江万里"]));
    let reason = refused["reason"].as_str().expect("a reason");
    assert!(reason.contains("江万里"), "{reason}");
}

#[test]
fn a_document_is_given_round_and_everybody_says_that_it_is_read() {
    let staffed = Staffed::open();
    let keeper = &staffed.keeper;
    let id = staffed.registered("");
    let (one, two) = (
        staffed.id_of("秘书科", "陆亚楠"),
        staffed.id_of("督查科", "廖慧敏"),
    );
    let give = json!({ "draft_id": id, "people": [one, two], "note": "请阅知。" });
    keeper.ok("process_circulate", give);
    keeper.sync();
    let reader = staffed.office.seat_by_code(COLLEAGUE);
    reader.sync_until("something to read", || {
        !tasks(&reader, "to_read").is_empty()
    });
    let given = tasks(&reader, "to_read")[0].clone();
    assert_eq!(
        (&given["note"], &given["from"]),
        (&json!("请阅知。"), &json!("范诗涵"))
    );
    let counts = reader.ok("task_counts", json!({}));
    assert_eq!(
        (&counts["to_read"], &counts["todo"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(open(&reader, &id)["row"]["title"], TITLE);
    act(
        &reader,
        &given,
        &json!({ "kind": "read", "note": "已转科室学习。" }),
    );
    assert!(tasks(&reader, "to_read").is_empty());
    assert_eq!(tasks(&reader, "done").len(), 1);
    // The board says who has read it; from the other it is taken back.
    keeper.sync_until("the board", || {
        let round = &open(keeper, &id)["trace"]["rounds"][0];
        round["readers"][0]["note"] == "已转科室学习。"
    });
    let back = json!({ "draft_id": id, "round": 0, "person_id": two, "withdraw": true });
    keeper.ok("process_reader", back);
    keeper.sync();
    let round = open(keeper, &id)["trace"]["rounds"][0].clone();
    assert_eq!(round["readers"][1]["withdrawn"], true);
    // It waits for its review all the same.
    assert_eq!(tasks(keeper, "todo")[0]["step"], "初审");
}

#[test]
fn what_is_entered_is_refused_in_words_and_can_be_taken_out() {
    let staffed = Staffed::open();
    let keeper = &staffed.keeper;
    let mut bad = entry("望应急〔2026〕14号");
    bad["title"] = json!("　");
    let refused = keeper.refused("incoming_put", json!({ "id": null, "entry": bad }));
    assert_eq!(refused, "incoming.empty");
    let mut bad = entry("望应急〔2026〕14号");
    bad["received_on"] = json!("2099-01-01");
    let refused = keeper.refused("incoming_put", json!({ "id": null, "entry": bad }));
    assert_eq!(refused, "incoming.future");
    let mut bad = entry("望应急〔2026〕14号");
    bad["classification"] = json!("secret");
    let refused = keeper.refused("incoming_put", json!({ "id": null, "entry": bad }));
    assert_eq!(refused, "draft.above_ceiling");

    let id = staffed.entered("望应急〔2026〕14号");
    keeper.sync();
    let file = open(keeper, &id)["files"][0]["id"].clone();
    keeper.ok("incoming_detach", json!({ "id": id, "file_id": file }));
    assert_eq!(open(keeper, &id)["files"], json!([]));
    keeper.ok("incoming_discard", json!({ "id": id }));
    keeper.sync();
    assert_eq!(
        keeper.refused("incoming_open", json!({ "id": id })),
        "incoming.not_there"
    );
    let there = staffed.office.read(|reader| reader.incoming(&id));
    assert!(there.is_none());
}
