//! The folder of a test authority: two certificates, their keys under a password, what was issued, and the list of
//! what was revoked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};
use andu_crypto::{
    CryptoError,
    sm::{KeyHolder as _, Sm2Secret},
};
use andu_desk::file;
use andu_seal::{
    Certificate, CertificatePlan, CertificateRole, Name, RevocationReason, Revoked, TestAuthority,
    make_test_root,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{LARGEST_FILE, Reason, read_certificate, said};

/// The list of revoked certificates.
pub const LIST: &str = "list.pem";
const ROOT_LIST: &str = "root-list.pem";
const BOOK: &str = "issued.json";
/// How long a list of revoked certificates is good for.
const LIST_DAYS: i64 = 30;

/// A certificate that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Issued {
    /// In hexadecimal.
    pub serial: String,
    /// Whose.
    pub name: String,
    /// `sign` or `encrypt`.
    pub role: String,
    pub valid_to: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// As lists write it.
    #[serde(default)]
    pub reason: u8,
}

impl Issued {
    pub fn of(certificate: &Certificate, role: &str) -> Self {
        Self {
            serial: certificate.serial_text(),
            name: certificate.subject().common_name().to_owned(),
            role: role.to_owned(),
            valid_to: certificate.valid_to(),
            revoked_at: None,
            reason: 0,
        }
    }
}

/// What is in `issued.json`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Book {
    /// Of the last list that was published.
    list_number: u32,
    issued: Vec<Issued>,
}

/// A test authority.
pub struct Authority {
    folder: PathBuf,
    pub root: Certificate,
    pub certificate: Certificate,
}

/// Refuses a folder in which something is.
///
/// # Errors
/// `certificate.not_empty`.
pub fn check_empty(folder: &Path) -> Result<(), ApiError> {
    let mut there = match fs::read_dir(folder) {
        Ok(there) => there,
        Err(_) if !folder.exists() => return Ok(()),
        Err(_) => return Err(refused("certificate.not_empty", folder)),
    };
    match there.next() {
        None => Ok(()),
        Some(_) => Err(refused("certificate.not_empty", folder)),
    }
}

/// Writes a file of the folder, making the folder if need be.
///
/// # Errors
/// `desk.file_write`.
pub fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), ApiError> {
    fs::create_dir_all(folder).map_err(|_| refused("desk.file_write", folder))?;
    let path = folder.join(name);
    file::write(&path, bytes)?;
    #[cfg(unix)]
    if name.ends_with(".key") {
        use std::os::unix::fs::PermissionsExt as _;
        let owner = fs::Permissions::from_mode(0o600);
        fs::set_permissions(&path, owner).map_err(|_| refused("desk.file_write", &path))?;
    }
    Ok(())
}

fn refused(key: &str, path: &Path) -> ApiError {
    let fields = [("name", file::shown(path))];
    text::error_with(ErrorCode::Invalid, key, &fields)
}

impl Authority {
    /// A root, and the authority under it that issues.
    ///
    /// # Errors
    /// `certificate.bad_field`; `desk.file_write`.
    pub fn create(
        folder: &Path,
        organization: &str,
        (valid_from, valid_to): (Timestamp, Timestamp),
        password: &str,
    ) -> Result<Self, ApiError> {
        let fresh = || Sm2Secret::random().map_err(|error| said(&error.into()));
        let name = |name: &str| Name::for_test(organization, name).map_err(|error| said(&error));
        let (root_key, key) = (fresh()?, fresh()?);
        let root = make_test_root(&name("测试根")?, &root_key, valid_from, valid_to)
            .map_err(|error| said(&error))?;
        let plan = CertificatePlan {
            subject: &name("测试发证机构")?,
            key: &key.public(),
            role: CertificateRole::Authority { path_length: 0 },
            valid_from,
            valid_to,
        };
        let by = TestAuthority {
            certificate: &root,
            key: &root_key,
        };
        let certificate = by.issue(&plan).map_err(|error| said(&error))?;
        // A root revokes nothing here: that its authority stands is said once, for as long as it stands.
        let list = by
            .revoke(&[], 1, valid_from, valid_to)
            .map_err(|error| said(&error))?;
        let authority = Self {
            folder: folder.to_owned(),
            root,
            certificate,
        };
        for (name, key) in [("root.key", &root_key), ("authority.key", &key)] {
            let pem = key
                .to_pem(password.as_bytes())
                .map_err(|error| said(&error.into()))?;
            put(folder, name, pem.as_bytes())?;
        }
        put(folder, "root.pem", authority.root.to_pem().as_bytes())?;
        let pem = authority.certificate.to_pem();
        put(folder, "authority.pem", pem.as_bytes())?;
        put(folder, ROOT_LIST, list.to_pem().as_bytes())?;
        authority.publish(&mut Book::default(), valid_from, &key)?;
        Ok(authority)
    }

    /// # Errors
    /// Where a file is missing, or is none of its kind.
    pub fn open(folder: &Path) -> Result<Self, ApiError> {
        if !folder.join("authority.pem").is_file() {
            return Err(refused("certificate.no_authority", folder));
        }
        Ok(Self {
            root: read_certificate(&folder.join("root.pem"))?,
            certificate: read_certificate(&folder.join("authority.pem"))?,
            folder: folder.to_owned(),
        })
    }

    /// The key that issues.
    ///
    /// # Errors
    /// `certificate.wrong_password`, or a file that is no key.
    pub fn unlock(&self, password: &str) -> Result<Sm2Secret, ApiError> {
        let path = self.folder.join("authority.key");
        let bytes = file::read(&path, LARGEST_FILE)?;
        let pem = String::from_utf8_lossy(&bytes);
        let key = Sm2Secret::from_pem(&pem, password.as_bytes()).map_err(|error| match error {
            CryptoError::DoesNotOpen => refused("certificate.wrong_password", &path),
            other => said(&other.into()),
        })?;
        match self.certificate.sm2_key() {
            Ok(public) if public == &key.public() => Ok(key),
            _ => Err(refused("certificate.other_key", &path)),
        }
    }

    /// # Errors
    /// Where the book cannot be read.
    pub fn issued(&self) -> Result<Vec<Issued>, ApiError> {
        Ok(self.book()?.issued)
    }

    /// Enters what was issued.
    ///
    /// # Errors
    /// Where the book cannot be read or written.
    pub fn note(&mut self, issued: &[Issued]) -> Result<(), ApiError> {
        let mut book = self.book()?;
        book.issued.extend_from_slice(issued);
        self.keep(&book)
    }

    /// Revokes a certificate from `at` on, and publishes the list.
    ///
    /// # Errors
    /// `certificate.unknown_serial`, `certificate.revoked_already`; as [`Self::unlock`].
    pub fn revoke(
        &mut self,
        serial: &str,
        reason: Reason,
        at: Timestamp,
        password: &str,
    ) -> Result<Issued, ApiError> {
        let key = self.unlock(password)?;
        let mut book = self.book()?;
        let wrong = |key: &str| {
            let fields = [("serial", serial.to_owned())];
            text::error_with(ErrorCode::Invalid, key, &fields)
        };
        let found = book
            .issued
            .iter_mut()
            .find(|one| one.serial.eq_ignore_ascii_case(serial));
        let one = found.ok_or_else(|| wrong("certificate.unknown_serial"))?;
        if one.revoked_at.is_some() {
            return Err(wrong("certificate.revoked_already"));
        }
        one.revoked_at = Some(at);
        one.reason = reason.code().code();
        let one = one.clone();
        self.publish(&mut book, at, &key)?;
        Ok(one)
    }

    fn publish(&self, book: &mut Book, at: Timestamp, key: &Sm2Secret) -> Result<(), ApiError> {
        let mut revoked = Vec::new();
        for one in &book.issued {
            if let Some(at) = one.revoked_at {
                revoked.push(Revoked {
                    serial: unhex(&one.serial),
                    at,
                    reason: RevocationReason::of_code(one.reason),
                });
            }
        }
        book.list_number += 1;
        let by = TestAuthority {
            certificate: &self.certificate,
            key,
        };
        let next = at
            .checked_add(SignedDuration::from_hours(24 * LIST_DAYS))
            .unwrap_or(at);
        let list = by
            .revoke(&revoked, book.list_number, at, next)
            .map_err(|error| said(&error))?;
        // The book first: a list that is behind it is published again by the next revocation.
        self.keep(book)?;
        put(&self.folder, LIST, list.to_pem().as_bytes())
    }

    fn book(&self) -> Result<Book, ApiError> {
        let path = self.folder.join(BOOK);
        let bytes = file::read(&path, LARGEST_FILE)?;
        serde_json::from_slice(&bytes)
            .map_err(|_| refused("certificate.no_authority", &self.folder))
    }

    fn keep(&self, book: &Book) -> Result<(), ApiError> {
        let bytes = serde_json::to_vec_pretty(book).expect("BUG: a book has no JSON");
        put(&self.folder, BOOK, &bytes)
    }
}

impl Reason {
    fn code(self) -> RevocationReason {
        match self {
            Self::Unspecified => RevocationReason::Unspecified,
            Self::KeyCompromise => RevocationReason::KeyCompromise,
            Self::AffiliationChanged => RevocationReason::AffiliationChanged,
            Self::Superseded => RevocationReason::Superseded,
            Self::CessationOfOperation => RevocationReason::CessationOfOperation,
        }
    }
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.as_bytes().as_chunks::<2>().0.iter();
    pairs
        .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
