use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::argument::{Arguments, Verb};

/// What `andu admin --data FOLDER …` says.
fn admin(folder: &TempDir, words: &[&str]) -> Result<Done, ApiError> {
    let data = folder.path().to_str().expect("a folder with a name");
    let typed = ["andu", "admin", "--data", data].into_iter();
    let arguments = Arguments::try_parse_from(typed.chain(words.iter().copied()));
    match arguments.expect("words that parse").verb {
        Verb::Admin(args) => run(&args),
        _ => panic!("another verb"),
    }
}

fn said(folder: &TempDir, words: &[&str]) -> String {
    match admin(folder, words) {
        Ok(done) => done.text,
        Err(error) => panic!("{words:?}: {} ({})", error.sentence, error.key),
    }
}

fn refused(folder: &TempDir, words: &[&str]) -> String {
    match admin(folder, words) {
        Ok(done) => panic!("{words:?} was not refused: {}", done.text),
        Err(error) => error.key,
    }
}

fn founded() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let words = [
        "found",
        "望溪县人民政府办公室",
        "--system",
        "顾思源",
        "--security",
        "秦望舒",
        "--audit",
        "陆清和",
    ];
    said(&folder, &words);
    folder
}

#[test]
fn a_server_is_administered_by_three_and_each_acts_under_a_name() {
    let folder = founded();
    let enter = ["enter", "何雨桐", "秘书科", "科长"];
    assert_eq!(refused(&folder, &enter), "organisation.as_whom");
    let by = |who, words: &[&'static str]| -> Vec<&'static str> {
        ["--as", who]
            .into_iter()
            .chain(words.iter().copied())
            .collect()
    };
    assert_eq!(
        refused(&folder, &by("贺知秋", &enter)),
        "organisation.not_there"
    );
    assert_eq!(refused(&folder, &by("秦望舒", &enter)), "command.forbidden");
    said(&folder, &by("顾思源", &enter));
    let give = ["role", "give", "department_reader", "秘书科", "科长"];
    assert_eq!(refused(&folder, &by("顾思源", &give)), "command.forbidden");
    said(&folder, &by("秦望舒", &give));
    let review = by("陆清和", &["review", "--department", "秘书科"]);
    let found = said(&folder, &review);
    assert!(
        found.contains("何雨桐（秘书科科长）") && found.contains("部门阅文"),
        "{found}"
    );
    said(
        &folder,
        &by(
            "秦望舒",
            &["role", "take", "department_reader", "秘书科", "科长"],
        ),
    );
    assert!(!said(&folder, &review).contains("何雨桐"));
    let listed = said(&folder, &by("顾思源", &["list"]));
    assert!(listed.contains("科长：何雨桐"), "{listed}");
    let store = andu_store::Store::open(&folder.path().join("server.db"), andu_store::Key::Plain);
    let audited = store
        .expect("the store")
        .read(|reader| reader.audit_verify());
    // The founding, three acts, and none of the three that were forbidden before they began.
    assert_eq!(audited.expect("an unbroken chain"), 4);
}

#[test]
fn a_list_is_tried_first_and_then_entered_from_json_or_a_sheet() {
    let folder = founded();
    let path = folder.path().join("list.json");
    let list = r#"[{"name":"何雨桐","department":"秘书科","post":"科员","mobile":"13900000001"},
        {"name":"沈亦舟","department":"秘书科","post":"","office":"62100001"}]"#;
    std::fs::write(&path, list).expect("a file");
    let path = path.to_str().expect("a path");
    let tried = admin(&folder, &["--as", "顾思源", "import", path, "--dry-run"]).expect("tried");
    assert!(!tried.clean, "a line is left out");
    assert!(
        tried.text.contains("将登记") && tried.text.contains("第 2 行"),
        "{}",
        tried.text
    );
    assert!(!said(&folder, &["--as", "顾思源", "list"]).contains("何雨桐"));

    let sheet = folder.path().join("list.xlsx");
    let texts = |row: &[&str]| row.iter().map(|text| (*text).to_owned()).collect();
    let table = andu_office::vocabulary::Table {
        columns: texts(&["姓名", "单位", "职务", "办公电话", "备注"]),
        rows: vec![
            texts(&["何雨桐", "秘书科", "科员", "62100001", "x"]),
            texts(&["沈亦舟", "秘书科", "科员", "", ""]),
        ],
    };
    let limits = andu_office::Limits::default();
    let bytes = andu_office::vocabulary::write(&table, &limits).expect("a workbook");
    std::fs::write(&sheet, bytes).expect("a file");
    let sheet = sheet.to_str().expect("a path");
    let entered = admin(&folder, &["--as", "顾思源", "import", sheet]).expect("entered");
    assert!(entered.clean, "{}", entered.text);
    assert_eq!(entered.json["people"], 2);
    assert!(said(&folder, &["--as", "顾思源", "list"]).contains("科员：何雨桐、沈亦舟"));
}
