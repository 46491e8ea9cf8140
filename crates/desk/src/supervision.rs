//! 督查通报 as a file.

use andu_api::{
    ApiError, Caller as _,
    session::Written,
    supervision::{SupervisionCircular, SupervisionPeriod, circular, figures},
};

use crate::{open::OpenDesk, report};

/// Writes the 督查通报 of a period.
///
/// # Errors
/// `supervision.period`, `desk.file_token`, `desk.file_write`; the typesetter's own.
pub fn write_circular(desk: &OpenDesk, args: &SupervisionCircular) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let period = SupervisionPeriod {
        from: args.from.clone(),
        through: args.through.clone(),
    };
    let said = circular(&figures(desk, period)?, desk.today());
    report::write(desk, &path, (&said, args.kind))
}
