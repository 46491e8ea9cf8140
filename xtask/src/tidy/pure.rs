//! Pure crates compute: the same arguments give the same answer, at once. No clock, no randomness, no
//! waiting, no files, no network. And no library reads the environment or prints: shells do.

use super::{Breach, rust::Source, tree::Tree};

const PURE: &[&str] = &[
    "base", "org", "document", "draft", "workflow", "exchange", "meeting", "people", "payroll",
    "sync",
];

const FORBIDDEN: &[(&str, &str)] = &[
    ("SystemTime", "a clock: take the time as an argument"),
    ("Instant::now", "a clock: take the time as an argument"),
    ("Utc::now", "a clock: take the time as an argument"),
    ("Local::now", "a clock: take the time as an argument"),
    ("Zoned::now", "a clock: take `today` as an argument"),
    ("Timestamp::now", "a clock: take the time as an argument"),
    (
        "now_v7",
        "a clock and randomness: ids travel in the command",
    ),
    ("new_v4", "randomness: ids travel in the command"),
    ("rand::", "randomness: take what is random as an argument"),
    (
        "getrandom::",
        "randomness: take what is random as an argument",
    ),
    ("async", "waiting: pure crates answer at once"),
    ("await", "waiting: pure crates answer at once"),
    ("std::fs", "files: take the bytes as an argument"),
    ("std::net", "network: belongs to desk and server"),
    ("std::env", "environment: belongs to the shells"),
    ("std::process", "processes: belong to desk and the shells"),
    ("std::thread", "threads: belong to desk and server"),
];

const SHELLS: &[&str] = &[
    "src-tauri/",
    "cli/",
    "xtask/",
    "server/src/main.rs",
    "fuzz/",
];

const FOR_SHELLS: &[(&str, &str)] = &[
    ("env::var", "for shells: take the value as an argument"),
    ("env::var_os", "for shells: take the value as an argument"),
    ("env::args", "for shells: take the value as an argument"),
    ("println!", "for shells: answer, or log with tracing"),
    ("eprintln!", "for shells: answer, or log with tracing"),
];

/// What a pure crate, or any library, must not do.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let source = Source::of(&file.text);
        let shell = SHELLS.iter().any(|shell| file.path.starts_with(shell));
        let everywhere = FOR_SHELLS.iter().filter(|_| !shell);
        let pure = FORBIDDEN.iter().filter(|_| is_pure(&file.path));
        for (word, why) in pure.chain(everywhere) {
            for offset in source.find(word) {
                let text = format!("`{word}` is {why}");
                breaches.push(Breach::new(&file.path, source.line(offset), "pure", text));
            }
        }
    }
    breaches
}

fn is_pure(path: &str) -> bool {
    PURE.iter()
        .any(|room| path.starts_with(&format!("crates/{room}/src/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_in_a_pure_crate_is_found() {
        let code = "pub fn due() -> bool {\n    jiff::Zoned::now() > limit()\n}\n";
        let told = check(&Tree::of(&[("crates/workflow/src/clock.rs", code)]));
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].line, 2);
    }

    #[test]
    fn async_and_randomness_are_found_but_not_in_comments_or_tests() {
        let code = "/// Not async.\npub async fn f() { rand::random() }\n#[cfg(test)]\nmod tests { fn t() { rand::random() } }\n";
        let told = check(&Tree::of(&[("crates/sync/src/lib.rs", code)]));
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn libraries_neither_print_nor_read_the_environment() {
        let code = "fn f() { println!(); std::env::var(\"HOME\"); }";
        let of = |path| check(&Tree::of(&[(path, code)])).len();
        assert_eq!(of("crates/desk/src/lib.rs"), 2);
        assert_eq!(of("cli/src/main.rs"), 0);
        assert_eq!(of("tests/scenarios/main.rs"), 0);
    }

    #[test]
    fn other_crates_may_read_the_clock() {
        let tree = Tree::of(&[("crates/desk/src/clock.rs", "SystemTime::now()")]);
        assert_eq!(check(&tree), []);
    }
}
