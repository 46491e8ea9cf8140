//! How many of several are enough, as other programs write it.

use super::expression::inner;
use crate::definition::Passing;

/// A completion condition of a step or group done by several:
/// `${nrOfCompletedInstances/nrOfInstances >= 0.6}`, `${nrOfCompletedInstances == 1}`. `None` where it is not
/// understood.
pub(super) fn passing(text: &str) -> Option<Passing> {
    let text: String = inner(text)
        .chars()
        .filter(|one| !one.is_whitespace())
        .collect();
    let (left, sign, right) = compared(&text)?;
    let left = left.replace("numberOf", "nrOf");
    let right = right.replace("numberOf", "nrOf");
    let left = left.trim_start_matches('(').trim_end_matches(')');
    match (left, sign, right.as_str()) {
        ("nrOfCompletedInstances/nrOfInstances", "==" | ">=" | "=", share) => {
            match (hundredths(share)?, sign) {
                (100, _) => Some(Passing::All),
                (percent @ 1..=99, ">=") => Some(Passing::Percent(percent)),
                _ => None,
            }
        }
        ("nrOfCompletedInstances", "==" | ">=" | "=", "nrOfInstances") => Some(Passing::All),
        ("nrOfCompletedInstances", "==" | ">=" | "=", count) => counted(count),
        ("nrOfCompletedInstances", ">", count) => {
            let count: u32 = count.parse().ok()?;
            counted(&count.checked_add(1)?.to_string())
        }
        _ => None,
    }
}

/// The condition as text; `None` for what it cannot say.
pub(super) fn write(passing: Passing) -> Option<String> {
    match passing {
        Passing::All | Passing::Weight(_) => None,
        Passing::Any => Some("${nrOfCompletedInstances >= 1}".to_owned()),
        Passing::Count(count) => Some(format!("${{nrOfCompletedInstances >= {count}}}")),
        Passing::Percent(percent) => {
            let (whole, rest) = (percent / 100, percent % 100);
            Some(format!(
                "${{nrOfCompletedInstances/nrOfInstances >= {whole}.{rest:02}}}"
            ))
        }
    }
}

/// How many ways have to have come to a complex gateway: `activationCount >= 2`, `${nrOfActive == 2}`. `None`
/// where it is not understood.
pub(super) fn ways(text: &str) -> Option<u32> {
    let text: String = inner(text)
        .chars()
        .filter(|one| !one.is_whitespace())
        .collect();
    let (left, sign, right) = compared(&text)?;
    let counts = [
        "activationCount",
        "nrOfActive",
        "nrOfActiveInstances",
        "nrOfTokens",
        "count",
    ];
    let at_least = matches!(sign, ">=" | "==" | "=") && counts.contains(&left);
    let number: u32 = right.parse().ok()?;
    (at_least && number > 0).then_some(number)
}

fn compared(text: &str) -> Option<(&str, &str, &str)> {
    let start = text.find(['<', '>', '=', '!'])?;
    let (left, rest) = text.split_at(start);
    let end = rest.find(|one| !matches!(one, '<' | '>' | '=' | '!'))?;
    let (sign, right) = rest.split_at(end);
    Some((left, sign, right))
}

fn counted(count: &str) -> Option<Passing> {
    match count.parse().ok()? {
        0 => None,
        1 => Some(Passing::Any),
        count => Some(Passing::Count(count)),
    }
}

/// `0.6` as 60; `None` where it is not a whole number of hundredths.
fn hundredths(text: &str) -> Option<u32> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|one| one.is_ascii_digit());
    if whole.len() > 2 || !digits(whole) || !digits(rest) || text.len() > 20 {
        return None;
    }
    let rest = rest.trim_end_matches('0');
    if rest.len() > 2 || whole.is_empty() && rest.is_empty() {
        return None;
    }
    let rest: u32 = format!("{rest:0<2}").parse().ok()?;
    let whole: u32 = if whole.is_empty() {
        0
    } else {
        whole.parse().ok()?
    };
    Some(whole * 100 + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_counts_are_recognised() {
        for (text, expected) in [
            (
                "${nrOfCompletedInstances/nrOfInstances>=0.6}",
                Some(Passing::Percent(60)),
            ),
            (
                "${nrOfCompletedInstances / nrOfInstances >= 0.60 }",
                Some(Passing::Percent(60)),
            ),
            (
                "${(nrOfCompletedInstances/nrOfInstances) >= .5}",
                Some(Passing::Percent(50)),
            ),
            (
                "${nrOfCompletedInstances/nrOfInstances == 1}",
                Some(Passing::All),
            ),
            ("${nrOfCompletedInstances==1}", Some(Passing::Any)),
            ("${nrOfCompletedInstances >= 1}", Some(Passing::Any)),
            ("${nrOfCompletedInstances > 0}", Some(Passing::Any)),
            ("#{nrOfCompletedInstances >= 3}", Some(Passing::Count(3))),
            (
                "${nrOfCompletedInstances == nrOfInstances}",
                Some(Passing::All),
            ),
            ("= numberOfCompletedInstances = 1", Some(Passing::Any)),
            ("${nrOfCompletedInstances/nrOfInstances > 0.5}", None),
            ("${nrOfCompletedInstances/nrOfInstances >= 0.666}", None),
            ("${nrOfCompletedInstances/nrOfInstances >= 0}", None),
            ("${nrOfCompletedInstances >= 0}", None),
            ("${pass}", None),
            ("${mi.done(execution)}", None),
            ("${nrOfCompletedInstances >= }", None),
        ] {
            assert_eq!(passing(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for one in [
            Passing::Any,
            Passing::Count(7),
            Passing::Percent(7),
            Passing::Percent(60),
        ] {
            assert_eq!(passing(&write(one).unwrap()), Some(one));
        }
    }

    #[test]
    fn ways_of_a_complex_gateway_are_counted() {
        assert_eq!(ways("activationCount >= 1"), Some(1));
        assert_eq!(ways("${nrOfActive>=2}"), Some(2));
        assert_eq!(ways("x1 == x2"), None);
        assert_eq!(ways("activationCount >= 0"), None);
    }
}
