//! Outside tests nothing is unwrapped; `expect` states an invariant and begins with `BUG: `.

use super::{Breach, rust::Source, tree::Tree};

/// Bare unwraps, and expectations that state no invariant.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let source = Source::of(&file.text);
        for word in [".unwrap()", ".unwrap_err()"] {
            for offset in source.find(word) {
                let text =
                    "return an error, or `expect(\"BUG: …\")` where an invariant guarantees it";
                breaches.push(Breach::new(&file.path, source.line(offset), "unwrap", text));
            }
        }
        for offset in source.find(".expect(") {
            let begin = offset + ".expect(".len();
            let said = source.strings.iter().find(|literal| literal.start >= begin);
            let blank = |literal: &&super::rust::Literal| {
                source.code[begin..literal.start].trim().is_empty()
            };
            if let Some(literal) = said.filter(blank)
                && !literal.text.starts_with("BUG: ")
            {
                let text = "an expectation says which invariant broke: `BUG: …`";
                breaches.push(Breach::new(&file.path, source.line(offset), "unwrap", text));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unwraps_outside_tests_are_found() {
        let code = "fn f() { a.unwrap(); b.expect(\"BUG: checked above\"); c.expect(\"should work\"); d.unwrap_or(1); }\n\
                    #[cfg(test)]\nmod tests { fn t() { a.unwrap(); } }";
        let told = check(&Tree::of(&[("crates/app/src/a.rs", code)]));
        assert_eq!(told.len(), 2);
    }

    #[test]
    fn tests_may_unwrap() {
        let tree = Tree::of(&[
            ("tests/scenarios/a.rs", "a.unwrap()"),
            ("crates/a/src/tests.rs", "a.unwrap()"),
        ]);
        assert_eq!(check(&tree), []);
    }
}
