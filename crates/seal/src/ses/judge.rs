//! What is to be said of a seal and of what was sealed, part by part. Chains of certificates are judged beside this.

use serde::{Deserialize, Serialize};

use super::{ElectronicSeal, SealSignature};
use crate::{Certificate, SignatureFault, cert};

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealFinding {
    /// The maker's signature of the seal does not verify: the seal was altered, or forged.
    SealForged,
    /// The maker signed by algorithms that are not judged here.
    SealUnsupported,
    /// The maker's certificate cannot be read.
    MakerUnreadable,
    /// The signature does not verify.
    SignatureBad,
    /// It was signed by algorithms that are not judged here.
    SignatureUnsupported,
    /// The signer's certificate cannot be read.
    SignerUnreadable,
    /// What was sealed is not what lies here.
    ContentChanged,
    /// The signer is not among those who may sign with the seal.
    SignerNotListed,
    /// The seal was not to be used yet.
    SealNotYetValid,
    /// The seal was not to be used any more.
    SealExpired,
    /// When it was sealed cannot be read.
    TimeUnreadable,
    /// The seal that lies beside the signature is another one.
    SealDiffers,
}

impl SealFinding {
    /// Nothing is to be believed where this was found.
    pub fn is_fatal(self) -> bool {
        match self {
            Self::SealForged
            | Self::SealUnsupported
            | Self::MakerUnreadable
            | Self::SignatureBad
            | Self::SignatureUnsupported
            | Self::SignerUnreadable
            | Self::ContentChanged
            | Self::SignerNotListed
            | Self::SealNotYetValid
            | Self::SealExpired
            | Self::TimeUnreadable
            | Self::SealDiffers => true,
        }
    }
}

impl ElectronicSeal {
    /// What is wrong with the seal itself, whenever it was used.
    pub fn judge(&self) -> Vec<SealFinding> {
        let Ok(maker) = Certificate::from_der(&self.maker) else {
            return vec![SealFinding::MakerUnreadable];
        };
        match cert::verify_lenient(&self.signed, self.algorithm, &self.signature, &maker) {
            Ok(()) => Vec::new(),
            Err(SignatureFault::Bad) => vec![SealFinding::SealForged],
            Err(SignatureFault::Unsupported) => vec![SealFinding::SealUnsupported],
        }
    }
}

impl SealSignature {
    /// What is wrong: `content` is the SM3 digest of what was sealed as it lies here now, `beside` the seal that lies
    /// beside the signature, if one does.
    pub fn judge(&self, content: &[u8; 32], beside: Option<&[u8]>) -> Vec<SealFinding> {
        let mut found = self.seal.judge();
        match Certificate::from_der(&self.signer) {
            Err(_) => found.push(SealFinding::SignerUnreadable),
            Ok(signer) => {
                let tbs = &self.bytes[self.tbs.clone()];
                match cert::verify_lenient(tbs, self.algorithm, &self.signature, &signer) {
                    Ok(()) => {}
                    Err(SignatureFault::Bad) => found.push(SealFinding::SignatureBad),
                    Err(SignatureFault::Unsupported) => {
                        found.push(SealFinding::SignatureUnsupported);
                    }
                }
            }
        }
        if self.data_hash != content {
            found.push(SealFinding::ContentChanged);
        }
        if !self.seal.signers.has(&self.signer) {
            found.push(SealFinding::SignerNotListed);
        }
        match self.at {
            None => found.push(SealFinding::TimeUnreadable),
            Some(at) if at < self.seal.valid_from => found.push(SealFinding::SealNotYetValid),
            Some(at) if at > self.seal.valid_to => found.push(SealFinding::SealExpired),
            Some(_) => {}
        }
        if beside.is_some_and(|beside| beside != self.seal.bytes()) {
            found.push(SealFinding::SealDiffers);
        }
        found
    }
}
