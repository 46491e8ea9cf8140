//! What is supervised (督办): a line of the ledger each, beside its draft.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Reader, Result, Sight, Tx,
    listing::{Listing, Part, like},
};

/// How something that is supervised stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupervisionState {
    /// 办理中
    Running,
    /// 已销号
    Closed,
    /// 已撤项
    Withdrawn,
}

impl SupervisionState {
    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn named(word: &str) -> Self {
        match word {
            "closed" => Self::Closed,
            "withdrawn" => Self::Withdrawn,
            _ => Self::Running,
        }
    }
}

/// What the ledger says of something that is supervised. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupervisionRecord {
    /// Id: that of its draft.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// 督办编号
    pub number: String,
    /// `instruction`, `meeting` or `other`.
    pub kind: String,
    /// 督办事项
    pub title: String,
    /// The document that came, whose 批示 it is; empty: none.
    pub source_id: String,
    /// 立项依据
    pub basis: String,
    /// 批示抄清, or what was decided to be done.
    pub copy: String,
    /// 督办要求
    pub requirement: String,
    /// 联系电话
    pub telephone: String,
    /// JSON: who carries it out, until when, and what each last reported.
    pub units: String,
    /// How it stands.
    pub state: SupervisionState,
    /// The first day by which a unit has to report; empty once every report is accepted.
    pub due_on: String,
    /// How many units were late when their report was accepted.
    pub late_units: u32,
    /// Id of whoever set it up.
    pub set_up_by: String,
    /// The name at the time.
    pub set_up_name: String,
    /// 立项日期
    pub set_up_on: String,
    /// 销号日期; empty before.
    pub closed_on: String,
    /// 销号意见
    pub result: String,
    /// Instant in UTC.
    pub changed_at: String,
}

/// Which of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SupervisionFilter {
    /// Only those that stand so; `None`: all.
    pub state: Option<SupervisionState>,
    /// `instruction`, `meeting` or `other`; empty: all.
    pub kind: String,
    /// Words of title, copy, number or units; empty: all.
    pub text: String,
    /// Only those whose day is from this one, as ISO text; empty: from any.
    pub due_from: String,
    /// Only those whose day is before this one; empty: before any.
    pub due_before: String,
    /// Only those that were set up from this day; empty: from any.
    pub set_up_from: String,
    /// Only those that were set up through this day; empty: through any.
    pub set_up_through: String,
    /// Only those of whom every report is accepted.
    pub ready: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// How many stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SupervisionTally {
    /// 办理中
    pub running: u32,
    /// 临期 among those.
    pub soon: u32,
    /// 超期 among those.
    pub late: u32,
    /// 已销号
    pub closed: u32,
    /// Those of whom every report is accepted, and that are not closed yet.
    pub ready: u32,
}

const SUPERVISION: &str =
    "id, agency_id, number, kind, title, source_id, basis, copy, requirement, telephone,
    units, state, due_on, late_units, set_up_by, set_up_name, set_up_on, closed_on, result,
    changed_at";

fn record(row: &Row<'_>) -> rusqlite::Result<SupervisionRecord> {
    Ok(SupervisionRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        number: row.get(2)?,
        kind: row.get(3)?,
        title: row.get(4)?,
        source_id: row.get(5)?,
        basis: row.get(6)?,
        copy: row.get(7)?,
        requirement: row.get(8)?,
        telephone: row.get(9)?,
        units: row.get(10)?,
        state: SupervisionState::named(&row.get::<_, String>(11)?),
        due_on: row.get(12)?,
        late_units: row.get(13)?,
        set_up_by: row.get(14)?,
        set_up_name: row.get(15)?,
        set_up_on: row.get(16)?,
        closed_on: row.get(17)?,
        result: row.get(18)?,
        changed_at: row.get(19)?,
    })
}

pub(crate) const LISTING: Listing<'static> = Listing {
    table: "supervision",
    columns: SUPERVISION,
    which: "(?1 = '' or state = ?1) and (?2 = '' or kind = ?2)
             and (title like ?3 escape '\\' or copy like ?3 escape '\\' or number like ?3 escape '\\'
                 or units like ?3 escape '\\')
             and (?4 = '' or (state = 'running' and due_on >= ?4))
             and (?5 = '' or (state = 'running' and due_on <> '' and due_on < ?5))
             and (?6 = '' or set_up_on >= ?6) and (?7 = '' or set_up_on <= ?7)
             and (?8 = 0 or (state = 'running' and due_on = ''))",
    order: "case when state = 'running' then 0 else 1 end,
                 case when state = 'running' then due_on else '' end, set_up_on desc, id desc",
};

impl Reader<'_> {
    /// What is supervised under this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervision(self, id: &str) -> Result<Option<SupervisionRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {SUPERVISION} from supervision where id = ?1"
        ))?;
        Ok(statement.query_row([id], record).optional()?)
    }

    /// The same as far as it is seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervision_seen(self, sight: &Sight, id: &str) -> Result<Option<SupervisionRecord>> {
        let seen = sight.condition("supervision", "supervision.id", 1);
        let sql = format!("select {SUPERVISION} from supervision where id = ?1 and {seen}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row(&*sight.bound(&[&id]), record);
        Ok(found.optional()?)
    }

    /// How many there are, and a part of them: what is due first comes first, then the last set up.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervisions(
        self,
        sight: &Sight,
        filter: &SupervisionFilter,
    ) -> Result<(u32, Vec<SupervisionRecord>)> {
        let state = filter.state.map_or("", SupervisionState::name);
        let text = like(&filter.text);
        let ready = i32::from(filter.ready);
        let part = Part {
            bound: &[
                &state,
                &filter.kind,
                &text,
                &filter.due_from,
                &filter.due_before,
                &filter.set_up_from,
                &filter.set_up_through,
                &ready,
            ],
            total: None,
            offset: filter.offset,
            limit: filter.limit,
        };
        self.listed(sight, (&LISTING, &part), record)
    }

    /// How many of those that are seen stand where: late are those due before `today`, due soon those due
    /// before `soon`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervision_tally(
        self,
        sight: &Sight,
        (today, soon): (&str, &str),
    ) -> Result<SupervisionTally> {
        let seen = sight.condition("supervision", "supervision.id", 2);
        let mut statement = self.0.prepare_cached(&format!(
            "select coalesce(sum(case when state = 'running' then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'running' and due_on >= ?1 and due_on < ?2
                        then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'running' and due_on <> '' and due_on < ?1
                        then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'closed' then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'running' and due_on = '' then 1 else 0 end), 0)
             from supervision where {seen}"
        ))?;
        Ok(statement.query_row(&*sight.bound(&[&today, &soon]), |row| {
            Ok(SupervisionTally {
                running: row.get(0)?,
                soon: row.get(1)?,
                late: row.get(2)?,
                closed: row.get(3)?,
                ready: row.get(4)?,
            })
        })?)
    }
}

impl Tx<'_> {
    /// Puts what the ledger says of it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervision_put(&mut self, record: &SupervisionRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into supervision (id, agency_id, number, kind, title, source_id, basis, copy, requirement, telephone,
                     units, state, due_on, late_units, set_up_by, set_up_name, set_up_on, closed_on, result,
                     changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,
                     ?20)
                 on conflict (id) do update set number = excluded.number, kind = excluded.kind, title = excluded.title, source_id =
                     excluded.source_id, basis = excluded.basis, copy = excluded.copy, requirement =
                     excluded.requirement, telephone = excluded.telephone, units = excluded.units, state =
                     excluded.state, due_on = excluded.due_on, late_units = excluded.late_units, set_up_on =
                     excluded.set_up_on, closed_on = excluded.closed_on, result = excluded.result,
                     changed_at = excluded.changed_at",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.number,
                record.kind,
                record.title,
                record.source_id,
                record.basis,
                record.copy,
                record.requirement,
                record.telephone,
                record.units,
                record.state.name(),
                record.due_on,
                record.late_units,
                record.set_up_by,
                record.set_up_name,
                record.set_up_on,
                record.closed_on,
                record.result,
                record.changed_at,
            ])?;
        Ok(())
    }

    /// Takes it out, where it is not seen any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn supervision_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from supervision where id = ?1")?
            .execute([id])?;
        self.wipe_later()
    }
}
