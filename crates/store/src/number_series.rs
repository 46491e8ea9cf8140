//! Number series as agencies keep them.

use andu_document::{Reset, Series, Serves, SignedBy};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{Reader, Result, StoreError, Tx};

/// A series as its columns have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriesRecord {
    /// Its id.
    pub id: String,
    /// The agency.
    pub agency_id: String,
    /// What the keeper calls it.
    pub title: String,
    /// Word of what its numbers are for.
    pub serves: String,
    /// How a number reads.
    pub pattern: String,
    /// What its numbers are kept under.
    pub code: String,
    /// Word of the rule by which it counts anew.
    pub reset_by: String,
    /// First year of the 届; 0 for none.
    pub term_from: i16,
    /// First serial of the opening period.
    pub opening: u32,
    /// The period that begins with it.
    pub opening_period: i16,
    /// Words of types, divided by commas.
    pub document_types: String,
    /// Words of formats, divided by commas.
    pub formats: String,
    /// 发文机关标志; may be empty.
    pub letterhead: String,
    /// Word of who has to have signed; may be empty.
    pub signed_by: String,
    /// The first day.
    pub from_on: String,
    /// The first day on which it is closed; empty: open.
    pub closed_on: String,
    /// Id of whoever changed it last.
    pub changed_by: String,
    /// Instant in UTC.
    pub changed_at: String,
}

const SERIES: &str = "id, agency_id, title, serves, pattern, code, reset_by, term_from, opening,
    opening_period, document_types, formats, letterhead, signed_by, from_on, closed_on, changed_by, changed_at";

fn series(row: &Row<'_>) -> rusqlite::Result<SeriesRecord> {
    Ok(SeriesRecord {
        id: row.get(0)?,
        agency_id: row.get(1)?,
        title: row.get(2)?,
        serves: row.get(3)?,
        pattern: row.get(4)?,
        code: row.get(5)?,
        reset_by: row.get(6)?,
        term_from: row.get(7)?,
        opening: row.get(8)?,
        opening_period: row.get(9)?,
        document_types: row.get(10)?,
        formats: row.get(11)?,
        letterhead: row.get(12)?,
        signed_by: row.get(13)?,
        from_on: row.get(14)?,
        closed_on: row.get(15)?,
        changed_by: row.get(16)?,
        changed_at: row.get(17)?,
    })
}

const fn unread(column: &'static str) -> StoreError {
    StoreError::Column { column }
}

/// Words divided by commas as what they name.
fn words<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<Vec<T>> {
    let words = text.split(',').filter(|word| !word.is_empty());
    words
        .map(|word| {
            let word = serde_json::Value::String(word.to_owned());
            serde_json::from_value(word).map_err(|_| unread(column))
        })
        .collect()
}

/// What is named as words divided by commas.
fn joined<T: Serialize>(all: &[T]) -> String {
    let words = all.iter().filter_map(|one| serde_json::to_value(one).ok());
    let words: Vec<String> = words
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect();
    words.join(",")
}

impl SeriesRecord {
    /// As columns have it.
    pub fn of(agency_id: &str, series: &Series, (by, at): (&str, &str)) -> Self {
        Self {
            id: series.id.clone(),
            agency_id: agency_id.to_owned(),
            title: series.title.clone(),
            serves: series.serves.name().to_owned(),
            pattern: series.pattern.to_string(),
            code: series.code(),
            reset_by: series.reset.name().to_owned(),
            term_from: series.term_from,
            opening: series.opening,
            opening_period: series.opening_period,
            document_types: joined(&series.types),
            formats: joined(&series.formats),
            letterhead: series.letterhead.clone(),
            signed_by: series.signed_by.map_or("", SignedBy::name).to_owned(),
            from_on: series.from_on.to_string(),
            closed_on: series
                .closed_on
                .map_or_else(String::new, |day| day.to_string()),
            changed_by: by.to_owned(),
            changed_at: at.to_owned(),
        }
    }

    /// As it is counted by.
    ///
    /// # Errors
    /// `Column` for what does not read.
    pub fn series(&self) -> Result<Series> {
        let closed_on = match self.closed_on.as_str() {
            "" => None,
            day => Some(day.parse().map_err(|_| unread("number_series.closed_on"))?),
        };
        let signed_by = match self.signed_by.as_str() {
            "" => None,
            word => Some(SignedBy::named(word).ok_or(unread("number_series.signed_by"))?),
        };
        Ok(Series {
            id: self.id.clone(),
            title: self.title.clone(),
            serves: Serves::named(&self.serves).ok_or(unread("number_series.serves"))?,
            pattern: self
                .pattern
                .parse()
                .map_err(|_| unread("number_series.pattern"))?,
            reset: Reset::named(&self.reset_by).ok_or(unread("number_series.reset_by"))?,
            term_from: self.term_from,
            opening: self.opening,
            opening_period: self.opening_period,
            types: words(&self.document_types, "number_series.document_types")?,
            formats: words(&self.formats, "number_series.formats")?,
            letterhead: self.letterhead.clone(),
            signed_by,
            from_on: self
                .from_on
                .parse()
                .map_err(|_| unread("number_series.from_on"))?,
            closed_on,
        })
    }
}

impl Reader<'_> {
    /// The series of an agency, by what they are for and their code.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_series(self, agency_id: &str) -> Result<Vec<SeriesRecord>> {
        let mut statement = self.0.prepare_cached(&format!(
            "select {SERIES} from number_series where agency_id = ?1 order by serves, code, from_on, id"
        ))?;
        let found = statement.query_map([agency_id], series)?;
        Ok(found.collect::<Result<_, _>>()?)
    }
}

impl Tx<'_> {
    /// Puts a series.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_series_put(&mut self, record: &SeriesRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into number_series (id, agency_id, title, serves, pattern, code, reset_by, term_from,
                     opening, opening_period, document_types, formats, letterhead, signed_by, from_on,
                     closed_on, changed_by, changed_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
                 on conflict (id) do update set title = excluded.title, serves = excluded.serves,
                     pattern = excluded.pattern, code = excluded.code, reset_by = excluded.reset_by,
                     term_from = excluded.term_from, opening = excluded.opening,
                     opening_period = excluded.opening_period, document_types = excluded.document_types,
                     formats = excluded.formats, letterhead = excluded.letterhead,
                     signed_by = excluded.signed_by, from_on = excluded.from_on,
                     closed_on = excluded.closed_on, changed_by = excluded.changed_by,
                     changed_at = excluded.changed_at",
            )?
            .execute(params![
                record.id,
                record.agency_id,
                record.title,
                record.serves,
                record.pattern,
                record.code,
                record.reset_by,
                record.term_from,
                record.opening,
                record.opening_period,
                record.document_types,
                record.formats,
                record.letterhead,
                record.signed_by,
                record.from_on,
                record.closed_on,
                record.changed_by,
                record.changed_at
            ])?;
        Ok(())
    }

    /// Takes a series out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn number_series_erase(&mut self, id: &str) -> Result<()> {
        self.0
            .prepare_cached("delete from number_series where id = ?1")?
            .execute([id])?;
        Ok(())
    }
}
