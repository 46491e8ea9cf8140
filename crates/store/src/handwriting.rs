//! What people wrote by hand with their decisions, named by its hash.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Sight, Tx};

/// What somebody wrote by hand with a decision. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandwritingRecord {
    /// Hash of its JSON.
    pub hash: String,
    /// The instance in which it was decided.
    pub instance_id: String,
    /// Whose hand.
    pub person_id: String,
    /// Its JSON.
    pub opinion: String,
}

fn handwriting(row: &Row<'_>) -> rusqlite::Result<HandwritingRecord> {
    Ok(HandwritingRecord {
        hash: row.get(0)?,
        instance_id: row.get(1)?,
        person_id: row.get(2)?,
        opinion: row.get(3)?,
    })
}

impl Reader<'_> {
    /// What is kept under a hash.
    ///
    /// # Errors
    /// The engine's own.
    pub fn handwriting(self, hash: &str) -> Result<Option<HandwritingRecord>> {
        let mut statement = self.0.prepare_cached(
            "select hash, instance_id, person_id, opinion from handwriting where hash = ?1",
        )?;
        Ok(statement.query_row([hash], handwriting).optional()?)
    }

    /// All that was written in an instance, as far as it is seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn handwritings(self, sight: &Sight, instance_id: &str) -> Result<Vec<HandwritingRecord>> {
        let seen = sight.condition("handwriting", "handwriting.hash", 1);
        let sql = format!(
            "select hash, instance_id, person_id, opinion from handwriting
             where instance_id = ?1 and {seen} order by hash"
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_map(&*sight.bound(&[&instance_id]), handwriting)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Keeps what was written; the same again changes nothing.
    ///
    /// # Errors
    /// The engine's own.
    pub fn handwriting_put(&mut self, record: &HandwritingRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into handwriting (hash, instance_id, person_id, opinion) values (?1, ?2, ?3, ?4)
                 on conflict (hash) do nothing",
            )?
            .execute(params![
                record.hash,
                record.instance_id,
                record.person_id,
                record.opinion
            ])?;
        Ok(())
    }

    /// Takes out what is not seen here any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn handwriting_erase(&mut self, hash: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from handwriting where hash = ?1")?
            .execute([hash])?;
        Ok(())
    }
}
