//! What is done to numbers: the wire types of its acts. Days are `2026-03-05`.

use andu_document::{DocumentFormat, DocumentType, Reset, Serves, SignedBy};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, Caller, caller::decided};

/// A series to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SeriesFields {
    /// Id; empty for a new one.
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
    pub from_on: String,
}

/// A series to close from a day on.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SeriesClose {
    /// The series.
    pub id: String,
    /// The first day on which it gives no number; null: it is opened again.
    pub closed_on: Option<String>,
}

/// A series to take out.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SeriesRemove {
    /// The series.
    pub id: String,
}

/// Numbers to reserve.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NumberReserve {
    /// The series.
    pub series_id: String,
    /// How many, 1 to 100.
    pub count: u32,
    /// The last day on which they are kept.
    pub until_on: String,
    /// What for.
    pub purpose: String,
}

/// A reserved number for a document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NumberConfirm {
    /// The number.
    pub id: String,
    /// The document; empty: for none any more.
    pub draft_id: String,
}

/// A number to make void.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NumberVoid {
    /// The number.
    pub id: String,
    /// Why.
    pub reason: String,
}

/// Missing numbers to explain.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct NumberExplain {
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

/// Copies that go to somebody.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CopiesGive {
    /// The document.
    pub draft_id: String,
    /// The first 份号.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// The unit or person.
    pub receiver: String,
    /// What else is said of it; may be empty.
    pub note: String,
    /// The day.
    pub given_on: String,
}

/// Copies that came back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CopiesRecall {
    /// The document.
    pub draft_id: String,
    /// The first 份号.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// The day.
    pub recalled_on: String,
}

/// What was done.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct NumberDone {
    /// The numbers it was about, as they are printed.
    pub numbers: Vec<String>,
    /// It waits for the server.
    pub waiting: bool,
}

pub(super) fn put_series(
    caller: &dyn Caller,
    mut args: SeriesFields,
) -> Result<NumberDone, ApiError> {
    if args.id.is_empty() {
        args.id = caller.new_id();
    }
    done(caller, "number_series_put", &args)
}

/// Acts, and says whether it is done or waits.
pub(super) fn done(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<NumberDone, ApiError> {
    Ok(decided(caller, kind, args)?.unwrap_or_else(|| NumberDone {
        waiting: true,
        ..NumberDone::default()
    }))
}
