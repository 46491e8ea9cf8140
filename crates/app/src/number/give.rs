//! A number is given: by the primary, in order, once for each document and purpose; or entered as somebody wrote it.

use andu_document::{
    Facts, IssueNumber, OfficialDocument, Reset, Series, SeriesError, Serves,
    series::{LARGEST_SERIAL, choose},
};
use andu_store::{DraftRecord, NumberEntry, NumberOrigin, NumberState, Reader};
use andu_sync::Reason;

use super::{DRAFT, keep};
use crate::{Call, Place, Refusal, organisation::day_of};

/// A number that a document has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// As it is printed.
    pub text: String,
    /// 机关代字; empty where the series has none (第3号).
    pub authority_code: String,
    /// The year it belongs to.
    pub year: i16,
    /// From 1.
    pub serial: u32,
}

/// The series by which an agency counts: its own, and those that came with the program where it has none under
/// their code yet.
pub(super) fn series_of(reader: Reader<'_>, agency_id: &str) -> Result<Counting, Refusal> {
    let mut own = Vec::new();
    for record in reader.number_series(agency_id)? {
        own.push(record.series()?);
    }
    let agency = reader.agency(agency_id)?;
    let shipped = [
        Series::shipped_issue(&agency.authority_code),
        Some(Series::shipped_incoming()),
        Some(Series::shipped_supervision()),
    ];
    let mut shipped: Vec<Series> = shipped.into_iter().flatten().collect();
    for one in &mut shipped {
        let same = own.iter().filter(|own| own.code() == one.code());
        one.closed_on = same.map(|own| own.from_on).min();
    }
    Ok(Counting { own, shipped })
}

/// The series of an agency.
pub(super) struct Counting {
    /// Those that it keeps.
    pub own: Vec<Series>,
    /// Those that came with the program; closed from the day on which its own take their place.
    pub shipped: Vec<Series>,
}

impl Counting {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Series> {
        self.own.iter().chain(&self.shipped)
    }

    /// The series under whose code numbers of a day are kept: the one that is open, or else any.
    pub fn coded(&self, code: &str, day: andu_base::Date) -> Option<&Series> {
        let same = || self.all().filter(|one| one.code() == code);
        same()
            .find(|one| one.is_open(day))
            .or_else(|| same().next())
    }

    fn for_document(
        &self,
        serves: Serves,
        facts: &Facts,
        day: andu_base::Date,
    ) -> Result<Option<&Series>, Refusal> {
        let refused = |error: SeriesError| match error {
            SeriesError::Ambiguous(one, two) => {
                let reason = Reason::new("number.ambiguous");
                Refusal::Rejected(reason.with("one", one).with("two", two))
            }
            other => super::refused(&other),
        };
        match choose(&self.own, serves, facts, day).map_err(refused)? {
            Some(own) => Ok(Some(own)),
            None => choose(&self.shipped, serves, facts, day).map_err(refused),
        }
    }
}

impl Given {
    fn of(entry: &NumberEntry, counting: &Counting) -> Self {
        let given_on = day_of(&entry.entered_at);
        let yearly = counting
            .coded(&entry.authority_code, given_on)
            .is_none_or(|series| series.reset == Reset::Yearly);
        Self {
            text: entry.number.clone(),
            authority_code: head(&entry.authority_code).to_owned(),
            year: if yearly { entry.year } else { given_on.year() },
            serial: entry.serial,
        }
    }
}

/// The 代字 that a code prints; the code of a series without one is its pattern.
fn head(code: &str) -> &str {
    if code.contains('{') { "" } else { code }
}

/// Gives a document its number for a purpose. One that has a number keeps it, however often this is asked; one for
/// which a number is reserved gets that.
///
/// `subject` is the kind of document and its id; `facts` choose the series among several.
///
/// # Errors
/// `number.primary_only` at a replica; `number.no_series` and `process.no_authority_code` where nothing counts such
/// documents; `number.ambiguous` where two series do; `number.exhausted`.
pub fn give(
    call: &mut Call<'_, '_>,
    agency_id: &str,
    serves: Serves,
    subject: (&str, &str),
    facts: &Facts,
) -> Result<Given, Refusal> {
    if call.place == Place::Replica {
        return Err(Refusal::because("number.primary_only"));
    }
    let counting = series_of(call.tx.reader(), agency_id)?;
    let held = call.tx.reader().numbers_of(subject.0, subject.1)?;
    let mut held = held
        .into_iter()
        .filter(|entry| entry.agency_id == agency_id && entry.serves == serves.name());
    if let Some(mut entry) = held.find(|entry| is_held(entry.state)) {
        if entry.state == NumberState::Reserved {
            entry.state = NumberState::Used;
            entry.origin = NumberOrigin::Given;
            changed(call, &mut entry);
            keep(call, &entry)?;
        }
        return Ok(Given::of(&entry, &counting));
    }
    let today = call.today();
    let series = counting.for_document(serves, facts, today)?;
    let series = series.ok_or_else(|| none_for(&counting, serves))?;
    let entry = next(call, (agency_id, series), subject)?;
    keep(call, &entry)?;
    Ok(Given::of(&entry, &counting))
}

/// Gives a 签报 its number, where the agency counts them.
///
/// # Errors
/// As [`give`].
pub(crate) fn give_memo(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    document: &OfficialDocument,
) -> Result<(), Refusal> {
    let counting = series_of(call.tx.reader(), &draft.agency_id)?;
    if counting.all().any(|one| one.serves == Serves::Memorandum) {
        let (subject, facts) = ((super::DRAFT, draft.id.as_str()), Facts::of(document, None));
        give(call, &draft.agency_id, Serves::Memorandum, subject, &facts)?;
    }
    Ok(())
}

/// The number of a 签报 as it is read; empty where it has none.
///
/// # Errors
/// The store's own.
pub(crate) fn text_of(reader: Reader<'_>, draft_id: &str) -> Result<String, Refusal> {
    let held = reader.numbers_of(super::DRAFT, draft_id)?;
    let mut held = held.into_iter().filter(|entry| {
        entry.serves == Serves::Memorandum.name() && entry.state == NumberState::Used
    });
    Ok(held.next().map(|entry| entry.number).unwrap_or_default())
}

/// Which number the head of a document of an agency carries: 令号, 纪要期号 and 发电号 only where it counts them apart
/// from 发文字号.
///
/// # Errors
/// The store's own.
pub fn serves(
    reader: Reader<'_>,
    agency_id: &str,
    document: &OfficialDocument,
) -> Result<Serves, Refusal> {
    let serves = Serves::of_document(document);
    let counting = series_of(reader, agency_id)?;
    let is_counted = counting.all().any(|one| one.serves == serves);
    Ok(if is_counted { serves } else { Serves::Issue })
}

const fn is_held(state: NumberState) -> bool {
    match state {
        NumberState::Used | NumberState::Reserved => true,
        NumberState::Void | NumberState::Missing => false,
    }
}

fn none_for(counting: &Counting, serves: Serves) -> Refusal {
    if serves == Serves::Issue && !counting.all().any(|one| one.serves == serves) {
        return Refusal::because("process.no_authority_code");
    }
    Refusal::Rejected(Reason::new("number.no_series").with("serves", serves.title()))
}

/// The next number of a series, for a document or for none.
pub(super) fn next(
    call: &Call<'_, '_>,
    (agency_id, series): (&str, &Series),
    (kind, id): (&str, &str),
) -> Result<NumberEntry, Refusal> {
    let today = call.today();
    let (code, period) = (series.code(), series.period(today));
    let last = call.tx.reader().number_last(agency_id, &code, period)?;
    let serial = series.next(period, last);
    let serial = serial.ok_or_else(|| Refusal::because("number.exhausted"))?;
    let year = match series.reset {
        Reset::Yearly => period,
        Reset::Term | Reset::Never => today.year(),
    };
    Ok(NumberEntry {
        id: NumberEntry::key(agency_id, &code, period, serial),
        agency_id: agency_id.to_owned(),
        authority_code: code,
        year: period,
        serial,
        subject_kind: kind.to_owned(),
        subject_id: id.to_owned(),
        serves: series.serves.name().to_owned(),
        state: NumberState::Used,
        number: series.pattern.text(year, serial),
        note: String::new(),
        until_on: String::new(),
        origin: NumberOrigin::Given,
        entered_by: call.actor.id.as_text(),
        entered_at: call.now.to_owned(),
        changed_by: call.actor.id.as_text(),
        changed_at: call.now.to_owned(),
    })
}

/// Notes who changed a number and when.
pub(super) fn changed(call: &Call<'_, '_>, entry: &mut NumberEntry) {
    entry.changed_by = call.actor.id.as_text();
    call.now.clone_into(&mut entry.changed_at);
}

/// A number that somebody wrote, for a document.
pub(crate) struct Wanted<'a> {
    /// The agency.
    pub agency_id: &'a str,
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
    /// The number.
    pub number: IssueNumber,
    /// As it is printed.
    pub text: String,
    /// What it is for.
    pub serves: Serves,
    /// The document.
    pub draft_id: &'a str,
    /// How it came.
    pub origin: NumberOrigin,
    /// Id of a person.
    pub by: String,
    /// Instant in UTC.
    pub at: String,
}

impl<'a> Wanted<'a> {
    /// A number that carries its code itself.
    pub fn written(
        agency_id: &'a str,
        number: &IssueNumber,
        draft_id: &'a str,
        origin: NumberOrigin,
        (by, at): (String, String),
    ) -> Self {
        Self {
            agency_id,
            code: number.authority_code.clone(),
            period: number.year,
            text: number.to_string(),
            number: number.clone(),
            serves: Serves::Issue,
            draft_id,
            origin,
            by,
            at,
        }
    }
}

/// Enters the number that the text of a document carries: 手工编号.
///
/// # Errors
/// Those of [`enter`].
pub(crate) fn by_hand(
    call: &mut Call<'_, '_>,
    draft: &DraftRecord,
    (document, number): (&OfficialDocument, &IssueNumber),
) -> Result<(), Refusal> {
    let (by, at) = (call.actor.id.as_text(), call.command.claimed_at.clone());
    let agency_id = draft.agency_id.clone();
    let mut wanted = Wanted::written(&agency_id, number, &draft.id, NumberOrigin::Hand, (by, at));
    let today = call.today();
    let counting = series_of(call.tx.reader(), &agency_id)?;
    wanted.serves = Serves::of_document(document);
    if number.authority_code.trim().is_empty() {
        wanted.text = document.number_text();
        // 第3号: the series of 令 or 纪要 that prints no 代字.
        let facts = Facts::of(document, None);
        if let Some(series) = counting.for_document(wanted.serves, &facts, today)?
            && series.pattern.authority_code().is_none()
        {
            wanted.code = series.code();
            wanted.period = match series.reset {
                Reset::Yearly => number.year,
                Reset::Term | Reset::Never => series.period(today),
            };
            wanted.text = series.pattern.text(number.year, number.serial);
        }
    } else if let Some(series) = counting.coded(&wanted.code, today) {
        wanted.serves = series.serves;
        wanted.period = match series.reset {
            Reset::Yearly => number.year,
            Reset::Term | Reset::Never => series.period(today),
        };
    }
    enter(call, wanted)
}

/// Enters a number for a document. One that lapsed or is missing may be taken up so.
///
/// # Errors
/// `number.taken` if another document has it, `number.reserved` and `number.void` if it is kept or void,
/// `number.too_large`.
pub(crate) fn enter(call: &mut Call<'_, '_>, wanted: Wanted<'_>) -> Result<(), Refusal> {
    let Wanted {
        number, draft_id, ..
    } = &wanted;
    let about = |key: &str| Reason::new(key).with("number", &wanted.text);
    if number.serial > LARGEST_SERIAL {
        let reason = about("number.too_large").with("limit", LARGEST_SERIAL);
        return Err(Refusal::Rejected(reason));
    }
    let id = NumberEntry::key(wanted.agency_id, &wanted.code, wanted.period, number.serial);
    let known = call.tx.reader().number_entry(&id)?;
    if let Some(known) = &known {
        let today = call.today().to_string();
        let is_own = known.subject_kind == DRAFT && known.subject_id == *draft_id;
        match known.state {
            NumberState::Used if is_own => return Ok(()),
            NumberState::Used => {
                let other = call.tx.reader().draft_if_there(&known.subject_id)?;
                let title = other.map_or_else(String::new, |draft| draft.title);
                return Err(Refusal::Rejected(
                    about("number.taken").with("title", title),
                ));
            }
            NumberState::Reserved if !is_own && !known.is_lapsed(&today) => {
                let reason = about("number.reserved").with("purpose", &known.note);
                return Err(Refusal::Rejected(reason));
            }
            NumberState::Void => {
                let reason = about("number.void").with("reason", &known.note);
                return Err(Refusal::Rejected(reason));
            }
            NumberState::Reserved | NumberState::Missing => {}
        }
    }
    let entered = known.map(|known| (known.entered_by, known.entered_at));
    let (entered_by, entered_at) = entered.unwrap_or((wanted.by.clone(), wanted.at.clone()));
    let entry = NumberEntry {
        id,
        agency_id: wanted.agency_id.to_owned(),
        authority_code: wanted.code.clone(),
        year: wanted.period,
        serial: number.serial,
        subject_kind: DRAFT.to_owned(),
        subject_id: (*draft_id).to_owned(),
        serves: wanted.serves.name().to_owned(),
        state: NumberState::Used,
        number: wanted.text.clone(),
        note: String::new(),
        until_on: String::new(),
        origin: wanted.origin,
        entered_by,
        entered_at,
        changed_by: wanted.by,
        changed_at: wanted.at,
    };
    keep(call, &entry)
}
