//! Electronic seals and their signatures: GM/T 0031-2014 (here V1), GB/T 38540-2020 (V4) and GM/T 0031-2025 (V5), told
//! apart by what is in them.

mod judge;
mod read;
mod write;

use std::ops::Range;

use andu_crypto::sm::sm3;
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;

pub use judge::SealFinding;
pub use write::{SealPlan, make_test_seal, sign_with_seal};

/// The standard that a seal follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealVersion {
    /// GM/T 0031-2014.
    V1,
    /// GB/T 38540-2020.
    V4,
    /// GM/T 0031-2025.
    V5,
}

/// Whose seal it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealKind {
    /// A unit's.
    Unit,
    /// A person's.
    Person,
    /// Another, by its number.
    Other(u32),
}

impl SealKind {
    fn code(self) -> u32 {
        match self {
            Self::Unit => 1,
            Self::Person => 2,
            Self::Other(code) => code,
        }
    }
}

/// Who may sign with a seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signers {
    /// By their certificates.
    Certificates(Vec<Vec<u8>>),
    /// By digests of their certificates: the algorithm as it is written, and the digest.
    Digests(Vec<(String, Vec<u8>)>),
}

impl Signers {
    /// The holder of this certificate may.
    pub fn has(&self, certificate: &[u8]) -> bool {
        match self {
            Self::Certificates(all) => all.iter().any(|one| one == certificate),
            Self::Digests(all) => {
                let digest = sm3(certificate);
                all.iter().any(|(_, one)| *one == digest)
            }
        }
    }
}

/// What a seal looks like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPicture {
    /// `PNG`, `ofd`, …, as it is written.
    pub format: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// In millimetres.
    pub width_mm: u32,
    /// In millimetres.
    pub height_mm: u32,
}

/// A further piece of a seal or a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// Its identifier.
    pub id: String,
    /// Whoever does not understand it should not go on.
    pub critical: bool,
    /// Its bytes.
    pub value: Vec<u8>,
}

/// A seal as its maker made it.
#[derive(Debug, Clone)]
pub struct ElectronicSeal {
    bytes: Vec<u8>,
    /// What the maker signed: original bytes, in V1 put together of three.
    signed: Vec<u8>,
    /// The standard it follows.
    pub version: SealVersion,
    /// The maker's product.
    pub vendor: String,
    /// Its number.
    pub id: String,
    /// Whose it is.
    pub kind: SealKind,
    /// Its name.
    pub name: String,
    /// Who may sign with it.
    pub signers: Signers,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it may be used.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
    /// What it looks like.
    pub picture: SealPicture,
    /// What else it holds.
    pub extensions: Vec<Extension>,
    /// The maker's certificate in DER, as it stands in the seal.
    pub maker: Vec<u8>,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
    /// A time stamp over the maker's signature, unread.
    pub time_stamp: Option<Vec<u8>>,
}

impl ElectronicSeal {
    /// Its bytes as they were made.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// What somebody sealed.
#[derive(Debug, Clone)]
pub struct SealSignature {
    bytes: Vec<u8>,
    tbs: Range<usize>,
    /// The seal it was made with, which stands in it whole.
    pub seal: ElectronicSeal,
    /// When it was made; `None` where that cannot be read.
    pub at: Option<Timestamp>,
    /// The digest of what was sealed.
    pub data_hash: Vec<u8>,
    /// What was sealed, by its place in the package.
    pub about: String,
    /// The signer's certificate in DER, as it stands here.
    pub signer: Vec<u8>,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
    /// A time stamp over the signature, unread.
    pub time_stamp: Option<Vec<u8>>,
    /// What else it holds.
    pub extensions: Vec<Extension>,
}

impl SealSignature {
    /// Its bytes as they were made.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
