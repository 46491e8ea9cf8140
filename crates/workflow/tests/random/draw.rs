//! Draws a plan as a definition: nodes and flows.

use andu_workflow::{
    Key,
    definition::{
        Comparison, Definition, Each, Ending, Flow, Kind, Limit, Node, Rest, Separation, Span,
        StopReason, Trigger, Value, Who,
    },
};

use super::blocks::{Block, EachPlan, Plan, Sits, StepPlan};
use crate::play::{end, flow, key, node, otherwise, process, start, when};

/// The item that loops and choices ask for.
pub const CHOICE: &str = "n";
/// The item that says how many there are.
pub const MANY: &str = "m";

#[derive(Default)]
struct Drawing {
    nodes: Vec<Node>,
    flows: Vec<Flow>,
    group: Option<Key>,
    count: usize,
}

/// The definition of a plan.
pub fn draw(plan: &Plan) -> Definition {
    let mut drawing = Drawing::default();
    let draft = StepPlan::plain(Sits::Author);
    drawing.nodes.push(start());
    drawing.step("draft", &draft);
    let mut last = "draft".to_owned();
    drawing.flow("start", "draft");
    for block in &plan.body {
        let (first, exit) = drawing.block(block);
        drawing.flow(&last, &first);
        last = exit;
    }
    drawing.nodes.push(end("end"));
    drawing.flow(&last, "end");
    let mut definition = process(drawing.nodes, drawing.flows);
    definition.separations = separations(plan, &definition);
    definition.limit = plan.clock.then(legal_limit);
    definition
}

fn separations(plan: &Plan, definition: &Definition) -> Vec<Separation> {
    let nodes = definition.nodes.iter();
    let steps: Vec<&Key> = nodes
        .filter(|node| matches!(node.kind, Kind::Step(_)) && *node.id != *"draft")
        .map(|node| &node.id)
        .collect();
    let separation = |(one, other, author): &(usize, usize, bool)| Separation {
        steps: vec![
            steps[one % steps.len()].clone(),
            steps[other % steps.len()].clone(),
        ],
        author: *author,
    };
    let some = plan.separations.iter().filter(|_| !steps.is_empty());
    some.map(separation).collect()
}

fn legal_limit() -> Limit {
    Limit {
        working_days: 20,
        law: "行政许可法第四十二条".into(),
        from: None,
        promised: None,
        extension: 10,
        extended_by: vec![Who::Head],
        stops: vec![StopReason::Hearing],
        warn: 3,
    }
}

impl Drawing {
    fn name(&mut self, what: &str) -> String {
        self.count += 1;
        format!("{what}{}", self.count)
    }

    fn put(&mut self, id: &str, kind: Kind) -> String {
        let mut node = node(id, kind);
        node.inside = self.group.clone();
        self.nodes.push(node);
        id.to_owned()
    }

    fn add(&mut self, what: &str, kind: Kind) -> String {
        let id = self.name(what);
        self.put(&id, kind)
    }

    fn flow(&mut self, from: &str, to: &str) {
        self.flows.push(flow(from, to));
    }

    fn step(&mut self, id: &str, plan: &StepPlan) -> String {
        self.put(id, Kind::Step(Box::new(plan.step())))
    }

    /// Each block between a node and another; guarded by the item where it is asked.
    fn between(&mut self, from: &str, blocks: &[Block], to: &str, asks: Option<Comparison>) {
        for (no, block) in blocks.iter().enumerate() {
            let (first, last) = self.block(block);
            let mut way = flow(from, &first);
            if let Some(is) = asks {
                let value = Value::Number(i64::try_from(no).expect("a few"));
                way = if no + 1 == blocks.len() {
                    otherwise(way)
                } else {
                    when(way, CHOICE, is, value)
                };
            }
            self.flows.push(way);
            self.flow(&last, to);
        }
    }

    /// A block's first and last node.
    fn block(&mut self, block: &Block) -> (String, String) {
        match block {
            Block::Step(plan) => {
                let id = self.name("s");
                self.step(&id, plan);
                (id.clone(), id)
            }
            Block::Auto => {
                let id = self.add(
                    "auto",
                    Kind::Auto {
                        act: "编号".into()
                    },
                );
                (id.clone(), id)
            }
            Block::Line(blocks) => self.line(blocks),
            Block::Choice(ways) => {
                let (from, to) = (self.add("if", Kind::Choose), self.add("fi", Kind::Choose));
                self.between(&from, ways, &to, Some(Comparison::Equal));
                (from, to)
            }
            Block::Parallel(ways) => {
                let from = self.add("fork", Kind::Parallel);
                let to = self.add("join", Kind::Parallel);
                self.between(&from, ways, &to, None);
                (from, to)
            }
            Block::Inclusive(ways) => {
                let from = self.add("some", Kind::Inclusive);
                let to = self.add("emos", Kind::Inclusive);
                self.between(&from, ways, &to, Some(Comparison::AtLeast));
                (from, to)
            }
            Block::LoopItem(body) => {
                let mut asks = StepPlan::plain(Sits::Letter('k'));
                asks.enters = true;
                self.around(body, &asks, |_| (CHOICE.to_owned(), Value::Number(3)))
            }
            Block::LoopVerdict(body) => {
                let asks = StepPlan::plain(Sits::Letter('m'));
                let refused = Value::Text("refused".into());
                self.around(body, &asks, |step| {
                    (format!("{step}.outcome"), refused.clone())
                })
            }
            Block::Group {
                inside,
                each,
                throws,
            } => {
                let id = self.group(inside, each.as_ref(), *throws);
                if *throws {
                    let out = self.add("fi", Kind::Choose);
                    let caught = self.boundary(&id, Trigger::Error("e".into()), true);
                    self.flow(&id, &out);
                    self.flow(&caught, &out);
                    return (id, out);
                }
                (id.clone(), id)
            }
            Block::Gather { ways, need, rest } => self.gather(ways, (*need, *rest)),
            Block::Await(ways) => self.first_of(ways),
            Block::Wait(hours) => {
                let on = trigger(*hours);
                let id = self.add("wait", Kind::Wait { on });
                (id.clone(), id)
            }
            Block::Call { each, apart } => {
                let (each, apart) = (each.as_ref().map(each_of), *apart);
                let process = key("other");
                let kind = Kind::Call {
                    process,
                    each,
                    apart,
                };
                let id = self.add("call", kind);
                (id.clone(), id)
            }
            Block::Watched {
                host,
                then,
                hours,
                cancels,
            } => self.watched(host, then, (*hours, *cancels)),
        }
    }

    fn line(&mut self, blocks: &[Block]) -> (String, String) {
        let mut ends: Option<(String, String)> = None;
        for block in blocks {
            let (first, last) = self.block(block);
            ends = Some(match ends {
                None => (first, last),
                Some((start, before)) => {
                    self.flow(&before, &first);
                    (start, last)
                }
            });
        }
        ends.expect("a line has a block")
    }

    /// A body with a step after it that may send it round again.
    fn around(
        &mut self,
        body: &Block,
        asks: &StepPlan,
        again: impl Fn(&str) -> (String, Value),
    ) -> (String, String) {
        let head = self.add("head", Kind::Choose);
        let (first, last) = self.block(body);
        let id = self.name("s");
        let step = self.step(&id, asks);
        let (tail, exit) = (
            self.add("tail", Kind::Choose),
            self.add("exit", Kind::Choose),
        );
        self.flow(&head, &first);
        self.flow(&last, &step);
        self.flow(&step, &tail);
        let (item, value) = again(&step);
        let back = when(flow(&tail, &head), &item, Comparison::Equal, value);
        self.flows.push(back);
        self.flows.push(otherwise(flow(&tail, &exit)));
        (head, exit)
    }

    /// A group with a beginning and an end of its own.
    fn group(&mut self, inside: &Block, each: Option<&EachPlan>, throws: bool) -> String {
        let each = each.map(each_of);
        let id = self.add("group", Kind::Group { each });
        let outer = self.group.replace(key(&id));
        let begin = self.add("begin", Kind::Start { on: None });
        let (first, last) = self.block(inside);
        self.flow(&begin, &first);
        let done = self.add(
            "done",
            Kind::End {
                ending: Ending::Done,
            },
        );
        if throws {
            let ask = self.add("if", Kind::Choose);
            let error = Ending::Throw(Trigger::Error("e".into()));
            let thrown = self.add("throw", Kind::End { ending: error });
            self.flow(&last, &ask);
            let bad = when(
                flow(&ask, &thrown),
                CHOICE,
                Comparison::Equal,
                Value::Number(2),
            );
            self.flows.push(bad);
            self.flows.push(otherwise(flow(&ask, &done)));
        } else {
            self.flow(&last, &done);
        }
        self.group = outer;
        id
    }

    fn gather(&mut self, ways: &[Block], (need, rest): (u32, Rest)) -> (String, String) {
        let from = self.add("fork", Kind::Parallel);
        let most = u32::try_from(ways.len()).expect("a few");
        let need = need.min(most);
        let to = self.add("gather", Kind::Gather { need, rest });
        self.between(&from, ways, &to, None);
        (from, to)
    }

    /// The first of the ways is for a time, the others are for messages.
    fn first_of(&mut self, ways: &[Block]) -> (String, String) {
        let (from, to) = (self.add("await", Kind::Await), self.add("fi", Kind::Choose));
        for (no, block) in ways.iter().enumerate() {
            let on = match no {
                0 => Trigger::After(Span::Hours(12)),
                1 => Trigger::Message("a".into()),
                _ => Trigger::Signal("b".into()),
            };
            let wait = self.add("wait", Kind::Wait { on });
            let (first, last) = self.block(block);
            self.flow(&from, &wait);
            self.flow(&wait, &first);
            self.flow(&last, &to);
        }
        (from, to)
    }

    fn boundary(&mut self, host: &str, on: Trigger, cancels: bool) -> String {
        let at = key(host);
        self.add("at", Kind::Boundary { at, on, cancels })
    }

    /// A host with what may happen meanwhile: instead of its end, or beside it.
    fn watched(
        &mut self,
        host: &Block,
        then: &Block,
        (hours, cancels): (Option<u32>, bool),
    ) -> (String, String) {
        let (first, last) = match host {
            Block::Step(_) | Block::Call { .. } => self.block(host),
            other => {
                let id = self.group(other, None, false);
                (id.clone(), id)
            }
        };
        let comes = Trigger::Message("c".into());
        let on = hours.map_or(comes, |hours| Trigger::After(Span::Hours(hours)));
        let at = self.boundary(&first, on, cancels);
        let (then_first, then_last) = self.block(then);
        self.flow(&at, &then_first);
        if !cancels {
            let done = self.add(
                "done",
                Kind::End {
                    ending: Ending::Done,
                },
            );
            self.flow(&then_last, &done);
            return (first, last);
        }
        let out = self.add("fi", Kind::Choose);
        self.flow(&last, &out);
        self.flow(&then_last, &out);
        (first, out)
    }
}

fn trigger(hours: Option<u32>) -> Trigger {
    match hours {
        Some(hours) => Trigger::After(Span::Hours(hours)),
        None => Trigger::Message("a".into()),
    }
}

fn each_of(plan: &EachPlan) -> Each {
    Each {
        of: key(if plan.units { "units" } else { MANY }),
        item: plan.units.then(|| key("unit")),
        own: Vec::new(),
        in_turn: plan.in_turn,
        done: plan.done,
    }
}
