//! How long a file may be. A file over budget is two files; the exceptions in `xtask/tidy.toml` may
//! only shrink. Long functions are reported, not refused.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{
    Breach,
    rust::{Source, braces, is_word},
    tree::{File, Tree},
};

const RUST_LINES: usize = 800;
const PAGE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;
const LIST: &str = "xtask/tidy.toml";

/// Files that may be longer.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exceptions {
    /// Tables of data: accepted at any length.
    #[serde(default)]
    tables: Vec<String>,
    /// Files over budget and the lines they have now.
    #[serde(default)]
    over: BTreeMap<String, usize>,
}

impl Exceptions {
    /// Reads `xtask/tidy.toml`.
    pub fn read(tree: &Tree) -> Result<Self, String> {
        tree.get(LIST).map_or(Ok(Self::default()), |file| {
            toml::from_str(&file.text).map_err(|error| format!("{LIST}: {error}"))
        })
    }
}

/// Files over their budget, and exceptions that are too generous.
pub fn check(tree: &Tree, exceptions: &Exceptions) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files() {
        let Some((lines, budget)) = measure(file) else {
            continue;
        };
        let said = exceptions.over.get(&file.path);
        let text = match said {
            None if lines <= budget || exceptions.tables.contains(&file.path) => continue,
            None => format!("{lines} lines, budget {budget}: split it by concept"),
            Some(_) if lines <= budget => format!("within budget now: take it out of {LIST}"),
            Some(said) if lines < *said => format!("{lines} lines now: lower its {said} in {LIST}"),
            Some(said) if lines > *said => {
                format!("{lines} lines, and its exception of {said} may only shrink")
            }
            Some(_) => continue,
        };
        breaches.push(Breach::new(&file.path, 0, "budget", text));
    }
    for path in exceptions.tables.iter().chain(exceptions.over.keys()) {
        if !tree.has(path) {
            let text = format!("names `{path}`, which is gone");
            breaches.push(Breach::new(LIST, 0, "budget", text));
        }
    }
    breaches
}

/// Lines of a file and how many it may have; `None` for files without a budget.
fn measure(file: &File) -> Option<(usize, usize)> {
    match file.extension() {
        "rs" if file.is_test_module() => None,
        "rs" => Some((Source::of(&file.text).line_count, RUST_LINES)),
        "ts" | "vue" if file.path.contains("/generated/") || file.path.ends_with(".d.ts") => None,
        "ts" | "vue" if file.is_test() => Some((file.text.lines().count(), RUST_LINES)),
        "ts" | "vue" => Some((file.text.lines().count(), PAGE_LINES)),
        _ => None,
    }
}

/// Functions longer than about 60 lines, as sentences.
pub fn long_functions(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for file in tree.rust().filter(|file| !file.is_test()) {
        let source = Source::of(&file.text);
        for offset in source.find("fn ") {
            let rest = &source.code[offset..];
            let Some(end) = rest
                .find(['{', ';'])
                .filter(|end| rest[*end..].starts_with('{'))
            else {
                continue;
            };
            let length = end + braces(&rest[end..]);
            let lines = rest[..length].matches('\n').count() + 1;
            if lines > FUNCTION_LINES {
                let name: String = rest[3..].chars().take_while(|c| is_word(*c)).collect();
                let line = source.line(offset);
                found.push(format!("{}:{line}: `{name}` has {lines} lines", file.path));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(count: usize) -> String {
        "let a = 1;\n".repeat(count)
    }

    fn told(tree: &Tree, list: &str) -> Vec<String> {
        let exceptions: Exceptions = toml::from_str(list).unwrap();
        check(tree, &exceptions)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn a_long_file_is_refused_but_not_for_its_tests() {
        let long = lines(801);
        let tested = format!(
            "{}#[cfg(test)]\nmod tests {{\n{}}}\n",
            lines(700),
            lines(400)
        );
        let tree = Tree::of(&[("crates/a/src/a.rs", &long), ("crates/a/src/b.rs", &tested)]);
        assert_eq!(
            told(&tree, ""),
            ["crates/a/src/a.rs: budget: 801 lines, budget 800: split it by concept"]
        );
    }

    #[test]
    fn pages_have_half_the_budget_and_generated_files_none() {
        let long = lines(401);
        let tree = Tree::of(&[
            ("ui/src/App.vue", &long),
            ("ui/src/api/generated/types.ts", &long),
        ]);
        assert_eq!(told(&tree, "").len(), 1);
    }

    #[test]
    fn exceptions_may_only_shrink() {
        let long = lines(900);
        let tree = Tree::of(&[("crates/a/src/a.rs", &long)]);
        let with =
            |allowed: usize| told(&tree, &format!("[over]\n\"crates/a/src/a.rs\" = {allowed}"));
        assert!(with(900).is_empty());
        assert!(with(899)[0].contains("may only shrink"));
        assert!(with(950)[0].contains("lower its 950"));
    }

    #[test]
    fn an_exception_for_a_short_or_missing_file_is_refused() {
        let tree = Tree::of(&[("crates/a/src/a.rs", "")]);
        let list = "[over]\n\"crates/a/src/a.rs\" = 900\n\"gone.rs\" = 900";
        assert_eq!(told(&tree, list).len(), 2);
    }

    #[test]
    fn tables_of_data_are_accepted() {
        let long = lines(2000);
        let tree = Tree::of(&[("crates/a/src/table.rs", &long)]);
        assert!(told(&tree, "tables = [\"crates/a/src/table.rs\"]").is_empty());
    }

    #[test]
    fn long_functions_are_named_with_their_line() {
        let text = format!(
            "\nfn short() {{}}\nfn long(a: u8) -> u8 {{\n{}}}\n",
            lines(60)
        );
        let tree = Tree::of(&[("crates/a/src/a.rs", &text)]);
        assert_eq!(
            long_functions(&tree),
            ["crates/a/src/a.rs:3: `long` has 62 lines"]
        );
    }
}
