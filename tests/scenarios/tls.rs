//! Whom a desk speaks to: the server that its enrolment code names, over TLS, and nobody else. To everyone
//! else it says nothing at all.

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use andu_server::Server;
use rcgen::{CertificateParams, DnType, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::{
    ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    editor::{Calls, given, reading, row, write},
    office::{Office, PASSWORD, Seat, until},
};

/// Somebody who answers at an address, and what was said to them.
struct Impostor {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
    heard: Arc<Mutex<Vec<u8>>>,
}

/// What an impostor shows.
struct Shown {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

impl Impostor {
    fn with_tls(shown: Shown) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::Pkcs8(shown.key.serialize_der().into());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(shown.chain, key)
            .expect("a certificate with its key");
        let config = Arc::new(config);
        Self::answering(move |mut stream, heard| {
            let mut connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
            while connection.complete_io(&mut stream).is_ok() {
                let mut said = Vec::new();
                let _ = connection.reader().read_to_end(&mut said);
                heard.lock().expect("no panic before").extend(said);
                if !connection.wants_read() {
                    return;
                }
            }
        })
    }

    fn answering(answer: impl Fn(std::net::TcpStream, &Mutex<Vec<u8>>) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let impostor = Self {
            address: listener.local_addr().expect("an address"),
            asked: Arc::default(),
            heard: Arc::default(),
        };
        let (asked, heard) = (Arc::clone(&impostor.asked), Arc::clone(&impostor.heard));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                asked.fetch_add(1, Ordering::SeqCst);
                answer(stream, &heard);
            }
        });
        impostor
    }

    /// Sends a new desk here with the true server's code; answers with the key of what it says.
    fn receives_a_desk(&self, office: &Office, host: &str) -> String {
        let seat = Seat::empty(None);
        let address = format!("https://{host}:{}", self.address.port());
        let args =
            json!({ "address": address, "code": office.whole_code(0), "password": PASSWORD });
        let refused = seat.call("sync_join", args).expect_err("a refusal");
        assert!(self.asked.load(Ordering::SeqCst) > 0, "nobody came here");
        let heard = self.heard.lock().expect("no panic before");
        assert!(heard.is_empty(), "the desk spoke: {} bytes", heard.len());
        assert!(
            refused.sentence.contains("没有发送任何内容"),
            "{}",
            refused.sentence
        );
        refused.key
    }
}

/// A certificate that the office's own authority signed, as somebody with its keys could make one.
fn signed_by(office: &Office, change: impl FnOnce(&mut CertificateParams)) -> Shown {
    let tls = office.folder.path().join("tls");
    let signer = fs::read_to_string(tls.join("authority.key")).expect("a key");
    let signer = KeyPair::from_pem(&signer).expect("a key");
    let note = fs::read(tls.join("note.json")).expect("a note");
    let note: Value = serde_json::from_slice(&note).expect("JSON");
    let mut authority = CertificateParams::default();
    authority.distinguished_name.remove(DnType::CommonName);
    let name = note["name"].as_str().expect("a name");
    authority.distinguished_name.push(DnType::CommonName, name);
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a host");
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2096, 1, 1);
    change(&mut params);
    let key = KeyPair::generate().expect("a key");
    let signed = params.signed_by(&key, &Issuer::new(authority, signer));
    let root = CertificateDer::from_pem_file(tls.join("authority.pem")).expect("an authority");
    Shown {
        chain: vec![signed.expect("a certificate").der().clone(), root],
        key,
    }
}

#[test]
fn a_desk_joins_by_the_code_alone_and_works_over_tls() {
    let office = Office::open_with_tls();
    let (author, colleague) = (office.seat_by_code(0), office.seat_by_code(1));
    let status = author.ok("sync_status", json!({}));
    let server = format!("https://{}", office.address());
    assert_eq!(status["server"], json!(server));
    let body = ["各乡镇要逐库排查。"];
    let id = write(&author, "关于做好水库安全度汛工作的通知", &body);
    author.ok("draft_submit", json!({ "id": id, "note": "" }));
    author.sync();
    colleague.sync_until("the draft", || row(&colleague, &id, true).is_some());
    let said = given("关于做好水库安全度汛工作的通知", &body);
    assert_eq!(reading(&colleague, &id), said);
    // What it knows the server by is kept over a lock.
    author.ok("session_lock", json!({}));
    author.ok("session_unlock", json!({ "password": PASSWORD }));
    until("the server again", || {
        author.ok("sync_now", json!({}));
        author.ok("sync_status", json!({}))["online"] == true
    });
}

#[test]
fn a_certificate_that_is_not_right_is_told_by_what_is_wrong() {
    let office = Office::open_with_tls();
    let elsewhere = Office::open_with_tls();
    let as_usual = |_: &mut CertificateParams| {};

    let stranger = Impostor::with_tls(signed_by(&elsewhere, as_usual));
    assert_eq!(
        stranger.receives_a_desk(&office, "127.0.0.1"),
        "link.other_certificate"
    );
    // The true authority's certificate beside one that it did not sign.
    let mut borrowed = signed_by(&elsewhere, as_usual);
    borrowed.chain[1] = signed_by(&office, as_usual).chain[1].clone();
    assert_eq!(
        Impostor::with_tls(borrowed).receives_a_desk(&office, "127.0.0.1"),
        "link.other_certificate"
    );
    let expired = signed_by(&office, |params| {
        params.not_after = date_time_ymd(2021, 1, 1)
    });
    assert_eq!(
        Impostor::with_tls(expired).receives_a_desk(&office, "127.0.0.1"),
        "link.expired"
    );
    let early = signed_by(&office, |params| {
        params.not_before = date_time_ymd(2095, 1, 1)
    });
    assert_eq!(
        Impostor::with_tls(early).receives_a_desk(&office, "127.0.0.1"),
        "link.not_yet"
    );
    let other_host = Impostor::with_tls(signed_by(&office, as_usual));
    assert_eq!(
        other_host.receives_a_desk(&office, "localhost"),
        "link.other_host"
    );
    let plain = Impostor::answering(|mut stream, _| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let _ = stream.read(&mut [0; 512]);
    });
    assert_eq!(plain.receives_a_desk(&office, "127.0.0.1"), "link.not_tls");
    // None of it used the code's secret up: a true one still works at the true server.
    office.seat_by_code(0);
}

#[test]
fn a_code_with_a_slip_is_not_sent_anywhere() {
    let office = Office::open_with_tls();
    let code = office.whole_code(0);
    let slip = |code: &str| {
        let at = code.rfind('-').expect("groups") - 3;
        let other = if &code[at..=at] == "7" { "8" } else { "7" };
        format!("{}{other}{}", &code[..at], &code[at + 1..])
    };
    let key = |code: &str| {
        let args = json!({ "address": "", "code": code, "password": PASSWORD });
        let refused = Seat::empty(None).call("sync_join", args);
        refused.expect_err("a refusal").key
    };
    assert_eq!(key(&slip(&code)), "enrolment.mistyped");
    assert_eq!(key(&code[..code.len() - 9]), "enrolment.incomplete");
    assert_eq!(key("请把登记码给我"), "enrolment.not_a_code");
    let args = json!({ "address": "", "code": code, "password": PASSWORD });
    Seat::empty(None).ok("sync_join", args);
}

#[test]
fn without_tls_no_server_listens_for_other_machines() {
    let folder = TempDir::new().expect("a folder");
    let server = Server::open(folder.path()).expect("a server");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let served = andu_server::serve(server, everywhere, |_| (), std::future::pending());
    let refused = runtime.block_on(served).expect_err("a refusal");
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
}
