//! Where a title breaks: by meaning, never inside a word, and in the shape of a trapezium or a rhombus
//! (GB/T 9704-2012, 7.3.1: 回行时要做到词意完整、排列对称、长短适宜、间距恰当).

use std::{collections::HashSet, sync::LazyLock};

/// Characters of 2号 on a line of 156 mm.
const LINE: f64 = 20.0;
/// Longer titles are not weighed, only broken.
const LONGEST: usize = 90;
/// How many offers are made.
const OFFERS: usize = 3;

static WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("title_words.txt").split_whitespace().collect());
static LONGEST_WORD: LazyLock<usize> = LazyLock::new(|| {
    WORDS
        .iter()
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(1)
});

/// Two or three ways to break a title into lines, the best first; line breaks already in it are
/// ignored. A title that fits one line of 20 characters is first offered whole. Never empty for a
/// title that is not; no line is over 20 characters wide.
pub fn title_breaks(title: &str) -> Vec<Vec<String>> {
    breaks(title, LINE, &usual_width)
}

/// The width of a character in most fonts of titles, in characters.
fn usual_width(c: char) -> f64 {
    match c {
        ' ' => 0.5,
        'A'..='Z' => 0.75,
        c if c.is_ascii() => 0.56,
        _ => 1.0,
    }
}

/// As [`title_breaks`], for lines of `line` characters whose `width` is known.
pub(crate) fn breaks(title: &str, line: f64, width: &dyn Fn(char) -> f64) -> Vec<Vec<String>> {
    let characters: Vec<char> = title.chars().filter(|c| !c.is_control()).collect();
    if characters.is_empty() {
        return Vec::new();
    }
    let title = Title::new(characters, line, width);
    let total = title.width(0, title.characters.len());
    let mut offers = Vec::new();
    if total <= line {
        offers.push((if total <= 18.0 { -100.0 } else { 0.0 }, vec![]));
    }
    if title.characters.len() <= LONGEST {
        let least = (total / line).ceil().max(2.0) as usize;
        for lines in least..=least.max((least + 1).min(4)) {
            title.weigh(lines, &mut offers);
        }
    }
    offers.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut made: Vec<Vec<String>> = Vec::new();
    for (_, breaks) in offers {
        let lines = title.split(&breaks);
        if !made.contains(&lines) {
            made.push(lines);
        }
        if made.len() == OFFERS || (total <= 8.0) {
            break;
        }
    }
    if made.is_empty() {
        made.push(title.split(&title.balanced(1)));
    }
    made
}

/// A name in nearly equal rows of at most `measure`, at least `rows` of them where it has the characters: broken
/// between words, no character alone. `total` is the width of the whole name in the unit of `measure`.
pub(crate) fn name_rows(name: &str, total: f64, measure: f64, rows: usize) -> Vec<String> {
    let characters: Vec<char> = name.trim().chars().filter(|c| !c.is_control()).collect();
    let usual: f64 = characters.iter().map(|c| usual_width(*c)).sum();
    if characters.is_empty() {
        return Vec::new();
    }
    // A hair of slack: the name may fill its row to the last.
    let line = (measure + 0.01) * usual / total.max(1e-6);
    let name = Title::new(characters, line, &usual_width);
    name.split(&name.balanced(rows))
}

struct Title {
    characters: Vec<char>,
    /// What it costs to break before character i; `None`: not at all.
    cost: Vec<Option<f64>>,
    /// Width of the characters before character i.
    before: Vec<f64>,
    /// Width of a line.
    line: f64,
}

impl Title {
    fn new(characters: Vec<char>, line: f64, width: &dyn Fn(char) -> f64) -> Self {
        let words = words(&characters);
        let mut cost = vec![None; characters.len() + 1];
        let mut quoted = 0_i32;
        for pair in words.windows(2) {
            let (before, after) = (
                &characters[pair[0].0..pair[0].1],
                &characters[pair[1].0..pair[1].1],
            );
            for c in before {
                quoted += match c {
                    '《' | '（' | '〔' | '“' => 1,
                    '》' | '）' | '〕' | '”' => -1,
                    _ => 0,
                };
            }
            cost[pair[1].0] = boundary(before, after, quoted > 0);
        }
        keep_names_whole(&characters, &mut cost);
        let mut before = vec![0.0];
        let mut sum = 0.0;
        for c in &characters {
            sum += width(*c);
            before.push(sum);
        }
        Self {
            characters,
            cost,
            before,
            line,
        }
    }

    fn width(&self, from: usize, to: usize) -> f64 {
        self.before[to] - self.before[from]
    }

    /// Every way to break into `lines` lines, with its score (less is better).
    fn weigh(&self, lines: usize, offers: &mut Vec<(f64, Vec<usize>)>) {
        let mut breaks = Vec::new();
        self.choose(0, lines, &mut breaks, 0.0, offers);
        offers.sort_by(|a, b| a.0.total_cmp(&b.0));
        offers.truncate(12);
    }

    fn choose(
        &self,
        from: usize,
        lines: usize,
        breaks: &mut Vec<usize>,
        cost: f64,
        offers: &mut Vec<(f64, Vec<usize>)>,
    ) {
        let end = self.characters.len();
        if lines == 1 {
            if self.width(from, end) <= self.line {
                let mut widths: Vec<f64> = Vec::new();
                let mut start = 0;
                for &at in breaks.iter().chain([&end]) {
                    widths.push(self.width(start, at));
                    start = at;
                }
                offers.push((cost + shape(&widths), breaks.clone()));
            }
            return;
        }
        let rest = (lines - 1) as f64;
        for at in from + 2..end {
            let width = self.width(from, at);
            if width > self.line {
                break;
            }
            let Some(here) = self.cost[at] else { continue };
            let left = self.width(at, end);
            if width < 4.0 || left > rest * self.line || left < rest * 4.0 {
                continue;
            }
            breaks.push(at);
            self.choose(at, lines - 1, breaks, cost + here, offers);
            breaks.pop();
        }
    }

    /// Lines of nearly the same width, at least `least`, each broken at the best place near its share.
    fn balanced(&self, least: usize) -> Vec<usize> {
        let end = self.characters.len();
        let mut breaks = Vec::new();
        let mut from = 0;
        loop {
            let rest = self.width(from, end);
            let wanted = least.saturating_sub(breaks.len()) as f64;
            let lines = (rest / self.line - 1e-9).ceil().max(wanted);
            if lines < 2.0 || end - from < 4 {
                return breaks;
            }
            // Rather one line more than a word in two.
            let whole = [lines, lines + 1.0]
                .into_iter()
                .find_map(|lines| self.near(from, rest / lines, (lines - 1.0) * self.line));
            from = whole.unwrap_or_else(|| self.filled(from));
            breaks.push(from);
        }
    }

    /// Where a line from `from` on may end: with at least two characters on it and on the next.
    fn places(&self, from: usize) -> impl Iterator<Item = usize> {
        let fits = move |at: &usize| self.width(from, *at) <= self.line + 1e-9;
        (from + 2..self.characters.len() - 1).take_while(fits)
    }

    /// Where a line from `from` on ends if it takes all it can.
    fn filled(&self, from: usize) -> usize {
        let last = self.places(from).last();
        last.unwrap_or((from + 1).min(self.characters.len()))
    }

    /// Between which words a line from `from` on ends best: about `share` wide, with at most `most` left after it.
    fn near(&self, from: usize, share: f64, most: f64) -> Option<usize> {
        let end = self.characters.len();
        let leaves = |at: usize| self.width(at, end) <= most + 1e-9;
        let score = |at: usize, cost: f64| cost + (self.width(from, at) - share).abs() * 0.6;
        let best = self
            .places(from)
            .filter(|at| leaves(*at) && self.width(from, *at) > share * 0.4)
            .filter_map(|at| Some((at, score(at, self.cost[at]?))))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        best.map(|(at, _)| at)
    }

    fn split(&self, breaks: &[usize]) -> Vec<String> {
        let mut lines = Vec::new();
        let mut from = 0;
        for &at in breaks.iter().chain([&self.characters.len()]) {
            lines.push(
                self.characters[from..at]
                    .iter()
                    .collect::<String>()
                    .trim()
                    .to_owned(),
            );
            from = at;
        }
        lines
    }
}

/// Words as ranges: the longest known word at each place; letters and digits hold together; 地名 before
/// 省市县区乡镇 hold together; else single characters.
fn words(characters: &[char]) -> Vec<(usize, usize)> {
    let mut words: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let longest = (*LONGEST_WORD).min(characters.len() - at);
        let known = (2..=longest).rev().find(|&length| {
            let word: String = characters[at..at + length].iter().collect();
            WORDS.contains(word.as_str())
        });
        let length = known.unwrap_or_else(|| {
            characters[at..]
                .iter()
                .take_while(|c| c.is_ascii() && !c.is_whitespace())
                .count()
                .max(1)
        });
        words.push((at, at + length));
        at += length;
    }
    words
}

/// Agencies of a joint document stand before 关于 with a space between them: a line rather ends between two of them
/// than in one.
fn keep_names_whole(characters: &[char], cost: &mut [Option<f64>]) {
    let about = characters.windows(2).position(|pair| pair == ['关', '于']);
    let names = &characters[..about.unwrap_or(0)];
    if !names.iter().any(|c| c.is_whitespace()) {
        return;
    }
    for at in 1..names.len() {
        if !names[at - 1].is_whitespace() {
            cost[at] = cost[at].map(|cost| cost + 4.0);
        }
    }
}

/// What a break between two words costs.
fn boundary(before: &[char], after: &[char], quoted: bool) -> Option<f64> {
    let (last, next) = (*before.last()?, *after.first()?);
    if "，。、；：？！）〕】》〉」』”’·％的了地得之等".contains(next)
        || "（〔【《〈「『“‘".contains(last)
        || (last.is_ascii_alphanumeric() && !next.is_ascii() && "年月日号个项次届".contains(next))
        || next.is_whitespace()
        || (last == '第' || "省市县区乡镇村".contains(next) && before.len() == 1)
    {
        return None;
    }
    if last.is_whitespace() {
        return Some(0.1);
    }
    let word = |part: &[char]| part.len() > 1;
    let after_text: String = after.iter().collect();
    let before_text: String = before.iter().collect();
    let mut cost: f64 = match (word(before), word(after)) {
        (true, true) => 0.8,
        (true, false) | (false, true) => 1.6,
        (false, false) => 3.6,
    };
    if after_text == "关于" {
        cost = 0.0;
    }
    if next == '《' {
        cost = 0.4;
    }
    if before_text == "关于" {
        cost = 3.0;
    }
    if "》的、".contains(last) {
        cost = if last == '、' { 1.0 } else { 0.5 };
    }
    if before_text.ends_with("人民政府") || "厅室局委会部院".contains(last) && word(before)
    {
        cost = cost.min(0.6);
    }
    if "和与及".contains(last) && before.len() == 1 {
        cost += 2.0;
    }
    if "县市省区镇乡".contains(last) && before.len() == 1 {
        cost += 1.2;
    }
    Some(if quoted { cost + 2.5 } else { cost })
}

/// How far line widths are from a trapezium or a rhombus.
fn shape(widths: &[f64]) -> f64 {
    let mut cost = 0.0;
    let longest = widths.iter().copied().fold(0.0, f64::max);
    let shortest = widths.iter().copied().fold(f64::INFINITY, f64::min);
    for pair in widths.windows(2) {
        let step = (pair[0] - pair[1]).abs();
        cost += if step < 0.9 {
            1.0
        } else {
            (step - 4.0).max(0.0) * 0.35
        };
    }
    let dents = widths
        .windows(3)
        .filter(|w| w[1] < w[0] && w[1] < w[2])
        .count();
    cost += dents as f64 * 3.0;
    cost += (6.0 - shortest).max(0.0) * 0.6 + (longest - 19.0).max(0.0) * 0.8;
    cost + widths.len() as f64 * 0.8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_title_stays_on_one_line() {
        let offers = title_breaks("关于做好防汛工作的通知");
        assert_eq!(offers[0], ["关于做好防汛工作的通知"]);
    }

    #[test]
    fn a_title_breaks_before_its_matter_and_never_inside_a_word() {
        for title in [
            "安平县人民政府关于进一步加强汛期水库安全管理工作的通知",
            "安平县人民政府办公室关于印发《安平县农村供水工程运行管理办法》的通知",
            "中华人民共和国水利部关于开展2026年度全国水利工程建设安全生产专项检查的通知",
            "安平县水利局安平县财政局安平县发展和改革委员会关于下达2026年第一批农田水利设施建设补助资金计划的通知",
        ] {
            let offers = title_breaks(title);
            assert!((1..=3).contains(&offers.len()), "{title}: {offers:?}");
            for lines in &offers {
                assert_eq!(lines.concat(), title);
                let together = lines.join("|");
                for word in [
                    "人民政府",
                    "中华人民共和国",
                    "2026年",
                    "关于",
                    "通知",
                    "水库",
                    "资金",
                    "管理",
                ] {
                    assert!(
                        !title.contains(word) || together.contains(word),
                        "{together} breaks {word}"
                    );
                }
                for line in lines {
                    assert!(!line.starts_with(['的', '》', '、']), "{together}");
                    assert!(
                        line.chars().count() <= 28 && !line.ends_with('《'),
                        "{together}"
                    );
                }
            }
        }
        let best = &title_breaks("安平县人民政府关于进一步加强汛期水库安全管理工作的通知")[0];
        assert!(best.len() == 2, "{best:?}");
    }

    #[test]
    fn agencies_of_a_joint_title_stay_whole_and_no_line_has_one_character() {
        let title = "望溪县水务局 望溪县财政局 望溪县自然资源局 望溪县农业农村局关于设立县级农村供水工程维修养护专项资金的请示";
        for lines in title_breaks(title) {
            let together = lines.join("|");
            for name in [
                "望溪县水务局",
                "望溪县财政局",
                "望溪县自然资源局",
                "望溪县农业农村局",
            ] {
                assert!(together.contains(name), "{together}");
            }
            assert!(
                lines.iter().all(|line| line.chars().count() > 3),
                "{together}"
            );
        }
        // Figures are wider than half a character: 2027年…表 is more than a line.
        let lines = &title_breaks("2027年农村供水工程维修养护资金需求测算表")[0];
        assert!(
            lines.iter().all(|line| line.chars().count() > 3),
            "{lines:?}"
        );
    }

    #[test]
    fn a_long_name_breaks_between_words_into_nearly_equal_rows() {
        let name = "望溪县农业农村现代化和农村供水保障工程建设领导小组办公室";
        let count = name.chars().count() as f64;
        for measure in [10.0, 14.0, 16.0, 20.0] {
            let rows = name_rows(name, count, measure, 1);
            let together = rows.join("|");
            assert_eq!(rows.concat(), name);
            for word in ["农业农村", "农村", "供水", "工程", "领导小组", "办公室"]
            {
                assert!(
                    together.matches(word).count() == name.matches(word).count(),
                    "{together} breaks {word}"
                );
            }
            for row in &rows {
                let width = row.chars().count();
                assert!(width > 1 && width as f64 <= measure, "{together}");
            }
        }
        assert_eq!(name_rows("国国国", 3.0, 2.0, 1).concat(), "国国国");
        assert!(name_rows(" ", 1.0, 2.0, 1).is_empty());
    }

    #[test]
    fn titles_out_of_all_measure_are_broken_all_the_same() {
        assert!(title_breaks("").is_empty());
        let lines = &title_breaks(&"国".repeat(10_000))[0];
        assert_eq!(lines.len(), 500);
        assert_eq!(
            title_breaks(&"《".repeat(400))[0].concat(),
            "《".repeat(400)
        );
        assert!(!title_breaks(&"ab1".repeat(400)).is_empty());
    }
}
