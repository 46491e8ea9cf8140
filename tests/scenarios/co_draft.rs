//! 共同起草: two people at two desks write one draft, with and without a network; what came too late is kept
//! aside; whoever is shown out keeps nothing.

use andu_desk::andu_api::DeskEvent;
use andu_store::LateState;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

use crate::{
    editor::{Calls, Editor, given, has_text, reading, row, write},
    office::{Office, Seat, until},
};

const TITLE: &str = "关于做好汛期水库安全管理工作的通知";
const BODY: [&str; 2] = [
    "汛期将至，请各乡镇对辖区内水库逐一检查。",
    "检查情况请于6月10日前报县政府办公室。",
];

/// Invites a person of the office, at the author's desk.
fn invite(office: &Office, author: &Seat, id: &str, person: usize) {
    let args = json!({
        "id": id, "person_id": office.people[person].as_text(), "through_on": null,
    });
    author.ok("co_drafter_invite", args);
}

/// A draft of person 0 that person 1 writes along; both desks have it.
fn shared(office: &mut Office) -> (Seat, Seat, String) {
    let (author, other) = (office.seat(0), office.seat(1));
    let id = write(&author, TITLE, &BODY);
    invite(office, &author, &id, 1);
    author.sync();
    other.sync_until("the shared draft", || has_text(&other, &id));
    (author, other, id)
}

/// Paragraphs as a desk has them stored.
fn stored(seat: &Seat, id: &str) -> Vec<String> {
    let document = andu_desk::andu_api::draft::stored_document(&*seat.open(), id);
    crate::editor::said(&document.expect("a text")).1
}

fn at_server(office: &Office, id: &str) -> Vec<String> {
    let text = office
        .server()
        .store()
        .read(|reader| andu_app::draft::read_text(reader, id))
        .expect("a text");
    crate::editor::said(&text.to_document().expect("readable").document).1
}

/// Everything a desk tells its window.
fn events(seat: &Seat) -> Arc<Mutex<Vec<DeskEvent>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ear = Arc::clone(&heard);
    seat.desk.events.listen(Arc::new(move |event| {
        ear.lock().expect("no panic before").push(event);
    }));
    heard
}

#[test]
fn two_people_write_one_draft_without_a_network_and_both_texts_are_there() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let seen = row(&other, &id, false).expect("among the drafts that the other writes");
    assert_eq!(seen["author"], "何雨桐");
    author.proxy().lead(None);
    other.proxy().lead(None);

    // The same paragraph, both at once.
    let mut here = Editor::open(&author, &id);
    let mut there = Editor::open(&other, &id);
    assert!(!there.opened.read_only, "an invited person writes");
    let by_author = "汛期将至，请各乡镇对辖区内水库、山塘逐一检查。";
    let by_other = "主汛期将至，请各乡镇对辖区内水库逐一检查。";
    author.ok("draft_update", here.says(TITLE, &[by_author, BODY[1]]));
    other.ok(
        "draft_update",
        there.says(TITLE, &[by_other, BODY[1], "特此通知。"]),
    );
    for desk in [&author, &other] {
        desk.ok("draft_flush", json!({ "id": id }));
        assert_eq!(desk.outbox(), 1, "it waits");
    }
    let waiting = other.ok("co_drafter_list", json!({ "id": id }));
    assert_eq!(
        (&waiting["unsent"], &waiting["is_author"]),
        (&json!(1), &json!(false))
    );

    office.reconnect(&author);
    office.reconnect(&other);
    let both = vec![
        "主汛期将至，请各乡镇对辖区内水库、山塘逐一检查。".to_owned(),
        BODY[1].to_owned(),
        "特此通知。".to_owned(),
    ];
    // The open editors have it too: what is written next stands beside it.
    let in_editor = |desk: &Seat| {
        let open = desk.open();
        let writing = open.writings.get(&id).expect("still open");
        let document = writing.document().expect("readable");
        crate::editor::said(&document).1
    };
    for desk in [&author, &other] {
        desk.sync_until("both texts", || {
            stored(desk, &id) == both && in_editor(desk) == both
        });
    }
    assert_eq!(at_server(&office, &id), both);
    let spans = author.ok("draft_authorship", json!({ "id": id }));
    let by = |text: &str, at: usize| {
        let said = &both[at];
        let bytes = said.find(text).expect("in the paragraph");
        let first = said[..bytes].chars().count() as u64;
        let place = format!("body/{at}");
        let spans = spans.as_array().expect("spans").iter();
        let number = |span: &Value, name: &str| span[name].as_u64().expect("a number");
        let mut of = spans.filter(|span| span["place"] == place);
        of.find(|span| number(span, "start") <= first && first < number(span, "end"))
            .map(|span| span["name"].as_str().expect("a name").to_owned())
            .unwrap_or_default()
    };
    assert_eq!(by("主", 0), "沈亦舟");
    assert_eq!(by("、山塘", 0), "何雨桐");
    assert_eq!(by("特此通知。", 2), "沈亦舟");
    office.audited();
}

#[test]
fn what_one_writes_appears_in_the_others_open_editor() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let heard = events(&author);
    let mut here = Editor::open(&author, &id);
    let mut there = Editor::open(&other, &id);
    other.ok(
        "draft_update",
        there.says(TITLE, &[BODY[0], BODY[1], "特此通知。"]),
    );
    let mut update = None;
    until("the edit of the other desk", || {
        author.ok("sync_now", json!({}));
        update = heard
            .lock()
            .expect("no panic before")
            .iter()
            .find_map(|event| match event {
                DeskEvent::Text { draft_id, update } if *draft_id == id => {
                    Some(json!({ "update": update }))
                }
                _ => None,
            });
        update.is_some()
    });
    here.take(&update.expect("an update"));
    let want = given(TITLE, &[BODY[0], BODY[1], "特此通知。"]);
    assert_eq!(crate::editor::said(&here.document()), want);
    // And what is typed upon it goes back under the own id alone.
    author.ok(
        "draft_update",
        here.says(TITLE, &[BODY[0], BODY[1], "特此通知，请遵照执行。"]),
    );
    author.sync();
    other.sync_until("the answer", || {
        stored(&other, &id)
            .last()
            .is_some_and(|last| last == "特此通知，请遵照执行。")
    });
    // A desk that has both edits keeps on: nothing was refused.
    assert_eq!(row(&author, &id, false).expect("a row")["sync"], "settled");
    author.ok("draft_close", json!({ "id": id }));
    other.ok("draft_close", json!({ "id": id }));
    assert_eq!(reading(&author, &id), reading(&other, &id));
}

#[test]
fn what_comes_after_submission_stands_aside_until_the_author_decides() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let mut there = Editor::open(&other, &id);
    other.proxy().lead(None);
    for end in ["特此通知。", "特此通知，请遵照执行。"] {
        other.ok("draft_update", there.says(TITLE, &[BODY[0], BODY[1], end]));
        other.ok("draft_flush", json!({ "id": id }));
    }
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    author.sync();
    let frozen = at_server(&office, &id);
    assert_eq!(frozen, BODY);

    let heard = events(&other);
    office.reconnect(&other);
    other.sync();
    assert_eq!(
        at_server(&office, &id),
        frozen,
        "a frozen text does not move"
    );
    assert_eq!(
        stored(&other, &id),
        frozen,
        "the desk says what the server says"
    );
    until("the editor to be told", || {
        let heard = heard.lock().expect("no panic before");
        let mut reopened = heard.iter();
        reopened.any(|event| matches!(event, DeskEvent::Reopen { draft_id } if *draft_id == id))
    });
    assert!(Editor::open(&other, &id).opened.read_only);

    let late = |desk: &Seat| desk.ok("co_drafter_list", json!({ "id": id }))["late"].clone();
    author.sync_until("the late edits", || {
        !late(&author).as_array().expect("rows").is_empty()
    });
    let rows = late(&author);
    assert_eq!(
        rows.as_array().expect("rows").len(),
        1,
        "one person's are one: {rows}"
    );
    assert_eq!(
        (&rows[0]["name"], &rows[0]["edits"]),
        (&json!("沈亦舟"), &json!(2))
    );
    let branch = json!({ "id": id, "branch_id": rows[0]["id"] });
    let view = author.ok("late_view", branch.clone());
    let lines = |name: &str| -> Vec<String> {
        let lines = view[name].as_array().expect("lines").iter();
        lines
            .map(|line| {
                let runs = line["runs"].as_array().expect("runs").iter();
                runs.map(|run| run["text"].as_str().expect("text"))
                    .collect()
            })
            .collect()
    };
    assert_eq!(lines("submitted").len(), 3, "title and two paragraphs");
    assert_eq!(lines("edited")[3], "特此通知，请遵照执行。");
    assert_eq!(
        lines("merged"),
        lines("edited"),
        "nothing else has changed since"
    );
    assert_eq!(view["can_accept"], false);

    let accept = json!({ "id": id, "branch_id": rows[0]["id"], "accept": true });
    author.ok("late_settle", accept.clone());
    author.sync();
    assert_eq!(at_server(&office, &id), frozen, "not while it is frozen");

    author.ok("draft_withdraw", json!({ "id": id }));
    author.sync();
    author.ok("late_settle", accept);
    let want = [BODY[0], BODY[1], "特此通知，请遵照执行。"];
    for desk in [&author, &other] {
        desk.sync_until("the merged text", || stored(desk, &id) == want);
    }
    assert_eq!(at_server(&office, &id), want);
    assert_eq!(late(&author)[0]["state"], "accepted");
    let spans = author.ok("draft_authorship", json!({ "id": id }));
    let last = spans.as_array().expect("spans").iter().rev();
    let last: Vec<&Value> = last.filter(|span| span["place"] == "body/2").collect();
    assert!(
        !last.is_empty() && last.iter().all(|span| span["name"] == "沈亦舟"),
        "{spans}"
    );
    // Both go on writing.
    let mut there = Editor::open(&other, &id);
    assert!(!there.opened.read_only);
    other.ok("draft_update", there.says(TITLE, &["再改一次。"]));
    other.ok("draft_flush", json!({ "id": id }));
    other.sync();
    author.sync_until("the next edit", || stored(&author, &id) == ["再改一次。"]);
}

#[test]
fn late_edits_that_are_left_out_are_kept() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let mut there = Editor::open(&other, &id);
    other.proxy().lead(None);
    other.ok("draft_update", there.says(TITLE, &["另一种写法。"]));
    other.ok("draft_flush", json!({ "id": id }));
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    author.sync();
    office.reconnect(&other);
    other.sync();
    author.sync_until("the late edit", || {
        author.ok("co_drafter_list", json!({ "id": id }))["late"][0].is_object()
    });
    let branch_id = author.ok("co_drafter_list", json!({ "id": id }))["late"][0]["id"].clone();
    let args = json!({ "id": id, "branch_id": branch_id, "accept": false });
    author.ok("late_settle", args.clone());
    author.sync();
    let kept = office.read(|reader| reader.late_branches(&id));
    assert_eq!(kept[0].state, LateState::Declined);
    author.sync_until("the decision", || {
        author.ok("co_drafter_list", json!({ "id": id }))["late"][0]["state"] == "declined"
    });
    let view = author.ok("late_view", json!({ "id": id, "branch_id": branch_id }));
    assert!(
        view["edited"].to_string().contains("另一种写法。"),
        "still to be read: {view}"
    );
    author.ok("late_settle", args);
    author.sync();
    assert_eq!(at_server(&office, &id), BODY);
}

#[test]
fn whoever_is_shown_out_keeps_nothing_and_loses_nothing() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let mut there = Editor::open(&other, &id);
    other.ok(
        "draft_update",
        there.says(TITLE, &[BODY[0], BODY[1], "同步过的一句。"]),
    );
    other.ok("draft_flush", json!({ "id": id }));
    other.sync();
    other.proxy().lead(None);
    other.ok(
        "draft_update",
        there.says(
            TITLE,
            &[BODY[0], BODY[1], "同步过的一句。", "离线写的一句。"],
        ),
    );
    other.ok("draft_flush", json!({ "id": id }));
    author.sync_until("the first sentence", || stored(&author, &id).len() == 3);
    let people = author.ok("co_drafter_list", json!({ "id": id }));
    let invitation = people["people"][0]["id"].clone();
    author.ok(
        "co_drafter_remove",
        json!({ "id": id, "invitation_id": invitation }),
    );
    author.sync();

    office.reconnect(&other);
    other.sync_until("the draft to go", || row(&other, &id, false).is_none());
    other.sync();
    let open = other.open();
    let gone = open.store.read(|reader| -> andu_store::Result<_> {
        Ok((
            reader.draft_if_there(&id)?.is_none(),
            reader.draft_text(&id)?.is_empty(),
            reader.draft_updates(&id)?.is_empty(),
            reader.co_drafters(&id)?.is_empty(),
            reader.late_branches(&id)?.is_empty(),
            reader.versions(&id)?.is_empty(),
        ))
    });
    assert_eq!(gone.expect("a store"), (true, true, true, true, true, true));
    until("the traces to be wiped", || {
        !open
            .store
            .read(|reader| reader.wipe_due())
            .expect("a store")
    });
    let held = open
        .store
        .read(|reader| reader.scopes_held())
        .expect("a store");
    assert!(
        held.iter().all(|scope| scope.draft_id().is_none()),
        "{held:?}"
    );

    // What was written without a network before the desk knew is with the author.
    author.sync_until("the late sentence", || {
        author.ok("co_drafter_list", json!({ "id": id }))["late"][0]["cause"] == "removed"
    });
    let branch_id = author.ok("co_drafter_list", json!({ "id": id }))["late"][0]["id"].clone();
    author.ok(
        "late_settle",
        json!({ "id": id, "branch_id": branch_id, "accept": true }),
    );
    author.sync_until("it in the text", || {
        stored(&author, &id)
            .last()
            .is_some_and(|last| last == "离线写的一句。")
    });
    assert_eq!(
        other.refused("draft_open", json!({ "id": id })),
        "store.not_found"
    );
}

#[test]
fn only_the_author_invites_and_only_colleagues_who_may_draft() {
    let mut office = Office::open();
    let (author, other, id) = shared(&mut office);
    let say = |seat: &Seat, person: usize, through: Value| {
        let args = json!({
            "id": id, "person_id": office.people[person].as_text(), "through_on": through,
        });
        seat.ok("co_drafter_invite", args);
        seat.sync();
        row(seat, &id, false).expect("a row")["note"]
            .as_str()
            .expect("a note")
            .to_owned()
    };
    assert!(
        say(&other, 2, Value::Null).contains("由他人拟写"),
        "another invites"
    );
    assert!(say(&author, 0, Value::Null).contains("本来就是"), "oneself");
    assert!(
        say(&author, 1, Value::Null).contains("已在共同起草"),
        "twice"
    );
    assert!(
        say(&author, 2, json!("2020-01-01")).contains("截止日期"),
        "in the past"
    );
    let (alone, _) = Seat::alone();
    let own = write(&alone, TITLE, &BODY);
    let args = json!({
        "id": own, "person_id": office.people[1].as_text(), "through_on": null,
    });
    assert_eq!(
        alone.refused("co_drafter_invite", args),
        "co_drafter.no_server"
    );
    let stranger = office.people[2].as_text();
    let known = office.read(|reader| reader.co_drafters(&id));
    assert!(known.iter().all(|known| known.person_id != stranger));
}

#[test]
fn an_invitation_ends_with_its_last_day() {
    let mut office = Office::open();
    let (author, other) = (office.seat(0), office.seat(1));
    let id = write(&author, TITLE, &BODY);
    let args = json!({
        "id": id, "person_id": office.people[1].as_text(),
        "through_on": andu_server::today().to_string(),
    });
    author.ok("co_drafter_invite", args);
    author.sync();
    other.sync_until("the shared draft", || has_text(&other, &id));
    // The day after: the server's own question, asked as of then.
    let tomorrow = andu_server::today().tomorrow().expect("a day");
    let granted =
        office.read(|reader| andu_app::organisation::granted(reader, office.people[1], tomorrow));
    assert!(
        granted.iter().all(|scope| scope.draft_id().is_none()),
        "{granted:?}"
    );
    let today = office.read(|reader| {
        andu_app::organisation::granted(reader, office.people[1], andu_server::today())
    });
    assert!(
        today
            .iter()
            .any(|scope| scope.draft_id() == Some(id.as_str()))
    );
}
