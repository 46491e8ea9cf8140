//! Templates: documents to begin from.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Sight, StoreError, Tx, listing::like};

/// A template. Written as its columns have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    #[serde(with = "text")]
    pub document: Vec<u8>,
    /// Shipped with the program: each store has it, and it never travels.
    #[serde(skip, default)]
    pub shipped: bool,
}

/// Bytes that are text.
mod text {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&String::from_utf8_lossy(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
        Ok(String::deserialize(from)?.into_bytes())
    }
}

/// Everybody sees those that came with the program.
fn seen(sight: &Sight, taken: usize) -> String {
    let seen = sight.condition("template", "template.id", taken);
    format!("(shipped = 1 or {seen})")
}

impl Reader<'_> {
    /// Templates that are seen and whose name contains `text`, by name.
    ///
    /// # Errors
    /// The engine's own.
    pub fn templates(self, sight: &Sight, text: &str, limit: u32) -> Result<Vec<TemplateRecord>> {
        let (seen, pattern) = (seen(sight, 2), like(text));
        let mut statement = self.0.prepare_cached(&format!(
            "select id, name, document_type, format, document, shipped from template
             where name like ?1 escape '\\' and {seen} order by shipped, name limit ?2",
        ))?;
        let templates = statement.query_map(&*sight.bound(&[&pattern, &limit]), |row| {
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

    /// The document of a template that is seen, as JSON.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn template_document(self, sight: &Sight, id: &str) -> Result<Vec<u8>> {
        let seen = seen(sight, 1);
        self.0
            .prepare_cached(&format!(
                "select document from template where id = ?1 and {seen}"
            ))?
            .query_row(&*sight.bound(&[&id]), |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::NotFound {
                entity: "template",
                id: id.to_owned(),
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
}
