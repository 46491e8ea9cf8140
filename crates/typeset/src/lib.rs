//! From an official document to pages, exactly as GB/T 9704-2012 has them: the grid of 28 by 22, 版头,
//! 主体, 版记, and the proof that measures the ink. Text goes in as data and is never evaluated. What
//! a document says, and whether it may, is no matter of this room.
//!
//! The layout is our own, because the standard is a grid of cells that no paragraph engine keeps;
//! the typst crates carry fonts and draw the frames for a screen, krilla writes the PDF.

mod blocks;
mod compose;
mod display;
mod draw;
mod error;
mod font;
mod grid;
mod head;
mod outline;
pub mod paper_form;
mod pdf;
mod proof;
mod report;
mod sheet;
mod sign;
mod table;
mod tail;
mod text;
mod title;
mod typeset;

pub use compose::Note;
pub use error::TypesetError;
pub use font::{FontCategory, FontFallback, FontReport, FontShelf};
pub use proof::{ProofItem, ProofReport, Verdict, proof};
pub use sheet::ElementBox;
pub use table::{LayoutNumber, LayoutTable, Profile, Strength};
pub use title::title_breaks;
pub use typeset::{Options, Pdf, PdfOptions, Pixels, Preprinted, Typeset, Typesetter};
