//! One person, one voice: a substitute does not vote twice in one visit; and what one of several has taken.

use andu_workflow::{
    Act, AddPlace, Refusal, Verdict, VisitState,
    definition::{Node, Order, Passing},
};

use crate::play::{Play, end, line, passing, person, process, start, step, step_with};

fn one(step: Node) -> Play {
    Play::begin(process(
        vec![start(), step, end("end")],
        line("start s end"),
    ))
}

fn for_whom(letter: char) -> Result<(), Refusal> {
    Err(Refusal::OneVoice {
        for_whom: person(letter),
    })
}

#[test]
fn whoever_has_an_own_seat_does_not_vote_for_another_as_well() {
    for rule in [
        Passing::All,
        Passing::Count(2),
        Passing::Percent(60),
        Passing::Weight(2),
    ] {
        let mut play = one(passing("s", "bcd", rule));
        play.roster.substitutes.push((person('b'), person('c')));
        play.agree('c', "s");
        let again = play.decide('c', "s", Verdict::Agree);
        assert_eq!(again, for_whom('b'), "{rule:?}");
        assert_eq!(play.state("s"), VisitState::Open);
        play.agree('b', "s");
        if rule == Passing::All {
            play.agree('d', "s");
        }
        assert!(play.is_done());
    }
}

#[test]
fn nor_before_the_own_turn_comes() {
    let mut play = one(step_with("s", "bc", |step| {
        step.sign_off.order = Order::InTurn
    }));
    play.roster.substitutes.push((person('b'), person('c')));
    assert_eq!(play.decide('c', "s", Verdict::Agree), for_whom('b'));
    play.roster.substitutes.push((person('b'), person('x')));
    play.agree('x', "s");
    play.agree('c', "s");
    assert!(play.is_done());
}

#[test]
fn nor_for_two_who_are_absent() {
    let mut play = one(step("s", "bc"));
    for absent in ['b', 'c'] {
        play.roster.substitutes.push((person(absent), person('x')));
    }
    play.agree('x', "s");
    let done = play.decide('x', "s", Verdict::Agree);
    let refused = [for_whom('b'), for_whom('c')];
    assert!(refused.contains(&done), "{done:?}");
}

#[test]
fn whoever_voted_for_somebody_gets_no_seat_of_the_own_either() {
    let mut play = one(step("s", "bc"));
    play.roster.substitutes.push((person('b'), person('x')));
    play.agree('x', "s");
    let added = play.add('c', "s", "x", AddPlace::Beside);
    let person = person('x');
    assert_eq!(added, Err(Refusal::AskedAlready { person }));
}

#[test]
fn an_own_seat_that_was_handed_over_is_no_voice() {
    let mut play = one(step("s", "bc"));
    play.roster.substitutes.push((person('b'), person('c')));
    let act = Act::Transfer {
        visit: play.visit("s"),
        from: person('c'),
        to: person('d'),
        note: String::new(),
    };
    play.act('c', act).expect("移交");
    play.agree('c', "s");
    play.agree('d', "s");
    assert!(play.is_done());
}

#[test]
fn an_opinion_is_no_voice() {
    let mut play = one(step("s", "b"));
    let ask = Act::Delegate {
        visit: play.visit("s"),
        to: person('x'),
        note: String::new(),
    };
    play.act('b', ask).expect("请…提意见");
    play.roster.substitutes.push((person('b'), person('x')));
    play.agree('x', "s");
    assert_eq!(play.open(), "s:b");
    play.agree('x', "s");
    assert!(play.is_done(), "for b, whose voice is one");
}

fn taken(passing: Passing) -> Play {
    one(step_with("s", "bcd", |step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = passing;
    }))
}

fn claim(play: &mut Play, by: char) -> Result<(), Refusal> {
    let visit = play.visit("s");
    play.act(by, Act::Claim { visit })
}

fn release(play: &mut Play, by: char) -> Result<(), Refusal> {
    let visit = play.visit("s");
    play.act(by, Act::Release { visit })
}

fn held_by(letter: char) -> Result<(), Refusal> {
    Err(Refusal::HeldBy {
        person: person(letter),
    })
}

#[test]
fn what_one_has_taken_the_others_are_told_who_has_it() {
    let mut play = taken(Passing::Count(1));
    claim(&mut play, 'c').expect("领取");
    claim(&mut play, 'c').expect("twice is once");
    assert_eq!(claim(&mut play, 'b'), held_by('c'));
    assert_eq!(play.decide('b', "s", Verdict::Agree), held_by('c'));
    assert_eq!(release(&mut play, 'b'), held_by('c'));
    assert_eq!(release(&mut play, 'q'), Err(Refusal::NotAsked));
    assert_eq!(claim(&mut play, 'q'), Err(Refusal::NotAsked));
    release(&mut play, 'c').expect("退领");
    assert_eq!(
        release(&mut play, 'c'),
        Err(Refusal::NotAsked),
        "nothing to give back"
    );
    claim(&mut play, 'b').expect("领取");
    play.agree('b', "s");
    assert!(play.is_done());
}

#[test]
fn where_it_has_to_be_taken_first_that_is_said() {
    let mut play = taken(Passing::Count(1));
    let early = play.decide('b', "s", Verdict::Agree);
    assert_eq!(early, Err(Refusal::ClaimFirst));
}

#[test]
fn a_substitute_takes_it_and_gives_it_back_for_somebody_absent() {
    let mut play = taken(Passing::Count(1));
    play.roster.substitutes.push((person('b'), person('x')));
    claim(&mut play, 'x').expect("领取");
    assert_eq!(claim(&mut play, 'c'), held_by('b'));
    release(&mut play, 'x').expect("退领");
    assert_eq!(play.open(), "s:bcd");
    claim(&mut play, 'c').expect("领取");
    assert_eq!(claim(&mut play, 'x'), held_by('c'));
}

#[test]
fn what_somebody_who_left_has_taken_a_dispatcher_gives_back() {
    let mut play = taken(Passing::Any);
    claim(&mut play, 'c').expect("领取");
    play.roster.people.remove(&person('c'));
    assert_eq!(release(&mut play, 'q'), Err(Refusal::NotAsked));
    play.powers.dispatch = true;
    release(&mut play, 'q').expect("退领");
    play.agree('b', "s");
    assert!(play.is_done());
}
