use jiff::ToSpan as _;
use proptest::prelude::*;

use super::*;

const fn day(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

/// Asked day by day.
fn naive(calendar: &WorkCalendar, day: Date) -> bool {
    let year = calendar.arrangement(day.year()).expect("a known year");
    let is_off = year
        .breaks
        .iter()
        .any(|one| one.from <= day && day <= one.through);
    year.worked.contains(&day) || (!is_weekend(day) && !is_off)
}

#[test]
fn the_years_have_as_many_working_days_as_the_notices_leave() {
    let calendar = WorkCalendar::known();
    assert_eq!(calendar.years(), Some((2024, 2026)));
    for (year, count) in [(2024, 251), (2025, 248), (2026, 248)] {
        let days = new_year(year).expect("a year").series(1.day());
        let days = days.take_while(|day| day.year() == year);
        let worked = days.filter(|day| calendar.is_worked(*day) == Ok(true));
        assert_eq!(worked.count(), count, "{year}");
    }
}

#[test]
fn two_packages_of_others_know_the_same_days() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/vectors/holidays-2024-2026.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: {path} is not there");
        return;
    };
    let vectors: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let calendar = WorkCalendar::known();
    for year in 2024..=2026 {
        let theirs = &vectors["years"][year.to_string()];
        let days = |name: &str| -> Vec<Date> {
            let days = theirs[name].as_array().expect("days").iter();
            days.map(|day| day.as_str().expect("a day").parse().expect("a day"))
                .collect()
        };
        for day in days("days_off") {
            assert_eq!(calendar.is_worked(day), Ok(false), "{day}");
        }
        assert_eq!(
            calendar.arrangement(year).map(|year| &year.worked),
            Some(&days("makeup_workdays"))
        );
    }
}

#[test]
fn a_period_begins_the_day_after_and_passes_over_breaks() {
    let calendar = WorkCalendar::known();
    // The day before the break of 春节 2026; 14 February is worked.
    assert_eq!(calendar.after(day(2026, 2, 13), 1), Ok(day(2026, 2, 14)));
    assert_eq!(calendar.after(day(2026, 2, 13), 2), Ok(day(2026, 2, 24)));
    assert_eq!(calendar.after(day(2026, 2, 15), 0), Ok(day(2026, 2, 24)));
    assert_eq!(calendar.after(day(2026, 2, 24), 0), Ok(day(2026, 2, 24)));
    // Over the turn of a year.
    assert_eq!(calendar.after(day(2025, 12, 31), 1), Ok(day(2026, 1, 4)));
    assert_eq!(
        calendar.worked_between(day(2025, 12, 31), day(2026, 1, 5)),
        Ok(2)
    );
}

#[test]
fn what_is_not_known_is_refused() {
    let calendar = WorkCalendar::known();
    let unknown = |year| CalendarError::Unknown { year };
    assert_eq!(calendar.is_worked(day(2027, 1, 4)), Err(unknown(2027)));
    assert_eq!(calendar.is_worked(day(2023, 12, 29)), Err(unknown(2023)));
    let last = calendar.after(day(2026, 12, 30), 1);
    assert_eq!(last, Ok(day(2026, 12, 31)));
    let beyond = calendar.after(day(2026, 12, 31), 1);
    assert_eq!(beyond, Err(unknown(2027)));
    let none = WorkCalendar::of(Vec::new()).expect("no years at all");
    assert!(none.is_worked(day(2026, 1, 5)).is_err());
    assert!(none.after(day(2026, 1, 5), 3).is_err());
}

#[test]
fn a_year_is_entered_when_it_is_announced() {
    let calendar = WorkCalendar::known();
    let text = r#"{ "year": 2027, "source": "试用", "issued_on": "2026-11-20",
        "breaks": [{ "name": "元旦", "from": "2027-01-01", "through": "2027-01-03" }], "worked": [] }"#;
    let next: Arrangement = text.parse().expect("an arrangement");
    let longer = calendar.with(next.clone()).expect("one more year");
    assert_eq!(longer.after(day(2026, 12, 31), 1), Ok(day(2027, 1, 4)));
    let gap = Arrangement {
        year: 2029,
        breaks: Vec::new(),
        ..next.clone()
    };
    assert_eq!(calendar.with(gap), Err(ArrangementError::Year(2029)));
    let worked = Arrangement {
        worked: vec![day(2027, 1, 4)],
        ..next.clone()
    };
    assert_eq!(
        calendar.with(worked),
        Err(ArrangementError::Worked(day(2027, 1, 4))),
        "a Monday is worked anyway"
    );
    let mut twice = next.clone();
    twice.breaks.push(next.breaks[0].clone());
    assert!(calendar.with(twice).is_err());
    for wrong in ["", "{}", "[1]", r#"{"year":2027}"#] {
        assert!(wrong.parse::<Arrangement>().is_err(), "{wrong}");
    }
}

proptest! {
    #[test]
    fn counting_is_what_counting_day_by_day_is(start in 0_i64..1_000, count in 0_u32..60, length in -400_i64..400) {
        let calendar = WorkCalendar::known();
        let from = day(2024, 1, 1).checked_add(start.days()).expect("a day");
        let mut expected = from;
        if count == 0 {
            while expected.year() <= 2026 && !naive(calendar, expected) {
                expected = expected.tomorrow().expect("a day");
            }
        }
        let mut left = count;
        while left > 0 {
            expected = expected.tomorrow().expect("a day");
            if expected.year() > 2026 {
                break;
            }
            left -= u32::from(naive(calendar, expected));
        }
        match calendar.after(from, count) {
            Ok(found) => prop_assert_eq!(found, expected),
            Err(_) => prop_assert!(expected.year() > 2026),
        }
        let to = from.checked_add(length.days()).expect("a day");
        if let Ok(between) = calendar.worked_between(from, to) {
            let (early, late) = (from.min(to), from.max(to));
            let days = early.series(1.day()).skip(1).take_while(|day| *day <= late);
            let counted = days.filter(|day| naive(calendar, *day)).count() as i64;
            prop_assert_eq!(between, if to < from { -counted } else { counted });
        } else {
            prop_assert!(to.year() > 2026 || to.year() < 2024);
        }
    }
}
