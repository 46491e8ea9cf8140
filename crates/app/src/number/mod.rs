//! Use cases of numbers: series as the records keeper keeps them, the ledger in which a number is given once,
//! reserved, made void or explained, and the register of copies. The primary alone gives numbers.

mod copies;
mod give;
mod ledger;
mod look;
mod series;

pub use copies::{CopiesGive, CopiesRecall, give_copies, recall_copies};
pub use give::{Given, give, serves};
pub use ledger::{Confirm, Explain, Reserve, Void, confirm, explain, reserve, void};
pub use look::{
    CheckedNumbers, CopySeen, EntrySeen, LedgerSeen, LineSeen, SeriesSeen, UnexplainedGap,
};
pub use series::{SeriesClose, SeriesPut, SeriesRemove, close_series, put_series, remove_series};

pub(crate) use give::{Wanted, by_hand, enter, give_memo, text_of};

use andu_base::AgencyId;
use andu_document::SeriesError;
use andu_store::{CopyGiven, NumberEntry, SeriesRecord, Store, Tx};
use andu_sync::{Change, Operation, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Call, Refusal};

/// An outgoing document, as what has a number.
pub const DRAFT: &str = "draft";

/// Kinds of rows that lie in the registers of an agency.
pub(crate) const ENTITIES: [&str; 3] = ["number_series", "number_entry", "copy_given"];

fn scope(agency_id: &str) -> Result<Scope, Refusal> {
    let id: AgencyId = agency_id
        .parse()
        .map_err(|_| Refusal::because("number.not_there"))?;
    Ok(Scope::register(id))
}

fn show(
    call: &mut Call<'_, '_>,
    agency_id: &str,
    (entity, id): (&str, &str),
    row: &impl Serialize,
) -> Result<(), Refusal> {
    let row = serde_json::to_value(row)?;
    call.project(&scope(agency_id)?, entity, id, Operation::Put, &row)
}

/// Keeps a number as it stands now and shows it to those who keep records.
pub(crate) fn keep(call: &mut Call<'_, '_>, entry: &NumberEntry) -> Result<(), Refusal> {
    call.tx.number_put(entry)?;
    show(call, &entry.agency_id, ("number_entry", &entry.id), entry)
}

/// The same of a series.
pub(crate) fn keep_series(call: &mut Call<'_, '_>, record: &SeriesRecord) -> Result<(), Refusal> {
    call.tx.number_series_put(record)?;
    show(
        call,
        &record.agency_id,
        ("number_series", &record.id),
        record,
    )
}

/// The same of a copy.
pub(crate) fn keep_copy(call: &mut Call<'_, '_>, copy: &CopyGiven) -> Result<(), Refusal> {
    call.tx.copy_put(copy)?;
    show(call, &copy.agency_id, ("copy_given", &copy.id), copy)
}

/// Gives up the numbers of a document that is taken out again.
pub(crate) fn give_up(call: &mut Call<'_, '_>, draft_id: &str) -> Result<(), Refusal> {
    for entry in call.tx.reader().numbers_of(DRAFT, draft_id)? {
        call.tx.number_erase(&entry.id)?;
        let scope = scope(&entry.agency_id)?;
        let (operation, row) = (Operation::Remove, Value::Null);
        call.project(&scope, "number_entry", &entry.id, operation, &row)?;
    }
    Ok(())
}

/// A row of the registers comes to a replica.
pub(crate) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let forged = || Refusal::because("command.arguments");
    match change.entity.as_str() {
        "number_series" => {
            let record: SeriesRecord = Deserialize::deserialize(&change.row)?;
            if record.id != change.row_id {
                return Err(forged());
            }
            tx.number_series_put(&record)?;
        }
        "number_entry" => {
            let entry: NumberEntry = Deserialize::deserialize(&change.row)?;
            let key = NumberEntry::key(
                &entry.agency_id,
                &entry.authority_code,
                entry.year,
                entry.serial,
            );
            if entry.id != change.row_id || entry.id != key {
                return Err(forged());
            }
            tx.number_put(&entry)?;
        }
        _ => {
            let copy: CopyGiven = Deserialize::deserialize(&change.row)?;
            if copy.id != change.row_id {
                return Err(forged());
            }
            tx.copy_put(&copy)?;
        }
    }
    Ok(())
}

/// A row of the registers is not seen here any more.
pub(crate) fn take_out(tx: &mut Tx<'_>, entity: &str, row_id: &str) -> Result<(), Refusal> {
    match entity {
        "number_series" => tx.number_series_erase(row_id)?,
        "number_entry" => tx.number_erase(row_id)?,
        _ => tx.copy_erase(row_id)?,
    }
    Ok(tx.wipe_later()?)
}

/// At a server that opens its store: numbers from before registers were shown to those who keep records.
///
/// # Errors
/// The store's own.
pub fn enlist(store: &Store) -> Result<(), Refusal> {
    let lost = store.read(|reader| reader.unlisted("number_entry"))?;
    if lost.is_empty() {
        return Ok(());
    }
    store.write(|tx| {
        for id in lost {
            let Some(entry) = tx.reader().number_entry(&id)? else {
                continue;
            };
            let Ok(scope) = scope(&entry.agency_id) else {
                continue;
            };
            let row = serde_json::to_value(&entry)?;
            tx.scope_append(&scope, "number_entry", &id, Operation::Put, &row)?;
        }
        Ok(())
    })
}

/// Why a series cannot be counted by, in words.
fn refused(error: &SeriesError) -> Refusal {
    Refusal::because(match error {
        SeriesError::NotStandard => "number.not_standard",
        SeriesError::NoYear => "number.no_year",
        SeriesError::NoTerm => "number.no_term",
        SeriesError::Opening => "number.opening",
        SeriesError::Closed => "number.closed_before",
        SeriesError::Ambiguous(..) => "number.ambiguous",
    })
}
