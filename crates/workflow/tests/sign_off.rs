//! 会签 and its kin: all, any, ratio, weight, veto, in turn, taken by one.

use andu_workflow::{
    Act, Refusal, Verdict, VisitState,
    definition::{Access, Guard, Opinion, Order, Passing, Refused, Value},
};

use crate::play::{
    Play, end, flow, key, line, otherwise, passing, person, process, start, step, step_with, when,
};

fn one(step: andu_workflow::definition::Node) -> Play {
    Play::begin(process(
        vec![start(), step, end("end")],
        line("start s end"),
    ))
}

#[test]
fn countersign_of_all_passes_when_everybody_agrees() {
    let mut play = one(step("s", "bcd"));
    assert_eq!(play.open(), "s:bcd");
    play.agree('c', "s");
    play.agree('b', "s");
    assert_eq!(play.open(), "s:d");
    play.agree('d', "s");
    assert!(play.is_done());
    assert_eq!(play.state("s"), VisitState::Passed);
}

#[test]
fn countersign_of_all_is_refused_by_the_first_refusal() {
    let mut play = one(step("s", "bcd"));
    play.refuse('c', "s");
    assert_eq!(play.state("s"), VisitState::Refused);
    let late = play.decide('b', "s", Verdict::Agree);
    let by = Some(person('c'));
    assert_eq!(
        late,
        Err(Refusal::Closed {
            state: VisitState::Refused,
            by
        })
    );
}

#[test]
fn everybody_is_heard_where_the_step_says_so() {
    let mut play = one(step_with("s", "bcd", |step| step.sign_off.hears_all = true));
    play.refuse('c', "s");
    play.agree('b', "s");
    assert_eq!(play.open(), "s:d");
    play.agree('d', "s");
    assert_eq!(play.state("s"), VisitState::Refused);
}

#[test]
fn countersign_in_turn_asks_one_after_another() {
    let mut play = one(step_with("s", "bcd", |step| {
        step.sign_off.order = Order::InTurn
    }));
    assert_eq!(play.open(), "s:b");
    let early = play.decide('d', "s", Verdict::Agree);
    assert_eq!(
        early,
        Err(Refusal::NotYet {
            before: person('b')
        })
    );
    play.agree('b', "s");
    assert_eq!(play.open(), "s:c");
    play.agree('c', "s");
    play.agree('d', "s");
    assert!(play.is_done());
}

#[test]
fn any_one_decides_and_the_others_need_not() {
    let mut play = one(passing("s", "bcd", Passing::Any));
    play.agree('c', "s");
    assert!(play.is_done());
    let mut play = one(passing("s", "bcd", Passing::Any));
    play.refuse('d', "s");
    assert_eq!(play.state("s"), VisitState::Refused);
}

#[test]
fn a_ratio_passes_as_soon_as_it_is_reached_and_fails_as_soon_as_it_cannot_be() {
    // 60 of every hundred of five are three.
    let mut play = one(passing("s", "bcdef", Passing::Percent(60)));
    play.agree('b', "s");
    play.refuse('c', "s");
    play.agree('d', "s");
    assert_eq!(play.open(), "s:ef");
    play.agree('e', "s");
    assert_eq!(play.state("s"), VisitState::Passed);
    let mut play = one(passing("s", "bcdef", Passing::Percent(60)));
    for letter in ['b', 'c', 'd'] {
        play.refuse(letter, "s");
    }
    assert_eq!(play.state("s"), VisitState::Refused);
    // Two thirds of three: 67 of every hundred are more than two of three.
    let mut play = one(passing("s", "bcd", Passing::Percent(67)));
    play.agree('b', "s");
    play.agree('c', "s");
    assert_eq!(play.open(), "s:d", "67 of every hundred of three are three");
}

#[test]
fn a_count_of_votes_passes() {
    let mut play = one(passing("s", "bcd", Passing::Count(2)));
    play.agree('b', "s");
    play.decide('c', "s", Verdict::Abstain).expect("abstains");
    play.agree('d', "s");
    assert_eq!(play.state("s"), VisitState::Passed);
}

#[test]
fn votes_are_weighed() {
    let weigh = |step: &mut andu_workflow::definition::Step| {
        step.sign_off.passing = Passing::Weight(5);
        step.sign_off.seats[0].weight = 3;
        step.sign_off.seats[1].weight = 2;
    };
    let mut play = one(step_with("s", "bcde", weigh));
    play.agree('d', "s");
    play.agree('e', "s");
    assert_eq!(play.open(), "s:bc", "two of seven");
    play.agree('b', "s");
    assert_eq!(play.state("s"), VisitState::Passed, "five of seven");
    let mut play = one(step_with("s", "bcde", weigh));
    play.refuse('b', "s");
    assert_eq!(
        play.state("s"),
        VisitState::Refused,
        "four of seven are left"
    );
}

#[test]
fn a_veto_refuses_for_all_and_is_waited_for() {
    let veto = |step: &mut andu_workflow::definition::Step| {
        step.sign_off.passing = Passing::Percent(50);
        step.sign_off.seats[0].veto = true;
    };
    let mut play = one(step_with("s", "bcde", veto));
    play.agree('c', "s");
    play.agree('d', "s");
    assert_eq!(
        play.open(),
        "s:be",
        "enough agree, but who may refuse for all was not heard"
    );
    play.refuse('b', "s");
    assert_eq!(play.state("s"), VisitState::Refused);
}

#[test]
fn abstaining_is_neither_consent_nor_refusal() {
    let mut play = one(step("s", "bc"));
    play.decide('b', "s", Verdict::Abstain).expect("abstains");
    play.agree('c', "s");
    assert_eq!(play.state("s"), VisitState::Passed);
    let mut play = one(step("s", "bc"));
    play.decide('b', "s", Verdict::Abstain).expect("abstains");
    play.decide('c', "s", Verdict::Abstain).expect("abstains");
    assert_eq!(play.state("s"), VisitState::Refused, "nobody has agreed");
}

#[test]
fn a_circle_counts_as_consent() {
    let mut play = one(step("s", "b"));
    let visit = play.visit("s");
    play.decide_with('b', visit, Verdict::Circle, |decide| decide.words.clear())
        .expect("a circle needs no words");
    assert_eq!(play.state("s"), VisitState::Passed);
}

#[test]
fn what_several_may_do_is_taken_by_one_and_given_back() {
    let claim = |step: &mut andu_workflow::definition::Step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = Passing::Any;
    };
    let mut play = one(step_with("s", "bcd", claim));
    let visit = play.visit("s");
    play.act(
        'c',
        Act::Claim {
            visit: visit.clone(),
        },
    )
    .expect("takes it");
    assert_eq!(play.open(), "s:c");
    let taken = play.act(
        'b',
        Act::Claim {
            visit: visit.clone(),
        },
    );
    assert_eq!(
        taken,
        Err(Refusal::HeldBy {
            person: person('c')
        })
    );
    assert_eq!(
        play.decide('b', "s", Verdict::Agree),
        Err(Refusal::HeldBy {
            person: person('c')
        })
    );
    play.act('c', Act::Release { visit })
        .expect("gives it back");
    assert_eq!(play.open(), "s:bcd");
    play.agree('b', "s");
    assert!(play.is_done());
}

#[test]
fn words_are_asked_for_where_the_step_wants_them() {
    let mut play = one(step_with("s", "b", |step| {
        step.opinion = Opinion::ForRefusal
    }));
    let visit = play.visit("s");
    let silent = play.decide_with('b', visit.clone(), Verdict::Refuse, |decide| {
        decide.words = " ".into()
    });
    assert_eq!(silent, Err(Refusal::OpinionNeeded));
    play.decide_with('b', visit, Verdict::Agree, |decide| decide.words.clear())
        .expect("consent needs none");
}

#[test]
fn items_are_entered_only_where_they_may_be_and_must_be_where_they_must() {
    let fields = |step: &mut andu_workflow::definition::Step| {
        step.fields = [(key("n"), Access::Require), (key("m"), Access::Read)].into();
    };
    let mut play = one(step_with("s", "b", fields));
    assert_eq!(
        play.decide('b', "s", Verdict::Agree),
        Err(Refusal::ItemNeeded { item: key("n") })
    );
    let read = play.enter('b', "s", "m", Value::Number(1));
    assert_eq!(read, Err(Refusal::ItemRefused { item: key("m") }));
    let text = play.enter('b', "s", "n", Value::Text("三".into()));
    assert_eq!(text, Err(Refusal::ItemRefused { item: key("n") }));
    play.enter('b', "s", "n", Value::Number(3))
        .expect("a number");
    assert_eq!(play.instance.items.get("n"), Some(&Value::Number(3)));
}

#[test]
fn a_step_is_not_done_before_what_it_asks_for_holds() {
    let complete = |step: &mut andu_workflow::definition::Step| {
        step.fields = [(key("n"), Access::Write)].into();
        step.complete = Some(Guard::Entered(key("n")));
    };
    let mut play = one(step_with("s", "b", complete));
    let early = play.decide('b', "s", Verdict::Agree);
    assert_eq!(early, Err(Refusal::Incomplete { node: key("s") }));
    play.enter('b', "s", "n", Value::Number(3))
        .expect("complete");
    assert!(play.is_done());
}

#[test]
fn a_refusal_goes_where_the_step_says() {
    let definition = |refused: Refused| {
        let sign = step_with("sign", "c", |step| step.refused = refused);
        process(
            vec![start(), step("draft", "a"), sign, end("end")],
            line("start draft sign end"),
        )
    };
    let mut play = Play::begin(definition(Refused::Back(key("draft"))));
    play.agree('a', "draft");
    play.refuse('c', "sign");
    assert_eq!(play.open(), "draft:a");
    play.agree('a', "draft");
    play.agree('c', "sign");
    assert!(play.is_done());
    let mut play = Play::begin(definition(Refused::Stop));
    play.agree('a', "draft");
    play.refuse('c', "sign");
    assert_eq!(play.instance.status, andu_workflow::Status::Stopped);
}

#[test]
fn guards_ask_how_a_step_ended() {
    let passed = Value::Text("passed".into());
    let flows = vec![
        flow("start", "s"),
        flow("s", "way"),
        when(
            flow("way", "yes"),
            "s.outcome",
            andu_workflow::definition::Comparison::Equal,
            passed,
        ),
        otherwise(flow("way", "no")),
        flow("yes", "end"),
        flow("no", "end"),
    ];
    let way = crate::play::node("way", andu_workflow::definition::Kind::Choose);
    let definition = process(
        vec![
            start(),
            step("s", "b"),
            way,
            step("yes", "c"),
            step("no", "d"),
            end("end"),
        ],
        flows,
    );
    let mut play = Play::begin(definition.clone());
    play.agree('b', "s");
    assert_eq!(play.open(), "yes:c");
    let mut play = Play::begin(definition);
    play.refuse('b', "s");
    assert_eq!(play.open(), "no:d");
}
