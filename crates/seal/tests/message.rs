//! Signed and enveloped messages: what holds, what does not, and what others wrote.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path, process::Command};

use andu_crypto::{
    CryptoError,
    sm::{KeyHolder as _, Sm2Secret, sm3},
};
use andu_seal::{
    Certificate, CertificatePlan, CertificateRole, Envelope, Name, SealError, SignatureFault,
    SignedMessage, TestAuthority, envelop, make_test_root, sign_message,
};
use jiff::Timestamp;
use proptest::prelude::*;

struct Unit {
    signing_key: Sm2Secret,
    signing: Certificate,
    encryption_key: Sm2Secret,
    encryption: Certificate,
}

fn at() -> Timestamp {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn units<const N: usize>() -> [Unit; N] {
    let (from, to) = (
        "2026-01-01T00:00:00Z".parse().unwrap(),
        "2036-01-01T00:00:00Z".parse().unwrap(),
    );
    let key = Sm2Secret::random().unwrap();
    let name = Name::for_test("演示省", "演示根").unwrap();
    let root = make_test_root(&name, &key, from, to).unwrap();
    let by = TestAuthority {
        certificate: &root,
        key: &key,
    };
    std::array::from_fn(|nth| {
        let [signing_key, encryption_key] = std::array::from_fn(|_| Sm2Secret::random().unwrap());
        let issue = |key: &Sm2Secret, role| {
            let public = key.public();
            by.issue(&CertificatePlan {
                subject: &Name::for_test("望溪县", &format!("单位{nth}")).unwrap(),
                key: &public,
                role,
                valid_from: from,
                valid_to: to,
            })
            .unwrap()
        };
        Unit {
            signing: issue(&signing_key, CertificateRole::Signing),
            encryption: issue(&encryption_key, CertificateRole::Encryption),
            signing_key,
            encryption_key,
        }
    })
}

#[test]
fn a_signed_message_holds_for_its_content_and_its_signer() {
    let [unit, other] = units();
    for beside in [false, true] {
        let der = sign_message(b"content", beside, &unit.signing, &unit.signing_key, at()).unwrap();
        let message = SignedMessage::read(&der).unwrap();
        assert_eq!(message.content, (!beside).then_some(&b"content"[..]));
        let [signer] = &message.signers[..] else {
            panic!("{} signers", message.signers.len());
        };
        assert_eq!(signer.said_at, Some(at()));
        let certificate = message.certificate_of(signer).unwrap();
        assert_eq!(certificate, &unit.signing);
        signer.verify(certificate, b"content").unwrap();
        for (certificate, content) in [(&unit.signing, &b"other"[..]), (&other.signing, b"content")]
        {
            assert_eq!(
                signer.verify(certificate, content),
                Err(SignatureFault::Bad)
            );
        }
    }
    let with_another = sign_message(b"x", false, &unit.signing, &other.signing_key, at());
    assert!(matches!(with_another, Err(SealError::BadField { .. })));
}

#[test]
fn every_flipped_bit_of_a_signed_message_is_noticed() {
    let [unit] = units();
    let der = sign_message(b"content", false, &unit.signing, &unit.signing_key, at()).unwrap();
    let mut unnoticed = Vec::new();
    for place in 0..der.len() {
        let mut bent = der.clone();
        bent[place] ^= 1 << (place % 8);
        let Ok(message) = SignedMessage::read(&bent) else {
            continue;
        };
        // Whoever reads asks: is this the content, signed by whom the message names, with this certificate?
        let holds = message.signers.iter().any(|signer| {
            message.certificate_of(signer).is_some_and(|certificate| {
                certificate == &unit.signing
                    && message
                        .content
                        .is_some_and(|content| signer.verify(certificate, content).is_ok())
            })
        });
        if holds {
            unnoticed.push(place);
        }
    }
    // GB/T 35275 signs neither its version numbers nor the set of digests it lists (one of SM3, 14 bytes), and nothing is
    // concluded from them.
    assert!(unnoticed.len() <= 1 + 14 + 1, "{unnoticed:?}");
}

#[test]
fn an_envelope_opens_for_each_receiver_and_nobody_else() {
    let [first, second, third] = units();
    let content = "公文正文".repeat(1000);
    let sealed = envelop(content.as_bytes(), &[&first.encryption, &second.encryption]).unwrap();
    let envelope = Envelope::read(&sealed).unwrap();
    assert_eq!(envelope.receivers.len(), 2);
    for unit in [&first, &second] {
        let opened = envelope.open(&unit.encryption, &unit.encryption_key);
        assert_eq!(opened.unwrap(), content.as_bytes());
    }
    for (certificate, key) in [
        (&third.encryption, &third.encryption_key),
        (&first.encryption, &third.encryption_key),
        (&first.signing, &first.signing_key),
    ] {
        assert!(matches!(
            envelope.open(certificate, key),
            Err(SealError::Crypto(CryptoError::DoesNotOpen))
        ));
    }
    assert!(envelop(b"x", &[]).is_err());
    assert!(envelop(b"x", &[&first.signing]).is_err());
    // Two envelopes of one content have nothing in common.
    let again = envelop(content.as_bytes(), &[&first.encryption]).unwrap();
    assert_ne!(sm3(&again), sm3(&sealed));
}

#[test]
fn openssl_finds_the_same_signature_and_the_same_content() {
    let [unit] = units();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let run = |args: &[&str]| {
        let output = Command::new("openssl")
            .args(args)
            .current_dir(folder.path())
            .output()
            .expect("openssl, of Debian's package of that name");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        output.stdout
    };
    // The key of the content goes through OpenSSL, and the content under it too.
    put(
        "key.pem",
        unit.encryption_key.to_pem(b"p").unwrap().as_bytes(),
    );
    let cipher = unit.encryption_key.public().encrypt(&[0x41; 16]).unwrap();
    put("cipher.der", &cipher);
    let opened = run(&[
        "pkeyutl",
        "-decrypt",
        "-inkey",
        "key.pem",
        "-passin",
        "pass:p",
        "-in",
        "cipher.der",
    ]);
    assert_eq!(opened, [0x41; 16]);
    put("unit.pem", unit.encryption.to_pem().as_bytes());
    put("key.bin", &[0x42; 16]);
    let cipher = run(&[
        "pkeyutl", "-encrypt", "-certin", "-inkey", "unit.pem", "-in", "key.bin",
    ]);
    assert_eq!(*unit.encryption_key.decrypt(&cipher).unwrap(), [0x42; 16]);
    // A signature over bytes, both ways.
    put(
        "signing.pem",
        unit.signing_key.to_pem(b"p").unwrap().as_bytes(),
    );
    put("message", "通知".as_bytes());
    let signature = run(&[
        "dgst",
        "-sm3",
        "-sign",
        "signing.pem",
        "-passin",
        "pass:p",
        "-sigopt",
        "distid:1234567812345678",
        "message",
    ]);
    let signature = andu_crypto::sm::Sm2Signature::from_der(&signature).unwrap();
    let distid = andu_crypto::sm::DistId::DEFAULT;
    unit.signing_key
        .public()
        .verify(distid, "通知".as_bytes(), &signature)
        .unwrap();
    let ours = unit.signing_key.sign(distid, "通知".as_bytes()).unwrap();
    put("ours.der", &ours.to_der());
    run(&["x509", "-in", "unit.pem", "-noout"]);
    put("cert.pem", unit.signing.to_pem().as_bytes());
    let public = run(&["x509", "-in", "cert.pem", "-noout", "-pubkey"]);
    put("public.pem", &public);
    run(&[
        "dgst",
        "-sm3",
        "-verify",
        "public.pem",
        "-sigopt",
        "distid:1234567812345678",
        "-signature",
        "ours.der",
        "message",
    ]);
}

/// Files that others made lie beside the project, not in it.
fn sample(name: &str) -> Option<Vec<u8>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = std::env::var_os("ANDU_SHARED").map_or(beside, Into::into);
    let bytes = fs::read(folder.join("samples/ofd").join(name)).ok();
    if bytes.is_none() {
        eprintln!("skipped: {name} is not in {}", folder.display());
    }
    bytes
}

/// The bytes of an entry of a package, and of the entry that it signs.
fn entries(package: &[u8], names: [&str; 2]) -> [Vec<u8>; 2] {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    names.map(|name| {
        let mut bytes = Vec::new();
        std::io::copy(&mut archive.by_name(name).unwrap(), &mut bytes).unwrap();
        bytes
    })
}

#[test]
fn what_others_signed_holds() {
    let cases = [(
        "crypto-hello-integrity.ofd",
        ["signedvalue.dat", "OFDEntries.xml"],
    )];
    for (name, files) in cases {
        let Some(package) = sample(name) else {
            continue;
        };
        let [signature, signed] = entries(&package, files);
        let message = SignedMessage::read(&signature).expect(name);
        // What these sign is the digest of the entry.
        let digest = sm3(&signed);
        let signer = &message.signers[0];
        let certificate = message.certificate_of(signer).expect(name);
        assert_eq!(message.content, Some(&digest[..]), "{name}");
        signer.verify(certificate, &digest).expect(name);
        assert!(signer.verify(certificate, &signed).is_err(), "{name}");
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_fall(bytes: Vec<u8>, cut in 0usize..2000, place: usize, bit in 0u8..8) {
        let _ = SignedMessage::read(&bytes);
        let _ = Envelope::read(&bytes);
        // Near a real one, too.
        thread_local! {
            static REAL: [Vec<u8>; 2] = {
                let [unit] = units();
                [
                    sign_message(b"x", false, &unit.signing, &unit.signing_key, at()).unwrap(),
                    envelop(b"x", &[&unit.encryption]).unwrap(),
                ]
            };
        }
        REAL.with(|[signed, sealed]| {
            for real in [signed, sealed] {
                let mut bent = real[..real.len() - cut.min(real.len())].to_vec();
                if let Some(byte) = bent.len().checked_sub(1).and_then(|last| bent.get_mut(place % (last + 1))) {
                    *byte ^= 1 << bit;
                }
                let _ = SignedMessage::read(&bent);
                let _ = Envelope::read(&bent);
            }
        });
    }
}
