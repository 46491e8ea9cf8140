//! Number series as the records keeper keeps them. What is counted by stays as it is; closed ones stay too.

use andu_base::Date;
use andu_document::{
    DocumentFormat, DocumentType, Pattern, PatternError, Reset, Series, Serves, SignedBy,
};
use andu_store::SeriesRecord;
use andu_sync::{Operation, Reason};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{give::series_of, keep_series, refused, scope};
use crate::{
    Call, Refusal,
    vocabulary::{needed, optional},
};

/// Series of one agency.
const MOST_SERIES: usize = 200;
const LONGEST_TITLE: usize = 60;

/// A series to keep.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesPut {
    /// Id, made by the caller.
    pub id: String,
    /// What the keeper calls it.
    pub title: String,
    /// What its numbers are for.
    pub serves: Serves,
    /// How a number reads, with `{年}` and `{号}`.
    pub pattern: String,
    /// From when on it counts anew.
    pub reset: Reset,
    /// First year of the 届; 0 for none.
    pub term_from: i16,
    /// First serial of the period in which it begins.
    pub opening: u32,
    /// Types of documents; empty: any.
    pub types: Vec<DocumentType>,
    /// Formats; empty: any.
    pub formats: Vec<DocumentFormat>,
    /// 发文机关标志; empty: any.
    pub letterhead: String,
    /// Who has to have signed.
    pub signed_by: Option<SignedBy>,
    /// The first day.
    pub from_on: Date,
}

/// A series to close from a day on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesClose {
    /// The series.
    pub id: String,
    /// The first day on which it gives no number; null: it is opened again.
    pub closed_on: Option<Date>,
}

/// A series to take out.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeriesRemove {
    /// The series.
    pub id: String,
}

fn unreadable(error: PatternError) -> Refusal {
    Refusal::because(match error {
        PatternError::Serial => "number.pattern_serial",
        PatternError::Year => "number.pattern_year",
        PatternError::Braces => "number.pattern_braces",
        PatternError::Beside => "number.pattern_beside",
        PatternError::Literal => "number.pattern_literal",
    })
}

/// Keeps a series. Of one that is counted by, what it is called, whom it is for and the 届 may change.
///
/// # Errors
/// `vocabulary.empty` without a title; what is wrong with the pattern and the rule; `number.code_taken`,
/// `number.series_used`, `number.not_there`, `number.too_many_series`.
pub fn put_series(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SeriesPut = serde_json::from_value(args)?;
    call.about(&args.id);
    let agency_id = call.actor.agency_id.as_text();
    let known = call.tx.reader().number_series(&agency_id)?;
    let before = known.iter().find(|one| one.id == args.id);
    if before.is_none() && known.len() >= MOST_SERIES {
        let reason = Reason::new("number.too_many_series").with("limit", MOST_SERIES);
        return Err(Refusal::Rejected(reason));
    }
    if before.is_none()
        && call
            .tx
            .reader()
            .row_image("number_series", &args.id)?
            .is_some()
        || args.id.is_empty()
        || args.id.starts_with(Series::SHIPPED)
    {
        return Err(Refusal::because("number.not_there"));
    }
    let before = before.map(SeriesRecord::series).transpose()?;
    let mut series = wanted(args, before.as_ref())?;
    series.check().map_err(|error| refused(&error))?;
    if let Some(before) = &before
        && call
            .tx
            .reader()
            .number_code_used(&agency_id, &before.code())?
    {
        let fixed = |one: &Series| (one.serves, one.code(), one.reset, one.from_on);
        let span =
            call.tx
                .reader()
                .number_span(&agency_id, &before.code(), before.opening_period)?;
        let reopens = span.last > 0 && series.opening != before.opening;
        if fixed(before) != fixed(&series) || reopens || series.term_from < before.term_from {
            return Err(Refusal::because("number.series_used"));
        }
        series.opening_period = before.opening_period;
    }
    alone(call, &agency_id, &series)?;
    let by = (call.actor.id.as_text(), call.now.to_owned());
    let record = SeriesRecord::of(&agency_id, &series, (&by.0, &by.1));
    keep_series(call, &record)?;
    Ok(json!({ "numbers": [] }))
}

fn wanted(args: SeriesPut, before: Option<&Series>) -> Result<Series, Refusal> {
    let pattern: Pattern = args.pattern.parse().map_err(unreadable)?;
    let mut series = Series {
        id: args.id,
        title: needed("名称", &args.title, LONGEST_TITLE)?,
        serves: args.serves,
        pattern,
        reset: args.reset,
        term_from: match args.reset {
            Reset::Term => args.term_from,
            Reset::Yearly | Reset::Never => 0,
        },
        opening: args.opening,
        opening_period: 0,
        types: args.types,
        formats: args.formats,
        letterhead: optional("发文机关标志", &args.letterhead, 100)?,
        signed_by: args.signed_by,
        from_on: args.from_on,
        closed_on: before.and_then(|before| before.closed_on),
    };
    series.opening_period = series.period(series.from_on);
    series.types.dedup();
    series.formats.dedup();
    Ok(series)
}

/// No two series that give numbers on one day have the same code.
fn alone(call: &Call<'_, '_>, agency_id: &str, series: &Series) -> Result<(), Refusal> {
    let counting = series_of(call.tx.reader(), agency_id)?;
    let ends = |one: &Series| one.closed_on.unwrap_or(Date::MAX);
    let code = series.code();
    let other = counting.own.iter().find(|one| {
        let at_once = one.from_on < ends(series) && series.from_on < ends(one);
        one.id != series.id && one.code() == code && at_once
    });
    match other {
        None => Ok(()),
        Some(other) => {
            let reason = Reason::new("number.code_taken");
            let reason = reason.with("pattern", &series.pattern);
            Err(Refusal::Rejected(reason.with("title", &other.title)))
        }
    }
}

/// Closes a series from a day on, or opens it again.
///
/// # Errors
/// `number.not_there`, `number.closed_before`, `number.dated_back`, `number.code_taken`.
pub fn close_series(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SeriesClose = serde_json::from_value(args)?;
    call.about(&args.id);
    let (agency_id, mut series) = own(call, &args.id)?;
    let today = call.today();
    if args.closed_on.is_some_and(|closed| closed < today) {
        return Err(Refusal::because("number.dated_back"));
    }
    series.closed_on = args.closed_on;
    series.check().map_err(|error| refused(&error))?;
    alone(call, &agency_id, &series)?;
    let by = (call.actor.id.as_text(), call.now.to_owned());
    keep_series(call, &SeriesRecord::of(&agency_id, &series, (&by.0, &by.1)))?;
    Ok(json!({ "numbers": [] }))
}

/// Takes a series out under which no number was ever entered.
///
/// # Errors
/// `number.not_there`, `number.series_used`.
pub fn remove_series(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: SeriesRemove = serde_json::from_value(args)?;
    call.about(&args.id);
    let (agency_id, series) = own(call, &args.id)?;
    if call
        .tx
        .reader()
        .number_code_used(&agency_id, &series.code())?
    {
        return Err(Refusal::because("number.series_used"));
    }
    call.tx.number_series_erase(&args.id)?;
    let scope = scope(&agency_id)?;
    call.project(
        &scope,
        "number_series",
        &args.id,
        Operation::Remove,
        &Value::Null,
    )?;
    Ok(json!({ "numbers": [] }))
}

fn own(call: &Call<'_, '_>, id: &str) -> Result<(String, Series), Refusal> {
    let agency_id = call.actor.agency_id.as_text();
    let known = call.tx.reader().number_series(&agency_id)?;
    let found = known.iter().find(|one| one.id == id);
    let found = found.ok_or_else(|| Refusal::because("number.not_there"))?;
    Ok((agency_id, found.series()?))
}
