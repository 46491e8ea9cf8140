//! An open vault: it hands out the store key and changes the ways it is opened.

use andu_crypto::{CryptoError, Secret32, open, seal};
use zeroize::Zeroizing;

use super::{
    LockedVault, Password, RecoveryCode, StoreKey, VaultError, VaultPlace,
    file::{Base64, PasswordSlot, Pepper, VaultFile},
    locked::{OPENING_KEY, check_password},
    slot::{wrap_for_keyring, wrap_for_password, wrap_for_recovery},
};

/// A vault somebody opened. Every change is written before it counts; the keys are wiped when this
/// is dropped or locked.
#[derive(Debug)]
pub struct Vault {
    pub(super) place: VaultPlace,
    pub(super) file: VaultFile,
    pub(super) key: StoreKey,
}

impl Vault {
    pub(super) fn new(place: VaultPlace, file: VaultFile, key: StoreKey) -> Self {
        Self { place, file, key }
    }

    /// The key of the encrypted store.
    pub fn store_key(&self) -> &StoreKey {
        &self.key
    }

    /// Wipes the keys.
    pub fn lock(self) -> LockedVault {
        LockedVault::new(self.place, self.file)
    }

    /// Whether guessing the password needs the keyring too.
    pub fn has_pepper(&self) -> bool {
        matches!(self.file.password.pepper, Pepper::Keyring { .. })
    }

    /// Changes the password after checking the current one; `now_ms` is Unix milliseconds.
    ///
    /// # Errors
    /// As [`LockedVault::open_with_password`] for the current one, as [`Vault::set_password`] for
    /// the new one.
    pub fn change_password(
        &mut self,
        current: &Password,
        new: &Password,
        now_ms: i64,
    ) -> Result<(), VaultError> {
        new.check_choice()?;
        check_password(&self.place, &self.file, current, now_ms)?;
        self.set_password(new)
    }

    /// Sets the password of a vault opened by other means, such as the recovery code. If the
    /// keyring has lost the pepper, or had none so far, a new one is put there.
    ///
    /// # Errors
    /// `PasswordTooShort`, `DiskFull`, `CannotWrite`, `OutOfMemory`; the old password then still
    /// works.
    pub fn set_password(&mut self, new: &Password) -> Result<(), VaultError> {
        new.check_choice()?;
        let vault_id = self.file.vault_id.clone();
        let pepper = match self.place.pepper_of(&vault_id, &self.file.password.pepper) {
            Ok(Some(pepper)) => Some(pepper),
            Ok(None) | Err(_) => self.place.put_new_pepper(&vault_id)?,
        };
        let mut changed = self.file.clone();
        changed.password =
            wrap_for_password(&vault_id, &self.key, new, pepper.as_ref(), self.place.kdf())?;
        self.place.put_portable_slot(&mut changed, &self.key, new)?;
        let old = self.file.password.pepper.clone();
        self.save(changed)?;
        if old != self.file.password.pepper {
            self.place.drop_pepper(&vault_id, &old);
        }
        Ok(())
    }

    /// A new recovery code, to be printed now; the old one opens the vault no longer (but still
    /// opens backups made before).
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`, `OutOfMemory`; the old code then still works.
    pub fn renew_recovery_code(&mut self) -> Result<RecoveryCode, VaultError> {
        let code = RecoveryCode::random()?;
        let mut changed = self.file.clone();
        changed.recovery =
            wrap_for_recovery(&changed.vault_id, &self.key, &code, self.place.kdf())?;
        self.save(changed)?;
        Ok(code)
    }

    /// A new recovery code after checking the password; `now_ms` is Unix milliseconds.
    ///
    /// # Errors
    /// As [`LockedVault::open_with_password`] for the password, as [`Vault::renew_recovery_code`]
    /// for the code.
    pub fn change_recovery_code(
        &mut self,
        current: &Password,
        now_ms: i64,
    ) -> Result<RecoveryCode, VaultError> {
        check_password(&self.place, &self.file, current, now_ms)?;
        self.renew_recovery_code()
    }

    /// From now on whoever has the user's unlocked session opens the vault without a password.
    ///
    /// # Errors
    /// `KeyringUnavailable`, `DiskFull`, `CannotWrite`.
    pub fn allow_keyring_opening(&mut self) -> Result<(), VaultError> {
        let opening_key = Secret32::random()?;
        let name = self.place.entry_name(&self.file.vault_id, OPENING_KEY);
        let shelf = self.place.shelf()?;
        shelf
            .put(&name, opening_key.expose())
            .map_err(VaultError::KeyringUnavailable)?;
        let mut changed = self.file.clone();
        changed.keyring = Some(wrap_for_keyring(
            &changed.vault_id,
            &self.key,
            &opening_key,
        )?);
        self.save(changed)
    }

    /// Switches opening by keyring off. Works without a keyring too.
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`.
    pub fn forbid_keyring_opening(&mut self) -> Result<(), VaultError> {
        let mut changed = self.file.clone();
        changed.keyring = None;
        self.save(changed)?;
        let name = self.place.entry_name(&self.file.vault_id, OPENING_KEY);
        if let Ok(shelf) = self.place.shelf()
            && let Err(error) = shelf.remove(&name)
        {
            tracing::warn!(%error, "an opening key that opens nothing stays in the keyring");
        }
        Ok(())
    }

    /// Whether opening by keyring is switched on.
    pub fn is_keyring_opening_allowed(&self) -> bool {
        self.file.keyring.is_some()
    }

    pub(super) fn save(&mut self, changed: VaultFile) -> Result<(), VaultError> {
        changed.write(&self.place.path())?;
        self.file = changed;
        Ok(())
    }

    /// The vault as it goes into a backup: it opens with the password or the recovery code on any
    /// machine, and the secrets of this device stay here.
    pub(super) fn portable_file(&self) -> Result<VaultFile, VaultError> {
        let vault_id = self.file.vault_id.clone();
        let password = match &self.file.portable {
            None => self.file.password.clone(),
            Some(sealed) => {
                let key = self.key.subkey(PORTABLE, vault_id.as_bytes());
                let json = Zeroizing::new(open(&key, PORTABLE.as_bytes(), &sealed.0)?);
                serde_json::from_slice(&json)
                    .map_err(|_| VaultError::Crypto(CryptoError::DoesNotOpen))?
            }
        };
        Ok(VaultFile::new(
            vault_id,
            password,
            self.file.recovery.clone(),
        ))
    }
}

const PORTABLE: &str = "andu vault portable password slot v1";

impl VaultPlace {
    /// Adds what backups need where the password slot of `file` has a pepper.
    pub(super) fn put_portable_slot(
        &self,
        file: &mut VaultFile,
        key: &StoreKey,
        password: &Password,
    ) -> Result<(), VaultError> {
        file.portable = None;
        if file.password.pepper != (Pepper::None {}) {
            let slot: PasswordSlot =
                wrap_for_password(&file.vault_id, key, password, None, self.kdf())?;
            let json = serde_json::to_vec(&slot).expect("BUG: a slot is JSON");
            let sealing = key.subkey(PORTABLE, file.vault_id.as_bytes());
            file.portable = Some(Base64(seal(&sealing, PORTABLE.as_bytes(), &json)?));
        }
        Ok(())
    }
}
