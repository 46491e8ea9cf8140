//! Ways through a process.

use super::*;

#[test]
fn a_plain_process_has_no_finding() {
    let report = says(&draw("s:start a:step e:end", "s>a>e"), &[]);
    assert!(report.complete && report.is_sound());
}

#[test]
fn what_is_split_for_all_and_joined_one_by_one_is_unsafe_and_mended_by_a_join_of_all() {
    let drawn = draw(
        "s:start p:all a:step b:step x:choose c:step e:end",
        "s>p>a>x>c>e p>b>x",
    );
    let report = says(&drawn, &[Code::Unsafe, Code::EndsTwice]);
    let finding = report.of(Code::Unsafe).next().expect("unsafe");
    assert_eq!(places(finding)[1], "x");
    assert!(!finding.trace.is_empty());
    says(&mends(&drawn, Code::Unsafe), &[]);
}

#[test]
fn what_comes_to_a_step_twice_is_joined_before_it() {
    let drawn = draw(
        "s:start p:all a:step b:step c:step d:step e:end",
        "s>p>a>c>d>e p>b>c",
    );
    let mended = mends(&drawn, Code::Unsafe);
    assert!(mended.nodes.iter().any(|node| &*node.id == "c-join-1"));
    says(&mended, &[]);
}

#[test]
fn a_join_of_all_behind_a_choice_is_stuck_and_mended_by_a_join_of_one() {
    let drawn = draw(
        "s:start x:choose a:step b:step p:all e:end",
        "s>x>a>p>e x>b>p",
    );
    let report = says(&drawn, &[Code::Deadlock, Code::Dead]);
    let finding = report.of(Code::Deadlock).next().expect("stuck");
    assert_eq!(places(finding)[0], "p");
    let nodes: Vec<&str> = finding.trace.iter().map(|step| &*step.node).collect();
    assert_eq!(nodes, ["s", "x", "a"]);
    says(&mends(&drawn, Code::Deadlock), &[]);
}

#[test]
fn a_loop_without_a_way_out_goes_round_for_ever() {
    let drawn = draw("s:start x:choose y:choose a:step e:end", "s>x>a>y>e y>x");
    says(&drawn, &[]);
    let round = draw(
        "s:start y:choose x:choose a:step b:step e:end",
        "s>y>x>a>b>x y>e",
    );
    let report = look(&round);
    let finding = report.of(Code::Livelock).next().expect("a livelock");
    assert!(places(finding).contains(&"a"), "{finding:?}");
    assert!(report.of(Code::NoWayToEnd).next().is_some());
}

#[test]
fn an_end_in_each_of_two_ways_beside_each_other_is_proper_and_one_end_for_both_is_not() {
    says(
        &draw("s:start p:all a:step b:step e:end f:end", "s>p>a>e p>b>f"),
        &[],
    );
    says(
        &draw("s:start p:all a:step b:step e:end", "s>p>a>e p>b>e"),
        &[Code::EndsTwice],
    );
}

#[test]
fn a_join_waits_for_what_can_still_come_and_only_for_that() {
    let drawn = draw(
        "s:start o:some a:step b:step c:step j:some e:end",
        "s>o>a>j>e o>b>j o>c>j",
    );
    says(&drawn, &[Code::InclusiveWithoutCondition]);
    // Behind a choice one way only comes, and the join goes on.
    says(
        &draw(
            "s:start x:choose a:step b:step j:some e:end",
            "s>x>a>j>e x>b>j",
        ),
        &[],
    );
    // Behind a split for all it waits for both.
    says(
        &draw(
            "s:start p:all a:step b:step j:some e:end",
            "s>p>a>j>e p>b>j",
        ),
        &[],
    );
    // A join of all waits for what was not chosen.
    let stuck = draw(
        "s:start o:some a:step b:step j:all e:end",
        "s>o>a>j>e o>b>j",
    );
    let open = Code::InclusiveWithoutCondition;
    says(&stuck, &[Code::Deadlock, open]);
    says(&mends(&stuck, Code::Deadlock), &[open]);
    // And what each goes on by itself from, comes twice.
    let nodes = "s:start o:some a:step b:step x:choose c:step e:end";
    let twice = draw(nodes, "s>o>a>x>c>e o>b>x");
    says(&twice, &[Code::Unsafe, Code::EndsTwice, open]);
    says(&mends(&twice, Code::Unsafe), &[open]);
}

#[test]
fn ways_that_cannot_hold_together_are_not_taken_together() {
    let mut drawn = draw(
        "s:start o:some a:step b:step x:choose e:end",
        "s>o>a>x>e o>b>x",
    );
    item(&mut drawn, "joint", ItemKind::YesNo);
    let yes = |value| Some(compare("joint", Comparison::Equal, Value::YesNo(value)));
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "o>a")
        .expect("a flow")
        .when = yes(true);
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "o>b")
        .expect("a flow")
        .when = yes(false);
    says(&drawn, &[]);
}

#[test]
fn a_step_whose_outcome_two_flows_ask_for_takes_one_of_them() {
    let mut drawn = draw("s:start a:step b:step e:end", "s>a>e a>b>e");
    let is = |value: &str| {
        Some(compare(
            "a.outcome",
            Comparison::Equal,
            Value::Text(value.into()),
        ))
    };
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "a>e")
        .expect("a flow")
        .when = is("passed");
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "a>b")
        .expect("a flow")
        .when = is("refused");
    says(&drawn, &[]);
}

#[test]
fn a_group_is_done_when_nothing_is_left_in_it() {
    let nodes =
        "s:start g:group g/gs:start g/p:all g/a:step g/b:step g/ge:end g/gf:end t:step e:end";
    says(&draw(nodes, "s>g>t>e gs>p>a>ge p>b>gf"), &[]);
    let stuck = "s:start g:group g/gs:start g/x:choose g/a:step g/b:step g/j:all g/ge:end e:end";
    let report = look(&draw(stuck, "s>g>e gs>x>a>j>ge x>b>j"));
    assert!(report.of(Code::Deadlock).next().is_some(), "{report:#?}");
    let dead = report.of(Code::Dead).next().expect("dead");
    assert_eq!(places(dead), ["j", "ge", "e"]);
}

#[test]
fn a_loop_around_a_group_does_not_count_its_end_twice() {
    let nodes = "s:start m:choose g:group g/gs:start g/a:step g/ge:end x:choose e:end";
    says(&draw(nodes, "s>m>g>x>e x>m gs>a>ge"), &[]);
}

#[test]
fn a_boundary_that_breaks_off_takes_all_that_is_in_the_group() {
    let nodes = "s:start g:group g/gs:start g/p:all g/a:step g/b:step g/j:all g/ge:end \
                 late:over@g t:step m:choose e:end";
    says(&draw(nodes, "s>g>m>e late>t>m gs>p>a>j>ge p>b>j"), &[]);
}

#[test]
fn what_happens_beside_a_step_happens_once_at_most() {
    let two_ends = draw(
        "s:start a:step late:beside@a t:step e:end f:end",
        "s>a>e late>t>f",
    );
    says(&two_ends, &[]);
    // Joined with what follows the step, it would have to happen.
    let stuck = draw("s:start a:step late:beside@a j:all e:end", "s>a>j>e late>j");
    says(&stuck, &[Code::Deadlock]);
    let twice = draw(
        "s:start a:step late:beside@a m:choose t:step e:end",
        "s>a>m>t>e late>m",
    );
    assert!(look(&twice).of(Code::Unsafe).next().is_some());
}

#[test]
fn an_error_goes_to_the_group_that_expects_it() {
    let nodes = "s:start g:group g/gs:start g/x:choose g/ge:end g/bad:error caught:catch@g \
                 t:step m:choose e:end";
    says(&draw(nodes, "s>g>m>e caught>t>m gs>x>ge x>bad"), &[]);
    let uncaught = draw("s:start x:choose e:end bad:error", "s>x>e x>bad");
    says(&uncaught, &[Code::ErrorUncaught]);
}

#[test]
fn stopping_ends_everything_beside_it() {
    let drawn = draw("s:start p:all a:step b:step q:stop e:end", "s>p>a>q p>b>e");
    says(&drawn, &[]);
    // Even what would be stuck for ever: but it is stuck until then, and never the other way round.
    let loop_beside = draw(
        "s:start p:all m:choose b:step q:stop c:step",
        "s>p>c>q p>m>b>m",
    );
    let report = look(&loop_beside);
    assert!(report.of(Code::Livelock).next().is_none(), "{report:#?}");
}

#[test]
fn some_of_several_are_enough_and_the_others_do_not_get_stuck() {
    for word in ["gather@2", "first@2", "gather@1", "first@3"] {
        let nodes = format!("s:start p:all a:step b:step c:step j:{word} t:step e:end");
        says(&draw(&nodes, "s>p>a>j>t>e p>b>j p>c>j"), &[]);
    }
    let never = draw(
        "s:start x:choose a:step b:step j:gather@2 e:end",
        "s>x>a>j>e x>b>j",
    );
    says(&never, &[Code::Deadlock, Code::Dead]);
}

#[test]
fn each_start_begins_by_itself() {
    says(
        &draw("s:start r:start m:choose a:step e:end", "s>m>a>e r>m"),
        &[Code::SeveralStarts],
    );
    let both = draw("s:start r:start m:all a:step e:end", "s>m>a>e r>m");
    let report = look(&both);
    assert_eq!(
        report.of(Code::Deadlock).count(),
        2,
        "each begins alone, and waits for the other"
    );
}

#[test]
fn without_a_start_everything_begins_that_nothing_comes_to() {
    let drawn = draw("a:step b:step j:all e:end", "a>j>e b>j");
    says(&drawn, &[Code::ImplicitStart]);
}

#[test]
fn the_first_event_decides_which_way_is_taken() {
    let drawn = draw(
        "s:start w:await a:wait b:wait m:choose e:end",
        "s>w>a>m>e w>b>m",
    );
    says(&drawn, &[]);
}

#[test]
fn what_fills_up_without_end_is_unsafe_and_no_more_is_looked_at() {
    let mut nodes = "s:start m:choose p:all j:all e:end ".to_owned();
    let mut flows = "s>m>p j>e p>m ".to_owned();
    for at in 0..24 {
        nodes += &format!("a{at}:step ");
        flows += &format!("p>a{at} a{at}>j ");
    }
    let report = look(&draw(&nodes, &flows));
    assert!(report.of(Code::Unsafe).next().is_some());
}

#[test]
fn a_process_that_is_too_large_is_said_to_be() {
    let mut nodes = "s:start o:some j:some e:end ".to_owned();
    let mut flows = "s>o j>e ".to_owned();
    for at in 0..8 {
        nodes += &format!("p{at}:all a{at}:step b{at}:step c{at}:step q{at}:all ");
        flows += &format!("o>p{at}>a{at}>q{at}>j p{at}>b{at}>c{at}>q{at} ");
    }
    let drawn = draw(&nodes, &flows);
    let report = check(
        &drawn,
        Bounds {
            states: 50,
            ..Bounds::default()
        },
    );
    assert!(!report.complete && report.is_sound());
    assert_eq!(
        codes(&report),
        [Code::InclusiveWithoutCondition, Code::SpaceTooLarge]
    );
}

/// 发文办理: drafted, reviewed, countersigned by several beside each other, signed; a refusal goes back.
fn outgoing() -> Definition {
    let nodes = "s:start m:choose draft:step review:step x:choose p:all law:step money:step j:all sign:step \
                 y:choose number:auto seal:step e:end";
    let flows = "s>m>draft>review>x>p>law>j>sign>y>number>seal>e p>money>j x>m y>m";
    let mut drawn = draw(nodes, flows);
    drawn.items.clear();
    let is = |step: &str, value: &str| {
        let item = format!("{step}.outcome");
        Some(compare(&item, Comparison::Equal, Value::Text(value.into())))
    };
    for (id, when) in [
        ("x>p", is("review", "passed")),
        ("x>m", is("review", "refused")),
        ("y>number", is("sign", "passed")),
        ("y>m", is("sign", "refused")),
    ] {
        let flow = drawn
            .flows
            .iter_mut()
            .find(|flow| &*flow.id == id)
            .expect("a flow");
        (flow.when, flow.otherwise) = (when, false);
    }
    for (id, who) in [
        ("draft", Who::Author),
        ("review", Who::Head),
        ("sign", Who::Above(2)),
    ] {
        let node = drawn
            .nodes
            .iter_mut()
            .find(|node| &*node.id == id)
            .expect("a node");
        node.kind = Kind::Step(Box::new(step_by(&[who])));
    }
    let steps = ["draft", "review", "sign"].map(key).to_vec();
    drawn.separations.push(crate::definition::Separation {
        steps,
        author: false,
    });
    drawn
}

#[test]
fn a_process_of_the_office_has_no_finding() {
    let drawn = outgoing();
    let report = says(&drawn, &[]);
    assert!(report.complete);
}

#[test]
fn a_countersigning_that_is_sent_back_alone_waits_for_ever() {
    let mut drawn = outgoing();
    // 会签 refused goes back by itself, past the join.
    drawn.nodes.push(node("z", "choose"));
    drawn.flows.retain(|flow| &*flow.id != "law>j");
    let is = |value: &str| {
        Some(compare(
            "law.outcome",
            Comparison::Equal,
            Value::Text(value.into()),
        ))
    };
    drawn.flows.push(flow("law", "z", None, false));
    drawn.flows.push(flow("z", "j", is("passed"), false));
    drawn.flows.push(flow("z", "m", is("refused"), false));
    let report = look(&drawn);
    assert!(report.of(Code::Unsafe).next().is_some(), "{report:#?}");
    assert!(
        report.of(Code::Unsafe).all(|one| one.fix.is_none()),
        "no join mends that"
    );
}
