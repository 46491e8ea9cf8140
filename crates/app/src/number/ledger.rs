//! Numbers that no document has: reserved for a purpose, void, missing from paper times and explained.

use andu_base::Date;
use andu_document::{Serves, series::LARGEST_SERIAL};
use andu_store::{DraftState, IncomingState, NumberEntry, NumberOrigin, NumberState};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    DRAFT,
    give::{changed, next, series_of},
    keep,
    look::opening_of,
};
use crate::{
    Call, Refusal,
    vocabulary::{needed, optional},
};

/// Numbers reserved at once.
const MOST_RESERVED: u32 = 100;
/// Missing numbers explained at once.
const MOST_EXPLAINED: u32 = 2_000;
/// The longest purpose or reason, in characters.
const LONGEST_NOTE: usize = 200;

/// Numbers to reserve.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserve {
    /// The series.
    pub series_id: String,
    /// How many.
    pub count: u32,
    /// The last day on which they are kept.
    pub until_on: Date,
    /// What for.
    pub purpose: String,
}

/// A reserved number for a document, or for none again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Confirm {
    /// The number.
    pub id: String,
    /// The document; empty: for none any more.
    pub draft_id: String,
}

/// A number to make void.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// The number.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// Missing numbers to explain.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Explain {
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
    /// The first serial.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// Why they are missing.
    pub reason: String,
}

/// Reserves the next numbers of a series for a purpose, until a day.
///
/// # Errors
/// `number.reserve_count`, `number.until_passed`, `vocabulary.empty` without a purpose, `number.not_there`,
/// `number.series_closed`, `number.exhausted`.
pub fn reserve(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Reserve = serde_json::from_value(args)?;
    call.about(&args.series_id);
    if !(1..=MOST_RESERVED).contains(&args.count) {
        let reason = Reason::new("number.reserve_count");
        return Err(Refusal::Rejected(reason.with("limit", MOST_RESERVED)));
    }
    let today = call.today();
    if args.until_on < today {
        return Err(Refusal::because("number.until_passed"));
    }
    let purpose = needed("用途", &args.purpose, LONGEST_NOTE)?;
    let agency_id = call.actor.agency_id.as_text();
    let counting = series_of(call.tx.reader(), &agency_id)?;
    let series = counting.all().find(|one| one.id == args.series_id);
    let series = series.ok_or_else(|| Refusal::because("number.not_there"))?;
    if !series.is_open(today) {
        return Err(Refusal::because("number.series_closed"));
    }
    let mut numbers = Vec::new();
    for _ in 0..args.count {
        let entry = NumberEntry {
            state: NumberState::Reserved,
            note: purpose.clone(),
            until_on: args.until_on.to_string(),
            ..next(call, (&agency_id, series), ("", ""))?
        };
        keep(call, &entry)?;
        numbers.push(entry.number);
    }
    Ok(json!({ "numbers": numbers }))
}

/// Names the document that gets a reserved number when it is registered; a number that lapsed or is missing is
/// taken up again so.
///
/// # Errors
/// `number.not_there`, `number.not_reserved`, `number.reserved_for_other`, `number.numbered_already`,
/// `number.not_submitted`.
pub fn confirm(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Confirm = serde_json::from_value(args)?;
    call.about(&args.id);
    let mut entry = own(call, &args.id)?;
    match entry.state {
        NumberState::Reserved | NumberState::Missing => {}
        NumberState::Used | NumberState::Void => {
            return Err(said("number.not_reserved", &entry));
        }
    }
    let is_released = args.draft_id.is_empty();
    if is_released {
        if entry.state == NumberState::Missing {
            return Err(said("number.not_reserved", &entry));
        }
    } else {
        let other = !entry.subject_id.is_empty() && entry.subject_id != args.draft_id;
        if other {
            return Err(said("number.reserved_for_other", &entry));
        }
        may_get(call, &args.draft_id, &entry)?;
        entry.state = NumberState::Reserved;
    }
    entry.subject_kind = if is_released { "" } else { DRAFT }.to_owned();
    entry.subject_id = args.draft_id;
    changed(call, &mut entry);
    keep(call, &entry)?;
    Ok(json!({ "numbers": [entry.number] }))
}

/// Whether a document of the agency waits for a number of this kind.
fn may_get(call: &Call<'_, '_>, draft_id: &str, entry: &NumberEntry) -> Result<(), Refusal> {
    let reader = call.tx.reader();
    let draft = reader.draft_if_there(draft_id)?;
    let draft = draft.filter(|draft| draft.agency_id == entry.agency_id);
    let draft = draft.ok_or_else(|| Refusal::because("draft.not_there"))?;
    if draft.state != DraftState::Submitted {
        return Err(Refusal::because("number.not_submitted"));
    }
    let held = reader.numbers_of(DRAFT, draft_id)?;
    let has = held.iter().find(|held| {
        let counts = matches!(held.state, NumberState::Used | NumberState::Reserved);
        counts && held.serves == entry.serves && held.id != entry.id
    });
    match has {
        Some(held) => Err(said("number.numbered_already", held)),
        None => Ok(()),
    }
}

/// Makes a number void.
///
/// # Errors
/// `number.not_there`, `vocabulary.empty` without a reason, `number.void_before`, `number.in_use` while a document
/// is issued under it or on its way.
pub fn void(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Void = serde_json::from_value(args)?;
    call.about(&args.id);
    let reason = needed("理由", &args.reason, LONGEST_NOTE)?;
    let mut entry = own(call, &args.id)?;
    match entry.state {
        NumberState::Void | NumberState::Missing => return Err(said("number.void_before", &entry)),
        NumberState::Used if entry.subject_kind == DRAFT => {
            if lives(call, &entry.subject_id)? {
                return Err(said("number.in_use", &entry));
            }
        }
        // Of what is no draft, nobody here knows that it has ended.
        NumberState::Used if !entry.subject_id.is_empty() => {
            return Err(said("number.in_use", &entry));
        }
        NumberState::Reserved if !entry.subject_id.is_empty() => {
            return Err(said("number.reserved_for_other", &entry));
        }
        NumberState::Used | NumberState::Reserved => {}
    }
    entry.state = NumberState::Void;
    entry.note = reason;
    entry.until_on.clear();
    changed(call, &mut entry);
    keep(call, &entry)?;
    Ok(json!({ "numbers": [entry.number] }))
}

/// Whether a document was issued, or is on its way to it; of one that came, whether it is in the register and was
/// not sent back.
fn lives(call: &Call<'_, '_>, draft_id: &str) -> Result<bool, Refusal> {
    if crate::process::runs(call, draft_id)? {
        return Ok(true);
    }
    if let Some(came) = call.tx.reader().incoming(draft_id)? {
        return Ok(came.state != IncomingState::SentBack);
    }
    let draft = call.tx.reader().draft_if_there(draft_id)?;
    Ok(draft.is_some_and(|draft| draft.state == DraftState::Closed))
}

/// Says why numbers are missing that nobody ever entered here.
///
/// # Errors
/// `number.explain_count`, `number.no_gap` where one of them is entered or was not reached yet, `vocabulary.empty`
/// without a reason.
pub fn explain(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: Explain = serde_json::from_value(args)?;
    let agency_id = call.actor.agency_id.as_text();
    call.about(&NumberEntry::key(
        &agency_id,
        &args.code,
        args.period,
        args.first,
    ));
    let reason = needed("理由", &args.reason, LONGEST_NOTE)?;
    let code = optional("代字", &args.code, 60)?;
    let many = args.last.checked_sub(args.first).map(|more| more + 1);
    if many.is_none_or(|many| many > MOST_EXPLAINED) || args.last > LARGEST_SERIAL {
        let reason = Reason::new("number.explain_count");
        return Err(Refusal::Rejected(reason.with("limit", MOST_EXPLAINED)));
    }
    let counting = series_of(call.tx.reader(), &agency_id)?;
    let opening = opening_of(
        call.tx.reader(),
        &counting,
        (&agency_id, &code, args.period),
    )?;
    let span = call
        .tx
        .reader()
        .number_span(&agency_id, &code, args.period)?;
    if args.first < opening || args.last > span.last {
        return Err(Refusal::because("number.no_gap"));
    }
    let today = call.today();
    let series = counting.coded(&code, today);
    let serves = series.map_or(Serves::Issue, |series| series.serves);
    let mut numbers = Vec::new();
    for serial in args.first..=args.last {
        let id = NumberEntry::key(&agency_id, &code, args.period, serial);
        if call.tx.reader().number_entry(&id)?.is_some() {
            return Err(Refusal::because("number.no_gap"));
        }
        let number = match series {
            Some(series) if args.period > 0 => series.pattern.text(args.period, serial),
            Some(series) => series.pattern.text(today.year(), serial),
            None => format!("{code}〔{}〕{serial}号", args.period),
        };
        let entry = NumberEntry {
            id,
            agency_id: agency_id.clone(),
            authority_code: code.clone(),
            year: args.period,
            serial,
            subject_kind: String::new(),
            subject_id: String::new(),
            serves: serves.name().to_owned(),
            state: NumberState::Missing,
            number: number.clone(),
            note: reason.clone(),
            until_on: String::new(),
            origin: NumberOrigin::Hand,
            entered_by: call.actor.id.as_text(),
            entered_at: call.now.to_owned(),
            changed_by: call.actor.id.as_text(),
            changed_at: call.now.to_owned(),
        };
        keep(call, &entry)?;
        numbers.push(number);
    }
    Ok(json!({ "numbers": numbers }))
}

/// A number of the actor's agency.
fn own(call: &Call<'_, '_>, id: &str) -> Result<NumberEntry, Refusal> {
    let found = call.tx.reader().number_entry(id)?;
    let own = found.filter(|entry| entry.agency_id == call.actor.agency_id.as_text());
    own.ok_or_else(|| Refusal::because("number.not_there"))
}

fn said(key: &str, entry: &NumberEntry) -> Refusal {
    let reason = Reason::new(key).with("number", &entry.number);
    Refusal::Rejected(reason.with("note", &entry.note))
}
