//! What was decided, once, for each command; and at a replica, what waits to be sent.

use std::collections::BTreeMap;

use andu_base::{CommandId, ContentHash};
use andu_sync::{Command, Outcome, Scope};
use rusqlite::{OptionalExtension, params};

use crate::{Reader, Result, StoreError, Tx};

/// What the log holds of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Logged {
    /// Hash of kind and arguments.
    pub args_hash: ContentHash,
    /// What was decided.
    pub outcome: Outcome,
}

/// A command that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The envelope.
    pub command: Command,
    /// The draft it is about; empty for none.
    pub draft_id: String,
}

fn json<T: serde::de::DeserializeOwned>(text: &str, column: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Column { column })
}

fn text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("BUG: what is stored is plain data")
}

impl Reader<'_> {
    /// What was decided for a command, if anything was.
    ///
    /// # Errors
    /// The engine's own.
    pub fn decided(self, id: CommandId) -> Result<Option<Logged>> {
        let found: Option<(String, String)> = self
            .0
            .prepare_cached("select args_hash, outcome from command_log where command_id = ?1")?
            .query_row([id.as_text()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(hash, outcome)| {
                Ok(Logged {
                    args_hash: hash.parse().map_err(|_| StoreError::Column {
                        column: "command_log.args_hash",
                    })?,
                    outcome: json(&outcome, "command_log.outcome")?,
                })
            })
            .transpose()
    }

    /// Commands that wait for an outcome, oldest first, at most `limit`; those held back beyond `now` and those behind
    /// them stay.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox(self, now: &str, limit: u32) -> Result<Vec<Queued>> {
        let mut statement = self.0.prepare_cached(
            "select envelope, draft_id, held_until from outbox where heads = ''
             order by device_seq limit ?1",
        )?;
        let mut rows = statement.query([limit])?;
        let mut queued = Vec::new();
        while let Some(row) = rows.next()? {
            if row.get::<_, String>(2)?.as_str() > now {
                break;
            }
            queued.push(Queued {
                command: json(&row.get::<_, String>(0)?, "outbox.envelope")?,
                draft_id: row.get(1)?,
            });
        }
        Ok(queued)
    }

    /// How many commands wait without an outcome.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_waiting(self) -> Result<u32> {
        Ok(self
            .0
            .query_row("select count(*) from outbox where heads = ''", [], |row| {
                row.get(0)
            })?)
    }

    /// How many commands are in the outbox: those without an outcome, and those whose effects have not
    /// been pulled.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_size(self) -> Result<u32> {
        Ok(self
            .0
            .query_row("select count(*) from outbox", [], |row| row.get(0))?)
    }

    /// Whether something about this draft waits in the outbox.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_holds(self, draft_id: &str) -> Result<bool> {
        let mut statement = self
            .0
            .prepare_cached("select 1 from outbox where draft_id = ?1 and heads = '' limit 1")?;
        Ok(statement
            .query_row([draft_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// The last number this desk gave to a command of its own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn own_seq(self) -> Result<u64> {
        let found = self.meta("own_seq")?.unwrap_or_default();
        Ok(found.parse().unwrap_or(0))
    }
}

impl Tx<'_> {
    /// Stores what was decided.
    ///
    /// # Errors
    /// The engine's own; a device that gives one number to two commands breaks a unique index.
    pub fn decide(&mut self, command: &Command, outcome: &Outcome, at: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into command_log (command_id, device_id, device_seq, kind, args_hash, outcome,
                     decided_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                command.id.as_text(),
                command.device.as_text(),
                command.device_seq.cast_signed(),
                command.kind,
                command.args_hash().to_string(),
                text(outcome),
                at
            ])?;
        Ok(())
    }

    /// The next number for a command of this desk: counted in the transaction that stores the command.
    ///
    /// # Errors
    /// The engine's own.
    pub fn next_own_seq(&mut self) -> Result<u64> {
        let next = self.reader().own_seq()? + 1;
        self.meta_put("own_seq", &next.to_string())?;
        Ok(next)
    }

    /// Puts a command into the outbox.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_put(
        &mut self,
        command: &Command,
        draft_id: &str,
        held_until: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into outbox (device_seq, command_id, draft_id, kind, envelope, held_until, heads)
                 values (?1, ?2, ?3, ?4, ?5, ?6, '')",
            )?
            .execute(params![
                command.device_seq.cast_signed(),
                command.id.as_text(),
                draft_id,
                command.kind,
                text(command),
                held_until
            ])?;
        Ok(())
    }

    /// Notes the outcome of a waiting command: it goes when the pull has passed `heads`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_answered(&mut self, id: CommandId, heads: &BTreeMap<Scope, u64>) -> Result<()> {
        self.0
            .prepare_cached("update outbox set heads = ?2 where command_id = ?1")?
            .execute(params![id.as_text(), text(heads)])?;
        Ok(())
    }

    /// Takes answered commands out whose effects the pull has passed in the `granted` scopes, and says how
    /// many.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_clear(&mut self, granted: &[Scope]) -> Result<usize> {
        let cursors = self.reader().cursors()?;
        let mut statement = self
            .0
            .prepare_cached("select command_id, heads from outbox where heads <> ''")?;
        let answered: Vec<(String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut gone = 0;
        for (id, heads) in answered {
            let heads: BTreeMap<Scope, u64> = json(&heads, "outbox.heads")?;
            // A scope this replica does not see cannot be passed; it need not be.
            let passed = heads.iter().all(|(scope, seq)| {
                !granted.contains(scope) || cursors.get(scope).is_some_and(|cursor| cursor >= seq)
            });
            if passed {
                self.0
                    .execute("delete from outbox where command_id = ?1", [id])?;
                gone += 1;
            }
        }
        Ok(gone)
    }
}
