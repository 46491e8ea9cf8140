//! Timers, limits of steps, events that break off.

use andu_workflow::{
    Act, Refusal, Status, VisitState,
    definition::{Ending, Kind, Node, Overdue, Span, StepLimit, Trigger, Value, Who},
};

use crate::play::{
    Play, end, flow, inside, key, line, node, person, process, start, step, step_with,
};

fn wait(id: &str, on: Trigger) -> Node {
    node(id, Kind::Wait { on })
}

fn boundary(id: &str, at: &str, on: Trigger, cancels: bool) -> Node {
    let at = key(at);
    node(id, Kind::Boundary { at, on, cancels })
}

fn message(name: &str) -> Trigger {
    Trigger::Message(name.into())
}

fn deliver(trigger: Trigger) -> Act {
    let items = Default::default();
    Act::Deliver { trigger, items }
}

#[test]
fn a_wait_ends_when_its_time_has_come() {
    let nodes = vec![
        start(),
        wait("w", Trigger::After(Span::Hours(2))),
        step("s", "b"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start w s end")));
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "");
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "s:b");
    play.act('a', Act::Tick).expect("once only");
    assert_eq!(play.open(), "s:b");
}

#[test]
fn a_wait_for_a_day_of_an_item_ends_in_its_first_minute() {
    let nodes = vec![start(), wait("w", Trigger::On(key("on"))), end("end")];
    let items = [(key("on"), Value::Text("2026-03-04".into()))];
    let mut play = Play::begin_with(process(nodes.clone(), line("start w end")), items.into());
    play.now = "2026-03-03T23:59:59+08:00".parse().expect("a moment");
    play.act('a', Act::Tick).expect("ticks");
    assert!(!play.is_done());
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert!(play.is_done());
    let missing = Play::try_begin(
        process(nodes, line("start w end")),
        Default::default(),
        crate::play::office(),
    );
    assert_eq!(
        missing.map(|play| play.open()),
        Err(Refusal::ItemNeeded { item: key("on") })
    );
}

#[test]
fn a_message_is_taken_by_what_waits_for_it() {
    let nodes = vec![start(), wait("w", message("付款")), end("end")];
    let mut play = Play::begin(process(nodes, line("start w end")));
    assert_eq!(
        play.act('a', deliver(message("其他"))),
        Err(Refusal::NotThere)
    );
    play.act('a', deliver(message("付款"))).expect("delivered");
    assert!(play.is_done());
}

#[test]
fn of_several_events_the_first_decides_the_way() {
    let nodes = vec![
        start(),
        node("which", Kind::Await),
        wait("answer", message("复函")),
        wait("late", Trigger::After(Span::WorkingDays(2))),
        step("go", "b"),
        step("urge", "c"),
        end("end"),
    ];
    let mut flows = line("start which answer go end");
    flows.extend(line("which late urge end"));
    let definition = process(nodes, flows);
    let mut play = Play::begin(definition.clone());
    play.act('a', deliver(message("复函"))).expect("delivered");
    assert_eq!(play.open(), "go:b");
    play.later(200);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "go:b", "the other way is gone");
    let mut play = Play::begin(definition);
    play.now = "2026-03-05T00:00:00+08:00"
        .parse()
        .expect("two working days after Monday");
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "urge:c");
    assert_eq!(
        play.act('a', deliver(message("复函"))),
        Err(Refusal::NotThere)
    );
}

#[test]
fn an_event_breaks_a_step_off_or_goes_on_beside_it() {
    let nodes = |cancels| {
        vec![
            start(),
            step("s", "b"),
            boundary("b", "s", message("撤销"), cancels),
            step("after", "c"),
            end("end"),
        ]
    };
    let flows = || [line("start s end"), line("b after end")].concat();
    let mut play = Play::begin(process(nodes(true), flows()));
    play.act('a', deliver(message("撤销"))).expect("delivered");
    assert_eq!(play.open(), "after:c");
    assert_eq!(play.state("s"), VisitState::BrokenOff);
    let mut play = Play::begin(process(nodes(false), flows()));
    play.act('a', deliver(message("撤销"))).expect("delivered");
    assert_eq!(play.open(), "after:c s:b");
    play.agree('b', "s");
    assert!(!play.is_done());
    play.agree('c', "after");
    assert!(play.is_done());
}

#[test]
fn what_went_wrong_inside_breaks_the_group_off() {
    let failed = Ending::Throw(Trigger::Error("材料不实".into()));
    let nodes = vec![
        start(),
        node("group", Kind::Group { each: None }),
        inside("group", node("begin", Kind::Start { on: None })),
        inside("group", node("fork", Kind::Parallel)),
        inside("group", step("x", "x")),
        inside("group", step("y", "y")),
        inside("group", node("failed", Kind::End { ending: failed })),
        inside("group", end("done")),
        boundary("wrong", "group", Trigger::Error(String::new()), true),
        step("repair", "c"),
        end("end"),
    ];
    let flows = [
        line("start group end"),
        line("begin fork x failed"),
        line("fork y done"),
        line("wrong repair end"),
    ];
    let mut play = Play::begin(process(nodes, flows.concat()));
    assert_eq!(play.open(), "x:x y:y");
    play.agree('x', "x");
    assert_eq!(play.open(), "repair:c");
    assert_eq!(play.state("y"), VisitState::BrokenOff);
    play.agree('c', "repair");
    assert!(play.is_done());
}

#[test]
fn an_error_that_nobody_expects_stops_all() {
    let failed = node(
        "failed",
        Kind::End {
            ending: Ending::Throw(Trigger::Error("x".into())),
        },
    );
    let mut play = Play::begin(process(
        vec![start(), step("s", "b"), failed],
        line("start s failed"),
    ));
    play.agree('b', "s");
    assert_eq!(play.instance.status, Status::Stopped);
}

fn limited(overdue: Vec<Overdue>) -> Play {
    let limit = StepLimit {
        within: Span::WorkingDays(1),
        overdue,
    };
    let s = step_with("s", "bc", |step| step.limit = Some(limit));
    let mut play = Play::begin(process(vec![start(), s, end("end")], line("start s end")));
    assert_eq!(
        play.instance.visits[0].due_at,
        "2026-03-04T00:00:00+08:00".parse().ok()
    );
    play.now = "2026-03-04T00:00:00+08:00".parse().expect("a moment");
    play
}

#[test]
fn an_overdue_step_is_reminded_so_many_times() {
    let every = Span::Hours(24);
    let mut play = limited(vec![Overdue::Remind { times: 3, every }]);
    for _ in 0..5 {
        play.act('a', Act::Tick).expect("ticks");
        play.later(24);
    }
    assert_eq!(
        play.instance.visits[0].urged.map(|(_, times)| times),
        Some(3)
    );
}

#[test]
fn reminders_that_came_due_while_no_clock_ran_are_said_once() {
    let every = Span::Hours(24);
    let mut play = limited(vec![Overdue::Remind { times: 3, every }]);
    // The first and the second are late; the third is still to come.
    play.later(30);
    let times = |play: &Play| play.instance.visits[0].urged.map(|(_, times)| times);
    for _ in 0..2 {
        play.act('a', Act::Tick).expect("ticks");
        assert_eq!(times(&play), Some(1));
    }
    play.later(18);
    for _ in 0..2 {
        play.act('a', Act::Tick).expect("ticks");
        assert_eq!(times(&play), Some(2));
        play.later(100);
    }
}

#[test]
fn an_overdue_step_goes_to_others_or_is_told_to_them() {
    let mut play = limited(vec![
        Overdue::Tell(vec![Who::Head]),
        Overdue::HandTo(vec![Who::Head]),
    ]);
    play.agree('b', "s");
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "s:h", "instead of the one who has not acted");
    let told = play.events.iter().any(|event| {
        matches!(event, andu_workflow::Event::Told { people, .. } if *people == [person('h')])
    });
    assert!(told);
}

#[test]
fn an_overdue_step_is_never_shown_as_approved() {
    let mut play = limited(vec![Overdue::Pass]);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.state("s"), VisitState::Skipped);
    assert!(play.is_done());
    let mut play = limited(vec![Overdue::Refuse]);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.state("s"), VisitState::Refused);
}

#[test]
fn a_step_that_needs_the_network_is_not_decided_without() {
    let s = step_with("s", "b", |step| step.online = true);
    let mut play = Play::begin(process(vec![start(), s, end("end")], line("start s end")));
    play.offline = true;
    assert_eq!(
        play.decide('b', "s", andu_workflow::Verdict::Agree),
        Err(Refusal::Online)
    );
}

#[test]
fn nothing_is_dated_back_nor_ahead() {
    let mut play = Play::begin(process(
        vec![start(), step("s", "b"), end("end")],
        line("start s end"),
    ));
    for made_at in ["2026-03-01T09:00:00+08:00", "2026-03-02T10:00:00+08:00"] {
        let command = andu_workflow::Command {
            by: person('b'),
            made_at: made_at.parse().expect("a moment"),
            act: Act::Tick,
        };
        let decided = andu_workflow::decide(&play.net, &play.instance, &command, &play.context());
        assert_eq!(
            decided.map(|decided| decided.events),
            Err(Refusal::DatedBack),
            "{made_at}"
        );
    }
    play.agree('b', "s");
}

#[test]
fn a_signal_reaches_all_that_wait_for_it() {
    let signal = || Trigger::Signal("停电".into());
    let nodes = vec![
        start(),
        node("fork", Kind::Parallel),
        wait("x", signal()),
        wait("y", signal()),
        end("end"),
    ];
    let mut flows = line("start fork x end");
    flows.extend([flow("fork", "y"), flow("y", "end")]);
    let mut play = Play::begin(process(nodes, flows));
    play.act('a', deliver(signal())).expect("given");
    assert!(play.is_done());
}

/// Two timers beside each other: one leads to a step of n, the other to a step of b.
fn two_times(n: &str) -> Play {
    let hours = |hours| Trigger::After(Span::Hours(hours));
    let nodes = vec![
        start(),
        node("fork", Kind::Parallel),
        wait("w", hours(2)),
        wait("v", hours(3)),
        step("x", n),
        step("y", "b"),
        end("end"),
    ];
    let mut flows = line("start fork w x end");
    flows.extend(line("fork v y end"));
    Play::begin(process(nodes, flows))
}

#[test]
fn what_cannot_happen_when_its_time_comes_holds_up_nothing_else() {
    let mut play = two_times("n");
    play.roster.people.remove(&person('n'));
    play.later(5);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "y:b");
    let why = Refusal::Nobody { node: key("x") };
    let held = play
        .instance
        .timers
        .iter()
        .filter_map(|timer| timer.held.clone());
    assert_eq!(held.collect::<Vec<_>>(), vec![why.clone()]);
    let told = |play: &Play| {
        let held = |event: &&andu_workflow::Event| matches!(event, andu_workflow::Event::TimerHeld { why: told, .. } if *told == why);
        play.events.iter().filter(held).count()
    };
    assert_eq!(told(&play), 1);
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(told(&play), 1, "told once, though it stays due");
    play.roster
        .people
        .insert(person('n'), andu_workflow::Staff::default());
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "x:n y:b", "once somebody is there, it happens");
    assert!(
        play.instance
            .timers
            .iter()
            .all(|timer| timer.held.is_none())
    );
    for (by, step) in [('n', "x"), ('b', "y")] {
        play.agree(by, step);
    }
    assert!(play.is_done());
}

#[test]
fn times_that_can_all_happen_happen_in_their_order() {
    let mut play = two_times("n");
    play.later(5);
    play.act('a', Act::Tick).expect("ticks");
    let opened: Vec<_> = play
        .instance
        .visits
        .iter()
        .map(|visit| visit.name.node.to_string())
        .collect();
    assert_eq!(opened, ["x", "y"]);
}
