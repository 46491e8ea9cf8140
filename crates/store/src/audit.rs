//! The audit log: append-only, each entry carrying the hash of the one before. It holds ids, never
//! names or texts.

use andu_base::ContentHash;
use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, StoreError, Tx};

/// An entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Instant in UTC.
    pub at: String,
    /// Who.
    pub actor_id: String,
    /// From which device.
    pub device_id: String,
    /// Name of the command.
    pub action: String,
    /// About what.
    pub subject_id: String,
    /// Outcome and hashes; no text of people.
    pub detail: String,
}

/// Where the chain is broken.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// An entry was changed, taken out or put in.
    #[error("the audit log is broken at entry {0}")]
    Broken(i64),
    /// Entries were taken off the end.
    #[error("the audit log has {left} entries; those after them are gone")]
    Cut {
        /// How many there are.
        left: u64,
        /// How many were noted; `None` where the note is gone as well.
        noted: Option<u64>,
    },
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The fact that notes how long the audit log is and the hash of its last entry. A chain alone does not show that
/// it was cut at its end. (Migration 12 knows the name as well.)
const HEAD: &str = "audit_head";

fn head(number: i64, hash: &str) -> String {
    format!("{number} {hash}")
}

fn parse_head(noted: &str) -> Option<(i64, String)> {
    let (number, hash) = noted.split_once(' ')?;
    Some((number.parse().ok()?, hash.to_owned()))
}

impl From<rusqlite::Error> for AuditError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl AuditEntry {
    /// The hash of this entry as the `number`th of a log, after the one with the hash `previous`.
    pub fn hash(&self, number: i64, previous: &str) -> String {
        let parts = (
            number,
            previous,
            &self.at,
            &self.actor_id,
            &self.device_id,
            &self.action,
            &self.subject_id,
            &self.detail,
        );
        ContentHash::of(&serde_json::to_vec(&parts).expect("BUG: texts are plain data")).to_string()
    }
}

impl Tx<'_> {
    /// Appends an entry. Where the log is no longer what was noted of it, it goes on so that this stays to be seen:
    /// what is appended covers up nothing.
    ///
    /// # Errors
    /// The engine's own.
    pub fn audit_append(&mut self, entry: &AuditEntry) -> Result<()> {
        let last: Option<(i64, String)> = self
            .0
            .prepare_cached("select entry, entry_hash from audit_log order by entry desc limit 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let noted = self.reader().meta(HEAD)?.as_deref().and_then(parse_head);
        let last_number = last.as_ref().map_or(0, |(number, _)| *number);
        let is_noted = noted.as_ref().map_or(0, |(number, _)| *number) >= last_number;
        let before = if is_noted { noted } else { last };
        let (number, previous) = before.map_or((1, String::new()), |(n, hash)| (n + 1, hash));
        let hash = entry.hash(number, &previous);
        self.0
            .prepare_cached(
                "insert into audit_log (entry, at, actor_id, device_id, action, subject_id, detail,
                     previous_hash, entry_hash)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                number,
                entry.at,
                entry.actor_id,
                entry.device_id,
                entry.action,
                entry.subject_id,
                entry.detail,
                previous,
                hash
            ])?;
        match is_noted {
            true => self.meta_put(HEAD, &head(number, &hash)),
            false => Ok(()),
        }
    }
}

impl Reader<'_> {
    /// At most `limit` entries that follow the first `after`, in their order.
    ///
    /// # Errors
    /// The engine's own.
    pub fn audit_entries(self, after: u64, limit: u32) -> Result<Vec<AuditEntry>> {
        let mut statement = self.0.prepare_cached(
            "select at, actor_id, device_id, action, subject_id, detail from audit_log
             where entry > ?1 order by entry limit ?2",
        )?;
        let entries = statement.query_map(params![after.cast_signed(), limit], |row| {
            Ok(AuditEntry {
                at: row.get(0)?,
                actor_id: row.get(1)?,
                device_id: row.get(2)?,
                action: row.get(3)?,
                subject_id: row.get(4)?,
                detail: row.get(5)?,
            })
        })?;
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Checks the whole chain to its end and answers with its length. Whoever can write into the file can make
    /// another whole chain and note its head; what shows that is a head that was noted elsewhere.
    ///
    /// # Errors
    /// `Broken` with the first entry that does not fit; `Cut` where entries are missing at the end.
    pub fn audit_verify(self) -> Result<u64, AuditError> {
        Ok(self.audit_head()?.0)
    }

    /// The same, with the hash of the last entry; empty where there is none.
    ///
    /// # Errors
    /// As [`Self::audit_verify`].
    pub fn audit_head(self) -> Result<(u64, String), AuditError> {
        let mut statement = self.0.prepare(
            "select entry, at, actor_id, device_id, action, subject_id, detail, previous_hash, entry_hash
             from audit_log order by entry",
        )?;
        let mut rows = statement.query([])?;
        let (mut number, mut previous) = (0_i64, String::new());
        while let Some(row) = rows.next()? {
            number += 1;
            let entry = AuditEntry {
                at: row.get(1)?,
                actor_id: row.get(2)?,
                device_id: row.get(3)?,
                action: row.get(4)?,
                subject_id: row.get(5)?,
                detail: row.get(6)?,
            };
            let hash: String = row.get(8)?;
            let fits = row.get::<_, i64>(0)? == number
                && row.get::<_, String>(7)? == previous
                && entry.hash(number, &previous) == hash;
            if !fits {
                return Err(AuditError::Broken(number));
            }
            previous = hash;
        }
        let left = number.unsigned_abs();
        let noted = self.meta(HEAD)?.as_deref().and_then(parse_head);
        match noted {
            None if number == 0 => Ok((left, previous)),
            Some((noted, hash)) if noted == number && hash == previous => Ok((left, previous)),
            // More than was noted, or another last one: it was not written by this program.
            Some((noted, _)) if noted <= number => Err(AuditError::Broken(number.min(noted + 1))),
            noted => Err(AuditError::Cut {
                left,
                noted: noted.map(|(number, _)| number.unsigned_abs()),
            }),
        }
    }
}
