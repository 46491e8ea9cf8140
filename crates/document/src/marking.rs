//! 密级 written into a text as if it were its mark: a line of its own such as 机密★10年, by which a person who
//! copies a classified document line by line brings it in past its element. Prose that speaks of secrets is none.

use crate::{
    body::Block,
    elements::{Attachment, ClassificationLevel, OfficialDocument},
};

/// Blocks at the beginning of a body in which a bare word (机密) is a mark; further on it wants its ★.
const FIRST_LINES: usize = 6;
/// Characters of a mark at most: 机密★至2036年12月31日解密.
const LONGEST: usize = 24;

/// The highest 密级 that is marked anywhere in a document, as element or as a line of its text, and where.
pub fn marked(document: &OfficialDocument) -> Option<(ClassificationLevel, String)> {
    let element = document
        .classification
        .as_ref()
        .map(|known| (known.level, "classification".to_owned()));
    let mut found: Vec<(ClassificationLevel, String)> = element.into_iter().collect();
    found.extend(typed_marks(document));
    // Of equal ones the first.
    found.into_iter().rev().max_by_key(|(level, _)| *level)
}

/// The level that is marked above a ceiling. An example that bears 样张 across its pages is never above it.
pub fn above(
    document: &OfficialDocument,
    ceiling: Option<ClassificationLevel>,
) -> Option<ClassificationLevel> {
    let (level, _) = marked(document)?;
    let held = document.specimen || ceiling.is_some_and(|ceiling| level <= ceiling);
    (!held).then_some(level)
}

/// The highest level that a line of a text marks; `bare` takes a word alone (机密) for a mark, as in a field for 密级.
pub fn mark_of(text: &str, bare: bool) -> Option<ClassificationLevel> {
    text.split('\n').filter_map(|line| mark(line, bare)).max()
}

/// Marks that stand in the text instead of the element, in the order of the paper.
pub fn typed_marks(document: &OfficialDocument) -> Vec<(ClassificationLevel, String)> {
    let mut found = Vec::new();
    let mut see = |place: &str, text: &str, bare: bool| {
        let mut lines = text.split('\n');
        if let Some(level) = lines.find_map(|line| mark(line, bare)) {
            found.push((level, place.to_owned()));
        }
    };
    see("handling_mark", &document.handling_mark, true);
    see("title", &document.title, true);
    blocks("body", &document.body, &mut see);
    attachments("attachments", &document.attachments, &mut see);
    if let Some(issued) = &document.issued_text {
        see("issued_text/title", &issued.title, true);
        see("issued_text/subtitle", &issued.subtitle, true);
        blocks("issued_text/body", &issued.body, &mut see);
        attachments("issued_text/attachments", &issued.attachments, &mut see);
    }
    see("note", &document.note, true);
    for (field, names) in [
        ("main_recipients", &document.main_recipients),
        ("copy_recipients", &document.copy_recipients),
    ] {
        for (n, name) in names.iter().enumerate() {
            see(&format!("{field}/{n}"), name, true);
        }
    }
    found
}

fn attachments(place: &str, all: &[Attachment], see: &mut impl FnMut(&str, &str, bool)) {
    for (n, attachment) in all.iter().enumerate() {
        see(&format!("{place}/{n}/title"), &attachment.title, true);
        blocks(&format!("{place}/{n}/body"), &attachment.body, see);
    }
}

/// In a table a bare word is none: a register of documents has a column of their 密级.
fn blocks(place: &str, body: &[Block], see: &mut impl FnMut(&str, &str, bool)) {
    for (n, block) in body.iter().enumerate() {
        let is_text = matches!(
            block,
            Block::Paragraph { .. } | Block::Heading { .. } | Block::Centered { .. }
        );
        let bare = is_text && n < FIRST_LINES;
        see(&format!("{place}/{n}"), &block.text(), bare);
    }
}

/// The level a line marks, if it is a mark and nothing else, or has one with its ★ among other words that blanks
/// set off, as 份号 and 紧急程度 stand on one line in old files; `bare` takes the word alone for one.
fn mark(line: &str, bare: bool) -> Option<ClassificationLevel> {
    let word = |word: &str| mark_alone(word, false);
    mark_alone(line, bare).or_else(|| line.split_whitespace().find_map(word))
}

fn mark_alone(line: &str, bare: bool) -> Option<ClassificationLevel> {
    use ClassificationLevel as L;
    let bracket = |c: char| "【】[]［］（）()〔〕《》“”".contains(c);
    let line: String = line
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(LONGEST + 1)
        .collect();
    if line.chars().count() > LONGEST {
        return None;
    }
    let line = line.trim_matches(bracket);
    let line = line.strip_prefix("密级").unwrap_or(line);
    let line = line.trim_start_matches(['：', ':']);
    let levels = [L::TopSecret, L::Secret, L::Confidential];
    let (level, rest) = levels
        .into_iter()
        .find_map(|level| Some((level, line.strip_prefix(level.name())?)))?;
    let rest = rest.strip_prefix('级').unwrap_or(rest);
    let is_mark = match rest.chars().next() {
        None => bare,
        Some(c) => "★☆✩✭*＊".contains(c),
    };
    is_mark.then_some(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<ClassificationLevel> {
        let document = OfficialDocument {
            body: vec![Block::paragraph(text)],
            ..OfficialDocument::default()
        };
        marked(&document).map(|(level, _)| level)
    }

    #[test]
    fn a_line_that_is_a_mark_and_nothing_else_is_seen() {
        use ClassificationLevel as L;
        for (text, level) in [
            ("机密★10年", L::Secret),
            ("绝 密 ★ 30 年", L::TopSecret),
            ("秘密", L::Confidential),
            ("【机密】", L::Secret),
            ("密级：秘密★6个月", L::Confidential),
            ("000012\n机密＊长期", L::Secret),
            ("机密级", L::Secret),
            ("000123　　机密★10年　　特急", L::Secret),
            ("内部资料 绝密★", L::TopSecret),
        ] {
            assert_eq!(of(text), Some(level), "{text}");
        }
    }

    #[test]
    fn the_mark_of_a_text_is_its_highest_line() {
        use ClassificationLevel as L;
        assert_eq!(mark_of("机密", true), Some(L::Secret));
        assert_eq!(mark_of("机密", false), None);
        let lines = "秘密★1年\n绝密★30年";
        assert_eq!(mark_of(lines, false), Some(L::TopSecret));
    }

    #[test]
    fn prose_that_speaks_of_secrets_is_none() {
        for text in [
            "机密文件应当专人保管。",
            "绝密级、机密级、秘密级国家秘密的保密期限",
            "秘密、机密、绝密",
            "保守国家秘密",
            "秘密工作",
            "标注形式为“机密★10年”的文件，由机要部门登记。",
            "涉及 秘密 事项的，按规定办理。",
            "",
        ] {
            assert_eq!(of(text), None, "{text}");
        }
    }

    #[test]
    fn further_down_a_bare_word_is_prose_and_a_starred_one_a_mark() {
        let at = |text: &str| {
            let mut body = vec![Block::paragraph("各单位："); FIRST_LINES];
            body.push(Block::paragraph(text));
            let document = OfficialDocument {
                body,
                ..OfficialDocument::default()
            };
            marked(&document)
        };
        assert_eq!(at("机密"), None);
        let place = format!("body/{FIRST_LINES}");
        assert_eq!(at("机密★10年"), Some((ClassificationLevel::Secret, place)));
    }

    #[test]
    fn a_starred_mark_is_seen_in_a_table_and_among_recipients() {
        let table: Block = serde_json::from_value(serde_json::json!({
            "type": "table",
            "rows": [{ "cells": [
                { "runs": [{ "text": "密级" }] },
                { "runs": [{ "text": "机密★10年" }] },
            ] }],
        }))
        .expect("a table");
        let document = OfficialDocument {
            body: vec![table],
            copy_recipients: vec!["绝密★30年".into()],
            ..OfficialDocument::default()
        };
        let places: Vec<String> = typed_marks(&document)
            .into_iter()
            .map(|(_, place)| place)
            .collect();
        assert_eq!(places, ["body/0", "copy_recipients/0"]);
    }

    #[test]
    fn the_highest_of_several_marks_counts() {
        let document = OfficialDocument {
            handling_mark: "秘密".into(),
            attachments: vec![Attachment {
                body: vec![Block::paragraph("绝密★30年")],
                ..Attachment::default()
            }],
            ..OfficialDocument::default()
        };
        let place = "attachments/0/body/0".to_owned();
        assert_eq!(
            marked(&document),
            Some((ClassificationLevel::TopSecret, place))
        );
    }
}
