//! Rows reach a replica only through a declared projection: an entity or a column that is not listed here
//! is never sent. A row's image is what travels of it, read from its own table.

mod table;

use andu_sync::{Scope, ScopeKind};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::{
    OptionalExtension, Row,
    types::{Value as Sql, ValueRef},
};
use serde_json::{Map, Value, json};

pub use self::table::PROJECTIONS;
use crate::{Reader, Result, StoreError};

/// How a column is written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Texts and numbers as they are.
    Plain,
    /// Bytes in Base64.
    Base64,
    /// Bytes that are text.
    Text,
}

/// What travels of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// Its name on the wire.
    pub entity: &'static str,
    /// Parents have a lower place than what names them.
    pub place: u32,
    /// Its table.
    pub table: &'static str,
    /// The column that is its key.
    pub key: &'static str,
    /// The kinds of scopes it may be shown in, with all its columns. In a leased one it lies at a desk in a file
    /// of its own.
    pub scopes: &'static [ScopeKind],
    /// The columns it carries.
    pub columns: &'static [(&'static str, Form)],
}

/// The projection of an entity, if it has one.
pub fn projection(entity: &str) -> Option<&'static Projection> {
    PROJECTIONS
        .iter()
        .find(|projection| projection.entity == entity)
}

impl Projection {
    /// Reads what travels of a row by its key.
    pub(crate) fn image_sql(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        let (names, table, key) = (names.join(", "), self.table, self.key);
        format!("select {names} from {table} where {key} = ?1")
    }

    /// Whether it may be shown in a scope.
    pub fn may_show_in(&self, scope: &Scope) -> bool {
        scope.kind().is_some_and(|kind| self.scopes.contains(&kind))
    }

    /// Whether desks hold some of its rows for a time only, in files of their own.
    pub fn is_leased(&self) -> bool {
        self.scopes.iter().any(|kind| kind.is_leased())
    }

    /// Whether a row on its way out holds declared columns alone.
    pub(crate) fn covers(&self, row: &Value) -> bool {
        row.as_object().is_none_or(|object| {
            object
                .keys()
                .all(|key| self.columns.iter().any(|(name, _)| name == key))
        })
    }
}

/// A row as JSON: the columns in their order.
pub(crate) fn image(
    table: &'static str,
    columns: &[(&'static str, Form)],
    row: &Row<'_>,
) -> Result<Value> {
    let unreadable = StoreError::Column { column: table };
    let mut object = Map::new();
    for (at, (name, form)) in columns.iter().enumerate() {
        let value = match (row.get_ref(at)?, form) {
            (ValueRef::Text(text), Form::Plain) => match std::str::from_utf8(text) {
                Ok(text) => json!(text),
                Err(_) => return Err(unreadable),
            },
            (ValueRef::Integer(number), Form::Plain) => json!(number),
            (ValueRef::Null, Form::Plain) => Value::Null,
            (ValueRef::Blob(bytes), Form::Base64) => json!(STANDARD.encode(bytes)),
            (ValueRef::Blob(bytes), Form::Text) => json!(String::from_utf8_lossy(bytes)),
            _ => return Err(unreadable),
        };
        object.insert((*name).to_owned(), value);
    }
    Ok(Value::Object(object))
}

/// A column of a row as the engine keeps it; the row does not read where it is missing.
pub(crate) fn value(
    table: &'static str,
    row: &Value,
    (name, form): (&'static str, Form),
) -> Result<Sql> {
    let unreadable = || StoreError::Column { column: table };
    let value = row.get(name).ok_or_else(unreadable)?;
    Ok(match (value, form) {
        (Value::String(text), Form::Plain) => Sql::Text(text.clone()),
        (Value::Number(number), Form::Plain) => {
            Sql::Integer(number.as_i64().ok_or_else(unreadable)?)
        }
        (Value::Null, Form::Plain) => Sql::Null,
        (Value::String(text), Form::Text) => Sql::Blob(text.clone().into_bytes()),
        (Value::String(text), Form::Base64) => {
            Sql::Blob(STANDARD.decode(text).map_err(|_| unreadable())?)
        }
        _ => return Err(unreadable()),
    })
}

impl Reader<'_> {
    /// What travels of a row, read from its own table; `None` where there is no such row, or the entity
    /// has no projection.
    ///
    /// # Errors
    /// `Column` if a column does not read as declared.
    pub fn row_image(self, entity: &str, row_id: &str) -> Result<Option<Value>> {
        let Some(projection) = projection(entity) else {
            return Ok(None);
        };
        let sql = projection.image_sql();
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement
            .query_row([row_id], |row| {
                Ok(image(projection.table, projection.columns, row))
            })
            .optional()?;
        found.transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn projections_stand_by_place_and_name_each_entity_once() {
        assert!(
            PROJECTIONS
                .windows(2)
                .all(|pair| pair[0].place < pair[1].place && pair[0].entity != pair[1].entity)
        );
    }

    /// Every column that leaves a server, and who may be shown it. A change here is a decision about access.
    #[test]
    fn every_column_says_its_scopes_and_leased_ones_say_so() {
        let mut said = String::new();
        for projection in &PROJECTIONS {
            assert!(!projection.scopes.is_empty(), "{}", projection.entity);
            let scopes = projection.scopes.iter().map(|kind| match kind.is_leased() {
                true => format!("{} (leased)", kind.word()),
                false => kind.word().to_owned(),
            });
            let scopes: Vec<String> = scopes.collect();
            for (column, _) in projection.columns {
                let line = format!("{}.{column}: {}\n", projection.entity, scopes.join(", "));
                said.push_str(&line);
            }
        }
        assert_eq!(
            said,
            include_str!("projection.txt"),
            "projection.txt lists what may be shown to whom"
        );
    }
}
