//! A desk that worked alone and its server, by the command: what is said of what is brought, and whose code it is.

use std::fs;

use tempfile::TempDir;

use crate::{Serving, andu, desk, ok, text};

#[test]
fn what_is_brought_is_told_in_words_and_a_code_of_somebody_else_is_said_to_be_one() {
    let place = TempDir::new().expect("a folder");
    let (data, home) = (place.path().join("data"), place.path().join("home"));
    desk::set_up(&home);
    let home = text(&home);
    let roster = place.path().join("名单.json");
    let list = r#"{"agency":"望溪县教育局","people":[{"name":"沈亦舟","department":"办公室"}]}"#;
    fs::write(&roster, list).expect("a file");
    let serving = Serving::start(&data, &[]);
    let said = ok(&["invite", "--data", text(&data), text(&roster)]);
    let code = said
        .split_whitespace()
        .find(|word| word.starts_with("ANDU-"));
    let code = code.expect("a code");
    let join = |more: &[&str]| {
        let output = andu(&[&["join", "--home", home][..], more].concat());
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), said + &error)
    };
    let (ended, said) = join(&["--code", code, "--confirm"]);
    assert_eq!(ended, Some(1), "{said}");
    assert!(
        said.contains("发给“望溪县教育局 沈亦舟”") && said.contains("由“望溪县水务局 何雨桐”"),
        "{said}"
    );
    assert!(!said.contains("已并入服务器"), "it went on: {said}");
    for word in [
        "拟稿中  1 件",
        "人员“何雨桐” → 沈亦舟",
        "部门“办公室” → 办公室",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    for word in ["draft", "kept_", "audit", "vocabulary", "drafting", "_"] {
        assert!(!said.contains(word), "{word}: {said}");
    }
    let (ended, said) = join(&["--confirm", "--other"]);
    assert_eq!(ended, Some(0), "{said}");
    assert!(said.contains("已并入服务器"), "{said}");
    drop(serving);
}

#[test]
fn what_was_begun_with_the_wrong_code_is_given_up() {
    let place = TempDir::new().expect("a folder");
    let (data, home) = (place.path().join("data"), place.path().join("home"));
    desk::set_up(&home);
    let roster = place.path().join("名单.json");
    let list = r#"{"agency":"望溪县教育局","people":[{"name":"沈亦舟","department":"办公室"}]}"#;
    fs::write(&roster, list).expect("a file");
    let serving = Serving::start(&data, &[]);
    let said = ok(&["invite", "--data", text(&data), text(&roster)]);
    let code = said
        .split_whitespace()
        .find(|word| word.starts_with("ANDU-"));
    andu(&[
        "join",
        "--home",
        text(&home),
        "--code",
        code.expect("a code"),
    ]);
    let said = ok(&["join", "--home", text(&home), "--abandon"]);
    assert!(said.contains("已放弃"), "{said}");
    drop(serving);
}
