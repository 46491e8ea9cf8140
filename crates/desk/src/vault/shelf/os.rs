//! The keyring of the operating system: Secret Service on Linux, Credential Manager on Windows.

use std::time::Duration;

use keyring::{Entry, Error};
use zeroize::Zeroizing;

use super::{SecretShelf, ShelfError, limit::TimeLimit};

/// Under this name the keyring's own window lists our entries.
const SERVICE: &str = "cn.andu.desk";
const LIMIT: Duration = Duration::from_secs(5);

/// The user's keyring. Every call ends within 5 s; one that is locked may ask the user to unlock it
/// in a window of its own, and is worth another try afterwards.
#[derive(Debug)]
pub struct OsShelf {
    limit: TimeLimit,
}

impl OsShelf {
    /// The keyring, if this machine has one that answers within 5 s.
    ///
    /// # Errors
    /// `Refused` where there is none, `NoAnswer` where it hangs.
    pub fn find() -> Result<Self, ShelfError> {
        let shelf = Self {
            limit: TimeLimit::new(LIMIT),
        };
        shelf
            .limit
            .run(|| Entry::store_status().as_ref().map(|_| ()).map_err(refused))?;
        Ok(shelf)
    }

    fn with_entry<T: Send + 'static>(
        &self,
        name: &str,
        work: impl FnOnce(&Entry) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, ShelfError> {
        let name = name.to_owned();
        self.limit.run(move || {
            Entry::new(SERVICE, &name)
                .and_then(|entry| work(&entry))
                .map_err(|e| refused(&e))
        })
    }
}

impl SecretShelf for OsShelf {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ShelfError> {
        self.with_entry(name, |entry| match entry.get_secret() {
            Ok(secret) => Ok(Some(Zeroizing::new(secret))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(error),
        })
    }

    fn put(&self, name: &str, secret: &[u8]) -> Result<(), ShelfError> {
        let secret = Zeroizing::new(secret.to_vec());
        self.with_entry(name, move |entry| entry.set_secret(&secret))
    }

    fn remove(&self, name: &str) -> Result<(), ShelfError> {
        self.with_entry(name, |entry| match entry.delete_credential() {
            Err(Error::NoEntry) => Ok(()),
            other => other,
        })
    }
}

/// The error without the secret bytes that two of its variants carry.
fn refused(error: &Error) -> ShelfError {
    let reason = match error {
        Error::BadEncoding(_) | Error::BadDataFormat(..) => "malformed secret".to_owned(),
        Error::Ambiguous(entries) => format!("{} entries of one name", entries.len()),
        other => other.to_string(),
    };
    ShelfError::Refused { reason }
}

#[cfg(test)]
mod tests {
    //! Against a real keyring: run inside `dbus-run-session` with an unlocked gnome-keyring.

    use std::sync::Arc;

    use super::{
        super::super::{
            KeptSecret, ProfileName, VaultError, VaultPlace,
            file::Pepper,
            tests::{QUICK, password},
        },
        *,
    };

    /// The keyring of the session, or `None` (said aloud) where there is no session bus, as on
    /// Windows.
    fn session_keyring() -> Option<OsShelf> {
        if std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
            eprintln!("skipped: no session bus; run under dbus-run-session with gnome-keyring");
            return None;
        }
        Some(OsShelf::find().expect("a session bus is there, so a keyring must be"))
    }

    #[test]
    fn a_secret_put_on_the_real_keyring_is_found_replaced_and_removed() {
        let Some(shelf) = session_keyring() else {
            return;
        };
        let name = format!("keyring-test-{}/pepper", std::process::id());
        assert_eq!(shelf.get(&name).unwrap(), None);
        let bytes: Vec<u8> = (0..=255).collect();
        shelf.put(&name, &bytes).unwrap();
        assert_eq!(shelf.get(&name).unwrap().unwrap().as_slice(), bytes);
        shelf.put(&name, b"another").unwrap();
        assert_eq!(shelf.get(&name).unwrap().unwrap().as_slice(), b"another");
        assert_eq!(shelf.get(&format!("{name}-2")).unwrap(), None);
        shelf.remove(&name).unwrap();
        assert_eq!(shelf.get(&name).unwrap(), None);
        shelf
            .remove(&name)
            .expect("removing what is not there is no error");
    }

    #[test]
    fn another_process_finds_the_secret() {
        let Some(shelf) = session_keyring() else {
            return;
        };
        let name = format!("keyring-test-{}/token", std::process::id());
        shelf.put(&name, b"kept by the daemon").unwrap();
        let found = std::process::Command::new("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
            ])
            .args([
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.SearchItems",
            ])
            .arg(format!(
                "dict:string:string:service,{SERVICE},username,{name}"
            ))
            .output()
            .unwrap();
        shelf.remove(&name).unwrap();
        let answer = String::from_utf8_lossy(&found.stdout).into_owned();
        assert!(
            answer.contains("/org/freedesktop/secrets/collection/"),
            "{answer}"
        );
    }

    #[test]
    fn a_vault_with_the_real_keyring_opens_again_and_notices_a_lost_pepper() {
        let Some(shelf) = session_keyring() else {
            return;
        };
        let shelf: Arc<dyn SecretShelf> = Arc::new(shelf);
        let folder = tempfile::tempdir().unwrap();
        let profile = ProfileName::new(&format!("test-{}", std::process::id())).unwrap();
        let place =
            VaultPlace::new(folder.path(), profile, Some(Arc::clone(&shelf))).with_kdf(QUICK);
        let (mut vault, code) = place.create(&password("shuili-2026")).unwrap();
        assert!(vault.has_pepper());
        let device = vault.device_key().unwrap().verifying_key();
        vault.allow_keyring_opening().unwrap();

        let locked = place.look().unwrap().unwrap();
        let mut again = locked
            .open_with_password(&password("shuili-2026"), 0)
            .unwrap();
        assert_eq!(again.device_key().unwrap().verifying_key(), device);
        locked.open_with_keyring().unwrap();

        again.forget(&KeptSecret::DeviceKey).unwrap();
        again.forbid_keyring_opening().unwrap();
        let Pepper::Keyring { id, .. } = &again.file.password.pepper else {
            panic!("the pepper is in the keyring")
        };
        let name = again
            .place
            .entry_name(&again.file.vault_id, &format!("pepper-{id}"));
        shelf.remove(&name).unwrap();
        let locked = again.lock();
        let refused = locked.open_with_password(&password("shuili-2026"), 0);
        assert!(
            matches!(refused, Err(VaultError::PepperLost)),
            "{refused:?}"
        );
        locked.open_with_recovery_code(&code).unwrap();
    }
}
