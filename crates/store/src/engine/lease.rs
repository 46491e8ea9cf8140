//! Leased files: each holds one leased scope under a key of its own and is attached beside the store. Readers
//! see the rows of a table in the store and in every leased file as one; the writer reaches those of a leased
//! file by its name, and only to put what was pulled.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use andu_sync::{Change, Operation, RowKey, Scope, ScopePage, SnapshotMark};
use rusqlite::{Connection, OpenFlags, OptionalExtension, params, params_from_iter};
use zeroize::Zeroizing;

use crate::{
    PROJECTIONS, Projection, Reader, Result, Store, StoreError, Tx,
    erase::WIPE_DUE,
    projection::{projection, value},
};

use super::{connect, lock};

/// Version of a leased file that this program writes.
const VERSION: u32 = 1;
/// What leased files are called while they are attached, before a number.
const ALIAS: &str = "lease_";

/// The leased files that are open.
#[derive(Default)]
pub(super) struct Leased {
    files: Vec<LeasedFile>,
    /// Changes with `files`: a connection that knew others is not used again.
    pub(super) generation: u64,
}

struct LeasedFile {
    scope: Scope,
    path: PathBuf,
    key: Zeroizing<String>,
    alias: String,
}

impl LeasedFile {
    fn attach(&self, connection: &Connection) -> Result<()> {
        let path = self.path.to_str();
        let path = path.ok_or(StoreError::Column { column: "path" })?;
        let key = Zeroizing::new(format!("x'{}'", self.key.as_str()));
        connection.execute(
            &format!("attach database ?1 as {} key ?2", self.alias),
            params![path, key.as_str()],
        )?;
        Ok(())
    }
}

impl Leased {
    /// Shows a reading connection the rows of the leased files with those of the store. A file that is gone is
    /// left out.
    pub(super) fn show(&self, connection: &Connection) -> Result<()> {
        let mut shown = Vec::new();
        for file in &self.files {
            if file.path.exists() && file.attach(connection).is_ok() {
                shown.push(file.alias.as_str());
            }
        }
        if shown.is_empty() {
            return Ok(());
        }
        for table in PROJECTIONS.iter().filter(|known| known.is_leased()) {
            connection.execute_batch(&view(table, &shown))?;
        }
        Ok(())
    }
}

/// All columns of a table are declared, so that a view has no fewer than its table.
fn view(of: &Projection, aliases: &[&str]) -> String {
    let names: Vec<&str> = of.columns.iter().map(|(name, _)| *name).collect();
    let (names, table, key) = (names.join(", "), of.table, of.key);
    let leased = aliases.iter().map(|alias| {
        // What another scope shows as well stands in the store.
        format!(
            " union all select {names} from {alias}.{table}
              where {key} not in (select {key} from main.{table})"
        )
    });
    let leased: String = leased.collect();
    format!("create temp view {table} as select {names} from main.{table}{leased}")
}

impl Store {
    /// Opens the file of a leased scope, making it where it is not there.
    ///
    /// # Errors
    /// `WrongKey`, `Damaged` (also for a file of another scope or version), `DiskFull`, and the engine's own.
    pub fn lease_open(&self, scope: &Scope, path: &Path, key: &str) -> Result<()> {
        if self.lease_scopes().contains(scope) {
            return Ok(());
        }
        make(scope, path, key)?;
        let writer = lock(&self.writer);
        let mut leased = self.leased_mut();
        leased.generation += 1;
        let file = LeasedFile {
            scope: scope.clone(),
            path: path.to_owned(),
            key: Zeroizing::new(key.to_owned()),
            alias: format!("{ALIAS}{}", leased.generation),
        };
        file.attach(&writer)?;
        let alias = &file.alias;
        writer.execute_batch(&format!("pragma {alias}.secure_delete = on"))?;
        leased.files.push(file);
        lock(&self.readers).clear();
        Ok(())
    }

    /// Closes the file of a leased scope: nobody reads it from now on, but for who is reading.
    ///
    /// # Errors
    /// The engine's own.
    pub fn lease_close(&self, scope: &Scope) -> Result<()> {
        let writer = lock(&self.writer);
        let mut leased = self.leased_mut();
        let Some(at) = leased.files.iter().position(|file| file.scope == *scope) else {
            return Ok(());
        };
        let file = leased.files.remove(at);
        leased.generation += 1;
        lock(&self.readers).clear();
        writer.flush_prepared_statement_cache();
        writer.execute_batch(&format!("detach database {}", file.alias))?;
        Ok(())
    }

    /// The leased scopes whose files are open.
    pub fn lease_scopes(&self) -> Vec<Scope> {
        let leased = self.leased();
        leased.files.iter().map(|file| file.scope.clone()).collect()
    }
}

fn make(scope: &Scope, path: &Path, key: &str) -> Result<()> {
    let mut file = connect(path, Some(key), OpenFlags::default())?;
    let found: u32 = file.query_row("pragma user_version", [], |row| row.get(0))?;
    if found == 0 {
        let tx = file.transaction()?;
        tx.execute_batch(include_str!("lease.sql"))?;
        tx.execute(
            "insert into held (scope, seq, snapshot_at, snapshot_after) values (?1, 0, 0, '')",
            [&scope.0],
        )?;
        tx.pragma_update(None, "user_version", VERSION)?;
        tx.commit()?;
        return Ok(());
    }
    let held: Option<String> = match found {
        VERSION => file
            .query_row("select scope from held", [], |row| row.get(0))
            .optional()?,
        _ => None,
    };
    match held {
        Some(held) if held == scope.0 => Ok(()),
        _ => Err(StoreError::Damaged(
            "a leased file of something else".into(),
        )),
    }
}

/// How far a leased scope was pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedPlace {
    /// The cursor; 0 before the first page and while the first snapshot goes on.
    pub seq: u64,
    /// A snapshot that is not finished.
    pub mark: Option<SnapshotMark>,
}

impl Reader<'_> {
    fn leases(self) -> Result<Vec<(Scope, String)>> {
        let mut statement = self
            .0
            .prepare("select name from pragma_database_list where substr(name, 1, 6) = ?1")?;
        let aliases: Vec<String> = statement
            .query_map([ALIAS], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut leases = Vec::new();
        for alias in aliases {
            let sql = format!("select scope from {alias}.held");
            let scope: String = self.0.query_row(&sql, [], |row| row.get(0))?;
            leases.push((Scope(scope), alias));
        }
        Ok(leases)
    }

    /// How far each leased scope was pulled whose file is open.
    ///
    /// # Errors
    /// `Column` if a mark does not read.
    pub fn leased_places(self) -> Result<BTreeMap<Scope, LeasedPlace>> {
        let mut places = BTreeMap::new();
        for (scope, alias) in self.leases()? {
            let sql = format!("select seq, snapshot_at, snapshot_after from {alias}.held");
            let (seq, at, after): (i64, i64, String) = self
                .0
                .query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let column = "held.snapshot_after";
            let after: Option<RowKey> = match after.as_str() {
                "" => None,
                text => {
                    Some(serde_json::from_str(text).map_err(|_| StoreError::Column { column })?)
                }
            };
            let mark = after.map(|after| SnapshotMark {
                at: at.unsigned_abs(),
                after,
            });
            let seq = seq.unsigned_abs();
            places.insert(scope, LeasedPlace { seq, mark });
        }
        Ok(places)
    }
}

impl Tx<'_> {
    /// Forgets how far leased scopes were pulled; each begins again from its snapshot.
    ///
    /// # Errors
    /// The engine's own.
    pub fn leased_restart(&mut self) -> Result<()> {
        for (_, alias) in self.reader().leases()? {
            self.0.execute_batch(&format!(
                "update {alias}.held set seq = 0, snapshot_at = 0, snapshot_after = ''"
            ))?;
        }
        Ok(())
    }

    /// Puts a page of a leased scope into its file. Says whether there was anything to put; where no file is
    /// open for it, nothing of it is put anywhere.
    ///
    /// # Errors
    /// `Gap` if a page of the log does not continue what is held.
    pub fn leased_page_put(&mut self, page: &ScopePage) -> Result<bool> {
        let leases = self.reader().leases()?;
        let Some((scope, alias)) = leases.into_iter().find(|(scope, _)| *scope == page.scope)
        else {
            return Ok(false);
        };
        let held = self.reader().leased_places()?;
        let cursor = held.get(&scope).map_or(0, |place| place.seq);
        let Some(part) = &page.snapshot else {
            if !page.follows(cursor) {
                return Err(StoreError::Gap {
                    scope: scope.0,
                    cursor,
                });
            }
            for change in &page.changes {
                self.leased_change(&alias, change)?;
            }
            if let Some(last) = page.changes.last() {
                self.leased_cursor(&alias, last.seq)?;
            }
            return Ok(!page.changes.is_empty());
        };
        if part.after.is_none() {
            self.0
                .execute_batch(&format!("update {alias}.scope_row set seq = 0"))?;
            self.leased_cursor(&alias, 0)?;
        }
        for change in &page.changes {
            self.leased_change(&alias, change)?;
        }
        match &part.to {
            Some(to) => {
                let to = serde_json::to_string(to).expect("BUG: a key is plain data");
                let sql = format!("update {alias}.held set snapshot_at = ?1, snapshot_after = ?2");
                self.0.execute(&sql, params![part.at.cast_signed(), to])?;
            }
            None => {
                self.leased_missed_erase(&alias)?;
                self.leased_cursor(&alias, part.at)?;
            }
        }
        Ok(true)
    }

    fn leased_cursor(&mut self, alias: &str, seq: u64) -> Result<()> {
        let sql = format!("update {alias}.held set seq = ?1, snapshot_at = 0, snapshot_after = ''");
        self.0.execute(&sql, [seq.cast_signed()])?;
        Ok(())
    }

    /// What this version does not know, or does not hold on lease, it leaves alone.
    fn leased_change(&mut self, alias: &str, change: &Change) -> Result<()> {
        let Some(known) = projection(&change.entity).filter(|known| known.is_leased()) else {
            return Ok(());
        };
        if change.operation == Operation::Remove {
            return self.leased_erase(alias, known, &change.row_id);
        }
        let values = known.columns.iter();
        let values = values.map(|column| value(known.table, &change.row, *column));
        // A row that cannot be read must not hold up those behind it.
        let Ok(values) = values.collect::<Result<Vec<_>>>() else {
            return Ok(());
        };
        if change.row.get(known.key).and_then(|key| key.as_str()) != Some(change.row_id.as_str()) {
            return Ok(());
        }
        let names: Vec<&str> = known.columns.iter().map(|(name, _)| *name).collect();
        let places: Vec<String> = (1..=names.len()).map(|at| format!("?{at}")).collect();
        let put: Vec<String> = names
            .iter()
            .map(|name| format!("{name} = excluded.{name}"))
            .collect();
        let sql = format!(
            "insert into {alias}.{} ({}) values ({}) on conflict ({}) do update set {}",
            known.table,
            names.join(", "),
            places.join(", "),
            known.key,
            put.join(", ")
        );
        self.0.execute(&sql, params_from_iter(values))?;
        let sql = format!(
            "insert into {alias}.scope_row (place, entity, row_id, seq) values (?1, ?2, ?3, ?4)
             on conflict (place, entity, row_id) do update set seq = excluded.seq"
        );
        self.0.execute(
            &sql,
            params![
                known.place,
                known.entity,
                change.row_id,
                change.seq.cast_signed()
            ],
        )?;
        Ok(())
    }

    /// Takes out what a snapshot has not brought.
    fn leased_missed_erase(&mut self, alias: &str) -> Result<()> {
        let missed: Vec<(String, String)> = self
            .0
            .prepare(&format!(
                "select entity, row_id from {alias}.scope_row where seq = 0"
            ))?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (entity, row_id) in missed {
            if let Some(known) = projection(&entity) {
                self.leased_erase(alias, known, &row_id)?;
            }
        }
        Ok(())
    }

    fn leased_erase(&mut self, alias: &str, known: &Projection, row_id: &str) -> Result<()> {
        let (table, key) = (known.table, known.key);
        self.0.execute(
            &format!("delete from {alias}.{table} where {key} = ?1"),
            [row_id],
        )?;
        self.0.execute(
            &format!(
                "delete from {alias}.scope_row where place = ?1 and entity = ?2 and row_id = ?3"
            ),
            params![known.place, known.entity, row_id],
        )?;
        self.meta_put(WIPE_DUE, "yes")
    }
}

#[cfg(test)]
mod tests {
    use andu_sync::SnapshotPart;
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::Key;

    const MAIN: &str = "0101010101010101010101010101010101010101010101010101010101010101";
    const OWN: &str = "0202020202020202020202020202020202020202020202020202020202020202";

    fn scope() -> Scope {
        Scope("restricted:a".into())
    }

    struct Desk {
        folder: TempDir,
        store: Store,
    }

    impl Desk {
        fn open() -> Self {
            let folder = TempDir::new().expect("a folder");
            let store = Store::open(&folder.path().join("store.db"), Key::Raw(MAIN));
            let desk = Self {
                store: store.expect("a store"),
                folder,
            };
            desk.lease();
            desk
        }

        fn path(&self) -> PathBuf {
            self.folder.path().join("a.db")
        }

        fn lease(&self) {
            let opened = self.store.lease_open(&scope(), &self.path(), OWN);
            opened.expect("a leased file");
        }

        fn put(&self, page: &ScopePage) -> Result<bool> {
            self.store.write(|tx| tx.leased_page_put(page))
        }

        fn numbers(&self) -> Vec<String> {
            self.store
                .read(|reader| -> Result<_> {
                    let mut statement = reader
                        .0
                        .prepare("select number from telephone order by number")?;
                    let rows = statement.query_map([], |row| row.get(0))?;
                    Ok(rows.collect::<Result<_, _>>()?)
                })
                .expect("numbers")
        }

        fn place(&self) -> Option<LeasedPlace> {
            let places = self.store.read(|reader| reader.leased_places());
            let places = places.expect("places");
            places.get(&scope()).cloned()
        }
    }

    fn change(seq: u64, id: &str, number: &str) -> Change {
        let row = json!({
            "id": id, "person_id": "p", "kind": "mobile", "number": number, "grade": "restricted",
        });
        Change {
            seq,
            entity: "telephone".into(),
            row_id: id.into(),
            operation: Operation::Put,
            row,
        }
    }

    fn page(changes: Vec<Change>) -> ScopePage {
        let head = changes.last().map_or(0, |change| change.seq);
        ScopePage {
            scope: scope(),
            changes,
            head,
            snapshot: None,
        }
    }

    #[test]
    fn leased_rows_are_read_with_the_others_and_lie_in_their_own_file() {
        let desk = Desk::open();
        desk.put(&page(vec![change(1, "a", "13900000001")]))
            .expect("put");
        assert_eq!(desk.numbers(), ["13900000001"]);
        let in_store = desk.store.write(|tx| -> Result<i64> {
            let count = "select count(*) from main.telephone";
            Ok(tx.0.query_row(count, [], |row| row.get(0))?)
        });
        assert_eq!(in_store.expect("counted"), 0);
        assert_eq!(desk.place().map(|place| place.seq), Some(1));

        desk.store.lease_close(&scope()).expect("closed");
        assert_eq!(desk.numbers(), [] as [&str; 0], "read by a kept connection");
        assert_eq!(desk.place(), None);
        let other = page(vec![change(2, "b", "13900000002")]);
        assert!(
            !desk.put(&other).expect("left alone"),
            "a page was put without its file"
        );
        desk.lease();
        assert_eq!(desk.numbers(), ["13900000001"]);
    }

    #[test]
    fn another_key_opens_nothing_and_a_file_of_another_scope_is_not_taken() {
        let desk = Desk::open();
        desk.store.lease_close(&scope()).expect("closed");
        let wrong = desk.store.lease_open(&scope(), &desk.path(), MAIN);
        assert!(matches!(wrong, Err(StoreError::WrongKey)), "{wrong:?}");
        let other = Scope("restricted:b".into());
        let taken = desk.store.lease_open(&other, &desk.path(), OWN);
        assert!(matches!(taken, Err(StoreError::Damaged(_))), "{taken:?}");
        desk.lease();
    }

    #[test]
    fn a_snapshot_takes_out_what_it_does_not_bring_and_goes_on_where_it_was_cut() {
        let desk = Desk::open();
        desk.put(&page(vec![
            change(1, "a", "13900000001"),
            change(2, "b", "13900000002"),
        ]))
        .expect("put");
        let to = RowKey {
            place: 47,
            entity: "telephone".into(),
            row_id: "b".into(),
        };
        let part = |changes, after: Option<RowKey>, to: Option<RowKey>| ScopePage {
            snapshot: Some(SnapshotPart { at: 9, after, to }),
            head: 9,
            ..page(changes)
        };
        let first = part(vec![change(7, "b", "13900000007")], None, Some(to.clone()));
        desk.put(&first).expect("put");
        let place = desk.place().expect("a place");
        let mark = SnapshotMark {
            at: 9,
            after: to.clone(),
        };
        assert_eq!((place.seq, place.mark), (0, Some(mark)));
        let last = part(vec![change(9, "c", "13900000009")], Some(to), None);
        desk.put(&last).expect("put");
        assert_eq!(desk.numbers(), ["13900000007", "13900000009"]);
        assert_eq!(desk.place(), Some(LeasedPlace { seq: 9, mark: None }));

        let gap = page(vec![change(11, "d", "1")]);
        assert!(matches!(desk.put(&gap), Err(StoreError::Gap { .. })));
        let gone = Change {
            operation: Operation::Remove,
            ..change(10, "b", "")
        };
        desk.put(&page(vec![gone])).expect("put");
        assert_eq!(desk.numbers(), ["13900000009"]);
        let restarted = desk.store.write(|tx| tx.leased_restart());
        restarted.expect("restarted");
        assert_eq!(desk.place(), Some(LeasedPlace { seq: 0, mark: None }));
    }

    #[test]
    fn what_is_not_leased_is_never_put_into_a_leased_file() {
        let desk = Desk::open();
        let row = json!({ "person_id": "p", "room": "301", "note": "" });
        let contact = Change {
            entity: "contact".into(),
            row_id: "p".into(),
            row,
            ..change(1, "p", "")
        };
        let bent = Change {
            row_id: "another".into(),
            ..change(2, "a", "13900000001")
        };
        desk.put(&page(vec![contact, bent])).expect("put");
        assert_eq!(desk.numbers(), [] as [&str; 0]);
    }

    #[test]
    fn the_schema_of_leased_files_has_every_leased_table_as_it_is_declared() {
        let desk = Desk::open();
        desk.store
            .write(|tx| -> Result<()> {
                let (_, alias) = tx.reader().leases()?.remove(0);
                for known in PROJECTIONS.iter().filter(|known| known.is_leased()) {
                    let declared: Vec<&str> = known.columns.iter().map(|(name, _)| *name).collect();
                    for home in ["main", alias.as_str()] {
                        let sql = format!("select * from {home}.{} limit 0", known.table);
                        let statement = tx.0.prepare(&sql)?;
                        let columns: Vec<&str> = statement.column_names().collect();
                        assert_eq!(columns, declared, "{home}.{}", known.table);
                    }
                }
                Ok(())
            })
            .expect("a schema");
    }
}
