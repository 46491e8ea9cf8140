//! The legal clock: working days, stops with notice, one extension, promise, lights.

use andu_base::{Date, WorkCalendar};
use andu_workflow::{
    Act, Refusal,
    clock::{Light, due, standing},
    definition::{Limit, Span, StopReason, Who},
};
use jiff::Timestamp;

use crate::play::{Play, end, key, line, process, start, step};

fn limit() -> Limit {
    Limit {
        working_days: 20,
        law: "《中华人民共和国行政许可法》第四十二条".into(),
        from: None,
        promised: Some(15),
        extension: 10,
        extended_by: vec![Who::Head],
        stops: StopReason::ALL.to_vec(),
        warn: 3,
    }
}

fn licence() -> Play {
    let mut definition = process(
        vec![
            start(),
            step("accept", "b"),
            step("decide", "c"),
            end("end"),
        ],
        line("start accept decide end"),
    );
    definition.limit = Some(Limit {
        from: Some(key("accept")),
        ..limit()
    });
    Play::begin(definition)
}

fn day(play: &mut Play, day: &str) {
    play.now = format!("{day}T10:00:00+08:00").parse().expect("a moment");
}

fn stand(play: &Play) -> andu_workflow::clock::Standing {
    let today = andu_workflow::clock::day_of(play.now);
    let limit = play.net.definition.limit.as_ref().expect("a limit");
    let standing = standing(limit, &play.instance.clock, play.calendar, today);
    standing.expect("known years").expect("it has started")
}

const fn date(month: i8, day: i8) -> Date {
    Date::constant(2026, month, day)
}

#[test]
fn it_starts_with_the_step_and_counts_working_days() {
    let mut play = licence();
    assert_eq!(play.instance.clock.started_on, None);
    play.agree('b', "accept");
    let standing = stand(&play);
    // Monday 2 March; 20 working days later is Monday 30 March.
    assert_eq!((standing.due_on, standing.left), (date(3, 30), 20));
    assert_eq!(standing.promised_on, Some(date(3, 23)));
    day(&mut play, "2026-03-25");
    assert_eq!(stand(&play).light, Light::Soon);
    day(&mut play, "2026-03-30");
    assert_eq!((stand(&play).left, stand(&play).light), (0, Light::Soon));
    day(&mut play, "2026-03-31");
    assert_eq!(
        (stand(&play).left, stand(&play).light),
        (-1, Light::Overdue)
    );
}

#[test]
fn a_stop_is_left_out_and_wants_a_listed_reason_and_a_notice() {
    let mut play = licence();
    let stop = |reason, notice: &str| Act::StopClock {
        reason,
        notice: notice.into(),
    };
    let hearing = StopReason::Hearing;
    assert_eq!(
        play.act('b', stop(hearing, "通知书1号")),
        Err(Refusal::Clock),
        "it does not run yet"
    );
    play.agree('b', "accept");
    day(&mut play, "2026-03-04");
    assert_eq!(play.act('c', stop(hearing, "")), Err(Refusal::ReasonNeeded));
    assert_eq!(
        play.act('q', stop(hearing, "通知书1号")),
        Err(Refusal::NotAllowed { what: None })
    );
    play.act('c', stop(hearing, "通知书1号")).expect("stops");
    assert_eq!(
        play.act('c', stop(hearing, "通知书2号")),
        Err(Refusal::Clock),
        "it stands already"
    );
    day(&mut play, "2026-03-11");
    assert_eq!(stand(&play).light, Light::Stopped);
    assert_eq!(
        stand(&play).left,
        18,
        "two of twenty are used, however long it stands"
    );
    play.act('c', Act::ResumeClock).expect("goes on");
    let standing = stand(&play);
    // Thursday 5 to Wednesday 11 March: five working days are left out, through Tuesday 7 April (6 April is 清明 break).
    assert_eq!((standing.left_out, standing.due_on), (5, date(4, 7)));
    assert_eq!(play.act('c', Act::ResumeClock), Err(Refusal::Clock));
}

#[test]
fn it_is_extended_once_by_whoever_may_before_it_is_over() {
    let mut play = licence();
    play.agree('b', "accept");
    let extend = |days| Act::ExtendClock {
        working_days: days,
        reason: "案情复杂".into(),
    };
    assert_eq!(
        play.act('c', extend(10)),
        Err(Refusal::NotAllowed { what: None })
    );
    assert_eq!(
        play.act('h', extend(11)),
        Err(Refusal::Clock),
        "more than the law allows"
    );
    play.act('h', extend(10)).expect("extended by the head");
    assert_eq!(stand(&play).left, 30);
    assert_eq!(play.act('h', extend(1)), Err(Refusal::Clock), "once only");
    let mut late = licence();
    late.agree('b', "accept");
    day(&mut late, "2026-04-08");
    assert_eq!(late.act('h', extend(10)), Err(Refusal::Clock), "it is over");
}

#[test]
fn it_ends_with_the_decision() {
    let mut play = licence();
    play.agree('b', "accept");
    day(&mut play, "2026-03-10");
    play.agree('c', "decide");
    day(&mut play, "2026-06-10");
    assert_eq!((stand(&play).light, stand(&play).left), (Light::Ended, 14));
}

#[test]
fn beyond_the_known_years_it_refuses() {
    let mut play = licence();
    play.now = "2026-12-20T10:00:00+08:00".parse().expect("a moment");
    play.agree('b', "accept");
    let limit = play.net.definition.limit.as_ref().expect("a limit");
    let today = date(12, 21);
    let standing = standing(limit, &play.instance.clock, play.calendar, today);
    assert_eq!(
        standing,
        Err(andu_base::CalendarError::Unknown { year: 2027 })
    );
}

#[test]
fn spans_are_over_at_the_end_of_their_last_day_or_half() {
    let calendar = WorkCalendar::known();
    let moment = |text: &str| text.parse::<Timestamp>().expect("a moment");
    let over = |span, from: &str| due(span, moment(from), calendar).expect("a known year");
    let morning = "2026-03-02T09:00:00+08:00";
    let afternoon = "2026-03-02T14:00:00+08:00";
    let saturday = "2026-03-07T09:00:00+08:00";
    assert_eq!(
        over(Span::WorkingDays(1), morning),
        moment("2026-03-04T00:00:00+08:00")
    );
    assert_eq!(
        over(Span::WorkingDays(5), morning),
        moment("2026-03-10T00:00:00+08:00")
    );
    assert_eq!(
        over(Span::HalfDays(1), morning),
        moment("2026-03-03T00:00:00+08:00")
    );
    assert_eq!(
        over(Span::HalfDays(1), afternoon),
        moment("2026-03-03T12:00:00+08:00")
    );
    assert_eq!(
        over(Span::HalfDays(2), morning),
        moment("2026-03-03T12:00:00+08:00")
    );
    assert_eq!(
        over(Span::HalfDays(1), saturday),
        moment("2026-03-09T12:00:00+08:00")
    );
    assert_eq!(
        over(Span::Days(1), morning),
        moment("2026-03-04T00:00:00+08:00")
    );
    assert_eq!(
        over(Span::Hours(3), morning),
        moment("2026-03-02T12:00:00+08:00")
    );
    // The evening before in UTC is the morning in Shanghai.
    assert_eq!(
        over(Span::WorkingDays(1), "2026-03-01T17:00:00Z"),
        moment("2026-03-04T00:00:00+08:00")
    );
}
