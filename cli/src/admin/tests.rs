use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::argument::{Arguments, Verb};

const SECRET: &str = "汛期值班电话畅通";
const THREE: [&str; 3] = ["顾思源", "秦望舒", "陆清和"];

/// What `andu admin --data FOLDER …` says to somebody who knows the password.
fn admin(folder: &TempDir, words: &[&str]) -> Result<Done, ApiError> {
    let data = folder.path().to_str().expect("a folder with a name");
    let password = folder.path().join("password");
    std::fs::write(&password, format!("{SECRET}\n")).expect("a file");
    let password = password.to_str().expect("a path");
    let typed = ["andu", "admin", "--data", data, "--password-file", password].into_iter();
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
    let three = admin(&folder, &words).expect("three administrators").json;
    for (role, name) in ["system", "security", "audit"].into_iter().zip(THREE) {
        let code = three[role]["code"].as_str().expect("a code");
        said(&folder, &["--as", name, "password", code]);
    }
    folder
}

#[test]
fn sitting_at_the_server_is_not_enough() {
    let folder = TempDir::new().expect("a folder");
    let words = ["found", "望溪县人民政府办公室", "--system", "顾思源"];
    let others = ["--security", "秦望舒", "--audit", "陆清和"];
    let three = admin(&folder, &[&words[..], &others].concat())
        .expect("three")
        .json;
    let list = ["--as", "顾思源", "list"];
    // Nobody has chosen a password yet: nobody can be taken for an administrator.
    assert_eq!(refused(&folder, &list), "account.none_yet");
    let code = three["system"]["code"].as_str().expect("a code");
    said(&folder, &["--as", "顾思源", "password", code]);
    let again = ["--as", "顾思源", "password", code];
    assert_eq!(refused(&folder, &again), "account.code_used");
    said(&folder, &list);
    let wrong = folder.path().join("wrong");
    std::fs::write(&wrong, "不是这个密码\n").expect("a file");
    let wrong = wrong.to_str().expect("a path");
    let data = folder.path().to_str().expect("a folder");
    let guess = || {
        let typed = ["andu", "admin", "--data", data, "--password-file", wrong];
        let arguments = Arguments::try_parse_from(typed.into_iter().chain(list));
        let Verb::Admin(args) = arguments.expect("words that parse").verb else {
            panic!("another verb")
        };
        run(&args).err().map(|error| error.key).unwrap_or_default()
    };
    for _ in 0..5 {
        assert_eq!(guess(), "account.wrong_password");
    }
    assert_eq!(guess(), "account.wait");
    // The right one neither, until the time has come; and each failure is in the log.
    assert_eq!(refused(&folder, &list), "account.wait");
    let actions = audited(&folder);
    let count = |name: &str| actions.iter().filter(|action| *action == name).count();
    assert_eq!(count("refused account_vouch"), 5, "{actions:?}");
    assert_eq!(count("account_vouch"), 1, "{actions:?}");
}

#[test]
fn codes_are_given_by_the_system_administrator_and_devices_ended_by_name() {
    let folder = founded();
    said(
        &folder,
        &["--as", "顾思源", "enter", "何雨桐", "秘书科", "科员"],
    );
    let code = admin(&folder, &["--as", "顾思源", "invite", "何雨桐"])
        .expect("a code")
        .json;
    assert!(
        code[0]["code"]
            .as_str()
            .is_some_and(|code| code.len() >= 32),
        "{code}"
    );
    let several = ["--as", "顾思源", "invite", "何雨桐", "沈秋白", "叶知微"];
    let unknown = admin(&folder, &several).err().expect("two are unknown");
    assert!(
        unknown.sentence.contains("“沈秋白、叶知微”") && !unknown.sentence.contains("何雨桐"),
        "{}",
        unknown.sentence
    );
    let others = ["--as", "秦望舒", "invite", "何雨桐"];
    assert_eq!(refused(&folder, &others), "command.forbidden");
    let roster = folder.path().join("roster.json");
    std::fs::write(&roster, r#"{"agency":"望溪县水务局","people":[]}"#).expect("a file");
    let invite = crate::argument::Invite {
        data: folder.path().to_owned(),
        roster,
        agency: None,
    };
    let refused = crate::server::invite(&invite).err().map(|error| error.key);
    assert_eq!(refused.as_deref(), Some("admin.invite_by_name"));
    let revoke = crate::argument::Device {
        verb: crate::argument::DeviceVerb::Revoke {
            data: folder.path().to_owned(),
            device: "019f0000-0000-7000-8000-000000000000".into(),
            reason: "丢失".into(),
            named: crate::named::Named {
                who: String::new(),
                password_file: None,
            },
        },
    };
    let refused = crate::server::device(&revoke).err().map(|error| error.key);
    assert_eq!(refused.as_deref(), Some("organisation.as_whom"));
}

/// Actions of the audit log, whose chain holds.
fn audited(folder: &TempDir) -> Vec<String> {
    let store = andu_store::Store::open(&folder.path().join("server.db"), andu_store::Key::Plain);
    let store = store.expect("the store");
    let verified = store.read(|reader| reader.audit_verify());
    verified.expect("an unbroken chain");
    let entries = store.read(|reader| reader.audit_entries(0, 1_000));
    let entries = entries.expect("entries").into_iter();
    entries.map(|entry| entry.action).collect()
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
        "organisation.no_such_name"
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
    let actions = audited(&folder);
    let of_office = [
        "organisation_found",
        "roster_enter",
        "role_give",
        "role_take",
    ];
    for action in of_office {
        let times = actions.iter().filter(|known| *known == action).count();
        assert_eq!(times, 1, "{action} in {actions:?}");
    }
    // Each act is preceded by the password of the one who did it; none that was forbidden is there.
    let vouched = actions.iter().filter(|known| *known == "account_vouch");
    assert!(vouched.count() >= 6, "{actions:?}");
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
        tried.text.contains("将登记") && tried.text.contains("第 2 个人"),
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
    // The row that the person who made the list finds it in: the column names are row 1.
    let table = andu_office::vocabulary::Table {
        columns: texts(&["姓名", "单位", "职务"]),
        rows: vec![
            texts(&["余婉清", "秘书科", "科长"]),
            texts(&["周明远", "秘书科", ""]),
        ],
    };
    let bytes = andu_office::vocabulary::write(&table, &limits).expect("a workbook");
    std::fs::write(sheet, bytes).expect("a file");
    let tried = admin(&folder, &["--as", "顾思源", "import", sheet, "--dry-run"]).expect("tried");
    assert!(tried.text.contains("第 3 行没有登记"), "{}", tried.text);
    assert_eq!(tried.json["problems"][0]["line"], 3);
}

#[test]
fn no_sentence_that_a_shell_may_say_speaks_of_refreshing() {
    for (name, text) in [
        ("api", include_str!("../../../assets/text/zh-CN/api.json")),
        (
            "command",
            include_str!("../../../assets/text/zh-CN/command.json"),
        ),
        (
            "organisation",
            include_str!("../../../assets/text/zh-CN/organisation.json"),
        ),
        (
            "server",
            include_str!("../../../assets/text/zh-CN/server.json"),
        ),
        (
            "bundle",
            include_str!("../../../assets/text/zh-CN/bundle.json"),
        ),
        (
            "office",
            include_str!("../../../assets/text/zh-CN/office.json"),
        ),
        (
            "vault",
            include_str!("../../../assets/text/zh-CN/vault.json"),
        ),
    ] {
        assert!(!text.contains("刷新"), "{name}");
    }
}
