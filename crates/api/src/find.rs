//! Find: full text over drafts and versions, and the quick look-up behind Ctrl+K.

use andu_document::DocumentType;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::row::{Permission as P, Row, Write as W, row};

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
    row::<FindQuery, FindPage>("find_text", P::Draft, W::None, &[]),
    row::<QuickFind, Vec<Suggestion>>("find_quick", P::Draft, W::None, &[]),
];
