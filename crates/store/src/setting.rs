//! Named values: settings of the desk, and facts about the store itself.

use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, Tx};

impl Reader<'_> {
    /// A setting; `None` where nothing was set.
    ///
    /// # Errors
    /// The engine's own.
    pub fn setting(self, name: &str) -> Result<Option<String>> {
        let mut statement = self
            .0
            .prepare_cached("select value from setting where name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    /// A fact about this store, such as its home.
    ///
    /// # Errors
    /// The engine's own.
    pub fn meta(self, name: &str) -> Result<Option<String>> {
        let mut statement = self
            .0
            .prepare_cached("select value from meta where name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }
}

impl Tx<'_> {
    /// Sets a setting.
    ///
    /// # Errors
    /// The engine's own.
    pub fn setting_put(&mut self, name: &str, value: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into setting (name, value) values (?1, ?2)
                 on conflict (name) do update set value = excluded.value",
            )?
            .execute(params![name, value])?;
        Ok(())
    }

    /// Notes a fact about this store.
    ///
    /// # Errors
    /// The engine's own.
    pub fn meta_put(&mut self, name: &str, value: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into meta (name, value) values (?1, ?2)
                 on conflict (name) do update set value = excluded.value",
            )?
            .execute(params![name, value])?;
        Ok(())
    }
}
