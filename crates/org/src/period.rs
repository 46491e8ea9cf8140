//! A stretch of days, both ends included, as people say it: 自 3月1日至 3月5日.

use andu_base::Date;
use serde::{Deserialize, Serialize};

/// From a day through a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Period {
    /// The first day.
    #[serde(rename = "from_on")]
    pub from: Date,
    /// The last day; `None` while no end is set.
    #[serde(rename = "through_on")]
    pub through: Option<Date>,
}

impl Period {
    /// The first day of what was there before anybody wrote down since when.
    pub const UNRECORDED: Date = Date::constant(1949, 10, 1);

    /// From a day on, without an end.
    pub const fn since(from: Date) -> Self {
        Self {
            from,
            through: None,
        }
    }

    /// From a day through a day.
    pub const fn through(from: Date, last: Date) -> Self {
        Self {
            from,
            through: Some(last),
        }
    }

    /// Since nobody knows when, without an end.
    pub const fn unrecorded() -> Self {
        Self::since(Self::UNRECORDED)
    }

    /// Whether the day lies in it. A period that ends before it begins holds no day.
    pub fn contains(&self, day: Date) -> bool {
        self.from <= day && self.through.is_none_or(|last| day <= last)
    }

    /// The days that lie in both; `None` if there are none.
    pub fn shared(&self, other: &Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let through = match (self.through, other.through) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        };
        through
            .is_none_or(|last| from <= last)
            .then_some(Self { from, through })
    }

    /// Whether all of `inner` lies in it.
    pub fn covers(&self, inner: &Self) -> bool {
        self.shared(inner) == Some(*inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn march(day: i8) -> Date {
        Date::constant(2026, 3, day)
    }

    #[test]
    fn both_ends_belong_to_it() {
        let week = Period::through(march(2), march(6));
        assert!(week.contains(march(2)) && week.contains(march(6)));
        assert!(!week.contains(march(1)) && !week.contains(march(7)));
        assert!(Period::since(march(2)).contains(Date::MAX));
    }

    #[test]
    fn what_ends_before_it_begins_holds_no_day() {
        let never = Period::through(march(2), march(1));
        assert!((1..=31).all(|day| !never.contains(march(day))));
        assert_eq!(never.shared(&Period::unrecorded()), None);
    }

    #[test]
    fn shared_days_are_those_of_both() {
        let days: Vec<i8> = (1..=10).collect();
        for a in 1..=10 {
            for b in 1..=10 {
                let one = Period::through(march(3), march(a));
                let two = Period::since(march(b));
                let both = one.shared(&two);
                for day in &days {
                    let expected = one.contains(march(*day)) && two.contains(march(*day));
                    let found = both.is_some_and(|shared| shared.contains(march(*day)));
                    assert_eq!(found, expected, "{a} {b} on {day}");
                }
            }
        }
    }
}
