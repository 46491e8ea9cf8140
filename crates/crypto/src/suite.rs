//! Which algorithms a stored thing was made with.

use serde::{Deserialize, Serialize};

use crate::CryptoError;

/// A set of algorithms that belong together. Stored things name theirs: by label in JSON, by code
/// in binary forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Suite {
    /// Ed25519, BLAKE3, XChaCha20-Poly1305, Argon2id.
    #[default]
    #[serde(rename = "ed25519-blake3-xchacha20poly1305-argon2id")]
    Curve25519,
}

impl Suite {
    /// The name written into JSON; never changes once released.
    pub fn label(self) -> &'static str {
        match self {
            Self::Curve25519 => "ed25519-blake3-xchacha20poly1305-argon2id",
        }
    }

    /// The first byte of everything sealed; never changes once released.
    pub fn code(self) -> u8 {
        match self {
            Self::Curve25519 => 1,
        }
    }

    /// The suite of a code.
    ///
    /// # Errors
    /// `UnknownSuite` if this release does not know the code.
    pub fn from_code(code: u8) -> Result<Self, CryptoError> {
        match code {
            1 => Ok(Self::Curve25519),
            _ => Err(CryptoError::UnknownSuite { code }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_label_in_json_is_the_label() {
        let suite = Suite::Curve25519;
        let json = serde_json::to_string(&suite).unwrap();
        assert_eq!(json, format!("\"{}\"", suite.label()));
        assert_eq!(serde_json::from_str::<Suite>(&json).unwrap(), suite);
        assert!(serde_json::from_str::<Suite>("\"rot13\"").is_err());
    }

    #[test]
    fn a_code_of_a_later_release_is_refused_by_name() {
        assert_eq!(
            Suite::from_code(Suite::Curve25519.code()).unwrap(),
            Suite::Curve25519
        );
        assert!(matches!(
            Suite::from_code(200),
            Err(CryptoError::UnknownSuite { code: 200 })
        ));
    }
}
