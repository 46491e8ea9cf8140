//! Lists: how many rows of a table there are, as far as they are seen, and a part of them.

use rusqlite::{Row, ToSql};

use crate::{Reader, Result, Sight, StoreError};

/// Rows of a table in an order.
pub(crate) struct Listing<'a> {
    /// The table, which is also the entity.
    pub table: &'static str,
    /// Its columns.
    pub columns: &'static str,
    /// The condition, with placeholders from `?1`.
    pub which: &'a str,
    /// What `order by` says.
    pub order: &'static str,
}

/// A part of a list.
pub(crate) struct Part<'a> {
    /// The values of the condition's placeholders.
    pub bound: &'a [&'a dyn ToSql],
    /// How many rows there are in all, where that is known already.
    pub total: Option<u32>,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

impl Listing<'_> {
    pub(crate) fn count_sql(&self, seen: &str) -> String {
        let Self { table, which, .. } = self;
        format!("select count(*) from {table} where {which} and {seen}")
    }

    /// The limit and the offset follow the first `taken` placeholders.
    pub(crate) fn part_sql(&self, seen: &str, taken: usize) -> String {
        let Self {
            table,
            columns,
            which,
            order,
        } = self;
        let (limit, offset) = (taken + 1, taken + 2);
        format!(
            "select {columns} from {table} where {which} and {seen}
             order by {order} limit ?{limit} offset ?{offset}"
        )
    }
}

impl Reader<'_> {
    /// How many there are that are seen, and the part of them that was asked for.
    ///
    /// # Errors
    /// The engine's own.
    pub(crate) fn listed<T, E>(
        self,
        sight: &Sight,
        (listing, part): (&Listing<'_>, &Part<'_>),
        record: impl Fn(&Row<'_>) -> Result<T, E>,
    ) -> Result<(u32, Vec<T>)>
    where
        StoreError: From<E>,
    {
        let key = format!("{}.id", listing.table);
        let seen = sight.condition(listing.table, &key, part.bound.len());
        let mut bound = sight.bound(part.bound);
        let total = match part.total {
            Some(total) => total,
            None => {
                let sql = listing.count_sql(&seen);
                let mut count = self.0.prepare_cached(&sql)?;
                count.query_row(&*bound, |row| row.get(0))?
            }
        };
        let sql = listing.part_sql(&seen, bound.len());
        let mut statement = self.0.prepare_cached(&sql)?;
        bound.extend([&part.limit as &dyn ToSql, &part.offset]);
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
