//! 修订: what is changed in a document while it is reviewed.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

use andu_app::process::{RevisionChange, WhatChanged, revise};
use andu_draft::SuggestedAct;
use andu_store::RevisionRecord;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError, Caller,
    caller::serve,
    draft::{CommandOutcome, DraftRef, ReviewMode, TextUpdate},
    row::{Permission as P, Row, Tag as T, Write as W, row},
    text,
};

/// What was changed in a document while it was reviewed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevisionView {
    /// Who changed what, the oldest first.
    pub entries: Vec<RevisionEntry>,
    /// What the person may do to the text now; `None`: read it.
    pub mode: Option<ReviewMode>,
    /// How many suggestions are not decided, as this desk has them.
    pub open: u32,
    /// The person has written what was not sent.
    pub unsent: bool,
    /// What was sent waits for the server.
    pub waits: bool,
}

/// What somebody changed at one time.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevisionEntry {
    /// Its name.
    pub id: String,
    /// Who.
    pub by: String,
    /// The step, 复核; empty for the author outside of one.
    pub step: String,
    /// When: an instant in UTC.
    pub at: String,
    /// What.
    pub changes: Vec<RevisionLine>,
}

/// A change.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevisionLine {
    /// `suggested`, `withdrawn`, `accepted` or `rejected`.
    pub what: String,
    /// Who suggested it.
    pub by: String,
    /// `insert` (增), `delete` (删), `replace` (改) or `shape` (of paragraphs and blocks alone).
    pub kind: String,
    /// The words that go.
    pub before: String,
    /// The words that come.
    pub after: String,
    /// What it does besides, as words.
    pub besides: Vec<String>,
}

/// What is decided.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RevisionSettle {
    /// The draft.
    pub id: String,
    /// Which suggestions.
    pub choice: RevisionChoice,
    /// Accepted; otherwise rejected.
    pub accept: bool,
}

/// Which suggestions.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RevisionChoice {
    /// One.
    One {
        /// Its id.
        suggestion: String,
    },
    /// All of a person.
    Author {
        /// Who.
        person_id: String,
    },
    /// All.
    All,
}

/// How it went.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RevisionSettled {
    /// Whether it was done.
    pub outcome: CommandOutcome,
    /// What the editor is to apply; `None` where it was refused.
    pub update: Option<TextUpdate>,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Option<RevisionView>>("revision_list", P::Member, W::None, &[])
        .served(|c, a| serve(c, a, list)),
    row::<DraftRef, CommandOutcome>("revision_send", P::Asked, W::Act, &[T::Tasks, T::Drafts])
        .handled(revise),
    row::<RevisionSettle, RevisionSettled>(
        "revision_settle",
        P::Asked,
        W::Act,
        &[T::Tasks, T::Drafts],
    )
    .handled(revise),
    row::<DraftRef, ()>(
        "revision_discard",
        P::Member,
        W::Desk,
        &[T::Tasks, T::Drafts],
    ),
];

fn list(caller: &dyn Caller, args: DraftRef) -> Result<Option<RevisionView>, ApiError> {
    let found = caller.look().read(|view| view.revised(&args.id))?;
    let Some(found) = found else {
        return Ok(None);
    };
    let entries: Result<_, ApiError> = found.entries.into_iter().map(entry).collect();
    Ok(Some(RevisionView {
        entries: entries?,
        mode: found.standing.map(|standing| ReviewMode {
            revises: standing.revises.is_some(),
            settles: standing.settles.is_some(),
        }),
        open: u32::try_from(found.open.len()).unwrap_or(u32::MAX),
        unsent: found.unsent,
        waits: found.waits,
    }))
}

fn entry(record: RevisionRecord) -> Result<RevisionEntry, ApiError> {
    let changes: Vec<RevisionChange> =
        serde_json::from_str(&record.changes).map_err(|_| text::error("draft.text_unreadable"))?;
    Ok(RevisionEntry {
        id: record.id,
        by: record.person_name,
        step: record.step,
        at: record.at,
        changes: changes.into_iter().map(line).collect(),
    })
}

fn line(change: RevisionChange) -> RevisionLine {
    RevisionLine {
        what: match change.what {
            WhatChanged::Suggested => "suggested",
            WhatChanged::Withdrawn => "withdrawn",
            WhatChanged::Accepted => "accepted",
            WhatChanged::Rejected => "rejected",
        }
        .to_owned(),
        kind: match (change.before.is_empty(), change.after.is_empty()) {
            (true, false) => "insert",
            (false, true) => "delete",
            (false, false) => "replace",
            (true, true) => "shape",
        }
        .to_owned(),
        by: change.by,
        before: change.before,
        after: change.after,
        besides: change.acts.iter().map(besides).collect(),
    }
}

/// What a suggestion does to paragraphs and blocks, in words.
pub fn besides(act: &SuggestedAct) -> String {
    let key = match act {
        SuggestedAct::Split => "split",
        SuggestedAct::Line => "line",
        SuggestedAct::Join => "join",
        SuggestedAct::BlockInserted { .. } => "block_inserted",
        SuggestedAct::BlockDeleted { .. } => "block_deleted",
        SuggestedAct::Becomes { .. } => "becomes",
    };
    text::sentence(&format!("revision.besides.{key}"), &Default::default())
}
