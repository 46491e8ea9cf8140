//! Running processes, and what happened in each.

use andu_base::ContentHash;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Sight, Tx};

/// A running process, or one that has ended. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceRecord {
    /// Id.
    pub id: String,
    /// The process, `outgoing`.
    pub process: String,
    /// Its version.
    pub version: u32,
    /// The document it is about.
    pub draft_id: String,
    /// The agency.
    pub agency_id: String,
    /// Who began it.
    pub author_id: String,
    /// The name at the time.
    pub author_name: String,
    /// Title of the document.
    pub title: String,
    /// 文种, as its word.
    pub document_type: String,
    /// 紧急程度, as its word.
    pub urgency: String,
    /// 发文字号; empty before it is given.
    pub issue_number: String,
    /// Hash of the words that are decided about.
    pub content_hash: String,
    /// How it stands, as its word.
    pub status: String,
    /// JSON: the names and posts of everybody in it, at the time.
    pub names: String,
    /// JSON: the instance.
    pub state: String,
    /// Hash of its last entry.
    pub chain: String,
    /// Instant in UTC.
    pub begun_at: String,
    /// Instant in UTC.
    pub changed_at: String,
}

/// An agency goes by a process. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessUse {
    /// `agency/process`.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// The process.
    pub process: String,
    /// Id of a person.
    pub enabled_by: String,
    /// Instant in UTC.
    pub enabled_at: String,
}

/// What happened by one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceEntry {
    /// The instance.
    pub instance_id: String,
    /// From 1, without gaps.
    pub seq: u32,
    /// Instant in UTC.
    pub at: String,
    /// The command.
    pub command_id: String,
    /// Who.
    pub actor_id: String,
    /// JSON: the events, in order.
    pub events: String,
    /// Hash of the entry before; empty for the first.
    pub previous: String,
    /// Hash of this one.
    pub hash: String,
}

impl InstanceEntry {
    /// Its hash: of all it says, and so of every entry before it.
    pub fn chained(&self) -> String {
        let said = [
            self.instance_id.as_str(),
            &self.seq.to_string(),
            &self.at,
            &self.command_id,
            &self.actor_id,
            &self.previous,
            &self.events,
        ];
        ContentHash::of(said.join("\n").as_bytes()).to_string()
    }
}

/// What the chains of all instances say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chains {
    /// Every entry follows the one before, and every instance stands at its last; how many there are.
    Whole(u64),
    /// The first that does not: the instance, and the entry, from 1.
    Broken(String, u32),
}

const INSTANCE: &str = "id, process, version, draft_id, agency_id, author_id, author_name, title,
    document_type, urgency, issue_number, content_hash, status, names, state, chain, begun_at, changed_at";

fn instance(row: &Row<'_>) -> rusqlite::Result<InstanceRecord> {
    Ok(InstanceRecord {
        id: row.get(0)?,
        process: row.get(1)?,
        version: row.get(2)?,
        draft_id: row.get(3)?,
        agency_id: row.get(4)?,
        author_id: row.get(5)?,
        author_name: row.get(6)?,
        title: row.get(7)?,
        document_type: row.get(8)?,
        urgency: row.get(9)?,
        issue_number: row.get(10)?,
        content_hash: row.get(11)?,
        status: row.get(12)?,
        names: row.get(13)?,
        state: row.get(14)?,
        chain: row.get(15)?,
        begun_at: row.get(16)?,
        changed_at: row.get(17)?,
    })
}

impl Reader<'_> {
    /// The instance of this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance(self, id: &str) -> Result<Option<InstanceRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {INSTANCE} from instance where id = ?1"))?;
        Ok(statement.query_row([id], instance).optional()?)
    }

    /// The same as far as it is seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_seen(self, sight: &Sight, id: &str) -> Result<Option<InstanceRecord>> {
        let seen = sight.condition("instance", "instance.id", 1);
        let sql = format!("select {INSTANCE} from instance where id = ?1 and {seen}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row(&*sight.bound(&[&id]), instance);
        Ok(found.optional()?)
    }

    /// The last instance about a document.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_of(self, draft_id: &str) -> Result<Option<InstanceRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {INSTANCE} from instance where draft_id = ?1 order by begun_at desc, id desc limit 1"
        ))?;
        Ok(statement.query_row([draft_id], instance).optional()?)
    }

    /// Every instance.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instances_all(self) -> Result<Vec<InstanceRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {INSTANCE} from instance order by begun_at, id"
        ))?;
        let found = statement.query_map([], instance)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Instances of an agency that run, those first in which nothing has happened for longest.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instances_running(self, agency_id: &str, limit: u32) -> Result<Vec<InstanceRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {INSTANCE} from instance where status = 'running' and agency_id = ?1
             order by changed_at, id limit ?2"
        ))?;
        let found = statement.query_map(params![agency_id, limit], instance)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Instances in which a time has come, the earliest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instances_due(self, now: &str, limit: u32) -> Result<Vec<String>> {
        let mut statement = self.0.prepare_cached(
            "select instance_id from instance_due where due_at <= ?1 order by due_at, instance_id limit ?2",
        )?;
        let found = statement.query_map(params![now, limit], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What happened in an instance, in order.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_entries(self, instance_id: &str) -> Result<Vec<InstanceEntry>> {
        let mut statement = self.0.prepare_cached(
            "select instance_id, seq, at, command_id, actor_id, events, previous, hash
             from instance_event where instance_id = ?1 order by seq",
        )?;
        let found = statement.query_map([instance_id], |row| {
            Ok(InstanceEntry {
                instance_id: row.get(0)?,
                seq: row.get(1)?,
                at: row.get(2)?,
                command_id: row.get(3)?,
                actor_id: row.get(4)?,
                events: row.get(5)?,
                previous: row.get(6)?,
                hash: row.get(7)?,
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many entries an instance has.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_length(self, instance_id: &str) -> Result<u32> {
        Ok(self
            .0
            .prepare_cached("select count(*) from instance_event where instance_id = ?1")?
            .query_row([instance_id], |row| row.get(0))?)
    }

    /// Checks what happened in every instance, to its last entry.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instances_verify(self) -> Result<Chains> {
        let mut statement = self.0.prepare(
            "select id, chain, (select count(*) from instance_event e where e.instance_id = instance.id)
             from instance order by id",
        )?;
        let mut rows = statement.query([])?;
        let mut all = 0;
        while let Some(row) = rows.next()? {
            let (id, chain): (String, String) = (row.get(0)?, row.get(1)?);
            let count: u32 = row.get(2)?;
            // A replica is shown how an instance stands, and none of its entries.
            if count == 0 && self.replica_shows(&id)? {
                continue;
            }
            let (mut expected, mut previous) = (0, String::new());
            for entry in self.instance_entries(&id)? {
                expected += 1;
                let fits = entry.seq == expected
                    && entry.previous == previous
                    && entry.chained() == entry.hash;
                if !fits {
                    return Ok(Chains::Broken(id, expected));
                }
                previous = entry.hash;
            }
            if previous != chain {
                return Ok(Chains::Broken(id, expected + 1));
            }
            all += u64::from(expected);
        }
        Ok(Chains::Whole(all))
    }

    /// Whether an instance is here because a server shows it.
    fn replica_shows(self, id: &str) -> Result<bool> {
        Ok(self
            .0
            .prepare_cached(
                "select count(*) from scope_cursor c join scope_row r on r.scope = c.scope
                 where r.entity = 'instance' and r.row_id = ?1",
            )?
            .query_row([id], |row| row.get::<_, u32>(0))?
            > 0)
    }

    /// Since when documents of an agency go by a process; `None` where they do not.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_enabled(self, agency_id: &str, process: &str) -> Result<Option<String>> {
        let mut statement = self.0.prepare_cached(
            "select enabled_at from process_use where agency_id = ?1 and process = ?2",
        )?;
        let found = statement.query_row([agency_id, process], |row| row.get(0));
        Ok(found.optional()?)
    }
}

impl Tx<'_> {
    /// Puts an instance.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_put(&mut self, record: &InstanceRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into instance (id, process, version, draft_id, agency_id, author_id, author_name,
                     title, document_type, urgency, issue_number, content_hash, status, names, state, chain,
                     begun_at, changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
                 on conflict (id) do update set version = excluded.version, title = excluded.title,
                     document_type = excluded.document_type, urgency = excluded.urgency,
                     issue_number = excluded.issue_number, content_hash = excluded.content_hash,
                     status = excluded.status, names = excluded.names, state = excluded.state,
                     chain = excluded.chain, changed_at = excluded.changed_at",
            )?
            .execute(params![
                record.id,
                record.process,
                record.version,
                record.draft_id,
                record.agency_id,
                record.author_id,
                record.author_name,
                record.title,
                record.document_type,
                record.urgency,
                record.issue_number,
                record.content_hash,
                record.status,
                record.names,
                record.state,
                record.chain,
                record.begun_at,
                record.changed_at,
            ])?;
        Ok(())
    }

    /// Appends what happened by a command.
    ///
    /// # Errors
    /// The engine's own; a sequence that is taken.
    pub fn instance_append(&mut self, entry: &InstanceEntry) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into instance_event (instance_id, seq, at, command_id, actor_id, events, previous, hash)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                entry.instance_id,
                entry.seq,
                entry.at,
                entry.command_id,
                entry.actor_id,
                entry.events,
                entry.previous,
                entry.hash,
            ])?;
        Ok(())
    }

    /// Notes when the next time comes in an instance; `None`: nothing waits for one.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_due_put(&mut self, id: &str, due_at: Option<&str>) -> Result<()> {
        match due_at {
            None => self
                .0
                .prepare_cached("delete from instance_due where instance_id = ?1")?
                .execute([id])?,
            Some(due_at) => self
                .0
                .prepare_cached(
                    "insert into instance_due (instance_id, due_at) values (?1, ?2)
                     on conflict (instance_id) do update set due_at = excluded.due_at",
                )?
                .execute([id, due_at])?,
        };
        Ok(())
    }

    /// Takes an instance out that is not seen here any more, with what happened in it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn instance_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from instance_event where instance_id = ?1")?
            .execute([id])?;
        self.instance_due_put(id, None)?;
        self.0
            .prepare_cached("delete from instance where id = ?1")?
            .execute([id])?;
        self.wipe_later()
    }

    /// Has documents of an agency go by a process. One that is gone by already stays as it is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_use_put(&mut self, used: &ProcessUse) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into process_use (id, agency_id, process, enabled_by, enabled_at)
                 values (?1, ?2, ?3, ?4, ?5) on conflict do nothing",
            )?
            .execute(params![
                used.id,
                used.agency_id,
                used.process,
                used.enabled_by,
                used.enabled_at
            ])?;
        Ok(())
    }

    /// Takes out that an agency goes by a process, where it is not seen any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn process_use_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from process_use where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}
