//! Processes as files: our own JSON and BPMN 2.0, in and out, with what was mapped, kept and left out.

use std::collections::BTreeMap;

use andu_workflow::{
    bpmn,
    definition::{Definition, DefinitionError, LARGEST_DEFINITION, MOST_NODES},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bpmn_cause;
use crate::{
    ApiError, ErrorCode,
    draft::word,
    json_words,
    row::{Permission as P, Row, Write as W, row},
    session::{FileToken, Written},
    text,
};

/// Bytes of a file at most.
pub const LARGEST_FILE: usize = if bpmn::LARGEST > LARGEST_DEFINITION {
    bpmn::LARGEST
} else {
    LARGEST_DEFINITION
};

/// What a file holds.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Its processes.
    pub definitions: Vec<Definition>,
    /// What became of what is not ours.
    pub report: Vec<bpmn::Remark>,
    /// What of a BPMN file stands around its processes.
    pub frame: Option<bpmn::Frame>,
}

impl Held {
    /// As it is shown.
    pub fn shown(&self, name: String) -> ProcessFileHeld {
        ProcessFileHeld {
            name,
            definitions: self.definitions.iter().map(Definition::to_json).collect(),
            remarks: told(&self.report),
        }
    }
}

/// Reads a file: our own form, or BPMN.
///
/// # Errors
/// `process.not_json` and `process.not_bpmn` with the cause.
pub fn held(name: &str, bytes: &[u8]) -> Result<Held, ApiError> {
    let begins = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if begins == Some(&b'{') {
        let read = Definition::from_json(bytes);
        let read = read.map_err(|error| wrong("process.not_json", name, &cause(&error)))?;
        return Ok(Held {
            definitions: vec![read],
            ..Held::default()
        });
    }
    let read = bpmn::import(bytes);
    let read = read.map_err(|error| wrong("process.not_bpmn", name, &bpmn_cause::cause(&error)))?;
    Ok(Held {
        definitions: read.definitions,
        report: read.report,
        frame: Some(read.frame),
    })
}

/// Processes as BPMN 2.0.
///
/// # Errors
/// `process.not_bpmn` with the cause.
pub fn as_bpmn(
    name: &str,
    definitions: &[Definition],
    frame: Option<&bpmn::Frame>,
) -> Result<String, ApiError> {
    bpmn::export(definitions, frame)
        .map_err(|error| wrong("process.not_bpmn", name, &bpmn_cause::cause(&error)))
}

/// Why something is no definition, in the user's words.
pub(super) fn cause(error: &DefinitionError) -> String {
    let said = |key: &str, fields: &[(&str, String)]| {
        let fields = fields.iter();
        let fields = fields.map(|(name, value)| ((*name).to_owned(), value.clone()));
        text::sentence(key, &fields.collect())
    };
    match error {
        DefinitionError::TooLarge(_) => said(
            "process.form_bytes",
            &[("most_mb", (LARGEST_DEFINITION >> 20).to_string())],
        ),
        DefinitionError::TooMany(_) => {
            said("process.form_nodes", &[("most", MOST_NODES.to_string())])
        }
        DefinitionError::Form {
            message,
            line,
            column,
        } => said(
            "process.form_place",
            &[
                ("line", line.to_string()),
                ("column", column.to_string()),
                ("what", json_words::words(message)),
            ],
        ),
    }
}

fn wrong(key: &str, name: &str, cause: &str) -> ApiError {
    let fields = [("name", name.to_owned()), ("cause", cause.to_owned())];
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// A line for each thing that was mapped, kept or left out, in their order; the same thing said once.
pub fn told(report: &[bpmn::Remark]) -> Vec<FileRemark> {
    let mut lines: Vec<FileRemark> = Vec::new();
    for remark in report {
        let how = word(&remark.how);
        let place = match remark.place.as_str() {
            "" => text::sentence("process_file.whole", &BTreeMap::new()),
            place => place.to_owned(),
        };
        let fields = [("place", place), ("name", remark.name.clone())];
        let fields = fields.map(|(name, value)| (name.to_owned(), value));
        let sentence = text::sentence(&format!("process_file.{how}"), &fields.into());
        match lines.iter_mut().find(|line| line.sentence == sentence) {
            Some(line) => line.times += 1,
            None => lines.push(FileRemark {
                how,
                sentence,
                times: 1,
            }),
        }
    }
    lines
}

/// What a file holds, to be looked at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProcessFileHeld {
    /// The name of the file.
    pub name: String,
    /// Its processes, each a definition as JSON.
    pub definitions: Vec<String>,
    /// What became of what is not ours.
    pub remarks: Vec<FileRemark>,
}

/// What became of a thing of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FileRemark {
    /// `mapped`, `kept` or `dropped`.
    pub how: String,
    /// As a sentence.
    pub sentence: String,
    /// In how many places.
    pub times: u32,
}

/// As what a process is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProcessFileKind {
    /// BPMN 2.0.
    Bpmn,
    /// Our own form.
    Json,
}

/// A process to write to a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ProcessFileWrite {
    /// The definition as JSON.
    pub definition: String,
    /// As what.
    pub kind: ProcessFileKind,
    /// From `file_choose`.
    pub token: String,
}

/// Rows of the table.
pub const FILE: &[Row] = &[
    row::<FileToken, ProcessFileHeld>("process_file_read", P::Member, W::Desk, &[]),
    row::<ProcessFileWrite, Written>("process_file_write", P::Member, W::Desk, &[]),
];
