//! Issued documents: how each stands, what is proposed for it, and what the author of a draft says beyond its text.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::{
    View,
    issued::{self, Change, Conclude, Does, Sheet, SheetPut},
};
use andu_base::{Date, WorkCalendar};
use andu_document::DocumentType;
use andu_store::{DraftState, IssuedFilter, IssuedRecord};
use andu_workflow::gate::{Certainty, Gates};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{do_now, serve},
    draft::{CommandOutcome, outcome, word},
    intake::{self, IntakeFields, IntakeView},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Written,
    text,
};

/// How an issued document stands (效力状态).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IssuedStatus {
    /// 有效
    Effective,
    /// 已修改
    Amended,
    /// 失效
    Lapsed,
    /// 废止
    Repealed,
    /// 撤销
    Revoked,
}

impl IssuedStatus {
    const fn of(status: andu_store::IssuedStatus) -> Self {
        match status {
            andu_store::IssuedStatus::Effective => Self::Effective,
            andu_store::IssuedStatus::Amended => Self::Amended,
            andu_store::IssuedStatus::Lapsed => Self::Lapsed,
            andu_store::IssuedStatus::Repealed => Self::Repealed,
            andu_store::IssuedStatus::Revoked => Self::Revoked,
        }
    }

    const fn stored(self) -> andu_store::IssuedStatus {
        match self {
            Self::Effective => andu_store::IssuedStatus::Effective,
            Self::Amended => andu_store::IssuedStatus::Amended,
            Self::Lapsed => andu_store::IssuedStatus::Lapsed,
            Self::Repealed => andu_store::IssuedStatus::Repealed,
            Self::Revoked => andu_store::IssuedStatus::Revoked,
        }
    }
}

/// What a document does to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeDoes {
    /// 修改
    Amend,
    /// 宣布失效
    Lapse,
    /// 废止
    Repeal,
    /// 撤销
    Revoke,
}

impl ChangeDoes {
    const fn of(does: Does) -> Self {
        match does {
            Does::Amend => Self::Amend,
            Does::Lapse => Self::Lapse,
            Does::Repeal => Self::Repeal,
            Does::Revoke => Self::Revoke,
        }
    }

    const fn kept(self) -> Does {
        match self {
            Self::Amend => Does::Amend,
            Self::Lapse => Does::Lapse,
            Self::Repeal => Does::Repeal,
            Self::Revoke => Does::Revoke,
        }
    }
}

/// An earlier document that a draft is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SheetChange {
    /// Its 发文字号.
    pub number: String,
    /// Its title; may be empty.
    pub title: String,
    /// What is done to it once the draft is issued.
    pub does: ChangeDoes,
}

/// What the author says of a draft beyond its text (发文要件).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SheetFields {
    /// Whether it is 行政规范性文件; `None`: not said.
    pub normative: Option<bool>,
    /// Whether it is about what businesses do; `None`: not said.
    pub competition: Option<bool>,
    /// 拟定公开属性: `open`, `on_request`, `closed`; empty: not said.
    pub publicity: String,
    /// Why it is not to be made public.
    pub publicity_reason: String,
    /// Its last day as ISO text; empty: without end.
    pub valid_until: String,
    /// The earlier documents that it amends, repeals and so on.
    pub changes: Vec<SheetChange>,
    /// Who wrote it for this office, and what came with it; `None`: it was written here.
    #[serde(default)]
    pub intake: Option<IntakeFields>,
}

/// What the law asks of a kind of document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateRow {
    /// Its name.
    pub id: String,
    /// 合法性审核
    pub title: String,
    /// Of which documents, in words.
    pub of: String,
    /// The law with its number and clause.
    pub law: String,
    /// Whether that is only as others quote it.
    pub quoted: bool,
    /// What else is to be known.
    pub note: String,
    /// Whether this draft has to pass it, by what is said of it.
    pub applies: bool,
}

/// What the law may ask and is not judged here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GateLeftOut {
    /// What.
    pub title: String,
    /// Why.
    pub note: String,
}

/// A draft by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueSheetRef {
    /// Id of the draft.
    pub id: String,
}

/// What is said of a draft, and what follows of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssueSheetView {
    /// What is said.
    pub sheet: SheetFields,
    /// Every rule, in the order of the process.
    pub gates: Vec<GateRow>,
    /// The day on which their sources were looked at.
    pub checked_on: String,
    /// What is not judged here.
    pub left_out: Vec<GateLeftOut>,
    /// Of what was written elsewhere: what has to come with it, and what is missing.
    pub intake: Option<IntakeView>,
    /// Whether the reader may change it now.
    pub may_edit: bool,
}

/// What is to be said of a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssueSheetPut {
    /// Id of the draft.
    pub id: String,
    /// What.
    pub sheet: SheetFields,
}

/// Which issued documents.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssuedList {
    /// How they stand today; `None`: all.
    pub status: Option<IssuedStatus>,
    /// Four digits of the year of 成文日期; empty: all.
    pub year: String,
    /// 文种; `None`: all.
    pub document_type: Option<DocumentType>,
    /// Words of title or number; empty: all.
    pub text: String,
    /// Only those in force that end within so many days; `None`: all.
    pub ending_within: Option<u16>,
    /// Only those that have to be made public still.
    pub unpublished: bool,
    /// How many to pass over.
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

/// How urgent it is to make a document public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PublishLight {
    /// There is time.
    Green,
    /// Five working days or fewer.
    Yellow,
    /// Too late.
    Red,
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssuedRow {
    /// Id; that of its draft.
    pub id: String,
    /// 发文字号
    pub number: String,
    /// 标题
    pub title: String,
    /// 文种
    pub document_type: Option<DocumentType>,
    /// 成文日期 as ISO text; empty: unknown.
    pub issued_on: String,
    /// How it stands today.
    pub status: IssuedStatus,
    /// `open`, `on_request`, `closed`; empty: nobody decided.
    pub publicity: String,
    /// Whether it is 行政规范性文件.
    pub normative: bool,
    /// 统一登记号; empty: none.
    pub registration: String,
    /// Its last day as ISO text; empty: without end.
    pub valid_until: String,
    /// The last day on which it has to be made public; empty: it need not, or is.
    pub publish_due: String,
    /// How urgent that is.
    pub publish_light: Option<PublishLight>,
    /// `keep`, `amend`, `repeal`, `lapse`; empty: nothing is proposed.
    pub conclusion: String,
    /// Why.
    pub conclusion_note: String,
}

/// A part of the list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct IssuedPage {
    /// How many there are in all.
    pub total: u32,
    /// The last issued first.
    pub rows: Vec<IssuedRow>,
}

/// An issued document by its id.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssuedRef {
    /// Id.
    pub id: String,
}

/// A later document and what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssuedHistory {
    /// Its id.
    pub id: String,
    /// Its 发文字号.
    pub number: String,
    /// Its title.
    pub title: String,
    /// What it did.
    pub does: ChangeDoes,
    /// Its 成文日期 as ISO text.
    pub on: String,
}

/// An issued document, whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct IssuedView {
    /// Its line.
    pub row: IssuedRow,
    /// Why it is not made public.
    pub publicity_reason: String,
    /// The day on which it was made public; empty: it was not.
    pub published_on: String,
    /// Where.
    pub published_where: String,
    /// The day on which it was reported (备案); empty: it was not.
    pub filed_on: String,
    /// To whom.
    pub filed_with: String,
    /// Later documents, the oldest first.
    pub history: Vec<IssuedHistory>,
    /// Who proposed.
    pub concluded_by: String,
    /// When: an instant in UTC.
    pub concluded_at: String,
    /// Whether the reader may propose.
    pub may_conclude: bool,
    /// Whether the reader sees its text.
    pub has_text: bool,
}

/// A proposal for an issued document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssuedConclude {
    /// Id.
    pub id: String,
    /// `keep`, `amend`, `repeal`, `lapse`; empty takes a proposal back.
    pub conclusion: String,
    /// Why.
    pub note: String,
}

/// A list to write: a sheet or, by the ending of the file, pages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct IssuedWrite {
    /// Which documents; `offset` and `limit` do not count.
    pub list: IssuedList,
    /// From `file_choose`.
    pub token: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<IssueSheetRef, IssueSheetView>("issue_sheet_open", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, sheet_open)),
    row::<IssueSheetPut, ()>("issue_sheet_put", P::Draft, W::Record, &[T::Issued])
        .served(|c, a| serve(c, a, sheet_put))
        .handled(issued::put_sheet),
    row::<IssuedList, IssuedPage>("issued_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<IssuedRef, IssuedView>("issued_open", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, open)),
    row::<IssuedConclude, CommandOutcome>(
        "issued_conclude",
        P::KeepVocabulary,
        W::Act,
        &[T::Issued],
    )
    .served(|c, a| serve(c, a, conclude))
    .handled(issued::conclude),
    row::<IssuedWrite, Written>("issued_write", P::Member, W::Desk, &[]),
];

fn sheet_open(caller: &dyn Caller, args: IssueSheetRef) -> Result<IssueSheetView, ApiError> {
    let (sheet, draft) = caller.look().read(|view| {
        let draft = view.draft(&args.id)?;
        Ok::<_, andu_app::Refusal>((view.issue_sheet(&args.id)?, draft))
    })?;
    let known = Gates::known();
    let asked = issued::asked(&sheet);
    let gates = known.gates.iter().map(|gate| GateRow {
        id: gate.id.to_string(),
        title: gate.title.clone(),
        of: gate.of.clone(),
        law: cited(&gate.law, &gate.number, &gate.clause),
        quoted: gate.certainty == Certainty::Quoted,
        note: gate.note.clone(),
        applies: asked.contains(&gate),
    });
    let left_out = known.left_out.iter().map(|one| GateLeftOut {
        title: one.title.clone(),
        note: one.note.clone(),
    });
    Ok(IssueSheetView {
        gates: gates.collect(),
        checked_on: known.checked_on.to_string(),
        left_out: left_out.collect(),
        intake: intake::view(caller, &sheet)?,
        may_edit: draft.author_id == caller.actor().id.as_text()
            && draft.state == DraftState::Drafting
            && draft.pending_act.is_empty(),
        sheet: fields(sheet),
    })
}

/// 《公平竞争审查条例》（国务院令第783号）第二条
pub(crate) fn cited(law: &str, number: &str, clause: &str) -> String {
    match number {
        "" => law.to_owned(),
        number => format!("{law}（{number}）{clause}"),
    }
}

fn fields(sheet: Sheet) -> SheetFields {
    let change = |change: Change| SheetChange {
        number: change.number,
        title: change.title,
        does: ChangeDoes::of(change.does),
    };
    SheetFields {
        normative: sheet.normative,
        competition: sheet.competition,
        publicity: sheet.publicity,
        publicity_reason: sheet.publicity_reason,
        valid_until: sheet.valid_until,
        changes: sheet.changes.into_iter().map(change).collect(),
        intake: sheet.intake.map(IntakeFields::of),
    }
}

/// Keeps what is said of a draft.
///
/// # Errors
/// As `issued::put_sheet`.
pub fn sheet_put(caller: &dyn Caller, args: IssueSheetPut) -> Result<(), ApiError> {
    let change = |change: SheetChange| Change {
        number: change.number,
        title: change.title,
        does: change.does.kept(),
    };
    let put = SheetPut {
        id: args.id,
        sheet: Sheet {
            normative: args.sheet.normative,
            competition: args.sheet.competition,
            publicity: args.sheet.publicity,
            publicity_reason: args.sheet.publicity_reason,
            valid_until: args.sheet.valid_until,
            changes: args.sheet.changes.into_iter().map(change).collect(),
            intake: args.sheet.intake.map(IntakeFields::kept),
        },
    };
    do_now(caller, "issue_sheet_put", &put)
}

/// A part of the list.
///
/// # Errors
/// The store's own.
pub fn list(caller: &dyn Caller, args: IssuedList) -> Result<IssuedPage, ApiError> {
    let today = caller.today();
    let ending_by = args.ending_within.map_or_else(String::new, |days| {
        let last = today.checked_add(jiff::Span::new().days(i64::from(days)));
        last.unwrap_or(Date::MAX).to_string()
    });
    let filter = IssuedFilter {
        status: args.status.map(IssuedStatus::stored),
        year: args.year,
        document_type: args.document_type.as_ref().map_or_else(String::new, word),
        text: args.text,
        ending_by,
        unpublished: args.unpublished,
        today: today.to_string(),
        offset: args.offset,
        limit: args.limit.min(500),
    };
    let (total, records) = caller.look().read(|view| view.issued_list(&filter))?;
    let rows = records.iter().map(|record| line(record, today)).collect();
    Ok(IssuedPage { total, rows })
}

/// How a document stands today; `None` where it is not issued, or not seen.
pub(crate) fn status_of(view: &View<'_>, id: &str, today: Date) -> Option<IssuedStatus> {
    let record = view.issued(id).ok()?;
    Some(IssuedStatus::of(record.status_on(&today.to_string())))
}

fn line(record: &IssuedRecord, today: Date) -> IssuedRow {
    IssuedRow {
        id: record.id.clone(),
        number: record.number.clone(),
        title: record.title.clone(),
        document_type: document_type(&record.document_type),
        issued_on: record.issued_on.clone(),
        status: IssuedStatus::of(record.status_on(&today.to_string())),
        publicity: record.publicity.clone(),
        normative: record.normative,
        registration: record.registration.clone(),
        valid_until: record.valid_until.clone(),
        publish_due: record.publish_due.clone(),
        publish_light: light(&record.publish_due, today),
        conclusion: record.conclusion.clone(),
        conclusion_note: record.conclusion_note.clone(),
    }
}

fn document_type(word: &str) -> Option<DocumentType> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

/// Working days of warning before the last one.
const WARN: i64 = 5;

fn light(due: &str, today: Date) -> Option<PublishLight> {
    let due: Date = due.parse().ok()?;
    if due < today {
        return Some(PublishLight::Red);
    }
    let left = WorkCalendar::known().worked_between(today, due);
    Some(match left {
        Ok(left) if left > WARN => PublishLight::Green,
        _ => PublishLight::Yellow,
    })
}

fn open(caller: &dyn Caller, args: IssuedRef) -> Result<IssuedView, ApiError> {
    let today = caller.today();
    let (record, has_text) = caller.look().read(|view| {
        let record = view.issued(&args.id)?;
        Ok::<_, andu_app::Refusal>((record, view.draft(&args.id).is_ok()))
    })?;
    let history = issued::history(&record)?;
    let row = line(&record, today);
    let later = |one: issued::History| IssuedHistory {
        id: one.id,
        number: one.number,
        title: one.title,
        does: ChangeDoes::of(one.does),
        on: one.on,
    };
    let is_in_force = record.status_on(&today.to_string()).is_in_force();
    Ok(IssuedView {
        may_conclude: is_in_force && caller.actor().may(andu_org::Grant::KeepVocabulary),
        has_text,
        row,
        publicity_reason: record.publicity_reason,
        published_on: record.published_on,
        published_where: record.published_where,
        filed_on: record.filed_on,
        filed_with: record.filed_with,
        history: history.into_iter().map(later).collect(),
        concluded_by: record.concluded_by,
        concluded_at: record.concluded_at,
    })
}

fn conclude(caller: &dyn Caller, args: IssuedConclude) -> Result<CommandOutcome, ApiError> {
    let conclude = Conclude {
        id: args.id,
        conclusion: args.conclusion,
        note: args.note,
    };
    let args = serde_json::to_value(&conclude).expect("BUG: arguments are plain data");
    Ok(outcome(caller.act("issued_conclude", args)?))
}

/// Names of the columns of the list as it is printed and written.
const COLUMNS: [&str; 10] = [
    "number",
    "title",
    "document_type",
    "issued_on",
    "status",
    "normative",
    "valid_until",
    "publicity",
    "conclusion",
    "conclusion_note",
];

/// Lines as words; the first names the columns.
pub fn sheet_rows(rows: Vec<IssuedRow>) -> Vec<Vec<String>> {
    let columns = COLUMNS.map(|name| {
        let key = format!("sheet.issued.{name}");
        text::sentence(&key, &Default::default())
    });
    let words = rows.into_iter().map(words);
    std::iter::once(columns.into()).chain(words).collect()
}

/// Every line of the list as words; the first names the columns.
///
/// # Errors
/// The store's own.
pub fn sheet(caller: &dyn Caller, list_of: &IssuedList) -> Result<Vec<Vec<String>>, ApiError> {
    let mut rows = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let page = list(
            caller,
            IssuedList {
                offset,
                limit: 500,
                ..list_of.clone()
            },
        )?;
        let is_last = page.rows.len() < 500;
        rows.extend(page.rows);
        if is_last {
            return Ok(sheet_rows(rows));
        }
    }
}

fn words(row: IssuedRow) -> Vec<String> {
    let say = |key: String| text::sentence(&key, &Default::default());
    let named = |group: &str, name: &str| match name {
        "" => String::new(),
        name => say(format!("ui.issued.{group}.{name}")),
    };
    let normative = match (row.normative, row.registration.as_str()) {
        (false, _) => String::new(),
        (true, "") => say("ui.issued.normative".to_owned()),
        (true, registration) => registration.to_owned(),
    };
    vec![
        row.number,
        row.title,
        row.document_type
            .map_or_else(String::new, |kind| kind.name().to_owned()),
        row.issued_on,
        named("status", &word(&row.status)),
        normative,
        row.valid_until,
        named("publicity", &row.publicity),
        named("conclusion", &row.conclusion),
        row.conclusion_note,
    ]
}
