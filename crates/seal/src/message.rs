//! Messages by GB/T 35275-2017: signed, and enveloped to several receivers. Read as others write them too: with or
//! without their content, with signed attributes, with the digest of a digest, with signatures in DER or plain.

mod envelope;
mod signed;

pub use envelope::{Envelope, Receiver, envelop};
pub use signed::{SignedMessage, SignerEntry, sign_message};
