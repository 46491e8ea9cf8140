//! 退回, 收回, 撤件, 调度, 复审: what becomes void, what stays, and where it goes on.

use andu_workflow::{
    Act, Refusal, Status, Then, Verdict, VisitState,
    definition::{Kind, Who},
};

use crate::play::{
    Play, end, flow, key, line, node, person, process, seat, start, step, step_with, words,
};

fn straight_line() -> Play {
    let nodes = vec![
        start(),
        step("draft", "a"),
        step("review", "b"),
        step("sign", "c"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start draft review sign end")));
    play.agree('a', "draft");
    play.agree('b', "review");
    play
}

/// draft → (x, y, z beside each other) → sign
fn beside() -> Play {
    let fork = node("fork", Kind::Parallel);
    let join = node("join", Kind::Parallel);
    let mut flows = line("start draft fork x join sign end");
    flows.extend([
        flow("fork", "y"),
        flow("y", "join"),
        flow("fork", "z"),
        flow("z", "join"),
    ]);
    let steps = [
        ("draft", "a"),
        ("x", "x"),
        ("y", "y"),
        ("z", "z"),
        ("sign", "c"),
    ];
    let mut nodes = vec![start(), fork, join, end("end")];
    nodes.extend(steps.map(|(id, who)| step(id, who)));
    let mut play = Play::begin(process(nodes, flows));
    play.agree('a', "draft");
    play
}

#[test]
fn returned_to_the_step_before_and_done_again() {
    let mut play = straight_line();
    play.send_back('c', "sign", "review", Then::Again)
        .expect("退回");
    assert_eq!(play.open(), "review:b");
    assert_eq!(play.visit("review").round, 2);
    play.agree('b', "review");
    assert_eq!(play.open(), "sign:c");
    play.agree('c', "sign");
    assert!(play.is_done());
}

#[test]
fn returned_to_the_author_every_step_is_done_again() {
    let mut play = straight_line();
    play.send_back('c', "sign", "draft", Then::Again)
        .expect("退回");
    assert_eq!(play.open(), "draft:a");
    assert_eq!(play.state("review"), VisitState::Void);
    assert_eq!(play.state("sign"), VisitState::Returned);
    play.agree('a', "draft");
    assert_eq!(play.open(), "review:b");
}

#[test]
fn returned_and_straight_back_nothing_between_is_void() {
    let mut play = straight_line();
    play.send_back('c', "sign", "draft", Then::Straight)
        .expect("退回");
    assert_eq!(play.open(), "draft:a");
    assert_eq!(play.state("review"), VisitState::Passed);
    play.agree('a', "draft");
    assert_eq!(
        play.open(),
        "sign:c",
        "straight back to whoever returned it"
    );
    play.agree('c', "sign");
    assert!(play.is_done());
}

#[test]
fn a_return_wants_a_reason_and_a_step_that_was_before() {
    let mut play = straight_line();
    let (visit, to) = (play.visit("sign"), play.visit("draft"));
    let silent = Act::Return {
        visit: visit.clone(),
        to,
        then: Then::Again,
        reason: " ".into(),
    };
    assert_eq!(play.act('c', silent), Err(Refusal::ReasonNeeded));
    let own = Act::Return {
        visit: visit.clone(),
        to: visit,
        then: Then::Again,
        reason: "x".into(),
    };
    assert_eq!(play.act('c', own), Err(Refusal::NotBefore));
}

#[test]
fn a_return_out_of_parallel_branches_breaks_the_others_off() {
    let mut play = beside();
    play.agree('x', "x");
    play.send_back('y', "y", "draft", Then::Again)
        .expect("退回");
    assert_eq!(play.open(), "draft:a");
    assert_eq!(
        (play.state("x"), play.state("z")),
        (VisitState::Void, VisitState::Void)
    );
    let late = play.decide('z', "z", Verdict::Agree);
    assert!(matches!(
        late,
        Err(Refusal::Closed {
            state: VisitState::Void,
            ..
        })
    ));
    play.agree('a', "draft");
    assert_eq!(play.open(), "x:x y:y z:z");
}

#[test]
fn a_return_out_of_parallel_branches_and_straight_back_keeps_the_others() {
    let mut play = beside();
    play.agree('x', "x");
    play.send_back('y', "y", "draft", Then::Straight)
        .expect("退回");
    assert_eq!(play.open(), "draft:a z:z");
    play.agree('z', "z");
    play.agree('a', "draft");
    assert_eq!(play.open(), "y:y");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:c", "x and z still count");
}

#[test]
fn a_return_into_one_of_the_branches_keeps_what_the_others_said() {
    let mut play = beside();
    for letter in ['x', 'y', 'z'] {
        play.agree(letter, &letter.to_string());
    }
    assert_eq!(play.open(), "sign:c");
    play.send_back('c', "sign", "y", Then::Again).expect("退回");
    assert_eq!(play.open(), "y:y");
    assert_eq!(
        (play.state("x"), play.state("z")),
        (VisitState::Passed, VisitState::Passed)
    );
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:c", "the join has its other two");
}

#[test]
fn nobody_returns_to_a_branch_beside_the_own_one() {
    let mut play = beside();
    play.agree('x', "x");
    assert_eq!(
        play.send_back('y', "y", "x", Then::Again),
        Err(Refusal::NotBefore)
    );
}

#[test]
fn returned_twice_and_round_again() {
    let mut play = beside();
    for round in 1..=3 {
        for letter in ['x', 'y', 'z'] {
            play.agree(letter, &letter.to_string());
        }
        assert_eq!(play.visit("sign").round, round);
        play.send_back('c', "sign", "draft", Then::Again)
            .expect("退回");
        play.agree('a', "draft");
    }
    for letter in ['x', 'y', 'z'] {
        play.agree(letter, &letter.to_string());
    }
    play.agree('c', "sign");
    assert!(play.is_done());
}

#[test]
fn an_act_is_taken_back_before_the_next_one_has_seen_it() {
    let mut play = straight_line();
    let review = play.visit("review");
    play.act('b', Act::TakeBack { visit: review })
        .expect("收回");
    assert_eq!(play.open(), "review:b");
    play.agree('b', "review");
    let sign = play.visit("sign");
    play.act('c', Act::See { visit: sign }).expect("opens it");
    let review = play.visit("review");
    let late = play.act('b', Act::TakeBack { visit: review });
    assert_eq!(
        late,
        Err(Refusal::SeenBy {
            person: person('c')
        })
    );
}

#[test]
fn of_several_who_agreed_one_takes_back_and_the_others_still_count() {
    let nodes = vec![start(), step("s", "bc"), step("sign", "d"), end("end")];
    let mut play = Play::begin(process(nodes, line("start s sign end")));
    play.agree('b', "s");
    play.agree('c', "s");
    let visit = play.visit("s");
    play.act('b', Act::TakeBack { visit }).expect("收回");
    assert_eq!(play.open(), "s:b");
    play.agree('b', "s");
    assert_eq!(play.open(), "sign:d");
}

#[test]
fn what_the_program_has_done_is_not_taken_back() {
    let auto = node(
        "number",
        Kind::Auto {
            act: "number".into(),
        },
    );
    let nodes = vec![
        start(),
        step("sign", "b"),
        auto,
        step("seal", "c"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start sign number seal end")));
    play.agree('b', "sign");
    let visit = play.visit("sign");
    assert_eq!(
        play.act('b', Act::TakeBack { visit }),
        Err(Refusal::NotBefore)
    );
}

#[test]
fn the_author_takes_it_back_until_it_is_signed() {
    let sign = step_with("sign", "c", |step| step.binds = true);
    let nodes = vec![
        start(),
        step("draft", "a"),
        sign,
        step("check", "d"),
        end("end"),
    ];
    let definition = process(nodes, line("start draft sign check end"));
    let withdraw = || Act::Withdraw {
        reason: String::new(),
    };
    let mut play = Play::begin(definition.clone());
    play.instance.content = Some(words("one"));
    assert_eq!(
        play.act('b', withdraw()),
        Err(Refusal::NotAllowed { what: None })
    );
    play.act('a', withdraw()).expect("撤件");
    assert_eq!(play.instance.status, Status::Withdrawn);
    assert_eq!(play.open(), "");
    let mut play = Play::begin(definition);
    play.instance.content = Some(words("one"));
    play.agree('a', "draft");
    play.agree('c', "sign");
    let late = play.act('a', withdraw());
    assert_eq!(
        late,
        Err(Refusal::Closed {
            state: VisitState::Passed,
            by: Some(person('c'))
        })
    );
}

#[test]
fn what_changes_after_signing_is_seen_by_the_signer_again_and_comes_straight_back() {
    let sign = step_with("sign", "c", |step| step.binds = true);
    let nodes = vec![
        start(),
        step("draft", "a"),
        sign,
        step("check", "d"),
        step("number", "e"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start draft sign check number end")));
    play.instance.content = Some(words("one"));
    play.agree('a', "draft");
    play.agree('c', "sign");
    let visit = play.visit("check");
    let revise = Act::Revise {
        visit,
        content: words("two"),
        from: words("one"),
    };
    play.act('d', revise).expect("revises");
    play.agree('d', "check");
    assert_eq!(play.open(), "sign:c", "报原签批人复审");
    play.agree('c', "sign");
    assert_eq!(play.open(), "check:d");
    play.agree('d', "check");
    assert_eq!(play.open(), "number:e");
}

#[test]
fn words_that_only_went_and_came_back_need_no_second_signature() {
    let sign = step_with("sign", "c", |step| step.binds = true);
    let nodes = vec![start(), sign, step("check", "d"), end("end")];
    let mut play = Play::begin(process(nodes, line("start sign check end")));
    play.instance.content = Some(words("one"));
    play.agree('c', "sign");
    for (from, to) in [("one", "two"), ("two", "one")] {
        let visit = play.visit("check");
        let revise = Act::Revise {
            visit,
            content: words(to),
            from: words(from),
        };
        play.act('d', revise).expect("revises");
    }
    play.agree('d', "check");
    assert!(play.is_done());
}

#[test]
fn every_signer_sees_again_what_has_changed() {
    let binds = |id: &str, who: &str| step_with(id, who, |step| step.binds = true);
    let nodes = vec![
        start(),
        binds("one", "b"),
        binds("two", "c"),
        step("check", "d"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start one two check end")));
    play.instance.content = Some(words("old"));
    play.agree('b', "one");
    play.agree('c', "two");
    let visit = play.visit("check");
    let revise = Act::Revise {
        visit,
        content: words("new"),
        from: words("old"),
    };
    play.act('d', revise).expect("revises");
    play.agree('d', "check");
    assert_eq!(play.open(), "one:b");
    play.agree('b', "one");
    play.agree('d', "check");
    assert_eq!(play.open(), "two:c");
    play.agree('c', "two");
    play.agree('d', "check");
    assert!(play.is_done());
}

#[test]
fn a_decision_on_other_words_is_refused() {
    let mut play = straight_line();
    play.instance.content = Some(words("new"));
    let visit = play.visit("sign");
    let old = Some(words("old"));
    let done = play.decide_with('c', visit, Verdict::Agree, |decide| decide.content = old);
    assert_eq!(
        done,
        Err(Refusal::ContentChanged {
            now: Some(words("new"))
        })
    );
}

#[test]
fn a_dispatcher_moves_it_with_the_consent_of_a_second() {
    let mut play = straight_line();
    let visit = play.visit("sign");
    let relocate = |by: char| Act::Move {
        visit: visit.clone(),
        to: key("draft"),
        approved_by: person(by),
        reason: "经办人填错".into(),
    };
    assert_eq!(
        play.act('q', relocate('r')),
        Err(Refusal::NotAllowed { what: None })
    );
    play.powers.dispatch = true;
    assert_eq!(
        play.act('q', relocate('q')),
        Err(Refusal::NotAllowed { what: None })
    );
    play.act('q', relocate('r')).expect("moved");
    assert_eq!(play.open(), "draft:a");
}

#[test]
fn made_void_by_those_who_may_with_a_reason() {
    let mut play = straight_line();
    let cancel = |reason: &str| Act::Cancel {
        reason: reason.into(),
    };
    assert_eq!(
        play.act('q', cancel("重复")),
        Err(Refusal::NotAllowed { what: None })
    );
    play.powers.cancel = true;
    assert_eq!(play.act('q', cancel("")), Err(Refusal::ReasonNeeded));
    play.act('q', cancel("重复")).expect("作废");
    assert_eq!(play.instance.status, Status::Void);
    let late = play.decide('c', "sign", Verdict::Agree);
    assert_eq!(
        late,
        Err(Refusal::Over {
            status: Status::Void
        })
    );
}

#[test]
fn returned_to_somebody_who_left_goes_to_whom_the_rule_finds_now() {
    let draft = step_with("draft", "", |step| {
        step.sign_off.seats = vec![seat(Who::Head)]
    });
    let nodes = vec![start(), draft, step("sign", "c"), end("end")];
    let mut play = Play::begin(process(nodes, line("start draft sign end")));
    play.agree('h', "draft");
    play.roster.people.remove(&person('h'));
    let unit = crate::play::unit(1);
    play.roster
        .units
        .get_mut(&unit)
        .expect("the department")
        .heads = vec![person('k')];
    play.send_back('c', "sign", "draft", Then::Again)
        .expect("退回");
    assert_eq!(play.open(), "draft:k");
}
