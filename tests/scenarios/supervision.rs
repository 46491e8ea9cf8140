//! 督办 from a leader's words to 销号: copied by the one who supervises, given to two departments, reported, extended,
//! sent back, accepted, closed. Those who carry it out never see the paper with the words.

use std::fs;

use serde_json::{Value, json};

use crate::{
    editor::Calls,
    incoming::{Staffed, act, agree, task, tasks},
    office::Seat,
};

const HEAD: usize = 1;
const LEADER: usize = 3;
const COLLEAGUE: usize = 4;
const LEAD: usize = 6;
const OFFICER: usize = 7;
const SUPPORT: usize = 9;

/// On the paper alone.
const ASIDE: &str = "此事尚有不同意见，暂不外传";

/// The office with something that was instructed, and the one who supervises.
struct Supervised {
    staffed: Staffed,
    officer: Seat,
    source: String,
}

impl Supervised {
    fn open() -> Self {
        let staffed = Staffed::open();
        let keeper = &staffed.keeper;
        keeper.ok("process_enable", json!({ "process": "supervision" }));
        keeper.sync();
        let source = staffed.registered("望应急〔2026〕21号");
        agree(keeper, "初审", "", json!({ "lane": "handle" }), json!({}));
        let (head, leader) = (
            staffed.office.seat_by_code(HEAD),
            staffed.office.seat_by_code(LEADER),
        );
        let vice = staffed.id_of("办公室领导", "董少华");
        let lead = json!({ "lead_unit": [staffed.id_of("督查科", "")], "due_on": "2099-12-31" });
        let chosen = json!({ "instruct": [vice] });
        agree(&head, "拟办", "拟请董主任阅示。", lead, chosen);
        let words = format!("请督查科牵头，年底前报结果。{ASIDE}。");
        agree(&leader, "批示", &words, json!({}), json!({}));
        let officer = staffed.office.seat_by_code(OFFICER);
        officer.sync_until("what was instructed", || {
            officer
                .call("supervision_from", json!({ "id": source }))
                .is_ok_and(|from| {
                    from["copy"]
                        .as_str()
                        .is_some_and(|copy| copy.contains(ASIDE))
                })
        });
        Self {
            staffed,
            officer,
            source,
        }
    }

    /// What is proposed for the document, with the copy that the departments may read.
    fn proposed(&self) -> Value {
        let mut from = self
            .officer
            .ok("supervision_from", json!({ "id": self.source }));
        assert!(
            from["basis"]
                .as_str()
                .is_some_and(|basis| basis.contains("收〔")),
            "{from}"
        );
        let (lead, support) = (
            self.staffed.id_of("督查科", ""),
            self.staffed.id_of("信息科", ""),
        );
        assert_eq!(
            from["lead"],
            json!({ "unit_id": lead, "due_on": "2099-12-31" })
        );
        from["copy"] = json!("请督查科牵头，年底前报结果。");
        from["requirement"] = json!("每月书面反馈一次。");
        from["support"] = json!([{ "unit_id": support, "due_on": "2099-11-30" }]);
        from
    }

    fn set_up(&self) -> String {
        let answer = self.officer.ok("supervision_set_up", self.proposed());
        assert_eq!(answer["kind"], "waiting", "{answer}");
        self.officer
            .sync_until("the ledger", || !rows(&self.officer).is_empty());
        rows(&self.officer)[0]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }
}

fn rows(seat: &Seat) -> Vec<Value> {
    let args = json!({ "light": null, "kind": null, "text": "", "offset": 0, "limit": 50 });
    let page = seat.ok("supervision_list", args);
    page["rows"].as_array().expect("rows").clone()
}

fn opened(seat: &Seat, id: &str) -> Value {
    seat.ok("supervision_open", json!({ "id": id }))
}

/// The part of the department that leads, or of the other.
fn part(seat: &Seat, id: &str, leads: bool) -> Value {
    let row = opened(seat, id)["row"].clone();
    let mut units = row["units"].as_array().expect("departments").iter();
    let found = units.find(|unit| unit["leads"] == leads);
    found.expect("a department").clone()
}

fn report(seat: &Seat, words: &str, items: Value) {
    agree(seat, "承办反馈", words, items, json!({}));
}

fn stage(stage: &str) -> Value {
    json!({ "stage": stage })
}

/// Why the server did not do what was asked last in a step.
fn refused(seat: &Seat, step: &str) -> String {
    task(seat, step)["refusal"]
        .as_str()
        .expect("a sentence")
        .to_owned()
}

fn decide(verdict: &str, words: &str, items: &Value) -> Value {
    json!({ "kind": "decide", "verdict": verdict, "words": words, "items": items, "chosen": {} })
}

#[test]
fn what_a_leader_wrote_is_copied_reported_by_two_extended_sent_back_and_closed() {
    let mut supervised = Supervised::open();
    let id = supervised.set_up();
    let officer = &supervised.officer;
    let row = rows(officer)[0].clone();
    let number = row["number"].as_str().expect("a number");
    assert!(
        number.starts_with("督〔") && number.ends_with("〕1号"),
        "{number}"
    );
    assert_eq!(
        (&row["light"], &row["due_on"]),
        (&json!("on_time"), &json!("2099-11-30"))
    );

    // Who carries it out reads the copy, and nothing of the paper.
    let office = &supervised.staffed.office;
    let (lead, support) = (office.seat_by_code(LEAD), office.seat_by_code(SUPPORT));
    let given = task(&lead, "承办反馈");
    assert_eq!(given["process"], "supervision");
    assert!(
        given["due_at"]
            .as_str()
            .is_some_and(|due| due.starts_with("2099-12-31T16")),
        "{given}"
    );
    let view = opened(&lead, &id);
    assert_eq!(view["copy"], "请督查科牵头，年底前报结果。");
    assert_eq!(view["source_id"], "");
    let seen = lead.ok("task_open", json!({ "id": given["id"] }));
    assert!(!view.to_string().contains(ASIDE) && !seen.to_string().contains(ASIDE));
    let source = json!({ "id": supervised.source });
    assert_eq!(lead.refused("incoming_open", source), "incoming.not_there");

    // A report on the way leaves it with the department.
    report(&lead, "已召开部署会，正在清点。", stage("interim"));
    officer.sync_until("the report", || part(officer, &id, true)["reports"] == 1);
    let first = part(officer, &id, true);
    assert_eq!(
        (&first["words"], &first["stage"], &first["reported_by"]),
        (
            &json!("已召开部署会，正在清点。"),
            &json!("interim"),
            &json!("何宏伟")
        )
    );

    // More time is asked for and granted, each time later than before.
    let early = json!({ "stage": "extension", "asked_until": "2099-12-31" });
    report(&lead, "物资到货延迟。", early);
    assert!(refused(&lead, "承办反馈").contains("2099-12-31"));
    let later = json!({ "stage": "extension", "asked_until": "2100-01-31" });
    report(&lead, "物资到货延迟。", later);
    let asked = task(officer, "延期审批");
    assert_eq!(part(officer, &id, true)["asked_until"], "2100-01-31");
    let fields = officer.ok("task_open", json!({ "id": asked["id"] }))["form"]["fields"].clone();
    assert_eq!(
        fields[0]["value"], "2100-01-31",
        "what is asked for stands there: {fields}"
    );
    act(
        officer,
        &asked,
        &decide("agree", "", &json!({ "due_on": "2099-12-01" })),
    );
    assert!(refused(officer, "延期审批").contains("2099-12-31"));
    let granted = json!({ "due_on": "2100-01-15" });
    act(
        officer,
        &task(officer, "延期审批"),
        &decide("agree", "", &granted),
    );
    lead.sync_until("the new limit", || {
        let task = task(&lead, "承办反馈");
        task["due_at"]
            .as_str()
            .is_some_and(|due| due.starts_with("2100-01-15T16"))
    });
    // What was reported last is not what is reported now; a day that is asked for is later than the new limit.
    let again = task(&lead, "承办反馈");
    let form = lead.ok("task_open", json!({ "id": again["id"] }))["form"].clone();
    let fields = form["fields"].as_array().expect("fields");
    let field = |name: &str| {
        let found = fields.iter().find(|field| field["name"] == name);
        found.expect("a field").clone()
    };
    assert_eq!(field("stage")["value"], Value::Null);
    let until = field("asked_until");
    assert_eq!(
        (&until["value"], &until["from"]),
        (&Value::Null, &json!("2100-01-16"))
    );
    // The other department's day stays.
    assert_eq!(part(officer, &id, false)["due_on"], "2099-11-30");

    // What is reported as done is looked at; what does not do goes back.
    report(&support, "系统已上线。", stage("final"));
    let review = task(officer, "审核反馈");
    assert_eq!(part(officer, &id, false)["state"], "review");
    act(
        officer,
        &review,
        &decide("refuse", "请补充运行数据。", &json!({})),
    );
    let again = task(&support, "承办反馈");
    assert!(
        again["note"]
            .as_str()
            .is_some_and(|note| note.contains("请补充运行数据")),
        "{again}"
    );

    // The server is stopped and started: all of it is still there.
    supervised.staffed.office.stop();
    supervised.staffed.office.start();
    let officer = &supervised.officer;
    report(&support, "系统已上线，附运行数据。", stage("final"));
    agree(officer, "审核反馈", "", json!({}), json!({}));

    // 催办 of whoever still has it; no 销号 before everybody is accepted.
    officer.sync_until("the part", || {
        part(officer, &id, false)["state"] == "accepted"
    });
    let visit = part(officer, &id, true)["visit"].clone();
    officer.ok(
        "process_urge",
        json!({ "draft_id": id, "visit": visit, "note": "请抓紧。" }),
    );
    officer.sync();
    assert_eq!(opened(officer, &id)["close_task"], "");
    assert!(
        !tasks(officer, "todo")
            .iter()
            .any(|task| task["step"] == "销号")
    );
    let trace = opened(officer, &id)["trace"].clone();
    let forged = format!(
        "{}/close#1/x",
        trace["instance_id"].as_str().expect("an id")
    );
    let close = json!({ "id": forged, "act": decide("agree", "同意销号。", &json!({})) });
    assert_eq!(officer.refused("process_act", close), "process.not_there");
    report(&lead, "已全部清点入库。", stage("final"));
    agree(officer, "审核反馈", "", json!({}), json!({}));
    officer.sync_until("all accepted", || rows(officer)[0]["light"] == "ready");
    officer.sync_until("the task", || opened(officer, &id)["close_task"] != "");
    agree(officer, "销号", "已办结，同意销号。", json!({}), json!({}));
    officer.sync_until("the end", || rows(officer)[0]["light"] == "closed");
    assert_eq!(opened(officer, &id)["result"], "已办结，同意销号。");

    papers(officer, &id);
    let colleague = supervised.staffed.office.seat_by_code(COLLEAGUE);
    colleague.sync();
    assert!(rows(&colleague).is_empty());
    let refused = colleague.refused("supervision_open", json!({ "id": id }));
    assert_eq!(refused, "supervision.not_there");
}

/// The notice and the circular as files, with the figures they say.
fn papers(officer: &Seat, id: &str) {
    let today = crate::number::today();
    let year = json!({
        "from": format!("{}-01-01", today.year()), "through": format!("{}-12-31", today.year()),
    });
    let figures = officer.ok("supervision_figures", year.clone());
    assert_eq!(
        (
            &figures["total"],
            &figures["closed"],
            &figures["rate"],
            &figures["on_time_rate"]
        ),
        (&json!(1), &json!(1), &json!(1000), &json!(1000))
    );
    assert_eq!(figures["units"].as_array().map(Vec::len), Some(2));
    let path = |name: &str| officer.folder.path().join(name);
    for (kind, magic) in [("pdf", "%PDF-"), ("docx", "PK")] {
        let mut args = year.clone();
        args["kind"] = json!(kind);
        args["token"] = json!(officer.chosen(&path(kind)));
        officer.ok("supervision_circular_write", args);
        let written = fs::read(path(kind)).expect("a circular");
        assert!(
            written.starts_with(magic.as_bytes()) && written.len() > 2_000,
            "{kind}"
        );
    }
    let token = officer.chosen(&path("notice.pdf"));
    let args = json!({ "draft_id": id, "form": "supervision_notice", "token": token });
    officer.ok("form_write", args);
    assert!(
        fs::read(path("notice.pdf"))
            .expect("a notice")
            .starts_with(b"%PDF-")
    );
    let mut wrong = year;
    wrong["through"] = json!("1999-01-01");
    assert_eq!(
        officer.refused("supervision_figures", wrong),
        "supervision.period"
    );
}

#[test]
fn what_cannot_be_supervised_is_refused_in_words_and_what_was_set_up_by_mistake_is_taken_back() {
    let supervised = Supervised::open();
    let officer = &supervised.officer;
    let with = |field: &str, value: Value| {
        let mut args = supervised.proposed();
        args[field] = value;
        args
    };
    let lead = supervised.staffed.id_of("督查科", "");
    for (field, value, key) in [
        ("title", json!("　"), "supervision.empty"),
        ("copy", json!(""), "supervision.empty"),
        ("basis", json!("一".repeat(201)), "supervision.too_long"),
        (
            "lead",
            json!({ "unit_id": lead, "due_on": "2020-01-01" }),
            "supervision.past_day",
        ),
        (
            "lead",
            json!({ "unit_id": lead, "due_on": "" }),
            "supervision.day",
        ),
        (
            "support",
            json!([{ "unit_id": lead, "due_on": "2099-01-01" }]),
            "supervision.unit_twice",
        ),
    ] {
        let refused = officer.refused("supervision_set_up", with(field, value));
        assert_eq!(refused, key, "{field}");
    }
    // Only who supervises may; the keeper of the registers may not.
    let refused = supervised
        .staffed
        .keeper
        .refused("supervision_set_up", supervised.proposed());
    assert_eq!(refused, "command.forbidden");
    // A document that is not there is found out by the server, and said.
    officer.ok("supervision_set_up", with("source_id", json!("no such")));
    officer.sync();
    assert!(rows(officer).is_empty());
    // On its own: what a meeting has decided.
    let mut meeting = with("source_id", json!(""));
    meeting["kind"] = json!("meeting");
    officer.ok("supervision_set_up", meeting);
    officer.sync_until("the ledger", || !rows(officer).is_empty());
    let id = rows(officer)[0]["id"].clone();
    let back = json!({ "id": id, "reason": "重复立项" });
    officer.ok("supervision_withdraw", back);
    officer.sync_until("it is taken back", || {
        rows(officer)[0]["light"] == "withdrawn"
    });
    let lead = supervised.staffed.office.seat_by_code(LEAD);
    lead.sync();
    assert!(tasks(&lead, "todo").is_empty());
}
