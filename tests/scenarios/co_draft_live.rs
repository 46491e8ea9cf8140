//! Who has a draft open at the same time sees the others and their cursors, for as long as it may be seen.

use andu_desk::andu_api::live::{Here, Presence};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, Editor, has_text, write},
    forged::Device,
    office::{Office, Seat, until},
};

fn here(seat: &Seat, id: &str, cursor: &str) -> Vec<Presence> {
    let here = seat.ok("live_cursor", json!({ "id": id, "cursor": cursor }));
    let here: Here = serde_json::from_value(here).expect("who is there");
    here.people
}

/// Opens a line with the token of a device, and answers with the status.
fn knock(office: &Office, token: &str, id: &str) -> u16 {
    let client = reqwest::blocking::Client::builder().no_proxy().build();
    let answer = client
        .expect("a client")
        .get(format!("http://{}/live/{id}", office.address()))
        .bearer_auth(token)
        .header("connection", "upgrade")
        .header("upgrade", "websocket")
        .header("sec-websocket-version", "13")
        .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
        .send();
    answer.expect("an answer").status().as_u16()
}

fn sees_each_other(office: &mut Office, seat: impl Fn(&mut Office, usize) -> Seat) {
    let (author, other) = (seat(office, 0), seat(office, 1));
    let id = write(&author, "关于防汛的通知", &["请各地做好准备。"]);
    let args = json!({ "id": id, "person_id": office.people[1].as_text(), "through_on": null });
    author.ok("co_drafter_invite", args);
    author.sync();
    other.sync_until("the shared draft", || has_text(&other, &id));
    let (_here, _there) = (Editor::open(&author, &id), Editor::open(&other, &id));
    author.sync_until("the line", || !here(&author, &id, "").is_empty());
    let seen = here(&author, &id, "{\"root\":\"body\",\"head\":3}");
    assert_eq!(seen.len(), 1, "oneself is not among the others: {seen:?}");
    assert_eq!(seen[0].name, "沈亦舟");
    until("the author's cursor", || {
        here(&other, &id, "")
            .iter()
            .any(|person| person.name == "何雨桐" && person.cursor.contains("\"head\":3"))
    });
    // Whoever closes the draft is gone.
    author.ok("draft_close", json!({ "id": id }));
    until("the author to go", || here(&other, &id, "").is_empty());
    let _here = Editor::open(&author, &id);
    until("the author to come back", || {
        !here(&other, &id, "").is_empty()
    });

    // Whoever is shown out is shown out at once, whatever that desk thinks.
    let people: Value = author.ok("co_drafter_list", json!({ "id": id }));
    let args = json!({ "id": id, "invitation_id": people["people"][0]["id"] });
    author.ok("co_drafter_remove", args);
    author.sync();
    until("the other to go", || here(&author, &id, "").is_empty());
}

#[test]
fn those_who_write_together_see_each_other() {
    let mut office = Office::open();
    sees_each_other(&mut office, |office, person| office.seat(person));
}

#[test]
fn and_over_tls() {
    let mut office = Office::open_with_tls();
    sees_each_other(&mut office, |office, person| office.seat_by_code(person));
}

#[test]
fn nobody_else_is_let_in() {
    let mut office = Office::open();
    let author = office.seat(0);
    let id = write(&author, "关于防汛的通知", &["请各地做好准备。"]);
    author.sync();
    let (own, colleague) = (Device::enrol(&office, 0), Device::enrol(&office, 1));
    assert_eq!(knock(&office, &own.token, &id), 101, "the author alone");
    assert_ne!(knock(&office, &colleague.token, &id), 101, "not invited");
    assert_ne!(knock(&office, "", &id), 101, "nobody");
    assert_ne!(
        knock(&office, &own.token, "019370a0-0000-7000-8000-000000000000"),
        101
    );
}

#[test]
fn a_stopped_server_takes_the_lines_down_and_they_come_back() {
    let mut office = Office::open();
    let (author, other) = (office.seat(0), office.seat(1));
    let id = write(&author, "关于防汛的通知", &["请各地做好准备。"]);
    let args = json!({ "id": id, "person_id": office.people[1].as_text(), "through_on": null });
    author.ok("co_drafter_invite", args);
    author.sync();
    other.sync_until("the shared draft", || has_text(&other, &id));
    let (_here, _there) = (Editor::open(&author, &id), Editor::open(&other, &id));
    author.sync_until("the line", || !here(&author, &id, "").is_empty());
    office.stop();
    until("nobody to be there", || here(&author, &id, "").is_empty());
    office.start();
    until("both to be back", || !here(&author, &id, "").is_empty());
}
