//! A copy of the whole server while it runs, in a folder, and a server from such a copy. The copy of the store says
//! of itself that it is one, so that desks which know more than it does are asked for it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, cause, text};
use andu_store::{Key, Store, StoreError};

use crate::{
    Server, authority,
    manifest::{self, MANIFEST, Manifest, Unfit},
    pepper,
    state::{Known, LOCK, about, authority_known, make_private},
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

/// A copy that was made, or that a server was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its size in bytes.
    pub bytes: u64,
    /// SHA-256 of its list of files: whoever wrote it down when the copy was made knows the copy by it.
    pub code: String,
    /// Whether the audit log was whole when the copy was made.
    pub audit_is_whole: bool,
}

/// Copies a server's folder to `to`, which must not be there: the store, the authority, the pepper, attachments. The
/// copy is not encrypted; what it holds is listed in it, each file with its hash.
///
/// # Errors
/// `server.copy_exists`, `server.copy_inside`, `server.copy_failed`; nothing is then at `to`.
pub fn back_up(server: &Server, to: &Path) -> Result<Copied, ApiError> {
    if to.exists() {
        return Err(about(to, "server.copy_exists"));
    }
    refuse_inside(server.folder(), to)?;
    let part = beside(to);
    let copied = copy_parts(server, &part, to).and_then(|copied| {
        fs::rename(&part, to).map_err(|cause| failed(to, &cause))?;
        Ok(copied)
    });
    if copied.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    copied
}

/// A copy within what is copied would be in every later one.
fn refuse_inside(folder: &Path, to: &Path) -> Result<(), ApiError> {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let parent = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = parent.unwrap_or(Path::new("."));
    let is_inside = parent
        .canonicalize()
        .is_ok_and(|parent| parent.starts_with(&folder));
    match is_inside {
        true => Err(about(to, "server.copy_inside")),
        false => Ok(()),
    }
}

fn copy_parts(server: &Server, part: &Path, to: &Path) -> Result<Copied, ApiError> {
    let cannot = |cause: io::Error| failed(to, &cause);
    let _ = fs::remove_dir_all(part);
    make_private(part).map_err(cannot)?;
    let mut paths = Vec::new();
    list_folder(server.folder(), "", &mut paths).map_err(cannot)?;
    let mut manifest = Manifest::default();
    let mut bytes = 0;
    for path in paths {
        bytes += copy_file(server.folder(), part, &path).map_err(cannot)?;
        let hash = manifest::hash_of(&part.join(&path)).map_err(cannot)?;
        manifest.files.insert(path, hash);
    }
    // Last: what the store names is there already. A copy of a damaged store is none to go back to.
    server.store().check_integrity()?;
    let store = part.join(STORE);
    server.store().copy_to(&store)?;
    let head = Store::peek(&store, Key::Plain, |reader| reader.audit_head()).ok();
    let audit_is_whole = head.is_some();
    manifest.audit = head.unwrap_or_default();
    bytes += fs::metadata(&store).map_err(cannot)?.len();
    let hash = manifest::hash_of(&store).map_err(cannot)?;
    manifest.files.insert(STORE.to_owned(), hash);
    let code = manifest.write(part).map_err(cannot)?;
    Ok(Copied {
        bytes,
        code,
        audit_is_whole,
    })
}

/// Makes the folder of a server out of a copy; `data` must not be there, or be empty.
///
/// # Errors
/// `server.copy_exists`, `server.copy_failed`, `server.copy_not_there`, `server.copy_damaged` for what is no whole
/// copy.
pub fn restore(from: &Path, data: &Path) -> Result<Copied, ApiError> {
    if !from.is_dir() {
        return Err(about(from, "server.copy_not_there"));
    }
    let is_empty = |path: &Path| fs::read_dir(path).is_ok_and(|mut all| all.next().is_none());
    if data.exists() && !is_empty(data) {
        return Err(about(data, "server.copy_exists"));
    }
    refuse_inside(from, data)?;
    for needed in [STORE, pepper::FILE] {
        check_is_there(from, needed)?;
    }
    let (manifest, code) = Manifest::read(from).map_err(|unfit| unfit_copy(from, &unfit))?;
    for needed in [STORE, pepper::FILE] {
        if !manifest.files.contains_key(needed) {
            return Err(unfit_copy(from, &Unfit::NotOne));
        }
    }
    let part = beside(data);
    let cannot = |cause: io::Error| failed(data, &cause);
    let _ = fs::remove_dir_all(&part);
    make_private(&part).map_err(cannot)?;
    let restored = (|| {
        let mut bytes = 0;
        for path in manifest.files.keys() {
            check_is_there(from, path)?;
            bytes += copy_file(from, &part, path).map_err(cannot)?;
        }
        // What is put in its place is looked at, before a program writes into it.
        let checked = manifest.check(&part);
        checked.map_err(|unfit| unfit_copy(from, &unfit))?;
        let audit_is_whole = check_whole(from, &part, &manifest)?;
        if data.exists() {
            fs::remove_dir(data).map_err(cannot)?;
        }
        fs::rename(&part, data).map_err(cannot)?;
        Ok(Copied {
            bytes,
            code,
            audit_is_whole,
        })
    })();
    if restored.is_err() {
        let _ = fs::remove_dir_all(&part);
    }
    restored
}

fn unfit_copy(from: &Path, unfit: &Unfit) -> ApiError {
    let (key, name) = match unfit {
        Unfit::NotOne => ("server.copy_no_list", MANIFEST),
        Unfit::Lacks(name) => ("server.copy_lacks", name.as_str()),
        Unfit::Altered(name) => ("server.copy_altered", name.as_str()),
    };
    let fields = BTreeMap::from([("name".to_owned(), name.to_owned())]);
    damaged_by(from, text::sentence(key, &fields))
}

/// Looks whether what was copied to `part` is a whole server; `from` is for the person. Says whether its audit log
/// is whole: one that was not when the copy was made is no worse now.
fn check_whole(from: &Path, part: &Path, manifest: &Manifest) -> Result<bool, ApiError> {
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
    let (is_server, known, has_pepper) = opened
        .read(|reader| -> andu_store::Result<_> {
            let is_desk = reader.meta("person")?.is_some();
            let is_server = !is_desk && reader.meta("device")?.is_some();
            let has_pepper = pepper::fits(part, reader)?;
            Ok((is_server, authority_known(reader)?, has_pepper))
        })
        .map_err(store)?;
    let chain = opened.read(|reader| reader.audit_head());
    drop(opened);
    if !is_server {
        return Err(damaged(from, "server.copy_not_a_server"));
    }
    let audit_is_whole = chain.is_ok();
    if chain.unwrap_or_default() != manifest.audit {
        return Err(damaged(from, "server.copy_audit"));
    }
    if !has_pepper {
        return Err(damaged(from, "server.copy_pepper"));
    }
    check_authority(from, part, &known)?;
    Ok(audit_is_whole)
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

/// Everything but the store itself, by paths within `folder`.
fn list_folder(folder: &Path, within: &str, paths: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_store = within.is_empty() && OF_STORE.iter().any(|known| name == *known);
        let is_part = Path::new(&name)
            .extension()
            .is_some_and(|end| end == "part");
        if is_store || is_part {
            continue;
        }
        let path = format!("{within}{}", name.to_string_lossy());
        if entry.file_type()?.is_dir() {
            list_folder(&entry.path(), &format!("{path}/"), paths)?;
        } else if manifest::is_within(&path) {
            paths.push(path);
        } else {
            return Err(io::ErrorKind::InvalidFilename.into());
        }
    }
    Ok(())
}

/// Copies a file with the permissions it has, into folders that nobody else may look into.
fn copy_file(from: &Path, to: &Path, path: &str) -> io::Result<u64> {
    let target = to.join(path);
    if let Some(folder) = target.parent() {
        make_private(folder)?;
    }
    fs::copy(from.join(path), target)
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

fn failed(folder: &Path, cause: &io::Error) -> ApiError {
    let fields = [
        ("folder", folder.display().to_string()),
        ("cause", cause::words(cause)),
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
        assert!(back_up(&server, &copy).expect("a copy").bytes > 10_000);
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
