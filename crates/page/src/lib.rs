//! Pages as pictures and as lists: a PDF drawn by pdfium, another program's eyes on what is printed, for the print
//! preview; and what stands on pages, for programs that write them as files of other formats. Layout is
//! `typeset`'s.

pub mod display;
mod pdfium;

pub use pdfium::{PdfError, Pixels, Preview};
