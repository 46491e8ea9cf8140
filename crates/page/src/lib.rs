//! Pages as pictures: a PDF drawn by pdfium, another program's eyes on what is printed, for the print
//! preview. Layout is `typeset`'s.

mod pdfium;

pub use pdfium::{PdfError, Pixels, Preview};
