//! Who is found for a step, and who may not do two.

use andu_base::PostId;
use andu_workflow::{
    Act, Key, Refusal, Staff, Verdict, VisitState,
    definition::{Empty, Node, Repeated, Separation, Step, Value, Who},
};
use uuid::Uuid;

use crate::play::{
    Play, end, key, line, office, person, process, seat, start, step, step_with, unit,
};

fn asked_by(rule: Who, change: impl FnOnce(&mut Step)) -> Node {
    step_with("s", "", |step| {
        step.sign_off.seats = vec![seat(rule)];
        change(step);
    })
}

fn one(step: Node) -> Result<Play, Refusal> {
    let definition = process(vec![start(), step, end("end")], line("start s end"));
    let items = [(
        key("units"),
        Value::List(vec![unit(2).as_text(), unit(3).as_text()]),
    )];
    let mut roster = office();
    let post = PostId(Uuid::from_u128(77));
    let staff = Staff {
        units: vec![unit(2)],
        posts: [post].into(),
        roles: [("records_keeper".to_owned(), unit(2))].into(),
    };
    roster.people.insert(person('p'), staff);
    Play::try_begin(definition, items.into(), roster)
}

#[test]
fn rules_find_people() {
    let post = PostId(Uuid::from_u128(77));
    for (rule, found) in [
        (Who::Author, "s:a"),
        (Who::Person(person('e')), "s:e"),
        (Who::Post(post), "s:p"),
        (Who::Unit(unit(2)), "s:p"),
        (Who::Role("records_keeper".into()), "s:p"),
        (Who::Head, "s:h"),
        (Who::HeadOf(key("units")), "s:ij"),
        (Who::Above(1), "s:h"),
        (Who::Above(5), "s:hl"),
    ] {
        let play = one(asked_by(rule.clone(), |_| {})).expect("somebody is found");
        assert_eq!(play.open(), found, "{rule:?}");
    }
}

#[test]
fn whoever_decided_before_is_found() {
    let again = step_with("again", "", |step| {
        step.sign_off.seats = vec![seat(Who::DoneBy(key("s")))]
    });
    let nodes = vec![start(), step("s", "bc"), again, end("end")];
    let mut play = Play::begin(process(nodes, line("start s again end")));
    play.agree('b', "s");
    play.agree('c', "s");
    assert_eq!(play.open(), "again:bc");
}

#[test]
fn the_step_before_chooses_for_the_next() {
    let next = step_with("next", "", |step| {
        step.sign_off.seats = vec![seat(Who::Chosen)]
    });
    let nodes = vec![start(), step("s", "b"), next, end("end")];
    let mut play = Play::begin(process(nodes, line("start s next end")));
    let nobody = play.decide('b', "s", Verdict::Agree);
    assert_eq!(nobody, Err(Refusal::Nobody { node: key("next") }));
    let visit = play.visit("s");
    play.decide_with('b', visit, Verdict::Agree, |decide| {
        decide
            .chosen
            .insert(key("next"), vec![person('x'), person('y')]);
    })
    .expect("chosen");
    assert_eq!(play.open(), "next:xy");
}

#[test]
fn where_nobody_is_found_the_policy_of_the_step_says_what_happens() {
    let nobody = || Who::Role("nobody".into());
    let refused = one(asked_by(nobody(), |_| {})).map(|play| play.open());
    assert_eq!(refused, Err(Refusal::Nobody { node: key("s") }));
    let skipped =
        one(asked_by(nobody(), |step| step.sign_off.empty = Empty::Skip)).expect("skipped");
    assert!(skipped.is_done());
    assert_eq!(
        skipped.state("s"),
        VisitState::Skipped,
        "never shown as approved"
    );
    let handed = asked_by(nobody(), |step| {
        step.sign_off.empty = Empty::HandTo(vec![Who::Head])
    });
    assert_eq!(one(handed).expect("handed over").open(), "s:h");
}

#[test]
fn the_author_is_asked_again_or_skipped_or_the_one_above_decides() {
    let by_author = |repeated| asked_by(Who::Author, |step| step.sign_off.repeated = repeated);
    assert_eq!(one(by_author(Repeated::Ask)).expect("asked").open(), "s:a");
    let skipped = one(by_author(Repeated::Skip)).expect("skipped");
    assert_eq!(skipped.state("s"), VisitState::Skipped);
    assert_eq!(
        one(by_author(Repeated::HandUp)).expect("handed up").open(),
        "s:h"
    );
}

#[test]
fn whoever_has_just_decided_is_not_asked_twice_in_a_row() {
    let again = step_with("again", "bd", |step| {
        step.sign_off.repeated = Repeated::Skip
    });
    let nodes = vec![start(), step("s", "b"), again, end("end")];
    let mut play = Play::begin(process(nodes, line("start s again end")));
    play.agree('b', "s");
    assert_eq!(play.open(), "again:d");
}

fn separated(people: &str, author: bool) -> Play {
    let nodes = vec![
        start(),
        step("draft", "a"),
        step("check", "b"),
        step("sign", people),
        end("end"),
    ];
    let mut definition = process(nodes, line("start draft check sign end"));
    let steps: Vec<Key> = ["check", "sign"].map(key).into();
    definition.separations.push(Separation { steps, author });
    let mut play = Play::begin(definition);
    play.agree('a', "draft");
    play
}

#[test]
fn one_person_does_not_do_two_steps_that_are_apart() {
    let mut play = separated("bc", false);
    play.agree('b', "check");
    assert_eq!(play.open(), "sign:c", "who has checked is not asked");
    let mut alone = separated("b", false);
    let nobody = alone.decide('b', "check", Verdict::Agree);
    assert_eq!(nobody, Err(Refusal::Nobody { node: key("sign") }));
}

#[test]
fn not_by_way_of_a_substitute_nor_of_a_hand_over_either() {
    let mut play = separated("c", false);
    play.agree('b', "check");
    play.roster.substitutes.push((person('c'), person('b')));
    let other = Some(key("check"));
    let refusal = Err(Refusal::Separate {
        one: key("sign"),
        other,
    });
    assert_eq!(play.decide('b', "sign", Verdict::Agree), refusal);
    let visit = play.visit("sign");
    let hand = Act::Transfer {
        visit,
        from: person('c'),
        to: person('b'),
        note: String::new(),
    };
    assert_eq!(play.act('c', hand), refusal);
    // Nor for somebody who has: d acts for b in the first, then b in the second.
    let mut play = separated("bc", false);
    play.roster.substitutes.push((person('b'), person('d')));
    play.agree('d', "check");
    assert_eq!(play.open(), "sign:c");
}

#[test]
fn whoever_began_it_does_not_sign_it() {
    let mut play = separated("ac", true);
    play.agree('b', "check");
    assert_eq!(play.open(), "sign:c");
}

#[test]
fn after_a_return_the_void_visit_separates_nobody() {
    let mut play = separated("bc", false);
    play.agree('b', "check");
    play.send_back('c', "sign", "draft", andu_workflow::Then::Again)
        .expect("退回");
    play.agree('a', "draft");
    assert_eq!(play.open(), "check:b");
}
