//! What can go wrong with keys and sealed things.

use std::io;

/// The situations a caller of this crate meets. Never carries a key or a plaintext.
#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    NoRandomness(getrandom::Error),
    /// Wrong key, wrong associated data, or the sealed bytes were altered: these cannot be told apart.
    #[error("the key does not open this, or it was altered")]
    DoesNotOpen,
    /// The key opened the beginning of a stream, but a later chunk was altered or cut.
    #[error("chunk {chunk} of the sealed stream was altered or cut")]
    Altered {
        /// Counted from 0.
        chunk: u32,
    },
    /// Sealed bytes end before their end mark.
    #[error("the sealed bytes end too early")]
    Truncated,
    /// Sealed with algorithms this release does not know.
    #[error("unknown suite of algorithms: {code}\nit was probably written by a newer release")]
    UnknownSuite {
        /// The code found in the first byte.
        code: u8,
    },
    /// Key derivation parameters outside what this release is willing to compute.
    #[error(
        "key derivation parameters out of range: {memory_kib} KiB, {passes} passes, {lanes} lanes"
    )]
    KdfParamsOutOfRange {
        /// Memory, in KiB.
        memory_kib: u32,
        /// Passes over the memory.
        passes: u32,
        /// Lanes.
        lanes: u32,
    },
    /// There is not enough memory for the key derivation.
    #[error("not enough memory for key derivation: {memory_kib} KiB")]
    OutOfMemory {
        /// Memory asked for, in KiB.
        memory_kib: u32,
    },
    /// Bytes that are not a key or a signature of this suite.
    #[error("not a valid key or signature")]
    NotAKey,
    /// The signature was not made over these bytes, in this domain, by this key.
    #[error("the signature does not verify")]
    BadSignature,
    /// More data than one key may seal in one piece.
    #[error("too long to seal in one piece")]
    TooLong,
    /// Reading or writing beneath a stream failed.
    #[error("reading or writing a sealed stream")]
    Io(#[source] io::Error),
}

impl From<io::Error> for CryptoError {
    /// Unpacks a `CryptoError` that travelled through `std::io`.
    fn from(error: io::Error) -> Self {
        match error.downcast::<CryptoError>() {
            Ok(inner) => inner,
            Err(error) => Self::Io(error),
        }
    }
}

impl From<CryptoError> for io::Error {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Io(inner) => inner,
            other => io::Error::other(other),
        }
    }
}
