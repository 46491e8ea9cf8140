//! Official documents (公文): their types, elements and body, the rules between agencies, and the
//! checks on all of these. Pure: dates, vocabulary and the agency's place come in as arguments.
//! How a document looks on paper is `typeset`'s; how it is edited is `draft`'s.

#![warn(missing_docs)]

pub mod body;
pub mod elements;
pub mod kind;
pub mod number;

pub use body::{Align, Block, Cell, Change, Image, Row, Run, Table};
pub use elements::{
    Attachment, Attendance, Classification, ClassificationLevel, Disclosure, ImprintAuthority,
    IssuedText, Issuer, OfficialDocument, SealStyle, Signatory, Telegram, Urgency,
};
pub use kind::{Direction, DocumentFormat, DocumentType};
pub use number::{IssueNumber, IssueNumberError};
