//! The files of the repository: what git tracks or would track.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use super::rust::test_files;

/// A text file of the repository.
#[derive(Debug)]
pub struct File {
    /// Path from the root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Whether a parent module declares it under `#[cfg(test)]`.
    declared_test: bool,
}

impl File {
    /// The part of the path after the last dot, or nothing.
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, end)| end)
    }

    /// Whether it is a test module in a file of its own, beside the code.
    pub fn is_test_module(&self) -> bool {
        self.declared_test
    }

    /// Whether the file as a whole is test code.
    pub fn is_test(&self) -> bool {
        let path = &self.path;
        self.declared_test
            || path.starts_with("tests/")
            || path.starts_with("crates/testkit/")
            || path.starts_with("fuzz/")
            || path.starts_with("ui/test/")
            || path.contains("/tests/")
            || path.ends_with("/tests.rs")
            || path.contains(".test.")
            || path.contains("/benches/")
            || path.contains("/examples/")
    }
}

/// The repository.
#[derive(Debug)]
pub struct Tree {
    files: Vec<File>,
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads what git tracks under `root`, and new files it does not ignore.
    pub fn read(root: &Path) -> Result<Self, String> {
        let listed = Command::new("git")
            .current_dir(root)
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .output()
            .map_err(|error| format!("could not run git: {error}"))?;
        if !listed.status.success() {
            let text = String::from_utf8_lossy(&listed.stderr).into_owned();
            return Err(format!("git ls-files failed: {text}"));
        }
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        let mut files = Vec::new();
        let mut paths = BTreeSet::new();
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let Ok(bytes) = fs::read(root.join(path)) else {
                continue; // deleted in the working copy
            };
            paths.insert(path.to_owned());
            if let Ok(text) = String::from_utf8(bytes) {
                files.push((path.to_owned(), text));
            }
        }
        Ok(Self::made_of(files, paths))
    }

    /// A tree made of the given files.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        Self::made_of(files.iter().map(file).collect(), paths)
    }

    fn made_of(files: Vec<(String, String)>, paths: BTreeSet<String>) -> Self {
        let modules: Vec<String> = files
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .flat_map(|(path, text)| {
                let folder = module_folder(path);
                let below = test_files(text).into_iter();
                below.map(move |name| format!("{folder}{name}"))
            })
            .collect();
        let declared = |path: &str| {
            let rest = |module: &String| path.strip_prefix(module.as_str());
            modules
                .iter()
                .filter_map(rest)
                .any(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        let files = files
            .into_iter()
            .map(|(path, text)| File {
                declared_test: declared(&path),
                path,
                text,
            })
            .collect();
        Self { files, paths }
    }

    /// Every text file.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.extension() == "rs")
    }

    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether `path` is a file or a folder of the repository.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.paths.contains(path)
            || self
                .paths
                .range(folder.clone()..)
                .next()
                .is_some_and(|next| next.starts_with(&folder))
    }
}

/// Where the modules that `path` declares lie, with the slash.
fn module_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => format!("{folder}/"),
        _ => format!("{}/", path.trim_end_matches(".rs")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_declared_for_tests_are_test_code() {
        let tree = Tree::of(&[
            (
                "crates/a/src/shelf.rs",
                "#[cfg(test)]\nmod memory;\nmod file;",
            ),
            ("crates/a/src/shelf/memory.rs", ""),
            ("crates/a/src/shelf/file.rs", ""),
        ]);
        let tests: Vec<_> = tree.files().iter().map(File::is_test).collect();
        assert_eq!(tests, [false, true, false]);
    }

    #[test]
    fn folders_exist_when_a_file_lies_in_them() {
        let tree = Tree::of(&[("crates/org/src/lib.rs", ""), ("crates/org.md", "")]);
        assert!(tree.has("crates/org"));
        assert!(tree.has("crates/org/src/"));
        assert!(tree.has("crates/org/src/lib.rs"));
        assert!(!tree.has("crates/or"));
        assert!(!tree.has("crates/people"));
    }
}
