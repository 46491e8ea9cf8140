//! Hashes, signatures, sealing and key derivation behind one door. Stored things carry the label of
//! their [`Suite`], so that a store written today is read when another suite is the default. Nothing
//! here knows what it seals, keeps no key and writes no file.

mod aead;
mod derive;
mod envelope;
mod error;
mod hash;
mod random;
mod secret;
mod sign;
pub mod sm;
mod stream;
mod suite;

pub use aead::{SEAL_OVERHEAD, open, seal};
pub use derive::{KdfParams, Salt, derive};
pub use envelope::{AgreementKey, AgreementPublic, ENVELOPE_BYTES};
pub use error::CryptoError;
pub use hash::{HashReader, HashWriter, Hasher, hash, keyed_hash, subkey};
pub use random::random_bytes;
pub use secret::Secret32;
pub use sign::{Signature, SigningKey, VerifyingKey};
pub use stream::{OpenReader, SealWriter, open_stream, seal_stream};
pub use suite::Suite;
