//! Scrolling 100,000 drafts: the real list in a real window, over the real store, against a plain virtual list
//! (`TanStack` Virtual) whose rows are all in memory and look the same. Both scroll in turns in one window; what is
//! counted is the main thread's work for a frame.

use std::{env, path::PathBuf, process::Stdio};

use serde_json::Value;

use crate::{
    report::{Goal, Measured},
    screen::{Screen, fill},
};

const DRAFTS: usize = 100_000;
const DISPLAY: &str = ":88";

/// One window, seven rounds.
pub fn run() -> Result<Vec<Measured>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("no temporary folder: {error}"))?;
    let home = folder.path().join("home");
    fill(&home, DRAFTS).map_err(|error| format!("100,000 drafts: {error}"))?;
    let page = env::var_os("ANDU_BENCH_LIST")
        .map_or_else(|| PathBuf::from("target/bench/list"), PathBuf::from);
    if !page.join("list.html").exists() {
        return Err(format!(
            "no page in {}: use ./dev bench list",
            page.display()
        ));
    }
    let window = env::current_exe()
        .map_err(|error| error.to_string())?
        .with_file_name("examples/list-window");
    let screen = Screen::open(folder.path(), DISPLAY)?;
    let ended = screen
        .program(&window, &home)
        .arg(&page)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{}` did not start: {error}", window.display()))?;
    let found: Value = serde_json::from_slice(&ended.stdout)
        .map_err(|error| format!("the window reported nothing ({error})"))?;
    if let Some(error) = found["error"].as_str() {
        return Err(error.to_owned());
    }
    if found["rows"] != DRAFTS {
        return Err(format!("the list holds {} rows", found["rows"]));
    }
    let runs = |name: &str| -> Vec<f64> {
        found[name]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect()
    };
    let figure = |name: &str, unit, ours, goal| Measured {
        name: name.to_owned(),
        unit,
        quantile: 0.5,
        ours,
        peer: Vec::new(),
        peer_name: "",
        goal,
    };
    Ok(vec![
        Measured {
            peer: runs("peer"),
            peer_name: "TanStack Virtual, rows in memory",
            ..figure(
                "scroll frame, 100,000 rows",
                "ms",
                runs("ours"),
                Goal::TimesTheirs(1.15),
            )
        },
        figure(
            "frames that showed a row not yet there",
            "frames",
            vec![found["blank"].as_f64().unwrap_or(f64::NAN)],
            Goal::Budget(20.0),
        ),
    ])
}
