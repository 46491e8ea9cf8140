//! Who has which copy of a document, by its 份号.

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Tx};

/// A copy that went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyGiven {
    /// Its id.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The document.
    pub draft_id: String,
    /// 份号
    pub copy_number: u32,
    /// The unit or person that has it.
    pub receiver: String,
    /// What else is said of it; may be empty.
    pub note: String,
    /// The day.
    pub given_on: String,
    /// 清退: the day it came back; empty: it is out.
    pub recalled_on: String,
    /// Id of a person.
    pub entered_by: String,
    /// Instant in UTC.
    pub entered_at: String,
}

const COPY: &str = "id, agency_id, draft_id, copy_number, receiver, note, given_on, recalled_on,
    entered_by, entered_at";

fn copy(row: &Row<'_>) -> rusqlite::Result<CopyGiven> {
    Ok(CopyGiven {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        draft_id: row.get(2)?,
        copy_number: row.get(3)?,
        receiver: row.get(4)?,
        note: row.get(5)?,
        given_on: row.get(6)?,
        recalled_on: row.get(7)?,
        entered_by: row.get(8)?,
        entered_at: row.get(9)?,
    })
}

impl Reader<'_> {
    /// The copies of a document, by number, each with what became of it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn copies_of(self, draft_id: &str) -> Result<Vec<CopyGiven>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {COPY} from copy_given where draft_id = ?1 order by copy_number, entered_at, id"
        ))?;
        let found = statement.query_map([draft_id], copy)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The copies of an agency that have this number, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn copies_numbered(
        self,
        agency_id: &str,
        number: u32,
        limit: u32,
    ) -> Result<Vec<CopyGiven>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {COPY} from copy_given where agency_id = ?1 and copy_number = ?2
             order by entered_at desc, id desc limit ?3"
        ))?;
        let found = statement.query_map(params![agency_id, number, limit], copy)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Puts a copy as it stands now.
    ///
    /// # Errors
    /// The engine's own.
    pub fn copy_put(&mut self, copy: &CopyGiven) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into copy_given (id, agency_id, draft_id, copy_number, receiver, note, given_on,
                     recalled_on, entered_by, entered_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                 on conflict (id) do update set receiver = excluded.receiver, note = excluded.note,
                     given_on = excluded.given_on, recalled_on = excluded.recalled_on",
            )?
            .execute(params![
                copy.id,
                copy.agency_id,
                copy.draft_id,
                copy.copy_number,
                copy.receiver,
                copy.note,
                copy.given_on,
                copy.recalled_on,
                copy.entered_by,
                copy.entered_at
            ])?;
        Ok(())
    }

    /// Takes a copy out that is not seen here any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn copy_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from copy_given where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}
