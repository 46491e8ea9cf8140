//! An approval of five decisions, a step, three beside each other and a last one: ours against `SpiffWorkflow` and
//! `bpmn-engine`, in turns. In memory; and written as JSON after each decision, as whoever keeps it has to
//! (`SpiffWorkflow` and ours also read it again). A debug build plays a few, to see that it runs.

mod approval;

use std::time::Instant;

use serde_json::json;

use crate::{
    report::{Goal, Measured},
    sync::peer::{Peers, Rival},
};
use approval::Office;

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
    let mut all = Vec::new();
    for kept in [false, true] {
        let python = peers.python("spiff_peer.py", &["approval.bpmn"]);
        let node = peers.node("bpmn-engine.mjs", &["approval.bpmn"]);
        let mut rivals = [
            Rival::new("SpiffWorkflow", python),
            Rival::new("bpmn-engine", node),
        ];
        let ours = in_turns(&office, &mut rivals, kept)?;
        all.extend(rivals.iter().map(|rival| figure(&ours, rival, kept)));
    }
    Ok(all)
}

/// Each once to warm up, then so often that counts.
fn in_turns(office: &Office, rivals: &mut [Rival], kept: bool) -> Result<Vec<f64>, String> {
    let (runs, count) = SIZE;
    let mut ours = Vec::new();
    for round in 0..=runs {
        let begin = Instant::now();
        let mut decided = 0;
        for _ in 0..count {
            decided += office.play(kept)?;
        }
        let ms = begin.elapsed().as_secs_f64() * 1_000.0;
        if decided != count * DECISIONS {
            return Err(format!("{decided} decisions in {count} instances"));
        }
        if round > 0 {
            ours.push(ms);
        }
        for rival in rivals.iter_mut() {
            let asked = json!({ "count": count, "kept": kept });
            rival.turn("play", asked, round > 0);
        }
    }
    Ok(ours)
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
}
