//! Issued documents: how each stands since it was issued, and what its author said of it beyond its text.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::{
    Reader, Result, Sight, Tx,
    listing::{Listing, Part, begins, like},
};

/// How an issued document stands (效力状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuedStatus {
    /// 有效
    Effective,
    /// 修改: parts of it are others now.
    Amended,
    /// 失效: its last day has passed, or a later document says so.
    Lapsed,
    /// 废止
    Repealed,
    /// 撤销
    Revoked,
}

impl IssuedStatus {
    /// Every one, the weakest first.
    pub const ALL: [Self; 5] = [
        Self::Effective,
        Self::Amended,
        Self::Lapsed,
        Self::Repealed,
        Self::Revoked,
    ];

    /// Its word in the table.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Amended => "amended",
            Self::Lapsed => "lapsed",
            Self::Repealed => "repealed",
            Self::Revoked => "revoked",
        }
    }

    fn named(word: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.name() == word)
            .unwrap_or(Self::Effective)
    }

    /// Whether it is still gone by.
    pub const fn is_in_force(self) -> bool {
        match self {
            Self::Effective | Self::Amended => true,
            Self::Lapsed | Self::Repealed | Self::Revoked => false,
        }
    }
}

/// What the list of issued documents says of one. Also what a replica receives of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedRecord {
    /// Id; that of its draft.
    pub id: String,
    /// The agency that issued it.
    pub agency_id: String,
    /// 发文字号
    pub number: String,
    /// 标题
    pub title: String,
    /// 文种, as its word; empty: unknown.
    pub document_type: String,
    /// 成文日期 as ISO text; empty: unknown.
    pub issued_on: String,
    /// 公开属性, as its word; empty: nobody decided.
    pub publicity: String,
    /// Why it is not made public.
    pub publicity_reason: String,
    /// Whether it is 行政规范性文件.
    pub normative: bool,
    /// 统一登记号; empty: none.
    pub registration: String,
    /// Its last day as ISO text; empty: without end.
    pub valid_until: String,
    /// What later documents made of it.
    pub status: IssuedStatus,
    /// JSON: each later document and what it did, the oldest first.
    pub history: String,
    /// The day on which it was made public, as ISO text.
    pub published_on: String,
    /// Where.
    pub published_where: String,
    /// The last day on which it has to be made public, as ISO text; empty: it need not, or is.
    pub publish_due: String,
    /// The day on which it was reported (备案), as ISO text.
    pub filed_on: String,
    /// To whom.
    pub filed_with: String,
    /// What is proposed at the next clearing, as its word; empty: nothing yet.
    pub conclusion: String,
    /// Why.
    pub conclusion_note: String,
    /// The name of whoever proposed.
    pub concluded_by: String,
    /// Instant in UTC; empty before.
    pub concluded_at: String,
    /// Instant in UTC.
    pub changed_at: String,
}

impl IssuedRecord {
    /// How it stands on a day.
    pub fn status_on(&self, day: &str) -> IssuedStatus {
        let is_over = !self.valid_until.is_empty() && *self.valid_until < *day;
        match is_over && self.status.is_in_force() {
            true => IssuedStatus::Lapsed,
            false => self.status,
        }
    }
}

/// Which of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IssuedFilter {
    /// Only those that stand so; `None`: all.
    pub status: Option<IssuedStatus>,
    /// Only those issued in this year, as four digits; empty: all.
    pub year: String,
    /// Only of this 文种, as its word; empty: all.
    pub document_type: String,
    /// Words of title or number; empty: all.
    pub text: String,
    /// Only those in force whose last day is not after this one; empty: all.
    pub ending_by: String,
    /// Only those that have to be made public still.
    pub unpublished: bool,
    /// Today, as ISO text.
    pub today: String,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

const ISSUED: &str = "id, agency_id, number, title, document_type, issued_on, publicity, publicity_reason,
    normative, registration, valid_until, status, history, published_on, published_where, publish_due, filed_on,
    filed_with, conclusion, conclusion_note, concluded_by, concluded_at, changed_at";

fn record(row: &Row<'_>) -> rusqlite::Result<IssuedRecord> {
    Ok(IssuedRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        number: row.get(2)?,
        title: row.get(3)?,
        document_type: row.get(4)?,
        issued_on: row.get(5)?,
        publicity: row.get(6)?,
        publicity_reason: row.get(7)?,
        normative: row.get::<_, i64>(8)? != 0,
        registration: row.get(9)?,
        valid_until: row.get(10)?,
        status: IssuedStatus::named(&row.get::<_, String>(11)?),
        history: row.get(12)?,
        published_on: row.get(13)?,
        published_where: row.get(14)?,
        publish_due: row.get(15)?,
        filed_on: row.get(16)?,
        filed_with: row.get(17)?,
        conclusion: row.get(18)?,
        conclusion_note: row.get(19)?,
        concluded_by: row.get(20)?,
        concluded_at: row.get(21)?,
        changed_at: row.get(22)?,
    })
}

pub(crate) const LISTING: Listing<'static> = Listing {
    table: "issued",
    columns: ISSUED,
    which: r"(?2 = '' or (case when status in ('effective', 'amended') and valid_until <> ''
             and valid_until < ?1 then 'lapsed' else status end) = ?2) and issued_on like ?3 escape '\'
         and (?4 = '' or document_type = ?4)
         and (title like ?5 escape '\' or number like ?5 escape '\')
         and (?6 = '' or ((case when status in ('effective', 'amended') and valid_until <> ''
             and valid_until < ?1 then 'lapsed' else status end) in ('effective', 'amended') and valid_until <> ''
             and valid_until <= ?6))
         and (?7 = 0 or publish_due <> '')",
    order: "issued_on desc, id desc",
};

impl Reader<'_> {
    /// The issued document of this id.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued(self, id: &str) -> Result<Option<IssuedRecord>> {
        let sql = format!("select {ISSUED} from issued where id = ?1");
        let mut statement = self.0.prepare_cached(&sql)?;
        Ok(statement.query_row([id], record).optional()?)
    }

    /// The same as far as it is seen.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued_seen(self, sight: &Sight, id: &str) -> Result<Option<IssuedRecord>> {
        let seen = sight.condition("issued", "issued.id", 1);
        let sql = format!("select {ISSUED} from issued where id = ?1 and {seen}");
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row(&*sight.bound(&[&id]), record);
        Ok(found.optional()?)
    }

    /// The last one that an agency issued under a number.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued_under(self, agency_id: &str, number: &str) -> Result<Option<IssuedRecord>> {
        let sql = format!(
            "select {ISSUED} from issued where agency_id = ?1 and number = ?2
             order by issued_on desc, id desc limit 1"
        );
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row([agency_id, number], record);
        Ok(found.optional()?)
    }

    /// How many there are, and a part of them, the last issued first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued_list(
        self,
        sight: &Sight,
        filter: &IssuedFilter,
    ) -> Result<(u32, Vec<IssuedRecord>)> {
        let status = filter.status.map_or("", IssuedStatus::name);
        let (year, text) = (begins(&filter.year), like(&filter.text));
        let unpublished = i64::from(filter.unpublished);
        let part = Part {
            bound: &[
                &filter.today,
                &status,
                &year,
                &filter.document_type,
                &text,
                &filter.ending_by,
                &unpublished,
            ],
            total: None,
            offset: filter.offset,
            limit: filter.limit,
        };
        self.listed(sight, (&LISTING, &part), record)
    }

    /// What the author says of a draft, as JSON; `None` where nothing is said.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issue_sheet(self, draft_id: &str) -> Result<Option<IssueSheetRecord>> {
        let sql = "select id, says, changed_at from issue_sheet where id = ?1";
        let mut statement = self.0.prepare_cached(sql)?;
        let found = statement.query_row([draft_id], |row| {
            Ok(IssueSheetRecord {
                id: row.get(0)?,
                says: row.get(1)?,
                changed_at: row.get(2)?,
            })
        });
        Ok(found.optional()?)
    }
}

/// What the author says of a draft beyond its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueSheetRecord {
    /// Id of the draft.
    pub id: String,
    /// JSON.
    pub says: String,
    /// Instant in UTC.
    pub changed_at: String,
}

impl Tx<'_> {
    /// Puts an issued document as it stands.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued_put(&mut self, record: &IssuedRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into issued (id, agency_id, number, title, document_type, issued_on, publicity,
                     publicity_reason, normative, registration, valid_until, status, history, published_on,
                     published_where, publish_due, filed_on, filed_with, conclusion, conclusion_note,
                     concluded_by, concluded_at, changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                     ?19, ?20, ?21, ?22, ?23)
                 on conflict (id) do update set number = excluded.number, title = excluded.title,
                     document_type = excluded.document_type, issued_on = excluded.issued_on,
                     publicity = excluded.publicity, publicity_reason = excluded.publicity_reason,
                     normative = excluded.normative, registration = excluded.registration,
                     valid_until = excluded.valid_until, status = excluded.status,
                     history = excluded.history, published_on = excluded.published_on,
                     published_where = excluded.published_where, publish_due = excluded.publish_due,
                     filed_on = excluded.filed_on, filed_with = excluded.filed_with,
                     conclusion = excluded.conclusion, conclusion_note = excluded.conclusion_note,
                     concluded_by = excluded.concluded_by, concluded_at = excluded.concluded_at,
                     changed_at = excluded.changed_at",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.number,
                record.title,
                record.document_type,
                record.issued_on,
                record.publicity,
                record.publicity_reason,
                i64::from(record.normative),
                record.registration,
                record.valid_until,
                record.status.name(),
                record.history,
                record.published_on,
                record.published_where,
                record.publish_due,
                record.filed_on,
                record.filed_with,
                record.conclusion,
                record.conclusion_note,
                record.concluded_by,
                record.concluded_at,
                record.changed_at,
            ])?;
        Ok(())
    }

    /// Takes an issued document out where it is not seen any more, or was entered by mistake.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issued_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from issued where id = ?1")?
            .execute([id])?;
        self.wipe_later()
    }

    /// Puts what the author says of a draft.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issue_sheet_put(&mut self, sheet: &IssueSheetRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into issue_sheet (id, says, changed_at) values (?1, ?2, ?3)
                 on conflict (id) do update set says = excluded.says, changed_at = excluded.changed_at",
            )?
            .execute(params![sheet.id, sheet.says, sheet.changed_at])?;
        Ok(())
    }

    /// Takes out what was said of a draft.
    ///
    /// # Errors
    /// The engine's own.
    pub fn issue_sheet_erase(&mut self, draft_id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from issue_sheet where id = ?1")?
            .execute([draft_id])?;
        self.wipe_later()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Key, Store};

    fn one(id: &str, number: &str, valid_until: &str, status: IssuedStatus) -> IssuedRecord {
        IssuedRecord {
            id: id.into(),
            agency_id: "county".into(),
            number: number.into(),
            title: format!("关于{number}的通知"),
            document_type: "notice".into(),
            issued_on: "2025-03-01".into(),
            publicity: "open".into(),
            publicity_reason: String::new(),
            normative: true,
            registration: String::new(),
            valid_until: valid_until.into(),
            status,
            history: "[]".into(),
            published_on: String::new(),
            published_where: String::new(),
            publish_due: String::new(),
            filed_on: String::new(),
            filed_with: String::new(),
            conclusion: String::new(),
            conclusion_note: String::new(),
            concluded_by: String::new(),
            concluded_at: String::new(),
            changed_at: "2025-03-01T00:00:00.000Z".into(),
        }
    }

    #[test]
    fn what_ran_out_has_lapsed_without_anybody_doing_anything() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("andu.db"), Key::Plain).expect("a store");
        store
            .write(|tx| {
                tx.issued_put(&one(
                    "a",
                    "望政发〔2025〕1号",
                    "2026-05-31",
                    IssuedStatus::Effective,
                ))?;
                tx.issued_put(&one("b", "望政发〔2025〕2号", "", IssuedStatus::Amended))?;
                tx.issued_put(&one(
                    "c",
                    "望政发〔2025〕3号",
                    "2026-05-31",
                    IssuedStatus::Repealed,
                ))
            })
            .expect("written");
        let ids = |filter: IssuedFilter| -> Vec<String> {
            let found = store.read(|reader| reader.issued_list(&Sight::Whole, &filter));
            let (total, rows) = found.expect("read");
            assert_eq!(total as usize, rows.len());
            rows.into_iter().map(|row| row.id).collect()
        };
        let on = |today: &str, status| IssuedFilter {
            status,
            today: today.into(),
            limit: 10,
            ..IssuedFilter::default()
        };
        let lapsed = Some(IssuedStatus::Lapsed);
        assert!(
            ids(on("2026-05-31", lapsed)).is_empty(),
            "its last day counts"
        );
        assert_eq!(ids(on("2026-06-01", lapsed)), ["a"]);
        assert_eq!(ids(on("2026-06-01", Some(IssuedStatus::Repealed))), ["c"]);
        let ending = IssuedFilter {
            ending_by: "2026-06-30".into(),
            ..on("2026-05-01", None)
        };
        assert_eq!(ids(ending), ["a"], "only what is in force comes to its end");
        assert_eq!(ids(on("2026-06-01", None)), ["c", "b", "a"]);
        let under = store.read(|reader| reader.issued_under("county", "望政发〔2025〕2号"));
        assert_eq!(under.expect("read").map(|row| row.id), Some("b".to_owned()));
    }
}
