//! The floor: the same rows out of JSON into one plain SQLite table, in one transaction.

use std::{path::Path, time::Instant};

use rusqlite::{Connection, params_from_iter};
use serde_json::Value;

use super::{Result, ms, said};

/// Reads `text`, one row of JSON a line, into a new file; how long it took.
pub fn upsert(folder: &Path, text: &str) -> Result<f64> {
    let first: Value = serde_json::from_str(text.lines().next().unwrap_or("{}")).map_err(said)?;
    let names: Vec<&String> = first.as_object().ok_or("no row")?.keys().collect();
    let path = folder.join("floor.db");
    for ending in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("floor.db{ending}")));
    }
    let mut file = open(&path).map_err(said)?;
    let columns = names.iter().map(|name| name.as_str()).collect::<Vec<_>>();
    let others = columns.iter().filter(|name| **name != "id");
    let sets: Vec<String> = others
        .map(|name| format!("{name} = excluded.{name}"))
        .collect();
    let places: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    let made = format!(
        "create table record ({}); create unique index record_by_id on record (id)",
        columns.join(", ")
    );
    file.execute_batch(&made).map_err(said)?;
    let put = format!(
        "insert into record ({}) values ({}) on conflict (id) do update set {}",
        columns.join(", "),
        places.join(", "),
        sets.join(", ")
    );
    let begin = Instant::now();
    let all = file.transaction().map_err(said)?;
    {
        let mut statement = all.prepare(&put).map_err(said)?;
        for line in text.lines() {
            let row: Value = serde_json::from_str(line).map_err(said)?;
            let values = names.iter().map(|name| match &row[name.as_str()] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            statement.execute(params_from_iter(values)).map_err(said)?;
        }
    }
    all.commit().map_err(said)?;
    Ok(ms(begin))
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let file = Connection::open(path)?;
    file.pragma_update(None, "journal_mode", "wal")?;
    file.pragma_update(None, "synchronous", "full")?;
    Ok(file)
}
