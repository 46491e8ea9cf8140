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

/// So many of the best are looked at for each that is asked for, before every match is.
const LOOKED_AT: u32 = 4;

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
        let entries = match self.best_of_all(sight, query, filter)? {
            Some(entries) => entries,
            None => self.best_that_fit(sight, filter, &about)?,
        };
        let counted =
            include_str!("match_count.sql").replace("{seen}", &seen_entry(sight, about.len()));
        let total = self
            .0
            .prepare_cached(&counted)?
            .query_row(&*sight.bound(&about), |row| row.get(0))?;
        Ok(Matches { total, entries })
    }

    /// A common word is in most entries: those are ranked by the index alone, and only the best of them are
    /// looked up. `None` where conditions leave too few of these, or may leave any number.
    fn best_of_all(
        self,
        sight: &Sight,
        query: &str,
        filter: &FindFilter,
    ) -> Result<Option<Vec<i64>>> {
        let is_conditional = [&filter.document_type, &filter.from, &filter.to]
            .into_iter()
            .any(|condition| !condition.is_empty());
        if *sight != Sight::Whole || is_conditional {
            return Ok(None);
        }
        let wanted = filter.offset.saturating_add(filter.limit);
        let most = wanted.saturating_mul(LOOKED_AT);
        let best: Vec<i64> = self
            .0
            .prepare_cached(include_str!("match_best.sql"))?
            .query_map(params![query, most], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut fits = self.0.prepare_cached(
            "select 1 from find_entry where entry = ?1 and (?2 or version_id = '')",
        )?;
        let is_all = best.len() < most as usize;
        let mut entries = Vec::new();
        for entry in best {
            if entries.len() < wanted as usize && fits.exists(params![entry, filter.versions])? {
                entries.push(entry);
            }
        }
        let is_enough = is_all || entries.len() == wanted as usize;
        entries.drain(..entries.len().min(filter.offset as usize));
        Ok(is_enough.then_some(entries))
    }

    /// The best among the matches that fit every condition.
    fn best_that_fit(
        self,
        sight: &Sight,
        filter: &FindFilter,
        about: &[&dyn ToSql],
    ) -> Result<Vec<i64>> {
        let part = [about, &[&filter.limit as &dyn ToSql, &filter.offset]].concat();
        let found = include_str!("match.sql").replace("{seen}", &seen_entry(sight, part.len()));
        let entries = self
            .0
            .prepare_cached(&found)?
            .query_map(&*sight.bound(&part), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        Ok(entries)
    }
}
