//! Numbers at the keeper's desk: series, reservations, void and missing ones, copies; given once whoever asks.

use std::{sync::Barrier, thread};

use andu_base::Date;
use serde_json::{Value, json};

use crate::{
    editor::{Calls, write},
    office::Seat,
    outgoing::{KEEPER, Staffed, agree, task, tasks},
};

/// The code of the county office where it has declared no series.
const SHIPPED: &str = "望政办发";

/// The day in China, by the clock of this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "desks and server here go by the machine's clock"
)]
pub fn today() -> Date {
    let now = jiff::Timestamp::now();
    jiff::tz::Offset::constant(8).to_datetime(now).date()
}

pub fn in_days(days: i32) -> String {
    let day = today().checked_add(jiff::Span::new().days(days));
    day.expect("a day").to_string()
}

/// A series that begins with this year.
pub fn series(title: &str, serves: &str, pattern: &str) -> Value {
    json!({
        "id": "", "title": title, "serves": serves, "pattern": pattern, "reset": "yearly",
        "term_from": 0, "opening": 1, "types": [], "formats": [], "letterhead": "", "signed_by": null,
        "from_on": format!("{}-01-01", today().year()),
    })
}

pub fn changed(mut series: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().expect("fields") {
        series[name] = value.clone();
    }
    series
}

/// The series with this code, as a desk lists it.
pub fn listed(at: &impl Calls, code: &str) -> Value {
    let all = at.ok("number_series_list", json!({}));
    let mut all = all.as_array().expect("series").iter();
    let found = all.find(|one| one["code"] == code);
    found.unwrap_or_else(|| panic!("no series {code}")).clone()
}

/// The lines of this year's ledger of a code, the highest first: what it is, and its first serial.
fn ledger(at: &impl Calls, code: &str) -> Vec<(String, u64)> {
    lines(at, code)
        .iter()
        .map(|row| {
            let kind = row["kind"].as_str().expect("a kind").to_owned();
            (kind, row["first"].as_u64().expect("a serial"))
        })
        .collect()
}

pub fn lines(at: &impl Calls, code: &str) -> Vec<Value> {
    let query = json!({
        "code": code, "period": today().year(), "kind": null, "text": "", "offset": 0, "limit": 500,
    });
    let page = at.ok("number_ledger", query);
    page["rows"].as_array().expect("rows").clone()
}

fn kinds(all: &[(&str, u64)]) -> Vec<(String, u64)> {
    all.iter()
        .map(|(kind, serial)| ((*kind).to_owned(), *serial))
        .collect()
}

pub fn numbered(at: &Seat, number: &str) -> String {
    at.write_numbered(number)
}

impl Seat {
    /// Writes a document under a number and closes it at a desk that has no server.
    fn write_numbered(&self, number: &str) -> String {
        let id = write(self, &format!("关于{number}的通知"), &["正文。"]);
        let mut editor = crate::editor::Editor::open(self, &id);
        self.ok("draft_update", editor.numbers(number));
        self.ok("draft_close", json!({ "id": id }));
        self.ok("draft_submit", json!({ "id": id, "note": "" }));
        id
    }
}

#[test]
fn a_keeper_alone_keeps_series_and_accounts_for_every_number() {
    let (seat, _) = Seat::alone();
    let year = today().year();
    let before = listed(&seat, "望水发");
    assert_eq!(
        (&before["is_own"], &before["next"]),
        (&json!(false), &json!(format!("望水发〔{year}〕1号")))
    );
    assert_eq!(
        listed(&seat, "收")["next"],
        json!(format!("收〔{year}〕1号"))
    );

    // Taken over from paper at 38, and reserved from there on.
    let paper = changed(
        series("文件", "issue", "望水〔{年}〕{号}号"),
        &json!({ "opening": 38 }),
    );
    seat.ok("number_series_put", paper.clone());
    let own = listed(&seat, "望水");
    assert_eq!(own["next"], json!(format!("望水〔{year}〕38号")));
    assert_eq!(
        seat.refused("number_series_put", paper),
        "number.code_taken"
    );
    let id = &own["id"];
    let reserve = |count: u32, until: &str, purpose: &str| json!({ "series_id": id, "count": count, "until_on": until, "purpose": purpose });
    let kept = seat.ok("number_reserve", reserve(3, &in_days(30), "年度工作要点"));
    assert_eq!(kept["numbers"].as_array().map(Vec::len), Some(3));
    assert_eq!(kept["numbers"][0], json!(format!("望水〔{year}〕38号")));
    let refused = |count, until: &str, purpose| {
        seat.refused("number_reserve", reserve(count, until, purpose))
    };
    assert_eq!(refused(0, &in_days(1), "留"), "number.reserve_count");
    assert_eq!(refused(101, &in_days(1), "留"), "number.reserve_count");
    assert_eq!(refused(1, &in_days(-1), "留"), "number.until_passed");
    assert_eq!(refused(1, &in_days(1), " "), "vocabulary.empty");

    // One is void, one is a document's, and a number typed far ahead leaves a gap that is explained.
    let row = |serial: u64| {
        let all = lines(&seat, "望水");
        all.into_iter()
            .find(|row| row["first"] == serial)
            .expect("a line")
    };
    let void = json!({ "id": row(39)["id"], "reason": "编错" });
    seat.ok("number_void", void.clone());
    assert_eq!(seat.refused("number_void", void), "number.void_before");
    let close = |number: &str| {
        let draft = numbered(&seat, number);
        seat.ok("draft_number", json!({ "id": draft }))["kind"].clone()
    };
    assert_eq!(close(&format!("望水〔{year}〕39号")), "rejected", "void");
    assert_eq!(
        close(&format!("望水〔{year}〕40号")),
        "rejected",
        "reserved for something else"
    );
    assert_eq!(close(&format!("望水〔{year}〕45号")), "applied");
    let found = ledger(&seat, "望水");
    let stands = [
        ("used", 45),
        ("gap", 41),
        ("reserved", 40),
        ("void", 39),
        ("reserved", 38),
    ];
    assert_eq!(found, kinds(&stands));
    let check = seat.ok("number_check", json!({}));
    assert_eq!(
        check["gaps"],
        json!([{ "code": "望水", "period": year, "first": 41, "last": 44 }])
    );
    let explain = |first: u32, last: u32| json!({ "code": "望水", "period": year, "first": first, "last": last, "reason": "纸质登记簿已用" });
    assert_eq!(
        seat.refused("number_explain", explain(37, 38)),
        "number.no_gap",
        "before the opening"
    );
    assert_eq!(
        seat.refused("number_explain", explain(44, 46)),
        "number.no_gap",
        "not reached"
    );
    assert_eq!(
        seat.refused("number_explain", explain(44, 43)),
        "number.explain_count"
    );
    seat.ok("number_explain", explain(41, 44));
    let check = seat.ok("number_check", json!({}));
    assert_eq!(
        (&check["gaps"], &check["doubles"]),
        (&json!([]), &json!([]))
    );

    // A reserved and a missing number are taken up for a document that was named.
    for serial in [40, 42] {
        let text = format!("望水〔{year}〕{serial}号");
        let draft = numbered(&seat, &text);
        let named = json!({ "id": row(serial)["id"], "draft_id": draft });
        seat.ok("number_confirm", named);
        let done = seat.ok("draft_number", json!({ "id": draft }));
        assert_eq!(done["kind"], "applied", "{text}: {done}");
        assert_eq!(row(serial)["kind"], "used");
    }
    let used = json!({ "id": row(40)["id"], "reason": "不发了" });
    assert_eq!(
        seat.refused("number_void", used),
        "number.in_use",
        "it was issued"
    );

    // What is counted by stays; it can be closed, and what follows goes on with the count.
    assert_eq!(
        seat.refused("number_series_remove", json!({ "id": id })),
        "number.series_used"
    );
    let other = changed(
        series("文件", "issue", "望水办〔{年}〕{号}号"),
        &json!({ "id": id }),
    );
    assert_eq!(
        seat.refused("number_series_put", other),
        "number.series_used"
    );
    let renamed = changed(
        series("局文件", "issue", "望水〔{年}〕{号}号"),
        &json!({ "id": id, "opening": 38, "formats": ["document"] }),
    );
    seat.ok("number_series_put", renamed);
    let dated_back = json!({ "id": id, "closed_on": in_days(-1) });
    assert_eq!(
        seat.refused("number_series_close", dated_back),
        "number.dated_back"
    );
    seat.ok(
        "number_series_close",
        json!({ "id": id, "closed_on": today().to_string() }),
    );
    assert_eq!(
        seat.refused("number_reserve", reserve(1, &in_days(1), "留")),
        "number.series_closed"
    );
    seat.ok(
        "number_series_close",
        json!({ "id": id, "closed_on": null }),
    );
    let unused = series("签报", "memorandum", "签{年}-{号3}");
    seat.ok("number_series_put", unused);
    let memo = listed(&seat, "签{年}-{号3}");
    assert_eq!(memo["next"], json!(format!("签{year}-001")));
    seat.ok("number_series_remove", json!({ "id": memo["id"] }));
    assert_eq!(
        seat.refused("number_series_remove", json!({ "id": memo["id"] })),
        "number.not_there"
    );
}

#[test]
fn a_series_that_cannot_be_counted_by_is_refused_in_words() {
    let (seat, _) = Seat::alone();
    for (serves, pattern, fields, key) in [
        ("issue", "第{号}号", json!({}), "number.not_standard"),
        ("incoming", "收{号}号", json!({}), "number.no_year"),
        ("issue", "望水〔{年}〕", json!({}), "number.pattern_serial"),
        (
            "issue",
            "望水{年}{号}号",
            json!({}),
            "number.pattern_beside",
        ),
        (
            "issue",
            "望水〔{月}〕{号}号",
            json!({}),
            "number.pattern_braces",
        ),
        (
            "order",
            "第{号}号",
            json!({ "reset": "term" }),
            "number.no_term",
        ),
        (
            "issue",
            "望水〔{年}〕{号}号",
            json!({ "opening": 0 }),
            "number.opening",
        ),
        (
            "issue",
            "望水〔{年}〕{号}号",
            json!({ "title": "" }),
            "vocabulary.empty",
        ),
        (
            "issue",
            "望水〔{年}〕{号}号",
            json!({ "id": "shipped:issue" }),
            "number.not_there",
        ),
    ] {
        let args = changed(series("文件", serves, pattern), &fields);
        assert_eq!(seat.refused("number_series_put", args), key, "{pattern}");
    }
}

#[test]
fn a_document_gets_the_number_of_its_own_series_and_reopening_changes_nothing() {
    let staffed = Staffed::open();
    let (keeper, year) = (&staffed.keeper, today().year());
    keeper.sync_until("the register", || {
        keeper.call("number_series_list", json!({})).is_ok()
    });
    // Of two series the one for notices; it began on paper.
    let whole = series("综合", "issue", "望办〔{年}〕{号}号");
    keeper.ok("number_series_put", whole);
    let notices = changed(
        series("通知", "issue", "望办通〔{年}〕{号}号"),
        &json!({ "types": ["notice"], "opening": 7 }),
    );
    let waiting = keeper.ok("number_series_put", notices);
    assert_eq!(waiting["waiting"], true, "only the server decides");
    keeper.sync();
    keeper.sync_until("both series", || {
        let all = keeper.ok("number_series_list", json!({}));
        all.as_array()
            .expect("series")
            .iter()
            .any(|one| one["code"] == "望办通")
    });
    let id = staffed.submitted();
    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(&staffed.leader, "签发", json!({ "publicity": "open" }));
    agree(&staffed.head, "复核", json!({}));
    // Reserved for it: it gets this one, not the next.
    let held = listed(keeper, "望办通")["id"].clone();
    keeper.ok(
        "number_reserve",
        json!({ "series_id": held, "count": 2, "until_on": in_days(3), "purpose": "防汛" }),
    );
    keeper.sync();
    keeper.sync_until("the reservation", || lines(keeper, "望办通").len() == 2);
    let second = lines(keeper, "望办通")[0].clone();
    keeper.ok(
        "number_confirm",
        json!({ "id": second["id"], "draft_id": id }),
    );
    keeper.sync();
    agree(keeper, "登记", json!({ "copies": 3, "range": "各乡镇" }));
    let given = staffed.instance(&id).issue_number;
    assert_eq!(given, format!("望办通〔{year}〕8号"));
    let proof = task(keeper, "校对");
    let view = keeper.ok("task_open", json!({ "id": proof["id"] }));
    let act = json!({
        "kind": "return", "to": view["form"]["returns"][0]["visit"], "straight": false,
        "reason": "份数有误",
    });
    keeper.ok("process_act", json!({ "id": proof["id"], "act": act }));
    keeper.sync();
    agree(keeper, "登记", json!({ "copies": 4 }));
    assert_eq!(staffed.instance(&id).issue_number, given, "the same number");
    keeper.sync_until("the number in the ledger", || {
        ledger(keeper, "望办通") == kinds(&[("used", 8), ("reserved", 7)])
    });
    let seen = lines(keeper, "望办通");
    assert_eq!(seen[0]["title"], "关于开展汛前安全检查的通知");

    // Its copies, and who has one of them.
    let day = today().to_string();
    let give = |first: u32, last: u32, receiver: &str| {
        json!({
            "draft_id": id, "first": first, "last": last, "receiver": receiver, "note": "",
            "given_on": day,
        })
    };
    let server = |name: &str, args: Value| {
        let person = staffed.office.people[KEEPER];
        crate::organisation::call(staffed.office.server(), person, name, args)
    };
    server("copy_give", give(121, 123, "县水利局")).expect("given");
    assert_eq!(
        server("copy_give", give(123, 124, "县财政局")),
        Err("copy.taken".into())
    );
    assert_eq!(
        server("copy_give", give(0, 5, "县财政局")),
        Err("copy.range".into())
    );
    keeper.sync_until("the copies", || {
        let found = keeper.ok("copy_find", json!({ "number": 123 }));
        found[0]["receiver"] == "县水利局" && found[0]["number"] == json!(given)
    });
    let recall = json!({ "draft_id": id, "first": 123, "last": 123, "recalled_on": day });
    server("copy_recall", recall.clone()).expect("taken back");
    assert_eq!(server("copy_recall", recall), Err("copy.not_out".into()));
    server("copy_give", give(123, 123, "县财政局")).expect("given again");
    let found = server("copy_find", json!({ "number": 123 })).expect("copies");
    let found = found.as_array().expect("rows");
    assert_eq!(found.len(), 2, "what became of it before is kept");
    let copies = server("copy_list", json!({ "id": id })).expect("copies");
    assert_eq!(copies.as_array().map(Vec::len), Some(4));
    staffed.office.audited();
}

#[test]
fn whoever_keeps_no_records_sees_no_numbers_and_another_agency_sees_none_of_these() {
    let staffed = Staffed::open();
    staffed.keeper.ok(
        "number_series_put",
        series("文件", "issue", "望办〔{年}〕{号}号"),
    );
    staffed.keeper.sync();
    let (server, people) = (staffed.office.server(), &staffed.office.people);
    let list = |person: usize| {
        crate::organisation::call(server, people[person], "number_series_list", json!({}))
    };
    assert_eq!(list(0), Err("command.forbidden".into()), "a drafter");
    let held = staffed.drafter.open();
    let rows = held
        .store
        .read(|reader| reader.number_series(&agency_of(&staffed)));
    assert!(
        rows.expect("a store").is_empty(),
        "nothing of it lies at the drafter's desk"
    );
    staffed.keeper.sync_until("the series at the keeper's", || {
        listed(&staffed.keeper, "望办")["is_own"] == true
    });
}

fn agency_of(staffed: &Staffed) -> String {
    let person = staffed.office.people[KEEPER];
    let read = staffed.office.read(|reader| reader.person(person));
    read.agency_id.as_text()
}

#[test]
fn two_desks_ask_a_hundred_times_at_the_same_time_and_no_number_is_missing_or_double() {
    let staffed = Staffed::open();
    let second = staffed.office.seat_by_code(KEEPER);
    let ids: Vec<String> = (0..100).map(|_| written(&staffed)).collect();
    staffed.drafter.sync();
    for (seat, step, items) in [
        (&staffed.head, "处室核稿", json!({})),
        (&staffed.head, "办公室审核", json!({})),
        (
            &staffed.leader,
            "签发",
            json!({ "publicity": "closed", "publicity_reason": "属内部管理事项" }),
        ),
        (&staffed.head, "复核", json!({})),
    ] {
        waits(seat, step, ids.len());
        decide_all(seat, step, &items);
        seat.sync();
    }
    for seat in [&staffed.keeper, &second] {
        waits(seat, "登记", ids.len());
    }
    let both = Barrier::new(2);
    thread::scope(|scope| {
        for seat in [&staffed.keeper, &second] {
            let both = &both;
            scope.spawn(move || {
                decide_all(seat, "登记", &json!({ "copies": 10 }));
                both.wait();
                seat.sync();
            });
        }
    });
    let year = today().year();
    let mut given: Vec<String> = ids
        .iter()
        .map(|id| staffed.instance(id).issue_number)
        .collect();
    given.sort_by_key(|number| (number.len(), number.clone()));
    let wanted: Vec<String> = (1..=ids.len())
        .map(|n| format!("{SHIPPED}〔{year}〕{n}号"))
        .collect();
    assert_eq!(given, wanted, "no gap and no double");
    let person = staffed.office.people[KEEPER];
    let check =
        crate::organisation::call(staffed.office.server(), person, "number_check", json!({}));
    let check = check.expect("a check");
    assert_eq!(check["numbers"], 100);
    assert_eq!(
        (&check["gaps"], &check["doubles"]),
        (&json!([]), &json!([]))
    );
    staffed.keeper.sync_until("the ledger at the keeper's", || {
        lines(&staffed.keeper, SHIPPED).len() == 100
    });
}

fn written(staffed: &Staffed) -> String {
    let id = write(
        &staffed.drafter,
        "关于开展汛前安全检查的通知",
        &["请逐一检查。"],
    );
    staffed
        .drafter
        .ok("draft_submit", json!({ "id": id, "note": "" }));
    id
}

fn waiting(seat: &Seat, step: &str) -> Vec<Value> {
    let mut todo = tasks(seat, "todo");
    todo.retain(|task| task["step"] == step && task["sync"] == "settled");
    todo
}

fn waits(seat: &Seat, step: &str, many: usize) {
    seat.sync_until(step, || waiting(seat, step).len() == many);
}

fn decide_all(seat: &Seat, step: &str, items: &Value) {
    for task in waiting(seat, step) {
        let act = json!({
            "kind": "decide", "verdict": "agree", "words": "同意。", "items": items, "chosen": {},
        });
        seat.ok("process_act", json!({ "id": task["id"], "act": act }));
    }
}
