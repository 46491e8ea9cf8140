//! Pages as pictures: a PDF drawn by pdfium, another program's eyes on what is printed, for the print
//! preview and for printing to a device. Layout is `typeset`'s.

mod pdfium;

pub use pdfium::{PdfError, Preview, pdf_to_pngs};
