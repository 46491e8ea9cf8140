//! What can be wrong with a certificate, a message or a seal before anything of it is judged.

use andu_crypto::CryptoError;

/// The situations in which there is nothing to judge yet, or nothing can be made.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The bytes are not of the form that was looked for.
    #[error("not {what}: {cause}")]
    NotThat {
        /// What was looked for, such as `a certificate`.
        what: &'static str,
        /// Where it ended.
        cause: String,
    },
    /// More bytes than anything of this kind has.
    #[error("{what} of {bytes} bytes is over the limit of {limit}")]
    TooLong {
        /// What it was taken for.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// A text for a certificate or a seal that cannot stand there.
    #[error("`{field}` cannot be: {cause}")]
    BadField {
        /// The field.
        field: &'static str,
        /// Why not.
        cause: &'static str,
    },
    /// A key, or the machine's randomness, failed.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}
