//! Every path and link a page names exists.

use super::{Breach, tree::Tree};

/// Paths that begin with one of these are of this repository.
const TOP: &[&str] = &[
    "assets/",
    "cli/",
    "crates/",
    "docs/",
    "server/",
    "src-tauri/",
    "tests/",
    "ui/",
    "xtask/",
    ".ci/",
    ".config/",
];
/// Made by building.
const BUILT: &[&str] = &["ui/dist", "ui/node_modules"];

/// Paths named in pages and doc comments that are not there.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files() {
        let page = file.extension() == "md";
        if !page && file.extension() != "rs" || file.path.starts_with("xtask/src/tidy/") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let trimmed = line.trim_start();
            if !page && !trimmed.starts_with("//") {
                continue;
            }
            let links = if page { links(line) } else { Vec::new() };
            let quoted = line
                .split('`')
                .skip(1)
                .step_by(2)
                .filter_map(repository_path);
            let gone = quoted
                .filter(|path| !tree.has(path) && !tree.has(&in_crate(&file.path, path)))
                .chain(
                    links
                        .into_iter()
                        .filter(|link| !tree.has(&beside(&file.path, link))),
                )
                .map(|path| format!("names `{path}`, which does not exist"));
            breaches.extend(gone.map(|text| Breach::new(&file.path, number + 1, "docs", text)));
        }
    }
    breaches
}

/// The path in a quotation, when it is one of this repository and names one place.
fn repository_path(quoted: &str) -> Option<&str> {
    let path = quoted.split([':', '#', ' ']).next()?;
    let ours = TOP.iter().any(|top| path.starts_with(top))
        && !BUILT.iter().any(|built| path.starts_with(built));
    let one = !path.contains(['*', '<', '{', '…', '[', '$']);
    (ours && one).then_some(path)
}

/// Targets of relative links: `[text](target)`.
fn links(line: &str) -> Vec<&str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split([')', '#', ' ']).next())
        .filter(|link| !link.is_empty() && !link.contains(':'))
        .collect()
}

/// `path` as seen from the crate that `file` belongs to.
fn in_crate(file: &str, path: &str) -> String {
    let mut parts = file.split('/');
    match (parts.next(), parts.next()) {
        (Some("crates"), Some(room)) => format!("crates/{room}/{path}"),
        (Some(room), _) => format!("{room}/{path}"),
        _ => path.to_owned(),
    }
}

/// `link` as seen from the folder of `page`.
fn beside(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_names_a_missing_file_is_found() {
        let tree = Tree::of(&[
            (
                "docs/a.md",
                "See `crates/org/src/lib.rs`, `crates/gone/src/lib.rs:12` and [b](b.md), [c](../README.md).\n",
            ),
            (
                "crates/org/src/lib.rs",
                "//! `assets/gone.toml`\nlet a = \"`crates/x`\";\n",
            ),
            (
                "README.md",
                "[web](https://example.org) [top](#top) `crates/*/src` `target/x`\n",
            ),
        ]);
        let told: Vec<_> = check(&tree).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "docs/a.md:1: docs: names `crates/gone/src/lib.rs`, which does not exist",
                "docs/a.md:1: docs: names `b.md`, which does not exist",
                "crates/org/src/lib.rs:1: docs: names `assets/gone.toml`, which does not exist",
            ]
        );
    }
}
