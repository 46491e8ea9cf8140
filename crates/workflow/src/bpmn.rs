//! BPMN 2.0 XML, for exchange with other programs. What a file says and a [`Definition`] can say is mapped;
//! everything else is kept word for word and comes back on export, and the report names each of it. What a
//! definition says and BPMN cannot, is written into extension elements of [`NAMESPACE`], so that our own
//! definitions come back equal. Nothing is run or checked here, and no diagram is made beautiful.

mod count;
mod diagram;
mod each;
mod error;
mod event;
mod export;
mod expression;
mod extension;
mod flow;
mod identity;
mod import;
mod lane;
mod layout;
mod namespace;
mod node;
mod order;
mod patch;
mod people;
mod process;
mod read;
mod reading;
mod report;
mod roots;
mod span;
#[cfg(test)]
mod tests;
mod tree;
mod words;
mod write;
mod writing;

pub use error::BpmnError;
pub use export::export;
pub use import::{Frame, Imported, import};
pub use report::{How, Remark};

#[cfg(doc)]
use crate::definition::Definition;

/// The namespace of what BPMN cannot say.
pub const NAMESPACE: &str = "https://andu.example/process/1";

/// The largest file that is read, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;

/// How deep elements may lie in each other.
pub const DEEPEST: usize = 100;

/// The most elements that are read.
pub const MOST_ELEMENTS: usize = 500_000;

/// The longest text that is read, in bytes.
pub const LONGEST_TEXT: usize = 6 * 1024 * 1024;

/// The longest value of an attribute that is read, in bytes.
pub const LONGEST_ATTRIBUTE: usize = 1024 * 1024;
