//! What is read of numbers.

use andu_app::number::{CopySeen, LineSeen, SeriesSeen};
use andu_document::{DocumentFormat, DocumentType, Reset, Serves, SignedBy};
use andu_store::{LedgerFilter, LedgerTally, NumberOrigin, NumberState};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{ApiError, Caller, draft::DraftRef};

/// How the numbers of a period stand.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, TS)]
pub struct NumberTally {
    /// Of documents.
    pub used: u32,
    /// 预留
    pub reserved: u32,
    /// Reserved for nothing any more.
    pub lapsed: u32,
    /// 作废
    pub void: u32,
    /// Missing and explained.
    pub missing: u32,
    /// Missing and not explained.
    pub gaps: u32,
}

impl From<LedgerTally> for NumberTally {
    fn from(tally: LedgerTally) -> Self {
        Self {
            used: tally.used,
            reserved: tally.reserved,
            lapsed: tally.lapsed,
            void: tally.void,
            missing: tally.missing,
            gaps: tally.gaps,
        }
    }
}

/// A series and how it stands today.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SeriesRow {
    /// Its id.
    pub id: String,
    /// What the keeper calls it; empty for one that came with the program.
    pub title: String,
    /// What its numbers are for.
    pub serves: Serves,
    /// How a number reads.
    pub pattern: String,
    /// What its numbers are kept under.
    pub code: String,
    /// From when on it counts anew.
    pub reset: Reset,
    /// First year of the 届; 0 for none.
    pub term_from: i16,
    /// First serial of the period in which it began.
    pub opening: u32,
    /// Types of documents; empty: any.
    pub types: Vec<DocumentType>,
    /// Formats; empty: any.
    pub formats: Vec<DocumentFormat>,
    /// 发文机关标志; empty: any.
    pub letterhead: String,
    /// Who has to have signed.
    pub signed_by: Option<SignedBy>,
    /// The first day; empty for one that came with the program.
    pub from_on: String,
    /// The first day on which it gives no number; empty: open.
    pub closed_on: String,
    /// Whether the agency keeps it.
    pub is_own: bool,
    /// Whether it gives numbers today.
    pub is_open: bool,
    /// Whether numbers are entered under its code.
    pub is_used: bool,
    /// The period that today is in.
    pub period: i16,
    /// The number that is given next; empty where none is.
    pub next: String,
    /// How the numbers of this period stand.
    pub tally: NumberTally,
    /// Periods with numbers, the newest first.
    pub periods: Vec<i16>,
}

/// Which lines of a ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LedgerKind {
    /// Numbers of documents.
    Used,
    /// 预留
    Reserved,
    /// Reserved for nothing any more.
    Lapsed,
    /// 作废
    Void,
    /// Missing and explained.
    Missing,
    /// Missing and not explained.
    Gap,
}

impl LedgerKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Reserved => "reserved",
            Self::Lapsed => "lapsed",
            Self::Void => "void",
            Self::Missing => "missing",
            Self::Gap => "gap",
        }
    }
}

/// A part of a ledger.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
    /// Which lines; null: all.
    pub kind: Option<LedgerKind>,
    /// A part of the number or of the note; empty: all.
    pub text: String,
    /// Lines before it.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A line of a ledger: a number, or serials that are missing.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerRow {
    /// Id of the number; empty for a gap.
    pub id: String,
    /// How it stands.
    pub kind: LedgerKind,
    /// The first serial.
    pub first: u32,
    /// The last; of a number the same.
    pub last: u32,
    /// As it is printed; empty for a gap.
    pub number: String,
    /// What kind of document has it, `draft` for an outgoing one; empty for none.
    pub subject_kind: String,
    /// The document; empty: none.
    pub subject_id: String,
    /// Its title; empty where there is none, or it is not seen.
    pub title: String,
    /// What it is reserved for; why it is void or missing.
    pub note: String,
    /// Reserved until the end of this day; empty for all others.
    pub until_on: String,
    /// `given`, `hand` or `backfilled`; empty for a gap.
    pub origin: String,
    /// Who entered it.
    pub entered_by: String,
    /// Instant in UTC; empty for a gap.
    pub entered_at: String,
}

/// A part of the ledger of a period.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LedgerPage {
    /// How many lines there are.
    pub total: u32,
    /// Lines, the highest serial first.
    pub rows: Vec<LedgerRow>,
    /// How all its numbers stand.
    pub tally: NumberTally,
    /// The serial from which on none may be missing.
    pub opening: u32,
    /// The last serial; 0 for none.
    pub last: u32,
}

/// Copies with a number.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct CopyFind {
    /// 份号
    pub number: u32,
}

/// A copy and who has it.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct CopyRow {
    /// Its id.
    pub id: String,
    /// The document.
    pub draft_id: String,
    /// 发文字号 of the document.
    pub number: String,
    /// Its title; empty where it is not seen.
    pub title: String,
    /// 份号, as it is printed.
    pub copy_number: String,
    /// The unit or person.
    pub receiver: String,
    /// What else is said of it.
    pub note: String,
    /// The day.
    pub given_on: String,
    /// 清退; empty: it is out.
    pub recalled_on: String,
}

/// Missing numbers that nobody has explained.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NumberGap {
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
    /// The first serial.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// What a look at all numbers finds.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct NumberCheck {
    /// Numbers that are entered.
    pub numbers: u32,
    /// Reservations that lapsed.
    pub lapsed: u32,
    /// Missing ones that nobody has explained.
    pub gaps: Vec<NumberGap>,
    /// Numbers that stand twice.
    pub doubles: Vec<String>,
}

impl From<SeriesSeen> for SeriesRow {
    fn from(seen: SeriesSeen) -> Self {
        let series = seen.series;
        let day = |day: andu_base::Date| match day {
            andu_base::Date::MIN => String::new(),
            day => day.to_string(),
        };
        Self {
            code: series.code(),
            pattern: series.pattern.to_string(),
            from_on: day(series.from_on),
            closed_on: series.closed_on.map_or_else(String::new, day),
            id: series.id,
            title: series.title,
            serves: series.serves,
            reset: series.reset,
            term_from: series.term_from,
            opening: series.opening,
            types: series.types,
            formats: series.formats,
            letterhead: series.letterhead,
            signed_by: series.signed_by,
            is_own: seen.is_own,
            is_open: seen.is_open,
            is_used: seen.is_used,
            period: seen.period,
            next: seen.next,
            tally: seen.tally.into(),
            periods: seen.periods,
        }
    }
}

impl From<LineSeen> for LedgerRow {
    fn from(line: LineSeen) -> Self {
        match line {
            LineSeen::Gap(first, last) => Self {
                id: String::new(),
                kind: LedgerKind::Gap,
                first,
                last,
                number: String::new(),
                subject_kind: String::new(),
                subject_id: String::new(),
                title: String::new(),
                note: String::new(),
                until_on: String::new(),
                origin: String::new(),
                entered_by: String::new(),
                entered_at: String::new(),
            },
            LineSeen::Entry(seen) => {
                let entry = seen.entry;
                let kind = match entry.state {
                    NumberState::Reserved if seen.is_lapsed => LedgerKind::Lapsed,
                    NumberState::Used => LedgerKind::Used,
                    NumberState::Reserved => LedgerKind::Reserved,
                    NumberState::Void => LedgerKind::Void,
                    NumberState::Missing => LedgerKind::Missing,
                };
                Self {
                    id: entry.id,
                    kind,
                    first: entry.serial,
                    last: entry.serial,
                    number: entry.number,
                    subject_kind: entry.subject_kind,
                    subject_id: entry.subject_id,
                    title: seen.title,
                    note: entry.note,
                    until_on: entry.until_on,
                    origin: NumberOrigin::name(entry.origin).to_owned(),
                    entered_by: seen.entered_by,
                    entered_at: entry.entered_at,
                }
            }
        }
    }
}

impl From<CopySeen> for CopyRow {
    fn from(seen: CopySeen) -> Self {
        let copy = seen.copy;
        Self {
            id: copy.id,
            draft_id: copy.draft_id,
            number: seen.number,
            title: seen.title,
            copy_number: format!("{:06}", copy.copy_number),
            receiver: copy.receiver,
            note: copy.note,
            given_on: copy.given_on,
            recalled_on: copy.recalled_on,
        }
    }
}

pub(super) fn series(caller: &dyn Caller) -> Result<Vec<SeriesRow>, ApiError> {
    let seen = caller.look().read(|view| view.number_series())?;
    Ok(seen.into_iter().map(SeriesRow::from).collect())
}

pub(super) fn ledger(caller: &dyn Caller, query: LedgerQuery) -> Result<LedgerPage, ApiError> {
    let filter = LedgerFilter {
        kind: query.kind.map_or("", LedgerKind::name).to_owned(),
        text: query.text,
        today: String::new(),
        offset: query.offset,
        limit: query.limit.min(500),
    };
    let of = (query.code.as_str(), query.period);
    let seen = caller.look().read(|view| view.number_ledger(of, &filter))?;
    Ok(LedgerPage {
        total: seen.total,
        rows: seen.lines.into_iter().map(LedgerRow::from).collect(),
        tally: seen.tally.into(),
        opening: seen.opening,
        last: seen.last,
    })
}

pub(super) fn check(caller: &dyn Caller) -> Result<NumberCheck, ApiError> {
    let checked = caller.look().read(|view| view.numbers_checked())?;
    let gap = |gap: andu_app::number::UnexplainedGap| NumberGap {
        code: gap.code,
        period: gap.period,
        first: gap.first,
        last: gap.last,
    };
    Ok(NumberCheck {
        numbers: checked.numbers,
        lapsed: checked.lapsed,
        gaps: checked.gaps.into_iter().map(gap).collect(),
        doubles: checked.doubles,
    })
}

pub(super) fn copies(caller: &dyn Caller, args: DraftRef) -> Result<Vec<CopyRow>, ApiError> {
    let seen = caller.look().read(|view| view.copies_of(&args.id))?;
    Ok(seen.into_iter().map(CopyRow::from).collect())
}

/// Copies that are told of one number.
const MOST_FOUND: u32 = 200;

pub(super) fn find_copies(caller: &dyn Caller, args: CopyFind) -> Result<Vec<CopyRow>, ApiError> {
    let found = caller
        .look()
        .read(|view| view.copies_numbered(args.number, MOST_FOUND))?;
    Ok(found.into_iter().map(CopyRow::from).collect())
}
