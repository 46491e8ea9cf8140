//! Why a file is not read, or could not be written so that it is read again.

use super::{DEEPEST, LARGEST, LONGEST_ATTRIBUTE, LONGEST_TEXT, MOST_ELEMENTS};
use crate::definition::DefinitionError;

/// A file that is not taken in. Bytes are counted in the text after it was decoded to UTF-8, from 0; lines
/// from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BpmnError {
    /// More than [`LARGEST`] bytes.
    #[error("the file has {0} bytes, more than {LARGEST}")]
    TooLarge(usize),
    /// Written in an encoding other than UTF-8, UTF-16 or ISO 8859-1; what it says of itself.
    #[error("the file is written in `{0}`\nsave it as UTF-8")]
    Encoding(String),
    /// Bytes that are no text in the encoding of the file.
    #[error("no text at byte {0} of the file")]
    Bytes(usize),
    /// A character that XML does not allow.
    #[error("character U+{character:04X} is not allowed in XML (line {line})")]
    Character {
        /// Which.
        character: u32,
        /// Where.
        line: usize,
    },
    /// The text is not XML.
    #[error("not XML: {message} (line {line}, byte {byte})")]
    Xml {
        /// What is wrong.
        message: String,
        /// Where.
        line: usize,
        /// Where.
        byte: usize,
    },
    /// A document type with its entities, which may fetch files or grow without bound.
    #[error("a document type definition is not taken in (line {line})")]
    DocumentType {
        /// Where.
        line: usize,
    },
    /// An entity that only a document type could have declared.
    #[error("entity `{name}` is not known (line {line})")]
    Entity {
        /// Which.
        name: String,
        /// Where.
        line: usize,
    },
    /// A prefix that stands for no namespace.
    #[error("prefix `{prefix}` is not declared (line {line})")]
    Prefix {
        /// Which.
        prefix: String,
        /// Where.
        line: usize,
    },
    /// An element deeper than [`DEEPEST`].
    #[error("elements lie in each other deeper than {DEEPEST} (line {line})")]
    TooDeep {
        /// Where.
        line: usize,
    },
    /// More elements, attributes of one element or namespaces than are read.
    #[error("more than {MOST_ELEMENTS} elements, or too many attributes (line {line})")]
    TooMany {
        /// Where.
        line: usize,
    },
    /// A text of more than [`LONGEST_TEXT`] or an attribute of more than [`LONGEST_ATTRIBUTE`] bytes.
    #[error(
        "a text of more than {LONGEST_TEXT}, or a value of more than {LONGEST_ATTRIBUTE} bytes (line {line})"
    )]
    TooLong {
        /// Where.
        line: usize,
    },
    /// XML, but no BPMN 2.0: the outermost element, with its namespace.
    #[error("not BPMN 2.0: the file begins with `{name}` of `{namespace}`")]
    NotBpmn {
        /// Its name.
        name: String,
        /// Its namespace.
        namespace: String,
    },
    /// A process with more nodes or flows than a definition may have.
    #[error("process `{process}` is too large")]
    Definition {
        /// Its name.
        process: String,
        /// Why.
        #[source]
        source: DefinitionError,
    },
}
