//! Drafts (文稿): list, open, write, submit, import, export.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::{ceiling, draft};
use andu_document::{
    ClassificationLevel, Direction, DocumentFormat, DocumentType, Issuer, OfficialDocument, Urgency,
};
use andu_org::Person;
use andu_store::{DraftFilter, DraftRecord};
use andu_sync::{Outcome, Reason};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Answered, ApiError, Caller,
    caller::{acted, do_now, serve},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
    text,
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
    /// 已办结: numbered and closed.
    Closed,
    /// 收文: it came from elsewhere.
    Incoming,
    /// 督办: what is to be done.
    Supervision,
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
    /// Somebody else drafts it: it was submitted to this desk, or is written along here.
    pub from_other: bool,
    /// What the author said to the reviewer at 送审; empty while it is not submitted.
    pub submit_note: String,
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
    /// It is reviewed, and may be changed as the process allows: what is typed is suggested. `None`: otherwise.
    pub review: Option<ReviewMode>,
}

/// What may be done to a text that is reviewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReviewMode {
    /// Suggest changes.
    pub revises: bool,
    /// Accept and reject them.
    pub settles: bool,
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
    /// OFD
    Ofd,
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

/// Something the import was not sure about. It stands as long as the draft says what was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OriginalQuestion {
    /// Names the question among those of its draft; a finding kept under this key is settled.
    pub key: String,
    /// Place in the document.
    pub place: String,
    /// The text in the file.
    pub text: String,
    /// The question.
    pub sentence: String,
    /// Answers to choose from.
    pub options: Vec<String>,
    /// Which of them the draft holds now; `None` for none.
    pub held: Option<u32>,
}

/// An imported draft, with what was recognised.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ImportReport {
    /// The new draft.
    pub draft: DraftRow,
    /// What was recognised.
    pub found: Vec<RecognisedElement>,
    /// What the person should look at; they are answered by `original_answer`.
    pub questions: Vec<OriginalQuestion>,
    /// What was changed or left out, as sentences.
    pub changes: Vec<String>,
}

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
    /// 已办结
    pub closed: u32,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftList, DraftPage>("draft_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<DraftCreate, DraftRow>("draft_create", P::Draft, W::Record, &[T::Drafts])
        .served(|c, a| serve(c, a, create))
        .handled(draft::create),
    row::<DraftRef, OpenDraft>("draft_open", P::Member, W::Desk, &[]),
    row::<DraftUpdate, ()>("draft_update", P::Draft, W::Text, &[T::Drafts, T::Findings])
        .handled(draft::update),
    row::<DraftRef, Saved>("draft_flush", P::Member, W::Desk, &[]),
    row::<DraftRef, ()>("draft_close", P::Member, W::Desk, &[]),
    row::<DraftSubmit, CommandOutcome>("draft_submit", P::Draft, W::Act, &[T::Drafts, T::Versions])
        .served(|c, a| serve(c, a, submit))
        .handled(draft::submit),
    row::<DraftRef, CommandOutcome>("draft_withdraw", P::Draft, W::Act, &[T::Drafts])
        .served(|c, a| serve(c, a, withdraw))
        .handled(draft::withdraw),
    row::<DraftRef, CommandOutcome>("draft_number", P::KeepVocabulary, W::Act, &[T::Drafts])
        .served(|c, a| serve(c, a, number))
        .handled(draft::number),
    row::<DraftRef, ()>("draft_discard", P::Draft, W::Record, &[T::Drafts])
        .served(|c, a| serve(c, a, discard))
        .handled(draft::discard),
    row::<DraftRef, ()>("draft_recover", P::Draft, W::Record, &[T::Drafts])
        .served(|c, a| serve(c, a, recover))
        .handled(draft::recover),
    row::<DraftRef, DraftRow>("draft_copy", P::Draft, W::Record, &[T::Drafts])
        .served(|c, a| serve(c, a, copy)),
    row::<DraftImport, ImportReport>("draft_import", P::Draft, W::Desk, &[T::Drafts]),
    row::<DraftExport, Written>("draft_export", P::Draft, W::Desk, &[]),
    row::<Nothing, DraftCounts>("draft_counts", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, counts)),
];

fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

impl DraftRow {
    /// The row as the page gets it, seen by `actor`.
    pub fn of(draft: &DraftRecord, actor: &Person) -> Self {
        let note = serde_json::from_str::<Reason>(&draft.refusal)
            .map_or_else(|_| String::new(), |reason| text::reason_sentence(&reason));
        Self {
            id: draft.id.clone(),
            title: draft.title.clone(),
            document_type: parse(&draft.document_type),
            format: parse(&draft.format).unwrap_or_default(),
            state: match draft.state {
                andu_store::DraftState::Drafting => DraftState::Drafting,
                andu_store::DraftState::Submitted => DraftState::Submitted,
                andu_store::DraftState::Discarded => DraftState::Discarded,
                andu_store::DraftState::Closed => DraftState::Closed,
                andu_store::DraftState::Incoming => DraftState::Incoming,
                andu_store::DraftState::Supervision => DraftState::Supervision,
            },
            urgency: parse(&draft.urgency),
            number: draft.issue_number.clone(),
            main_recipients: draft.main_recipients.clone(),
            author: draft.author_name.clone(),
            changed_at: draft.changed_at.clone(),
            sync: if !note.is_empty() {
                SyncMark::Refused
            } else if draft.pending_act.is_empty() {
                SyncMark::Settled
            } else {
                SyncMark::Waiting
            },
            note,
            from_other: draft.author_id != actor.id.as_text(),
            submit_note: draft.submit_note.clone(),
        }
    }
}

fn list(caller: &dyn Caller, args: DraftList) -> Result<DraftPage, ApiError> {
    let filter = DraftFilter {
        state: match (args.state, args.from_other) {
            (None, true) => Some(andu_store::DraftState::Submitted),
            (None, false) => None,
            (Some(DraftState::Drafting), _) => Some(andu_store::DraftState::Drafting),
            (Some(DraftState::Submitted), _) => Some(andu_store::DraftState::Submitted),
            (Some(DraftState::Discarded), _) => Some(andu_store::DraftState::Discarded),
            (Some(DraftState::Closed), _) => Some(andu_store::DraftState::Closed),
            (Some(DraftState::Incoming), _) => Some(andu_store::DraftState::Incoming),
            (Some(DraftState::Supervision), _) => Some(andu_store::DraftState::Supervision),
        },
        document_type: word(&args.document_type),
        author_id: caller.actor().id.as_text(),
        from_other: args.from_other,
        offset: args.offset,
        limit: args.limit.min(500),
    };
    let (total, drafts) = caller.look().read(|view| view.drafts(&filter))?;
    let rows = drafts
        .iter()
        .map(|draft| DraftRow::of(draft, caller.actor()))
        .collect();
    Ok(DraftPage { total, rows })
}

/// A unit variant's word; empty for `None`.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// The row of a draft as it is stored now.
///
/// # Errors
/// Where it is not there.
pub fn stored_row(caller: &dyn Caller, id: &str) -> Result<DraftRow, ApiError> {
    let draft = caller.look().read(|view| view.draft(id))?;
    Ok(DraftRow::of(&draft, caller.actor()))
}

/// Begins a draft that says what `document` says, under a new history.
///
/// # Errors
/// Where the document cannot be written as a text, or the command is refused.
pub fn begin(
    caller: &dyn Caller,
    document: &OfficialDocument,
    imported: bool,
) -> Result<DraftRow, ApiError> {
    let id = caller.new_id();
    // The history's first client wrote this one update and never writes again.
    let state = andu_draft::from_document(document, 1).map_err(andu_app::Refusal::from)?;
    let args = draft::Create {
        id: id.clone(),
        lineage: caller.new_id(),
        state: STANDARD.encode(state),
        imported_version: if imported {
            caller.new_id()
        } else {
            String::new()
        },
    };
    do_now(caller, "draft_create", &args)?;
    stored_row(caller, &id)
}

/// Begins a draft of a type or from a template.
///
/// # Errors
/// As [`begin`]; where there is no such template.
pub fn create(caller: &dyn Caller, args: DraftCreate) -> Result<DraftRow, ApiError> {
    let agency = caller.actor().agency_id.as_text();
    let mut document: OfficialDocument = match &args.template_id {
        Some(id) => {
            let bytes = caller.look().read(|view| view.template_document(id))?;
            serde_json::from_slice(&bytes).map_err(|error| text::bad_arguments(&error))?
        }
        None => OfficialDocument {
            document_type: args.document_type,
            format: args.format,
            direction: args.direction,
            ..OfficialDocument::default()
        },
    };
    let agency = caller.look().read(|view| view.agency(&agency))?;
    if document.issuers.is_empty() && args.format != DocumentFormat::Paper {
        document.issuers.push(Issuer {
            name: agency.name,
            ..Issuer::default()
        });
    }
    begin(caller, &document, false)
}

fn copy(caller: &dyn Caller, args: DraftRef) -> Result<DraftRow, ApiError> {
    let document = stored_document(caller, &args.id)?;
    // A copy is another document: what made the first one unique is not taken along.
    let copy = OfficialDocument {
        issue_number: None,
        copy_number: None,
        date_of_issue: None,
        ..document
    };
    begin(caller, &copy, false)
}

/// What a draft says now: its text, or, where the caller does not write, what was submitted.
///
/// # Errors
/// Where it is not there or cannot be read.
pub fn stored_document(caller: &dyn Caller, id: &str) -> Result<OfficialDocument, ApiError> {
    Ok(caller.look().read(|view| view.document(id))?)
}

/// Nothing above the ceiling of the caller's store is handled.
///
/// # Errors
/// `draft.above_ceiling`.
pub fn hold_ceiling(caller: &dyn Caller, document: &OfficialDocument) -> Result<(), ApiError> {
    let ceiling = caller.look().read(|view| view.ceiling())?;
    within_ceiling(document, ceiling)
}

/// Nothing above a ceiling is handled.
///
/// # Errors
/// `draft.above_ceiling`.
pub fn within_ceiling(
    document: &OfficialDocument,
    ceiling: Option<ClassificationLevel>,
) -> Result<(), ApiError> {
    ceiling::hold(document, ceiling).map_err(|reason| text::refused(&reason))
}

/// An answer as the page is told it.
pub fn outcome(answered: Answered) -> CommandOutcome {
    match answered {
        Answered::Waiting(_) => CommandOutcome::Waiting,
        Answered::Decided(Outcome::Applied { .. } | Outcome::Merged { .. }) => {
            CommandOutcome::Applied
        }
        Answered::Decided(
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason, .. },
        ) => CommandOutcome::Rejected {
            reason: text::reason_sentence(&reason),
        },
        Answered::Decided(Outcome::Deferred { .. }) => CommandOutcome::Waiting,
    }
}

fn submit(caller: &dyn Caller, args: DraftSubmit) -> Result<CommandOutcome, ApiError> {
    let document = stored_document(caller, &args.id)?;
    // The primary asks again; here the answer comes before an intent waits for it.
    hold_ceiling(caller, &document)?;
    caller.look().read(|view| view.sheet_ready(&args.id))?;
    let frozen = andu_draft::freeze(&document);
    let args = draft::Submit {
        id: args.id,
        note: args.note,
        content: frozen.hash,
        version_id: caller.new_id(),
    };
    acted(caller, "draft_submit", &args)
}

fn withdraw(caller: &dyn Caller, args: DraftRef) -> Result<CommandOutcome, ApiError> {
    acted(caller, "draft_withdraw", &args)
}

fn number(caller: &dyn Caller, args: DraftRef) -> Result<CommandOutcome, ApiError> {
    let draft = caller.look().read(|view| view.draft(&args.id))?;
    let content = draft.frozen_hash.parse();
    let args = draft::Number {
        id: args.id,
        content: content.map_err(|_| text::error("draft.not_submitted"))?,
    };
    acted(caller, "draft_number", &args)
}

fn discard(caller: &dyn Caller, args: DraftRef) -> Result<(), ApiError> {
    do_now(caller, "draft_discard", &args)
}

fn recover(caller: &dyn Caller, args: DraftRef) -> Result<(), ApiError> {
    do_now(caller, "draft_recover", &args)
}

fn counts(caller: &dyn Caller, _: Nothing) -> Result<DraftCounts, ApiError> {
    let tally = caller.look().read(|view| view.draft_counts())?;
    Ok(DraftCounts {
        drafting: tally.drafting,
        submitted: tally.submitted,
        discarded: tally.discarded,
        received: tally.received,
        received_urgent: tally.received_urgent,
        waiting: tally.waiting,
        closed: tally.closed,
    })
}
