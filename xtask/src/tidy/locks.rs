//! Lock files name crates.io and npm by nature, and no address of anybody's mirror.

use super::{Breach, tree::Tree};

const CRATES: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Addresses in lock files.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files() {
        let cargo = file.path.ends_with("Cargo.lock");
        let npm = file.path.ends_with("package-lock.json");
        if !cargo && !npm {
            continue;
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim();
            let foreign = cargo && line.starts_with("source = ") && !line.contains(CRATES);
            if foreign || (npm && line.starts_with("\"resolved\"")) {
                let text = "an address other than the default registry's";
                breaches.push(Breach::new(&file.path, number + 1, "locks", text));
            }
        }
    }
    breaches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_other_registries_are_found() {
        let cargo =
            format!("source = \"{CRATES}\"\nsource = \"registry+https://mirror.example/index\"\n");
        let npm = "{\n  \"version\": \"1\",\n  \"resolved\": \"https://mirror.example/a.tgz\"\n}\n";
        let tree = Tree::of(&[("Cargo.lock", &cargo), ("ui/package-lock.json", npm)]);
        let lines: Vec<_> = check(&tree).iter().map(|breach| breach.line).collect();
        assert_eq!(lines, [2, 3]);
    }
}
