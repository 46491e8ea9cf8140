//! Printing: printers, jobs and where a preprinted sheet lies.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Nothing, Written},
};

/// A printer of the system.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrinterRow {
    /// Name the system knows it by.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// It is the one used by default.
    pub default: bool,
    /// It prints both sides.
    pub duplex: bool,
    /// Not accepting jobs, and why; empty if it is ready.
    pub trouble: String,
    /// 套打: shift to the right, in tenths of a millimetre.
    pub offset_x_tenth_mm: i32,
    /// 套打: shift downwards, in tenths of a millimetre.
    pub offset_y_tenth_mm: i32,
}

/// A job to print.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PrintStart {
    /// Id of the draft; empty: a blank form, or a register.
    pub draft_id: String,
    /// Name of the printer.
    pub printer: String,
    /// From 1 to 999.
    pub copies: u32,
    /// Both sides.
    pub duplex: bool,
    /// Such as `1-3,5`; empty: all pages.
    pub range: String,
    /// On preprinted red-head paper (套打).
    pub preprinted: bool,
    /// A paper form of its process instead (处理单、稿纸), by its name.
    #[serde(default)]
    #[ts(optional)]
    pub form: Option<String>,
    /// The register of a series instead.
    #[serde(default)]
    #[ts(optional)]
    pub series: Option<SeriesPeriod>,
}

/// What is to be looked at before it is printed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PrintPreviewLook {
    /// Id of the draft; empty: a blank form, or a register.
    pub draft_id: String,
    /// Name of the printer.
    pub printer: String,
    /// Such as `1-3,5`; empty: all pages.
    pub range: String,
    /// On preprinted red-head paper (套打).
    pub preprinted: bool,
    /// A paper form of its process instead (处理单、稿纸), by its name.
    #[serde(default)]
    #[ts(optional)]
    pub form: Option<String>,
    /// The register of a series instead.
    #[serde(default)]
    #[ts(optional)]
    pub series: Option<SeriesPeriod>,
}

/// Where to write a paper form of a document.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FormWrite {
    /// Id of the document; empty: of none, blank.
    pub draft_id: String,
    /// Its name: `incoming_sheet`, `outgoing_sheet`, `circulation_sheet` and others.
    pub form: String,
    /// From `file_choose`.
    pub token: String,
}

/// The numbers of a series in a period.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SeriesPeriod {
    /// 机关代字, or the pattern of a series that has none.
    pub code: String,
    /// The period.
    pub period: i16,
}

/// Where to write the register of a series in a period: a sheet or, by the ending of the file, pages.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SeriesBookWrite {
    /// Which.
    pub series: SeriesPeriod,
    /// From `file_choose`.
    pub token: String,
}

/// Where to write the register of what came in a year.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RegisterWrite {
    /// Four digits.
    pub year: String,
    /// From `file_choose`.
    pub token: String,
}

/// One page that will come out of the printer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrintPreviewPage {
    /// Which page of the draft it is, from 1.
    pub number: u32,
    /// Millimetres.
    pub width_mm: f64,
    /// Millimetres.
    pub height_mm: f64,
}

/// The pages as the printer gets them. Picture of page n, from 0:
/// `andu-page://localhost/print/<token>/<n>.png?scale=…`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrintPreview {
    /// Stays the same while the pages do; good until others are looked at or the preview is closed.
    pub token: String,
    /// In the order they are printed; those of the range alone.
    pub pages: Vec<PrintPreviewPage>,
    /// Why it is not pdfium that draws them, as a sentence; empty if it is.
    pub trouble: String,
}

/// A job.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PrintJob {
    /// Number given by the system.
    pub id: i64,
    /// Name of the printer.
    pub printer: String,
    /// Title on one line.
    pub title: String,
    /// `waiting`, `printing`, `done`, `stopped` or `cancelled`.
    pub state: String,
    /// Why it stands still; empty otherwise.
    pub trouble: String,
}

/// 套打 offsets of a printer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PrinterOffset {
    /// Name of the printer.
    pub printer: String,
    /// To the right, in tenths of a millimetre, -300 to 300.
    pub x_tenth_mm: i32,
    /// Downwards, in tenths of a millimetre, -300 to 300.
    pub y_tenth_mm: i32,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Vec<PrinterRow>>("printer_list", P::Draft, W::None, &[]),
    row::<PrinterOffset, ()>("printer_offset", P::Draft, W::Desk, &[T::Printing]),
    row::<PrintStart, PrintJob>("print_start", P::Draft, W::Desk, &[T::Printing]),
    row::<PrintPreviewLook, PrintPreview>("print_preview", P::Draft, W::Desk, &[]),
    // Whoever looked at pages may always put them away.
    row::<FormWrite, Written>("form_write", P::Member, W::Desk, &[]),
    row::<RegisterWrite, Written>("incoming_register_write", P::Member, W::Desk, &[]),
    row::<SeriesBookWrite, Written>("number_register_write", P::KeepVocabulary, W::Desk, &[]),
    row::<Nothing, ()>("print_preview_close", P::Member, W::Desk, &[]),
    row::<Nothing, Vec<PrintJob>>("print_jobs", P::Draft, W::None, &[]),
];
