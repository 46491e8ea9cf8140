//! Whoever holds a private key and lends its use.

use zeroize::Zeroizing;

use super::{DistId, Sm2Public, Sm2Signature};
use crate::CryptoError;

/// A private key that can be used and not seen: one in memory ([`super::Sm2Secret`]), or one in a token that never
/// gives it out (PKCS#11, SKF).
pub trait KeyHolder {
    /// Its public half.
    fn public(&self) -> Sm2Public;

    /// Signs `message`.
    ///
    /// # Errors
    /// `NoRandomness`, or what kept a token from signing.
    fn sign(&self, dist_id: DistId<'_>, message: &[u8]) -> Result<Sm2Signature, CryptoError>;

    /// Decrypts an `SM2Cipher` in DER.
    ///
    /// # Errors
    /// `DoesNotOpen` for what was encrypted to another, or altered.
    fn decrypt(&self, cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError>;
}
