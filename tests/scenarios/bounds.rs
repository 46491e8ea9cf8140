//! What the server is asked beyond all bounds: bodies without an end, strangers who send much, desks whose use was
//! ended, connections over TLS that say nothing. Each is refused with a reason, and the others are served.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::{forged::Device, office::Office};

/// Sends the head of a request that promises so many bytes, and as many of them as are taken; answers with the
/// status and the key of what was said.
fn promise(address: SocketAddr, path: &str, token: &str, bytes: u64) -> (u16, String) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let limit = Some(Duration::from_secs(20));
    stream.set_read_timeout(limit).expect("a limit");
    stream.set_write_timeout(limit).expect("a limit");
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("a head");
    let piece = [b' '; 64 << 10];
    let mut left = bytes;
    while left > 0 {
        let now = left.min(piece.len() as u64);
        // The server may hang up before it has read everything: it has said why.
        if stream.write_all(&piece[..now as usize]).is_err() {
            break;
        }
        left -= now;
    }
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    let said = String::from_utf8_lossy(&said);
    let status = said
        .split_whitespace()
        .nth(1)
        .and_then(|word| word.parse().ok());
    let body = said.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    (
        status.unwrap_or(0),
        body["key"].as_str().unwrap_or_default().to_owned(),
    )
}

const PATHS: [&str; 5] = [
    "/sync/push",
    "/sync/pull",
    "/sync/still",
    "/sync/compare",
    "/api/draft_list",
];

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a span is measured on the monotonic clock"
)]
fn a_stranger_may_send_little_and_nobody_without_end() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let address = office.address();
    let before = Instant::now();
    for path in PATHS.iter().chain(&["/sync/enrol", "/api/account_sign_in"]) {
        for token in ["", "0123456789abcdef", &"0".repeat(64)] {
            let (status, key) = promise(address, path, token, 1 << 40);
            let refused = (413, "server.too_large_unknown".to_owned());
            // Where the connection was cut while we were still sending, the answer may be lost on the way.
            assert!(
                status == 0 || (status, key.clone()) == refused,
                "{path}: {status} {key}"
            );
            let (status, key) = promise(address, path, token, 1 << 10);
            assert!(
                status >= 400 && !key.is_empty(),
                "{path} with a little: {status} {key}"
            );
        }
    }
    for path in PATHS {
        let (status, key) = promise(address, path, &device.token, (64 << 20) + 1);
        let refused = key == "server.too_large" && status == 422;
        assert!(status == 0 || refused, "{path} from a desk: {status} {key}");
    }
    let took = before.elapsed();
    assert!(
        took < Duration::from_secs(60),
        "bodies were waited for: {took:?}"
    );
    // The desk is served as before.
    device.send(&office, &device.create(1));
    assert_eq!(office.drafts().len(), 1);
}

#[test]
fn what_is_no_json_is_refused_in_the_same_words_everywhere() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    for path in [
        "/sync/push",
        "/sync/pull",
        "/sync/still",
        "/sync/compare",
        "/sync/enrol",
        "/api/draft_list",
    ] {
        for body in [
            "",
            "{",
            "[]",
            "null",
            "\u{0}",
            "{\"commands\": 7}",
            "\u{feff}{}",
        ] {
            let answer = client
                .post(format!("http://{}{path}", office.address()))
                .bearer_auth(&device.token)
                .header("content-type", "application/json")
                .body(body)
                .send()
                .expect("an answer");
            let (status, said) = (answer.status().as_u16(), answer.json::<Value>());
            let said = said.unwrap_or_else(|_| panic!("{path} {body:?}: not our words"));
            assert_eq!(
                (status, &said["key"]),
                (422, &json!("command.arguments")),
                "{path} {body:?}"
            );
        }
    }
}

#[test]
fn a_desk_whose_use_was_ended_is_refused_everywhere() {
    let office = Office::open();
    let device = Device::enrol(&office, 0);
    device.send(&office, &device.create(1));
    let known = andu_server::devices(office.server()).expect("devices");
    andu_server::revoke(office.server(), &known[0].id, "电脑遗失").expect("an end");
    let client = reqwest::blocking::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let at = |path: &str| format!("http://{}{path}", office.address());
    let bodies = [
        ("/sync/push", json!({ "commands": [device.create(2)] })),
        ("/sync/pull", json!({ "cursors": {}, "limit": 10 })),
        (
            "/sync/still",
            json!({ "epoch": "", "known": "0".repeat(64), "limit": 10 }),
        ),
        (
            "/sync/compare",
            json!({ "epoch": "", "scope": "agency:x", "ranges": [] }),
        ),
        ("/api/draft_list", json!({})),
    ];
    let posts = bodies.map(|(path, body)| client.post(at(path)).json(&body));
    let gets = ["/sync/events", "/sync/wait"].map(|path| client.get(at(path)));
    for request in posts.into_iter().chain(gets) {
        let request = request.bearer_auth(&device.token);
        let answer = request.send().expect("an answer");
        let (path, status) = (answer.url().path().to_owned(), answer.status().as_u16());
        let said: Value = answer.json().unwrap_or(Value::Null);
        if path == "/sync/compare" && status == 422 {
            // Told about its arguments before anything else: nothing was compared.
            continue;
        }
        assert_eq!(
            (status, &said["key"]),
            (401, &json!("device.revoked")),
            "{path}: {said}"
        );
        assert!(
            said["sentence"]
                .as_str()
                .is_some_and(|said| said.contains("电脑遗失")),
            "{said}"
        );
    }
    let (status, key) = promise(office.address(), "/sync/push", &device.token, 1 << 30);
    assert!(status == 0 || status == 413, "{status} {key}");
    assert_eq!(office.drafts().len(), 1, "a desk whose use was ended wrote");
}

#[test]
fn connections_over_tls_that_say_nothing_end_and_keep_nobody_waiting() {
    let office = Office::open_with_tls();
    let silent: Vec<TcpStream> = (0..1_500)
        .map_while(|_| TcpStream::connect(office.address()).ok())
        .collect();
    assert!(silent.len() > 200, "only {} connections", silent.len());
    for _ in 0..3 {
        let health: Value = serde_json::from_str(&office.get_text("/health")).expect("JSON");
        assert_eq!(health["status"], "ok");
    }
    // Nobody shakes hands: each is sent away, the first within the time for that.
    let mut first = &silent[0];
    let patience = Some(Duration::from_secs(20));
    first.set_read_timeout(patience).expect("a limit");
    let mut said = [0; 16];
    match first.read(&mut said) {
        Ok(0) => {}
        Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => {}
        other => panic!("the connection stands: {other:?}"),
    }
}
