//! Who has a draft open at the same time, and where their cursors are. It passes and is kept nowhere.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::row::{Permission as P, Row, Write as W, row};

/// The longest description of a cursor, in bytes.
pub const LONGEST_CURSOR: usize = 1_024;

/// Somebody who has a draft open, at one of the person's desks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Presence {
    /// Tells this one from the others while it is open.
    pub key: u32,
    /// Who.
    pub person_id: String,
    /// Name.
    pub name: String,
    /// Where the cursor is, in the words of the editor (JSON); empty while it is nowhere.
    pub cursor: String,
}

/// Who else has a draft open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Here {
    /// Grows with each change while the desk is open: of two tellings the one with the higher turn holds,
    /// in whatever order they arrive.
    pub turn: u32,
    /// The others.
    pub people: Vec<Presence>,
}

/// Where one's own cursor is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct LiveCursor {
    /// Id of the draft.
    pub id: String,
    /// In the words of the editor (JSON); empty: nowhere.
    pub cursor: String,
}

/// What a server says on the line of a draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LiveWord {
    /// Who else is there.
    Present {
        /// The others.
        people: Vec<Presence>,
    },
}

/// Rows of the table.
pub const ROWS: &[Row] = &[row::<LiveCursor, Here>(
    "live_cursor",
    P::Draft,
    W::Desk,
    &[],
)];
