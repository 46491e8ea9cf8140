//! The keyring of the operating system as a shelf for a few small secrets. No shelf at all is
//! ordinary too: many office machines have none.

mod limit;
mod os;

pub use os::OsShelf;

use zeroize::Zeroizing;

/// Why a shelf did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ShelfError {
    /// There is no keyring, or it refuses.
    #[error("the keyring refused: {reason}")]
    Refused {
        /// What it said; contains no secret.
        reason: String,
    },
    /// No answer in time: it hangs, or asks the user something in a window of its own.
    #[error("no answer from the keyring within {seconds} s")]
    NoAnswer {
        /// How long was waited.
        seconds: u64,
    },
}

/// A place outside our files where small secrets are kept by name. A name contains the profile and
/// the vault, so that profiles never meet.
pub trait SecretShelf: Send + Sync {
    /// The secret of this name; `None` if there is none.
    ///
    /// # Errors
    /// `Refused`, `NoAnswer`.
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ShelfError>;

    /// Puts or replaces the secret of this name.
    ///
    /// # Errors
    /// `Refused`, `NoAnswer`.
    fn put(&self, name: &str, secret: &[u8]) -> Result<(), ShelfError>;

    /// Removes the secret of this name; it is no error if there is none.
    ///
    /// # Errors
    /// `Refused`, `NoAnswer`.
    fn remove(&self, name: &str) -> Result<(), ShelfError>;
}
