//! Errors as they cross to the page: a code the page may act on, the key of a sentence and its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the page does differently. Everything else is in the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The person can put it right.
    Invalid,
    /// The moment is wrong: wait and try again.
    NotNow,
    /// The store is locked.
    Locked,
    /// The person may not do this.
    Forbidden,
    /// It is not there (any more).
    NotFound,
    /// Our mistake; `reference` names it in the log.
    Bug,
}

/// An error with its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiError {
    /// What the page does differently.
    pub code: ErrorCode,
    /// Key of the sentence in the catalogue.
    pub key: String,
    /// What stands in the sentence's places.
    pub fields: BTreeMap<String, String>,
    /// The sentence itself, in the user's language.
    pub sentence: String,
    /// Number to find it in the log; empty unless `code` is `bug`.
    pub reference: String,
}

/// What the desk tells the page by itself.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeskEvent {
    /// These are stale.
    Stale {
        /// Names of tags.
        tags: Vec<String>,
    },
    /// Pages of a draft changed.
    Preview {
        /// The pages.
        preview: crate::preview::Preview,
    },
    /// The last edits of a draft are on the disk.
    Saved {
        /// Id of the draft.
        draft_id: String,
        /// An instant in UTC.
        at: String,
    },
    /// Edits could not be written (disk full …); they are kept in memory and tried again.
    NotSaved {
        /// Id of the draft.
        draft_id: String,
        /// Why.
        sentence: String,
    },
    /// The server refused something that was done here.
    Refused {
        /// Name of the command.
        act: String,
        /// Title of the document that it was about; empty for none.
        title: String,
        /// Why, as a sentence.
        sentence: String,
    },
    /// Somebody else wrote in an open draft: the editor takes it in.
    Text {
        /// Id of the draft.
        draft_id: String,
        /// A Yjs update (v1) in Base64.
        update: String,
    },
    /// An open draft was frozen or freed, or something of it was set aside: it is to be opened anew.
    Reopen {
        /// Id of the draft.
        draft_id: String,
    },
    /// Who else has a draft open now, and where their cursors are.
    Present {
        /// Id of the draft.
        draft_id: String,
        /// The others, in a steady order.
        here: crate::live::Here,
    },
    /// The desk was locked.
    Locked,
    /// Long work goes on.
    Progress {
        /// Names the work.
        label: String,
        /// Done so far.
        done: u32,
        /// In all; 0: not known.
        total: u32,
    },
}
