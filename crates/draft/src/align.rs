//! Which item of a new list is which of an old one: equal ones first (patience), then those that
//! read alike. Items keep their order; each is paired at most once. Bounded in time.

use std::{collections::HashMap, ops::Range};

/// An item to pair.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Equal items have equal names.
    pub name: String,
    /// Only items of one frame can be the same item, edited.
    pub frame: String,
    /// What a reader sees.
    pub text: String,
}

/// An old item, a new one, or both.
pub(crate) type Pair = (Option<usize>, Option<usize>);

/// Old and new items between two equal pairs.
pub(crate) type Gap = (Range<usize>, Range<usize>);

/// Alike from here on, of 1000. A pair that stands alone between equal neighbours needs less.
const ALIKE: u32 = 400;
const ALIKE_ALONE: u32 = 250;
/// Beyond so many comparisons a gap is cut into pieces.
const MAX_COMPARISONS: usize = 60_000;
const PIECE: usize = 200;

/// Pairs the items of `old` with those of `new`, in order; where one is gone and one has come, the
/// one that is gone stands first.
pub(crate) fn align(old: &[Item], new: &[Item]) -> Vec<Pair> {
    let mut names: HashMap<String, usize> = HashMap::new();
    let mut name = |item: &Item| -> usize {
        let next = names.len();
        *names.entry(item.name.clone()).or_insert(next)
    };
    let old_names: Vec<usize> = old.iter().map(&mut name).collect();
    let new_names: Vec<usize> = new.iter().map(&mut name).collect();
    let (mut matches, gaps) = equal_pairs(&old_names, &new_names);
    let old_profiles: Vec<Vec<u64>> = old.iter().map(|item| profile(&item.text)).collect();
    let new_profiles: Vec<Vec<u64>> = new.iter().map(|item| profile(&item.text)).collect();
    let alike = |o: usize, n: usize| -> u32 {
        if old_names[o] == new_names[n] {
            2000
        } else if old[o].frame != new[n].frame {
            0
        } else {
            likeness(&old_profiles[o], &new_profiles[n])
        }
    };
    for (olds, news) in gaps {
        pair_alike(olds, news, &alike, &mut matches);
    }
    matches.sort_unstable();
    fill(&matches, old.len(), new.len())
}

/// The pairs of equal names that patience finds, and the gaps between them.
pub(crate) fn equal_pairs(old: &[usize], new: &[usize]) -> (Vec<(usize, usize)>, Vec<Gap>) {
    let mut matches = Vec::new();
    let mut gaps = Vec::new();
    let mut waiting = vec![(0..old.len(), 0..new.len())];
    while let Some((mut olds, mut news)) = waiting.pop() {
        while !olds.is_empty() && !news.is_empty() && old[olds.start] == new[news.start] {
            matches.push((olds.start, news.start));
            olds.start += 1;
            news.start += 1;
        }
        while !olds.is_empty() && !news.is_empty() && old[olds.end - 1] == new[news.end - 1] {
            olds.end -= 1;
            news.end -= 1;
            matches.push((olds.end, news.end));
        }
        if olds.is_empty() || news.is_empty() {
            continue;
        }
        let anchors = anchors(old, olds.clone(), new, news.clone());
        if anchors.is_empty() {
            gaps.push((olds, news));
            continue;
        }
        let (mut o, mut n) = (olds.start, news.start);
        for (at_old, at_new) in anchors {
            waiting.push((o..at_old, n..at_new));
            matches.push((at_old, at_new));
            (o, n) = (at_old + 1, at_new + 1);
        }
        waiting.push((o..olds.end, n..news.end));
    }
    (matches, gaps)
}

/// The longest rising series of names that occur once on each side.
fn anchors(
    old: &[usize],
    olds: Range<usize>,
    new: &[usize],
    news: Range<usize>,
) -> Vec<(usize, usize)> {
    let mut seen: HashMap<usize, (usize, usize, usize, usize)> = HashMap::new();
    for at in olds {
        let entry = seen.entry(old[at]).or_default();
        (entry.0, entry.1) = (entry.0 + 1, at);
    }
    for at in news {
        let entry = seen.entry(new[at]).or_default();
        (entry.2, entry.3) = (entry.2 + 1, at);
    }
    let once = |(a, at_old, b, at_new)| (a == 1 && b == 1).then_some((at_old, at_new));
    let mut unique: Vec<(usize, usize)> = seen.into_values().filter_map(once).collect();
    unique.sort_unstable();
    // Patience: piles by their last card, each card knowing the one under it.
    let mut piles: Vec<usize> = Vec::new();
    let mut under: Vec<Option<usize>> = vec![None; unique.len()];
    for (card, (_, at_new)) in unique.iter().enumerate() {
        let pile = piles.partition_point(|&top| unique[top].1 < *at_new);
        under[card] = pile.checked_sub(1).map(|left| piles[left]);
        if pile == piles.len() {
            piles.push(card);
        } else {
            piles[pile] = card;
        }
    }
    let mut series = Vec::new();
    let mut card = piles.last().copied();
    while let Some(at) = card {
        series.push(unique[at]);
        card = under[at];
    }
    series.reverse();
    series
}

/// Pairs what reads alike inside a gap so that the sum of likeness is largest.
fn pair_alike(
    olds: Range<usize>,
    news: Range<usize>,
    alike: &dyn Fn(usize, usize) -> u32,
    matches: &mut Vec<(usize, usize)>,
) {
    if olds.len() * news.len() > MAX_COMPARISONS {
        let pieces = olds.len().max(news.len()).div_ceil(PIECE);
        let cut = |range: &Range<usize>, piece: usize| range.start + range.len() * piece / pieces;
        for piece in 0..pieces {
            let olds = cut(&olds, piece)..cut(&olds, piece + 1);
            let news = cut(&news, piece)..cut(&news, piece + 1);
            pair_alike(olds, news, alike, matches);
        }
        return;
    }
    let is_alone = olds.len() == 1 && news.len() == 1;
    let threshold = if is_alone { ALIKE_ALONE } else { ALIKE };
    let width = news.len() + 1;
    let mut best = vec![0_u32; (olds.len() + 1) * width];
    let mut scores = vec![0_u32; olds.len() * news.len()];
    for (i, o) in olds.clone().enumerate().rev() {
        for (j, n) in news.clone().enumerate().rev() {
            let score = Some(alike(o, n))
                .filter(|score| *score >= threshold)
                .unwrap_or(0);
            scores[i * news.len() + j] = score;
            let paired = if score > 0 {
                score + best[(i + 1) * width + j + 1]
            } else {
                0
            };
            best[i * width + j] = paired
                .max(best[(i + 1) * width + j])
                .max(best[i * width + j + 1]);
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < olds.len() && j < news.len() {
        let here = best[i * width + j];
        let score = scores[i * news.len() + j];
        if score > 0 && here == score + best[(i + 1) * width + j + 1] {
            matches.push((olds.start + i, news.start + j));
            (i, j) = (i + 1, j + 1);
        } else if here == best[(i + 1) * width + j] {
            i += 1;
        } else {
            j += 1;
        }
    }
}

fn fill(matches: &[(usize, usize)], old_len: usize, new_len: usize) -> Vec<Pair> {
    let mut pairs = Vec::with_capacity(old_len.max(new_len));
    let (mut o, mut n) = (0, 0);
    for &(at_old, at_new) in matches.iter().chain([&(old_len, new_len)]) {
        pairs.extend((o..at_old).map(|gone| (Some(gone), None)));
        pairs.extend((n..at_new).map(|come| (None, Some(come))));
        if (at_old, at_new) != (old_len, new_len) {
            pairs.push((Some(at_old), Some(at_new)));
        }
        (o, n) = (at_old + 1, at_new + 1);
    }
    pairs
}

/// The pairs of neighbouring characters in a text, sorted.
fn profile(text: &str) -> Vec<u64> {
    let mut pairs = Vec::with_capacity(text.len() / 3 + 1);
    let mut before = 0;
    for character in text.chars().filter(|c| !c.is_whitespace()) {
        let character = u64::from(u32::from(character));
        pairs.push((before << 32) | character);
        before = character;
    }
    pairs.sort_unstable();
    pairs
}

/// Twice what two profiles share over what they have, of 1000.
fn likeness(a: &[u64], b: &[u64]) -> u32 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    let of_1000 = (shared * 2000).checked_div(a.len() + b.len()).unwrap_or(0);
    u32::try_from(of_1000).unwrap_or(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(texts: &[&str]) -> Vec<Item> {
        let item = |text: &&str| Item {
            name: (*text).to_owned(),
            frame: String::new(),
            text: (*text).to_owned(),
        };
        texts.iter().map(item).collect()
    }

    #[test]
    fn an_edited_paragraph_is_the_same_paragraph_and_a_new_one_is_new() {
        let old = items(&[
            "一、总体要求。",
            "水利工程建设资金由县财政局统一拨付。",
            "此致",
        ]);
        let new = items(&[
            "一、总体要求。",
            "各乡镇要高度重视。",
            "水利工程建设资金由市财政局统一拨付。",
            "此致",
        ]);
        assert_eq!(
            align(&old, &new),
            [
                (Some(0), Some(0)),
                (None, Some(1)),
                (Some(1), Some(2)),
                (Some(2), Some(3))
            ]
        );
    }

    #[test]
    fn every_item_occurs_once_and_in_order() {
        let old = items(&["甲", "", "乙", "", "丙", "乙"]);
        let new = items(&["", "乙", "", "", "丁", "丙"]);
        let pairs = align(&old, &new);
        let olds: Vec<_> = pairs.iter().filter_map(|pair| pair.0).collect();
        let news: Vec<_> = pairs.iter().filter_map(|pair| pair.1).collect();
        assert_eq!(olds, (0..old.len()).collect::<Vec<_>>());
        assert_eq!(news, (0..new.len()).collect::<Vec<_>>());
    }

    #[test]
    fn thousands_of_unlike_items_take_no_time() {
        let text = |n: usize| format!("第{n}条 {}", "一二三四五六七八九十".repeat(n % 7));
        let old: Vec<_> = (0..4000).map(text).collect();
        let new: Vec<_> = (5000..9000).map(text).collect();
        let old = items(&old.iter().map(String::as_str).collect::<Vec<_>>());
        let new = items(&new.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(align(&old, &new).len() >= 4000);
    }
}
