//! Drafts: what lists show of them and where they stand. Their text is in `draft_text`.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Reader, Result, Sight, StoreError, Tx,
    listing::{Listing, Part, like},
    sound::Sound,
};

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// 拟稿中
    Drafting,
    /// 已送审
    Submitted,
    /// 废稿箱
    Discarded,
    /// 已办结: numbered and closed.
    Closed,
    /// 收文: it came from elsewhere, and only its description is here.
    Incoming,
    /// 督办: only what is to be done is here.
    Supervision,
}

impl DraftState {
    pub(crate) const ALL: [Self; 6] = [
        Self::Drafting,
        Self::Submitted,
        Self::Discarded,
        Self::Closed,
        Self::Incoming,
        Self::Supervision,
    ];

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Drafting => "drafting",
            Self::Submitted => "submitted",
            Self::Discarded => "discarded",
            Self::Closed => "closed",
            Self::Incoming => "incoming",
            Self::Supervision => "supervision",
        }
    }
}

/// A draft without its text. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRecord {
    /// Id.
    pub id: String,
    /// The history its text belongs to.
    pub lineage: String,
    /// The agency it is drafted in.
    pub agency_id: String,
    /// The department it is drafted in.
    pub department_id: String,
    /// Who drafts it.
    pub author_id: String,
    /// The author's name at the time.
    pub author_name: String,
    /// Where it stands.
    pub state: DraftState,
    /// Title on one line.
    pub title: String,
    /// Serde name of the type; empty for none.
    pub document_type: String,
    /// Serde name of the format.
    pub format: String,
    /// Serde name of the direction.
    pub direction: String,
    /// Serde name of the urgency; empty for none.
    pub urgency: String,
    /// 发文字号 as printed.
    pub issue_number: String,
    /// 主送机关 on one line.
    pub main_recipients: String,
    /// Characters in title and bodies.
    pub characters: u32,
    /// Hash of the submitted text; empty before.
    pub frozen_hash: String,
    /// A word to the reviewer.
    pub submit_note: String,
    /// At a replica: the act that waits for the server; empty if none. Never sent.
    #[serde(skip, default)]
    pub pending_act: String,
    /// At a replica: why the last act was refused, as JSON; empty if it was not. Never sent.
    #[serde(skip, default)]
    pub refusal: String,
    /// Instant in UTC.
    pub created_at: String,
    /// Instant in UTC.
    pub changed_at: String,
}

/// Which drafts.
#[derive(Debug, Clone, Default)]
pub struct DraftFilter {
    /// Only these; `None`: all but the discarded.
    pub state: Option<DraftState>,
    /// Serde name of the only type; empty: any.
    pub document_type: String,
    /// Only those of this author, or, with `from_other`, only those of others.
    pub author_id: String,
    /// Others' instead of the author's own and those where the author writes along.
    pub from_other: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

const COLUMNS: &str = "id, lineage, agency_id, department_id, author_id, author_name, state, title,
    document_type, format, direction, urgency, issue_number, main_recipients, characters,
    frozen_hash, submit_note, pending_act, refusal, created_at, changed_at";

fn record(row: &Row<'_>) -> Result<DraftRecord> {
    let word: String = row.get(6)?;
    let state = DraftState::ALL
        .into_iter()
        .find(|state| state.name() == word);
    Ok(DraftRecord {
        id: row.get(0)?,
        lineage: row.get(1)?,
        agency_id: row.get(2)?,
        department_id: row.get(3)?,
        author_id: row.get(4)?,
        author_name: row.get(5)?,
        state: state.ok_or(StoreError::Column {
            column: "draft.state",
        })?,
        title: row.get(7)?,
        document_type: row.get(8)?,
        format: row.get(9)?,
        direction: row.get(10)?,
        urgency: row.get(11)?,
        issue_number: row.get(12)?,
        main_recipients: row.get(13)?,
        characters: row.get(14)?,
        frozen_hash: row.get(15)?,
        submit_note: row.get(16)?,
        pending_act: row.get(17)?,
        refusal: row.get(18)?,
        created_at: row.get(19)?,
        changed_at: row.get(20)?,
    })
}

impl DraftFilter {
    /// The condition, with ?1 the type and ?2 the author.
    pub(crate) fn condition(&self) -> String {
        let state = match self.state {
            Some(state) => format!("state = '{}'", state.name()),
            None => "state in ('drafting', 'submitted', 'closed')".to_owned(),
        };
        let author = if self.from_other {
            // What is submitted once the agency goes by 发文办理 waits as tasks.
            "author_id <> ?2 and not exists (select 1 from process_use u where u.process = 'outgoing'
                 and u.agency_id = draft.agency_id and u.enabled_at <= draft.changed_at)"
        } else {
            "(author_id = ?2 or id in (select c.draft_id from co_drafter c
                 where c.person_id = ?2 and c.removed_at = ''))"
        };
        format!("{state} and {author} and (?1 = '' or document_type = ?1)")
    }
}

/// Drafts, the last changed first.
pub(crate) const fn listing(which: &str) -> Listing<'_> {
    Listing {
        table: "draft",
        columns: COLUMNS,
        which,
        order: "changed_at desc, id desc",
    }
}

impl Reader<'_> {
    /// The draft of this id.
    ///
    /// # Errors
    /// `NotFound`.
    pub fn draft(self, id: &str) -> Result<DraftRecord> {
        self.draft_if_there(id)?
            .ok_or_else(|| StoreError::NotFound {
                entity: "draft",
                id: id.to_owned(),
            })
    }

    /// The draft of this id, if there is one.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_if_there(self, id: &str) -> Result<Option<DraftRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {COLUMNS} from draft where id = ?1"))?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(record).transpose()
    }

    /// The draft of this id, if it is there and seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_seen(self, sight: &Sight, id: &str) -> Result<Option<DraftRecord>> {
        let seen = sight.condition("draft", "draft.id", 1);
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from draft where id = ?1 and {seen}"
        ))?;
        let mut rows = statement.query(&*sight.bound(&[&id]))?;
        rows.next()?.map(record).transpose()
    }

    /// Whether a draft's text is seen as it is written, and its versions.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_text_seen(self, sight: &Sight, id: &str) -> Result<bool> {
        let seen = format!(
            "{} and {}",
            sight.condition("draft", "draft.id", 1),
            sight.text_condition("draft.id", 1)
        );
        let mut statement = self.0.prepare_cached(&format!(
            "select count(*) from draft where id = ?1 and {seen}"
        ))?;
        let found: u32 = statement.query_row(&*sight.bound(&[&id]), |row| row.get(0))?;
        Ok(found > 0)
    }

    /// A part of the drafts that are seen, newest change first, and how many there are in all.
    ///
    /// # Errors
    /// The engine's own.
    pub fn drafts(self, sight: &Sight, filter: &DraftFilter) -> Result<(u32, Vec<DraftRecord>)> {
        let part = Part {
            bound: &[&filter.document_type, &filter.author_id],
            total: None,
            offset: filter.offset,
            limit: filter.limit,
        };
        self.listed(sight, (&listing(&filter.condition()), &part), record)
    }

    /// Of the drafts that are seen: how many of each state are the author's own, and how many of others; `urgent` counts the
    /// others' with 特急 or 特提.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_counts(self, sight: &Sight, author_id: &str) -> Result<DraftTally> {
        let seen = sight.condition("draft", "draft.id", 1);
        let counts = include_str!("draft_counts.sql");
        let mut statement = self.0.prepare_cached(&format!("{counts} where {seen}"))?;
        Ok(statement.query_row(&*sight.bound(&[&author_id]), |row| {
            Ok(DraftTally {
                drafting: row.get(0)?,
                submitted: row.get(1)?,
                discarded: row.get(2)?,
                received: row.get(3)?,
                received_urgent: row.get(4)?,
                waiting: row.get(5)?,
                closed: row.get(6)?,
            })
        })?)
    }

    /// Drafts whose last act was refused, newest change first; they are this desk's own.
    ///
    /// # Errors
    /// The engine's own.
    pub fn drafts_refused(self, limit: u32) -> Result<Vec<DraftRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from draft where refusal <> '' order by changed_at desc, id limit ?1"
        ))?;
        let mut rows = statement.query([limit])?;
        let mut drafts = Vec::new();
        while let Some(row) = rows.next()? {
            drafts.push(record(row)?);
        }
        Ok(drafts)
    }

    /// Drafts that are seen and whose title or number contains `text`, newest first, for the quick look-up.
    ///
    /// # Errors
    /// The engine's own.
    pub fn drafts_titled(self, sight: &Sight, text: &str, limit: u32) -> Result<Vec<DraftRecord>> {
        let seen = sight.condition("draft", "draft.id", 2);
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from draft
             where state <> 'discarded' and (title like ?1 escape '\\' or issue_number like ?1 escape '\\')
                 and {seen}
             order by changed_at desc limit ?2"
        ))?;
        let pattern = like(text);
        let mut rows = statement.query(&*sight.bound(&[&pattern, &limit]))?;
        let mut drafts = Vec::new();
        while let Some(row) = rows.next()? {
            drafts.push(record(row)?);
        }
        Ok(drafts)
    }

    /// Drafts whose title is seen and sounds like `typed`, whole syllables or initials from anywhere in it, newest
    /// first. None for what is not typed in letters.
    ///
    /// # Errors
    /// The engine's own.
    pub fn drafts_sounding(
        self,
        sight: &Sight,
        typed: &str,
        limit: u32,
    ) -> Result<Vec<DraftRecord>> {
        let Some(sound) = Sound::typed(typed) else {
            return Ok(Vec::new());
        };
        let seen = sight.condition("draft", "draft.id", 0);
        // Titles alone pass by; a draft is read whole where its title fits.
        let mut statement = self.0.prepare_cached(&format!(
            "select id, title from draft where state <> 'discarded' and {seen}
             order by changed_at desc"
        ))?;
        let mut rows = statement.query(&*sight.bound(&[]))?;
        let mut drafts = Vec::new();
        while drafts.len() < limit as usize
            && let Some(row) = rows.next()?
        {
            let title: String = row.get(1)?;
            if sound.is_in(&title) {
                let id: String = row.get(0)?;
                drafts.push(self.draft(&id)?);
            }
        }
        Ok(drafts)
    }
}

/// Numbers in the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DraftTally {
    /// One's own in work.
    pub drafting: u32,
    /// One's own that were submitted.
    pub submitted: u32,
    /// One's own in the bin.
    pub discarded: u32,
    /// Others' that were submitted.
    pub received: u32,
    /// Those with 特急 or 特提.
    pub received_urgent: u32,
    /// One's own whose act waits for the server.
    pub waiting: u32,
    /// One's own that were numbered and closed.
    pub closed: u32,
}

impl Tx<'_> {
    /// Puts a draft with all its columns.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_put(&mut self, draft: &DraftRecord) -> Result<()> {
        self.0
            .prepare_cached(include_str!("draft_put.sql"))?
            .execute(params![
                draft.id,
                draft.lineage,
                draft.agency_id,
                draft.department_id,
                draft.author_id,
                draft.author_name,
                draft.state.name(),
                draft.title,
                draft.document_type,
                draft.format,
                draft.direction,
                draft.urgency,
                draft.issue_number,
                draft.main_recipients,
                draft.characters,
                draft.frozen_hash,
                draft.submit_note,
                draft.pending_act,
                draft.refusal,
                draft.created_at,
                draft.changed_at
            ])?;
        Ok(())
    }

    /// Whether a row of this id is already there, for imports that may be repeated.
    ///
    /// # Errors
    /// The engine's own.
    pub fn draft_exists(&self, id: &str) -> Result<bool> {
        let mut statement = self.0.prepare_cached("select 1 from draft where id = ?1")?;
        Ok(statement.query_row([id], |_| Ok(())).optional()?.is_some())
    }
}
