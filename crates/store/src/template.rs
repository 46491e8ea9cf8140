//! Templates: documents to begin from.

use rusqlite::params;

use crate::{Reader, Result, StoreError, Tx, draft::like};

/// A template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRecord {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Serde name of the type; empty for none.
    pub document_type: String,
    /// Serde name of the format.
    pub format: String,
    /// The document as JSON.
    pub document: Vec<u8>,
    /// Shipped with the program.
    pub shipped: bool,
}

impl Reader<'_> {
    /// Templates whose name contains `text`, by name.
    ///
    /// # Errors
    /// The engine's own.
    pub fn templates(self, text: &str, limit: u32) -> Result<Vec<TemplateRecord>> {
        let mut statement = self.0.prepare_cached(
            "select id, name, document_type, format, document, shipped from template
             where name like ?1 escape '\\' order by shipped, name limit ?2",
        )?;
        let templates = statement.query_map(params![like(text), limit], |row| {
            Ok(TemplateRecord {
                id: row.get(0)?,
                name: row.get(1)?,
                document_type: row.get(2)?,
                format: row.get(3)?,
                document: row.get(4)?,
                shipped: row.get(5)?,
            })
        })?;
        Ok(templates.collect::<Result<_, _>>()?)
    }

    /// The document of a template, as JSON.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn template_document(self, id: &str) -> Result<Vec<u8>> {
        self.0
            .prepare_cached("select document from template where id = ?1")?
            .query_row([id], |row| row.get(0))
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => StoreError::NotFound {
                    entity: "template",
                    id: id.to_owned(),
                },
                other => other.into(),
            })
    }
}

impl Tx<'_> {
    /// Puts a template.
    ///
    /// # Errors
    /// The engine's own.
    pub fn template_put(&mut self, template: &TemplateRecord) -> Result<()> {
        self.0.execute(
            "insert into template (id, name, document_type, format, document, shipped)
             values (?1, ?2, ?3, ?4, ?5, ?6)
             on conflict (id) do update set name = excluded.name, document_type = excluded.document_type,
                 format = excluded.format, document = excluded.document",
            params![
                template.id,
                template.name,
                template.document_type,
                template.format,
                template.document,
                template.shipped
            ],
        )?;
        Ok(())
    }

    /// Takes a template out; a shipped one stays. Says whether it is gone.
    ///
    /// # Errors
    /// The engine's own.
    pub fn template_remove(&mut self, id: &str) -> Result<bool> {
        Ok(self
            .0
            .execute("delete from template where id = ?1 and shipped = 0", [id])?
            == 1)
    }
}
