//! What a server tells without being asked: little news are there at once, nobody hears what may not be seen, and
//! what does not go on with what is held is pulled.

use std::io::{BufRead, BufReader};

use andu_app::receive::{self, Taken};
use andu_sync::{Scope, Told};
use reqwest::blocking::Response;
use serde_json::{Value, json};

use crate::{
    ahead::{Replica, answered},
    co_draft_forged::{Shared, shared, writes},
    editor::{Calls, has_text, reading},
    office::{Office, PASSWORD, Seat, until},
    poke::{event, get},
};

/// Pulls of any kind that the server has answered.
fn pulls(office: &Office) -> usize {
    answered(office, "/sync/pull") + answered(office, "/sync/still")
}

/// The stream of a device that wants to be told.
fn stream(shared: &Shared, token: &str) -> BufReader<Response> {
    let mut stream = BufReader::new(get(&shared.office, "/sync/events?pages=true", token, ""));
    assert_eq!(event(&mut stream).0, "anew");
    stream
}

/// The next word on a scope.
fn word_on(stream: &mut impl BufRead, scope: &Scope) -> (String, Value) {
    loop {
        let (name, _, data) = event(stream);
        let about = match name.as_str() {
            "page" => &data["page"]["scope"],
            _ => &data["scope"],
        };
        if *about == json!(scope) {
            return (name, data);
        }
    }
}

#[test]
fn what_somebody_types_is_on_the_other_desk_without_a_pull() {
    let mut shared = shared();
    // Without the proxy, which passes no stream on.
    let other = Seat::empty(None);
    let address = format!("http://{}", shared.office.address());
    let args = json!({ "address": address, "code": shared.office.code(1), "password": PASSWORD });
    other.ok("sync_join", args);
    let id = shared.id.clone();
    other.sync_until("the shared draft", || has_text(&other, &id));
    let mut text = shared.text(1_200);
    let before = pulls(&shared.office);
    for line in 0..12 {
        let words = format!("第{line}项措施要落实到人。");
        let update = writes(&mut text, &words);
        shared.push(true, shared.args(&update));
        until(&words, || reading(&other, &id).1.last() == Some(&words));
    }
    // One may be due anyway, and the first word on a scope is a poke.
    let pulled = pulls(&shared.office) - before;
    assert!(pulled <= 3, "{pulled} pulls for twelve lines");
}

#[test]
fn whoever_was_shown_out_is_told_nothing_more() {
    let mut shared = shared();
    let scope = Scope::draft(&shared.id);
    let mut theirs = stream(&shared, &shared.other.token);
    let mut mine = stream(&shared, &shared.author.token);
    let mut text = shared.text(1_200);
    let update = writes(&mut text, "请各地抓紧。");
    shared.push(true, shared.args(&update));
    let (name, data) = word_on(&mut theirs, &scope);
    let told = data.to_string();
    assert!(name == "page" && told.contains("draft_update"), "{told}");

    let people = shared.author.call(
        &shared.office,
        "co_drafter_list",
        &json!({ "id": shared.id }),
    );
    let args = json!({ "id": shared.id, "invitation_id": people.1["people"][0]["id"] });
    shared.send(true, "co_drafter_remove", args);
    let secret = "此件待定，不得外传。";
    let update = shared.args(&writes(&mut text, secret));
    let written = update["update"].as_str().expect("an update").to_owned();
    shared.push(true, update);
    // The author's own stream has it: by then theirs would have it too.
    let own = Scope::person(shared.office.people[0]);
    while !word_on(&mut mine, &own).1.to_string().contains(&written) {}
    loop {
        let (name, _, data) = event(&mut theirs);
        let is_of_draft = data["page"]["scope"] == json!(scope);
        assert!(name != "page" || !is_of_draft, "told: {data}");
        if name == "beat" || name == "anew" {
            break;
        }
    }
}

#[test]
fn what_is_told_goes_on_with_what_is_held_or_is_left_alone() {
    let office = Office::open();
    let mut replica = Replica::open(&office, 0);
    while replica.turn() {}
    let scope = Scope::person(office.people[0]);
    let own_id = office.people[0].as_text();
    let held = replica.request().cursors[&scope];
    let tell = |from| {
        let told = office
            .server()
            .store()
            .read(|reader| receive::tell(reader, &scope, from));
        told.expect("a page")
    };
    let take = |told: &Told| receive::apply_told(&replica.store, told, &own_id).expect("taken");
    assert_eq!(tell(held), None, "there is nothing new");
    assert_eq!(tell(0), None, "who holds nothing gets a snapshot");
    assert_eq!(
        take(&tell(held - 1).expect("the last change")),
        Taken::Known
    );

    replica.device.send(&office, &replica.device.create(100));
    let news = tell(held).expect("what is new");
    let count = news.page.changes.len() as u64;
    let mut apart = news.clone();
    apart.page.changes.remove(0);
    assert_eq!(take(&apart), Taken::Apart, "a change is missing");
    let mut apart = news.clone();
    apart.epoch = "another".into();
    assert_eq!(take(&apart), Taken::Apart, "of another server's time");
    let mut apart = news.clone();
    apart.page.scope = Scope("department:0".into());
    assert_eq!(take(&apart), Taken::Apart, "a scope that is not held");
    assert_eq!(
        replica.request().cursors[&scope],
        held,
        "and nothing was kept"
    );

    // It may begin with what is held already.
    assert_eq!(take(&tell(held - 1).expect("what is new")), Taken::Applied);
    assert_eq!(replica.request().cursors[&scope], held + count);
    assert_eq!(take(&news), Taken::Known, "told twice");
    let drafts = replica.drafts();
    assert!(!replica.turn(), "there is nothing to pull");
    assert_eq!(replica.drafts(), drafts);
}
