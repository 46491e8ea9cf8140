//! What find looks through. Terms are made here, not by the engine: pairs of neighbouring Chinese
//! characters, and words of letters and digits.

use rusqlite::{OptionalExtension, params};
use std::fmt::Write as _;

use crate::{Reader, Result, Sight, Tx};

/// Conditions of a look-up.
#[derive(Debug, Clone, Default)]
pub struct FindFilter {
    /// Only this type's name; empty: any.
    pub document_type: String,
    /// First day, ISO; empty: any.
    pub from: String,
    /// Last day, ISO; empty: any.
    pub to: String,
    /// Also in older versions.
    pub versions: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most so many.
    pub limit: u32,
}

/// An entry of what find looks through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindRecord {
    /// The draft.
    pub draft_id: String,
    /// The version; empty: as it is now.
    pub version_id: String,
    /// Title on one line.
    pub title: String,
    /// 发文字号
    pub issue_number: String,
    /// Name of the type; empty for none.
    pub document_type: String,
    /// Instant in UTC.
    pub changed_at: String,
    /// The day of `changed_at` in Asia/Shanghai.
    pub changed_on: String,
    /// Everything a reader sees.
    pub text: String,
}

const COLUMNS: &str = "e.draft_id, e.version_id, e.title, e.issue_number, e.document_type,
    e.changed_at, e.changed_on, t.text";

fn record(row: &rusqlite::Row<'_>) -> rusqlite::Result<FindRecord> {
    Ok(FindRecord {
        draft_id: row.get(0)?,
        version_id: row.get(1)?,
        title: row.get(2)?,
        issue_number: row.get(3)?,
        document_type: row.get(4)?,
        changed_at: row.get(5)?,
        changed_on: row.get(6)?,
        text: row.get(7)?,
    })
}

/// The condition that an entry `e` is seen.
pub(crate) fn seen_entry(sight: &Sight, taken: usize) -> String {
    format!(
        "({} and (e.version_id = '' or {}))",
        sight.condition("draft", "e.draft_id", taken),
        sight.text_condition("e.draft_id", taken)
    )
}

/// The conditions of the newest entries, with ?1 to ?4 those of a filter.
pub(crate) fn newest_condition(seen: &str) -> String {
    format!(
        "(?1 = '' or e.document_type = ?1) and (?2 = '' or e.changed_on >= ?2)
         and (?3 = '' or e.changed_on <= ?3) and (?4 or e.version_id = '') and {seen}"
    )
}

impl Reader<'_> {
    /// Finds `text` in what is seen, best first, and how many there are in all (counted up to 1,000). An
    /// empty text lists the newest that fit the other conditions. Versions are found by those who see the
    /// text as it is written.
    ///
    /// # Errors
    /// The engine's own.
    pub fn find(
        self,
        sight: &Sight,
        text: &str,
        filter: &FindFilter,
    ) -> Result<(u32, Vec<FindRecord>)> {
        let Some(query) = match_query(text) else {
            return self.find_newest(sight, filter);
        };
        let matches = self.full_text_match(sight, &query, filter)?;
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from find_entry e join find_text t on t.entry = e.entry
             where e.entry = ?1"
        ))?;
        let mut found = Vec::with_capacity(matches.entries.len());
        for entry in matches.entries {
            found.extend(statement.query_row([entry], record).optional()?);
        }
        Ok((matches.total, found))
    }

    fn find_newest(self, sight: &Sight, filter: &FindFilter) -> Result<(u32, Vec<FindRecord>)> {
        let condition = newest_condition(&seen_entry(sight, 4));
        let shared = sight.bound(&[
            &filter.document_type,
            &filter.from,
            &filter.to,
            &filter.versions,
        ]);
        let total = self
            .0
            .prepare_cached(&format!(
                "select count(*) from (select 1 from find_entry e where {condition} limit 1000) as counted"
            ))?
            .query_row(&*shared, |row| row.get(0))?;
        let mut statement = self.0.prepare_cached(&format!(
            "select {COLUMNS} from find_entry e join find_text t on t.entry = e.entry
             where {condition} order by e.changed_at desc limit {} offset {}",
            filter.limit, filter.offset
        ))?;
        let found = statement
            .query_map(&*shared, record)?
            .collect::<Result<_, _>>()?;
        Ok((total, found))
    }
}

impl Tx<'_> {
    /// Puts an entry in place of the one of the same draft and version.
    ///
    /// # Errors
    /// The engine's own.
    pub fn find_put(&mut self, entry: &FindRecord) -> Result<()> {
        let rowid: i64 = self
            .0
            .prepare_cached(
                "insert into find_entry (draft_id, version_id, title, issue_number, document_type,
                     changed_at, changed_on)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 on conflict (draft_id, version_id) do update set title = excluded.title,
                     issue_number = excluded.issue_number, document_type = excluded.document_type,
                     changed_at = excluded.changed_at, changed_on = excluded.changed_on
                 returning entry",
            )?
            .query_row(
                params![
                    entry.draft_id,
                    entry.version_id,
                    entry.title,
                    entry.issue_number,
                    entry.document_type,
                    entry.changed_at,
                    entry.changed_on
                ],
                |row| row.get(0),
            )?;
        self.0
            .prepare_cached(
                "insert into find_text (entry, text) values (?1, ?2)
                 on conflict (entry) do update set text = excluded.text",
            )?
            .execute(params![rowid, entry.text])?;
        let title = format!("{} {}", terms(&entry.title), terms(&entry.issue_number));
        self.full_text_put(rowid, &title, &terms(&entry.text))
    }

    /// Takes all entries of a draft out.
    ///
    /// # Errors
    /// The engine's own.
    pub fn find_remove(&mut self, draft_id: &str) -> Result<()> {
        let entries: Vec<i64> = self
            .0
            .prepare_cached("select entry from find_entry where draft_id = ?1")?
            .query_map([draft_id], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for entry in entries {
            self.full_text_remove(entry)?;
            self.0
                .prepare_cached("delete from find_text where entry = ?1")?
                .execute([entry])?;
        }
        self.0
            .prepare_cached("delete from find_entry where draft_id = ?1")?
            .execute([draft_id])?;
        Ok(())
    }
}

/// A stretch of text as terms see it.
enum Piece {
    /// Neighbouring Chinese characters.
    Han(Vec<char>),
    /// Letters and digits, in lower case.
    Word(String),
}

/// Whether a character is written without spaces: Chinese, with all its extensions.
const fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' | '〇' | '々')
}

/// Full-width letters and digits as ordinary ones.
fn narrowed(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for c in text.chars().map(narrowed) {
        if is_han(c) {
            match pieces.last_mut() {
                Some(Piece::Han(run)) => run.push(c),
                _ => pieces.push(Piece::Han(vec![c])),
            }
        } else if c.is_alphanumeric() {
            match pieces.last_mut() {
                Some(Piece::Word(word)) => word.extend(c.to_lowercase()),
                _ => pieces.push(Piece::Word(c.to_lowercase().collect())),
            }
        } else if !matches!(pieces.last(), Some(Piece::Word(word)) if word.is_empty()) {
            // A break: an empty word that joins nothing.
            pieces.push(Piece::Word(String::new()));
        }
    }
    pieces.retain(|piece| !matches!(piece, Piece::Word(word) if word.is_empty()));
    pieces
}

/// The terms of a text, divided by spaces: pairs of neighbouring Chinese characters with the last one
/// alone behind them (so that one character is found as the beginning of a term), words as they are.
pub fn terms(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for piece in pieces(text) {
        match piece {
            Piece::Han(run) => {
                for pair in run.windows(2) {
                    out.extend(pair);
                    out.push(' ');
                }
                out.extend(run.last());
                out.push(' ');
            }
            Piece::Word(word) => {
                out.push_str(&word);
                out.push(' ');
            }
        }
    }
    out.pop();
    out
}

/// The full-text query for what a person typed: every stretch must be there; `None` if there is nothing
/// to look for. Only letters, digits and Chinese characters reach the engine.
fn match_query(text: &str) -> Option<String> {
    let mut query = String::new();
    for piece in pieces(text).iter().take(32) {
        if !query.is_empty() {
            query.push_str(" AND ");
        }
        match piece {
            Piece::Han(run) if run.len() == 1 => {
                let _ = write!(query, "\"{}\"*", run[0]);
            }
            Piece::Han(run) => {
                let pairs: Vec<String> = run.windows(2).map(|pair| pair.iter().collect()).collect();
                let _ = write!(query, "\"{}\"", pairs.join(" "));
            }
            Piece::Word(word) => {
                let _ = write!(query, "\"{word}\"*");
            }
        }
    }
    (!query.is_empty()).then_some(query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_pairs_and_words() {
        assert_eq!(
            terms("水利局〔2026〕１８号 OFD文件"),
            "水利 利局 局 2026 18 号 ofd 文件 件"
        );
    }

    #[test]
    fn a_query_holds_nothing_but_letters_digits_and_characters() {
        assert_eq!(match_query("水利局").as_deref(), Some("\"水利 利局\""));
        assert_eq!(match_query("水").as_deref(), Some("\"水\"*"));
        assert_eq!(
            match_query("\" OR 1) NEAR(").as_deref(),
            Some("\"or\"* AND \"1\"* AND \"near\"*")
        );
        assert_eq!(match_query("——！"), None);
    }
}
