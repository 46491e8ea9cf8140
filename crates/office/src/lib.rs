//! Files of other programs: docx, text, Markdown and xlsx, in and out. What comes from outside is
//! read within limits and never trusted; what its lines mean is `recognise`'s to say.
//! How a page looks is `typeset`'s: the .docx made here repeats the same numbers for Word and WPS.

pub mod convert;
pub mod docx;
mod error;
mod limits;
pub mod markdown;
mod package;
pub mod recognise;
mod record;
pub mod register;
pub mod source;
pub mod text;
pub mod vocabulary;
mod xml;

pub use error::OfficeError;
pub use limits::Limits;
pub use recognise::{RecogniseContext, Recognised, recognise};
pub use record::Record;
pub use source::{DocxText, Notice, NoticeKind};
