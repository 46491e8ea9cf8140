//! Official documents (公文): their types, elements and body, the rules between agencies, and the
//! checks on all of these. Pure: dates, vocabulary and the agency's place come in as arguments.
//! How a document looks on paper is `typeset`'s; how it is edited is `draft`'s.

#![warn(missing_docs)]

pub mod agency;
pub mod body;
pub mod check;
pub mod chooser;
pub mod edit;
pub mod elements;
pub mod finding;
pub mod handwriting;
pub mod handwritten_opinion;
pub mod input;
pub mod insert;
pub mod kind;
pub mod law;
pub mod marking;
pub mod number;
pub mod place;
pub mod reading;
pub mod report;
pub mod series;

pub use agency::{
    AgencyKind, AgencyPlace, DirectionFinding, Level, Relation, System, Vocabulary,
    VocabularyEntry, direction,
};
pub use body::{Align, Block, Cell, Change, Image, Row, Run, Table};
pub use check::{CheckContext, PageFacts, Stage, absent, check, takes_imprint};
pub use chooser::{Purpose, Recipient, TypeProposal, TypeQuestion, propose_types, purposes};
pub use edit::{Edit, EditError, Fix, apply_edits};
pub use elements::{
    Attachment, Attendance, Classification, ClassificationLevel, Disclosure, ImprintAuthority,
    IssuedText, Issuer, OfficialDocument, SealStyle, Signatory, Telegram, Urgency,
};
pub use finding::{Citation, Finding, Strength};
pub use handwriting::{Handwriting, HandwritingError};
pub use handwritten_opinion::{HandwrittenOpinion, PageNote};
pub use input::{InputError, parse, schema};
pub use insert::{DateForm, SYMBOLS, Serial, Symbol, capitals, date_text, serial};
pub use kind::{Direction, DocumentFormat, DocumentType};
pub use law::{Article, article};
pub use number::{IssueNumber, IssueNumberError};
pub use reading::reading_order;
pub use series::{Facts, Pattern, PatternError, Reset, Series, SeriesError, Serves, SignedBy};
