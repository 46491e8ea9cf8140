//! Why a document does not become pages.

/// Why a document does not become pages. A document that is merely unwise (a title over a page, a
/// picture that cannot be read) is typeset, and the trouble is told in [`crate::Note`].
#[derive(Debug, thiserror::Error)]
pub enum TypesetError {
    /// The document has more text than the program takes; `limit` is in characters.
    #[error("document has more than {limit} characters")]
    TooLong {
        /// The most characters taken.
        limit: usize,
    },
    /// A table has more cells than the program takes, or spans out of all reason.
    #[error("table `{place}` has more than {limit} cells")]
    TableTooLarge {
        /// Where the table stands.
        place: String,
        /// The most cells taken.
        limit: usize,
    },
    /// The pages would be more than the program takes.
    #[error("document has more than {limit} pages")]
    TooManyPages {
        /// The most pages taken.
        limit: usize,
    },
    /// No font at all was found in the folders searched.
    #[error("no usable font found in {folders} folders")]
    NoFonts {
        /// How many folders were searched.
        folders: usize,
    },
    /// A font file that the pages were measured with cannot be read any more.
    #[error("font `{name}` cannot be read any more")]
    FontGone {
        /// The family.
        name: String,
    },
    /// There is no such page.
    #[error("page {page} of {pages} does not exist")]
    NoSuchPage {
        /// The page asked for, from 0.
        page: usize,
        /// How many there are.
        pages: usize,
    },
    /// The picture of a page would be too large, or its resolution is no number above 0.
    #[error("cannot draw a page at {dpi} dots an inch")]
    Resolution {
        /// The resolution asked for.
        dpi: f64,
    },
    /// The PDF could not be written. `reason` is the library's, for the log.
    #[error("pdf could not be written: {reason}")]
    Pdf {
        /// The library's words.
        reason: String,
    },
    /// The PNG could not be written.
    #[error("png could not be written")]
    Png(#[source] png::EncodingError),
    /// The layout table is not as it must be.
    #[error("layout table is not usable: {reason}")]
    Table {
        /// What is wrong with it.
        reason: String,
    },
    /// Our own mistake; the document is unharmed.
    #[error("internal error while typesetting: {reason}")]
    Internal {
        /// What was caught, without any text of the document.
        reason: String,
    },
}
