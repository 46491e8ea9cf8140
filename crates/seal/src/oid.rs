//! Identifiers (GM/T 0006-2012, RFC 5280). Those of SM2 and the messages were seen in files of several authorities.

use der::asn1::ObjectIdentifier;

const fn id(text: &'static str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

/// The SM2 curve, and a key of it.
pub const SM2: ObjectIdentifier = id("1.2.156.10197.1.301");
/// SM2 signature, as messages name it.
pub const SM2_SIGN: ObjectIdentifier = id("1.2.156.10197.1.301.1");
/// SM2 encryption.
pub const SM2_ENCRYPT: ObjectIdentifier = id("1.2.156.10197.1.301.3");
/// SM3.
pub const SM3: ObjectIdentifier = id("1.2.156.10197.1.401");
/// SM2 signature over an SM3 digest.
pub const SM2_WITH_SM3: ObjectIdentifier = id("1.2.156.10197.1.501");
/// SM4, without a mode.
pub const SM4: ObjectIdentifier = id("1.2.156.10197.1.104");
/// SM4 in CBC.
pub const SM4_CBC: ObjectIdentifier = id("1.2.156.10197.1.104.2");
/// GB/T 35275: what is in a message.
pub const CONTENT: ObjectIdentifier = id("1.2.156.10197.6.1.4.2.1");
/// GB/T 35275: a signed message.
pub const SIGNED: ObjectIdentifier = id("1.2.156.10197.6.1.4.2.2");
/// GB/T 35275: an enveloped message.
pub const ENVELOPED: ObjectIdentifier = id("1.2.156.10197.6.1.4.2.3");
/// PKCS#7: what is in a message; seen in signatures of OFD files.
pub const PKCS7_CONTENT: ObjectIdentifier = id("1.2.840.113549.1.7.1");
/// PKCS#7: a signed message.
pub const PKCS7_SIGNED: ObjectIdentifier = id("1.2.840.113549.1.7.2");
/// PKCS#9: the digest of what was signed, among signed attributes.
pub const MESSAGE_DIGEST: ObjectIdentifier = id("1.2.840.113549.1.9.4");
/// PKCS#9: the kind of what was signed.
pub const CONTENT_TYPE: ObjectIdentifier = id("1.2.840.113549.1.9.3");
/// PKCS#9: when it was signed, by the signer's word.
pub const SIGNING_TIME: ObjectIdentifier = id("1.2.840.113549.1.9.5");

/// A key of an elliptic curve (RFC 5480).
pub const EC_KEY: ObjectIdentifier = id("1.2.840.10045.2.1");

pub const COMMON_NAME: ObjectIdentifier = id("2.5.4.3");
pub const COUNTRY: ObjectIdentifier = id("2.5.4.6");
pub const LOCALITY: ObjectIdentifier = id("2.5.4.7");
pub const PROVINCE: ObjectIdentifier = id("2.5.4.8");
pub const ORGANIZATION: ObjectIdentifier = id("2.5.4.10");
pub const UNIT: ObjectIdentifier = id("2.5.4.11");

pub const SUBJECT_KEY_ID: ObjectIdentifier = id("2.5.29.14");
pub const KEY_USAGE: ObjectIdentifier = id("2.5.29.15");
pub const SUBJECT_ALT_NAME: ObjectIdentifier = id("2.5.29.17");
pub const BASIC_CONSTRAINTS: ObjectIdentifier = id("2.5.29.19");
pub const CRL_NUMBER: ObjectIdentifier = id("2.5.29.20");
pub const CRL_REASON: ObjectIdentifier = id("2.5.29.21");
pub const CRL_POINTS: ObjectIdentifier = id("2.5.29.31");
pub const CERTIFICATE_POLICIES: ObjectIdentifier = id("2.5.29.32");
pub const AUTHORITY_KEY_ID: ObjectIdentifier = id("2.5.29.35");
pub const EXTENDED_KEY_USAGE: ObjectIdentifier = id("2.5.29.37");
