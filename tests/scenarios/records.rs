//! 词库 and 通讯录 edited at two desks that do not know of each other: different fields go together, the
//! same field is kept twice and somebody chooses, and nothing that anybody wrote is lost.

use andu_org::Grant;
use serde_json::{Value, json};

use crate::{
    editor::Calls,
    forged::Device,
    office::{Office, Seat},
    permission::newcomer,
};

fn phrases(at: &Seat) -> Vec<Value> {
    let all = at.ok("phrase_list", json!({ "text": "", "limit": 500 }));
    all.as_array().expect("phrases").clone()
}

fn phrase(at: &Seat, id: &Value) -> Option<(String, String)> {
    let all = phrases(at).into_iter();
    let text = |row: &Value, field: &str| row[field].as_str().expect("a text").to_owned();
    let mut found = all.filter(|row| row["id"] == *id);
    found
        .next()
        .map(|row| (text(&row, "group"), text(&row, "text")))
}

fn said(group: &str, text: &str) -> Option<(String, String)> {
    Some((group.to_owned(), text.to_owned()))
}

fn enter(at: &Seat, group: &str, text: &str) -> Value {
    let entry = json!({ "id": "", "group": group, "text": text });
    at.ok("phrase_put", json!({ "entry": entry, "was": null }))["id"].clone()
}

/// Changes a phrase from what this desk shows now.
fn change(at: &Seat, id: &Value, group: &str, text: &str) {
    let (was_group, was_text) = phrase(at, id).expect("a phrase");
    let entry = json!({ "id": id, "group": group, "text": text });
    let was = json!({ "id": id, "group": was_group, "text": was_text });
    at.ok("phrase_put", json!({ "entry": entry, "was": was }));
}

fn edits(at: &Seat) -> Vec<Value> {
    let all = at.ok("double_edit_list", json!({}));
    all.as_array().expect("double edits").clone()
}

fn open(at: &Seat) -> Vec<Value> {
    edits(at)
        .into_iter()
        .filter(|edit| edit["open"] == true)
        .collect()
}

/// Two desks of two people that hold the same phrase, and its id.
fn two_desks() -> (Office, Seat, Seat, Value) {
    let mut office = Office::open();
    let (one, two) = (office.seat(0), office.seat(1));
    let id = enter(&one, "结尾语", "特此通知。");
    one.sync();
    two.sync_until("the phrase", || phrase(&two, &id).is_some());
    (office, one, two, id)
}

fn settle(at: &Seat, edit: &Value, adopt: bool) -> Value {
    let args = json!({ "id": edit["id"], "adopt": adopt, "seen": edit["seen"] });
    at.ok("double_edit_settle", args)
}

#[test]
fn different_fields_of_one_entry_go_together_and_nobody_is_asked() {
    let (mut office, one, two, id) = two_desks();
    office.stop();
    change(&one, &id, "常用结尾", "特此通知。");
    change(&two, &id, "结尾语", "特此通知，请遵照执行。");
    assert_eq!(
        phrase(&two, &id),
        said("结尾语", "特此通知，请遵照执行。"),
        "what was written is there at once"
    );
    office.start();
    one.sync();
    two.sync();
    let both = said("常用结尾", "特此通知，请遵照执行。");
    for desk in [&one, &two] {
        desk.sync_until("both changes", || phrase(desk, &id) == both);
        assert!(
            edits(desk).is_empty(),
            "somebody is asked: {:?}",
            edits(desk)
        );
    }
    let merged = office.get_text("/metrics");
    assert!(merged.contains("merged"), "{merged}");
}

#[test]
fn of_the_same_field_what_came_first_stands_and_the_other_chooses() {
    let (mut office, one, two, id) = two_desks();
    office.stop();
    change(&one, &id, "结尾语", "特此函达。");
    change(&two, &id, "结尾语", "特此函复。");
    office.start();
    one.sync();
    two.sync();
    two.sync_until("the question", || open(&two).len() == 1);
    one.sync_until("a pull", || true);
    assert!(edits(&one).is_empty(), "whose change stands is not asked");
    for desk in [&one, &two] {
        assert_eq!(phrase(desk, &id), said("结尾语", "特此函达。"));
    }
    let edit = open(&two).remove(0);
    assert_eq!(
        (
            &edit["kept_value"],
            &edit["kept_by"],
            &edit["lost_value"],
            &edit["field"]
        ),
        (
            &json!("特此函达。"),
            &json!("何雨桐"),
            &json!("特此函复。"),
            &json!("phrase")
        )
    );

    let answer = settle(&two, &edit, true);
    assert_eq!(answer["kind"], "waiting", "the server decides");
    two.sync();
    for desk in [&one, &two] {
        desk.sync_until("the chosen text", || {
            phrase(desk, &id) == said("结尾语", "特此函复。")
        });
    }
    assert!(open(&two).is_empty());
    let steps = edits(&two)[0]["history"].clone();
    let steps: Vec<&str> = steps
        .as_array()
        .expect("steps")
        .iter()
        .map(|step| step["step"].as_str().expect("a word"))
        .collect();
    assert_eq!(steps, ["stood", "wanted", "adopted"]);
}

#[test]
fn a_choice_is_made_on_what_stands_and_by_the_one_who_is_asked() {
    let (mut office, one, two, id) = two_desks();
    office.stop();
    change(&one, &id, "结尾语", "特此函达。");
    change(&two, &id, "结尾语", "特此函复。");
    office.start();
    one.sync();
    two.sync();
    two.sync_until("the question", || open(&two).len() == 1);
    let stale = open(&two).remove(0);
    change(&one, &id, "结尾语", "妥否，请批示。");
    one.sync();
    two.sync_until("what stands by now", || {
        open(&two)[0]["kept_value"] == "妥否，请批示。"
    });

    // Over HTTP: on what stood before, and by somebody else.
    let owner = Device::enrol(&office, 1);
    let args = json!({ "id": stale["id"], "adopt": true, "seen": stale["seen"] });
    let (_, answer) = owner.call(&office, "double_edit_settle", &args);
    assert!(answer.to_string().contains("又有改动"), "{answer}");
    let other = Device::enrol(&office, 0);
    let now = open(&two).remove(0);
    let args = json!({ "id": now["id"], "adopt": true, "seen": now["seen"] });
    let (_, answer) = other.call(&office, "double_edit_settle", &args);
    assert_eq!(answer["kind"], "rejected", "{answer}");

    let (_, answer) = owner.call(
        &office,
        "double_edit_settle",
        &json!({ "id": now["id"], "adopt": false, "seen": now["seen"] }),
    );
    assert_eq!(answer["kind"], "applied", "{answer}");
    two.sync_until("the settled question", || open(&two).is_empty());
    assert_eq!(phrase(&two, &id), said("结尾语", "妥否，请批示。"));
    assert_eq!(
        edits(&two)[0]["lost_value"],
        "特此函复。",
        "what was not chosen is still to be read"
    );
}

#[test]
fn taken_out_here_and_changed_there_is_shown_and_can_be_had_again() {
    let (mut office, one, two, id) = two_desks();
    office.stop();
    one.ok("phrase_remove", json!({ "id": id }));
    change(&two, &id, "结尾语", "特此函复。");
    office.start();
    one.sync();
    two.sync();
    two.sync_until("the question", || open(&two).len() == 1);
    assert_eq!(phrase(&two, &id), None);
    let edit = open(&two).remove(0);
    assert_eq!(edit["kept_value"], "", "it was taken out: {edit}");
    settle(&two, &edit, true);
    two.sync();
    for desk in [&one, &two] {
        desk.sync_until("the phrase again", || {
            phrase(desk, &id) == said("结尾语", "特此函复。")
        });
    }

    // The other way round: changed there first, taken out here unseen.
    office.stop();
    change(&one, &id, "结尾语", "特此报告。");
    two.ok("phrase_remove", json!({ "id": id }));
    assert_eq!(phrase(&two, &id), None);
    office.start();
    one.sync();
    two.sync();
    two.sync_until("the question", || open(&two).len() == 1);
    assert_eq!(
        phrase(&two, &id),
        said("结尾语", "特此报告。"),
        "what somebody has just changed is not taken out"
    );
    settle(&two, &open(&two).remove(0), true);
    two.sync();
    one.sync_until("it to go", || phrase(&one, &id).is_none());
}

#[test]
fn a_name_that_two_enter_is_entered_once_and_the_other_is_told() {
    let mut office = Office::open();
    let (one, two) = (office.seat(0), office.seat(1));
    office.stop();
    let agency = json!({
        "id": "", "name": "青川市水利局", "short_name": "市水利局", "authority_code": "青水",
        "relation": "superior", "system": "政府", "members": [],
    });
    let mut ids = Vec::new();
    for desk in [&one, &two] {
        let put = desk.ok("agency_put", json!({ "entry": agency, "was": null }));
        ids.push(put["id"].clone());
    }
    office.start();
    one.sync();
    two.sync();
    let held = |desk: &Seat| -> Vec<Value> {
        let all = desk.ok("agency_list", json!({ "text": "青川", "limit": 50 }));
        let all = all.as_array().expect("agencies").iter();
        all.map(|row| row["id"].clone()).collect()
    };
    for desk in [&one, &two] {
        desk.sync_until("one entry", || held(desk) == ids[..1]);
    }
    let told = two.ok("act_refusals", json!({}));
    assert!(told.to_string().contains("青川市水利局"), "{told}");
}

#[test]
fn a_template_reaches_the_other_desks_of_the_agency() {
    let mut office = Office::open();
    let (one, two) = (office.seat(0), office.seat(1));
    let id = crate::editor::write(&one, "关于做好值班工作的通知", &["请各单位认真落实。"]);
    let saved = one.ok(
        "template_save",
        json!({ "draft_id": id, "name": "值班通知" }),
    );
    one.sync();
    two.sync_until("the template", || {
        let all = two.ok("template_list", json!({ "text": "值班", "limit": 50 }));
        all.as_array().expect("templates").len() == 1
    });
    let begun = two.ok(
        "draft_create",
        json!({
            "document_type": "notice", "format": "document", "direction": "downward",
            "template_id": saved["id"],
        }),
    );
    assert_eq!(begun["title"], "关于做好值班工作的通知");
}

#[test]
fn rooms_and_numbers_of_one_person_merge_and_one_number_is_chosen() {
    let mut office = Office::open();
    let keepers = [0, 1].map(|_| newcomer(&mut office, &[Grant::KeepOrganisation]));
    let [one, two] = keepers.map(|keeper| office.seat(keeper));
    let whose = office.people[0];
    let agency = office.read(|reader| reader.person(whose)).agency_id;
    let telephone = |id: &Value, number: &str, was: Value| {
        json!({
            "id": id, "agency_id": agency, "person_id": whose, "kind": "office",
            "number": number, "grade": "agency", "was": was,
        })
    };
    let seen = |number: &str| json!({ "kind": "office", "number": number, "grade": "agency" });
    let place = |room: &str, note: &str, was: Value| json!({ "agency_id": agency, "person_id": whose, "room": room, "note": note, "was": was });
    let id = json!(uuid::Uuid::now_v7());
    one.ok("telephone_put", telephone(&id, "7654001", Value::Null));
    one.ok("contact_put", place("301", "", Value::Null));
    one.sync();
    let card = |at: &Seat| at.ok("person_card", json!({ "id": whose, "on": null }));
    two.sync_until("number and room", || {
        let card = card(&two);
        card["room"] == "301" && card["telephones"][0]["number"] == "7654001"
    });

    office.stop();
    let was = || json!({ "room": "301", "note": "" });
    one.ok("contact_put", place("405", "", was()));
    two.ok("contact_put", place("301", "上午在政务大厅", was()));
    one.ok("telephone_put", telephone(&id, "7654002", seen("7654001")));
    two.ok("telephone_put", telephone(&id, "7654003", seen("7654001")));
    office.start();
    one.sync();
    two.sync();
    for desk in [&one, &two] {
        desk.sync_until("room and note", || {
            let card = card(desk);
            card["room"] == "405" && card["note"] == "上午在政务大厅"
        });
    }
    two.sync_until("the question", || open(&two).len() == 1);
    let edit = open(&two).remove(0);
    assert_eq!(
        (
            &edit["entity"],
            &edit["label"],
            &edit["kept_value"],
            &edit["lost_value"]
        ),
        (
            &json!("telephone"),
            &json!("何雨桐"),
            &json!("7654002"),
            &json!("7654003")
        )
    );
    let args = json!({ "id": edit["id"], "adopt": true, "seen": edit["seen"] });
    two.ok("contact_settle", args);
    two.sync();
    one.sync_until("the chosen number", || {
        card(&one)["telephones"][0]["number"] == "7654003"
    });
    let listed = one.ok(
        "contact_list",
        json!({ "text": "政务大厅", "department_id": null, "limit": 50 }),
    );
    assert_eq!(
        listed[0]["person_id"],
        json!(whose),
        "found by the note: {listed}"
    );
}
