//! How a process is drawn.

use super::*;
use crate::definition::{Refused, Separation};

#[test]
fn everything_that_does_not_fit_together_is_told_at_once() {
    let mut drawn = draw(
        "s:start a:step a:step g:group g/b:step lost/c:step a/d:step w:choose t:over@w u:over@v e:end",
        "s>a>e a>b x>e",
    );
    drawn.flows.push(flow("s", "a", None, false));
    drawn
        .nodes
        .extend([node("h/k", "group"), node("k/h", "group")]);
    let report = look(&drawn);
    let told: Vec<(Code, Vec<&str>)> = report
        .findings
        .iter()
        .map(|one| (one.code, places(one)))
        .collect();
    for expected in [
        (Code::Twice, vec!["a"]),
        (Code::Twice, vec!["s>a"]),
        (Code::MissingNode, vec!["c"]),
        (Code::MissingNode, vec!["u"]),
        (Code::MissingNode, vec!["x>e"]),
        (Code::CrossesGroup, vec!["a>b", "a", "b"]),
        (Code::Nesting, vec!["d", "a"]),
        (Code::Nesting, vec!["k", "k"]),
        (Code::BoundaryHost, vec!["t", "w"]),
    ] {
        assert!(told.contains(&expected), "no {expected:?} in {told:#?}");
    }
    assert!(!report.complete && report.states == 0);
    mends(
        &draw("s:start a:step e:end", "s>a>e x>e"),
        Code::MissingNode,
    );
}

#[test]
fn a_process_needs_a_beginning_and_an_end() {
    let nothing = says(&empty(), &[Code::NoStart, Code::NoEnd]);
    assert!(!nothing.is_sound());
    let drawn = draw("s:start a:step", "s>a");
    says(&drawn, &[Code::NoEnd, Code::Dangling]);
    says(&mends(&drawn, Code::NoEnd), &[]);
    says(&mends(&drawn, Code::Dangling), &[]);
}

#[test]
fn what_no_way_leads_to_can_be_taken_out() {
    let drawn = draw(
        "s:start a:step b:step x:choose e:end f:end",
        "s>a>x>e b>x x>f",
    );
    says(&drawn, &[Code::Unreachable]);
    says(&mends(&drawn, Code::Unreachable), &[]);
}

#[test]
fn from_a_ring_no_way_leads_to_the_end() {
    let drawn = draw(
        "s:start x:choose y:choose a:step b:step e:end",
        "s>x>e x>y>a>b>y",
    );
    let report = says(&drawn, &[Code::NoWayToEnd, Code::Livelock]);
    assert_eq!(
        places(report.of(Code::NoWayToEnd).next().expect("one")),
        ["y", "a", "b"]
    );
}

#[test]
fn nothing_comes_to_a_start_and_nothing_leaves_an_end() {
    let start = draw("s:start x:choose a:step e:end", "s>a>x>e x>s");
    mends(&start, Code::StartWithIns);
    let end = draw("s:start a:step e:end f:end", "s>a>e>f");
    mends(&end, Code::EndWithOuts);
    let boundary = draw(
        "s:start a:step b:over@a c:step e:end f:end",
        "s>a>c>e c>b>f",
    );
    mends(&boundary, Code::BoundaryWithIns);
}

#[test]
fn a_gateway_with_one_way_in_and_out_can_be_taken_out() {
    let drawn = draw("s:start x:choose a:step e:end", "s>x>a>e");
    says(&drawn, &[Code::NeedlessGateway]);
    says(&mends(&drawn, Code::NeedlessGateway), &[]);
}

#[test]
fn only_one_flow_is_taken_otherwise_and_none_where_all_are() {
    let mut drawn = draw(
        "s:start x:choose a:step b:step c:step m:choose e:end",
        "s>x>a>m>e x>b>m x>c>m",
    );
    drawn
        .flows
        .iter_mut()
        .find(|flow| &*flow.id == "x>b")
        .expect("a flow")
        .otherwise = true;
    mends(&drawn, Code::OtherwiseTwice);
    let mut drawn = draw("s:start x:all a:step b:step m:all e:end", "s>x>a>m>e x>b>m");
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
fn what_waits_for_the_first_event_leads_to_events() {
    let drawn = draw(
        "s:start w:await a:wait b:step m:choose e:end",
        "s>w>a>m>e w>b>m",
    );
    says(&drawn, &[Code::AwaitWithoutWait]);
}

#[test]
fn more_than_come_in_cannot_be_waited_for() {
    let drawn = draw(
        "s:start p:all a:step b:step j:gather@3 e:end",
        "s>p>a>j>e p>b>j",
    );
    says(&drawn, &[Code::NeedOutOfRange]);
    says(&mends(&drawn, Code::NeedOutOfRange), &[]);
}

#[test]
fn an_empty_group_is_passed_through() {
    says(&draw("s:start g:group e:end", "s>g>e"), &[Code::EmptyGroup]);
}

#[test]
fn a_group_without_beginning_and_end_is_done_in_any_order() {
    says(
        &draw("s:start g:group g/a:step g/b:step e:end", "s>g>e"),
        &[],
    );
}

#[test]
fn a_group_that_an_event_begins_needs_no_way_to_it() {
    let nodes = "s:start a:step e:end g:group g/gs:event g/b:step g/ge:end";
    says(&draw(nodes, "s>a>e gs>b>ge"), &[]);
}

#[test]
fn names_stand_for_something() {
    let mut drawn = draw(
        "s:start x:choose a:step b:step m:choose e:end",
        "s>x>a>m>e x>b>m",
    );
    drawn.nodes[2].part = Some(key("nobody"));
    drawn.forms.push(crate::definition::Form {
        id: key("form"),
        title: "单".into(),
        items: vec![key("no item")],
    });
    drawn.separations.push(Separation {
        steps: vec![key("a"), key("z"), key("x")],
        author: true,
    });
    drawn.nodes[3].kind = Kind::Step(Box::new(step_by(&[
        Who::DoneBy(key("y")),
        Who::Item(key("x?")),
        Who::HeadOf(key("w")),
        Who::Foreign("${who}".into()),
    ])));
    drawn.nodes.push(node("f", "auto"));
    drawn.nodes.last_mut().expect("a node").kind = Kind::Foreign {
        element: "script".into(),
    };
    drawn.flows[0].when = Some(Guard::Foreign("${x}".into()));
    let report = look(&drawn);
    let names = |code| -> Vec<&str> {
        report
            .of(code)
            .flat_map(|one| one.names.iter().map(String::as_str))
            .collect()
    };
    assert_eq!(
        names(Code::NameMissing),
        ["nobody", "y", "w", "no item", "z"]
    );
    assert_eq!(names(Code::NameOfWrongKind), ["x?", "x"]);
    assert_eq!(names(Code::ForeignWho), ["${who}"]);
    assert_eq!(names(Code::ForeignKind), ["script"]);
    assert_eq!(report.of(Code::ForeignGuard).count(), 1);
}

#[test]
fn it_goes_back_only_to_what_can_have_been_done() {
    let mut drawn = draw("s:start a:step b:step c:step e:end", "s>a>b>c>e");
    let mut back = |to: &str| {
        let Kind::Step(step) = &mut drawn.nodes[2].kind else {
            panic!("a step")
        };
        step.refused = Refused::Back(key(to));
        codes(&look(&drawn))
    };
    assert_eq!(back("a"), []);
    assert_eq!(back("c"), [Code::BackNotBefore]);
    assert_eq!(back("b"), [Code::BackNotBefore]);
}

#[test]
fn whoever_did_a_step_can_decide_only_after_it() {
    let mut drawn = draw("s:start a:step b:step e:end", "s>a>b>e");
    drawn.nodes[2].kind = Kind::Step(Box::new(step_by(&[Who::DoneBy(key("a"))])));
    says(&drawn, &[]);
    drawn.nodes[1].kind = Kind::Step(Box::new(step_by(&[Who::DoneBy(key("b"))])));
    says(&drawn, &[Code::DoneByNotBefore]);
}

#[test]
fn findings_can_be_written_and_read() {
    let drawn = draw(
        "s:start p:all a:step b:step x:choose c:step e:end",
        "s>p>a>x>c>e p>b>x",
    );
    let report = look(&drawn);
    let json = serde_json::to_string(&report).expect("JSON");
    assert!(
        json.contains(r#""code":"unsafe","severity":"error""#),
        "{json}"
    );
    assert_eq!(
        serde_json::from_str::<Report>(&json).expect("a report"),
        report
    );
}

#[test]
fn errors_come_first() {
    let drawn = draw(
        "s:start x:choose a:step b:step q:choose c:step p:all e:end",
        "s>x>a>p>e x>b>p q>c",
    );
    let report = look(&drawn);
    let severities: Vec<_> = report.findings.iter().map(|one| one.severity).collect();
    assert!(severities.is_sorted(), "{severities:?}");
}
