//! The ledger of numbers, one row a number: used by a document, reserved, void or missing. What has no row and lies
//! between two that have is a gap.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, StoreError, Tx, listing::like};

/// How a number came to be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberOrigin {
    /// 手工编号
    Hand,
    /// Given by the primary, in its order.
    Given,
    /// 补录
    Backfilled,
}

impl NumberOrigin {
    const ALL: [Self; 3] = [Self::Hand, Self::Given, Self::Backfilled];

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Given => "given",
            Self::Backfilled => "backfilled",
        }
    }
}

/// How a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberState {
    /// It is a document's.
    #[default]
    Used,
    /// 预留: kept for a purpose, until a day; for a document once one is named.
    Reserved,
    /// 作废
    Void,
    /// 缺号: explained, and never a document's.
    Missing,
}

impl NumberState {
    const ALL: [Self; 4] = [Self::Used, Self::Reserved, Self::Void, Self::Missing];

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Reserved => "reserved",
            Self::Void => "void",
            Self::Missing => "missing",
        }
    }
}

/// A number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberEntry {
    /// agency/code/period/serial
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// 机关代字, or the pattern of a series that has none.
    pub authority_code: String,
    /// The period: four digits of a year, or 0.
    pub year: i16,
    /// From 1.
    pub serial: u32,
    /// What kind of thing has it, `draft` for an outgoing document.
    pub subject_kind: String,
    /// The document; empty: none.
    pub subject_id: String,
    /// Word of what it is for.
    pub serves: String,
    /// How it stands.
    pub state: NumberState,
    /// As it is printed.
    pub number: String,
    /// What it is reserved for; why it is void or missing.
    pub note: String,
    /// Reserved until the end of this day; empty for all others.
    pub until_on: String,
    /// How it came to be entered.
    pub origin: NumberOrigin,
    /// Id of a person.
    pub entered_by: String,
    /// Instant in UTC.
    pub entered_at: String,
    /// Id of whoever changed it last.
    pub changed_by: String,
    /// Instant in UTC.
    pub changed_at: String,
}

/// What is counted together: an agency, a code, a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NumberPeriod<'a> {
    /// The agency.
    pub agency_id: &'a str,
    /// 机关代字, or the pattern of a series that has none.
    pub code: &'a str,
    /// The period.
    pub year: i16,
    /// Its first serial: nothing before it is missing.
    pub opening: u32,
}

/// A part of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerFilter {
    /// `gap`, `lapsed` or the word of a state; empty: all.
    pub kind: String,
    /// A part of the number or of the note; empty: all.
    pub text: String,
    /// The day on which it is asked, `2026-03-05`.
    pub today: String,
    /// Rows before it.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// A line of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LedgerLine {
    /// A number.
    Entry(Box<NumberEntry>),
    /// Serials that nobody has entered, both included.
    Gap(u32, u32),
}

/// How many numbers of a period there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LedgerTally {
    /// Of documents.
    pub used: u32,
    /// Reserved, not lapsed.
    pub reserved: u32,
    /// Reserved for nothing any more.
    pub lapsed: u32,
    /// Void.
    pub void: u32,
    /// Missing and explained.
    pub missing: u32,
    /// Missing and not explained, from the opening on.
    pub gaps: u32,
}

/// Which serials of a period are entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NumberSpan {
    /// The first; 0 for none.
    pub first: u32,
    /// The last; 0 for none.
    pub last: u32,
    /// Whether the program itself has given one.
    pub counted: bool,
}

const ENTRY: &str = "id, agency_id, authority_code, year, serial, subject_kind, subject_id, serves,
    state, number, note, until_on, origin, entered_by, entered_at, changed_by, changed_at";

/// Entries and gaps of a period; ?4 is its first serial, ?5 the day.
const LEDGER: &str = "line as (
        select serial, lag(serial) over (order by serial) as before from number_entry
        where agency_id = ?1 and authority_code = ?2 and year = ?3
    ), run as (
        select case when before is null or before < ?4 - 1 then ?4 else before + 1 end as low,
            serial - 1 as high from line
    ), listed as (
        select id, serial as low, serial as high, number, note,
            case when state = 'reserved' and subject_id = '' and until_on < ?5 then 'lapsed'
                else state end as kind
        from number_entry where agency_id = ?1 and authority_code = ?2 and year = ?3
        union all
        select '' as id, low, high, '' as number, '' as note, 'gap' as kind from run where low <= high
    )";

fn entry(row: &Row<'_>) -> Result<NumberEntry> {
    let (state, origin) = (row.get::<_, String>(8)?, row.get::<_, String>(12)?);
    let state = NumberState::ALL
        .into_iter()
        .find(|one| one.name() == state)
        .ok_or(StoreError::Column {
            column: "number_entry.state",
        })?;
    let origin = NumberOrigin::ALL
        .into_iter()
        .find(|one| one.name() == origin)
        .ok_or(StoreError::Column {
            column: "number_entry.origin",
        })?;
    Ok(NumberEntry {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        authority_code: row.get(2)?,
        year: row.get(3)?,
        serial: row.get(4)?,
        subject_kind: row.get(5)?,
        subject_id: row.get(6)?,
        serves: row.get(7)?,
        state,
        number: row.get(9)?,
        note: row.get(10)?,
        until_on: row.get(11)?,
        origin,
        entered_by: row.get(13)?,
        entered_at: row.get(14)?,
        changed_by: row.get(15)?,
        changed_at: row.get(16)?,
    })
}

impl NumberEntry {
    /// The key that a number has whoever enters it.
    pub fn key(agency_id: &str, code: &str, year: i16, serial: u32) -> String {
        format!("{agency_id}/{code}/{year}/{serial}")
    }

    /// Whether it is reserved for nothing any more on a day.
    pub fn is_lapsed(&self, today: &str) -> bool {
        self.state == NumberState::Reserved
            && self.subject_id.is_empty()
            && self.until_on.as_str() < today
    }
}

impl Tx<'_> {
    /// Puts a number as it stands now.
    ///
    /// # Errors
    /// The engine's own: another id under the same code, period and serial too.
    pub fn number_put(&mut self, entry: &NumberEntry) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into number_entry (id, agency_id, authority_code, year, serial, subject_kind,
                     subject_id, serves, state, number, note, until_on, origin, entered_by, entered_at,
                     changed_by, changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
                 on conflict (id) do update set subject_kind = excluded.subject_kind,
                     subject_id = excluded.subject_id, serves = excluded.serves,
                     state = excluded.state, number = excluded.number, note = excluded.note,
                     until_on = excluded.until_on, origin = excluded.origin,
                     changed_by = excluded.changed_by, changed_at = excluded.changed_at",
            )?
            .execute(params![
                entry.id,
                entry.agency_id,
                entry.authority_code,
                entry.year,
                entry.serial,
                entry.subject_kind,
                entry.subject_id,
                entry.serves,
                entry.state.name(),
                entry.number,
                entry.note,
                entry.until_on,
                entry.origin.name(),
                entry.entered_by,
                entry.entered_at,
                entry.changed_by,
                entry.changed_at
            ])?;
        Ok(())
    }

    /// Takes a number out: it was entered by mistake, or is not seen here any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from number_entry where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The entry of this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_entry(self, id: &str) -> Result<Option<NumberEntry>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {ENTRY} from number_entry where id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(entry).transpose()
    }

    /// The numbers of a document, void ones too.
    ///
    /// # Errors
    /// The engine's own.
    pub fn numbers_of(self, subject_kind: &str, subject_id: &str) -> Result<Vec<NumberEntry>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {ENTRY} from number_entry where subject_id = ?2 and subject_kind = ?1
             order by entered_at, id"
        ))?;
        let mut rows = statement.query([subject_kind, subject_id])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(entry(row)?);
        }
        Ok(found)
    }

    /// Which serials are entered of a code in a period.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_span(self, agency_id: &str, code: &str, year: i16) -> Result<NumberSpan> {
        let mut statement = self.0.prepare_cached(
            "select coalesce(min(serial), 0), coalesce(max(serial), 0),
                 coalesce(sum(case when origin = 'given' then 1 else 0 end), 0)
             from number_entry where agency_id = ?1 and authority_code = ?2 and year = ?3",
        )?;
        Ok(statement.query_row(params![agency_id, code, year], |row| {
            Ok(NumberSpan {
                first: row.get(0)?,
                last: row.get(1)?,
                counted: row.get::<_, u32>(2)? > 0,
            })
        })?)
    }

    /// The last serial that is entered of a code in a period; 0 where none is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_last(self, agency_id: &str, code: &str, year: i16) -> Result<u32> {
        Ok(self
            .0
            .prepare_cached(
                "select coalesce(max(serial), 0) from number_entry
                 where agency_id = ?1 and authority_code = ?2 and year = ?3",
            )?
            .query_row(params![agency_id, code, year], |row| row.get(0))?)
    }

    /// Numbers of an agency that are entered, with how they came to be.
    ///
    /// # Errors
    /// The engine's own.
    pub fn numbers(self, agency_id: &str) -> Result<Vec<NumberEntry>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {ENTRY} from number_entry where agency_id = ?1 order by authority_code, year, serial"
        ))?;
        let mut rows = statement.query([agency_id])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(entry(row)?);
        }
        Ok(found)
    }

    /// Codes and periods of an agency under which numbers are entered, the newest period first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_periods(self, agency_id: &str) -> Result<Vec<(String, i16)>> {
        let mut statement = self.0.prepare_cached(
            "select distinct authority_code, year from number_entry where agency_id = ?1
             order by authority_code, year desc",
        )?;
        let found = statement.query_map([agency_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many numbers of a period there are, as of a day.
    ///
    /// # Errors
    /// The engine's own.
    pub fn ledger_tally(self, of: NumberPeriod<'_>, today: &str) -> Result<LedgerTally> {
        let mut statement = self.0.prepare_cached(&format!(
            "with {LEDGER} select coalesce(sum(case when kind = 'used' then 1 else 0 end), 0),
                 coalesce(sum(case when kind = 'reserved' then 1 else 0 end), 0),
                 coalesce(sum(case when kind = 'lapsed' then 1 else 0 end), 0),
                 coalesce(sum(case when kind = 'void' then 1 else 0 end), 0),
                 coalesce(sum(case when kind = 'missing' then 1 else 0 end), 0),
                 coalesce(sum(case when kind = 'gap' then high - low + 1 else 0 end), 0)
             from listed"
        ))?;
        let bound = params![of.agency_id, of.code, of.year, of.opening, today];
        Ok(statement.query_row(bound, |row| {
            Ok(LedgerTally {
                used: row.get(0)?,
                reserved: row.get(1)?,
                lapsed: row.get(2)?,
                void: row.get(3)?,
                missing: row.get(4)?,
                gaps: row.get(5)?,
            })
        })?)
    }

    /// How many lines of a period there are, and a part of them, the highest serial first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn ledger(
        self,
        of: NumberPeriod<'_>,
        filter: &LedgerFilter,
    ) -> Result<(u32, Vec<LedgerLine>)> {
        let text = like(&filter.text);
        let (period, today) = ((of.agency_id, of.code, of.year), &filter.today);
        let mut count = self.0.prepare_cached(&format!(
            "with {LEDGER} select count(*) from listed
             where (?6 = '' or kind = ?6) and (number like ?7 escape '\\' or note like ?7 escape '\\')"
        ))?;
        let (agency, code, year) = period;
        let bound = params![agency, code, year, of.opening, today, filter.kind, text];
        let total = count.query_row(bound, |row| row.get(0))?;
        let mut statement = self.0.prepare_cached(&format!(
            "with {LEDGER} select id, low, high from listed
             where (?6 = '' or kind = ?6) and (number like ?7 escape '\\' or note like ?7 escape '\\')
             order by high desc limit ?8 offset ?9"
        ))?;
        let bound = params![
            agency,
            code,
            year,
            of.opening,
            today,
            filter.kind,
            text,
            filter.limit,
            filter.offset
        ];
        let found = statement.query_map(bound, |row| {
            Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?))
        })?;
        let mut lines = Vec::new();
        for line in found {
            let (id, low, high) = line?;
            lines.push(match self.number_entry(&id)? {
                Some(entry) => LedgerLine::Entry(Box::new(entry)),
                None => LedgerLine::Gap(low, high),
            });
        }
        Ok((total, lines))
    }

    /// Serials of a period that nobody has entered, from the lowest on; at most so many runs.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_gaps(self, of: NumberPeriod<'_>, limit: u32) -> Result<Vec<(u32, u32)>> {
        let mut statement = self.0.prepare_cached(&format!(
            "with {LEDGER} select low, high from listed where kind = 'gap' order by low limit ?6"
        ))?;
        let bound = params![of.agency_id, of.code, of.year, of.opening, "", limit];
        let found = statement.query_map(bound, |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Numbers that read the same, and documents with two numbers of one purpose: there should be none.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_doubles(self, agency_id: &str) -> Result<Vec<String>> {
        let mut statement = self.0.prepare_cached(
            "select min(number) from number_entry
             where agency_id = ?1 and state = 'used' and subject_id <> ''
             group by subject_kind, subject_id, serves having count(*) > 1
             union
             select number from number_entry
             where agency_id = ?1 and state <> 'missing' and number like '%〔%'
             group by number having count(*) > 1",
        )?;
        let found = statement.query_map([agency_id], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Whether numbers are entered under a code.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_code_used(self, agency_id: &str, code: &str) -> Result<bool> {
        Ok(self
            .0
            .prepare_cached(
                "select 1 from number_entry where agency_id = ?1 and authority_code = ?2 limit 1",
            )?
            .query_row([agency_id, code], |_| Ok(()))
            .optional()?
            .is_some())
    }
}
