//! The repository speaks of the office and the code, not of how it came about, and names no place
//! that a reader does not have.

use super::{Breach, tree::Tree};

const ABSENT: &[(&str, &str)] = &[
    ("/work/", "a folder of somebody's machine"),
    ("/tmp/brief", "a folder of somebody's machine"),
    (
        "house.md",
        "a page that is not here; docs/ARCHITECTURE.md is",
    ),
    ("craft.md", "a page that is not here; CONTRIBUTING.md is"),
    ("look.md", "a page that is not here"),
    ("language model", "how it came about"),
    ("generated with", "how it came about"),
    ("co-authored-by", "how it came about"),
    ("as an ai", "how it came about"),
    ("ai-generated", "how it came about"),
    ("this session's", "how it came about"),
    ("lorem ipsum", "text that says nothing"),
];

/// Words that have no place here.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files() {
        if file.path == "xtask/src/tidy/words.rs" || file.path.ends_with("lock.json") {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let lower = line.to_lowercase();
            for (word, why) in ABSENT.iter().filter(|(word, _)| stands_alone(&lower, word)) {
                let text = format!("`{word}` is {why}");
                breaches.push(Breach::new(&file.path, number + 1, "words", text));
            }
        }
    }
    breaches
}

/// Whether `word` occurs in `line` and is not the end of a longer word.
fn stands_alone(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(offset, _)| {
        let before = line[..offset].chars().next_back();
        !before.is_some_and(|character| character.is_alphanumeric() || character == '.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_a_machine_and_pages_elsewhere_are_found() {
        let tree = Tree::of(&[(
            "docs/a.md",
            "see /work/x\nsee house.md\nsee warehouse.md and /homework/x\n",
        )]);
        let lines: Vec<_> = check(&tree).iter().map(|breach| breach.line).collect();
        assert_eq!(lines, [1, 2]);
    }
}
