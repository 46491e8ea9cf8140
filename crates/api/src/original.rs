//! Originals of imports: the files drafts were made of, and what the import was not sure about.

use andu_app::draft;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    draft::{DraftRef, OriginalQuestion, TextUpdate},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Written,
};

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OriginalAnswer {
    /// Id of the draft.
    pub draft_id: String,
    /// Key of the question.
    pub key: String,
    /// Which of its answers, from 0.
    pub option: u32,
}

/// One original of a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OriginalRef {
    /// Id of the draft.
    pub draft_id: String,
    /// Id of the file.
    pub file_id: String,
}

/// One chunk of an original.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OriginalChunk {
    /// Its name, 64 hexadecimal characters.
    pub name: String,
    /// Bytes.
    pub size: u32,
}

/// Puts an original beside its draft at the server, once its chunks are there.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OriginalCommit {
    /// Id of the draft.
    pub id: String,
    /// Id of the file.
    pub file_id: String,
    /// Its name.
    pub name: String,
    /// Its chunks, in order.
    pub chunks: Vec<OriginalChunk>,
    /// The key of their names, 64 hexadecimal characters.
    pub key: String,
}

/// Writes an original as it came.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct OriginalWrite {
    /// Id of the draft.
    pub draft_id: String,
    /// Id of the file.
    pub file_id: String,
    /// From `file_choose`.
    pub token: String,
}

/// The words of an original, to be read beside the draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OriginalText {
    /// Paragraphs; cells of a table's row are divided by tabs.
    pub lines: Vec<String>,
    /// Whether these are all; long files are cut off.
    pub is_whole: bool,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Vec<OriginalQuestion>>("original_questions", P::Member, W::Desk, &[]),
    row::<OriginalAnswer, TextUpdate>("original_answer", P::Draft, W::Desk, &[T::Findings]),
    row::<OriginalCommit, ()>("original_commit", P::Draft, W::Record, &[])
        .handled(draft::commit_original),
    row::<OriginalCommit, ()>("incoming_commit", P::KeepVocabulary, W::Record, &[])
        .handled(draft::commit_original),
    row::<OriginalWrite, Written>("original_write", P::Draft, W::Desk, &[]),
    row::<OriginalRef, OriginalText>("original_text", P::Member, W::Desk, &[]),
];
