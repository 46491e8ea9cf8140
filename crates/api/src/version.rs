//! Versions of a draft: the time line, comparison as 花脸稿 and 清稿, restore.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    draft::{DraftRef, TextUpdate},
    preview::Preview,
    row::{Permission as P, Row, Tag as T, Write as W, row},
};

/// Why there is a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VersionKind {
    /// Kept by the program from time to time.
    Automatic,
    /// Named by the person.
    Named,
    /// 送审稿
    Submitted,
    /// As it was imported.
    Imported,
    /// Before an older version was restored.
    BeforeRestore,
}

/// One version.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VersionRow {
    /// Id.
    pub id: String,
    /// Name; empty for automatic ones.
    pub name: String,
    /// Why it is there.
    pub kind: VersionKind,
    /// Who.
    pub by: String,
    /// An instant in UTC.
    pub at: String,
    /// Number of characters in title and bodies.
    pub characters: u32,
}

/// A version to keep.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VersionSave {
    /// Id of the draft.
    pub draft_id: String,
    /// Its name, such as 第二稿.
    pub name: String,
}

/// A version of a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VersionRef {
    /// Id of the draft.
    pub draft_id: String,
    /// Id of the version.
    pub version_id: String,
}

/// Two versions to compare.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct VersionCompare {
    /// Id of the draft.
    pub draft_id: String,
    /// The older version.
    pub from: String,
    /// The newer version; `None`: the text as it is now.
    pub to: Option<String>,
    /// `true`: the newer text without marks (清稿).
    pub clean: bool,
}

/// An element that differs.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ElementDifference {
    /// Place in the document.
    pub place: String,
    /// Before.
    pub old: String,
    /// After.
    pub new: String,
}

/// A comparison as pages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VersionComparison {
    /// The pages, with marks unless a clean copy was asked for.
    pub preview: Preview,
    /// Characters that are new.
    pub inserted: u32,
    /// Characters that are gone.
    pub deleted: u32,
    /// Elements that differ.
    pub elements: Vec<ElementDifference>,
    /// Places on the marked pages where something differs; none for a clean copy.
    pub places: Vec<String>,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Vec<VersionRow>>("version_list", P::Member, W::None, &[]),
    row::<VersionSave, VersionRow>("version_save", P::Draft, W::Desk, &[T::Versions]),
    row::<VersionCompare, VersionComparison>("version_compare", P::Member, W::None, &[]),
    row::<VersionRef, TextUpdate>(
        "version_restore",
        P::Draft,
        W::Desk,
        &[T::Versions, T::Drafts],
    ),
];
