//! Documents that came from elsewhere (收文): entering, registering, and where each of them is.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::incoming::{self, FileOf, Register};
use andu_base::Date;
use andu_document::{ClassificationLevel, DocumentType, Urgency};
use andu_store::{IncomingFilter, IncomingRecord};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{acted, do_now, serve},
    draft::{CommandOutcome, SyncMark, word},
    intake,
    process::{ProcessTrace, trace_of_document},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// Where a document that came stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IncomingState {
    /// 登记中
    Open,
    /// 办理中
    Handling,
    /// 已退文
    SentBack,
    /// 已办结
    Closed,
}

impl IncomingState {
    const fn of(state: andu_store::IncomingState) -> Self {
        match state {
            andu_store::IncomingState::Open => Self::Open,
            andu_store::IncomingState::Handling => Self::Handling,
            andu_store::IncomingState::SentBack => Self::SentBack,
            andu_store::IncomingState::Closed => Self::Closed,
        }
    }

    const fn stored(self) -> andu_store::IncomingState {
        match self {
            Self::Open => andu_store::IncomingState::Open,
            Self::Handling => andu_store::IncomingState::Handling,
            Self::SentBack => andu_store::IncomingState::SentBack,
            Self::Closed => andu_store::IncomingState::Closed,
        }
    }
}

/// One line of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IncomingRow {
    /// Id.
    pub id: String,
    /// 收文号; empty before it is registered.
    pub number: String,
    /// 标题
    pub title: String,
    /// 来文机关
    pub from_agency: String,
    /// 来文字号
    pub from_number: String,
    /// 收到日期 as ISO text.
    pub received_on: String,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 密级
    pub classification: Option<ClassificationLevel>,
    /// Where it stands.
    pub state: IncomingState,
    /// Where it is: `批示：王建国`.
    pub now_at: String,
    /// Since when it is there: an instant in UTC; empty where it is nowhere.
    pub now_since: String,
    /// Until when: an instant in UTC; empty without a limit.
    pub due_at: String,
    /// How the draft that came with it was given back to who wrote it, as a sentence; empty: it was not.
    pub given_back: String,
    /// Who registers it.
    pub registrar: String,
    /// Whether the server knows what was done last.
    pub sync: SyncMark,
    /// Why that was refused, as a sentence; empty otherwise.
    pub refusal: String,
}

/// Which of them.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingList {
    /// How they stand; `None`: all.
    pub state: Option<IncomingState>,
    /// Four digits of the year in which they were received; empty: all.
    pub year: String,
    /// Words of title, sender or numbers; empty: all.
    pub text: String,
    /// Only those that are late.
    pub late: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// A part of the register.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncomingPage {
    /// How many there are in all.
    pub total: u32,
    /// The last received first.
    pub rows: Vec<IncomingRow>,
}

/// How many stand where.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncomingCounts {
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

/// One of them by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingRef {
    /// Id.
    pub id: String,
}

/// What the register says of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingEntry {
    /// 标题
    pub title: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// 来文机关
    pub from_agency: String,
    /// 来文字号 as it stands there; empty: it has none.
    pub from_number: String,
    /// 成文日期 as ISO text; empty: unknown.
    pub issued_on: String,
    /// 收到日期 as ISO text.
    pub received_on: String,
    /// `exchange`, `network`, `post`, `fax`, `hand`, `disc` or `other`.
    pub delivery: String,
    /// 密级
    pub classification: Option<ClassificationLevel>,
    /// 保密期限
    pub classification_term: String,
    /// 紧急程度
    pub urgency: Option<Urgency>,
    /// 份数, from 1.
    pub copies: u32,
    /// 页数; 0: not counted.
    pub pages: u32,
    /// 份号 as they stand there.
    pub copy_numbers: String,
    /// 备注
    pub note: String,
}

/// What the register is to say of one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingPut {
    /// Id; `None` for a new one.
    pub id: Option<String>,
    /// What.
    pub entry: IncomingEntry,
}

/// A file of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IncomingFile {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
    /// Whether its bytes are at this desk.
    pub is_here: bool,
}

/// One of them, whole.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IncomingView {
    /// Its line.
    pub row: IncomingRow,
    /// What the register says.
    pub entry: IncomingEntry,
    /// Its files.
    pub files: Vec<IncomingFile>,
    /// Where it is; `None` before it is registered, and where the reader takes no part.
    pub trace: Option<ProcessTrace>,
    /// Others from the same sender under the same number.
    pub same: Vec<IncomingRow>,
    /// Whether the reader enters it and may change it still.
    pub may_edit: bool,
    /// Whether the reader keeps the registers: 代录, 传阅, 催办, 打印处理单.
    pub keeps: bool,
}

/// A file to put beside one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingAttach {
    /// Id.
    pub id: String,
    /// From `file_choose`.
    pub token: String,
}

/// A file of one.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingFileRef {
    /// Id of the document.
    pub id: String,
    /// Id of the file.
    pub file_id: String,
}

/// Size of one page of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FilePage {
    /// Millimetres.
    pub width_mm: f64,
    /// Millimetres.
    pub height_mm: f64,
}

/// A file as it is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FileLook {
    /// Pages; the picture of page n is `andu-page://localhost/file/<token>/<n>.png?scale=…`.
    Pages {
        /// In the address of its pictures.
        token: String,
        /// Each with its size.
        pages: Vec<FilePage>,
    },
    /// A picture.
    Picture {
        /// As a data URL.
        data: String,
    },
    /// Words alone.
    Words {
        /// Paragraphs.
        lines: Vec<String>,
        /// Whether these are all.
        is_whole: bool,
    },
    /// Nothing that can be shown here; it can be written to a file.
    Unread {
        /// Why, as a sentence.
        reason: String,
    },
}

/// One to register.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IncomingRegister {
    /// Id.
    pub id: String,
    /// Also where another from the same sender under the same number is registered.
    pub despite: bool,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<IncomingList, IncomingPage>("incoming_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<Nothing, IncomingCounts>("incoming_counts", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, counts)),
    row::<IncomingRef, IncomingView>("incoming_open", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, open)),
    row::<IncomingPut, IncomingRef>("incoming_put", P::KeepVocabulary, W::Record, &[T::Incoming])
        .served(|c, a| serve(c, a, put))
        .handled(incoming::put),
    row::<IncomingRef, CommandOutcome>(
        "incoming_discard",
        P::KeepVocabulary,
        W::Record,
        &[T::Incoming],
    )
    .served(|c, a| serve(c, a, discard))
    .handled(incoming::discard),
    row::<IncomingFileRef, CommandOutcome>(
        "incoming_detach",
        P::KeepVocabulary,
        W::Record,
        &[T::Incoming],
    )
    .served(|c, a| serve(c, a, detach))
    .handled(incoming::detach),
    row::<IncomingRegister, CommandOutcome>(
        "incoming_register",
        P::KeepVocabulary,
        W::Act,
        &[T::Incoming, T::Tasks],
    )
    .handled(incoming::register),
    row::<IncomingAttach, IncomingFile>(
        "incoming_attach",
        P::KeepVocabulary,
        W::Desk,
        &[T::Incoming],
    ),
    row::<IncomingAttach, IncomingFile>(
        "record_attach",
        P::KeepVocabulary,
        W::Desk,
        &[T::Incoming],
    ),
    row::<IncomingFileRef, FileLook>("incoming_look", P::Member, W::Desk, &[]),
];

fn parse<D: serde::de::DeserializeOwned>(word: &str) -> Option<D> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

fn line(record: &IncomingRecord, (pending, refusal): (&str, &str)) -> IncomingRow {
    let refusal = serde_json::from_str::<Reason>(refusal)
        .map_or_else(|_| String::new(), |reason| text::reason_sentence(&reason));
    IncomingRow {
        id: record.id.clone(),
        number: record.number.clone(),
        title: record.title.clone(),
        from_agency: record.from_agency.clone(),
        from_number: record.from_number.clone(),
        received_on: record.received_on.clone(),
        urgency: parse(&record.urgency),
        classification: ClassificationLevel::of_word(&record.classification),
        state: IncomingState::of(record.state),
        now_at: record.now_at.clone(),
        now_since: record.now_since.clone(),
        due_at: record.due_at.clone(),
        given_back: intake::given_back(&record.given_back),
        registrar: record.registered_name.clone(),
        sync: match (pending.is_empty(), refusal.is_empty()) {
            (false, _) => SyncMark::Waiting,
            (true, true) => SyncMark::Settled,
            (true, false) => SyncMark::Refused,
        },
        refusal,
    }
}

/// A part of the register.
///
/// # Errors
/// The store's own.
pub fn list(caller: &dyn Caller, args: IncomingList) -> Result<IncomingPage, ApiError> {
    let filter = IncomingFilter {
        state: args.state.map(IncomingState::stored),
        year: args.year,
        text: args.text,
        late_at: if args.late {
            late_at(caller)
        } else {
            String::new()
        },
        offset: args.offset,
        limit: args.limit.min(500),
    };
    caller.look().read(|view| {
        let (total, records) = view.incomings(&filter)?;
        let mut rows = Vec::new();
        for record in &records {
            let draft = view.draft(&record.id)?;
            rows.push(line(record, (&draft.pending_act, &draft.refusal)));
        }
        Ok(IncomingPage { total, rows })
    })
}

fn counts(caller: &dyn Caller, _: Nothing) -> Result<IncomingCounts, ApiError> {
    let now = late_at(caller);
    let tally = caller.look().read(|view| view.incoming_tally(&now))?;
    Ok(IncomingCounts {
        open: tally.open,
        handling: tally.handling,
        late: tally.late,
        closed: tally.closed,
        sent_back: tally.sent_back,
    })
}

/// One of them, whole.
///
/// # Errors
/// `incoming.not_there`.
pub fn open(caller: &dyn Caller, args: IncomingRef) -> Result<IncomingView, ApiError> {
    let (record, draft, files, same) = caller.look().read(|view| {
        let record = view.incoming(&args.id)?;
        let draft = view.draft(&args.id)?;
        let files = view.files(&args.id)?;
        let same = view.incoming_same(&record)?;
        Ok::<_, andu_app::Refusal>((record, draft, files, same))
    })?;
    let trace = trace_of_document(caller, &args.id)?;
    let own = draft.author_id == caller.actor().id.as_text();
    Ok(IncomingView {
        row: line(&record, (&draft.pending_act, &draft.refusal)),
        entry: entry(&record),
        files: files_of(&record, files),
        trace,
        same: same.iter().map(|other| line(other, ("", ""))).collect(),
        may_edit: own
            && record.state == andu_store::IncomingState::Open
            && draft.pending_act.is_empty(),
        keeps: caller.actor().may(andu_org::Grant::KeepVocabulary),
    })
}

/// The files it consisted of when it was registered, and the scans of what was decided on paper; before it is
/// registered, those that are beside it.
fn files_of(record: &IncomingRecord, beside: Vec<andu_store::FileRecord>) -> Vec<IncomingFile> {
    let as_it_is = |file: &andu_store::FileRecord| IncomingFile {
        id: file.id.clone(),
        name: file.name.clone(),
        bytes: file.bytes,
        is_here: file.is_here,
    };
    let here = |id: &str| beside.iter().any(|file| file.id == id && file.is_here);
    let Ok(bound) = serde_json::from_str::<Vec<FileOf>>(&record.files) else {
        return beside.iter().map(as_it_is).collect();
    };
    let bound = bound.into_iter().map(|file| IncomingFile {
        is_here: here(&file.id),
        id: file.id,
        name: file.name,
        bytes: file.size,
    });
    let scans = beside
        .iter()
        .filter(|file| incoming::scan_of(&record.id, &file.id).is_some());
    bound.chain(scans.map(as_it_is)).collect()
}

fn entry(record: &IncomingRecord) -> IncomingEntry {
    IncomingEntry {
        title: record.title.clone(),
        document_type: parse(&record.document_type),
        from_agency: record.from_agency.clone(),
        from_number: record.from_number.clone(),
        issued_on: record.issued_on.clone(),
        received_on: record.received_on.clone(),
        delivery: record.delivery.clone(),
        classification: ClassificationLevel::of_word(&record.classification),
        classification_term: record.classification_term.clone(),
        urgency: parse(&record.urgency),
        copies: record.copies,
        pages: record.pages,
        copy_numbers: record.copy_numbers.clone(),
        note: record.note.clone(),
    }
}

fn put(caller: &dyn Caller, args: IncomingPut) -> Result<IncomingRef, ApiError> {
    let day = |text: &str| match text.trim() {
        "" => Ok(None),
        text => text
            .parse::<Date>()
            .map(Some)
            .map_err(|_| text::error("incoming.day")),
    };
    let id = args.id.unwrap_or_else(|| caller.new_id());
    let entry = args.entry;
    let put = incoming::Put {
        id: id.clone(),
        title: entry.title,
        document_type: entry.document_type.as_ref().map_or_else(String::new, word),
        from_agency: entry.from_agency,
        from_number: entry.from_number,
        issued_on: day(&entry.issued_on)?,
        received_on: day(&entry.received_on)?.ok_or_else(|| text::error("incoming.day"))?,
        delivery: entry.delivery,
        classification: entry
            .classification
            .map_or_else(String::new, |level| level.word().to_owned()),
        classification_term: entry.classification_term,
        urgency: entry.urgency.as_ref().map_or_else(String::new, word),
        copies: entry.copies,
        pages: entry.pages,
        copy_numbers: entry.copy_numbers,
        note: entry.note,
    };
    do_now(caller, "incoming_put", &put)?;
    Ok(IncomingRef { id })
}

/// What was due by the end of yesterday is late.
fn late_at(caller: &dyn Caller) -> String {
    format!("{:.3}", andu_workflow::clock::begin_of(caller.today()))
}

/// Where one is, and how the draft that came with it was given back, as the register says it.
pub fn whereabouts(row: &IncomingRow) -> String {
    let parts = [row.now_at.as_str(), row.given_back.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("；")
}

/// Lines of the register as a sheet (收文登记簿); the first names its columns.
pub fn sheet(views: &[IncomingView]) -> Vec<Vec<String>> {
    let word = |key: &str| text::sentence(key, &Default::default());
    let columns = [
        "number",
        "received_on",
        "from_agency",
        "from_number",
        "title",
        "classification",
        "urgency",
        "copies",
        "state",
        "now_at",
        "note",
    ];
    let columns = columns.map(|name| word(&format!("sheet.incoming.{name}")));
    let line = |view: &IncomingView| {
        let (row, entry) = (&view.row, &view.entry);
        vec![
            row.number.clone(),
            row.received_on.clone(),
            row.from_agency.clone(),
            row.from_number.clone(),
            row.title.clone(),
            row.classification
                .map_or("", ClassificationLevel::name)
                .to_owned(),
            row.urgency.map_or("", Urgency::name).to_owned(),
            entry.copies.to_string(),
            word(&format!("ui.incoming.state.{}", row.state.stored().name())),
            whereabouts(row),
            entry.note.clone(),
        ]
    };
    std::iter::once(columns.into())
        .chain(views.iter().map(line))
        .collect()
}

fn discard(caller: &dyn Caller, args: IncomingRef) -> Result<CommandOutcome, ApiError> {
    acted(caller, "incoming_discard", &args)
}

fn detach(caller: &dyn Caller, args: IncomingFileRef) -> Result<CommandOutcome, ApiError> {
    acted(caller, "incoming_detach", &args)
}

/// Registers one with the files that it consists of.
///
/// # Errors
/// As a command is queued or refused.
pub fn register(
    caller: &dyn Caller,
    args: &IncomingRegister,
    files: Vec<FileOf>,
) -> Result<CommandOutcome, ApiError> {
    let register = Register {
        id: args.id.clone(),
        files,
        despite: args.despite,
    };
    acted(caller, "incoming_register", &register)
}
