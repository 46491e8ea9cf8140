//! What can go wrong with a store, by situation.

/// Why the store did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another key, or not a store at all: nothing can be read.
    #[error("the store cannot be read with this key")]
    WrongKey,
    /// Written by a newer program.
    #[error("the store has version {found}, this program knows up to {known}")]
    Newer {
        /// Version in the file.
        found: u32,
        /// Newest version this program knows.
        known: u32,
    },
    /// The integrity check failed.
    #[error("the store is damaged: {0}")]
    Damaged(String),
    /// No room left where the store lies.
    #[error("the disk is full")]
    DiskFull,
    /// Another process holds the store.
    #[error("the store is in use by another process")]
    Busy,
    /// A row was not there.
    #[error("no such {entity}: {id}")]
    NotFound {
        /// What was looked for.
        entity: &'static str,
        /// Its id.
        id: String,
    },
    /// A value in a row does not read as what it should be.
    #[error("column `{column}` holds what it may not")]
    Column {
        /// Name of the column.
        column: &'static str,
    },
    /// A page of changes does not continue what is held.
    #[error("changes of scope `{scope}` do not continue {cursor}")]
    Gap {
        /// The scope.
        scope: String,
        /// What is held.
        cursor: u64,
    },
    /// The file system said no.
    #[error("the store's file cannot be used")]
    File(#[source] std::io::Error),
    /// Everything else the engine said.
    #[error("the database said no")]
    Engine(#[source] rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::DiskFull,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::NotADatabase) => Self::WrongKey,
            Some(Code::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Engine(error),
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            Self::DiskFull
        } else {
            Self::File(error)
        }
    }
}
