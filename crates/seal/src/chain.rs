//! Whether a certificate is to be believed: from it up to a root that one trusts, at the time that matters.
//!
//! What matters is when something was signed, not today: a certificate that ended since, or was revoked since, signed
//! rightly at the time (GM/T 0031-2014, 6.2.3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Certificate, KeyUsage, RevocationList, SignatureFault};

/// More authorities than any chain has.
const LONGEST: usize = 8;

/// What was found about a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateFinding {
    /// It was made for trying things and proves nothing.
    Test,
    /// No authority that is trusted here issued it.
    UnknownIssuer,
    /// Its issuer's signature does not verify: it was altered, or forged.
    BadSignature,
    /// It is signed by algorithms that are not judged here.
    Unsupported,
    /// Whoever issued it may not issue certificates.
    IssuerIsNoAuthority,
    /// More authorities stand above it than one of them allows.
    ChainTooLong,
    /// It did not hold yet at the time.
    NotYetValid,
    /// It did not hold any more at the time.
    Expired,
    /// Its key is for something else.
    WrongUsage,
    /// It had been revoked by the time.
    Revoked,
    /// It was revoked after the time: what was signed before stands.
    RevokedSince,
    /// No list of its issuer is at hand: whether it was revoked is not known.
    NoList,
    /// The list at hand was due to be replaced before the time.
    StaleList,
    /// A list was at hand whose signature does not verify; it was left aside.
    BadList,
    /// It asks for something that is not understood here.
    UnknownExtension,
}

impl CertificateFinding {
    /// Nothing is to be believed where this was found.
    pub fn is_fatal(self) -> bool {
        match self {
            Self::Test | Self::RevokedSince | Self::NoList | Self::StaleList | Self::BadList => {
                false
            }
            Self::UnknownIssuer
            | Self::BadSignature
            | Self::Unsupported
            | Self::IssuerIsNoAuthority
            | Self::ChainTooLong
            | Self::NotYetValid
            | Self::Expired
            | Self::WrongUsage
            | Self::Revoked
            | Self::UnknownExtension => true,
        }
    }
}

/// What was found, and about which certificate of the chain: 0 is the one asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainVerdict {
    /// The chain as far as it was found: the certificate, its issuer, and so on to the root.
    pub chain: Vec<Certificate>,
    /// Where in the chain, and what.
    pub findings: Vec<(usize, CertificateFinding)>,
}

impl ChainVerdict {
    /// Nothing fatal was found.
    pub fn holds(&self) -> bool {
        self.findings.iter().all(|(_, found)| !found.is_fatal())
    }

    /// It was found somewhere in the chain.
    pub fn has(&self, finding: CertificateFinding) -> bool {
        self.findings.iter().any(|(_, found)| *found == finding)
    }
}

/// What is trusted, and what is at hand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Trust<'a> {
    /// Authorities that are believed without asking further.
    pub roots: &'a [Certificate],
    /// Other authorities' certificates, believed only as far as a root vouches for them.
    pub others: &'a [Certificate],
    /// Lists of revoked certificates.
    pub lists: &'a [RevocationList],
}

impl Trust<'_> {
    /// Judges `certificate` for `purpose` (any one of its bits is enough) at the time `at`.
    pub fn judge(
        &self,
        certificate: &Certificate,
        purpose: KeyUsage,
        at: Timestamp,
    ) -> ChainVerdict {
        let mut findings = Vec::new();
        if !certificate
            .usage()
            .is_some_and(|usage| usage.has_any(purpose))
        {
            findings.push((0, CertificateFinding::WrongUsage));
        }
        let mut chain = vec![certificate.clone()];
        loop {
            let place = chain.len() - 1;
            let current = chain[place].clone();
            findings.extend(alone(&current, at).map(|found| (place, found)));
            if self.roots.contains(&current) {
                break;
            }
            if chain.len() > LONGEST {
                findings.push((place, CertificateFinding::ChainTooLong));
                break;
            }
            match self.issuer_of(&current) {
                Ok(issuer) => {
                    let found = above(issuer, place).into_iter();
                    findings.extend(found.map(|found| (place + 1, found)));
                    let found = self.revocation(&current, issuer, at).into_iter();
                    findings.extend(found.map(|found| (place, found)));
                    chain.push(issuer.clone());
                }
                Err(found) => {
                    findings.push((place, found));
                    break;
                }
            }
        }
        ChainVerdict { chain, findings }
    }

    /// Who issued it: of several of that name, the one whose signature it is.
    fn issuer_of(&self, certificate: &Certificate) -> Result<&Certificate, CertificateFinding> {
        let mut fault = CertificateFinding::UnknownIssuer;
        for issuer in self.roots.iter().chain(self.others) {
            // One that names itself and is no root vouches for nobody, least of all itself.
            if issuer == certificate || issuer.subject_bytes() != certificate.issuer_bytes() {
                continue;
            }
            match certificate.verify_by(issuer) {
                Ok(()) => return Ok(issuer),
                Err(SignatureFault::Unsupported) => fault = CertificateFinding::Unsupported,
                // An authority that changed its key has two certificates of one name: the other one's silence is no
                // forgery, unless the certificate says that this was the key.
                Err(SignatureFault::Bad) if may_be_key(certificate, issuer) => {
                    fault = CertificateFinding::BadSignature;
                }
                Err(SignatureFault::Bad) => {}
            }
        }
        Err(fault)
    }

    fn revocation(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        at: Timestamp,
    ) -> Vec<CertificateFinding> {
        let mut found = Vec::new();
        let mut newest: Option<&RevocationList> = None;
        for list in self.lists {
            if list.issuer_bytes() != issuer.subject_bytes() {
                continue;
            }
            let may_sign = issuer
                .usage()
                .is_none_or(|usage| usage.has(KeyUsage::CRL_SIGN));
            if !may_sign || list.verify_by(issuer).is_err() {
                found.push(CertificateFinding::BadList);
            } else if newest.is_none_or(|newest| newest.this_update() < list.this_update()) {
                newest = Some(list);
            }
        }
        match newest.map(|list| (list, list.entry_of(certificate))) {
            None => found.push(CertificateFinding::NoList),
            Some((_, Some(entry))) if entry.at <= at => found.push(CertificateFinding::Revoked),
            Some((_, Some(_))) => found.push(CertificateFinding::RevokedSince),
            Some((list, None)) => {
                if list.next_update().is_some_and(|next| next < at) {
                    found.push(CertificateFinding::StaleList);
                }
            }
        }
        found
    }
}

/// What a certificate says of itself.
fn alone(certificate: &Certificate, at: Timestamp) -> impl Iterator<Item = CertificateFinding> {
    let found = [
        (certificate.is_test(), CertificateFinding::Test),
        (
            at < certificate.valid_from(),
            CertificateFinding::NotYetValid,
        ),
        (at > certificate.valid_to(), CertificateFinding::Expired),
        (
            certificate.has_unknown_critical(),
            CertificateFinding::UnknownExtension,
        ),
    ];
    found
        .into_iter()
        .filter_map(|(holds, found)| holds.then_some(found))
}

/// What an issuer must be; `below` authorities stand between it and the certificate asked about.
fn above(issuer: &Certificate, below: usize) -> Option<CertificateFinding> {
    if !issuer.is_authority() {
        return Some(CertificateFinding::IssuerIsNoAuthority);
    }
    let allowed = issuer
        .path_length()
        .and_then(|length| usize::try_from(length).ok());
    allowed
        .is_some_and(|allowed| below > allowed)
        .then_some(CertificateFinding::ChainTooLong)
}

fn may_be_key(certificate: &Certificate, issuer: &Certificate) -> bool {
    match (certificate.issuer_key_id(), issuer.key_id()) {
        (Some(named), Some(has)) => named == has,
        _ => true,
    }
}
