//! From an official document to pages.
mod error;
mod table;
pub use error::TypesetError;
pub use table::LayoutTable;
