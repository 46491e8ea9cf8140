//! Scope logs and cursors. Rows reach a replica only through a declared projection: what is not listed
//! here is never sent.

use std::collections::BTreeMap;

use andu_sync::{Change, Operation, PullRequest, Scope, ScopePage};
use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, StoreError, Tx};

/// Every projection: the entity's name on the wire, its table, and the columns it carries.
pub const PROJECTIONS: [(&str, &str, &[&str]); 3] = [
    (
        "draft",
        "draft",
        &[
            "id",
            "lineage",
            "agency_id",
            "department_id",
            "author_id",
            "author_name",
            "state",
            "title",
            "document_type",
            "format",
            "direction",
            "urgency",
            "issue_number",
            "main_recipients",
            "characters",
            "frozen_hash",
            "submit_note",
            "created_at",
            "changed_at",
        ],
    ),
    (
        "draft_update",
        "draft_update",
        &[
            "command_id",
            "draft_id",
            "update_v1",
            "actor_id",
            "device_id",
            "claimed_at",
        ],
    ),
    ("frozen_text", "frozen_text", &["hash", "document"]),
];

impl Tx<'_> {
    /// Appends a change to a scope and answers with its sequence. The head's row lock orders commits:
    /// sequences have no gaps.
    ///
    /// # Errors
    /// `Column` for an entity without a declared projection.
    pub fn scope_append(
        &mut self,
        scope: &Scope,
        entity: &str,
        row_id: &str,
        operation: Operation,
        row: &serde_json::Value,
    ) -> Result<u64> {
        let (_, _, columns) = PROJECTIONS
            .iter()
            .find(|(name, ..)| *name == entity)
            .ok_or(StoreError::Column {
                column: "scope_log.entity",
            })?;
        let declared = row
            .as_object()
            .is_none_or(|object| object.keys().all(|key| columns.contains(&key.as_str())));
        if !declared {
            return Err(StoreError::Column {
                column: "scope_log.row",
            });
        }
        let seq: i64 = self
            .0
            .prepare_cached(
                "insert into scope_head (scope, seq) values (?1, 1)
                 on conflict (scope) do update set seq = scope_head.seq + 1 returning seq",
            )?
            .query_row([&scope.0], |row| row.get(0))?;
        let operation = match operation {
            Operation::Put => "put",
            Operation::Remove => "remove",
        };
        self.0
            .prepare_cached(
                "insert into scope_log (scope, seq, entity, row_id, operation, row)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                scope.0,
                seq,
                entity,
                row_id,
                operation,
                row.to_string()
            ])?;
        Ok(seq.unsigned_abs())
    }

    /// Moves a cursor to the end of a page that was applied.
    ///
    /// # Errors
    /// `Gap` if the page does not continue the cursor.
    pub fn cursor_advance(&mut self, page: &ScopePage) -> Result<()> {
        let cursor = self
            .reader()
            .cursors()?
            .get(&page.scope)
            .copied()
            .unwrap_or(0);
        if !page.follows(cursor) {
            return Err(StoreError::Gap {
                scope: page.scope.0.clone(),
                cursor,
            });
        }
        let end = page.changes.last().map_or(cursor, |change| change.seq);
        self.0
            .prepare_cached(
                "insert into scope_cursor (scope, seq) values (?1, ?2)
                 on conflict (scope) do update set seq = excluded.seq",
            )?
            .execute(params![page.scope.0, end.cast_signed()])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// How far each scope was pulled.
    ///
    /// # Errors
    /// The engine's own.
    pub fn cursors(self) -> Result<BTreeMap<Scope, u64>> {
        let mut statement = self
            .0
            .prepare_cached("select scope, seq from scope_cursor")?;
        let cursors = statement.query_map([], |row| {
            Ok((Scope(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        Ok(cursors.collect::<Result<_, _>>()?)
    }

    /// The page of a scope that follows the request's cursor.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_page(self, scope: &Scope, request: &PullRequest) -> Result<ScopePage> {
        let cursor = request.cursors.get(scope).copied().unwrap_or(0);
        let head: Option<i64> = self
            .0
            .prepare_cached("select seq from scope_head where scope = ?1")?
            .query_row([&scope.0], |row| row.get(0))
            .optional()?;
        let mut statement = self.0.prepare_cached(
            "select seq, entity, row_id, operation, row from scope_log
             where scope = ?1 and seq > ?2 order by seq limit ?3",
        )?;
        let mut rows = statement.query(params![
            scope.0,
            cursor.cast_signed(),
            request.limit.clamp(1, 1_000)
        ])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            let column = StoreError::Column {
                column: "scope_log.row",
            };
            changes.push(Change {
                seq: row.get::<_, i64>(0)?.unsigned_abs(),
                entity: row.get(1)?,
                row_id: row.get(2)?,
                operation: match row.get::<_, String>(3)?.as_str() {
                    "put" => Operation::Put,
                    _ => Operation::Remove,
                },
                row: serde_json::from_str(&row.get::<_, String>(4)?).map_err(|_| column)?,
            });
        }
        Ok(ScopePage {
            scope: scope.clone(),
            changes,
            head: head.unwrap_or(0).unsigned_abs(),
        })
    }
}
