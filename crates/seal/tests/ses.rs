//! Seals and seal signatures: made here, made by others, and bent.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, io::Cursor, path::Path, process::Command};

use andu_crypto::sm::{DistId, KeyHolder as _, Sm2Secret, sm3};
use andu_seal::{
    Certificate, CertificatePlan, CertificateRole, ElectronicSeal, Name, SealError,
    SealFinding as Found, SealKind, SealPicture, SealPlan, SealSignature, SealVersion, Signers,
    TestAuthority, make_test_root, make_test_seal, sign_message, sign_with_seal,
};
use jiff::Timestamp;
use proptest::prelude::*;

const VERSIONS: [SealVersion; 3] = [SealVersion::V1, SealVersion::V4, SealVersion::V5];
const ABOUT: &str = "/Doc_0/Signs/Sign_0/Signature.xml";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

struct Office {
    maker_key: Sm2Secret,
    maker: Certificate,
    keeper_key: Sm2Secret,
    keeper: Certificate,
    other_key: Sm2Secret,
    other: Certificate,
}

impl Office {
    fn new() -> Self {
        let [root_key, maker_key, keeper_key, other_key] =
            std::array::from_fn(|_| Sm2Secret::random().unwrap());
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2036-01-01T00:00:00Z"));
        let root_name = Name::for_test("望溪县", "测试根").unwrap();
        let root = make_test_root(&root_name, &root_key, from, to).unwrap();
        let issue = |name: &str, key: &Sm2Secret| {
            let public = key.public();
            let plan = CertificatePlan {
                subject: &Name::for_test("望溪县", name).unwrap(),
                key: &public,
                role: CertificateRole::Signing,
                valid_from: from,
                valid_to: to,
            };
            let by = TestAuthority {
                certificate: &root,
                key: &root_key,
            };
            by.issue(&plan).unwrap()
        };
        Self {
            maker: issue("印章制作", &maker_key),
            keeper: issue("望溪县人民政府办公室", &keeper_key),
            other: issue("望溪县财政局", &other_key),
            maker_key,
            keeper_key,
            other_key,
        }
    }

    fn seal(&self, version: SealVersion) -> ElectronicSeal {
        let picture = picture();
        let plan = self.plan(version, &picture, "望溪县人民政府办公室");
        make_test_seal(&plan, &self.maker, &self.maker_key).unwrap()
    }

    fn plan<'a>(
        &'a self,
        version: SealVersion,
        picture: &'a SealPicture,
        name: &'a str,
    ) -> SealPlan<'a> {
        SealPlan {
            version,
            id: "3300000000001",
            kind: SealKind::Unit,
            name,
            signers: std::slice::from_ref(Box::leak(Box::new(&self.keeper))),
            created_at: at("2026-02-01T00:00:00Z"),
            valid_from: at("2026-02-01T00:00:00Z"),
            valid_to: at("2028-02-01T00:00:00Z"),
            picture,
        }
    }

    fn sealed(&self, seal: &ElectronicSeal, content: &[u8], when: &str) -> Vec<u8> {
        sign_with_seal(
            seal,
            &self.keeper,
            &self.keeper_key,
            &sm3(content),
            ABOUT,
            at(when),
        )
        .unwrap()
    }
}

fn picture() -> SealPicture {
    SealPicture {
        format: "PNG".to_owned(),
        bytes: b"\x89PNG".to_vec(),
        width_mm: 42,
        height_mm: 42,
    }
}

#[test]
fn what_is_sealed_holds_in_every_version() {
    let office = Office::new();
    for version in VERSIONS {
        let seal = office.seal(version);
        assert_eq!(seal.version, version);
        assert_eq!(
            (seal.kind, &*seal.name),
            (SealKind::Unit, "望溪县人民政府办公室")
        );
        assert_eq!(seal.picture, picture());
        assert_eq!(
            seal.signers,
            Signers::Certificates(vec![office.keeper.der().to_vec()])
        );
        assert!(seal.judge().is_empty());

        let bytes = office.sealed(&seal, b"content", "2026-11-24T08:00:00Z");
        let read = SealSignature::read(&bytes).unwrap();
        assert_eq!(read.at, Some(at("2026-11-24T08:00:00Z")));
        assert_eq!((&*read.about, read.seal.bytes()), (ABOUT, seal.bytes()));
        assert_eq!(read.judge(&sm3(b"content"), Some(seal.bytes())), []);
        assert_eq!(read.judge(&sm3(b"changed"), None), [Found::ContentChanged]);
        let another = office.seal(version);
        assert_eq!(
            read.judge(&sm3(b"content"), Some(another.bytes())),
            [Found::SealDiffers]
        );

        for (when, found) in [
            ("2026-01-31T23:59:59Z", Found::SealNotYetValid),
            ("2028-02-01T00:00:01Z", Found::SealExpired),
        ] {
            let bytes = office.sealed(&seal, b"content", when);
            let read = SealSignature::read(&bytes).unwrap();
            assert_eq!(read.judge(&sm3(b"content"), None), [found], "{version:?}");
        }
    }
}

#[test]
fn nobody_seals_with_anothers_seal() {
    let office = Office::new();
    let seal = office.seal(SealVersion::V4);
    let when = at("2026-11-24T08:00:00Z");
    let hash = sm3(b"content");
    for (signer, key) in [
        (&office.other, &office.other_key),
        (&office.keeper, &office.other_key),
    ] {
        assert!(matches!(
            sign_with_seal(&seal, signer, key, &hash, ABOUT, when),
            Err(SealError::BadField {
                field: "signer",
                ..
            })
        ));
    }
    // Whoever does it by other means is found out: the seal of the one under the signature of the other.
    let bytes = office.sealed(&seal, b"content", "2026-11-24T08:00:00Z");
    let whole = elements(&bytes);
    let outer = elements(&bytes[whole[0].1..]);
    let tbs = outer[0].0;
    let signature = office
        .other_key
        .sign(DistId::DEFAULT, tbs)
        .unwrap()
        .to_der();
    let forged = sequence(&[
        tbs,
        &element(0x04, office.other.der()),
        outer[2].0,
        &element(0x03, &[&[0], &signature[..]].concat()),
    ]);
    let read = SealSignature::read(&forged).unwrap();
    assert_eq!(
        read.judge(&hash, Some(seal.bytes())),
        [Found::SignerNotListed]
    );
}

/// Elements of DER one after the other: each whole, and where its value begins.
fn elements(mut bytes: &[u8]) -> Vec<(&[u8], usize)> {
    let mut all = Vec::new();
    while bytes.len() > 1 {
        let (from, length) = match bytes[1] {
            short @ ..0x80 => (2, usize::from(short)),
            long => {
                let count = usize::from(long - 0x80);
                let length = bytes[2..2 + count].iter();
                (
                    2 + count,
                    length.fold(0, |all, byte| all << 8 | usize::from(*byte)),
                )
            }
        };
        let (one, rest) = bytes.split_at(from + length);
        all.push((one, from));
        bytes = rest;
    }
    all
}

fn element(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len()).unwrap().to_be_bytes();
    let header = match value.len() {
        short @ ..0x80 => vec![tag, u8::try_from(short).unwrap()],
        0x80..=0xFF => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [&header[..], value].concat()
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

#[test]
fn a_seal_that_cannot_be_is_not_made() {
    let office = Office::new();
    let fine = picture();
    let empty = SealPicture {
        bytes: Vec::new(),
        ..picture()
    };
    let huge = SealPicture {
        width_mm: 1000,
        ..picture()
    };
    let long = "长".repeat(101);
    let plan = |picture, name| office.plan(SealVersion::V4, picture, name);
    for (plan, field) in [
        (plan(&fine, " "), "name"),
        (plan(&fine, &long), "name"),
        (plan(&empty, "甲"), "picture"),
        (plan(&huge, "甲"), "picture"),
        (
            SealPlan {
                id: "",
                ..plan(&fine, "甲")
            },
            "id",
        ),
        (
            SealPlan {
                id: "甲",
                ..plan(&fine, "甲")
            },
            "id",
        ),
        (
            SealPlan {
                signers: &[],
                ..plan(&fine, "甲")
            },
            "signers",
        ),
        (
            SealPlan {
                valid_to: at("2020-01-01T00:00:00Z"),
                ..plan(&fine, "甲")
            },
            "valid_to",
        ),
    ] {
        let made = make_test_seal(&plan, &office.maker, &office.maker_key);
        assert!(
            matches!(made, Err(SealError::BadField { field: found, .. }) if found == field),
            "{field}"
        );
    }
    let by_other = make_test_seal(&plan(&fine, "甲"), &office.maker, &office.other_key);
    assert!(matches!(
        by_other,
        Err(SealError::BadField { field: "maker", .. })
    ));
}

#[test]
fn every_flipped_bit_is_noticed() {
    let office = Office::new();
    for version in VERSIONS {
        let seal = office.seal(version);
        let bytes = office.sealed(&seal, b"content", "2026-11-24T08:00:00Z");
        let mut unnoticed = Vec::new();
        for place in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[place] ^= 1 << (place % 8);
            let Ok(read) = SealSignature::read(&bent) else {
                continue;
            };
            if read.judge(&sm3(b"content"), Some(seal.bytes())).is_empty() {
                unnoticed.push(place);
            }
        }
        assert!(unnoticed.is_empty(), "{version:?}: {unnoticed:?}");
    }
}

/// Judges files by a program that has nothing of ours but the files.
fn checked(what: &str, files: &[&[u8]]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<_> = (0..files.len())
        .map(|nth| folder.path().join(nth.to_string()))
        .collect();
    for (path, bytes) in paths.iter().zip(files) {
        fs::write(path, bytes).unwrap();
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/interop/seal_check.py");
    let output = Command::new("python3")
        .arg(script)
        .arg(what)
        .args(&paths)
        .output()
        .expect("python3");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn a_checker_that_is_not_ours_agrees() {
    let office = Office::new();
    let when = "2026-11-24T08:00:00Z";
    for version in VERSIONS {
        let seal = office.seal(version);
        let (code, said) = checked("seal", &[seal.bytes()]);
        assert_eq!(code, 0, "{version:?}: {said}");
        let bytes = office.sealed(&seal, b"content", when);
        let (code, said) = checked("signature", &[&bytes, b"content"]);
        assert_eq!(code, 0, "{version:?}: {said}");
        let (code, said) = checked("signature", &[&bytes, b"changed"]);
        assert!(
            code == 1 && said.contains(r#""content_holds": false"#),
            "{said}"
        );
        let mut bent = bytes.clone();
        *bent.last_mut().unwrap() ^= 1;
        let (code, said) = checked("signature", &[&bent, b"content"]);
        assert!(
            code == 1 && said.contains(r#""signature_holds": false"#),
            "{said}"
        );
    }
    let signed = sign_message(
        b"content",
        false,
        &office.keeper,
        &office.keeper_key,
        at(when),
    );
    let (code, said) = checked("message", &[&signed.unwrap()]);
    assert_eq!(code, 0, "{said}");
    let beside = sign_message(
        b"content",
        true,
        &office.keeper,
        &office.keeper_key,
        at(when),
    );
    let beside = beside.unwrap();
    assert_eq!(checked("message", &[&beside, b"content"]).0, 0);
    assert_eq!(checked("message", &[&beside, b"changed"]).0, 1);
    assert_eq!(checked("message", &[b"no message"]).0, 2);
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

fn entry(package: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut bytes = Vec::new();
    std::io::copy(&mut archive.by_name(name).ok()?, &mut bytes).unwrap();
    Some(bytes)
}

#[test]
fn seals_of_others_are_read_and_hold() {
    for (name, version, stamped) in [
        ("gm-UserV1.esl", SealVersion::V1, false),
        ("gm-UserV4.esl", SealVersion::V4, false),
        ("gm-UserV5.esl", SealVersion::V5, false),
        ("gm-UserV5_ts.esl", SealVersion::V5, true),
    ] {
        let Some(bytes) = sample(name) else {
            continue;
        };
        let seal = ElectronicSeal::read(&bytes).expect(name);
        assert_eq!(seal.version, version, "{name}");
        assert_eq!(seal.time_stamp.is_some(), stamped, "{name}");
        assert_eq!(
            (seal.picture.width_mm, seal.picture.height_mm),
            (40, 40),
            "{name}"
        );
        assert!(seal.picture.bytes.starts_with(b"\x89PNG"), "{name}");
        assert!(seal.vendor.starts_with("OFDR&WTest"), "{name}");
        assert_eq!(seal.judge(), [], "{name}");
    }
}

#[test]
fn signatures_of_others_hold_for_what_they_sealed() {
    // Which packages, and what is to be found in them.
    let table: [(&str, &str, &[Found]); 5] = [
        ("conv-draw_param_ref.ofd", "Doc_0/Signs/Sign_0", &[]),
        // Sealed by a program in 2026 with a seal that ended in 2022.
        (
            "gen-13_riding_seal.ofd",
            "Doc_0/Signs/Sign_0",
            &[Found::SealExpired],
        ),
        (
            "gen-14_digital_sign.ofd",
            "Doc_0/Signs/Sign_0",
            &[Found::SealExpired],
        ),
        (
            "reader-SESV4SignDoc.ofd",
            "Doc_0/Signs/Sign_0",
            &[Found::SealExpired],
        ),
        ("conv-V4RideRight.ofd", "Doc_0/Signs/Sign_0", &[]),
    ];
    for (name, folder, expected) in table {
        let Some(package) = sample(name) else {
            continue;
        };
        let part = |part: &str| entry(&package, &format!("{folder}/{part}"));
        let Some(value) = part("SignedValue.dat") else {
            panic!("{name}: no SignedValue.dat");
        };
        let read = SealSignature::read(&value).expect(name);
        let sealed = part("Signature.xml").expect(name);
        let beside = part("Seal.esl");
        let found = read.judge(&sm3(&sealed), beside.as_deref());
        assert_eq!(
            found, expected,
            "{name}: {:?} {:?}",
            read.at, read.seal.valid_to
        );
        assert!(
            read.about.ends_with("Signature.xml"),
            "{name}: {}",
            read.about
        );
        let mut bent = sealed.clone();
        bent[10] ^= 1;
        assert!(
            read.judge(&sm3(&bent), None)
                .contains(&Found::ContentChanged),
            "{name}"
        );
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_readers_fall(bytes: Vec<u8>, cut in 0usize..3000, place: usize, bit in 0u8..8) {
        let _ = ElectronicSeal::read(&bytes);
        let _ = SealSignature::read(&bytes);
        thread_local! {
            static REAL: [Vec<u8>; 2] = {
                let office = Office::new();
                let seal = office.seal(SealVersion::V4);
                let signature = office.sealed(&seal, b"x", "2026-11-24T08:00:00Z");
                [seal.bytes().to_vec(), signature]
            };
        }
        REAL.with(|all| {
            for real in all {
                let mut bent = real[..real.len() - cut.min(real.len() - 1)].to_vec();
                let place = place % bent.len();
                bent[place] ^= 1 << bit;
                let _ = ElectronicSeal::read(&bent).map(|seal| seal.judge());
                let _ = SealSignature::read(&bent).map(|read| read.judge(&[0; 32], None));
            }
        });
    }
}
