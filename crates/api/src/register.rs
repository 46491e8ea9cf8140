//! Old registers (收发文登记簿): their documents are entered as closed ones, and taken out again.

use andu_app::register;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{decided, serve},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// A document of a register.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterDocument {
    /// 标题
    pub title: String,
    /// 文号, such as 望水〔2019〕7号.
    pub number: String,
    /// 成文日期 as ISO text; empty: unknown.
    pub date: String,
    /// 主送机关, divided by 、 or commas.
    pub recipients: String,
    /// 来文单位; empty: it is one's own, and its number is entered.
    pub sender: String,
    /// What else the register says.
    pub note: String,
    /// Its scans.
    pub files: Vec<RegisterScan>,
}

/// A scan.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterScan {
    /// Name of the file.
    pub name: String,
    /// In Base64.
    pub bytes: String,
}

/// Documents of one import, at most a hundred at once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterEnter {
    /// The import, for taking it back; the same for all its parts.
    pub import_id: String,
    /// Documents.
    pub documents: Vec<RegisterDocument>,
}

/// An import to take back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterUndo {
    /// The import.
    pub import_id: String,
}

/// What became of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RegisterDone {
    /// Documents that were entered.
    pub entered: u32,
    /// Documents that were taken out.
    pub gone: u32,
    /// Documents that stay, because somebody has worked with them.
    pub kept: u32,
    /// It waits for the server.
    pub waiting: bool,
}

/// Documents to look for: each by its sender and number.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterAsk {
    /// At most 20 000.
    pub documents: Vec<RegisterNumber>,
}

/// A document by its sender and number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterNumber {
    /// 来文单位; empty: it is one's own.
    pub sender: String,
    /// 文号, such as 望水〔2019〕7号.
    pub number: String,
}

/// Which of them are in the registers already.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterKnown {
    /// Their places among those that were asked for, from 0.
    pub known: Vec<u32>,
}

/// An import that may be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterImportRow {
    /// Its id.
    pub import_id: String,
    /// How many of its documents are there.
    pub documents: u32,
    /// When: an instant in UTC.
    pub at: String,
    /// By whom.
    pub by: String,
}

/// A register to read from a file, and the folder its scans lie in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterLook {
    /// From `file_choose`.
    pub file: String,
    /// From `file_choose`; empty: there are no scans.
    pub originals: String,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterHead {
    /// Its name there.
    pub head: String,
    /// `number`, `title`, `date`, `recipients`, `sender` or `note`; empty: it is not read.
    pub field: String,
}

/// A row that is not entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterProblem {
    /// The row in the sheet, as a person counts them.
    pub line: u32,
    /// 文号 as it is written.
    pub number: String,
    /// 标题
    pub title: String,
    /// Why, as a sentence.
    pub why: String,
}

/// What a sheet was understood as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterUnderstood {
    /// Its columns.
    pub columns: Vec<RegisterHead>,
    /// Rows that would be entered as documents of one's own.
    pub outgoing: u32,
    /// Rows that would be entered as documents of others.
    pub incoming: u32,
    /// How many of them have scans.
    pub with_files: u32,
    /// Rows that are not entered.
    pub problems: Vec<RegisterProblem>,
    /// Scans that belong to no row.
    pub files_left: Vec<String>,
    /// What to give back: what is entered is what was looked at.
    pub hash: String,
    /// The file, to be chosen no second time.
    pub file: String,
    /// The folder; empty: none.
    pub originals: String,
}

/// What was looked at, to be entered.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterImport {
    /// From `register_look`.
    pub file: String,
    /// From `register_look`.
    pub originals: String,
    /// From `register_look`.
    pub hash: String,
}

/// What was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegisterImported {
    /// The import, for taking it back.
    pub import_id: String,
    /// Documents that were entered.
    pub entered: u32,
    /// Rows that were not.
    pub left_out: u32,
    /// What kept the rest from being entered, as a sentence; empty: nothing.
    pub trouble: String,
}

/// Documents that are asked for at once.
const MOST_ASKED: usize = 20_000;

/// What is known of old registers where they are kept, and nowhere else.
pub const AT_SERVER: [&str; 2] = ["register_known", "register_imports"];

const ENTERED: &[T] = &[T::Drafts, T::Numbers, T::Issued];

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<RegisterEnter, RegisterDone>("register_enter", P::KeepVocabulary, W::Act, ENTERED)
        .served(|c, a| serve(c, a, |c, a: RegisterEnter| enter(c, &a)))
        .handled(register::enter),
    row::<RegisterUndo, RegisterDone>("register_undo", P::KeepVocabulary, W::Act, ENTERED)
        .served(|c, a| serve(c, a, |c, a: RegisterUndo| act(c, "register_undo", &a)))
        .handled(register::undo),
    row::<RegisterAsk, RegisterKnown>("register_known", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: RegisterAsk| known(c, &a))),
    row::<Nothing, Vec<RegisterImportRow>>("register_imports", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| imports(c))),
    row::<RegisterLook, RegisterUnderstood>("register_look", P::KeepVocabulary, W::Desk, &[]),
    row::<RegisterImport, RegisterImported>("register_import", P::KeepVocabulary, W::Desk, ENTERED),
];

fn known(caller: &dyn Caller, args: &RegisterAsk) -> Result<RegisterKnown, ApiError> {
    if args.documents.len() > MOST_ASKED {
        return Err(text::error("register.too_much"));
    }
    let mut asked = Vec::new();
    for one in &args.documents {
        asked.push((one.sender.clone(), number(&one.number)?));
    }
    let known = caller.look().read(|view| view.registered(&asked))?;
    let known = (0_u32..).zip(known).filter(|(_, is_known)| *is_known);
    Ok(RegisterKnown {
        known: known.map(|(at, _)| at).collect(),
    })
}

fn imports(caller: &dyn Caller) -> Result<Vec<RegisterImportRow>, ApiError> {
    let found = caller.look().read(|view| view.register_imports())?;
    let row = |one: andu_store::RegisterImport| RegisterImportRow {
        import_id: one.id,
        documents: one.documents,
        at: one.at,
        by: one.by,
    };
    Ok(found.into_iter().map(row).collect())
}

fn unreadable(number: &str, error: &dyn std::fmt::Display) -> ApiError {
    let fields = [("number", number.to_owned()), ("cause", error.to_string())];
    text::error_with(crate::ErrorCode::Invalid, "register.unreadable", &fields)
}

fn number(text: &str) -> Result<andu_document::IssueNumber, ApiError> {
    let read = text.parse::<andu_document::IssueNumber>();
    read.map_err(|error| unreadable(text, &error))
}

fn enter(caller: &dyn Caller, args: &RegisterEnter) -> Result<RegisterDone, ApiError> {
    let documents: Result<Vec<register::Registered>, ApiError> =
        args.documents.iter().map(|one| read(caller, one)).collect();
    let args = register::Enter {
        import_id: args.import_id.clone(),
        documents: documents?,
    };
    act(caller, "register_enter", &args)
}

fn read(caller: &dyn Caller, one: &RegisterDocument) -> Result<register::Registered, ApiError> {
    let date = match one.date.trim() {
        "" => None,
        date => Some(
            date.parse::<andu_base::Date>()
                .map_err(|error| unreadable(&one.number, &error))?,
        ),
    };
    Ok(register::Registered {
        id: caller.new_id(),
        title: one.title.clone(),
        number: number(&one.number)?,
        date,
        recipients: one.recipients.clone(),
        sender: one.sender.clone(),
        note: one.note.clone(),
        files: one
            .files
            .iter()
            .map(|scan| register::Scan {
                name: scan.name.clone(),
                bytes: scan.bytes.clone(),
            })
            .collect(),
    })
}

fn act(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<RegisterDone, ApiError> {
    Ok(
        decided(caller, kind, args)?.unwrap_or_else(|| RegisterDone {
            waiting: true,
            ..RegisterDone::default()
        }),
    )
}
