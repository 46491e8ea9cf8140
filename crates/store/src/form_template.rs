//! What an agency has its paper forms printed with.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Tx};

/// A version of a form that is an agency's own. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormTemplateRecord {
    /// `agency/form/version`.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The form or register, by its name.
    pub form: String,
    /// Its version, from 1.
    pub version: u32,
    /// The template as JSON; empty: from then on the one that is shipped.
    pub template: String,
    /// Why it was changed.
    pub note: String,
    /// Id of a person.
    pub put_by: String,
    /// The name at the time.
    pub put_name: String,
    /// Instant in UTC.
    pub put_at: String,
}

impl FormTemplateRecord {
    /// The key of a version.
    pub fn key(agency_id: &str, form: &str, version: u32) -> String {
        format!("{agency_id}/{form}/{version}")
    }
}

const TEMPLATE: &str = "id, agency_id, form, version, template, note, put_by, put_name, put_at";

fn record(row: &Row<'_>) -> rusqlite::Result<FormTemplateRecord> {
    Ok(FormTemplateRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        form: row.get(2)?,
        version: row.get(3)?,
        template: row.get(4)?,
        note: row.get(5)?,
        put_by: row.get(6)?,
        put_name: row.get(7)?,
        put_at: row.get(8)?,
    })
}

impl Reader<'_> {
    /// The newest version of a form.
    ///
    /// # Errors
    /// The engine's own.
    pub fn form_template(self, agency_id: &str, form: &str) -> Result<Option<FormTemplateRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {TEMPLATE} from form_template
             where agency_id = ?1 and form = ?2 order by version desc limit 1"
        ))?;
        Ok(statement.query_row([agency_id, form], record).optional()?)
    }

    /// Every version of every form of an agency, the newest of each first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn form_templates(self, agency_id: &str) -> Result<Vec<FormTemplateRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {TEMPLATE} from form_template where agency_id = ?1 order by form, version desc"
        ))?;
        let found = statement.query_map([agency_id], record)?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

impl Tx<'_> {
    /// Puts a version. One that is there already stays as it is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn form_template_put(&mut self, record: &FormTemplateRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into form_template (id, agency_id, form, version, template, note, put_by, put_name,
                     put_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict do nothing",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.form,
                record.version,
                record.template,
                record.note,
                record.put_by,
                record.put_name,
                record.put_at,
            ])?;
        Ok(())
    }

    /// Takes a version out where it is not seen any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn form_template_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from form_template where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}
