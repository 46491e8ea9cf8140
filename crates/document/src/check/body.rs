//! 正文: that there is one, its levels, its length, what it refers to.

use super::{Finds, Found, Sheet, absent, replace, scan, set};
use crate::{
    body::{Block, Run},
    place::Role,
};

/// Characters from which a document is longer than it generally may be (减负规定).
const LONG: usize = 5_000;
/// A heading up to this many characters is one; longer ones are paragraphs that carry a number.
const SHORT_HEADING: usize = 25;

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    if !absent::has_body(sheet.document) {
        return;
    }
    first_page(sheet, found);
    length(sheet, found);
    for (place, body) in bodies(sheet) {
        levels(&place, body, found);
        for (index, block) in body.iter().enumerate() {
            heading(&format!("{place}/{index}"), block, found);
        }
    }
    for text in sheet
        .own_texts()
        .filter(|text| text.role == Role::Paragraph)
    {
        let chars: Vec<char> = text.text.chars().collect();
        subject_words(&text.place, &chars, found);
        repealed_basis(&text.place, &chars, found);
    }
}

fn bodies<'a>(sheet: &Sheet<'a>) -> Vec<(String, &'a [Block])> {
    let document = sheet.document;
    let mut bodies = vec![("body".to_owned(), document.body.as_slice())];
    let of = |(n, each): (usize, &'a crate::Attachment)| {
        (format!("attachments/{n}/body"), each.body.as_slice())
    };
    bodies.extend(document.attachments.iter().enumerate().map(of));
    bodies
}

fn first_page(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    if sheet.context.pages.is_none_or(|pages| pages.body_on_first) {
        return;
    }
    let mut finding = Found::at("body.first_page", "body");
    if !document.main_recipients.is_empty() && !document.main_recipients_in_imprint {
        finding = finding.fix(0, vec![set("main_recipients_in_imprint", true)]);
    }
    found.push(finding);
}

/// Counts 正文 alone: neither attachments nor a 被印发件.
fn length(sheet: &Sheet<'_>, found: &mut Finds) {
    if sheet.document.document_type.is_none() {
        return;
    }
    let texts = sheet.document.body.iter().map(Block::text);
    let count: usize = texts
        .map(|t| t.chars().filter(|c| !c.is_whitespace()).count())
        .sum();
    if count > LONG {
        let shown = (count / 100 * 100).to_string();
        found.push(
            Found::at("body.length", "body")
                .keyed("length")
                .with("count", shown),
        );
    }
}

fn levels(place: &str, body: &[Block], found: &mut Finds) {
    let numbered = |block: &Block| match block {
        Block::Heading {
            level,
            unnumbered: false,
            ..
        } => Some(*level),
        _ => None,
    };
    let mut used: Vec<u8> = body.iter().filter_map(numbered).collect();
    used.sort_unstable();
    used.dedup();
    // 一、 followed by 1. is common where there are only two levels.
    if used == [1, 3] {
        return;
    }
    let mut before = 0;
    for (index, block) in body.iter().enumerate() {
        let Some(level) = numbered(block) else {
            continue;
        };
        let jumps = level > before + 1 && (before > 0 || used.first() != Some(&level));
        if jumps {
            found.push(
                Found::at("body.level", format!("{place}/{index}"))
                    .with("from", before.to_string())
                    .with("to", level.to_string()),
            );
        }
        before = level;
    }
}

fn heading(place: &str, block: &Block, found: &mut Finds) {
    let Block::Heading {
        runs,
        level,
        run_in,
        unnumbered,
    } = block
    else {
        return;
    };
    let text: Vec<char> = runs.iter().flat_map(|run: &Run| run.text.chars()).collect();
    if !unnumbered && let Some(end) = typed_number(&text) {
        found.push(
            Found::at("body.typed_number", place)
                .on(&text, 0, end)
                .fix(0, vec![replace(place, 0, end, "")]),
        );
    }
    // Under 1. and （1） there are whole sentences as often as titles.
    let alone = *level <= 2 && run_in.is_empty() && text.len() <= SHORT_HEADING;
    let marks = text
        .iter()
        .filter(|c| matches!(**c, '。' | '，' | '；'))
        .count();
    if alone && marks == 1 && text.last() == Some(&'。') {
        let last = text.len() - 1;
        found.push(
            Found::at("body.heading_end", place)
                .on(&text, last, last + 1)
                .fix(0, vec![replace(place, last, last + 1, "")]),
        );
    }
}

/// Length of a number that somebody typed before a heading: 一、 （一） 1. （1）.
fn typed_number(text: &[char]) -> Option<usize> {
    let small = |c: &char| "一二三四五六七八九十百".contains(*c);
    let bracket = matches!(text.first(), Some('（' | '('));
    let from = usize::from(bracket);
    let rest = &text[from..];
    let chinese = rest.iter().take_while(|c| small(c)).count();
    let arabic = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    let length = chinese.max(arabic);
    let end = from + length;
    let mark = text.get(end)?;
    let fits = if bracket {
        matches!(mark, '）' | ')')
    } else if chinese > 0 {
        *mark == '、'
    } else {
        // 3.5万亩 begins with a number of its own.
        matches!(mark, '.' | '．' | '、') && !text.get(end + 1).is_some_and(char::is_ascii_digit)
    };
    (length > 0 && fits && end + 1 < text.len()).then_some(end + 1)
}

fn subject_words(place: &str, text: &[char], found: &mut Finds) {
    let start = text
        .iter()
        .position(|c| !c.is_whitespace())
        .unwrap_or_default();
    if scan::stands(text, start, "主题词：") || scan::stands(text, start, "主题词:") {
        found.push(Found::at("body.subject_words", place).on(text, start, start + 4));
    }
}

/// Only where it is said to be the basis of something; merely naming it is no fault.
fn repealed_basis(place: &str, text: &[char], found: &mut Finds) {
    for name in ["国家行政机关公文处理办法", "中国共产党机关公文处理条例"]
    {
        for start in scan::all(text, &format!("《{name}》")) {
            let before = scan::part(text, start.saturating_sub(4), start);
            let basis = ["根据", "按照", "依据", "依照"]
                .iter()
                .any(|word| before.contains(word));
            if basis {
                let end = start + name.chars().count() + 2;
                found.push(
                    Found::at("body.repealed_basis", place)
                        .on(text, start, end)
                        .with("name", name),
                );
            }
        }
    }
}
