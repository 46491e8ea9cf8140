//! A vault that is there and not open: the ways to open it.

use andu_crypto::{CryptoError, Secret32};

use super::{
    Password, RecoveryCode, StoreKey, Vault, VaultError, VaultPlace,
    attempts::Attempts,
    file::VaultFile,
    slot::{unwrap_with_keyring, unwrap_with_password, unwrap_with_recovery},
};

/// The key in the keyring that opens the vault without a password, where that was chosen.
pub(super) const OPENING_KEY: &str = "opening-key";

/// A vault nobody has opened yet. Failing to open it changes nothing but the count of failures.
#[derive(Debug)]
pub struct LockedVault {
    place: VaultPlace,
    file: VaultFile,
}

impl LockedVault {
    pub(super) fn new(place: VaultPlace, file: VaultFile) -> Self {
        Self { place, file }
    }

    /// Opens with the password; `now_ms` is Unix milliseconds. One key derivation.
    ///
    /// # Errors
    /// `WrongPassword`, `TooSoon`; `PepperLost` and `KeyringUnavailable`, which count as no try;
    /// `OutOfMemory`.
    pub fn open_with_password(
        &self,
        password: &Password,
        now_ms: i64,
    ) -> Result<Vault, VaultError> {
        let key = check_password(&self.place, &self.file, password, now_ms)?;
        Ok(self.opened(key))
    }

    /// Opens with the recovery code, which needs no keyring and knows no delay (it cannot be
    /// guessed). Afterwards [`Vault::set_password`] makes password and pepper work again.
    ///
    /// # Errors
    /// `WrongRecoveryCode`, `OutOfMemory`.
    pub fn open_with_recovery_code(&self, code: &RecoveryCode) -> Result<Vault, VaultError> {
        let key = unwrap_with_recovery(&self.file.vault_id, &self.file.recovery, code).map_err(
            |error| match error {
                CryptoError::DoesNotOpen => VaultError::WrongRecoveryCode,
                other => other.into(),
            },
        )?;
        Attempts::load(self.place.folder()).clear();
        Ok(self.opened(key))
    }

    /// Opens with the keyring alone, where that was chosen.
    ///
    /// # Errors
    /// `KeyringOpeningOff`, `KeyringUnavailable`, `OpeningKeyLost`.
    pub fn open_with_keyring(&self) -> Result<Vault, VaultError> {
        let slot = self
            .file
            .keyring
            .as_ref()
            .ok_or(VaultError::KeyringOpeningOff)?;
        let name = self.place.entry_name(&self.file.vault_id, OPENING_KEY);
        let opening_key = self
            .place
            .shelf()?
            .get(&name)
            .map_err(VaultError::KeyringUnavailable)?
            .and_then(|bytes| Secret32::from_slice(&bytes).ok())
            .ok_or(VaultError::OpeningKeyLost)?;
        let key =
            unwrap_with_keyring(&self.file.vault_id, slot, &opening_key).map_err(|error| {
                match error {
                    CryptoError::DoesNotOpen => VaultError::OpeningKeyLost,
                    other => other.into(),
                }
            })?;
        Ok(self.opened(key))
    }

    /// Whether the lock screen may offer [`LockedVault::open_with_keyring`].
    pub fn is_keyring_opening_allowed(&self) -> bool {
        self.file.keyring.is_some()
    }

    fn opened(&self, key: StoreKey) -> Vault {
        Vault::new(self.place.clone(), self.file.clone(), key)
    }
}

/// The store key, if the password is right and not tried too soon.
pub(super) fn check_password(
    place: &VaultPlace,
    file: &VaultFile,
    password: &Password,
    now_ms: i64,
) -> Result<StoreKey, VaultError> {
    let mut attempts = Attempts::load(place.folder());
    attempts.check(now_ms)?;
    let pepper = place.pepper_of(&file.vault_id, &file.password.pepper)?;
    let pepper = pepper.as_ref().map(|pepper| &pepper.secret);
    attempts.begin(now_ms);
    match unwrap_with_password(&file.vault_id, &file.password, password, pepper) {
        Ok(key) => {
            attempts.clear();
            Ok(key)
        }
        Err(CryptoError::DoesNotOpen) => Err(attempts.wrong_password()),
        Err(other) => {
            attempts.take_back(now_ms);
            Err(other.into())
        }
    }
}
