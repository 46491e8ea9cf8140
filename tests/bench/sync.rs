//! Sync against `PouchDB`, Anki's sync, Yjs, Loro and Automerge: the same records and the same texts, durable on
//! both sides, warm, in turns. A debug build runs the same on small sizes, to see that it runs.

mod floor;
mod meter;
mod office;
mod peer;
mod pull;
mod push;
mod quiet;
mod text;

use std::time::Instant;

use crate::report::{Goal, Measured};

type Result<T, E = String> = std::result::Result<T, E>;

/// How much of everything.
struct Sizes {
    /// Runs that count; one more goes before them.
    runs: usize,
    records: usize,
    edits: usize,
    scopes: usize,
    /// Signs typed into the long draft, and taken out of it: those of trace B4.
    typed: (usize, usize),
    /// Offline edits on each side.
    apart: usize,
    /// Desks that are quiet.
    quiet: usize,
    writes: usize,
    /// Records of a small agency; the large one has ten times as many.
    agency: usize,
}

const SIZES: Sizes = if cfg!(debug_assertions) {
    Sizes {
        runs: 2,
        records: 300,
        edits: 20,
        scopes: 50,
        typed: (2_000, 800),
        apart: 300,
        quiet: 40,
        writes: 5,
        agency: 300,
    }
} else {
    Sizes {
        runs: 5,
        records: 10_000,
        edits: 1_000,
        scopes: 50,
        typed: (182_315, 77_463),
        apart: 5_000,
        quiet: 2_000,
        writes: 100,
        agency: 10_000,
    }
};

/// Every figure of the sync.
pub fn run() -> Result<Vec<Measured>> {
    let peers = peer::Peers::set_up()?;
    let mut measured = pull::measure(&peers)?;
    measured.extend(push::measure(&peers)?);
    measured.extend(text::measure(&peers)?);
    measured.extend(quiet::measure()?);
    measured.push(pull::cost_law()?);
    Ok(measured)
}

fn ms(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1_000.0
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// A figure whose medians are compared.
fn figure(
    name: &str,
    ours: &[f64],
    (peer_name, peer): (&'static str, &[f64]),
    goal: Goal,
) -> Measured {
    Measured {
        name: name.to_owned(),
        unit: "ms",
        quantile: 0.5,
        ours: ours.to_vec(),
        peer: peer.to_vec(),
        peer_name,
        goal,
    }
}
