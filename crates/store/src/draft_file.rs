//! Files beside drafts (originals of imports): whole at the desk that imported or fetched them, as chunks at
//! the server.

use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, StoreError, Tx, erase::WIPE_DUE};

/// A file beside a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRecord {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Whether its bytes are in this store.
    pub is_here: bool,
}

/// What travels of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRow {
    /// Id.
    pub id: String,
    /// The draft it belongs to.
    pub draft_id: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Its chunks in order, as JSON; empty until it was sent.
    pub chunks: String,
    /// Whose chunks they are.
    pub domain: String,
    /// The key of their names, 64 hexadecimal characters.
    pub chunk_key: String,
    /// Instant in UTC.
    pub added_at: String,
}

impl Reader<'_> {
    /// Files beside a draft, oldest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_files(self, draft_id: &str) -> Result<Vec<FileRecord>> {
        let mut statement = self.0.prepare_cached(
            "select id, name, size, is_here from draft_file where draft_id = ?1 order by added_at, id",
        )?;
        let files = statement.query_map([draft_id], |row| {
            Ok(FileRecord {
                id: row.get(0)?,
                name: row.get(1)?,
                bytes: row.get::<_, i64>(2)?.unsigned_abs(),
                is_here: row.get::<_, i64>(3)? != 0,
            })
        })?;
        Ok(files.collect::<Result<_, _>>()?)
    }

    /// Name and bytes of a file beside a draft.
    ///
    /// # Errors
    /// `NotFound`, also where the bytes are elsewhere.
    pub fn draft_file(self, draft_id: &str, id: &str) -> Result<(String, Vec<u8>)> {
        self.0
            .prepare_cached(
                "select name, bytes from draft_file where draft_id = ?1 and id = ?2 and is_here = 1",
            )?
            .query_row([draft_id, id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?
            .ok_or_else(|| StoreError::NotFound {
                entity: "draft_file",
                id: id.to_owned(),
            })
    }

    /// What travels of a file; `None` where it is not known.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_row(self, id: &str) -> Result<Option<FileRow>> {
        Ok(self
            .0
            .prepare_cached(
                "select id, draft_id, name, size, chunks, domain, chunk_key, added_at
                 from draft_file where id = ?1",
            )?
            .query_row([id], |row| {
                Ok(FileRow {
                    id: row.get(0)?,
                    draft_id: row.get(1)?,
                    name: row.get(2)?,
                    size: row.get::<_, i64>(3)?.unsigned_abs(),
                    chunks: row.get(4)?,
                    domain: row.get(5)?,
                    chunk_key: row.get(6)?,
                    added_at: row.get(7)?,
                })
            })
            .optional()?)
    }

    /// Files of this person's drafts that are here and were never sent, oldest first: draft and file.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_files_unsent(self, author_id: &str) -> Result<Vec<(String, String)>> {
        let mut statement = self.0.prepare_cached(
            "select f.draft_id, f.id from draft_file f join draft d on d.id = f.draft_id
             where f.chunks = '' and f.is_here = 1 and (d.author_id = ?1 or f.id like 'scan-%')
             order by f.added_at, f.id",
        )?;
        let files = statement.query_map([author_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(files.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Puts a file beside a draft, bytes and all.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_put(
        &mut self,
        id: &str,
        draft_id: &str,
        name: &str,
        bytes: &[u8],
        at: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_file (id, draft_id, name, bytes, added_at, size, is_here)
                 values (?1, ?2, ?3, ?4, ?5, ?6, 1) on conflict (id) do nothing",
            )?
            .execute(params![id, draft_id, name, bytes, at, bytes.len() as i64])?;
        Ok(())
    }

    /// Puts what is known of a file; bytes that are here stay.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_row_put(&mut self, file: &FileRow) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_file (id, draft_id, name, bytes, added_at, size, chunks, domain,
                     chunk_key, is_here)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)
                 on conflict (id) do update set name = excluded.name, size = excluded.size,
                     chunks = excluded.chunks, domain = excluded.domain,
                     chunk_key = excluded.chunk_key, added_at = excluded.added_at",
            )?
            .execute(params![
                file.id,
                file.draft_id,
                file.name,
                Vec::<u8>::new(),
                file.added_at,
                file.size.cast_signed(),
                file.chunks,
                file.domain,
                file.chunk_key
            ])?;
        Ok(())
    }

    /// The file has to be sent again.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_unsent(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("update draft_file set chunks = '' where id = ?1 and is_here = 1")?
            .execute([id])?;
        Ok(())
    }

    /// The last chunk of a file has come: its bytes are here, and the chunks are not needed any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_arrived(&mut self, id: &str, bytes: &[u8]) -> Result<()> {
        self.0
            .prepare_cached("update draft_file set bytes = ?2, is_here = 1 where id = ?1")?
            .execute(params![id, bytes])?;
        self.chunk_drop_domain(id)
    }

    /// Takes a file out with what has come of it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_file_erase(&mut self, id: &str) -> Result<()> {
        self.chunk_drop_domain(id)?;
        self.0
            .prepare_cached("delete from chunk_use where file_id = ?1")?
            .execute([id])?;
        self.0
            .prepare_cached("delete from draft_file where id = ?1")?
            .execute([id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes out every file beside a draft.
    ///
    /// # Errors
    /// The engine's own.
    pub(crate) fn draft_files_erase(&mut self, draft_id: &str) -> Result<()> {
        for file in self.reader().draft_files(draft_id)? {
            self.draft_file_erase(&file.id)?;
        }
        Ok(())
    }
}
