//! 32 secret bytes: wiped when dropped, never printed.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{CryptoError, random_bytes};

/// A 256-bit key. Equality is not offered: compare what a key opens.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret32([u8; 32]);

impl Secret32 {
    /// A fresh random key.
    ///
    /// # Errors
    /// `NoRandomness` if the operating system has none.
    pub fn random() -> Result<Self, CryptoError> {
        Ok(Self(random_bytes()?))
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key with these bytes.
    ///
    /// # Errors
    /// `NotAKey` if there are not exactly 32.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes.try_into().map(Self).map_err(|_| CryptoError::NotAKey)
    }

    /// The bytes: keep them no longer than needed.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; 32] {
        &mut self.0
    }
}

impl fmt::Debug for Secret32 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret32(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printing_a_secret_shows_nothing_of_it() {
        let secret = Secret32::from_bytes([0xAB; 32]);
        let shown = format!("{secret:?} {secret:#?}").to_lowercase();
        assert!(
            !shown.contains("ab") && !shown.contains("171"),
            "leaked: {shown}"
        );
    }

    #[test]
    fn only_32_bytes_are_a_key() {
        assert!(Secret32::from_slice(&[7; 32]).is_ok());
        assert!(matches!(
            Secret32::from_slice(&[7; 31]),
            Err(CryptoError::NotAKey)
        ));
    }
}
