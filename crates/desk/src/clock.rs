//! The desk's clock. "Today" is Asia/Shanghai's day whatever the system says.

use andu_base::Date;
use jiff::{Timestamp, tz::Offset};

/// Now, as stores and envelopes write it: an instant in UTC with milliseconds (RFC 3339).
pub fn now() -> String {
    format!("{:.3}", instant())
}

/// Unix milliseconds.
pub fn now_ms() -> i64 {
    instant().as_millisecond()
}

/// Today in Asia/Shanghai, which has had no summer time since 1991: UTC and eight hours.
pub fn today() -> Date {
    Offset::constant(8).to_datetime(instant()).date()
}

/// The day of an instant written as [`now`] does, in Asia/Shanghai; `None` where it is none.
pub fn day_of(instant: &str) -> Option<Date> {
    let instant: Timestamp = instant.parse().ok()?;
    Some(Offset::constant(8).to_datetime(instant).date())
}

/// An instant written as [`now`] does, as a clock on the wall here shows it: `2026-03-02 08:05`; what is none
/// stays as it is.
pub fn on_the_wall(instant: &str) -> String {
    instant.parse::<Timestamp>().map_or_else(
        |_| instant.to_owned(),
        |instant| {
            let here = Offset::constant(8).to_datetime(instant);
            here.strftime("%Y-%m-%d %H:%M").to_string()
        },
    )
}

/// The day a file last changed, in Asia/Shanghai; `None` where the system does not know.
pub fn file_day(path: &std::path::Path) -> Option<Date> {
    let changed = std::fs::metadata(path).ok()?.modified().ok()?;
    let instant = Timestamp::try_from(changed).ok()?;
    Some(Offset::constant(8).to_datetime(instant).date())
}

#[expect(clippy::disallowed_methods, reason = "the desk's one clock")]
fn instant() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_evening_in_greenwich_is_the_next_day_here() {
        let day = |instant| day_of(instant).map(|day| day.to_string());
        assert_eq!(
            day("2026-03-01T16:00:00.000Z").as_deref(),
            Some("2026-03-02")
        );
        assert_eq!(
            day("2026-03-01T15:59:59.999Z").as_deref(),
            Some("2026-03-01")
        );
        assert_eq!(day("gestern"), None);
        assert_eq!(
            on_the_wall("2026-03-01T16:05:00.000Z"),
            "2026-03-02 00:05",
            "people read the clock on their wall"
        );
        assert_eq!(on_the_wall("gestern"), "gestern");
    }
}
