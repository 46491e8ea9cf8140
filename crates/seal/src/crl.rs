//! Lists of revoked certificates (RFC 5280 §5, as GB/T 20518 uses them).

use std::ops::Range;

use der::asn1::ObjectIdentifier;
use jiff::Timestamp;

use crate::{
    SealError,
    asn1::{Walk, tag},
    cert::{Certificate, SignatureFault, verify},
    oid, pem,
};

const WHAT: &str = "a revocation list";

/// Why a certificate was revoked (RFC 5280 §5.3.1); what is not of these is `Unspecified`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationReason {
    /// It was not said.
    Unspecified,
    /// Somebody else has the key.
    KeyCompromise,
    /// The holder belongs elsewhere now.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// It may come back.
    Hold,
}

impl RevocationReason {
    /// As lists write it.
    pub fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::Hold => 6,
        }
    }

    /// Of a list's number.
    pub fn of_code(code: u8) -> Self {
        match code {
            1 => Self::KeyCompromise,
            3 => Self::AffiliationChanged,
            4 => Self::Superseded,
            5 => Self::CessationOfOperation,
            6 => Self::Hold,
            _ => Self::Unspecified,
        }
    }
}

/// A revoked certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revoked {
    /// Its number, without tag and length.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// A list as its authority published it.
#[derive(Debug, Clone)]
pub struct RevocationList {
    der: Vec<u8>,
    tbs: Range<usize>,
    issuer_bytes: Range<usize>,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    revoked: Vec<Revoked>,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

impl RevocationList {
    /// Reads a list in DER or PEM.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn from_file(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(bytes);
        }
        let der = pem::read(WHAT, "X509 CRL", bytes)?;
        Self::from_der(&der)
    }

    /// Reads a list in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn from_der(der: &[u8]) -> Result<Self, SealError> {
        let within = |part: &[u8]| {
            let from = part.as_ptr() as usize - der.as_ptr() as usize;
            from..from + part.len()
        };
        let mut outer = Walk::of_sequence(WHAT, der)?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let algorithm = outer.sequence()?.oid()?;
        let signature = outer.bits()?.to_vec();
        outer.end()?;

        let mut walk = outer.inside(tbs);
        walk.optional(tag::INTEGER)?;
        walk.sequence()?;
        let issuer = walk.expect(tag::SEQUENCE)?;
        let this_update = walk.time()?;
        let next_update = match walk.peek() {
            Some(tag::UTC_TIME | tag::TIME) => Some(walk.time()?),
            _ => None,
        };
        let mut revoked = Vec::new();
        if let Some(all) = walk.optional(tag::SEQUENCE)? {
            let mut all = walk.inside(all);
            while !all.is_empty() {
                revoked.push(entry(all.sequence()?)?);
            }
        }
        Ok(Self {
            tbs: within(tbs.raw),
            issuer_bytes: within(issuer.raw),
            der: der.to_vec(),
            this_update,
            next_update,
            revoked,
            algorithm,
            signature,
        })
    }

    /// Its bytes as they were published.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// In PEM.
    pub fn to_pem(&self) -> String {
        pem::write("X509 CRL", &self.der)
    }

    /// Whose list it is, as it stands in the file.
    pub fn issuer_bytes(&self) -> &[u8] {
        &self.der[self.issuer_bytes.clone()]
    }

    /// When it was made.
    pub fn this_update(&self) -> Timestamp {
        self.this_update
    }

    /// When the next one is due; `None` where it does not say.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.next_update
    }

    /// What is on it, in its order.
    pub fn revoked(&self) -> &[Revoked] {
        &self.revoked
    }

    /// The entry of a certificate, if it is on the list.
    pub fn entry_of(&self, certificate: &Certificate) -> Option<&Revoked> {
        self.revoked
            .iter()
            .find(|one| one.serial == certificate.serial())
    }

    /// Checks that the holder of `issuer`'s key signed it.
    ///
    /// # Errors
    /// `SignatureFault`.
    pub fn verify_by(&self, issuer: &Certificate) -> Result<(), SignatureFault> {
        verify(
            &self.der[self.tbs.clone()],
            self.algorithm,
            &self.signature,
            issuer,
        )
    }
}

fn entry(mut walk: Walk<'_>) -> Result<Revoked, SealError> {
    let serial = walk.expect(tag::INTEGER)?.value.to_vec();
    let at = walk.time()?;
    let mut reason = RevocationReason::Unspecified;
    if let Some(extensions) = walk.optional(tag::SEQUENCE)? {
        let mut all = walk.inside(extensions);
        while !all.is_empty() {
            let mut extension = all.sequence()?;
            let id = extension.oid()?;
            extension.optional(tag::BOOLEAN)?;
            let value = extension.octets()?;
            if id == oid::CRL_REASON
                && let [0x0A, 1, code] = value
            {
                reason = RevocationReason::of_code(*code);
            }
        }
    }
    Ok(Revoked { serial, at, reason })
}
