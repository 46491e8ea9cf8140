//! Why an instance does not go on, and that what is offered helps.

use andu_workflow::{
    Act, Refusal, SECOND, Stuck, Why,
    check::Halt,
    definition::{Empty, Kind, Order, Passing, Span, StepLimit, Trigger, Who},
    stuck,
};

use crate::play::{
    Play, end, flow, key, line, node, passing, person, process, start, step, step_with,
};

fn found(play: &Play) -> Vec<Stuck> {
    let (net, instance) = (&play.net, &play.instance);
    stuck(net, instance, &play.roster, play.calendar, play.now)
}

/// Does a repair as it was offered, by somebody who dispatches.
fn repair(play: &mut Play, act: &Act) {
    play.powers.dispatch = true;
    play.powers.cancel = true;
    play.powers.supervise = true;
    play.act('q', act.clone()).expect("as it was tried");
}

fn one(step: andu_workflow::definition::Node) -> Play {
    Play::begin(process(
        vec![start(), step, end("end")],
        line("start s end"),
    ))
}

#[test]
fn what_goes_on_has_nothing_to_repair() {
    assert_eq!(found(&one(step("s", "bc"))), Vec::new());
    let mut play = one(step("s", "b"));
    play.agree('b', "s");
    play.roster.people.clear();
    assert_eq!(found(&play), Vec::new(), "nor what is over");
}

#[test]
fn whoever_left_is_named_and_others_may_be_asked_instead() {
    let s = step_with("s", "b", |step| {
        step.sign_off.empty = Empty::HandTo(vec![Who::Person(person('x'))]);
    });
    let mut play = one(s);
    play.roster.people.remove(&person('b'));
    let stuck = found(&play);
    let [only] = &stuck[..] else {
        panic!("{stuck:?}");
    };
    let (visit, left) = (play.visit("s"), vec![person('b')]);
    assert_eq!(only.why, Why::Nobody { visit, left });
    let Act::Transfer { from, to, .. } = &only.repairs[0] else {
        panic!("{:?}", only.repairs);
    };
    assert_eq!((*from, *to), (person('b'), person('x')));
    repair(&mut play, &only.repairs[0]);
    assert_eq!(found(&play), Vec::new());
    play.agree('x', "s");
    assert!(play.is_done());
}

#[test]
fn of_several_the_one_who_left_may_also_be_taken_out() {
    let mut play = one(step("s", "bc"));
    play.roster.people.remove(&person('b'));
    let stuck = found(&play);
    let (visit, left) = (play.visit("s"), vec![person('b')]);
    assert_eq!(stuck[0].why, Why::Left { visit, left });
    for act in &stuck[0].repairs {
        let mut copy = one(step("s", "bc"));
        copy.roster.people.remove(&person('b'));
        repair(&mut copy, act);
        assert_eq!(found(&copy), Vec::new(), "{act:?}");
    }
    let out = |act: &Act| matches!(act, Act::TakeOut { .. });
    assert!(stuck[0].repairs.iter().any(out), "{:?}", stuck[0].repairs);
}

#[test]
fn nobody_is_missing_where_somebody_stands_in_who_has_no_own_voice() {
    let mut play = one(passing("s", "bc", Passing::All));
    play.roster.people.remove(&person('b'));
    play.roster.substitutes.push((person('b'), person('c')));
    assert_eq!(found(&play).len(), 1, "c votes for c alone");
    play.roster.substitutes.push((person('b'), person('x')));
    assert_eq!(found(&play), Vec::new());
}

#[test]
fn what_somebody_who_left_has_taken_is_given_back() {
    let mut play = one(step_with("s", "bc", |step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = Passing::Any;
    }));
    let visit = play.visit("s");
    play.act('b', Act::Claim { visit }).expect("领取");
    play.roster.people.remove(&person('b'));
    let stuck = found(&play);
    let release = |act: &&Act| matches!(act, Act::Release { .. } | Act::TakeOut { .. });
    let act = stuck[0].repairs.iter().find(release).expect("offered");
    repair(&mut play, act);
    play.agree('c', "s");
    assert!(play.is_done());
}

/// Of x and y only one is begun, and a join waits for both.
fn never() -> Play {
    let nodes = vec![
        start(),
        node("which", Kind::Choose),
        step("x", "x"),
        step("y", "y"),
        node("join", Kind::Parallel),
        step("sign", "s"),
        end("end"),
    ];
    let mut flows = line("start which x join sign end");
    flows.extend([flow("which", "y"), flow("y", "join")]);
    Play::begin(process(nodes, flows))
}

#[test]
fn a_join_that_can_never_go_on_is_found_before_it_waits_and_a_move_leads_past_it() {
    let mut play = never();
    let stuck = found(&play);
    let Why::Halts {
        halt: Halt::Waits { places },
    } = &stuck[0].why
    else {
        panic!("{stuck:?}");
    };
    assert_eq!(places[0], key("join"));
    let Act::Move { approved_by, .. } = &stuck[0].repairs[0] else {
        panic!("{:?}", stuck[0].repairs);
    };
    assert_eq!(*approved_by, SECOND);
    let act = stuck[0].repairs[0].clone();
    repair(&mut play, &act);
    assert_eq!(found(&play), Vec::new());
    for _ in 0..3 {
        let open = play.open();
        if let Some((step, who)) = open.split_once(':') {
            play.agree(who.chars().next().expect("somebody"), step);
        }
    }
    assert!(play.is_done());
}

#[test]
fn where_nobody_is_asked_any_more_it_can_only_be_made_void() {
    let mut play = never();
    play.agree('x', "x");
    let stuck = found(&play);
    assert!(matches!(stuck[0].why, Why::Halts { .. }), "{stuck:?}");
    assert!(matches!(stuck[0].repairs[..], [Act::Cancel { .. }]));
    let act = stuck[0].repairs[0].clone();
    repair(&mut play, &act);
    assert_eq!(found(&play), Vec::new());
}

#[test]
fn a_message_that_nothing_says_is_named_and_may_be_delivered() {
    let wait = |on| node("w", Kind::Wait { on });
    let nodes = |on| vec![start(), wait(on), end("end")];
    let paid = Trigger::Message("付款".into());
    let mut play = Play::begin(process(nodes(paid.clone()), line("start w end")));
    let stuck = found(&play);
    let (node, trigger) = (key("w"), paid);
    assert_eq!(stuck[0].why, Why::Awaits { node, trigger });
    let act = stuck[0].repairs[0].clone();
    repair(&mut play, &act);
    assert!(play.is_done());
    let time = Trigger::After(Span::Hours(3));
    let timed = Play::begin(process(nodes(time), line("start w end")));
    assert_eq!(found(&timed), Vec::new(), "time comes by itself");
}

#[test]
fn what_takes_too_long_is_said_with_since_when() {
    let s = step_with("s", "b", |step| {
        step.limit = Some(StepLimit {
            within: Span::Hours(8),
            overdue: Vec::new(),
        });
    });
    let mut play = one(s);
    play.later(7);
    assert_eq!(found(&play), Vec::new());
    let since = play.instance.visits[0].due_at.expect("a limit");
    play.later(1);
    let stuck = found(&play);
    let visit = play.visit("s");
    assert_eq!(stuck[0].why, Why::Overdue { visit, since });
    assert!(matches!(stuck[0].repairs[..], [Act::Urge { .. }]));
    let act = stuck[0].repairs[0].clone();
    repair(&mut play, &act);
    assert!(found(&play)[0].repairs.is_empty(), "urged a moment ago");
}

#[test]
fn a_time_that_came_and_could_not_happen_says_why() {
    let wait = node(
        "w",
        Kind::Wait {
            on: Trigger::After(Span::Hours(1)),
        },
    );
    let nodes = vec![start(), wait, step("s", "b"), end("end")];
    let mut play = Play::begin(process(nodes, line("start w s end")));
    play.roster.people.remove(&person('b'));
    play.later(2);
    play.act('a', Act::Tick).expect("ticks");
    let stuck = found(&play);
    let why = Refusal::Nobody { node: key("s") };
    let node = Some(key("w"));
    assert_eq!(stuck[0].why, Why::Held { node, why });
}
