//! Lengths of time in ISO 8601 (`PT5M`, `P3D`). Months and years have no fixed length and are not taken.

use crate::definition::Span;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A length of time; `None` for what is none, or none that can be kept exactly.
pub(super) fn parse(text: &str) -> Option<Span> {
    let rest = text.trim().strip_prefix('P')?;
    let (date, time) = rest
        .split_once('T')
        .map_or((rest, None), |(date, time)| (date, Some(time)));
    if time == Some("") || rest.is_empty() {
        return None;
    }
    let days = amounts(date, &[('W', 7 * DAY), ('D', DAY)])?;
    let within = amounts(time.unwrap_or(""), &[('H', 3_600), ('M', 60), ('S', 1)])?;
    let seconds = days.checked_add(within)?;
    let only_days = within == 0 && time.is_none();
    let only_hours =
        seconds.is_multiple_of(3_600) && !time.is_some_and(|time| time.contains(['M', 'S']));
    if only_days {
        u32::try_from(days / DAY).ok().map(Span::Days)
    } else if only_hours {
        u32::try_from(seconds / 3_600).ok().map(Span::Hours)
    } else {
        u32::try_from(seconds).ok().map(Span::Seconds)
    }
}

/// Numbers with their letters, in this order, each at most once.
fn amounts(text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut rest = text;
    let mut sum = 0_u64;
    for (letter, seconds) in units {
        if let Some((number, after)) = rest.split_once(*letter) {
            if number.is_empty() || !number.bytes().all(|one| one.is_ascii_digit()) {
                return None;
            }
            let number: u64 = number.parse().ok()?;
            sum = sum.checked_add(number.checked_mul(*seconds)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(sum)
}

/// The length of time in ISO 8601. Working days are written as days, half working days as hours.
pub(super) fn write(span: Span) -> String {
    match span {
        Span::WorkingDays(days) | Span::Days(days) => format!("P{days}D"),
        Span::HalfDays(halves) => format!("PT{}H", u64::from(halves) * 4),
        Span::Hours(hours) => format!("PT{hours}H"),
        Span::Seconds(seconds) => format!("PT{seconds}S"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_exactly_or_not_at_all() {
        for (text, span) in [
            ("PT5M", Some(Span::Seconds(300))),
            ("P3D", Some(Span::Days(3))),
            ("P2W", Some(Span::Days(14))),
            ("PT2H", Some(Span::Hours(2))),
            ("P1DT2H", Some(Span::Hours(26))),
            ("P1DT2H3M4S", Some(Span::Seconds(93_784))),
            (" PT0S ", Some(Span::Seconds(0))),
            ("P1M", None),
            ("P1Y2D", None),
            ("P", None),
            ("PT", None),
            ("P1DT", None),
            ("PT1.5S", None),
            ("PT-1S", None),
            ("P99999999999999999999D", None),
            ("R3/PT10M", None),
            ("${span}", None),
        ] {
            assert_eq!(parse(text), span, "{text}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for span in [
            Span::Days(0),
            Span::Days(7),
            Span::Hours(9),
            Span::Seconds(u32::MAX),
        ] {
            assert_eq!(parse(&write(span)), Some(span));
        }
    }
}
