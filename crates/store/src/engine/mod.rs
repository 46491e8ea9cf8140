//! The one place that speaks to an engine: opening, keys, pragmas, migrations, transactions, copies and
//! the full-text index. Everything outside speaks the common subset of SQL.

mod full_text;
mod lease;
mod migration;

use std::{
    fs::OpenOptions,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};

use rusqlite::{CachedStatement, Connection, OpenFlags, TransactionBehavior};

use crate::{Result, StoreError};

pub use lease::LeasedPlace;
pub use migration::SCHEMA_VERSION;

/// How the file is encrypted.
#[derive(Clone, Copy)]
pub enum Key<'a> {
    /// A raw 256-bit key as 64 hexadecimal characters.
    Raw(&'a str),
    /// Not at all (a server whose disk is encrypted, tests).
    Plain,
}

/// An open store.
pub struct Store {
    // Dropped before the writer: only a connection that may write folds the log into the file at the end.
    readers: Mutex<Vec<Connection>>,
    writer: Mutex<Connection>,
    /// Leased files that are open beside the store. Taken after the writer, before the readers.
    leased: RwLock<lease::Leased>,
    path: PathBuf,
    key: Option<zeroize::Zeroizing<String>>,
}

/// Reads.
#[derive(Clone, Copy)]
pub struct Reader<'a>(pub(crate) &'a Connection);

/// One write transaction; it reads as well.
pub struct Tx<'a>(pub(crate) rusqlite::Transaction<'a>);

impl Reader<'_> {
    /// Looks whether the whole file is sound, its indexes as well.
    ///
    /// # Errors
    /// `Damaged` with what is wrong first.
    pub fn check_integrity(self) -> Result<()> {
        migration::check_integrity(self.0)
    }
}

impl Tx<'_> {
    /// The same transaction, for reading.
    pub fn reader(&self) -> Reader<'_> {
        Reader(&self.0)
    }

    /// Works within the transaction; what it did is taken back, and only that, when it returns an error.
    ///
    /// # Errors
    /// Those of `work`, and those of the engine, after which the whole transaction is to be given up.
    pub fn attempt<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<T, E> {
        // Said for every command: as a cached statement it is read only once.
        let said = |statement: rusqlite::Result<CachedStatement<'_>>| -> Result<()> {
            statement?.execute([])?;
            Ok(())
        };
        said(self.0.prepare_cached("savepoint attempt"))?;
        let done = work(self);
        if done.is_err() {
            said(self.0.prepare_cached("rollback to savepoint attempt"))?;
        }
        said(self.0.prepare_cached("release savepoint attempt"))?;
        done
    }
}

/// The fact that a store is a copy. A server that opens one was restored: it takes another epoch.
pub const IS_COPY: &str = "is_copy";

/// Idle read connections that are kept.
const KEPT_READERS: usize = 4;

impl Store {
    /// Opens the store at `path`, makes it if it is not there, and brings it up to this program's
    /// version; an older file is checked and copied beside itself first (`<name>.before-v<N>`).
    ///
    /// # Errors
    /// `WrongKey`, `Newer`, `Damaged`, `DiskFull`, `Busy` by situation.
    pub fn open(path: &Path, key: Key<'_>) -> Result<Self> {
        let key = match key {
            Key::Raw(hex) => Some(zeroize::Zeroizing::new(hex.to_owned())),
            Key::Plain => None,
        };
        keep_private(path)?;
        let mut writer = connect(path, key.as_ref().map(|k| k.as_str()), OpenFlags::default())?;
        migration::run(&mut writer, path)?;
        Ok(Self {
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
            leased: RwLock::default(),
            path: path.to_owned(),
            key,
        })
    }

    /// Which version the store at `path` has; 0 for a file in which there is none yet. Nothing is changed.
    ///
    /// # Errors
    /// `WrongKey` for what is no store under this key; the engine's own.
    pub fn version_at(path: &Path, key: Key<'_>) -> Result<u32> {
        let key = match key {
            Key::Raw(hex) => Some(hex),
            Key::Plain => None,
        };
        let connection = connect(path, key, read_only())?;
        Ok(connection.query_row("pragma user_version", [], |row| row.get(0))?)
    }

    /// Reads the store at `path` as it lies there. Nothing is changed, and it is not brought up to date.
    ///
    /// # Errors
    /// Those of `read`; `WrongKey` for what is no store under this key.
    pub fn peek<T, E: From<StoreError>>(
        path: &Path,
        key: Key<'_>,
        read: impl FnOnce(Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let key = match key {
            Key::Raw(hex) => Some(hex),
            Key::Plain => None,
        };
        read(Reader(&connect(path, key, read_only())?))
    }

    /// Reads with a connection of its own: writers are never waited for.
    ///
    /// # Errors
    /// Those of `read`, and those of opening another connection.
    pub fn read<T, E: From<StoreError>>(
        &self,
        read: impl FnOnce(Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let leased = self.leased();
        let generation = leased.generation;
        let pooled = lock(&self.readers).pop();
        let connection = match pooled {
            Some(connection) => connection,
            None => {
                let key = self.key.as_ref().map(|k| k.as_str());
                let connection = connect(&self.path, key, read_only())?;
                leased.show(&connection)?;
                connection
            }
        };
        drop(leased);
        let answer = {
            // A deferred transaction: all statements of one read see the same moment.
            let moment = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            read(Reader(&moment))
        };
        let leased = self.leased();
        let mut readers = lock(&self.readers);
        // One that knew a leased file which is closed by now holds its key: it ends here.
        if readers.len() < KEPT_READERS && leased.generation == generation {
            readers.push(connection);
        }
        answer
    }

    fn leased(&self) -> RwLockReadGuard<'_, lease::Leased> {
        self.leased.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn leased_mut(&self) -> RwLockWriteGuard<'_, lease::Leased> {
        self.leased.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes in one transaction: everything `write` did is there when this returns `Ok`, on the disk;
    /// nothing of it is when it returns an error.
    ///
    /// # Errors
    /// Those of `write`, and those of committing.
    pub fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        transact(&mut lock(&self.writer), write)
    }

    /// The same without waiting for the disk: a power cut may take it back, whole, with what was written so after
    /// it. What [`Store::write`] did before stays, and what it does next makes this last as well.
    ///
    /// # Errors
    /// As of [`Store::write`].
    pub fn write_soon<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.writer);
        wait_for_disk(&writer, false)?;
        let answer = transact(&mut writer, write);
        wait_for_disk(&writer, true)?;
        answer
    }

    /// A consistent copy of the whole store, under the same key, at `path` (which must not exist). The copy
    /// says of itself that it is one ([`IS_COPY`]); this store goes on saying what it said.
    ///
    /// # Errors
    /// `DiskFull` and the engine's own.
    pub fn copy_to(&self, path: &Path) -> Result<()> {
        let target = path.to_str().ok_or(StoreError::Column { column: "path" })?;
        create_private(path)?;
        let said = self.write(|tx| {
            let said = tx.reader().meta(IS_COPY)?.unwrap_or_default();
            tx.meta_put(IS_COPY, "yes")?;
            Ok::<_, StoreError>(said)
        })?;
        let copied = lock(&self.writer).execute("VACUUM INTO ?1", [target]);
        self.write(|tx| tx.meta_put(IS_COPY, &said))?;
        copied?;
        Ok(())
    }

    /// Writes the log of writes into the file and empties it. Says whether it is empty: somebody who is
    /// reading may need it still.
    ///
    /// # Errors
    /// The engine's own.
    pub fn truncate_log(&self) -> Result<bool> {
        let busy: i64 =
            lock(&self.writer)
                .query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }

    /// Looks whether the whole file is sound, its indexes as well; see [`Reader::check_integrity`].
    ///
    /// # Errors
    /// `Damaged` with what is wrong first.
    pub fn check_integrity(&self) -> Result<()> {
        migration::check_integrity(&lock(&self.writer))
    }
}

/// An empty file for a store, which nobody but its owner may read; what the engine puts beside it goes by it.
pub(crate) fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(|_| ())
}

/// Makes the file of a store where there is none, and closes one to others that an earlier program made.
fn keep_private(path: &Path) -> std::io::Result<()> {
    match create_private(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    #[cfg(unix)]
    for ending in ["", "-wal", "-shm"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let Ok(found) = std::fs::metadata(&name) else {
            continue;
        };
        // Somebody else's file stays as it is: the engine says whether it can be used.
        if found.permissions().mode() & 0o077 != 0 {
            let _ = std::fs::set_permissions(&name, std::fs::Permissions::from_mode(0o600));
        }
    }
    Ok(())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic inside a write rolled its transaction back: the connection itself is sound.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn read_only() -> OpenFlags {
    OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn transact<T, E: From<StoreError>>(
    writer: &mut Connection,
    write: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = writer
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::from)?;
    let mut tx = Tx(transaction);
    let answer = write(&mut tx)?;
    tx.0.commit().map_err(StoreError::from)?;
    Ok(answer)
}

/// Pages of the log after which it is written into the file, where each commit waits for the disk and where none
/// does. Pages that are written again and again go into the file once.
const LOG_PAGES: [u32; 2] = [2_000, 8_000];

/// Whether a commit waits until the disk has it.
fn wait_for_disk(writer: &Connection, waits: bool) -> Result<()> {
    let how = if waits { "full" } else { "normal" };
    writer.pragma_update(None, "synchronous", how)?;
    writer.pragma_update(None, "wal_autocheckpoint", LOG_PAGES[usize::from(!waits)])?;
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that opens the database"
)]
fn connect(path: &Path, key: Option<&str>, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    // What is wrong with a file is said by our errors; SQLCipher would say it on the terminal besides.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    if let Some(key) = key {
        // The raw key skips SQLCipher's own derivation: the vault has done that work already.
        connection.pragma_update(None, "key", format!("x'{key}'"))?;
    }
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.query_row("select count(*) from sqlite_master", [], |row| {
        row.get::<_, i64>(0)
    })?;
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "secure_delete", "on")?;
        // What a transaction changes is encrypted and written once, when it is committed.
        connection.pragma_update(None, "cache_spill", "off")?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES[0])?;
    }
    // A confirmed write survives a power cut.
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", "on")?;
    connection.pragma_update(None, "trusted_schema", "off")?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_does_not_wait_for_the_disk_lets_the_next_one_wait() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let store = Store::open(&folder.path().join("a.db"), Key::Plain).expect("a store");
        let waits = |connection: &Connection| -> (i64, u32) {
            let said = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
            let pages = connection.pragma_query_value(None, "wal_autocheckpoint", |row| row.get(0));
            (
                said("synchronous").expect("a number"),
                pages.expect("a number"),
            )
        };
        let (full, normal) = ((2, LOG_PAGES[0]), (1, LOG_PAGES[1]));
        assert_eq!(waits(&lock(&store.writer)), full);
        let soon = store.write_soon(|tx| {
            let seen = waits(&tx.0);
            tx.meta_put("a", "b")?;
            Ok::<_, StoreError>(seen)
        });
        assert_eq!(soon.expect("written"), normal);
        assert_eq!(waits(&lock(&store.writer)), full);
        let failed = store.write_soon(|tx| {
            tx.meta_put("a", "c")?;
            Err::<(), _>(StoreError::DiskFull)
        });
        assert!(failed.is_err());
        assert_eq!(waits(&lock(&store.writer)), full, "after a failure too");
        let kept = store.read(|reader| reader.meta("a")).expect("a fact");
        assert_eq!(kept.as_deref(), Some("b"));
    }
}
