//! Whether the limits of the steps fit into the limit of the whole.

use super::{
    Code, Finding, Fix,
    graph::{Graph, enter},
};
use crate::{
    Key,
    definition::{Kind, Limit, Span},
    net::Net,
};

/// What does not fit.
pub(super) fn check(net: &Net, graph: &Graph, findings: &mut Vec<Finding>) {
    let id = &net.definition.id;
    for node in &net.definition.nodes {
        if let Kind::Step(step) = &node.kind
            && let Some(limit) = &step.limit
            && is_nothing(limit.within)
        {
            findings.push(Finding::new(Code::LimitZero, [&node.id]));
        }
    }
    let Some(limit) = &net.definition.limit else {
        return;
    };
    written(id, limit, findings);
    let (halves, path) = longest(net, graph);
    let days = halves.div_ceil(2);
    let allowed = limit.working_days as usize;
    let promised = limit.promised.map_or(allowed, |days| days as usize);
    let places = path.iter().map(|node| &net.node(*node).id);
    if days > allowed {
        findings.push(Finding::new(Code::PathOverLimit, places).counting(days, allowed));
    } else if days > promised {
        findings.push(Finding::new(Code::PathOverPromise, places).counting(days, promised));
    }
}

fn is_nothing(span: Span) -> bool {
    match span {
        Span::WorkingDays(length)
        | Span::HalfDays(length)
        | Span::Days(length)
        | Span::Hours(length)
        | Span::Seconds(length) => length == 0,
    }
}

fn written(id: &Key, limit: &Limit, findings: &mut Vec<Finding>) {
    if limit.law.trim().is_empty() {
        findings.push(Finding::new(Code::LimitWithoutLaw, [id]));
    }
    if limit.working_days == 0 || limit.promised == Some(0) {
        findings.push(Finding::new(Code::LimitZero, [id]));
    }
    if let Some(promised) = limit.promised
        && promised > limit.working_days
    {
        let finding = Finding::new(Code::PromisedOverLimit, [id]);
        let finding = finding.counting(promised as usize, limit.working_days as usize);
        findings.push(finding.fixed_by(Fix::ClampPromise {
            days: limit.working_days,
        }));
    }
    if limit.extension > 0 && limit.extended_by.is_empty() {
        let finding = Finding::new(Code::ExtensionWithoutApprover, [id]);
        findings.push(finding.counting(limit.extension as usize, 0));
    }
    if limit.extension == 0 && !limit.extended_by.is_empty() {
        findings.push(Finding::new(Code::ExtensionIdle, [id]));
    }
}

/// The longest way through the steps, in half working days, with the nodes on it that take time. Ways back
/// are gone once; what goes on beside it counts as long as the longest; days of the calendar and hours do
/// not count.
fn longest(net: &Net, graph: &Graph) -> (usize, Vec<usize>) {
    let order = forward(graph, net.len() * 2);
    let mut rank = vec![usize::MAX; net.len() * 2];
    for (at, point) in order.iter().enumerate() {
        rank[*point] = at;
    }
    // From the last point to the first: how long it takes from there.
    let mut rest = vec![(0_usize, None); net.len() * 2];
    for point in order.iter().rev() {
        let onward = graph
            .after(*point)
            .iter()
            .filter(|next| rank[**next] > rank[*point]);
        let best = onward.max_by_key(|next| rest[**next].0).copied();
        let after = best.map_or(0, |next| rest[next].0);
        let own = if point % 2 == 0 {
            halves(net, point / 2)
        } else {
            0
        };
        rest[*point] = (after + own, best);
    }
    let first = graph
        .begins()
        .iter()
        .copied()
        .max_by_key(|point| rest[*point].0);
    let mut path = Vec::new();
    let mut at = first;
    while let Some(point) = at {
        if point == enter(point / 2) && halves(net, point / 2) > 0 {
            path.push(point / 2);
        }
        at = rest[point].1;
    }
    (first.map_or(0, |point| rest[point].0), path)
}

fn halves(net: &Net, node: usize) -> usize {
    let Kind::Step(step) = &net.node(node).kind else {
        return 0;
    };
    match step.limit.as_ref().map(|limit| limit.within) {
        Some(Span::WorkingDays(days)) => days as usize * 2,
        Some(Span::HalfDays(halves)) => halves as usize,
        Some(Span::Days(_) | Span::Hours(_) | Span::Seconds(_)) | None => 0,
    }
}

/// All points in an order in which only ways back go backwards.
fn forward(graph: &Graph, points: usize) -> Vec<usize> {
    let mut seen = vec![false; points];
    let mut order = Vec::new();
    for begin in graph.begins() {
        if std::mem::replace(&mut seen[*begin], true) {
            continue;
        }
        let mut open = vec![(*begin, 0)];
        while let Some((point, at)) = open.pop() {
            match graph.after(point).get(at) {
                None => order.push(point),
                Some(next) => {
                    open.push((point, at + 1));
                    if !std::mem::replace(&mut seen[*next], true) {
                        open.push((*next, 0));
                    }
                }
            }
        }
    }
    order.reverse();
    order
}
