//! 加签, 减签, 移交, 请…提意见, 征求意见.

use andu_workflow::{
    Act, AddPlace, Refusal, Verdict, VisitState,
    definition::{May, Passing},
};

use crate::play::{Play, end, line, passing, person, process, start, step, step_with};

fn one(step: andu_workflow::definition::Node) -> Play {
    Play::begin(process(
        vec![start(), step, end("end")],
        line("start s end"),
    ))
}

#[test]
fn added_before_decides_first() {
    let mut play = one(step("s", "b"));
    play.add('b', "s", "xy", AddPlace::Before).expect("先送");
    assert_eq!(play.open(), "s:xy");
    assert_eq!(
        play.decide('b', "s", Verdict::Agree),
        Err(Refusal::NotYet {
            before: person('x')
        })
    );
    play.agree('x', "s");
    play.agree('y', "s");
    assert_eq!(play.open(), "s:b");
    play.agree('b', "s");
    assert!(play.is_done());
}

#[test]
fn added_after_decides_next_and_before_whoever_follows() {
    let mut play = one(step_with("s", "bc", |step| {
        step.sign_off.order = andu_workflow::definition::Order::InTurn;
    }));
    play.add('b', "s", "x", AddPlace::After).expect("再送");
    play.agree('b', "s");
    assert_eq!(play.open(), "s:x");
    play.agree('x', "s");
    assert_eq!(play.open(), "s:c");
    play.agree('c', "s");
    assert!(play.is_done());
}

#[test]
fn added_beside_counts_with_the_others() {
    let mut play = one(passing("s", "bc", Passing::Percent(60)));
    play.add('b', "s", "xyz", AddPlace::Beside)
        .expect("加送会签");
    assert_eq!(play.open(), "s:bcxyz");
    for letter in ['b', 'x'] {
        play.agree(letter, "s");
    }
    assert_eq!(
        play.state("s"),
        VisitState::Open,
        "three of five are needed now"
    );
    play.agree('z', "s");
    assert_eq!(play.state("s"), VisitState::Passed);
}

#[test]
fn nobody_is_added_twice_and_only_who_works_here() {
    let mut play = one(step("s", "bc"));
    let twice = play.add('b', "s", "c", AddPlace::Beside);
    assert_eq!(
        twice,
        Err(Refusal::AskedAlready {
            person: person('c')
        })
    );
    play.roster.people.remove(&person('x'));
    let gone = play.add('b', "s", "x", AddPlace::Before);
    assert_eq!(
        gone,
        Err(Refusal::Unknown {
            person: person('x')
        })
    );
    let outsider = play.add('q', "s", "x", AddPlace::Before);
    assert_eq!(outsider, Err(Refusal::NotAsked));
}

#[test]
fn taken_out_is_no_longer_waited_for() {
    let mut play = one(step("s", "bcd"));
    play.agree('c', "s");
    let visit = play.visit("s");
    let take = |who: char| Act::TakeOut {
        visit: visit.clone(),
        person: person(who),
    };
    play.act('b', take('d')).expect("取消会签");
    play.agree('b', "s");
    assert!(play.is_done());
    let mut play = one(step("s", "b"));
    let alone = Act::TakeOut {
        visit: play.visit("s"),
        person: person('b'),
    };
    assert!(matches!(play.act('b', alone), Err(Refusal::Nobody { .. })));
}

#[test]
fn taking_the_last_one_out_settles_the_vote() {
    let mut play = one(step("s", "bc"));
    play.add('b', "s", "x", AddPlace::Beside).expect("added");
    play.agree('b', "s");
    play.agree('c', "s");
    let visit = play.visit("s");
    play.act(
        'b',
        Act::TakeOut {
            visit,
            person: person('x'),
        },
    )
    .expect("who was added by oneself");
    assert!(play.is_done());
}

#[test]
fn handed_over_is_decided_by_the_other() {
    let mut play = one(step_with("s", "bc", |step| {
        step.sign_off.order = andu_workflow::definition::Order::InTurn;
    }));
    let visit = play.visit("s");
    let note = "分管领导调整".to_owned();
    let hand = Act::Transfer {
        visit,
        from: person('b'),
        to: person('x'),
        note,
    };
    play.act('b', hand).expect("移交");
    assert_eq!(play.open(), "s:x");
    assert_eq!(
        play.decide('b', "s", Verdict::Agree),
        Err(Refusal::NotAsked)
    );
    play.agree('x', "s");
    assert_eq!(play.open(), "s:c");
}

#[test]
fn what_somebody_who_left_holds_is_handed_over_by_a_dispatcher() {
    let mut play = one(step("s", "bc"));
    play.roster.people.remove(&person('b'));
    let visit = play.visit("s");
    let hand = Act::Transfer {
        visit,
        from: person('b'),
        to: person('x'),
        note: "离岗".into(),
    };
    assert_eq!(
        play.act('q', hand.clone()),
        Err(Refusal::NotAllowed { what: None })
    );
    play.powers.dispatch = true;
    play.act('q', hand).expect("handed over");
    assert_eq!(play.open(), "s:cx");
}

#[test]
fn an_opinion_that_is_waited_for_comes_back_and_does_not_count() {
    let mut play = one(step("s", "b"));
    let visit = play.visit("s");
    let ask = Act::Delegate {
        visit,
        to: person('x'),
        note: "请法规科提意见".into(),
    };
    play.act('b', ask).expect("请…提意见");
    assert_eq!(play.open(), "s:x");
    play.refuse('x', "s");
    assert_eq!(play.open(), "s:b", "advice refuses nothing");
    play.agree('b', "s");
    assert!(play.is_done());
}

#[test]
fn an_opinion_that_is_not_waited_for_holds_nothing_up() {
    let mut play = one(step("s", "b"));
    let visit = play.visit("s");
    let ask = Act::Consult {
        visit,
        to: person('x'),
        note: "贵科有何意见".into(),
    };
    play.act('b', ask).expect("征求意见");
    assert_eq!(play.open(), "s:bx");
    play.agree('b', "s");
    assert!(play.is_done());
    let member = &play.instance.visits[0].members[1];
    assert_eq!(member.state, andu_workflow::MemberState::NotNeeded);
}

#[test]
fn an_adviser_may_not_do_what_members_may() {
    let mut play = one(step("s", "b"));
    let visit = play.visit("s");
    let ask = Act::Consult {
        visit: visit.clone(),
        to: person('x'),
        note: String::new(),
    };
    play.act('b', ask).expect("征求意见");
    let hand = Act::Transfer {
        visit,
        from: person('x'),
        to: person('y'),
        note: String::new(),
    };
    assert_eq!(
        play.act('x', hand),
        Err(Refusal::NotAllowed {
            what: Some(May::Transfer)
        })
    );
}

#[test]
fn what_a_step_does_not_allow_is_refused() {
    let mut play = one(step_with("s", "b", |step| step.may.clear()));
    let added = play.add('b', "s", "x", AddPlace::After);
    assert_eq!(
        added,
        Err(Refusal::NotAllowed {
            what: Some(May::AddAfter)
        })
    );
}

#[test]
fn a_substitute_acts_for_whom_and_both_names_stay() {
    let mut play = one(step("s", "b"));
    play.roster.substitutes.push((person('b'), person('x')));
    play.agree('x', "s");
    let decision = play.instance.visits[0].members[0]
        .decision()
        .expect("acted");
    assert_eq!(
        (decision.by, decision.for_whom),
        (person('x'), Some(person('b')))
    );
}
