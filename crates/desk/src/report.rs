//! Reports as files: pages by the typesetter, or a Word file whose figures are pictures that the typesetter has drawn.

use std::path::Path;

use andu_api::{ApiError, Caller as _, process::BookKind, session::Written};
use andu_document::report::{Figure, Report, ReportBlock};
use andu_office::docx::{Fonts, Picture, write_report};
use andu_typeset::{Typeset, Typesetter};

use crate::{
    file, open::OpenDesk, preview::typeset_error, setting, transfer, transfer::office_error,
};

/// Dots an inch of a figure in a Word file.
const DPI: f64 = 200.0;

/// Writes a report as PDF or as a Word file.
///
/// # Errors
/// `desk.file_write`; as [`pages`] and [`docx`].
pub fn write(
    desk: &OpenDesk,
    path: &Path,
    (report, kind): (&Report, BookKind),
) -> Result<Written, ApiError> {
    let typesetter = desk.previews.typesetter(setting::choice(desk));
    let bytes = match kind {
        BookKind::Pdf => transfer::pdf(&pages(&typesetter, report)?, Some(desk.today()))?,
        BookKind::Docx => docx(&typesetter, report)?,
    };
    file::write(path, &bytes)
}

/// A report on pages.
///
/// # Errors
/// `typeset.failed` and what else keeps a report from becoming pages.
pub fn pages(typesetter: &Typesetter, report: &Report) -> Result<Typeset, ApiError> {
    let pages = typesetter.report(report);
    pages.map_err(|error| typeset_error(&error))
}

/// A report as a Word file.
///
/// # Errors
/// As [`pages`]; what keeps a Word file from being written.
pub fn docx(typesetter: &Typesetter, report: &Report) -> Result<Vec<u8>, ApiError> {
    let mut pictures = Vec::new();
    for section in &report.sections {
        for block in &section.blocks {
            if let ReportBlock::Figure(figure) = block {
                pictures.push(tiles(typesetter, figure, section.turned)?);
            }
        }
    }
    let written = write_report(report, &pictures, &Fonts::default());
    written.map_err(|error| office_error(&error))
}

/// The tiles of a figure as pictures.
fn tiles(typesetter: &Typesetter, figure: &Figure, turned: bool) -> Result<Vec<Picture>, ApiError> {
    let parted = figure.parted(turned);
    let drawn = typesetter.figure(&parted);
    let drawn = drawn.map_err(|error| typeset_error(&error))?;
    let length = |length: i32| {
        let smaller = i64::from(length) * i64::from(parted.scale) / 1_000;
        i32::try_from(smaller).unwrap_or(i32::MAX)
    };
    let picture = |(page, tile): (usize, &Figure)| {
        let png = drawn
            .png(page, DPI)
            .map_err(|error| typeset_error(&error))?;
        let (width, height) = (length(tile.width), length(tile.height));
        Ok(Picture { png, width, height })
    };
    parted.tiles.iter().enumerate().map(picture).collect()
}
