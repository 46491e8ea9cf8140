//! Records that are edited at many desks: written and taken out as their declared columns have them,
//! whichever kind they are.

use andu_org::Telephone;
use rusqlite::params;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    AgencyRecord, DoubleEdit, PersonRecord, PhraseRecord, Projection, Reader, Result, StoreError,
    TemplateRecord, Tx, projection,
};

/// A person's place in the list of contacts, beside the telephones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecord {
    /// The person.
    pub person_id: String,
    /// 办公室房号; may be empty.
    pub room: String,
    /// 备注; may be empty.
    pub note: String,
}

/// Kinds of rows that are records.
pub const RECORDS: [&str; 7] = [
    "vocabulary_agency",
    "vocabulary_person",
    "vocabulary_phrase",
    "template",
    "contact",
    "telephone",
    "double_edit",
];

/// Those of them that belong to an agency's vocabulary.
pub const VOCABULARY: [&str; 4] = [
    "vocabulary_agency",
    "vocabulary_person",
    "vocabulary_phrase",
    "template",
];

fn read<T: DeserializeOwned>(row: &Value) -> Result<T> {
    serde_json::from_value(row.clone()).map_err(|_| StoreError::Column { column: "record" })
}

/// Takes a record out.
pub(crate) fn erase_sql(of: &Projection) -> String {
    let (table, key) = (of.table, of.key);
    format!("delete from {table} where {key} = ?1")
}

/// Reads the rows of a kind that no scope holds; what the program ships needs none.
pub(crate) fn unlisted_sql(of: &Projection) -> String {
    let (table, key, entity) = (of.table, of.key, of.entity);
    let shipped = match entity {
        "template" => "and t.shipped = 0",
        _ => "",
    };
    format!(
        "select t.{key} from {table} t where not exists
             (select 1 from scope_row r where r.entity = '{entity}' and r.row_id = t.{key}) {shipped}
         order by t.{key}"
    )
}

impl Tx<'_> {
    /// Puts a record as its columns have it.
    ///
    /// # Errors
    /// `Column` where the row does not read as a record of this kind.
    pub fn record_put(&mut self, entity: &str, row: &Value) -> Result<()> {
        match entity {
            "vocabulary_agency" => self.agency_record_put(&read::<AgencyRecord>(row)?),
            "vocabulary_person" => self.contact_put(&read::<PersonRecord>(row)?),
            "vocabulary_phrase" => self.phrase_put(&read::<PhraseRecord>(row)?),
            "template" => self.template_put(&read::<TemplateRecord>(row)?),
            "contact" => self.contact_record_put(&read::<ContactRecord>(row)?),
            "telephone" => self.telephone_put(&read::<Telephone>(row)?),
            "double_edit" => self.double_edit_put(&read::<DoubleEdit>(row)?),
            _ => Err(StoreError::Column {
                column: "record.entity",
            }),
        }
    }

    /// Takes a record out.
    ///
    /// # Errors
    /// `Column` for what is no record.
    pub fn record_erase(&mut self, entity: &str, row_id: &str) -> Result<()> {
        let known = projection(entity).filter(|_| RECORDS.contains(&entity));
        let known = known.ok_or(StoreError::Column {
            column: "record.entity",
        })?;
        let sql = erase_sql(known);
        self.0.prepare_cached(&sql)?.execute([row_id])?;
        Ok(())
    }

    /// Puts a person's place in the list of contacts.
    ///
    /// # Errors
    /// The engine's own.
    pub fn contact_record_put(&mut self, contact: &ContactRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into contact (person_id, room, note) values (?1, ?2, ?3)
                 on conflict (person_id) do update set room = excluded.room, note = excluded.note",
            )?
            .execute(params![contact.person_id, contact.room, contact.note])?;
        Ok(())
    }

    /// Keeps the server's version of a record that is about to be changed here: null where it has none. A
    /// version that is kept already stays.
    ///
    /// # Errors
    /// The engine's own.
    pub fn record_base_keep(&mut self, entity: &str, row_id: &str) -> Result<()> {
        let reader = self.reader();
        if reader.base_row(entity, row_id)?.is_some() {
            return Ok(());
        }
        let image = reader.row_image(entity, row_id)?;
        self.base_put(entity, row_id, &image.unwrap_or(Value::Null))
    }
}

impl Reader<'_> {
    /// Where the people of an agency are to be found.
    ///
    /// # Errors
    /// The engine's own.
    pub fn contact_records(self, agency_id: &str) -> Result<Vec<ContactRecord>> {
        let mut statement = self.0.prepare_cached(
            "select c.person_id, c.room, c.note from contact c
             join person p on p.id = c.person_id where p.agency_id = ?1 order by c.person_id",
        )?;
        let found = statement.query_map([agency_id], |row| {
            Ok(ContactRecord {
                person_id: row.get(0)?,
                room: row.get(1)?,
                note: row.get(2)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Records whose server's version is kept: they were changed here.
    ///
    /// # Errors
    /// `Column` if a version does not read.
    pub fn record_bases(self) -> Result<Vec<(String, String, Value)>> {
        let mut statement = self.0.prepare_cached(
            "select entity, row_id, row from base_row where entity <> 'draft' order by entity, row_id",
        )?;
        let mut rows = statement.query([])?;
        let mut bases = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(2)?;
            let base = serde_json::from_str(&text).map_err(|_| StoreError::Column {
                column: "base_row.row",
            })?;
            bases.push((row.get(0)?, row.get(1)?, base));
        }
        Ok(bases)
    }

    /// Rows of a kind that no scope holds.
    ///
    /// # Errors
    /// `Column` for what is not declared.
    pub fn unlisted(self, entity: &str) -> Result<Vec<String>> {
        let known = projection(entity).ok_or(StoreError::Column {
            column: "scope_row.entity",
        })?;
        let sql = unlisted_sql(known);
        let mut statement = self.0.prepare_cached(&sql)?;
        let ids = statement.query_map([], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }
}
