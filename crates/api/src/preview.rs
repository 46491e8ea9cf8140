//! The live page: what the preview session shows of a draft, and the proof.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    draft::DraftRef,
    row::{Permission as P, Row, Write as W, row},
};

/// Size of one page and the name of its picture.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PageShape {
    /// Millimetres.
    pub width_mm: f64,
    /// Millimetres.
    pub height_mm: f64,
    /// Changes exactly when the page looks different.
    pub hash: String,
}

/// Where an element stands on a page. Millimetres from the page's upper left corner.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PageBox {
    /// From 0.
    pub page: u32,
    /// Place in the document.
    pub place: String,
    /// Left edge.
    pub x_mm: f64,
    /// Upper edge.
    pub y_mm: f64,
    /// Width.
    pub width_mm: f64,
    /// Height.
    pub height_mm: f64,
}

/// The pages of a draft as they are now. Picture of page n: `andu-page://localhost/<session>/<hash>/<n>.png?scale=…`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Preview {
    /// Id of the draft, or of a comparison.
    pub session: String,
    /// Counts up with every change.
    pub revision: u32,
    /// All pages.
    pub pages: Vec<PageShape>,
    /// All element boxes.
    pub boxes: Vec<PageBox>,
    /// Elements this format expects and the draft lacks.
    pub missing: Vec<String>,
    /// What the typesetter wants to say (主送机关 moved to 版记 …), as sentences.
    pub notes: Vec<String>,
    /// Fonts that were replaced, as sentences.
    pub fonts: Vec<String>,
    /// Offers to break the title: each a list of lines.
    pub title_breaks: Vec<Vec<String>>,
    /// Why nothing could be typeset, as a sentence; empty if it could.
    pub trouble: String,
}

/// One measured number of the proof (版式体检).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ProofLine {
    /// Name of the number in the layout table.
    pub id: String,
    /// Clause of GB/T 9704-2012.
    pub clause: String,
    /// 规定 / 一般 / 推荐 / 实务
    pub strength: String,
    /// What is measured.
    pub what: String,
    /// From 0.
    pub page: u32,
    /// Millimetres.
    pub expected_mm: f64,
    /// Millimetres; `None` where an element of the draft is not found on the page.
    pub measured_mm: Option<f64>,
    /// Millimetres.
    pub tolerance_mm: f64,
    /// The unit the number itself has: `mm`, `行`, `字`, `磅`, or empty for a bare count.
    pub unit: String,
    /// The number as the layout table has it, in that unit.
    pub expected: f64,
    /// What it is on the page, in that unit; `None` where an element is not found there.
    pub measured: Option<f64>,
    /// How far off is still right, in that unit.
    pub tolerance: f64,
    /// `pass`, `fail` or `practice`.
    pub verdict: String,
    /// Where, as `[x, y, width, height]` in millimetres.
    pub rect_mm: Option<[f64; 4]>,
}

/// The whole proof.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Proof {
    /// Whether nothing failed.
    pub clean: bool,
    /// Every measured number.
    pub lines: Vec<ProofLine>,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<DraftRef, Preview>("preview_get", P::Member, W::None, &[]),
    row::<DraftRef, Proof>("preview_proof", P::Member, W::None, &[]),
];
