//! A list of people from a file.

use std::path::Path;

use andu_api::ApiError;
use andu_desk::{file, transfer::office_error};
use andu_office::{
    Limits,
    vocabulary::{self, SheetKind},
};
use serde_json::{Map, Value, json};

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

/// Reads a list: `.json` with an array of people (or an object with `people`), otherwise a sheet.
///
/// # Errors
/// Where the file is no such list.
pub fn read(path: &Path) -> Result<Vec<Value>, ApiError> {
    let limits = Limits::default();
    let bytes = file::read(path, limits.file_bytes)?;
    if path
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("json"))
    {
        let read: Value = serde_json::from_slice(&bytes)
            .map_err(|error| andu_api::text::bad_arguments(&error))?;
        let people = read.get("people").unwrap_or(&read);
        return Ok(people.as_array().cloned().unwrap_or_default());
    }
    let table = vocabulary::read(&bytes, SheetKind::People, &limits)
        .map_err(|error| office_error(&error))?;
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
    Ok(table.rows.iter().map(person).collect())
}
