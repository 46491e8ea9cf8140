//! Sealing of small things in memory: authenticated encryption bound to associated data.
//!
//! Sealed form: suite code (1 byte), nonce (24), ciphertext and tag.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};

use crate::{CryptoError, Secret32, Suite, random_bytes};

const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// How many bytes sealing adds.
pub const SEAL_OVERHEAD: usize = 1 + NONCE_BYTES + TAG_BYTES;

/// Seals `plaintext`; it opens only with the same `key` and the same associated data `aad`, which
/// is not stored.
///
/// # Errors
/// `NoRandomness`; `TooLong` above the limit of the cipher (256 GiB).
pub fn seal(key: &Secret32, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let nonce: [u8; NONCE_BYTES] = random_bytes()?;
    let ciphertext = XChaCha20Poly1305::new(key.expose().into())
        .encrypt(
            &XNonce::from(nonce),
            Payload {
                msg: plaintext,
                aad,
            },
        )
        .map_err(|_| CryptoError::TooLong)?;
    let mut sealed = Vec::with_capacity(SEAL_OVERHEAD + plaintext.len());
    sealed.push(Suite::Curve25519.code());
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(&ciphertext);
    Ok(sealed)
}

/// Opens what [`seal`] made.
///
/// # Errors
/// `Truncated`, `UnknownSuite`, or `DoesNotOpen` for a wrong key, other associated data, or any
/// altered byte.
pub fn open(key: &Secret32, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (&code, rest) = sealed.split_first().ok_or(CryptoError::Truncated)?;
    let Suite::Curve25519 = Suite::from_code(code)?;
    let (nonce, ciphertext) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(CryptoError::Truncated)?;
    if ciphertext.len() < TAG_BYTES {
        return Err(CryptoError::Truncated);
    }
    XChaCha20Poly1305::new(key.expose().into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: ciphertext,
                aad,
            },
        )
        .map_err(|_| CryptoError::DoesNotOpen)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key() -> Secret32 {
        Secret32::from_bytes([9; 32])
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_again(plain: Vec<u8>, aad: Vec<u8>) {
            let sealed = seal(&key(), &aad, &plain).unwrap();
            prop_assert_eq!(sealed.len(), plain.len() + SEAL_OVERHEAD);
            prop_assert_eq!(open(&key(), &aad, &sealed).unwrap(), plain);
        }

        #[test]
        fn any_flipped_bit_is_noticed(plain: Vec<u8>, at: prop::sample::Index, bit in 0_u32..8) {
            let mut sealed = seal(&key(), b"slot", &plain).unwrap();
            let at = at.index(sealed.len());
            sealed[at] ^= 1 << bit;
            prop_assert!(open(&key(), b"slot", &sealed).is_err());
        }

        #[test]
        fn any_truncation_is_noticed(plain: Vec<u8>, keep: prop::sample::Index) {
            let sealed = seal(&key(), b"slot", &plain).unwrap();
            let keep = keep.index(sealed.len());
            prop_assert!(open(&key(), b"slot", &sealed[..keep]).is_err());
        }

        #[test]
        fn arbitrary_bytes_never_open_and_never_panic(bytes: Vec<u8>) {
            prop_assert!(open(&key(), b"", &bytes).is_err());
        }
    }

    #[test]
    fn another_key_or_other_associated_data_does_not_open() {
        let sealed = seal(&key(), b"password slot", b"store key").unwrap();
        let other = Secret32::from_bytes([8; 32]);
        assert!(matches!(
            open(&other, b"password slot", &sealed),
            Err(CryptoError::DoesNotOpen)
        ));
        assert!(matches!(
            open(&key(), b"recovery slot", &sealed),
            Err(CryptoError::DoesNotOpen)
        ));
    }

    #[test]
    fn sealing_twice_gives_different_bytes() {
        assert_ne!(
            seal(&key(), b"", b"same").unwrap(),
            seal(&key(), b"", b"same").unwrap()
        );
    }
}
