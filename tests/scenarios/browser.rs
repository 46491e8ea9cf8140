//! Signing in by a browser: with an invitation, with a password, with neither; and what a session may do.

use reqwest::blocking::{Client, Response};
use serde_json::{Value, json};

use crate::{
    editor::{Calls, Editor, given, has_text, id_of, new_notice, reading, row, said, write},
    forged::Device,
    office::{Office, PASSWORD, until},
};

const LOGIN: &str = "何雨桐";
const SECRET: &str = "水闸每日巡查两次";

/// A browser as the server sees it: it keeps a cookie, and sends what browsers send along.
struct Browser {
    client: Client,
    base: String,
    cookie: String,
}

struct Answer {
    status: u16,
    set_cookie: String,
    body: Value,
}

impl Browser {
    fn of(office: &Office) -> Self {
        Self {
            client: Client::builder().no_proxy().build().expect("a client"),
            base: format!("http://{}", office.address()),
            cookie: String::new(),
        }
    }

    fn send(&self, name: &str, args: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = self
            .client
            .post(format!("{}/api/{name}", self.base))
            .header("cookie", format!("theme=dark; andu={}", self.cookie))
            .json(args);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        answer(request.send().expect("an answer"))
    }

    /// Calls as the page does.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "arguments are made where they are sent"
    )]
    fn call(&mut self, name: &str, args: Value) -> Answer {
        let headers = [
            ("origin", self.base.as_str()),
            ("sec-fetch-site", "same-origin"),
        ];
        let answer = self.send(name, &args, &headers);
        if let Some(rest) = answer.set_cookie.strip_prefix("andu=") {
            rest.split(';')
                .next()
                .unwrap_or("")
                .clone_into(&mut self.cookie);
        }
        answer
    }

    fn key(&mut self, name: &str, args: Value) -> String {
        let answer = self.call(name, args);
        answer.body["key"].as_str().unwrap_or("").to_owned()
    }

    fn ok(&mut self, name: &str, args: Value) -> Value {
        let answer = self.call(name, args);
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
        answer.body
    }

    /// The first person of the roster, signed in.
    fn signed_in(office: &Office) -> Self {
        Self::signed_in_as(office, 0, LOGIN)
    }

    fn signed_in_as(office: &Office, person: usize, login: &str) -> Self {
        let mut browser = Self::of(office);
        let args = json!({ "code": office.code(person), "login": login, "password": SECRET });
        browser.ok("account_begin", args);
        browser
    }
}

fn answer(response: Response) -> Answer {
    let set_cookie = response.headers().get("set-cookie");
    Answer {
        status: response.status().as_u16(),
        set_cookie: set_cookie
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
            .to_owned(),
        body: response.json().unwrap_or(Value::Null),
    }
}

fn lists() -> Value {
    json!({ "state": null, "document_type": null, "from_other": false, "offset": 0, "limit": 50 })
}

#[test]
fn a_person_begins_with_an_invitation_and_comes_back_with_the_password() {
    let office = Office::open();
    let mut browser = Browser::of(&office);
    assert_eq!(browser.ok("session_status", json!({}))["state"], "locked");
    assert_eq!(browser.key("draft_list", lists()), "desk.locked");
    let code = office.code(0);
    let begin = |password: &str| json!({ "code": code, "login": LOGIN, "password": password });
    assert_eq!(
        browser.key("account_begin", begin("短")),
        "account.password_short"
    );
    let begun = browser.call("account_begin", begin(SECRET));
    assert_eq!(begun.body["person"], "何雨桐");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(begun.set_cookie.contains(part), "{}", begun.set_cookie);
    }
    assert!(
        !begun.body.to_string().contains(&browser.cookie),
        "the token is in the page"
    );
    let status = browser.ok("session_status", json!({}));
    assert_eq!(
        (&status["state"], &status["person"]),
        (&json!("open"), &json!("何雨桐"))
    );
    assert_eq!(browser.ok("draft_list", lists())["total"], 0);

    // The invitation is used up; the password works, in any case of the login name.
    let mut other = Browser::of(&office);
    assert_eq!(
        other.key("account_begin", begin(SECRET)),
        "account.code_used"
    );
    let sign_in = json!({ "login": format!(" {LOGIN} "), "password": SECRET });
    other.ok("account_sign_in", sign_in.clone());
    let before = browser.cookie.clone();
    assert_ne!(before, other.cookie, "two sessions with one token");

    // Whoever signs out ends one sign-in and no other.
    browser.ok("account_sign_out", json!({}));
    browser.cookie = before;
    assert_eq!(browser.key("draft_list", lists()), "account.not_signed_in");
    other.ok("draft_list", lists());

    // A new password ends the others' sessions, and the old one is worth nothing.
    browser.ok("account_sign_in", sign_in.clone());
    let change = json!({ "old": SECRET, "new": "汛期值班电话要畅通" });
    browser.ok("account_change_password", change);
    assert_eq!(other.key("draft_list", lists()), "account.not_signed_in");
    browser.ok("draft_list", lists());
    assert_eq!(other.key("account_sign_in", sign_in), "account.refused");

    // A login name that is taken, and one's own again with another invitation.
    let taken = json!({ "code": office.code(1), "login": LOGIN, "password": "另一个人也想用它" });
    assert_eq!(other.key("account_begin", taken), "account.login_taken");
    let again =
        json!({ "code": office.code(0), "login": "heyt", "password": "忘了就重新再来一次" });
    other.ok("account_begin", again);
    assert_eq!(browser.key("draft_list", lists()), "account.not_signed_in");
    office.audited();
}

#[test]
fn guessing_takes_longer_and_longer_and_tells_nothing() {
    let office = Office::open();
    Browser::signed_in(&office);
    let mut guesser = Browser::of(&office);
    let mut guess = |login: &str, password: &str| {
        let answer = guesser.call(
            "account_sign_in",
            json!({ "login": login, "password": password }),
        );
        let body = answer.body;
        assert!(answer.status >= 400 || body["person"] == "何雨桐", "{body}");
        (
            body["key"].as_str().unwrap_or("").to_owned(),
            body["fields"]["seconds"].as_str().unwrap_or("").to_owned(),
        )
    };
    for round in 0..5 {
        assert_eq!(
            guess(LOGIN, "不是这个密码").0,
            "account.refused",
            "round {round}"
        );
        // Somebody who is not there is answered the same way.
        assert_eq!(guess("没有这个人", "不是这个密码").0, "account.refused");
    }
    for login in [LOGIN, "没有这个人"] {
        let (key, seconds) = guess(login, "不是这个密码");
        assert_eq!(key, "account.wait", "{login}");
        let seconds: u32 = seconds.parse().expect("seconds");
        assert!((1..=6).contains(&seconds), "{seconds}");
        // The right password neither, until the time has come.
        assert_eq!(guess(login, SECRET).0, "account.wait", "{login}");
    }
    std::thread::sleep(std::time::Duration::from_secs(6));
    assert_eq!(guess(LOGIN, "不是这个密码").0, "account.refused");
    let (key, seconds) = guess(LOGIN, SECRET);
    assert_eq!(key, "account.wait");
    let seconds: u32 = seconds.parse().expect("seconds");
    assert!(seconds > 6, "the second wait is not longer: {seconds}");
}

#[test]
fn another_page_can_do_nothing_with_a_session() {
    let office = Office::open();
    let browser = Browser::signed_in(&office);
    let own = format!("http://{}", office.address());
    for headers in [
        &[
            ("origin", "http://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ][..],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", own.as_str()), ("sec-fetch-site", "same-site")],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
    ] {
        let refused = match headers {
            [("content-type", kind)] => answer(
                browser
                    .client
                    .post(format!("{own}/api/draft_list"))
                    .header("cookie", format!("andu={}", browser.cookie))
                    .header("content-type", *kind)
                    .body(lists().to_string())
                    .send()
                    .expect("an answer"),
            ),
            _ => browser.send("draft_list", &lists(), headers),
        };
        assert_eq!(refused.body["key"], "account.other_site", "{headers:?}");
    }
    let page = browser.client.get(&own).send().expect("an answer");
    let policy = page.headers()["content-security-policy"].to_str();
    let policy = policy.expect("a policy");
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(page.headers().get("access-control-allow-origin").is_none());
}

#[test]
fn what_is_done_by_a_browser_is_marked_so_and_reaches_the_desks() {
    let mut office = Office::open();
    let seat = office.seat(0);
    let id = write(&seat, "关于更换值班手机的通知", &["号码不变。"]);
    seat.sync();
    let mut browser = Browser::signed_in(&office);
    assert_eq!(browser.ok("draft_list", lists())["total"], 1);
    browser.ok("draft_discard", json!({ "id": id }));
    seat.sync_until("the discarded draft", || {
        row(&seat, &id, false).is_none_or(|row| row["state"] == "discarded")
    });
    let marked = office.audit_details();
    let of_browser = marked
        .iter()
        .filter(|(action, _)| action == "draft_discard");
    let of_browser: Vec<_> = of_browser.collect();
    assert!(
        matches!(of_browser[..], [(_, detail)] if detail.contains(" session:")),
        "{of_browser:?}"
    );
    let of_desk = marked.iter().find(|(action, _)| action == "draft_create");
    assert!(of_desk.is_some_and(|(_, detail)| !detail.contains("session:")));
    // What only a desk can do is said to be so; a stranger's word is no command at all.
    assert_eq!(
        browser.key("preview_get", json!({ "id": id })),
        "command.desk_only"
    );
    assert_eq!(browser.key("draft_destroy", json!({})), "command.unknown");
    assert_eq!(
        seat.call("account_sign_in", json!({}))
            .expect_err("a refusal")
            .key,
        "account.only_in_browser"
    );
}

#[test]
fn a_draft_is_written_in_a_browser_as_at_a_desk_and_read_by_those_who_may() {
    let mut office = Office::open();
    let seat = office.seat(0);
    let mut author = Browser::signed_in(&office);
    let mut colleague = Browser::signed_in_as(&office, 1, "沈亦舟");
    let mut stranger = Browser::signed_in_as(&office, 2, "罗定邦");
    let id = id_of(&author.ok("draft_create", new_notice()));
    let target = json!({ "id": id });
    let mut editor = Editor::of(author.ok("draft_open", target.clone()));
    let (title, body) = (
        "关于清理办公用房的通知",
        ["请于4月10日前自查。", "逾期通报。"],
    );
    author.ok("draft_update", editor.says(title, &body));
    author.ok("draft_flush", target.clone());
    // It is at the person's desk, and opened anew it says the same under another client id.
    seat.sync_until("the text", || has_text(&seat, &id));
    assert_eq!(reading(&seat, &id), given(title, &body));
    let again = Editor::of(author.ok("draft_open", target.clone()));
    assert_eq!(said(&again.document()), given(title, &body));
    assert_ne!(again.opened.client_id, editor.opened.client_id);

    // The checks and their fixes work without a page.
    let found = author.ok("check_run", target.clone());
    let found = found.as_array().expect("findings").clone();
    let fixable = found.iter().find(|row| row["fixes"][0].is_string());
    if let Some(row) = fixable {
        let fix = json!({ "draft_id": id, "key": row["key"], "fix": 0 });
        editor.take(&author.ok("check_fix", fix));
        let stored = Editor::of(author.ok("draft_open", target.clone()));
        assert_eq!(
            stored.document(),
            editor.document(),
            "the fix is not in the store"
        );
    }

    let submitted = editor.document();

    // Until it is submitted it is the author's alone; others are not even told that it is there.
    for other in [&mut colleague, &mut stranger] {
        assert_eq!(other.key("draft_open", target.clone()), "draft.not_there");
        assert_eq!(other.key("check_run", target.clone()), "draft.not_there");
        let written = other.key("draft_update", editor.says("改一改", &["不是我的。"]));
        assert!(!written.is_empty(), "somebody else's draft was written");
    }
    let submit = json!({ "id": id, "note": "请审" });
    assert_eq!(author.ok("draft_submit", submit)["kind"], "applied");
    let read = Editor::of(colleague.ok("draft_open", target.clone()));
    assert!(read.opened.read_only);
    assert_eq!(read.document(), submitted);
    assert_eq!(
        stranger.key("draft_open", target.clone()),
        "draft.not_there"
    );
    // What comes after that is kept aside, and the text stays as it was submitted.
    let mut late = Editor::of(author.ok("draft_open", target.clone()));
    author.ok("draft_update", late.says("晚了", &["已送审。"]));
    let aside = author.ok("co_drafter_list", target.clone());
    assert_eq!(aside["late"][0]["cause"], "frozen");
    let read = Editor::of(colleague.ok("draft_open", target.clone()));
    assert_eq!(read.document(), submitted);
    office.audited();
}

#[test]
fn a_revoked_device_is_refused_with_the_reason_and_its_desk_says_so() {
    let mut office = Office::open();
    let seat = office.seat(0);
    let device = Device::enrol(&office, 1);
    device.send(&office, &device.create(1));
    let (mine, other) = {
        let devices = andu_server::devices(office.server()).expect("devices");
        assert_eq!(devices.len(), 2);
        let id = |name: &str| {
            devices
                .iter()
                .find(|seen| seen.person == name)
                .map(|seen| seen.id.clone())
        };
        (id("何雨桐").expect("one"), id("沈亦舟").expect("one"))
    };
    let reason = "电脑已交回资产室";
    assert_eq!(
        andu_server::revoke(office.server(), &mine, reason),
        Ok(true)
    );
    assert_eq!(
        andu_server::revoke(office.server(), &mine, "再收一次"),
        Ok(false)
    );
    let nobody = andu_server::revoke(office.server(), "019f0000-0000-7000-8000-000000000000", "");
    assert_eq!(nobody.expect_err("nobody").key, "device.not_there");
    until("the desk to say so", || {
        seat.ok("sync_now", json!({}));
        let status = seat.ok("sync_status", json!({}));
        status["online"] == false
            && status["trouble"]
                .as_str()
                .is_some_and(|said| said.contains(reason))
    });
    // What was written stays, and can be read.
    let id = write(&seat, "收回以后写的", &["还在。"]);
    assert!(row(&seat, &id, false).is_some());
    assert!(office.drafts().iter().all(|draft| draft.id != id));
    // The other one is not touched.
    device.send(&office, &device.create(2));
    andu_server::revoke(office.server(), &other, "丢失").expect("a device");
    let client = Client::builder().no_proxy().build().expect("a client");
    let refused = client
        .post(format!("http://{}/sync/pull", office.address()))
        .bearer_auth(&device.token)
        .json(&json!({ "cursors": {}, "limit": 1 }))
        .send();
    let refused = answer(refused.expect("an answer"));
    assert_eq!(
        (refused.status, &refused.body["key"]),
        (401, &json!("device.revoked"))
    );
    assert!(
        seat.call("session_unlock", json!({ "password": PASSWORD }))
            .is_ok()
    );
    office.audited();
}

#[test]
fn a_request_that_is_never_finished_is_not_waited_for() {
    use std::io::{Read as _, Write as _};
    let office = Office::open();
    let mut stream = std::net::TcpStream::connect(office.address()).expect("a connection");
    stream
        .write_all(b"POST /api/session_status HTTP/1.1\r\nhost: a\r\n")
        .expect("a start");
    let patience = Some(std::time::Duration::from_secs(25));
    stream.set_read_timeout(patience).expect("a limit");
    // Either nothing or a word about the time, and then the end.
    let mut said = String::new();
    stream
        .read_to_string(&mut said)
        .expect("an end, not silence");
    assert!(said.is_empty() || said.contains("408"), "{said}");
}

#[test]
fn thousands_that_say_nothing_do_not_keep_those_who_speak_from_being_answered() {
    let office = Office::open();
    let mut silent = Vec::new();
    for _ in 0..most_connections() {
        match std::net::TcpStream::connect(office.address()) {
            Ok(stream) => silent.push(stream),
            Err(error) => panic!("after {}: {error}", silent.len()),
        }
    }
    let mut browser = Browser::of(&office);
    for _ in 0..3 {
        assert_eq!(browser.ok("session_status", json!({}))["state"], "locked");
    }
    drop(silent);
}

/// As many as this process may have, of which both ends are here; 9,000 at most.
fn most_connections() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let soft = files.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    (soft.unwrap_or(1_024) / 2).saturating_sub(200).min(9_000)
}
