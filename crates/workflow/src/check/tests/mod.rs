//! The checks on definitions made for them.

mod analyzer;
mod choices;
mod random;
mod rules;
mod shapes;
mod speed;
mod ways;

use super::{Bounds, Code, Finding, Report, apply, check};
use crate::{
    Key,
    definition::{
        Comparison, Definition, Ending, Flow, Format, Guard, Item, ItemKind, Kind, Node, Rest,
        Seat, SignOff, Span, Step, Trigger, Value, Who,
    },
    net::Net,
};

pub(super) fn key(text: &str) -> Key {
    Key::new(text).expect("a name")
}

pub(super) fn empty() -> Definition {
    Definition {
        format: Format::One,
        id: key("process"),
        version: 1,
        title: "试验".into(),
        note: String::new(),
        items: Vec::new(),
        forms: Vec::new(),
        parts: Vec::new(),
        nodes: Vec::new(),
        flows: Vec::new(),
        separations: Vec::new(),
        limit: None,
        drawing: Default::default(),
        foreign: Vec::new(),
    }
}

pub(super) fn step_by(who: &[Who]) -> Step {
    let seat = |who: &Who| Seat {
        who: who.clone(),
        weight: 1,
        veto: false,
    };
    let seats = who.iter().map(seat).collect();
    Step {
        sign_off: SignOff {
            seats,
            ..SignOff::default()
        },
        ..Step::default()
    }
}

pub(super) fn kind(word: &str) -> Kind {
    let (word, of) = word.split_once('@').unwrap_or((word, ""));
    let after = Trigger::After(Span::Days(1));
    match word {
        "start" => Kind::Start { on: None },
        "event" => Kind::Start {
            on: Some(Trigger::Message("m".into())),
        },
        "end" => Kind::End {
            ending: Ending::Done,
        },
        "stop" => Kind::End {
            ending: Ending::Stop,
        },
        "error" => Kind::End {
            ending: Ending::Throw(Trigger::Error("e".into())),
        },
        "step" => Kind::Step(Box::new(step_by(&[Who::Head]))),
        "auto" => Kind::Auto { act: String::new() },
        "choose" => Kind::Choose,
        "all" => Kind::Parallel,
        "some" => Kind::Inclusive,
        "gather" => Kind::Gather {
            need: of.parse().expect("a number"),
            rest: Rest::Ignore,
        },
        "first" => Kind::Gather {
            need: of.parse().expect("a number"),
            rest: Rest::Cancel,
        },
        "await" => Kind::Await,
        "wait" => Kind::Wait { on: after },
        "group" => Kind::Group { each: None },
        "over" => Kind::Boundary {
            at: key(of),
            on: after,
            cancels: true,
        },
        "beside" => Kind::Boundary {
            at: key(of),
            on: after,
            cancels: false,
        },
        "catch" => Kind::Boundary {
            at: key(of),
            on: Trigger::Error("e".into()),
            cancels: true,
        },
        other => panic!("no kind {other}"),
    }
}

pub(super) fn node(id: &str, word: &str) -> Node {
    let (id, inside) = id
        .split_once('/')
        .map_or((id, None), |(group, id)| (id, Some(key(group))));
    Node {
        id: key(id),
        title: String::new(),
        inside,
        part: None,
        law: None,
        kind: kind(word),
        foreign: Vec::new(),
    }
}

pub(super) fn flow(from: &str, to: &str, when: Option<Guard>, otherwise: bool) -> Flow {
    Flow {
        id: key(&format!("{from}>{to}")),
        from: key(from),
        to: key(to),
        title: String::new(),
        when,
        otherwise,
        foreign: Vec::new(),
    }
}

/// A drawing from `nodes`, `group/name:kind` each, and `flows`, `a>b>c` each; the last flow of a choice is
/// taken otherwise, the others ask an item of their own.
pub(super) fn draw(nodes: &str, flows: &str) -> Definition {
    let mut drawn = empty();
    for word in nodes.split_whitespace() {
        let (id, kind) = word.split_once(':').expect("name:kind");
        drawn.nodes.push(node(id, kind));
    }
    for path in flows.split_whitespace() {
        let names: Vec<&str> = path.split('>').collect();
        for pair in names.windows(2) {
            let mut one = flow(pair[0], pair[1], None, false);
            let same = drawn
                .flows
                .iter()
                .filter(|flow| flow.id.starts_with(&*one.id))
                .count();
            if same > 0 {
                one.id = key(&format!("{}#{same}", one.id));
            }
            drawn.flows.push(one);
        }
    }
    decide(&mut drawn);
    drawn
}

/// Gives every choice conditions that leave no gap. What takes several ways has none: any can be taken.
pub(super) fn decide(drawn: &mut Definition) {
    for at in 0..drawn.nodes.len() {
        let id = drawn.nodes[at].id.clone();
        if drawn.nodes[at].kind != Kind::Choose {
            continue;
        }
        let outs: Vec<usize> = (0..drawn.flows.len())
            .filter(|flow| drawn.flows[*flow].from == id)
            .collect();
        let Some((last, others)) = outs.split_last().filter(|(_, others)| !others.is_empty())
        else {
            continue;
        };
        drawn.flows[*last].otherwise = true;
        let name = key(&format!("{id}?"));
        let most = others.len() as i64;
        item(
            drawn,
            &name,
            ItemKind::Number {
                least: Some(0),
                most: Some(most),
            },
        );
        for (number, flow) in others.iter().enumerate() {
            let value = Value::Number(number as i64);
            drawn.flows[*flow].when = Some(compare(&name, Comparison::Equal, value));
        }
    }
}

pub(super) fn item(drawn: &mut Definition, name: &str, kind: ItemKind) {
    let name = key(name);
    drawn.items.push(Item {
        title: name.to_string(),
        name,
        kind,
        note: String::new(),
    });
}

pub(super) fn compare(item: &str, is: Comparison, value: Value) -> Guard {
    Guard::Compare {
        item: key(item),
        is,
        value,
    }
}

pub(super) fn look(definition: &Definition) -> Report {
    let report = check(definition, Bounds::default());
    replay_all(definition, &report);
    report
}

pub(super) fn codes(report: &Report) -> Vec<Code> {
    let mut codes: Vec<Code> = report.findings.iter().map(|one| one.code).collect();
    codes.dedup();
    codes
}

/// That a report says just this.
pub(super) fn says(definition: &Definition, expected: &[Code]) -> Report {
    let report = look(definition);
    let mut found = codes(&report);
    found.sort();
    found.dedup();
    let mut expected = expected.to_vec();
    expected.sort();
    assert_eq!(found, expected, "{:#?}", report.findings);
    report
}

/// That a finding is there, and gone with the fix that it offers.
pub(super) fn mends(definition: &Definition, code: Code) -> Definition {
    let report = look(definition);
    let finding = report
        .of(code)
        .next()
        .unwrap_or_else(|| panic!("no {code:?}: {report:#?}"));
    let fix = finding
        .fix
        .clone()
        .unwrap_or_else(|| panic!("no fix: {finding:?}"));
    let mended = apply(definition, &fix).expect("a fix that can be made");
    let after = look(&mended);
    let still = after
        .of(code)
        .filter(|one| one.places == finding.places)
        .count();
    assert_eq!(still, 0, "{fix:?} does not mend it: {after:#?}");
    mended
}

pub(super) fn places(finding: &Finding) -> Vec<&str> {
    finding.places.iter().map(|place| &**place).collect()
}

/// Plays every trace with nothing but the drawing: tokens on flows, each taken before it was put.
fn replay_all(definition: &Definition, report: &Report) {
    let Ok(net) = Net::compile(definition) else {
        return;
    };
    for finding in &report.findings {
        let tokens = replay(&net, finding);
        let several = |flow: &Key| tokens.get(flow).copied().unwrap_or(0) > 1;
        match finding.code {
            Code::Unsafe if net.flow_at(&finding.places[0]).is_some() => {
                assert!(several(&finding.places[0]), "{finding:?} leaves {tokens:?}");
            }
            Code::EndsTwice => {
                let turns = finding
                    .trace
                    .iter()
                    .filter(|step| step.node == finding.places[0]);
                assert!(turns.count() >= 2, "{finding:?}");
            }
            Code::Deadlock => assert!(
                !tokens.is_empty() || finding.places.len() > 1,
                "{finding:?}"
            ),
            _ => {}
        }
    }
}

fn replay(net: &Net, finding: &Finding) -> std::collections::BTreeMap<Key, u32> {
    let mut tokens = std::collections::BTreeMap::new();
    for step in &finding.trace {
        let at = net.node_at(&step.node).expect("a node");
        let mut outs = net.wiring(at).outs.clone();
        // An error goes on at the boundary that expects it.
        if matches!(net.node(at).kind, Kind::End { .. }) {
            outs.extend((0..net.len()).flat_map(|node| match net.node(node).kind {
                Kind::Boundary { .. } => net.wiring(node).outs.clone(),
                _ => Vec::new(),
            }));
        }
        // A boundary takes what its host has.
        let mut ins = net.wiring(at).ins.clone();
        if let Kind::Boundary { at: host, .. } = &net.node(at).kind {
            ins = net.wiring(net.node_at(host).expect("a host")).ins.clone();
        }
        let takes = ins
            .iter()
            .any(|flow| step.takes.contains(&net.flow(*flow).id));
        let begins = ins.is_empty() || step.takes.is_empty();
        assert!(
            takes || begins,
            "{step:?} takes nothing that comes to it in {finding:?}"
        );
        for flow in &step.takes {
            let here = tokens.remove(flow).unwrap_or(0);
            assert!(here > 0, "{step:?} takes what is not there in {finding:?}");
            if here > 1 {
                tokens.insert(flow.clone(), here - 1);
            }
        }
        for flow in &step.puts {
            assert!(
                outs.iter().any(|out| net.flow(*out).id == *flow),
                "{step:?} in {finding:?}"
            );
            *tokens.entry(flow.clone()).or_insert(0) += 1;
        }
    }
    tokens
}
