//! Signatures: Ed25519 over a domain and the bytes, so that a signature made for one purpose is
//! worth nothing for another.

use std::fmt;

use ed25519_dalek::Signer;

use crate::{CryptoError, Secret32};

/// 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

/// The secret half; wiped when dropped, never printed.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    /// A fresh random key.
    ///
    /// # Errors
    /// `NoRandomness` if the operating system has none.
    pub fn random() -> Result<Self, CryptoError> {
        Ok(Self::from_seed(&Secret32::random()?))
    }

    /// The key of a stored seed.
    pub fn from_seed(seed: &Secret32) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed.expose()))
    }

    /// The seed, for storing in a vault or a keyring.
    pub fn seed(&self) -> Secret32 {
        Secret32::from_bytes(self.0.to_bytes())
    }

    /// The public half.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    /// Signs `bytes` for the purpose `domain`, a constant such as `andu command v1`.
    pub fn sign(&self, domain: &'static str, bytes: &[u8]) -> Signature {
        Signature(self.0.sign(&framed(domain, bytes)).to_bytes())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// The public half.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    /// The key with these bytes.
    ///
    /// # Errors
    /// `NotAKey` if they are no point of the curve, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, CryptoError> {
        match ed25519_dalek::VerifyingKey::from_bytes(bytes) {
            Ok(key) if !key.is_weak() => Ok(Self(key)),
            _ => Err(CryptoError::NotAKey),
        }
    }

    /// The 32 bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// Checks that the holder of this key signed `bytes` for `domain`.
    ///
    /// # Errors
    /// `BadSignature`.
    pub fn verify(
        &self,
        domain: &'static str,
        bytes: &[u8],
        signature: &Signature,
    ) -> Result<(), CryptoError> {
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        self.0
            .verify_strict(&framed(domain, bytes), &signature)
            .map_err(|_| CryptoError::BadSignature)
    }
}

/// Domain length (8 bytes, big endian), domain, bytes: no two pairs give the same message.
fn framed(domain: &str, bytes: &[u8]) -> Vec<u8> {
    let mut message = Vec::with_capacity(8 + domain.len() + bytes.len());
    message.extend_from_slice(&(domain.len() as u64).to_be_bytes());
    message.extend_from_slice(domain.as_bytes());
    message.extend_from_slice(bytes);
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_bytes_its_domain_and_its_key_only() {
        let key = SigningKey::from_seed(&Secret32::from_bytes([5; 32]));
        let public = VerifyingKey::from_bytes(&key.verifying_key().to_bytes()).unwrap();
        let signature = key.sign("andu test a", b"approve");
        public
            .verify("andu test a", b"approve", &signature)
            .unwrap();
        let other = SigningKey::random().unwrap().verifying_key();
        let mut bent = signature;
        bent.0[10] ^= 1;
        for refused in [
            public.verify("andu test a", b"return", &signature),
            public.verify("andu test b", b"approve", &signature),
            public.verify("andu test", b" aapprove", &signature),
            public.verify("andu test a", b"approve", &bent),
            other.verify("andu test a", b"approve", &signature),
        ] {
            assert!(matches!(refused, Err(CryptoError::BadSignature)));
        }
    }

    #[test]
    fn a_stored_seed_gives_the_same_key_back() {
        let key = SigningKey::random().unwrap();
        assert_eq!(
            SigningKey::from_seed(&key.seed()).verifying_key(),
            key.verifying_key()
        );
    }

    #[test]
    fn the_algorithm_is_ed25519() {
        // RFC 8032 §7.1, test 1: the public key of this seed.
        let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let public = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let key = SigningKey::from_seed(&Secret32::from_bytes(seed));
        assert_eq!(key.verifying_key().to_bytes(), public);
    }

    #[test]
    fn a_weak_point_is_no_key() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(matches!(
            VerifyingKey::from_bytes(&identity),
            Err(CryptoError::NotAKey)
        ));
    }

    fn hex(text: &str) -> [u8; 32] {
        std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    }
}
