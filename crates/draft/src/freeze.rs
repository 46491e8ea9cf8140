//! Freezing: the bytes that a document is, once it is submitted, and the hash that decisions name.
//! The same document gives the same bytes whatever wrote it and in whatever order.

use andu_base::ContentHash;
use andu_document::{Attachment, Attendance, IssuedText, OfficialDocument, Telegram};
use serde_json::{Map, Value};

use crate::span::normal_form;

/// A document as it was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// JSON in UTF-8: the normal form, keys sorted by their bytes, no white space between tokens,
    /// elements that have their default value left out. It reads back as the document.
    pub canonical_json: Vec<u8>,
    /// BLAKE3 of these bytes.
    pub hash: ContentHash,
}

/// Freezes the normal form of `document`. An element added to the shape later, at its default,
/// changes no hash.
pub fn freeze(document: &OfficialDocument) -> Frozen {
    let mut value = json(&normal_form(document));
    leave_out_defaults(&mut value);
    let mut text = String::new();
    write(&value, &mut text);
    let canonical_json = text.into_bytes();
    Frozen {
        hash: ContentHash::of(&canonical_json),
        canonical_json,
    }
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(value) => value,
        Err(_) => unreachable!("BUG: a document is JSON"),
    }
}

fn leave_out_defaults(document: &mut Value) {
    without(document, &json(&OfficialDocument::default()));
    let Value::Object(fields) = document else {
        return;
    };
    for (name, default) in [
        ("attendance", json(&Attendance::default())),
        ("telegram", json(&Telegram::default())),
        ("classification", serde_json::json!({ "term": "" })),
        ("imprint", serde_json::json!({ "date": null })),
    ] {
        if let Some(field) = fields.get_mut(name) {
            without(field, &default);
        }
    }
    leave_out_of_text(fields);
    if let Some(issued) = fields.get_mut("issued_text") {
        without(issued, &json(&IssuedText::default()));
        if let Value::Object(fields) = issued {
            leave_out_of_text(fields);
        }
    }
}

/// Body and attachments, which a document and a 被印发件 both have.
fn leave_out_of_text(fields: &mut Map<String, Value>) {
    leave_out_of_body(fields);
    let attachment_default = json(&Attachment::default());
    for attachment in entries(fields, "attachments") {
        without(attachment, &attachment_default);
        if let Value::Object(fields) = attachment {
            leave_out_of_body(fields);
        }
    }
}

fn leave_out_of_body(fields: &mut Map<String, Value>) {
    for block in entries(fields, "body") {
        let Value::Object(block) = block else {
            continue;
        };
        if block.get("header_rows").is_some_and(|rows| *rows == 0) {
            block.remove("header_rows");
        }
        for row in entries(block, "rows") {
            let Value::Object(row) = row else { continue };
            for cell in entries(row, "cells") {
                without(cell, &serde_json::json!({ "runs": [] }));
            }
        }
    }
}

fn entries<'a>(fields: &'a mut Map<String, Value>, name: &str) -> &'a mut [Value] {
    match fields.get_mut(name) {
        Some(Value::Array(entries)) => entries,
        _ => &mut [],
    }
}

/// Removes the fields that say what `default` says.
fn without(value: &mut Value, default: &Value) {
    if let Value::Object(fields) = value {
        fields.retain(|name, value| default.get(name) != Some(value));
    }
}

/// Writes JSON with sorted keys. Numbers of a document are whole, texts are escaped as serde does:
/// only `"`, `\` and control characters.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(entries) => {
            text.push('[');
            for (index, entry) in entries.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(entry, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(name, _)| name.as_bytes());
            text.push('{');
            for (index, (name, value)) in fields.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(&Value::String(name.clone()), text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}
