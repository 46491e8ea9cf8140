//! 调度: what is left behind where a move leads out of ways beside each other, and what a join that was moved
//! past or into still waits for.

use andu_workflow::{
    Act, Refusal, Then, VisitState,
    definition::{Kind, Node, Refused, Rest},
};

use crate::play::{
    Play, end, flow, inside, key, line, node, person, process, start, step, step_with,
};

/// a drafts; x and y beside each other between a fork and a join of a kind; s signs.
fn beside(join: Kind) -> Play {
    let nodes = vec![
        start(),
        step("draft", "a"),
        node("fork", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("join", join),
        step("sign", "s"),
        end("end"),
    ];
    let ways = ["start draft fork x join sign end", "fork y join"];
    let flows = ways.into_iter().flat_map(line).collect();
    Play::begin(process(nodes, flows))
}

fn go(play: &mut Play, from: &str, to: &str) -> Result<(), Refusal> {
    play.powers.dispatch = true;
    let act = Act::Move {
        visit: play.visit(from),
        to: key(to),
        approved_by: person('r'),
        reason: "事急".into(),
    };
    play.act('q', act)
}

#[test]
fn past_a_join_what_it_waited_for_is_broken_off() {
    for join in [
        Kind::Parallel,
        Kind::Inclusive,
        Kind::Gather {
            need: 2,
            rest: Rest::Ignore,
        },
    ] {
        let mut play = beside(join);
        play.agree('a', "draft");
        go(&mut play, "x", "sign").expect("调度");
        assert_eq!(play.open(), "sign:s");
        assert_eq!(play.state("y"), VisitState::BrokenOff);
        play.agree('s', "sign");
        assert!(play.is_done(), "{:?}", play.instance.live);
    }
}

#[test]
fn what_had_come_to_the_join_already_goes_along() {
    let mut play = beside(Kind::Parallel);
    play.agree('a', "draft");
    play.agree('y', "y");
    go(&mut play, "x", "sign").expect("调度");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn a_return_to_before_the_move_brings_back_what_it_broke_off() {
    let mut play = beside(Kind::Parallel);
    play.agree('a', "draft");
    play.agree('y', "y");
    go(&mut play, "x", "sign").expect("调度");
    play.send_back('s', "sign", "y", Then::Again).expect("退回");
    assert_eq!(play.open(), "x:x y:y", "x as it stood before the move");
    play.agree('x', "x");
    assert_eq!(play.open(), "y:y", "the join waits for both again");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:s");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn back_to_before_the_fork_all_of_it_is_done_again_once() {
    let mut play = beside(Kind::Parallel);
    play.agree('a', "draft");
    go(&mut play, "x", "draft").expect("调度");
    assert_eq!(play.open(), "draft:a");
    play.agree('a', "draft");
    assert_eq!(play.open(), "x:x y:y");
    play.agree('x', "x");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:s");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn into_one_of_two_ways_the_join_waits_for_that_one_alone() {
    for join in [
        Kind::Parallel,
        Kind::Inclusive,
        Kind::Gather {
            need: 2,
            rest: Rest::Cancel,
        },
        Kind::Gather {
            need: 2,
            rest: Rest::Ignore,
        },
    ] {
        let mut play = beside(join);
        go(&mut play, "draft", "x").expect("调度");
        assert_eq!(play.open(), "x:x");
        play.agree('x', "x");
        assert_eq!(play.open(), "sign:s");
        play.agree('s', "sign");
        assert!(play.is_done());
    }
}

#[test]
fn across_from_one_way_to_the_other_the_join_goes_on_once() {
    let mut play = beside(Kind::Parallel);
    play.agree('a', "draft");
    go(&mut play, "x", "y").expect("调度");
    assert_eq!(play.open(), "y:y y:y");
    play.agree('y', "y");
    assert_eq!(play.open(), "y:y", "the second is waited for");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:s");
    play.agree('s', "sign");
    assert!(play.is_done());
    assert_eq!(play.visit("sign").round, 1, "signed once");
}

#[test]
fn a_refusal_goes_back_to_a_step_that_was_moved_past() {
    let check = step_with("check", "c", |step| {
        step.refused = Refused::Back(key("draft"))
    });
    let nodes = vec![start(), step("draft", "a"), check, end("end")];
    let mut play = Play::begin(process(nodes, line("start draft check end")));
    go(&mut play, "draft", "check").expect("调度");
    play.refuse('c', "check");
    assert_eq!(play.open(), "draft:a");
    play.agree('a', "draft");
    play.agree('c', "check");
    assert!(play.is_done());
}

#[test]
fn a_refusal_goes_back_to_a_step_that_was_never_come_to() {
    let sign = step_with("sign", "s", |step| {
        step.refused = Refused::Back(key("check"))
    });
    let nodes = vec![
        start(),
        step("draft", "a"),
        step("check", "c"),
        sign,
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start draft check sign end")));
    go(&mut play, "draft", "sign").expect("调度");
    play.refuse('s', "sign");
    assert_eq!(play.open(), "check:c");
    play.agree('c', "check");
    play.agree('s', "sign");
    assert!(play.is_done());
}

/// A group with two ways beside each other, on one of two ways of the process.
fn nested() -> Play {
    let within = [
        node("begin", Kind::Start { on: None }),
        node("split", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("meet", Kind::Parallel),
        step("z", "z"),
        end("done"),
    ];
    let mut nodes: Vec<Node> = vec![
        start(),
        node("fork", Kind::Parallel),
        node("g", Kind::Group { each: None }),
        step("b", "b"),
        node("join", Kind::Parallel),
        step("sign", "s"),
        end("end"),
    ];
    nodes.extend(within.into_iter().map(|node| inside("g", node)));
    let ways = ["start fork g join sign end", "fork b join"];
    let mut flows: Vec<_> = ways.into_iter().flat_map(line).collect();
    flows.extend(line("begin split x meet z done"));
    flows.extend([flow("split", "y"), flow("y", "meet")]);
    Play::begin(process(nodes, flows))
}

#[test]
fn a_move_inside_a_group_leaves_what_is_around_it_alone() {
    let mut play = nested();
    go(&mut play, "x", "z").expect("调度");
    assert_eq!(play.open(), "b:b z:z");
    play.agree('z', "z");
    assert_eq!(play.open(), "b:b", "the join around waits for b");
    play.agree('b', "b");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn a_move_past_a_group_breaks_off_all_that_is_in_it() {
    let mut play = nested();
    go(&mut play, "b", "sign").expect("调度");
    assert_eq!(play.open(), "sign:s");
    play.agree('s', "sign");
    assert!(play.is_done());
    assert_eq!(
        go(&mut nested(), "x", "sign"),
        Err(Refusal::NotThere),
        "out of a group nobody is moved"
    );
}
