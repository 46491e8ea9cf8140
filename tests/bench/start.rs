//! From launch to the painted lock screen, with 10,000 drafts in the store, against an empty Tauri
//! window that shows one line of text; and what each then holds in memory (PSS of all its processes).
//! Both run on a screen of Xvfb whose pixels are read from its frame buffer: what counts is what a
//! person would see, not what a page believes.

use std::{
    collections::BTreeSet,
    env, fs,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use andu_desk::{Desk, place::DeskPlace};
use serde_json::{Value, json};

use crate::report::{Goal, Measured};

const DRAFTS: usize = 10_000;
const RUNS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(60);
/// What a program holds is read so long after it has painted.
const SETTLING: Duration = Duration::from_secs(2);
const DISPLAY: &str = ":87";
const WIDTH: usize = 1440;
const HEIGHT: usize = 900;
/// Fewer colours than this on the middle of the screen is a window that has not painted its text.
const COLOURS: usize = 12;

/// Launches both in turns, on one screen.
pub fn run() -> Result<Vec<Measured>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let home = folder.path().join("home");
    fill(&home).map_err(|error| format!("10,000 drafts: {error}"))?;
    let screen = Screen::open(folder.path())?;
    let beside = |name: &str| env::current_exe().map(|path| path.with_file_name(name));
    let desk = beside("andu-desktop").map_err(|error| error.to_string())?;
    let empty = beside("examples/empty-window").map_err(|error| error.to_string())?;
    let mut figures: [Vec<f64>; 4] = Default::default();
    for round in 0..=RUNS {
        for (place, program) in [&desk, &empty].into_iter().enumerate() {
            let (time, memory) = screen.launch(program, &home)?;
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

/// A desk with a password and 10,000 drafts, locked.
fn fill(home: &Path) -> Result<(), String> {
    let place = DeskPlace {
        folder: home.join("bench"),
        profile: "bench".to_owned(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: false,
    };
    fs::create_dir_all(&place.folder).map_err(|error| error.to_string())?;
    let desk = Desk::new(place, false).map_err(|error| format!("{error:?}"))?;
    let call = |name: &str, arguments: Value| {
        desk.call(name, arguments)
            .map_err(|error| format!("`{name}`: {error:?}"))
    };
    call(
        "session_setup",
        json!({
            "agency": "青河县水利局", "short_name": "县水利局", "authority_code": "青水",
            "department": "办公室", "person": "王一", "post": "科员",
            "password": "bench-7421-bench", "demo": false,
        }),
    )?;
    let draft = json!({
        "document_type": "notice", "format": "document", "direction": "downward", "template_id": null,
    });
    for _ in 0..DRAFTS {
        call("draft_create", draft.clone())?;
    }
    desk.lock();
    Ok(())
}

/// A screen whose pixels can be read.
struct Screen {
    server: Child,
    pixels: PathBuf,
}

impl Screen {
    fn open(folder: &Path) -> Result<Self, String> {
        let server = Command::new("Xvfb")
            .args([DISPLAY, "-nolisten", "tcp", "-fbdir"])
            .arg(folder)
            .args(["-screen", "0", &format!("{WIDTH}x{HEIGHT}x24")])
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb did not start: {error}"))?;
        let screen = Self {
            server,
            pixels: folder.join("Xvfb_screen0"),
        };
        let begin = Instant::now();
        while screen.colours().is_none() {
            if begin.elapsed() > PATIENCE {
                return Err("Xvfb shows no screen".to_owned());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(screen)
    }

    /// Milliseconds until the program has painted, and the MiB it then holds.
    fn launch(&self, program: &Path, home: &Path) -> Result<(f64, f64), String> {
        let begin = Instant::now();
        let mut running = Command::new(program)
            .env("DISPLAY", DISPLAY)
            .env("ANDU_HOME", home)
            .env("ANDU_PROFILE", "bench")
            .env("ANDU_NO_KEYRING", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("`{}` did not start: {error}", program.display()))?;
        let painted = loop {
            if self.colours().is_some_and(|colours| colours >= COLOURS) {
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
        while self.colours().is_some_and(|colours| colours > 1) && begin.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        painted.map(|time| (time, memory))
    }

    /// Different colours in the middle of the screen; `None` while there is no screen.
    fn colours(&self) -> Option<usize> {
        // An XWD dump: the length of its header first, the number of colours at byte 76, 12 bytes each.
        let mut file = fs::File::open(&self.pixels).ok()?;
        let mut header = [0; 80];
        file.read_exact(&mut header).ok()?;
        let number = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let begin = u64::from(number(0)) + 12 * u64::from(number(76));
        let row = WIDTH * 4;
        file.seek(SeekFrom::Start(begin + (HEIGHT / 4 * row) as u64))
            .ok()?;
        let mut middle = vec![0; HEIGHT / 2 * row];
        file.read_exact(&mut middle).ok()?;
        let colours: BTreeSet<&[u8]> = middle.chunks_exact(4).map(|pixel| &pixel[..3]).collect();
        Some(colours.len())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
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
