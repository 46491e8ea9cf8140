//! What random processes have brought to light about who is asked, each as a small play of its own.

use andu_base::Date;
use andu_workflow::{
    Act, AddPlace, OnPaper, Recorded, Refusal, Then, Verdict,
    definition::{Definition, Empty, Kind, Node, Order, Passing, Repeated, Separation, Who},
};

use crate::play::{
    Play, end, inside, key, line, node, passing, person, process, start, step, step_with, words,
};

fn along(nodes: Vec<Node>) -> Definition {
    let names: Vec<_> = nodes.iter().map(|node| node.id.to_string()).collect();
    process(nodes, line(&names.join(" ")))
}

fn apart(mut definition: Definition, steps: [&str; 2]) -> Definition {
    definition.separations.push(Separation {
        steps: steps.map(key).to_vec(),
        author: false,
    });
    definition
}

#[test]
fn whoever_may_not_decide_is_not_taken_for_somebody_who_has_agreed() {
    let check = step_with("check", "b", |step| {
        step.sign_off.repeated = Repeated::Skip;
    });
    let nodes = vec![
        start(),
        step("draft", "b"),
        check,
        step("sign", "c"),
        end("end"),
    ];
    let mut play = Play::begin(apart(along(nodes), ["draft", "check"]));
    let done = play.decide('b', "draft", Verdict::Agree);
    assert_eq!(done, Err(Refusal::Nobody { node: key("check") }));
}

#[test]
fn the_one_above_is_not_asked_either_if_that_one_may_not_decide() {
    let check = step_with("check", "a", |step| {
        step.sign_off.repeated = Repeated::HandUp;
        step.sign_off.empty = Empty::HandTo(vec![Who::Person(person('x'))]);
    });
    let nodes = vec![start(), step("draft", "h"), check, end("end")];
    let mut play = Play::begin(apart(along(nodes), ["draft", "check"]));
    play.agree('h', "draft");
    assert_eq!(play.open(), "check:x");
}

#[test]
fn whoever_is_found_by_two_rules_gets_one_seat() {
    let empty = step_with("s", "", |step| {
        let x = Who::Person(person('x'));
        step.sign_off.empty = Empty::HandTo(vec![x.clone(), x]);
    });
    let mut play = Play::begin(along(vec![start(), empty, end("end")]));
    play.agree('x', "s");
    assert!(play.is_done());
}

#[test]
fn nobody_who_has_voted_is_added_or_handed_a_second_vote() {
    let mut play = Play::begin(along(vec![start(), step("s", "bcd"), end("end")]));
    play.agree('b', "s");
    let again = Err(Refusal::AskedAlready {
        person: person('b'),
    });
    assert_eq!(play.add('c', "s", "b", AddPlace::Beside), again);
    let visit = play.visit("s");
    let (from, to, note) = (person('c'), person('b'), String::new());
    let transfer = Act::Transfer {
        visit,
        from,
        to,
        note,
    };
    assert_eq!(play.act('c', transfer), again);
}

#[test]
fn a_substitute_on_paper_may_no_more_do_both_steps_than_anybody() {
    let nodes = vec![start(), step("draft", "b"), step("check", "c"), end("end")];
    let mut play = Play::begin(apart(along(nodes), ["draft", "check"]));
    play.agree('b', "draft");
    play.roster.substitutes.push((person('c'), person('b')));
    play.powers.record = true;
    let visit = play.visit("check");
    let written_on: Date = "2026-03-01".parse().expect("a day");
    let recorded = |by| Recorded {
        by: person(by),
        written_on,
        scan: None,
    };
    let done = play.decide_with('r', visit.clone(), Verdict::Agree, |decide| {
        let (person, recorded) = (person('b'), recorded('r'));
        decide.on_paper = Some(OnPaper { person, recorded });
    });
    assert!(matches!(done, Err(Refusal::Separate { .. })), "{done:?}");
    let entered = play.decide_with('b', visit, Verdict::Agree, |decide| {
        let (person, recorded) = (person('c'), recorded('b'));
        decide.on_paper = Some(OnPaper { person, recorded });
    });
    assert_eq!(entered, Ok(()), "whoever only enters it decides nothing");
}

#[test]
fn whoever_was_not_heard_before_a_refusal_is_heard_in_the_next_round() {
    let nodes = vec![start(), step("s", "bc"), step("sign", "d"), end("end")];
    let mut play = Play::begin(along(nodes));
    play.refuse('b', "s");
    play.send_back('d', "sign", "s", Then::Again).expect("退回");
    assert_eq!(play.open(), "s:bc", "c was not needed for the refusal");
    play.agree('b', "s");
    assert_eq!(play.open(), "s:c");
}

#[test]
fn straight_back_asks_the_very_one_who_returned_it() {
    let nodes = vec![start(), step("draft", "a"), step("sign", "xy"), end("end")];
    let mut play = Play::begin(along(nodes));
    play.agree('a', "draft");
    play.agree('x', "sign");
    play.send_back('y', "sign", "draft", Then::Straight)
        .expect("退回");
    play.agree('a', "draft");
    assert_eq!(play.open(), "sign:xy");
}

#[test]
fn straight_back_asks_whom_it_was_handed_to() {
    let nodes = vec![start(), step("draft", "a"), step("sign", "b"), end("end")];
    let mut play = Play::begin(along(nodes));
    play.agree('a', "draft");
    let visit = play.visit("sign");
    let (from, to, note) = (person('b'), person('d'), String::new());
    let transfer = Act::Transfer {
        visit,
        from,
        to,
        note,
    };
    play.act('b', transfer).expect("移交");
    play.send_back('d', "sign", "draft", Then::Straight)
        .expect("退回");
    play.agree('a', "draft");
    assert_eq!(play.open(), "sign:d");
}

#[test]
fn whoever_has_meanwhile_decided_in_a_separated_step_is_not_asked_again() {
    let nodes = vec![
        start(),
        passing("x", "bc", Passing::All),
        step("y", "bd"),
        end("end"),
    ];
    let mut play = Play::begin(apart(along(nodes), ["x", "y"]));
    play.refuse('c', "x");
    play.agree('b', "y");
    play.send_back('d', "y", "x", Then::Again).expect("退回");
    assert_eq!(play.open(), "x:c");
}

#[test]
fn an_opinion_is_given_without_taking_the_step() {
    let s = step_with("s", "bc", |step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = Passing::Count(1);
    });
    let mut play = Play::begin(along(vec![start(), s, end("end")]));
    let visit = play.visit("s");
    play.act(
        'b',
        Act::Claim {
            visit: visit.clone(),
        },
    )
    .expect("领取");
    let (to, note) = (person('e'), String::new());
    play.act('b', Act::Delegate { visit, to, note })
        .expect("asks");
    let early = play.decide('b', "s", Verdict::Agree);
    assert_eq!(
        early,
        Err(Refusal::NotYet {
            before: person('e')
        })
    );
    play.agree('e', "s");
    play.agree('b', "s");
    assert!(play.is_done());
}

#[test]
fn whom_the_one_who_took_it_asks_before_is_let_before() {
    let s = step_with("s", "bc", |step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = Passing::Any;
    });
    let mut play = Play::begin(along(vec![start(), s, end("end")]));
    let visit = play.visit("s");
    play.act('b', Act::Claim { visit }).expect("领取");
    play.add('b', "s", "e", AddPlace::Before).expect("加签");
    assert_eq!(play.open(), "s:e");
}

#[test]
fn a_step_that_nobody_has_decided_binds_nobody() {
    let sign = step_with("sign", "", |step| {
        step.binds = true;
        step.sign_off.empty = Empty::Skip;
    });
    let nodes = vec![
        start(),
        step("draft", "b"),
        sign,
        step("check", "d"),
        end("end"),
    ];
    let mut play = Play::begin(along(nodes));
    play.instance.content = Some(words("one"));
    play.agree('b', "draft");
    let (content, from) = (words("two"), words("one"));
    let visit = play.visit("check");
    play.act(
        'd',
        Act::Revise {
            visit,
            content,
            from,
        },
    )
    .expect("revises");
    play.agree('d', "check");
    assert!(play.is_done());
}

#[test]
fn a_signer_inside_a_group_sees_what_has_changed_once() {
    let sign = step_with("sign", "c", |step| step.binds = true);
    let within = [node("begin", Kind::Start { on: None }), sign, end("done")];
    let group = node("g", Kind::Group { each: None });
    let mut nodes = vec![start(), group, step("check", "d"), end("end")];
    nodes.extend(within.into_iter().map(|node| inside("g", node)));
    let ways = ["start g check end", "begin sign done"];
    let flows = ways.into_iter().flat_map(line).collect();
    let mut play = Play::begin(process(nodes, flows));
    play.instance.content = Some(words("one"));
    play.agree('c', "sign");
    let (content, from) = (words("two"), words("one"));
    let visit = play.visit("check");
    let revise = Act::Revise {
        visit,
        content,
        from,
    };
    play.act('d', revise).expect("revises");
    play.agree('d', "check");
    assert_eq!(play.open(), "sign:c");
    assert_eq!(play.visit("sign").to_string(), "2.0/sign");
    play.agree('c', "sign");
    play.agree('d', "check");
    assert!(play.is_done(), "{}", play.open());
}
