//! Words that say nothing may not name a public item: what is a "manager" of something is usually the
//! thing itself. Office words are English words of docs/GLOSSARY.md, not pinyin.

use super::{
    Breach,
    rust::{Source, is_word},
    tree::Tree,
};

/// Refused anywhere in a name.
const ANYWHERE: &[&str] = &["manager", "service", "helper", "util", "utils", "processor"];
/// Refused as the last word of a name: everything is data.
const LAST: &[&str] = &["data", "info", "common"];
/// Office words in pinyin that turn up in other people's code.
const PINYIN: &[&str] = &[
    "gongwen", "fawen", "shouwen", "wenzhong", "wenhao", "zihao", "qianfa", "huiqian", "niban",
    "niGao", "nigao", "banli", "zhusong", "chaosong", "fujian", "yinzhang", "biaoti", "miji",
    "jinji", "guidang", "bumen", "danwei", "renyuan", "gongzi", "kaoqin", "huiyi",
];

const RUST_ITEMS: &[&str] = &[
    "pub struct ",
    "pub enum ",
    "pub trait ",
    "pub type ",
    "pub fn ",
    "pub const fn ",
    "pub mod ",
    "pub const ",
    "pub static ",
    "pub union ",
    "mod ",
];
const PAGE_ITEMS: &[&str] = &[
    "export class ",
    "export interface ",
    "export type ",
    "export enum ",
    "export function ",
    "export const ",
    "export async function ",
    "export default class ",
];

/// Public items whose names say nothing.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for file in tree.files().iter().filter(|file| !file.is_test()) {
        let stem = file
            .path
            .rsplit('/')
            .next()
            .unwrap_or("")
            .split('.')
            .next()
            .unwrap_or("");
        let (code, items) = match file.extension() {
            "rs" => (Source::of(&file.text).code, RUST_ITEMS),
            "ts" | "vue" if !file.path.contains("/generated/") => (file.text.clone(), PAGE_ITEMS),
            _ => continue,
        };
        if let Some(word) = banned(stem) {
            let text = format!("a file named for what it is, not `{word}`");
            breaches.push(Breach::new(&file.path, 0, "names", text));
        }
        for (number, line) in code.lines().enumerate() {
            let line = line.trim_start();
            let Some(rest) = items.iter().find_map(|item| line.strip_prefix(item)) else {
                continue;
            };
            let name: String = rest.chars().take_while(|c| is_word(*c)).collect();
            if let Some(word) = banned(&name) {
                let text =
                    format!("`{name}`: `{word}` says nothing; name the thing (docs/GLOSSARY.md)");
                breaches.push(Breach::new(&file.path, number + 1, "names", text));
            }
        }
    }
    breaches
}

/// The word of a name that is refused.
fn banned(name: &str) -> Option<String> {
    let words = split(name);
    let anywhere =
        |word: &&String| ANYWHERE.contains(&word.as_str()) || PINYIN.contains(&word.as_str());
    let last = words.last().filter(|word| LAST.contains(&word.as_str()));
    words.iter().find(anywhere).or(last).cloned()
}

/// `DraftInfo`, `draft_info` and `draft-info` are the words draft, info.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for character in name.chars() {
        let breaks = !character.is_alphanumeric() || (character.is_uppercase() && was_lower);
        if breaks {
            words.push(String::new());
        }
        was_lower = character.is_lowercase();
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_say_nothing_are_found_in_every_spelling() {
        for name in [
            "DraftManager",
            "draft_helper",
            "print-utils",
            "FileInfo",
            "gongwen_type",
        ] {
            assert!(banned(name).is_some(), "{name}");
        }
        for name in ["Draft", "information", "DataPack", "ServiceLife", "Utility"] {
            assert_eq!(banned(name).is_some(), name == "ServiceLife", "{name}");
        }
    }

    #[test]
    fn public_items_files_and_modules_are_looked_at() {
        let tree = Tree::of(&[
            (
                "crates/a/src/lib.rs",
                "mod helper;\npub struct SealService;\nlet manager = 1;\n",
            ),
            ("ui/src/dates.utils.ts", "export const dates = 1\n"),
            ("ui/src/print.ts", "export function printManager() {}\n"),
        ]);
        let lines: Vec<_> = check(&tree).iter().map(|breach| breach.line).collect();
        assert_eq!(lines, [1, 2, 1]);
    }
}
