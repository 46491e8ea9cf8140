//! Acts of this desk that the server did not do, kept with what they were about and what was written in them
//! until somebody has seen them.

use andu_base::PersonId;
use andu_store::{Reader, Store, StoreError, Tx};
use andu_sync::{Command, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Refusal;

/// An act of this desk, about no draft of its own, that the server did not do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedAct {
    /// Name of the command.
    pub kind: String,
    /// When it was made here; an instant in UTC.
    pub at: String,
    /// Why it was not done.
    pub reason: Reason,
    /// Title of the document that it was about; empty where it was about none.
    #[serde(default)]
    pub title: String,
    /// What was written in it; empty for nothing.
    #[serde(default)]
    pub said: String,
    /// Names of the people it was for.
    #[serde(default)]
    pub people: Vec<String>,
}

const REFUSED: &str = "refused_acts";
/// Refusals that are kept until somebody has seen them.
const KEPT: usize = 50;
/// What people write in an act.
const WORDS: [&str; 4] = ["words", "note", "reason", "text"];
/// Whom an act is for.
const PEOPLE: [&str; 4] = ["people", "to", "person_id", "chosen"];

/// Acts that the server did not do and nobody has seen yet, the newest first.
///
/// # Errors
/// The store's own.
pub fn acts(reader: Reader<'_>) -> Result<Vec<RefusedAct>, Refusal> {
    let noted = reader.meta(REFUSED)?.unwrap_or_default();
    if noted.is_empty() {
        return Ok(Vec::new());
    }
    Ok(serde_json::from_str(&noted)?)
}

/// Notes an act that was not done.
///
/// # Errors
/// The store's own.
pub(crate) fn note(tx: &mut Tx<'_>, command: &Command, reason: &Reason) -> Result<(), Refusal> {
    let mut all = acts(tx.reader())?;
    let refused = RefusedAct {
        kind: command.kind.clone(),
        at: command.claimed_at.clone(),
        reason: reason.clone(),
        title: title_of(tx.reader(), &command.args)?,
        said: said(&command.args),
        people: people(tx.reader(), &command.args)?,
    };
    all.insert(0, refused);
    all.truncate(KEPT);
    tx.meta_put(REFUSED, &serde_json::to_string(&all)?)?;
    Ok(())
}

/// Forgets the refusals: they have been seen.
///
/// # Errors
/// The store's own.
pub fn seen(store: &Store) -> Result<(), Refusal> {
    store.write(|tx| tx.meta_put(REFUSED, "").map_err(Refusal::from))
}

/// Title of the document that an act is about, named by itself, by a task or by its process; empty where it is
/// about none, or this desk does not have it.
///
/// # Errors
/// The store's own.
pub fn title_of(reader: Reader<'_>, args: &Value) -> Result<String, Refusal> {
    let named = ["draft_id", "id", "task_id", "instance_id"];
    for id in named.iter().filter_map(|name| args[*name].as_str()) {
        if let Some(draft) = reader.draft_if_there(id)? {
            return Ok(draft.title);
        }
        if let Some(task) = reader.task(id)? {
            return Ok(task.title);
        }
        if let Some(instance) = reader.instance(id)? {
            return Ok(instance.title);
        }
    }
    Ok(String::new())
}

/// What was written in an act, in itself or in what it does.
fn said(args: &Value) -> String {
    let within = [args, &args["act"]];
    let words = within
        .iter()
        .flat_map(|part| WORDS.iter().filter_map(|name| part[*name].as_str()));
    words
        .map(str::trim)
        .find(|words| !words.is_empty())
        .unwrap_or_default()
        .to_owned()
}

/// Names of the people that an act is for, as far as this desk knows them.
fn people(reader: Reader<'_>, args: &Value) -> Result<Vec<String>, Refusal> {
    let mut ids = Vec::new();
    for part in [args, &args["act"]] {
        for name in PEOPLE {
            take(&part[name], &mut ids);
        }
    }
    let mut names = Vec::new();
    for id in ids.iter().filter_map(|id| id.parse::<PersonId>().ok()) {
        match reader.person(id) {
            Ok(person) => names.push(person.name),
            Err(StoreError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(names)
}

/// The texts in a value, in its order.
fn take(value: &Value, ids: &mut Vec<String>) {
    match value {
        Value::String(id) => ids.push(id.clone()),
        Value::Array(all) => all.iter().for_each(|one| take(one, ids)),
        Value::Object(all) => all.values().for_each(|one| take(one, ids)),
        _ => {}
    }
}
