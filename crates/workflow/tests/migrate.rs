//! Running instances go over to another version: what has an equal in it, what has none, and what would not end.

use std::collections::BTreeMap;

use andu_workflow::{
    Act, Event, Instance, Key, Meaning, Net, Obstacle, Place, Plan, Powers, Refusal, Status,
    VisitState,
    check::Halt,
    definition::{
        Comparison, Definition, Flow, Kind, Limit, Node, Passing, Span, Step, Trigger, Value,
    },
    migrate, rehearse,
};

use crate::play::{
    Play, end, flow, inside, key, line, node, otherwise, person, process, start, step, step_with,
    when, words,
};

fn ways(ways: &[&str]) -> Vec<Flow> {
    ways.iter().flat_map(|way| line(way)).collect()
}

fn second(nodes: Vec<Node>, flows: Vec<Flow>) -> Definition {
    let mut definition = process(nodes, flows);
    definition.version = 2;
    definition
}

fn plan(pairs: &[(&str, &str)]) -> Plan {
    let nodes = pairs.iter().map(|(old, new)| (key(old), key(new)));
    Plan {
        nodes: nodes.collect(),
    }
}

fn dispatcher() -> Powers {
    Powers {
        dispatch: true,
        ..Powers::default()
    }
}

/// Takes a play over to a version; its events still make it.
fn over(play: &mut Play, to: &Definition, plan: &Plan) -> Result<(), Vec<Obstacle>> {
    let new = Net::compile(to).expect("it fits together");
    play.powers = dispatcher();
    let nets = (&play.net, &new);
    let migrated = migrate(nets, &play.instance, plan, person('q'), &play.context())?;
    play.events.extend(migrated.events);
    play.instance = migrated.instance;
    let replayed = Instance::replayed(&play.events);
    assert_eq!(replayed.as_ref(), Some(&play.instance), "replayed");
    play.net = new;
    play.powers = Powers::default();
    Ok(())
}

fn three() -> Play {
    let nodes = vec![start(), step("draft", "a"), step("sign", "s"), end("end")];
    Play::begin(process(nodes, ways(&["start draft sign end"])))
}

fn with_check() -> Definition {
    let nodes = vec![
        start(),
        step("draft", "a"),
        step("check", "c"),
        step("sign", "s"),
        end("end"),
    ];
    second(nodes, ways(&["start draft check sign end"]))
}

#[test]
fn whoever_stands_before_a_new_step_does_it() {
    let mut play = three();
    over(&mut play, &with_check(), &Plan::default()).expect("goes over");
    assert_eq!(
        (play.instance.version, play.open().as_str()),
        (2, "draft:a")
    );
    for (by, step) in [('a', "draft"), ('c', "check"), ('s', "sign")] {
        play.agree(by, step);
    }
    assert!(play.is_done());
}

#[test]
fn whoever_stands_behind_a_new_step_is_not_sent_back_to_it() {
    let mut play = three();
    play.agree('a', "draft");
    over(&mut play, &with_check(), &Plan::default()).expect("goes over");
    assert_eq!(play.open(), "sign:s");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn by_a_new_name_it_is_the_same_step_for_guards_returns_and_separations() {
    let old = vec![
        start(),
        step("draft", "a"),
        step("check", "c"),
        step("sign", "s"),
        end("end"),
    ];
    let mut play = Play::begin(process(old, ways(&["start draft check sign end"])));
    play.agree('a', "draft");
    play.refuse('c', "check");
    let new = vec![
        start(),
        step("draft", "a"),
        step("review", "c"),
        step("final", "s"),
        node("which", Kind::Choose),
        step("more", "m"),
        end("end"),
    ];
    let mut flows = ways(&["start draft review final which", "more end"]);
    let refused = Value::Text("refused".into());
    let is = Comparison::Equal;
    flows.push(when(flow("which", "more"), "review.outcome", is, refused));
    flows.push(otherwise(flow("which", "end")));
    let names = plan(&[("check", "review"), ("sign", "final")]);
    over(&mut play, &second(new, flows), &names).expect("goes over");
    assert_eq!(play.open(), "final:s");
    assert_eq!(play.visit("review").to_string(), "1/review");
    play.send_back('s', "final", "review", andu_workflow::Then::Again)
        .expect("退回");
    play.refuse('c', "review");
    play.agree('s', "final");
    assert_eq!(play.open(), "more:m", "the guard asks by the new name");
}

#[test]
fn two_steps_that_change_their_names_with_each_other_stay_what_they_were() {
    let mut play = three();
    play.agree('a', "draft");
    let nodes = vec![start(), step("sign", "a"), step("draft", "s"), end("end")];
    let to = second(nodes, ways(&["start sign draft end"]));
    over(
        &mut play,
        &to,
        &plan(&[("draft", "sign"), ("sign", "draft")]),
    )
    .expect("goes over");
    assert_eq!(play.open(), "draft:s");
    assert_eq!(play.state("sign"), VisitState::Passed);
    play.agree('s', "draft");
    assert!(play.is_done());
}

#[test]
fn a_step_in_which_somebody_is_asked_needs_a_place() {
    let mut play = three();
    let nodes = vec![start(), step("sign", "s"), end("end")];
    let to = second(nodes, ways(&["start sign end"]));
    let blocked = over(&mut play, &to, &Plan::default());
    let place = key("draft");
    assert_eq!(blocked, Err(vec![Obstacle::NoPlace { place }]));
    play.agree('a', "draft");
    over(&mut play, &to, &Plan::default()).expect("what is done needs none");
    play.agree('s', "sign");
    assert!(play.is_done());
}

#[test]
fn a_plan_that_names_what_is_not_there_is_refused() {
    let mut play = three();
    for (pair, place) in [(("draft", "none"), "none"), (("none", "draft"), "none")] {
        let blocked = over(&mut play, &with_check(), &plan(&[pair])).expect_err("blocked");
        let place = key(place);
        assert!(
            blocked.contains(&Obstacle::NoPlace { place }),
            "{blocked:?}"
        );
    }
}

#[test]
fn two_steps_that_were_done_do_not_become_one() {
    let mut play = three();
    play.agree('a', "draft");
    let nodes = vec![start(), step("sign", "s"), end("end")];
    let to = second(nodes, ways(&["start sign end"]));
    let node = key("sign");
    assert_eq!(
        over(&mut play, &to, &plan(&[("draft", "sign")])),
        Err(vec![Obstacle::TwoInOne { node }])
    );
}

fn signed(change: impl FnOnce(&mut Step)) -> Definition {
    let sign = step_with("sign", "st", change);
    let nodes = vec![start(), sign, end("end")];
    process(nodes, ways(&["start sign end"]))
}

fn changed(decided: bool, change: impl FnOnce(&mut Step)) -> Result<(), Vec<Obstacle>> {
    let mut play = Play::begin(signed(|_| {}));
    if decided {
        play.agree('s', "sign");
    }
    let mut to = signed(change);
    to.version = 2;
    over(&mut play, &to, &Plan::default())
}

fn means(what: Meaning) -> Result<(), Vec<Obstacle>> {
    let node = key("sign");
    Err(vec![Obstacle::OtherMeaning { node, what }])
}

#[test]
fn what_is_asked_or_was_decided_keeps_its_meaning() {
    assert_eq!(
        changed(false, |step| step.act = "核稿".into()),
        means(Meaning::Act)
    );
    assert_eq!(
        changed(false, |step| step.binds = true),
        means(Meaning::Binds)
    );
    let any = |step: &mut Step| step.sign_off.passing = Passing::Any;
    assert_eq!(changed(true, any), means(Meaning::Passing));
    assert_eq!(changed(false, any), Ok(()), "nobody has decided yet");
    let stop = |step: &mut Step| step.refused = andu_workflow::definition::Refused::Stop;
    assert_eq!(changed(true, stop), means(Meaning::Refused));
    let claim = |step: &mut Step| step.sign_off.order = andu_workflow::definition::Order::Claim;
    assert_eq!(changed(true, claim), means(Meaning::Order));
}

#[test]
fn what_is_no_step_any_more_or_lies_elsewhere_is_no_equal() {
    let mut play = three();
    let auto = node("draft", Kind::Auto { act: "x".into() });
    let to = second(
        vec![start(), auto, step("sign", "s"), end("end")],
        ways(&["start draft sign end"]),
    );
    let kind = Obstacle::OtherKind { node: key("draft") };
    assert_eq!(over(&mut play, &to, &Plan::default()), Err(vec![kind]));
    let nodes = vec![
        start(),
        node("g", Kind::Group { each: None }),
        inside("g", node("begin", Kind::Start { on: None })),
        inside("g", step("draft", "a")),
        inside("g", end("done")),
        step("sign", "s"),
        end("end"),
    ];
    let to = second(nodes, ways(&["start g sign end", "begin draft done"]));
    let group = Obstacle::OtherGroup { node: key("draft") };
    assert_eq!(over(&mut play, &to, &Plan::default()), Err(vec![group]));
}

/// x and y beside each other, and z between y and the join or not.
fn beside(z: bool, version: u32) -> Definition {
    let mut nodes = vec![
        start(),
        node("fork", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("join", Kind::Parallel),
        step("sign", "s"),
        end("end"),
    ];
    let mut flows = ways(&["start fork x join sign end"]);
    if z {
        nodes.push(step("z", "z"));
        flows.extend(line("fork y z join"));
    } else {
        flows.extend(line("fork y join"));
    }
    let mut definition = process(nodes, flows);
    definition.version = version;
    definition
}

#[test]
fn what_waits_at_a_join_waits_there_still() {
    let mut play = Play::begin(beside(false, 1));
    play.agree('y', "y");
    over(&mut play, &beside(true, 2), &Plan::default()).expect("goes over");
    assert_eq!(play.open(), "x:x", "y was done when there was no z");
    play.agree('x', "x");
    assert_eq!(play.open(), "sign:s");
    let mut play = Play::begin(beside(true, 1));
    for (by, step) in [('y', "y"), ('z', "z")] {
        play.agree(by, step);
    }
    over(&mut play, &beside(false, 2), &Plan::default()).expect("goes over");
    play.agree('x', "x");
    assert_eq!(play.open(), "sign:s");
}

#[test]
fn what_no_longer_has_to_be_waited_for_goes_on_at_once() {
    let mut play = Play::begin(beside(false, 1));
    play.agree('x', "x");
    play.agree('y', "y");
    assert_eq!(play.open(), "sign:s");
    let mut play = Play::begin(process(
        vec![start(), step("w", "w"), step("x", "x"), end("end")],
        ways(&["start w x end"]),
    ));
    play.agree('w', "w");
    // x in a way beside y, which was never begun here.
    let blocked = over(&mut play, &beside(false, 2), &Plan::default()).expect_err("blocked");
    let [
        Obstacle::Halts {
            halt: Halt::Waits { places },
        },
    ] = &blocked[..]
    else {
        panic!("{blocked:?}");
    };
    assert_eq!(places, &[key("join"), key("x>join")], "for ever");
}

#[test]
fn of_a_join_that_asks_for_fewer_ways_the_one_that_came_goes_on() {
    let mut play = Play::begin(beside(false, 1));
    play.agree('x', "x");
    let nodes = vec![
        start(),
        node("fork", Kind::Parallel),
        step("x", "x"),
        step("y", "y"),
        node("join", Kind::Parallel),
        step("sign", "s"),
        end("end"),
    ];
    // y leads to an end of its own.
    let to = second(nodes, ways(&["start fork x join sign end", "fork y end"]));
    over(&mut play, &to, &Plan::default()).expect("goes over");
    assert_eq!(play.open(), "sign:s y:y");
}

#[test]
fn a_way_that_goes_round_for_ever_is_no_way() {
    let mut play = three();
    let nodes = vec![
        start(),
        node("in", Kind::Choose),
        step("draft", "a"),
        step("again", "b"),
        step("sign", "s"),
        end("end"),
    ];
    let to = second(nodes, ways(&["start in draft again in", "sign end"]));
    let blocked = over(&mut play, &to, &Plan::default()).expect_err("blocked");
    let round = |one: &Obstacle| matches!(one, Obstacle::Halts { halt: Halt::Round { places } } if places.contains(&key("again")));
    assert!(blocked.iter().any(round), "{blocked:?}");
}

#[test]
fn what_was_signed_binds_the_same_words() {
    let sign = || step_with("sign", "s", |step| step.binds = true);
    let nodes = |last: &str| vec![start(), sign(), step(last, "c"), end("end")];
    let mut play = Play::begin(process(nodes("check"), ways(&["start sign check end"])));
    play.instance.content = Some(words("one"));
    if let Some(Event::Begun { content, .. }) = play.events.first_mut() {
        *content = Some(words("one"));
    }
    play.agree('s', "sign");
    let bound = play.instance.bound.clone();
    assert_eq!(bound.len(), 1);
    let to = second(nodes("seal"), ways(&["start sign seal end"]));
    over(&mut play, &to, &plan(&[("check", "seal")])).expect("goes over");
    assert_eq!(play.instance.bound, bound);
    let visit = play.visit("seal");
    let (from, content) = (words("one"), words("two"));
    play.act(
        'c',
        Act::Revise {
            visit,
            content,
            from,
        },
    )
    .expect("revises");
    play.agree('c', "seal");
    assert_eq!(play.open(), "sign:s", "who signed other words sees them");
}

#[test]
fn an_event_that_the_new_version_expects_has_its_time_from_now() {
    let mut play = three();
    let boundary = Kind::Boundary {
        at: key("draft"),
        on: Trigger::After(Span::Hours(5)),
        cancels: true,
    };
    let mut to = with_check();
    to.nodes.push(node("late", boundary));
    to.flows.extend(line("late sign"));
    play.later(100);
    over(&mut play, &to, &Plan::default()).expect("goes over");
    play.later(4);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "draft:a");
    play.later(1);
    play.act('a', Act::Tick).expect("ticks");
    assert_eq!(play.open(), "sign:s");
}

#[test]
fn a_limit_that_the_new_version_sets_counts_from_when_it_would_have() {
    let mut play = three();
    let begun = play.now;
    play.later(200);
    let mut to = with_check();
    to.limit = Some(Limit {
        working_days: 20,
        law: "行政许可法第四十二条".into(),
        from: None,
        promised: None,
        extension: 0,
        extended_by: Vec::new(),
        stops: Vec::new(),
        warn: 3,
    });
    over(&mut play, &to, &Plan::default()).expect("goes over");
    let day = andu_workflow::clock::day_of(begun);
    assert_eq!(play.instance.clock.started_on, Some(day));
}

#[test]
fn only_a_dispatcher_takes_over_and_only_what_runs_to_another_version_of_it() {
    let mut play = three();
    let new = Net::compile(&with_check()).expect("it fits together");
    let nets = (&play.net, &new);
    let by = person('q');
    let tried = migrate(nets, &play.instance, &Plan::default(), by, &play.context());
    let why = Refusal::NotAllowed { what: None };
    assert_eq!(tried, Err(vec![Obstacle::Refused { why }]));
    let mut same = with_check();
    same.version = 1;
    let other = vec![Obstacle::OtherProcess];
    assert_eq!(over(&mut play, &same, &Plan::default()), Err(other.clone()));
    let mut foreign = with_check();
    foreign.id = key("another");
    assert_eq!(over(&mut play, &foreign, &Plan::default()), Err(other));
    play.agree('a', "draft");
    play.agree('s', "sign");
    let status = Status::Done;
    let done = over(&mut play, &with_check(), &Plan::default());
    assert_eq!(done, Err(vec![Obstacle::Over { status }]));
}

#[test]
fn of_many_it_is_said_how_many_fit_and_what_blocks_the_others() {
    let fresh = three();
    let mut drafted = three();
    drafted.agree('a', "draft");
    let mut done = three();
    done.agree('a', "draft");
    done.agree('s', "sign");
    let nodes = vec![start(), step("sign", "s"), end("end")];
    let new = Net::compile(&second(nodes, ways(&["start sign end"]))).expect("fits");
    let instances = [&fresh, &drafted, &fresh, &done].map(|play| play.instance.clone());
    let before = instances.clone();
    let mut context = fresh.context();
    context.powers = dispatcher();
    let nets = (&fresh.net, &new);
    let rehearsal = rehearse(nets, &instances, &Plan::default(), person('q'), &context);
    assert_eq!(rehearsal.fit, 1);
    let blocked: Vec<usize> = rehearsal.blocked.iter().map(|(no, _)| *no).collect();
    assert_eq!(blocked, [0, 2, 3]);
    let place = key("draft");
    assert_eq!(rehearsal.obstacles[0], (Obstacle::NoPlace { place }, 2));
    let status = Status::Done;
    assert_eq!(rehearsal.obstacles[1], (Obstacle::Over { status }, 1));
    assert_eq!(instances, before, "none has changed");
}

#[test]
fn the_event_survives_json_and_names_what_changed() {
    let mut play = three();
    let mut to = with_check();
    for node in &mut to.nodes {
        if *node.id == *"draft" {
            node.id = key("write");
        }
    }
    to.flows = ways(&["start write check sign end"]);
    over(
        &mut play,
        &to,
        &plan(&[("draft", "write"), ("sign", "sign")]),
    )
    .expect("goes over");
    let migrated = play
        .events
        .iter()
        .find(|event| matches!(event, Event::Migrated { .. }));
    let migrated = migrated.expect("an event");
    let json = serde_json::to_string(migrated).expect("JSON");
    assert_eq!(
        &serde_json::from_str::<Event>(&json).expect("read"),
        migrated
    );
    let Event::Migrated {
        from,
        to,
        nodes,
        by,
        ..
    } = migrated
    else {
        unreachable!()
    };
    let names: BTreeMap<Key, Key> = [(key("draft"), key("write"))].into();
    assert_eq!((*from, *to, nodes, *by), (1, 2, &names, person('q')));
    let place = &play.instance.tokens[play.instance.live[0]].place;
    assert_eq!(place, &Place::Inside(key("write")));
}
