//! Taking rows out for good, with everything that hangs on them: what a person may not see any more is
//! not to be found in the file either.

use rusqlite::OptionalExtension;

use crate::{Reader, Result, Store, Tx};

/// Tables whose rows belong to one draft, children first.
pub(crate) const OF_DRAFT: [&str; 12] = [
    "revision_work",
    "revision_text",
    "revision",
    "draft_envelope",
    "draft_client",
    "late_update",
    "late_branch",
    "co_drafter",
    "kept_finding",
    "draft_version",
    "draft_state",
    "draft_update",
];

/// Set while traces of erased rows may still be in the file.
pub(crate) const WIPE_DUE: &str = "wipe_due";
/// What it says while they are being wiped.
const WIPING: &str = "now";

impl Tx<'_> {
    /// Takes a draft out with its text, versions, files and everything find knows of it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_erase(&mut self, id: &str) -> Result<()> {
        let mut frozen: Vec<String> = self
            .0
            .prepare_cached("select content_hash from draft_version where draft_id = ?1")?
            .query_map([id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        frozen.extend(self.reader().draft_if_there(id)?.map(|d| d.frozen_hash));
        for branch in self.reader().late_branches(id)? {
            frozen.extend([branch.against_hash, branch.content_hash]);
        }
        for revision in self.reader().revisions(id)? {
            frozen.extend([revision.before_hash, revision.after_hash]);
        }
        self.find_remove(id)?;
        self.draft_files_erase(id)?;
        for table in OF_DRAFT {
            self.0
                .prepare_cached(&format!("delete from {table} where draft_id = ?1"))?
                .execute([id])?;
        }
        self.0
            .prepare_cached("delete from sent_command where draft_id = ?1")?
            .execute([id])?;
        self.incoming_erase(id)?;
        self.issue_sheet_erase(id)?;
        self.supervision_erase(id)?;
        self.0
            .prepare_cached("delete from draft where id = ?1")?
            .execute([id])?;
        self.base_drop("draft", id)?;
        for hash in frozen {
            self.frozen_text_erase(&hash)?;
        }
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Notes that traces of erased rows may still be in the file.
    ///
    /// # Errors
    /// The engine's own.
    pub fn wipe_later(&mut self) -> Result<()> {
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes the text of a draft out, and everything that hangs on it but the draft itself.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_text_erase(&mut self, id: &str) -> Result<()> {
        for table in [
            "late_update",
            "late_branch",
            "co_drafter",
            "draft_version",
            "draft_state",
            "draft_update",
        ] {
            self.0
                .prepare_cached(&format!("delete from {table} where draft_id = ?1"))?
                .execute([id])?;
        }
        self.draft_files_erase(id)?;
        self.find_remove(id)?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes an update of a text out of its log; the folded state that held it goes as well.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_update_erase(&mut self, command_id: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "delete from draft_state where draft_id in
                     (select draft_id from draft_update where command_id = ?1)",
            )?
            .execute([command_id])?;
        self.0
            .prepare_cached(
                "update draft_update set folded = 0 where draft_id in
                     (select u.draft_id from draft_update u where u.command_id = ?1)",
            )?
            .execute([command_id])?;
        self.0
            .prepare_cached("delete from draft_update where command_id = ?1")?
            .execute([command_id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes a content out that no draft, no version and no scope needs. Says whether it is gone.
    ///
    /// # Errors
    /// The engine's own.
    pub fn frozen_text_erase(&mut self, hash: &str) -> Result<bool> {
        let gone = self
            .0
            .prepare_cached(include_str!("frozen_text_erase.sql"))?
            .execute([hash])?;
        if gone > 0 {
            self.meta_put(WIPE_DUE, "yes")?;
        }
        Ok(gone > 0)
    }
}

impl Reader<'_> {
    /// Who wrote an update of a text; `None` where it is not there.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_update_actor(self, command_id: &str) -> Result<Option<String>> {
        Ok(self
            .0
            .prepare_cached("select actor_id from draft_update where command_id = ?1")?
            .query_row([command_id], |row| row.get(0))
            .optional()?)
    }

    /// Whether a submitted or closed draft of this department has this text.
    ///
    /// # Errors
    /// The engine's own.
    pub fn frozen_text_handed(self, hash: &str, department_id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from draft where frozen_hash = ?1 and department_id = ?2
             and state in ('submitted', 'closed') limit 1",
        )?;
        Ok(statement
            .query_row([hash, department_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// Whether traces of erased rows may still be in the file.
    ///
    /// # Errors
    /// The engine's own.
    pub fn wipe_due(self) -> Result<bool> {
        Ok(self.meta(WIPE_DUE)?.is_some_and(|value| !value.is_empty()))
    }
}

impl Store {
    /// Wipes the traces of erased rows out of the full-text index and the write-ahead log, where there
    /// are any. Says whether none are left; somebody who reads for long may hinder it for a while.
    ///
    /// # Errors
    /// The engine's own.
    pub fn wipe(&self) -> Result<bool> {
        if !self.read(|reader| reader.wipe_due())? {
            return Ok(true);
        }
        self.write(|tx| {
            tx.full_text_wipe()?;
            tx.meta_put(WIPE_DUE, WIPING)
        })?;
        if !self.truncate_log()? {
            return Ok(false);
        }
        // It is done only now: until the log is empty, whenever the machine stops, it is still due. What was
        // erased meanwhile has said so again.
        self.write(|tx| {
            let is_last = tx.reader().meta(WIPE_DUE)?.as_deref() == Some(WIPING);
            if is_last {
                tx.meta_put(WIPE_DUE, "")?;
            }
            Ok(is_last)
        })
    }
}
