//! Who sees that a document was issued and how it stands: who keeps the registers, who took part in it; what is made
//! public, the whole agency.

use std::collections::BTreeSet;

use andu_base::{AgencyId, PersonId};
use andu_store::{DraftRecord, IssueSheetRecord, IssuedRecord, Tx};
use andu_sync::{Change, Operation, Scope};
use serde::Deserialize;
use serde_json::Value;

use crate::{Call, Refusal, draft};

/// Keeps an issued document as it stands and shows it.
pub(super) fn keep(call: &mut Call<'_, '_>, record: &IssuedRecord) -> Result<(), Refusal> {
    call.tx.issued_put(record)?;
    let row = serde_json::to_value(record)?;
    for scope in scopes(call, record)? {
        call.project(&scope, "issued", &record.id, Operation::Put, &row)?;
    }
    Ok(())
}

fn scopes(call: &Call<'_, '_>, record: &IssuedRecord) -> Result<Vec<Scope>, Refusal> {
    let forged = |_| Refusal::because("command.arguments");
    let agency: AgencyId = record.agency_id.parse().map_err(forged)?;
    let mut scopes = vec![Scope::register(agency)];
    if record.publicity == "open" {
        scopes.push(Scope::agency(agency));
    }
    let mut people = BTreeSet::new();
    if let Some(draft) = call.tx.reader().draft_if_there(&record.id)? {
        people.insert(draft.author_id);
    }
    if let Some(instance) = call.tx.reader().instance_of(&record.id)? {
        let tasks = call.tx.reader().tasks_of(&instance.id)?;
        people.extend(tasks.into_iter().map(|task| task.person_id));
    }
    for person in people {
        let id: PersonId = person.parse().map_err(forged)?;
        scopes.push(Scope::person(id));
    }
    Ok(scopes)
}

/// It was entered by mistake: it is seen nowhere any more.
pub(crate) fn withdraw(call: &mut Call<'_, '_>, id: &str) -> Result<(), Refusal> {
    let Some(record) = call.tx.reader().issued(id)? else {
        return Ok(());
    };
    for scope in scopes(call, &record)? {
        call.project(&scope, "issued", id, Operation::Remove, &Value::Null)?;
    }
    Ok(call.tx.issued_erase(id)?)
}

pub(super) fn show_sheet(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    kept: &IssueSheetRecord,
) -> Result<(), Refusal> {
    let row = serde_json::to_value(kept)?;
    draft::show_beside(call, draft, ("issue_sheet", &kept.id), row)
}

/// A row comes to a replica.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let forged = || Refusal::because("command.arguments");
    if change.entity == "issue_sheet" {
        let kept: IssueSheetRecord = Deserialize::deserialize(&change.row)?;
        if kept.id != change.row_id || !tx.draft_exists(&kept.id)? {
            return Err(forged());
        }
        // What was said here and has not arrived there yet is newer than what came.
        if tx.reader().outbox_holds(&kept.id)? {
            return Ok(());
        }
        return Ok(tx.issue_sheet_put(&kept)?);
    }
    let record: IssuedRecord = Deserialize::deserialize(&change.row)?;
    if record.id != change.row_id {
        return Err(forged());
    }
    Ok(tx.issued_put(&record)?)
}

/// A row is not seen here any more.
pub(crate) fn take_out(tx: &mut Tx<'_>, entity: &str, row_id: &str) -> Result<(), Refusal> {
    match entity {
        "issue_sheet" => tx.issue_sheet_erase(row_id)?,
        _ => tx.issued_erase(row_id)?,
    }
    Ok(())
}
