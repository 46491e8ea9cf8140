//! 编号: the primary gives the next number, once; the date of issue is the day on which it was signed.

use andu_base::Date;
use andu_document::{IssueNumber, OfficialDocument};
use andu_store::{DraftRecord, NumberEntry, NumberOrigin};
use andu_workflow::{Instance, clock::day_of};

use crate::{Call, Refusal, draft};

/// Gives a document its number and date; one that has a number keeps it.
///
/// # Errors
/// `process.no_authority_code` where the agency has none.
pub(super) fn give_number(
    call: &mut Call<'_, '_>,
    draft: &mut DraftRecord,
    instance: &Instance,
) -> Result<(), Refusal> {
    let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
    let mut document: OfficialDocument = serde_json::from_slice(&frozen)?;
    let number = match document.issue_number.clone() {
        Some(number) => number,
        None => next(call, draft)?,
    };
    let entry = NumberEntry {
        agency_id: draft.agency_id.clone(),
        authority_code: number.authority_code.clone(),
        year: number.year,
        serial: number.serial,
        draft_id: draft.id.clone(),
        origin: NumberOrigin::Given,
        entered_by: call.actor.id.as_text(),
        entered_at: call.now.to_owned(),
    };
    if !call.tx.number_enter(&entry)? {
        let reason = andu_sync::Reason::new("number.taken");
        return Err(Refusal::Rejected(
            reason.with("number", &number).with("title", ""),
        ));
    }
    document.issue_number = Some(number);
    if let (None, Some(day)) = (document.date_of_issue, signed_on(instance)) {
        document.date_of_issue = Some(day);
    }
    let frozen = andu_draft::freeze(&document);
    draft.frozen_hash = frozen.hash.to_string();
    call.tx
        .frozen_text_put(&draft.frozen_hash, &frozen.canonical_json)?;
    draft::describe(draft, &document);
    call.tx.draft_put(draft)?;
    draft::put_find_entry(call.tx, draft, "", &document)?;
    draft::hand_over(call, draft, &frozen.canonical_json)
}

fn next(call: &Call<'_, '_>, draft: &DraftRecord) -> Result<IssueNumber, Refusal> {
    let agency = call.tx.reader().agency(&draft.agency_id)?;
    if agency.authority_code.is_empty() {
        return Err(Refusal::because("process.no_authority_code"));
    }
    let code = format!("{}发", agency.authority_code);
    let year = call.today().year();
    let last = call
        .tx
        .reader()
        .number_last(&draft.agency_id, &code, year)?;
    Ok(IssueNumber {
        authority_code: code,
        year,
        serial: last + 1,
    })
}

/// The day of the last signature that binds.
fn signed_on(instance: &Instance) -> Option<Date> {
    let visits = instance
        .bound
        .iter()
        .map(|(visit, _)| &instance.visits[*visit]);
    visits.filter_map(|visit| visit.closed_at).max().map(day_of)
}
