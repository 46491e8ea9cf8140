//! What changed inside one text: by characters, with numbers and Latin words whole, so that
//! 2025年 becomes 2026年 and not 202「5→6」年; and tidied so that a person can read it.

use std::{collections::HashMap, ops::Range};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::{
    align,
    span::{Look, Span},
};

/// The smallest thing that is kept or changed as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub text: String,
    pub look: Look,
}

/// A stretch of tokens: equal on both sides, or changed (one side may be empty).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub old: Range<usize>,
    pub new: Range<usize>,
    pub is_equal: bool,
}

/// How to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// For a reader: looks count, small equal islands between changes are changed too.
    Reading,
    /// For an edit: only the text counts, and as little as possible changes.
    Editing,
}

/// More tokens than these are compared sentence by sentence.
const MAX_TOKENS: usize = 6_000;
/// An equal island between two changes is never longer than this.
const MAX_ISLAND: usize = 4;

/// The tokens of spans; marks of comparison are not looked at.
pub(crate) fn tokens(spans: &[Span], purpose: For) -> Vec<Token> {
    let mut made: Vec<Token> = Vec::new();
    for span in spans {
        let mut is_word = false;
        for character in span.text.chars() {
            let joins = purpose == For::Reading
                && (character.is_ascii_alphanumeric()
                    || (is_word && matches!(character, '.' | '%')));
            match made.last_mut() {
                Some(last) if joins && is_word && last.text.len() < 40 => last.text.push(character),
                _ => made.push(Token {
                    text: character.to_string(),
                    look: span.look,
                }),
            }
            is_word = joins;
        }
    }
    made
}

/// The stretches that lead from `old` to `new`; they cover both wholly and in order, and equal
/// and changed ones alternate.
pub(crate) fn compare(old: &[Token], new: &[Token], purpose: For) -> Vec<Stretch> {
    let mut names: HashMap<(&str, Look), usize> = HashMap::new();
    let mut name_all = |tokens| named(tokens, purpose, &mut names);
    let (olds, news) = (name_all(old), name_all(new));
    let mut stretches = Vec::new();
    let start = olds.iter().zip(&news).take_while(|(a, b)| a == b).count();
    let ends = olds[start..].iter().rev().zip(news[start..].iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    push(&mut stretches, 0..start, 0..start, true);
    let (old_end, new_end) = (olds.len() - end, news.len() - end);
    compare_part(
        &olds,
        start..old_end,
        &news,
        start..new_end,
        old,
        new,
        &mut stretches,
    );
    push(
        &mut stretches,
        old_end..olds.len(),
        new_end..news.len(),
        true,
    );
    if purpose == For::Reading {
        drop_islands(&mut stretches, old);
        slide(&mut stretches, old, new);
    }
    stretches
}

fn named<'a>(
    tokens: &'a [Token],
    purpose: For,
    names: &mut HashMap<(&'a str, Look), usize>,
) -> Vec<usize> {
    let look = |token: &Token| {
        if purpose == For::Reading {
            token.look
        } else {
            Look::default()
        }
    };
    tokens
        .iter()
        .map(|token| {
            let next = names.len();
            *names
                .entry((token.text.as_str(), look(token)))
                .or_insert(next)
        })
        .collect()
}

fn compare_part(
    olds: &[usize],
    old_range: Range<usize>,
    news: &[usize],
    new_range: Range<usize>,
    old: &[Token],
    new: &[Token],
    stretches: &mut Vec<Stretch>,
) {
    if old_range.is_empty() || new_range.is_empty() {
        push(stretches, old_range, new_range, false);
        return;
    }
    if old_range.len() + new_range.len() <= MAX_TOKENS {
        let ops = capture_diff_slices(
            Algorithm::Myers,
            &olds[old_range.clone()],
            &news[new_range.clone()],
        );
        for op in ops {
            let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
            let is_equal = matches!(op, DiffOp::Equal { .. });
            let olds = shift(op.old_range(), old_range.start);
            push(
                stretches,
                olds,
                shift(op.new_range(), new_range.start),
                is_equal,
            );
        }
        return;
    }
    // Sentence by sentence; sentences that are not found again are compared if they are few.
    let old_sentences = sentences(old, old_range.clone());
    let new_sentences = sentences(new, new_range.clone());
    let mut names: HashMap<&[usize], usize> = HashMap::new();
    let old_names: Vec<usize> = old_sentences
        .iter()
        .map(|range| intern(&mut names, &olds[range.clone()]))
        .collect();
    let new_names: Vec<usize> = new_sentences
        .iter()
        .map(|range| intern(&mut names, &news[range.clone()]))
        .collect();
    let (mut matches, _) = align::equal_pairs(&old_names, &new_names);
    matches.sort_unstable();
    let (mut o, mut n) = (old_range.start, new_range.start);
    for (at_old, at_new) in matches {
        let (old_at, new_at) = (old_sentences[at_old].clone(), new_sentences[at_new].clone());
        compare_short(olds, o..old_at.start, news, n..new_at.start, stretches);
        (o, n) = (old_at.end, new_at.end);
        push(stretches, old_at, new_at, true);
    }
    compare_short(olds, o..old_range.end, news, n..new_range.end, stretches);
}

fn compare_short(
    olds: &[usize],
    old_range: Range<usize>,
    news: &[usize],
    new_range: Range<usize>,
    stretches: &mut Vec<Stretch>,
) {
    if old_range.len() + new_range.len() <= MAX_TOKENS {
        compare_part(olds, old_range, news, new_range, &[], &[], stretches);
    } else {
        push(stretches, old_range, new_range, false);
    }
}

fn intern<'a>(names: &mut HashMap<&'a [usize], usize>, tokens: &'a [usize]) -> usize {
    let next = names.len();
    *names.entry(tokens).or_insert(next)
}

/// Parts of a text that end with a mark of the end of a sentence.
fn sentences(tokens: &[Token], range: Range<usize>) -> Vec<Range<usize>> {
    let mut made = Vec::new();
    let mut start = range.start;
    for at in range.clone() {
        if matches!(tokens[at].text.as_str(), "。" | "；" | "！" | "？" | "\n") {
            made.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < range.end {
        made.push(start..range.end);
    }
    made
}

/// Adds a stretch, joined to the last one where both are of one kind.
fn push(stretches: &mut Vec<Stretch>, old: Range<usize>, new: Range<usize>, is_equal: bool) {
    if old.is_empty() && new.is_empty() {
        return;
    }
    match stretches.last_mut() {
        Some(last) if last.is_equal == is_equal => {
            last.old.end = old.end;
            last.new.end = new.end;
        }
        _ => stretches.push(Stretch { old, new, is_equal }),
    }
}

/// Turns equal islands that are no longer than the changes around them into changes.
fn drop_islands(stretches: &mut Vec<Stretch>, old: &[Token]) {
    let size = |stretch: &Stretch| stretch.old.len().max(stretch.new.len());
    let chars = |range: &Range<usize>| -> usize {
        old[range.clone()]
            .iter()
            .map(|token| token.text.chars().count())
            .sum()
    };
    loop {
        let before = stretches.len();
        let mut made = Vec::with_capacity(before);
        for (index, stretch) in stretches.iter().enumerate() {
            let is_inside = index > 0 && index + 1 < before;
            let is_island = stretch.is_equal && is_inside && {
                let length = chars(&stretch.old);
                let around = size(&stretches[index - 1]).min(size(&stretches[index + 1]));
                let is_unit = matches!(old[stretch.old.start].text.as_str(), "年" | "月");
                length <= MAX_ISLAND && !is_unit && (length == 1 || length <= around)
            };
            let is_equal = stretch.is_equal && !is_island;
            push(
                &mut made,
                stretch.old.clone(),
                stretch.new.clone(),
                is_equal,
            );
        }
        *stretches = made;
        if stretches.len() == before {
            return;
        }
    }
}

/// Moves a pure insertion or deletion along equal text to where a reader would cut: after a mark
/// of punctuation rather than in the middle of a phrase.
fn slide(stretches: &mut [Stretch], old: &[Token], new: &[Token]) {
    for index in 1..stretches.len().saturating_sub(1) {
        let [before, changed, after] = &mut stretches[index - 1..=index + 1] else {
            continue;
        };
        let is_insertion = changed.old.is_empty();
        if changed.is_equal || (!is_insertion && !changed.new.is_empty()) {
            continue;
        }
        let (tokens, range) = if is_insertion {
            (new, &changed.new)
        } else {
            (old, &changed.old)
        };
        let (first, end) = (range.start, range.end);
        // How far to the left and to the right the same change can be told.
        let room_left = before.old.len().saturating_sub(1);
        let left = (0..room_left)
            .take_while(|by| tokens[first - 1 - by] == tokens[end - 1 - by])
            .count();
        let room_right = after.old.len().saturating_sub(1);
        let right = (0..room_right)
            .take_while(|by| tokens[first + by] == tokens[end + by])
            .count();
        let cut = |at: usize| {
            at.checked_sub(1)
                .map_or(3, |before| boundary(&tokens[before].text))
        };
        let best = (first - left..=first + right)
            .max_by_key(|at| (cut(*at), std::cmp::Reverse(at.abs_diff(first))));
        let Some(best) = best else { continue };
        let shift = |range: &mut Range<usize>, start: bool, end: bool| {
            let moved = |at: usize| at + best - first;
            if start {
                range.start = moved(range.start);
            }
            if end {
                range.end = moved(range.end);
            }
        };
        shift(&mut before.old, false, true);
        shift(&mut before.new, false, true);
        shift(&mut changed.old, true, true);
        shift(&mut changed.new, true, true);
        shift(&mut after.old, true, false);
        shift(&mut after.new, true, false);
    }
}

/// How well a text can be cut after this token.
fn boundary(text: &str) -> u32 {
    match text {
        "\n" | "。" | "；" | "！" | "？" => 3,
        "，" | "、" | "：" | "）" | "》" | "”" | "," | ";" | ":" | ")" => 2,
        " " | "　" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Token> {
        let spans = [Span {
            text: text.to_owned(),
            ..Span::default()
        }];
        tokens(&spans, For::Reading)
    }

    /// The comparison as text: deleted in [-…-], inserted in {+…+}.
    fn told(old: &str, new: &str) -> String {
        let (old, new) = (plain(old), plain(new));
        let text = |tokens: &[Token]| {
            tokens
                .iter()
                .map(|token| token.text.as_str())
                .collect::<String>()
        };
        let mut told = String::new();
        for stretch in compare(&old, &new, For::Reading) {
            let (gone, come) = (
                text(&old[stretch.old.clone()]),
                text(&new[stretch.new.clone()]),
            );
            if stretch.is_equal {
                told += &come;
                continue;
            }
            if !gone.is_empty() {
                told += &format!("[-{gone}-]");
            }
            if !come.is_empty() {
                told += &format!("{{+{come}+}}");
            }
        }
        told
    }

    #[test]
    fn a_comparison_reads_as_a_person_would_mark_it() {
        for (old, new, marked) in [
            (
                "2025年12月底前完成",
                "2026年6月底前完成",
                "[-2025-]{+2026+}年[-12-]{+6+}月底前完成",
            ),
            (
                "由县财政局负责",
                "由市水利局负责",
                "由[-县财政-]{+市水利+}局负责",
            ),
            (
                "一是加强领导，三是落实资金。",
                "一是加强领导，二是强化监督，三是落实资金。",
                "一是加强领导，{+二是强化监督，+}三是落实资金。",
            ),
            ("完成率98.5%", "完成率99.1%", "完成率[-98.5%-]{+99.1%+}"),
            ("同意", "同意", "同意"),
            ("", "新增", "{+新增+}"),
        ] {
            assert_eq!(told(old, new), marked);
        }
    }

    #[test]
    fn long_texts_are_compared_by_sentences_and_stay_quick() {
        let sentence =
            |n: usize| format!("第{n}项任务由牵头单位会同有关部门研究落实并按时报告进展情况。");
        let old: String = (0..1500).map(sentence).collect();
        let new = old.replace("第700项", "第七百项");
        assert!(told(&old, &new).contains("第[-700-]{+七百+}项"));
        let other: String = (0..20_000)
            .map(|n| char::from_u32(0x4e00 + n % 5000).unwrap_or('一'))
            .collect();
        assert!(
            told(&old, &other).starts_with("[-"),
            "nothing in common: replaced as a whole"
        );
    }
}
