//! What a store that was its own primary holds and brings along when it joins a server: declared table by
//! table and column by column, read row by row in an order in which nothing names what comes later.

use rusqlite::{OptionalExtension, params_from_iter, types::Value as Sql};
use serde_json::Value;

use crate::{
    Form, Reader, Result, StoreError, Tx,
    projection::{image, value},
};

/// What is brought of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// The table, and its name on the wire.
    pub table: &'static str,
    /// What rows are read by, in this order.
    order: &'static str,
    /// Which rows; all where it is empty.
    condition: &'static str,
    /// The columns that are brought.
    pub columns: &'static [(&'static str, Form)],
    /// A row that agrees in these with one that is there says the same; empty: none does.
    same: &'static [&'static str],
}

const P: Form = Form::Plain;

/// Everything that is brought, in the order in which it is.
pub const HOLDINGS: [Holding; 14] = [
    Holding {
        table: "frozen_text",
        order: "hash",
        condition: "",
        columns: &[("hash", P), ("document", Form::Text)],
        same: &[],
    },
    Holding {
        table: "draft",
        order: "id",
        condition: "",
        columns: &[
            ("id", P),
            ("lineage", P),
            ("agency_id", P),
            ("department_id", P),
            ("author_id", P),
            ("author_name", P),
            ("state", P),
            ("title", P),
            ("document_type", P),
            ("format", P),
            ("direction", P),
            ("urgency", P),
            ("issue_number", P),
            ("main_recipients", P),
            ("characters", P),
            ("frozen_hash", P),
            ("submit_note", P),
            ("created_at", P),
            ("changed_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "draft_update",
        order: "draft_id, command_id",
        condition: "",
        columns: &[
            ("command_id", P),
            ("draft_id", P),
            ("update_v1", Form::Base64),
            ("actor_id", P),
            ("device_id", P),
            ("claimed_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "draft_version",
        order: "id",
        condition: "",
        columns: &[
            ("id", P),
            ("draft_id", P),
            ("name", P),
            ("kind", P),
            ("author_name", P),
            ("made_at", P),
            ("characters", P),
            ("content_hash", P),
        ],
        same: &[],
    },
    Holding {
        table: "draft_file",
        order: "id",
        condition: "",
        columns: &[
            ("id", P),
            ("draft_id", P),
            ("name", P),
            ("bytes", Form::Base64),
            ("size", P),
            ("added_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "kept_finding",
        order: "draft_id, finding_key",
        condition: "",
        columns: &[
            ("draft_id", P),
            ("finding_key", P),
            ("reason", P),
            ("person_id", P),
            ("kept_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "number_series",
        order: "code, from_on, id",
        condition: "",
        columns: &[
            ("id", P),
            ("title", P),
            ("serves", P),
            ("pattern", P),
            ("code", P),
            ("reset_by", P),
            ("term_from", P),
            ("opening", P),
            ("opening_period", P),
            ("document_types", P),
            ("formats", P),
            ("letterhead", P),
            ("signed_by", P),
            ("from_on", P),
            ("closed_on", P),
            ("changed_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "number_entry",
        order: "authority_code, year, serial",
        condition: "subject_kind in ('', 'draft')",
        columns: &[
            ("authority_code", P),
            ("year", P),
            ("serial", P),
            ("subject_kind", P),
            ("subject_id", P),
            ("serves", P),
            ("state", P),
            ("number", P),
            ("note", P),
            ("until_on", P),
            ("entered_by", P),
            ("entered_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "copy_given",
        order: "draft_id, copy_number, id",
        condition: "",
        columns: &[
            ("id", P),
            ("draft_id", P),
            ("copy_number", P),
            ("receiver", P),
            ("note", P),
            ("given_on", P),
            ("recalled_on", P),
            ("entered_by", P),
            ("entered_at", P),
        ],
        same: &[],
    },
    Holding {
        table: "vocabulary_agency",
        order: "id",
        condition: "relation <> 'own'",
        columns: &[
            ("id", P),
            ("name", P),
            ("short_name", P),
            ("authority_code", P),
            ("relation", P),
            ("system", P),
            ("members", P),
            ("look_up", P),
        ],
        same: &["name"],
    },
    Holding {
        table: "vocabulary_person",
        order: "id",
        condition: "",
        columns: &[
            ("id", P),
            ("name", P),
            ("post", P),
            ("department", P),
            ("telephone", P),
            ("look_up", P),
        ],
        same: &["name", "department"],
    },
    Holding {
        table: "vocabulary_phrase",
        order: "id",
        condition: "",
        columns: &[("id", P), ("usage_group", P), ("phrase", P), ("look_up", P)],
        same: &["phrase"],
    },
    Holding {
        table: "template",
        order: "id",
        condition: "shipped = 0",
        columns: &[
            ("id", P),
            ("name", P),
            ("document_type", P),
            ("format", P),
            ("document", Form::Text),
            ("shipped", P),
        ],
        same: &["name"],
    },
    Holding {
        table: "audit_log",
        order: "entry",
        condition: "",
        columns: &[
            ("entry", P),
            ("at", P),
            ("actor_id", P),
            ("device_id", P),
            ("action", P),
            ("subject_id", P),
            ("detail", P),
            ("previous_hash", P),
            ("entry_hash", P),
        ],
        same: &[],
    },
];

/// What is brought of a table; `None` for one that is not.
pub fn holding(table: &str) -> Option<&'static Holding> {
    HOLDINGS.iter().find(|holding| holding.table == table)
}

impl Holding {
    /// The value of a column as the engine keeps it. What is brought has no empty columns.
    fn value(&self, row: &Value, (name, form): (&'static str, Form)) -> Result<Sql> {
        match value(self.table, row, (name, form))? {
            Sql::Null => Err(StoreError::Column { column: self.table }),
            value => Ok(value),
        }
    }
}

impl Reader<'_> {
    /// Gives every row that is brought of a table to `each`, in its order.
    ///
    /// # Errors
    /// `Column` if a column does not read as declared; those of `each`.
    pub fn holding_rows<E: From<StoreError>>(
        self,
        holding: &Holding,
        each: &mut dyn FnMut(Value) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = holding.read_sql();
        let mut statement = self.0.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            each(image(holding.table, holding.columns, row)?)?;
        }
        Ok(())
    }
}

impl Holding {
    fn names(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// Reads every row that is brought.
    pub(crate) fn read_sql(&self) -> String {
        let (names, table, order) = (self.names(), self.table, self.order);
        let condition = match self.condition {
            "" => String::new(),
            condition => format!("where {condition}"),
        };
        format!("select {names} from {table} {condition} order by {order}")
    }

    /// Looks for a row that says the same. Only where `same` names columns.
    pub(crate) fn same_sql(&self) -> String {
        let agree: Vec<String> = (1..)
            .zip(self.same)
            .map(|(at, name)| format!("{name} = ?{at}"))
            .collect();
        let (table, agree) = (self.table, agree.join(" and "));
        format!("select 1 from {table} where {agree} limit 1")
    }

    /// Whether there may be another row that says the same.
    #[cfg(test)]
    pub(crate) const fn has_same(&self) -> bool {
        !self.same.is_empty()
    }

    /// Puts a row.
    pub(crate) fn put_sql(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len())
            .map(|at| format!("?{at}"))
            .collect();
        let (names, table, places) = (self.names(), self.table, places.join(", "));
        format!("insert into {table} ({names}) values ({places}) on conflict do nothing")
    }
}

impl Tx<'_> {
    /// Puts a row that was brought, unless it, or one that says the same, is there. Says whether it was new.
    ///
    /// # Errors
    /// `Column` if a column does not read as declared.
    pub fn holding_put(&mut self, holding: &Holding, row: &Value) -> Result<bool> {
        let values: Vec<Sql> = holding
            .columns
            .iter()
            .map(|column| holding.value(row, *column))
            .collect::<Result<_>>()?;
        if !holding.same.is_empty() {
            let wanted: Vec<Sql> = holding
                .same
                .iter()
                .map(|name| holding.value(row, (name, Form::Plain)))
                .collect::<Result<_>>()?;
            let sql = holding.same_sql();
            let mut statement = self.0.prepare_cached(&sql)?;
            let known = statement.query_row(params_from_iter(wanted), |_| Ok(()));
            if known.optional()?.is_some() {
                return Ok(false);
            }
        }
        let sql = holding.put_sql();
        let put = self
            .0
            .prepare_cached(&sql)?
            .execute(params_from_iter(values))?;
        Ok(put > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tempfile::TempDir;

    use crate::{Key, Store};

    /// What concerns one store alone, or is worked out anew where it is brought.
    const LEFT: [(&str, &str); 15] = [
        // The desk sends its files as chunks once it is a replica.
        ("draft_file", "chunks"),
        ("draft_file", "domain"),
        ("draft_file", "chunk_key"),
        ("draft_file", "is_here"),
        ("draft", "pending_act"),
        ("draft", "refusal"),
        ("draft_update", "folded"),
        // Those of the agency and the person that they are brought to.
        ("number_series", "agency_id"),
        ("number_series", "changed_by"),
        ("number_entry", "agency_id"),
        ("number_entry", "id"),
        ("number_entry", "origin"),
        ("number_entry", "changed_by"),
        ("number_entry", "changed_at"),
        ("copy_given", "agency_id"),
    ];

    #[test]
    fn every_column_of_what_is_brought_is_brought_or_left_on_purpose() {
        let folder = TempDir::new().expect("a folder");
        let store = Store::open(&folder.path().join("store.db"), Key::Plain).expect("a store");
        let missing = store.read(|reader| -> Result<Vec<String>> {
            let mut missing = Vec::new();
            for holding in &HOLDINGS {
                let sql = format!("select * from {} limit 0", holding.table);
                let statement = reader.0.prepare(&sql)?;
                let columns = statement.column_names();
                missing.extend(columns.into_iter().filter_map(|column| {
                    let brought = holding.columns.iter().any(|(name, _)| *name == column);
                    let left = LEFT.contains(&(holding.table, column));
                    (!brought && !left).then(|| format!("{}.{column}", holding.table))
                }));
            }
            Ok(missing)
        });
        assert_eq!(missing.expect("a readable schema"), Vec::<String>::new());
    }
}
