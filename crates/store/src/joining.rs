//! Desks that worked alone and join: at the server what they offer and what was taken over of it; at the
//! desk the change of its rows into those of a replica.

use andu_base::{DeviceId, PersonId};
use rusqlite::{OptionalExtension, Row, params};

use crate::{AuditEntry, Reader, Result, StoreError, Tx, organisation::parse};

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JoiningState {
    /// Parts are missing.
    Arriving,
    /// It is there and waits for a decision.
    Whole,
    /// It was taken over.
    Applied,
    /// It was refused.
    Refused,
}

/// An import of an old register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterImport {
    /// Its id.
    pub id: String,
    /// How many of its documents are there.
    pub documents: u32,
    /// When it was entered: an instant in UTC.
    pub at: String,
    /// By whom.
    pub by: String,
}

/// Tables whose rows name the draft they are part of.
pub(crate) const PARTS_OF_DRAFT: [&str; 7] = [
    "draft_client",
    "draft_update",
    "draft_state",
    "draft_version",
    "draft_file",
    "kept_finding",
    "find_entry",
];

/// What a desk alone was: its agency and all that hangs on it, children first.
pub(crate) const OWN_WORLD: [&str; 16] = [
    "form_template",
    "copy_given",
    "number_entry",
    "number_series",
    "substitution",
    "role_given",
    "held_grant",
    "telephone",
    "appointment",
    "post",
    "naming",
    "enrolment",
    "device",
    "person",
    "department",
    "agency",
];

impl JoiningState {
    const ALL: [Self; 4] = [Self::Arriving, Self::Whole, Self::Applied, Self::Refused];

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Arriving => "arriving",
            Self::Whole => "whole",
            Self::Applied => "applied",
            Self::Refused => "refused",
        }
    }
}

/// What a desk offers to bring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoiningRecord {
    /// Known by its content.
    pub id: String,
    /// The desk.
    pub device_id: DeviceId,
    /// Whose desk.
    pub person_id: PersonId,
    /// Where it stands.
    pub state: JoiningState,
    /// What it consists of, as JSON.
    pub manifest: String,
    /// Instant in UTC.
    pub offered_at: String,
    /// Instant in UTC; empty before.
    pub decided_at: String,
    /// What was taken over, or why nothing was, as JSON; empty before.
    pub answer: String,
}

/// A row that was taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedRow {
    /// Its id here.
    pub new_id: String,
    /// How it stood when it was last taken over.
    pub stood: String,
}

/// Ids that change when a desk's store becomes a replica: old and new.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remap {
    /// Agencies.
    pub agencies: Vec<(String, String)>,
    /// Departments.
    pub departments: Vec<(String, String)>,
    /// People.
    pub people: Vec<(String, String)>,
    /// Drafts.
    pub drafts: Vec<(String, String)>,
}

const COLUMNS: &str = "id, device_id, person_id, state, manifest, offered_at, decided_at, answer";

fn record(row: &Row<'_>) -> Result<JoiningRecord> {
    let word: String = row.get(3)?;
    let state = JoiningState::ALL
        .into_iter()
        .find(|state| state.name() == word);
    Ok(JoiningRecord {
        id: row.get(0)?,
        device_id: parse(row, 1, "joining.device_id")?,
        person_id: parse(row, 2, "joining.person_id")?,
        state: state.ok_or(StoreError::Column {
            column: "joining.state",
        })?,
        manifest: row.get(4)?,
        offered_at: row.get(5)?,
        decided_at: row.get(6)?,
        answer: row.get(7)?,
    })
}

impl Reader<'_> {
    /// An offer.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joining(self, id: &str) -> Result<Option<JoiningRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {COLUMNS} from joining where id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(record).transpose()
    }

    /// Every offer, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joinings(self) -> Result<Vec<JoiningRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from joining order by offered_at desc, id"
        ))?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            all.push(record(row)?);
        }
        Ok(all)
    }

    /// Numbers of the parts that have arrived, in order.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joining_parts(self, id: &str) -> Result<Vec<u32>> {
        let mut statement = self
            .0
            .prepare_cached("select part from joining_part where joining_id = ?1 order by part")?;
        let parts = statement.query_map([id], |row| row.get(0))?;
        Ok(parts.collect::<Result<_, _>>()?)
    }

    /// A part.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joining_part(self, id: &str, part: u32) -> Result<Option<Vec<u8>>> {
        Ok(self
            .0
            .prepare_cached("select bytes from joining_part where joining_id = ?1 and part = ?2")?
            .query_row(params![id, part], |row| row.get(0))
            .optional()?)
    }

    /// What became of a row of a store that was brought before.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_row(self, origin: &str, entity: &str, old: &str) -> Result<Option<JoinedRow>> {
        Ok(self
            .0
            .prepare_cached(
                "select new_id, stood from joined_row
                 where origin = ?1 and entity = ?2 and old_id = ?3",
            )?
            .query_row([origin, entity, old], |row| {
                Ok(JoinedRow {
                    new_id: row.get(0)?,
                    stood: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// Every row that was taken over of a store or an import, by its old id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_rows(self, origin: &str, entity: &str) -> Result<Vec<(String, JoinedRow)>> {
        let mut statement = self.0.prepare_cached(
            "select old_id, new_id, stood from joined_row
             where origin = ?1 and entity = ?2 order by old_id",
        )?;
        let rows = statement.query_map([origin, entity], |row| {
            let joined = JoinedRow {
                new_id: row.get(1)?,
                stood: row.get(2)?,
            };
            Ok((row.get(0)?, joined))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Documents of old registers that were entered in an agency, by what they were entered under.
    ///
    /// # Errors
    /// The engine's own.
    pub fn registered(self, agency_id: &str) -> Result<Vec<String>> {
        let mut statement = self.0.prepare_cached(
            "select joined_row.old_id from joined_row join draft on draft.id = joined_row.new_id
             where joined_row.entity = 'register' and joined_row.origin like 'register/%'
                 and draft.agency_id = ?1",
        )?;
        let keys = statement.query_map([agency_id], |row| row.get(0))?;
        Ok(keys.collect::<rusqlite::Result<_>>()?)
    }

    /// What was entered in an agency of old registers, import by import, the last one first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn register_imports(self, agency_id: &str) -> Result<Vec<RegisterImport>> {
        let mut statement = self.0.prepare_cached(
            "select joined_row.origin, count(*), min(draft.created_at), min(draft.author_name)
             from joined_row join draft on draft.id = joined_row.new_id
             where joined_row.entity = 'register' and joined_row.origin like 'register/%'
                 and draft.agency_id = ?1
             group by joined_row.origin order by min(draft.created_at) desc, joined_row.origin",
        )?;
        let found = statement.query_map([agency_id], |row| {
            let origin: String = row.get(0)?;
            Ok(RegisterImport {
                id: origin.trim_start_matches("register/").to_owned(),
                documents: row.get(1)?,
                at: row.get(2)?,
                by: row.get(3)?,
            })
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// The hash of an entry of an audit log that was brought.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_audit(self, origin: &str, entry: i64) -> Result<Option<String>> {
        Ok(self
            .0
            .prepare_cached("select entry_hash from joined_audit where origin = ?1 and entry = ?2")?
            .query_row(params![origin, entry], |row| row.get(0))
            .optional()?)
    }
}

impl Tx<'_> {
    /// Puts an offer; whatever else this device offered and nobody decided about is dropped.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joining_put(&mut self, joining: &JoiningRecord) -> Result<()> {
        let device = joining.device_id.as_text();
        self.0.execute(
            "delete from joining_part where joining_id in
                 (select id from joining where device_id = ?1 and id <> ?2
                  and state in ('arriving', 'whole'))",
            [&device, &joining.id],
        )?;
        self.0.execute(
            "delete from joining where device_id = ?1 and id <> ?2
                 and state in ('arriving', 'whole')",
            [&device, &joining.id],
        )?;
        self.0.execute(
            "insert into joining (id, device_id, person_id, state, manifest, offered_at, decided_at,
                 answer)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             on conflict (id) do update set state = excluded.state,
                 decided_at = excluded.decided_at, answer = excluded.answer",
            params![
                joining.id,
                device,
                joining.person_id.as_text(),
                joining.state.name(),
                joining.manifest,
                joining.offered_at,
                joining.decided_at,
                joining.answer
            ],
        )?;
        if matches!(joining.state, JoiningState::Applied | JoiningState::Refused) {
            self.0.execute(
                "delete from joining_part where joining_id = ?1",
                [&joining.id],
            )?;
        }
        Ok(())
    }

    /// Puts a part; one that is there stays.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joining_part_put(&mut self, id: &str, part: u32, bytes: &[u8]) -> Result<()> {
        self.0.execute(
            "insert into joining_part (joining_id, part, bytes) values (?1, ?2, ?3)
             on conflict do nothing",
            params![id, part, bytes],
        )?;
        Ok(())
    }

    /// Notes what became of a row that was brought.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_row_put(
        &mut self,
        origin: &str,
        (entity, old): (&str, &str),
        row: &JoinedRow,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into joined_row (origin, entity, old_id, new_id, stood)
                 values (?1, ?2, ?3, ?4, ?5)
                 on conflict (origin, entity, old_id) do update set stood = excluded.stood",
            )?
            .execute([origin, entity, old, &row.new_id, &row.stood])?;
        Ok(())
    }

    /// Forgets what became of a row.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_row_drop(&mut self, origin: &str, entity: &str, old: &str) -> Result<()> {
        self.0
            .prepare_cached(
                "delete from joined_row where origin = ?1 and entity = ?2 and old_id = ?3",
            )?
            .execute([origin, entity, old])?;
        Ok(())
    }

    /// Keeps an entry of an audit log that was brought, as it was.
    ///
    /// # Errors
    /// The engine's own.
    pub fn joined_audit_put(
        &mut self,
        origin: &str,
        (number, entry): (i64, &AuditEntry),
        (previous, hash): (&str, &str),
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into joined_audit (origin, entry, at, actor_id, device_id, action, subject_id,
                     detail, previous_hash, entry_hash)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) on conflict do nothing",
            )?
            .execute(params![
                origin,
                number,
                entry.at,
                entry.actor_id,
                entry.device_id,
                entry.action,
                entry.subject_id,
                entry.detail,
                previous,
                hash
            ])?;
        Ok(())
    }

    /// Gives rows the ids they have at the server, and takes out the organisation and the device that this
    /// store had made up for itself, with the numbers it had counted: others count them now.
    ///
    /// # Errors
    /// The engine's own.
    pub fn become_replica(&mut self, remap: &Remap) -> Result<()> {
        let change = |sql: &str, pairs: &[(String, String)]| -> Result<()> {
            for (old, new) in pairs {
                self.0.execute(sql, [old, new])?;
            }
            Ok(())
        };
        change(
            "update draft set agency_id = ?2 where agency_id = ?1",
            &remap.agencies,
        )?;
        change(
            "update draft set department_id = ?2 where department_id = ?1",
            &remap.departments,
        )?;
        change(
            "update draft set author_id = ?2 where author_id = ?1",
            &remap.people,
        )?;
        change(
            "update draft_update set actor_id = ?2 where actor_id = ?1",
            &remap.people,
        )?;
        change(
            "update kept_finding set person_id = ?2 where person_id = ?1",
            &remap.people,
        )?;
        for (old, new) in &remap.drafts {
            let mut draft = self.reader().draft(old)?;
            draft.id.clone_from(new);
            self.draft_put(&draft)?;
            for part in PARTS_OF_DRAFT {
                self.0.execute(
                    &format!("update {part} set draft_id = ?2 where draft_id = ?1"),
                    [old, new],
                )?;
            }
            self.0.execute("delete from draft where id = ?1", [old])?;
        }
        for table in OWN_WORLD {
            self.0.execute(&format!("delete from {table}"), [])?;
        }
        self.0
            .execute("delete from vocabulary_agency where relation = 'own'", [])?;
        Ok(())
    }
}
