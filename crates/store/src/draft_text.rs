//! Texts of drafts: every update as it was sent, the folded state, frozen contents, versions, and findings
//! that are kept.

use andu_base::{CommandId, ContentHash};
use rusqlite::{OptionalExtension, Params, Row, params};

use crate::{Reader, Result, StoreError, Tx};

/// Why there is a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionKind {
    /// Kept by the program from time to time.
    Automatic,
    /// Named by the person.
    Named,
    /// 送审稿
    Submitted,
    /// As it was imported.
    Imported,
    /// Before an older version was restored.
    BeforeRestore,
}

impl VersionKind {
    const ALL: [Self; 5] = [
        Self::Automatic,
        Self::Named,
        Self::Submitted,
        Self::Imported,
        Self::BeforeRestore,
    ];

    /// The kind of this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == word)
    }

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Named => "named",
            Self::Submitted => "submitted",
            Self::Imported => "imported",
            Self::BeforeRestore => "before_restore",
        }
    }
}

/// A version of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRecord {
    /// Id.
    pub id: String,
    /// The draft.
    pub draft_id: String,
    /// Name; empty for automatic ones.
    pub name: String,
    /// Why it is there.
    pub kind: VersionKind,
    /// Who.
    pub author_name: String,
    /// Instant in UTC.
    pub made_at: String,
    /// Characters in title and bodies.
    pub characters: u32,
    /// Its content, in `frozen_text`.
    pub content_hash: String,
}

/// A finding that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFinding {
    /// Key of the finding.
    pub finding_key: String,
    /// Why.
    pub reason: String,
}

/// An update of a draft's text.
#[derive(Debug, Clone)]
pub struct TextUpdate<'a> {
    /// Id of the command that carried it.
    pub command_id: &'a str,
    /// The draft.
    pub draft_id: &'a str,
    /// Yjs update, v1.
    pub update: &'a [u8],
    /// Who.
    pub actor_id: &'a str,
    /// From which device.
    pub device_id: &'a str,
    /// Instant in UTC.
    pub claimed_at: &'a str,
}

/// Updates that are not folded yet before folding is worth it.
const FOLD_AFTER: usize = 64;

fn version(row: &Row<'_>) -> Result<VersionRecord> {
    let word: String = row.get(3)?;
    let kind = VersionKind::named(&word);
    Ok(VersionRecord {
        id: row.get(0)?,
        draft_id: row.get(1)?,
        name: row.get(2)?,
        kind: kind.ok_or(StoreError::Column {
            column: "draft_version.kind",
        })?,
        author_name: row.get(4)?,
        made_at: row.get(5)?,
        characters: row.get(6)?,
        content_hash: row.get(7)?,
    })
}

const VERSION: &str = "select id, draft_id, name, kind, author_name, made_at, characters, content_hash from draft_version";

impl Reader<'_> {
    /// The updates that together are a draft's text: the folded state first, then what came since.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_text(self, draft_id: &str) -> Result<Vec<Vec<u8>>> {
        let state: Option<Vec<u8>> = self
            .0
            .prepare_cached("select state_v1 from draft_state where draft_id = ?1")?
            .query_row([draft_id], |row| row.get(0))
            .optional()?;
        let mut statement = self.0.prepare_cached(
            "select update_v1 from draft_update where draft_id = ?1 and folded = 0 order by command_id",
        )?;
        let rest = statement.query_map([draft_id], |row| row.get(0))?;
        state
            .into_iter()
            .map(Ok)
            .chain(rest.map(|r| r.map_err(StoreError::from)))
            .collect()
    }

    /// One update as it was sent.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn draft_update(self, command_id: CommandId) -> Result<Vec<u8>> {
        let id = command_id.as_text();
        self.0
            .prepare_cached("select update_v1 from draft_update where command_id = ?1")?
            .query_row([&id], |row| row.get(0))
            .optional()?
            .ok_or(StoreError::NotFound {
                entity: "draft_update",
                id,
            })
    }

    /// Whether these very bytes were written in a draft.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_update_stands(self, draft_id: &str, update: &[u8]) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from draft_update where draft_id = ?1 and update_v1 = ?2 limit 1",
        )?;
        let found = statement.query_row(params![draft_id, update], |_| Ok(()));
        Ok(found.optional()?.is_some())
    }

    /// Whether so many updates wait that folding is worth it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_text_wants_folding(self, draft_id: &str) -> Result<bool> {
        let waiting: i64 = self
            .0
            .prepare_cached("select count(*) from draft_update where draft_id = ?1 and folded = 0")?
            .query_row([draft_id], |row| row.get(0))?;
        Ok(waiting.unsigned_abs() as usize >= FOLD_AFTER)
    }

    /// A content that never changes, as canonical JSON.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` if the bytes are not those of the hash.
    pub fn frozen_text(self, hash: &str) -> Result<Vec<u8>> {
        let bytes: Vec<u8> = self
            .0
            .prepare_cached("select document from frozen_text where hash = ?1")?
            .query_row([hash], |row| row.get(0))
            .optional()?
            .ok_or_else(|| StoreError::NotFound {
                entity: "frozen_text",
                id: hash.to_owned(),
            })?;
        if ContentHash::of(&bytes).to_string() != hash {
            return Err(StoreError::Damaged(format!("frozen text {hash}")));
        }
        Ok(bytes)
    }

    /// Versions of a draft, newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn versions(self, draft_id: &str) -> Result<Vec<VersionRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "{VERSION} where draft_id = ?1 order by made_at desc, id desc"
        ))?;
        let mut rows = statement.query([draft_id])?;
        let mut versions = Vec::new();
        while let Some(row) = rows.next()? {
            versions.push(version(row)?);
        }
        Ok(versions)
    }

    /// The version of this id.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn version(self, id: &str) -> Result<VersionRecord> {
        let mut statement = self.0.prepare_cached(&format!("{VERSION} where id = ?1"))?;
        let mut rows = statement.query([id])?;
        let row = rows.next()?.ok_or_else(|| StoreError::NotFound {
            entity: "draft_version",
            id: id.to_owned(),
        })?;
        version(row)
    }

    /// Findings of a draft that are kept.
    ///
    /// # Errors
    /// The engine's own.
    pub fn kept_findings(self, draft_id: &str) -> Result<Vec<KeptFinding>> {
        let mut statement = self.0.prepare_cached(
            "select finding_key, reason from kept_finding where draft_id = ?1 order by finding_key",
        )?;
        let kept = statement.query_map([draft_id], |row| {
            Ok(KeptFinding {
                finding_key: row.get(0)?,
                reason: row.get(1)?,
            })
        })?;
        Ok(kept.collect::<Result<_, _>>()?)
    }
}

fn version_columns(version: &VersionRecord) -> impl Params {
    (
        &version.id,
        &version.draft_id,
        &version.name,
        version.kind.name(),
        &version.author_name,
        &version.made_at,
        version.characters,
        &version.content_hash,
    )
}

impl Tx<'_> {
    /// Appends an update; one that is there already is not put twice. Says whether it was new.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_update_append(&mut self, update: &TextUpdate<'_>) -> Result<bool> {
        let put = self
            .0
            .prepare_cached(
                "insert into draft_update (command_id, draft_id, update_v1, actor_id, device_id,
                     claimed_at, folded)
                 values (?1, ?2, ?3, ?4, ?5, ?6, 0)
                 on conflict (command_id) do nothing",
            )?
            .execute(params![
                update.command_id,
                update.draft_id,
                update.update,
                update.actor_id,
                update.device_id,
                update.claimed_at
            ])?;
        Ok(put == 1)
    }

    /// Replaces the folded state by one that holds every update so far.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_text_fold(&mut self, draft_id: &str, state: &[u8]) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_state (draft_id, state_v1) values (?1, ?2)
                 on conflict (draft_id) do update set state_v1 = excluded.state_v1",
            )?
            .execute(params![draft_id, state])?;
        self.0
            .prepare_cached(
                "update draft_update set folded = 1 where draft_id = ?1 and folded = 0",
            )?
            .execute([draft_id])?;
        Ok(())
    }

    /// Keeps a content under its hash.
    ///
    /// # Errors
    /// The engine's own.
    pub fn frozen_text_put(&mut self, hash: &str, document: &[u8]) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into frozen_text (hash, document) values (?1, ?2) on conflict (hash) do nothing",
            )?
            .execute(params![hash, document])?;
        Ok(())
    }

    /// Keeps a version; one that is there already is not put twice.
    ///
    /// # Errors
    /// The engine's own.
    pub fn version_put(&mut self, version: &VersionRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_version (id, draft_id, name, kind, author_name, made_at, characters,
                     content_hash)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (id) do nothing",
            )?
            .execute(version_columns(version))?;
        Ok(())
    }

    /// Puts a version as the primary has it, whatever was known of it here.
    ///
    /// # Errors
    /// The engine's own.
    pub fn version_mirror(&mut self, version: &VersionRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into draft_version (id, draft_id, name, kind, author_name, made_at, characters,
                     content_hash)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
                 on conflict (id) do update set draft_id = excluded.draft_id, name = excluded.name,
                     kind = excluded.kind, author_name = excluded.author_name,
                     made_at = excluded.made_at, characters = excluded.characters,
                     content_hash = excluded.content_hash",
            )?
            .execute(version_columns(version))?;
        Ok(())
    }

    /// Keeps a finding with its reason; an empty reason takes the keeping back.
    ///
    /// # Errors
    /// The engine's own.
    pub fn kept_finding_put(
        &mut self,
        draft_id: &str,
        kept: &KeptFinding,
        person_id: &str,
        at: &str,
    ) -> Result<()> {
        if kept.reason.is_empty() {
            self.0
                .prepare_cached(
                    "delete from kept_finding where draft_id = ?1 and finding_key = ?2",
                )?
                .execute(params![draft_id, kept.finding_key])?;
            return Ok(());
        }
        self.0
            .prepare_cached(
                "insert into kept_finding (draft_id, finding_key, reason, person_id, kept_at)
                 values (?1, ?2, ?3, ?4, ?5)
                 on conflict (draft_id, finding_key) do update set reason = excluded.reason,
                     person_id = excluded.person_id, kept_at = excluded.kept_at",
            )?
            .execute(params![
                draft_id,
                kept.finding_key,
                kept.reason,
                person_id,
                at
            ])?;
        Ok(())
    }
}
