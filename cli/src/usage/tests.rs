use super::*;

/// Words of Latin letters that people know, and those that are typed.
fn is_known(word: &str) -> bool {
    const KNOWN: [&str; 27] = [
        "andu",
        "JSON",
        "PDF",
        "PNG",
        "OFD",
        "Word",
        "WPS",
        "LibreOffice",
        "Schema",
        "IP",
        "Ctrl",
        "UTF",
        "GB",
        "json",
        "docx",
        "xlsx",
        "txt",
        "doc",
        "wps",
        "ui",
        "usr",
        "share",
        "none",
        "rtf",
        "odt",
        "md",
        "ANDU",
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
    let fields = [
        "agency",
        "short_name",
        "authority_code",
        "people",
        "name",
        "post",
        "department",
        // Names that are the same in every language, and of what is shipped.
        "BPMN",
        "bpmn",
        "outgoing",
    ];
    words.extend(fields.map(str::to_owned));
    let mut wrong = Vec::new();
    walk(&mut command, &words, &mut wrong);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn complained(words: &[&str]) -> String {
    let parsed = command().try_get_matches_from(words);
    let error = parsed.expect_err("words that make no command");
    let (key, fields) = complaint(&error);
    text::error_with(ErrorCode::Invalid, key, &fields).sentence
}

#[test]
fn no_complaint_is_english_and_each_says_what_is_expected() {
    let admin = ["andu", "admin", "--data", "d", "--as", "秦望舒"];
    let with = |rest: &[&'static str]| -> Vec<&str> { [&admin[..], rest].concat() };
    for (words, parts) in [
        (vec!["andu", "typset"], vec!["typset", "typeset"]),
        (
            vec!["andu", "check", "--isuer"],
            vec!["--isuer", "--issuer"],
        ),
        (vec!["andu", "check"], vec!["缺少", "<文件>"]),
        (
            vec!["andu", "typeset", "x", "--dpi", "many"],
            vec!["--dpi", "many", "数字"],
        ),
        (
            vec!["andu", "typeset", "x", "--pdf"],
            vec!["--pdf", "要写一个值"],
        ),
        (
            vec!["andu", "serve", "--data", "d", "--listen", "here"],
            vec!["0.0.0.0:8640"],
        ),
        (
            vec!["andu", "bundle", "list", "--window", "3"],
            vec!["--window"],
        ),
        (vec!["andu", "schema", "letter"], vec!["letter", "document"]),
        (
            with(&["role", "give", "nonsense", "秘书科", "科长"]),
            vec![
                "nonsense",
                "department_reader（部门阅文）",
                "system_administrator",
            ],
        ),
        (
            with(&["list", "--on", "昨天"]),
            vec!["--on", "昨天", "2026-03-05"],
        ),
        (
            with(&[
                "substitute",
                "甲",
                "乙",
                "--grant",
                "all",
                "--through",
                "2026-03-05",
            ]),
            vec!["--grant", "read_department"],
        ),
    ] {
        let said = complained(&words);
        for part in parts {
            assert!(said.contains(part), "{words:?}: {said}");
        }
        for word in [
            "error", "invalid", "found", "expected", "required", "Usage", "tip",
        ] {
            assert!(!said.contains(word), "{words:?}: {said}");
        }
    }
}

/// Commands that a page of the manual shows between back quotes.
fn shown(page: &str) -> Vec<String> {
    let path = format!("{}/../docs/manual/{page}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a page of the manual");
    let quoted = text.lines().flat_map(|line| {
        let pieces = line.split('`').skip(1).step_by(2);
        pieces.map(str::to_owned).collect::<Vec<_>>()
    });
    quoted
        .map(|typed| match typed.strip_prefix("… --as") {
            Some(rest) => format!("andu admin --data 文件夹 --as{rest}"),
            None => typed,
        })
        .filter(|typed| typed.starts_with("andu "))
        .collect()
}

/// Every command of the manual is one: nothing that must be given is left out, and nothing is unknown. Where a
/// page only mentions one (`andu join`, or with `…`), what must be given may be missing.
#[test]
fn the_commands_of_the_manual_are_commands() {
    let mut tried = 0;
    for page in ["administrator.md", "command.md", "discs.md", "server.md"] {
        for typed in shown(page) {
            let last = typed.split(' ').next_back().unwrap_or_default();
            let mentioned = typed.contains('…') || !typed.contains("--") || last.starts_with("--");
            let mut words: Vec<String> = Vec::new();
            for word in typed.split(' ') {
                let value = words.last().is_some_and(|last| last.starts_with("--"));
                match word.trim_end_matches('…') {
                    "" if value => words.push("值".into()),
                    "" => {}
                    word => words.extend(word.split('|').next().map(str::to_owned)),
                }
            }
            let Err(error) = command().try_get_matches_from(&words) else {
                tried += 1;
                continue;
            };
            let incomplete = matches!(
                error.kind(),
                ErrorKind::MissingRequiredArgument
                    | ErrorKind::MissingSubcommand
                    | ErrorKind::DisplayHelp
                    | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            ) || (last.starts_with("--")
                && error.kind() == ErrorKind::InvalidValue);
            // The table of exit codes shows wrong ones on purpose.
            let wrong = ["andu typset 公文.json", "andu check"].contains(&typed.as_str());
            assert!(
                wrong || (mentioned && incomplete),
                "{page}: {typed}: {error}"
            );
            tried += 1;
        }
    }
    assert!(tried > 50, "{tried}");
}
