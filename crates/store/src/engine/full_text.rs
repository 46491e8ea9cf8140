//! The full-text index: an FTS5 table without content over pre-segmented terms. Two-character words are
//! found because every pair of neighbouring Chinese characters is a term (FTS5's own trigrams miss them).

use rusqlite::{Connection, ToSql, params};

use crate::{
    Reader, Result, Sight, Tx,
    find::{FindFilter, seen_entry},
};

pub(super) fn create(connection: &Connection) -> Result<()> {
    connection.execute_batch(
        "create virtual table find_index using fts5(
             title, body, content = '', contentless_delete = 1,
             tokenize = 'unicode61 remove_diacritics 0'
         );",
    )?;
    Ok(())
}

/// The best entries of a match, and how many there are (counted up to 1,000).
pub(crate) struct Matches {
    pub(crate) total: u32,
    pub(crate) entries: Vec<i64>,
}

impl Tx<'_> {
    pub(crate) fn full_text_put(&mut self, entry: i64, title: &str, body: &str) -> Result<()> {
        self.full_text_remove(entry)?;
        self.0
            .prepare_cached("insert into find_index (rowid, title, body) values (?1, ?2, ?3)")?
            .execute(params![entry, title, body])?;
        Ok(())
    }

    pub(crate) fn full_text_remove(&mut self, entry: i64) -> Result<()> {
        self.0
            .prepare_cached("delete from find_index where rowid = ?1")?
            .execute([entry])?;
        Ok(())
    }

    /// Writes the index anew without what was removed: a table without content only marks removed entries,
    /// and FTS5's own `secure-delete` does not reach them.
    pub(crate) fn full_text_wipe(&mut self) -> Result<()> {
        self.0.execute(
            "insert into find_index (find_index) values ('optimize')",
            [],
        )?;
        Ok(())
    }
}

impl Reader<'_> {
    /// Entries whose terms match `query`, best first: a word in the title counts eight times.
    pub(crate) fn full_text_match(
        self,
        sight: &Sight,
        query: &str,
        filter: &FindFilter,
    ) -> Result<Matches> {
        let about: [&dyn ToSql; 5] = [
            &query,
            &filter.document_type,
            &filter.from,
            &filter.to,
            &filter.versions,
        ];
        let part: Vec<&dyn ToSql> = about
            .into_iter()
            .chain([&filter.limit as &dyn ToSql, &filter.offset])
            .collect();
        let found = include_str!("match.sql").replace("{seen}", &seen_entry(sight, part.len()));
        let entries = self
            .0
            .prepare_cached(&found)?
            .query_map(&*sight.bound(&part), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let counted =
            include_str!("match_count.sql").replace("{seen}", &seen_entry(sight, about.len()));
        let total = self
            .0
            .prepare_cached(&counted)?
            .query_row(&*sight.bound(&about), |row| row.get(0))?;
        Ok(Matches { total, entries })
    }
}
