//! How a verb ended, and how that is said.

use std::{io::Write as _, process::ExitCode};

use andu_api::{ApiError, ErrorCode};
use serde_json::{Value, json};

/// What a verb has to say when it went well.
pub struct Done {
    /// For programs.
    pub json: Value,
    /// For people.
    pub text: String,
    /// `false`: done, but the document has findings or failed its proof.
    pub clean: bool,
}

impl Done {
    /// Done, with nothing to complain about.
    pub fn clean(json: Value, text: String) -> Self {
        Self {
            json,
            text,
            clean: true,
        }
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
            ExitCode::from(u8::from(!done.clean))
        }
        Err(error) => {
            if as_json {
                let said = json!({ "error": error.key, "fields": error.fields, "sentence": error.sentence });
                let _ = writeln!(std::io::stderr(), "{said}");
            } else {
                let _ = writeln!(std::io::stderr(), "{}", error.sentence);
            }
            ExitCode::from(match error.code {
                ErrorCode::Invalid | ErrorCode::Forbidden | ErrorCode::NotFound => 2,
                ErrorCode::NotNow | ErrorCode::Locked => 3,
                ErrorCode::Bug => 4,
            })
        }
    }
}
