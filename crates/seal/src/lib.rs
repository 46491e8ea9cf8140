//! Certificates (GB/T 20518), signed and enveloped messages (GB/T 35275) and electronic seals (GM/T 0031, GB/T 38540):
//! written, read and judged. What others made is read leniently and verified on its original bytes; nothing is encoded
//! again to be checked. No clock: whoever asks says at what time. Keys are used here and kept elsewhere.

mod asn1;
mod error;

pub use error::SealError;
