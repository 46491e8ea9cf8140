//! The workflow patterns (van der Aalst et al.) that are claimed, one test each.

use andu_workflow::{
    Act, Status, Verdict, VisitState,
    definition::{
        Comparison, Definition, Each, Ending, Kind, Node, Passing, Rest, Span, Trigger, Value, Who,
    },
};

use crate::play::{
    Play, end, flow, inside, key, line, node, otherwise, passing, person, process, seat, start,
    step, step_with, unit, when,
};

fn fork(id: &str) -> Node {
    node(id, Kind::Parallel)
}

fn choose(id: &str) -> Node {
    node(id, Kind::Choose)
}

fn number(name: &str, value: i64) -> (andu_workflow::Key, Value) {
    (key(name), Value::Number(value))
}

fn at_least(
    flow: andu_workflow::definition::Flow,
    item: &str,
    value: i64,
) -> andu_workflow::definition::Flow {
    when(flow, item, Comparison::AtLeast, Value::Number(value))
}

/// split → x, y, z → join → t
fn three(split: Kind, join: Kind) -> Definition {
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

#[test]
fn wcp11_43_implicit_and_explicit_termination() {
    let nodes = vec![start(), fork("fork"), step("x", "x"), step("y", "y")];
    let flows = [line("start fork x"), line("fork y")].concat();
    let mut play = Play::begin(process(nodes.clone(), flows.clone()));
    play.agree('x', "x");
    assert!(!play.is_done());
    play.agree('y', "y");
    assert!(play.is_done(), "when nothing is left to do");
    let stop = node(
        "stop",
        Kind::End {
            ending: Ending::Stop,
        },
    );
    let mut nodes = nodes;
    nodes.push(stop);
    let mut flows = flows;
    flows.push(flow("x", "stop"));
    let mut play = Play::begin(process(nodes, flows));
    play.agree('x', "x");
    assert_eq!(play.instance.status, Status::Stopped);
    assert_eq!(play.state("y"), VisitState::BrokenOff);
}

fn each_of(each: Each) -> Definition {
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

fn departments() -> std::collections::BTreeMap<andu_workflow::Key, Value> {
    let units = [1, 2, 3].map(|no| unit(no).as_text());
    [(key("units"), Value::List(units.into()))].into()
}

fn each(done: Passing, in_turn: bool) -> Each {
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
fn wcp13_14_multiple_instances_known_when_drawn_or_when_run() {
    let mut play = Play::begin_with(each_of(each(Passing::All, false)), departments());
    assert_eq!(play.open(), "ask:h ask:i ask:j");
    for letter in ['i', 'h', 'j'] {
        assert!(!play.open().contains("t:t"));
        play.agree(letter, "ask");
    }
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp15_36_instances_are_added_while_they_run() {
    let mut play = Play::begin(process(
        vec![
            start(),
            passing("s", "bc", Passing::Percent(100)),
            end("end"),
        ],
        line("start s end"),
    ));
    play.agree('b', "s");
    play.add('c', "s", "xy", andu_workflow::AddPlace::Beside)
        .expect("added");
    play.agree('c', "s");
    play.agree('x', "s");
    assert!(!play.is_done());
    play.agree('y', "s");
    assert!(play.is_done());
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

#[test]
fn wcp17_39_40_interleaved_routing_and_critical_section() {
    let alone = |id: &str| step_with(id, id, |step| step.alone = Some(key("one at a time")));
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    for id in ["x", "y", "z"] {
        let at = definition
            .nodes
            .iter()
            .position(|node| *node.id == *id)
            .expect("a step");
        definition.nodes[at] = alone(id);
    }
    let mut play = Play::begin(definition);
    for _ in 0..3 {
        let open = play.open();
        assert_eq!(open.len(), 3, "one at a time: {open}");
        let letter = open.chars().next().expect("a step");
        play.agree(letter, &letter.to_string());
    }
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp18_milestone() {
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    definition.nodes[2] = step_with("x", "x", |step| step.only_while = Some(key("y")));
    let mut play = Play::begin(definition.clone());
    assert_eq!(play.open(), "x:x y:y z:z", "asked while y is being done");
    definition.nodes[2] = step_with("x", "x", |step| step.only_while = Some(key("t")));
    play = Play::begin(definition);
    assert_eq!(play.open(), "y:y z:z", "not before");
}

#[test]
fn wcp19_20_cancel_activity_and_case() {
    let mut play = Play::begin(three(Kind::Parallel, Kind::Parallel));
    play.powers.cancel = true;
    play.act(
        'q',
        Act::Cancel {
            reason: "重复".into(),
        },
    )
    .expect("void");
    assert_eq!(play.open(), "");
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    let on = Trigger::Message("撤".into());
    definition.nodes.push(node(
        "off",
        Kind::Boundary {
            at: key("x"),
            on: on.clone(),
            cancels: true,
        },
    ));
    definition.flows.push(flow("off", "join2"));
    definition.nodes.push(step("join2", "q"));
    let mut play = Play::begin(definition);
    play.act(
        'a',
        Act::Deliver {
            trigger: on,
            items: Default::default(),
        },
    )
    .expect("delivered");
    assert_eq!(play.open(), "join2:q y:y z:z");
}

#[test]
fn wcp21_structured_loop() {
    let each = Each {
        of: key("n"),
        item: None,
        own: Vec::new(),
        in_turn: true,
        done: Passing::All,
    };
    let nodes = vec![
        start(),
        node("group", Kind::Group { each: Some(each) }),
        inside("group", step("x", "x")),
        end("end"),
    ];
    let mut play = Play::begin_with(
        process(nodes, line("start group end")),
        [number("n", 3)].into(),
    );
    for round in 0..3 {
        assert_eq!(play.open(), "x:x", "round {round}");
        play.agree('x', "x");
    }
    assert!(play.is_done());
}

#[test]
fn wcp22_recursion() {
    // A process that calls itself: each is an instance of its own, and waits for the one it called.
    let call = Kind::Call {
        process: key("tried"),
        each: None,
        apart: false,
    };
    let nodes = vec![start(), step("x", "x"), node("call", call), end("end")];
    let definition = process(nodes, line("start x call end"));
    let mut outer = Play::begin(definition.clone());
    outer.agree('x', "x");
    assert_eq!(outer.instance.children[0].process, key("tried"));
    let inner = Play::begin(definition);
    assert_eq!(inner.open(), "x:x");
    let ended = |status| Act::ChildEnded { child: 0, status };
    outer
        .act('a', ended(Status::Done))
        .expect("the called one has ended");
    assert!(outer.is_done());
    assert!(outer.act('a', ended(Status::Done)).is_err(), "once only");
}

#[test]
fn wcp23_24_transient_and_persistent_triggers() {
    let on = || Trigger::Message("m".into());
    let nodes = vec![
        start(),
        step("x", "x"),
        node("wait", Kind::Wait { on: on() }),
        end("end"),
    ];
    let mut play = Play::begin(process(nodes, line("start x wait end")));
    let deliver = || Act::Deliver {
        trigger: on(),
        items: Default::default(),
    };
    assert!(
        play.act('a', deliver()).is_err(),
        "nothing waits yet: the sender is told, and keeps it"
    );
    play.agree('x', "x");
    play.act('a', deliver()).expect("delivered");
    assert!(play.is_done());
}

#[test]
fn wcp25_cancel_region() {
    let nodes = vec![
        start(),
        fork("fork"),
        node("group", Kind::Group { each: None }),
        inside("group", fork("inner")),
        inside("group", step("x", "x")),
        inside("group", step("y", "y")),
        step("z", "z"),
        node(
            "off",
            Kind::Boundary {
                at: key("group"),
                on: Trigger::Message("撤".into()),
                cancels: true,
            },
        ),
        step("t", "t"),
    ];
    let flows = [
        line("start fork group"),
        line("inner x"),
        line("inner y"),
        line("fork z"),
        line("off t"),
    ]
    .concat();
    let mut play = Play::begin(process(nodes, flows));
    assert_eq!(play.open(), "x:x y:y z:z");
    let trigger = Trigger::Message("撤".into());
    play.act(
        'a',
        Act::Deliver {
            trigger,
            items: Default::default(),
        },
    )
    .expect("delivered");
    assert_eq!(play.open(), "t:t z:z");
}

#[test]
fn wcp26_27_cancel_and_complete_multiple_instances() {
    let mut definition = each_of(each(Passing::All, false));
    let on = Trigger::Message("撤".into());
    definition.nodes.push(node(
        "off",
        Kind::Boundary {
            at: key("group"),
            on: on.clone(),
            cancels: true,
        },
    ));
    definition.flows.push(flow("off", "t"));
    let mut play = Play::begin_with(definition, departments());
    play.agree('h', "ask");
    play.act(
        'a',
        Act::Deliver {
            trigger: on,
            items: Default::default(),
        },
    )
    .expect("delivered");
    assert_eq!(
        play.open(),
        "t:t",
        "what is done is done, the others are not waited for"
    );
}

#[test]
fn wcp28_30_31_33_partial_joins_that_block_and_go_round() {
    // A join of two out of three inside a loop: it is used again only after all three have come.
    let gather = Kind::Gather {
        need: 2,
        rest: Rest::Ignore,
    };
    let mut play = Play::begin(three(Kind::Parallel, gather));
    play.agree('y', "y");
    assert_eq!(play.open(), "x:x z:z");
    play.agree('x', "x");
    assert_eq!(play.open(), "t:t z:z");
    play.agree('z', "z");
    assert_eq!(play.open(), "t:t");
    // All of them: a generalised join keeps what comes twice for the next time.
    let all = Kind::Gather {
        need: 3,
        rest: Rest::Ignore,
    };
    let mut play = Play::begin(three(Kind::Parallel, all));
    for letter in ['x', 'y', 'z'] {
        play.agree(letter, &letter.to_string());
    }
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp29_32_35_cancelling_joins() {
    let gather = Kind::Gather {
        need: 2,
        rest: Rest::Cancel,
    };
    let mut play = Play::begin(three(Kind::Parallel, gather));
    play.agree('x', "x");
    play.agree('z', "z");
    assert_eq!(play.open(), "t:t", "y is broken off");
    assert_eq!(play.state("y"), VisitState::BrokenOff);
    let mut play = Play::begin_with(each_of(each(Passing::Count(2), false)), departments());
    play.agree('h', "ask");
    play.agree('j', "ask");
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp34_static_partial_join_of_instances() {
    let mut play = Play::begin(process(
        vec![start(), passing("s", "bcde", Passing::Count(3)), end("end")],
        line("start s end"),
    ));
    for letter in ['b', 'd', 'e'] {
        play.agree(letter, "s");
    }
    assert!(play.is_done());
    assert!(play.decide('c', "s", Verdict::Agree).is_err());
}

#[test]
fn wcp37_acyclic_synchronizing_merge() {
    // The two ways into the merge come out of different splits.
    let flows = [
        line("start a"),
        vec![
            at_least(flow("a", "x"), "n", 1),
            at_least(flow("a", "b"), "m", 1),
        ],
        line("x join t end"),
        vec![at_least(flow("b", "y"), "n", 5), otherwise(flow("b", "z"))],
        line("y join"),
        line("z out"),
    ];
    let nodes = vec![
        start(),
        node("a", Kind::Inclusive),
        node("b", Kind::Choose),
        step("x", "x"),
        step("y", "y"),
        step("z", "z"),
        node("join", Kind::Inclusive),
        step("t", "t"),
        end("end"),
        end("out"),
    ];
    let definition = process(nodes, flows.concat());
    let mut play = Play::begin_with(definition.clone(), [number("n", 5), number("m", 1)].into());
    play.agree('x', "x");
    assert_eq!(play.open(), "y:y", "y can still come");
    play.agree('y', "y");
    assert_eq!(play.open(), "t:t");
    let mut play = Play::begin_with(definition, [number("n", 1), number("m", 1)].into());
    play.agree('x', "x");
    assert_eq!(play.open(), "t:t z:z", "z does not come here");
}

#[test]
fn wcp41_thread_merge() {
    // Several instances of one group come together as one.
    let mut play = Play::begin_with(each_of(each(Passing::All, true)), departments());
    assert_eq!(play.open(), "ask:h", "in turn");
    for letter in ['h', 'i', 'j'] {
        play.agree(letter, "ask");
    }
    assert_eq!(play.open(), "t:t");
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
