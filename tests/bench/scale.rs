//! What larger places need, reckoned from unit costs: reads the JSON lines of `./dev bench sync quiet costs
//! --json` and prints the tables of `docs/scale.md`. Measured figures and assumptions are kept apart: every
//! assumption is in [`HABITS`].

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::sync::{cost, quiet};

type Result<T, E = String> = std::result::Result<T, E>;

/// What is assumed of people and places, not measured.
struct Habits {
    /// Updates of texts that a desk sends on a working day: half-seconds in which its person typed.
    edits: f64,
    /// Everything else that it sends on a working day: acts, records.
    acts: f64,
    /// Other desks that are told of an edit.
    told_of_edit: f64,
    /// Other desks that are told of an act.
    told_of_act: f64,
    /// Documents of a page begun by a desk in a year.
    documents: f64,
    /// Working days in a year.
    days: f64,
    /// The part of a day's work that falls into its busiest hour.
    busiest_hour: f64,
    /// Questions whether there is anything new, an hour, of a desk that hears of nothing.
    questions: f64,
    /// Records that a new desk pulls.
    first_records: f64,
    /// The part of a processor that is planned for.
    used: f64,
    /// Desks on one server.
    on_server: f64,
}

const HABITS: Habits = Habits {
    edits: 1_000.0,
    acts: 40.0,
    told_of_edit: 1.0,
    told_of_act: 12.0,
    documents: 150.0,
    days: 250.0,
    busiest_hour: 0.25,
    questions: 60.0,
    first_records: 2_000.0,
    used: 0.5,
    on_server: 500.0,
};

const PLACES: [(&str, f64); 4] = [
    ("county", 500.0),
    ("city", 20_000.0),
    ("province", 300_000.0),
    ("nation", 7_000_000.0),
];

/// Prints the tables from the files that are named.
pub fn run(files: &[&String]) -> Result<bool> {
    let mut text = String::new();
    for file in files {
        text += &fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
        text.push('\n');
    }
    print!("{}", tables(&Measured::read(&text)?));
    Ok(true)
}

/// Medians of unit costs by name.
struct Measured(BTreeMap<String, f64>);

impl Measured {
    fn read(text: &str) -> Result<Self> {
        let mut figures = BTreeMap::new();
        for line in text.lines().filter(|line| line.starts_with('{')) {
            let one: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
            let runs = one["ours"].as_array().into_iter().flatten();
            let mut runs: Vec<f64> = runs.filter_map(Value::as_f64).collect();
            runs.sort_by(f64::total_cmp);
            if let (Some(name), Some(median)) = (one["name"].as_str(), runs.get(runs.len() / 2)) {
                figures.insert(name.to_owned(), *median);
            }
        }
        let measured = Self(figures);
        match NEEDED
            .iter()
            .find(|(name, ..)| !measured.0.contains_key(*name))
        {
            Some((name, ..)) => Err(format!("no figure: {name}")),
            None => Ok(measured),
        }
    }

    fn of(&self, name: &str) -> f64 {
        self.0.get(name).copied().unwrap_or(f64::NAN)
    }
}

/// Figures that are needed, their units, and what they are called in the arithmetic.
const NEEDED: [(&str, &str, &str); 12] = [
    (cost::COMMAND, "ms", "c"),
    (cost::SINGLE, "ms", "s"),
    (cost::DELIVERY, "ms", "d"),
    (cost::QUESTION, "ms", "q"),
    (cost::FIRST_PULL, "ms", "f"),
    (quiet::QUIET_MINUTE, "ms", "b"),
    (quiet::QUIET_MEMORY, "KB", "m"),
    (cost::COMMAND_BYTES, "bytes", "E"),
    (cost::DOCUMENT_BYTES, "bytes", "D"),
    (cost::RECORD_BYTES, "bytes", "R"),
    (cost::DESK_BYTES, "bytes", "K"),
    (cost::ENTRIES, "", "n"),
];

/// What a place needs.
struct Need {
    name: &'static str,
    desks: f64,
    servers: f64,
    commands_second: f64,
    deliveries_second: f64,
    processors: f64,
    memory_gb: f64,
    disk_gb_year: f64,
    first_hours: f64,
}

/// For each place as a whole; a server of it needs the part that falls to it.
fn needs(measured: &Measured, habits: &Habits) -> Vec<Need> {
    let place = |&(name, desks): &(&'static str, f64)| {
        let a_second = habits.busiest_hour / 3_600.0;
        let (edits, acts) = (desks * habits.edits, desks * habits.acts);
        let commands_second = (edits + acts) * a_second;
        let told = edits * habits.told_of_edit + acts * habits.told_of_act;
        let deliveries_second = told * a_second;
        let busy_ms = commands_second * measured.of(cost::SINGLE)
            + deliveries_second * measured.of(cost::DELIVERY)
            + desks * habits.questions / 3_600.0 * measured.of(cost::QUESTION)
            + desks / 60.0 * measured.of(quiet::QUIET_MINUTE);
        let year = edits * habits.days * measured.of(cost::COMMAND_BYTES)
            + desks * habits.documents * measured.of(cost::DOCUMENT_BYTES)
            + acts * habits.days * measured.of(cost::ENTRIES) * measured.of(cost::RECORD_BYTES);
        Need {
            name,
            desks,
            servers: (desks / habits.on_server).ceil(),
            commands_second,
            deliveries_second,
            processors: busy_ms / 1_000.0 / habits.used,
            memory_gb: desks * measured.of(quiet::QUIET_MEMORY) / 1e6,
            disk_gb_year: year / 1e9,
            first_hours: desks * habits.first_records / 1_000.0 * measured.of(cost::FIRST_PULL)
                / 3_600_000.0,
        }
    };
    PLACES.iter().map(place).collect()
}

/// A number with three digits that count.
fn short(number: f64) -> String {
    let digits = match number.abs() {
        n if n >= 100.0 || n == 0.0 => 0,
        n if n >= 10.0 => 1,
        n if n >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{number:.digits$}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (at, c) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    match part {
        "" => grouped,
        part => format!("{grouped}.{part}"),
    }
}

/// The tables, as they stand in `docs/scale.md`.
fn tables(measured: &Measured) -> String {
    let mut said = String::from("| unit cost | | here |\n|---|---|---|\n");
    for (name, unit, letter) in NEEDED {
        said += &format!(
            "| {name} | `{letter}` | {} {unit} |\n",
            short(measured.of(name))
        );
    }
    let single = 1_000.0 / measured.of(cost::SINGLE);
    let together = 1_000.0 / measured.of(cost::COMMAND);
    said += &format!(
        "\nOne writer decides at most {} commands a second that come alone and {} that come together.\n",
        short(single),
        short(together)
    );
    said += "\n| place | desks | servers | commands/s | deliveries/s | processors | memory, GB | disk, GB a year | all desks anew, processor hours |\n";
    said += "|---|---|---|---|---|---|---|---|---|\n";
    for need in needs(measured, &HABITS) {
        let figures = [
            need.desks,
            need.servers,
            need.commands_second,
            need.deliveries_second,
            need.processors,
            need.memory_gb,
            need.disk_gb_year,
            need.first_hours,
        ];
        let cells: Vec<String> = figures.iter().map(|figure| short(*figure)).collect();
        said += &format!("| {} | {} |\n", need.name, cells.join(" | "));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURES: &str = include_str!("../../docs/scale.jsonl");
    const PAGE: &str = include_str!("../../docs/scale.md");

    #[test]
    fn the_tables_of_the_page_are_made_from_its_figures() {
        let made = tables(&Measured::read(FIGURES).expect("all figures"));
        assert!(
            PAGE.contains(&made),
            "docs/scale.md is not what `./dev bench scale docs/scale.jsonl` says:\n{made}"
        );
    }

    #[test]
    fn a_place_needs_what_its_desks_need_together() {
        let lines: String = NEEDED
            .iter()
            .map(|(name, ..)| format!("{{\"name\":\"{name}\",\"ours\":[1.0]}}\n"))
            .collect();
        let measured = Measured::read(&lines).expect("all figures");
        let needs = needs(&measured, &HABITS);
        let (county, city) = (&needs[0], &needs[1]);
        // 500 desks, 1,040 commands a day each, a quarter of them within an hour.
        assert!((county.commands_second - 500.0 * 1_040.0 / 4.0 / 3_600.0).abs() < 1e-9);
        assert!((city.processors / county.processors - 40.0).abs() < 1e-9);
        assert_eq!((county.servers, city.servers), (1.0, 40.0));
    }

    #[test]
    fn a_figure_that_is_missing_is_named() {
        let error = Measured::read("{\"name\":\"a\",\"ours\":[1.0]}").err();
        assert_eq!(error, Some(format!("no figure: {}", cost::COMMAND)));
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(short(7_000_000.0), "7,000,000");
        assert_eq!(short(12.345), "12.3");
        assert_eq!(short(0.0123), "0.012");
    }
}
