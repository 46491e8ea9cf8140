//! 流程定义: which version of a process an agency goes by. What is shipped may be added to; what the law
//! demands stays. An instance runs on by the version it was begun with.

use std::{
    collections::BTreeMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use andu_base::ContentHash;
use andu_store::{DefinitionRecord, Reader};
use andu_sync::{Operation, Reason, Scope};
use andu_workflow::{
    Net,
    check::{Bounds, check},
    definition::Definition,
    lawful::{Unlawful, keeps},
    newest_process, shipped_process,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Call, Place, Refusal};

/// A definition that an agency is to go by.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Define {
    /// The process.
    pub process: String,
    /// The definition as JSON. Its version is given by the primary.
    pub definition: String,
    /// Why.
    pub note: String,
}

const LONGEST_NOTE: usize = 500;

/// The net of a definition, compiled once while the program runs: versions are few and never change.
fn compiled(json: &str) -> Result<&'static Net, Refusal> {
    static NETS: OnceLock<Mutex<BTreeMap<ContentHash, &'static Net>>> = OnceLock::new();
    let nets = NETS.get_or_init(Mutex::default);
    let hash = ContentHash::of(json.as_bytes());
    let mut nets = nets.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(net) = nets.get(&hash) {
        return Ok(net);
    }
    let broken = || Refusal::because("process.not_there");
    let definition = Definition::from_json(json.as_bytes()).map_err(|_| broken())?;
    let net: &'static Net = Box::leak(Box::new(Net::compile(&definition).map_err(|_| broken())?));
    nets.insert(hash, net);
    Ok(net)
}

/// A version of a process: the shipped one, or the agency's own.
///
/// # Errors
/// `process.not_there`.
pub(crate) fn net(
    reader: Reader<'_>,
    agency_id: &str,
    (process, version): (&str, u32),
) -> Result<&'static Net, Refusal> {
    if let Some(net) = shipped_process(process, version) {
        return Ok(net);
    }
    let own = reader.process_definition(agency_id, process, version)?;
    let own = own.ok_or_else(|| Refusal::because("process.not_there"))?;
    compiled(&own.definition)
}

/// The version that an agency goes by.
///
/// # Errors
/// `process.not_there`.
pub(crate) fn newest(
    reader: Reader<'_>,
    agency_id: &str,
    process: &str,
) -> Result<&'static Net, Refusal> {
    let shipped = newest_process(process);
    let shipped = shipped.ok_or_else(|| Refusal::because("process.not_there"))?;
    match reader.process_definition_newest(agency_id, process)? {
        Some(own) if own.version > shipped.definition.version => compiled(&own.definition),
        _ => Ok(shipped),
    }
}

/// Has the actor's agency go by a definition of its own from now on.
///
/// # Errors
/// `process.not_there` for what is not shipped, `process.not_alone`, `process.unreadable`, `process.unlawful`
/// with what it does not keep, `process.unsound` with how many errors, `process.same` where nothing is changed.
pub fn define(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Define = serde_json::from_value(args)?;
    call.about(&args.process);
    if call.place == Place::Alone {
        return Err(Refusal::because("process.not_alone"));
    }
    if args.note.chars().count() > LONGEST_NOTE {
        let reason = Reason::new("process.too_long").with("limit", LONGEST_NOTE);
        return Err(Refusal::Rejected(reason));
    }
    let base = newest_process(&args.process);
    let base = base.ok_or_else(|| Refusal::because("process.not_there"))?;
    let mut definition = Definition::from_json(args.definition.as_bytes()).map_err(|error| {
        Refusal::Rejected(Reason::new("process.unreadable").with("cause", error))
    })?;
    let agency_id = call.actor.agency_id.as_text();
    let now = newest(call.tx.reader(), &agency_id, &args.process)?;
    definition.version = now.definition.version;
    if definition == now.definition {
        return Err(Refusal::because("process.same"));
    }
    definition.version += 1;
    keeps(&base.definition, &definition)
        .map_err(|no| Refusal::Rejected(unlawful(&base.definition, &no)))?;
    let report = check(&definition, Bounds::default());
    let errors = report.findings.iter().filter(|found| found.is_error());
    let errors = errors.count();
    if errors > 0 || !report.complete {
        let reason = Reason::new("process.unsound").with("errors", errors);
        return Err(Refusal::Rejected(reason));
    }
    let json = definition.to_json();
    compiled(&json)?;
    let record = DefinitionRecord {
        id: format!("{agency_id}/{}/{}", args.process, definition.version),
        agency_id,
        process: args.process,
        version: definition.version,
        title: definition.title.clone(),
        definition: json,
        note: args.note.trim().to_owned(),
        defined_by: call.actor.id.as_text(),
        defined_name: call.actor.name.clone(),
        defined_at: call.now.to_owned(),
    };
    call.tx.process_definition_put(&record)?;
    let scope = Scope::agency(call.actor.agency_id);
    let row = serde_json::to_value(&record)?;
    call.project(
        &scope,
        "process_definition",
        &record.id,
        Operation::Put,
        &row,
    )?;
    Ok(json!({ "process": record.process, "version": record.version }))
}

/// What a definition does not keep of the one that is shipped, in words.
pub fn unlawful(base: &Definition, no: &Unlawful) -> Reason {
    let title = |node: &andu_workflow::Key| {
        let mut all = base.nodes.iter();
        let found = all.find(|one| one.id == *node);
        found.map_or_else(|| node.to_string(), |one| one.title.clone())
    };
    let law = |node: &andu_workflow::Key| {
        let mut all = base.nodes.iter();
        let found = all.find(|one| one.id == *node);
        found.and_then(|one| one.law.clone()).unwrap_or_default()
    };
    match no {
        Unlawful::Another => Reason::new("process.not_there"),
        Unlawful::Missing { node } => Reason::new("process.law_missing")
            .with("step", title(node))
            .with("law", law(node)),
        Unlawful::Changed { node } => Reason::new("process.law_changed")
            .with("step", title(node))
            .with("law", law(node)),
        Unlawful::PassedBy { node } => Reason::new("process.law_passed_by")
            .with("step", title(node))
            .with("law", law(node)),
        Unlawful::OutOfOrder { before, node } => Reason::new("process.law_order")
            .with("before", title(before))
            .with("step", title(node)),
        Unlawful::Condition { node } => Reason::new("process.law_condition")
            .with("step", title(node))
            .with("law", law(node)),
    }
}
