//! What a replica holds of each scope: which rows, how far it was pulled, and the server's version of rows
//! that were changed here and have not arrived there.

use std::collections::{BTreeMap, BTreeSet};

use andu_sync::{Change, RowKey, Scope, ScopePage, SnapshotMark, SnapshotPart};
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use crate::{Reader, Result, StoreError, Tx, projection::projection};

impl Tx<'_> {
    /// Notes that a scope holds a row, as of a change.
    ///
    /// # Errors
    /// `Column` for an entity without a declared projection.
    pub fn scope_row_put(&mut self, scope: &Scope, change: &Change) -> Result<()> {
        let projection = projection(&change.entity).ok_or(StoreError::Column {
            column: "scope_row.entity",
        })?;
        self.0
            .prepare_cached(
                "insert into scope_row (scope, place, entity, row_id, seq, since)
                 values (?1, ?2, ?3, ?4, ?5, ?5)
                 on conflict (scope, place, entity, row_id) do update set seq = excluded.seq",
            )?
            .execute(params![
                scope.0,
                projection.place,
                change.entity,
                change.row_id,
                change.seq.cast_signed()
            ])?;
        Ok(())
    }

    /// Notes that a scope does not hold a row any more. Says whether it did.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_row_remove(&mut self, scope: &Scope, entity: &str, row_id: &str) -> Result<bool> {
        let place = projection(entity).map_or(0, |projection| projection.place);
        let gone = self
            .0
            .prepare_cached(
                "delete from scope_row
                 where scope = ?1 and place = ?2 and entity = ?3 and row_id = ?4",
            )?
            .execute(params![scope.0, place, entity, row_id])?;
        Ok(gone > 0)
    }

    /// Moves a cursor to the end of a page of the log that was applied.
    ///
    /// # Errors
    /// `Gap` if the page does not continue the cursor.
    pub fn cursor_advance(&mut self, page: &ScopePage) -> Result<()> {
        let cursors = self.reader().cursors()?;
        let cursor = cursors.get(&page.scope).copied().unwrap_or(0);
        if !page.follows(cursor) {
            return Err(StoreError::Gap {
                scope: page.scope.0.clone(),
                cursor,
            });
        }
        let end = page.changes.last().map_or(cursor, |change| change.seq);
        self.cursor_put(&page.scope, end)
    }

    /// Sets a cursor; a snapshot that was going on is over.
    ///
    /// # Errors
    /// The engine's own.
    pub fn cursor_put(&mut self, scope: &Scope, seq: u64) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into scope_cursor (scope, seq) values (?1, ?2)
                 on conflict (scope) do update set seq = excluded.seq, snapshot_at = 0,
                     snapshot_after = ''",
            )?
            .execute(params![scope.0, seq.cast_signed()])?;
        Ok(())
    }

    /// Begins a snapshot: every row of the scope counts as not there until the snapshot brings it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn snapshot_begin(&mut self, scope: &Scope) -> Result<()> {
        self.0
            .prepare_cached("update scope_row set seq = 0 where scope = ?1")?
            .execute([&scope.0])?;
        self.cursor_put(scope, 0)
    }

    /// Notes how far a snapshot has come. The last part sets the cursor.
    ///
    /// # Errors
    /// The engine's own.
    pub fn snapshot_advance(&mut self, scope: &Scope, part: &SnapshotPart) -> Result<()> {
        let Some(to) = &part.to else {
            return self.cursor_put(scope, part.at);
        };
        let to = serde_json::to_string(to).expect("BUG: a key is plain data");
        self.0
            .prepare_cached(
                "update scope_cursor set snapshot_at = ?2, snapshot_after = ?3 where scope = ?1",
            )?
            .execute(params![scope.0, part.at.cast_signed(), to])?;
        Ok(())
    }

    /// Forgets how far a scope was pulled.
    ///
    /// # Errors
    /// The engine's own.
    pub fn cursor_drop(&mut self, scope: &Scope) -> Result<()> {
        self.0
            .prepare_cached("delete from scope_cursor where scope = ?1")?
            .execute([&scope.0])?;
        Ok(())
    }

    /// Keeps the server's version of a row that is about to be changed here; a version that is kept
    /// already stays, and what no scope holds has none.
    ///
    /// # Errors
    /// The engine's own.
    pub fn base_keep(&mut self, entity: &str, row_id: &str) -> Result<()> {
        let reader = self.reader();
        if reader.row_scopes(entity, row_id)?.is_empty()
            || reader.base_row(entity, row_id)?.is_some()
        {
            return Ok(());
        }
        match reader.row_image(entity, row_id)? {
            Some(image) => self.base_put(entity, row_id, &image),
            None => Ok(()),
        }
    }

    /// Keeps the server's version of a row, as far as this version knows its columns: what is compared with the
    /// server is no more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn base_put(&mut self, entity: &str, row_id: &str, row: &Value) -> Result<()> {
        let mut row = row.clone();
        if let (Some(columns), Some(known)) = (row.as_object_mut(), projection(entity)) {
            columns.retain(|name, _| known.columns.iter().any(|(column, _)| column == name));
        }
        self.0
            .prepare_cached(
                "insert into base_row (entity, row_id, row) values (?1, ?2, ?3)
                 on conflict (entity, row_id) do update set row = excluded.row",
            )?
            .execute(params![entity, row_id, row.to_string()])?;
        Ok(())
    }

    /// Forgets the server's version of a row.
    ///
    /// # Errors
    /// The engine's own.
    pub fn base_drop(&mut self, entity: &str, row_id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from base_row where entity = ?1 and row_id = ?2")?
            .execute([entity, row_id])?;
        Ok(())
    }
}

impl Reader<'_> {
    /// How far each scope was pulled; 0 while its first snapshot is going on.
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

    /// Snapshots that are not finished.
    ///
    /// # Errors
    /// `Column` if a mark does not read.
    pub fn snapshots(self) -> Result<BTreeMap<Scope, SnapshotMark>> {
        let mut statement = self.0.prepare_cached(
            "select scope, snapshot_at, snapshot_after from scope_cursor where snapshot_after <> ''",
        )?;
        let mut rows = statement.query([])?;
        let mut snapshots = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let after = serde_json::from_str(&row.get::<_, String>(2)?);
            let mark = SnapshotMark {
                at: row.get::<_, i64>(1)?.unsigned_abs(),
                after: after.map_err(|_| StoreError::Column {
                    column: "scope_cursor.snapshot_after",
                })?,
            };
            snapshots.insert(Scope(row.get(0)?), mark);
        }
        Ok(snapshots)
    }

    /// Every scope something is held of.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scopes_held(self) -> Result<BTreeSet<Scope>> {
        let mut statement = self
            .0
            .prepare_cached("select scope from scope_row union select scope from scope_cursor")?;
        let scopes = statement.query_map([], |row| row.get(0).map(Scope))?;
        Ok(scopes.collect::<Result<_, _>>()?)
    }

    /// The scopes that hold a row, nearest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn row_scopes(self, entity: &str, row_id: &str) -> Result<Vec<Scope>> {
        let mut statement = self
            .0
            .prepare_cached("select scope from scope_row where entity = ?1 and row_id = ?2")?;
        let scopes = statement.query_map([entity, row_id], |row| row.get(0).map(Scope))?;
        let mut scopes: Vec<Scope> = scopes.collect::<Result<_, _>>()?;
        scopes.sort_by(|a, b| (a.nearness(), a).cmp(&(b.nearness(), b)));
        Ok(scopes)
    }

    /// The rows a scope holds, parents first. `missed`: only those that a snapshot has not brought.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_rows(self, scope: &Scope, missed: bool) -> Result<Vec<RowKey>> {
        let mut statement = self.0.prepare_cached(
            "select place, entity, row_id from scope_row where scope = ?1 and (seq = 0 or ?2 = 0)
             order by place, entity, row_id",
        )?;
        let keys = statement.query_map(params![scope.0, i64::from(missed)], |row| {
            Ok(RowKey {
                place: row.get(0)?,
                entity: row.get(1)?,
                row_id: row.get(2)?,
            })
        })?;
        Ok(keys.collect::<Result<_, _>>()?)
    }

    /// The server's version of a row that was changed here.
    ///
    /// # Errors
    /// `Column` if it does not read.
    pub fn base_row(self, entity: &str, row_id: &str) -> Result<Option<Value>> {
        let found: Option<String> = self
            .0
            .prepare_cached("select row from base_row where entity = ?1 and row_id = ?2")?
            .query_row([entity, row_id], |row| row.get(0))
            .optional()?;
        found
            .map(|text| {
                serde_json::from_str(&text).map_err(|_| StoreError::Column {
                    column: "base_row.row",
                })
            })
            .transpose()
    }

    /// A row as the server has it, as far as this replica knows.
    ///
    /// # Errors
    /// Those of `base_row` and `row_image`.
    pub fn held_image(self, entity: &str, row_id: &str) -> Result<Option<Value>> {
        match self.base_row(entity, row_id)? {
            // Made here: the server has none.
            Some(Value::Null) => Ok(None),
            Some(base) => Ok(Some(base)),
            None => self.row_image(entity, row_id),
        }
    }
}
