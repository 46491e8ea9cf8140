//! The folder of a server: who makes one, who may serve from it, and what a copy of it must be.

use std::{fs, path::Path};

use andu_server::Server;
use tempfile::TempDir;

use crate::{Serving, ok, refused, text};

const FOUND: [&str; 8] = [
    "--department",
    "信息科",
    "--system",
    "顾思源",
    "--security",
    "秦望舒",
    "--audit",
    "陆清和",
];

/// A server that was founded and has served once.
fn founded(data: &Path) {
    let mut args = vec![
        "admin",
        "--data",
        text(data),
        "found",
        "望溪县人民政府办公室",
    ];
    args.extend(FOUND);
    ok(&args);
    drop(Serving::start(data, &[]));
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copied(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

#[test]
fn a_wrong_folder_is_said_to_hold_no_server_and_none_is_made() {
    let place = TempDir::new().expect("a folder");
    let (none, empty) = (place.path().join("none"), place.path().join("empty"));
    fs::create_dir(&empty).expect("a folder");
    let roster = place.path().join("名单.json");
    fs::write(&roster, r#"{"agency":"望溪县水务局","people":[]}"#).expect("a file");
    let (out, home) = (place.path().join("out"), place.path().join("home"));
    for data in [&none, &empty] {
        let data = text(data);
        let asked: [&[&str]; 9] = [
            &["admin", "--data", data, "--as", "顾思源", "list"],
            &["admin", "--data", data, "password", "ANDU-1"],
            &["device", "list", "--data", data],
            &["invite", "--data", data, text(&roster)],
            &["joining", "--data", data, "--as", "顾思源", "list"],
            &["bundle", "list", "--data", data, "--as", "顾思源"],
            &["audit", "verify", "--server", data],
            &["backup", text(&out), "--server", data],
            &["demo", "desk", "--data", data, "--home", text(&home), "1"],
        ];
        for args in asked {
            let said = refused(args);
            assert!(
                said.contains("没有服务器的数据") && said.contains(data),
                "{args:?}: {said}"
            );
        }
    }
    assert!(!none.exists() && !out.exists(), "something was made");
    let left = fs::read_dir(&empty).expect("a folder").count();
    assert_eq!(left, 0, "something was made");
}

#[test]
fn one_server_serves_from_a_folder_and_a_killed_one_leaves_it_free() {
    let place = TempDir::new().expect("a folder");
    let data = place.path().join("data");
    let first = Serving::start(&data, &[]);
    let again = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
    let said = refused(&again);
    assert!(said.contains("正由另一个服务器进程使用"), "{said}");
    // What does not serve may look while it serves.
    ok(&["device", "list", "--data", text(&data)]);
    drop(first);
    drop(Serving::start(&data, &[]));
}

#[test]
fn a_server_whose_authority_is_gone_does_not_start_with_another_unasked() {
    let place = TempDir::new().expect("a folder");
    let (data, other) = (place.path().join("data"), place.path().join("other"));
    founded(&data);
    founded(&other);
    let serve = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
    let tls = data.join("tls");
    fs::rename(&tls, place.path().join("kept")).expect("moved");
    let said = refused(&serve);
    assert!(
        said.contains("--new-authority") && said.contains("备份"),
        "{said}"
    );
    assert!(!tls.exists(), "another authority was made");
    copied(&other.join("tls"), &tls);
    let said = refused(&serve);
    assert!(said.contains("不是这台服务器原来的"), "{said}");
    // Asked for, it is made, and what was there is kept.
    drop(Serving::start(&data, &["--new-authority"]));
    let kept = |entry: &fs::DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with("tls.before-")
    };
    let entries = fs::read_dir(&data).expect("a folder").flatten();
    assert_eq!(entries.filter(kept).count(), 1);
    drop(Serving::start(&data, &[]));
}

#[test]
fn a_folder_with_keys_and_without_its_store_does_not_become_an_empty_server() {
    let place = TempDir::new().expect("a folder");
    let data = place.path().join("data");
    founded(&data);
    let store = data.join("server.db");
    fs::remove_file(&store).expect("removed");
    let said = refused(&["serve", "--data", text(&data), "--listen", "127.0.0.1:0"]);
    assert!(
        said.contains("server.db") && said.contains("备份"),
        "{said}"
    );
    assert!(!store.exists(), "another store was made");
}

#[test]
fn a_copy_is_looked_at_whole_before_a_server_is_made_of_it() {
    let place = TempDir::new().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let (data, copy) = (at("data"), at("copy"));
    founded(&data);
    founded(&at("other"));
    ok(&["backup", text(&copy), "--server", text(&data)]);
    type Change<'a> = &'a dyn Fn(&Path);
    let gone = |name: &'static str| {
        move |copy: &Path| {
            let path = copy.join(name);
            let gone = match path.is_dir() {
                true => fs::remove_dir_all(path),
                false => fs::remove_file(path),
            };
            gone.expect("gone");
        }
    };
    let says = |name: &'static str, bytes: &'static [u8]| {
        move |copy: &Path| fs::write(copy.join(name), bytes).expect("written")
    };
    let others = at("other");
    let from_other = |name: &'static str| {
        let other = others.join(name);
        move |copy: &Path| {
            fs::copy(&other, copy.join(name)).expect("copied");
        }
    };
    let wrong: [(Change<'_>, &str); 11] = [
        (&says("server.db", b""), "不是服务器的数据"),
        (&says("server.db", &[7; 8192]), "server.db 损坏"),
        (&gone("server.db"), "缺少 server.db"),
        (&gone("pepper.key"), "缺少 pepper.key"),
        (&says("pepper.key", b"junk"), "pepper.key 损坏"),
        (&gone("tls"), "缺少 tls/authority.pem"),
        (&gone("tls/server.key"), "缺少 tls/server.key"),
        (&says("tls/server.key", b"junk"), "不是一套"),
        (&from_other("tls/server.key"), "不是一套"),
        (&from_other("tls/authority.key"), "不是一套"),
        (
            &|copy| {
                fs::remove_dir_all(copy.join("tls")).expect("gone");
                copied(&others.join("tls"), &copy.join("tls"));
            },
            "不是这台服务器的",
        ),
    ];
    for (number, (change, expected)) in wrong.into_iter().enumerate() {
        let (bad, again) = (at(&format!("bad-{number}")), at("again"));
        copied(&copy, &bad);
        change(&bad);
        let said = refused(&["restore", text(&bad), "--server", text(&again)]);
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!again.exists(), "{expected}: half a server is left");
    }
    let again = at("again");
    ok(&["restore", text(&copy), "--server", text(&again)]);
    drop(Serving::start(&again, &[]));
    ok(&["audit", "verify", "--server", text(&again)]);
}

#[test]
fn a_demo_that_is_there_is_not_added_to() {
    let place = TempDir::new().expect("a folder");
    let data = place.path().join("data");
    let written = |data: &Path| {
        let server = Server::open(data).expect("a server");
        let count = server.store().read(|reader| reader.meta("demo_documents"));
        count.expect("a store").expect("a demo")
    };
    drop(Serving::start(&data, &["--demo", "--documents", "7"]));
    assert_eq!(written(&data), "7");
    drop(Serving::start(&data, &["--demo"]));
    assert_eq!(written(&data), "7", "it grew unasked");
    drop(Serving::start(&data, &["--demo", "--documents", "9"]));
    assert_eq!(written(&data), "9");
}

#[cfg(unix)]
#[test]
fn nobody_else_may_look_into_a_server_or_its_copy() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = TempDir::new().expect("a folder");
    let (data, copy) = (place.path().join("data"), place.path().join("copy"));
    // Made beforehand, and open to all.
    fs::create_dir(&data).expect("a folder");
    let open = fs::Permissions::from_mode(0o755);
    fs::set_permissions(&data, open).expect("opened");
    founded(&data);
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(data.join("server.db"), open).expect("as an older program left it");
    let serving = Serving::start(&data, &[]);
    ok(&["backup", text(&copy), "--server", text(&data)]);
    crate::assert_private(&data);
    crate::assert_private(&copy);
    drop(serving);
}
