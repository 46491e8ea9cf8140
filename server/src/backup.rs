//! A copy of the whole server while it runs, in a folder, and a server from such a copy. The copy of the store says
//! of itself that it is one, so that desks which know more than it does are asked for it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};
use andu_crypto::Secret32;
use andu_store::{Key, Store, StoreError};

use crate::{
    Server, authority,
    state::{Known, LOCK, authority_known, make_private},
};

const STORE: &str = "server.db";
/// What belongs to the store's file and is not copied beside its copy.
const OF_STORE: [&str; 4] = [STORE, "server.db-wal", "server.db-shm", LOCK];
/// What belongs to an authority.
const OF_AUTHORITY: [&str; 5] = [
    "authority.pem",
    "authority.key",
    "server.pem",
    "server.key",
    "note.json",
];

/// Copies a server's folder to `to`, which must not be there: the store, the authority, the pepper, attachments.
/// Answers with the size in bytes. The copy is not encrypted.
///
/// # Errors
/// `server.copy_exists`, `server.copy_failed`; nothing is then at `to`.
pub fn back_up(server: &Server, to: &Path) -> Result<u64, ApiError> {
    if to.exists() {
        return Err(about(to, "server.copy_exists"));
    }
    let part = beside(to);
    let copied = copy_parts(server, &part).and_then(|bytes| {
        fs::rename(&part, to).map_err(|cause| failed(to, &cause))?;
        Ok(bytes)
    });
    if copied.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    copied
}

fn copy_parts(server: &Server, part: &Path) -> Result<u64, ApiError> {
    let cannot = |cause: io::Error| failed(part, &cause);
    let _ = fs::remove_dir_all(part);
    make_private(part).map_err(cannot)?;
    let mut bytes = copy_folder(server.folder(), part).map_err(cannot)?;
    // Last: what the store names is there already.
    server.store().copy_to(&part.join(STORE))?;
    bytes += fs::metadata(part.join(STORE)).map_err(cannot)?.len();
    Ok(bytes)
}

/// Makes the folder of a server out of a copy; `data` must not be there, or be empty.
///
/// # Errors
/// `server.copy_exists`, `server.copy_failed`, `server.copy_damaged` for what is no whole copy.
pub fn restore(from: &Path, data: &Path) -> Result<u64, ApiError> {
    let is_empty = |path: &Path| fs::read_dir(path).is_ok_and(|mut all| all.next().is_none());
    if data.exists() && !is_empty(data) {
        return Err(about(data, "server.copy_exists"));
    }
    for needed in [STORE, "pepper.key"] {
        check_is_there(from, needed)?;
    }
    let part = beside(data);
    let cannot = |cause: io::Error| failed(data, &cause);
    let _ = fs::remove_dir_all(&part);
    make_private(&part).map_err(cannot)?;
    let restored = (|| {
        copy_folder(from, &part).map_err(cannot)?;
        let bytes = fs::copy(from.join(STORE), part.join(STORE)).map_err(cannot)?;
        check_whole(from, &part)?;
        if data.exists() {
            fs::remove_dir(data).map_err(cannot)?;
        }
        fs::rename(&part, data).map_err(cannot)?;
        Ok(bytes)
    })();
    if restored.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    restored
}

/// Looks whether what was copied to `part` is a whole server; `from` is for the person.
fn check_whole(from: &Path, part: &Path) -> Result<(), ApiError> {
    let store = |error: StoreError| match error {
        StoreError::Newer { .. } | StoreError::DiskFull => error.into(),
        _ => damaged(from, "server.copy_store"),
    };
    let path = part.join(STORE);
    if Store::version_at(&path, Key::Plain).map_err(store)? == 0 {
        return Err(damaged(from, "server.copy_not_a_server"));
    }
    let opened = Store::open(&path, Key::Plain).map_err(store)?;
    opened.check_integrity().map_err(store)?;
    let (is_server, known) = opened
        .read(|reader| -> andu_store::Result<_> {
            let is_desk = reader.meta("person")?.is_some();
            let is_server = !is_desk && reader.meta("device")?.is_some();
            Ok((is_server, authority_known(reader)?))
        })
        .map_err(store)?;
    let chain = opened.read(|reader| reader.audit_verify());
    drop(opened);
    if !is_server {
        return Err(damaged(from, "server.copy_not_a_server"));
    }
    chain.map_err(|_| damaged(from, "server.copy_audit"))?;
    let pepper = fs::read(part.join("pepper.key")).ok();
    if pepper.is_none_or(|bytes| Secret32::from_slice(&bytes).is_err()) {
        return Err(damaged(from, "server.copy_pepper"));
    }
    check_authority(from, part, &known)
}

/// Looks whether the authority is the one that desks know this server by, and whole. A server that never spoke
/// TLS has none.
fn check_authority(from: &Path, part: &Path, known: &Known) -> Result<(), ApiError> {
    let folder = part.join("tls");
    if *known == Known::None && !folder.exists() {
        return Ok(());
    }
    for name in OF_AUTHORITY {
        check_is_there(from, &format!("tls/{name}"))?;
    }
    let pin = authority::check_whole(&folder).map_err(|cause| {
        tracing::warn!(%cause, "the authority of a copy");
        damaged(from, "server.copy_tls")
    })?;
    match known {
        Known::Pin(known) if *known != pin.to_string() => {
            Err(damaged(from, "server.copy_other_authority"))
        }
        Known::Pin(_) | Known::Some | Known::None => Ok(()),
    }
}

fn check_is_there(from: &Path, name: &str) -> Result<(), ApiError> {
    if from.join(name).is_file() {
        return Ok(());
    }
    let fields = BTreeMap::from([("name".to_owned(), name.to_owned())]);
    Err(damaged_by(
        from,
        text::sentence("server.copy_lacks", &fields),
    ))
}

fn damaged(from: &Path, cause: &str) -> ApiError {
    damaged_by(from, text::sentence(cause, &BTreeMap::new()))
}

fn damaged_by(from: &Path, cause: String) -> ApiError {
    let fields = [("folder", from.display().to_string()), ("cause", cause)];
    text::error_with(ErrorCode::Invalid, "server.copy_damaged", &fields)
}

/// Everything but the store itself, with the permissions it has.
fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_store = OF_STORE.iter().any(|known| name == *known);
        let is_part = Path::new(&name)
            .extension()
            .is_some_and(|end| end == "part");
        if is_store || is_part {
            continue;
        }
        if entry.file_type()?.is_dir() {
            make_private(&to.join(&name))?;
            bytes += copy_folder(&entry.path(), &to.join(&name))?;
        } else {
            bytes += fs::copy(entry.path(), to.join(&name))?;
        }
    }
    Ok(bytes)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn about(folder: &Path, key: &str) -> ApiError {
    let fields = [("folder", folder.display().to_string())];
    text::error_with(ErrorCode::Invalid, key, &fields)
}

fn failed(folder: &Path, cause: &dyn std::fmt::Display) -> ApiError {
    let fields = [
        ("folder", folder.display().to_string()),
        ("cause", cause.to_string()),
    ];
    text::error_with(ErrorCode::NotNow, "server.copy_failed", &fields)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use tempfile::TempDir;

    use super::*;
    use crate::{Administrators, fill_demo, found};

    #[test]
    fn a_server_comes_back_from_its_copy_with_its_authority_and_another_epoch() {
        let place = TempDir::new().expect("a folder");
        let (data, copy, again) = (
            place.path().join("data"),
            place.path().join("copy"),
            place.path().join("again"),
        );
        let server = Server::open(&data).expect("a server");
        let authority = crate::Authority::open(&data.join("tls"), &[], date(2026, 11, 22));
        let pin = authority.expect("an authority").pin();
        fill_demo(&server, 20, |_| {}).expect("a county");
        assert!(back_up(&server, &copy).expect("a copy") > 10_000);
        let refused = back_up(&server, &copy).expect_err("a refusal");
        assert_eq!(refused.key, "server.copy_exists");
        // What came after the copy is not in it.
        fill_demo(&server, 30, |_| {}).expect("more of it");
        assert!(restore(&copy, &data).is_err(), "it was put over a server");
        restore(&copy, &again).expect("a server again");
        let other = Server::open(&again).expect("a server");
        let epoch = |server: &Server| {
            let read = server.store().read(andu_app::epoch::current);
            read.expect("an epoch")
        };
        assert_ne!(
            epoch(&server),
            epoch(&other),
            "nobody would notice the restoring"
        );
        let known = crate::authority::pin_in(&again.join("tls"));
        assert_eq!(known, Ok(pin), "desks would not know the server again");
        assert_eq!(fill_demo(&other, 30, |_| {}), Ok(10));
        let chain = other.store().read(|reader| reader.audit_verify());
        assert!(chain.is_ok_and(|entries| entries > 0));
    }

    #[test]
    fn what_is_no_whole_copy_makes_no_server() {
        let place = TempDir::new().expect("a folder");
        let (data, copy) = (place.path().join("data"), place.path().join("copy"));
        let server = Server::open(&data).expect("a server");
        let names = ["顾思源", "秦望舒", "陆清和"].map(String::from);
        let first = Administrators {
            agency: "望溪县人民政府办公室".into(),
            department: "信息科".into(),
            names,
        };
        found(&server, &first).expect("three administrators");
        back_up(&server, &copy).expect("a copy");
        let mut bytes = fs::read(copy.join(STORE)).expect("the copy's store");
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4096].fill(7);
        fs::write(copy.join(STORE), bytes).expect("a damaged store");
        let again = place.path().join("again");
        assert!(restore(&copy, &again).is_err(), "a damaged copy was taken");
        assert!(!again.exists(), "half a server is left");
        fs::remove_file(copy.join("pepper.key")).expect("it was there");
        let refused = restore(&copy, &again).expect_err("a refusal");
        assert_eq!(refused.key, "server.copy_damaged");
    }
}
