//! The words of a condition.

use crate::definition::{Comparison, Value};

/// The longest condition that is looked at, in bytes.
const LONGEST: usize = 4_000;

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    Item(String),
    Value(Value),
    /// `null`
    Nothing,
    Sign(Comparison),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// The words of a text; `None` if something in it is no word.
pub(super) fn words(text: &str) -> Option<Vec<Word>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (word, after) = match first {
            '\'' | '"' => quoted(rest, first)?,
            '0'..='9' | '-' => number(rest)?,
            one if one.is_alphabetic() || one == '_' => named(rest)?,
            _ => signed(rest)?,
        };
        let after_blank = after.trim_start();
        match (found.last_mut(), word) {
            // A name of several words, as FEEL has them.
            (Some(Word::Item(before)), Word::Item(more)) => {
                before.push(' ');
                before.push_str(&more);
            }
            (_, word) => found.push(word),
        }
        rest = after_blank;
    }
    Some(found)
}

fn quoted(text: &str, quote: char) -> Option<(Word, &str)> {
    let mut value = String::new();
    let mut characters = text[1..].char_indices();
    while let Some((at, one)) = characters.next() {
        if one == '\\' {
            value.push(characters.next()?.1);
        } else if one == quote {
            return Some((Word::Value(Value::Text(value)), &text[at + 2..]));
        } else {
            value.push(one);
        }
    }
    None
}

fn number(text: &str) -> Option<(Word, &str)> {
    let digits = text[1..].find(|one: char| !one.is_ascii_digit());
    let (number, after) = text.split_at(digits.map_or(text.len(), |at| at + 1));
    let whole = !after.starts_with(|one: char| one.is_alphanumeric() || matches!(one, '.' | '_'));
    let number = number.parse().ok().filter(|_| whole)?;
    Some((Word::Value(Value::Number(number)), after))
}

/// Words of FEEL that mean more than comparisons do.
const OTHERS: [&str; 12] = [
    "some",
    "every",
    "satisfies",
    "in",
    "if",
    "then",
    "else",
    "for",
    "return",
    "between",
    "instance",
    "empty",
];

fn named(text: &str) -> Option<(Word, &str)> {
    let end = text.find(|one: char| !one.is_alphanumeric() && !matches!(one, '_' | '.'));
    let (name, after) = text.split_at(end.unwrap_or(text.len()));
    if OTHERS.contains(&name) {
        return None;
    }
    let word = match name {
        "and" => Word::And,
        "or" => Word::Or,
        "not" => Word::Not,
        "true" => Word::Value(Value::YesNo(true)),
        "false" => Word::Value(Value::YesNo(false)),
        "null" => Word::Nothing,
        "eq" => Word::Sign(Comparison::Equal),
        "ne" => Word::Sign(Comparison::Other),
        "lt" => Word::Sign(Comparison::Less),
        "le" => Word::Sign(Comparison::AtMost),
        "gt" => Word::Sign(Comparison::More),
        "ge" => Word::Sign(Comparison::AtLeast),
        _ => Word::Item(name.to_owned()),
    };
    Some((word, after))
}

fn signed(text: &str) -> Option<(Word, &str)> {
    let signs = [
        ("&&", Word::And),
        ("||", Word::Or),
        ("===", Word::Sign(Comparison::Equal)),
        ("==", Word::Sign(Comparison::Equal)),
        ("!=", Word::Sign(Comparison::Other)),
        ("<>", Word::Sign(Comparison::Other)),
        ("<=", Word::Sign(Comparison::AtMost)),
        (">=", Word::Sign(Comparison::AtLeast)),
        ("<", Word::Sign(Comparison::Less)),
        (">", Word::Sign(Comparison::More)),
        ("=", Word::Sign(Comparison::Equal)),
        ("!", Word::Not),
        ("(", Word::Open),
        (")", Word::Close),
    ];
    let found = signs.into_iter().find(|(sign, _)| text.starts_with(sign))?;
    Some((found.1, &text[found.0.len()..]))
}
