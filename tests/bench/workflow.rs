//! An approval of five decisions, a step, three beside each other and a last one: ours against `SpiffWorkflow` and
//! `bpmn-engine`, in turns. In memory; and written as JSON after each decision, as whoever keeps it has to
//! (`SpiffWorkflow` and ours also read it again). Then ours as a server keeps it, against the JSON of the others;
//! 100,000 open tasks; and 10,000 decisions that were made without a network. A debug build plays a few, to see that
//! it runs.

#[cfg(test)]
mod alike;
mod approval;
mod durable;
mod filing;
mod inbox;
mod offline;

use std::time::Instant;

use serde_json::json;

use crate::{
    report::{Goal, Measured},
    sync::{
        ms,
        peer::{Peers, Rival},
    },
};
use approval::Office;
use durable::{Durable, Run, TOGETHER};

/// Runs that count, and instances in each.
const SIZE: (usize, usize) = if cfg!(debug_assertions) {
    (2, 5)
} else {
    (5, 200)
};

/// Decisions in an instance.
const DECISIONS: usize = 5;

pub fn run() -> Result<Vec<Measured>, String> {
    let peers = Peers::set_up()?;
    let office = Office::open()?;
    let mut durable = Durable::open()?;
    let mut all = Vec::new();
    for kept in [false, true] {
        let python = peers.python("spiff_peer.py", &["approval.bpmn"]);
        let node = peers.node("bpmn-engine.mjs", &["approval.bpmn"]);
        let mut rivals = [
            Rival::new("SpiffWorkflow", python),
            Rival::new("bpmn-engine", node),
        ];
        let server = kept.then_some(&mut durable);
        let (ours, served) = in_turns((&office, server), &mut rivals, kept)?;
        all.extend(rivals.iter().map(|rival| figure(&ours, rival, kept)));
        if kept {
            all.extend(durable_figures(&served, &rivals[0]));
        }
    }
    durable.verify()?;
    all.extend(inbox::measure()?);
    all.extend(offline::measure()?);
    Ok(all)
}

/// Each once to warm up, then so often that counts. What ours took, in memory or as JSON, and at a server.
fn in_turns(
    (office, mut server): (&Office, Option<&mut Durable>),
    rivals: &mut [Rival],
    kept: bool,
) -> Result<(Vec<f64>, Vec<Run>), String> {
    let (runs, count) = SIZE;
    let (mut ours, mut served) = (Vec::new(), Vec::new());
    for round in 0..=runs {
        let begin = Instant::now();
        let mut decided = 0;
        for _ in 0..count {
            decided += office.play(kept)?;
        }
        let took = ms(begin);
        if decided != count * DECISIONS {
            return Err(format!("{decided} decisions in {count} instances"));
        }
        let run = server.as_mut().map(|server| server.play(count));
        if let (Some(run), true) = (run.transpose()?, round > 0) {
            served.push(run);
        }
        if round > 0 {
            ours.push(took);
        }
        for rival in rivals.iter_mut() {
            let asked = json!({ "count": count, "kept": kept });
            rival.turn("play", asked, round > 0);
        }
    }
    Ok((ours, served))
}

fn durable_figures(served: &[Run], spiff: &Rival) -> [Measured; 2] {
    let runs: Vec<f64> = served.iter().map(|run| run.ms).collect();
    let pushes = served.iter().flat_map(|run| run.pushes.clone());
    [
        Measured {
            name: format!("{} decisions, on the disk", SIZE.1 * DECISIONS),
            goal: Goal::TimesFaster(8.0),
            ..figure(&runs, spiff, true)
        },
        Measured {
            name: format!("a decision until it is on the disk, {TOGETHER} in a push, p99"),
            unit: "ms",
            quantile: 0.99,
            ours: pushes.collect(),
            peer: Vec::new(),
            peer_name: "",
            goal: Goal::Budget(15.0),
        },
    ]
}

fn figure(ours: &[f64], rival: &Rival, kept: bool) -> Measured {
    let how = if kept { "JSON each" } else { "in memory" };
    Measured {
        name: format!("{} decisions, {how}", SIZE.1 * DECISIONS),
        unit: "ms",
        quantile: 0.5,
        ours: ours.to_vec(),
        peer: rival.runs.clone(),
        peer_name: rival.name,
        goal: Goal::TimesFaster(if kept { 8.0 } else { 45.0 }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_takes_five_decisions_kept_or_not() {
        let office = Office::open().expect("a process");
        for kept in [false, true] {
            assert_eq!(office.play(kept), Ok(DECISIONS));
        }
    }

    #[test]
    fn a_server_keeps_every_decision_in_both_chains() {
        let mut durable = Durable::open().expect("a store");
        let run = durable.play(TOGETHER + 1).expect("approvals");
        assert_eq!(run.pushes.len(), 2 * DECISIONS);
        assert_eq!(durable.verify(), Ok(()));
    }
}
