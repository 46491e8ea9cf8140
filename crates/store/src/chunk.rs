//! Chunks that files are made of: at a server by domain of permission, at a desk what has come so far of a
//! file that is being fetched.

use andu_base::ContentHash;
use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, Tx};

impl Reader<'_> {
    /// Bytes of a chunk.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk(self, domain: &str, name: ContentHash) -> Result<Option<Vec<u8>>> {
        Ok(self
            .0
            .prepare_cached("select bytes from chunk where domain = ?1 and name = ?2")?
            .query_row([domain, &name.to_string()], |row| row.get(0))
            .optional()?)
    }

    /// Size of a chunk; `None` where it is not there.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_size(self, domain: &str, name: ContentHash) -> Result<Option<u64>> {
        let size: Option<i64> = self
            .0
            .prepare_cached("select size from chunk where domain = ?1 and name = ?2")?
            .query_row([domain, &name.to_string()], |row| row.get(0))
            .optional()?;
        Ok(size.map(i64::unsigned_abs))
    }

    /// Bytes of a domain's chunks that belong to no file.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_loose_bytes(self, domain: &str) -> Result<u64> {
        let loose: i64 = self
            .0
            .prepare_cached(
                "select coalesce(sum(size), 0) from chunk where domain = ?1 and not exists
                     (select 1 from chunk_use u where u.domain = chunk.domain and u.name = chunk.name)",
            )?
            .query_row([domain], |row| row.get(0))?;
        Ok(loose.unsigned_abs())
    }
}

impl Tx<'_> {
    /// Puts a chunk; one that is there already is not put twice.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_put(
        &mut self,
        domain: &str,
        name: ContentHash,
        bytes: &[u8],
        at: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into chunk (domain, name, size, seen_at, bytes) values (?1, ?2, ?3, ?4, ?5)
                 on conflict (domain, name) do update set seen_at = excluded.seen_at",
            )?
            .execute(params![
                domain,
                name.to_string(),
                bytes.len() as i64,
                at,
                bytes
            ])?;
        Ok(())
    }

    /// Notes that somebody counts on a chunk.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_seen(&mut self, domain: &str, name: ContentHash, at: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "update chunk set seen_at = ?3 where domain = ?1 and name = ?2 and seen_at < ?3",
            )?
            .execute([domain, &name.to_string(), at])?;
        Ok(())
    }

    /// Notes that a file is made of these chunks, which stay as long as it does.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_use_put(
        &mut self,
        file_id: &str,
        domain: &str,
        names: &[ContentHash],
    ) -> Result<()> {
        let mut statement = self.0.prepare_cached(
            "insert into chunk_use (file_id, domain, name) values (?1, ?2, ?3) on conflict do nothing",
        )?;
        for name in names {
            statement.execute([file_id, domain, &name.to_string()])?;
        }
        Ok(())
    }

    /// Takes out chunks that no file is made of and nobody has asked for since `before`. Answers with how
    /// many went.
    ///
    /// # Errors
    /// The engine's own.
    pub fn chunk_sweep(&mut self, before: &str) -> Result<usize> {
        Ok(self
            .0
            .prepare_cached(
                "delete from chunk where seen_at < ?1 and not exists
                     (select 1 from chunk_use u where u.domain = chunk.domain and u.name = chunk.name)",
            )?
            .execute([before])?)
    }

    /// Takes out what has come so far of a file.
    ///
    /// # Errors
    /// The engine's own.
    pub(crate) fn chunk_drop_domain(&mut self, domain: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from chunk where domain = ?1")?
            .execute([domain])?;
        Ok(())
    }
}
