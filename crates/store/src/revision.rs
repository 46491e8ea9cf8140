//! 修订: the text in which reviewers write their suggestions, who changed what, and what the person of this desk
//! has written and not sent.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, Tx};

/// The text of a document that is reviewed, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionText {
    /// The draft.
    pub draft_id: String,
    /// Yjs, format v1: the whole text.
    pub state: Vec<u8>,
    /// Suggestions that nobody has decided about.
    pub open: u32,
    /// Instant in UTC.
    pub changed_at: String,
}

/// What somebody changed in a text that is reviewed. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionRecord {
    /// Id of the command.
    pub id: String,
    /// The draft.
    pub draft_id: String,
    /// The instance.
    pub instance_id: String,
    /// The step, as people call it; empty for the author outside of one.
    pub step: String,
    /// Who.
    pub person_id: String,
    /// The name at the time.
    pub person_name: String,
    /// JSON: the changes.
    pub changes: String,
    /// The frozen content before.
    pub before_hash: String,
    /// The frozen content after.
    pub after_hash: String,
    /// The hash that decisions named before.
    pub before_content: String,
    /// The hash that decisions name after.
    pub after_content: String,
    /// Instant in UTC.
    pub at: String,
}

/// What the person of this desk has written in a text that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionWork {
    /// The draft.
    pub draft_id: String,
    /// Yjs, format v1: the whole text with it.
    pub state: Vec<u8>,
    /// The hash that decisions name once what was sent is done; empty before anything was sent.
    pub content: String,
    /// Instant in UTC.
    pub changed_at: String,
}

fn revision(row: &Row<'_>) -> rusqlite::Result<RevisionRecord> {
    Ok(RevisionRecord {
        id: row.get(0)?,
        draft_id: row.get(1)?,
        instance_id: row.get(2)?,
        step: row.get(3)?,
        person_id: row.get(4)?,
        person_name: row.get(5)?,
        changes: row.get(6)?,
        before_hash: row.get(7)?,
        after_hash: row.get(8)?,
        before_content: row.get(9)?,
        after_content: row.get(10)?,
        at: row.get(11)?,
    })
}

impl Reader<'_> {
    /// The text of a document that is or was reviewed.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_text(self, draft_id: &str) -> Result<Option<RevisionText>> {
        let mut statement = self.0.prepare_cached(
            "select draft_id, state_v1, open, changed_at from revision_text where draft_id = ?1",
        )?;
        let found = statement.query_row([draft_id], |row| {
            Ok(RevisionText {
                draft_id: row.get(0)?,
                state: row.get(1)?,
                open: row.get(2)?,
                changed_at: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }

    /// What was changed in a document while it was reviewed, the oldest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revisions(self, draft_id: &str) -> Result<Vec<RevisionRecord>> {
        let mut statement = self.0.prepare_cached(
            "select id, draft_id, instance_id, step, person_id, person_name, changes, before_hash,
                 after_hash, before_content, after_content, at
             from revision where draft_id = ?1 order by at, id",
        )?;
        let found = statement.query_map([draft_id], revision)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// What the person of this desk has written in a text that is reviewed.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_work(self, draft_id: &str) -> Result<Option<RevisionWork>> {
        let mut statement = self.0.prepare_cached(
            "select draft_id, state_v1, content, changed_at from revision_work where draft_id = ?1",
        )?;
        let found = statement.query_row([draft_id], |row| {
            Ok(RevisionWork {
                draft_id: row.get(0)?,
                state: row.get(1)?,
                content: row.get(2)?,
                changed_at: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }
}

impl Tx<'_> {
    /// Puts the text of a document that is reviewed.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_text_put(&mut self, text: &RevisionText) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into revision_text (draft_id, state_v1, open, changed_at)
                 values (?1, ?2, ?3, ?4)
                 on conflict (draft_id) do update set state_v1 = excluded.state_v1,
                     open = excluded.open, changed_at = excluded.changed_at",
            )?
            .execute(params![
                text.draft_id,
                text.state,
                text.open,
                text.changed_at
            ])?;
        Ok(())
    }

    /// Puts what somebody changed. What is there already stays as it is.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_put(&mut self, record: &RevisionRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into revision (id, draft_id, instance_id, step, person_id, person_name, changes,
                     before_hash, after_hash, before_content, after_content, at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) on conflict do nothing",
            )?
            .execute(params![
                record.id,
                record.draft_id,
                record.instance_id,
                record.step,
                record.person_id,
                record.person_name,
                record.changes,
                record.before_hash,
                record.after_hash,
                record.before_content,
                record.after_content,
                record.at,
            ])?;
        Ok(())
    }

    /// Puts what the person of this desk has written.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_work_put(&mut self, work: &RevisionWork) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into revision_work (draft_id, state_v1, content, changed_at)
                 values (?1, ?2, ?3, ?4)
                 on conflict (draft_id) do update set state_v1 = excluded.state_v1,
                     content = excluded.content, changed_at = excluded.changed_at",
            )?
            .execute(params![
                work.draft_id,
                work.state,
                work.content,
                work.changed_at
            ])?;
        Ok(())
    }

    /// Forgets what the person of this desk has written: it has arrived, or was thrown away.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_work_drop(&mut self, draft_id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from revision_work where draft_id = ?1")?
            .execute([draft_id])?;
        Ok(())
    }

    /// Takes a row out where it is not seen any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn revision_erase(&mut self, entity: &str, id: &str) -> Result<()> {
        let sql = match entity {
            "revision_text" => "delete from revision_text where draft_id = ?1",
            _ => "delete from revision where id = ?1",
        };
        self.0.prepare_cached(sql)?.execute([id])?;
        Ok(())
    }
}
