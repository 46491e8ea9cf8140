//! Conditions.

use proptest::prelude::*;

use super::*;
use crate::{check::Entry, definition::Access};

/// A choice between three steps with conditions for the first two; the third is taken otherwise, if at all.
fn choice(kind: ItemKind, first: Guard, then: Guard, otherwise: bool) -> Definition {
    let mut drawn = draw(
        "s:start e:end m:choose x:choose a:step b:step",
        "s>x>a>m>e x>b>m",
    );
    drawn.items.clear();
    item(&mut drawn, "days", kind);
    let [a, b] = ["x>a", "x>b"];
    for (id, when) in [(a, first), (b, then)] {
        let flow = drawn
            .flows
            .iter_mut()
            .find(|flow| &*flow.id == id)
            .expect("a flow");
        (flow.when, flow.otherwise) = (Some(when), false);
    }
    if otherwise {
        drawn.nodes.push(node("c", "step"));
        drawn
            .flows
            .extend([flow("x", "c", None, true), flow("c", "m", None, false)]);
    }
    drawn
}

fn number() -> ItemKind {
    ItemKind::Number {
        least: Some(0),
        most: Some(30),
    }
}

fn days(is: Comparison, value: i64) -> Guard {
    compare("days", is, Value::Number(value))
}

fn example(report: &Report, code: Code) -> Vec<Entry> {
    report
        .of(code)
        .next()
        .unwrap_or_else(|| panic!("no {code:?}"))
        .example
        .clone()
}

#[test]
fn a_gap_between_more_and_less_is_found_with_the_value_in_it() {
    let drawn = choice(
        number(),
        days(Comparison::More, 3),
        days(Comparison::Less, 3),
        false,
    );
    let report = says(&drawn, &[Code::GuardGap]);
    let value = Some(Value::Number(3));
    assert_eq!(
        example(&report, Code::GuardGap),
        [Entry {
            item: key("days"),
            value
        }]
    );
    says(&mends(&drawn, Code::GuardGap), &[]);
    let added = apply(
        &drawn,
        &crate::check::Fix::AddOtherwise {
            node: key("x"),
            to: Some(key("m")),
        },
    );
    says(&added.expect("a fix"), &[]);
    let ended = apply(
        &drawn,
        &crate::check::Fix::AddOtherwise {
            node: key("x"),
            to: None,
        },
    );
    says(&ended.expect("a fix"), &[]);
}

#[test]
fn what_leaves_no_gap_needs_no_other_way() {
    says(
        &choice(
            number(),
            days(Comparison::More, 3),
            days(Comparison::AtMost, 3),
            false,
        ),
        &[],
    );
    // The bounds of the item count.
    says(
        &choice(
            number(),
            days(Comparison::Equal, 0),
            days(Comparison::AtLeast, 1),
            false,
        ),
        &[],
    );
    let no = |yes| compare("days", Comparison::Equal, Value::YesNo(yes));
    says(&choice(ItemKind::YesNo, no(true), no(false), false), &[]);
}

#[test]
fn two_conditions_that_hold_at_once_are_told_with_an_example() {
    let drawn = choice(
        number(),
        days(Comparison::AtLeast, 3),
        days(Comparison::AtMost, 3),
        false,
    );
    let report = says(&drawn, &[Code::GuardOverlap]);
    let value = Some(Value::Number(3));
    assert_eq!(
        example(&report, Code::GuardOverlap),
        [Entry {
            item: key("days"),
            value
        }]
    );
}

#[test]
fn a_condition_that_never_holds_is_an_error() {
    let drawn = choice(
        number(),
        days(Comparison::More, 30),
        days(Comparison::AtMost, 30),
        false,
    );
    says(&drawn, &[Code::GuardNever]);
    let text = compare("days", Comparison::Equal, Value::Text("3".into()));
    says(
        &choice(number(), text, days(Comparison::AtMost, 30), false),
        &[Code::GuardNever],
    );
}

#[test]
fn a_condition_behind_a_wider_one_is_shadowed() {
    let drawn = choice(
        number(),
        days(Comparison::More, 3),
        days(Comparison::More, 10),
        true,
    );
    let report = says(&drawn, &[Code::GuardShadowed]);
    let finding = report.of(Code::GuardShadowed).next().expect("shadowed");
    assert_eq!(places(finding), ["x>b", "x>a"]);
}

#[test]
fn codes_of_a_list_and_texts_are_told_apart() {
    let options = ["report", "request"].map(|code| crate::definition::Choice {
        code: code.into(),
        title: code.into(),
    });
    let is = |word: &str| compare("days", Comparison::Equal, Value::Text(word.into()));
    let closed = ItemKind::Choice {
        options: options.to_vec(),
    };
    says(&choice(closed, is("report"), is("request"), false), &[]);
    let report = says(
        &choice(ItemKind::Text, is("report"), is("request"), false),
        &[Code::GuardGap],
    );
    let value = Some(Value::Text("其他".into()));
    assert_eq!(
        example(&report, Code::GuardGap),
        [Entry {
            item: key("days"),
            value
        }]
    );
    let one_of = compare(
        "days",
        Comparison::OneOf,
        Value::List(vec!["report".into(), "x".into()]),
    );
    let other = Guard::Not(Box::new(one_of.clone()));
    says(&choice(ItemKind::Text, one_of, other, false), &[]);
}

#[test]
fn days_have_an_order() {
    let on = |is, day: &str| compare("days", is, Value::Text(day.into()));
    let before = on(Comparison::Less, "2026-03-01");
    let after = on(Comparison::More, "2026-03-01");
    let report = says(
        &choice(ItemKind::Day, before, after, false),
        &[Code::GuardGap],
    );
    let value = Some(Value::Text("2026-03-01".into()));
    assert_eq!(
        example(&report, Code::GuardGap),
        [Entry {
            item: key("days"),
            value
        }]
    );
}

#[test]
fn people_can_be_several() {
    let of = |who: &str| compare("days", Comparison::OneOf, Value::List(vec![who.into()]));
    let report = look(&choice(ItemKind::Units, of("a"), of("b"), true));
    let [entry] = &example(&report, Code::GuardOverlap)[..] else {
        panic!("one entry")
    };
    assert_eq!(entry.value, Some(Value::List(vec!["a".into(), "b".into()])));
}

fn with_fields(drawn: &mut Definition, step: &str, access: Access) {
    let node = drawn
        .nodes
        .iter_mut()
        .find(|node| &*node.id == step)
        .expect("a node");
    let Kind::Step(step) = &mut node.kind else {
        panic!("a step")
    };
    step.fields.insert(key("days"), access);
}

fn asked_before() -> Definition {
    let mut drawn = choice(
        number(),
        days(Comparison::More, 3),
        days(Comparison::AtMost, 3),
        false,
    );
    drawn.nodes.push(node("t", "step"));
    drawn.flows.retain(|flow| &*flow.id != "s>x");
    drawn
        .flows
        .extend([flow("s", "t", None, false), flow("t", "x", None, false)]);
    drawn
}

#[test]
fn what_may_be_left_out_leaves_a_gap_and_what_must_be_entered_does_not() {
    let mut drawn = asked_before();
    with_fields(&mut drawn, "t", Access::Write);
    let report = says(&drawn, &[Code::GuardGapBlank]);
    let entry = Entry {
        item: key("days"),
        value: None,
    };
    assert_eq!(example(&report, Code::GuardGapBlank), [entry]);
    with_fields(&mut drawn, "t", Access::Require);
    says(&drawn, &[]);
}

#[test]
fn what_is_entered_only_afterwards_is_told() {
    let mut drawn = asked_before();
    with_fields(&mut drawn, "a", Access::Require);
    let report = says(&drawn, &[Code::ItemNotWritten, Code::GuardGapBlank]);
    let finding = report.of(Code::ItemNotWritten).next().expect("not written");
    assert_eq!(finding.names, ["days"]);
}

#[test]
fn what_a_choice_before_has_told_is_known() {
    let mut drawn = choice(
        number(),
        days(Comparison::More, 10),
        days(Comparison::AtMost, 10),
        false,
    );
    drawn.flows.retain(|flow| &*flow.id != "b>m");
    drawn
        .nodes
        .extend([node("y", "choose"), node("c", "step"), node("d", "step")]);
    drawn.flows.push(flow("b", "y", None, false));
    drawn
        .flows
        .push(flow("y", "c", Some(days(Comparison::Less, 5)), false));
    let five_to_ten = vec![days(Comparison::AtLeast, 5), days(Comparison::AtMost, 10)];
    drawn
        .flows
        .push(flow("y", "d", Some(Guard::All(five_to_ten)), false));
    drawn
        .flows
        .extend([flow("c", "m", None, false), flow("d", "m", None, false)]);
    says(&drawn, &[]);
    // Not if it may have been entered anew meanwhile.
    with_fields(&mut drawn, "b", Access::Require);
    let report = look(&drawn);
    assert_eq!(report.of(Code::GuardGap).count(), 1, "{report:#?}");
}

#[test]
fn a_choice_without_conditions_says_which_flow_is_never_asked() {
    let mut drawn = draw(
        "s:start x:choose a:step b:step m:choose e:end",
        "s>x>a>m>e x>b>m",
    );
    drawn.items.clear();
    for flow in &mut drawn.flows {
        (flow.when, flow.otherwise) = (None, false);
    }
    let report = says(&drawn, &[Code::ChoiceWithoutCondition]);
    let finding = report
        .of(Code::ChoiceWithoutCondition)
        .next()
        .expect("a finding");
    assert_eq!(places(finding), ["x>b", "x>a", "x"]);
    // With a condition on the second, the first becomes the one to take otherwise.
    drawn.items.push(
        choice(
            number(),
            days(Comparison::More, 3),
            days(Comparison::More, 3),
            true,
        )
        .items
        .remove(0),
    );
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "x>b")
        .expect("a flow")
        .when = Some(days(Comparison::More, 3));
    says(&mends(&drawn, Code::ChoiceWithoutCondition), &[]);
}

#[test]
fn too_many_combinations_are_not_looked_at_and_that_is_said() {
    let mut drawn = choice(
        number(),
        days(Comparison::More, 3),
        days(Comparison::AtMost, 3),
        false,
    );
    let limits = Bounds {
        regions: 1,
        ..Bounds::default()
    };
    let report = check(&drawn, limits);
    assert_eq!(
        codes(&report),
        [Code::ChoiceWithoutOtherwise, Code::GuardsTooMany]
    );
    assert!(!report.complete);
    let last = drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "x>b")
        .expect("a flow");
    (last.when, last.otherwise) = (None, true);
    assert_eq!(codes(&check(&drawn, limits)), [Code::GuardsTooMany]);
}

/// Conditions on a number from 0 through 6 and a yes or no.
fn guard() -> impl Strategy<Value = Guard> {
    use Comparison as C;
    let is = prop::sample::select(vec![
        C::Equal,
        C::Other,
        C::Less,
        C::AtMost,
        C::More,
        C::AtLeast,
    ]);
    let leaf = prop_oneof![
        (is, -1_i64..8).prop_map(|(is, value)| compare("days", is, Value::Number(value))),
        any::<bool>().prop_map(|value| compare("joint", C::Equal, Value::YesNo(value))),
        Just(Guard::Entered(key("days"))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 1..3);
        prop_oneof![
            several().prop_map(Guard::All),
            several().prop_map(Guard::Any),
            inner.clone().prop_map(|one| Guard::Not(one.into())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_of_conditions_is_what_trying_every_value_says(first in guard(), then in guard()) {
        let kind = ItemKind::Number { least: Some(0), most: Some(6) };
        let mut drawn = choice(kind, first.clone(), then.clone(), false);
        item(&mut drawn, "joint", ItemKind::YesNo);
        let (mut gap, mut overlap, mut ever, mut alone) = (false, false, [false; 2], false);
        for days in 0..=6 {
            for joint in [true, false] {
                let items = [(key("days"), Value::Number(days)), (key("joint"), Value::YesNo(joint))];
                let items = items.into();
                let [a, b] = [&first, &then].map(|guard| guard.holds(&items) == Some(true));
                gap |= !a && !b;
                overlap |= a && b;
                alone |= b && !a;
                ever = [ever[0] || a, ever[1] || b];
            }
        }
        let report = look(&drawn);
        let says = |code| report.of(code).next().is_some();
        prop_assert_eq!(says(Code::GuardGap), gap, "{:#?}", report);
        prop_assert_eq!(says(Code::GuardNever), ever.contains(&false));
        prop_assert_eq!(says(Code::GuardShadowed), ever[1] && !alone);
        prop_assert_eq!(says(Code::GuardOverlap), overlap && alone);
    }
}

#[test]
fn a_condition_of_the_flow_that_is_taken_otherwise_is_never_asked() {
    let mut drawn = choice(
        number(),
        days(Comparison::More, 3),
        days(Comparison::Less, 3),
        false,
    );
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "x>b")
        .expect("a flow")
        .otherwise = true;
    says(&drawn, &[Code::GuardUnused]);
    says(&mends(&drawn, Code::GuardUnused), &[]);
}

#[test]
fn a_gap_of_a_node_that_takes_several_ways_is_found_too() {
    let mut drawn = draw(
        "s:start x:some a:step b:step m:some e:end",
        "s>x>a>m>e x>b>m",
    );
    item(&mut drawn, "days", number());
    for (id, when) in [
        ("x>a", days(Comparison::More, 3)),
        ("x>b", days(Comparison::Less, 2)),
    ] {
        drawn
            .flows
            .iter_mut()
            .find(|flow| &*flow.id == id)
            .expect("a flow")
            .when = Some(when);
    }
    says(&drawn, &[Code::GuardGap]);
    says(&mends(&drawn, Code::GuardGap), &[]);
}
