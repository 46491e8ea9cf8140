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
    use super::words;

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
