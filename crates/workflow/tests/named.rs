//! `docs/workflow-tests.md` says which test holds which pattern and which feature: every test that it names is there.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Rows of the patterns and of the features, and how many of each need a test.
const PATTERNS: (usize, usize) = (43, 41);
const FEATURES: (usize, usize) = (65, 60);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Everything of ours that may hold a test.
fn sources(folder: &Path, all: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|one| one == "rs") {
            all.push_str(&fs::read_to_string(&path).expect("a source"));
        }
    }
}

/// What stands between back quotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The rows of the table behind a heading: what is numbered, and the tests of each.
fn rows<'a>(text: &'a str, heading: &str) -> Vec<Vec<&'a str>> {
    let (_, after) = text.split_once(heading).expect("the heading");
    let table = after.lines().skip_while(|line| !line.starts_with('|'));
    let lines = table.take_while(|line| line.starts_with('|'));
    let numbered = lines.filter(|line| {
        let first = line.split('|').nth(1).unwrap_or_default().trim();
        first.parse::<usize>().is_ok()
    });
    numbered
        .map(|line| quoted(line.split('|').nth(3).unwrap_or_default()))
        .collect()
}

#[test]
fn every_test_that_the_lists_name_is_there() {
    let mut all = String::new();
    for folder in ["crates", "tests", "cli", "server"] {
        sources(&root().join(folder), &mut all);
    }
    let text = fs::read_to_string(root().join("docs/workflow-tests.md")).expect("the lists");
    for (heading, (count, least)) in [("## Patterns", PATTERNS), ("## Features", FEATURES)] {
        let rows = rows(&text, heading);
        assert_eq!(rows.len(), count, "{heading}");
        let held = rows.iter().filter(|tests| !tests.is_empty()).count();
        assert!(held >= least, "{heading}: {held} of {count} have a test");
        for name in rows.iter().flatten() {
            let is_there = match name.contains('/') {
                true => root().join(name).is_file(),
                false => all.contains(&format!("fn {name}(")),
            };
            assert!(is_there, "{heading}: {name}");
        }
    }
}
