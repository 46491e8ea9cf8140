//! Word files, in (`read`) and out (`write`).

mod archive;
mod media;
mod numbering;
mod read;
mod report;
mod story;
mod styles;
mod tables;
mod write;

pub use read::read;
pub use report::{Picture, write_report};
pub use write::{Fonts, WriteOptions, write};
