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

#[expect(clippy::disallowed_methods, reason = "the desk's one clock")]
fn instant() -> Timestamp {
    Timestamp::now()
}
