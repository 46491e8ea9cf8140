//! A shelf for unit tests, which can lose things and refuse.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use zeroize::Zeroizing;

use super::{SecretShelf, ShelfError};

#[derive(Debug, Default)]
pub(in crate::vault) struct MemoryShelf {
    secrets: Mutex<BTreeMap<String, Vec<u8>>>,
    refuses: AtomicBool,
}

impl MemoryShelf {
    pub(in crate::vault) fn lose_everything(&self) {
        self.secrets.lock().unwrap().clear();
    }

    pub(in crate::vault) fn corrupt_everything(&self) {
        self.secrets
            .lock()
            .unwrap()
            .values_mut()
            .for_each(|secret| secret[0] ^= 1);
    }

    pub(in crate::vault) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::Relaxed);
    }

    pub(in crate::vault) fn names(&self) -> Vec<String> {
        self.secrets.lock().unwrap().keys().cloned().collect()
    }

    fn answer(&self) -> Result<(), ShelfError> {
        if self.refuses.load(Ordering::Relaxed) {
            return Err(ShelfError::Refused {
                reason: "locked".to_owned(),
            });
        }
        Ok(())
    }
}

impl SecretShelf for MemoryShelf {
    fn get(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, ShelfError> {
        self.answer()?;
        Ok(self
            .secrets
            .lock()
            .unwrap()
            .get(name)
            .cloned()
            .map(Zeroizing::new))
    }

    fn put(&self, name: &str, secret: &[u8]) -> Result<(), ShelfError> {
        self.answer()?;
        self.secrets
            .lock()
            .unwrap()
            .insert(name.to_owned(), secret.to_vec());
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<(), ShelfError> {
        self.answer()?;
        self.secrets.lock().unwrap().remove(name);
        Ok(())
    }
}
