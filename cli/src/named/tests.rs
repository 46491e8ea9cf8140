use std::collections::BTreeSet;

use clap::{Command, FromArgMatches as _};
use tempfile::TempDir;

use crate::{argument::Arguments, perform, usage};

/// Every command that takes `--as`, with words that would do something; `DATA`, `SHEET` and `FILE` stand for
/// files of the test.
const ACTS: [(&str, &str); 41] = [
    ("form history", "form history --data DATA --as 顾思源"),
    ("form put", "form put FILE --data DATA --as 顾思源"),
    (
        "form restore",
        "form restore 收文处理单 --data DATA --as 顾思源",
    ),
    (
        "form show",
        "form show 收文处理单 --own --data DATA --as 顾思源",
    ),
    (
        "form set",
        "form set 收文处理单 --own --out DATA/单.pdf --data DATA --as 顾思源",
    ),
    (
        "admin invite",
        "admin --data DATA --as 顾思源 invite 何雨桐",
    ),
    ("admin list", "admin --data DATA --as 顾思源 list"),
    (
        "admin enter-agency",
        "admin --data DATA --as 顾思源 enter-agency 望溪县水务局",
    ),
    (
        "admin enter",
        "admin --data DATA --as 顾思源 enter 何雨桐 秘书科 科长",
    ),
    (
        "admin appoint",
        "admin --data DATA --as 顾思源 appoint 何雨桐 秘书科 科长",
    ),
    (
        "admin leave",
        "admin --data DATA --as 顾思源 leave 何雨桐 秘书科 科长 --last 2026-03-05",
    ),
    ("admin role list", "admin --data DATA --as 秦望舒 role list"),
    (
        "admin role give",
        "admin --data DATA --as 秦望舒 role give drafter 秘书科 科长",
    ),
    (
        "admin role take",
        "admin --data DATA --as 秦望舒 role take drafter 秘书科 科长",
    ),
    (
        "admin substitute",
        "admin --data DATA --as 秦望舒 substitute 甲 乙 --grant draft --through 2026-03-05",
    ),
    ("admin review", "admin --data DATA --as 陆清和 review"),
    ("admin import", "admin --data DATA --as 顾思源 import SHEET"),
    (
        "bundle declare",
        "bundle declare FILE --name 甲 --level office --own-level office --data DATA --as 秦望舒",
    ),
    (
        "bundle export",
        "bundle export DATA/out --to 甲 --data DATA --as 顾思源",
    ),
    (
        "bundle import",
        "bundle import DATA/in --data DATA --as 顾思源",
    ),
    ("bundle list", "bundle list --data DATA --as 顾思源"),
    (
        "bundle acknowledge",
        "bundle acknowledge 0000 --data DATA --as 顾思源",
    ),
    (
        "bundle ask",
        "bundle ask --to 甲 --reason 事由 --data DATA --as 顾思源",
    ),
    (
        "bundle approve",
        "bundle approve 0000 --data DATA --as 秦望舒",
    ),
    ("bundle end", "bundle end --to 甲 --data DATA --as 秦望舒"),
    ("joining list", "joining --data DATA --as 顾思源 list"),
    ("joining show", "joining --data DATA --as 顾思源 show 0000"),
    (
        "joining accept",
        "joining --data DATA --as 顾思源 accept 0000",
    ),
    (
        "joining refuse",
        "joining --data DATA --as 顾思源 refuse 0000 --reason 不符",
    ),
    ("number list", "number list --data DATA --as 顾思源"),
    (
        "number ledger",
        "number ledger 望水发 --data DATA --as 顾思源",
    ),
    ("number check", "number check --data DATA --as 顾思源"),
    ("process doctor", "process doctor --data DATA --as 顾思源"),
    (
        "process migrate",
        "process migrate outgoing --data DATA --as 顾思源",
    ),
    ("issued list", "issued list --data DATA --as 顾思源"),
    (
        "supervision list",
        "supervision list --data DATA --as 顾思源",
    ),
    (
        "supervision circular",
        "supervision circular --from 2026-01-01 --through 2026-12-31 --out 通报.pdf --data DATA --as 顾思源",
    ),
    ("register", "register SHEET --enter --data DATA --as 顾思源"),
    ("register", "register --undo 0000 --data DATA --as 顾思源"),
    (
        "device revoke",
        "device revoke --data DATA 0000 --reason 遗失 --as 顾思源",
    ),
    (
        "device revoke",
        "device revoke --data DATA 0000 --reason 遗失 --as 秦望舒",
    ),
];

/// What takes `--as` and asks nobody: the first administrators have no password yet, a card says only what is
/// public, a password is chosen by a code, and where the pepper is lost no password can be told from another.
const FREE: [&str; 4] = [
    "admin found",
    "admin password",
    "admin renew-pepper",
    "bundle card",
];

/// Commands without commands under them that know `--as`, by their path.
fn named(command: &Command, path: &str, above: bool, all: &mut BTreeSet<String>) {
    let has = |name: &str| {
        command
            .get_arguments()
            .any(|argument| argument.get_long() == Some(name))
    };
    let known = above || has("as");
    if has("as") {
        assert!(has("password-file"), "{path} takes a name and no password");
    }
    if !command.has_subcommands() && known {
        all.insert(path.trim().to_owned());
    }
    for below in command.get_subcommands() {
        named(below, &format!("{path} {}", below.get_name()), known, all);
    }
}

#[test]
fn the_list_of_acts_in_a_name_is_whole() {
    let mut found = BTreeSet::new();
    named(&usage::command(), "", false, &mut found);
    let listed = ACTS.iter().map(|(path, _)| *path).chain(FREE);
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    assert_eq!(found, listed);
}

fn run(words: &str, folder: &TempDir, more: &[&str]) -> Result<String, String> {
    let path = |name: &str| folder.path().join(name).display().to_string();
    let words = words
        .replace("DATA", &path("server"))
        .replace("SHEET", &path("list.xlsx"))
        .replace("FILE", &path("card.json"));
    let mut words: Vec<String> = words.split(' ').map(str::to_owned).collect();
    words.insert(0, "andu".into());
    words.extend(more.iter().map(|word| (*word).to_owned()));
    let parsed = usage::command().try_get_matches_from(&words);
    let parsed = parsed.and_then(|found| Arguments::from_arg_matches(&found));
    let arguments = parsed.unwrap_or_else(|error| panic!("{words:?}: {error}"));
    match perform(&arguments) {
        Ok(done) => Ok(done.text),
        Err(error) => Err(error.key),
    }
}

fn audited(folder: &TempDir) -> Vec<String> {
    let path = folder.path().join("server/server.db");
    let store = andu_store::Store::open(&path, andu_store::Key::Plain).expect("the store");
    let entries = store.read(|reader| reader.audit_entries(0, 1_000));
    entries
        .expect("entries")
        .into_iter()
        .map(|entry| entry.action)
        .collect()
}

/// A server with three administrators who have chosen a password, and the files of the table.
fn office() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let write = |name: &str, text: &[u8]| {
        std::fs::write(folder.path().join(name), text).expect("a file");
    };
    write("password", "汛期值班电话畅通\n".as_bytes());
    write("wrong", "不是这个密码\n".as_bytes());
    write("card.json", b"{}");
    let texts = |row: [&str; 5]| row.map(str::to_owned).to_vec();
    let table = andu_office::vocabulary::Table {
        columns: texts(["姓名", "部门", "职务", "文号", "标题"]),
        rows: vec![texts([
            "何雨桐",
            "秘书科",
            "科员",
            "望水〔2019〕7号",
            "关于防汛的通知",
        ])],
    };
    let sheet = andu_office::vocabulary::write(&table, &andu_office::Limits::default());
    write("list.xlsx", &sheet.expect("a workbook"));
    std::fs::create_dir(folder.path().join("server")).expect("a folder");
    let found = "admin --data DATA found 望溪县人民政府办公室 --system 顾思源 --security 秦望舒 --audit 陆清和";
    let said = run(found, &folder, &[]).expect("three administrators");
    let password = folder.path().join("password").display().to_string();
    for line in said.lines().filter(|line| line.contains("  ")) {
        let (name, code) = line.split_once("  ").expect("a name and a code");
        let words =
            format!("admin --data DATA --as {name} --password-file {password} password {code}");
        run(&words, &folder, &[]).expect("a password is chosen");
    }
    folder
}

/// Sitting at the server is not enough, whatever is done in somebody's name.
#[test]
fn nothing_is_done_in_a_name_without_the_password() {
    let folder = office();
    let before = audited(&folder);
    for (path, words) in ACTS {
        let told = run(words, &folder, &[]);
        assert_eq!(told, Err("admin.password_needed".into()), "{path}: {words}");
    }
    assert_eq!(audited(&folder), before, "nothing was done");
}

/// A wrong password is refused and noted, a right one is asked by the same words everywhere: what fails then
/// fails for other reasons.
#[test]
fn a_wrong_password_is_noted_and_a_right_one_taken() {
    let folder = office();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (wrong, right) = (file("wrong"), file("password"));
    let (admin, words): (Vec<_>, Vec<_>) = ACTS
        .iter()
        .partition(|(path, _)| path.starts_with("admin") || path.starts_with("joining"));
    let with = |words: &str, password: &str| {
        // These take the password before the command under them.
        words.replacen(" --as", &format!(" --password-file {password} --as"), 1)
    };
    let refused = run(
        &with("bundle list --data DATA --as 顾思源", &wrong),
        &folder,
        &[],
    );
    assert_eq!(refused, Err("account.wrong_password".into()));
    for (path, words) in admin.iter().chain(&words) {
        let told = run(&with(words, &right), &folder, &[]);
        let asked = [
            "admin.password_needed",
            "account.wrong_password",
            "account.wait",
        ];
        if let Err(key) = told {
            assert!(!asked.contains(&key.as_str()), "{path}: {key}");
        }
    }
    let actions = audited(&folder);
    let count = |name: &str| actions.iter().filter(|action| *action == name).count();
    assert_eq!(count("refused account_vouch"), 1, "{actions:?}");
    assert_eq!(count("account_vouch"), ACTS.len(), "{actions:?}");
}
