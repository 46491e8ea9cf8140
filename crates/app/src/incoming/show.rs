//! Who sees a document that came: those who keep the registers, and those who take part in handling it.

use std::collections::BTreeSet;

use andu_base::ContentHash;
use andu_store::{DraftRecord, IncomingRecord, IncomingState, Tx};
use andu_sync::{Change, Operation, Scope};
use andu_workflow::{Instance, Key, Net, Status, definition::Value};
use serde::Deserialize;

use super::scan_of;
use crate::{
    Call, Refusal,
    draft::{own_scope, row},
    process::Name,
};

/// Shows it to whoever enters it and to those who keep the registers.
pub(super) fn show(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    record: &IncomingRecord,
) -> Result<(), Refusal> {
    let registers = Scope::register(call.actor.agency_id);
    for scope in [own_scope(draft)?, registers] {
        let put = Operation::Put;
        call.project(&scope, "draft", &draft.id, put, &row(draft)?)?;
        show_to(call, &scope, record, &BTreeSet::new())?;
    }
    Ok(())
}

/// Shows in a scope what the register says of it, with its files as far as they have come; scans that are withheld
/// are not shown.
pub(crate) fn show_to(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    record: &IncomingRecord,
    withheld: &BTreeSet<ContentHash>,
) -> Result<(), Refusal> {
    let said = serde_json::to_value(record)?;
    call.project(scope, "incoming", &record.id, Operation::Put, &said)?;
    show_files(call, scope, &record.id, withheld)
}

/// Shows its files in a scope, as far as they have come; scans that are withheld are not shown.
pub(crate) fn show_files(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    draft_id: &str,
    withheld: &BTreeSet<ContentHash>,
) -> Result<(), Refusal> {
    for file in call.tx.reader().draft_files(draft_id)? {
        if scan_of(draft_id, &file.id).is_some_and(|scan| withheld.contains(&scan)) {
            continue;
        }
        let file = call.tx.reader().draft_file_row(&file.id)?;
        if let Some(file) = file.filter(|file| !file.chunks.is_empty()) {
            let said = serde_json::to_value(&file)?;
            call.project(scope, "draft_file", &file.id, Operation::Put, &said)?;
        }
    }
    Ok(())
}

/// What the register says follows the process: where it is, until when, and how it ended.
pub(crate) fn follow(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (net, instance): (&Net, &Instance),
    names: &str,
) -> Result<Option<IncomingRecord>, Refusal> {
    let Some(mut record) = call.tx.reader().incoming(&draft.id)? else {
        return Ok(None);
    };
    record.state = match instance.status {
        Status::Running => IncomingState::Handling,
        Status::Withdrawn | Status::Void => IncomingState::SentBack,
        Status::Done | Status::Stopped if is_sent_back(instance) => IncomingState::SentBack,
        Status::Done | Status::Stopped => IncomingState::Closed,
    };
    record.now_at = where_it_is(net, instance, names)?;
    let since = instance.open_visits().map(|(_, visit)| visit.opened_at);
    record.now_since = since
        .min()
        .map_or_else(String::new, |since| format!("{since:.3}"));
    let due = instance.open_visits().filter_map(|(_, visit)| visit.due_at);
    record.due_at = due
        .min()
        .map_or_else(String::new, |due| format!("{due:.3}"));
    call.now.clone_into(&mut record.changed_at);
    call.tx.incoming_put(&record)?;
    Ok(Some(record))
}

fn is_sent_back(instance: &Instance) -> bool {
    let lane = Key::new("lane").ok();
    let lane = lane.and_then(|lane| instance.items.get(&lane));
    matches!(lane, Some(Value::Text(code)) if code == "send_back")
}

/// The open steps with whom they wait for: `批示：王建国；承办：水利局`.
fn where_it_is(net: &Net, instance: &Instance, names: &str) -> Result<String, Refusal> {
    let names: std::collections::BTreeMap<andu_base::PersonId, Name> = match names {
        "" => Default::default(),
        names => serde_json::from_str(names)?,
    };
    let steps = instance.open_visits().map(|(_, visit)| {
        let title = net
            .node_at(&visit.name.node)
            .map_or("", |at| &net.node(at).title);
        let up = visit.up().map(|no| visit.members[no].person);
        let people: Vec<&str> = up
            .filter_map(|person| names.get(&person))
            .map(|name| name.name.as_str())
            .collect();
        format!("{title}：{}", people.join("、"))
    });
    Ok(steps.collect::<Vec<_>>().join("；"))
}

/// A row comes to a replica.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let record: IncomingRecord = Deserialize::deserialize(&change.row)?;
    if record.id != change.row_id || !tx.draft_exists(&record.id)? {
        return Err(Refusal::because("incoming.not_there"));
    }
    // What was entered here and has not arrived there yet is newer than what came.
    if record.state == IncomingState::Open && tx.reader().outbox_holds(&record.id)? {
        return Ok(());
    }
    Ok(tx.incoming_put(&record)?)
}

/// It is not seen here any more.
pub(crate) fn take_out(tx: &mut Tx<'_>, row_id: &str, own_id: &str) -> Result<(), Refusal> {
    let draft = tx.reader().draft_if_there(row_id)?;
    let own = draft.is_some_and(|draft| draft.author_id == own_id);
    if !own {
        return Ok(tx.incoming_erase(row_id)?);
    }
    if !tx.reader().outbox_holds(row_id)? {
        tx.draft_erase(row_id)?;
    }
    Ok(())
}
