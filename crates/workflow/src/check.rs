//! What is wrong with a definition before anybody runs it: how its parts fit together, whether every way
//! through it comes to an end, whether its conditions leave gaps, whether its people and its time can work
//! out. Every finding is a code with fields; the sentences are made elsewhere.

mod behaviour;
mod choice;
mod domain;
mod finding;
mod fix;
mod graph;
mod names;
mod outlook;
mod people;
mod shape;
mod space;
mod structure;
#[cfg(test)]
mod tests;
mod time;

use crate::{
    definition::Definition,
    net::{Net, NetError},
};

pub use finding::{Code, Entry, Finding, Severity, TraceStep};
pub use fix::{Fix, apply};
pub use outlook::{Halt, Outlook};

use serde::{Deserialize, Serialize};

/// How much is looked at before the checks give up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Bounds {
    /// States of the process.
    pub states: usize,
    /// Combinations of values, for each node whose flows have conditions.
    pub regions: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            states: 50_000,
            regions: 10_000,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub struct Report {
    /// Errors first, then warnings, then hints; within each by kind of check, then in the order of the
    /// definition.
    pub findings: Vec<Finding>,
    /// How many states were looked at.
    pub states: usize,
    /// Whether all states and all combinations of values were looked at. Where the parts do not fit
    /// together, or something cannot be run at all, no state is, and it is `false`.
    pub complete: bool,
}

impl Report {
    /// Whether the definition may be put into force: no finding is an error.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.iter().all(|one| !one.is_error())
    }

    /// The findings of one kind.
    pub fn of(&self, code: Code) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |one| one.code == code)
    }
}

/// Checks a definition.
///
/// Quick fixes of the behaviour are tried out before they are offered: with each, the finding is gone and no
/// other error has come.
#[must_use]
pub fn check(definition: &Definition, limits: Bounds) -> Report {
    let mut report = look(definition, limits);
    behaviour::offer_fixes(definition, limits, &mut report);
    report
}

/// The checks without the fixes that have to be tried out.
fn look(definition: &Definition, limits: Bounds) -> Report {
    let mut report = Report {
        findings: structure::fit(definition),
        states: 0,
        complete: true,
    };
    names::check(definition, &mut report.findings);
    people::check(definition, &mut report.findings);
    match Net::compile(definition) {
        Ok(net) => look_through(&net, limits, &mut report),
        Err(error) => {
            report.complete = false;
            if report.findings.iter().all(|one| !one.is_error()) {
                report.findings.push(refused(&error));
            }
        }
    }
    report.findings.sort_by_key(|one| one.severity);
    report
}

fn look_through(net: &Net, limits: Bounds, report: &mut Report) {
    let graph = graph::Graph::of(net);
    shape::check(net, &graph, &mut report.findings);
    report.complete &= choice::check(net, &graph, limits.regions, &mut report.findings);
    time::check(net, &graph, &mut report.findings);
    if begins(net) {
        behaviour::check(net, limits, report);
    } else {
        report.complete = false;
    }
}

fn begins(net: &Net) -> bool {
    net.starts(None).next().is_some() || net.loose(None).next().is_some()
}

/// What the net refuses, should the checks of structure ever not see it.
fn refused(error: &NetError) -> Finding {
    match error {
        NetError::Twice(name) => Finding::new(Code::Twice, [name]),
        NetError::Missing { by, missing } => {
            Finding::new(Code::MissingNode, [by]).naming([missing])
        }
        NetError::Crosses(flow) => Finding::new(Code::CrossesGroup, [flow]),
        NetError::Nesting(node) => Finding::new(Code::Nesting, [node]),
        NetError::Boundary(node) => Finding::new(Code::BoundaryHost, [node]),
    }
}
