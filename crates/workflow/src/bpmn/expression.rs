//! Conditions as other programs write them: `${days <= 3 && type == 'x'}`, `= days > 3`, `!approved`.
//! Only comparisons of items with values, joined; whatever else is not understood here.

use super::words::{Word, words};
use crate::{
    Key,
    definition::{Comparison, Guard, Value},
};

/// How deep brackets and negations may lie in each other.
const DEEPEST: usize = 32;

/// A condition; `None` where it is not understood.
pub(super) fn parse(text: &str) -> Option<Guard> {
    let words = words(inner(text))?;
    let mut reading = Reading {
        words: &words,
        at: 0,
        depth: 0,
    };
    let guard = reading.any()?;
    (reading.at == words.len()).then_some(guard)
}

/// The name in `${name}`, `#{name}`, `= name` or a bare name.
pub(super) fn variable(text: &str) -> Option<Key> {
    let marked = inner(text).trim();
    let fits = marked
        .chars()
        .all(|one| one.is_alphanumeric() || matches!(one, '_' | '.'));
    let begins = marked
        .chars()
        .next()
        .is_some_and(|one| one.is_alphabetic() || one == '_');
    (fits && begins).then(|| Key::new(marked).ok()).flatten()
}

/// Whether a text is marked as an expression.
pub(super) fn is_marked(text: &str) -> bool {
    inner(text) != text.trim()
}

/// What stands between `${` and `}`, or after `=`.
pub(super) fn inner(text: &str) -> &str {
    let text = text.trim();
    let braced = text.strip_prefix("${").or_else(|| text.strip_prefix("#{"));
    match braced.and_then(|rest| rest.strip_suffix('}')) {
        Some(inner) if !inner.contains(['{', '}']) => inner.trim(),
        Some(_) | None => match text.strip_prefix('=') {
            Some(rest) if !rest.starts_with('=') => rest.trim(),
            Some(_) | None => text,
        },
    }
}

/// A condition as text; [`parse`] gives the same again for what it understands.
pub(super) fn write(guard: &Guard) -> String {
    match guard {
        Guard::Foreign(text) => text.clone(),
        Guard::All(_)
        | Guard::Any(_)
        | Guard::Not(_)
        | Guard::Compare { .. }
        | Guard::Entered(_) => {
            format!("${{{}}}", joined(guard, 0))
        }
    }
}

fn joined(guard: &Guard, depth: usize) -> String {
    let several = |several: &[Guard], by: &str, none: &str| {
        let each: Vec<_> = several.iter().map(|one| joined(one, depth + 1)).collect();
        let text = if each.is_empty() {
            none.to_owned()
        } else {
            each.join(by)
        };
        if depth == 0 {
            text
        } else {
            format!("({text})")
        }
    };
    match guard {
        Guard::All(all) => several(all, " && ", "true"),
        Guard::Any(any) => several(any, " || ", "false"),
        Guard::Not(one) => format!("!{}", joined(one, depth + 1)),
        Guard::Compare { item, is, value } => {
            let plain = format!("{item} {} {}", sign(*is), literal(value));
            if depth == 0 {
                plain
            } else {
                format!("({plain})")
            }
        }
        Guard::Entered(item) if depth == 0 => format!("{item} != null"),
        Guard::Entered(item) => format!("({item} != null)"),
        Guard::Foreign(text) => format!("({})", inner(text)),
    }
}

fn sign(is: Comparison) -> &'static str {
    match is {
        Comparison::Equal => "==",
        Comparison::Other => "!=",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
        Comparison::OneOf => "in",
    }
}

fn literal(value: &Value) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    match value {
        Value::YesNo(yes) => yes.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::List(list) => {
            let each: Vec<_> = list.iter().map(|one| quoted(one)).collect();
            format!("[{}]", each.join(", "))
        }
    }
}

/// A reader on its way through the words of a condition.
struct Reading<'a> {
    words: &'a [Word],
    at: usize,
    depth: usize,
}

/// One side of a comparison.
enum Side {
    Item(Key),
    Value(Value),
    Nothing,
}

impl Reading<'_> {
    fn next_is(&mut self, wanted: &Word) -> bool {
        let is = self.words.get(self.at) == Some(wanted);
        self.at += usize::from(is);
        is
    }

    fn any(&mut self) -> Option<Guard> {
        let mut several = vec![self.all()?];
        while self.next_is(&Word::Or) {
            several.push(self.all()?);
        }
        if several.len() == 1 {
            several.pop()
        } else {
            Some(Guard::Any(several))
        }
    }

    fn all(&mut self) -> Option<Guard> {
        let mut several = vec![self.one()?];
        while self.next_is(&Word::And) {
            several.push(self.one()?);
        }
        if several.len() == 1 {
            several.pop()
        } else {
            Some(Guard::All(several))
        }
    }

    fn one(&mut self) -> Option<Guard> {
        self.depth += 1;
        let guard = if self.depth > DEEPEST {
            None
        } else if self.next_is(&Word::Not) {
            self.one().map(|one| Guard::Not(Box::new(one)))
        } else if self.next_is(&Word::Open) {
            let inner = self.any()?;
            self.next_is(&Word::Close).then_some(inner)
        } else {
            self.comparison()
        };
        self.depth -= 1;
        guard
    }

    fn comparison(&mut self) -> Option<Guard> {
        let left = self.side()?;
        let Some(Word::Sign(is)) = self.words.get(self.at) else {
            return match left {
                Side::Item(item) if !item.contains(' ') => {
                    let value = Value::YesNo(true);
                    Some(Guard::Compare {
                        item,
                        is: Comparison::Equal,
                        value,
                    })
                }
                Side::Item(_) | Side::Value(_) | Side::Nothing => None,
            };
        };
        self.at += 1;
        let right = self.side()?;
        match (left, right) {
            (Side::Item(item), Side::Value(value)) => Some(Guard::Compare {
                item,
                is: *is,
                value,
            }),
            (Side::Value(value), Side::Item(item)) => Some(Guard::Compare {
                item,
                is: turned(*is)?,
                value,
            }),
            (Side::Item(item), Side::Nothing) | (Side::Nothing, Side::Item(item)) => match is {
                Comparison::Other => Some(Guard::Entered(item)),
                Comparison::Equal => Some(Guard::Not(Box::new(Guard::Entered(item)))),
                Comparison::Less
                | Comparison::AtMost
                | Comparison::More
                | Comparison::AtLeast
                | Comparison::OneOf => None,
            },
            (Side::Item(_), Side::Item(_)) | (Side::Value(_) | Side::Nothing, _) => None,
        }
    }

    fn side(&mut self) -> Option<Side> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        match word {
            Word::Item(name) => Some(Side::Item(Key::new(name).ok()?)),
            Word::Value(value) => Some(Side::Value(value.clone())),
            Word::Nothing => Some(Side::Nothing),
            Word::And | Word::Or | Word::Not | Word::Open | Word::Close | Word::Sign(_) => None,
        }
    }
}

/// The comparison with its sides exchanged.
fn turned(is: Comparison) -> Option<Comparison> {
    Some(match is {
        Comparison::Equal => Comparison::Equal,
        Comparison::Other => Comparison::Other,
        Comparison::Less => Comparison::More,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::More => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        Comparison::OneOf => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(item: &str, is: Comparison, value: Value) -> Guard {
        Guard::Compare {
            item: Key::new(item).unwrap(),
            is,
            value,
        }
    }

    fn yes(item: &str) -> Guard {
        compare(item, Comparison::Equal, Value::YesNo(true))
    }

    #[test]
    fn conditions_of_many_programs_are_understood() {
        let three = |is| compare("days", is, Value::Number(3));
        let kind = compare("type", Comparison::Equal, Value::Text("x".into()));
        for (text, guard) in [
            (
                "${days <= 3 && type == 'x'}",
                Guard::All(vec![three(Comparison::AtMost), kind.clone()]),
            ),
            (
                "#{days<=3 and type eq \"x\"}",
                Guard::All(vec![three(Comparison::AtMost), kind]),
            ),
            ("= days > 3", three(Comparison::More)),
            ("days >= 3", three(Comparison::AtLeast)),
            ("3 < days", three(Comparison::More)),
            ("a == true", yes("a")),
            ("${!a}", Guard::Not(Box::new(yes("a")))),
            ("= not(a)", Guard::Not(Box::new(yes("a")))),
            ("test", yes("test")),
            ("${days != null}", Guard::Entered(Key::new("days").unwrap())),
            (
                "${审批结果 == '同意'}",
                compare("审批结果", Comparison::Equal, Value::Text("同意".into())),
            ),
            (
                "Vacation Approval = \"Approved\"",
                compare(
                    "Vacation Approval",
                    Comparison::Equal,
                    Value::Text("Approved".into()),
                ),
            ),
            (
                "${a || (b && !c)}",
                Guard::Any(vec![
                    yes("a"),
                    Guard::All(vec![yes("b"), Guard::Not(Box::new(yes("c")))]),
                ]),
            ),
            (
                "${days == -5}",
                compare("days", Comparison::Equal, Value::Number(-5)),
            ),
        ] {
            assert_eq!(parse(text), Some(guard), "{text}");
        }
    }

    #[test]
    fn what_is_more_than_comparisons_is_not_guessed() {
        for text in [
            "",
            "${}",
            "${bean.check(x)}",
            "test.contains(\"a\")",
            "a + 1 > 2",
            "amount > 3.5",
            "true",
            "Yes please",
            "${a} and ${b}",
            "a == b",
            "'x' == 'x'",
            "${a == 'x}",
            "a ==",
            "&& a",
            "(a",
            "some risk in riskLevels satisfies risk = \"red\"",
            "99999999999999999999 < a",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"!".repeat(5_000)), None);
        assert_eq!(parse(&"(".repeat(5_000)), None);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for guard in [
            yes("a"),
            compare("a", Comparison::Less, Value::Number(i64::MIN)),
            compare("a", Comparison::Equal, Value::Text("it's \\ \"so\"".into())),
            Guard::Not(Box::new(Guard::Entered(Key::new("a").unwrap()))),
            Guard::Any(vec![yes("a"), Guard::All(vec![yes("b"), yes("c")])]),
        ] {
            let text = write(&guard);
            let read = parse(&text);
            let read = read.unwrap_or_else(|| panic!("{text} is not read"));
            assert_eq!(normal(&read), normal(&guard), "{text}");
        }
    }

    /// `a != null` twice turned is the same.
    fn normal(guard: &Guard) -> String {
        write(guard)
    }
}
