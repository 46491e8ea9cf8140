//! What goes wrong with disks: a write that fails, a power cut, a copy put back. Done to the files from
//! outside, as a disk does it; nothing in the program knows of it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    io::Read,
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use crate::random::Random;

/// Where a write fails: an operation on a table.
pub type Spot = (&'static str, &'static str);

/// Spots at a desk.
pub const AT_DESK: [Spot; 9] = [
    ("insert", "outbox"),
    ("update", "outbox"),
    ("delete", "outbox"),
    ("insert", "sent_command"),
    ("insert", "scope_row"),
    ("insert", "scope_cursor"),
    ("update", "scope_cursor"),
    ("insert", "draft_update"),
    ("update", "draft"),
];

/// Spots at the server.
pub const AT_SERVER: [Spot; 6] = [
    ("insert", "scope_log"),
    ("insert", "command_log"),
    ("insert", "audit_log"),
    ("insert", "device_cursor"),
    ("update", "device"),
    ("update", "scope_head"),
];

thread_local! {
    /// Opening a file reads its whole schema: a connection stays until its file goes.
    static OPEN: RefCell<BTreeMap<PathBuf, Connection>> = const { RefCell::new(BTreeMap::new()) };
}

/// Beyond it the engine writes the log into the file by itself, and both belong together.
const LONGEST_LOG: u64 = 900 * 4_096;

#[expect(clippy::disallowed_methods, reason = "a disk asks nobody")]
fn with<T>(path: &Path, work: impl FnOnce(&Connection) -> T) -> T {
    OPEN.with_borrow_mut(|open| {
        let known = open.entry(path.to_owned());
        work(known.or_insert_with(|| Connection::open(path).expect("a store's file")))
    })
}

/// Lets go of every file: those of an office that is over.
pub fn let_go() {
    OPEN.with_borrow_mut(BTreeMap::clear);
}

/// Lets writes into a store's file fail when they are told to: what a disk does by itself. Done once, since
/// every change of a schema costs all who have the file open.
pub fn prepare(path: &Path) {
    let mut sql = "create table sim_fault (spot text not null) strict;".to_owned();
    let spots = AT_DESK.into_iter().chain(AT_SERVER);
    for (operation, table) in spots.collect::<BTreeSet<_>>() {
        sql += &format!(
            "create trigger sim_fault_{operation}_{table} before {operation} on {table}
             when exists (select 1 from sim_fault where spot = '{operation} {table}')
             begin select raise(abort, 'no space left'); end;"
        );
    }
    tamper(path, &sql);
}

/// From now on the next write of this kind fails.
pub fn arm(path: &Path, (operation, table): Spot) {
    tamper(
        path,
        &format!("insert into sim_fault (spot) values ('{operation} {table}')"),
    );
}

/// Writes work again.
pub fn disarm(path: &Path) {
    tamper(path, "delete from sim_fault");
}

/// Does something to a file behind the program's back.
pub fn tamper(path: &Path, sql: &str) {
    with(path, |disk| disk.execute_batch(sql)).expect("a statement");
}

/// Rows of one column.
pub fn look(path: &Path, sql: &str) -> Vec<String> {
    with(path, |disk| {
        let mut statement = disk.prepare(sql).expect("a statement");
        let rows = statement.query_map([], |row| row.get(0)).expect("rows");
        rows.collect::<Result<_, _>>().expect("texts")
    })
}

/// The file with its write-ahead log.
pub fn parts(path: &Path) -> [PathBuf; 2] {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    [path.to_owned(), PathBuf::from(wal)]
}

/// What a power cut leaves: the file and its log as they are now, under another name.
pub fn image(path: &Path, to: &Path) {
    for (from, to) in parts(path).iter().zip(parts(to)) {
        if from.exists() {
            std::fs::copy(from, to).expect("a copy");
        }
    }
}

/// How much was in a file's log at some moment.
pub struct Mark {
    length: u64,
    head: Vec<u8>,
}

/// Looks at a file's log.
pub fn mark(path: &Path) -> Mark {
    let [_, log] = parts(path);
    let mut head = Vec::new();
    if let Ok(file) = std::fs::File::open(&log) {
        file.take(32).read_to_end(&mut head).expect("a log");
    }
    Mark {
        length: std::fs::metadata(&log).map_or(0, |found| found.len()),
        head,
    }
}

/// What a power cut leaves that came at some moment since `mark`: after any of the transactions since, or
/// in the middle of a page. Says whether it could be: not where the log was begun anew meanwhile.
pub fn image_within(path: &Path, to: &Path, before: &Mark, random: &mut Random) -> bool {
    let now = mark(path);
    let goes_on = before.length == 0 || now.head == before.head;
    if !goes_on || now.length <= before.length || now.length > LONGEST_LOG {
        return false;
    }
    image(path, to);
    let written = usize::try_from(now.length - before.length).expect("small");
    let [_, log] = parts(to);
    let file = std::fs::OpenOptions::new().write(true).open(log);
    let kept = before.length + random.below(written) as u64;
    file.and_then(|file| file.set_len(kept)).expect("a log");
    true
}

/// Takes a file away with all that lies beside it.
pub fn remove(path: &Path) {
    OPEN.with_borrow_mut(|open| open.remove(path));
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}
