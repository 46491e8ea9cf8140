//! The way to a server. Over TLS it trusts exactly the authority that the enrolment code named, and
//! nothing of the system; without TLS it goes no further than this machine. What is refused here is
//! refused before a byte of ours is sent.

use std::{
    error::Error as _,
    io::{self, Read as _},
    net::IpAddr,
    sync::Arc,
    time::Duration,
};

use andu_api::{ApiError, ErrorCode, Pin, text};
use reqwest::{
    Url,
    blocking::{Client, ClientBuilder, Response},
    header::{ACCEPT_ENCODING, CONTENT_ENCODING},
    redirect,
};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore,
    SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::{CryptoProvider, ring as provider},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use serde::{Serialize, de::DeserializeOwned};

/// No answer has more bytes.
const LARGEST_ANSWER: u64 = 256 << 20;

/// What a desk shows its server, and what it expects of it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Credential {
    /// The device's token; empty before it is enrolled.
    pub token: String,
    /// What the server's certificates are known by; `None` without TLS.
    pub pin: Option<Pin>,
}

impl Credential {
    /// As it is kept in the vault.
    pub fn to_text(&self) -> String {
        let pin = self.pin.map(|pin| format!(" {pin}")).unwrap_or_default();
        format!("{}{pin}", self.token)
    }

    /// As it was kept.
    pub fn parse(text: &str) -> Self {
        let (token, pin) = text.split_once(' ').unwrap_or((text, ""));
        Self {
            token: token.to_owned(),
            pin: Pin::parse(pin),
        }
    }
}

/// A server as this desk reaches it.
#[derive(Clone)]
pub struct Link {
    client: Client,
    server: String,
    token: String,
}

impl Link {
    /// A link to a server.
    ///
    /// # Errors
    /// `link.plain_refused` for an address of another machine without TLS or without a pin;
    /// `desk.join_failed` for what is no address.
    pub fn new(server: &str, credential: &Credential) -> Result<Self, ApiError> {
        Self::with_patience(server, credential, Duration::from_secs(30))
    }

    /// The same with other patience: for an answer, and for each piece of one that comes in pieces.
    ///
    /// # Errors
    /// As [`Link::new`].
    pub fn with_patience(
        server: &str,
        credential: &Credential,
        patience: Duration,
    ) -> Result<Self, ApiError> {
        let server = server.trim().trim_end_matches('/');
        let url = Url::parse(server).map_err(|_| failed(server, "cause.address_wrong"))?;
        match (url.scheme(), credential.pin) {
            ("https", Some(_)) => {}
            ("http", _) if is_this_machine(&url) => {}
            _ => return Err(about(server, "link.plain_refused")),
        }
        let client = client(credential.pin)
            .connect_timeout(Duration::from_secs(5))
            .timeout(patience)
            .build()
            .map_err(|error| unclear(server, &error))?;
        Ok(Self {
            client,
            server: server.to_owned(),
            token: credential.token.clone(),
        })
    }

    /// Address of the server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// What the server knows this desk by.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// Sends bytes and reads the answer.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub(crate) fn put<R: DeserializeOwned>(&self, path: &str, bytes: &[u8]) -> Result<R, ApiError> {
        let answer = self
            .client
            .put(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .body(bytes.to_vec())
            .send();
        self.checked(answer)?
            .json()
            .map_err(|_| failed(&self.server, ANSWER))
    }

    /// Asks and reads the answer.
    ///
    /// # Errors
    /// The server's own; `link.…` where it is not the server it should be; `desk.join_failed`.
    pub fn post<A: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        body: &A,
    ) -> Result<R, ApiError> {
        let answer = self
            .client
            .post(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .header(ACCEPT_ENCODING, "zstd")
            .json(body)
            .send();
        let answer = self.checked(answer)?;
        let packed = answer.headers().get(CONTENT_ENCODING);
        let is_packed = packed.is_some_and(|how| how.as_bytes() == b"zstd");
        let mut bytes = Vec::new();
        let mut plain = answer.take(LARGEST_ANSWER);
        let read = if is_packed {
            zstd::Decoder::new(plain).and_then(|packed| {
                // What unpacks to more than any answer has is cut off, and then no JSON.
                packed.take(LARGEST_ANSWER).read_to_end(&mut bytes)
            })
        } else {
            plain.read_to_end(&mut bytes)
        };
        read.map_err(|_| failed(&self.server, ANSWER))?;
        serde_json::from_slice(&bytes).map_err(|_| failed(&self.server, ANSWER))
    }

    /// Puts bytes that nothing is answered to.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub(crate) fn deliver(&self, path: &str, bytes: Vec<u8>) -> Result<(), ApiError> {
        let answer = self
            .client
            .put(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .body(bytes)
            .send();
        self.checked(answer).map(|_| ())
    }

    /// Bytes, no more than a chunk has.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub(crate) fn get(&self, path: &str) -> Result<Vec<u8>, ApiError> {
        let mut bytes = Vec::new();
        let most = andu_sync::CHUNK_AT_MOST as u64 + 1;
        self.open(path, "")?
            .take(most)
            .read_to_end(&mut bytes)
            .map_err(|_| failed(&self.server, ANSWER))?;
        Ok(bytes)
    }

    /// An answer that comes in pieces.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub(crate) fn open(&self, path: &str, last_event: &str) -> Result<Response, ApiError> {
        let mut request = self
            .client
            .get(format!("{}{path}", self.server))
            .bearer_auth(&self.token);
        if !last_event.is_empty() {
            request = request.header("last-event-id", last_event);
        }
        self.checked(request.send())
    }

    /// Whether an error says that nothing left this machine: there was nobody to talk to, or it was not the
    /// server. One that answers late, or not as it should, may have taken what was sent.
    pub(crate) fn sent_nothing(error: &ApiError) -> bool {
        error.key.starts_with("link.") && error.key != LATE
    }

    fn checked(&self, answer: reqwest::Result<Response>) -> Result<Response, ApiError> {
        let answer = answer.map_err(|error| refused(&self.server, &error))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(answer);
        }
        Err(answer.json::<ApiError>().unwrap_or_else(|_| {
            tracing::debug!(%status, "an answer that is none of ours");
            failed(&self.server, ANSWER)
        }))
    }
}

/// A client that follows nobody elsewhere and trusts what `pin` names; without a pin it trusts nobody, and
/// speaks to this machine without TLS.
pub(crate) fn client(pin: Option<Pin>) -> ClientBuilder {
    Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .tls_backend_preconfigured(trusting(pin))
}

/// What trusts the one authority with this pin, and without one nobody.
pub(crate) fn trusting(pin: Option<Pin>) -> ClientConfig {
    let provider = Arc::new(provider::default_provider());
    let verifier = Pinned {
        pin,
        provider: Arc::clone(&provider),
    };
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("BUG: ring knows the versions that rustls has by default")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth()
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or("");
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// Trusts the one authority with this pin, which the server sends along; everything else is checked as
/// usual: the chain, the dates, the name.
#[derive(Debug)]
struct Pinned {
    pin: Option<Pin>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let unknown = || TlsError::InvalidCertificate(CertificateError::UnknownIssuer);
        let pinned = intermediates
            .iter()
            .find(|sent| self.pin.is_some_and(|pin| pin_of(sent) == pin));
        let mut roots = RootCertStore::empty();
        roots.add(pinned.ok_or_else(unknown)?.clone().into_owned())?;
        let roots = Arc::new(roots);
        WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&self.provider))
            .build()
            .map_err(|_| unknown())?
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}

/// Where there was nobody to talk to: nothing was sent.
const UNREACHABLE: &str = "link.unreachable";
/// Where no answer came in time: something may have been sent.
const LATE: &str = "link.late";

/// What a certificate is known by.
fn pin_of(certificate: &CertificateDer<'_>) -> Pin {
    let hash = ring::digest::digest(&ring::digest::SHA256, certificate);
    let half = hash.as_ref().first_chunk().expect("BUG: 32 bytes");
    Pin(*half)
}

/// Why no answer came, in the words of the person who waits for it.
fn refused(server: &str, error: &reqwest::Error) -> ApiError {
    let key = match tls_error(error) {
        Some(TlsError::InvalidCertificate(why)) => match why {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "link.expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "link.not_yet"
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "link.other_host"
            }
            _ => "link.other_certificate",
        },
        Some(TlsError::InvalidMessage(_)) => "link.not_tls",
        _ if error.is_connect() => UNREACHABLE,
        _ if error.is_timeout() => LATE,
        _ => return unclear(server, error),
    };
    about(server, key)
}

/// The error of TLS beneath an error of the network.
fn tls_error(error: &reqwest::Error) -> Option<&TlsError> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(tls) = error.downcast_ref() {
            return Some(tls);
        }
        // An `io::Error` names as its source only what lies beneath the error it holds.
        cause = match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            Some(held) => Some(held),
            None => error.source(),
        };
    }
    None
}

/// Whether a piece of an answer did not come in time.
pub(crate) fn is_late(error: &io::Error) -> bool {
    let held = error.get_ref().and_then(|held| held.downcast_ref());
    error.kind() == io::ErrorKind::TimedOut || held.is_some_and(reqwest::Error::is_timeout)
}

fn about(server: &str, key: &str) -> ApiError {
    text::error_with(ErrorCode::NotNow, key, &[("address", server.to_owned())])
}

/// An answer that cannot be read: it was cut off, or somebody else gave it.
pub(crate) const ANSWER: &str = "cause.answer";

/// There is no usable answer; `cause` is the key of why.
pub(crate) fn failed(server: &str, cause: &str) -> ApiError {
    let fields = [("address", server.to_owned()), ("cause", cause.to_owned())];
    text::error_with(ErrorCode::NotNow, "desk.join_failed", &fields)
}

/// The same for what only a log can say more of.
fn unclear(server: &str, error: &reqwest::Error) -> ApiError {
    tracing::debug!(%error, "no usable answer");
    failed(server, ANSWER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_kept_with_and_without_a_pin() {
        for pin in [None, Some(Pin([9; 16]))] {
            let credential = Credential {
                token: "7f".repeat(32),
                pin,
            };
            assert!(Credential::parse(&credential.to_text()) == credential);
        }
    }

    #[test]
    fn nothing_crosses_a_wire_without_tls_and_a_pin() {
        let pinned = Credential {
            token: String::new(),
            pin: Some(Pin([9; 16])),
        };
        let key = |server: &str, credential: &Credential| {
            Link::new(server, credential).err().map(|error| error.key)
        };
        let refused = Some("link.plain_refused".to_owned());
        for (server, credential) in [
            ("http://10.1.2.3:8640", &pinned),
            ("http://10.1.2.3:8640", &Credential::default()),
            ("https://10.1.2.3:8640", &Credential::default()),
            ("http://127.0.0.1.wangxi.gov.cn", &pinned),
            ("ftp://127.0.0.1", &pinned),
        ] {
            assert_eq!(key(server, credential), refused, "{server}");
        }
        for server in ["http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
            assert_eq!(key(server, &Credential::default()), None, "{server}");
        }
        assert_eq!(key("https://10.1.2.3:8640", &pinned), None);
        assert_eq!(key("县政府", &pinned), Some("desk.join_failed".to_owned()));
    }
}
