//! Paper forms as an agency has them printed: which there are, their templates, and putting another one.

use std::collections::BTreeMap;

use andu_app::form::{self as app, FormSeen, PaperKind};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller, ErrorCode,
    caller::{decided, serve},
    json_words,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
    text,
};

/// A version of an agency's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormVersion {
    /// From 1.
    pub version: u32,
    /// It went back to what is shipped.
    pub is_back: bool,
    /// Why.
    pub note: String,
    /// Who.
    pub by: String,
    /// When: an instant in UTC.
    pub at: String,
}

/// A form or register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormRow {
    /// Its name: `incoming_sheet`.
    pub form: String,
    /// What an office calls it: 收文处理单.
    pub label: String,
    /// It is a register, a row for each document.
    pub is_register: bool,
    /// It is printed with the agency's own template.
    pub is_own: bool,
    /// What the agency has had, the newest first; none: it is as it is shipped.
    pub versions: Vec<FormVersion>,
}

/// A template of a form.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormTextRef {
    /// The form, by its name.
    pub form: String,
    /// A version; 0: the one that is shipped; null: the one in use.
    pub version: Option<u32>,
}

/// Its JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FormText {
    /// The form, by its name.
    pub form: String,
    /// The template.
    pub template: String,
}

/// A template that the agency is to have a form printed with.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormPut {
    /// The form, by its name.
    pub form: String,
    /// The template as JSON.
    pub template: String,
    /// Why.
    pub note: String,
}

/// A form that is to be printed as it is shipped again.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormRestore {
    /// The form, by its name.
    pub form: String,
    /// Why.
    pub note: String,
}

/// What became of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct FormDone {
    /// The form, by its name.
    pub form: String,
    /// Its version now.
    pub version: u32,
    /// It waits for the server.
    pub waiting: bool,
}

/// A blank form to look at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormLookAt {
    /// The form, by its name.
    pub form: String,
    /// The template as JSON; empty: the one in use.
    pub template: String,
}

/// A page of a blank form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct FormPicture {
    /// A picture as a data URL.
    pub data: String,
    /// Millimetres.
    pub width_mm: f64,
    /// Millimetres.
    pub height_mm: f64,
}

/// A file that holds a template.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormRead {
    /// The form it is to be of, by its name.
    pub form: String,
    /// From `file_choose`.
    pub token: String,
}

/// Where to write a template.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormTextWrite {
    /// The form, by its name.
    pub form: String,
    /// A version; 0: the one that is shipped; null: the one in use.
    pub version: Option<u32>,
    /// From `file_choose`.
    pub token: String,
}

const STALE: &[T] = &[T::Forms, T::Sync];

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Vec<FormRow>>("form_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| list(c))),
    row::<FormTextRef, FormText>("form_text", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, |c, a: FormTextRef| template(c, &a))),
    row::<FormPut, FormDone>("form_put", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: FormPut| put(c, &a)))
        .handled(app::put),
    row::<FormRestore, FormDone>("form_restore", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: FormRestore| done(c, "form_restore", &a)))
        .handled(app::restore),
    row::<FormLookAt, FormPicture>("form_look", P::Member, W::Desk, &[]),
    row::<FormRead, FormText>("form_read", P::KeepVocabulary, W::Desk, &[]),
    row::<FormTextWrite, Written>("form_text_write", P::Member, W::Desk, &[]),
];

fn list(caller: &dyn Caller) -> Result<Vec<FormRow>, ApiError> {
    let seen = caller.look().read(|view| view.forms())?;
    Ok(seen.into_iter().map(FormRow::from).collect())
}

impl From<FormSeen> for FormRow {
    fn from(seen: FormSeen) -> Self {
        let newest = seen.versions.first();
        Self {
            form: seen.kind.name().to_owned(),
            label: seen.kind.label().to_owned(),
            is_register: matches!(seen.kind, PaperKind::Register(_)),
            is_own: newest.is_some_and(|newest| !newest.template.is_empty()),
            versions: seen
                .versions
                .into_iter()
                .map(|one| FormVersion {
                    version: one.version,
                    is_back: one.template.is_empty(),
                    note: one.note,
                    by: one.put_name,
                    at: one.put_at,
                })
                .collect(),
        }
    }
}

/// The JSON of a template.
///
/// # Errors
/// `form.unknown`, `form.no_version`.
pub fn template(caller: &dyn Caller, args: &FormTextRef) -> Result<FormText, ApiError> {
    let found = caller
        .look()
        .read(|view| view.form_text(&args.form, args.version))?;
    Ok(FormText {
        form: args.form.clone(),
        template: found,
    })
}

/// What is wrong is said before it is sent: where somebody works offline, too.
fn put(caller: &dyn Caller, args: &FormPut) -> Result<FormDone, ApiError> {
    checked(&args.form, &args.template)?;
    done(caller, "form_put", args)
}

/// A template of this form that can be printed with.
///
/// # Errors
/// `form.unknown`; what is wrong with it.
pub fn checked(form: &str, template: &str) -> Result<FormText, ApiError> {
    let kind = PaperKind::of_name(form).ok_or_else(|| text::error("form.unknown"))?;
    let read = app::check_of(kind, template).map_err(|reason| refused(&reason))?;
    Ok(FormText {
        form: kind.name().to_owned(),
        template: read.to_json(),
    })
}

fn done(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<FormDone, ApiError> {
    Ok(decided(caller, kind, args)?.unwrap_or_else(|| FormDone {
        waiting: true,
        ..FormDone::default()
    }))
}

/// Why a template or what goes on a form is not taken, as people are told.
pub fn refused(reason: &Reason) -> ApiError {
    let words = |(name, value): (&String, &String)| {
        let value = match name.as_str() {
            "reason" => json_words::words(value),
            "place" => place(value),
            _ => value.clone(),
        };
        (name.clone(), value)
    };
    let fields: BTreeMap<String, String> = reason.fields.iter().map(words).collect();
    ApiError {
        code: ErrorCode::Invalid,
        key: reason.key.clone(),
        sentence: text::sentence(&reason.key, &fields),
        fields,
        reference: String::new(),
    }
}

/// `rows/3/cells/2` as 第3行第2格.
fn place(path: &str) -> String {
    let said = |key: &str, number: &str| {
        text::sentence(key, &[("number".to_owned(), number.to_owned())].into())
    };
    let mut words = String::new();
    let mut before = "";
    for part in path.split('/') {
        let counted = part.bytes().all(|b| b.is_ascii_digit());
        let key = match (before, part) {
            ("rows", _) if counted => "form.place.row",
            ("cells", _) if counted => "form.place.cell",
            ("columns", _) if counted => "form.place.column",
            (_, _) if counted => "form.place.entry",
            (_, "rows" | "cells" | "columns") => "",
            (_, "fields") => "form.place.field",
            (_, "opinions") => "form.place.opinion",
            (_, "head") => "form.place.head",
            (_, "foot") => "form.place.foot",
            (_, "margins_mm") => "form.place.margins",
            ("", "title") => "form.place.title",
            ("", "agency") => "form.place.agency",
            _ => {
                words.push_str(&format!("“{part}”"));
                before = part;
                continue;
            }
        };
        if !key.is_empty() {
            words.push_str(&said(key, part));
        }
        before = part;
    }
    match words.is_empty() {
        true => path.to_owned(),
        false => words,
    }
}
