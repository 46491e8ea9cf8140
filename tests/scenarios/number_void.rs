//! 作废 of a number: who may, of which numbers, and never without a reason.

use andu_base::PersonId;
use andu_server::person_named;
use andu_store::{NumberEntry, NumberState};
use serde_json::{Value, json};

use crate::{
    editor::Calls,
    incoming,
    number::{changed, in_days, lines, listed, numbered, series, today},
    office::{Office, Seat},
    organisation::call,
    outgoing::{Staffed, agree},
};

const DRAFTER: usize = 0;
const KEEPER: usize = 5;

fn void(office: &Office, person: PersonId, id: &str, reason: &str) -> Result<Value, String> {
    let args = json!({ "id": id, "reason": reason });
    call(office.server(), person, "number_void", args)
}

/// The same by who may.
fn voided(office: &Office, id: &str) -> Result<Value, String> {
    void(office, office.people[KEEPER], id, "编错")
}

/// The number that a document has at the server.
fn number_of(office: &Office, document: &str) -> NumberEntry {
    let held = office.read(|reader| reader.numbers_of("draft", document));
    held.into_iter().next().expect("a number")
}

fn state_of(office: &Office, id: &str) -> NumberState {
    let entry = office.read(|reader| reader.number_entry(id));
    entry.expect("a number").state
}

fn refused(key: &str) -> Result<Value, String> {
    Err(key.to_owned())
}

#[test]
fn only_who_keeps_the_registers_of_the_agency_voids_and_only_with_a_reason() {
    let staffed = incoming::Staffed::open();
    let office = &staffed.office;
    let document = staffed.registered("望应急〔2026〕31号");
    let held = number_of(office, &document);
    let elsewhere = person_named(office.server(), "苏博文").expect("a keeper of another agency");
    let keeper = office.people[KEEPER];
    let long = "错".repeat(201);
    for (person, id, reason, key) in [
        (
            office.people[DRAFTER],
            held.id.as_str(),
            "编错",
            "command.forbidden",
        ),
        (elsewhere, held.id.as_str(), "编错", "number.not_there"),
        (keeper, "no-such-number", "编错", "number.not_there"),
        (keeper, held.id.as_str(), "", "vocabulary.empty"),
        (keeper, held.id.as_str(), "　 ", "vocabulary.empty"),
        (keeper, held.id.as_str(), &long, "vocabulary.too_long"),
        // It is being handled: it keeps its number.
        (keeper, held.id.as_str(), "编错", "number.in_use"),
    ] {
        assert_eq!(void(office, person, id, reason), refused(key), "{reason}");
        assert_eq!(state_of(office, &held.id), NumberState::Used, "{key}");
    }

    // What was sent back needs no number of ours any more.
    let items = json!({ "lane": "send_back", "back_reason": "主送机关有误" });
    incoming::agree(&staffed.keeper, "初审", "", items, json!({}));
    incoming::agree(&staffed.keeper, "退文", "", json!({}), json!({}));
    voided(office, &held.id).expect("it is void");
    let entry = office.read(|reader| reader.number_entry(&held.id));
    let entry = entry.expect("it stays in the ledger");
    assert_eq!(
        (entry.state, entry.note.as_str()),
        (NumberState::Void, "编错")
    );
    assert_eq!(entry.number, held.number);
    assert_eq!(voided(office, &held.id), refused("number.void_before"));
    // Nobody gets it again.
    let next = staffed.registered("望应急〔2026〕32号");
    assert_ne!(number_of(office, &next).number, held.number);
    office.audited();
}

#[test]
fn a_number_that_is_kept_for_a_document_or_used_by_one_is_not_voided() {
    let staffed = Staffed::open();
    let (office, keeper) = (&staffed.office, &staffed.keeper);
    let server = |name: &str, args: Value| call(office.server(), office.people[KEEPER], name, args);
    let kept = series("文件", "issue", "望办〔{年}〕{号}号");
    server("number_series_put", kept).expect("a series");
    keeper.sync_until("the series", || {
        let all = keeper.ok("number_series_list", json!({}));
        let mut all = all.as_array().expect("series").iter();
        all.any(|one| one["code"] == "望办")
    });
    let reserve = json!({
        "series_id": listed(keeper, "望办")["id"], "count": 2, "until_on": in_days(3), "purpose": "防汛",
    });
    server("number_reserve", reserve).expect("two numbers");
    let ids = || {
        let found = server(
            "number_ledger",
            json!({
                "code": "望办", "period": today().year(), "kind": null, "text": "", "offset": 0, "limit": 9,
            }),
        );
        let rows = found.expect("a ledger")["rows"].clone();
        let rows = rows.as_array().expect("rows").clone();
        rows.iter()
            .map(|row| row["id"].as_str().expect("an id").to_owned())
            .collect::<Vec<_>>()
    };
    let [second, first] = &ids()[..] else {
        panic!("two numbers are reserved");
    };
    let draft = staffed.submitted();
    let name = |draft: &str| json!({ "id": first, "draft_id": draft });
    server("number_confirm", name(&draft)).expect("kept for it");
    assert_eq!(voided(office, first), refused("number.reserved_for_other"));
    assert_eq!(state_of(office, first), NumberState::Reserved);
    server("number_confirm", name("")).expect("kept for none");
    voided(office, first).expect("it is void");
    assert_eq!(voided(office, first), refused("number.void_before"));
    voided(office, second).expect("kept for nobody, it is void");

    agree(&staffed.head, "处室核稿", json!({}));
    agree(&staffed.head, "办公室审核", json!({}));
    agree(
        &staffed.leader,
        "签发",
        json!({ "publicity": "on_request" }),
    );
    agree(&staffed.head, "复核", json!({}));
    agree(keeper, "登记", json!({ "copies": 3 }));
    let held = number_of(office, &draft);
    assert!(held.number.ends_with("〕3号"), "{}", held.number);
    assert_eq!(
        voided(office, &held.id),
        refused("number.in_use"),
        "on its way"
    );
    for step in ["校对", "用印", "印制核发", "归档"] {
        agree(keeper, step, json!({}));
    }
    assert_eq!(voided(office, &held.id), refused("number.in_use"), "issued");
    assert_eq!(state_of(office, &held.id), NumberState::Used);
}

#[test]
fn an_explained_number_is_not_voided_and_a_desk_alone_asks_the_same() {
    let (seat, _) = Seat::alone();
    let year = today().year();
    let paper = changed(
        series("文件", "issue", "望水〔{年}〕{号}号"),
        &json!({ "opening": 38 }),
    );
    seat.ok("number_series_put", paper);
    let draft = numbered(&seat, &format!("望水〔{year}〕40号"));
    let done = seat.ok("draft_number", json!({ "id": draft }));
    assert_eq!(done["kind"], "applied");
    let explain = json!({ "code": "望水", "period": year, "first": 38, "last": 39, "reason": "纸质登记簿已用" });
    seat.ok("number_explain", explain);
    let refused = |serial: u64, reason: &str| {
        let rows = lines(&seat, "望水").into_iter();
        let mut rows = rows.filter(|row| row["first"] == serial);
        let id = rows.next().expect("a line")["id"].clone();
        seat.refused("number_void", json!({ "id": id, "reason": reason }))
    };
    assert_eq!(refused(39, "编错"), "number.void_before");
    assert_eq!(refused(40, "不发了"), "number.in_use");
    assert_eq!(refused(40, " "), "vocabulary.empty");
}
