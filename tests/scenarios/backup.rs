//! From a first run over a backup to another machine.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::{Calls, given, reading, rows, write},
    office::{PASSWORD, Seat, desk_in},
};

const TEXTS: [(&str, &str); 3] = [
    ("关于开展节水宣传周活动的通知", "宣传周自3月22日起。"),
    ("关于水费标准的请示", "妥否，请批示。"),
    ("关于商请提供雨情资料的函", "望予支持为盼。"),
];

/// Id, title and text of every draft.
fn all(at: &impl Calls) -> Vec<(Value, String, Vec<String>)> {
    let mut all: Vec<_> = rows(at, None, false)
        .into_iter()
        .map(|row| {
            let (title, body) = reading(at, row["id"].as_str().expect("an id"));
            (row["id"].clone(), title, body)
        })
        .collect();
    all.sort_by_key(|(id, ..)| id.to_string());
    all
}

#[test]
fn a_backup_is_restored_elsewhere_by_password_and_by_recovery_code() {
    let (seat, code) = Seat::alone();
    let mut ids = Vec::new();
    for (title, line) in TEXTS {
        ids.push(write(&seat, title, &[line]));
    }
    seat.ok("draft_submit", json!({ "id": ids[1], "note": "" }));
    let named = seat.ok(
        "version_save",
        json!({ "draft_id": ids[0], "name": "第一稿" }),
    );
    let held = all(&seat);

    let away = TempDir::new().expect("a folder");
    let file = away.path().join("备份.andu");
    let token = seat.desk.files.choose(&file).token;
    let written = seat.ok("backup_create", json!({ "token": token }));
    assert!(
        written["bytes"].as_u64().is_some_and(|bytes| bytes > 0),
        "{written}"
    );
    let bytes = std::fs::read(&file).expect("a backup");
    for (title, line) in TEXTS {
        for text in [title, line] {
            let plain = bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes());
            assert!(!plain, "{text} can be read in the backup");
        }
    }
    // Written after the backup: not in it.
    write(&seat, "关于备份之后的通知", &["此件不在备份内。"]);

    for (at, secret) in [("by-password", PASSWORD), ("by-code", code.as_str())] {
        let folder = away.path().join(at);
        let desk = desk_in(&folder);
        assert_eq!(desk.ok("session_status", json!({}))["state"], "new");
        let token = desk.files.choose(&file).token;
        desk.ok(
            "backup_restore",
            json!({ "token": token, "secret": secret }),
        );
        if secret == PASSWORD {
            desk.ok("session_unlock", json!({ "password": PASSWORD }));
        } else {
            let args = json!({ "code": code, "password": "another horse" });
            let renewed = desk.ok("session_recover", args);
            assert_ne!(renewed["code"], code.as_str(), "a used code is renewed");
        }
        assert_eq!(all(&desk), held, "restored {at}");
        assert_eq!(rows(&desk, Some("submitted"), false).len(), 1);
        let versions = desk.ok("version_list", json!({ "id": ids[0] }));
        let names: Vec<&Value> = versions
            .as_array()
            .expect("versions")
            .iter()
            .map(|v| &v["id"])
            .collect();
        assert!(names.contains(&&named["id"]), "{versions}");
        // It is a desk like any other: one can go on working and come back to it.
        let id = write(&desk, "关于恢复之后的通知", &["继续办理。"]);
        desk.ok("session_lock", json!({}));
        let password = if secret == PASSWORD {
            PASSWORD
        } else {
            "another horse"
        };
        desk.ok("session_unlock", json!({ "password": password }));
        assert_eq!(
            reading(&desk, &id),
            given("关于恢复之后的通知", &["继续办理。"])
        );
    }

    let desk = desk_in(&away.path().join("refused"));
    let token = desk.files.choose(&file).token;
    let refused = desk.refused(
        "backup_restore",
        json!({ "token": token, "secret": "wrong horse" }),
    );
    assert!(refused.starts_with("vault."), "{refused}");
    assert_eq!(
        desk.ok("session_status", json!({}))["state"],
        "new",
        "a wrong secret left something"
    );
    assert_eq!(
        all(&seat).len(),
        held.len() + 1,
        "the first desk is as it was"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "somebody cuts the file with another program"
)]
#[test]
fn a_server_whose_audit_log_was_cut_is_told_from_a_whole_one_and_its_copy_still_restores() {
    let place = TempDir::new().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let (data, whole, cut) = (at("data"), at("whole"), at("cut"));
    let server = andu_server::Server::open(&data).expect("a server");
    andu_server::fill_demo(&server, 5, |_| {}).expect("a county");
    let copied = andu_server::back_up(&server, &whole).expect("a copy");
    assert!(copied.audit_is_whole);
    let raw = rusqlite::Connection::open(data.join("server.db")).expect("a plain file");
    let last = include_str!("../../crates/store/tests/cut_audit.sql");
    assert_eq!(raw.execute(last, []).expect("cut"), 1);
    drop(raw);
    let verified = server.store().read(|reader| reader.audit_verify());
    assert!(
        matches!(verified, Err(andu_store::AuditError::Cut { .. })),
        "{verified:?}"
    );
    let copied = andu_server::back_up(&server, &cut).expect("a copy");
    assert!(!copied.audit_is_whole, "nobody is told");
    let restored = andu_server::restore(&cut, &at("again")).expect("a server again");
    assert_eq!(restored, copied);
    // The same cut in a copy that was whole.
    let raw = rusqlite::Connection::open(whole.join("server.db")).expect("a plain file");
    assert_eq!(raw.execute(last, []).expect("cut"), 1);
    drop(raw);
    let refused = andu_server::restore(&whole, &at("third")).expect_err("a refusal");
    assert_eq!(refused.key, "server.copy_damaged");
    assert!(!at("third").exists());
}

#[test]
fn a_new_recovery_code_opens_the_desk_and_the_old_one_no_longer() {
    let (seat, old) = Seat::alone();
    let id = write(&seat, TEXTS[0].0, &[TEXTS[0].1]);
    let new = seat.ok("session_recovery_code", json!({ "password": PASSWORD }));
    let new = new["code"].as_str().expect("a code").to_owned();
    assert_ne!(new, old);
    let refused = seat.refused(
        "session_recovery_code",
        json!({ "password": "wrong horse" }),
    );
    assert_eq!(refused, "vault.wrong_password");

    seat.ok("session_lock", json!({}));
    let with = |code: &str| json!({ "code": code, "password": "another horse" });
    let refused = seat.refused("session_recover", with(&old));
    assert_eq!(refused, "vault.wrong_recovery_code");
    seat.ok("session_recover", with(&new));
    assert_eq!(reading(&seat, &id), given(TEXTS[0].0, &[TEXTS[0].1]));
}
