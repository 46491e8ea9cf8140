//! Where the vault of a profile lies and what it may lean on; whether there is one; making one.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_crypto::{KdfParams, Secret32, random_bytes};

use super::{
    LockedVault, Password, RecoveryCode, SecretShelf, ShelfError, StoreKey, Vault, VaultError,
    atomic::create_private_folder,
    file::{Pepper, VaultFile},
    slot::{FoundPepper, pepper_check, wrap_for_password, wrap_for_recovery},
};

/// The name of a vault in a profile's folder.
pub const VAULT_FILE: &str = "vault.json";

/// The short name of a profile: 1 to 32 of a-z, 0-9 and `-`. Part of folder, bus and keyring names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileName(String);

impl ProfileName {
    /// Checks a profile name.
    ///
    /// # Errors
    /// `ProfileName`.
    pub fn new(name: &str) -> Result<Self, VaultError> {
        let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=32).contains(&name.len()) && name.bytes().all(is_plain) {
            return Ok(Self(name.to_owned()));
        }
        Err(VaultError::ProfileName {
            name: name.chars().take(40).collect(),
        })
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A profile's folder, its name and the keyring, if there is one.
#[derive(Clone)]
pub struct VaultPlace {
    folder: PathBuf,
    profile: ProfileName,
    shelf: Option<Arc<dyn SecretShelf>>,
    kdf: KdfParams,
}

impl VaultPlace {
    /// The vault of `profile` in `folder`. Without a `shelf` there is no pepper, and the secrets of
    /// the device are sealed in the vault.
    pub fn new(folder: &Path, profile: ProfileName, shelf: Option<Arc<dyn SecretShelf>>) -> Self {
        Self {
            folder: folder.to_owned(),
            profile,
            shelf,
            kdf: KdfParams::OFFICE,
        }
    }

    /// Other costs for slots made from now on; tests use small ones.
    pub fn with_kdf(self, kdf: KdfParams) -> Self {
        Self { kdf, ..self }
    }

    /// The vault as it lies here; `None` on a first run. Reads one file, derives nothing.
    ///
    /// # Errors
    /// `CannotRead`, `Damaged`, `NewerVersion`.
    pub fn look(&self) -> Result<Option<LockedVault>, VaultError> {
        let file = VaultFile::read(&self.path())?;
        Ok(file.map(|file| LockedVault::new(self.clone(), file)))
    }

    /// Makes a vault with a fresh store key; the recovery code is to be printed now and is not kept.
    /// Two key derivations, three with a keyring.
    ///
    /// # Errors
    /// `AlreadyExists`, `PasswordTooShort`, `DiskFull`, `CannotWrite`, `OutOfMemory`. A keyring that
    /// fails is no error: the vault is then made without a pepper ([`Vault::has_pepper`]).
    pub fn create(&self, password: &Password) -> Result<(Vault, RecoveryCode), VaultError> {
        password.check_choice()?;
        let path = self.path();
        if path.try_exists().map_err(VaultError::reading(&path))? {
            return Err(VaultError::AlreadyExists { path });
        }
        create_private_folder(&self.folder).map_err(VaultError::writing(&self.folder))?;
        let key = StoreKey::random()?;
        let code = RecoveryCode::random()?;
        let vault_id = hex(&random_bytes::<8>()?);
        let pepper = self.put_new_pepper(&vault_id)?;
        let password_slot =
            wrap_for_password(&vault_id, &key, password, pepper.as_ref(), self.kdf)?;
        let recovery_slot = wrap_for_recovery(&vault_id, &key, &code, self.kdf)?;
        let mut file = VaultFile::new(vault_id, password_slot, recovery_slot);
        self.put_portable_slot(&mut file, &key, password)?;
        file.write(&path)?;
        Ok((Vault::new(self.clone(), file, key), code))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.join(VAULT_FILE)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn kdf(&self) -> KdfParams {
        self.kdf
    }

    /// The keyring, for operations that cannot do without one.
    pub(super) fn shelf(&self) -> Result<&dyn SecretShelf, VaultError> {
        self.shelf.as_deref().ok_or_else(|| {
            VaultError::KeyringUnavailable(ShelfError::Refused {
                reason: "none here".to_owned(),
            })
        })
    }

    /// The name of an entry in the keyring: `<profile>/<vault>/<kind>`.
    pub(super) fn entry_name(&self, vault_id: &str, kind: &str) -> String {
        format!("{}/{vault_id}/{kind}", self.profile.0)
    }

    /// The pepper a password slot needs.
    ///
    /// # Errors
    /// `KeyringUnavailable`; `PepperLost` if the keyring has none or another one.
    pub(super) fn pepper_of(
        &self,
        vault_id: &str,
        label: &Pepper,
    ) -> Result<Option<FoundPepper>, VaultError> {
        let Pepper::Keyring { id, check } = label else {
            return Ok(None);
        };
        let secret = self
            .shelf()?
            .get(&self.entry_name(vault_id, &pepper_kind(id)))
            .map_err(VaultError::KeyringUnavailable)?
            .ok_or(VaultError::PepperLost)?;
        let secret = Secret32::from_slice(&secret).map_err(|_| VaultError::PepperLost)?;
        if pepper_check(&secret) != *check {
            return Err(VaultError::PepperLost);
        }
        Ok(Some(FoundPepper::new(secret, id.clone())))
    }

    /// Puts a fresh pepper into the keyring and makes sure it is there; `None` where that fails.
    pub(super) fn put_new_pepper(&self, vault_id: &str) -> Result<Option<FoundPepper>, VaultError> {
        let Some(shelf) = self.shelf.as_deref() else {
            return Ok(None);
        };
        let secret = Secret32::random()?;
        let id = hex(&random_bytes::<4>()?);
        let name = self.entry_name(vault_id, &pepper_kind(&id));
        let found = shelf
            .put(&name, secret.expose())
            .and_then(|()| shelf.get(&name));
        match found {
            Ok(Some(found)) if *found == secret.expose() => Ok(Some(FoundPepper::new(secret, id))),
            Ok(_) => {
                tracing::warn!("the keyring did not keep the pepper; going on without one");
                Ok(None)
            }
            Err(error) => {
                tracing::warn!(%error, "no pepper in the keyring; going on without one");
                Ok(None)
            }
        }
    }

    /// Removes a pepper no slot needs any more. Left-overs do no harm.
    pub(super) fn drop_pepper(&self, vault_id: &str, label: &Pepper) {
        let Pepper::Keyring { id, .. } = label else {
            return;
        };
        let Some(shelf) = self.shelf.as_deref() else {
            return;
        };
        if let Err(error) = shelf.remove(&self.entry_name(vault_id, &pepper_kind(id))) {
            tracing::warn!(%error, "an old pepper stays in the keyring");
        }
    }
}

impl fmt::Debug for VaultPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultPlace")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

fn pepper_kind(id: &str) -> String {
    format!("pepper-{id}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_name_cannot_leave_its_folder() {
        for name in ["default", "e2e-1", "a"] {
            assert_eq!(ProfileName::new(name).unwrap().as_str(), name);
        }
        let long = "a".repeat(33);
        for name in [
            "",
            "..",
            "a/b",
            "a\\b",
            "水利局",
            "A",
            "a b",
            "a.b",
            long.as_str(),
        ] {
            let refused = ProfileName::new(name);
            assert!(
                matches!(refused, Err(VaultError::ProfileName { .. })),
                "{name}"
            );
        }
    }
}
