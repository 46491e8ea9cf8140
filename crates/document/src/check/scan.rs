//! Small tools to look at a text character by character.

/// A Chinese character (CJK ideograph of any plane) or 〇.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c,
        '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{323af}')
}

/// A mark of Chinese punctuation that closes or stands after a word.
pub(super) const fn is_chinese_mark(c: char) -> bool {
    matches!(
        c,
        '，' | '。' | '、' | '；' | '：' | '？' | '！' | '”' | '’' | '）' | '》' | '〕' | '】'
    )
}

/// Number of ASCII digits from `at`.
pub(super) fn digits(text: &[char], at: usize) -> usize {
    text[at.min(text.len())..]
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .count()
}

/// The characters from `start` to before `end` as a text.
pub(super) fn part(text: &[char], start: usize, end: usize) -> String {
    text[start..end].iter().collect()
}

/// Whether `word` stands at `at`.
pub(super) fn stands(text: &[char], at: usize, word: &str) -> bool {
    let mut rest = text[at.min(text.len())..].iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

/// Places where `word` stands, without overlap.
pub(super) fn all(text: &[char], word: &str) -> Vec<usize> {
    let length = word.chars().count();
    let mut found = Vec::new();
    let mut at = 0;
    while at + length <= text.len() {
        if stands(text, at, word) {
            found.push(at);
            at += length;
        } else {
            at += 1;
        }
    }
    found
}

/// The value of a small Chinese numeral digit 一 to 九.
pub(super) fn chinese_digit(c: char) -> Option<u32> {
    "一二三四五六七八九"
        .chars()
        .position(|d| d == c)
        .and_then(|n| u32::try_from(n + 1).ok())
}

/// Places where `word` stands, also where it shares its ends with itself.
pub(super) fn all_overlapping(text: &[char], word: &str) -> Vec<usize> {
    (0..text.len())
        .filter(|at| stands(text, *at, word))
        .collect()
}
