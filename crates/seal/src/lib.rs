//! Certificates (GB/T 20518), signed and enveloped messages (GB/T 35275) and electronic seals (GM/T 0031, GB/T 38540):
//! written, read and judged. What others made is read leniently and verified on its original bytes; nothing is encoded
//! again to be checked. No clock: whoever asks says at what time. Keys are used here and kept elsewhere.

mod asn1;
mod ca;
mod cert;
mod chain;
mod crl;
mod error;
mod message;
mod name;
mod oid;
mod pem;
pub mod picture;
mod ses;

pub use ca::{CertificatePlan, CertificateRole, TestAuthority, make_test_root};
pub use cert::{Certificate, CertificateKey, KeyUsage, SignatureFault};
pub use chain::{CertificateFinding, ChainVerdict, Trust};
pub use crl::{RevocationList, RevocationReason, Revoked};
pub use error::SealError;
pub use message::{Envelope, Receiver, SignedMessage, SignerEntry, envelop, sign_message};
pub use name::{Name, TEST_MARK};
pub use ses::{
    ElectronicSeal, Extension, SealFinding, SealKind, SealPicture, SealPlan, SealSignature,
    SealVersion, Signers, make_test_seal, sign_with_seal,
};
