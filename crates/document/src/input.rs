//! Reading a document from JSON that anybody may have written: bounded, without control characters,
//! and with an error that names the place. The schema for `andu schema document` is made here too.

use serde_json::Value;

use crate::{
    body::{Block, Table},
    elements::{Attachment, OfficialDocument},
};

mod limit;
mod schema;
mod strict;
mod suggestion;
mod within;

pub use limit::{BLOCKS, ENTRIES, IMAGE_CHARS, INPUT_BYTES, LINE_CHARS, TEXT_CHARS, TITLE_CHARS};
pub use schema::schema;

/// Why a JSON text is no document. `path` is a place such as `body/3` (empty: the whole document).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// The file is larger than `INPUT_BYTES`.
    #[error("the input has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Nothing in it but white space.
    #[error("the input is empty")]
    Empty,
    /// Nested deeper than is read.
    #[error("nested deeper than {limit} levels at line {line}, column {column}")]
    TooDeep {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// The limit.
        limit: usize,
    },
    /// A field that is written twice: one of the two would be lost.
    #[error("field `{field}` twice at `{path}`, line {line}")]
    DuplicateField {
        /// Where.
        path: String,
        /// The field.
        field: String,
        /// The line of the second one, from 1.
        line: usize,
    },
    /// Not JSON.
    #[error("not JSON at line {line}, column {column}: {reason}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What the parser says.
        reason: String,
    },
    /// A field nobody knows.
    #[error("unknown field `{field}` at `{path}`{}", hint(suggestion))]
    UnknownField {
        /// Where.
        path: String,
        /// The field.
        field: String,
        /// The field that was probably meant.
        suggestion: Option<String>,
    },
    /// A field that must be there.
    #[error("missing field `{field}` at `{path}`")]
    MissingField {
        /// Where.
        path: String,
        /// The field.
        field: String,
    },
    /// A date that is none; dates are written 2026-11-21.
    #[error("not a date such as 2026-11-21 at `{path}`: {found:?}")]
    Date {
        /// Where.
        path: String,
        /// What stands there, cut to 40 characters.
        found: String,
    },
    /// A value of the wrong kind, or not one of the words allowed.
    #[error("wrong value at `{path}`: {reason}")]
    Value {
        /// Where.
        path: String,
        /// What serde says.
        reason: String,
    },
    /// A text that is too long.
    #[error("the text at `{path}` has {chars} characters; at most {limit} are allowed")]
    TooLong {
        /// Where.
        path: String,
        /// Its length.
        chars: usize,
        /// The limit.
        limit: usize,
    },
    /// A list that is too long.
    #[error("the list at `{path}` has {count} entries; at most {limit} are allowed")]
    TooMany {
        /// Where.
        path: String,
        /// Its length.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A character that cannot be printed.
    #[error("control character U+{code:04X} at character {position} of `{path}`")]
    ControlCharacter {
        /// Where.
        path: String,
        /// Character of the text, from 0.
        position: usize,
        /// Its code point.
        code: u32,
    },
    /// A number outside its range.
    #[error("{found} at `{path}` is outside {least} to {most}")]
    Range {
        /// Where.
        path: String,
        /// What stands there.
        found: i64,
        /// Least value allowed.
        least: i64,
        /// Greatest value allowed.
        most: i64,
    },
    /// An image that is not PNG, JPEG or WebP in Base64.
    #[error("the image at `{path}` is not PNG, JPEG or WebP in Base64")]
    Image {
        /// Where.
        path: String,
    },
}

#[expect(clippy::ref_option, reason = "the shape thiserror passes")]
fn hint(suggestion: &Option<String>) -> String {
    suggestion.as_ref().map_or_else(String::new, |name| {
        format!("\nhint: did you mean `{name}`?")
    })
}

impl InputError {
    /// Key of the sentence in the catalogue.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "document.input.too_large",
            Self::Empty => "document.input.empty",
            Self::TooDeep { .. } => "document.input.too_deep",
            Self::DuplicateField { .. } => "document.input.duplicate_field",
            Self::Syntax { .. } => "document.input.syntax",
            Self::UnknownField {
                suggestion: None, ..
            } => "document.input.unknown_field",
            Self::UnknownField {
                suggestion: Some(_),
                ..
            } => "document.input.unknown_field_suggestion",
            Self::MissingField { .. } => "document.input.missing_field",
            Self::Date { .. } => "document.input.date",
            Self::Value { .. } => "document.input.value",
            Self::TooLong { .. } => "document.input.too_long",
            Self::TooMany { .. } => "document.input.too_many",
            Self::ControlCharacter { .. } => "document.input.control_character",
            Self::Range { .. } => "document.input.range",
            Self::Image { .. } => "document.input.image",
        }
    }

    /// Fields of the sentence, by name; positions count from 1.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge { bytes, limit } => named([("bytes", bytes), ("limit", limit)]),
            Self::Empty => Vec::new(),
            Self::TooDeep {
                line,
                column,
                limit,
            } => named([("line", line), ("column", column), ("limit", limit)]),
            Self::DuplicateField { path, field, line } => {
                named([("path", path), ("field", field), ("line", line)])
            }
            Self::Syntax {
                line,
                column,
                reason,
            } => named([("line", line), ("column", column), ("reason", reason)]),
            Self::UnknownField {
                path,
                field,
                suggestion: None,
            } => named([("path", path), ("field", field)]),
            Self::UnknownField {
                path,
                field,
                suggestion: Some(meant),
            } => named([("path", path), ("field", field), ("suggestion", meant)]),
            Self::MissingField { path, field } => named([("path", path), ("field", field)]),
            Self::Date { path, found } => named([("path", path), ("found", found)]),
            Self::Value { path, reason } => named([("path", path), ("reason", reason)]),
            Self::TooLong { path, chars, limit } => {
                named([("path", path), ("chars", chars), ("limit", limit)])
            }
            Self::TooMany { path, count, limit } => {
                named([("path", path), ("count", count), ("limit", limit)])
            }
            Self::ControlCharacter {
                path,
                position,
                code,
            } => {
                let (position, code) = (position + 1, format!("U+{code:04X}"));
                named([("path", path), ("position", &position), ("code", &code)])
            }
            Self::Range {
                path,
                found,
                least,
                most,
            } => named([
                ("path", path),
                ("found", found),
                ("least", least),
                ("most", most),
            ]),
            Self::Image { path } => named([("path", path)]),
        }
    }
}

fn named<const N: usize>(
    fields: [(&'static str, &dyn std::fmt::Display); N],
) -> Vec<(&'static str, String)> {
    fields
        .into_iter()
        .map(|(name, value)| (name, value.to_string()))
        .collect()
}

/// Reads a document. A byte order mark is skipped and `\r\n` becomes `\n`; nothing else is changed.
///
/// # Errors
/// See the variants of [`InputError`].
pub fn parse(text: &str) -> Result<OfficialDocument, InputError> {
    if text.len() > INPUT_BYTES {
        return Err(InputError::TooLarge {
            bytes: text.len(),
            limit: INPUT_BYTES,
        });
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(InputError::Empty);
    }
    limit::check_structure(text)?;
    let mut value = strict::value(text)?;
    if !value.is_object() {
        let reason = "a document is a JSON object".to_owned();
        return Err(InputError::Value {
            path: String::new(),
            reason,
        });
    }
    normalize_lines(&mut value);
    limit::check(&value, &mut String::new())?;
    let document: OfficialDocument = serde_path_to_error::deserialize(&value).map_err(|error| {
        let place = place_of(&error.path().to_string());
        let (place, inner) = within::deeper(place, error.into_inner(), &value);
        described(place, &inner, &value)
    })?;
    check_document(&document)?;
    Ok(document)
}

fn normalize_lines(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\r') => *text = text.replace("\r\n", "\n"),
        Value::Array(items) => items.iter_mut().for_each(normalize_lines),
        Value::Object(fields) => fields.values_mut().for_each(normalize_lines),
        _ => {}
    }
}

fn reason_of(message: &str) -> String {
    message
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .chars()
        .take(160)
        .collect()
}

/// Turns `body[3].runs[0]` of serde into `body/3/runs/0`.
fn place_of(path: &str) -> String {
    if path == "." {
        return String::new();
    }
    path.replace(".[", "/")
        .replace('[', "/")
        .replace(']', "")
        .replace('.', "/")
}

fn described(place: String, error: &serde_json::Error, whole: &Value) -> InputError {
    let full = error.to_string();
    let message = reason_of(&full);
    let quoted: Vec<&str> = full.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((field, known)) if message.starts_with("unknown field") => {
            // serde counts the unknown field itself into the path; blocks (tagged) do not.
            let suffix = format!("/{field}");
            let parent = match place.strip_suffix(&suffix) {
                Some(parent) => parent.to_owned(),
                None if place == *field => String::new(),
                None => place,
            };
            let suggestion = suggestion::field(field, known);
            return InputError::UnknownField {
                path: parent,
                field: cut(field),
                suggestion,
            };
        }
        Some((field, _)) if message.starts_with("missing field") => {
            return InputError::MissingField {
                path: place,
                field: cut(field),
            };
        }
        _ => {}
    }
    if place == "date_of_issue" || place == "imprint/date" {
        let found = whole
            .pointer(&format!("/{place}"))
            .map_or_else(String::new, shown);
        return InputError::Date { path: place, found };
    }
    if let Some(found) = message.strip_prefix("invalid value: integer `")
        && let Some(found) = found.split('`').next().and_then(|found| found.parse().ok())
        && let Some((least, most)) = limit::range_of(&place)
    {
        return InputError::Range {
            path: place,
            found,
            least,
            most,
        };
    }
    InputError::Value {
        path: place,
        reason: message,
    }
}

fn shown(value: &Value) -> String {
    cut(&value
        .as_str()
        .map_or_else(|| value.to_string(), ToOwned::to_owned))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Whether a number lies in the range of its field.
fn check_range(path: String, found: impl Into<i64>) -> Result<(), InputError> {
    let found = found.into();
    match limit::range_of(&path) {
        Some((least, most)) if !(least..=most).contains(&found) => Err(InputError::Range {
            path,
            found,
            least,
            most,
        }),
        _ => Ok(()),
    }
}

fn check_document(document: &OfficialDocument) -> Result<(), InputError> {
    if let Some(number) = &document.issue_number {
        check_range("issue_number/serial".into(), number.serial)?;
        check_range("issue_number/year".into(), number.year)?;
    }
    if let Some(copy) = document.copy_number {
        check_range("copy_number".into(), copy)?;
    }
    check_body("body", &document.body)?;
    check_attachments("attachments", &document.attachments)?;
    if let Some(issued) = &document.issued_text {
        check_body("issued_text/body", &issued.body)?;
        check_attachments("issued_text/attachments", &issued.attachments)?;
    }
    Ok(())
}

fn check_attachments(place: &str, attachments: &[Attachment]) -> Result<(), InputError> {
    attachments
        .iter()
        .enumerate()
        .try_for_each(|(n, each)| check_body(&format!("{place}/{n}/body"), &each.body))
}

fn check_body(place: &str, body: &[Block]) -> Result<(), InputError> {
    for (n, block) in body.iter().enumerate() {
        let path = format!("{place}/{n}");
        match block {
            Block::Heading { level, .. } => check_range(format!("{path}/level"), *level)?,
            Block::Table(table) => check_table(&path, table)?,
            Block::Image(image) => {
                let known = ["image/png", "image/jpeg", "image/webp"];
                let base64 = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
                if !known.contains(&image.media_type.as_str()) || !image.data.bytes().all(base64) {
                    return Err(InputError::Image { path });
                }
                check_range(format!("{path}/width_tenth_mm"), image.width_tenth_mm)?;
            }
            Block::Paragraph { .. } | Block::Centered { .. } | Block::PageBreak => {}
        }
    }
    Ok(())
}

fn check_table(path: &str, table: &Table) -> Result<(), InputError> {
    let rows = i64::try_from(table.rows.len()).unwrap_or(i64::MAX);
    let header = i64::try_from(table.header_rows).unwrap_or(i64::MAX);
    if header > rows {
        return Err(InputError::Range {
            path: format!("{path}/header_rows"),
            found: header,
            least: 0,
            most: rows,
        });
    }
    for (r, row) in table.rows.iter().enumerate() {
        for (c, cell) in row.cells.iter().enumerate() {
            check_range(format!("{path}/rows/{r}/cells/{c}/colspan"), cell.colspan)?;
            check_range(format!("{path}/rows/{r}/cells/{c}/rowspan"), cell.rowspan)?;
        }
    }
    for (n, width) in table.widths.iter().enumerate() {
        check_range(format!("{path}/widths/{n}"), *width)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
