//! The few secrets of this device: in the keyring where there is one, else sealed in the vault.

use andu_crypto::{Secret32, SigningKey, open, seal};
use zeroize::Zeroizing;

use super::{
    Vault, VaultError,
    file::{Base64, Home},
};

/// Which secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptSecret {
    /// The seed of the key that signs this device's commands.
    DeviceKey,
    /// What the server with this name knows this device by.
    ServerToken(String),
}

impl KeptSecret {
    fn name(&self) -> String {
        match self {
            Self::DeviceKey => "device-key".to_owned(),
            Self::ServerToken(server) => format!("server-token:{server}"),
        }
    }
}

impl Vault {
    /// Keeps a secret of this device, replacing the one before. A keyring that fails is no error:
    /// the secret is then sealed in the vault.
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`.
    pub fn keep(&mut self, which: &KeptSecret, secret: &[u8]) -> Result<(), VaultError> {
        let name = which.name();
        let home = match self.put_on_shelf(&name, secret) {
            Ok(()) => Home::Keyring {},
            Err(error) => {
                tracing::info!(%error, "a secret of this device is sealed in the vault");
                Home::Vault {
                    sealed: Base64(seal(&self.kept_key(), name.as_bytes(), secret)?),
                }
            }
        };
        let mut changed = self.file.clone();
        if changed.kept.insert(name, home.clone()) == Some(home) {
            return Ok(());
        }
        self.save(changed)
    }

    /// A secret of this device; `None` if it was never kept.
    ///
    /// # Errors
    /// `KeyringUnavailable`; `KeptSecretLost` if the keyring no longer has it.
    pub fn kept(&self, which: &KeptSecret) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
        let name = which.name();
        match self.file.kept.get(&name) {
            None => Ok(None),
            Some(Home::Vault { sealed }) => {
                let secret = open(&self.kept_key(), name.as_bytes(), &sealed.0)?;
                Ok(Some(Zeroizing::new(secret)))
            }
            Some(Home::Keyring {}) => {
                let entry = self.place.entry_name(&self.file.vault_id, &name);
                let found = self.place.shelf()?.get(&entry);
                match found.map_err(VaultError::KeyringUnavailable)? {
                    Some(secret) => Ok(Some(secret)),
                    None => Err(VaultError::KeptSecretLost { name }),
                }
            }
        }
    }

    /// Forgets a secret of this device, for example on leaving a server.
    ///
    /// # Errors
    /// `DiskFull`, `CannotWrite`.
    pub fn forget(&mut self, which: &KeptSecret) -> Result<(), VaultError> {
        let name = which.name();
        let mut changed = self.file.clone();
        let Some(home) = changed.kept.remove(&name) else {
            return Ok(());
        };
        self.save(changed)?;
        let entry = self.place.entry_name(&self.file.vault_id, &name);
        if home == (Home::Keyring {})
            && let Ok(shelf) = self.place.shelf()
            && let Err(error) = shelf.remove(&entry)
        {
            tracing::warn!(%error, "a forgotten secret stays in the keyring");
        }
        Ok(())
    }

    /// The key that signs this device's commands; made on first use.
    ///
    /// # Errors
    /// As [`Vault::kept`] and [`Vault::keep`]. After `KeptSecretLost` the device needs a new key,
    /// which every server must learn: [`Vault::renew_device_key`].
    pub fn device_key(&mut self) -> Result<SigningKey, VaultError> {
        match self.kept(&KeptSecret::DeviceKey)? {
            Some(seed) => Ok(SigningKey::from_seed(&Secret32::from_slice(&seed)?)),
            None => self.renew_device_key(),
        }
    }

    /// Makes and keeps a new device key.
    ///
    /// # Errors
    /// As [`Vault::keep`].
    pub fn renew_device_key(&mut self) -> Result<SigningKey, VaultError> {
        let key = SigningKey::random()?;
        self.keep(&KeptSecret::DeviceKey, key.seed().expose())?;
        Ok(key)
    }

    fn put_on_shelf(&self, name: &str, secret: &[u8]) -> Result<(), VaultError> {
        let entry = self.place.entry_name(&self.file.vault_id, name);
        self.place
            .shelf()?
            .put(&entry, secret)
            .map_err(VaultError::KeyringUnavailable)
    }

    fn kept_key(&self) -> Secret32 {
        self.key.subkey(
            "andu vault secrets of the device v1",
            self.file.vault_id.as_bytes(),
        )
    }
}
