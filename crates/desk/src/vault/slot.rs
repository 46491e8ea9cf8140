//! Wrapping the store key for a password, a recovery code or the keyring, and unwrapping it. Each
//! wrapping is bound to its vault, its kind and its parameters.

use andu_crypto::{CryptoError, KdfParams, Salt, Secret32, derive, hash, open, random_bytes, seal};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{
    Password, RecoveryCode, StoreKey,
    file::{Base64, KeyringSlot, PasswordSlot, Pepper, RecoverySlot, VERSION},
};

/// A pepper and what the slot says about it.
pub(super) struct FoundPepper {
    pub(super) secret: Secret32,
    pub(super) label: Pepper,
}

impl FoundPepper {
    pub(super) fn new(secret: Secret32, id: String) -> Self {
        let check = pepper_check(&secret);
        Self {
            secret,
            label: Pepper::Keyring { id, check },
        }
    }
}

/// Recognises a pepper without telling anything about it: 8 bytes of a hash of 32 random ones.
pub(super) fn pepper_check(pepper: &Secret32) -> Base64 {
    let mut labelled = Zeroizing::new(b"andu vault pepper check v1".to_vec());
    labelled.extend_from_slice(pepper.expose());
    Base64(hash(&labelled)[..8].to_vec())
}

pub(super) fn wrap_for_password(
    vault_id: &str,
    key: &StoreKey,
    password: &Password,
    pepper: Option<&FoundPepper>,
    kdf: KdfParams,
) -> Result<PasswordSlot, CryptoError> {
    let salt: Salt = random_bytes()?;
    let label = pepper.map_or(Pepper::None {}, |pepper| pepper.label.clone());
    let secret = pepper.map(|pepper| &pepper.secret);
    let wrapping = derive(password.bytes(), &salt, secret, kdf)?;
    let mut slot = PasswordSlot {
        kdf,
        salt: Base64(salt.to_vec()),
        pepper: label,
        sealed_key: Base64(Vec::new()),
    };
    slot.sealed_key = Base64(seal(
        &wrapping,
        &password_context(vault_id, &slot),
        key.bytes(),
    )?);
    Ok(slot)
}

/// # Errors
/// `DoesNotOpen` for a wrong password or pepper.
pub(super) fn unwrap_with_password(
    vault_id: &str,
    slot: &PasswordSlot,
    password: &Password,
    pepper: Option<&Secret32>,
) -> Result<StoreKey, CryptoError> {
    let wrapping = derive(password.bytes(), &salt_of(&slot.salt)?, pepper, slot.kdf)?;
    unwrap(
        &wrapping,
        &password_context(vault_id, slot),
        &slot.sealed_key,
    )
}

pub(super) fn wrap_for_recovery(
    vault_id: &str,
    key: &StoreKey,
    code: &RecoveryCode,
    kdf: KdfParams,
) -> Result<RecoverySlot, CryptoError> {
    let salt: Salt = random_bytes()?;
    let wrapping = derive(code.bytes(), &salt, None, kdf)?;
    let mut slot = RecoverySlot {
        kdf,
        salt: Base64(salt.to_vec()),
        sealed_key: Base64(Vec::new()),
    };
    slot.sealed_key = Base64(seal(
        &wrapping,
        &recovery_context(vault_id, &slot),
        key.bytes(),
    )?);
    Ok(slot)
}

/// # Errors
/// `DoesNotOpen` for a wrong code.
pub(super) fn unwrap_with_recovery(
    vault_id: &str,
    slot: &RecoverySlot,
    code: &RecoveryCode,
) -> Result<StoreKey, CryptoError> {
    let wrapping = derive(code.bytes(), &salt_of(&slot.salt)?, None, slot.kdf)?;
    unwrap(
        &wrapping,
        &recovery_context(vault_id, slot),
        &slot.sealed_key,
    )
}

pub(super) fn wrap_for_keyring(
    vault_id: &str,
    key: &StoreKey,
    opening_key: &Secret32,
) -> Result<KeyringSlot, CryptoError> {
    let sealed = seal(opening_key, &keyring_context(vault_id), key.bytes())?;
    Ok(KeyringSlot {
        sealed_key: Base64(sealed),
    })
}

/// # Errors
/// `DoesNotOpen` for a wrong opening key.
pub(super) fn unwrap_with_keyring(
    vault_id: &str,
    slot: &KeyringSlot,
    opening_key: &Secret32,
) -> Result<StoreKey, CryptoError> {
    unwrap(opening_key, &keyring_context(vault_id), &slot.sealed_key)
}

fn unwrap(key: &Secret32, context: &[u8], sealed: &Base64) -> Result<StoreKey, CryptoError> {
    let bytes = Zeroizing::new(open(key, context, &sealed.0)?);
    StoreKey::from_slice(&bytes)
}

fn salt_of(bytes: &Base64) -> Result<Salt, CryptoError> {
    bytes
        .0
        .as_slice()
        .try_into()
        .map_err(|_| CryptoError::DoesNotOpen)
}

/// The associated data of a slot: everything about it but the sealed key.
#[derive(Serialize)]
struct Context<'a> {
    version: u32,
    vault_id: &'a str,
    slot: &'static str,
    kdf: Option<KdfParams>,
    salt: Option<&'a Base64>,
    pepper: Option<&'a Pepper>,
}

impl Context<'_> {
    fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("BUG: the context of a slot is JSON")
    }
}

fn password_context(vault_id: &str, slot: &PasswordSlot) -> Vec<u8> {
    let (kdf, salt, pepper) = (Some(slot.kdf), Some(&slot.salt), Some(&slot.pepper));
    Context {
        version: VERSION,
        vault_id,
        slot: "password",
        kdf,
        salt,
        pepper,
    }
    .to_bytes()
}

fn recovery_context(vault_id: &str, slot: &RecoverySlot) -> Vec<u8> {
    let (kdf, salt) = (Some(slot.kdf), Some(&slot.salt));
    Context {
        version: VERSION,
        vault_id,
        slot: "recovery",
        kdf,
        salt,
        pepper: None,
    }
    .to_bytes()
}

fn keyring_context(vault_id: &str) -> Vec<u8> {
    let (kdf, salt, pepper) = (None, None, None);
    Context {
        version: VERSION,
        vault_id,
        slot: "keyring",
        kdf,
        salt,
        pepper,
    }
    .to_bytes()
}
