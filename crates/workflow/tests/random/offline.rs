//! Several desks hold the same instance and decide without a network; the server takes what arrives in any
//! order, some of it twice.

use andu_workflow::{
    Act, Command, Decide, Event, Instance, MemberState, Refusal, Verdict, VisitName, VisitState,
    decide,
    definition::{Passing, SignOff},
};
use proptest::prelude::*;

use crate::play::{Play, end, letter, line, person, process, start, step, step_with};

/// s by several, then sign by z.
fn several(people: usize, sign_off: impl FnOnce(&mut SignOff)) -> Play {
    let letters: String = ('b'..='h').take(people).collect();
    let s = step_with("s", &letters, |step| sign_off(&mut step.sign_off));
    let nodes = vec![start(), s, step("sign", "z"), end("end")];
    Play::begin(process(nodes, line("start s sign end")))
}

/// A decision that a desk has made on what it knew.
fn made(play: &Play, by: char, verdict: Verdict, visit: VisitName) -> Command {
    let decide = Decide {
        visit,
        verdict,
        words: format!("{by}的意见"),
        content: None,
        items: Default::default(),
        chosen: Default::default(),
        on_paper: None,
        handwriting: None,
    };
    Command {
        by: person(by),
        made_at: play.now,
        act: Act::Decide(Box::new(decide)),
    }
}

/// The server takes commands in an order; what it has then, and what it answered.
fn taken(play: &Play, commands: &[Command]) -> (Instance, Vec<Event>, Vec<Result<(), Refusal>>) {
    let mut instance = play.instance.clone();
    let mut events = play.events.clone();
    let mut answers = Vec::new();
    for command in commands {
        let decided = decide(&play.net, &instance, command, &play.context());
        answers.push(decided.map(|decided| {
            instance = decided.instance;
            events.extend(decided.events);
        }));
    }
    assert_eq!(
        Instance::replayed(&events).as_ref(),
        Some(&instance),
        "replayed by anybody"
    );
    (instance, events, answers)
}

/// What people would call the same: verdicts by name, how visits stand, who is asked next.
fn said(instance: &Instance) -> Vec<String> {
    let mut said = Vec::new();
    for visit in &instance.visits {
        said.push(format!("{} {:?}", visit.name, visit.state));
        for member in &visit.members {
            let state = match &member.state {
                MemberState::Acted(decision) => {
                    format!("{:?} {}", decision.verdict, decision.words)
                }
                other => format!("{other:?}"),
            };
            said.push(format!("{} {} {state}", visit.name, letter(member.person)));
        }
    }
    said.sort();
    said
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(vec![
        Verdict::Agree,
        Verdict::Circle,
        Verdict::Refuse,
        Verdict::Abstain,
    ])
}

fn votes() -> impl Strategy<Value = Vec<(Verdict, u32)>> {
    prop::collection::vec((verdict(), any::<u32>()), 2..=6)
}

proptest! {
    #![proptest_config(super::moves::cases(100))]

    #[test]
    fn where_everybody_is_heard_the_order_in_which_decisions_come_does_not_matter(
        votes in votes(),
        passing in prop_oneof![
            Just(Passing::All),
            (1..=100_u32).prop_map(Passing::Percent),
            (1..=6_u32).prop_map(Passing::Count),
        ],
    ) {
        let play = several(votes.len(), |sign_off| {
            sign_off.passing = passing;
            sign_off.hears_all = true;
        });
        let visit = play.visit("s");
        let cast = ('b'..='h').zip(&votes);
        let in_order: Vec<_> =
            cast.map(|(by, (verdict, _))| made(&play, by, *verdict, visit.clone())).collect();
        let mut mixed: Vec<_> = in_order.iter().zip(&votes).collect();
        mixed.sort_by_key(|(_, (_, place))| *place);
        let mixed: Vec<_> = mixed.into_iter().map(|(command, _)| command.clone()).collect();
        let (one, _, answers) = taken(&play, &in_order);
        let (other, _, others) = taken(&play, &mixed);
        prop_assert!(answers.iter().chain(&others).all(Result::is_ok), "{answers:?} {others:?}");
        prop_assert_eq!(said(&one), said(&other));
    }

    #[test]
    fn of_several_who_decide_for_all_exactly_one_counts(votes in votes(), twice in any::<bool>()) {
        let votes: Vec<_> = votes
            .into_iter()
            .map(|(verdict, place)| match verdict {
                Verdict::Abstain => (Verdict::Agree, place),
                verdict => (verdict, place),
            })
            .collect();
        let play = several(votes.len(), |sign_off| sign_off.passing = Passing::Any);
        let visit = play.visit("s");
        let mut cast: Vec<_> = ('b'..='h').zip(&votes).collect();
        cast.sort_by_key(|(_, (_, place))| *place);
        let mut commands: Vec<_> = cast
            .iter()
            .map(|(by, (verdict, _))| made(&play, *by, *verdict, visit.clone()))
            .collect();
        if twice {
            commands.extend(commands.clone());
        }
        let (instance, events, answers) = taken(&play, &commands);
        let acted = events.iter().filter(|event| matches!(event, Event::Acted { .. }));
        prop_assert_eq!(acted.count(), 1);
        prop_assert_eq!(answers[0].as_ref(), Ok(&()));
        let (first, _) = cast[0];
        for answer in &answers[1..] {
            let closed = matches!(
                answer,
                Err(Refusal::Closed { by: Some(by), state })
                    if *by == person(first) && *state != VisitState::Open
            );
            prop_assert!(closed, "{answer:?}");
        }
        prop_assert_ne!(instance.visits[0].state, VisitState::Open);
    }

    #[test]
    fn a_decision_that_arrives_twice_counts_once(
        votes in votes(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 1..20),
    ) {
        let play = several(votes.len(), |sign_off| sign_off.hears_all = true);
        let visit = play.visit("s");
        let cast = ('b'..='h').zip(&votes);
        let made: Vec<_> =
            cast.map(|(by, (verdict, _))| made(&play, by, *verdict, visit.clone())).collect();
        let places: Vec<usize> = order.iter().map(|at| at.index(made.len())).collect();
        let commands: Vec<_> = places.iter().map(|at| made[*at].clone()).collect();
        let (_, _, answers) = taken(&play, &commands);
        for (no, (place, answer)) in places.iter().zip(&answers).enumerate() {
            let before = places[..no].contains(place);
            let again = matches!(
                answer,
                Err(Refusal::ActedBefore | Refusal::Closed { .. })
            );
            prop_assert!(if before { again } else { answer.is_ok() }, "{no}: {answer:?}");
        }
    }
}

#[test]
fn two_who_sign_together_without_a_network_both_count_in_either_order() {
    let play = several(2, |_| {});
    let visit = play.visit("s");
    let made = |by| made(&play, by, Verdict::Agree, visit.clone());
    let (one, _, first) = taken(&play, &[made('b'), made('c')]);
    let (other, _, second) = taken(&play, &[made('c'), made('b')]);
    assert_eq!((first, second), (vec![Ok(()); 2], vec![Ok(()); 2]));
    assert_eq!(said(&one), said(&other));
    assert_eq!(one.visits[0].state, VisitState::Passed);
    let next: Vec<_> = one
        .open_visits()
        .map(|(_, visit)| visit.name.to_string())
        .collect();
    assert_eq!(next, ["1/sign"]);
}

#[test]
fn what_was_decided_before_a_return_became_known_is_told_that_it_is_void() {
    let nodes = vec![start(), step("draft", "a"), step("s", "bc"), end("end")];
    let mut play = Play::begin(process(nodes, line("start draft s end")));
    play.agree('a', "draft");
    let late = made(&play, 'c', Verdict::Agree, play.visit("s"));
    play.send_back('b', "s", "draft", andu_workflow::Then::Again)
        .expect("退回");
    let (_, _, answers) = taken(&play, std::slice::from_ref(&late));
    assert!(
        matches!(answers[0], Err(Refusal::Closed { .. })),
        "{answers:?}"
    );
    play.agree('a', "draft");
    let (_, _, answers) = taken(&play, &[late]);
    assert!(
        matches!(answers[0], Err(Refusal::Closed { .. })),
        "the new round is another visit: {answers:?}"
    );
}
