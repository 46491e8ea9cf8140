//! Issue numbers that are taken, one row a number.

use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, Tx};

/// How a number came to be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberOrigin {
    /// 手工编号
    Hand,
    /// Given by the primary, in its order.
    Given,
    /// 补录
    Backfilled,
}

impl NumberOrigin {
    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hand => "hand",
            Self::Given => "given",
            Self::Backfilled => "backfilled",
        }
    }
}

/// A number that is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberEntry {
    /// The agency.
    pub agency_id: String,
    /// 机关代字
    pub authority_code: String,
    /// Four digits.
    pub year: i16,
    /// From 1.
    pub serial: u32,
    /// The document.
    pub draft_id: String,
    /// How it came to be entered.
    pub origin: NumberOrigin,
    /// Id of a person.
    pub entered_by: String,
    /// Instant in UTC.
    pub entered_at: String,
}

impl Tx<'_> {
    /// Enters a number. Says whether it was free, or this document's already.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_enter(&mut self, entry: &NumberEntry) -> Result<bool> {
        self.0
            .prepare_cached(
                "insert into number_entry (agency_id, authority_code, year, serial, draft_id, origin,
                     entered_by, entered_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict do nothing",
            )?
            .execute(params![
                entry.agency_id,
                entry.authority_code,
                entry.year,
                entry.serial,
                entry.draft_id,
                entry.origin.name(),
                entry.entered_by,
                entry.entered_at
            ])?;
        Ok(self.reader().number_holder(entry)?.as_deref() == Some(entry.draft_id.as_str()))
    }

    /// Gives up the numbers of a document that is taken out again.
    ///
    /// # Errors
    /// The engine's own.
    pub fn numbers_drop(&mut self, draft_id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from number_entry where draft_id = ?1")?
            .execute([draft_id])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The document that has this number, if any has.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_holder(self, entry: &NumberEntry) -> Result<Option<String>> {
        Ok(self
            .0
            .prepare_cached(
                "select draft_id from number_entry
                 where agency_id = ?1 and authority_code = ?2 and year = ?3 and serial = ?4",
            )?
            .query_row(
                params![
                    entry.agency_id,
                    entry.authority_code,
                    entry.year,
                    entry.serial
                ],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// The last serial that is taken of a code in a year; 0 where none is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_last(self, agency_id: &str, authority_code: &str, year: i16) -> Result<u32> {
        Ok(self
            .0
            .prepare_cached(
                "select coalesce(max(serial), 0) from number_entry
                 where agency_id = ?1 and authority_code = ?2 and year = ?3",
            )?
            .query_row(params![agency_id, authority_code, year], |row| row.get(0))?)
    }

    /// Numbers of an agency that are taken, with how they came to be.
    ///
    /// # Errors
    /// The engine's own.
    pub fn numbers(self, agency_id: &str) -> Result<Vec<NumberEntry>> {
        let mut statement = self.0.prepare_cached(
            "select agency_id, authority_code, year, serial, draft_id, origin, entered_by, entered_at
             from number_entry where agency_id = ?1 order by authority_code, year, serial",
        )?;
        let entries = statement.query_map([agency_id], |row| {
            Ok(NumberEntry {
                agency_id: row.get(0)?,
                authority_code: row.get(1)?,
                year: row.get(2)?,
                serial: row.get(3)?,
                draft_id: row.get(4)?,
                origin: match row.get::<_, String>(5)?.as_str() {
                    "hand" => NumberOrigin::Hand,
                    "given" => NumberOrigin::Given,
                    _ => NumberOrigin::Backfilled,
                },
                entered_by: row.get(6)?,
                entered_at: row.get(7)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }
}
