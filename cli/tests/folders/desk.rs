//! The folder of a desk: what is said where there is none, and what becomes of one that is there.

use std::{fs, path::Path};

use andu_desk::{Desk, place::DeskPlace};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PASSWORD, andu, ok, refused, text};

/// Where the desk of a home lies.
pub fn place_of(home: &Path) -> DeskPlace {
    DeskPlace {
        folder: home.join("default"),
        profile: String::new(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: false,
    }
}

/// A desk of its own with one draft, in `home`.
pub fn set_up(home: &Path) {
    let desk = Desk::new(place_of(home), false).expect("a desk");
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

#[test]
fn a_profile_does_not_leave_the_home() {
    let place = TempDir::new().expect("a folder");
    let (home, other) = (place.path().join("home"), place.path().join("other"));
    set_up(&place.path().join("elsewhere"));
    fs::rename(place.path().join("elsewhere/default"), &other).expect("moved");
    fs::create_dir(&home).expect("a folder");
    let long = "a".repeat(33);
    let absolute = text(&other).to_owned();
    for name in [
        "../other",
        "..",
        ".",
        "a/b",
        "a\\b",
        "C:",
        "a b",
        "办公室",
        &long,
        &absolute,
    ] {
        let args = ["pending", "--home", text(&home), "--profile", name];
        let said = refused(&args);
        assert!(said.contains("配置名"), "{name}: {said}");
    }
    let said = refused(&["pending", "--home", text(&home), "--profile", "office-1"]);
    assert!(
        said.contains("office-1") && said.contains("没有桌面数据"),
        "{said}"
    );
}

#[test]
fn a_command_that_takes_no_recovery_code_offers_none() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    for _ in 0..2 {
        let output = crate::command(&["search", "水利", "--home", text(&home)])
            .env("ANDU_PASSWORD", "another horse")
            .output()
            .expect("the command runs");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !said.contains("时可用打印的恢复码打开") && !said.contains("也可以用恢复码"),
            "{said}"
        );
    }
}

#[test]
fn a_damaged_store_is_said_to_be_one_in_our_words_alone() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let store = home.join("default/store.db");
    let mut bytes = fs::read(&store).expect("a store");
    bytes[16..4096].fill(7);
    fs::write(&store, bytes).expect("damaged");
    let said = refused(&["search", "水利", "--home", text(&home)]);
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.chars().any(|c| c.is_ascii_uppercase()), "{said}");
}

#[test]
fn what_cannot_be_written_is_named_as_it_was_given() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let file = place.path().join("nodir/a");
    let output = andu(&["backup", text(&file), "--home", text(&home)]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(
        said.contains("nodir/a") && !said.contains(".part"),
        "{said}"
    );
    assert!(!said.contains("os error"), "{said}");
}

#[test]
fn a_card_is_not_written_over_what_a_desk_lives_by() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let store = home.join("default/store.db");
    let before = fs::read(&store).expect("a store");
    let said = refused(&["bundle", "card", text(&store), "--home", text(&home)]);
    assert!(said.contains("只由案牍自己写"), "{said}");
    assert_eq!(fs::read(&store).expect("a store"), before);
}

#[test]
fn a_text_too_long_for_a_draft_is_no_change_that_somebody_made() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let file = place.path().join("来文.txt");
    fs::write(&file, ("请做好防汛工作。".repeat(2_000) + "\n").repeat(300)).expect("a file");
    let desk = Desk::new(place_of(&home), false).expect("a desk");
    andu_desk::session::unlock_by_password(&desk, PASSWORD).expect("open");
    let token = desk.files.choose(&file).token;
    let refused = desk.call("draft_import", json!({ "token": token }));
    desk.lock();
    let said = refused.expect_err("too long").sentence;
    assert!(said.contains("来文.txt") && said.contains("拆分"), "{said}");
}

#[test]
fn rows_left_out_of_a_register_are_no_clean_end() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let texts = |row: [&str; 2]| row.map(str::to_owned).to_vec();
    let table = andu_office::vocabulary::Table {
        columns: texts(["文号", "标题"]),
        rows: vec![
            texts(["望水〔2019〕7号", "关于防汛工作的通知"]),
            texts(["", ""]),
            texts(["看不清", "关于停水的通知"]),
        ],
    };
    let limits = andu_office::Limits::default();
    let bytes = andu_office::vocabulary::write(&table, &limits).expect("a workbook");
    let sheet = place.path().join("登记簿.xlsx");
    fs::write(&sheet, bytes).expect("a file");
    let output = andu(&["register", text(&sheet), "--enter", "--home", text(&home)]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(
        said.contains("已录入 1 件") && said.contains("1 件存疑，没有录入"),
        "{said}"
    );
    // The row in which the person who made the register finds it.
    assert!(
        said.lines().any(|line| line.starts_with("4  存疑")),
        "{said}"
    );
}

#[test]
fn a_row_of_a_sheet_is_told_by_the_number_it_has_in_the_sheet() {
    let place = TempDir::new().expect("a folder");
    let home = place.path().join("home");
    set_up(&home);
    let texts = |row: [&str; 2]| row.map(str::to_owned).to_vec();
    let table = andu_office::vocabulary::Table {
        columns: texts(["全称", "关系"]),
        rows: vec![
            texts(["望溪县教育局", "平级"]),
            texts(["", ""]),
            texts(["", ""]),
            texts(["望溪县民政局", "亲戚"]),
        ],
    };
    let limits = andu_office::Limits::default();
    let bytes = andu_office::vocabulary::write(&table, &limits).expect("a workbook");
    let sheet = place.path().join("词库.xlsx");
    fs::write(&sheet, bytes).expect("a file");
    let desk = Desk::new(place_of(&home), false).expect("a desk");
    andu_desk::session::unlock_by_password(&desk, PASSWORD).expect("open");
    let token = desk.files.choose(&sheet).token;
    let args = json!({ "kind": "agencies", "token": token, "dry_run": true });
    let report = desk.call("vocabulary_read", args).expect("read");
    desk.lock();
    let problem = report["problems"][0].as_str().expect("a problem");
    assert!(problem.starts_with("第 5 行"), "{problem}");
}
