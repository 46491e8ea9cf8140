//! Working days as the State Council sets them year by year: weekends, breaks, and the days worked in their
//! place. What is not known for a year is refused, never guessed.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use jiff::{ToSpan as _, civil::Weekday};
use serde::Deserialize;

use crate::Date;

/// A question that a calendar cannot answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The arrangement of this year is not known: it is announced in the autumn before, or was never entered.
    #[error("working days of {year} are not known")]
    Unknown {
        /// The year.
        year: i16,
    },
}

/// An arrangement that cannot be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArrangementError {
    /// It is not written as one.
    #[error("not an arrangement of working days: {0}")]
    Form(String),
    /// A year stands twice, or between two known ones there is one that is not known.
    #[error("year {0} stands twice, or does not follow the one before")]
    Year(i16),
    /// A day of another year, a break that ends before it begins, or two breaks over each other.
    #[error("break {name:?} of {year} does not fit")]
    Break {
        /// The year.
        year: i16,
        /// Its name.
        name: String,
    },
    /// A day worked in place of another that is none of a weekend, or lies in a break.
    #[error("{0} is not worked in place of another day")]
    Worked(Date),
}

/// A break.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// What it is for, 春节.
    pub name: String,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub through: Date,
}

/// The arrangement of one year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arrangement {
    /// The year.
    pub year: i16,
    /// The notice that says so.
    pub source: String,
    /// The day it was issued.
    pub issued_on: Date,
    /// In order.
    pub breaks: Vec<Break>,
    /// Days of weekends that are worked.
    pub worked: Vec<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pack {
    years: Vec<Arrangement>,
}

/// The working days of some years in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    arrangements: BTreeMap<i16, Arrangement>,
    first: Date,
    /// Working days from `first` through each day, the first of them included.
    through: Vec<u32>,
}

impl WorkCalendar {
    /// The years that this program knows (`assets/calendar/working-days.json`).
    #[must_use]
    pub fn known() -> &'static Self {
        static KNOWN: LazyLock<WorkCalendar> = LazyLock::new(|| {
            let pack = include_str!("../../../assets/calendar/working-days.json");
            let pack: Pack = serde_json::from_str(pack).expect("BUG: the calendar is embedded");
            WorkCalendar::of(pack.years).expect("BUG: the calendar is embedded")
        });
        &KNOWN
    }

    /// A calendar of years in a row.
    ///
    /// # Errors
    /// `ArrangementError` for years that are not in a row, and for days that cannot be.
    pub fn of(mut years: Vec<Arrangement>) -> Result<Self, ArrangementError> {
        years.sort_by_key(|year| year.year);
        let first = years.first().map_or(1, |year| year.year);
        for (expected, year) in (first..).zip(&years) {
            if year.year != expected {
                return Err(ArrangementError::Year(year.year));
            }
        }
        let mut through = Vec::new();
        let mut count = 0;
        for year in &years {
            let (off, worked) = (off(year)?, worked(year)?);
            let begin = new_year(year.year)?;
            for day in begin
                .series(1.day())
                .take_while(|day| day.year() == year.year)
            {
                let works = (!is_weekend(day) && !off.contains(&day)) || worked.contains(&day);
                count += u32::from(works);
                through.push(count);
            }
        }
        Ok(Self {
            first: new_year(first)?,
            arrangements: years.into_iter().map(|year| (year.year, year)).collect(),
            through,
        })
    }

    /// This calendar with one more year, or with another arrangement of one that is known.
    ///
    /// # Errors
    /// As of [`WorkCalendar::of`].
    pub fn with(&self, arrangement: Arrangement) -> Result<Self, ArrangementError> {
        let mut all = self.arrangements.clone();
        all.insert(arrangement.year, arrangement);
        Self::of(all.into_values().collect())
    }

    /// The arrangement of a year.
    #[must_use]
    pub fn arrangement(&self, year: i16) -> Option<&Arrangement> {
        self.arrangements.get(&year)
    }

    /// The years, from the first to the last; `None` where none is known.
    #[must_use]
    pub fn years(&self) -> Option<(i16, i16)> {
        let first = *self.arrangements.first_key_value()?.0;
        Some((first, *self.arrangements.last_key_value()?.0))
    }

    /// Whether a day is worked.
    ///
    /// # Errors
    /// `Unknown` for a day of a year that is not known.
    pub fn is_worked(&self, day: Date) -> Result<bool, CalendarError> {
        let at = self.place(day)?;
        let before = at.checked_sub(1).map_or(0, |before| self.through[before]);
        Ok(self.through[at] > before)
    }

    /// Working days after `from`, through `to`; negative where `to` is earlier.
    ///
    /// # Errors
    /// `Unknown` where one of them is of a year that is not known.
    pub fn worked_between(&self, from: Date, to: Date) -> Result<i64, CalendarError> {
        let until = |day| Ok(i64::from(self.through[self.place(day)?]));
        Ok(until(to)? - until(from)?)
    }

    /// The `count`th working day after `from`; with 0 `from` itself, or the next working day where it is none.
    /// The day from which one counts is not counted (《中华人民共和国民法典》第二百零一条).
    ///
    /// # Errors
    /// `Unknown` where that day is of a year that is not known.
    pub fn after(&self, from: Date, count: u32) -> Result<Date, CalendarError> {
        let at = self.place(from)?;
        let before = match count {
            0 => at.checked_sub(1).map_or(0, |before| self.through[before]),
            _ => self.through[at],
        };
        let wanted = before + count.max(1);
        let found = self.through.partition_point(|through| *through < wanted);
        let day = i64::try_from(found).ok();
        let day = day.and_then(|days| self.first.checked_add(days.days()).ok());
        match day {
            Some(day) if found < self.through.len() => Ok(day),
            _ => Err(CalendarError::Unknown {
                year: self.years().map_or(from.year(), |(_, last)| last + 1),
            }),
        }
    }

    fn place(&self, day: Date) -> Result<usize, CalendarError> {
        let unknown = CalendarError::Unknown { year: day.year() };
        if !self.arrangements.contains_key(&day.year()) {
            return Err(unknown);
        }
        let days = (day - self.first).get_days();
        usize::try_from(days).map_err(|_| unknown)
    }
}

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn new_year(year: i16) -> Result<Date, ArrangementError> {
    Date::new(year, 1, 1).map_err(|_| ArrangementError::Year(year))
}

/// The days of the breaks.
fn off(year: &Arrangement) -> Result<BTreeSet<Date>, ArrangementError> {
    let mut off = BTreeSet::new();
    for one in &year.breaks {
        let wrong = || ArrangementError::Break {
            year: year.year,
            name: one.name.clone(),
        };
        let fits = one.from.year() == year.year && one.through.year() == year.year;
        if !fits || one.through < one.from {
            return Err(wrong());
        }
        for day in one
            .from
            .series(1.day())
            .take_while(|day| *day <= one.through)
        {
            if !off.insert(day) {
                return Err(wrong());
            }
        }
    }
    Ok(off)
}

/// The days worked in place of others.
fn worked(year: &Arrangement) -> Result<BTreeSet<Date>, ArrangementError> {
    let mut worked = BTreeSet::new();
    for day in &year.worked {
        let is_off = |one: &Break| one.from <= *day && *day <= one.through;
        let fits = day.year() == year.year && is_weekend(*day) && !year.breaks.iter().any(is_off);
        if !fits || !worked.insert(*day) {
            return Err(ArrangementError::Worked(*day));
        }
    }
    Ok(worked)
}

impl std::str::FromStr for Arrangement {
    type Err = ArrangementError;

    /// Reads the arrangement of one year as the calendar's file has it.
    fn from_str(text: &str) -> Result<Self, ArrangementError> {
        let read: Self = serde_json::from_str(text)
            .map_err(|error| ArrangementError::Form(error.to_string()))?;
        off(&read)?;
        worked(&read)?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests;
