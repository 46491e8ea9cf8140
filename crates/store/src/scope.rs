//! Scope logs at a server: what each scope holds, in an order without gaps, as pages of the log or as a
//! snapshot of what is there now.

use std::collections::BTreeMap;

use andu_base::DeviceId;
use andu_sync::{Change, Operation, PullRequest, RowKey, Scope, ScopePage, SnapshotPart};
use rusqlite::{OptionalExtension, Row, params};

use crate::{Reader, Result, StoreError, Tx, projection::projection};

/// A scope's log: its newest sequence, and the one above which it is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ScopeHead {
    /// The newest sequence.
    pub seq: u64,
    /// What is at or below it has been compacted.
    pub min_seq: u64,
}

/// Changes of one page.
const ROWS_AT_MOST: u32 = 5_000;
/// A page ends with the change that takes it beyond so many bytes.
const PAGE_BYTES: usize = 4 << 20;

/// Entities whose row is the same in every scope and lies in a table of its own: where an entry says just what that
/// table says, it holds no copy of it. Whoever reads the entry later gets the row as it is then, which a later entry
/// would have brought anyway.
const BY_REFERENCE: [&str; 3] = ["frozen_text", "instance", "task"];

/// An entry of a log, and about how many bytes it has. One without a copy of its row has what the table says now;
/// where that is gone, the row is.
fn change(reader: Reader<'_>, row: &Row<'_>) -> Result<(Change, usize)> {
    let column = StoreError::Column {
        column: "scope_log.row",
    };
    let mut change = Change {
        seq: row.get::<_, i64>(0)?.unsigned_abs(),
        entity: row.get(1)?,
        row_id: row.get(2)?,
        operation: match row.get::<_, String>(3)?.as_str() {
            "put" => Operation::Put,
            _ => Operation::Remove,
        },
        row: serde_json::Value::Null,
    };
    let copy: String = row.get(4)?;
    if !copy.is_empty() {
        change.row = serde_json::from_str(&copy).map_err(|_| column)?;
        return Ok((change, copy.len()));
    }
    match reader.row_image(&change.entity, &change.row_id)? {
        Some(image) => change.row = image,
        None => change.operation = Operation::Remove,
    }
    let fields = change.row.as_object().into_iter().flatten();
    let bytes = fields.filter_map(|(_, value)| value.as_str().map(str::len));
    let bytes = bytes.sum();
    Ok((change, bytes))
}

/// By scope how far a desk has said it is, and how far the scope has come.
pub type DeviceHeads = BTreeMap<Scope, (u64, u64)>;

impl Tx<'_> {
    /// Appends a change to a scope and answers with its sequence. The head's row lock orders commits:
    /// sequences have no gaps.
    ///
    /// # Errors
    /// `Column` for an entity without a declared projection, or none for this scope.
    pub fn scope_append(
        &mut self,
        scope: &Scope,
        entity: &str,
        row_id: &str,
        operation: Operation,
        row: &serde_json::Value,
    ) -> Result<u64> {
        let seqs = self.scope_append_all(&[scope], (entity, row_id), operation, row)?;
        seqs.into_iter().next().ok_or(StoreError::Column {
            column: "scope_log.scope",
        })
    }

    /// Appends one change to several scopes and answers with the sequence in each.
    ///
    /// # Errors
    /// As [`Self::scope_append`].
    pub fn scope_append_all(
        &mut self,
        scopes: &[&Scope],
        (entity, row_id): (&str, &str),
        operation: Operation,
        row: &serde_json::Value,
    ) -> Result<Vec<u64>> {
        let wrong = |column| StoreError::Column { column };
        let projection = projection(entity).ok_or_else(|| wrong("scope_log.entity"))?;
        if !projection.covers(row) {
            return Err(wrong("scope_log.row"));
        }
        if !scopes.iter().all(|scope| projection.may_show_in(scope)) {
            return Err(wrong("scope_log.scope"));
        }
        let by_reference = operation == Operation::Put
            && BY_REFERENCE.contains(&entity)
            && self.reader().row_image(entity, row_id)?.as_ref() == Some(row);
        let copy = match by_reference {
            true => String::new(),
            false => row.to_string(),
        };
        let mut seqs = Vec::with_capacity(scopes.len());
        for scope in scopes {
            seqs.push(self.scope_log_put(scope, (entity, row_id), operation, &copy)?);
        }
        Ok(seqs)
    }

    /// Appends that a row stands in its table as it is now, without a copy of it, and answers with the sequence in
    /// each scope. The row is there, and one of those that are the same for everybody.
    ///
    /// # Errors
    /// `Column` for an entity that is not the same in every scope, or has no projection for this one.
    pub fn scope_append_kept(
        &mut self,
        scopes: &[&Scope],
        (entity, row_id): (&str, &str),
    ) -> Result<Vec<u64>> {
        let wrong = |column| StoreError::Column { column };
        let projection = projection(entity).ok_or_else(|| wrong("scope_log.entity"))?;
        if !BY_REFERENCE.contains(&entity) {
            return Err(wrong("scope_log.entity"));
        }
        if !scopes.iter().all(|scope| projection.may_show_in(scope)) {
            return Err(wrong("scope_log.scope"));
        }
        debug_assert!(
            self.reader().row_image(entity, row_id)?.is_some(),
            "BUG: {entity} is shown before it is kept"
        );
        let put = |scope: &&Scope| self.scope_log_put(scope, (entity, row_id), Operation::Put, "");
        scopes.iter().map(put).collect()
    }

    fn scope_log_put(
        &mut self,
        scope: &Scope,
        (entity, row_id): (&str, &str),
        operation: Operation,
        copy: &str,
    ) -> Result<u64> {
        let seq: i64 = self
            .0
            .prepare_cached(
                "insert into scope_head (scope, seq) values (?1, 1)
                 on conflict (scope) do update set seq = scope_head.seq + 1 returning seq",
            )?
            .query_row([&scope.0], |row| row.get(0))?;
        let word = match operation {
            Operation::Put => "put",
            Operation::Remove => "remove",
        };
        self.0
            .prepare_cached(
                "insert into scope_log (scope, seq, entity, row_id, operation, row)
                 values (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![scope.0, seq, entity, row_id, word, copy])?;
        match operation {
            Operation::Put => {
                let change = Change {
                    seq: seq.unsigned_abs(),
                    entity: entity.to_owned(),
                    row_id: row_id.to_owned(),
                    operation,
                    row: serde_json::Value::Null,
                };
                self.scope_row_put(scope, &change)?;
            }
            Operation::Remove => {
                self.scope_row_remove(scope, entity, row_id)?;
            }
        }
        Ok(seq.unsigned_abs())
    }

    /// Takes out of a scope's log, up to and with `floor`, what was overtaken: of each row that is still
    /// there its newest entry stays. Whoever is behind `floor` gets a snapshot from now on.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_compact(&mut self, scope: &Scope, floor: u64) -> Result<usize> {
        let floor = floor.cast_signed();
        let gone = self
            .0
            .prepare_cached(
                "delete from scope_log where scope = ?1 and seq <= ?2 and not exists
                     (select 1 from scope_row r where r.entity = scope_log.entity
                      and r.row_id = scope_log.row_id and r.scope = scope_log.scope and r.seq = scope_log.seq)",
            )?
            .execute(params![scope.0, floor])?;
        self.0
            .prepare_cached(
                "update scope_head set min_seq = ?2 where scope = ?1 and min_seq < ?2 and seq >= ?2",
            )?
            .execute(params![scope.0, floor])?;
        Ok(gone)
    }

    /// Notes how far a desk says it is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_cursors_put(
        &mut self,
        device: DeviceId,
        cursors: &BTreeMap<Scope, u64>,
        seen_at: &str,
    ) -> Result<()> {
        let device = device.as_text();
        self.0
            .prepare_cached("delete from device_cursor where device_id = ?1")?
            .execute([&device])?;
        let mut statement = self.0.prepare_cached(
            "insert into device_cursor (device_id, scope, seq, seen_at) values (?1, ?2, ?3, ?4)",
        )?;
        for (scope, seq) in cursors {
            statement.execute(params![device, scope.0, seq.cast_signed(), seen_at])?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Of these scopes those whose newest entry of a row is no copy of it as it is given here.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scopes_behind<'s>(
        self,
        scopes: &[&'s Scope],
        (entity, row_id): (&str, &str),
        row: &serde_json::Value,
    ) -> Result<Vec<&'s Scope>> {
        let mut statement = self.0.prepare_cached(
            "select l.row from scope_row r join scope_log l on l.scope = r.scope and l.seq = r.seq
             where r.scope = ?1 and r.place = ?2 and r.entity = ?3 and r.row_id = ?4",
        )?;
        let place = projection(entity).map_or(0, |projection| projection.place);
        let copy = row.to_string();
        let mut behind = Vec::new();
        for scope in scopes {
            let said = statement.query_row(params![scope.0, place, entity, row_id], |row| {
                Ok(row.get_ref(0)?.as_str().is_ok_and(|said| said == copy))
            });
            if !said.optional()?.unwrap_or_default() {
                behind.push(*scope);
            }
        }
        Ok(behind)
    }

    /// How far a scope's log goes.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_head(self, scope: &Scope) -> Result<ScopeHead> {
        let found = self
            .0
            .prepare_cached("select seq, min_seq from scope_head where scope = ?1")?
            .query_row([&scope.0], |row| {
                Ok(ScopeHead {
                    seq: row.get::<_, i64>(0)?.unsigned_abs(),
                    min_seq: row.get::<_, i64>(1)?.unsigned_abs(),
                })
            })
            .optional()?;
        Ok(found.unwrap_or_default())
    }

    /// Every scope that has a log, with how far it goes.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_heads(self) -> Result<BTreeMap<Scope, ScopeHead>> {
        let mut statement = self
            .0
            .prepare_cached("select scope, seq, min_seq from scope_head")?;
        let heads = statement.query_map([], |row| {
            let head = ScopeHead {
                seq: row.get::<_, i64>(1)?.unsigned_abs(),
                min_seq: row.get::<_, i64>(2)?.unsigned_abs(),
            };
            Ok((Scope(row.get(0)?), head))
        })?;
        Ok(heads.collect::<Result<_, _>>()?)
    }

    /// The lowest cursor of the desks that were seen at or after `live_since`; `None` if none was.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_floor(self, scope: &Scope, live_since: &str) -> Result<Option<u64>> {
        let lowest: Option<i64> = self
            .0
            .prepare_cached(
                "select min(seq) from device_cursor where scope = ?1 and seen_at >= ?2",
            )?
            .query_row([&scope.0, live_since], |row| row.get(0))?;
        Ok(lowest.map(i64::unsigned_abs))
    }

    /// How far a desk has said it is, by scope, and when it said so first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_cursors(self, device: DeviceId) -> Result<(BTreeMap<Scope, u64>, String)> {
        let mut statement = self
            .0
            .prepare_cached("select scope, seq, seen_at from device_cursor where device_id = ?1")?;
        let mut rows = statement.query([device.as_text()])?;
        let (mut cursors, mut seen_at) = (BTreeMap::new(), String::new());
        while let Some(row) = rows.next()? {
            cursors.insert(Scope(row.get(0)?), row.get::<_, i64>(1)?.unsigned_abs());
            seen_at = row.get(2)?;
        }
        Ok((cursors, seen_at))
    }

    /// How far a desk has said it is in each scope and how far the scope has come, and when it said so first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn device_heads(self, device: DeviceId) -> Result<(DeviceHeads, String)> {
        let mut statement = self.0.prepare_cached(
            "select c.scope, c.seq, coalesce(h.seq, 0), c.seen_at from device_cursor c
             left join scope_head h on h.scope = c.scope where c.device_id = ?1",
        )?;
        let mut rows = statement.query([device.as_text()])?;
        let (mut heads, mut seen_at) = (BTreeMap::new(), String::new());
        while let Some(row) = rows.next()? {
            let seqs = [row.get::<_, i64>(1)?, row.get(2)?].map(i64::unsigned_abs);
            heads.insert(Scope(row.get(0)?), (seqs[0], seqs[1]));
            seen_at = row.get(3)?;
        }
        Ok((heads, seen_at))
    }

    /// What follows the request's cursor: a page of the log, or a part of a snapshot for whoever begins or
    /// is further behind than the log goes.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_page(self, scope: &Scope, request: &PullRequest) -> Result<ScopePage> {
        let head = self.scope_head(scope)?;
        let limit = request.limit.clamp(1, ROWS_AT_MOST);
        let going_on = request.snapshots.get(scope);
        if let Some(mark) = going_on.filter(|mark| mark.at >= head.min_seq && mark.at <= head.seq) {
            return self.snapshot_page(scope, (mark.at, Some(&mark.after)), head, limit);
        }
        let cursor = request.cursors.get(scope).copied().unwrap_or(0);
        // A cursor beyond the head is of a history that this store does not have any more.
        let apart = cursor > head.seq || cursor < head.min_seq || (cursor == 0 && head.seq > 0);
        if apart || going_on.is_some() {
            return self.snapshot_page(scope, (head.seq, None), head, limit);
        }
        let mut statement = self.0.prepare_cached(
            "select seq, entity, row_id, operation, row from scope_log
             where scope = ?1 and seq > ?2 order by seq limit ?3",
        )?;
        let mut rows = statement.query(params![scope.0, cursor.cast_signed(), limit])?;
        let (mut changes, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            let (change, size) = change(self, row)?;
            bytes += size;
            changes.push(change);
            if bytes > PAGE_BYTES {
                break;
            }
        }
        Ok(ScopePage {
            scope: scope.clone(),
            changes,
            head: head.seq,
            snapshot: None,
        })
    }

    fn snapshot_page(
        self,
        scope: &Scope,
        (at, after): (u64, Option<&RowKey>),
        head: ScopeHead,
        limit: u32,
    ) -> Result<ScopePage> {
        let (mut rows, is_cut) =
            self.scope_rows_after(scope, after, at, (limit + 1, PAGE_BYTES))?;
        let more = is_cut || rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let to = rows.last().filter(|_| more).map(|(key, _)| key.clone());
        Ok(ScopePage {
            scope: scope.clone(),
            changes: rows
                .into_iter()
                .map(|(_, row)| Change { seq: at, ..row })
                .collect(),
            head: head.seq,
            snapshot: Some(SnapshotPart {
                at,
                after: after.cloned(),
                to,
            }),
        })
    }

    /// Rows a scope holds now, parents first, that follow `after` and were there at `at`: what came later
    /// comes with the log, its parents before it. And whether the bytes ended them.
    fn scope_rows_after(
        self,
        scope: &Scope,
        after: Option<&RowKey>,
        at: u64,
        (limit, most_bytes): (u32, usize),
    ) -> Result<(Vec<(RowKey, Change)>, bool)> {
        let none = RowKey::default();
        let after = after.unwrap_or(&none);
        let mut statement = self.0.prepare_cached(include_str!("scope_rows.sql"))?;
        let mut rows = statement.query(params![
            scope.0,
            after.place,
            after.entity,
            after.row_id,
            at.cast_signed(),
            limit
        ])?;
        let (mut found, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            if bytes > most_bytes {
                return Ok((found, true));
            }
            let (change, size) = change(self, row)?;
            bytes += size;
            let key = RowKey {
                place: row.get(5)?,
                entity: change.entity.clone(),
                row_id: change.row_id.clone(),
            };
            found.push((key, change));
        }
        Ok((found, false))
    }

    /// Every row a scope holds now, parents first, as its log has it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn scope_rows_logged(self, scope: &Scope) -> Result<Vec<(RowKey, Change)>> {
        let head = self.scope_head(scope)?;
        let everything = (u32::MAX >> 1, usize::MAX);
        Ok(self.scope_rows_after(scope, None, head.seq, everything)?.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Key, Store};

    fn page(store: &Store, scope: &Scope, cursor: u64) -> Vec<Change> {
        let request = PullRequest {
            cursors: [(scope.clone(), cursor)].into(),
            limit: 10,
            ..PullRequest::default()
        };
        let page = store.read(|reader| reader.scope_page(scope, &request));
        page.expect("a page").changes
    }

    #[test]
    fn a_log_names_what_lies_in_a_table_and_holds_what_does_not() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let store = Store::open(&folder.path().join("s.db"), Key::Plain).expect("a store");
        let (one, other) = (Scope("person:a".into()), Scope("person:b".into()));
        let (kept, else_where) = (
            json!({ "hash": "h", "document": "关于防汛的通知" }),
            json!({ "hash": "h", "document": "另一份" }),
        );
        let put = |scope: &Scope, row: &serde_json::Value| {
            let put = store.write(|tx| -> Result<u64> {
                tx.frozen_text_put("h", "关于防汛的通知".as_bytes())?;
                tx.scope_append(scope, "frozen_text", "h", Operation::Put, row)
            });
            put.expect("an entry");
        };
        put(&one, &kept);
        put(&one, &kept);
        put(&other, &else_where);
        let copies = store.read(|reader| -> Result<Vec<String>> {
            let mut all = reader
                .0
                .prepare("select row from scope_log order by scope, seq")?;
            let found = all.query_map([], |row| row.get(0))?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        });
        let copies = copies.expect("the log");
        assert_eq!(copies[..2], ["", ""], "the text lies in its table alone");
        assert!(copies[2].contains("另一份"), "{copies:?}");

        // A desk that follows, one that begins, and one of another scope get what was put.
        assert_eq!(page(&store, &one, 1)[0].row, kept);
        assert_eq!(page(&store, &one, 0)[0].row, kept);
        assert_eq!(page(&store, &other, 0)[0].row, else_where);
        let gone = store.write(|tx| tx.scope_compact(&one, 2));
        assert_eq!(gone.expect("a shorter log"), 1);
        assert_eq!(page(&store, &one, 0)[0].row, kept, "also from a snapshot");

        // What is not there any more is told as gone.
        let erase = |tx: &mut Tx<'_>| -> Result<()> {
            tx.0.execute("delete from frozen_text where hash = 'h'", [])?;
            Ok(())
        };
        store.write(erase).expect("it is erased");
        assert_eq!(page(&store, &one, 0)[0].operation, Operation::Remove);
    }
}
