//! Rows reach a replica only through a declared projection: an entity or a column that is not listed here
//! is never sent. A row's image is what travels of it, read from its own table.

use andu_sync::{Scope, ScopeKind};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rusqlite::{
    OptionalExtension, Row,
    types::{Value as Sql, ValueRef},
};
use serde_json::{Map, Value, json};

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

use ScopeKind as Kind;

const TEXTS: &[Kind] = &[Kind::Person, Kind::Draft, Kind::Department, Kind::Register];
const WRITERS: &[Kind] = &[Kind::Person, Kind::Draft];
const FILES: &[Kind] = &[Kind::Person, Kind::Draft, Kind::Register];
const KEEPERS: &[Kind] = &[Kind::Person, Kind::Register];
const AGENCY: &[Kind] = &[Kind::Agency];
const ROLES: &[Kind] = &[Kind::Roles];
const REGISTER: &[Kind] = &[Kind::Register];

/// Every projection, by place.
pub const PROJECTIONS: [Projection; 32] = [
    Projection {
        entity: "frozen_text",
        place: 10,
        table: "frozen_text",
        key: "hash",
        scopes: TEXTS,
        columns: &[("hash", Form::Plain), ("document", Form::Text)],
    },
    Projection {
        entity: "draft",
        place: 20,
        table: "draft",
        key: "id",
        scopes: TEXTS,
        columns: &[
            ("id", Form::Plain),
            ("lineage", Form::Plain),
            ("agency_id", Form::Plain),
            ("department_id", Form::Plain),
            ("author_id", Form::Plain),
            ("author_name", Form::Plain),
            ("state", Form::Plain),
            ("title", Form::Plain),
            ("document_type", Form::Plain),
            ("format", Form::Plain),
            ("direction", Form::Plain),
            ("urgency", Form::Plain),
            ("issue_number", Form::Plain),
            ("main_recipients", Form::Plain),
            ("characters", Form::Plain),
            ("frozen_hash", Form::Plain),
            ("submit_note", Form::Plain),
            ("created_at", Form::Plain),
            ("changed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "incoming",
        place: 21,
        table: "incoming",
        key: "id",
        scopes: KEEPERS,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("number", Form::Plain),
            ("title", Form::Plain),
            ("document_type", Form::Plain),
            ("from_agency", Form::Plain),
            ("from_number", Form::Plain),
            ("issued_on", Form::Plain),
            ("received_on", Form::Plain),
            ("delivery", Form::Plain),
            ("classification", Form::Plain),
            ("classification_term", Form::Plain),
            ("urgency", Form::Plain),
            ("copies", Form::Plain),
            ("pages", Form::Plain),
            ("copy_numbers", Form::Plain),
            ("note", Form::Plain),
            ("files", Form::Plain),
            ("content_hash", Form::Plain),
            ("state", Form::Plain),
            ("now_at", Form::Plain),
            ("now_since", Form::Plain),
            ("due_at", Form::Plain),
            ("registered_by", Form::Plain),
            ("registered_name", Form::Plain),
            ("registered_at", Form::Plain),
            ("changed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "co_drafter",
        place: 25,
        table: "co_drafter",
        key: "id",
        scopes: WRITERS,
        columns: &[
            ("id", Form::Plain),
            ("draft_id", Form::Plain),
            ("person_id", Form::Plain),
            ("person_name", Form::Plain),
            ("invited_by", Form::Plain),
            ("invited_at", Form::Plain),
            ("through_on", Form::Plain),
            ("removed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "draft_version",
        place: 26,
        table: "draft_version",
        key: "id",
        scopes: WRITERS,
        columns: &[
            ("id", Form::Plain),
            ("draft_id", Form::Plain),
            ("name", Form::Plain),
            ("kind", Form::Plain),
            ("author_name", Form::Plain),
            ("made_at", Form::Plain),
            ("characters", Form::Plain),
            ("content_hash", Form::Plain),
        ],
    },
    Projection {
        entity: "late_branch",
        place: 27,
        table: "late_branch",
        key: "id",
        scopes: WRITERS,
        columns: &[
            ("id", Form::Plain),
            ("draft_id", Form::Plain),
            ("actor_id", Form::Plain),
            ("actor_name", Form::Plain),
            ("cause", Form::Plain),
            ("against_hash", Form::Plain),
            ("content_hash", Form::Plain),
            ("updates", Form::Plain),
            ("first_at", Form::Plain),
            ("last_at", Form::Plain),
            ("state", Form::Plain),
            ("decided_at", Form::Plain),
        ],
    },
    Projection {
        entity: "draft_update",
        place: 30,
        table: "draft_update",
        key: "command_id",
        scopes: WRITERS,
        columns: &[
            ("command_id", Form::Plain),
            ("draft_id", Form::Plain),
            ("update_v1", Form::Base64),
            ("actor_id", Form::Plain),
            ("device_id", Form::Plain),
            ("claimed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "process_definition",
        place: 34,
        table: "process_definition",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("process", Form::Plain),
            ("version", Form::Plain),
            ("title", Form::Plain),
            ("definition", Form::Plain),
            ("note", Form::Plain),
            ("defined_by", Form::Plain),
            ("defined_name", Form::Plain),
            ("defined_at", Form::Plain),
        ],
    },
    // What an imported file is made of; its bytes are asked for chunk by chunk.
    Projection {
        entity: "draft_file",
        place: 35,
        table: "draft_file",
        key: "id",
        scopes: FILES,
        columns: &[
            ("id", Form::Plain),
            ("draft_id", Form::Plain),
            ("name", Form::Plain),
            ("size", Form::Plain),
            ("chunks", Form::Plain),
            ("domain", Form::Plain),
            ("chunk_key", Form::Plain),
            ("added_at", Form::Plain),
        ],
    },
    Projection {
        entity: "late_update",
        place: 36,
        table: "late_update",
        key: "command_id",
        scopes: WRITERS,
        columns: &[
            ("command_id", Form::Plain),
            ("draft_id", Form::Plain),
            ("branch_id", Form::Plain),
            ("update_v1", Form::Base64),
            ("actor_id", Form::Plain),
            ("device_id", Form::Plain),
            ("claimed_at", Form::Plain),
            ("received_at", Form::Plain),
        ],
    },
    Projection {
        entity: "instance",
        place: 37,
        table: "instance",
        key: "id",
        scopes: KEEPERS,
        columns: &[
            ("id", Form::Plain),
            ("process", Form::Plain),
            ("version", Form::Plain),
            ("draft_id", Form::Plain),
            ("agency_id", Form::Plain),
            ("author_id", Form::Plain),
            ("author_name", Form::Plain),
            ("title", Form::Plain),
            ("document_type", Form::Plain),
            ("urgency", Form::Plain),
            ("issue_number", Form::Plain),
            ("content_hash", Form::Plain),
            ("status", Form::Plain),
            ("names", Form::Plain),
            ("state", Form::Plain),
            ("chain", Form::Plain),
            ("begun_at", Form::Plain),
            ("changed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "task",
        place: 38,
        table: "task",
        key: "id",
        scopes: &[Kind::Person],
        columns: &[
            ("id", Form::Plain),
            ("instance_id", Form::Plain),
            ("draft_id", Form::Plain),
            ("person_id", Form::Plain),
            ("visit", Form::Plain),
            ("node", Form::Plain),
            ("step", Form::Plain),
            ("act", Form::Plain),
            ("title", Form::Plain),
            ("document_type", Form::Plain),
            ("urgency", Form::Plain),
            ("issue_number", Form::Plain),
            ("author_name", Form::Plain),
            ("from_name", Form::Plain),
            ("note", Form::Plain),
            ("state", Form::Plain),
            ("verdict", Form::Plain),
            ("opened_at", Form::Plain),
            ("due_at", Form::Plain),
            ("seen_at", Form::Plain),
            ("done_at", Form::Plain),
            ("process", Form::Plain),
        ],
    },
    Projection {
        entity: "process_use",
        place: 39,
        table: "process_use",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("process", Form::Plain),
            ("enabled_by", Form::Plain),
            ("enabled_at", Form::Plain),
        ],
    },
    Projection {
        entity: "department",
        place: 40,
        table: "department",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("parent_id", Form::Plain),
            ("place", Form::Plain),
            ("from_on", Form::Plain),
            ("through_on", Form::Plain),
        ],
    },
    Projection {
        entity: "post",
        place: 41,
        table: "post",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("department_id", Form::Plain),
            ("place", Form::Plain),
            ("from_on", Form::Plain),
            ("through_on", Form::Plain),
        ],
    },
    Projection {
        entity: "person",
        place: 42,
        table: "person",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("department_id", Form::Plain),
        ],
    },
    Projection {
        entity: "naming",
        place: 43,
        table: "naming",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("kind", Form::Plain),
            ("subject_id", Form::Plain),
            ("from_on", Form::Plain),
            ("name", Form::Plain),
            ("short_name", Form::Plain),
            ("authority_code", Form::Plain),
        ],
    },
    Projection {
        entity: "appointment",
        place: 44,
        table: "appointment",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("person_id", Form::Plain),
            ("post_id", Form::Plain),
            ("is_main", Form::Plain),
            ("from_on", Form::Plain),
            ("through_on", Form::Plain),
        ],
    },
    Projection {
        entity: "role_given",
        place: 45,
        table: "role_given",
        key: "id",
        scopes: ROLES,
        columns: &[
            ("role", Form::Plain),
            ("holder_kind", Form::Plain),
            ("holder_id", Form::Plain),
            ("from_on", Form::Plain),
            ("through_on", Form::Plain),
        ],
    },
    Projection {
        entity: "substitution",
        place: 46,
        table: "substitution",
        key: "id",
        scopes: ROLES,
        columns: &[
            ("id", Form::Plain),
            ("principal_id", Form::Plain),
            ("deputy_id", Form::Plain),
            ("grants", Form::Plain),
            ("from_on", Form::Plain),
            ("through_on", Form::Plain),
        ],
    },
    Projection {
        entity: "telephone",
        place: 47,
        table: "telephone",
        key: "id",
        scopes: &[Kind::Agency, Kind::Colleagues, Kind::Restricted],
        columns: &[
            ("id", Form::Plain),
            ("person_id", Form::Plain),
            ("kind", Form::Plain),
            ("number", Form::Plain),
            ("grade", Form::Plain),
        ],
    },
    Projection {
        entity: "held_grant",
        place: 48,
        table: "held_grant",
        key: "person_id",
        scopes: &[Kind::Person],
        columns: &[("person_id", Form::Plain), ("held", Form::Plain)],
    },
    Projection {
        entity: "lease_term",
        place: 49,
        table: "lease_term",
        key: "id",
        scopes: ROLES,
        columns: &[
            ("agency_id", Form::Plain),
            ("from_on", Form::Plain),
            ("days", Form::Plain),
        ],
    },
    Projection {
        entity: "vocabulary_agency",
        place: 50,
        table: "vocabulary_agency",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("name", Form::Plain),
            ("short_name", Form::Plain),
            ("authority_code", Form::Plain),
            ("relation", Form::Plain),
            ("system", Form::Plain),
            ("members", Form::Plain),
        ],
    },
    Projection {
        entity: "vocabulary_person",
        place: 51,
        table: "vocabulary_person",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("name", Form::Plain),
            ("post", Form::Plain),
            ("department", Form::Plain),
            ("telephone", Form::Plain),
        ],
    },
    Projection {
        entity: "vocabulary_phrase",
        place: 52,
        table: "vocabulary_phrase",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("usage_group", Form::Plain),
            ("phrase", Form::Plain),
        ],
    },
    Projection {
        entity: "template",
        place: 53,
        table: "template",
        key: "id",
        scopes: AGENCY,
        columns: &[
            ("id", Form::Plain),
            ("name", Form::Plain),
            ("document_type", Form::Plain),
            ("format", Form::Plain),
            ("document", Form::Text),
        ],
    },
    Projection {
        entity: "contact",
        place: 54,
        table: "contact",
        key: "person_id",
        scopes: AGENCY,
        columns: &[
            ("person_id", Form::Plain),
            ("room", Form::Plain),
            ("note", Form::Plain),
        ],
    },
    Projection {
        entity: "double_edit",
        place: 55,
        table: "double_edit",
        key: "id",
        scopes: &[Kind::Person],
        columns: &[
            ("id", Form::Plain),
            ("entity", Form::Plain),
            ("row_id", Form::Plain),
            ("label", Form::Plain),
            ("field", Form::Plain),
            ("kept_value", Form::Plain),
            ("kept_by", Form::Plain),
            ("kept_at", Form::Plain),
            ("lost_value", Form::Plain),
            ("lost_by_id", Form::Plain),
            ("lost_by", Form::Plain),
            ("lost_at", Form::Plain),
            ("state", Form::Plain),
            ("history", Form::Plain),
        ],
    },
    Projection {
        entity: "number_series",
        place: 56,
        table: "number_series",
        key: "id",
        scopes: REGISTER,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("title", Form::Plain),
            ("serves", Form::Plain),
            ("pattern", Form::Plain),
            ("code", Form::Plain),
            ("reset_by", Form::Plain),
            ("term_from", Form::Plain),
            ("opening", Form::Plain),
            ("opening_period", Form::Plain),
            ("document_types", Form::Plain),
            ("formats", Form::Plain),
            ("letterhead", Form::Plain),
            ("signed_by", Form::Plain),
            ("from_on", Form::Plain),
            ("closed_on", Form::Plain),
            ("changed_by", Form::Plain),
            ("changed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "number_entry",
        place: 57,
        table: "number_entry",
        key: "id",
        scopes: REGISTER,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("authority_code", Form::Plain),
            ("year", Form::Plain),
            ("serial", Form::Plain),
            ("subject_kind", Form::Plain),
            ("subject_id", Form::Plain),
            ("serves", Form::Plain),
            ("state", Form::Plain),
            ("number", Form::Plain),
            ("note", Form::Plain),
            ("until_on", Form::Plain),
            ("origin", Form::Plain),
            ("entered_by", Form::Plain),
            ("entered_at", Form::Plain),
            ("changed_by", Form::Plain),
            ("changed_at", Form::Plain),
        ],
    },
    Projection {
        entity: "copy_given",
        place: 58,
        table: "copy_given",
        key: "id",
        scopes: REGISTER,
        columns: &[
            ("id", Form::Plain),
            ("agency_id", Form::Plain),
            ("draft_id", Form::Plain),
            ("copy_number", Form::Plain),
            ("receiver", Form::Plain),
            ("note", Form::Plain),
            ("given_on", Form::Plain),
            ("recalled_on", Form::Plain),
            ("entered_by", Form::Plain),
            ("entered_at", Form::Plain),
        ],
    },
];

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
