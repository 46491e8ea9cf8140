//! What a print service is asked and answers, whichever the system has.

/// Why the print service did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServiceError {
    /// Nobody answers, or not in time.
    #[error("no print service")]
    Unavailable,
    /// The way to it is closed.
    #[cfg(not(windows))]
    #[error("HTTP status {0}")]
    Http(u16),
    /// It said no.
    #[error("status {status:#06x}: {said}")]
    Refused {
        /// Its number for that.
        status: u16,
        /// What it said; may be empty.
        said: String,
    },
    /// It does not know the printer or the job.
    #[error("not found")]
    NotFound,
    /// What answers does not speak IPP.
    #[cfg(not(windows))]
    #[error("the answer is not IPP")]
    Nonsense,
    /// The pages cannot be drawn for it.
    #[cfg(windows)]
    #[error("not drawn")]
    NotDrawn,
}

/// A printer as the service describes it.
#[derive(Debug, Clone)]
pub(super) struct Printer {
    /// Name the service knows it by.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// Where it takes jobs.
    pub uri: String,
    /// `printer-state`: 3 idle, 4 printing, 5 stopped.
    pub state: i32,
    /// `printer-state-reasons`.
    pub reasons: Vec<String>,
    /// It is the one used by default.
    pub is_default: bool,
    /// It takes jobs.
    pub is_accepting: bool,
    /// It prints both sides.
    pub has_duplex: bool,
}

/// What is printed, and how.
pub(super) struct Order {
    /// Seen by everybody who sees the queue.
    pub name: String,
    /// At least 1.
    pub copies: u32,
    /// Both sides, bound at the long edge.
    pub duplex: bool,
    /// From 1, both ends inclusive; none for all pages.
    pub ranges: Vec<(u32, u32)>,
}

/// How a job stands.
pub(super) struct JobSeen {
    /// `job-state`: 3 to 9.
    pub state: i32,
}
