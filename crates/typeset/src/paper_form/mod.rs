//! Paper forms (纸质表单) and registers: A4 pages with a frame of cells, printed blank to be filled in by hand, or filled
//! with what was written on a desk. They follow the practice of offices and no standard; an agency may have its own
//! template of each. What does not fit goes on a 续页: nothing is cut.

mod book;
mod content;
mod continuation;
mod error;
mod form;
mod kind;
mod page;
mod paper;
mod pen;
mod place;
mod read;
mod register;
mod stack;
mod template;
mod written;

use std::sync::Arc;

pub use content::{FormContent, FormOpinion, LARGEST_CONTENT, RegisterContent, RegisterEntry};
pub use error::FormError;
pub use kind::{FormKind, Named, RegisterKind};
pub use paper::{PaperKind, PaperTemplate};
pub use register::{Column, RegisterTemplate};
pub use template::{
    Cell, EntryPart, FormInk, FormTemplate, HeadItem, Holds, LARGEST_TEMPLATE, Margins,
    Orientation, Repeat, Row,
};

use crate::{FontShelf, Typeset, typeset::guarded};

/// Sets a form on pages: one, and as many 续页 as its content takes. The result has boxes for `fields/NAME`,
/// `opinions/AREA`, `opinions/AREA/N/handwriting`; it has no date, so that a PDF takes
/// [`crate::PdfOptions::changed_on`].
///
/// # Errors
/// `OtherForm` where the content is another form's; those of [`FormTemplate::check`] and [`FormContent::check`];
/// `Typeset`.
pub fn paper_form(
    shelf: &Arc<FontShelf>,
    template: &FormTemplate,
    content: &FormContent,
) -> Result<Typeset, FormError> {
    guarded(|| Ok(form::set(shelf, template, content)))?
}

/// Sets a register on pages; without rows, one page to be filled in by hand.
///
/// # Errors
/// `OtherForm` where the rows are another register's; those of [`RegisterTemplate::check`] and
/// [`RegisterContent::check`]; `Typeset`.
pub fn register_book(
    shelf: &Arc<FontShelf>,
    template: &RegisterTemplate,
    content: &RegisterContent,
) -> Result<Typeset, FormError> {
    guarded(|| Ok(book::set(shelf, template, content)))?
}
