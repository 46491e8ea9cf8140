//! What an agency has made of a process that is shipped.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Tx};

/// A version of a process that is an agency's own. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefinitionRecord {
    /// `agency/process/version`.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The process.
    pub process: String,
    /// Its version.
    pub version: u32,
    /// Its name for people.
    pub title: String,
    /// The definition as canonical JSON.
    pub definition: String,
    /// Why it was changed.
    pub note: String,
    /// Id of a person.
    pub defined_by: String,
    /// The name at the time.
    pub defined_name: String,
    /// Instant in UTC.
    pub defined_at: String,
}

const DEFINITION: &str = "id, agency_id, process, version, title, definition, note, defined_by,
    defined_name, defined_at";

fn record(row: &Row<'_>) -> rusqlite::Result<DefinitionRecord> {
    Ok(DefinitionRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        process: row.get(2)?,
        version: row.get(3)?,
        title: row.get(4)?,
        definition: row.get(5)?,
        note: row.get(6)?,
        defined_by: row.get(7)?,
        defined_name: row.get(8)?,
        defined_at: row.get(9)?,
    })
}

impl Reader<'_> {
    /// A version that is an agency's own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_definition(
        self,
        agency_id: &str,
        process: &str,
        version: u32,
    ) -> Result<Option<DefinitionRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {DEFINITION} from process_definition
             where agency_id = ?1 and process = ?2 and version = ?3"
        ))?;
        let found = statement.query_row(params![agency_id, process, version], record);
        Ok(found.optional()?)
    }

    /// The newest version that is an agency's own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_definition_newest(
        self,
        agency_id: &str,
        process: &str,
    ) -> Result<Option<DefinitionRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {DEFINITION} from process_definition
             where agency_id = ?1 and process = ?2 order by version desc limit 1"
        ))?;
        let found = statement.query_row([agency_id, process], record);
        Ok(found.optional()?)
    }

    /// Every version that is an agency's own, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_definitions(
        self,
        agency_id: &str,
        process: &str,
    ) -> Result<Vec<DefinitionRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {DEFINITION} from process_definition
             where agency_id = ?1 and process = ?2 order by version desc"
        ))?;
        let found = statement.query_map([agency_id, process], record)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Puts a version. One that is there already stays as it is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_definition_put(&mut self, record: &DefinitionRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into process_definition (id, agency_id, process, version, title, definition, note,
                     defined_by, defined_name, defined_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do nothing",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.process,
                record.version,
                record.title,
                record.definition,
                record.note,
                record.defined_by,
                record.defined_name,
                record.defined_at,
            ])?;
        Ok(())
    }

    /// Takes a version out where it is not seen any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_definition_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from process_definition where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}
