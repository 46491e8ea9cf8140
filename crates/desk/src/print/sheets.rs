//! What will come out of the printer, to look at before: the file a job would send, drawn by pdfium,
//! another program's eyes. One job at a time is looked at. It lies in memory alone, and is gone when the
//! preview closes or the desk does.

#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use andu_api::{
    ApiError, ErrorCode,
    caller::Caller as _,
    print::{PrintPreview, PrintPreviewLook, PrintPreviewPage},
    text,
};
use andu_org::Grant;
use andu_page::{PdfError, Preview};
use andu_typeset::Typeset;

use super::{Ready, Wanted, make_ready};
use crate::{open::OpenDesk, preview};

/// What stands for a session in the addresses of these pages' pictures; ids of drafts are never this.
pub const SESSION: &str = "print";

/// What is looked at.
#[derive(Default)]
pub struct Sheets(Mutex<Option<Arc<Shown>>>);

struct Shown {
    token: String,
    /// The draft it is of: without it here, nothing of it is shown.
    draft_id: String,
    /// The very bytes a job would send.
    pdf: Vec<u8>,
    /// Its pages that are printed, from 0.
    pages: Vec<usize>,
    drawn_by: DrawnBy,
}

enum DrawnBy {
    /// The library lies here.
    Pdfium(PathBuf),
    /// Where there is no such library, or it does not read the file.
    Typesetter(Typeset),
}

impl Shown {
    fn looks_like(&self, other: &Self) -> bool {
        let eyes = |one: &Self| matches!(one.drawn_by, DrawnBy::Pdfium(_));
        eyes(self) == eyes(other)
            && self.draft_id == other.draft_id
            && self.pages == other.pages
            && self.pdf == other.pdf
    }
}

impl Sheets {
    fn shown(&self) -> MutexGuard<'_, Option<Arc<Shown>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps these pages instead of others; the same pages keep their token, which is answered.
    fn keep(&self, made: Shown) -> String {
        let mut shown = self.shown();
        match shown.as_ref() {
            Some(now) if now.looks_like(&made) => now.token.clone(),
            _ => shown.insert(Arc::new(made)).token.clone(),
        }
    }
}

/// Makes the file a job would send and keeps it to be looked at.
///
/// # Errors
/// `print.range`, `typeset.failed`; where the draft is not there.
pub fn show(desk: &OpenDesk, args: &PrintPreviewLook) -> Result<PrintPreview, ApiError> {
    let wanted = Wanted {
        draft_id: &args.draft_id,
        printer: &args.printer,
        range: &args.range,
        preprinted: args.preprinted,
        form: args.form.as_deref(),
        series: args.series.as_ref(),
    };
    let Ready {
        pages: typeset,
        ranges,
        pdf,
        ..
    } = make_ready(desk, &wanted)?;
    let printed = printed(&ranges, typeset.page_count());
    let pages = printed
        .iter()
        .map(|page| shape(&typeset, *page))
        .collect::<Vec<_>>();
    let (drawn_by, trouble) = eyes(desk, &pdf, typeset);
    let token = desk.sheets.keep(Shown {
        token: desk.new_id(),
        draft_id: args.draft_id.clone(),
        pdf,
        pages: printed,
        drawn_by,
    });
    Ok(PrintPreview {
        token,
        pages,
        trouble,
    })
}

/// The pages of ranges, from 0; all where there are no ranges.
fn printed(ranges: &[(u32, u32)], page_count: usize) -> Vec<usize> {
    if ranges.is_empty() {
        return (0..page_count).collect();
    }
    let numbers = ranges.iter().flat_map(|(first, last)| *first..=*last);
    numbers.map(|number| number as usize - 1).collect()
}

fn shape(typeset: &Typeset, page: usize) -> PrintPreviewPage {
    let (width_mm, height_mm) = typeset.page_size(page).unwrap_or((210.0, 297.0));
    PrintPreviewPage {
        number: u32::try_from(page + 1).unwrap_or(u32::MAX),
        width_mm,
        height_mm,
    }
}

/// Who draws this file, and why it is not pdfium.
fn eyes(desk: &OpenDesk, pdf: &[u8], typeset: Typeset) -> (DrawnBy, String) {
    let Some(library) = &desk.place.pdfium else {
        return typesetter(typeset, "print.preview_no_library");
    };
    match Preview::new(pdf, library).page_count() {
        Ok(count) if count == typeset.page_count() => {
            (DrawnBy::Pdfium(library.clone()), String::new())
        }
        Ok(count) => {
            tracing::warn!(count, pages = typeset.page_count(), "pages pdfium counts");
            typesetter(typeset, "print.preview_unread")
        }
        Err(error @ PdfError::Library { .. }) => {
            tracing::warn!(%error, "no pdfium");
            typesetter(typeset, "print.preview_no_library")
        }
        Err(error) => {
            tracing::warn!(%error, "not read by pdfium");
            typesetter(typeset, "print.preview_unread")
        }
    }
}

fn typesetter(typeset: Typeset, key: &str) -> (DrawnBy, String) {
    let sentence = text::sentence(key, &Default::default());
    (DrawnBy::Typesetter(typeset), sentence)
}

/// Forgets what was looked at.
pub fn close(desk: &OpenDesk) {
    *desk.sheets.shown() = None;
}

/// A picture of the `nth` page (from 0) that will be printed as PNG, `scale` times 96 dots an inch, bounded
/// to 0.1 … 4. Takes its turn: pdfium draws one page at a time.
///
/// # Errors
/// `print.preview_gone` where other pages or none are looked at, or the draft was taken away, `print.preview_page` where pdfium cannot draw
/// it, `command.forbidden` for somebody who may not draft any more.
pub fn picture(desk: &OpenDesk, token: &str, nth: usize, scale: f64) -> Result<Vec<u8>, ApiError> {
    if !desk.person_today()?.may(Grant::Draft) {
        return Err(text::error("command.forbidden"));
    }
    let gone = || text::error_with(ErrorCode::NotNow, "print.preview_gone", &[]);
    let shown = desk.sheets.shown().clone();
    let shown = shown
        .filter(|shown| shown.token == token)
        .ok_or_else(gone)?;
    // What is of no draft was made of what the person sees.
    if !shown.draft_id.is_empty()
        && desk
            .store
            .read(|reader| reader.draft_if_there(&shown.draft_id))?
            .is_none()
    {
        close(desk);
        return Err(gone());
    }
    let page = *shown.pages.get(nth).ok_or_else(gone)?;
    let dpi = preview::dpi(scale);
    match &shown.drawn_by {
        DrawnBy::Pdfium(library) => {
            let drawn = Preview::new(&shown.pdf, library).png(page, dpi);
            drawn.map_err(|error| {
                tracing::warn!(%error, "not drawn by pdfium");
                let fields = [("page", (nth + 1).to_string())];
                text::error_with(ErrorCode::NotNow, "print.preview_page", &fields)
            })
        }
        DrawnBy::Typesetter(typeset) => typeset
            .png(page, dpi)
            .map_err(|error| preview::typeset_error(&error)),
    }
}
