//! What goes wrong with disks: a write that fails, a power cut, a copy put back. Done to the files from
//! outside, as a disk does it; nothing in the program knows of it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

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

#[expect(clippy::disallowed_methods, reason = "a disk asks nobody")]
fn open(path: &Path) -> Connection {
    Connection::open(path).expect("a store's file")
}

/// From now on the next write of this kind fails.
pub fn arm(path: &Path, (operation, table): Spot) {
    let sql = format!(
        "create trigger sim_fault before {operation} on {table} begin select raise(abort, 'no space left'); end"
    );
    open(path).execute_batch(&sql).expect("a trigger");
}

/// Writes work again.
pub fn disarm(path: &Path) {
    open(path)
        .execute_batch("drop trigger if exists sim_fault")
        .expect("no trigger");
}

/// Does something to a file behind the program's back.
pub fn tamper(path: &Path, sql: &str) {
    open(path).execute_batch(sql).expect("a statement");
}

/// Rows of one column.
pub fn look(path: &Path, sql: &str) -> Vec<String> {
    let connection = open(path);
    let mut statement = connection.prepare(sql).expect("a statement");
    let rows = statement.query_map([], |row| row.get(0)).expect("rows");
    rows.collect::<Result<_, _>>().expect("texts")
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

/// Takes a file away with all that lies beside it.
pub fn remove(path: &Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}
