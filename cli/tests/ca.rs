//! `andu ca` as an administrator types it: a test authority in a folder, what it issues and revokes, and the verdict.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path, process::Command};

use serde_json::Value;

struct Said {
    code: i32,
    json: Value,
    error: String,
}

fn andu(folder: &Path, args: &[&str]) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_andu"))
        .args(args)
        .arg("--json")
        .current_dir(folder)
        .output()
        .unwrap();
    Said {
        code: output.status.code().unwrap(),
        json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        error: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

const PASSWORD: [&str; 2] = ["--password-file", "password"];

#[test]
fn a_pair_of_certificates_is_issued_believed_and_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| andu(folder.path(), args);
    fs::write(folder.path().join("password"), "demo-123\n").unwrap();
    fs::write(folder.path().join("other"), "demo-456\n").unwrap();
    fs::write(folder.path().join("short"), "abc\n").unwrap();
    let init = ["ca", "init", "--out", "ca", "--organization", "望溪县"];
    let short = run(&[&init[..], &["--password-file", "short"]].concat());
    assert_eq!(short.code, 2, "{}", short.error);
    assert!(!folder.path().join("ca").exists());
    let made = run(&[&init[..], &PASSWORD].concat());
    assert_eq!(made.code, 0, "{}", made.error);
    // A second time there is something in the folder.
    assert_eq!(run(&[&init[..], &PASSWORD].concat()).code, 2);

    let issue = [
        "ca",
        "issue",
        "--ca",
        "ca",
        "--name",
        "望溪县人民政府办公室",
        "--out",
        "unit",
    ];
    let wrong = run(&[&issue[..], &["--password-file", "other"]].concat());
    assert!(
        wrong.code == 2 && wrong.error.contains("密码不对"),
        "{}",
        wrong.error
    );
    let issued = run(&[&issue[..], &PASSWORD].concat());
    assert_eq!(issued.code, 0, "{}", issued.error);
    let key = fs::read_to_string(folder.path().join("unit/sign.key")).unwrap();
    assert!(key.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));

    let verify = |file: &str, more: &[&str]| {
        let all = [
            "ca",
            "verify",
            file,
            "--root",
            "ca/root.pem",
            "--with",
            "unit/chain.pem",
            "--list",
            "ca/list.pem",
            "--list",
            "ca/root-list.pem",
        ];
        run(&[&all[..], more].concat())
    };
    let codes = |said: &Said| -> Vec<String> {
        let all = said.json["findings"].as_array().unwrap().iter();
        all.filter(|found| found["place"] == 0)
            .map(|found| found["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let said = verify("unit/sign.pem", &[]);
    assert_eq!((said.code, codes(&said)), (0, vec!["test".to_owned()]));
    let said = verify("unit/encrypt.pem", &[]);
    assert_eq!(said.code, 1);
    assert!(codes(&said).contains(&"wrong_usage".to_owned()));
    assert_eq!(
        verify("unit/encrypt.pem", &["--purpose", "encrypt"]).code,
        0
    );
    let late = ["--at", "2099-01-01 08:00"];
    assert!(codes(&verify("unit/sign.pem", &late)).contains(&"expired".to_owned()));
    let alone = run(&["ca", "verify", "unit/sign.pem"]);
    assert!(codes(&alone).contains(&"unknown_issuer".to_owned()));

    let listed = run(&["ca", "list", "--ca", "ca"]).json;
    let serial = listed["issued"][0]["serial"].as_str().unwrap().to_owned();
    let revoke = [
        "ca",
        "revoke",
        "--ca",
        "ca",
        "--reason",
        "key_compromise",
        "--serial",
    ];
    let unknown = run(&[&revoke[..], &["00FF"], &PASSWORD].concat());
    assert_eq!(unknown.code, 2, "{}", unknown.error);
    let revoked = run(&[&revoke[..], &[&serial], &PASSWORD].concat());
    assert_eq!(revoked.code, 0, "{}", revoked.error);
    assert_eq!(run(&[&revoke[..], &[&serial], &PASSWORD].concat()).code, 2);
    let said = verify("unit/sign.pem", &["--at", "2099-01-01T00:00:00Z"]);
    assert!(codes(&said).contains(&"revoked".to_owned()));
    let said = verify("unit/encrypt.pem", &["--purpose", "encrypt"]);
    assert_eq!(said.code, 0, "{}", said.json);
}

#[test]
fn what_is_no_certificate_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.pem"), "甲乙丙").unwrap();
    fs::write(folder.path().join("empty"), "").unwrap();
    for file in ["a.pem", "empty"] {
        let said = andu(folder.path(), &["ca", "verify", file]);
        assert_eq!(said.code, 2, "{}", said.error);
        assert!(said.error.contains("不是证书"), "{}", said.error);
    }
    let said = andu(folder.path(), &["ca", "verify", "missing"]);
    assert_eq!(said.code, 3, "{}", said.error);
    let said = andu(folder.path(), &["ca", "list", "--ca", "."]);
    assert!(said.error.contains("不是测试发证机构"), "{}", said.error);
}
