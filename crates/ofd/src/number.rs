//! Numbers as OFD writes them: millimetres with three places, no more of them than needed.

use std::fmt::Write as _;

/// A length in mm; what is no number is 0.
pub(crate) fn length(out: &mut String, mm: f64) {
    places(out, mm, 1000.0, 3);
}

/// A factor of a matrix.
pub(crate) fn factor(out: &mut String, value: f64) {
    places(out, value, 100_000.0, 5);
}

fn places(out: &mut String, value: f64, scale: f64, places: usize) {
    let rounded = (value * scale).round() / scale;
    // Minus zero too.
    if !rounded.is_finite() || rounded == 0.0 {
        out.push('0');
        return;
    }
    let from = out.len();
    let _ = write!(out, "{rounded:.places$}");
    let kept = out[from..]
        .trim_end_matches('0')
        .trim_end_matches('.')
        .len();
    out.truncate(from + kept);
}

/// Lengths with spaces between them.
pub(crate) fn lengths(values: &[f64]) -> String {
    let mut out = String::new();
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(' ');
        }
        length(&mut out, *value);
    }
    out
}

/// How far each character stands from the one before. Three and more that are alike are counted: `g 14 3.175`.
pub(crate) fn deltas(values: &[f64]) -> String {
    let mut said: Vec<(String, usize)> = Vec::new();
    for value in values {
        let mut written = String::new();
        length(&mut written, *value);
        match said.last_mut() {
            Some((last, count)) if *last == written => *count += 1,
            _ => said.push((written, 1)),
        }
    }
    let parts = said.into_iter().map(|(value, count)| match count {
        1 => value,
        2 => format!("{value} {value}"),
        count => format!("g {count} {value}"),
    });
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_the_places_it_needs() {
        assert_eq!(
            lengths(&[0.0, -0.0, 5.64, 1.0, 0.0004, -2.5, 10.0]),
            "0 0 5.64 1 0 -2.5 10"
        );
        assert_eq!(lengths(&[f64::NAN, f64::INFINITY, 0.123_456]), "0 0 0.123");
    }

    #[test]
    fn equal_steps_are_counted() {
        assert_eq!(deltas(&[]), "");
        assert_eq!(deltas(&[1.0]), "1");
        assert_eq!(deltas(&[1.0, 1.0]), "1 1");
        assert_eq!(deltas(&[5.64, 5.64, 5.64, 2.0, 5.64]), "g 3 5.64 2 5.64");
        // What is the same as it is written is the same.
        assert_eq!(deltas(&[5.640_01, 5.639_99, 5.64]), "g 3 5.64");
    }
}
