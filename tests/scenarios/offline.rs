//! A server that is not there for a while.

use serde_json::json;

use crate::{
    editor::{Calls, Editor, given, reading, row, rows, write},
    forged::Device,
    office::{Office, until},
    proxy::{Stage, Trap},
};

const TITLE: &str = "关于开展农村饮水安全检查的通知";
const BODY: [&str; 2] = ["请各村自查供水设施。", "县水务局将于9月抽查。"];

#[test]
fn work_done_without_a_server_arrives_once_when_it_is_back() {
    let mut office = Office::open();
    let (author, colleague) = (office.seat(0), office.seat(1));
    office.stop();
    let id = write(&author, TITLE, &["初稿"]);
    let mut editor = Editor::open(&author, &id);
    for length in 1..=BODY.len() {
        author.ok("draft_update", editor.says(TITLE, &BODY[..length]));
        author.ok("draft_flush", json!({ "id": id }));
    }
    let answer = author.ok("draft_submit", json!({ "id": id, "note": "" }));
    assert_eq!(answer["kind"], "waiting");
    let waiting = row(&author, &id, false).expect("a row");
    assert_eq!(
        (&waiting["state"], &waiting["sync"]),
        (&json!("drafting"), &json!("waiting")),
        "not in force before the server has decided"
    );
    until("the desk to notice", || {
        author.ok("sync_now", json!({}));
        author.ok("sync_status", json!({}))["online"] == false
    });
    assert!(
        author.outbox() >= 4,
        "begun, written, submitted: all of it waits"
    );
    // The desk is closed and opened again while there is no server.
    author.ok("session_lock", json!({}));
    author.ok(
        "session_unlock",
        json!({ "password": crate::office::PASSWORD }),
    );
    assert_eq!(
        reading(&author, &id),
        given(TITLE, &BODY),
        "nothing lost over a lock"
    );

    office.start();
    author.sync();
    let settled = row(&author, &id, false).expect("a row");
    assert_eq!(
        (&settled["state"], &settled["sync"]),
        (&json!("submitted"), &json!("settled"))
    );
    colleague.sync_until("the draft", || !rows(&colleague, None, true).is_empty());
    assert_eq!(rows(&colleague, None, true).len(), 1, "it came once");
    assert_eq!(reading(&colleague, &id), given(TITLE, &BODY));
    let drafts = office.drafts();
    assert_eq!(drafts.len(), 1, "nothing doubled");
    assert_eq!(author.ok("sync_status", json!({}))["online"], true);
    office.audited();
}

#[test]
fn a_hundred_edits_without_a_server_go_in_one_sitting() {
    let mut office = Office::open();
    let author = office.seat(0);
    let id = write(&author, TITLE, &[BODY[0]]);
    author.sync();
    author.proxy().lead(None);
    let mut editor = Editor::open(&author, &id);
    for count in 0..100 {
        let line = format!("第{count}次修改。");
        author.ok("draft_update", editor.says(TITLE, &[BODY[0], &line]));
        author.ok("draft_flush", json!({ "id": id }));
    }
    assert_eq!(author.outbox(), 100);
    office.reconnect(&author);
    // Pushes follow each other; nothing is left for the next look at the clock.
    author.ok("sync_now", json!({}));
    until("an empty outbox", || author.outbox() == 0);
    let there = office.server().store().read(|reader| {
        andu_app::draft::read_text(reader, &id)
            .map(|text| text.to_document().expect("readable").document)
    });
    let there = there.expect("a text");
    assert_eq!(
        crate::editor::said(&there),
        given(TITLE, &[BODY[0], "第99次修改。"])
    );
}

#[test]
fn an_answer_that_is_lost_is_given_again_the_same() {
    let mut office = Office::open();
    let author = office.seat(0);
    // The server does it, and the desk never hears of it.
    for _ in 0..3 {
        author.proxy().set(Trap {
            path: "/sync/push",
            stage: Stage::Answered,
            holding: "",
            spring: Box::new(|| ()),
        });
        let before = office.drafts().len();
        let id = write(&author, TITLE, &BODY);
        author.ok("sync_now", json!({}));
        until("a lost answer", || author.proxy().sprung());
        author.sync();
        assert_eq!(
            office.drafts().len(),
            before + 1,
            "a repeated push began a second draft"
        );
        assert_eq!(reading(&author, &id), given(TITLE, &BODY));
    }
    office.audited();
}

#[test]
fn the_same_push_twice_has_the_same_outcome_and_one_effect() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let command = device.create(1);
    let first = device.push(&office, std::slice::from_ref(&command));
    let audited = office.audited();
    for _ in 0..3 {
        let again = device.push(&office, std::slice::from_ref(&command));
        assert_eq!(again, first, "the stored outcome answers");
    }
    assert_eq!(office.drafts().len(), 1);
    assert_eq!(office.audited(), audited, "a repetition is no second act");
}

/// Changes what is in an envelope of the outbox as if it had been made at another time, and signs it anew.
fn made_at(seat: &crate::office::Seat, at: &[&str]) {
    let open = seat.open();
    let mut own = open
        .store
        .read(|reader| reader.own_commands(0))
        .expect("what waits");
    own.reverse();
    open.store
        .write(|tx| -> andu_store::Result<()> {
            for (own, at) in own.into_iter().zip(at.iter().cycle()) {
                let mut command = own.command;
                (*at).clone_into(&mut command.claimed_at);
                command.signature.clear();
                let command = command.signed(&open.key);
                tx.outbox_drop(command.id)?;
                tx.outbox_put(&command, &own.draft_id, "")?;
            }
            Ok(())
        })
        .expect("an outbox that is rewritten");
}

#[test]
fn a_desk_that_was_away_for_a_month_with_a_clock_years_off_catches_up() {
    let mut office = Office::open();
    let (author, colleague) = (office.seat(0), office.seat(1));
    author.proxy().lead(None);
    let mut own = Vec::new();
    for day in 1..=30 {
        let title = format!("第{day}天的值班情况");
        let id = write(&author, &title, &["平安无事。"]);
        author.ok("draft_submit", json!({ "id": id, "note": "" }));
        own.push(id);
    }
    // Years ago, years ahead, and long before there were years.
    made_at(
        &author,
        &[
            "1999-12-31T23:59:59.000Z",
            "2093-06-01T00:00:00.000Z",
            "0001-01-01T00:00:00.000Z",
        ],
    );
    let items = author.ok("sync_items", json!({}));
    let items = items.as_array().expect("items");
    assert!(
        items.len() >= 60,
        "begun and submitted, thirty times: {}",
        items.len()
    );
    assert!(
        items
            .iter()
            .all(|item| item["state"] != "done" && item["state"] != "refused")
    );
    // Meanwhile others go on.
    let others: Vec<String> = (0..5)
        .map(|n| {
            let id = write(&colleague, &format!("简报第{n}期"), &["动态。"]);
            colleague.ok("draft_submit", json!({ "id": id, "note": "" }));
            id
        })
        .collect();
    colleague.sync();
    office.reconnect(&author);
    author.sync();
    author.sync_until("what others did", || {
        others.iter().all(|id| row(&author, id, true).is_some())
    });
    colleague.sync_until("what was done meanwhile", || {
        own.iter().all(|id| row(&colleague, id, true).is_some())
    });
    let settled = rows(&author, Some("submitted"), false);
    assert_eq!(settled.len(), 30);
    assert!(settled.iter().all(|row| row["sync"] == "settled"));
    let items = author.ok("sync_items", json!({}));
    assert!(
        items
            .as_array()
            .expect("items")
            .iter()
            .all(|item| item["state"] == "done"),
        "{items}"
    );
    office.audited();
}

#[test]
fn each_thing_shows_where_it_stands_and_what_to_do_about_a_refusal() {
    let mut office = Office::open();
    let author = office.seat(0);
    let other = office.seat(0);
    let id = write(&author, TITLE, &BODY);
    author.sync();
    other.sync_until("the draft", || row(&other, &id, false).is_some());
    let of = |kind: &str| {
        let items = author.ok("sync_items", json!({}));
        let items = items.as_array().expect("items").clone();
        items.into_iter().find(|item| item["kind"] == kind)
    };
    assert_eq!(of("draft_create").expect("an item")["state"], "done");
    author.proxy().lead(None);
    other.ok("draft_discard", json!({ "id": id }));
    other.sync();
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    let item = of("draft_submit").expect("an item");
    assert!(
        item["state"] == "saved" || item["state"] == "sent",
        "{item}"
    );
    assert_eq!(
        (&item["draft_id"], &item["title"]),
        (&json!(id), &json!(TITLE))
    );
    office.reconnect(&author);
    author.sync();
    let items = author.ok("sync_items", json!({}));
    let refused = items.as_array().expect("items").iter();
    let refused: Vec<_> = refused.filter(|item| item["state"] == "refused").collect();
    assert_eq!(refused.len(), 1, "{items}");
    assert_eq!(refused[0]["draft_id"], json!(id));
    assert!(
        refused[0]["reason"]
            .as_str()
            .is_some_and(|said| said.chars().count() > 5)
    );
}
