//! Arithmetic of limits: when a span is over, and how the legal clock of an instance stands.

use andu_base::{CalendarError, Date, WorkCalendar};
use jiff::{
    Timestamp, ToSpan as _,
    civil::time,
    tz::{Offset, TimeZone},
};
use serde::{Deserialize, Serialize};

use crate::{
    Clock,
    definition::{Limit, Span},
};

/// How a limit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// There is time (○).
    Normal,
    /// Due soon (◐).
    Soon,
    /// Over (◆).
    Overdue,
    /// It stands still: the time does not count.
    Stopped,
    /// It was decided.
    Ended,
}

/// How the legal clock of an instance stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The last day; while the clock stands still, as if it went on today.
    pub due_on: Date,
    /// The last day that the office has promised, if it has.
    pub promised_on: Option<Date>,
    /// Working days that are left; negative: that it is over by.
    pub left: i64,
    /// Working days that were left out.
    pub left_out: i64,
    /// The light.
    pub light: Light,
}

/// Shanghai, whatever the system says.
const SHANGHAI: Offset = Offset::constant(8);

/// The first moment of a day in Asia/Shanghai.
#[must_use]
pub fn begin_of(day: Date) -> Timestamp {
    let begin = day.to_datetime(time(0, 0, 0, 0));
    SHANGHAI.to_timestamp(begin).unwrap_or(Timestamp::MAX)
}

/// The first moment after a day in Asia/Shanghai: until then is through its end.
#[must_use]
pub fn end_of(day: Date) -> Timestamp {
    begin_of(next(day))
}

/// The day in Asia/Shanghai of a moment.
#[must_use]
pub fn day_of(at: Timestamp) -> Date {
    SHANGHAI.to_datetime(at).date()
}

/// When a span is over that begins at a moment. Of days: the first moment after the last one, the day from
/// which one counts not counted. Of half days: noon, or the end of the day; the half from which one counts is
/// not counted, and what begins on a day that is not worked begins before the next one.
///
/// # Errors
/// `Unknown` where the working days of that year are not known.
pub fn due(
    span: Span,
    from: Timestamp,
    calendar: &WorkCalendar,
) -> Result<Timestamp, CalendarError> {
    let today = day_of(from);
    let passes = |seconds: i64| {
        from.checked_add(seconds.seconds())
            .unwrap_or(Timestamp::MAX)
    };
    Ok(match span {
        Span::WorkingDays(days) => begin_of(next(calendar.after(today, days)?)),
        Span::HalfDays(halves) => half_days(halves, from, calendar)?,
        Span::Days(days) => {
            let last = today
                .checked_add(i64::from(days).days())
                .unwrap_or(Date::MAX);
            begin_of(next(last))
        }
        Span::Hours(hours) => passes(i64::from(hours) * 3_600),
        Span::Seconds(seconds) => passes(i64::from(seconds)),
    })
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap_or(Date::MAX)
}

fn half_days(
    halves: u32,
    from: Timestamp,
    calendar: &WorkCalendar,
) -> Result<Timestamp, CalendarError> {
    let moment = from.to_zoned(TimeZone::fixed(SHANGHAI));
    let today = moment.date();
    // Halves of worked days, counted from the morning of the first worked day not before today: 0 is it.
    let worked = calendar.is_worked(today)?;
    let begun = match (worked, moment.hour() >= 12) {
        (false, _) => 0,
        (true, false) => 1,
        (true, true) => 2,
    };
    let last = begun + halves;
    let noon = |day: Date| {
        begin_of(day)
            .checked_add(12.hours())
            .unwrap_or(Timestamp::MAX)
    };
    if last == 0 {
        return Ok(begin_of(calendar.after(today, 0)?));
    }
    let first = calendar.after(today, 0)?;
    let days = (last - 1) / 2;
    let day = if days == 0 {
        first
    } else {
        calendar.after(first, days)?
    };
    Ok(if last % 2 == 1 {
        noon(day)
    } else {
        begin_of(next(day))
    })
}

/// How the legal clock stands today; `None` before it has started.
///
/// A stop leaves out the working days after the one on which it began, through the one on which it ended
/// (《中华人民共和国行政许可法》第四十五条、第八十二条; that the first day does not count follows
/// 《中华人民共和国民法典》第二百零一条). A stop that began after the last day changes nothing.
///
/// # Errors
/// `Unknown` where the working days of a year are not known.
pub fn standing(
    limit: &Limit,
    clock: &Clock,
    calendar: &WorkCalendar,
    today: Date,
) -> Result<Option<Standing>, CalendarError> {
    let Some(started) = clock.started_on else {
        return Ok(None);
    };
    let until = clock.ended_on.unwrap_or(today);
    let extended = clock
        .extension
        .as_ref()
        .map_or(0, |extension| extension.working_days);
    let (due_on, left_out) = last_day(
        limit.working_days + extended,
        started,
        clock,
        (calendar, until),
    )?;
    let promised = limit
        .promised
        .map(|days| last_day(days, started, clock, (calendar, until)));
    let promised_on = promised.transpose()?.map(|(day, _)| day);
    let left = calendar.worked_between(until, due_on)?;
    let stands = clock.stops.last().is_some_and(|stop| stop.until.is_none());
    let light = if clock.ended_on.is_some() {
        Light::Ended
    } else if left < 0 || until > due_on {
        Light::Overdue
    } else if stands {
        Light::Stopped
    } else if left <= i64::from(limit.warn) {
        Light::Soon
    } else {
        Light::Normal
    };
    Ok(Some(Standing {
        due_on,
        promised_on,
        left,
        left_out,
        light,
    }))
}

/// How a day until which something is to be done stands, and how many working days are left; negative: that it is
/// over by. Where nobody has said yet which days of a year are worked, days of the calendar are counted.
#[must_use]
pub fn day_light(due_on: Date, warn: u32, calendar: &WorkCalendar, today: Date) -> (Light, i64) {
    let left = calendar.worked_between(today, due_on);
    let left = left.unwrap_or_else(|_| i64::from((due_on - today).get_days()));
    let light = if today > due_on {
        Light::Overdue
    } else if left <= i64::from(warn) {
        Light::Soon
    } else {
        Light::Normal
    };
    (light, left)
}

/// The first day with more than `warn` working days left: what is due before it, is due soon or over.
#[must_use]
pub fn soon_before(warn: u32, calendar: &WorkCalendar, today: Date) -> Date {
    let after = calendar.after(today, warn + 1);
    after.unwrap_or_else(|_| {
        today
            .checked_add(i64::from(warn + 1).days())
            .unwrap_or(Date::MAX)
    })
}

/// The last day of so many working days, and how many were left out on the way there.
fn last_day(
    days: u32,
    started: Date,
    clock: &Clock,
    (calendar, today): (&WorkCalendar, Date),
) -> Result<(Date, i64), CalendarError> {
    let mut left_out = 0;
    let mut due = calendar.after(started, days)?;
    for stop in &clock.stops {
        if stop.from > due {
            break;
        }
        let until = stop.until.unwrap_or(today).max(stop.from);
        left_out += calendar.worked_between(stop.from, until)?;
        let all = days.saturating_add(u32::try_from(left_out).unwrap_or(u32::MAX));
        due = calendar.after(started, all)?;
    }
    Ok((due, left_out))
}
