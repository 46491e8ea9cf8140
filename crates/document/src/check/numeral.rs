//! Numbers by GB/T 15835-2011, at its certain end.

use super::{Finds, Found, Sheet, replace, scan};
use crate::place::PlacedText;

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    for text in sheet.own_texts() {
        let chars: Vec<char> = text.text.chars().collect();
        leading_zero(text, &chars, found);
        full_width(text, &chars, found);
        mixed(text, &chars, found);
        approximate(text, &chars, found);
    }
}

fn mend(
    rule: &'static str,
    text: &PlacedText,
    chars: &[char],
    range: (usize, usize),
    plain: &str,
) -> Found {
    let (start, end) = range;
    Found::at(rule, text.place.as_str())
        .on(chars, start, end)
        .with("plain", plain)
        .fix(0, vec![replace(&text.place, start, end, plain)])
}

/// 增长.5%: a point after a Chinese character, figures, and a unit.
fn leading_zero(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '.') {
        let length = scan::digits(chars, at + 1);
        let end = at + 1 + length;
        let unit = chars
            .get(end)
            .is_some_and(|c| "%％‰万亿元米公吨亩个倍".contains(*c));
        let after_word = at > 0 && scan::is_han(chars[at - 1]);
        if length > 0 && unit && after_word {
            let plain = format!("0{}", scan::part(chars, at, end));
            found.push(mend("numeral.leading_zero", text, chars, (at, end), &plain));
        }
    }
}

fn full_width(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let mut at = 0;
    while at < chars.len() {
        let wide = |c: &char| ('０'..='９').contains(c);
        let length = chars[at..].iter().take_while(|c| wide(c)).count();
        if length > 0 {
            let narrow = |c: &char| char::from_u32(u32::from(*c) - 0xfee0).unwrap_or(*c);
            let plain: String = chars[at..at + length].iter().map(narrow).collect();
            found.push(mend(
                "numeral.full_width",
                text,
                chars,
                (at, at + length),
                &plain,
            ));
        }
        at += length.max(1);
    }
}

/// 3千元, 5百余人, 1.5千万元.
fn mixed(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for (at, unit) in chars.iter().enumerate() {
        let zeros = match unit {
            '十' => 1,
            '百' => 2,
            '千' => 3,
            _ => continue,
        };
        let counts = chars
            .get(at + 1)
            .is_some_and(|c| "万亿元人个名户亩吨余多".contains(*c));
        let back = chars[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit() || **c == '.')
            .count();
        if !counts || !(1..=4).contains(&back) {
            continue;
        }
        let start = at - back;
        let figures = scan::part(chars, start, at);
        let Some(plain) = shifted(&figures, zeros) else {
            continue;
        };
        found.push(mend("numeral.mixed", text, chars, (start, at + 1), &plain));
    }
}

/// `figures` times ten to the power of `zeros`; `None` where it is no plain number below 1000, or has
/// more decimals than that.
fn shifted(figures: &str, zeros: usize) -> Option<String> {
    let (whole, decimals) = figures.split_once('.').unwrap_or((figures, ""));
    let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !plain(whole) || !plain(decimals) {
        return None;
    }
    let missing = zeros.checked_sub(decimals.len())?;
    let all = format!("{whole}{decimals}{}", "0".repeat(missing));
    let value = all.trim_start_matches('0');
    (!value.is_empty()).then(|| value.to_owned())
}

/// 三、四十个: two neighbours before 十, 百 or 千. 三、四季度 and 一、二级 are lists.
fn approximate(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '、') {
        let (Some(before), Some(after)) = (at.checked_sub(1), chars.get(at + 1)) else {
            continue;
        };
        let (Some(a), Some(b)) = (
            scan::chinese_digit(chars[before]),
            scan::chinese_digit(*after),
        ) else {
            continue;
        };
        let unit = chars
            .get(at + 2)
            .is_some_and(|c| matches!(c, '十' | '百' | '千'));
        let counted = chars
            .get(at + 3)
            .is_some_and(|c| "万亿元人个名户亩吨余多公米年天次".contains(*c));
        let in_list = before.checked_sub(1).is_some_and(|b| {
            "、第十百千万".contains(chars[b]) || scan::chinese_digit(chars[b]).is_some()
        });
        if b == a + 1 && unit && counted && !in_list {
            let plain = format!("{}{after}", chars[before]);
            found.push(mend(
                "numeral.approximate",
                text,
                chars,
                (before, at + 2),
                &plain,
            ));
        }
    }
}
