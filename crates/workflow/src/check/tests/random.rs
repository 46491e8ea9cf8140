//! Random processes: sound ones raise no alarm, broken ones do, and what is looked at in the small space is
//! what is there in the whole.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::check::behaviour::{Reduced, explore};

/// A process built from blocks, sound by construction.
#[derive(Debug, Clone)]
enum Block {
    Step,
    Row(Vec<Block>),
    Choice(Vec<Block>),
    All(Vec<Block>),
    Some(Vec<Block>),
    Loop(Box<Block>, Box<Block>),
    Group(Box<Block>),
    Late(Box<Block>),
    Beside(Box<Block>),
    Ends(Vec<Block>),
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = Just(Block::Step);
    leaf.prop_recursive(4, 24, 3, |inner| {
        let several = || prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Block::Row),
            several().prop_map(Block::Choice),
            several().prop_map(Block::All),
            several().prop_map(Block::Some),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Block::Loop(a.into(), b.into())),
            inner.clone().prop_map(|one| Block::Group(one.into())),
            inner.clone().prop_map(|one| Block::Late(one.into())),
            inner.clone().prop_map(|one| Block::Beside(one.into())),
            several().prop_map(|several| Block::Group(Box::new(Block::Ends(several)))),
        ]
    })
}

struct Build {
    drawn: Definition,
    count: usize,
    inside: Option<Key>,
}

impl Build {
    fn node(&mut self, word: &str) -> String {
        self.count += 1;
        let id = format!("{}{}", word.split('@').next().expect("a word"), self.count);
        let mut new = node(&id, word);
        new.inside = self.inside.clone();
        self.drawn.nodes.push(new);
        id
    }

    fn flow(&mut self, from: &str, to: &str) {
        self.count += 1;
        let mut one = flow(from, to, None, false);
        one.id = key(&format!("f{}", self.count));
        self.drawn.flows.push(one);
    }

    /// Adds a block; its first and its last node.
    fn add(&mut self, block: &Block) -> (String, String) {
        match block {
            Block::Step => {
                let step = self.node("step");
                (step.clone(), step)
            }
            Block::Row(blocks) => {
                let ends: Vec<_> = blocks.iter().map(|one| self.add(one)).collect();
                for pair in ends.windows(2) {
                    self.flow(&pair[0].1, &pair[1].0);
                }
                (ends[0].0.clone(), ends[ends.len() - 1].1.clone())
            }
            Block::Choice(blocks) => self.fan("choose", "choose", blocks),
            Block::All(blocks) => self.fan("all", "all", blocks),
            Block::Some(blocks) => self.fan("some", "some", blocks),
            Block::Loop(there, back) => {
                let (first, last) = (self.node("choose"), self.node("choose"));
                let (there, back) = (self.add(there), self.add(back));
                self.flow(&first, &there.0);
                self.flow(&there.1, &last);
                self.flow(&last, &back.0);
                self.flow(&back.1, &first);
                (first, last)
            }
            Block::Group(inner) => {
                let group = self.node("group");
                let around = self.inside.replace(key(&group));
                self.whole(inner);
                self.inside = around;
                (group.clone(), group)
            }
            Block::Late(inner) => {
                let step = self.node("step");
                let late = self.node(&format!("over@{step}"));
                let (inner, meet) = (self.add(inner), self.node("choose"));
                self.flow(&late, &inner.0);
                self.flow(&inner.1, &meet);
                self.flow(&step, &meet);
                (step, meet)
            }
            Block::Beside(inner) => {
                let group = self.node("group");
                let around = self.inside.replace(key(&group));
                let (start, step, end) = (self.node("start"), self.node("step"), self.node("end"));
                let late = self.node(&format!("beside@{step}"));
                let (inner, other) = (self.add(inner), self.node("end"));
                self.flow(&start, &step);
                self.flow(&step, &end);
                self.flow(&late, &inner.0);
                self.flow(&inner.1, &other);
                self.inside = around;
                (group.clone(), group)
            }
            Block::Ends(_) => panic!("only whole"),
        }
    }

    fn fan(&mut self, split: &str, join: &str, blocks: &[Block]) -> (String, String) {
        let (split, join) = (self.node(split), self.node(join));
        for one in blocks {
            let inner = self.add(one);
            self.flow(&split, &inner.0);
            self.flow(&inner.1, &join);
        }
        (split, join)
    }

    fn whole(&mut self, block: &Block) {
        let start = self.node("start");
        if let Block::Ends(blocks) = block {
            let split = self.node("all");
            self.flow(&start, &split);
            for one in blocks {
                let (inner, end) = (self.add(one), self.node("end"));
                self.flow(&split, &inner.0);
                self.flow(&inner.1, &end);
            }
            return;
        }
        let (inner, end) = (self.add(block), self.node("end"));
        self.flow(&start, &inner.0);
        self.flow(&inner.1, &end);
    }
}

fn built(block: &Block) -> Definition {
    let mut build = Build {
        drawn: empty(),
        count: 0,
        inside: None,
    };
    build.whole(block);
    decide(&mut build.drawn);
    build.drawn
}

/// What matters of a report: that something is unsafe; else all there is.
fn verdict(drawn: &Definition, thin: bool, alone: bool) -> Option<(BTreeSet<Code>, Vec<Key>)> {
    let net = Net::compile(drawn).expect("a net");
    let mut report = Report {
        complete: true,
        ..Report::default()
    };
    let limits = Bounds {
        states: 20_000,
        ..Bounds::default()
    };
    explore(&net, limits, Reduced { thin, alone }, &mut report);
    let found: BTreeSet<Code> = report.findings.iter().map(|one| one.code).collect();
    if found.contains(&Code::Unsafe) {
        return Some((BTreeSet::from([Code::Unsafe]), Vec::new()));
    }
    let dead = report.of(Code::Dead).flat_map(|one| one.places.clone());
    report.complete.then(|| (found, dead.collect()))
}

/// The verdict without reductions, for what can begin.
fn whole(drawn: &Definition) -> Option<(BTreeSet<Code>, Vec<Key>)> {
    let net = Net::compile(drawn).ok()?;
    let begins = net.starts(None).next().is_some() || net.loose(None).next().is_some();
    if begins {
        verdict(drawn, false, false)
    } else {
        None
    }
}

/// Nodes that come together otherwise, flows that lead elsewhere.
fn broken(drawn: &mut Definition, changes: &[(usize, usize, u8)]) {
    for (which, other, how) in changes {
        let nodes = drawn.nodes.len();
        match how % 3 {
            0 => {
                let kinds = ["choose", "all", "some", "step", "gather@2", "first@1"];
                let gateways: Vec<usize> = (0..nodes)
                    .filter(|at| {
                        matches!(
                            drawn.nodes[*at].kind,
                            Kind::Choose | Kind::Parallel | Kind::Inclusive
                        )
                    })
                    .collect();
                if !gateways.is_empty() {
                    let at = gateways[which % gateways.len()];
                    drawn.nodes[at].kind = kind(kinds[other % kinds.len()]);
                }
            }
            1 => {
                let at = which % drawn.flows.len();
                let from = drawn.flows[at].from.clone();
                let inside = |id: &Key| {
                    drawn
                        .nodes
                        .iter()
                        .find(|node| node.id == *id)
                        .and_then(|node| node.inside.clone())
                };
                let group = inside(&from);
                let fits: Vec<Key> = drawn
                    .nodes
                    .iter()
                    .filter(|node| node.inside == group)
                    .filter(|node| !matches!(node.kind, Kind::Start { .. } | Kind::Boundary { .. }))
                    .map(|node| node.id.clone())
                    .collect();
                drawn.flows[at].to = fits[other % fits.len()].clone();
            }
            _ => {
                let ends: Vec<usize> = (0..nodes)
                    .filter(|at| matches!(drawn.nodes[*at].kind, Kind::End { .. }))
                    .collect();
                drawn.nodes[ends[which % ends.len()]].kind = kind("stop");
            }
        }
    }
    for flow in &mut drawn.flows {
        (flow.when, flow.otherwise) = (None, false);
    }
    decide(drawn);
}

/// Anything at all: nodes of any kind in any group, flows from anywhere to anywhere.
fn anything() -> impl Strategy<Value = Definition> {
    let words = [
        "start", "event", "end", "stop", "error", "step", "auto", "choose", "all", "some",
        "gather@1", "gather@2", "first@1", "first@2", "await", "wait", "group", "over", "beside",
        "catch",
    ];
    let node = (
        prop::sample::select(words.to_vec()),
        0_usize..16,
        0_usize..8,
    );
    let flow = (0_usize..12, 0_usize..12, 0_u8..4);
    let nodes = prop::collection::vec(node, 1..12);
    (nodes, prop::collection::vec(flow, 0..18)).prop_map(|(nodes, flows)| {
        let mut drawn = empty();
        for (at, (word, inside, of)) in nodes.iter().enumerate() {
            let hangs = matches!(*word, "over" | "beside" | "catch");
            let word = if hangs {
                format!("{word}@n{of}")
            } else {
                (*word).to_owned()
            };
            let mut new = node_of(at, &word);
            // Mostly what can lie there.
            let group = nodes
                .get(*inside)
                .filter(|(word, _, _)| *word == "group" && *inside < at);
            new.inside = group.map(|_| key(&format!("n{inside}")));
            drawn.nodes.push(new);
        }
        for (at, (from, to, how)) in flows.iter().enumerate() {
            let (from, to) = (from % nodes.len(), to % nodes.len());
            let mut one = super::flow(&format!("n{from}"), &format!("n{to}"), None, false);
            one.id = key(&format!("f{at}"));
            if drawn.nodes[from].inside == drawn.nodes[to].inside || *how == 0 {
                drawn.flows.push(one);
            }
        }
        decide(&mut drawn);
        drawn
    })
}

fn node_of(at: usize, word: &str) -> Node {
    node(&format!("n{at}"), word)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_built_from_blocks_raises_no_alarm(block in block()) {
        let drawn = built(&block);
        let report = look(&drawn);
        prop_assert!(report.is_sound(), "{block:?}: {:#?}", report.findings);
        prop_assert!(report.of(Code::EndsTwice).next().is_none());
    }

    #[test]
    fn whatever_is_drawn_is_checked_to_the_end(drawn in anything()) {
        let report = check(&drawn, Bounds { states: 2_000, regions: 500 });
        replay_all(&drawn, &report);
        for fix in report.findings.iter().filter_map(|one| one.fix.as_ref()) {
            let mended = apply(&drawn, fix);
            prop_assert!(mended.is_some(), "{:?}", fix);
            let after = check(&mended.expect("mended"), Bounds { states: 500, regions: 100 });
            prop_assert!(after.states < 520, "{}", after.states);
        }
        if let (Ok(_), Some(whole)) = (Net::compile(&drawn), whole(&drawn)) {
            prop_assert_eq!(Some(whole), verdict(&drawn, true, true), "{}", drawn.to_json());
        }
    }

    #[test]
    fn a_swapped_join_is_found(block in block(), all in any::<bool>()) {
        let fan = if all { Block::All } else { Block::Choice };
        let mut drawn = built(&fan(vec![block, Block::Step]));
        let joins = if all { ["all2", "all3"] } else { ["choose2", "choose3"] };
        let join = drawn.nodes.iter_mut().find(|node| *node.id == *joins[1]).expect("the join");
        join.kind = kind(if all { "choose" } else { "all" });
        let report = look(&drawn);
        let code = if all { Code::Unsafe } else { Code::Deadlock };
        // Beyond what can be looked at, the end is at least reached twice.
        let found = report.of(code).next().is_some() || !report.complete;
        prop_assert!(found, "{:#?}", report.findings);
    }

    #[test]
    fn the_small_space_tells_the_same_as_the_whole(
        block in block(),
        changes in prop::collection::vec((any::<usize>(), any::<usize>(), any::<u8>()), 0..3),
    ) {
        let mut drawn = built(&block);
        broken(&mut drawn, &changes);
        let Some(whole) = verdict(&drawn, false, false) else { return Ok(()) };
        for (thin, alone) in [(true, true), (true, false), (false, true)] {
            if let Some(small) = verdict(&drawn, thin, alone) {
                let said = format!("{block:?} {changes:?} {thin} {alone}");
                prop_assert_eq!(&whole, &small, "{}", said);
            }
        }
        look(&drawn);
    }
}
