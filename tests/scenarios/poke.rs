//! Pokes: what one desk does reaches another at once, through whatever stands between.

#![expect(clippy::disallowed_methods, reason = "measures how long a poke takes")]

use std::{
    io::{BufRead, BufReader},
    time::{Duration, Instant},
};

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, row, write},
    forged::Device,
    office::{Office, until},
};

fn client() -> Client {
    Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

pub fn get(office: &Office, path: &str, token: &str, last: &str) -> Response {
    let request = client()
        .get(format!("http://{}{path}", office.address()))
        .bearer_auth(token)
        .header("last-event-id", last);
    request.send().expect("an answer")
}

/// The next event of a stream: its name, id and data.
pub fn event(stream: &mut impl BufRead) -> (String, String, Value) {
    let (mut name, mut id, mut data) = (String::new(), String::new(), String::new());
    loop {
        let mut line = String::new();
        assert!(
            stream.read_line(&mut line).expect("a line") > 0,
            "the stream ended"
        );
        match line.trim_end().split_once(':') {
            Some(("event", value)) => value.trim().clone_into(&mut name),
            Some(("id", value)) => value.trim().clone_into(&mut id),
            Some(("data", value)) => data.push_str(value.trim()),
            _ if line.trim_end().is_empty() && !data.is_empty() => {
                return (name, id, serde_json::from_str(&data).expect("JSON"));
            }
            _ => {}
        }
    }
}

#[test]
fn a_second_desk_sees_a_change_within_a_second() {
    let office = Office::open_with_tls();
    let (author, colleague) = (office.seat_by_code(0), office.seat_by_code(1));
    // The first time both are awake anyway; the second time only a poke can be as quick.
    let mut taken = Vec::new();
    for round in 0..4 {
        let id = write(&author, &format!("第{round}号通知"), &["请即办理。"]);
        author.sync();
        std::thread::sleep(Duration::from_secs(2));
        author.ok("draft_submit", json!({ "id": id, "note": "" }));
        let began = Instant::now();
        until("the submitted draft", || {
            row(&colleague, &id, true).is_some()
        });
        taken.push(began.elapsed());
    }
    taken.sort();
    assert!(
        taken[1] < Duration::from_secs(1),
        "with nobody asking for it: {taken:?}"
    );
}

#[test]
fn a_stream_tells_scope_and_head_and_nothing_else_and_only_to_those_who_may_know() {
    let office = Office::open();
    let (author, stranger) = (Device::enrol(&office, 0), Device::enrol(&office, 2));
    let open = |device: &Device, last: &str| {
        let answer = get(&office, "/sync/events", &device.token, last);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        BufReader::new(answer)
    };
    let (mut mine, mut theirs) = (open(&author, ""), open(&stranger, ""));
    let (name, first, _) = event(&mut mine);
    assert_eq!(name, "anew", "a stranger to this server has to pull once");
    event(&mut theirs);
    author.send(&office, &author.create(1));
    let (name, id, data) = event(&mut mine);
    let scope = format!("person:{}", office.people[0]);
    assert_eq!(name, "poke");
    assert_eq!(data["scope"], json!(scope));
    assert!(data["head"].as_u64().is_some_and(|head| head > 0), "{data}");
    assert_eq!(
        data.as_object().map(serde_json::Map::len),
        Some(2),
        "{data}"
    );
    // Whoever comes back with the last id is told what was missed; with the newest, nothing.
    let (name, _, data) = event(&mut open(&author, &first));
    assert_eq!((name.as_str(), &data["scope"]), ("poke", &json!(scope)));
    let waited: Value = get(
        &office,
        &format!("/sync/wait?after={first}"),
        &author.token,
        "",
    )
    .json()
    .expect("JSON");
    assert_eq!(waited["pokes"][0]["scope"], json!(scope));
    let newest = open(&author, &id);
    let waits = client()
        .get(format!("http://{}/sync/wait?after={id}", office.address()))
        .bearer_auth(&author.token)
        .timeout(Duration::from_millis(800))
        .send();
    assert!(
        waits.is_err(),
        "a poll that had nothing to say was answered"
    );
    drop(newest);
    // The other department heard nothing of it until the beat.
    let heard = std::iter::from_fn(|| Some(event(&mut theirs)).filter(|(name, ..)| name != "beat"));
    for (_, _, data) in heard {
        assert_ne!(data["scope"], json!(scope), "told of what it may not see");
    }
    for path in ["/sync/events", "/sync/wait"] {
        assert_eq!(get(&office, path, "nobody", "").status().as_u16(), 401);
    }
}

#[test]
fn a_server_that_stops_lets_its_listeners_go_and_finds_them_again() {
    let mut office = Office::open_with_tls();
    let seat = office.seat_by_code(0);
    let listens = |office: &Office| {
        let metrics = office.get_text("/metrics");
        metrics.contains("andu_poke_listeners 1\n")
    };
    until("a listener", || listens(&office));
    let began = Instant::now();
    office.stop();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "the stop waited for listeners"
    );
    office.start();
    until("the listener again", || listens(&office));
    drop(seat);
}

#[test]
fn behind_a_proxy_that_holds_answers_back_the_desk_asks_instead() {
    // This way to the server passes an answer on only when it is whole: no stream ever gets through.
    let mut office = Office::open();
    let (author, colleague) = (office.seat(0), office.seat(1));
    until("the desk to notice that nothing comes through", || {
        office
            .get_text("/metrics")
            .contains("route=\"/sync/wait\",status=\"200\"")
    });
    let id = write(&author, "关于错峰用水的通知", &["请广为告知。"]);
    author.sync();
    std::thread::sleep(Duration::from_secs(2));
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    author.sync();
    let began = Instant::now();
    until("the submitted draft", || {
        row(&colleague, &id, true).is_some()
    });
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn what_an_administrator_does_at_the_servers_folder_is_told_to_those_who_listen() {
    let office = Office::open();
    let author = Device::enrol(&office, 0);
    let mut mine = BufReader::new(get(&office, "/sync/events", &author.token, ""));
    event(&mut mine);
    // As `andu` does it: the same folder, opened by somebody else than whoever serves.
    let beside = andu_server::Server::open(office.folder.path()).expect("the same folder");
    let args = json!({
        "document_type": null, "format": "document", "direction": "downward", "template_id": null,
    });
    beside
        .call_as(office.people[0], "draft_create", args)
        .expect("a draft");
    let scope = json!(format!("person:{}", office.people[0]));
    let mut heard =
        std::iter::from_fn(|| Some(event(&mut mine)).filter(|(name, ..)| name != "beat"));
    assert!(
        heard.any(|(_, _, data)| data["scope"] == scope),
        "a beat came before any word of it"
    );
}
