//! Sealing a key for somebody of whom only a public key is known: HPKE (RFC 9180) in base mode with
//! DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and ChaCha20-Poly1305. Who sealed it is not said here: that
//! is what a signature is for.
//!
//! Sealed form: suite code (1 byte), encapsulated key (32), ciphertext and tag.

use std::fmt;

use hpke::{
    Deserializable, OpModeR, OpModeS, Serializable,
    aead::ChaCha20Poly1305,
    kdf::HkdfSha256,
    kem::{Kem, X25519HkdfSha256},
    single_shot_open, single_shot_seal,
};

use crate::{CryptoError, Secret32, Suite, random_bytes};

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;
type Encapsulated = <X25519HkdfSha256 as Kem>::EncappedKey;

const ENCAPSULATED_BYTES: usize = 32;

/// How many bytes sealing for a receiver adds to the 32 of a key.
pub const ENVELOPE_BYTES: usize = 1 + ENCAPSULATED_BYTES + 32 + 16;

/// The secret half of what others seal keys for; never printed.
pub struct AgreementKey(PrivateKey);

impl AgreementKey {
    /// The key that belongs to a seed: always the same (RFC 9180 §7.1.3).
    pub fn from_seed(seed: &Secret32) -> Self {
        Self(X25519HkdfSha256::derive_keypair(seed.expose()).0)
    }

    /// The public half.
    pub fn public(&self) -> AgreementPublic {
        AgreementPublic(X25519HkdfSha256::sk_to_pk(&self.0))
    }

    /// Opens what [`AgreementPublic::seal`] made for the same `purpose` and `aad`.
    ///
    /// # Errors
    /// `Truncated`, `UnknownSuite`, or `DoesNotOpen` for another receiver's, and whatever was altered.
    pub fn open(
        &self,
        purpose: &'static str,
        aad: &[u8],
        sealed: &[u8],
    ) -> Result<Secret32, CryptoError> {
        let (&code, rest) = sealed.split_first().ok_or(CryptoError::Truncated)?;
        let Suite::Curve25519 = Suite::from_code(code)?;
        let (capsule, sealed) = rest
            .split_at_checked(ENCAPSULATED_BYTES)
            .ok_or(CryptoError::Truncated)?;
        let capsule = Encapsulated::from_bytes(capsule).map_err(|_| CryptoError::DoesNotOpen)?;
        let opened = single_shot_open::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeR::Base,
            &self.0,
            &capsule,
            purpose.as_bytes(),
            sealed,
            aad,
        );
        let opened = zeroize::Zeroizing::new(opened.map_err(|_| CryptoError::DoesNotOpen)?);
        Secret32::from_slice(&opened)
    }
}

impl fmt::Debug for AgreementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreementKey(..)")
    }
}

/// The public half.
#[derive(Debug, Clone)]
pub struct AgreementPublic(PublicKey);

impl AgreementPublic {
    /// The key with these bytes.
    ///
    /// # Errors
    /// `NotAKey` if they are none.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CryptoError> {
        PublicKey::from_bytes(bytes)
            .map(Self)
            .map_err(|_| CryptoError::NotAKey)
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }

    /// Seals `key` so that only the holder of the secret half opens it, for this `purpose` (a constant
    /// that names use and version) and with the same `aad`.
    ///
    /// # Errors
    /// `NoRandomness`; `NotAKey` for a public key that agrees on nothing.
    pub fn seal(
        &self,
        purpose: &'static str,
        aad: &[u8],
        key: &Secret32,
    ) -> Result<Vec<u8>, CryptoError> {
        // The library takes randomness by itself, and for granted: it is asked for here first.
        let _: [u8; 1] = random_bytes()?;
        let (capsule, sealed) = single_shot_seal::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(
            &OpModeS::Base,
            &self.0,
            purpose.as_bytes(),
            key.expose(),
            aad,
        )
        .map_err(|_| CryptoError::NotAKey)?;
        let mut envelope = Vec::with_capacity(ENVELOPE_BYTES);
        envelope.push(Suite::Curve25519.code());
        envelope.extend_from_slice(&capsule.to_bytes());
        envelope.extend_from_slice(&sealed);
        Ok(envelope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(byte: u8) -> AgreementKey {
        AgreementKey::from_seed(&Secret32::from_bytes([byte; 32]))
    }

    #[test]
    fn only_the_receiver_opens_and_only_for_the_same_purpose() {
        let (receiver, other) = (receiver(1), receiver(2));
        let public = AgreementPublic::from_bytes(&receiver.public().to_bytes()).unwrap();
        let sealed = public
            .seal("andu test a", b"7", &Secret32::from_bytes([9; 32]))
            .unwrap();
        assert_eq!(sealed.len(), ENVELOPE_BYTES);
        let opened = receiver.open("andu test a", b"7", &sealed).unwrap();
        assert_eq!(opened.expose(), &[9; 32]);
        for refused in [
            other.open("andu test a", b"7", &sealed),
            receiver.open("andu test b", b"7", &sealed),
            receiver.open("andu test a", b"8", &sealed),
        ] {
            assert!(
                matches!(refused, Err(CryptoError::DoesNotOpen)),
                "{refused:?}"
            );
        }
    }

    #[test]
    fn an_envelope_altered_or_cut_anywhere_does_not_open() {
        let receiver = receiver(1);
        let sealed = receiver
            .public()
            .seal("andu test a", b"", &Secret32::from_bytes([9; 32]))
            .unwrap();
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 0x40;
            assert!(
                receiver.open("andu test a", b"", &bent).is_err(),
                "byte {at}"
            );
            assert!(
                receiver.open("andu test a", b"", &sealed[..at]).is_err(),
                "cut at {at}"
            );
        }
    }

    #[test]
    fn a_point_of_small_order_is_no_receiver() {
        let weak = AgreementPublic::from_bytes(&[0; 32]);
        let refused =
            weak.and_then(|weak| weak.seal("andu test a", b"", &Secret32::from_bytes([9; 32])));
        assert!(matches!(refused, Err(CryptoError::NotAKey)), "{refused:?}");
    }
}
