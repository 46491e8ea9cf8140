//! Page ranges as a person types them: `1-3,5`.

/// Ranges in one order.
const MOST_RANGES: usize = 100;

/// The ranges of `text`, from 1, both ends inclusive, ascending and apart from each other; none for an
/// empty text, which means all pages. `None` if it cannot be read or goes beyond `pages`.
pub(super) fn parse(text: &str, pages: u32) -> Option<Vec<(u32, u32)>> {
    let mut ranges = Vec::new();
    if text.trim().is_empty() {
        return Some(ranges);
    }
    for part in text.split([',', '，', '、']) {
        let (first, last) = match part.split_once(['-', '－', '–', '—', '~', '～']) {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        if first == 0 || first > last || last > pages || ranges.len() >= MOST_RANGES {
            return None;
        }
        ranges.push((first, last));
    }
    ranges.sort_unstable();
    Some(ranges.into_iter().fold(Vec::new(), join))
}

/// Adds a range to ascending ones; those that touch become one, as IPP wants them (RFC 8011, 5.2.7).
fn join(mut ranges: Vec<(u32, u32)>, next: (u32, u32)) -> Vec<(u32, u32)> {
    match ranges.last_mut() {
        Some(last) if next.0 <= last.1 + 1 => last.1 = last.1.max(next.1),
        _ => ranges.push(next),
    }
    ranges
}

/// A number in Chinese or Western digits' full or half width.
fn number(text: &str) -> Option<u32> {
    let narrow: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from_u32(c as u32 - '０' as u32 + '0' as u32).unwrap_or(c),
            _ => c,
        })
        .collect();
    if narrow.is_empty() || !narrow.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    narrow.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_people_type_them() {
        let cases: [(&str, &[(u32, u32)]); 9] = [
            ("", &[]),
            ("  ", &[]),
            ("1", &[(1, 1)]),
            ("1-3,5", &[(1, 3), (5, 5)]),
            (" 1 - 3 ， 5 ", &[(1, 3), (5, 5)]),
            ("５、１－２", &[(1, 2), (5, 5)]),
            ("3-4,1-2", &[(1, 4)]),
            ("1-5,2-3,5-6", &[(1, 6)]),
            ("8-8", &[(8, 8)]),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, 8).as_deref(), Some(expected), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_range_or_beyond_the_last_page_is_refused() {
        let many = "1,3,".repeat(60);
        for text in [
            "0",
            "9",
            "1-9",
            "3-1",
            "a",
            "1-",
            "-1",
            "1,,2",
            "1-2-3",
            "+1",
            "99999999999",
            ",",
            &many,
        ] {
            assert_eq!(parse(text, 8), None, "{text:?}");
        }
    }
}
