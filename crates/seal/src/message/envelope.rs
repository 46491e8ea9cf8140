//! `EnvelopedData`: the content once under an SM4 key, the key once to each receiver.

use andu_crypto::{
    random_bytes,
    sm::{KeyHolder, Sm4Key, cbc_decrypt, cbc_encrypt},
};

use super::signed::issuer_and_serial;
use crate::{
    Certificate, KeyUsage, SealError,
    asn1::{self, Walk, tag},
    oid,
};

const WHAT: &str = "an enveloped message";

/// A message for several receivers, as it was sent.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    /// For whom it is.
    pub receivers: Vec<Receiver<'a>>,
    iv: Option<[u8; 16]>,
    ciphertext: &'a [u8],
}

/// One receiver of an envelope.
#[derive(Debug, Clone)]
pub struct Receiver<'a> {
    issuer_bytes: &'a [u8],
    serial: &'a [u8],
    sealed_key: &'a [u8],
}

impl Receiver<'_> {
    /// It names this certificate.
    pub fn is_for(&self, certificate: &Certificate) -> bool {
        self.issuer_bytes == certificate.issuer_bytes() && self.serial == certificate.serial()
    }
}

impl<'a> Envelope<'a> {
    /// Reads an envelope in DER.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else, or one that is not under SM4 in CBC.
    pub fn read(der: &'a [u8]) -> Result<Self, SealError> {
        let mut outer = Walk::of_sequence(WHAT, der)?;
        let kind = outer.oid()?;
        if kind != oid::ENVELOPED {
            return Err(outer.wrong(format!("it is of the kind {kind}")));
        }
        let inner = outer.expect(tag::FIRST)?;
        let mut walk = outer.inside(inner).sequence()?;
        walk.integer()?;
        let all = walk.expect(tag::SET)?;
        let mut all = walk.inside(all);
        let mut receivers = Vec::new();
        while !all.is_empty() {
            let mut one = all.sequence()?;
            one.integer()?;
            let mut who = one.sequence()?;
            let issuer_bytes = who.expect(tag::SEQUENCE)?.raw;
            let serial = who.expect(tag::INTEGER)?.value;
            one.sequence()?;
            receivers.push(Receiver {
                issuer_bytes,
                serial,
                sealed_key: one.octets()?,
            });
        }
        let mut content = walk.sequence()?;
        content.oid()?;
        let mut algorithm = content.sequence()?;
        let cipher = algorithm.oid()?;
        if !matches!(cipher, oid::SM4_CBC | oid::SM4) {
            return Err(content.wrong(format!("it is under {cipher}, not SM4 in CBC")));
        }
        let iv = match algorithm.peek() {
            Some(tag::OCTETS) => Some(algorithm.octets()?),
            _ => None,
        };
        let iv = iv.map(<[u8; 16]>::try_from).transpose();
        let iv = iv.map_err(|_| content.wrong("its initial vector is not 16 bytes"))?;
        let ciphertext = content.expect(tag::FIRST_PLAIN)?.value;
        Ok(Self {
            receivers,
            iv,
            ciphertext,
        })
    }

    /// Opens it with the key of one of its receivers.
    ///
    /// # Errors
    /// `Crypto(DoesNotOpen)` for whoever it is not for, or an altered one. What opens was not proved whole: the signed
    /// message inside proves that.
    pub fn open(
        &self,
        certificate: &Certificate,
        key: &dyn KeyHolder,
    ) -> Result<Vec<u8>, SealError> {
        let closed = andu_crypto::CryptoError::DoesNotOpen;
        let Some(receiver) = self.receivers.iter().find(|one| one.is_for(certificate)) else {
            return Err(closed.into());
        };
        let content_key = key.decrypt(receiver.sealed_key)?;
        let content_key = Sm4Key::from_slice(&content_key)?;
        let iv = self.iv.ok_or(SealError::NotThat {
            what: WHAT,
            cause: "it has no initial vector".to_owned(),
        })?;
        Ok(cbc_decrypt(&content_key, &iv, self.ciphertext)?)
    }
}

/// Envelops `content`, which is best a signed message, to the holders of `receivers`' encryption certificates.
///
/// # Errors
/// `BadField` without receivers, or for a certificate that is not for encryption; `Crypto` for want of randomness.
pub fn envelop(content: &[u8], receivers: &[&Certificate]) -> Result<Vec<u8>, SealError> {
    if receivers.is_empty() {
        return Err(SealError::BadField {
            field: "receivers",
            cause: "there is none",
        });
    }
    let key = Sm4Key::random()?;
    let iv: [u8; 16] = random_bytes()?;
    let mut entries = Vec::with_capacity(receivers.len());
    for certificate in receivers {
        let may = certificate.usage().is_some_and(|usage| {
            usage.has_any(KeyUsage::KEY_ENCIPHERMENT.and(KeyUsage::DATA_ENCIPHERMENT))
        });
        if !may {
            return Err(SealError::BadField {
                field: "receivers",
                cause: "a certificate that is not for encryption",
            });
        }
        let sealed_key = certificate.sm2_key()?.encrypt(key.expose())?;
        entries.push(asn1::sequence(&[
            &asn1::integer(1),
            &issuer_and_serial(certificate),
            &asn1::sequence(&[&asn1::oid(oid::SM2_ENCRYPT)]),
            &asn1::octets(&sealed_key),
        ]));
    }
    let ciphertext = cbc_encrypt(&key, &iv, content);
    let data = asn1::sequence(&[
        &asn1::integer(1),
        &asn1::set(entries),
        &asn1::sequence(&[
            &asn1::oid(oid::CONTENT),
            &asn1::sequence(&[&asn1::oid(oid::SM4_CBC), &asn1::octets(&iv)]),
            &asn1::element(tag::FIRST_PLAIN, &[&ciphertext]),
        ]),
    ]);
    Ok(asn1::sequence(&[
        &asn1::oid(oid::ENVELOPED),
        &asn1::element(tag::FIRST, &[&data]),
    ]))
}
