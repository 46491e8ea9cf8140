//! Whether the people of each step can decide at all, as far as the rules themselves show it.

use std::collections::BTreeSet;

use super::{Code, Finding};
use crate::{
    Key,
    definition::{
        Definition, Kind, Node, Order, Overdue, Passing, Refused, Seat, Separation, Step, Who,
    },
};

/// What cannot work out.
pub(super) fn check(definition: &Definition, findings: &mut Vec<Finding>) {
    for node in &definition.nodes {
        match &node.kind {
            Kind::Step(step) => self::step(definition, node, step, findings),
            Kind::Group { each: Some(each) }
            | Kind::Call {
                each: Some(each), ..
            } => {
                passing(&node.id, each.done, None, findings);
            }
            _ => {}
        }
    }
    for separation in &definition.separations {
        separated(definition, separation, findings);
    }
}

fn step(definition: &Definition, node: &Node, step: &Step, findings: &mut Vec<Finding>) {
    let sign_off = &step.sign_off;
    if sign_off.seats.is_empty() {
        findings.push(Finding::new(Code::NoSeats, [&node.id]));
    }
    if sign_off.seats.iter().any(|seat| seat.weight == 0) {
        findings.push(Finding::new(Code::WeightlessSeat, [&node.id]));
    }
    passing(&node.id, sign_off.passing, Some(&sign_off.seats), findings);
    let votes = !matches!(sign_off.passing, Passing::Any | Passing::All);
    if sign_off.order == Order::Claim && votes {
        findings.push(Finding::new(Code::ClaimWithVotes, [&node.id]));
    }
    let veto = sign_off.seats.iter().any(|seat| seat.veto);
    if veto && step.refused == Refused::GoOn && !asks_outcome(definition, node) {
        findings.push(Finding::new(Code::VetoWithoutConsequence, [&node.id]));
    }
    if let Some(limit) = &step.limit
        && node.law.is_some()
        && limit.overdue.contains(&Overdue::Pass)
    {
        findings.push(Finding::new(Code::PassAgainstLaw, [&node.id]));
    }
}

/// Whether some flow asks how a step ended.
fn asks_outcome(definition: &Definition, node: &Node) -> bool {
    let name = format!("{}.outcome", node.id);
    let guards = definition
        .flows
        .iter()
        .filter_map(|flow| flow.when.as_ref());
    guards
        .flat_map(|guard| guard.items())
        .any(|item| **item == *name)
}

fn passing(node: &Key, passing: Passing, seats: Option<&[Seat]>, findings: &mut Vec<Finding>) {
    let fixed = seats.filter(|seats| {
        seats
            .iter()
            .all(|seat| matches!(seat.who, Who::Person(_) | Who::Author | Who::Head))
    });
    match passing {
        Passing::Percent(share) if share == 0 || share > 100 => {
            let finding = Finding::new(Code::PercentOutOfRange, [node]);
            findings.push(finding.counting(share as usize, 100));
        }
        Passing::Count(need) => {
            let there = fixed.map(|seats| {
                let people: Vec<&Who> = seats.iter().map(|seat| &seat.who).collect();
                (0..people.len())
                    .filter(|at| !people[..*at].contains(&people[*at]))
                    .count()
            });
            let need = need as usize;
            if need == 0 || there.is_some_and(|there| there > 0 && need > there) {
                let finding = Finding::new(Code::CountOutOfRange, [node]);
                findings.push(finding.counting(need, there.unwrap_or(0)));
            }
        }
        Passing::Weight(need) => {
            let there = fixed.map(|seats| seats.iter().map(|seat| seat.weight as usize).sum());
            let need = need as usize;
            if need == 0 || there.is_some_and(|there: usize| there > 0 && need > there) {
                let finding = Finding::new(Code::WeightOutOfRange, [node]);
                findings.push(finding.counting(need, there.unwrap_or(0)));
            }
        }
        Passing::Percent(_) | Passing::All | Passing::Any => {}
    }
}

fn separated(definition: &Definition, separation: &Separation, findings: &mut Vec<Finding>) {
    let steps: BTreeSet<&Key> = separation.steps.iter().collect();
    if steps.len() + usize::from(separation.author) < 2 {
        findings.push(Finding::new(Code::SeparationIdle, &separation.steps));
        return;
    }
    let who = |step: &Key| sole(definition, step);
    let steps: Vec<&Key> = steps.into_iter().collect();
    for (at, first) in steps.iter().enumerate() {
        let Some(one) = who(first) else { continue };
        if separation.author && one == Who::Author {
            findings.push(Finding::new(Code::SeparationImpossible, [*first]));
        }
        for then in &steps[at + 1..] {
            if who(then).is_some_and(|other| other == one) {
                findings.push(Finding::new(Code::SeparationImpossible, [*first, *then]));
            }
        }
    }
}

/// The one person who always decides in a step: by name, the author, the head; or whoever did a step, for
/// that step itself and those that are done by whoever did it.
fn sole(definition: &Definition, step: &Key) -> Option<Who> {
    let mut seen: Vec<&Key> = Vec::new();
    let mut at = step;
    loop {
        let node = definition.nodes.iter().find(|node| node.id == *at)?;
        let Kind::Step(decided) = &node.kind else {
            return None;
        };
        seen.push(&node.id);
        let who = match &decided.sign_off.seats[..] {
            [seat] => Some(&seat.who),
            _ => None,
        };
        match who {
            Some(who @ (Who::Author | Who::Person(_) | Who::Head)) => return Some(who.clone()),
            Some(Who::DoneBy(other)) if !seen.contains(&other) => at = other,
            Some(Who::DoneBy(_)) => {
                // Each done by whoever does the other: the same for all of them.
                return seen
                    .into_iter()
                    .min()
                    .map(|first| Who::DoneBy(first.clone()));
            }
            _ => return Some(Who::DoneBy(node.id.clone())),
        }
    }
}
