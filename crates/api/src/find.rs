//! Find: full text over drafts and versions, and the quick look-up behind Ctrl+K.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::View;
use andu_document::DocumentType;
use andu_store::{DraftRecord, FindFilter, FindRecord};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::serve,
    draft::word,
    issued::{self, IssuedStatus},
    row::{Permission as P, Row, Write as W, row},
};

/// What to find.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FindQuery {
    /// Words; two characters are enough. Empty: only the other conditions count.
    pub text: String,
    /// Only this type.
    pub document_type: Option<DocumentType>,
    /// Changed on or after this day (`2026-01-31`).
    pub from: Option<String>,
    /// Changed on or before this day.
    pub to: Option<String>,
    /// Also in older versions.
    pub versions: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most 200.
    pub limit: u32,
}

/// A piece of a snippet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SnippetPart {
    /// Text.
    pub text: String,
    /// It is what was looked for.
    pub marked: bool,
}

/// Something found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Hit {
    /// Id of the draft.
    pub draft_id: String,
    /// Id of the version it was found in; `None`: the text as it is now.
    pub version_id: Option<String>,
    /// Title on one line.
    pub title: String,
    /// 发文字号
    pub number: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// How it stands, where it was issued.
    pub status: Option<IssuedStatus>,
    /// An instant in UTC.
    pub changed_at: String,
    /// The place around what was found.
    pub snippet: Vec<SnippetPart>,
}

/// What was found.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FindPage {
    /// How many there are; counted up to 1,000.
    pub total: u32,
    /// Best first.
    pub hits: Vec<Hit>,
}

/// The quick look-up.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct QuickFind {
    /// Words, pinyin or initials.
    pub text: String,
}

/// A suggestion of the palette.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Suggestion {
    /// `draft`, `agency` or `person`.
    pub kind: String,
    /// Id.
    pub id: String,
    /// First line.
    pub label: String,
    /// Second line.
    pub detail: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<FindQuery, FindPage>("find_text", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, find)),
    row::<QuickFind, Vec<Suggestion>>("find_quick", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, quick)),
];

fn find(caller: &dyn Caller, query: FindQuery) -> Result<FindPage, ApiError> {
    let filter = FindFilter {
        document_type: word(&query.document_type),
        from: query.from.unwrap_or_default(),
        to: query.to.unwrap_or_default(),
        versions: query.versions,
        offset: query.offset,
        limit: query.limit.min(200),
    };
    let today = caller.today();
    caller.look().read(|view| {
        let (total, found) = view.find(&query.text, &filter)?;
        let hits = found.into_iter().map(|record| Hit {
            status: issued::status_of(view, &record.draft_id, today),
            ..hit(record, &query.text)
        });
        Ok(FindPage {
            total,
            hits: hits.collect(),
        })
    })
}

fn hit(record: FindRecord, text: &str) -> Hit {
    Hit {
        snippet: snippet(&record.text, text),
        document_type: serde_json::from_value(serde_json::Value::String(record.document_type)).ok(),
        version_id: (!record.version_id.is_empty()).then_some(record.version_id),
        draft_id: record.draft_id,
        title: record.title,
        number: record.issue_number,
        status: None,
        changed_at: record.changed_at,
    }
}

/// Characters before and after the first place that was found.
const AROUND: usize = 36;

/// The place around the first stretch of `query` in `text`, with every stretch of it marked.
fn snippet(text: &str, query: &str) -> Vec<SnippetPart> {
    let line: Vec<char> = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let folded: Vec<char> = line
        .iter()
        .map(|c| c.to_lowercase().next().unwrap_or(*c))
        .collect();
    let words: Vec<Vec<char>> = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| word.to_lowercase().chars().collect())
        .collect();
    let length_at = |at: usize| {
        let fits = |word: &&Vec<char>| folded[at..].starts_with(word);
        words.iter().filter(fits).map(Vec::len).max().unwrap_or(0)
    };
    let first = (0..folded.len()).find(|at| length_at(*at) > 0).unwrap_or(0);
    let (start, end) = (
        first.saturating_sub(AROUND),
        (first + 2 * AROUND).min(line.len()),
    );
    let mut parts: Vec<SnippetPart> = Vec::new();
    let mut push = |chars: &[char], marked: bool| {
        let piece: String = chars.iter().collect();
        match parts.last_mut() {
            Some(last) if last.marked == marked => last.text.push_str(&piece),
            _ => parts.push(SnippetPart {
                text: piece,
                marked,
            }),
        }
    };
    if start > 0 {
        push(&['…'], false);
    }
    let mut at = start;
    while at < end {
        let length = length_at(at).min(end - at);
        push(&line[at..at + length.max(1)], length > 0);
        at += length.max(1);
    }
    if end < line.len() {
        push(&['…'], false);
    }
    parts
}

/// Suggestions of each kind at most.
const QUICK_LIMIT: u32 = 6;

/// Drafts with these words in their title, and where there is room those that sound like them.
fn drafts_like(view: &View<'_>, text: &str) -> andu_store::Result<Vec<DraftRecord>> {
    let mut drafts = view.drafts_titled(text, QUICK_LIMIT)?;
    if drafts.len() < QUICK_LIMIT as usize {
        let mut sounding = view.drafts_sounding(text, QUICK_LIMIT)?;
        sounding.retain(|one| drafts.iter().all(|had| had.id != one.id));
        drafts.append(&mut sounding);
        drafts.truncate(QUICK_LIMIT as usize);
    }
    Ok(drafts)
}

fn quick(caller: &dyn Caller, query: QuickFind) -> Result<Vec<Suggestion>, ApiError> {
    let text = query.text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let suggestions = caller.look().read(|view| -> andu_store::Result<_> {
        let drafts = drafts_like(view, text)?
            .into_iter()
            .map(|draft| Suggestion {
                kind: "draft".into(),
                id: draft.id,
                label: draft.title,
                detail: draft.issue_number,
            });
        let agencies = view
            .agencies(text, QUICK_LIMIT)?
            .into_iter()
            .map(|agency| Suggestion {
                kind: "agency".into(),
                id: agency.id,
                label: agency.name,
                detail: agency.short_name,
            });
        let people = view
            .contacts(text, QUICK_LIMIT)?
            .into_iter()
            .map(|person| Suggestion {
                kind: "person".into(),
                id: person.id,
                label: person.name,
                detail: format!("{} {}", person.department, person.post),
            });
        Ok(drafts.chain(agencies).chain(people).collect())
    })?;
    Ok(suggestions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, query: &str) -> String {
        let mark = |part: SnippetPart| {
            if part.marked {
                format!("[{}]", part.text)
            } else {
                part.text
            }
        };
        snippet(text, query).into_iter().map(mark).collect()
    }

    #[test]
    fn a_snippet_marks_every_place_and_is_cut_around_the_first() {
        assert_eq!(
            shown("加强水利建设\n水利设施", "水利"),
            "加强[水利]建设 [水利]设施"
        );
        let long = "一".repeat(100) + "水利" + &"二".repeat(200);
        let cut = shown(&long, "水利");
        assert!(
            cut.starts_with('…') && cut.ends_with('…') && cut.contains("[水利]"),
            "{cut}"
        );
        assert!(cut.chars().count() < 120, "{cut}");
        assert_eq!(shown("OFD 版式", "ofd"), "[OFD] 版式");
        assert_eq!(shown("无关", "水利"), "无关");
    }
}
