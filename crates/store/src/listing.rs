//! Lists: how many rows of a table there are, as far as they are seen, and a part of them.

use rusqlite::{Row, ToSql};

use crate::{Reader, Result, Sight, StoreError};

/// Which rows of a table, in which order, and which part of them.
pub(crate) struct Listing<'a> {
    /// The table, which is also the entity.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static str,
    /// The condition, with placeholders from `?1`.
    pub which: &'a str,
    /// The values of its placeholders.
    pub bound: &'a [&'a dyn ToSql],
    /// How many there are, where that is known already.
    pub total: Option<u32>,
    /// What `order by` says.
    pub order: &'a str,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

impl Reader<'_> {
    /// How many there are that are seen, and the part of them that was asked for.
    ///
    /// # Errors
    /// The engine's own.
    pub(crate) fn listed<T, E>(
        self,
        sight: &Sight,
        listing: &Listing<'_>,
        record: impl Fn(&Row<'_>) -> Result<T, E>,
    ) -> Result<(u32, Vec<T>)>
    where
        StoreError: From<E>,
    {
        let Listing {
            table,
            columns,
            which,
            order,
            ..
        } = listing;
        let seen = sight.condition(table, &format!("{table}.id"), listing.bound.len());
        let mut bound = sight.bound(listing.bound);
        let total = match listing.total {
            Some(total) => total,
            None => {
                let sql = format!("select count(*) from {table} where {which} and {seen}");
                let mut count = self.0.prepare_cached(&sql)?;
                count.query_row(&*bound, |row| row.get(0))?
            }
        };
        let (limit, offset) = (bound.len() + 1, bound.len() + 2);
        let mut statement = self.0.prepare_cached(&format!(
            "select {columns} from {table} where {which} and {seen}
             order by {order} limit ?{limit} offset ?{offset}"
        ))?;
        bound.extend([&listing.limit as &dyn ToSql, &listing.offset]);
        let mut rows = statement.query(&*bound)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(record(row)?);
        }
        Ok((total, found))
    }
}

/// A pattern for `like … escape '\'` that finds `text` anywhere, taken literally.
pub(crate) fn like(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// A pattern for `like … escape '\'` that finds what begins with `text`, taken literally.
pub(crate) fn begins(text: &str) -> String {
    format!("{}%", literal(text))
}

fn literal(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
