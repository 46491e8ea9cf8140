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
