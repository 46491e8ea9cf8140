//! Where within a block a value is wrong. A block says its kind in a field of its own (`type`), and serde forgets the
//! way into such a one: here it is gone again, part by part.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

use super::place_of;
use crate::body::{Image, Run, Table};

/// The place and the error of the part that is really wrong; what was given, where no part of a block is.
pub(super) fn deeper(place: String, error: Error, whole: &Value) -> (String, Error) {
    // A field that is unknown to the block is counted into the path.
    let of_block = block_place(&place);
    let Some(block) = of_block.and_then(|at| whole.pointer(&format!("/{at}"))) else {
        return (place, error);
    };
    let inside = match block.get("type").and_then(Value::as_str) {
        Some("table") => within::<Table>(without_type(block)),
        Some("image") => within::<Image>(without_type(block)),
        Some("paragraph" | "heading" | "centered") => ["runs", "run_in"]
            .into_iter()
            .filter_map(|list| Some((list, block.get(list)?.as_array()?)))
            .flat_map(|(list, runs)| runs.iter().enumerate().map(move |(n, run)| (list, n, run)))
            .find_map(|(list, n, run)| {
                let (at, error) = within::<Run>(run.clone())?;
                Some((joined(&format!("{list}/{n}"), &at), error))
            })
            .or_else(|| number(block)),
        _ => None,
    };
    match (of_block, inside) {
        (Some(block), Some((at, error))) => (joined(block, &at), error),
        _ => (place, error),
    }
}

/// The place of the block that `place` lies in: up to the number after `body`.
fn block_place(place: &str) -> Option<&str> {
    let mut end = 0;
    let mut before = "";
    for part in place.split('/') {
        end += part.len() + usize::from(end > 0);
        if before == "body" && part.parse::<usize>().is_ok() {
            return Some(&place[..end]);
        }
        before = part;
    }
    None
}

fn joined(place: &str, rest: &str) -> String {
    match rest {
        "" => place.to_owned(),
        rest => format!("{place}/{rest}"),
    }
}

fn without_type(block: &Value) -> Value {
    let mut block = block.clone();
    if let Some(fields) = block.as_object_mut() {
        fields.remove("type");
    }
    block
}

fn within<T: DeserializeOwned>(value: Value) -> Option<(String, Error)> {
    let error = serde_path_to_error::deserialize::<_, T>(value).err()?;
    Some((place_of(&error.path().to_string()), error.into_inner()))
}

/// The level of a heading, which is no part with a type of its own.
fn number(block: &Value) -> Option<(String, Error)> {
    let level = block.get("level")?;
    let error = serde_json::from_value::<u8>(level.clone()).err()?;
    Some(("level".to_owned(), error))
}
