//! The secret beside the store without which its passwords cannot be guessed at, and without which nobody can sign in.
//! The store notes which one it is: one that is gone, or is another's, is never silently made anew.

use std::{fs, path::Path};

use andu_api::{ApiError, ErrorCode, cause, text};
use andu_app::{account::Pepper, organisation};
use andu_base::ContentHash;
use andu_crypto::Secret32;
use andu_org::Grant;
use andu_store::{AuditEntry, Key, Reader, Store};

use crate::{
    Server,
    authority::write_private,
    invite,
    people::operator,
    state::{about, check_there, hold, instant, now, today},
};

/// Its file in the server's folder.
pub(crate) const FILE: &str = "pepper.key";
/// The fact that notes which one it is.
const NOTED: &str = "pepper";

/// Opens the secret of the server in `folder`, and makes it where no password was ever chosen with one.
///
/// # Errors
/// `server.pepper_gone` where it is not there any more, `server.pepper_other` for another one, `server.pepper` for a
/// file that cannot be read.
pub(crate) fn open(folder: &Path, store: &Store) -> Result<Pepper, ApiError> {
    let path = folder.join(FILE);
    let noted = store.read(|reader| reader.meta(NOTED))?;
    if !path.exists() {
        if noted.is_some() || store.read(|reader| reader.has_accounts())? {
            return Err(about(folder, "server.pepper_gone"));
        }
        make(&path)?;
    }
    let secret = read(&path)?;
    let mark = mark(&secret);
    match noted {
        Some(noted) if noted != mark => return Err(about(folder, "server.pepper_other")),
        Some(_) => {}
        None => store.write(|tx| tx.meta_put(NOTED, &mark))?,
    }
    Ok(Pepper::new(secret))
}

/// Whether the secret in `folder` is the one that the store noted, if it noted one; for a copy.
pub(crate) fn fits(folder: &Path, reader: Reader<'_>) -> andu_store::Result<bool> {
    let noted = reader.meta(NOTED)?;
    let found = read(&folder.join(FILE)).ok();
    Ok(found.is_some_and(|secret| noted.is_none_or(|noted| noted == mark(&secret))))
}

/// Makes another secret for a server that lost its own; no password fits any more. Answers with the server, and with
/// names and one-time codes of those who go on from here: its 系统管理员, or, where it was never founded, everybody.
///
/// # Errors
/// `server.pepper_whole` where nothing was lost; `server.already_served`, `server.none_here`; the store's own.
pub fn renew_pepper(folder: &Path) -> Result<(Server, Vec<(String, String)>), ApiError> {
    check_there(folder)?;
    let _held = hold(folder)?;
    let store = Store::open(&folder.join("server.db"), Key::Plain)?;
    if store.read(|reader| fits(folder, reader))? {
        return Err(about(folder, "server.pepper_whole"));
    }
    let path = folder.join(FILE);
    if path.exists() {
        let aside = format!("{FILE}.before-{}", instant().as_millisecond());
        fs::rename(&path, folder.join(aside)).map_err(andu_store::StoreError::from)?;
    }
    make(&path)?;
    let mark = mark(&read(&path)?);
    let device = store.read(|reader| reader.meta("device"))?;
    store.write(|tx| -> andu_store::Result<()> {
        tx.meta_put(NOTED, &mark)?;
        tx.audit_append(&AuditEntry {
            at: now(),
            actor_id: operator(),
            device_id: device.unwrap_or_default(),
            action: "pepper_renew".into(),
            subject_id: String::new(),
            detail: String::new(),
        })
    })?;
    drop(store);
    let server = Server::open(folder)?;
    let founded = server.is_founded()?;
    let mut codes = Vec::new();
    for person in server.store.read(|reader| reader.people())? {
        let actor = server
            .store
            .read(|reader| organisation::actor(reader, person.id, today()))?;
        if !founded || actor.may(Grant::KeepOrganisation) {
            let code = server.shown(&invite(&server, person.id)?)?;
            codes.push((person.name, code));
        }
    }
    Ok((server, codes))
}

fn make(path: &Path) -> Result<(), ApiError> {
    let fresh = Secret32::random().map_err(|_| text::error("store.engine"))?;
    write_private(path, fresh.expose()).map_err(|error| {
        let fields = [("name", FILE.to_owned()), ("cause", cause::words(&error))];
        text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
    })
}

fn read(path: &Path) -> Result<Secret32, ApiError> {
    let unusable = || text::error("server.pepper");
    let bytes = fs::read(path).map_err(|_| unusable())?;
    Secret32::from_slice(&bytes).map_err(|_| unusable())
}

/// By what the store knows the secret: nothing is learnt from it about the secret.
fn mark(secret: &Secret32) -> String {
    let mut said = b"andu pepper ".to_vec();
    said.extend(secret.expose());
    ContentHash::of(&said).to_string()
}
