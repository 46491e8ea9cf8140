//! From launch to the painted lock screen, with 10,000 drafts in the store, against an empty Tauri
//! window that shows one line of text; and what each then holds in memory (PSS of all its processes).
//! Both run on a screen of Xvfb whose pixels are read from its frame buffer: what counts is what a
//! person would see, not what a page believes.

use std::{
    env, fs,
    path::Path,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::{
    report::{Goal, Measured},
    screen::{PATIENCE, Screen, fill},
};

const DRAFTS: usize = 10_000;
const RUNS: usize = 7;
/// What a program holds is read so long after it has painted.
const SETTLING: Duration = Duration::from_secs(2);
const DISPLAY: &str = ":87";
/// Fewer colours than this on the middle of the screen is a window that has not painted its text.
const COLOURS: usize = 12;

/// Launches both in turns, on one screen.
pub fn run() -> Result<Vec<Measured>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let home = folder.path().join("home");
    fill(&home, DRAFTS).map_err(|error| format!("10,000 drafts: {error}"))?;
    let screen = Screen::open(folder.path(), DISPLAY)?;
    let beside = |name: &str| env::current_exe().map(|path| path.with_file_name(name));
    let desk = beside("andu-desktop").map_err(|error| error.to_string())?;
    let empty = beside("examples/empty-window").map_err(|error| error.to_string())?;
    let mut figures: [Vec<f64>; 4] = Default::default();
    for round in 0..=RUNS {
        for (place, program) in [&desk, &empty].into_iter().enumerate() {
            let (time, memory) = launch(&screen, program, &home)?;
            // The first round fills the caches of the disk.
            if round > 0 {
                figures[place].push(time);
                figures[place + 2].push(memory);
            }
        }
    }
    let [our_times, peer_times, our_memory, peer_memory] = figures;
    let measured = |name: &str, unit, ours, peer, goal| Measured {
        name: name.to_owned(),
        unit,
        quantile: 0.5,
        ours,
        peer,
        peer_name: "empty Tauri window",
        goal: Goal::TimesTheirs(goal),
    };
    Ok(vec![
        measured(
            "launch to lock screen, 10,000 drafts",
            "ms",
            our_times,
            peer_times,
            1.5,
        ),
        measured(
            "memory at the lock screen (PSS)",
            "MiB",
            our_memory,
            peer_memory,
            1.3,
        ),
    ])
}

/// Milliseconds until the program has painted, and the MiB it then holds.
fn launch(screen: &Screen, program: &Path, home: &Path) -> Result<(f64, f64), String> {
    let begin = Instant::now();
    let mut running = screen
        .program(program, home)
        .spawn()
        .map_err(|error| format!("`{}` did not start: {error}", program.display()))?;
    let painted = loop {
        if screen.colours().is_some_and(|colours| colours >= COLOURS) {
            break Ok(begin.elapsed().as_secs_f64() * 1000.0);
        }
        if begin.elapsed() > PATIENCE {
            break Err(format!("`{}` painted nothing", program.display()));
        }
        thread::sleep(Duration::from_millis(2));
    };
    thread::sleep(SETTLING);
    let memory = family(running.id())
        .into_iter()
        .filter_map(pss_kib)
        .sum::<f64>()
        / 1024.0;
    let _ = Command::new("kill").arg(running.id().to_string()).status();
    let _ = running.wait();
    // The next one begins on an empty screen.
    let begin = Instant::now();
    while screen.colours().is_some_and(|colours| colours > 1) && begin.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    painted.map(|time| (time, memory))
}

/// A process and everything it started.
fn family(first: u32) -> Vec<u32> {
    let mut family = vec![first];
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let process = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            Some((process, parent))
        })
        .collect();
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(
            parents
                .iter()
                .filter(|(_, of)| *of == parent)
                .map(|(process, _)| process),
        );
        at += 1;
    }
    family
}

/// Its proportional share of memory in KiB.
fn pss_kib(process: u32) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let line = rollup.lines().find(|line| line.starts_with("Pss:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
