//! Whether every name stands for something: of items, steps, parts and rules for people.

use std::collections::{BTreeMap, BTreeSet};

use super::{Code, Finding, domain::outcome_of};
use crate::{
    Key,
    definition::{
        Definition, Each, Empty, Ending, Guard, ItemKind, Kind, Node, Overdue, Refused, Step,
        Trigger, Who,
    },
};

struct Names<'a> {
    items: BTreeMap<&'a str, &'a ItemKind>,
    nodes: BTreeMap<&'a str, &'a Node>,
    findings: &'a mut Vec<Finding>,
}

/// What stands for nothing, or for something of another kind.
pub(super) fn check(definition: &Definition, findings: &mut Vec<Finding>) {
    let mut names = Names {
        items: definition
            .items
            .iter()
            .map(|item| (&*item.name, &item.kind))
            .collect(),
        nodes: definition
            .nodes
            .iter()
            .map(|node| (&*node.id, node))
            .collect(),
        findings,
    };
    let parts: BTreeSet<&Key> = definition.parts.iter().map(|part| &part.id).collect();
    for node in &definition.nodes {
        names.kind(&node.id, &node.kind);
        if let Some(part) = &node.part
            && !parts.contains(part)
        {
            names.missing(&node.id, part);
        }
    }
    for flow in &definition.flows {
        if let Some(guard) = &flow.when {
            names.guard(&flow.id, guard);
        }
    }
    for form in &definition.forms {
        form.items
            .iter()
            .for_each(|item| names.item(&form.id, item, |_| true));
    }
    for part in &definition.parts {
        let steps = part.duties.iter().flat_map(|duty| &duty.steps);
        steps.for_each(|step| names.node(&part.id, step, |_| true));
    }
    for separation in &definition.separations {
        let by = separation.steps.first();
        for step in &separation.steps {
            names.node(by.unwrap_or(step), step, is_step);
        }
    }
    if let Some(limit) = &definition.limit {
        names.people(&definition.id, &limit.extended_by);
    }
}

fn is_step(node: &Node) -> bool {
    matches!(node.kind, Kind::Step(_))
}

impl Names<'_> {
    fn missing(&mut self, by: &Key, name: &str) {
        self.findings
            .push(Finding::new(Code::NameMissing, [by]).naming([name]));
    }

    fn other_kind(&mut self, by: &Key, name: &str) {
        self.findings
            .push(Finding::new(Code::NameOfWrongKind, [by]).naming([name]));
    }

    fn item(&mut self, by: &Key, name: &Key, fits: impl Fn(&ItemKind) -> bool) {
        match self.items.get(&**name) {
            None => self.missing(by, name),
            Some(kind) if !fits(kind) => self.other_kind(by, name),
            Some(_) => {}
        }
    }

    fn node(&mut self, by: &Key, name: &str, fits: impl Fn(&Node) -> bool) {
        match self.nodes.get(name) {
            None => self.missing(by, name),
            Some(node) if !fits(node) => self.other_kind(by, name),
            Some(_) => {}
        }
    }

    fn guard(&mut self, by: &Key, guard: &Guard) {
        if guard.is_foreign() {
            self.findings.push(Finding::new(Code::ForeignGuard, [by]));
        }
        let asked: BTreeSet<&Key> = guard.items().into_iter().collect();
        for item in asked {
            match outcome_of(item) {
                _ if self.items.contains_key(&**item) => {}
                Some(step) => self.node(by, step, is_step),
                None => self.missing(by, item),
            }
        }
    }

    fn people(&mut self, by: &Key, people: &[Who]) {
        for who in people {
            match who {
                Who::Item(item) => self.item(by, item, |kind| {
                    matches!(kind, ItemKind::People | ItemKind::Units | ItemKind::Text)
                }),
                Who::HeadOf(item) => self.item(by, item, |kind| {
                    matches!(kind, ItemKind::Units | ItemKind::Unit | ItemKind::Text)
                }),
                Who::DoneBy(step) => self.node(by, step, is_step),
                Who::Foreign(name) => {
                    self.findings
                        .push(Finding::new(Code::ForeignWho, [by]).naming([name]));
                }
                Who::Author
                | Who::Person(_)
                | Who::Post(_)
                | Who::Unit(_)
                | Who::Role(_)
                | Who::OwnRole(_)
                | Who::Head
                | Who::Above(_)
                | Who::Chosen => {}
            }
        }
    }

    fn kind(&mut self, by: &Key, kind: &Kind) {
        match kind {
            Kind::Step(step) => self.step(by, step),
            Kind::Start { on: Some(on) } | Kind::Wait { on } | Kind::Boundary { on, .. } => {
                self.trigger(by, on);
            }
            Kind::Throw { trigger }
            | Kind::End {
                ending: Ending::Throw(trigger),
            } => {
                self.trigger(by, trigger);
            }
            Kind::Group { each: Some(each) }
            | Kind::Call {
                each: Some(each), ..
            } => {
                self.each(by, each);
            }
            Kind::Foreign { element } => {
                self.findings
                    .push(Finding::new(Code::ForeignKind, [by]).naming([element]));
            }
            Kind::Start { on: None }
            | Kind::End {
                ending: Ending::Done | Ending::Stop,
            }
            | Kind::Auto { .. }
            | Kind::Choose
            | Kind::Parallel
            | Kind::Inclusive
            | Kind::Gather { .. }
            | Kind::Await
            | Kind::Group { each: None }
            | Kind::Call { each: None, .. } => {}
        }
    }

    fn trigger(&mut self, by: &Key, trigger: &Trigger) {
        if let Trigger::On(item) = trigger {
            self.item(by, item, |kind| matches!(kind, ItemKind::Day));
        }
    }

    fn each(&mut self, by: &Key, each: &Each) {
        self.item(by, &each.of, |kind| {
            matches!(
                kind,
                ItemKind::People | ItemKind::Units | ItemKind::Number { .. } | ItemKind::Text
            )
        });
        if let Some(item) = &each.item {
            self.item(by, item, |_| true);
        }
        each.own
            .iter()
            .for_each(|item| self.item(by, item, |_| true));
    }

    fn step(&mut self, by: &Key, step: &Step) {
        let seats: Vec<Who> = step
            .sign_off
            .seats
            .iter()
            .map(|seat| seat.who.clone())
            .collect();
        self.people(by, &seats);
        if let Empty::HandTo(others) = &step.sign_off.empty {
            self.people(by, others);
        }
        step.fields
            .keys()
            .for_each(|item| self.item(by, item, |_| true));
        if let Some(guard) = &step.complete {
            self.guard(by, guard);
        }
        if let Some(item) = &step.due {
            self.item(by, item, |kind| matches!(kind, ItemKind::Day));
        }
        if let Some(item) = &step.copy {
            self.item(by, item, |kind| matches!(kind, ItemKind::Text));
        }
        if let Refused::Back(to) = &step.refused {
            self.node(by, to, is_step);
        }
        if let Some(other) = &step.only_while {
            self.node(by, other, |node| {
                matches!(
                    node.kind,
                    Kind::Step(_) | Kind::Wait { .. } | Kind::Group { .. } | Kind::Call { .. }
                )
            });
        }
        for overdue in step.limit.iter().flat_map(|limit| &limit.overdue) {
            if let Overdue::Tell(others) | Overdue::HandTo(others) = overdue {
                self.people(by, others);
            }
        }
    }
}
