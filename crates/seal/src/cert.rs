//! Certificates by GB/T 20518 (X.509 v3 with SM2 keys), read leniently and kept with their original bytes.

use std::{fmt, ops::Range};

use andu_crypto::sm::{DistId, Sm2Public, Sm2Signature, sm3};
use der::asn1::ObjectIdentifier;
use jiff::Timestamp;

use crate::{
    SealError,
    asn1::{Walk, tag},
    name::Name,
    oid, pem,
};

const WHAT: &str = "a certificate";
/// No certificate that was met has more than 4 KiB.
const MOST_BYTES: usize = 64 * 1024;

/// What a key may be used for (GB/T 20518, RFC 5280 §4.2.1.3), by the bits of the extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Signatures of documents and messages.
    pub const DIGITAL_SIGNATURE: Self = Self(1 << 15);
    /// Signatures that their maker cannot deny.
    pub const NON_REPUDIATION: Self = Self(1 << 14);
    /// Encryption of keys.
    pub const KEY_ENCIPHERMENT: Self = Self(1 << 13);
    /// Encryption of what is not a key.
    pub const DATA_ENCIPHERMENT: Self = Self(1 << 12);
    /// Agreement of keys.
    pub const KEY_AGREEMENT: Self = Self(1 << 11);
    /// Signatures of certificates.
    pub const CERT_SIGN: Self = Self(1 << 10);
    /// Signatures of revocation lists.
    pub const CRL_SIGN: Self = Self(1 << 9);

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All of `other` is in it.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Some of `other` is in it.
    pub const fn has_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// As the extension writes them: 16 bits, the first bit highest.
    pub(crate) const fn bits(self) -> u16 {
        self.0
    }
}

/// The key of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CertificateKey {
    /// A key that is understood here.
    Sm2(Sm2Public),
    /// Another kind (RSA, ECDSA), by its identifier: its signatures are not judged.
    Other(String),
}

/// A certificate as it was issued.
#[derive(Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    subject_bytes: Range<usize>,
    issuer_bytes: Range<usize>,
    serial: Vec<u8>,
    subject: Name,
    issuer: Name,
    valid_from: Timestamp,
    valid_to: Timestamp,
    key: CertificateKey,
    extensions: Extensions,
    algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

/// What is read of the extensions.
#[derive(Debug, Clone, Default)]
struct Extensions {
    usage: Option<KeyUsage>,
    authority: Option<bool>,
    path_length: Option<u32>,
    key_id: Option<Vec<u8>>,
    issuer_key_id: Option<Vec<u8>>,
    unknown_critical: bool,
}

impl Certificate {
    /// Reads a certificate in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn from_der(der: &[u8]) -> Result<Self, SealError> {
        if der.len() > MOST_BYTES {
            return Err(SealError::TooLong {
                what: WHAT,
                bytes: der.len(),
                limit: MOST_BYTES,
            });
        }
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
        walk.optional(tag::FIRST)?;
        let serial = walk.expect(tag::INTEGER)?.value.to_vec();
        walk.sequence()?;
        let issuer = walk.expect(tag::SEQUENCE)?;
        let mut validity = walk.sequence()?;
        let (valid_from, valid_to) = (validity.time()?, validity.time()?);
        let subject = walk.expect(tag::SEQUENCE)?;
        let key = key(walk.sequence()?)?;
        let mut extensions = Extensions::default();
        while !walk.is_empty() {
            let element = walk.next()?;
            if element.tag == 0xA3 {
                let mut all = walk.inside(element).sequence()?;
                while !all.is_empty() {
                    extensions.take(all.sequence()?)?;
                }
            }
        }
        Ok(Self {
            tbs: within(tbs.raw),
            subject_bytes: within(subject.raw),
            issuer_bytes: within(issuer.raw),
            subject: Name::read(walk.inside(subject))?,
            issuer: Name::read(walk.inside(issuer))?,
            der: der.to_vec(),
            serial,
            valid_from,
            valid_to,
            key,
            extensions,
            algorithm,
            signature,
        })
    }

    /// Reads the first certificate of a text in PEM, or bytes in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong`.
    pub fn from_file(bytes: &[u8]) -> Result<Self, SealError> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(bytes);
        }
        let der = pem::read(WHAT, "CERTIFICATE", bytes)?;
        Self::from_der(&der)
    }

    /// Reads all certificates of a text in PEM, or the one of bytes in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong`, also where there is none.
    pub fn all_of_file(bytes: &[u8]) -> Result<Vec<Self>, SealError> {
        if bytes.first() == Some(&tag::SEQUENCE) {
            return Self::from_der(bytes).map(|one| vec![one]);
        }
        let all = pem::read_all(WHAT, "CERTIFICATE", bytes)?;
        all.iter().map(|der| Self::from_der(der)).collect()
    }

    /// Its bytes as they were issued.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// In PEM.
    pub fn to_pem(&self) -> String {
        pem::write("CERTIFICATE", &self.der)
    }

    /// The SM3 digest of its bytes: what tells it from every other.
    pub fn fingerprint(&self) -> [u8; 32] {
        sm3(&self.der)
    }

    /// Whose it is.
    pub fn subject(&self) -> &Name {
        &self.subject
    }

    /// Who issued it.
    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    /// The subject as it stands in the file.
    pub fn subject_bytes(&self) -> &[u8] {
        &self.der[self.subject_bytes.clone()]
    }

    /// The issuer as it stands in the file.
    pub fn issuer_bytes(&self) -> &[u8] {
        &self.der[self.issuer_bytes.clone()]
    }

    /// Its number with its issuer, as it stands in the file, without tag and length.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    /// The number in hexadecimal, as offices note it.
    pub fn serial_text(&self) -> String {
        self.serial
            .iter()
            .map(|byte| format!("{byte:02X}"))
            .collect()
    }

    /// The first instant at which it holds.
    pub fn valid_from(&self) -> Timestamp {
        self.valid_from
    }

    /// The last instant at which it holds.
    pub fn valid_to(&self) -> Timestamp {
        self.valid_to
    }

    /// Its key.
    pub fn key(&self) -> &CertificateKey {
        &self.key
    }

    /// Its key, if that is an SM2 key.
    ///
    /// # Errors
    /// `NotThat` for another kind.
    pub fn sm2_key(&self) -> Result<&Sm2Public, SealError> {
        match &self.key {
            CertificateKey::Sm2(key) => Ok(key),
            CertificateKey::Other(kind) => Err(SealError::NotThat {
                what: "an SM2 certificate",
                cause: format!("its key is {kind}"),
            }),
        }
    }

    /// What its key may be used for; `None` where it says nothing.
    pub fn usage(&self) -> Option<KeyUsage> {
        self.extensions.usage
    }

    /// It may issue certificates.
    pub fn is_authority(&self) -> bool {
        self.extensions.authority == Some(true)
            && self
                .usage()
                .is_none_or(|usage| usage.has(KeyUsage::CERT_SIGN))
    }

    /// How many authorities may stand between it and a certificate of its chain; `None` for any number.
    pub fn path_length(&self) -> Option<u32> {
        self.extensions.path_length
    }

    /// The identifier of its key.
    pub fn key_id(&self) -> Option<&[u8]> {
        self.extensions.key_id.as_deref()
    }

    /// The identifier of its issuer's key.
    pub fn issuer_key_id(&self) -> Option<&[u8]> {
        self.extensions.issuer_key_id.as_deref()
    }

    /// It has a critical extension that is not understood here.
    pub fn has_unknown_critical(&self) -> bool {
        self.extensions.unknown_critical
    }

    /// It was made for trying things: its own name says so, or its issuer's.
    pub fn is_test(&self) -> bool {
        self.subject.is_test() || self.issuer.is_test()
    }

    /// Its issuer is itself.
    pub fn is_self_issued(&self) -> bool {
        self.subject_bytes() == self.issuer_bytes()
    }

    /// Checks that the holder of `issuer`'s key signed it.
    ///
    /// # Errors
    /// `SignatureFault`.
    pub fn verify_by(&self, issuer: &Self) -> Result<(), SignatureFault> {
        verify(
            &self.der[self.tbs.clone()],
            self.algorithm,
            &self.signature,
            issuer,
        )
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.serial_text())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// Why a signature says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFault {
    /// It was not made over these bytes by this key.
    Bad,
    /// It was made by algorithms that are not judged here.
    Unsupported,
}

/// Checks a signature of `issuer` over `bytes`.
pub(crate) fn verify(
    bytes: &[u8],
    algorithm: ObjectIdentifier,
    signature: &[u8],
    issuer: &Certificate,
) -> Result<(), SignatureFault> {
    let CertificateKey::Sm2(key) = issuer.key() else {
        return Err(SignatureFault::Unsupported);
    };
    if algorithm != oid::SM2_WITH_SM3 {
        return Err(SignatureFault::Unsupported);
    }
    let signature = Sm2Signature::from_der(signature).map_err(|_| SignatureFault::Bad)?;
    key.verify(DistId::DEFAULT, bytes, &signature)
        .map_err(|_| SignatureFault::Bad)
}

/// As [`verify`], of a signature that may be r and s plainly, as some makers of seals write it.
pub(crate) fn verify_lenient(
    bytes: &[u8],
    algorithm: ObjectIdentifier,
    signature: &[u8],
    signer: &Certificate,
) -> Result<(), SignatureFault> {
    match <&[u8; 64]>::try_from(signature) {
        Ok(plain) => {
            let der = Sm2Signature::from_bytes(plain).map_err(|_| SignatureFault::Bad)?;
            verify(bytes, algorithm, &der.to_der(), signer)
        }
        Err(_) => verify(bytes, algorithm, signature, signer),
    }
}

/// `SubjectPublicKeyInfo`: `id-ecPublicKey` with the curve, or the curve itself as the algorithm (GB/T 20518 as revised in
/// 2023).
fn key(mut walk: Walk<'_>) -> Result<CertificateKey, SealError> {
    let mut algorithm = walk.sequence()?;
    let kind = algorithm.oid()?;
    let curve = match algorithm.peek() {
        Some(tag::OID) => Some(algorithm.oid()?),
        _ => None,
    };
    if kind != oid::SM2 && (kind != oid::EC_KEY || curve != Some(oid::SM2)) {
        let kind = curve.unwrap_or(kind);
        return Ok(CertificateKey::Other(kind.to_string()));
    }
    let point = walk.bits()?;
    Sm2Public::from_bytes(point)
        .map(CertificateKey::Sm2)
        .map_err(|_| walk.wrong("its key is no point of the SM2 curve"))
}

impl Extensions {
    fn take(&mut self, mut walk: Walk<'_>) -> Result<(), SealError> {
        let id = walk.oid()?;
        // FALSE is seen written out as well as left out.
        let critical = walk.optional(tag::BOOLEAN)?;
        let critical = critical.is_some_and(|element| element.value != [0]);
        let value = walk.octets()?;
        let mut inner = Walk::new(WHAT, value)?;
        match id {
            oid::KEY_USAGE => self.usage = Some(usage(&mut inner)?),
            oid::BASIC_CONSTRAINTS => {
                let mut constraints = inner.sequence()?;
                let authority = constraints.optional(tag::BOOLEAN)?;
                self.authority = Some(authority.is_some_and(|element| element.value != [0]));
                if constraints.peek() == Some(tag::INTEGER) {
                    self.path_length = Some(constraints.integer()?);
                }
            }
            oid::SUBJECT_KEY_ID => self.key_id = Some(inner.octets()?.to_vec()),
            oid::AUTHORITY_KEY_ID => {
                let id = inner.sequence()?.optional(tag::FIRST_PLAIN)?;
                self.issuer_key_id = id.map(|id| id.value.to_vec());
            }
            // What these say does not change a verdict: who else it names, by what policy, where lists are fetched.
            oid::CERTIFICATE_POLICIES
            | oid::EXTENDED_KEY_USAGE
            | oid::SUBJECT_ALT_NAME
            | oid::CRL_POINTS => {}
            _ => self.unknown_critical |= critical,
        }
        Ok(())
    }
}

/// The bits, however many trailing zeros they were written with.
fn usage(walk: &mut Walk<'_>) -> Result<KeyUsage, SealError> {
    let element = walk.expect(tag::BITS)?;
    let Some((unused @ 0..=7, bytes)) = element.value.split_first() else {
        return Err(walk.wrong("a key usage without bits"));
    };
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
    let mut bits = u16::from_be_bytes([byte(0), byte(1)]);
    if let Some(last @ 1..=2) = Some(bytes.len()) {
        let kept = 8 * u32::try_from(last).unwrap_or(0) - u32::from(*unused);
        bits &= u16::MAX << (16 - kept.min(16));
    }
    Ok(KeyUsage(bits))
}
