//! `andu form`: the forms are listed, a template is shown and read back, pages are written, and what is no form is
//! refused in words.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

fn andu(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_andu"))
        .arg("form")
        .args(words)
        .current_dir(folder)
        .env("ANDU_HOME", folder.join("home"))
        .env_remove("ANDU_CEILING")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the command runs")
}

fn answer(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn refused(folder: &Path, words: &[&str]) -> String {
    let output = andu(folder, words);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert!(!said.contains("程序没有"), "{said}");
    said
}

#[test]
fn every_listed_form_is_set_blank_and_its_template_reads_back() {
    let folder = TempDir::new().expect("a folder");
    let listed = answer(&andu(folder.path(), &["list", "--json"]));
    let forms = listed["forms"].as_array().expect("forms");
    assert_eq!(forms.len(), 11);
    for form in forms {
        let name = form["name"].as_str().expect("a name");
        let pdf = format!("{name}.pdf");
        let done = answer(&andu(
            folder.path(),
            &["set", name, "--out", &pdf, "--json"],
        ));
        assert_eq!(done["pages"], 1, "{name}");
        let bytes = fs::read(folder.path().join(&pdf)).expect("a file");
        assert!(bytes.starts_with(b"%PDF"), "{name}");
        let shown = andu(folder.path(), &["show", name]);
        let file = format!("{name}.json");
        fs::write(folder.path().join(&file), &shown.stdout).expect("a file");
        let again = answer(&andu(
            folder.path(),
            &["set", &file, "--out", &pdf, "--json"],
        ));
        assert_eq!(again["form"].as_str(), Some(name));
    }
    let said = andu(folder.path(), &["list"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("outgoing_sheet  发文稿纸"), "{said}");
}

#[test]
fn a_form_is_set_with_its_content_under_its_chinese_name() {
    let folder = TempDir::new().expect("a folder");
    let content = json!({
        "form": "telephone_record", "agency": "安平县人民政府办公室",
        "fields": { "caller_agency": "石桥镇人民政府", "matter": "水位已退。" },
        "opinions": { "propose": [
            { "words": "呈陆县长阅。", "person": "秦望舒", "date": "2026-11-22" },
        ] },
    });
    fs::write(folder.path().join("内容.json"), content.to_string()).expect("a file");
    let words = [
        "set",
        "电话记录单",
        "--content",
        "内容.json",
        "--out",
        "记录.pdf",
    ];
    let output = andu(folder.path(), &words);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("电话记录单：共 1 页"), "{said}");
}

#[test]
fn what_is_no_form_is_refused_in_words_and_nothing_is_written() {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path();
    let write = |name: &str, content: &Value| {
        fs::write(path.join(name), content.to_string()).expect("a file");
    };
    assert!(refused(path, &["set", "假条", "--out", "a.pdf"]).contains("没有叫“假条”的表单"));
    write(
        "a.json",
        &json!({ "form": "return_slip", "fields": { "drafter": "x" } }),
    );
    let with = |name: &str, content: &str| {
        refused(path, &["set", name, "--content", content, "--out", "a.pdf"])
    };
    let said = with("return_slip", "a.json");
    assert!(
        said.contains("a.json：") && said.contains("“drafter”"),
        "{said}"
    );
    write("b.json", &json!({ "form": "outgoing_sheet" }));
    assert!(with("return_slip", "b.json").contains("不能填在“退文单”上"));
    write(
        "c.json",
        &json!({ "form": "return_slip", "fields": { "classification": "机密★10年" } }),
    );
    assert!(with("return_slip", "c.json").contains("不得处理标有“机密”的内容"));
    fs::write(path.join("d.json"), "{ \"form\": ").expect("a file");
    assert!(with("return_slip", "d.json").contains("内容没有写完"));
    write("e.json", &json!({ "form": "return_slip", "title": "x" }));
    let said = refused(path, &["set", "e.json", "--out", "a.pdf"]);
    assert!(said.contains("缺少") && said.contains("e.json"), "{said}");
    assert!(!path.join("a.pdf").exists());
    let same = [
        "set",
        "return_slip",
        "--content",
        "a.json",
        "--out",
        "a.json",
    ];
    assert!(refused(path, &same).contains("就是要读的文件"));
}
