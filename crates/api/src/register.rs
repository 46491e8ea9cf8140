//! Old registers (收发文登记簿): their documents are entered as closed ones, and taken out again.

use andu_app::register;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::{decided, serve},
    row::{Permission as P, Row, Tag as T, Write as W, row},
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

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<RegisterEnter, RegisterDone>("register_enter", P::KeepVocabulary, W::Act, &[T::Drafts])
        .served(|c, a| serve(c, a, |c, a: RegisterEnter| enter(c, &a)))
        .handled(register::enter),
    row::<RegisterUndo, RegisterDone>("register_undo", P::KeepVocabulary, W::Act, &[T::Drafts])
        .served(|c, a| serve(c, a, |c, a: RegisterUndo| act(c, "register_undo", &a)))
        .handled(register::undo),
];

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
    let unreadable = |error: &dyn std::fmt::Display| {
        let fields = [("number", one.number.clone()), ("cause", error.to_string())];
        text::error_with(crate::ErrorCode::Invalid, "register.unreadable", &fields)
    };
    let date = match one.date.trim() {
        "" => None,
        date => Some(
            date.parse::<andu_base::Date>()
                .map_err(|error| unreadable(&error))?,
        ),
    };
    Ok(register::Registered {
        id: caller.new_id(),
        title: one.title.clone(),
        number: one
            .number
            .parse::<andu_document::IssueNumber>()
            .map_err(|error| unreadable(&error))?,
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
