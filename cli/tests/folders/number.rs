//! `andu number` over the store of a desk: what is listed, what is missing, and what an explanation ends.

use andu_desk::Desk;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{PASSWORD, andu, desk, ok, text};

fn document(number: &str) -> Value {
    json!({
        "title": format!("关于{number}事项的通知"), "number": number, "date": "2019-03-05",
        "recipients": "", "sender": "", "note": "", "files": [],
    })
}

#[test]
fn a_missing_number_is_told_until_somebody_says_why() {
    let place = TempDir::new().expect("a folder");
    desk::set_up(place.path());
    let at_desk = |acts: &[(&str, Value)]| {
        let desk = Desk::new(desk::place_of(place.path()), false).expect("a desk");
        desk.call("session_unlock", json!({ "password": PASSWORD }))
            .expect("opened");
        for (name, args) in acts {
            desk.call(name, args.clone())
                .unwrap_or_else(|error| panic!("{name}: {}", error.sentence));
        }
        desk.lock();
    };
    let documents = json!([document("望水〔2019〕7号"), document("望水〔2019〕10号")]);
    let import = json!({ "import_id": "0192", "documents": documents });
    at_desk(&[("register_enter", import)]);

    let home = ["--home", text(place.path())];
    let said = ok(&["number", "list", home[0], home[1]]);
    for words in [
        "望水发  发文字号",
        "收  收文号",
        "望水  发文字号  补录或手工编号",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let said = ok(&["number", "ledger", "望水", home[0], home[1]]);
    assert!(
        said.contains("望水〔2019〕10号  已用  关于望水〔2019〕10号事项的通知"),
        "{said}"
    );
    assert!(
        said.contains("8—9  缺号") && said.contains("共 3 行"),
        "{said}"
    );
    let output = andu(&["number", "check", "--json", home[0], home[1]]);
    assert_eq!(output.status.code(), Some(1), "a gap is a finding");
    let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let gap = json!({ "code": "望水", "period": 2019, "first": 8, "last": 9 });
    assert_eq!(found["gaps"], json!([gap]), "{found}");
    let output = andu(&["number", "ledger", "望火", home[0], home[1]]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(
        said.contains("望火") && said.contains("andu number list"),
        "{said}"
    );

    let mut why = gap;
    why["reason"] = json!("纸质登记簿上作废");
    at_desk(&[("number_explain", why)]);
    let said = ok(&["number", "check", home[0], home[1]]);
    assert!(
        said.contains("共 4 个号") && said.contains("没有未说明的缺号"),
        "{said}"
    );
}
