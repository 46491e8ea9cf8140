//! How a verb ended, and how that is said.

use std::{io::Write as _, path::Path, process::ExitCode};

use andu_api::{ApiError, ErrorCode, json_words, text};
use andu_desk::file;
use serde_json::{Value, json};

/// What a verb has to say when it went well.
pub struct Done {
    /// For programs.
    pub json: Value,
    /// For people.
    pub text: String,
    /// `false`: done, but the document has findings or failed its proof.
    pub clean: bool,
    /// What people are told beside the answer, which may go to a file; empty: nothing.
    pub aside: String,
}

impl Done {
    /// Done, with nothing to complain about.
    pub fn clean(json: Value, text: String) -> Self {
        Self {
            json,
            text,
            clean: true,
            aside: String::new(),
        }
    }
}

/// What lies outside the program and the words typed: files, network, disk. Everything else that a person can
/// put right is 2.
const OUTSIDE: [&str; 17] = [
    "bundle.medium_full",
    "bundle.medium_unusable",
    "bundle.not_there",
    "desk.file_read",
    "desk.file_write",
    "desk.join_failed",
    "desk.no_folder",
    "desk.offline",
    "office.io",
    "server.backup",
    "server.copy_not_there",
    "store.damaged",
    "store.disk_full",
    "store.file",
    "vault.cannot_read",
    "vault.cannot_write",
    "vault.disk_full",
];

/// The code a program ends with; the table of docs/manual/command.md.
pub fn code(error: &ApiError) -> u8 {
    match error.code {
        ErrorCode::Bug => 4,
        _ if OUTSIDE.contains(&error.key.as_str()) => 3,
        ErrorCode::NotNow | ErrorCode::Locked => 3,
        ErrorCode::Invalid | ErrorCode::Forbidden | ErrorCode::NotFound => 2,
    }
}

/// Says how it ended.
pub fn finish(done: Result<Done, ApiError>, as_json: bool) -> ExitCode {
    match done {
        Ok(done) => {
            let text = if as_json {
                done.json.to_string()
            } else {
                done.text
            };
            // Whoever reads us may have stopped reading; that is no failure of ours.
            let _ = writeln!(std::io::stdout(), "{text}");
            if !as_json && !done.aside.is_empty() {
                let _ = writeln!(std::io::stderr(), "{}", done.aside);
            }
            ExitCode::from(u8::from(!done.clean))
        }
        Err(error) => {
            if as_json {
                let said = json!({ "error": error.key, "fields": error.fields, "sentence": error.sentence });
                let _ = writeln!(std::io::stderr(), "{said}");
            } else {
                let _ = writeln!(std::io::stderr(), "{}", error.sentence);
            }
            ExitCode::from(code(&error))
        }
    }
}

/// A file that is not what it was given for; `what` is the key of the words for that.
pub fn wrong_file(path: &Path, what: &str, error: &serde_json::Error) -> ApiError {
    let mut reason = error.to_string();
    if let Some(at) = reason.find(" at line ") {
        reason.truncate(at);
    }
    let fields = [
        ("name", file::shown(path)),
        ("what", text::sentence(what, &[].into())),
        ("line", error.line().max(1).to_string()),
        ("reason", json_words::words(&reason)),
    ];
    text::error_with(ErrorCode::Invalid, "command.wrong_file", &fields)
}
