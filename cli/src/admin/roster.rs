//! A list of people from a file.

use std::path::Path;

use andu_api::ApiError;
use andu_desk::{file, transfer::sheet_error};
use andu_office::{
    Limits,
    vocabulary::{self, SheetKind},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::outcome::wrong_file;

/// One person of a list in JSON.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    department: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    office: String,
    #[serde(default)]
    mobile: String,
}

/// Names of columns, and what they are in a list.
const COLUMNS: [(&str, &str); 8] = [
    ("姓名", "name"),
    ("部门", "department"),
    ("单位", "department"),
    ("内设机构", "department"),
    ("职务", "post"),
    ("办公电话", "office"),
    ("电话", "office"),
    ("手机", "mobile"),
];

/// People of a list, and where a person finds each of them in it.
pub struct People {
    /// In the order of the list.
    pub people: Vec<Value>,
    /// The row of each in the sheet, from 1, the row of column names among them; empty for a list in JSON.
    lines: Vec<u32>,
}

impl People {
    /// One person who was typed.
    pub fn one(person: Value) -> Self {
        Self {
            people: vec![person],
            lines: Vec::new(),
        }
    }

    /// Whether the list is a sheet, with rows.
    pub fn is_sheet(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Problems name people by their number in the list: in a sheet they are found by their rows.
    pub fn number_lines(&self, report: &mut Value) {
        for problem in report["problems"].as_array_mut().into_iter().flatten() {
            let at = problem["line"].as_u64().unwrap_or(0);
            let at = usize::try_from(at).ok().and_then(|at| at.checked_sub(1));
            if let Some(line) = at.and_then(|at| self.lines.get(at)) {
                problem["line"] = json!(line);
            }
        }
    }
}

/// Reads a list: `.json` with an array of people (or an object with `people`), otherwise a sheet.
///
/// # Errors
/// Where the file is no such list.
pub fn read(path: &Path) -> Result<People, ApiError> {
    let limits = Limits::default();
    let bytes = file::read(path, limits.file_bytes)?;
    if path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"))
    {
        let read: Value = serde_json::from_slice(&bytes)
            .map_err(|error| wrong_file(path, "command.is_list", &error))?;
        let people = read.get("people").unwrap_or(&read);
        let people: Vec<Person> = serde_json::from_value(people.clone())
            .map_err(|error| wrong_file(path, "command.is_list", &error))?;
        return Ok(People {
            people: people.iter().map(|person| json!(person)).collect(),
            lines: Vec::new(),
        });
    }
    let (table, lines) = vocabulary::read_numbered(&bytes, SheetKind::People, &limits)
        .map_err(|error| sheet_error(&error))?;
    let person = |row: &Vec<String>| {
        let mut person = Map::new();
        for name in ["name", "department", "post", "office", "mobile"] {
            person.insert(name.into(), json!(""));
        }
        for (column, text) in table.columns.iter().zip(row) {
            let known = COLUMNS.iter().find(|(name, _)| name == column);
            if let Some((_, field)) = known
                && !text.trim().is_empty()
            {
                person.insert((*field).into(), json!(text.trim()));
            }
        }
        Value::Object(person)
    };
    Ok(People {
        people: table.rows.iter().map(person).collect(),
        lines,
    })
}
