use super::*;

/// Words of Latin letters that people know, and those that are typed.
fn is_known(word: &str) -> bool {
    const KNOWN: [&str; 27] = [
        "andu", "JSON", "PDF", "PNG", "OFD", "Word", "WPS", "LibreOffice", "Schema", "IP", "Ctrl",
        "UTF", "GB", "json", "docx", "xlsx", "txt", "doc", "wps", "ui", "usr", "share", "none",
        "rtf", "odt", "md", "ANDU",
    ];
    word.len() < 3 || KNOWN.contains(&word)
}

fn english(said: &str, typed: &[String]) -> Vec<String> {
    let latin = said.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    latin
        .map(|word| word.trim_matches(['-', '.', '_']))
        .filter(|word| word.chars().any(|c| c.is_ascii_alphabetic()))
        .filter(|word| !is_known(word) && !typed.iter().any(|known| known == word))
        .filter(|word| !word.starts_with("ANDU_") && !word.contains('.'))
        .map(str::to_owned)
        .collect()
}

/// Every word that is typed at some command: names of commands, of options, and the values they take.
fn typed(command: &Command, all: &mut Vec<String>) {
    all.push(command.get_name().to_owned());
    for argument in command.get_arguments() {
        all.extend(argument.get_long().map(str::to_owned));
        let values = argument.get_possible_values();
        all.extend(values.iter().map(|value| value.get_name().to_owned()));
    }
    for below in command.get_subcommands() {
        typed(below, all);
    }
}

fn walk(command: &mut Command, words: &[String], wrong: &mut Vec<String>) {
    let said = command.render_long_help().to_string();
    let foreign = english(&said, words);
    if !foreign.is_empty() {
        wrong.push(format!("{}: {foreign:?}", command.get_name()));
    }
    for below in command.get_subcommands_mut() {
        walk(below, words, wrong);
    }
}

#[test]
fn no_help_is_english() {
    let mut command = command();
    let mut words = Vec::new();
    typed(&command, &mut words);
    // Names of fields in files that programs write.
    let fields = ["agency", "short_name", "authority_code", "people", "name", "post", "department"];
    words.extend(fields.map(str::to_owned));
    let mut wrong = Vec::new();
    walk(&mut command, &words, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn complained(words: &[&str]) -> String {
    let parsed = command().try_get_matches_from(words);
    let error = parsed.expect_err("words that make no command");
    let (key, fields) = complaint(&error);
    let fields: Vec<(&str, String)> = fields.into_iter().collect();
    text::error_with(ErrorCode::Invalid, key, &fields).sentence
}

#[test]
fn no_complaint_is_english_and_each_says_what_is_expected() {
    let admin = ["andu", "admin", "--data", "d", "--as", "秦望舒"];
    let with = |rest: &[&'static str]| -> Vec<&str> { [&admin[..], rest].concat() };
    for (words, parts) in [
        (vec!["andu", "typset"], vec!["typset", "typeset"]),
        (vec!["andu", "check", "--isuer"], vec!["--isuer", "--issuer"]),
        (vec!["andu", "check"], vec!["缺少", "<文件>"]),
        (vec!["andu", "typeset", "x", "--dpi", "many"], vec!["--dpi", "many", "数字"]),
        (vec!["andu", "typeset", "x", "--pdf"], vec!["--pdf", "要写一个值"]),
        (vec!["andu", "serve", "--data", "d", "--listen", "here"], vec!["0.0.0.0:8640"]),
        (vec!["andu", "bundle", "list", "--window", "3"], vec!["--window"]),
        (vec!["andu", "schema", "letter"], vec!["letter", "document"]),
        (
            with(&["role", "give", "nonsense", "秘书科", "科长"]),
            vec!["nonsense", "department_reader（部门阅文）", "system_administrator"],
        ),
        (with(&["list", "--on", "昨天"]), vec!["--on", "昨天", "2026-03-05"]),
        (
            with(&["substitute", "甲", "乙", "--grant", "all", "--through", "2026-03-05"]),
            vec!["--grant", "read_department"],
        ),
    ] {
        let said = complained(&words);
        for part in parts {
            assert!(said.contains(part), "{words:?}: {said}");
        }
        for word in ["error", "invalid", "found", "expected", "required", "Usage", "tip"] {
            assert!(!said.contains(word), "{words:?}: {said}");
        }
    }
}
