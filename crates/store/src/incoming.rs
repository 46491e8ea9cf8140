//! Documents that came from elsewhere (收文): what the register says of each, and where it is.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Reader, Result, Sight, Tx,
    listing::{Listing, Part, begins, like},
};

/// Where a document that came stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncomingState {
    /// 登记中: it has no number.
    Open,
    /// 办理中
    Handling,
    /// 已退文
    SentBack,
    /// 已办结
    Closed,
}

impl IncomingState {
    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Handling => "handling",
            Self::SentBack => "sent_back",
            Self::Closed => "closed",
        }
    }

    fn named(word: &str) -> Self {
        match word {
            "handling" => Self::Handling,
            "sent_back" => Self::SentBack,
            "closed" => Self::Closed,
            _ => Self::Open,
        }
    }
}

/// What the register says of a document that came. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncomingRecord {
    /// Id; that of its draft.
    pub id: String,
    /// The agency it came to.
    pub agency_id: String,
    /// 收文号; empty before it is registered.
    pub number: String,
    /// 标题
    pub title: String,
    /// 文种, as its word; empty: none of the fifteen.
    pub document_type: String,
    /// 来文机关
    pub from_agency: String,
    /// 来文字号 as it stands there.
    pub from_number: String,
    /// 成文日期 as ISO text; empty: unknown.
    pub issued_on: String,
    /// 收到日期 as ISO text.
    pub received_on: String,
    /// How it came, as its word.
    pub delivery: String,
    /// 密级, as its word; empty: none.
    pub classification: String,
    /// 保密期限
    pub classification_term: String,
    /// 紧急程度, as its word; empty: none.
    pub urgency: String,
    /// 份数
    pub copies: u32,
    /// 页数; 0: not counted.
    pub pages: u32,
    /// 份号 as they stand there.
    pub copy_numbers: String,
    /// 备注
    pub note: String,
    /// JSON: what it consisted of when it was registered.
    pub files: String,
    /// Hash of all that decisions about it are about; empty before it is registered.
    pub content_hash: String,
    /// Where it stands.
    pub state: IncomingState,
    /// Where it is: the open steps and whom they wait for.
    pub now_at: String,
    /// Since when it is there: an instant in UTC; empty where it is nowhere.
    #[serde(default)]
    pub now_since: String,
    /// JSON: how the 代拟稿 that came with it was given back the last time; empty: it was not.
    #[serde(default)]
    pub given_back: String,
    /// Until when it should be done: an instant in UTC, or empty.
    pub due_at: String,
    /// Id of whoever registers it.
    pub registered_by: String,
    /// The name at the time.
    pub registered_name: String,
    /// Instant in UTC; empty before.
    pub registered_at: String,
    /// Instant in UTC.
    pub changed_at: String,
}

/// Which of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IncomingFilter {
    /// Only those that stand so; `None`: all.
    pub state: Option<IncomingState>,
    /// Only those received in this year, as four digits; empty: all.
    pub year: String,
    /// Words of title, sender or numbers; empty: all.
    pub text: String,
    /// Only those that are late at this instant; empty: all.
    pub late_at: String,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// How many stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IncomingTally {
    /// 登记中
    pub open: u32,
    /// 办理中
    pub handling: u32,
    /// 已超期 among those.
    pub late: u32,
    /// 已办结
    pub closed: u32,
    /// 已退文
    pub sent_back: u32,
}

const INCOMING: &str = "id, agency_id, number, title, document_type, from_agency, from_number, issued_on, received_on,
    delivery, classification, classification_term, urgency, copies, pages, copy_numbers, note, files,
    content_hash, state, now_at, due_at, registered_by, registered_name, registered_at, changed_at,
    now_since, given_back";

fn record(row: &Row<'_>) -> rusqlite::Result<IncomingRecord> {
    Ok(IncomingRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        number: row.get(2)?,
        title: row.get(3)?,
        document_type: row.get(4)?,
        from_agency: row.get(5)?,
        from_number: row.get(6)?,
        issued_on: row.get(7)?,
        received_on: row.get(8)?,
        delivery: row.get(9)?,
        classification: row.get(10)?,
        classification_term: row.get(11)?,
        urgency: row.get(12)?,
        copies: row.get(13)?,
        pages: row.get(14)?,
        copy_numbers: row.get(15)?,
        note: row.get(16)?,
        files: row.get(17)?,
        content_hash: row.get(18)?,
        state: IncomingState::named(&row.get::<_, String>(19)?),
        now_at: row.get(20)?,
        due_at: row.get(21)?,
        registered_by: row.get(22)?,
        registered_name: row.get(23)?,
        registered_at: row.get(24)?,
        changed_at: row.get(25)?,
        now_since: row.get(26)?,
        given_back: row.get(27)?,
    })
}

pub(crate) const LISTING: Listing<'static> = Listing {
    table: "incoming",
    columns: INCOMING,
    which: r"(?1 = '' or state = ?1) and received_on like ?2 escape '\'
             and (title like ?3 escape '\' or from_agency like ?3 escape '\'
                 or from_number like ?3 escape '\' or number like ?3 escape '\')
             and (?4 = '' or (due_at <> '' and due_at <= ?4 and state = 'handling'))",
    order: "received_on desc, id desc",
};

impl Reader<'_> {
    /// The document of this id that came.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming(self, id: &str) -> Result<Option<IncomingRecord>> {
        let mut statement = self
            .0
            .prepare_cached(&format!("select {INCOMING} from incoming where id = ?1"))?;
        Ok(statement.query_row([id], record).optional()?)
    }

    /// The same as far as it is seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_seen(self, sight: &Sight, id: &str) -> Result<Option<IncomingRecord>> {
        let seen = sight.condition("incoming", "incoming.id", 1);
        let sql = format!("select {INCOMING} from incoming where id = ?1 and {seen}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row(&*sight.bound(&[&id]), record);
        Ok(found.optional()?)
    }

    /// How many there are, and a part of them, the last received first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incomings(
        self,
        sight: &Sight,
        filter: &IncomingFilter,
    ) -> Result<(u32, Vec<IncomingRecord>)> {
        let state = filter.state.map_or("", IncomingState::name);
        let (year, text) = (begins(&filter.year), like(&filter.text));
        let part = Part {
            bound: &[&state, &year, &text, &filter.late_at],
            total: None,
            offset: filter.offset,
            limit: filter.limit,
        };
        self.listed(sight, (&LISTING, &part), record)
    }

    /// How many of those that are seen stand where.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_tally(self, sight: &Sight, now: &str) -> Result<IncomingTally> {
        let seen = sight.condition("incoming", "incoming.id", 1);
        let mut statement = self.0.prepare_cached(&format!(
            "select coalesce(sum(case when state = 'open' then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'handling' then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'handling' and due_at <> '' and due_at <= ?1
                        then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'closed' then 1 else 0 end), 0),
                    coalesce(sum(case when state = 'sent_back' then 1 else 0 end), 0)
             from incoming where {seen}"
        ))?;
        Ok(statement.query_row(&*sight.bound(&[&now]), |row| {
            Ok(IncomingTally {
                open: row.get(0)?,
                handling: row.get(1)?,
                late: row.get(2)?,
                closed: row.get(3)?,
                sent_back: row.get(4)?,
            })
        })?)
    }

    /// Others of an agency from the same sender under the same number, registered ones first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_same(self, like: &IncomingRecord) -> Result<Vec<IncomingRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {INCOMING} from incoming
             where agency_id = ?1 and from_number = ?2 and from_agency = ?3 and id <> ?4
             order by number desc, id limit 10"
        ))?;
        let bound = [
            &like.agency_id,
            &like.from_number,
            &like.from_agency,
            &like.id,
        ];
        let found = statement.query_map(bound, record)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Whether a document from this sender under this number is registered in an agency.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_from(self, agency_id: &str, (sender, number): (&str, &str)) -> Result<bool> {
        let mut statement = self.0.prepare_cached(
            "select 1 from incoming
             where agency_id = ?1 and from_agency = ?2 and from_number = ?3 and number <> ''",
        )?;
        Ok(statement.exists([agency_id, sender, number])?)
    }
}

impl Tx<'_> {
    /// Puts what the register says of a document.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_put(&mut self, record: &IncomingRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into incoming (id, agency_id, number, title, document_type, from_agency, from_number,
                     issued_on, received_on, delivery, classification, classification_term, urgency,
                     copies, pages, copy_numbers, note, files, content_hash, state, now_at, due_at,
                     registered_by, registered_name, registered_at, changed_at, now_since,
                     given_back)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,
                     ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)
                 on conflict (id) do update set number = excluded.number, title = excluded.title,
                     document_type = excluded.document_type, from_agency = excluded.from_agency,
                     from_number = excluded.from_number, issued_on = excluded.issued_on,
                     received_on = excluded.received_on, delivery = excluded.delivery,
                     classification = excluded.classification,
                     classification_term = excluded.classification_term, urgency = excluded.urgency,
                     copies = excluded.copies, pages = excluded.pages,
                     copy_numbers = excluded.copy_numbers, note = excluded.note,
                     files = excluded.files, content_hash = excluded.content_hash,
                     state = excluded.state, now_at = excluded.now_at, due_at = excluded.due_at,
                     registered_at = excluded.registered_at, changed_at = excluded.changed_at,
                     now_since = excluded.now_since, given_back = excluded.given_back",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.number,
                record.title,
                record.document_type,
                record.from_agency,
                record.from_number,
                record.issued_on,
                record.received_on,
                record.delivery,
                record.classification,
                record.classification_term,
                record.urgency,
                record.copies,
                record.pages,
                record.copy_numbers,
                record.note,
                record.files,
                record.content_hash,
                record.state.name(),
                record.now_at,
                record.due_at,
                record.registered_by,
                record.registered_name,
                record.registered_at,
                record.changed_at,
                record.now_since,
                record.given_back,
            ])?;
        Ok(())
    }

    /// Takes it out of the register, where it is not seen any more or was never registered.
    ///
    /// # Errors
    /// The engine's own.
    pub fn incoming_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from incoming where id = ?1")?
            .execute([id])?;
        self.wipe_later()
    }
}
