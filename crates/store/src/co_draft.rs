//! 共同起草: who writes along in a draft, under which client ids, and what came after the text was frozen.

use andu_base::Date;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{Reader, Result, StoreError, Tx, erase::WIPE_DUE};

/// 共同起草人: somebody who writes along in another's draft. Also what a replica receives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoDrafterRecord {
    /// Id.
    pub id: String,
    /// The draft.
    pub draft_id: String,
    /// Who.
    pub person_id: String,
    /// The name at the time.
    pub person_name: String,
    /// The person who invited.
    pub invited_by: String,
    /// Instant in UTC.
    pub invited_at: String,
    /// The last day, ISO; empty: until removed.
    pub through_on: String,
    /// Instant in UTC; empty while it lasts.
    pub removed_at: String,
}

/// What became of a late update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LateState {
    /// Nobody has decided.
    Open,
    /// Taken into the text.
    Accepted,
    /// Left out; kept.
    Declined,
}

impl LateState {
    const ALL: [Self; 3] = [Self::Open, Self::Accepted, Self::Declined];

    const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }
}

/// Late updates of one person. Also what a replica receives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateBranch {
    /// Id: that of its first update's command.
    pub id: String,
    /// The draft.
    pub draft_id: String,
    /// Who.
    pub actor_id: String,
    /// The name at the time.
    pub actor_name: String,
    /// Why the first was late: `frozen`, `removed` or `gap`.
    pub cause: String,
    /// Hash of the text they came too late for.
    pub against_hash: String,
    /// Hash of what that text says with them.
    pub content_hash: String,
    /// How many there are.
    pub updates: u32,
    /// When the first was written, by that device's clock: an instant in UTC.
    pub first_at: String,
    /// When the last was written.
    pub last_at: String,
    /// What became of them.
    pub state: LateState,
    /// Instant in UTC; empty before.
    pub decided_at: String,
}

/// One late update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateUpdate {
    /// Id of the command that carried it.
    pub command_id: String,
    /// The draft.
    pub draft_id: String,
    /// The branch it belongs to.
    pub branch_id: String,
    /// Yjs update, v1.
    pub update: Vec<u8>,
    /// Who.
    pub actor_id: String,
    /// From which device.
    pub device_id: String,
    /// When it was written, by that device's clock: an instant in UTC.
    pub claimed_at: String,
    /// When it came: an instant in UTC.
    pub received_at: String,
}

/// Who wrote under a client id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRecord {
    /// The draft it was used in.
    pub draft_id: String,
    /// The device it was used by.
    pub device_id: String,
    /// The person.
    pub person_id: String,
}

fn co_drafter(row: &Row<'_>) -> rusqlite::Result<CoDrafterRecord> {
    Ok(CoDrafterRecord {
        id: row.get(0)?,
        draft_id: row.get(1)?,
        person_id: row.get(2)?,
        person_name: row.get(3)?,
        invited_by: row.get(4)?,
        invited_at: row.get(5)?,
        through_on: row.get(6)?,
        removed_at: row.get(7)?,
    })
}

fn branch(row: &Row<'_>) -> Result<LateBranch> {
    let word: String = row.get(10)?;
    let state = LateState::ALL
        .into_iter()
        .find(|state| state.name() == word);
    Ok(LateBranch {
        id: row.get(0)?,
        draft_id: row.get(1)?,
        actor_id: row.get(2)?,
        actor_name: row.get(3)?,
        cause: row.get(4)?,
        against_hash: row.get(5)?,
        content_hash: row.get(6)?,
        updates: row.get(7)?,
        first_at: row.get(8)?,
        last_at: row.get(9)?,
        state: state.ok_or(StoreError::Column {
            column: "late_branch.state",
        })?,
        decided_at: row.get(11)?,
    })
}

const CO_DRAFTER: &str = "select id, draft_id, person_id, person_name, invited_by, invited_at,
    through_on, removed_at from co_drafter";
const BRANCH: &str = "select id, draft_id, actor_id, actor_name, cause, against_hash, content_hash,
    updates, first_at, last_at, state, decided_at from late_branch";

impl Reader<'_> {
    /// Everybody who was ever invited to a draft, in the order of the invitations.
    ///
    /// # Errors
    /// The engine's own.
    pub fn co_drafters(self, draft_id: &str) -> Result<Vec<CoDrafterRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "{CO_DRAFTER} where draft_id = ?1 order by invited_at, id"
        ))?;
        let all = statement.query_map([draft_id], co_drafter)?;
        Ok(all.collect::<Result<_, _>>()?)
    }

    /// The invitation of this id, if there is one.
    ///
    /// # Errors
    /// The engine's own.
    pub fn co_drafter(self, id: &str) -> Result<Option<CoDrafterRecord>> {
        Ok(self
            .0
            .prepare_cached(&format!("{CO_DRAFTER} where id = ?1"))?
            .query_row([id], co_drafter)
            .optional()?)
    }

    /// Whether somebody writes along in a draft on a day.
    ///
    /// # Errors
    /// The engine's own.
    pub fn is_co_drafter(self, draft_id: &str, person_id: &str, day: Date) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from co_drafter where draft_id = ?1 and person_id = ?2 and removed_at = ''
                 and (through_on = '' or through_on >= ?3) limit 1",
        )?;
        let found = statement.query_row(params![draft_id, person_id, day.to_string()], |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Whether somebody was ever invited to a draft.
    ///
    /// # Errors
    /// The engine's own.
    pub fn was_co_drafter(self, draft_id: &str, person_id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from co_drafter where draft_id = ?1 and person_id = ?2 limit 1",
        )?;
        let found = statement.query_row([draft_id, person_id], |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Whether anybody was ever invited to a draft: from then on it has a scope of its own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_is_shared(self, draft_id: &str) -> Result<bool> {
        let mut statement = self
            .0
            .prepare_cached("select 1 from co_drafter where draft_id = ?1 limit 1")?;
        Ok(statement
            .query_row([draft_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// The drafts in which somebody writes along on a day, by id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn co_drafted(self, person_id: &str, day: Date) -> Result<Vec<String>> {
        let mut statement = self.0.prepare_cached(
            "select distinct draft_id from co_drafter where person_id = ?1 and removed_at = ''
                 and (through_on = '' or through_on >= ?2) order by draft_id",
        )?;
        let ids = statement.query_map(params![person_id, day.to_string()], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Who wrote under a client id, if anybody did.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_client(self, client_id: u64) -> Result<Option<ClientRecord>> {
        Ok(self
            .0
            .prepare_cached(
                "select draft_id, device_id, person_id from draft_client where client_id = ?1",
            )?
            .query_row([client_id.cast_signed()], |row| {
                Ok(ClientRecord {
                    draft_id: row.get(0)?,
                    device_id: row.get(1)?,
                    person_id: row.get(2)?,
                })
            })
            .optional()?)
    }

    /// Every update of a draft's text with who wrote it, oldest command first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_updates(self, draft_id: &str) -> Result<Vec<WrittenUpdate>> {
        let mut statement = self.0.prepare_cached(
            "select command_id, update_v1, actor_id, device_id, claimed_at from draft_update
             where draft_id = ?1 order by command_id",
        )?;
        let all = statement.query_map([draft_id], |row| {
            Ok(WrittenUpdate {
                command_id: row.get(0)?,
                update: row.get(1)?,
                actor_id: row.get(2)?,
                device_id: row.get(3)?,
                claimed_at: row.get(4)?,
            })
        })?;
        Ok(all.collect::<Result<_, _>>()?)
    }

    /// Late updates of a draft by person, in the order they came up.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_branches(self, draft_id: &str) -> Result<Vec<LateBranch>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("{BRANCH} where draft_id = ?1 order by id"))?;
        let mut rows = statement.query([draft_id])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(branch(row)?);
        }
        Ok(all)
    }

    /// The updates of a branch, oldest command first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_updates(self, branch_id: &str) -> Result<Vec<LateUpdate>> {
        let mut statement = self.0.prepare_cached(
            "select command_id, draft_id, branch_id, update_v1, actor_id, device_id, claimed_at,
                 received_at
             from late_update where branch_id = ?1 order by command_id",
        )?;
        let all = statement.query_map([branch_id], |row| {
            Ok(LateUpdate {
                command_id: row.get(0)?,
                draft_id: row.get(1)?,
                branch_id: row.get(2)?,
                update: row.get(3)?,
                actor_id: row.get(4)?,
                device_id: row.get(5)?,
                claimed_at: row.get(6)?,
                received_at: row.get(7)?,
            })
        })?;
        Ok(all.collect::<Result<_, _>>()?)
    }

    /// Whether a draft, a version of it or a branch of it has this content.
    ///
    /// # Errors
    /// The engine's own.
    pub fn frozen_text_of_draft(self, hash: &str, draft_id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from draft where id = ?2 and frozen_hash = ?1
             union all select 1 from draft_version where draft_id = ?2 and content_hash = ?1
             union all select 1 from late_branch where draft_id = ?2
                 and (content_hash = ?1 or against_hash = ?1)",
        )?;
        Ok(statement
            .query_row([hash, draft_id], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// The signed envelopes of a draft's updates without the updates, oldest command first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_envelopes(self, draft_id: &str) -> Result<Vec<(String, String)>> {
        let mut statement = self.0.prepare_cached(
            "select command_id, envelope from draft_envelope where draft_id = ?1 order by command_id",
        )?;
        let all = statement.query_map([draft_id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(all.collect::<Result<_, _>>()?)
    }
}

/// An update of a text with who wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenUpdate {
    /// Id of the command that carried it.
    pub command_id: String,
    /// Yjs update, v1.
    pub update: Vec<u8>,
    /// Who.
    pub actor_id: String,
    /// From which device.
    pub device_id: String,
    /// Instant in UTC.
    pub claimed_at: String,
}

impl Tx<'_> {
    /// Puts an invitation with all its columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn co_drafter_put(&mut self, record: &CoDrafterRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into co_drafter (id, draft_id, person_id, person_name, invited_by, invited_at,
                     through_on, removed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 on conflict (id) do update set draft_id = excluded.draft_id,
                     person_id = excluded.person_id, person_name = excluded.person_name,
                     invited_by = excluded.invited_by, invited_at = excluded.invited_at,
                     through_on = excluded.through_on, removed_at = excluded.removed_at",
            )?
            .execute(params![
                record.id,
                record.draft_id,
                record.person_id,
                record.person_name,
                record.invited_by,
                record.invited_at,
                record.through_on,
                record.removed_at
            ])?;
        Ok(())
    }

    /// Takes an invitation out of a replica.
    ///
    /// # Errors
    /// The engine's own.
    pub fn co_drafter_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from co_drafter where id = ?1")?
            .execute([id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Notes who writes under a client id. It is not to be known yet.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_client_put(
        &mut self,
        client_id: u64,
        client: &ClientRecord,
        at: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_client (client_id, draft_id, device_id, person_id, registered_at)
                 values (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                client_id.cast_signed(),
                client.draft_id,
                client.device_id,
                client.person_id,
                at
            ])?;
        Ok(())
    }

    /// Puts late updates of a person with all their columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_branch_put(&mut self, branch: &LateBranch) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into late_branch (id, draft_id, actor_id, actor_name, cause, against_hash,
                     content_hash, updates, first_at, last_at, state, decided_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                 on conflict (id) do update set draft_id = excluded.draft_id,
                     actor_id = excluded.actor_id, actor_name = excluded.actor_name,
                     cause = excluded.cause, against_hash = excluded.against_hash,
                     content_hash = excluded.content_hash, updates = excluded.updates,
                     first_at = excluded.first_at, last_at = excluded.last_at,
                     state = excluded.state, decided_at = excluded.decided_at",
            )?
            .execute(params![
                branch.id,
                branch.draft_id,
                branch.actor_id,
                branch.actor_name,
                branch.cause,
                branch.against_hash,
                branch.content_hash,
                branch.updates,
                branch.first_at,
                branch.last_at,
                branch.state.name(),
                branch.decided_at
            ])?;
        Ok(())
    }

    /// Puts a late update with all its columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_update_put(&mut self, late: &LateUpdate) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into late_update (command_id, draft_id, branch_id, update_v1, actor_id,
                     device_id, claimed_at, received_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 on conflict (command_id) do update set draft_id = excluded.draft_id,
                     branch_id = excluded.branch_id, update_v1 = excluded.update_v1,
                     actor_id = excluded.actor_id, device_id = excluded.device_id,
                     claimed_at = excluded.claimed_at, received_at = excluded.received_at",
            )?
            .execute(params![
                late.command_id,
                late.draft_id,
                late.branch_id,
                late.update,
                late.actor_id,
                late.device_id,
                late.claimed_at,
                late.received_at
            ])?;
        Ok(())
    }

    /// Takes a late update out of a replica.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_update_erase(&mut self, command_id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from late_update where command_id = ?1")?
            .execute([command_id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes late updates of a person out of a replica, once none of them is there.
    ///
    /// # Errors
    /// The engine's own.
    pub fn late_branch_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from late_update where branch_id = ?1")?
            .execute([id])?;
        self.0
            .prepare_cached("delete from late_branch where id = ?1")?
            .execute([id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Takes a version out of a replica.
    ///
    /// # Errors
    /// The engine's own.
    pub fn version_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from draft_version where id = ?1")?
            .execute([id])?;
        self.meta_put(WIPE_DUE, "yes")
    }

    /// Keeps the signed envelope of an update, without the update itself.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_envelope_put(
        &mut self,
        command_id: &str,
        draft_id: &str,
        envelope: &str,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_envelope (command_id, draft_id, envelope) values (?1, ?2, ?3)
                 on conflict (command_id) do nothing",
            )?
            .execute([command_id, draft_id, envelope])?;
        Ok(())
    }
}
