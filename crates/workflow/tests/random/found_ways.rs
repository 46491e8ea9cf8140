//! What random processes have brought to light about the ways of a process, each as a small play of its own.

use std::collections::BTreeMap;

use andu_workflow::{
    Act, Status, Then, VisitState,
    definition::{
        Comparison, Definition, Each, Kind, Node, Overdue, Passing, Rest, Span, StepLimit, Trigger,
        Value,
    },
};

use crate::play::{
    Play, end, flow, inside, key, line, node, otherwise, process, start, step, step_with, when,
};

fn along(nodes: Vec<Node>) -> Definition {
    let names: Vec<_> = nodes.iter().map(|node| node.id.to_string()).collect();
    process(nodes, line(&names.join(" ")))
}

/// x and y beside each other between a fork and a node of a kind, then sign by s.
fn gathered(kind: Kind) -> Play {
    let nodes = vec![
        start(),
        node("fork", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("gather", kind),
        step("sign", "s"),
        end("end"),
    ];
    let mut flows = line("start fork x gather sign end");
    flows.extend(line("fork y gather"));
    Play::begin(process(nodes, flows))
}

#[test]
fn a_step_that_is_done_again_has_its_time_again() {
    let s = step_with("s", "b", |step| {
        step.limit = Some(StepLimit {
            within: Span::Hours(10),
            overdue: vec![Overdue::Refuse],
        });
    });
    let mut play = Play::begin(along(vec![start(), s, step("sign", "c"), end("end")]));
    play.later(9);
    play.agree('b', "s");
    play.send_back('c', "sign", "s", Then::Again).expect("退回");
    play.later(2);
    play.act('z', Act::Tick).expect("time passes");
    assert_eq!(play.open(), "s:b", "ten hours from the return");
    play.later(8);
    play.act('z', Act::Tick).expect("time passes");
    assert_eq!(play.state("s"), VisitState::Refused);
}

#[test]
fn what_an_act_broke_off_goes_on_when_the_act_is_taken_back() {
    let mut play = gathered(Kind::Gather {
        need: 1,
        rest: Rest::Cancel,
    });
    play.agree('x', "x");
    assert_eq!(play.open(), "sign:s");
    let visit = play.visit("x");
    play.act('x', Act::TakeBack { visit }).expect("收回");
    assert_eq!(play.open(), "x:x y:y");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:s");
}

#[test]
fn back_into_a_group_that_time_broke_off_everybody_in_it_is_asked_again() {
    let boundary = |at: &str| Kind::Boundary {
        at: key(at),
        on: Trigger::Message("a".into()),
        cancels: true,
    };
    let within = [
        node("begin", Kind::Start { on: None }),
        step("x", "x"),
        node("fork", Kind::Parallel),
        step("y", "y"),
        end("done"),
    ];
    let mut nodes = vec![
        start(),
        node("g", Kind::Group { each: None }),
        node("late", boundary("g")),
        step("sign", "s"),
        end("end"),
    ];
    nodes.extend(within.into_iter().map(|node| inside("g", node)));
    let ways = [
        "start g end",
        "late sign end",
        "begin fork x done",
        "fork y done",
    ];
    let flows = ways.into_iter().flat_map(line).collect();
    let mut play = Play::begin(process(nodes, flows));
    play.agree('x', "x");
    let (trigger, items) = (Trigger::Message("a".into()), BTreeMap::new());
    play.act('a', Act::Deliver { trigger, items })
        .expect("comes");
    assert_eq!(play.open(), "sign:s");
    play.send_back('s', "sign", "x", Then::Again).expect("退回");
    assert_eq!(play.open(), "x:x y:y");
}

#[test]
fn what_came_too_late_counts_when_what_went_on_before_it_is_void() {
    let mut play = gathered(Kind::Gather {
        need: 1,
        rest: Rest::Ignore,
    });
    play.agree('x', "x");
    play.agree('y', "y");
    play.send_back('s', "sign", "x", Then::Again).expect("退回");
    play.agree('x', "x");
    assert_eq!(play.instance.status, Status::Running);
    assert_eq!(play.open(), "sign:s");
}

fn each_group(in_turn: bool) -> Definition {
    let each = Each {
        of: key("m"),
        item: None,
        own: Vec::new(),
        in_turn,
        done: Passing::All,
    };
    let b = step_with("b", "b", |step| {
        let write = andu_workflow::definition::Access::Write;
        step.fields = [(key("m"), write)].into();
    });
    let within = [node("begin", Kind::Start { on: None }), b, end("done")];
    let mut nodes = vec![
        start(),
        node("g", Kind::Group { each: Some(each) }),
        end("end"),
    ];
    nodes.extend(within.into_iter().map(|node| inside("g", node)));
    let mut flows = line("start g end");
    flows.extend(line("begin b done"));
    process(nodes, flows)
}

fn two() -> BTreeMap<andu_workflow::Key, Value> {
    [(key("m"), Value::Number(2))].into()
}

#[test]
fn what_is_entered_while_all_are_at_it_asks_for_no_more_of_them() {
    let mut play = Play::begin_with(each_group(false), two());
    play.enter('b', "b", "m", Value::Number(3)).expect("enters");
    play.agree('b', "b");
    assert!(play.is_done(), "{}", play.open());
}

#[test]
fn taken_back_in_turn_the_next_one_waits_again() {
    let mut play = Play::begin_with(each_group(true), two());
    let first = play.visit("b");
    play.agree('b', "b");
    assert_eq!(play.visit("b").path, [1]);
    play.act('b', Act::TakeBack { visit: first }).expect("收回");
    assert_eq!(play.open(), "b:b", "one at a time");
    assert_eq!(play.visit("b").path, [0]);
    play.agree('b', "b");
    assert_eq!(play.visit("b").path, [1], "none is left out");
    play.agree('b', "b");
    assert!(play.is_done());
}

#[test]
fn a_step_on_the_way_straight_back_is_not_led_away_by_its_own_events() {
    let boundary = Kind::Boundary {
        at: key("draft"),
        on: Trigger::After(Span::Hours(5)),
        cancels: true,
    };
    let nodes = vec![
        start(),
        step("draft", "a"),
        node("late", boundary),
        node("on", Kind::Choose),
        node("fork", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("join", Kind::Parallel),
        end("end"),
    ];
    let ways = ["start draft on fork x join end", "late on", "fork y join"];
    let flows = ways.into_iter().flat_map(line).collect();
    let mut play = Play::begin(process(nodes, flows));
    play.agree('a', "draft");
    play.send_back('y', "y", "draft", Then::Straight)
        .expect("退回");
    play.later(6);
    play.act('z', Act::Tick).expect("time passes");
    assert_eq!(play.open(), "draft:a x:x");
    play.agree('a', "draft");
    play.agree('x', "x");
    play.agree('y', "y");
    assert!(play.is_done());
}

#[test]
fn a_join_waits_for_whoever_comes_straight_back_to_its_branch() {
    let nodes = vec![
        start(),
        step("draft", "a"),
        node("some", Kind::Inclusive),
        step("x", "x"),
        step("y", "y"),
        node("join", Kind::Inclusive),
        step("sign", "s"),
        end("end"),
    ];
    let ways = ["start draft some x join sign end", "some y join"];
    let flows = ways.into_iter().flat_map(line).collect();
    let mut play = Play::begin(process(nodes, flows));
    play.agree('a', "draft");
    play.agree('y', "y");
    play.send_back('x', "x", "draft", Then::Straight)
        .expect("退回");
    assert_eq!(play.open(), "draft:a");
    play.agree('a', "draft");
    play.agree('x', "x");
    assert_eq!(play.open(), "sign:s");
}

#[test]
fn what_a_gathering_breaks_off_is_of_its_own_branches_even_in_a_loop() {
    let nodes = vec![
        start(),
        step("draft", "a"),
        node("head", Kind::Choose),
        node("fork", Kind::Parallel),
        step("beside", "b"),
        node("inner", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node(
            "gather",
            Kind::Gather {
                need: 1,
                rest: Rest::Cancel,
            },
        ),
        node("join", Kind::Parallel),
        step("sign", "s"),
        node("tail", Kind::Choose),
        end("end"),
    ];
    let ways = [
        "start draft head fork beside join sign tail",
        "fork inner x gather join",
        "inner y gather",
    ];
    let mut flows: Vec<_> = ways.into_iter().flat_map(line).collect();
    let refused = Value::Text("refused".into());
    let back = flow("tail", "head");
    flows.push(when(back, "sign.outcome", Comparison::Equal, refused));
    flows.push(otherwise(flow("tail", "end")));
    let mut play = Play::begin(process(nodes, flows));
    play.agree('a', "draft");
    play.agree('x', "x");
    assert_eq!(play.open(), "beside:b", "only y was broken off");
    play.agree('b', "beside");
    play.refuse('s', "sign");
    assert_eq!(play.open(), "beside:b x:x y:y");
}
