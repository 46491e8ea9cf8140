//! Drafts (文稿): list, open, write, submit, import, export.

use andu_document::{Direction, DocumentFormat, DocumentType, Urgency};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
};

/// Where a draft stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftState {
    /// 拟稿中
    Drafting,
    /// 已送审: its text is frozen.
    Submitted,
    /// 已移入废稿箱; can be taken back.
    Discarded,
}

/// Whether the server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncMark {
    /// This desk is its own primary: what is saved is settled.
    Settled,
    /// 待同步
    Waiting,
    /// The server refused; `note` of the row says why.
    Refused,
}

/// One line of a list of drafts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DraftRow {
    /// Id.
    pub id: String,
    /// Title on one line; empty while there is none.
    pub title: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// Where it stands.
    pub state: DraftState,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 发文字号 as printed; empty while there is none.
    pub number: String,
    /// 主送机关 on one line.
    pub main_recipients: String,
    /// Who drafts it.
    pub author: String,
    /// When its text last changed: an instant in UTC.
    pub changed_at: String,
    /// Whether the server knows it.
    pub sync: SyncMark,
    /// Why it was refused, as a sentence; empty otherwise.
    pub note: String,
    /// It came from another desk.
    pub from_other: bool,
}

/// Which drafts, in which order.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftList {
    /// Only those; `None`: all but the discarded.
    pub state: Option<DraftState>,
    /// Only this type.
    pub document_type: Option<DocumentType>,
    /// Only those that others submitted to this desk (待办).
    pub from_other: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A part of a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftPage {
    /// How many there are in all.
    pub total: u32,
    /// Newest change first.
    pub rows: Vec<DraftRow>,
}

/// A new draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftCreate {
    /// 文种
    pub document_type: Option<DocumentType>,
    /// How the page is laid out.
    pub format: DocumentFormat,
    /// 行文方向
    pub direction: Direction,
    /// Begin from this template.
    pub template_id: Option<String>,
}

/// A draft by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftRef {
    /// Id.
    pub id: String,
}

/// A file that lies beside a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OriginalFile {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Size.
    pub bytes: u64,
}

/// An opened draft, ready to be edited.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OpenDraft {
    /// Its line in the list.
    pub row: DraftRow,
    /// The history its text belongs to.
    pub lineage: String,
    /// The Yjs client id to write under in this session.
    pub client_id: u64,
    /// The text: a Yjs update (v1) in Base64.
    pub state: String,
    /// Submitted or discarded texts can be read only.
    pub read_only: bool,
    /// Originals of imports.
    pub originals: Vec<OriginalFile>,
}

/// An edit.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftUpdate {
    /// Id of the draft.
    pub id: String,
    /// The history it belongs to.
    pub lineage: String,
    /// A Yjs update (v1) in Base64.
    pub update: String,
}

/// An update that came from elsewhere than the editor (a fix, a restored version).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct TextUpdate {
    /// A Yjs update (v1) in Base64, to be applied by the editor.
    pub update: String,
}

/// When everything up to this call was on the disk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Saved {
    /// An instant in UTC.
    pub at: String,
}

/// 送审
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftSubmit {
    /// Id of the draft.
    pub id: String,
    /// A word to the reviewer; may be empty.
    pub note: String,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CommandOutcome {
    /// Done.
    Applied,
    /// Stored here; the server has not decided yet (待同步).
    Waiting,
    /// Refused; the sentence says why.
    Rejected {
        /// Why.
        reason: String,
    },
}

/// Where to write a draft, and as what.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftExport {
    /// Id of the draft.
    pub id: String,
    /// The kind of file.
    pub kind: ExportKind,
    /// From `file_choose`.
    pub token: String,
}

/// The kinds of file a draft can become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExportKind {
    /// PDF
    Pdf,
    /// One PNG a page (300 dpi), in a zip.
    Png,
    /// Word.
    Docx,
    /// The elements as JSON.
    Json,
}

/// Where an imported file lies.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct DraftImport {
    /// From `file_choose`.
    pub token: String,
}

/// An element that was recognised in an imported file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecognisedElement {
    /// Place in the document.
    pub place: String,
    /// What was read.
    pub text: String,
    /// `certain`, `likely` or `unsure`.
    pub confidence: String,
    /// How it was known, as a sentence.
    pub how: String,
}

/// An imported draft, with what was recognised.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportReport {
    /// The new draft.
    pub draft: DraftRow,
    /// What was recognised.
    pub found: Vec<RecognisedElement>,
    /// What the person should look at.
    pub questions: Vec<RecognisedElement>,
    /// What was changed or left out, as sentences.
    pub changes: Vec<String>,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftList, DraftPage>("draft_list", P::Draft, W::None, &[]),
    row::<DraftCreate, DraftRow>("draft_create", P::Draft, W::Record, &[T::Drafts]),
    row::<DraftRef, OpenDraft>("draft_open", P::Draft, W::Desk, &[]),
    row::<DraftUpdate, ()>("draft_update", P::Draft, W::Text, &[T::Drafts, T::Findings]),
    row::<DraftRef, Saved>("draft_flush", P::Draft, W::Desk, &[]),
    row::<DraftRef, ()>("draft_close", P::Draft, W::Desk, &[]),
    row::<DraftSubmit, CommandOutcome>("draft_submit", P::Draft, W::Act, &[T::Drafts, T::Versions]),
    row::<DraftRef, CommandOutcome>("draft_withdraw", P::Draft, W::Act, &[T::Drafts]),
    row::<DraftRef, ()>("draft_discard", P::Draft, W::Record, &[T::Drafts]),
    row::<DraftRef, ()>("draft_recover", P::Draft, W::Record, &[T::Drafts]),
    row::<DraftRef, DraftRow>("draft_copy", P::Draft, W::Desk, &[T::Drafts]),
    row::<DraftImport, ImportReport>("draft_import", P::Draft, W::Desk, &[T::Drafts]),
    row::<DraftExport, Written>("draft_export", P::Draft, W::Desk, &[]),
    row::<Nothing, DraftCounts>("draft_counts", P::Draft, W::None, &[]),
];

/// The numbers in the rail.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftCounts {
    /// 拟稿中
    pub drafting: u32,
    /// 已送审
    pub submitted: u32,
    /// 废稿箱
    pub discarded: u32,
    /// Submitted to this desk by others (待办).
    pub received: u32,
    /// 特急 and 特提 among those.
    pub received_urgent: u32,
    /// 待同步
    pub waiting: u32,
}
