//! The name of a place of a document for people, as the window says it: 标题, 正文第4段, 附件2 标题.

use std::collections::BTreeMap;

use crate::text;

/// The name of `place`; a place without one is named by its path.
pub fn words(place: &str) -> String {
    let parts: Vec<&str> = place.split('/').collect();
    match parts.as_slice() {
        [""] => say("command.place.whole", None),
        ["issued_text"] => say("drafting.place.issued_text", None),
        ["issued_text", inside @ ..] => {
            let issued = say("drafting.place.issued_text", None);
            format!("{issued} {}", inner(inside))
        }
        parts => inner(parts),
    }
}

/// The name of the exact spot that the path of an input file leads to: 正文第3段表格第2行第1格, 抄送机关第3个, with the
/// field in brackets where it says more (发文字号（serial）).
pub fn exact(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["issued_text", inside @ ..] if !inside.is_empty() => {
            say("drafting.place.issued_text", None) + &spot(inside)
        }
        parts => spot(parts),
    }
}

fn spot(parts: &[&str]) -> String {
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()) && !part.is_empty();
    match parts {
        [""] => say("command.place.whole", None),
        ["body", block, rest @ ..] if is_number(block) => {
            say("drafting.place.block", Some(block)) + &in_block(rest)
        }
        ["attachments", n] if is_number(n) => say("drafting.place.attachment", Some(n)),
        ["attachments", n, rest @ ..] if is_number(n) => {
            say("drafting.place.attachment", Some(n)) + &spot(rest)
        }
        ["attendance", list, n] if is_number(n) => {
            let key = format!("command.place.{list}");
            say(&key, None) + &say("command.place.entry", Some(n))
        }
        [list, n, rest @ ..] if is_number(n) => {
            let entry = element(list) + &say("command.place.entry", Some(n));
            entry + &field(rest)
        }
        [first, rest @ ..] => element(first) + &field(rest),
        [] => String::new(),
    }
}

fn in_block(parts: &[&str]) -> String {
    match parts {
        ["rows", row] => say("command.place.row", Some(row)),
        ["rows", row, "cells", cell, rest @ ..] => {
            let cell = say("command.place.cell", Some(cell));
            say("command.place.row", Some(row)) + &cell + &field(rest)
        }
        ["widths", column, ..] => say("command.place.width", Some(column)),
        rest => field(rest),
    }
}

/// The field that ends a path; what a run of text is made of says nothing to a reader.
fn field(parts: &[&str]) -> String {
    match parts.last() {
        Some(last) if !last.bytes().all(|b| b.is_ascii_digit()) && *last != "text" => {
            format!("（{last}）")
        }
        _ => String::new(),
    }
}

fn element(name: &str) -> String {
    let key = format!("drafting.place.{name}");
    if text::knows(&key) {
        say(&key, None)
    } else {
        name.to_owned()
    }
}

fn inner(parts: &[&str]) -> String {
    match parts {
        ["body", block] => say("drafting.place.block", Some(block)),
        ["attachments", n] => say("drafting.place.attachment", Some(n)),
        ["attachments", n, rest @ ..] => {
            let attachment = say("drafting.place.attachment", Some(n));
            format!("{attachment} {}", inner(rest))
        }
        [first, ..] if text::knows(&format!("drafting.place.{first}")) => {
            say(&format!("drafting.place.{first}"), None)
        }
        other => other.join("/"),
    }
}

fn say(key: &str, index: Option<&str>) -> String {
    let number = index.and_then(|index| index.parse::<usize>().ok());
    let fields: BTreeMap<String, String> = number
        .map(|number| ("number".to_owned(), (number + 1).to_string()))
        .into_iter()
        .collect();
    text::sentence(key, &fields)
}

#[cfg(test)]
mod tests {
    use super::{exact, words};

    #[test]
    fn the_spot_of_an_input_file_is_named_to_the_cell() {
        for (path, name) in [
            ("", "整份文稿"),
            ("title", "标题"),
            ("body/0", "正文第1段"),
            ("body/0/runs/1/text", "正文第1段"),
            ("body/2/level", "正文第3段（level）"),
            (
                "body/2/rows/1/cells/0/colspan",
                "正文第3段表格第2行第1格（colspan）",
            ),
            ("body/2/rows/1/cells/0/runs/0", "正文第3段表格第2行第1格"),
            ("body/2/widths/3", "正文第3段表格第4列的宽度"),
            ("copy_recipients/2", "抄送机关第3个"),
            ("issuers/1/name", "发文机关第2个（name）"),
            ("attachments/1/title", "附件2标题"),
            ("attachments/1/body/3", "附件2正文第4段"),
            ("issued_text/attachments/0/title", "被印发件附件1标题"),
            ("issue_number/serial", "发文字号（serial）"),
            ("attendance/present/0", "出席人员第1个"),
            ("imprint/date", "印发机关和印发日期（date）"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(exact(path), name, "{path}");
        }
    }

    #[test]
    fn places_are_named_as_the_window_names_them() {
        for (place, name) in [
            ("title", "标题"),
            ("body/0", "正文第1段"),
            ("document_type", "文种"),
            ("attachments/1/title", "附件2 标题"),
            ("attachments/0/body/2", "附件1 正文第3段"),
            ("issued_text/body/4", "被印发件 正文第5段"),
            ("main_recipients/3", "主送机关"),
            ("", "整份文稿"),
            ("nowhere", "nowhere"),
        ] {
            assert_eq!(words(place), name, "{place}");
        }
    }
}
