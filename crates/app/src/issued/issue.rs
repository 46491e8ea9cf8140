//! 印发: from here on a document stands by itself. What it says of earlier ones is done to them now.

use andu_base::{Date, WorkCalendar};
use andu_document::{Facts, OfficialDocument, Serves};
use andu_store::{DraftRecord, IssuedRecord, IssuedStatus};
use andu_workflow::{Instance, Key, definition::Value, gate::Gates};

use super::{Change, History, PUBLISH_DUE, Sheet, history, sheet_of, show::keep};
use crate::{Call, Place, Refusal, number};

/// What was entered for an item, as text.
fn entered(instance: Option<&Instance>, item: &str) -> String {
    match instance.and_then(|instance| instance.items.get(item)) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

fn is_yes(instance: &Instance, item: &str) -> bool {
    instance.items.get(item) == Some(&Value::YesNo(true))
}

/// The day until which a document has to be made public, to be entered where its last step before issuing asks for it:
/// counted from 成文日期. `None` where it need not, or nobody knows the working days of that time yet.
pub(crate) fn due_item(
    call: &Call<'_, '_>,
    draft_id: &str,
    instance: &Instance,
) -> Result<Option<(Key, Value)>, Refusal> {
    let gate = Gates::known().named("publish");
    let Some((gate, days)) = gate.and_then(|gate| Some((gate, gate.working_days?))) else {
        return Ok(None);
    };
    if gate.when.holds(&instance.items) != Some(true) {
        return Ok(None);
    }
    let draft = call.tx.reader().draft(draft_id)?;
    let document = frozen(call, &draft)?;
    let from = document.date_of_issue.unwrap_or_else(|| call.today());
    let last = WorkCalendar::known().after(from, days).ok();
    let item = Key::new(PUBLISH_DUE).ok();
    Ok(item.zip(last.map(|day| Value::Text(day.to_string()))))
}

fn frozen(call: &Call<'_, '_>, draft: &DraftRecord) -> Result<OfficialDocument, Refusal> {
    let frozen = call.tx.reader().frozen_text(&draft.frozen_hash)?;
    Ok(serde_json::from_slice(&frozen)?)
}

/// 统一登记: a normative document gets its number from the series that the agency keeps for such; where it keeps none,
/// it gets none.
///
/// # Errors
/// Those of giving a number, but for a missing series.
pub(crate) fn give_registration(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    instance: &Instance,
) -> Result<(), Refusal> {
    if !is_yes(instance, "normative") {
        return Ok(());
    }
    let facts = Facts::of(&frozen(call, draft)?, None);
    let subject = (number::DRAFT, draft.id.as_str());
    match number::give(call, &draft.agency_id, Serves::Normative, subject, &facts) {
        Err(Refusal::Rejected(reason)) if reason.key == "number.no_series" => Ok(()),
        given => given.map(|_| ()),
    }
}

/// A document is issued: it stands among the issued ones, and what it amends, repeals, revokes is so from now on. One
/// that is there stays as it is.
///
/// # Errors
/// The store's own.
pub(crate) fn issue(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    instance: Option<&Instance>,
) -> Result<(), Refusal> {
    let is_known = call.tx.reader().issued(&draft.id)?.is_some();
    if call.place == Place::Replica || is_known || draft.issue_number.is_empty() {
        return Ok(());
    }
    let document = frozen(call, draft)?;
    let sheet = sheet_of(call.tx.reader(), &draft.id)?;
    let mut record = begun(call, draft, (&document, &sheet));
    record.registration = registration(call, draft)?;
    if let Some(instance) = instance {
        enter(&mut record, instance);
    }
    keep(call, &record)?;
    for change in &sheet.changes {
        apply(call, &record, change)?;
    }
    Ok(())
}

fn begun(
    call: &Call<'_, '_>,
    draft: &DraftRecord,
    (document, sheet): (&OfficialDocument, &Sheet),
) -> IssuedRecord {
    let day: Option<Date> = document.date_of_issue;
    IssuedRecord {
        id: draft.id.clone(),
        agency_id: draft.agency_id.clone(),
        number: draft.issue_number.clone(),
        title: draft.title.clone(),
        document_type: draft.document_type.clone(),
        issued_on: day.map_or_else(String::new, |day| day.to_string()),
        publicity: sheet.publicity.clone(),
        publicity_reason: sheet.publicity_reason.clone(),
        normative: sheet.normative == Some(true),
        registration: String::new(),
        valid_until: sheet.valid_until.clone(),
        status: IssuedStatus::Effective,
        history: "[]".to_owned(),
        published_on: String::new(),
        published_where: String::new(),
        publish_due: String::new(),
        filed_on: String::new(),
        filed_with: String::new(),
        conclusion: String::new(),
        conclusion_note: String::new(),
        concluded_by: String::new(),
        concluded_at: String::new(),
        changed_at: call.now.to_owned(),
    }
}

fn registration(call: &Call<'_, '_>, draft: &DraftRecord) -> Result<String, Refusal> {
    let held = call.tx.reader().numbers_of(number::DRAFT, &draft.id)?;
    let mut held = held
        .into_iter()
        .filter(|entry| entry.serves == Serves::Normative.name());
    Ok(held.next().map_or_else(String::new, |entry| entry.number))
}

/// What was decided and recorded on the way counts, not what the author proposed.
fn enter(record: &mut IssuedRecord, instance: &Instance) {
    let entered = |item| entered(Some(instance), item);
    record.normative = is_yes(instance, "normative");
    record.publicity = entered("publicity");
    record.publicity_reason = match record.publicity.as_str() {
        "closed" => entered("publicity_reason"),
        _ => String::new(),
    };
    record.valid_until = entered("valid_until");
    record.published_on = entered("published_on");
    record.published_where = entered("published_where");
    record.publish_due = match record.published_on.is_empty() {
        true => entered(PUBLISH_DUE),
        false => String::new(),
    };
    record.filed_on = entered("filed_on");
    record.filed_with = entered("filed_with");
}

/// What is recorded of an issued document follows its process.
///
/// # Errors
/// The store's own.
pub(crate) fn follow(
    call: &mut Call<'_, '_>,
    draft_id: &str,
    instance: &Instance,
) -> Result<(), Refusal> {
    let Some(known) = call.tx.reader().issued(draft_id)? else {
        return Ok(());
    };
    let mut now = known.clone();
    enter(&mut now, instance);
    if now == known {
        return Ok(());
    }
    call.now.clone_into(&mut now.changed_at);
    keep(call, &now)
}

/// What a document does to an earlier one of its agency. Who is amended after it was repealed stays repealed.
fn apply(call: &mut Call<'_, '_>, by: &IssuedRecord, change: &Change) -> Result<(), Refusal> {
    let target = call
        .tx
        .reader()
        .issued_under(&by.agency_id, &change.number)?
        .filter(|target| target.id != by.id);
    let Some(mut target) = target else {
        return Ok(());
    };
    let mut past = history(&target)?;
    past.push(History {
        id: by.id.clone(),
        number: by.number.clone(),
        title: by.title.clone(),
        does: change.does,
        on: by.issued_on.clone(),
    });
    target.history = serde_json::to_string(&past)?;
    target.status = target.status.max(change.does.status());
    target.conclusion.clear();
    target.conclusion_note.clear();
    call.now.clone_into(&mut target.changed_at);
    keep(call, &target)
}
