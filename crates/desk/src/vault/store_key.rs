//! The key of the encrypted store.

use std::fmt::Write;

use andu_crypto::{CryptoError, Secret32, subkey};
use zeroize::Zeroizing;

/// The random 256-bit key every slot of the vault wraps. Wiped when dropped, never printed.
#[derive(Debug, Clone)]
pub struct StoreKey(Secret32);

impl StoreKey {
    pub(super) fn random() -> Result<Self, CryptoError> {
        Secret32::random().map(Self)
    }

    pub(super) fn from_slice(bytes: &[u8]) -> Result<Self, CryptoError> {
        Secret32::from_slice(bytes).map(Self)
    }

    /// 64 lower-case hexadecimal digits, for `PRAGMA key = "x'…'"`: the key is then taken as it is,
    /// and nothing is derived from it.
    pub fn to_sqlcipher_hex(&self) -> Zeroizing<String> {
        let mut hex = Zeroizing::new(String::with_capacity(64));
        for byte in self.0.expose() {
            write!(hex, "{byte:02x}").expect("BUG: writing to a string cannot fail");
        }
        hex
    }

    /// A key for another purpose beside the store.
    pub(super) fn subkey(&self, context: &'static str, salt: &[u8]) -> Secret32 {
        subkey(&self.0, context, salt)
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        self.0.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hex_form_has_every_digit() {
        let key = StoreKey::from_slice(&std::array::from_fn::<u8, 32, _>(|i| i as u8)).unwrap();
        let expected = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
        assert_eq!(*key.to_sqlcipher_hex(), expected);
    }
}
