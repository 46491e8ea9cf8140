//! `./dev bench NAME [--json]`: ours and theirs, interleaved on the same machine in the same minute.
//! Prints a table, or with `--json` one object a line. Fails when a goal is not met. `sync` takes names of lines
//! to measure these alone, and prints each figure as soon as it is known; `scale` makes the tables of
//! `docs/scale.md` from measured unit costs.
#![expect(clippy::disallowed_methods, reason = "a bench measures time")]

mod list;
mod report;
mod scale;
mod screen;
mod seal;
mod search;
mod start;
mod sync;
mod typeset;
mod workflow;

use std::{env, process::ExitCode};

use report::Measured;

/// A bench: its name, what it measures, and how.
type Bench = (
    &'static str,
    &'static str,
    fn() -> Result<Vec<Measured>, String>,
);

const BENCHES: &[Bench] = &[
    (
        "typeset",
        "JSON to PDF against LibreOffice; an edit to a new page",
        typeset::run,
    ),
    (
        "start",
        "launch to lock screen against an empty window, 10,000 drafts in the store",
        start::run,
    ),
    (
        "list",
        "a scroll frame over 100,000 drafts against a plain virtual list",
        list::run,
    ),
    (
        "search",
        "50,000 drafts against plain SQLite FTS5",
        search::run,
    ),
    ("seal", "SM2, SM3 and SM4 against OpenSSL", seal::run),
    (
        "workflow",
        "approvals against SpiffWorkflow and bpmn-engine; 100,000 open tasks; 10,000 offline decisions",
        workflow::run,
    ),
];

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let json = words.iter().any(|word| word == "--json");
    let names: Vec<&String> = words
        .iter()
        .filter(|word| !word.starts_with("--"))
        .collect();
    match names.as_slice() {
        [name, rest @ ..] if *name == "scale" => return ended(scale::run(rest)),
        [name, lines @ ..] if *name == "sync" => return ended(sync::run(lines, json, &words)),
        _ => {}
    }
    let chosen = |name: &str| names.iter().any(|word| *word == name || *word == "all");
    if let Some(unknown) = names.iter().find(|word| {
        word.as_str() != "all" && !BENCHES.iter().any(|(name, ..)| *name == word.as_str())
    }) {
        eprintln!("no such bench: {unknown}");
        return ExitCode::FAILURE;
    }
    if names.is_empty() {
        println!("./dev bench NAME [--json], NAME one of:");
        for (name, what, _) in BENCHES {
            println!("  {name:<10}{what}");
        }
        println!("  sync      [LINE…], each line against its peers:");
        for line in sync::LINES {
            println!("    {:<8}{}", line.name, line.what);
        }
        println!("  scale     FILE: what larger places need, from figures of `sync costs --json`");
        return ExitCode::FAILURE;
    }
    let mut all_met = true;
    for (name, _, run) in BENCHES.iter().filter(|(name, ..)| chosen(name)) {
        match run() {
            Ok(measured) => {
                all_met &= measured.iter().all(Measured::is_met);
                report::print(&measured, json);
            }
            Err(error) => {
                eprintln!("bench `{name}`: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    if names.iter().any(|word| *word == "all") {
        match sync::run(&[], json, &words) {
            Ok(met) => all_met &= met,
            Err(error) => return ended(Err(error)),
        }
    }
    ended(Ok(all_met))
}

fn ended(done: Result<bool, String>) -> ExitCode {
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
