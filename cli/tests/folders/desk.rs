//! The folder of a desk: what is said where there is none, and what becomes of one that is there.

use std::{fs, path::Path};

use andu_desk::{Desk, place::DeskPlace};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PASSWORD, andu, ok, refused, text};

/// A desk of its own with one draft, in `home`.
fn set_up(home: &Path) {
    let place = DeskPlace {
        folder: home.join("default"),
        profile: String::new(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: false,
    };
    let desk = Desk::new(place, false).expect("a desk");
    let first = json!({
        "agency": "望溪县水务局", "short_name": "县水务局", "authority_code": "望水",
        "department": "办公室", "person": "何雨桐", "post": "科员",
        "password": PASSWORD, "demo": false,
    });
    desk.call("session_setup", first).expect("first run");
    let notice = json!({
        "document_type": "notice", "format": "document", "direction": "downward",
        "template_id": null,
    });
    desk.call("draft_create", notice).expect("a draft");
    desk.lock();
}

#[test]
fn a_folder_without_a_desk_is_named_and_nothing_is_made() {
    let place = TempDir::new().expect("a folder");
    let (none, empty) = (place.path().join("none"), place.path().join("empty"));
    fs::create_dir_all(empty.join("default")).expect("a folder");
    for home in [&none, &empty] {
        for verb in [
            &["pending"][..],
            &["search", "水利"],
            &["audit", "verify"],
            &["backup", "out"],
            &["join", "--code", "ANDU-1"],
        ] {
            let mut args = verb.to_vec();
            args.extend(["--home", text(home)]);
            let said = refused(&args);
            assert!(
                said.contains("这里没有桌面数据") && said.contains(text(home)),
                "{args:?}: {said}"
            );
        }
    }
    assert!(!none.exists(), "something was made");
}

#[test]
fn a_backup_and_a_desk_are_replaced_only_where_that_is_asked_for() {
    let place = TempDir::new().expect("a folder");
    let (home, file) = (place.path().join("home"), place.path().join("备份.andu"));
    set_up(&home);
    let home = text(&home);
    let backup = ["backup", text(&file), "--home", home];
    ok(&backup);
    let first = fs::read(&file).expect("a backup");
    let said = refused(&backup);
    assert!(said.contains("--overwrite"), "{said}");
    assert_eq!(fs::read(&file).expect("a backup"), first, "it was touched");
    let mut asked = backup.to_vec();
    asked.push("--overwrite");
    ok(&asked);
    assert_ne!(fs::read(&file).expect("a backup"), first);

    let restore = ["restore", text(&file), "--home", home];
    let said = refused(&restore);
    assert!(said.contains("--replace"), "{said}");
    let mut asked = restore.to_vec();
    asked.extend(["--replace", "--json"]);
    let answer: Value = serde_json::from_str(&ok(&asked)).expect("JSON");
    let kept = answer["kept"].as_str().expect("where it is kept");
    assert!(Path::new(kept).join("store.db").exists(), "{kept}");
    asked.pop();
    let said = ok(&asked);
    assert!(said.contains("before-restore"), "{said}");
    // And where there is none, nothing need be asked for.
    let elsewhere = place.path().join("elsewhere");
    let said = ok(&["restore", text(&file), "--home", text(&elsewhere)]);
    assert!(!said.contains("原有数据"), "{said}");
    assert!(
        andu(&["pending", "--home", text(&elsewhere)])
            .status
            .success()
    );
}

#[cfg(unix)]
#[test]
fn what_is_no_backup_is_not_overwritten_by_one_and_nothing_is_left_behind() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let (paper, folder) = (place.path().join("通知.docx"), place.path().join("folder"));
    fs::write(&paper, "a paper").expect("a file");
    fs::create_dir_all(&folder).expect("a folder");
    let store = home.join("default").join("store.db");
    let before = fs::read(&store).expect("a store");
    for target in [&paper, &folder, &store] {
        refused(&["backup", text(target), "--overwrite", "--home", text(&home)]);
    }
    assert_eq!(fs::read(&paper).expect("a file"), b"a paper");
    assert_eq!(
        fs::read(&store).expect("a store"),
        before,
        "the desk is gone"
    );
    ok(&["search", "通知", "--home", text(&home)]);
    let names: Vec<_> = fs::read_dir(place.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .filter(|name| name.to_string_lossy().ends_with(".part"))
        .collect();
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn nobody_else_may_look_into_a_desk_or_its_backup() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = TempDir::new().expect("a folder");
    let (home, file) = (place.path().join("home"), place.path().join("备份.andu"));
    set_up(&home);
    let folder = home.join("default");
    crate::assert_private(&folder);
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(folder.join("store.db"), open).expect("as an older program left it");
    ok(&["backup", text(&file), "--home", text(&home)]);
    crate::assert_private(&folder);
    assert_eq!(crate::mode(&file), 0o600);
    ok(&["restore", text(&file), "--home", text(&home), "--replace"]);
    crate::assert_private(&folder);
    // What is said before it is opened: whose desk it is, and nothing else.
    let label = fs::read_to_string(folder.join("label.json"));
    if let Ok(label) = label {
        let label: Value = serde_json::from_str(&label).expect("JSON");
        let names: Vec<&String> = label.as_object().expect("an object").keys().collect();
        assert_eq!(names, ["agency", "person"]);
    }
}
