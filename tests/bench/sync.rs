//! Sync against `PouchDB`, Anki's sync, Yjs, Loro, Automerge and Hocuspocus: the same records and the same texts,
//! warm, in turns. Each line is a process of its own with a bound in time, and says each figure as soon as it is
//! known. A debug build runs the same on small sizes, to see that it runs.

pub mod cost;
mod fanout;
mod floor;
mod meter;
pub mod office;
pub mod peer;
mod process;
mod pull;
mod push;
pub mod quiet;
mod text;

use std::{
    env,
    process::{Command, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use crate::report::{self, Goal, Measured};
use peer::{Peers, Rival};

type Result<T, E = String> = std::result::Result<T, E>;
/// What is told of each figure when it is known.
type Tell<'a> = &'a mut dyn FnMut(Measured);

/// Figures that are measured together.
pub struct Line {
    /// What it is asked for by.
    pub name: &'static str,
    /// What it measures.
    pub what: &'static str,
    /// Seconds after which it is ended, on two busy processors.
    seconds: u64,
    measure: fn(&Peers, Tell<'_>) -> Result<()>,
}

const fn line(
    name: &'static str,
    what: &'static str,
    seconds: u64,
    measure: fn(&Peers, Tell<'_>) -> Result<()>,
) -> Line {
    Line {
        name,
        what,
        seconds,
        measure,
    }
}

/// Every line, in the order in which they are measured.
pub const LINES: &[Line] = &[
    line(
        "pull",
        "10,000 records and their bytes: PouchDB, Anki, floor",
        240,
        pull::measure,
    ),
    line(
        "nothing",
        "nothing changed over 50 scopes: Anki",
        60,
        pull::nothing,
    ),
    line("push", "1,000 offline edits: PouchDB", 240, push::measure),
    line("open", "a long draft from the store: Yjs", 120, text::open),
    line(
        "merge",
        "2 × 5,000 offline edits: yrs, Yjs, Loro, Automerge",
        120,
        text::merge,
    ),
    line(
        "fanout",
        "50 drafts, each open at 20 desks: Hocuspocus",
        240,
        fanout::measure,
    ),
    line(
        "quiet",
        "one write among 2,000 quiet desks",
        90,
        quiet::measure,
    ),
    line(
        "law",
        "a pull in an agency ten times as large",
        120,
        pull::cost_law,
    ),
    line(
        "costs",
        "unit costs of the server, for docs/scale.md",
        180,
        cost::measure,
    ),
];

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
    /// Drafts that are written at the same time, desks that have each open, and signs typed in a turn.
    drafts: usize,
    desks: usize,
    signs: usize,
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
        drafts: 3,
        desks: 4,
        signs: 10,
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
        drafts: 50,
        desks: 20,
        signs: 40,
        quiet: 2_000,
        writes: 100,
        agency: 10_000,
    }
};

/// The word by which a process is told to measure its line itself.
const ALONE: &str = "--alone";

/// The lines that are asked for, or all. Says whether every goal was met.
pub fn run(names: &[&String], json: bool, words: &[String]) -> Result<bool> {
    let mut lines = Vec::new();
    for name in names {
        let found = LINES.iter().find(|line| line.name == name.as_str());
        let known = || LINES.iter().map(|line| line.name).collect::<Vec<_>>();
        lines.push(found.ok_or_else(|| format!("no such line: {name}; lines: {:?}", known()))?);
    }
    if let ([line], true) = (lines.as_slice(), words.iter().any(|word| word == ALONE)) {
        return alone(line, json);
    }
    if lines.is_empty() {
        lines = LINES.iter().collect();
    }
    Peers::set_up()?;
    if !json {
        report::print_head();
    }
    let mut all_met = true;
    for line in lines {
        let begin = Instant::now();
        let done = apart(line, json)?;
        let seconds = begin.elapsed().as_secs();
        match done {
            Some(status) => all_met &= status.success(),
            None => {
                eprintln!("line `{}`: ended after {seconds} s", line.name);
                all_met = false;
            }
        }
        eprintln!("line `{}`: {seconds} s", line.name);
    }
    Ok(all_met)
}

/// Measures a line in this process.
fn alone(line: &Line, json: bool) -> Result<bool> {
    let mut all_met = true;
    let mut tell = |measured: Measured| {
        all_met &= measured.is_met();
        report::print_one(&measured, json);
    };
    (line.measure)(&Peers::here(), &mut tell)
        .map_err(|error| format!("line `{}`: {error}", line.name))?;
    Ok(all_met)
}

/// Has a process measure a line. `None`: it took too long and was ended; its peers end when it does.
fn apart(line: &Line, json: bool) -> Result<Option<ExitStatus>> {
    let mut command = Command::new(env::current_exe().map_err(said)?);
    command.args(["sync", line.name, ALONE]);
    if json {
        command.arg("--json");
    }
    within(command, Duration::from_secs(line.seconds))
}

fn within(mut command: Command, bound: Duration) -> Result<Option<ExitStatus>> {
    let begin = Instant::now();
    let mut child = command.spawn().map_err(said)?;
    loop {
        if let Some(status) = child.try_wait().map_err(said)? {
            return Ok(Some(status));
        }
        if begin.elapsed() > bound {
            child.kill().map_err(said)?;
            child.wait().map_err(said)?;
            return Ok(None);
        }
        thread::sleep(Duration::from_millis(50));
    }
}

pub fn ms(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1_000.0
}

pub fn said(error: impl std::fmt::Display) -> String {
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

/// A figure against a rival, which may not have been there.
fn against(name: &str, ours: &[f64], rival: &Rival, goal: Goal) -> Measured {
    figure(name, ours, (rival.name, &rival.runs), goal)
}

/// A figure of ours alone.
fn stated(name: &str, unit: &'static str, ours: &[f64]) -> Measured {
    Measured {
        unit,
        ..figure(name, ours, ("", &[]), Goal::Stated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_does_not_end_is_ended() {
        let mut sleeper = Command::new("sleep");
        sleeper.arg("60");
        let begin = Instant::now();
        let ended = within(sleeper, Duration::from_millis(200)).expect("it starts");
        assert!(ended.is_none(), "it was waited for");
        assert!(begin.elapsed() < Duration::from_secs(20));
        let done = within(Command::new("true"), Duration::from_secs(20)).expect("it starts");
        assert!(done.is_some_and(|status| status.success()));
    }

    #[test]
    fn all_lines_together_are_bounded_and_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = LINES.iter().map(|line| line.name).collect();
        assert_eq!(names.len(), LINES.len());
        assert!(LINES.iter().all(|line| line.seconds <= 240));
        assert!(run(&[&"nonsense".to_owned()], true, &[]).is_err());
    }

    #[test]
    fn a_peer_that_is_not_installed_is_left_out_and_the_rest_goes_on() {
        let mut rival = Rival::new("nobody", Err("not installed".into()));
        rival.turn("pull", serde_json::json!({}), true);
        assert!(!rival.is_there());
        let measured = against("a line", &[1.0], &rival, Goal::TimesFaster(8.0));
        assert_eq!((measured.ratio(), measured.is_met()), (None, false));
    }
}
