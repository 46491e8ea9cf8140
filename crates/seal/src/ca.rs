//! An authority for trying things: what it issues says 测试证书 in every name, so that nobody takes it for more.
//!
//! Of the double certificates that GB/T 20518 asks for, a person or unit gets one to sign and one to decrypt with.

use andu_crypto::{
    random_bytes,
    sm::{DistId, KeyHolder, Sm2Public, sm3},
};
use jiff::Timestamp;

use crate::{
    Certificate, KeyUsage, Name, RevocationList, SealError,
    asn1::{self, tag},
    crl::Revoked,
    oid,
};

/// What a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateRole {
    /// To issue certificates and lists; how many authorities may stand below it.
    Authority {
        /// 0: it issues to holders alone.
        path_length: u32,
    },
    /// To sign with.
    Signing,
    /// To decrypt with.
    Encryption,
}

impl CertificateRole {
    fn usage(self) -> KeyUsage {
        match self {
            Self::Authority { .. } => KeyUsage::CERT_SIGN.and(KeyUsage::CRL_SIGN),
            Self::Signing => KeyUsage::DIGITAL_SIGNATURE.and(KeyUsage::NON_REPUDIATION),
            Self::Encryption => KeyUsage::KEY_ENCIPHERMENT
                .and(KeyUsage::DATA_ENCIPHERMENT)
                .and(KeyUsage::KEY_AGREEMENT),
        }
    }
}

/// A certificate to be made.
#[derive(Debug)]
pub struct CertificatePlan<'a> {
    /// Whose it will be.
    pub subject: &'a Name,
    /// The key it will vouch for.
    pub key: &'a Sm2Public,
    /// What for.
    pub role: CertificateRole,
    /// From when it holds, to the second.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
}

/// An authority at work: its certificate and its key.
#[derive(Clone, Copy)]
pub struct TestAuthority<'a> {
    /// Its certificate.
    pub certificate: &'a Certificate,
    /// Its key.
    pub key: &'a dyn KeyHolder,
}

impl TestAuthority<'_> {
    /// Issues a certificate.
    ///
    /// # Errors
    /// `BadField` for a name that does not say 测试, or a time that ends before it begins; what the key says.
    pub fn issue(&self, plan: &CertificatePlan<'_>) -> Result<Certificate, SealError> {
        let issuer = self.certificate;
        make(
            plan,
            issuer.subject_bytes(),
            issuer.key_id().unwrap_or_default(),
            self.key,
        )
    }

    /// Publishes a list of what it revoked, in the order given.
    ///
    /// # Errors
    /// What the key says.
    pub fn revoke(
        &self,
        revoked: &[Revoked],
        number: u32,
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<RevocationList, SealError> {
        let algorithm = asn1::sequence(&[&asn1::oid(oid::SM2_WITH_SM3)]);
        let entries: Vec<Vec<u8>> = revoked.iter().map(entry).collect();
        let entries = match entries.is_empty() {
            // RFC 5280 §5.1.2.6: an empty list is left out.
            true => Vec::new(),
            false => asn1::sequence(&[&entries.concat()]),
        };
        let key_id = self.certificate.key_id().unwrap_or_default();
        let extensions = asn1::sequence(&[
            &extension(oid::AUTHORITY_KEY_ID, false, &authority_key_id(key_id)),
            &extension(oid::CRL_NUMBER, false, &asn1::integer(number)),
        ]);
        let tbs = asn1::sequence(&[
            &asn1::integer(1),
            &algorithm,
            self.certificate.subject_bytes(),
            &cert_time(this_update),
            &cert_time(next_update),
            &entries,
            &asn1::element(tag::FIRST, &[&extensions]),
        ]);
        RevocationList::from_der(&signed(&tbs, self.key)?)
    }
}

/// The certificate of a root, signed by itself.
///
/// # Errors
/// As [`TestAuthority::issue`]; `BadField` for a role that is no authority.
pub fn make_test_root(
    subject: &Name,
    key: &dyn KeyHolder,
    valid_from: Timestamp,
    valid_to: Timestamp,
) -> Result<Certificate, SealError> {
    let public = key.public();
    let plan = CertificatePlan {
        subject,
        key: &public,
        role: CertificateRole::Authority { path_length: 1 },
        valid_from,
        valid_to,
    };
    make(&plan, &subject.to_der(), &key_id(&public), key)
}

/// The identifier of a key: the first 20 bytes of the SM3 digest of its point.
fn key_id(key: &Sm2Public) -> Vec<u8> {
    sm3(&key.to_bytes())[..20].to_vec()
}

fn make(
    plan: &CertificatePlan<'_>,
    issuer: &[u8],
    issuer_key_id: &[u8],
    signer: &dyn KeyHolder,
) -> Result<Certificate, SealError> {
    if !plan.subject.is_test() {
        return Err(SealError::BadField {
            field: "subject",
            cause: "a test authority's certificates say 测试",
        });
    }
    if plan.valid_to < plan.valid_from {
        return Err(SealError::BadField {
            field: "valid_to",
            cause: "it is before the beginning",
        });
    }
    let mut serial: [u8; 16] = random_bytes()?;
    // Positive, and never shorter than it looks.
    serial[0] = serial[0] & 0x3F | 0x40;
    let algorithm = asn1::sequence(&[&asn1::oid(oid::SM2_WITH_SM3)]);
    let key = asn1::sequence(&[
        &asn1::sequence(&[&asn1::oid(oid::EC_KEY), &asn1::oid(oid::SM2)]),
        &asn1::bits(&plan.key.to_bytes()),
    ]);
    let tbs = asn1::sequence(&[
        &asn1::element(tag::FIRST, &[&asn1::integer(2)]),
        &asn1::element(tag::INTEGER, &[&serial]),
        &algorithm,
        issuer,
        &asn1::sequence(&[&cert_time(plan.valid_from), &cert_time(plan.valid_to)]),
        &plan.subject.to_der(),
        &key,
        &asn1::element(0xA3, &[&extensions(plan, issuer_key_id)]),
    ]);
    Certificate::from_der(&signed(&tbs, signer)?)
}

fn extensions(plan: &CertificatePlan<'_>, issuer_key_id: &[u8]) -> Vec<u8> {
    let constraints = match plan.role {
        CertificateRole::Authority { path_length } => asn1::sequence(&[
            &asn1::element(tag::BOOLEAN, &[&[0xFF]]),
            &asn1::integer(path_length),
        ]),
        CertificateRole::Signing | CertificateRole::Encryption => asn1::sequence(&[]),
    };
    asn1::sequence(&[
        &extension(oid::BASIC_CONSTRAINTS, true, &constraints),
        &extension(oid::KEY_USAGE, true, &usage_bits(plan.role.usage())),
        &extension(oid::SUBJECT_KEY_ID, false, &asn1::octets(&key_id(plan.key))),
        &extension(
            oid::AUTHORITY_KEY_ID,
            false,
            &authority_key_id(issuer_key_id),
        ),
    ])
}

/// The bits without their trailing zeros, as DER asks for.
fn usage_bits(usage: KeyUsage) -> Vec<u8> {
    let bits = usage.bits();
    let unused = bits.trailing_zeros().min(15);
    let bytes = bits.to_be_bytes();
    let kept = if unused >= 8 { &bytes[..1] } else { &bytes[..] };
    let unused = u8::try_from(unused % 8).unwrap_or(0);
    asn1::element(tag::BITS, &[&[unused], kept])
}

fn authority_key_id(key_id: &[u8]) -> Vec<u8> {
    asn1::sequence(&[&asn1::element(tag::FIRST_PLAIN, &[key_id])])
}

fn extension(id: der::asn1::ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let critical = match critical {
        true => asn1::element(tag::BOOLEAN, &[&[0xFF]]),
        false => Vec::new(),
    };
    asn1::sequence(&[&asn1::oid(id), &critical, &asn1::octets(value)])
}

fn entry(revoked: &Revoked) -> Vec<u8> {
    let reason = extension(oid::CRL_REASON, false, &[0x0A, 1, revoked.reason.code()]);
    asn1::sequence(&[
        &asn1::element(tag::INTEGER, &[&revoked.serial]),
        &cert_time(revoked.at),
        &asn1::sequence(&[&reason]),
    ])
}

/// `UTCTime` until 2049, `GeneralizedTime` after (RFC 5280 §4.1.2.5).
fn cert_time(at: Timestamp) -> Vec<u8> {
    let year = at.to_zoned(jiff::tz::TimeZone::UTC).year();
    if (1950..2050).contains(&year) {
        return asn1::short_time(at);
    }
    asn1::time(at)
}

fn signed(tbs: &[u8], signer: &dyn KeyHolder) -> Result<Vec<u8>, SealError> {
    let signature = signer.sign(DistId::DEFAULT, tbs)?;
    Ok(asn1::sequence(&[
        tbs,
        &asn1::sequence(&[&asn1::oid(oid::SM2_WITH_SM3)]),
        &asn1::bits(&signature.to_der()),
    ]))
}
