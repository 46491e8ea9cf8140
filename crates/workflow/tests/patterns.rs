//! The first twenty workflow patterns (van der Aalst et al.), one test each; those found later stand in
//! `patterns_later`. `docs/workflow-tests.md` lists them all.

use andu_workflow::{
    Act, Status, Verdict, VisitState,
    definition::{
        Comparison, Definition, Each, Kind, Node, Passing, Rest, Span, Trigger, Value, Who,
    },
};

use crate::play::{
    Play, end, flow, inside, key, line, node, otherwise, passing, person, process, seat, start,
    step, step_with, unit, when,
};

pub fn fork(id: &str) -> Node {
    node(id, Kind::Parallel)
}

pub fn choose(id: &str) -> Node {
    node(id, Kind::Choose)
}

pub fn number(name: &str, value: i64) -> (andu_workflow::Key, Value) {
    (key(name), Value::Number(value))
}

pub fn at_least(
    flow: andu_workflow::definition::Flow,
    item: &str,
    value: i64,
) -> andu_workflow::definition::Flow {
    when(flow, item, Comparison::AtLeast, Value::Number(value))
}

/// split → x, y, z → join → t
pub fn three(split: Kind, join: Kind) -> Definition {
    let mut flows = line("start split x join t end");
    flows.extend([
        flow("split", "y"),
        flow("y", "join"),
        flow("split", "z"),
        flow("z", "join"),
    ]);
    let nodes = vec![
        start(),
        node("split", split),
        step("x", "x"),
        step("y", "y"),
        step("z", "z"),
        node("join", join),
        step("t", "t"),
        end("end"),
    ];
    process(nodes, flows)
}

#[test]
fn wcp01_sequence() {
    let mut play = Play::begin(process(
        vec![start(), step("x", "x"), step("y", "y"), end("end")],
        line("start x y end"),
    ));
    assert_eq!(play.open(), "x:x");
    play.agree('x', "x");
    assert_eq!(play.open(), "y:y");
    play.agree('y', "y");
    assert!(play.is_done());
}

#[test]
fn wcp02_03_parallel_split_and_synchronization() {
    let mut play = Play::begin(three(Kind::Parallel, Kind::Parallel));
    assert_eq!(play.open(), "x:x y:y z:z");
    play.agree('z', "z");
    play.agree('x', "x");
    assert_eq!(play.open(), "y:y");
    play.agree('y', "y");
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp04_05_exclusive_choice_and_simple_merge() {
    let definition = || {
        let flows = [
            line("start which"),
            vec![
                at_least(flow("which", "x"), "n", 10),
                otherwise(flow("which", "y")),
            ],
            line("x merge t end"),
            line("y merge"),
        ];
        let nodes = vec![
            start(),
            choose("which"),
            step("x", "x"),
            step("y", "y"),
            choose("merge"),
            step("t", "t"),
            end("end"),
        ];
        process(nodes, flows.concat())
    };
    let mut play = Play::begin_with(definition(), [number("n", 10)].into());
    assert_eq!(play.open(), "x:x");
    play.agree('x', "x");
    assert_eq!(play.open(), "t:t");
    let play = Play::begin_with(definition(), [number("n", 9)].into());
    assert_eq!(play.open(), "y:y");
}

fn inclusive() -> Definition {
    let mut definition = three(Kind::Inclusive, Kind::Inclusive);
    for flow in &mut definition.flows {
        let guard = match &*flow.id {
            "split>x" => Some(1),
            "split>y" => Some(2),
            "split>z" => Some(3),
            _ => None,
        };
        if let Some(least) = guard {
            *flow = at_least(flow.clone(), "n", least);
        }
    }
    definition
}

#[test]
fn wcp06_07_multiple_choice_and_synchronizing_merge() {
    let mut play = Play::begin_with(inclusive(), [number("n", 2)].into());
    assert_eq!(play.open(), "x:x y:y");
    play.agree('x', "x");
    assert_eq!(
        play.open(),
        "y:y",
        "the merge waits for what can still come"
    );
    play.agree('y', "y");
    assert_eq!(play.open(), "t:t");
    let mut play = Play::begin_with(inclusive(), [number("n", 1)].into());
    play.agree('x', "x");
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp08_multiple_merge() {
    let mut play = Play::begin(three(Kind::Parallel, Kind::Choose));
    play.agree('x', "x");
    play.agree('y', "y");
    assert_eq!(play.open(), "t:t t:t z:z", "each goes on by itself");
}

#[test]
fn wcp09_structured_discriminator() {
    let gather = Kind::Gather {
        need: 1,
        rest: Rest::Ignore,
    };
    let mut play = Play::begin(three(Kind::Parallel, gather));
    play.agree('y', "y");
    assert_eq!(play.open(), "t:t x:x z:z");
    play.agree('x', "x");
    play.agree('z', "z");
    assert_eq!(play.open(), "t:t", "what comes later ends");
    play.agree('t', "t");
    assert!(play.is_done());
}

#[test]
fn wcp10_arbitrary_cycles() {
    let flows = [
        line("start x y"),
        vec![
            flow("y", "which"),
            at_least(flow("which", "end"), "n", 2),
            otherwise(flow("which", "x")),
        ],
    ];
    let nodes = vec![
        start(),
        step("x", "x"),
        step_with("y", "y", |step| {
            step.fields = [(key("n"), andu_workflow::definition::Access::Write)].into()
        }),
        choose("which"),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, flows.concat()));
    play.agree('x', "x");
    play.agree('y', "y");
    assert_eq!(play.open(), "x:x");
    play.agree('x', "x");
    play.enter('y', "y", "n", Value::Number(2))
        .expect("entered");
    assert!(play.is_done());
}

pub fn each_of(each: Each) -> Definition {
    let ask = step_with("ask", "", |step| {
        step.sign_off.seats = vec![seat(Who::HeadOf(key("unit")))]
    });
    let nodes = vec![
        start(),
        node("group", Kind::Group { each: Some(each) }),
        inside("group", node("begin", Kind::Start { on: None })),
        inside("group", ask),
        inside("group", end("done")),
        step("t", "t"),
        end("end"),
    ];
    process(
        nodes,
        [line("start group t end"), line("begin ask done")].concat(),
    )
}

pub fn departments() -> std::collections::BTreeMap<andu_workflow::Key, Value> {
    let units = [1, 2, 3].map(|no| unit(no).as_text());
    [(key("units"), Value::List(units.into()))].into()
}

pub fn each(done: Passing, in_turn: bool) -> Each {
    Each {
        of: key("units"),
        item: Some(key("unit")),
        own: Vec::new(),
        in_turn,
        done,
    }
}

#[test]
fn wcp12_multiple_instances_without_synchronization() {
    let call = Kind::Call {
        process: key("other"),
        each: Some(each(Passing::All, false)),
        apart: true,
    };
    let nodes = vec![start(), node("call", call), step("t", "t"), end("end")];
    let play = Play::begin_with(process(nodes, line("start call t end")), departments());
    assert_eq!(play.open(), "t:t");
    assert_eq!(play.instance.children.len(), 3);
}

#[test]
fn wcp16_deferred_choice() {
    let wait = |id: &str, name: &str| {
        node(
            id,
            Kind::Wait {
                on: Trigger::Message(name.into()),
            },
        )
    };
    let nodes = vec![
        start(),
        node("which", Kind::Await),
        wait("m", "m"),
        wait("n", "n"),
        step("x", "x"),
        step("y", "y"),
        end("end"),
    ];
    let flows = [line("start which m x end"), line("which n y end")].concat();
    let mut play = Play::begin(process(nodes, flows));
    let trigger = Trigger::Message("n".into());
    play.act(
        'a',
        Act::Deliver {
            trigger,
            items: Default::default(),
        },
    )
    .expect("delivered");
    assert_eq!(play.open(), "y:y");
}

/// fork → x, y, without a join.
pub fn apart() -> Definition {
    process(
        vec![start(), fork("fork"), step("x", "x"), step("y", "y")],
        [line("start fork x"), line("fork y")].concat(),
    )
}

#[test]
fn wcp11_implicit_termination() {
    let mut play = Play::begin(apart());
    play.agree('x', "x");
    assert!(!play.is_done());
    play.agree('y', "y");
    assert!(play.is_done(), "when nothing is left to do");
}

#[test]
fn called_processes_are_waited_for_until_enough_of_them_have_ended() {
    let called = |done: Passing| {
        let (process_id, each) = (key("other"), Some(each(done, false)));
        let kind = Kind::Call {
            process: process_id,
            each,
            apart: false,
        };
        let nodes = vec![start(), node("call", kind), step("t", "t"), end("end")];
        Play::begin_with(process(nodes, line("start call t end")), departments())
    };
    for (done, needed) in [(Passing::All, 3), (Passing::Count(2), 2)] {
        let mut play = called(done);
        assert_eq!(play.instance.children.len(), 3, "one for each department");
        for child in 0..needed {
            assert_eq!(play.open(), "", "{done:?} after {child}");
            let status = Status::Done;
            play.act('a', Act::ChildEnded { child, status })
                .expect("it has ended");
        }
        assert_eq!(play.open(), "t:t", "{done:?}");
    }
}

#[test]
fn wcp13_multiple_instances_known_when_drawn() {
    let nodes = vec![start(), step("s", "bcd"), step("t", "t"), end("end")];
    let mut play = Play::begin(process(nodes, line("start s t end")));
    assert_eq!(play.open(), "s:bcd");
    for letter in ['c', 'b', 'd'] {
        assert!(!play.open().contains("t:t"));
        play.agree(letter, "s");
    }
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp14_multiple_instances_known_when_run() {
    let mut play = Play::begin_with(each_of(each(Passing::All, false)), departments());
    assert_eq!(play.open(), "ask:h ask:i ask:j");
    for letter in ['i', 'h', 'j'] {
        assert!(!play.open().contains("t:t"));
        play.agree(letter, "ask");
    }
    assert_eq!(play.open(), "t:t");
}

/// b and c are asked in one step; c asks x and y as well.
pub fn added(needed: Passing) -> Play {
    let nodes = vec![start(), passing("s", "bc", needed), end("end")];
    let mut play = Play::begin(process(nodes, line("start s end")));
    play.agree('b', "s");
    play.add('c', "s", "xy", andu_workflow::AddPlace::Beside)
        .expect("added");
    play.agree('c', "s");
    play
}

#[test]
fn wcp15_instances_are_added_while_they_run() {
    let mut play = added(Passing::All);
    play.agree('x', "s");
    assert!(!play.is_done());
    play.agree('y', "s");
    assert!(play.is_done(), "those who were added are waited for");
}

/// A step that is done alone, among those of the same word.
pub fn alone(id: &str) -> Node {
    step_with(id, id, |step| step.alone = Some(key("one at a time")))
}

#[test]
fn wcp17_interleaved_parallel_routing() {
    // y comes after x, z at any time; never two at the same time.
    let nodes = vec![
        start(),
        fork("split"),
        alone("x"),
        alone("y"),
        alone("z"),
        fork("join"),
        end("end"),
    ];
    let flows = [line("start split x y join end"), line("split z join")].concat();
    let definition = process(nodes, flows);
    let mut play = Play::begin(definition.clone());
    assert_eq!(play.open(), "x:x");
    play.agree('x', "x");
    let open = play.open();
    let first = open.chars().next().expect("a step");
    assert_eq!(open.len(), 3, "y or z, not both: {open}");
    play.agree(first, &first.to_string());
    let left = if first == 'y' { "z:z" } else { "y:y" };
    assert_eq!(play.open(), left);
    let left = left.chars().next().expect("a step");
    play.agree(left, &left.to_string());
    assert!(play.is_done());
}

/// x beside y and z, only while another step is being done.
fn while_done(other: &str) -> Play {
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    definition.nodes[2] = step_with("x", "x", |step| step.only_while = Some(key(other)));
    Play::begin(definition)
}

#[test]
fn wcp18_milestone() {
    let mut play = while_done("y");
    assert_eq!(play.open(), "x:x y:y z:z", "asked while y is being done");
    play.agree('y', "y");
    assert_eq!(play.open(), "x:x z:z", "who was asked by then is heard out");
    let mut play = while_done("t");
    assert_eq!(play.open(), "y:y z:z", "t is not being done yet");
    play.agree('y', "y");
    play.agree('z', "z");
    assert_eq!(play.open(), "", "nor is it ever, before x is done");
}

/// A message breaks x off; q is asked then.
fn broken_off_by(on: &Trigger) -> Definition {
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    let (at, on, cancels) = (key("x"), on.clone(), true);
    let boundary = node("off", Kind::Boundary { at, on, cancels });
    definition.nodes.extend([boundary, step("instead", "q")]);
    definition.flows.push(flow("off", "instead"));
    definition
}

#[test]
fn wcp19_cancel_activity() {
    let trigger = Trigger::Message("撤".into());
    let mut play = Play::begin(broken_off_by(&trigger));
    play.act('a', deliver(&trigger)).expect("delivered");
    assert_eq!(play.open(), "instead:q y:y z:z");
    assert_eq!(play.state("x"), VisitState::BrokenOff);
}

#[test]
fn wcp20_cancel_case() {
    let mut play = Play::begin(three(Kind::Parallel, Kind::Parallel));
    play.powers.cancel = true;
    let reason = "重复".into();
    play.act('q', Act::Cancel { reason }).expect("void");
    assert_eq!(
        (play.open().as_str(), play.instance.status),
        ("", Status::Void)
    );
    assert_eq!(play.state("x"), VisitState::BrokenOff);
}

pub fn deliver(trigger: &Trigger) -> Act {
    Act::Deliver {
        trigger: trigger.clone(),
        items: Default::default(),
    }
}

#[test]
fn a_process_that_goes_round_by_itself_is_refused() {
    let nodes = vec![start(), step("s", "b"), choose("x"), choose("y")];
    let flows = [line("start s x y"), vec![flow("y", "x")]].concat();
    let mut play = Play::begin(process(nodes, flows));
    let endless = play.decide('b', "s", Verdict::Agree);
    assert!(
        matches!(endless, Err(andu_workflow::Refusal::Endless { .. })),
        "{endless:?}"
    );
}

#[test]
fn where_no_way_leads_on_it_says_so_and_nothing_happens() {
    let flows = [
        line("start s which"),
        vec![at_least(flow("which", "end"), "n", 3)],
    ]
    .concat();
    let mut play = Play::begin(process(
        vec![start(), step("s", "b"), choose("which"), end("end")],
        flows,
    ));
    let stuck = play.decide('b', "s", Verdict::Agree);
    assert_eq!(
        stuck,
        Err(andu_workflow::Refusal::NoWay { node: key("which") })
    );
    assert_eq!(play.open(), "s:b");
}

#[test]
fn time_waits_inside_groups_too() {
    let nodes = vec![
        start(),
        node("group", Kind::Group { each: None }),
        inside(
            "group",
            node(
                "wait",
                Kind::Wait {
                    on: Trigger::After(Span::Hours(1)),
                },
            ),
        ),
        step("t", "t"),
    ];
    let mut play = Play::begin(process(nodes, line("start group t")));
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "t:t");
    let _ = person('a');
}
