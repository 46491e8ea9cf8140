//! The server's own authority: made on the first start, it signs the server's certificates and nothing
//! else. Desks know it by its pin; browsers are given its certificate by the administrator. The keys lie
//! in the server's folder, readable by the server alone.

use std::{
    fs,
    io::{self, Write as _},
    net::IpAddr,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use andu_api::{ApiError, ErrorCode, Pin, cause, text};
use jiff::{ToSpan as _, civil::Date, tz::TimeZone};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier as _},
    crypto::ring as provider,
    pki_types::{
        CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName, UnixTime,
        pem::PemObject as _,
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use serde::{Deserialize, Serialize};

use crate::state::make_private;

/// Years that the authority lasts: longer than the machines that trust it.
const AUTHORITY_YEARS: i64 = 20;
/// Days that a server certificate lasts.
const CERTIFICATE_DAYS: i64 = 730;
/// Days before its end at which it is replaced.
const RENEWED_BEFORE_DAYS: i64 = 60;

/// What an authority cannot do without. The server's own certificate and key are made out of it at any time.
const OF_AUTHORITY: [&str; 3] = ["authority.pem", "authority.key", "note.json"];

/// What the certificate file does not say in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Name of the authority.
    name: String,
    /// Hosts of the server certificate.
    hosts: Vec<String>,
    /// Its last day.
    until: Date,
}

/// The authority and the certificate that the server shows.
pub struct Authority {
    folder: PathBuf,
    pin: Pin,
    fingerprint: String,
    shown: Arc<Shown>,
    hosts: Vec<String>,
}

/// The certificate that is shown now; it is replaced while the server runs.
#[derive(Debug)]
struct Shown(RwLock<Arc<CertifiedKey>>);

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.0.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

impl Authority {
    /// Opens the authority in `folder`, making it on the first start, and the certificate for `hosts`
    /// (names and addresses), making it where there is none or none that can be used, where it is for other hosts,
    /// or where it ends soon. The machine's loopback is always among them.
    ///
    /// # Errors
    /// `server.certificate` where the authority itself is not whole: it is never made anew over one that
    /// was there, because every desk would have to be enrolled again.
    pub fn open(folder: &Path, hosts: &[String], today: Date) -> Result<Self, ApiError> {
        let mut hosts: Vec<String> = hosts.to_vec();
        hosts.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
        hosts.sort();
        hosts.dedup();
        if !folder.exists() {
            // Beside its place first: a start that is cut off leaves no half of an authority.
            let part = folder.with_extension("part");
            let _ = fs::remove_dir_all(&part);
            make_authority(&part, &hosts, today).map_err(|error| failed(folder, &*error))?;
            fs::rename(&part, folder).map_err(|error| failed(folder, &error))?;
        }
        let certificate = authority_in(folder)?;
        let hash = ring::digest::digest(&ring::digest::SHA256, &certificate);
        let pin = Pin(*hash.as_ref().first_chunk().expect("BUG: 32 bytes"));
        let fingerprint: Vec<String> = hash.as_ref().iter().map(|b| format!("{b:02X}")).collect();
        let key = certified(folder, &hosts, today).map_err(|error| failed(folder, &*error))?;
        Ok(Self {
            folder: folder.to_owned(),
            pin,
            fingerprint: fingerprint.join(":"),
            shown: Arc::new(Shown(RwLock::new(Arc::new(key)))),
            hosts,
        })
    }

    /// What desks know the server by.
    pub const fn pin(&self) -> Pin {
        self.pin
    }

    /// SHA-256 of the authority's certificate as browsers show it.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// How the server speaks TLS.
    pub fn tls(&self) -> Arc<ServerConfig> {
        let mut config =
            ServerConfig::builder_with_provider(Arc::new(provider::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("BUG: ring knows the versions that rustls has by default")
                .with_no_client_auth()
                .with_cert_resolver(Arc::clone(&self.shown) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Arc::new(config)
    }

    /// Replaces the certificate if it ends soon; for a server that runs for years.
    ///
    /// # Errors
    /// `server.certificate`; the certificate so far is shown further.
    pub fn renew(&self, today: Date) -> Result<(), ApiError> {
        let key = certified(&self.folder, &self.hosts, today)
            .map_err(|error| failed(&self.folder, &*error))?;
        *self.shown.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(key);
        Ok(())
    }
}

/// The certificate of the authority in a folder, where authority, key and note are all there and belong together.
///
/// # Errors
/// `server.authority_part_gone` with what is missing; `server.certificate` for what does not fit.
fn authority_in(folder: &Path) -> Result<CertificateDer<'static>, ApiError> {
    for name in OF_AUTHORITY {
        check_is_there(folder, name)?;
    }
    let read = || -> Outcome<CertificateDer<'static>> {
        let _: Note = serde_json::from_slice(&fs::read(folder.join("note.json"))?)?;
        let certificate = CertificateDer::from_pem_file(folder.join("authority.pem"))?;
        check_pair(&certificate, &folder.join("authority.key"))?;
        Ok(certificate)
    };
    read().map_err(|error| failed(folder, &*error))
}

fn check_is_there(folder: &Path, name: &str) -> Result<(), ApiError> {
    if folder.join(name).is_file() {
        return Ok(());
    }
    Err(gone(folder, Some(name)))
}

/// The authority, or a part of it, that desks know the server by is not there: a file that somebody else took away.
pub(crate) fn gone(folder: &Path, part: Option<&str>) -> ApiError {
    let key = match part {
        Some(_) => "server.authority_part_gone",
        None => "server.authority_gone",
    };
    let fields = [
        ("folder", folder.display().to_string()),
        ("name", part.unwrap_or_default().to_owned()),
    ];
    text::error_with(ErrorCode::NotNow, key, &fields)
}

/// Whether a key is that of a certificate.
fn check_pair(certificate: &CertificateDer<'static>, key: &Path) -> Outcome<()> {
    let key = PrivatePkcs8KeyDer::from_pem_file(key)?;
    let (chain, key) = (vec![certificate.clone()], PrivateKeyDer::Pkcs8(key));
    let certified = CertifiedKey::from_der(chain, key, &provider::default_provider())?;
    Ok(certified.keys_match()?)
}

/// The pin of an authority that was made before, without opening its keys.
///
/// # Errors
/// `server.authority_part_gone`, `server.certificate`.
pub fn pin_in(folder: &Path) -> Result<Pin, ApiError> {
    check_is_there(folder, "authority.pem")?;
    let certificate = CertificateDer::from_pem_file(folder.join("authority.pem"))
        .map_err(|error| failed(folder, &error))?;
    let hash = ring::digest::digest(&ring::digest::SHA256, &certificate);
    Ok(Pin(*hash.as_ref().first_chunk().expect("BUG: 32 bytes")))
}

/// Whether authority and certificate with their keys are all in `folder` and belong together; it looks, and
/// makes nothing. Answers with what desks know the server by.
///
/// # Errors
/// What is missing or does not fit, for the log.
pub(crate) fn check_whole(folder: &Path) -> Outcome<Pin> {
    let note: Note = serde_json::from_slice(&fs::read(folder.join("note.json"))?)?;
    let provider = Arc::new(provider::default_provider());
    let certificate = |name: &str| CertificateDer::from_pem_file(folder.join(name));
    let (authority, shown) = (certificate("authority.pem")?, certificate("server.pem")?);
    check_pair(&authority, &folder.join("authority.key"))?;
    check_pair(&shown, &folder.join("server.key"))?;
    let mut roots = RootCertStore::empty();
    roots.add(authority)?;
    // On its last day it is good, whatever today is: it is replaced at the next start.
    let last = note.until.to_zoned(TimeZone::UTC)?.timestamp().as_second();
    let last = UnixTime::since_unix_epoch(Duration::from_secs(last.unsigned_abs()));
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()?
        .verify_server_cert(&shown, &[], &ServerName::try_from("localhost")?, &[], last)?;
    pin_in(folder).map_err(|error| error.sentence.into())
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// What is wrong is for the log in its own language; the person is told what the system said, or that a file is
/// not what it should be.
fn failed(folder: &Path, error: &(dyn std::error::Error + 'static)) -> ApiError {
    tracing::warn!(%error, "the authority of the server");
    let cause = match error.downcast_ref::<io::Error>() {
        Some(error) => cause::words(error),
        None => text::sentence("server.copy_tls", &[].into()),
    };
    unsound(folder, cause)
}

fn unsound(folder: &Path, cause: String) -> ApiError {
    let fields = [("folder", folder.display().to_string()), ("cause", cause)];
    text::error_with(ErrorCode::NotNow, "server.certificate", &fields)
}

fn day(date: Date) -> rcgen::CertificateParams {
    let mut params = CertificateParams::default();
    params.not_before = date_time_ymd(
        i32::from(date.year()),
        date.month().unsigned_abs(),
        date.day().unsigned_abs(),
    );
    params
}

/// Parameters for something that is good from yesterday (clocks differ) through `until`.
fn lasting(today: Date, until: Date) -> CertificateParams {
    let mut params = day(today.saturating_sub(1.day()));
    params.not_after = day(until.saturating_add(1.day())).not_before;
    params
}

fn authority_params(name: &str, today: Date) -> CertificateParams {
    let mut params = lasting(today, today.saturating_add(AUTHORITY_YEARS.years()));
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn make_authority(folder: &Path, hosts: &[String], today: Date) -> Outcome<()> {
    let is_own = |host: &&String| !matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
    let host = hosts
        .iter()
        .find(is_own)
        .map_or("localhost", String::as_str);
    let name = format!("Andu {host} CA");
    make_private(folder)?;
    let key = KeyPair::generate()?;
    let certificate = authority_params(&name, today).self_signed(&key)?;
    write_private(
        &folder.join("authority.key"),
        key.serialize_pem().as_bytes(),
    )?;
    let note = Note {
        name,
        hosts: Vec::new(),
        until: today,
    };
    write_note(folder, &note)?;
    write_private(&folder.join("authority.pem"), certificate.pem().as_bytes())?;
    Ok(())
}

/// The certificate for these hosts, made if need be, with the chain that is sent along.
fn certified(folder: &Path, hosts: &[String], today: Date) -> Outcome<CertifiedKey> {
    let mut note: Note = serde_json::from_slice(&fs::read(folder.join("note.json"))?)?;
    let soon = today.saturating_add(RENEWED_BEFORE_DAYS.days());
    let paths = (folder.join("server.pem"), folder.join("server.key"));
    if note.hosts == hosts
        && note.until >= soon
        && let Ok(shown) = shown(folder)
    {
        return Ok(shown);
    }
    note.hosts = hosts.to_vec();
    note.until = today.saturating_add(CERTIFICATE_DAYS.days());
    let key = KeyPair::generate()?;
    let mut params = lasting(today, note.until);
    params.subject_alt_names = CertificateParams::new(hosts.to_vec())?.subject_alt_names;
    params.distinguished_name.remove(DnType::CommonName);
    params.distinguished_name.push(DnType::CommonName, "Andu");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.use_authority_key_identifier_extension = true;
    let signer = KeyPair::from_pem(&fs::read_to_string(folder.join("authority.key"))?)?;
    let issuer = Issuer::new(authority_params(&note.name, today), signer);
    let certificate = params.signed_by(&key, &issuer)?;
    write_private(&paths.1, key.serialize_pem().as_bytes())?;
    write_private(&paths.0, certificate.pem().as_bytes())?;
    write_note(folder, &note)?;
    shown(folder)
}

/// The certificate in the folder, with the chain that is sent along.
fn shown(folder: &Path) -> Outcome<CertifiedKey> {
    let chain = vec![
        CertificateDer::from_pem_file(folder.join("server.pem"))?,
        CertificateDer::from_pem_file(folder.join("authority.pem"))?,
    ];
    let key = PrivatePkcs8KeyDer::from_pem_file(folder.join("server.key"))?;
    let key = PrivateKeyDer::Pkcs8(key);
    let certified = CertifiedKey::from_der(chain, key, &provider::default_provider())?;
    certified.keys_match()?;
    Ok(certified)
}

fn write_note(folder: &Path, note: &Note) -> Outcome<()> {
    write_private(&folder.join("note.json"), &serde_json::to_vec(note)?)?;
    Ok(())
}

/// Writes a file that nobody else on this machine may read.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let part = path.with_extension("part");
    let _ = fs::remove_file(&part);
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(part, path)
}

/// Whether a host may stand in a certificate and in an enrolment code.
pub fn is_host(host: &str) -> bool {
    let named = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.parse::<IpAddr>().is_ok() || (host.len() <= 120 && host.split('.').all(named))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn hosts() -> Vec<String> {
        vec!["andu.wangxi.gov.cn".into(), "10.12.3.4".into()]
    }

    #[test]
    fn the_authority_stays_and_its_certificate_is_replaced_in_time() {
        let place = tempfile::TempDir::new().expect("a folder");
        let folder = place.path().join("tls");
        let shown = || fs::read(folder.join("server.pem")).expect("a certificate");
        let first = Authority::open(&folder, &hosts(), date(2026, 11, 22)).expect("one");
        let made = shown();
        let again = Authority::open(&folder, &hosts(), date(2027, 11, 22)).expect("one");
        assert_eq!((first.pin(), &made), (again.pin(), &shown()));
        again.renew(date(2028, 10, 1)).expect("a new certificate");
        let renewed = shown();
        assert_ne!(made, renewed, "a certificate that ends soon was kept");
        let elsewhere = ["andu.new.gov.cn".to_owned()];
        let moved = Authority::open(&folder, &elsewhere, date(2028, 10, 1)).expect("one");
        assert_ne!(renewed, shown(), "a certificate for other hosts was kept");
        assert_eq!(first.pin(), moved.pin(), "desks would not know it again");
        assert_eq!(pin_in(&folder), Ok(first.pin()));
    }

    #[cfg(unix)]
    #[test]
    fn keys_are_readable_by_the_server_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::TempDir::new().expect("a folder");
        let folder = place.path().join("tls");
        Authority::open(&folder, &hosts(), date(2026, 11, 22)).expect("an authority");
        for name in ["authority.key", "server.key"] {
            let meta = fs::metadata(folder.join(name)).expect("a key");
            assert_eq!(meta.permissions().mode() & 0o777, 0o600, "{name}");
        }
    }

    #[test]
    fn a_lost_part_is_reported_and_nothing_is_made_anew_over_it() {
        let place = tempfile::TempDir::new().expect("a folder");
        let folder = place.path().join("tls");
        let today = date(2026, 11, 22);
        Authority::open(&folder, &hosts(), today).expect("an authority");
        fs::remove_file(folder.join("authority.pem")).expect("it was there");
        let key = fs::read(folder.join("authority.key")).expect("a key");
        let refused = Authority::open(&folder, &hosts(), today).err();
        assert_eq!(
            refused.map(|error| error.key),
            Some("server.authority_part_gone".into())
        );
        assert_eq!(fs::read(folder.join("authority.key")).ok(), Some(key));
    }

    #[test]
    fn hosts_are_names_and_addresses() {
        for good in [
            "andu",
            "andu.wangxi.gov.cn",
            "10.12.3.4",
            "fd00::7",
            "a-1.b",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "望溪",
            "andu:8640",
            "a b",
            "-a",
            "a..b",
            "http://a",
            "*.gov.cn",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
