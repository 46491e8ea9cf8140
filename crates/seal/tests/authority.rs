//! A test authority and what it issues, judged by us, by a strict library and by OpenSSL.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path, process::Command};

use andu_crypto::sm::{KeyHolder as _, Sm2Secret};
use andu_seal::{
    Certificate, CertificateFinding as Found, CertificatePlan, CertificateRole, KeyUsage, Name,
    RevocationList, RevocationReason, Revoked, SealError, TestAuthority, Trust, make_test_root,
};
use jiff::Timestamp;
use proptest::prelude::*;
use x509_cert::der::{Decode as _, Encode as _};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A root, an authority under it, and a unit with its two certificates.
struct County {
    root_key: Sm2Secret,
    root: Certificate,
    authority_key: Sm2Secret,
    authority: Certificate,
    signing_key: Sm2Secret,
    signing: Certificate,
    encryption: Certificate,
}

impl County {
    fn new() -> Self {
        let [root_key, authority_key, signing_key, encryption_key] =
            std::array::from_fn(|_| Sm2Secret::random().unwrap());
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z"));
        let name = Name::for_test("演示省", "演示根").unwrap();
        let root = make_test_root(&name, &root_key, from, to).unwrap();
        let issue = |by: (&Certificate, &Sm2Secret), name: &str, key: &Sm2Secret, role| {
            let subject = Name::for_test("望溪县", name).unwrap();
            let public = key.public();
            let plan = CertificatePlan {
                subject: &subject,
                key: &public,
                role,
                valid_from: from,
                valid_to: at("2028-01-01T00:00:00Z"),
            };
            let by = TestAuthority {
                certificate: by.0,
                key: by.1,
            };
            by.issue(&plan).unwrap()
        };
        let role = CertificateRole::Authority { path_length: 0 };
        let authority = issue((&root, &root_key), "演示发证机构", &authority_key, role);
        let by = (&authority, &authority_key);
        let unit = "望溪县人民政府办公室";
        let signing = issue(by, unit, &signing_key, CertificateRole::Signing);
        let encryption = issue(by, unit, &encryption_key, CertificateRole::Encryption);
        Self {
            root_key,
            root,
            authority_key,
            authority,
            signing_key,
            signing,
            encryption,
        }
    }

    fn list(&self, revoked: &[Revoked]) -> RevocationList {
        let by = TestAuthority {
            certificate: &self.authority,
            key: &self.authority_key,
        };
        let (this, next) = (at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z"));
        by.revoke(revoked, 7, this, next).unwrap()
    }

    fn judge(
        &self,
        certificate: &Certificate,
        lists: &[RevocationList],
        when: &str,
    ) -> Vec<(usize, Found)> {
        let trust = Trust {
            roots: std::slice::from_ref(&self.root),
            others: std::slice::from_ref(&self.authority),
            lists,
        };
        let verdict = trust.judge(certificate, KeyUsage::DIGITAL_SIGNATURE, at(when));
        let mut found = verdict.findings;
        // Everything here is for trying things, and says so at each place.
        found.retain(|(_, found)| *found != Found::Test);
        found
    }
}

#[test]
fn a_unit_is_believed_as_far_as_a_root_vouches_for_it() {
    let county = County::new();
    let list = county.list(&[]);
    let lists = [list];
    let when = "2026-06-10T00:00:00Z";
    // Nobody published a list for the root's own certificates.
    let no_list = vec![(1, Found::NoList)];
    assert_eq!(county.judge(&county.signing, &lists, when), no_list);
    let trust = Trust {
        roots: std::slice::from_ref(&county.root),
        others: std::slice::from_ref(&county.authority),
        lists: &lists,
    };
    let verdict = trust.judge(&county.signing, KeyUsage::DIGITAL_SIGNATURE, at(when));
    assert!(verdict.holds() && verdict.has(Found::Test));
    assert_eq!(verdict.chain.len(), 3);
    assert_eq!(county.signing.subject().organization(), "望溪县");
    assert_eq!(
        county.signing.subject().to_string(),
        "CN=望溪县人民政府办公室, OU=测试证书, O=望溪县, C=CN"
    );

    // Without the root nothing holds, whatever else is at hand.
    let trust = Trust {
        roots: &[],
        others: &[county.authority.clone(), county.root.clone()],
        lists: &lists,
    };
    let verdict = trust.judge(&county.signing, KeyUsage::DIGITAL_SIGNATURE, at(when));
    assert!(verdict.has(Found::UnknownIssuer) && !verdict.holds());
}

#[test]
fn each_fault_is_named_with_its_place() {
    let county = County::new();
    let lists = [county.list(&[])];
    let with = |found: &[(usize, Found)]| {
        let mut all = found.to_vec();
        all.push((1, Found::NoList));
        all
    };
    let sorted = |mut found: Vec<(usize, Found)>| {
        found.sort_unstable();
        found
    };
    let of = |when: &str| sorted(county.judge(&county.signing, &lists, when));
    assert_eq!(
        of("2025-12-31T23:59:59Z"),
        sorted(with(&[
            (0, Found::NotYetValid),
            (1, Found::NotYetValid),
            (2, Found::NotYetValid),
        ]))
    );
    assert_eq!(
        of("2028-01-01T00:00:01Z"),
        sorted(with(&[
            (0, Found::Expired),
            (0, Found::StaleList),
            (1, Found::Expired),
        ]))
    );
    let encryption = county.judge(&county.encryption, &lists, "2026-06-10T00:00:00Z");
    assert_eq!(sorted(encryption), sorted(with(&[(0, Found::WrongUsage)])));

    // A holder that plays the authority.
    let public = county.root_key.public();
    let subject = Name::for_test("望溪县", "冒名").unwrap();
    let plan = |role| CertificatePlan {
        subject: &subject,
        key: &public,
        role,
        valid_from: at("2026-01-01T00:00:00Z"),
        valid_to: at("2027-01-01T00:00:00Z"),
    };
    let by = TestAuthority {
        certificate: &county.signing,
        key: &county.signing_key,
    };
    let forged = by.issue(&plan(CertificateRole::Signing)).unwrap();
    let trust = Trust {
        roots: std::slice::from_ref(&county.root),
        others: &[county.authority.clone(), county.signing.clone()],
        lists: &lists,
    };
    let when = at("2026-06-10T00:00:00Z");
    let verdict = trust.judge(&forged, KeyUsage::DIGITAL_SIGNATURE, when);
    assert!(verdict.findings.contains(&(1, Found::IssuerIsNoAuthority)));
    // An authority under one that may have none below it.
    let by = TestAuthority {
        certificate: &county.authority,
        key: &county.authority_key,
    };
    let under = by
        .issue(&plan(CertificateRole::Authority { path_length: 0 }))
        .unwrap();
    let by = TestAuthority {
        certificate: &under,
        key: &county.root_key,
    };
    let leaf = by.issue(&plan(CertificateRole::Signing)).unwrap();
    let trust = Trust {
        others: &[county.authority.clone(), under],
        ..trust
    };
    let verdict = trust.judge(&leaf, KeyUsage::DIGITAL_SIGNATURE, when);
    assert!(verdict.has(Found::ChainTooLong), "{:?}", verdict.findings);
}

#[test]
fn what_was_signed_before_a_revocation_stands() {
    let county = County::new();
    let revoked = Revoked {
        serial: county.signing.serial().to_vec(),
        at: at("2026-05-01T00:00:00Z"),
        reason: RevocationReason::KeyCompromise,
    };
    let list = county.list(std::slice::from_ref(&revoked));
    assert_eq!(list.revoked(), [revoked]);
    let again = RevocationList::from_file(list.to_pem().as_bytes()).unwrap();
    let lists = [again];
    let found = |when| county.judge(&county.signing, &lists, when);
    assert!(found("2026-04-30T23:59:59Z").contains(&(0, Found::RevokedSince)));
    assert!(found("2026-05-01T00:00:00Z").contains(&(0, Found::Revoked)));

    // A list that somebody else made, or altered, is left aside and said to be bad.
    let mut bent = list.der().to_vec();
    let place = bent.len() - 1;
    bent[place] ^= 1;
    let lists = [RevocationList::from_der(&bent).unwrap()];
    let found = county.judge(&county.signing, &lists, "2026-05-01T00:00:00Z");
    assert!(found.contains(&(0, Found::BadList)) && found.contains(&(0, Found::NoList)));
}

#[test]
fn a_strict_library_reads_what_is_issued() {
    let county = County::new();
    for certificate in [
        &county.root,
        &county.authority,
        &county.signing,
        &county.encryption,
    ] {
        let strict = x509_cert::Certificate::from_der(certificate.der()).unwrap();
        assert_eq!(strict.to_der().unwrap(), certificate.der());
        assert_eq!(
            strict.tbs_certificate().subject().to_string(),
            x509_cert::name::Name::from_der(certificate.subject_bytes())
                .unwrap()
                .to_string()
        );
    }
    let list = county.list(&[Revoked {
        serial: county.signing.serial().to_vec(),
        at: at("2026-05-01T00:00:00Z"),
        reason: RevocationReason::Superseded,
    }]);
    let strict =
        x509_cert::crl::CertificateList::<x509_cert::certificate::Rfc5280>::from_der(list.der())
            .unwrap();
    assert_eq!(strict.to_der().unwrap(), list.der());
}

fn openssl(folder: &Path, args: &[&str]) -> (bool, String) {
    let output = Command::new("openssl")
        .args(args)
        .current_dir(folder)
        .output()
        .expect("openssl, of Debian's package of that name");
    let said = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[test]
fn openssl_believes_what_is_issued_and_we_what_openssl_issues() {
    const ID: &str = "distid:1234567812345678";
    let county = County::new();
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    put("root.pem", &county.root.to_pem());
    put("authority.pem", &county.authority.to_pem());
    put("unit.pem", &county.signing.to_pem());
    put("list.pem", &county.list(&[]).to_pem());
    let run = |args: &[&str]| openssl(folder.path(), args);
    // OpenSSL gives the distid to the certificate asked about alone: one step of the chain at a time.
    for (above, below) in [("root.pem", "authority.pem"), ("authority.pem", "unit.pem")] {
        let (fine, said) = run(&[
            "verify",
            "-partial_chain",
            "-vfyopt",
            ID,
            "-attime",
            "1781049600",
            "-CAfile",
            above,
            below,
        ]);
        assert!(fine, "{said}");
    }
    let (fine, said) = run(&["crl", "-in", "list.pem", "-noout", "-text"]);
    assert!(fine && said.contains("CRL Number"), "{said}");

    // The other way, with a key of ours that OpenSSL opens by its password.
    let pem = county.root_key.to_pem(b"demo").unwrap();
    put("root.key", &pem);
    for args in [
        &[
            "req",
            "-new",
            "-x509",
            "-key",
            "root.key",
            "-passin",
            "pass:demo",
            "-sm3",
            "-sigopt",
            ID,
            "-subj",
            "/C=CN/O=Other/CN=Root",
            "-days",
            "3650",
            "-out",
            "other.pem",
        ][..],
        &["genpkey", "-algorithm", "SM2", "-out", "u.key"],
        &[
            "req",
            "-new",
            "-key",
            "u.key",
            "-sm3",
            "-sigopt",
            ID,
            "-subj",
            "/C=CN/O=Office/CN=U",
            "-out",
            "u.csr",
        ],
        &[
            "x509",
            "-req",
            "-in",
            "u.csr",
            "-vfyopt",
            ID,
            "-CA",
            "other.pem",
            "-CAkey",
            "root.key",
            "-passin",
            "pass:demo",
            "-CAcreateserial",
            "-sm3",
            "-sigopt",
            ID,
            "-days",
            "365",
            "-out",
            "u.pem",
        ],
    ] {
        let (fine, said) = run(args);
        assert!(fine, "{args:?}: {said}");
    }
    let read = |name: &str| Certificate::from_file(&fs::read(folder.path().join(name)).unwrap());
    let (root, unit) = (read("other.pem").unwrap(), read("u.pem").unwrap());
    assert_eq!(root.sm2_key().unwrap(), &county.root_key.public());
    root.verify_by(&root).unwrap();
    unit.verify_by(&root).unwrap();
    assert!(unit.verify_by(&county.root).is_ok(), "it is the same key");
    assert!(unit.verify_by(&county.authority).is_err());
    assert_eq!(unit.subject().to_string(), "CN=U, O=Office, C=CN");
    assert!(!unit.is_test());
}

#[test]
fn names_that_cannot_stand_are_refused() {
    for (organization, name) in [
        ("", "甲"),
        ("甲", " "),
        ("甲", "乙\n丙"),
        (&*"长".repeat(65), "甲"),
    ] {
        assert!(matches!(
            Name::for_test(organization, name),
            Err(SealError::BadField { .. })
        ));
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_fall(bytes: Vec<u8>) {
        let _ = Certificate::from_file(&bytes);
        let _ = RevocationList::from_file(&bytes);
    }
}

#[test]
fn every_flipped_bit_of_a_certificate_is_noticed() {
    let county = County::new();
    let der = county.signing.der();
    let lists = [county.list(&[])];
    for place in 0..der.len() {
        let mut bent = der.to_vec();
        bent[place] ^= 1 << (place % 8);
        let Ok(bent) = Certificate::from_der(&bent) else {
            continue;
        };
        let found = county.judge(&bent, &lists, "2026-06-10T00:00:00Z");
        assert!(
            found.iter().any(|(_, found)| found.is_fatal()),
            "byte {place}: {found:?}"
        );
    }
}
