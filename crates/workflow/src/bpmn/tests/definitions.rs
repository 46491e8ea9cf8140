use andu_base::{DepartmentId, PersonId, PostId};
use proptest::prelude::*;

use super::*;
use crate::definition::{
    Access, Choice, Comparison, Drawing, Duty, Each, Empty, Ending, Flow, Foreign, ForeignPlace,
    Form, Format, Guard, Item, ItemKind, Kind, Limit, May, Opinion, Order, Overdue, Part, Passing,
    Point, Refused, Repeated, Rest, Seat, Separation, Shape, SignOff, Span, Step, StepLimit,
    StopReason, Trigger, Value, Who,
};

fn definition(id: &str) -> Definition {
    Definition {
        format: Format::One,
        id: key(id),
        version: 1,
        title: "发文办理".into(),
        note: String::new(),
        items: Vec::new(),
        forms: Vec::new(),
        parts: Vec::new(),
        nodes: Vec::new(),
        flows: Vec::new(),
        separations: Vec::new(),
        limit: None,
        drawing: Drawing::default(),
        foreign: Vec::new(),
    }
}

fn made(id: &str, kind: Kind) -> Node {
    Node {
        id: key(id),
        title: String::new(),
        inside: None,
        part: None,
        law: None,
        kind,
        foreign: Vec::new(),
    }
}

fn flow(id: &str, from: &str, to: &str) -> Flow {
    Flow {
        id: key(id),
        from: key(from),
        to: key(to),
        title: String::new(),
        when: None,
        otherwise: false,
        foreign: Vec::new(),
    }
}

fn seat(who: Who) -> Seat {
    Seat {
        who,
        weight: 1,
        veto: false,
    }
}

/// Everything that a step can say.
fn full_step() -> Step {
    let id = uuid::Uuid::from_u128(7);
    let everybody = vec![
        seat(Who::Author),
        seat(Who::Person(PersonId(id))),
        seat(Who::Post(PostId(id))),
        seat(Who::Unit(DepartmentId(id))),
        Seat {
            who: Who::Role("审核".into()),
            weight: 3,
            veto: true,
        },
        seat(Who::OwnRole("经办".into())),
        seat(Who::Head),
        seat(Who::HeadOf(key("会签 单位"))),
        seat(Who::Above(2)),
        seat(Who::DoneBy(key("拟稿"))),
        seat(Who::Item(key("people"))),
        seat(Who::Chosen),
        seat(Who::Foreign("zhang <san> & \"li\"".into())),
    ];
    Step {
        act: "审核通过".into(),
        sign_off: SignOff {
            seats: everybody,
            order: Order::InTurn,
            passing: Passing::Weight(5),
            hears_all: true,
            empty: Empty::HandTo(vec![Who::Head]),
            repeated: Repeated::HandUp,
        },
        opinion: Opinion::Required,
        may: vec![May::AddBefore, May::Return, May::Revise],
        fields: [(key("days"), Access::Require), (key("件 数"), Access::Hide)].into(),
        complete: Some(Guard::Entered(key("days"))),
        refused: Refused::Back(key("拟稿")),
        binds: true,
        online: true,
        limit: Some(StepLimit {
            within: Span::HalfDays(3),
            overdue: vec![
                Overdue::Remind {
                    times: 3,
                    every: Span::Hours(4),
                },
                Overdue::Tell(vec![Who::Head]),
                Overdue::HandTo(vec![Who::Above(1)]),
                Overdue::Pass,
                Overdue::Refuse,
            ],
        }),
        alone: Some(key("用印")),
        only_while: Some(key("拟稿")),
        original: true,
        copy: Some(key("理由")),
        due: Some(key("期限")),
        batch: true,
    }
}

fn every_kind() -> Vec<Kind> {
    let each = Each {
        of: key("单位"),
        item: Some(key("unit")),
        own: vec![key("stage")],
        in_turn: true,
        done: Passing::Percent(60),
    };
    let mut kinds = vec![
        Kind::Start { on: None },
        Kind::End {
            ending: Ending::Done,
        },
        Kind::End {
            ending: Ending::Stop,
        },
        Kind::Step(Box::default()),
        Kind::Step(Box::new(full_step())),
        Kind::Auto {
            act: "编号".into()
        },
        Kind::Choose,
        Kind::Parallel,
        Kind::Inclusive,
        Kind::Gather {
            need: 2,
            rest: Rest::Ignore,
        },
        Kind::Gather {
            need: 3,
            rest: Rest::Cancel,
        },
        Kind::Await,
        Kind::Group { each: None },
        Kind::Group {
            each: Some(each.clone()),
        },
        Kind::Call {
            process: key("来文 办理"),
            each: None,
            apart: true,
        },
        Kind::Call {
            process: key("incoming"),
            each: Some(Each {
                done: Passing::Weight(2),
                ..each
            }),
            apart: false,
        },
        Kind::Foreign {
            element: "transaction".into(),
        },
        Kind::Foreign {
            element: "not a name <&>".into(),
        },
    ];
    for trigger in [
        Trigger::After(Span::WorkingDays(5)),
        Trigger::After(Span::Seconds(90)),
        Trigger::On(key("due")),
        Trigger::Message("补正材料".into()),
        Trigger::Message(String::new()),
        Trigger::Signal("a \"b\"".into()),
        Trigger::Error("E-1".into()),
        Trigger::Escalation(" 上报 ".into()),
    ] {
        kinds.push(Kind::Start {
            on: Some(trigger.clone()),
        });
        kinds.push(Kind::End {
            ending: Ending::Throw(trigger.clone()),
        });
        kinds.push(Kind::Wait {
            on: trigger.clone(),
        });
        kinds.push(Kind::Throw {
            trigger: trigger.clone(),
        });
        kinds.push(Kind::Boundary {
            at: key("n3"),
            on: trigger.clone(),
            cancels: true,
        });
        kinds.push(Kind::Boundary {
            at: key("nowhere at all"),
            on: trigger,
            cancels: false,
        });
    }
    kinds
}

/// A definition in which every field says something.
fn full() -> Definition {
    let mut full = definition("发文 <办理>");
    full.version = 7;
    full.note = "第一行\n  第二行\t]]> & <b>".into();
    full.items = vec![
        Item {
            name: key("days"),
            title: "天数".into(),
            kind: ItemKind::Number {
                least: Some(0),
                most: None,
            },
            note: "x".into(),
        },
        Item {
            name: key("k"),
            title: "种类".into(),
            kind: ItemKind::Choice {
                options: vec![Choice {
                    code: "a".into(),
                    title: "甲".into(),
                }],
            },
            note: String::new(),
        },
    ];
    full.forms = vec![Form {
        id: key("form 1"),
        title: "收文处理单".into(),
        items: vec![key("days")],
    }];
    full.parts = vec![
        Part {
            id: key("文书"),
            title: "办公室文书".into(),
            duties: vec![Duty {
                title: "登记".into(),
                steps: vec![key("n0")],
            }],
        },
        Part {
            id: key("part two"),
            title: "\u{1}control \u{ffff}".into(),
            duties: Vec::new(),
        },
    ];
    for (at, kind) in every_kind().into_iter().enumerate() {
        let mut node = made(&format!("n{at}"), kind);
        node.title = format!("节点 {at} <>&\"'\n\u{7}\u{fffe}");
        node.part = [
            None,
            Some(key("文书")),
            Some(key("part two")),
            Some(key("none")),
        ][at % 4]
            .clone();
        node.law = (at % 5 == 0).then(|| "行政许可法第四十二条".to_owned());
        node.inside = [
            None,
            None,
            Some(key("n12")),
            Some(key("n13")),
            Some(key("gone")),
        ][at % 5]
            .clone();
        full.nodes.push(node);
    }
    full.nodes.push(made("id with blanks", Kind::Parallel));
    full.nodes
        .push(made("quote \" and \\ and é", Kind::Parallel));
    full.nodes.push(made("7starts with a digit", Kind::Choose));
    full.nodes[3].foreign = vec![
        Foreign {
            place: ForeignPlace::Attribute,
            namespace: "http://flowable.org/bpmn".into(),
            name: "assignee".into(),
            text: "zhang".into(),
        },
        Foreign {
            place: ForeignPlace::Extension,
            namespace: "urn:x".into(),
            name: "e".into(),
            text: "<e xmlns=\"urn:x\">t</e>".into(),
        },
        Foreign {
            place: ForeignPlace::Element,
            namespace: "urn:x".into(),
            name: "bad".into(),
            text: "<not xml".into(),
        },
    ];
    let value = Value::List(vec!["a".into(), "b'c".into()]);
    let guards = [
        Guard::Compare {
            item: key("days"),
            is: Comparison::AtMost,
            value: Value::Number(3),
        },
        Guard::Compare {
            item: key("item with blank"),
            is: Comparison::OneOf,
            value,
        },
        Guard::All(Vec::new()),
        Guard::Any(vec![
            Guard::Not(Box::new(Guard::Entered(key("days")))),
            Guard::All(vec![]),
        ]),
        Guard::Foreign("${bean.check()}".into()),
        Guard::Foreign(String::new()),
        Guard::Foreign("days > 3".into()),
    ];
    for (at, guard) in guards.into_iter().enumerate() {
        let mut one = flow(&format!("f{at}"), "n6", &format!("n{at}"));
        one.when = Some(guard);
        one.title = "联合 行文".into();
        full.flows.push(one);
    }
    let mut usual = flow("usual", "n6", "n1");
    usual.otherwise = true;
    full.flows.insert(0, usual.clone());
    full.flows.push(Flow {
        id: key("usual too"),
        ..usual.clone()
    });
    full.flows.push(Flow {
        id: key("not usual here"),
        from: key("n0"),
        ..usual
    });
    full.flows.push(flow("f x", "nothing there", "n 404"));
    full.separations = vec![Separation {
        steps: vec![key("n3"), key("n4")],
        author: true,
    }];
    full.limit = Some(Limit {
        from: Some(key("s")),
        working_days: 20,
        law: "行政许可法第四十二条".into(),
        promised: Some(10),
        extension: 10,
        extended_by: vec![Who::Head],
        stops: StopReason::ALL.to_vec(),
        warn: 3,
    });
    full.drawing.shapes.insert(
        key("n0"),
        Shape {
            x: -5,
            y: 0,
            width: 36,
            height: 36,
        },
    );
    full.drawing.shapes.insert(
        key("not a node"),
        Shape {
            x: 1,
            y: 2,
            width: 3,
            height: 4,
        },
    );
    full.drawing.lines.insert(
        key("f0"),
        vec![
            Point { x: 1, y: 2 },
            Point {
                x: i32::MAX,
                y: i32::MIN,
            },
        ],
    );
    full.drawing.lines.insert(key("f1"), Vec::new());
    full.foreign = vec![Foreign {
        place: ForeignPlace::Attribute,
        namespace: String::new(),
        name: "isExecutable".into(),
        text: "true".into(),
    }];
    full
}

fn comes_back(definitions: &[Definition]) -> String {
    let written = export(definitions, None).expect("it is written");
    let read = import(written.as_bytes()).expect("it is read");
    for (one, two) in definitions.iter().zip(&read.definitions) {
        assert_eq!(one.to_json(), two.to_json());
    }
    assert_eq!(read.definitions, definitions);
    let again = export(&read.definitions, Some(&read.frame)).expect("it is written again");
    assert_eq!(written, again, "a second export differs");
    written
}

#[test]
fn a_definition_that_says_everything_comes_back_equal() {
    let written = comes_back(&[full()]);
    assert!(!written.contains("\"whole\""), "differences suffice");
}

#[test]
fn several_definitions_with_the_same_names_come_back_in_their_order() {
    let mut second = full();
    second.id = key("second");
    let mut third = full();
    third.title = String::new();
    comes_back(&[full(), second, third, definition("empty")]);
}

#[test]
fn an_empty_definition_comes_back() {
    comes_back(&[definition("empty")]);
    comes_back(&[definition("one"), definition("two")]);
    comes_back(&[]);
}

#[test]
fn what_stands_twice_or_in_itself_comes_back() {
    let mut odd = definition("odd");
    let mut group = made("g", Kind::Group { each: None });
    group.inside = Some(key("g"));
    let mut other = made("h", Kind::Group { each: None });
    other.inside = Some(key("i"));
    let mut third = made("i", Kind::Group { each: None });
    third.inside = Some(key("h"));
    odd.nodes = vec![
        made("a", Kind::Choose),
        group,
        made("a", Kind::Parallel),
        other,
        third,
    ];
    odd.flows = vec![flow("f", "a", "g"), flow("f", "a", "h")];
    comes_back(&[odd]);
}

#[test]
fn groups_deeper_than_a_file_may_be_come_back() {
    let mut deep = definition("deep");
    for at in 0..300_u32 {
        let mut group = made(&format!("g{at}"), Kind::Group { each: None });
        group.inside = at.checked_sub(1).map(|above| key(&format!("g{above}")));
        deep.nodes.push(group);
    }
    comes_back(&[deep]);
}

#[test]
fn what_another_program_changed_is_taken_over() {
    let mut one = definition("p");
    let mut step = made("a", Kind::Step(Box::new(full_step())));
    step.title = "核稿".into();
    one.nodes = vec![made("s", Kind::Start { on: None }), step];
    one.flows = vec![flow("f", "s", "a")];
    let written = export(&[one], None).expect("it is written");
    let renamed = written.replace("name=\"核稿\"", "name=\"复核\"");
    let read = import(renamed.as_bytes())
        .expect("it is read")
        .definitions
        .remove(0);
    assert_eq!(node(&read, "a").title, "复核");
    assert_eq!(
        node(&read, "a").kind,
        Kind::Step(Box::new(full_step())),
        "and ours stays"
    );
    let another = written.replace("bpmn:userTask", "bpmn:serviceTask");
    let read = import(another.as_bytes()).expect("it is read");
    assert_eq!(
        node(&read.definitions[0], "a").kind,
        Kind::Auto { act: String::new() }
    );
    assert_eq!(remark(&read, "a", "andu:more").code, "extension_outdated");
    assert!(
        read.definitions[0].drawing.is_empty(),
        "what we laid out is no drawing"
    );
    let moved = written.replace("<dc:Bounds x=\"160\"", "<dc:Bounds x=\"161\"");
    let read = import(moved.as_bytes())
        .expect("it is read")
        .definitions
        .remove(0);
    assert_eq!(
        read.drawing.shapes[&key("s")].x,
        161,
        "what was moved is one"
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-z 审<&\"'\\]>]{1,6}",
        any::<String>()
    ]
}

fn name() -> impl Strategy<Value = Key> {
    prop_oneof!["[a-h]", "[a-c] [d-f]", "审[a-b]", any::<String>()]
        .prop_filter_map("a name", |text| Key::new(&text).ok())
}

fn node_strategy() -> impl Strategy<Value = Node> {
    let kinds = every_kind();
    (
        name(),
        text(),
        proptest::option::of(name()),
        proptest::option::of(name()),
        0..kinds.len(),
        text(),
        name(),
    )
        .prop_map(move |(id, title, inside, part, kind, word, other)| {
            let kind = match kinds[kind].clone() {
                Kind::Auto { .. } => Kind::Auto { act: word },
                Kind::Wait { .. } => Kind::Wait {
                    on: Trigger::Message(word),
                },
                Kind::Throw { .. } => Kind::Throw {
                    trigger: Trigger::Error(word),
                },
                Kind::Boundary { on, cancels, .. } => Kind::Boundary {
                    at: other,
                    on,
                    cancels,
                },
                Kind::Call { each, apart, .. } => Kind::Call {
                    process: other,
                    each,
                    apart,
                },
                kind => kind,
            };
            Node {
                id,
                title,
                inside,
                part,
                law: None,
                kind,
                foreign: Vec::new(),
            }
        })
}

fn flow_strategy() -> impl Strategy<Value = Flow> {
    (
        name(),
        name(),
        name(),
        text(),
        proptest::option::of(text()),
        any::<bool>(),
    )
        .prop_map(|(id, from, to, title, when, otherwise)| {
            let when = when.map(Guard::Foreign);
            Flow {
                id,
                from,
                to,
                title,
                when,
                otherwise,
                foreign: Vec::new(),
            }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_definition_comes_back_equal(
        nodes in proptest::collection::vec(node_strategy(), 0..12),
        flows in proptest::collection::vec(flow_strategy(), 0..12),
        parts in proptest::collection::vec((name(), text()), 0..4),
        title in text(),
        note in text(),
    ) {
        let mut one = definition("p");
        one.title = title;
        one.note = note;
        one.nodes = nodes;
        one.flows = flows;
        let part = |(id, title)| Part { id, title, duties: Vec::new() };
        one.parts = parts.into_iter().map(part).collect();
        comes_back(&[one]);
    }
}
