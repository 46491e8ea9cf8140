//! From a password to a key: Argon2id (RFC 9106), slow on purpose.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};

use crate::{CryptoError, Secret32};

/// Random bytes stored beside what a derived key seals, so that equal passwords give different keys.
pub type Salt = [u8; 16];

/// How much work guessing one password costs. Stored with what was derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KdfParams {
    /// Memory in KiB, 8 × lanes to 512 MiB.
    pub memory_kib: u32,
    /// Passes over the memory, 1 to 16.
    pub passes: u32,
    /// Lanes, 1 to 8.
    pub lanes: u32,
}

impl KdfParams {
    /// For passwords of people: 64 MiB, 3 passes, the second recommendation of RFC 9106 §4 in one
    /// lane. Under a second even in a debug build.
    pub const OFFICE: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// Refuses parameters that are senseless, or that a hostile file uses to exhaust the machine.
    ///
    /// # Errors
    /// `KdfParamsOutOfRange`.
    pub fn check(self) -> Result<(), CryptoError> {
        let fits = (1..=8).contains(&self.lanes)
            && (1..=16).contains(&self.passes)
            && (8 * self.lanes..=512 * 1024).contains(&self.memory_kib);
        if fits {
            return Ok(());
        }
        let Self {
            memory_kib,
            passes,
            lanes,
        } = self;
        Err(CryptoError::KdfParamsOutOfRange {
            memory_kib,
            passes,
            lanes,
        })
    }
}

/// The key of `password` with `salt`. With a `pepper` (Argon2's secret value) the password alone
/// is not enough to guess at.
///
/// # Errors
/// `KdfParamsOutOfRange`, `OutOfMemory`; `TooLong` for a password over 4 GiB.
pub fn derive(
    password: &[u8],
    salt: &Salt,
    pepper: Option<&Secret32>,
    params: KdfParams,
) -> Result<Secret32, CryptoError> {
    params.check()?;
    let KdfParams {
        memory_kib,
        passes,
        lanes,
    } = params;
    let out_of_range = |_| CryptoError::KdfParamsOutOfRange {
        memory_kib,
        passes,
        lanes,
    };
    let inner = Params::new(memory_kib, passes, lanes, Some(32)).map_err(out_of_range)?;
    let secret: &[u8] = pepper.map_or(&[], |pepper| pepper.expose());
    let argon = Argon2::new_with_secret(secret, Algorithm::Argon2id, Version::V0x13, inner)
        .map_err(out_of_range)?;
    let mut key = Secret32::from_bytes([0; 32]);
    argon
        .hash_password_into(password, salt, key.expose_mut())
        .map_err(|error| match error {
            argon2::Error::PwdTooLong => CryptoError::TooLong,
            _ => CryptoError::OutOfMemory { memory_kib },
        })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: KdfParams = KdfParams {
        memory_kib: 32,
        passes: 3,
        lanes: 4,
    };

    #[test]
    fn the_function_is_argon2id() {
        // Computed by the reference implementation (argon2-cffi) with the same parameters.
        let key = derive(b"open sesame", &[2; 16], None, SMALL).unwrap();
        let hex: String = key
            .expose()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(
            hex,
            "f0404ea3944af5fb02574a51f92bf84ff216504e6888cf19e8a41c47e8db9e3f"
        );
    }

    #[test]
    fn the_pepper_changes_the_key() {
        let derive_with = |pepper| {
            *derive(b"open sesame", &[2; 16], pepper, SMALL)
                .unwrap()
                .expose()
        };
        let one = Secret32::from_bytes([3; 32]);
        let two = Secret32::from_bytes([4; 32]);
        assert_ne!(derive_with(None), derive_with(Some(&one)));
        assert_ne!(derive_with(Some(&two)), derive_with(Some(&one)));
    }

    #[test]
    fn password_salt_and_parameters_all_matter() {
        let base = *derive(b"open sesame", &[1; 16], None, SMALL)
            .unwrap()
            .expose();
        let more = KdfParams { passes: 4, ..SMALL };
        for other in [
            derive(b"open sesamf", &[1; 16], None, SMALL),
            derive(b"open sesame", &[2; 16], None, SMALL),
            derive(b"open sesame", &[1; 16], None, more),
        ] {
            assert_ne!(base, *other.unwrap().expose());
        }
    }

    #[test]
    fn parameters_of_a_hostile_file_are_refused_before_any_work() {
        for (memory_kib, passes, lanes) in [
            (u32::MAX, 1, 1),
            (64, u32::MAX, 1),
            (64, 1, 9),
            (7, 1, 1),
            (0, 0, 0),
            (64, 1, 0),
        ] {
            let params = KdfParams {
                memory_kib,
                passes,
                lanes,
            };
            let error = derive(b"password", &[0; 16], None, params).unwrap_err();
            assert!(
                matches!(error, CryptoError::KdfParamsOutOfRange { .. }),
                "{params:?}"
            );
        }
    }
}
