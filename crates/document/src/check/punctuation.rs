//! Punctuation by GB/T 15834-2011, at its certain end.

use std::collections::HashSet;

use super::{Finds, Found, Sheet, replace, scan};
use crate::place::{PlacedText, Role};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    for text in sheet.own_texts() {
        let chars: Vec<char> = text.text.chars().collect();
        half_width(text, &chars, found);
        repeated(text, &chars, found);
        unpaired(text, &chars, found);
        between_marks(text, &chars, found);
        ellipsis(text, &chars, found);
        dash(text, &chars, found);
        if text.role == Role::Paragraph {
            serial(text, &chars, found);
        }
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

fn han_at(chars: &[char], at: Option<usize>) -> bool {
    at.and_then(|at| chars.get(at))
        .is_some_and(|c| scan::is_han(*c))
}

/// Half-width marks from `start` to before `end`, and what each of them should be.
struct HalfWidth {
    start: usize,
    end: usize,
    marks: Vec<(usize, char)>,
}

/// One finding for each run: marks that touch, or stand between brackets that are half-width too, are mended together.
fn half_width(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let mut all = half_width_pairs(chars);
    all.extend(half_width_marks(chars, &all));
    all.sort_by_key(|one| (one.start, one.end));
    let mut runs: Vec<HalfWidth> = Vec::new();
    for one in all {
        match runs.last_mut().filter(|run| one.start <= run.end) {
            Some(run) => {
                run.end = run.end.max(one.end);
                run.marks.extend(one.marks);
            }
            None => runs.push(one),
        }
    }
    for mut run in runs {
        if !found.wants("punctuation.half_width") {
            return;
        }
        run.marks.sort_unstable();
        let mut plain = chars[run.start..run.end].to_vec();
        for (at, mark) in &run.marks {
            plain[at - run.start] = *mark;
        }
        let edits = run.marks.iter().rev();
        let edits = edits
            .map(|(at, mark)| replace(&text.place, *at, at + 1, mark.to_string()))
            .collect();
        found.push(
            Found::at("punctuation.half_width", text.place.as_str())
                .on(chars, run.start, run.end)
                .with("plain", plain.into_iter().collect::<String>())
                .fix(0, edits),
        );
    }
}

/// , ; : ? ! after a Chinese character or mark, or between a figure and a Chinese character; a full
/// stop only between Chinese characters or at the end.
fn half_width_marks(chars: &[char], pairs: &[HalfWidth]) -> Vec<HalfWidth> {
    let closes: HashSet<usize> = pairs.iter().map(|pair| pair.end - 1).collect();
    let mut marks = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        let plain = match c {
            ',' => '，',
            ';' => '；',
            ':' => '：',
            '?' => '？',
            '!' => '！',
            '.' => '。',
            _ => continue,
        };
        let Some(before) = at.checked_sub(1).map(|before| chars[before]) else {
            continue;
        };
        let after_pair = closes.contains(&(at - 1));
        let after_word =
            scan::is_han(before) || after_pair || matches!(before, '”' | '）' | '》' | '〕');
        let next_han = han_at(chars, Some(at + 1));
        let after_figure = (before.is_ascii_digit() || matches!(before, '%' | '％')) && next_han;
        let wrong = match c {
            '.' => {
                let ends = chars.get(at + 1).is_none_or(|next| *next == '\n');
                (scan::is_han(before) || after_pair) && (ends || next_han) && at > 2
            }
            ',' | ';' => after_word || after_figure,
            _ => after_word,
        };
        if wrong {
            let (start, end) = (at, at + 1);
            let marks_of = vec![(at, plain)];
            marks.push(HalfWidth {
                start,
                end,
                marks: marks_of,
            });
        }
    }
    marks
}

/// ( ) and straight quotes around or beside Chinese, both halves together.
fn half_width_pairs(chars: &[char]) -> Vec<HalfWidth> {
    let mut pairs: Vec<(usize, usize, char, char)> = Vec::new();
    for (open, _) in chars.iter().enumerate().filter(|(_, c)| **c == '(') {
        let close = chars[open + 1..]
            .iter()
            .position(|c| matches!(c, ')' | '(' | '（' | '）'));
        let close = close
            .map(|offset| open + 1 + offset)
            .filter(|close| chars[*close] == ')');
        let Some(close) = close else { continue };
        let inside = chars[open + 1..close].iter().any(|c| scan::is_han(*c));
        let beside = han_at(chars, open.checked_sub(1)) || han_at(chars, Some(close + 1));
        if inside || beside {
            pairs.push((open, close, '（', '）'));
        }
    }
    let quotes: Vec<usize> = chars
        .iter()
        .enumerate()
        .filter(|(_, c)| **c == '"')
        .map(|(at, _)| at)
        .collect();
    if quotes.len().is_multiple_of(2) {
        for pair in quotes.chunks_exact(2) {
            if chars[pair[0] + 1..pair[1]].iter().any(|c| scan::is_han(*c)) {
                pairs.push((pair[0], pair[1], '“', '”'));
            }
        }
    }
    // Cells of a table are joined by line feeds: a pair never reaches over them.
    let in_one_line =
        |(open, close, _, _): &(usize, usize, char, char)| !chars[*open..*close].contains(&'\n');
    let pairs = pairs.into_iter().filter(in_one_line);
    pairs
        .map(|(open, close, left, right)| HalfWidth {
            start: open,
            end: close + 1,
            marks: vec![(open, left), (close, right)],
        })
        .collect()
}

/// Two marks of which one is too many. ？！ and 。” and the like are no fault.
fn repeated(text: &PlacedText, chars: &[char], found: &mut Finds) {
    // The stronger mark stays.
    let rank = |c: char| "、，：；。".chars().position(|mark| mark == c);
    let mut at = 0;
    while at + 1 < chars.len() {
        let length = chars[at..]
            .iter()
            .take_while(|c| rank(**c).is_some())
            .count();
        if length < 2 {
            at += 1;
            continue;
        }
        let marks = &chars[at..at + length];
        // 。。。 is somebody's ellipsis, and has its own rule.
        let dots = length >= 3 && marks.iter().all(|c| *c == '。');
        let strongest = marks.iter().max_by_key(|c| rank(**c));
        if let Some(strongest) = strongest.filter(|_| !dots) {
            let plain = strongest.to_string();
            found.push(mend(
                "punctuation.repeated",
                text,
                chars,
                (at, at + length),
                &plain,
            ));
        }
        at += length;
    }
}

fn unpaired(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for (open, close) in [('（', '）'), ('《', '》'), ('〔', '〕')] {
        let mut opened: Vec<usize> = Vec::new();
        let mut wrong = None;
        for (at, c) in chars.iter().enumerate() {
            if *c == open {
                opened.push(at);
            } else if *c == close && opened.pop().is_none() && !is_serial_close(chars, at) {
                wrong = wrong.or(Some(at));
            }
        }
        // A half-width partner is a fault of width, not of pairing.
        let half = chars.iter().any(|c| matches!(c, '(' | ')'));
        if let Some(at) = wrong
            .or(opened.first().copied())
            .filter(|_| !(half && open == '（'))
        {
            found.push(Found::at("punctuation.unpaired", text.place.as_str()).on(
                chars,
                at,
                at + 1,
            ));
        }
    }
}

/// 1） and a） number things without an opening half.
fn is_serial_close(chars: &[char], at: usize) -> bool {
    let back = chars[..at]
        .iter()
        .rev()
        .take_while(|c| c.is_ascii_alphanumeric())
        .count();
    let before = at.checked_sub(back + 1).map(|before| chars[before]);
    (1..=2).contains(&back) && before.is_none_or(|c| c.is_whitespace() || scan::is_chinese_mark(c))
}

fn between_marks(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for word in ["》、《", "”、“"] {
        for at in scan::all_overlapping(chars, word) {
            found.push(mend(
                "punctuation.between_marks",
                text,
                chars,
                (at + 1, at + 2),
                "",
            ));
        }
    }
}

/// （一）、 and 1、 at the beginning of a paragraph.
fn serial(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let digits = scan::digits(chars, 0);
    if (1..=2).contains(&digits)
        && chars.get(digits) == Some(&'、')
        && han_at(chars, Some(digits + 1))
    {
        let plain = format!("{}.", scan::part(chars, 0, digits));
        found.push(mend(
            "punctuation.serial",
            text,
            chars,
            (0, digits + 1),
            &plain,
        ));
    }
    let close = chars.iter().take(6).position(|c| *c == '）');
    if let Some(close) = close.filter(|close| chars[0] == '（' && *close > 1) {
        let inner = &chars[1..close];
        let number = inner
            .iter()
            .all(|c| c.is_ascii_digit() || "一二三四五六七八九十".contains(*c));
        if number && chars.get(close + 1) == Some(&'、') {
            let plain = scan::part(chars, 0, close + 1);
            found.push(mend(
                "punctuation.serial",
                text,
                chars,
                (0, close + 2),
                &plain,
            ));
        }
    }
}

fn ellipsis(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let length = chars[at..].iter().take_while(|next| **next == c).count();
        let beside = han_at(chars, at.checked_sub(1)) || han_at(chars, Some(at + length));
        let wrong = match c {
            '。' | '·' => length >= 3,
            '.' => length >= 3 && beside,
            '…' => length == 1 && beside,
            _ => false,
        };
        if wrong {
            found.push(mend(
                "punctuation.ellipsis",
                text,
                chars,
                (at, at + length),
                "……",
            ));
        }
        at += length;
    }
    for at in scan::all(chars, "……") {
        let next = chars.get(at + 2);
        let other_word = chars
            .get(at + 3)
            .is_some_and(|c| "级待候于同距".contains(*c));
        let before = at.checked_sub(1).map(|before| chars[before]);
        let word_before = at
            .checked_sub(2)
            .is_some_and(|b| "平同相中高初优上下均何一二三对".contains(chars[b]));
        let and_so_on =
            (next == Some(&'等') && !other_word) || (before == Some('等') && !word_before);
        if and_so_on {
            found.push(mend(
                "punctuation.ellipsis_and_so_on",
                text,
                chars,
                (at, at + 2),
                "",
            ));
        }
    }
}

fn dash(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let mut at = 0;
    while at < chars.len() {
        let length = chars[at..].iter().take_while(|c| **c == '-').count();
        let between = han_at(chars, at.checked_sub(1)) && han_at(chars, Some(at + length));
        if length >= 2 && between {
            found.push(mend(
                "punctuation.dash",
                text,
                chars,
                (at, at + length),
                "——",
            ));
        }
        at += length.max(1);
    }
}
