//! Printing: offsets of printers for preprinted paper, and what the system's print service says.

use andu_api::{
    ApiError, ErrorCode,
    print::{PrintJob, PrintStart, PrinterOffset, PrinterRow},
    text,
};

use crate::open::OpenDesk;

/// The longest shift of preprinted paper, in tenths of a millimetre.
const MOST_OFFSET: i32 = 300;

fn unavailable() -> ApiError {
    text::error_with(ErrorCode::NotNow, "print.unavailable", &[])
}

/// Printers of the system.
///
/// # Errors
/// `print.unavailable` without a print service.
pub fn printers(_desk: &OpenDesk) -> Result<Vec<PrinterRow>, ApiError> {
    Err(unavailable())
}

/// Keeps where preprinted paper lies in a printer.
///
/// # Errors
/// The store's own.
pub fn set_offset(desk: &OpenDesk, args: &PrinterOffset) -> Result<(), ApiError> {
    let bound = |offset: i32| offset.clamp(-MOST_OFFSET, MOST_OFFSET);
    let value = format!("{} {}", bound(args.x_tenth_mm), bound(args.y_tenth_mm));
    desk.store
        .write(|tx| tx.setting_put(&format!("printer_offset:{}", args.printer), &value))?;
    Ok(())
}

/// Prints a draft.
///
/// # Errors
/// `print.unavailable` without a print service.
pub fn start(_desk: &OpenDesk, _args: &PrintStart) -> Result<PrintJob, ApiError> {
    Err(unavailable())
}

/// Jobs that were started here.
///
/// # Errors
/// `print.unavailable` without a print service.
pub fn jobs(_desk: &OpenDesk) -> Result<Vec<PrintJob>, ApiError> {
    Ok(Vec::new())
}
