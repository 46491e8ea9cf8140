//! Reaching a server by an enrolment code, from a desk that has a store already: what a desk that joins and one that
//! is enrolled again do alike. The token that the server is going to know the desk by is in the vault, and what was
//! set out with is noted in the store, before anything is sent: whatever is cut off is taken up where it was.

use andu_api::{ApiError, Pin, text};
use andu_crypto::Secret32;
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Desk,
    link::{Credential, Link},
    open::OpenDesk,
    sync,
    vault::KeptSecret,
};

/// Where a code leads.
pub(crate) struct Reached {
    /// Address of the server.
    pub server: String,
    /// What its certificates are known by.
    pub pin: Option<Pin>,
    /// The one-time secret.
    pub code: String,
}

/// Reads a code, with the address that was given beside it or none. Nothing is sent.
///
/// # Errors
/// Those of the code; `link.plain_refused` and `desk.join_failed` for the address.
pub(crate) fn reach(address: &str, code: &str) -> Result<Reached, ApiError> {
    let (server, pin, code) = sync::where_to(address, code)?;
    let bare = Credential {
        token: String::new(),
        pin,
    };
    let server = Link::new(&server, &bare)?.server().to_owned();
    Ok(Reached { server, pin, code })
}

/// What was noted under `name`, if anything is.
///
/// # Errors
/// The store's own.
pub(crate) fn noted<T: DeserializeOwned>(
    open: &OpenDesk,
    name: &str,
) -> Result<Option<T>, ApiError> {
    let noted = open.store.read(|reader| reader.meta(name))?;
    Ok(noted.and_then(|noted| serde_json::from_str(&noted).ok()))
}

/// Notes how far it has come.
///
/// # Errors
/// The store's own.
pub(crate) fn note<T: Serialize>(open: &OpenDesk, name: &str, far: &T) -> Result<(), ApiError> {
    let said = serde_json::to_string(far).expect("BUG: a note is plain data");
    Ok(open.store.write(|tx| tx.meta_put(name, &said))?)
}

fn secret_of(server: &str) -> KeptSecret {
    KeptSecret::ServerToken(server.to_owned())
}

/// What is kept for a server. A keyring that lost it is as good as none: that is what a new code is for.
///
/// # Errors
/// `desk.locked`.
pub(crate) fn kept(desk: &Desk, server: &str) -> Result<Option<Credential>, ApiError> {
    let which = secret_of(server);
    let kept = desk.with_vault(|vault| Ok(vault.kept(&which).ok().flatten()))?;
    Ok(kept.map(|kept| Credential::parse(&String::from_utf8_lossy(&kept))))
}

/// Makes a token for a server and keeps it.
///
/// # Errors
/// The vault's own.
pub(crate) fn keep_fresh(
    desk: &Desk,
    server: &str,
    pin: Option<Pin>,
) -> Result<Credential, ApiError> {
    let token = Secret32::random().map_err(|_| text::error("store.engine"))?;
    let credential = Credential {
        token: hex(token.expose()),
        pin,
    };
    let which = secret_of(server);
    desk.with_vault(|vault| Ok(vault.keep(&which, credential.to_text().as_bytes())?))?;
    Ok(credential)
}

/// Forgets what was kept for a server.
///
/// # Errors
/// The vault's own.
pub(crate) fn drop_kept(desk: &Desk, server: &str) -> Result<(), ApiError> {
    let which = secret_of(server);
    desk.with_vault(|vault| Ok(vault.forget(&which)?))
}

/// Nobody knows this desk there: the next code begins from the beginning, and may be for another server.
///
/// # Errors
/// The store's and the vault's own.
pub(crate) fn forget(
    desk: &Desk,
    open: &OpenDesk,
    (name, server): (&str, &str),
) -> Result<(), ApiError> {
    open.store.write(|tx| tx.meta_put(name, ""))?;
    drop_kept(desk, server)
}

/// Lower-case hexadecimal characters.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The desk's public key, 64 hexadecimal characters.
pub(crate) fn verify_key(open: &OpenDesk) -> String {
    hex(&open.key.verifying_key().to_bytes())
}
