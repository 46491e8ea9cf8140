//! `andu seal` as an administrator types it: sizes, pictures, a demo seal, the verdict.

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
        .arg("seal")
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

#[test]
fn a_demo_seal_is_made_shown_and_found_out_when_bent() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| andu(folder.path(), args);
    for format in ["v1", "v4", "v5"] {
        let made = run(&[
            "demo",
            "--name",
            "望溪县水利局",
            "--out",
            format,
            "--format",
            format,
        ]);
        assert_eq!(made.code, 0, "{}", made.error);
        let seal = format!("{format}/seal.esl");
        let shown = run(&["show", &seal, "--picture", "picture.png"]);
        assert_eq!(shown.code, 0, "{}", shown.error);
        assert!(shown.json["name"].as_str().unwrap().contains("测试"));
        assert_eq!(shown.json["picture"]["width_mm"], 45);
        let picture = fs::read(folder.path().join("picture.png")).unwrap();
        assert_eq!(
            picture,
            fs::read(folder.path().join(format).join("seal.png")).unwrap()
        );
        // Nothing is written over what is read.
        assert_eq!(run(&["show", &seal, "--picture", &seal]).code, 2);

        let mut bent = fs::read(folder.path().join(&seal)).unwrap();
        let middle = bent.len() / 2;
        bent[middle] ^= 1;
        fs::write(folder.path().join("bent"), bent).unwrap();
        let shown = run(&["show", "bent"]);
        assert_eq!(shown.code, 1);
        assert_eq!(shown.json["findings"][0]["code"], "seal_forged");
    }
    let again = run(&["demo", "--name", "望溪县水利局", "--out", "v4"]);
    assert_eq!(again.code, 2, "{}", again.error);
    fs::write(folder.path().join("none"), "no seal").unwrap();
    let none = run(&["show", "none"]);
    assert!(
        none.code == 2 && none.error.contains("不是电子印章"),
        "{}",
        none.error
    );
}

#[test]
fn a_test_seal_is_drawn_by_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let run = |args: &[&str]| andu(folder.path(), args);
    let sizes = run(&["sizes"]).json;
    let kinds = sizes["kinds"].as_array().unwrap();
    assert!(kinds.len() >= 7);
    for kind in kinds {
        let code = kind["kind"].as_str().unwrap();
        let out = format!("{code}.png");
        let said = run(&[
            "draw",
            "--name",
            "望溪县人民政府",
            "--kind",
            code,
            "--out",
            &out,
        ]);
        assert_eq!(said.code, 0, "{}", said.error);
        assert_eq!(said.json["width_mm"].as_f64(), kind["diameter_mm"].as_f64());
        let bytes = fs::read(folder.path().join(&out)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"));
    }
    let said = run(&[
        "draw",
        "--name",
        "韩立群",
        "--kind",
        "person",
        "--out",
        "p.svg",
    ]);
    assert_eq!(said.code, 0, "{}", said.error);
    assert!(
        fs::read_to_string(folder.path().join("p.svg"))
            .unwrap()
            .starts_with("<svg")
    );
    for (name, kind, word) in [
        ("", "county", "单位名称"),
        ("望溪县\u{E123}", "county", "字体"),
        ("望溪县", "village", "可用的有"),
    ] {
        let said = run(&["draw", "--name", name, "--kind", kind, "--out", "x.png"]);
        assert!(
            said.code == 2 && said.error.contains(word),
            "{name}: {}",
            said.error
        );
        assert!(!folder.path().join("x.png").exists());
    }
}
