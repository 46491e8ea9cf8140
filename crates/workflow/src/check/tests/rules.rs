//! People and time.

use andu_base::PersonId;
use uuid::Uuid;

use super::*;
use crate::definition::{Limit, Order, Overdue, Passing, Separation, StepLimit};

fn person(number: u128) -> Who {
    Who::Person(PersonId(Uuid::from_u128(number)))
}

/// Two steps, one after the other.
fn two() -> Definition {
    draw("s:start a:step b:step e:end", "s>a>b>e")
}

fn set(drawn: &mut Definition, id: &str, change: impl FnOnce(&mut Step)) {
    let node = drawn
        .nodes
        .iter_mut()
        .find(|node| &*node.id == id)
        .expect("a node");
    let Kind::Step(step) = &mut node.kind else {
        panic!("a step")
    };
    change(step);
}

#[test]
fn a_step_needs_somebody() {
    let mut drawn = two();
    set(&mut drawn, "a", |step| *step = Step::default());
    says(&drawn, &[Code::NoSeats]);
}

#[test]
fn votes_can_be_reached() {
    let with = |passing: Passing, who: &[Who]| {
        let mut drawn = two();
        set(&mut drawn, "a", |step| {
            *step = step_by(who);
            step.sign_off.passing = passing;
        });
        codes(&look(&drawn))
    };
    let three = [person(1), person(2), person(2)];
    let role = [Who::Role("处长".into())];
    assert_eq!(with(Passing::Percent(0), &role), [Code::PercentOutOfRange]);
    assert_eq!(
        with(Passing::Percent(101), &role),
        [Code::PercentOutOfRange]
    );
    assert_eq!(with(Passing::Percent(60), &role), []);
    assert_eq!(with(Passing::Count(2), &three), []);
    assert_eq!(with(Passing::Count(3), &three), [Code::CountOutOfRange]);
    assert_eq!(
        with(Passing::Count(30), &role),
        [],
        "nobody knows how many they are"
    );
    assert_eq!(with(Passing::Count(0), &role), [Code::CountOutOfRange]);
    assert_eq!(with(Passing::Weight(4), &three), [Code::WeightOutOfRange]);
    assert_eq!(with(Passing::Weight(3), &three), []);
}

#[test]
fn whoever_takes_it_first_decides_without_votes() {
    let mut drawn = two();
    set(&mut drawn, "a", |step| {
        step.sign_off.order = Order::Claim;
        step.sign_off.passing = Passing::Count(1);
    });
    says(&drawn, &[Code::ClaimWithVotes]);
}

#[test]
fn a_veto_has_a_consequence() {
    let mut drawn = two();
    set(&mut drawn, "a", |step| step.sign_off.seats[0].veto = true);
    says(&drawn, &[Code::VetoWithoutConsequence]);
    set(&mut drawn, "a", |step| step.sign_off.seats[0].weight = 0);
    assert_eq!(look(&drawn).of(Code::WeightlessSeat).count(), 1);
}

#[test]
fn what_one_person_always_does_cannot_be_separated() {
    let with = |a: Who, b: Who, author: bool| {
        let mut drawn = two();
        set(&mut drawn, "a", |step| *step = step_by(&[a]));
        set(&mut drawn, "b", |step| *step = step_by(&[b]));
        drawn.separations.push(Separation {
            steps: vec![key("a"), key("b")],
            author,
        });
        codes(&look(&drawn))
    };
    let role = || Who::Role("核稿人".into());
    let impossible = [Code::SeparationImpossible];
    assert_eq!(with(person(1), person(1), false), impossible);
    assert_eq!(with(person(1), person(2), false), []);
    assert_eq!(with(Who::Author, Who::Author, false), impossible);
    assert_eq!(with(role(), Who::DoneBy(key("a")), false), impossible);
    assert_eq!(
        with(Who::DoneBy(key("b")), Who::DoneBy(key("a")), false),
        [Code::SeparationImpossible, Code::DoneByNotBefore]
    );
    assert_eq!(with(role(), role(), false), []);
    assert_eq!(with(Who::Author, role(), false), []);
    assert_eq!(with(Who::Author, role(), true), impossible);
    let mut drawn = two();
    drawn.separations.push(Separation {
        steps: vec![key("a")],
        author: false,
    });
    says(&drawn, &[Code::SeparationIdle]);
}

fn limited(drawn: &mut Definition, working_days: u32, promised: Option<u32>) {
    drawn.limit = Some(Limit {
        working_days,
        from: None,
        law: "行政许可法第四十二条".into(),
        promised,
        extension: 0,
        extended_by: Vec::new(),
        stops: Vec::new(),
        warn: 2,
    });
}

fn within(drawn: &mut Definition, step: &str, within: Span) {
    set(drawn, step, |step| {
        step.limit = Some(StepLimit {
            within,
            overdue: Vec::new(),
        })
    });
}

#[test]
fn the_longest_way_fits_into_the_limit() {
    let nodes = "s:start p:all a:step b:step j:all x:choose c:step d:step m:choose e:end";
    let mut drawn = draw(nodes, "s>m>p>a>j>x>c>e p>b>j x>d>m");
    within(&mut drawn, "a", Span::WorkingDays(5));
    within(&mut drawn, "b", Span::HalfDays(12));
    within(&mut drawn, "c", Span::WorkingDays(10));
    within(&mut drawn, "d", Span::WorkingDays(3));
    limited(&mut drawn, 16, None);
    says(&drawn, &[]);
    limited(&mut drawn, 15, None);
    let report = says(&drawn, &[Code::PathOverLimit]);
    let finding = report.of(Code::PathOverLimit).next().expect("too long");
    assert_eq!(
        (places(finding), finding.number, finding.most),
        (vec!["b", "c"], Some(16), Some(15))
    );
    limited(&mut drawn, 20, Some(10));
    says(&drawn, &[Code::PathOverPromise]);
}

#[test]
fn what_is_promised_is_not_more_than_the_law_allows() {
    let mut drawn = two();
    limited(&mut drawn, 20, Some(21));
    says(&drawn, &[Code::PromisedOverLimit]);
    says(&mends(&drawn, Code::PromisedOverLimit), &[]);
}

#[test]
fn limits_are_written_whole() {
    let mut drawn = two();
    limited(&mut drawn, 0, None);
    says(&drawn, &[Code::LimitZero]);
    limited(&mut drawn, 20, None);
    let limit = drawn.limit.as_mut().expect("a limit");
    (limit.law, limit.extension) = (String::new(), 10);
    says(
        &drawn,
        &[Code::LimitWithoutLaw, Code::ExtensionWithoutApprover],
    );
    limited(&mut drawn, 20, None);
    drawn
        .limit
        .as_mut()
        .expect("a limit")
        .extended_by
        .push(Who::Head);
    says(&drawn, &[Code::ExtensionIdle]);
}

#[test]
fn what_the_law_demands_is_not_passed_by_time() {
    let mut drawn = two();
    drawn.nodes[1].law = Some("行政许可法第三十四条".into());
    let overdue = vec![Overdue::Pass];
    set(&mut drawn, "a", |step| {
        step.limit = Some(StepLimit {
            within: Span::WorkingDays(0),
            overdue,
        });
    });
    says(&drawn, &[Code::PassAgainstLaw, Code::LimitZero]);
}
