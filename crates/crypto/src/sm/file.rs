//! A private key in a file: PKCS#8 under a password (PBES2: PBKDF2 with SHA-256, AES-256 in CBC), which OpenSSL and
//! others read. For test authorities and demo seals; keys of offices lie in tokens, or sealed by the desk's vault.

use pkcs8::{
    EncodePrivateKey as _, EncryptedPrivateKeyInfoRef, LineEnding, PrivateKeyInfoRef,
    SecretDocument, der::pem::PemLabel as _, pkcs5::pbes2::Parameters,
};
use sm2::SecretKey;

use super::Sm2Secret;
use crate::{CryptoError, random_bytes};

/// Rounds of PBKDF2: about a tenth of a second on an office computer.
const ROUNDS: u32 = 200_000;

impl Sm2Secret {
    /// The key under `password`, in PEM.
    ///
    /// # Errors
    /// `NoRandomness`; `NotAKey` if it has no such form, which does not happen.
    pub fn to_pem(&self, password: &[u8]) -> Result<String, CryptoError> {
        let (salt, iv) = (random_bytes::<16>()?, random_bytes::<16>()?);
        let plain = self
            .inner()
            .to_pkcs8_der()
            .map_err(|_| CryptoError::NotAKey)?;
        let sealed = Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, &salt, iv)
            .map_err(|_| CryptoError::NotAKey)
            .and_then(|how| {
                let info = PrivateKeyInfoRef::try_from(plain.as_bytes())
                    .map_err(|_| CryptoError::NotAKey)?;
                info.encrypt_with_params(how, password)
                    .map_err(|_| CryptoError::NotAKey)
            })?;
        let pem = sealed
            .to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF)
            .map_err(|_| CryptoError::NotAKey)?;
        Ok(pem.to_string())
    }

    /// The key of a file.
    ///
    /// # Errors
    /// `DoesNotOpen` for another password; `NotAKey` for anything that is no SM2 key under a password.
    pub fn from_pem(pem: &str, password: &[u8]) -> Result<Self, CryptoError> {
        let (label, document) = SecretDocument::from_pem(pem).map_err(|_| CryptoError::NotAKey)?;
        if label != EncryptedPrivateKeyInfoRef::PEM_LABEL {
            return Err(CryptoError::NotAKey);
        }
        let sealed = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
            .map_err(|_| CryptoError::NotAKey)?;
        let plain = sealed
            .decrypt(password)
            .map_err(|_| CryptoError::DoesNotOpen)?;
        // A wrong password whose padding fits by chance gives bytes that are no key.
        PrivateKeyInfoRef::try_from(plain.as_bytes())
            .map_err(|_| CryptoError::DoesNotOpen)
            .and_then(|info| SecretKey::try_from(info).map_err(|_| CryptoError::NotAKey))
            .map(Self::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sm::KeyHolder as _;

    #[test]
    fn a_key_comes_back_from_its_file_by_its_password_alone() {
        let key = Sm2Secret::random().unwrap();
        let pem = key.to_pem("口令 one".as_bytes()).unwrap();
        assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
        let again = Sm2Secret::from_pem(&pem, "口令 one".as_bytes()).unwrap();
        assert_eq!(again.public(), key.public());
        assert!(matches!(
            Sm2Secret::from_pem(&pem, b"two"),
            Err(CryptoError::DoesNotOpen)
        ));
        for wrong in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ] {
            assert!(matches!(
                Sm2Secret::from_pem(wrong, b"two"),
                Err(CryptoError::NotAKey)
            ));
        }
    }
}
