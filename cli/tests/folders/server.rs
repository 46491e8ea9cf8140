//! The folder of a server: who makes one, who may serve from it, and what a copy of it must be.

use std::{fs, path::Path};

use andu_server::Server;
use tempfile::TempDir;

use crate::{Serving, andu, ok, refused, text};

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
fn a_lost_folder_and_a_lost_file_of_the_authority_are_one_case_with_one_way_out() {
    let place = TempDir::new().expect("a folder");
    let data = place.path().join("data");
    founded(&data);
    drop(Serving::start(&data, &[]));
    let serve = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
    let part = |name: &str| data.join("tls").join(name);
    for lost in [
        part("authority.pem"),
        part("authority.key"),
        part("note.json"),
        data.join("tls"),
    ] {
        let kept = place.path().join("kept");
        fs::rename(&lost, &kept).expect("moved");
        let output = andu(&serve);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{lost:?}: {said}");
        assert!(said.contains("--new-authority"), "{lost:?}: {said}");
        let name = lost.file_name().and_then(|name| name.to_str());
        assert!(
            name.is_some_and(|name| said.contains(name)),
            "{lost:?}: {said}"
        );
        fs::rename(&kept, &lost).expect("moved back");
    }
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
        (&gone("tls"), "缺少 tls/authority.key"),
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
        if !expected.contains("缺少") {
            let said = refused(&["restore", text(&bad), "--server", text(&again)]);
            assert!(said.contains("与备份清单"), "{expected}: {said}");
            // Whoever makes the list anew as well meets what lies deeper.
            list_anew(&bad);
        }
        let said = refused(&["restore", text(&bad), "--server", text(&again)]);
        assert!(said.contains(expected), "{expected}: {said}");
        assert!(!again.exists(), "{expected}: half a server is left");
    }
    let again = at("again");
    ok(&["restore", text(&copy), "--server", text(&again)]);
    drop(Serving::start(&again, &[]));
    ok(&["audit", "verify", "--server", text(&again)]);
}

/// Makes the list of a copy anew for what is in it now.
fn list_anew(copy: &Path) {
    let list = copy.join("manifest.sha256");
    let text = fs::read_to_string(&list).expect("a list");
    let anew = text.lines().map(|line| match line.split_once("  ") {
        Some((_, path)) => {
            let bytes = fs::read(copy.join(path)).expect("a file of the list");
            let hash = ring::digest::digest(&ring::digest::SHA256, &bytes);
            let hex: String = hash.as_ref().iter().map(|b| format!("{b:02x}")).collect();
            format!("{hex}  {path}\n")
        }
        None => format!("{line}\n"),
    });
    fs::write(list, anew.collect::<String>()).expect("written");
}

#[test]
fn a_byte_that_flipped_in_a_copy_is_noticed_whatever_file_it_is_in() {
    let place = TempDir::new().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let (data, copy, again) = (at("data"), at("copy"), at("again"));
    founded(&data);
    let said = ok(&["backup", text(&copy), "--server", text(&data)]);
    let code = said
        .lines()
        .find_map(|line| line.strip_prefix("备份的校验码："));
    let code = code.expect("a code to write down").to_owned();
    let list = fs::read_to_string(copy.join("manifest.sha256")).expect("a list");
    let names: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|it| it.1)
        .collect();
    assert!(
        names.contains(&"server.db") && names.contains(&"tls/server.key"),
        "{names:?}"
    );
    for name in names {
        let whole = fs::read(copy.join(name)).expect("a file");
        let mut flipped = whole.clone();
        let last = flipped.len() - 1;
        flipped[last] ^= 1;
        fs::write(copy.join(name), flipped).expect("written");
        let said = refused(&["restore", text(&copy), "--server", text(&again)]);
        assert!(
            said.contains(name) && said.contains("与备份清单"),
            "{name}: {said}"
        );
        assert!(!again.exists(), "{name}: half a server is left");
        fs::write(copy.join(name), whole).expect("written");
    }
    fs::write(copy.join("stranger"), "something else").expect("written");
    let said = ok(&["restore", text(&copy), "--server", text(&again)]);
    assert!(said.contains(&code), "{said}");
    assert!(!again.join("stranger").exists() && !again.join("manifest.sha256").exists());
    fs::remove_file(copy.join("manifest.sha256")).expect("it was there");
    let said = refused(&["restore", text(&copy), "--server", text(&at("third"))]);
    assert!(said.contains("缺少备份清单"), "{said}");
    let said = refused(&["backup", text(&data.join("copy")), "--server", text(&data)]);
    assert!(said.contains("里面"), "{said}");
}

#[test]
fn a_server_without_its_pepper_does_not_make_another_unasked() {
    let place = TempDir::new().expect("a folder");
    let (data, kept) = (place.path().join("data"), place.path().join("kept"));
    founded(&data);
    let pepper = data.join("pepper.key");
    let serve = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
    let renew = ["admin", "--data", text(&data), "renew-pepper"];
    let said = refused(&renew);
    assert!(said.contains("完好"), "{said}");
    fs::rename(&pepper, &kept).expect("moved");
    for args in [
        &serve[..],
        &["admin", "--data", text(&data), "--as", "顾思源", "list"],
    ] {
        let said = refused(args);
        assert!(
            said.contains("pepper.key") && said.contains("备份"),
            "{said}"
        );
        assert!(!pepper.exists(), "another pepper was made");
    }
    fs::write(&pepper, [9; 32]).expect("another one");
    let said = refused(&serve);
    assert!(said.contains("不是这台服务器原来的"), "{said}");
    fs::copy(&kept, &pepper).expect("restored");
    drop(Serving::start(&data, &[]));
    fs::remove_file(&pepper).expect("gone for good");
    let said = ok(&renew);
    let codes: Vec<&str> = said.lines().filter(|line| line.contains("ANDU-")).collect();
    assert_eq!(codes.len(), 1, "{said}");
    assert!(codes[0].starts_with("顾思源"), "{said}");
    let code = codes[0].split_whitespace().next_back().expect("a code");
    let password = place.path().join("password");
    fs::write(&password, "水库 七月 又一个新的密码").expect("a file");
    let file = text(&password);
    ok(&[
        "admin",
        "--data",
        text(&data),
        "--as",
        "顾思源",
        "--password-file",
        file,
        "password",
        code,
    ]);
    ok(&[
        "admin",
        "--data",
        text(&data),
        "--as",
        "顾思源",
        "--password-file",
        file,
        "list",
    ]);
    drop(Serving::start(&data, &[]));
    ok(&["audit", "verify", "--server", text(&data)]);
}

#[test]
fn the_authority_is_never_made_anew_and_the_certificate_always_can_be() {
    let place = TempDir::new().expect("a folder");
    let (data, kept) = (place.path().join("data"), place.path().join("kept"));
    founded(&data);
    let tls = data.join("tls");
    copied(&tls, &kept);
    let serve = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
    for name in ["authority.key", "authority.pem", "note.json"] {
        fs::remove_file(tls.join(name)).expect("it was there");
        let said = refused(&serve);
        let said = said.lines().next_back().expect("a sentence");
        assert!(said.contains(&format!("缺少 {name}")), "{said}");
        assert!(
            said.contains("备份") && !said.contains("error"),
            "{name}: {said}"
        );
        assert!(!tls.join(name).exists(), "{name} was made anew");
        fs::copy(kept.join(name), tls.join(name)).expect("restored");
    }
    for name in ["server.key", "server.pem"] {
        fs::remove_file(tls.join(name)).expect("it was there");
        drop(Serving::start(&data, &[]));
        fs::write(tls.join(name), "junk").expect("damaged");
        drop(Serving::start(&data, &[]));
    }
    let authority = |folder: &Path| fs::read(folder.join("authority.pem")).expect("a certificate");
    assert_eq!(authority(&tls), authority(&kept));
}

#[test]
fn a_server_whose_store_is_damaged_neither_serves_nor_is_copied() {
    let place = TempDir::new().expect("a folder");
    let data = place.path().join("server");
    founded(&data);
    let store = data.join("server.db");
    let whole = fs::read(&store).expect("a store");
    let (page, copy) = (4096, place.path().join("copy"));
    let mut told = 0;
    // A page from the middle on that holds something: what is empty cannot be damaged.
    let pages = whole.len() / page;
    let holds = |number: &usize| {
        whole[number * page + 8..number * page + 24]
            .iter()
            .any(|byte| *byte != 0)
    };
    let middle = (pages / 2..pages)
        .find(holds)
        .expect("a page that holds something");
    for number in [2, 5, middle] {
        let mut bytes = whole.clone();
        bytes[number * page + 8..number * page + 24].fill(0xA5);
        fs::write(&store, &bytes).expect("a damaged store");
        for name in ["server.db-wal", "server.db-shm"] {
            let _ = fs::remove_file(data.join(name));
        }
        let serve = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0"];
        told += usize::from(refused(&serve).contains("有损坏"));
        let after = fs::read(&store).expect("a store");
        assert!(
            after == bytes,
            "page {number}: the damaged store was written to"
        );
        refused(&["backup", text(&copy), "--server", text(&data)]);
        assert!(!copy.exists(), "page {number}: a damaged copy was left");
    }
    assert_eq!(told, 3, "what is wrong is said");
    fs::write(&store, whole).expect("the store again");
    ok(&["backup", text(&copy), "--server", text(&data)]);
}

#[test]
fn a_server_that_was_refused_leaves_nothing_behind() {
    let place = TempDir::new().expect("a folder");
    let (none, empty) = (place.path().join("none"), place.path().join("empty"));
    fs::create_dir(&empty).expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = taken.local_addr().expect("an address").to_string();
    for data in [&none, &empty] {
        let data = text(data);
        let two = [
            "--system",
            "顾思源",
            "--security",
            "顾思源",
            "--audit",
            "陆清和",
        ];
        let found = [
            &["admin", "--data", data, "found", "望溪县水务局"][..],
            &two,
        ]
        .concat();
        for args in [&found[..], &["serve", "--data", data, "--listen", &taken]] {
            refused(args);
        }
    }
    assert!(!none.exists(), "a folder was made");
    let left: Vec<_> = fs::read_dir(&empty).expect("a folder").flatten().collect();
    assert!(left.is_empty(), "{left:?}");
    // One that is there already stays as it is.
    founded(&none);
    let found = ["admin", "--data", text(&none), "found", "望溪县水务局"];
    refused(&[&found[..], &FOUND].concat());
    ok(&["audit", "verify", "--server", text(&none)]);
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
