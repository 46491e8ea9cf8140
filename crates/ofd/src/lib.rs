//! OFD packages (GB/T 33190-2016, 参照): written from pages, text as text with the glyphs that draw it; and read, as
//! loosely as packages in the field need it, within bounds.

mod error;
mod number;
mod package;
mod read;
mod tree;
mod write;
mod xml;

pub use error::{Oddity, ReadError};
pub use package::Limits;
pub use read::{Description, Ofd, PageText};
pub use write::{About, WriteError, write};
