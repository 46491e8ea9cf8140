//! What was decided, once, for each command; and at a replica, what waits to be sent.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::{CommandId, ContentHash, DeviceId};
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

/// Stands in place of the heads of a command that was refused.
const REFUSED: &str = "refused";

/// A command that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The envelope.
    pub command: Command,
    /// The draft it is about; empty for none.
    pub draft_id: String,
}

/// Where a command stands at the desk that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It is held back for a while and may be taken back.
    Held,
    /// It waits for an outcome.
    Waiting,
    /// It was done at the server; what it did has not come back, or has.
    Done,
    /// It was refused.
    Refused,
}

/// A command that this desk made, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnCommand {
    /// The envelope.
    pub command: Command,
    /// The draft it is about; empty for none.
    pub draft_id: String,
    /// Where it stands.
    pub progress: Progress,
}

fn json<T: serde::de::DeserializeOwned>(text: &str, column: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Column { column })
}

fn text<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("BUG: what is stored is plain data")
}

/// A push ends with the command that takes it beyond so many bytes.
const PUSH_BYTES: usize = 8 << 20;

/// Ids and commands of a statement that reads both.
fn envelopes(statement: &mut rusqlite::Statement<'_>) -> Result<Vec<(String, Command)>> {
    let mut rows = statement.query([])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push((row.get(0)?, json(&row.get::<_, String>(1)?, "envelope")?));
    }
    Ok(all)
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

    /// Commands that are due to be sent, oldest first, at most `limit`. What is held back stays, and with it
    /// what comes behind it about the same draft, or names it; nothing else waits for it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox(self, limit: u32) -> Result<Vec<Queued>> {
        let mut statement = self.0.prepare_cached(
            "select envelope, draft_id, held_until from outbox where heads = '' order by device_seq",
        )?;
        let mut rows = statement.query([])?;
        let (mut queued, mut drafts, mut commands) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut bytes = 0;
        while let Some(row) = rows.next()? {
            let envelope: String = row.get(0)?;
            let command: Command = json(&envelope, "outbox.envelope")?;
            let draft_id: String = row.get(1)?;
            let held = !row.get::<_, String>(2)?.is_empty()
                || drafts.contains(&draft_id)
                || command.depends_on.iter().any(|id| commands.contains(id));
            if held {
                commands.insert(command.id);
                if !draft_id.is_empty() {
                    drafts.insert(draft_id);
                }
            } else {
                bytes += envelope.len();
                queued.push(Queued { command, draft_id });
            }
            if queued.len() >= limit as usize || bytes > PUSH_BYTES {
                break;
            }
        }
        Ok(queued)
    }

    /// Every command in the outbox and the newest `sent` that were applied, the newest first.
    ///
    /// # Errors
    /// `Column` for an envelope that does not read.
    pub fn own_commands(self, sent: u32) -> Result<Vec<OwnCommand>> {
        let mut statement = self.0.prepare_cached(
            "select envelope, draft_id, held_until, heads from outbox order by device_seq desc",
        )?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let (held, heads): (String, String) = (row.get(2)?, row.get(3)?);
            all.push(OwnCommand {
                command: json(&row.get::<_, String>(0)?, "outbox.envelope")?,
                draft_id: row.get(1)?,
                progress: match heads.as_str() {
                    "" if held.is_empty() => Progress::Waiting,
                    "" => Progress::Held,
                    REFUSED => Progress::Refused,
                    _ => Progress::Done,
                },
            });
        }
        let mut statement = self.0.prepare_cached(
            "select envelope, draft_id from sent_command where kind <> 'draft_update'
             order by device_seq desc limit ?1",
        )?;
        let mut rows = statement.query([sent])?;
        while let Some(row) = rows.next()? {
            all.push(OwnCommand {
                command: json(&row.get::<_, String>(0)?, "sent_command.envelope")?,
                draft_id: row.get(1)?,
                progress: Progress::Done,
            });
        }
        Ok(all)
    }

    /// A command that is held back and has never been sent.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_held(self, id: CommandId) -> Result<Option<Queued>> {
        let found: Option<(String, String)> = self
            .0
            .prepare_cached(
                "select envelope, draft_id from outbox where command_id = ?1 and held_until <> ''",
            )?
            .query_row([id.as_text()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(envelope, draft_id)| {
                let command = json(&envelope, "outbox.envelope")?;
                Ok(Queued { command, draft_id })
            })
            .transpose()
    }

    /// The newest command about something that is held back and has never been sent.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_held_about(self, draft_id: &str) -> Result<Option<CommandId>> {
        let found: Option<String> = self
            .0
            .prepare_cached(
                "select command_id from outbox where draft_id = ?1 and held_until <> '' and heads = ''
                 order by device_seq desc limit 1",
            )?
            .query_row([draft_id], |row| row.get(0))
            .optional()?;
        Ok(found.and_then(|id| id.parse().ok()))
    }

    /// Whether a command in the outbox names this one among those it depends on.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_names(self, id: CommandId) -> Result<bool> {
        let id = id.as_text();
        let mut statement = self.0.prepare_cached(
            "select 1 from outbox where command_id <> ?1 and envelope like '%' || ?1 || '%' limit 1",
        )?;
        Ok(statement.query_row([id], |_| Ok(())).optional()?.is_some())
    }

    /// Whether something is held back that is due, or was held back by a clock that was wrong.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_release_due(self, now: &str, latest: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from outbox where held_until <> '' and (held_until <= ?1 or held_until > ?2) limit 1",
        )?;
        Ok(statement
            .query_row([now, latest], |_| Ok(()))
            .optional()?
            .is_some())
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

    /// Whether something about this draft is in the outbox, be it unanswered or not pulled yet.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_holds(self, draft_id: &str) -> Result<bool> {
        let mut statement = self
            .0
            .prepare_cached("select 1 from outbox where draft_id = ?1 limit 1")?;
        Ok(statement
            .query_row([draft_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// How many commands about a draft wait without an outcome.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_about(self, draft_id: &str) -> Result<u32> {
        let mut statement = self
            .0
            .prepare_cached("select count(*) from outbox where draft_id = ?1 and heads = ''")?;
        Ok(statement.query_row([draft_id], |row| row.get(0))?)
    }

    /// Updates of a draft's text that wait without an outcome.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_updates(self, draft_id: &str) -> Result<Vec<String>> {
        let mut statement = self.0.prepare_cached(
            "select command_id from outbox where draft_id = ?1 and heads = ''
                 and kind = 'draft_update' order by device_seq",
        )?;
        let ids = statement.query_map([draft_id], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Whether this draft was put into the bin or taken out of it here, and the server has not heard of it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_moves(self, draft_id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from outbox where draft_id = ?1 and heads = ''
                 and kind in ('draft_discard', 'draft_recover') limit 1",
        )?;
        Ok(statement
            .query_row([draft_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// Whether this command is in the outbox, or kept after it was sent.
    ///
    /// # Errors
    /// The engine's own.
    pub fn command_kept(self, id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from outbox where command_id = ?1
             union all select 1 from sent_command where command_id = ?1",
        )?;
        Ok(statement.query_row([id], |_| Ok(())).optional()?.is_some())
    }

    /// Commands that were not refused and that no pull has passed yet, oldest first.
    ///
    /// # Errors
    /// `Column` if an envelope does not read.
    pub fn outbox_unpassed(self) -> Result<Vec<Command>> {
        let mut statement = self
            .0
            .prepare_cached("select envelope from outbox where heads <> ?1 order by device_seq")?;
        let mut rows = statement.query([REFUSED])?;
        let mut commands = Vec::new();
        while let Some(row) = rows.next()? {
            commands.push(json(&row.get::<_, String>(0)?, "outbox.envelope")?);
        }
        Ok(commands)
    }

    /// Commands that were applied and are kept, oldest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn sent_commands(self) -> Result<Vec<CommandId>> {
        let mut statement = self
            .0
            .prepare_cached("select command_id from sent_command order by device_seq")?;
        let mut rows = statement.query([])?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            let id = row.get::<_, String>(0)?.parse();
            ids.push(id.map_err(|_| StoreError::Column {
                column: "sent_command.command_id",
            })?);
        }
        Ok(ids)
    }

    /// The command that had this number of a device, if one was decided.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_taken(self, device: DeviceId, seq: u64) -> Result<bool> {
        let mut statement = self
            .0
            .prepare_cached("select 1 from command_log where device_id = ?1 and device_seq = ?2")?;
        Ok(statement
            .query_row(params![device.as_text(), seq.cast_signed()], |_| Ok(()))
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

    /// Lets go what was held back until `now`, and what a wrong clock holds back beyond `latest`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_release(&mut self, now: &str, latest: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "update outbox set held_until = ''
                 where held_until <> '' and (held_until <= ?1 or held_until > ?2)",
            )?
            .execute([now, latest])?;
        Ok(())
    }

    /// Notes that a waiting command was refused: it goes with the next pull, and is not kept.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_refused(&mut self, id: CommandId) -> Result<()> {
        self.0
            .prepare_cached("update outbox set heads = ?2 where command_id = ?1")?
            .execute([id.as_text().as_str(), REFUSED])?;
        Ok(())
    }

    /// Takes a command out of the outbox that was taken back before it was sent.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_drop(&mut self, id: CommandId) -> Result<()> {
        self.0
            .prepare_cached("delete from outbox where command_id = ?1")?
            .execute([id.as_text()])?;
        Ok(())
    }

    /// Takes refused commands out, and applied ones whose effects the pull has passed in the `granted` scopes, and answers
    /// with the drafts they were about. The newest stay among the sent ones, at most `keep`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_clear(&mut self, granted: &[Scope], keep: u32) -> Result<Vec<String>> {
        let cursors = self.reader().cursors()?;
        let mut statement = self
            .0
            .prepare_cached("select command_id, draft_id, heads from outbox where heads <> ''")?;
        let answered: Vec<(String, String, String)> = statement
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        drop(statement);
        let mut about = Vec::new();
        for (id, draft_id, heads) in answered {
            if heads == REFUSED {
                self.0
                    .prepare_cached("delete from outbox where command_id = ?1")?
                    .execute([id])?;
                about.push(draft_id);
                continue;
            }
            let heads: BTreeMap<Scope, u64> = json(&heads, "outbox.heads")?;
            // A scope this replica does not see cannot be passed; it need not be.
            let passed = heads.iter().all(|(scope, seq)| {
                !granted.contains(scope) || cursors.get(scope).is_some_and(|cursor| cursor >= seq)
            });
            if passed {
                self.sent_keep(&id)?;
                about.push(draft_id);
            }
        }
        if !about.is_empty() {
            self.0
                .prepare_cached(
                    "delete from sent_command where device_seq <=
                         (select device_seq from sent_command order by device_seq desc
                          limit 1 offset ?1)",
                )?
                .execute([keep])?;
        }
        Ok(about)
    }

    fn sent_keep(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into sent_command (device_seq, command_id, draft_id, kind, envelope)
                 select device_seq, command_id, draft_id, kind, envelope from outbox
                 where command_id = ?1
                 on conflict (device_seq) do update set command_id = excluded.command_id,
                     draft_id = excluded.draft_id, kind = excluded.kind, envelope = excluded.envelope",
            )?
            .execute([id])?;
        self.0
            .prepare_cached("delete from outbox where command_id = ?1")?
            .execute([id])?;
        Ok(())
    }

    /// Puts a sent command back into the outbox, unanswered.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_recall(&mut self, id: CommandId) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into outbox (device_seq, command_id, draft_id, kind, envelope, held_until, heads)
                 select device_seq, command_id, draft_id, kind, envelope, '', '' from sent_command
                 where command_id = ?1 on conflict do nothing",
            )?
            .execute([id.as_text()])?;
        self.0
            .prepare_cached("delete from sent_command where command_id = ?1")?
            .execute([id.as_text()])?;
        Ok(())
    }

    /// Forgets every outcome that is held but not pulled past: who gave it may not know it any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_forget_answers(&mut self) -> Result<()> {
        self.0.execute(
            "update outbox set heads = '' where heads not in ('', ?1)",
            [REFUSED],
        )?;
        Ok(())
    }

    /// Gives every unanswered command from `first` on, in its order, a number above `counted`, signed anew.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_renumber(
        &mut self,
        first: u64,
        counted: u64,
        sign: &mut dyn FnMut(Command) -> Command,
    ) -> Result<()> {
        let mut statement = self.0.prepare_cached(
            "select envelope from outbox where heads = '' and device_seq >= ?1 order by device_seq",
        )?;
        let envelopes: Vec<String> = statement
            .query_map([first.cast_signed()], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        drop(statement);
        self.own_seq_at_least(counted)?;
        for envelope in envelopes {
            let mut command: Command = json(&envelope, "outbox.envelope")?;
            command.device_seq = self.next_own_seq()?;
            command.signature.clear();
            let command = sign(command);
            self.0
                .prepare_cached(
                    "update outbox set device_seq = ?2, envelope = ?3 where command_id = ?1",
                )?
                .execute(params![
                    command.id.as_text(),
                    command.device_seq.cast_signed(),
                    text(&command)
                ])?;
        }
        Ok(())
    }

    /// Signs everything anew that this desk made and keeps: it is another device. Ids and numbers stay.
    ///
    /// # Errors
    /// `Column` for an envelope that does not read; the engine's own.
    pub fn own_commands_sign_anew(
        &mut self,
        sign: &mut dyn FnMut(Command) -> Command,
    ) -> Result<()> {
        let mut read = self
            .0
            .prepare_cached("select command_id, envelope from outbox order by device_seq")?;
        let waiting = envelopes(&mut read)?;
        drop(read);
        for (id, command) in waiting {
            self.0
                .prepare_cached("update outbox set envelope = ?2 where command_id = ?1")?
                .execute([id, text(&sign(command))])?;
        }
        let mut read = self
            .0
            .prepare_cached("select command_id, envelope from sent_command order by device_seq")?;
        let sent = envelopes(&mut read)?;
        drop(read);
        for (id, command) in sent {
            self.0
                .prepare_cached("update sent_command set envelope = ?2 where command_id = ?1")?
                .execute([id, text(&sign(command))])?;
        }
        Ok(())
    }

    /// Counts on from `counted`, where the server has counted further than this desk remembers.
    ///
    /// # Errors
    /// The engine's own.
    pub fn own_seq_at_least(&mut self, counted: u64) -> Result<()> {
        if self.reader().own_seq()? < counted {
            self.meta_put("own_seq", &counted.to_string())?;
        }
        Ok(())
    }
}
