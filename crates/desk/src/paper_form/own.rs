//! Templates of paper forms at a desk: a blank form to look at, and templates out of and into files.

use andu_api::{
    ApiError, Caller as _,
    form::{self, FormLookAt, FormPicture, FormRead, FormText, FormTextRef, FormTextWrite},
    session::Written,
    text,
};
use andu_typeset::{
    Typeset,
    paper_form::{LARGEST_TEMPLATE, PaperKind, PaperTemplate},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{fill::agency, form_error};
use crate::{file, open::OpenDesk, preview};

/// How large a form is drawn to be looked at, by the sharpest screens.
const SCALE: f64 = 1.75;

/// A form that nothing is written on, of the person's agency.
///
/// # Errors
/// The form's own.
pub(super) fn blank(desk: &OpenDesk, template: &PaperTemplate) -> Result<Typeset, ApiError> {
    let pages = template.blank(&desk.previews.shelf(), &agency(desk)?);
    pages.map_err(|error| form_error(&error))
}

/// A picture of a blank form: as it is printed, or as it would be with another template.
///
/// # Errors
/// `form.unknown`; what is wrong with the template.
pub fn look(desk: &OpenDesk, args: &FormLookAt) -> Result<FormPicture, ApiError> {
    let kind = PaperKind::of_name(&args.form).ok_or_else(|| text::error("form.unknown"))?;
    let template = match args.template.as_str() {
        "" => desk.look().read(|view| view.form_in_use(kind))?,
        json => {
            let checked = form::checked(&args.form, json)?;
            PaperTemplate::parse(&checked.template).map_err(|error| form_error(&error))?
        }
    };
    let pages = blank(desk, &template)?;
    let (width_mm, height_mm) = pages.page_size(0).unwrap_or((210.0, 297.0));
    let drawn = pages.png(0, preview::dpi(SCALE));
    let drawn = drawn.map_err(|error| preview::typeset_error(&error))?;
    Ok(FormPicture {
        data: format!("data:image/png;base64,{}", STANDARD.encode(drawn)),
        width_mm,
        height_mm,
    })
}

/// Reads a template of a form from a chosen file, to be looked at.
///
/// # Errors
/// `desk.file_token`, `desk.file_read`, `desk.file_too_large`, `form.not_text`; what is wrong with it.
pub fn read(desk: &OpenDesk, args: &FormRead) -> Result<FormText, ApiError> {
    let path = desk.files.take(&args.token)?;
    let bytes = file::read(&path, LARGEST_TEMPLATE as u64)?;
    let read = String::from_utf8(bytes).map_err(|_| text::error("form.not_text"))?;
    // Editors of Windows begin a file so.
    form::checked(&args.form, read.trim_start_matches('\u{feff}'))
}

/// Writes a template to a file.
///
/// # Errors
/// `desk.file_token`, `desk.file_write`; `form.unknown`, `form.no_version`.
pub fn write_text(desk: &OpenDesk, args: &FormTextWrite) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let wanted = FormTextRef {
        form: args.form.clone(),
        version: args.version,
    };
    let found = form::template(desk, &wanted)?;
    file::write(&path, found.template.as_bytes())
}
