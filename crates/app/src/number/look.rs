//! What the records keeper reads of series, numbers and copies. Whoever holds no register of the agency sees none.

use std::collections::BTreeMap;

use andu_document::{Reset, Series, Serves};
use andu_org::Named;
use andu_store::{
    CopyGiven, LedgerFilter, LedgerLine, LedgerTally, NumberEntry, NumberPeriod, NumberSpan,
    Reader, Result as StoreResult,
};
use andu_sync::Scope;

use super::{
    DRAFT,
    give::{Counting, series_of},
};
use crate::{Refusal, look::View};

/// A series, how it stands today, and the periods in which it was counted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesSeen {
    /// The series.
    pub series: Series,
    /// Whether the agency keeps it, or it came with the program.
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
    pub tally: LedgerTally,
    /// Periods with numbers, the newest first; today's is always there.
    pub periods: Vec<i16>,
}

/// A number with what is seen of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrySeen {
    /// The number.
    pub entry: NumberEntry,
    /// Title of its document; empty where there is none or it is not seen.
    pub title: String,
    /// Name of whoever entered it.
    pub entered_by: String,
    /// Whether it is reserved for nothing any more.
    pub is_lapsed: bool,
}

/// A line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineSeen {
    /// A number.
    Entry(Box<EntrySeen>),
    /// Serials that nobody has entered, both included.
    Gap(u32, u32),
}

/// A part of the ledger of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerSeen {
    /// How many lines there are.
    pub total: u32,
    /// Lines, the highest serial first.
    pub lines: Vec<LineSeen>,
    /// How its numbers stand.
    pub tally: LedgerTally,
    /// The serial from which on none may be missing.
    pub opening: u32,
    /// The last serial.
    pub last: u32,
}

/// A copy with what is seen of its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopySeen {
    /// The copy.
    pub copy: CopyGiven,
    /// 发文字号 of the document.
    pub number: String,
    /// Its title; empty where it is not seen.
    pub title: String,
}

/// Serials of a period that are missing, and nobody says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnexplainedGap {
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
}

/// What a look at all numbers of an agency finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckedNumbers {
    /// Numbers that are entered.
    pub numbers: u32,
    /// Reservations that lapsed: explained by themselves.
    pub lapsed: u32,
    /// Missing ones.
    pub gaps: Vec<UnexplainedGap>,
    /// Numbers that stand twice.
    pub doubles: Vec<String>,
}

/// Runs of missing numbers that are told of one period.
const MOST_GAPS: u32 = 500;

/// The serial from which on none may be missing: the opening of a series, 1 in its later periods; before it, and
/// where nobody has declared one, the first that is entered.
pub(super) fn opening_of(
    reader: Reader<'_>,
    counting: &Counting,
    (agency_id, code, period): (&str, &str, i16),
) -> StoreResult<u32> {
    let span = reader.number_span(agency_id, code, period)?;
    Ok(opening_in(counting, (code, period), span))
}

fn opening_in(counting: &Counting, (code, period): (&str, i16), span: NumberSpan) -> u32 {
    let mut own = counting.own.iter().filter(|one| one.code() == code);
    // The oldest one has opened the count; a later one of the same code goes on with it.
    let opened = own
        .by_ref()
        .min_by_key(|one| (one.opening_period, one.from_on));
    match opened {
        Some(series) if period >= series.opening_period => series.opening_in(period),
        None if span.counted => 1,
        Some(_) | None => span.first.max(1),
    }
}

/// Series, numbers and copies: whoever keeps the records of the agency.
impl View<'_> {
    /// The agency whose registers the person keeps.
    ///
    /// # Errors
    /// `number.not_there` for who keeps none.
    pub(crate) fn kept_register(&self) -> Result<String, Refusal> {
        let agency = self.person.agency_id;
        match self.sight.holds(&Scope::register(agency)) {
            true => Ok(agency.as_text()),
            false => Err(Refusal::because("number.not_there")),
        }
    }

    /// Every series of the agency, and what numbers are kept under that no series has.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records.
    pub fn number_series(&self) -> Result<Vec<SeriesSeen>, Refusal> {
        let agency_id = self.kept_register()?;
        let counting = series_of(self.reader, &agency_id)?;
        let mut periods: BTreeMap<String, Vec<i16>> = BTreeMap::new();
        for (code, period) in self.reader.number_periods(&agency_id)? {
            periods.entry(code).or_default().push(period);
        }
        let mut seen = Vec::new();
        for series in counting.all() {
            let is_own = counting.own.iter().any(|one| one.id == series.id);
            let code = series.code();
            let is_shadowed = !is_own && counting.own.iter().any(|one| one.code() == code);
            if !is_shadowed {
                let used = periods.get(&code).cloned().unwrap_or_default();
                seen.push(self.series_seen(&agency_id, &counting, (series, is_own, used))?);
            }
        }
        for series in &counting.own {
            periods.remove(&series.code());
        }
        for series in &counting.shipped {
            periods.remove(&series.code());
        }
        for (code, used) in periods {
            let Some(series) = undeclared(&code) else {
                continue;
            };
            seen.push(self.series_seen(&agency_id, &counting, (&series, false, used))?);
        }
        Ok(seen)
    }

    fn series_seen(
        &self,
        agency_id: &str,
        counting: &Counting,
        (series, is_own, mut periods): (&Series, bool, Vec<i16>),
    ) -> Result<SeriesSeen, Refusal> {
        let (code, is_open) = (series.code(), series.is_open(self.today));
        let is_used = !periods.is_empty();
        let period = match series.period(self.today) {
            // Nobody counts by it any more: what there was last.
            _ if !is_open && is_used => periods[0],
            period => period,
        };
        let span = self.reader.number_span(agency_id, &code, period)?;
        let of = NumberPeriod {
            agency_id,
            code: &code,
            year: period,
            opening: opening_in(counting, (&code, period), span),
        };
        let tally = self.reader.ledger_tally(of, &self.today.to_string())?;
        let year = match series.reset {
            Reset::Yearly => period,
            Reset::Term | Reset::Never => self.today.year(),
        };
        let next = series.next(period, span.last).filter(|_| is_open);
        if !periods.contains(&period) {
            periods.insert(0, period);
        }
        Ok(SeriesSeen {
            series: series.clone(),
            is_own,
            is_open,
            is_used,
            period,
            next: next.map_or_else(String::new, |serial| series.pattern.text(year, serial)),
            tally,
            periods,
        })
    }

    /// A part of the ledger of a code in a period.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records.
    pub fn number_ledger(
        &self,
        (code, period): (&str, i16),
        filter: &LedgerFilter,
    ) -> Result<LedgerSeen, Refusal> {
        let agency_id = self.kept_register()?;
        let counting = series_of(self.reader, &agency_id)?;
        let span = self.reader.number_span(&agency_id, code, period)?;
        let of = NumberPeriod {
            agency_id: &agency_id,
            code,
            year: period,
            opening: opening_in(&counting, (code, period), span),
        };
        let today = self.today.to_string();
        let filter = LedgerFilter {
            today: today.clone(),
            ..filter.clone()
        };
        let (total, lines) = self.reader.ledger(of, &filter)?;
        let tally = self.reader.ledger_tally(of, &today)?;
        let mut names = BTreeMap::new();
        let mut seen = Vec::new();
        for line in lines {
            seen.push(match line {
                LedgerLine::Gap(first, last) => LineSeen::Gap(first, last),
                LedgerLine::Entry(entry) => LineSeen::Entry(Box::new(EntrySeen {
                    title: self.title_of(&entry)?,
                    entered_by: self.name_of(&mut names, &entry.entered_by)?,
                    is_lapsed: entry.is_lapsed(&today),
                    entry: *entry,
                })),
            });
        }
        Ok(LedgerSeen {
            total,
            lines: seen,
            tally,
            opening: of.opening,
            last: span.last,
        })
    }

    fn title_of(&self, entry: &NumberEntry) -> StoreResult<String> {
        if entry.subject_kind != DRAFT || entry.subject_id.is_empty() {
            return Ok(String::new());
        }
        let draft = self.reader.draft_seen(&self.sight, &entry.subject_id)?;
        Ok(draft.map_or_else(String::new, |draft| draft.title))
    }

    fn name_of(&self, known: &mut BTreeMap<String, String>, id: &str) -> StoreResult<String> {
        if let Some(name) = known.get(id) {
            return Ok(name.clone());
        }
        let name = self.reader.name_on(Named::Person, id, self.today)?;
        let name = name.unwrap_or_default();
        known.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    /// The copies of a document, by number.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records; the store's own.
    pub fn copies_of(&self, draft_id: &str) -> Result<Vec<CopySeen>, Refusal> {
        let agency_id = self.kept_register()?;
        let copies = self.reader.copies_of(draft_id)?.into_iter();
        let own = copies.filter(|copy| copy.agency_id == agency_id).collect();
        self.copies_seen(own)
    }

    /// Who has, or had, the copies of this number, the newest first.
    ///
    /// # Errors
    /// As above.
    pub fn copies_numbered(&self, number: u32, limit: u32) -> Result<Vec<CopySeen>, Refusal> {
        let agency_id = self.kept_register()?;
        let found = self.reader.copies_numbered(&agency_id, number, limit)?;
        self.copies_seen(found)
    }

    fn copies_seen(&self, copies: Vec<CopyGiven>) -> Result<Vec<CopySeen>, Refusal> {
        let mut seen = Vec::new();
        for copy in copies {
            let draft = self.reader.draft_seen(&self.sight, &copy.draft_id)?;
            let held = self.reader.numbers_of(DRAFT, &copy.draft_id)?;
            let head = held
                .into_iter()
                .find(|entry| entry.serves != Serves::Normative.name());
            seen.push(CopySeen {
                number: head.map_or_else(String::new, |entry| entry.number),
                title: draft.map_or_else(String::new, |draft| draft.title),
                copy,
            });
        }
        Ok(seen)
    }

    /// Looks through all numbers of the agency for missing and double ones.
    ///
    /// # Errors
    /// `number.not_there` for who keeps no records.
    pub fn numbers_checked(&self) -> Result<CheckedNumbers, Refusal> {
        let agency_id = self.kept_register()?;
        let counting = series_of(self.reader, &agency_id)?;
        let today = self.today.to_string();
        let mut checked = CheckedNumbers {
            doubles: self.reader.number_doubles(&agency_id)?,
            ..CheckedNumbers::default()
        };
        for (code, period) in self.reader.number_periods(&agency_id)? {
            let span = self.reader.number_span(&agency_id, &code, period)?;
            let of = NumberPeriod {
                agency_id: &agency_id,
                code: &code,
                year: period,
                opening: opening_in(&counting, (&code, period), span),
            };
            let tally = self.reader.ledger_tally(of, &today)?;
            checked.lapsed += tally.lapsed;
            checked.numbers +=
                tally.used + tally.reserved + tally.lapsed + tally.void + tally.missing;
            let gaps = self.reader.number_gaps(of, MOST_GAPS)?.into_iter();
            checked
                .gaps
                .extend(gaps.map(|(first, last)| UnexplainedGap {
                    code: code.clone(),
                    period,
                    first,
                    last,
                }));
        }
        Ok(checked)
    }
}

/// What numbers are kept under that no series has: an old register that was entered, or numbers given by hand.
fn undeclared(code: &str) -> Option<Series> {
    let pattern = match code.parse() {
        Ok(pattern) => pattern,
        Err(_) => andu_document::Pattern::standard(code).ok()?,
    };
    Some(Series {
        id: format!("code:{code}"),
        pattern,
        serves: Serves::Issue,
        closed_on: Some(andu_base::Date::MIN),
        ..Series::shipped_incoming()
    })
}
