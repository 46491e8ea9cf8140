//! The workflow patterns that were found later (21 to 43), one test each. What is not claimed, and why, stands in
//! `docs/workflow-tests.md`.

use andu_workflow::{
    Act, Status, Verdict, VisitState,
    definition::{Definition, Each, Ending, Kind, Node, Passing, Rest, Trigger},
};

use crate::{
    patterns::{
        added, alone, apart, at_least, choose, deliver, departments, each, each_of, fork, number,
        three,
    },
    play::{
        Play, end, flow, inside, key, line, node, otherwise, passing, process, start, step,
        step_with,
    },
};

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

fn message() -> Trigger {
    Trigger::Message("撤".into())
}

fn wait(id: &str) -> Node {
    node(id, Kind::Wait { on: message() })
}

#[test]
fn wcp23_transient_trigger() {
    let nodes = vec![start(), step("x", "x"), wait("wait"), end("end")];
    let mut play = Play::begin(process(nodes, line("start x wait end")));
    let too_early = play.act('a', deliver(&message()));
    assert!(too_early.is_err(), "nothing waits yet: the sender is told");
    play.agree('x', "x");
    assert!(!play.is_done(), "what came too early is gone");
    play.act('a', deliver(&message())).expect("delivered");
    assert!(play.is_done());
}

#[test]
fn wcp24_persistent_trigger() {
    // What may come at any time is waited for beside the steps before: it is kept at the join.
    let nodes = vec![
        start(),
        fork("fork"),
        step("x", "x"),
        wait("wait"),
        fork("join"),
        step("t", "t"),
        end("end"),
    ];
    let flows = [line("start fork x join t end"), line("fork wait join")].concat();
    let mut play = Play::begin(process(nodes, flows));
    play.act('a', deliver(&message())).expect("kept");
    assert_eq!(play.open(), "x:x");
    play.agree('x', "x");
    assert_eq!(play.open(), "t:t");
}

/// The heads of three departments are asked; a message ends that, and leads to a step.
fn ended_by_message(to: &str) -> Play {
    let mut definition = each_of(each(Passing::All, false));
    let (at, on, cancels) = (key("group"), message(), true);
    let boundary = node("off", Kind::Boundary { at, on, cancels });
    definition.nodes.extend([boundary, step("instead", "q")]);
    definition.flows.push(flow("off", to));
    let mut play = Play::begin_with(definition, departments());
    play.agree('h', "ask");
    play.act('a', deliver(&message())).expect("delivered");
    play
}

#[test]
fn wcp26_cancel_multiple_instances() {
    let play = ended_by_message("instead");
    assert_eq!(
        play.open(),
        "instead:q",
        "nobody is asked any more, and t is not come to"
    );
    assert_eq!(play.state("ask"), VisitState::BrokenOff);
}

#[test]
fn wcp27_complete_multiple_instances() {
    let play = ended_by_message("t");
    assert_eq!(
        play.open(),
        "t:t",
        "what is done is done, the others are not waited for"
    );
    let asked = play
        .instance
        .visits
        .iter()
        .filter(|visit| *visit.name.node == *"ask");
    let passed = asked.filter(|visit| visit.state == VisitState::Passed);
    assert_eq!(passed.count(), 1);
}

fn gather(need: u32, rest: Rest) -> Kind {
    Kind::Gather { need, rest }
}

/// Three ways into a join, and back from behind it while n is not 1.
fn round(join: Kind) -> Definition {
    let mut definition = three(Kind::Parallel, join);
    let replaced = ["t>end", "start>split"];
    definition
        .flows
        .retain(|flow| !replaced.contains(&&*flow.id));
    definition.flows.extend(line("start round split"));
    definition.flows.extend([
        flow("t", "again"),
        at_least(flow("again", "end"), "n", 1),
        otherwise(flow("again", "round")),
    ]);
    definition.nodes.extend([choose("round"), choose("again")]);
    definition
}

/// The same, and another join holds the next round back until all of this one have come.
fn round_that_blocks(join: Kind) -> Play {
    let mut definition = round(join);
    let replaced = ["x>join", "y>join", "z>join", "again>round"];
    definition
        .flows
        .retain(|flow| !replaced.contains(&&*flow.id));
    for step in ["x", "y", "z"] {
        let both = format!("after-{step}");
        definition.nodes.push(fork(&both));
        definition.flows.extend(line(&format!("{step} {both}")));
        definition
            .flows
            .extend([flow(&both, "join"), flow(&both, "all")]);
    }
    let ending = Ending::Stop;
    definition.nodes.retain(|node| *node.id != *"end");
    definition.nodes.extend([
        fork("all"),
        fork("reset"),
        node("end", Kind::End { ending }),
    ]);
    definition.flows.push(otherwise(flow("again", "reset")));
    definition.flows.extend(line("all reset round"));
    Play::begin(definition)
}

/// So many times in which somebody is asked in t.
fn times(play: &Play) -> usize {
    let visits = play.instance.visits.iter();
    visits.filter(|visit| *visit.name.node == *"t").count()
}

fn agree_all(play: &mut Play, letters: &str) {
    for letter in letters.chars() {
        play.agree(letter, &letter.to_string());
    }
}

#[test]
fn rounds_of_a_gathering_are_kept_apart() {
    let mut play = Play::begin(round(gather(1, Rest::Ignore)));
    agree_all(&mut play, "yt");
    assert_eq!(
        play.open(),
        "x:x x:x y:y z:z z:z",
        "x and z of the first round as well"
    );
    agree_all(&mut play, "y");
    assert_eq!(times(&play), 2, "y is of the second round");
    agree_all(&mut play, "xxzz");
    assert_eq!(
        (play.open().as_str(), times(&play)),
        ("t:t", 2),
        "these come too late in theirs"
    );
}

#[test]
fn wcp28_blocking_discriminator() {
    let mut play = round_that_blocks(gather(1, Rest::Ignore));
    agree_all(&mut play, "yt");
    assert_eq!(
        play.open(),
        "x:x z:z",
        "blocked until all of the first round have come"
    );
    agree_all(&mut play, "xz");
    assert_eq!(play.open(), "x:x y:y z:z");
    agree_all(&mut play, "z");
    assert_eq!(times(&play), 2);
}

#[test]
fn wcp29_cancelling_discriminator() {
    let mut play = Play::begin(three(Kind::Parallel, gather(1, Rest::Cancel)));
    agree_all(&mut play, "z");
    assert_eq!(play.open(), "t:t");
    for other in ["x", "y"] {
        assert_eq!(play.state(other), VisitState::BrokenOff);
    }
}

#[test]
fn wcp30_structured_partial_join() {
    let mut play = Play::begin(three(Kind::Parallel, gather(2, Rest::Ignore)));
    agree_all(&mut play, "y");
    assert_eq!(play.open(), "x:x z:z");
    agree_all(&mut play, "x");
    assert_eq!(play.open(), "t:t z:z");
    agree_all(&mut play, "zt");
    assert!(play.is_done(), "what comes later ends");
}

#[test]
fn wcp31_blocking_partial_join() {
    let mut play = round_that_blocks(gather(2, Rest::Ignore));
    agree_all(&mut play, "yxt");
    assert_eq!(
        play.open(),
        "z:z",
        "blocked until z of the first round has come"
    );
    agree_all(&mut play, "z");
    assert_eq!(play.open(), "x:x y:y z:z");
    agree_all(&mut play, "zx");
    assert_eq!(times(&play), 2);
}

#[test]
fn wcp32_cancelling_partial_join() {
    let mut play = Play::begin(three(Kind::Parallel, gather(2, Rest::Cancel)));
    agree_all(&mut play, "xz");
    assert_eq!(play.open(), "t:t", "y is broken off");
    assert_eq!(play.state("y"), VisitState::BrokenOff);
}

#[test]
fn wcp33_generalized_and_join() {
    // x and y are each come to twice before the join: what has come is kept for the next time.
    let nodes = vec![
        start(),
        fork("fork"),
        fork("one"),
        fork("two"),
        choose("to-x"),
        choose("to-y"),
        step("x", "x"),
        step("y", "y"),
        fork("join"),
        step("t", "t"),
        end("end"),
    ];
    let flows = [
        line("start fork one"),
        line("fork two"),
        ["one", "two"]
            .map(|from| vec![flow(from, "to-x"), flow(from, "to-y")])
            .concat(),
        vec![flow("to-x", "x"), flow("to-y", "y")],
        line("x join t end"),
        line("y join"),
    ];
    let mut play = Play::begin(process(nodes, flows.concat()));
    assert_eq!(play.open(), "x:x x:x y:y y:y");
    agree_all(&mut play, "xx");
    assert_eq!(times(&play), 0);
    agree_all(&mut play, "y");
    assert_eq!(times(&play), 1);
    agree_all(&mut play, "y");
    assert_eq!(times(&play), 2);
}

#[test]
fn wcp35_cancelling_partial_join_of_instances() {
    let mut play = Play::begin_with(each_of(each(Passing::Count(2), false)), departments());
    play.agree('h', "ask");
    play.agree('j', "ask");
    assert_eq!(play.open(), "t:t", "the third is not asked any more");
}

#[test]
fn wcp36_dynamic_partial_join_of_instances() {
    let mut play = added(Passing::Percent(75));
    assert!(!play.is_done(), "two of four");
    play.agree('y', "s");
    assert!(play.is_done(), "three of four");
}

#[test]
fn wcp39_critical_section() {
    // Everybody asked in x decides before anybody is asked in y.
    let section = |id: &str, people: &str| {
        step_with(id, people, |step| step.alone = Some(key("one at a time")))
    };
    let nodes = vec![
        start(),
        fork("fork"),
        section("x", "bc"),
        section("y", "de"),
    ];
    let flows = [line("start fork x"), line("fork y")].concat();
    let mut play = Play::begin(process(nodes, flows));
    assert_eq!(play.open(), "x:bc");
    play.agree('c', "x");
    assert_eq!(play.open(), "x:b");
    play.agree('b', "x");
    assert_eq!(play.open(), "y:de");
}

#[test]
fn wcp40_interleaved_routing() {
    let mut definition = three(Kind::Parallel, Kind::Parallel);
    for (at, id) in [(2, "x"), (3, "y"), (4, "z")] {
        definition.nodes[at] = alone(id);
    }
    let mut play = Play::begin(definition);
    for _ in 0..3 {
        let open = play.open();
        assert_eq!(open.len(), 3, "one at a time: {open}");
        agree_all(&mut play, &open[..1]);
    }
    assert_eq!(play.open(), "t:t");
}

#[test]
fn wcp43_explicit_termination() {
    let mut definition = apart();
    let ending = Ending::Stop;
    definition.nodes.push(node("stop", Kind::End { ending }));
    definition.flows.push(flow("x", "stop"));
    let mut play = Play::begin(definition);
    play.agree('x', "x");
    assert_eq!(play.instance.status, Status::Stopped);
    assert_eq!(play.state("y"), VisitState::BrokenOff);
}
