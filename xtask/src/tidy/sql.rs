//! SQL lives in `crates/store` and nowhere else: no statement in a string, no `.sql` file.

use super::{Breach, rust::Source, tree::Tree};

/// A statement begins with one of these and goes on with one of the words after it.
const STATEMENTS: &[(&str, &[&str])] = &[
    ("select", &[" from ", "select 1"]),
    ("insert", &["insert into ", "insert or "]),
    ("update", &[" set "]),
    ("delete", &["delete from "]),
    (
        "create",
        &[
            "create table",
            "create index",
            "create unique index",
            "create virtual table",
        ],
    ),
    ("drop", &["drop table", "drop index"]),
    ("alter", &["alter table"]),
    ("pragma", &["pragma "]),
    (
        "begin",
        &["begin immediate", "begin deferred", "begin exclusive"],
    ),
    ("attach", &["attach database"]),
];

/// Folders that may hold SQL: the store, the bench that measures it against plain SQLite, and the simulator
/// that makes its writes fail.
const ALLOWED: &[&str] = &[
    "crates/store/",
    "tests/bench/",
    "tests/simulator/",
    "xtask/src/tidy/",
];

/// SQL outside the store.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let allowed = |path: &str| ALLOWED.iter().any(|folder| path.starts_with(folder));
    for file in tree.files().iter().filter(|file| !allowed(&file.path)) {
        if file.extension() == "sql" {
            let text = "SQL files live in crates/store";
            breaches.push(Breach::new(&file.path, 0, "sql", text));
        }
    }
    for file in tree.rust().filter(|file| !allowed(&file.path)) {
        for literal in Source::of(&file.text).strings {
            if is_statement(&literal.text) {
                let text =
                    "a statement outside crates/store: give the store a method that answers this";
                breaches.push(Breach::new(&file.path, literal.line, "sql", text));
            }
        }
    }
    breaches
}

fn is_statement(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = format!("{} ", words.join(" ").to_lowercase());
    STATEMENTS
        .iter()
        .any(|(verb, marks)| text.starts_with(verb) && marks.iter().any(|mark| text.contains(mark)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_outside_the_store_are_found_with_their_line() {
        let code = "fn f() {\n    q(\"SELECT id\n       FROM draft\");\n}\n";
        let tree = Tree::of(&[("crates/app/src/draft.rs", code)]);
        let told = check(&tree);
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].line, 2);
    }

    #[test]
    fn the_store_may_speak_sql_and_so_may_sentences() {
        let tree = Tree::of(&[
            ("crates/store/src/draft.rs", "q(\"delete from draft\")"),
            (
                "crates/app/src/draft.rs",
                "say(\"update the draft\"); say(\"select a template\")",
            ),
        ]);
        assert_eq!(check(&tree), []);
    }

    #[test]
    fn sql_files_outside_the_store_are_found() {
        let tree = Tree::of(&[("server/migrations/1.sql", "")]);
        assert_eq!(check(&tree).len(), 1);
    }
}
