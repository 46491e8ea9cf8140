//! Somebody who types: the page's half of a text, over the same commands.

use std::{fs, path::Path};

use andu_desk::andu_api::{ApiError, draft::OpenDraft};
use andu_document::{Block, DocumentFormat, DocumentType, OfficialDocument};
use andu_draft::DraftText;
use andu_office::{
    Limits,
    vocabulary::{self, Table},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

/// Whatever answers commands: a desk in this process, or one in another.
pub trait Calls {
    /// Calls a command.
    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError>;

    /// Calls a command that has to succeed.
    fn ok(&self, name: &str, args: Value) -> Value {
        match self.call(name, args) {
            Ok(answer) => answer,
            Err(error) => panic!("{name}: {} ({})", error.sentence, error.key),
        }
    }

    /// Calls a command that has to fail, and answers with the key of its sentence.
    fn refused(&self, name: &str, args: Value) -> String {
        match self.call(name, args) {
            Ok(answer) => panic!("{name} was not refused: {answer}"),
            Err(error) => error.key,
        }
    }
}

/// A text as an editor holds it.
pub struct Editor {
    /// What the desk said of the draft.
    pub opened: OpenDraft,
    text: DraftText,
}

impl Editor {
    /// Opens a draft.
    pub fn open(at: &impl Calls, id: &str) -> Self {
        Self::of(at.ok("draft_open", json!({ "id": id })))
    }

    /// A draft that was opened.
    pub fn of(opened: Value) -> Self {
        let opened: OpenDraft = serde_json::from_value(opened).expect("an opened draft");
        let state = STANDARD.decode(&opened.state).expect("Base64");
        let text = DraftText::from_updates(opened.client_id, std::iter::once(state.as_slice()));
        Self {
            text: text.expect("a text"),
            opened,
        }
    }

    /// What the text says.
    pub fn document(&self) -> OfficialDocument {
        self.text.to_document().expect("a readable text").document
    }

    /// The update that makes the text say this.
    pub fn says(&mut self, title: &str, body: &[&str]) -> Value {
        let document = OfficialDocument {
            title: title.to_owned(),
            body: body.iter().map(|line| Block::paragraph(*line)).collect(),
            ..self.document()
        };
        let update = self.text.replace_with(&document).expect("an update");
        json!({
            "id": self.opened.row.id,
            "lineage": self.opened.lineage,
            "update": STANDARD.encode(update),
        })
    }

    /// The update that gives the document this issue number.
    pub fn numbers(&mut self, number: &str) -> Value {
        let document = OfficialDocument {
            issue_number: Some(number.parse().expect("an issue number")),
            ..self.document()
        };
        let update = self.text.replace_with(&document).expect("an update");
        json!({
            "id": self.opened.row.id,
            "lineage": self.opened.lineage,
            "update": STANDARD.encode(update),
        })
    }

    /// Takes an update that did not come from here.
    pub fn take(&mut self, update: &Value) {
        let update = STANDARD.decode(update["update"].as_str().expect("an update"));
        let update = update.expect("Base64");
        self.text
            .apply_update(&update)
            .expect("an update that fits");
    }
}

/// Begins a notice (通知) and answers with its id.
pub fn begin(at: &impl Calls) -> String {
    id_of(&at.ok("draft_create", new_notice()))
}

/// What begins a notice.
pub fn new_notice() -> Value {
    json!({
        "document_type": DocumentType::Notice,
        "format": DocumentFormat::Document,
        "direction": "downward",
        "template_id": null,
    })
}

/// The id in a row.
pub fn id_of(row: &Value) -> String {
    row["id"].as_str().expect("a row with an id").to_owned()
}

/// Begins a draft, writes it and has it on the disk.
pub fn write(at: &impl Calls, title: &str, body: &[&str]) -> String {
    let id = begin(at);
    let mut editor = Editor::open(at, &id);
    at.ok("draft_update", editor.says(title, body));
    at.ok("draft_flush", json!({ "id": id }));
    id
}

/// Title and paragraphs of a draft as it is stored or being written.
pub fn reading(at: &impl Calls, id: &str) -> (String, Vec<String>) {
    said(&Editor::open(at, id).document())
}

/// Title and paragraphs.
pub fn said(document: &OfficialDocument) -> (String, Vec<String>) {
    let body = document.body.iter().map(|block| block.text()).collect();
    (document.title.clone(), body)
}

/// The same, as it was given to an editor.
pub fn given(title: &str, body: &[&str]) -> (String, Vec<String>) {
    (
        title.to_owned(),
        body.iter().map(|&line| line.to_owned()).collect(),
    )
}

/// Rows of a list.
pub fn rows(at: &impl Calls, state: Option<&str>, from_other: bool) -> Vec<Value> {
    let args = json!({
        "state": state, "document_type": null, "from_other": from_other, "offset": 0, "limit": 500,
    });
    let page = at.ok("draft_list", args);
    let rows = page["rows"].as_array().expect("rows").clone();
    assert_eq!(
        page["total"],
        rows.len(),
        "the total is another than the rows"
    );
    rows
}

/// The row of a draft, if it is in the list.
pub fn row(at: &impl Calls, id: &str, from_other: bool) -> Option<Value> {
    rows(at, None, from_other)
        .into_iter()
        .find(|row| row["id"] == id)
}

/// Whether a draft is there with what was written, not only begun: its title comes with its text.
pub fn has_text(at: &impl Calls, id: &str) -> bool {
    row(at, id, false).is_some_and(|row| row["title"] != "")
}

/// A sheet as an office has it: the names of its columns, and rows.
pub fn write_sheet(path: &Path, columns: &[&str], rows: &[&[&str]]) {
    let texts = |row: &[&str]| {
        row.iter()
            .map(|text| (*text).to_owned())
            .collect::<Vec<_>>()
    };
    let table = Table {
        columns: texts(columns),
        rows: rows.iter().map(|row| texts(row)).collect(),
    };
    let bytes = vocabulary::write(&table, &Limits::default()).expect("a sheet");
    fs::write(path, bytes).expect("a file");
}
