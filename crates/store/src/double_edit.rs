//! Fields that two people changed without knowing of each other, and who changed a field last.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Sight, Tx};

/// A field that two people changed without knowing of each other. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoubleEdit {
    /// Id.
    pub id: String,
    /// The kind of row.
    pub entity: String,
    /// The row.
    pub row_id: String,
    /// What the row is called.
    pub label: String,
    /// The field; empty where one took the whole row out.
    pub field: String,
    /// The value that stands; of a whole row, JSON, or empty where it was taken out.
    pub kept_value: String,
    /// Who it is from.
    pub kept_by: String,
    /// Since when; an instant in UTC.
    pub kept_at: String,
    /// The value that was wanted instead.
    pub lost_value: String,
    /// Who wanted it.
    pub lost_by_id: String,
    /// The same by name.
    pub lost_by: String,
    /// When it was written; an instant in UTC.
    pub lost_at: String,
    /// `open`, `kept`, `adopted`, `overtaken`.
    pub state: String,
    /// JSON: the steps, oldest first.
    pub history: String,
}

/// Who changed a field last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Who.
    pub person_id: String,
    /// The same by name.
    pub person_name: String,
    /// When; an instant in UTC.
    pub changed_at: String,
}

const COLUMNS: &str = "id, entity, row_id, label, field, kept_value, kept_by, kept_at, lost_value,
    lost_by_id, lost_by, lost_at, state, history";

fn record(row: &Row<'_>) -> rusqlite::Result<DoubleEdit> {
    Ok(DoubleEdit {
        id: row.get(0)?,
        entity: row.get(1)?,
        row_id: row.get(2)?,
        label: row.get(3)?,
        field: row.get(4)?,
        kept_value: row.get(5)?,
        kept_by: row.get(6)?,
        kept_at: row.get(7)?,
        lost_value: row.get(8)?,
        lost_by_id: row.get(9)?,
        lost_by: row.get(10)?,
        lost_at: row.get(11)?,
        state: row.get(12)?,
        history: row.get(13)?,
    })
}

impl Reader<'_> {
    /// Those that are seen, the open ones first, then the newest.
    ///
    /// # Errors
    /// The engine's own.
    pub fn double_edits(self, sight: &Sight, limit: u32) -> Result<Vec<DoubleEdit>> {
        let seen = sight.condition("double_edit", "double_edit.id", 1);
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from double_edit where {seen}
             order by case state when 'open' then 0 else 1 end, lost_at desc, id limit ?1"
        ))?;
        let found = statement.query_map(&*sight.bound(&[&limit]), record)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The one of this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn double_edit(self, id: &str) -> Result<Option<DoubleEdit>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {COLUMNS} from double_edit where id = ?1"))?;
        Ok(statement.query_row([id], record).optional()?)
    }

    /// The open ones about a field of a row.
    ///
    /// # Errors
    /// The engine's own.
    pub fn double_edits_of(
        self,
        entity: &str,
        row_id: &str,
        field: &str,
    ) -> Result<Vec<DoubleEdit>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from double_edit
             where entity = ?1 and row_id = ?2 and field = ?3 and state = 'open' order by id"
        ))?;
        let found = statement.query_map([entity, row_id, field], record)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Who changed a field last; with an empty field, who took the row out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn field_change(
        self,
        entity: &str,
        row_id: &str,
        field: &str,
    ) -> Result<Option<FieldChange>> {
        let mut statement = self.0.prepare_cached(
            "select person_id, person_name, changed_at from field_change
             where entity = ?1 and row_id = ?2 and field = ?3",
        )?;
        let found = statement.query_row([entity, row_id, field], |row| {
            Ok(FieldChange {
                person_id: row.get(0)?,
                person_name: row.get(1)?,
                changed_at: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }

    /// Who changed any field of a row last.
    ///
    /// # Errors
    /// The engine's own.
    pub fn row_change(self, entity: &str, row_id: &str) -> Result<Option<FieldChange>> {
        let mut statement = self.0.prepare_cached(
            "select person_id, person_name, changed_at from field_change
             where entity = ?1 and row_id = ?2 order by changed_at desc, field limit 1",
        )?;
        let found = statement.query_row([entity, row_id], |row| {
            Ok(FieldChange {
                person_id: row.get(0)?,
                person_name: row.get(1)?,
                changed_at: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }
}

impl Tx<'_> {
    /// Puts one with all its columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn double_edit_put(&mut self, edit: &DoubleEdit) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into double_edit (id, entity, row_id, label, field, kept_value, kept_by, kept_at,
                     lost_value, lost_by_id, lost_by, lost_at, state, history)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
                 on conflict (id) do update set entity = excluded.entity, row_id = excluded.row_id,
                     label = excluded.label, field = excluded.field, kept_value = excluded.kept_value, kept_by = excluded.kept_by,
                     kept_at = excluded.kept_at, lost_value = excluded.lost_value,
                     lost_by_id = excluded.lost_by_id, lost_by = excluded.lost_by,
                     lost_at = excluded.lost_at, state = excluded.state, history = excluded.history",
            )?
            .execute(params![
                edit.id,
                edit.entity,
                edit.row_id,
                edit.label,
                edit.field,
                edit.kept_value,
                edit.kept_by,
                edit.kept_at,
                edit.lost_value,
                edit.lost_by_id,
                edit.lost_by,
                edit.lost_at,
                edit.state,
                edit.history
            ])?;
        Ok(())
    }

    /// Notes who changed a field; with an empty field, who took the row out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn field_change_put(
        &mut self,
        (entity, row_id, field): (&str, &str, &str),
        change: &FieldChange,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into field_change (entity, row_id, field, person_id, person_name, changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6)
                 on conflict (entity, row_id, field) do update set person_id = excluded.person_id,
                     person_name = excluded.person_name, changed_at = excluded.changed_at",
            )?
            .execute(params![
                entity,
                row_id,
                field,
                change.person_id,
                change.person_name,
                change.changed_at
            ])?;
        Ok(())
    }

    /// A row is there again: nobody took it out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn field_change_drop(&mut self, entity: &str, row_id: &str, field: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "delete from field_change where entity = ?1 and row_id = ?2 and field = ?3",
            )?
            .execute([entity, row_id, field])?;
        Ok(())
    }
}
