//! `SignedData`.

use andu_crypto::sm::{DistId, KeyHolder, Sm2Signature, sm3};
use jiff::Timestamp;

use crate::{
    Certificate, SealError, SignatureFault,
    asn1::{self, Walk, tag},
    oid,
};

const WHAT: &str = "a signed message";

/// A message somebody signed.
#[derive(Debug, Clone)]
pub struct SignedMessage<'a> {
    /// What was signed, if it is in the message and not beside it.
    pub content: Option<&'a [u8]>,
    /// Certificates that came along; those that cannot be read are left out.
    pub certificates: Vec<Certificate>,
    /// Who signed.
    pub signers: Vec<SignerEntry<'a>>,
}

/// One signature of a message.
#[derive(Debug, Clone)]
pub struct SignerEntry<'a> {
    issuer_bytes: &'a [u8],
    serial: &'a [u8],
    attributes: Option<&'a [u8]>,
    digest: Option<&'a [u8]>,
    /// When it was signed, by the signer's own word.
    pub said_at: Option<Timestamp>,
    signature: &'a [u8],
    understood: bool,
}

impl<'a> SignedMessage<'a> {
    /// Reads a message in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn read(der: &'a [u8]) -> Result<Self, SealError> {
        let mut outer = Walk::of_sequence(WHAT, der)?;
        let kind = outer.oid()?;
        if kind != oid::SIGNED && kind != oid::PKCS7_SIGNED {
            return Err(outer.wrong(format!("it is of the kind {kind}")));
        }
        let inner = outer.expect(tag::FIRST)?;
        let mut walk = outer.inside(inner).sequence()?;
        walk.integer()?;
        walk.expect(tag::SET)?;
        let mut info = walk.sequence()?;
        let kind = info.oid()?;
        if kind != oid::CONTENT && kind != oid::PKCS7_CONTENT {
            return Err(info.wrong(format!("its content is of the kind {kind}")));
        }
        let content = match info.optional(tag::FIRST)? {
            Some(content) => Some(info.inside(content).octets()?),
            None => None,
        };
        let mut certificates = Vec::new();
        if let Some(all) = walk.optional(tag::FIRST)? {
            let mut all = walk.inside(all);
            while !all.is_empty() {
                let one = all.next()?;
                certificates.extend(Certificate::from_der(one.raw).ok());
            }
        }
        walk.optional(tag::SECOND)?;
        let all = walk.expect(tag::SET)?;
        let mut all = walk.inside(all);
        let mut signers = Vec::new();
        while !all.is_empty() {
            signers.push(SignerEntry::read(all.sequence()?)?);
        }
        if signers.is_empty() {
            return Err(walk.wrong("nobody signed it"));
        }
        Ok(Self {
            content,
            certificates,
            signers,
        })
    }

    /// The certificate of a signer, if it came along.
    pub fn certificate_of(&self, signer: &SignerEntry<'_>) -> Option<&Certificate> {
        self.certificates.iter().find(|one| signer.is_by(one))
    }
}

impl<'a> SignerEntry<'a> {
    fn read(mut walk: Walk<'a>) -> Result<Self, SealError> {
        walk.integer()?;
        let mut who = walk.sequence()?;
        let issuer_bytes = who.expect(tag::SEQUENCE)?.raw;
        let serial = who.expect(tag::INTEGER)?.value;
        let digest_by = walk.sequence()?.oid()?;
        let attributes = walk.optional(tag::FIRST)?;
        let signed_by = walk.sequence()?.oid()?;
        let signature = walk.octets()?;
        let mut entry = Self {
            issuer_bytes,
            serial,
            attributes: attributes.map(|all| all.value),
            digest: None,
            said_at: None,
            signature,
            understood: digest_by == oid::SM3
                && matches!(signed_by, oid::SM2_SIGN | oid::SM2_WITH_SM3 | oid::SM2),
        };
        if let Some(all) = attributes {
            let mut all = walk.inside(all);
            while !all.is_empty() {
                let mut one = all.sequence()?;
                let kind = one.oid()?;
                let values = one.expect(tag::SET)?;
                let mut values = one.inside(values);
                match kind {
                    oid::MESSAGE_DIGEST => entry.digest = Some(values.octets()?),
                    oid::SIGNING_TIME => entry.said_at = values.time().ok(),
                    _ => {}
                }
            }
        }
        Ok(entry)
    }

    /// It names this certificate.
    pub fn is_by(&self, certificate: &Certificate) -> bool {
        self.issuer_bytes == certificate.issuer_bytes() && self.serial == certificate.serial()
    }

    /// Checks that the holder of `certificate` signed `content`.
    ///
    /// Without attributes the signature is over the content itself (so do the messages of CFCA); with
    /// them, over the attributes, which hold the content's SM3 digest.
    ///
    /// # Errors
    /// `SignatureFault`.
    pub fn verify(&self, certificate: &Certificate, content: &[u8]) -> Result<(), SignatureFault> {
        if !self.understood {
            return Err(SignatureFault::Unsupported);
        }
        let key = certificate
            .sm2_key()
            .map_err(|_| SignatureFault::Unsupported)?;
        // Some makers write r and s plainly.
        let signature = match <&[u8; 64]>::try_from(self.signature) {
            Ok(plain) => Sm2Signature::from_bytes(plain),
            Err(_) => Sm2Signature::from_der(self.signature),
        };
        let signature = signature.map_err(|_| SignatureFault::Bad)?;
        let signed = match self.attributes {
            None => content.to_vec(),
            Some(attributes) => {
                if self.digest != Some(sm3(content).as_slice()) {
                    return Err(SignatureFault::Bad);
                }
                asn1::element(tag::SET, &[attributes])
            }
        };
        key.verify(DistId::DEFAULT, &signed, &signature)
            .map_err(|_| SignatureFault::Bad)
    }
}

/// Signs `content`: the message in DER, with the certificate, and with the content itself unless it stays `beside`.
/// `at` is the signer's word for the time, and is signed with the rest.
///
/// # Errors
/// What the key says; `BadField` for a certificate of another key.
pub fn sign_message(
    content: &[u8],
    beside: bool,
    certificate: &Certificate,
    key: &dyn KeyHolder,
    at: Timestamp,
) -> Result<Vec<u8>, SealError> {
    if certificate.sm2_key()? != &key.public() {
        return Err(SealError::BadField {
            field: "certificate",
            cause: "it is of another key",
        });
    }
    let attribute = |kind, value: Vec<u8>| {
        asn1::sequence(&[&asn1::oid(kind), &asn1::element(tag::SET, &[&value])])
    };
    let mut attributes = [
        attribute(oid::CONTENT_TYPE, asn1::oid(oid::CONTENT)),
        attribute(oid::MESSAGE_DIGEST, asn1::octets(&sm3(content))),
        attribute(oid::SIGNING_TIME, asn1::time(at)),
    ];
    attributes.sort();
    let attributes = attributes.concat();
    let signed = asn1::element(tag::SET, &[&attributes]);
    let signature = key.sign(DistId::DEFAULT, &signed)?;
    let signer = asn1::sequence(&[
        &asn1::integer(1),
        &issuer_and_serial(certificate),
        &asn1::sequence(&[&asn1::oid(oid::SM3)]),
        &asn1::element(tag::FIRST, &[&attributes]),
        &asn1::sequence(&[&asn1::oid(oid::SM2_SIGN)]),
        &asn1::octets(&signature.to_der()),
    ]);
    let inside = match beside {
        true => Vec::new(),
        false => asn1::element(tag::FIRST, &[&asn1::octets(content)]),
    };
    let data = asn1::sequence(&[
        &asn1::integer(1),
        &asn1::set(vec![asn1::sequence(&[&asn1::oid(oid::SM3)])]),
        &asn1::sequence(&[&asn1::oid(oid::CONTENT), &inside]),
        &asn1::element(tag::FIRST, &[certificate.der()]),
        &asn1::set(vec![signer]),
    ]);
    Ok(asn1::sequence(&[
        &asn1::oid(oid::SIGNED),
        &asn1::element(tag::FIRST, &[&data]),
    ]))
}

/// `IssuerAndSerialNumber`: how messages name a certificate.
pub(super) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    asn1::sequence(&[
        certificate.issuer_bytes(),
        &asn1::element(tag::INTEGER, &[certificate.serial()]),
    ])
}
