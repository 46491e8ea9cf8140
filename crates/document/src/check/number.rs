//! 发文字号 of the document itself, and as it is quoted (GB/T 9704-2012, 7.2.5).

use super::{Finds, Found, Sheet, replace, scan, set};
use crate::place::Role;

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    own(sheet, found);
    for text in sheet.own_texts().filter(|text| text.role != Role::Table) {
        let chars: Vec<char> = text.text.chars().collect();
        for (start, end, plain) in quoted(&chars) {
            found.push(
                Found::at("number.quoted", text.place.as_str())
                    .on(&chars, start, end)
                    .with("plain", plain.as_str())
                    .fix(0, vec![replace(&text.place, start, end, plain)]),
            );
        }
    }
}

fn own(sheet: &Sheet<'_>, found: &mut Finds) {
    let Some(number) = &sheet.document.issue_number else {
        return;
    };
    let code = number.authority_code.as_str();
    let plain = code
        .split(|c: char| is_bracket(c) || c.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let plain = plain.trim().trim_end_matches('第').trim();
    if plain != code {
        let mut finding = Found::at("number.code", "issue_number")
            .with("code", code)
            .with("plain", plain);
        if !plain.is_empty() {
            finding = finding.fix(0, vec![set("issue_number/authority_code", plain)]);
        }
        found.push(finding);
    }
    let year = number.year;
    if !(1000..=9999).contains(&year) {
        let mut finding =
            Found::at("number.year_digits", "issue_number").with("year", year.to_string());
        if (0..100).contains(&year) {
            let full = 2000 + year;
            finding = finding
                .with("full", full.to_string())
                .fix(0, vec![set("issue_number/year", full)]);
        }
        found.push(finding);
    } else if let Some(date) = sheet
        .document
        .date_of_issue
        .filter(|date| date.year() != year)
    {
        found.push(
            Found::at("number.year_differs", "issue_number")
                .with("year", year.to_string())
                .with("date_year", date.year().to_string())
                .fix(0, vec![set("issue_number/year", date.year())]),
        );
    }
    if number.serial == 0 {
        found.push(Found::at("number.serial", "issue_number"));
    }
}

const fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '[' | ']' | '(' | ')' | '（' | '）' | '【' | '】' | '［' | '］' | '〔' | '〕' | '﹝' | '﹞'
    )
}

/// Issue numbers in a text that are not written as they should: 青政发`[2026]`12号, 青政发（2026）第012号.
/// Certain only where a Chinese character stands before the bracket, a four-digit year in it, and a
/// number with 号 after it.
fn quoted(text: &[char]) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    for (at, bracket) in text.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| text[before]);
        let before_is_code = before.is_some_and(|c| scan::is_han(c) && !"年月日".contains(c));
        if !is_bracket(*bracket) || !before_is_code || scan::digits(text, at + 1) != 4 {
            continue;
        }
        let close = at + 5;
        if !text.get(close).is_some_and(|c| is_bracket(*c)) {
            continue;
        }
        let ordinal = usize::from(text.get(close + 1) == Some(&'第'));
        let serial_at = close + 1 + ordinal;
        let length = scan::digits(text, serial_at);
        if length == 0 || text.get(serial_at + length) != Some(&'号') {
            continue;
        }
        let end = serial_at + length + 1;
        // （2025）12号楼 is an address.
        if text.get(end).is_some_and(|c| "楼院门线房".contains(*c)) {
            continue;
        }
        let serial = scan::part(text, serial_at, serial_at + length);
        let serial = serial.trim_start_matches('0');
        let plain = format!("〔{}〕{serial}号", scan::part(text, at + 1, close));
        if !serial.is_empty() && plain != scan::part(text, at, end) {
            found.push((at, end, plain));
        }
    }
    found
}
