//! The catalogue: the sentence of a key with its fields. One catalogue for the window, the command and
//! the server.

use std::{collections::BTreeMap, sync::LazyLock};

use andu_app::Refusal;
use andu_store::StoreError;
use andu_sync::Reason;

use crate::{ApiError, ErrorCode};

const FILES: [&str; 20] = [
    include_str!("../../../assets/text/zh-CN/api.json"),
    include_str!("../../../assets/text/zh-CN/vault.json"),
    include_str!("../../../assets/text/zh-CN/office.json"),
    include_str!("../../../assets/text/zh-CN/command.json"),
    include_str!("../../../assets/text/zh-CN/document.json"),
    include_str!("../../../assets/text/zh-CN/drafting.json"),
    include_str!("../../../assets/text/zh-CN/window.json"),
    include_str!("../../../assets/text/zh-CN/organisation.json"),
    include_str!("../../../assets/text/zh-CN/server.json"),
    include_str!("../../../assets/text/zh-CN/bundle.json"),
    include_str!("../../../assets/text/zh-CN/process.json"),
    include_str!("../../../assets/text/zh-CN/incoming.json"),
    include_str!("../../../assets/text/zh-CN/issued.json"),
    include_str!("../../../assets/text/zh-CN/supervision.json"),
    include_str!("../../../assets/text/zh-CN/form.json"),
    include_str!("../../../assets/text/zh-CN/process-book.json"),
    include_str!("../../../assets/text/zh-CN/revision.json"),
    include_str!("../../../assets/text/zh-CN/numbers.json"),
    include_str!("../../../assets/text/zh-CN/seal.json"),
    include_str!("../../../assets/text/zh-CN/ofd.json"),
];

static CATALOGUE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let read = |file: &&str| {
        serde_json::from_str::<BTreeMap<String, String>>(file)
            .expect("BUG: the catalogue is an object of sentences")
    };
    FILES.iter().flat_map(read).collect()
});

/// The sentence of `key`; a key without one says so itself, and a test finds it.
pub fn sentence(key: &str, fields: &BTreeMap<String, String>) -> String {
    let Some(pattern) = CATALOGUE.get(key) else {
        return format!("程序没有为此情形准备说明（{key}）。");
    };
    let mut text = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern.as_str();
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}') else {
            break;
        };
        text.push_str(&rest[..open]);
        let value = fields.get(&rest[open + 1..open + close]);
        match value.map(String::as_str) {
            // A cause that was named by its key where there is no catalogue.
            Some(cause) if cause.starts_with("cause.") && cause != key && knows(cause) => {
                text.push_str(&sentence(cause, fields));
            }
            value => text.push_str(value.unwrap_or("")),
        }
        rest = &rest[open + close + 1..];
    }
    text.push_str(rest);
    text
}

/// Whether the catalogue has a sentence for `key`.
pub fn knows(key: &str) -> bool {
    CATALOGUE.contains_key(key)
}

/// The sentence of a reason.
pub fn reason_sentence(reason: &Reason) -> String {
    sentence(&reason.key, &reason.fields)
}

/// An error with the sentence of `key`.
pub fn error(key: &str) -> ApiError {
    refused(&Reason::new(key))
}

/// An error with the sentence of `key`, its fields, and what the page does with it.
pub fn error_with(code: ErrorCode, key: &str, fields: &[(&str, String)]) -> ApiError {
    let fields: BTreeMap<String, String> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    ApiError {
        code,
        key: key.to_owned(),
        sentence: sentence(key, &fields),
        fields,
        reference: String::new(),
    }
}

/// A refusal as the page gets it.
pub fn refused(reason: &Reason) -> ApiError {
    let code = match reason.key.as_str() {
        "command.forbidden"
        | "command.desk_only"
        | "draft.authors_act"
        | "draft.not_yours"
        | "draft.above_ceiling"
        | "organisation.other_agency"
        | "bundle.downward_off"
        | "bundle.approvals_missing"
        | "bundle.import_approval" => ErrorCode::Forbidden,
        "draft.not_there" | "organisation.not_there" | "bundle.no_such_peer" => ErrorCode::NotFound,
        "desk.locked" | "account.not_signed_in" | "device.revoked" | "device.unknown" => {
            ErrorCode::Locked
        }
        "account.wait"
        | "account.busy"
        | "original.elsewhere"
        | "bundle.gap"
        | "bundle.medium_full"
        | "bundle.written_meanwhile" => ErrorCode::NotNow,
        _ => ErrorCode::Invalid,
    };
    ApiError {
        code,
        key: reason.key.clone(),
        fields: reason.fields.clone(),
        sentence: reason_sentence(reason),
        reference: String::new(),
    }
}

/// Arguments that do not have the shape of the table: the page and the program disagree.
pub fn bad_arguments(cause: &serde_json::Error) -> ApiError {
    error_with(
        ErrorCode::Invalid,
        "command.arguments",
        &[("cause", cause.to_string())],
    )
}

/// A store's failure as the page gets it.
pub fn store_error(error: &StoreError) -> ApiError {
    let plain = |code, key| error_with(code, key, &[]);
    match error {
        StoreError::WrongKey => plain(ErrorCode::Invalid, "store.wrong_key"),
        StoreError::Newer { found, known } => error_with(
            ErrorCode::Invalid,
            "store.newer",
            &[("found", found.to_string()), ("known", known.to_string())],
        ),
        StoreError::Damaged(_) => plain(ErrorCode::Invalid, "store.damaged"),
        StoreError::DiskFull => plain(ErrorCode::NotNow, "store.disk_full"),
        StoreError::Busy => plain(ErrorCode::NotNow, "store.busy"),
        StoreError::NotFound { .. } => plain(ErrorCode::NotFound, "store.not_found"),
        StoreError::Gap { .. } => plain(ErrorCode::NotNow, "store.gap"),
        StoreError::File(_) => plain(ErrorCode::NotNow, "store.file"),
        StoreError::Column { .. } | StoreError::Engine(_) => plain(ErrorCode::Bug, "store.engine"),
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        store_error(&error)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rejected(reason) => refused(&reason),
            Refusal::Store(error) => store_error(&error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_takes_its_fields() {
        let fields = [("limit".to_owned(), "500".to_owned())].into();
        let said = sentence("draft.reason_too_long", &fields);
        assert!(said.contains("500") && !said.contains('{'), "{said}");
    }

    #[test]
    fn whatever_waits_or_was_refused_is_named_as_the_act_it_was() {
        let acts = crate::table().filter(|row| row.rule().is_some());
        let unnamed: Vec<&str> = acts
            .map(|row| row.name)
            .filter(|name| !knows(&format!("ui.act.{name}")))
            .collect();
        assert!(unnamed.is_empty(), "no name for: {unnamed:?}");
    }

    /// Every key that a use case can refuse with, read out of the sources.
    #[test]
    fn every_refusal_has_a_sentence() {
        let mut missing = Vec::new();
        let mut pending = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/.."
        ))];
        while let Some(path) = pending.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).expect("a folder of sources");
                pending.extend(entries.map(|entry| entry.expect("an entry").path()));
            } else if path.extension().is_some_and(|end| end == "rs") {
                let source = std::fs::read_to_string(&path).expect("a source");
                for mark in ["because(\"", "Reason::new(\"", "text::error(\""] {
                    for piece in source.split(mark).skip(1) {
                        let key = piece.split('"').next().unwrap_or("");
                        if key.contains('.') && !knows(key) {
                            missing.push(format!("{}: {key}", path.display()));
                        }
                    }
                }
            }
        }
        assert!(
            missing.is_empty(),
            "no sentence for:\n{}",
            missing.join("\n")
        );
    }
}
