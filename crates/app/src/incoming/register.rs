//! Registering (登记): the primary gives the next 收文号, and the document enters 来文办理.

use andu_base::ContentHash;
use andu_document::{Facts, Serves};
use andu_store::{IncomingRecord, IncomingState};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{INCOMING, document, own_open};
use crate::{Call, Place, Refusal, draft, number, process};

/// A document to register.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Id.
    pub id: String,
    /// What it consists of; empty: only its paper is here.
    pub files: Vec<FileOf>,
    /// Also where another from the same sender under the same number is registered.
    pub despite: bool,
}

/// A file that it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileOf {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Hash of its bytes.
    pub hash: ContentHash,
}

const MOST_FILES: usize = 100;

/// Registers a document: it has a number from now on, and is on its way.
///
/// # Errors
/// `incoming.not_there`, `incoming.registered`, `incoming.others`; `incoming.not_enabled` where the agency does
/// not go by 来文办理 yet; `incoming.duplicate` with the number of the other one; the reasons of the engine.
pub fn register(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Register = serde_json::from_value(args)?;
    call.about(&args.id);
    if call.place == Place::Alone {
        return Err(Refusal::because("process.not_alone"));
    }
    let (mut draft, mut record) = own_open(call, &args.id)?;
    let enabled = call
        .tx
        .reader()
        .process_enabled(&draft.agency_id, INCOMING)?;
    if enabled.is_none() {
        return Err(Refusal::because("incoming.not_enabled"));
    }
    if args.files.len() > MOST_FILES {
        return Err(Refusal::because("incoming.too_many_files"));
    }
    if !args.despite {
        no_double(call, &record)?;
    }
    let agency = call.tx.reader().agency(&draft.agency_id)?;
    let described = document(&record, &agency.name);
    let frozen = andu_draft::freeze(&described);
    record.files = serde_json::to_string(&args.files)?;
    let content = content(&record, frozen.hash);
    record.number = next_number(call, &draft.id)?;
    record.content_hash = content.to_string();
    record.state = IncomingState::Handling;
    record.registered_by = call.actor.id.as_text();
    record.registered_name.clone_from(&call.actor.name);
    call.now.clone_into(&mut record.registered_at);
    call.now.clone_into(&mut record.changed_at);
    call.tx.incoming_put(&record)?;
    draft.frozen_hash = frozen.hash.to_string();
    draft.pending_act.clear();
    draft.refusal.clear();
    call.tx
        .frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)?;
    call.tx.draft_put(&draft)?;
    draft::put_find_entry(call.tx, &draft, "", &described)?;
    let beginning = process::Beginning {
        process: INCOMING,
        content,
        items: Default::default(),
        done: vec![Default::default()],
    };
    process::begin(call, &draft, beginning)?;
    Ok(json!({ "id": draft.id, "number": record.number }))
}

/// All that decisions about it are about: what the register says of it, and every file.
fn content(record: &IncomingRecord, described: ContentHash) -> ContentHash {
    let said = json!({
        "described": described,
        "from_number": record.from_number,
        "received_on": record.received_on,
        "copies": record.copies,
        "files": record.files,
    });
    ContentHash::of(said.to_string().as_bytes())
}

fn no_double(call: &Call<'_, '_>, record: &IncomingRecord) -> Result<(), Refusal> {
    if record.from_number.is_empty() {
        return Ok(());
    }
    let same = call.tx.reader().incoming_same(record)?;
    match same.into_iter().find(|other| !other.number.is_empty()) {
        Some(other) => Err(Refusal::Rejected(
            Reason::new("incoming.duplicate")
                .with("number", other.number)
                .with("title", other.title),
        )),
        None => Ok(()),
    }
}

/// 收文号, by the series of the agency.
fn next_number(call: &mut Call<'_, '_>, draft_id: &str) -> Result<String, Refusal> {
    let agency_id = call.actor.agency_id.as_text();
    let subject = (number::DRAFT, draft_id);
    let facts = Facts::default();
    let given = number::give(call, &agency_id, Serves::Incoming, subject, &facts)?;
    Ok(given.text)
}
