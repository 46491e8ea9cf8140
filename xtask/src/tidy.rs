//! The rules of the house that no compiler checks. Reads the files git knows and `cargo metadata`;
//! changes nothing. Each rule is a module: what it forbids is data at its top.

mod budget;
mod docs;
mod locks;
mod names;
mod pure;
mod rooms;
mod rust;
mod sql;
mod tree;
mod unwrap;
mod words;

use std::{fmt, path::Path};

use tree::Tree;

/// One breach of a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    /// Repository path.
    pub path: String,
    /// Line from 1; 0 means the whole file.
    pub line: usize,
    /// The rule's name.
    pub rule: &'static str,
    /// What is wrong and what to do.
    pub text: String,
}

impl Breach {
    fn new(path: &str, line: usize, rule: &'static str, text: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            line,
            rule,
            text: text.into(),
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.path)?;
        if self.line > 0 {
            write!(out, ":{}", self.line)?;
        }
        write!(out, ": {}: {}", self.rule, self.text)
    }
}

/// Reads the workspace at `root`, prints warnings, and answers with every breach.
pub fn run(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let exceptions = budget::Exceptions::read(&tree)?;
    let mut breaches = rooms::check(&rooms::packages(root)?);
    breaches.extend(sql::check(&tree));
    breaches.extend(pure::check(&tree));
    breaches.extend(unwrap::check(&tree));
    breaches.extend(budget::check(&tree, &exceptions));
    breaches.extend(names::check(&tree));
    breaches.extend(docs::check(&tree));
    breaches.extend(locks::check(&tree));
    breaches.extend(words::check(&tree));
    breaches.sort();
    for warning in budget::long_functions(&tree) {
        println!("warning: {warning}");
    }
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("tidy: {} files, no breach", tree.files().len());
            Ok(())
        }
        1 => Err("tidy: 1 breach".to_owned()),
        many => Err(format!("tidy: {many} breaches")),
    }
}
