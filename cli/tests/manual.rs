//! The command as people run it: the real program, and what the manual says of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::{Value, json};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn manual(page: &str) -> String {
    let path = root().join("docs/manual").join(page);
    fs::read_to_string(path).expect("a page of the manual")
}

/// Runs `andu` with these words in a folder, with nobody at the terminal.
fn andu(folder: &Path, words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_andu"))
        .args(words)
        .current_dir(folder)
        .env("ANDU_FONTS", "/var/cache/andu/fonts")
        .env("ANDU_HOME", folder.join("home"))
        .env_remove("ANDU_PASSWORD")
        .env_remove("ANDU_CEILING")
        .stdin(std::process::Stdio::null())
        .output()
        .expect("the command runs")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn example(name: &str) -> Value {
    let path = root().join("assets/examples").join(name);
    let text = fs::read_to_string(path).expect("an example");
    serde_json::from_str(&text).expect("JSON")
}

fn write(folder: &Path, name: &str, document: &Value) {
    fs::write(folder.join(name), document.to_string()).expect("a file");
}

/// A folder with the files that the table of exit codes names.
fn desk() -> TempDir {
    let folder = TempDir::new().expect("a folder");
    let mut document = example("announcement.json");
    write(folder.path(), "公文.json", &document);
    document["title"] = json!("关于关于防汛的的通知。");
    write(folder.path(), "有意见.json", &document);
    fs::write(folder.path().join("写坏.json"), "{ \"title\": 7 }").expect("a file");
    folder
}

#[test]
fn exit_codes_are_those_of_the_manual() {
    let folder = desk();
    let page = manual("command.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let mut tried = 0;
    for row in rows {
        let Some((code, rest)) = row.split_once("` |") else {
            continue;
        };
        let Ok(code) = code.parse::<i32>() else {
            continue;
        };
        let examples = rest.rsplit_once('|').map_or("", |(cells, _)| cells);
        let examples = examples.rsplit_once('|').map_or("", |(_, last)| last);
        for typed in examples.split('`').skip(1).step_by(2) {
            let words: Vec<&str> = typed.split(' ').collect();
            assert_eq!(words[0], "andu", "{typed}");
            let output = andu(folder.path(), &words[1..]);
            let heard = said(&output);
            assert_eq!(output.status.code(), Some(code), "{typed}: {heard:?}");
            tried += 1;
        }
    }
    assert!(tried >= 10, "the table has its examples: {tried}");
}

#[test]
fn a_mandatory_element_off_the_page_fails_the_proof() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "notice.json", &example("notice.json"));
    let words = ["proof", "notice.json", "--shift", "letterhead.top=-500"];
    let output = andu(folder.path(), &words);
    let (out, _) = said(&output);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("不合格  第1页  7.2.4"), "{out}");
    assert!(
        out.contains("版式不合格") && !out.contains("版式合格"),
        "{out}"
    );
    let right = andu(folder.path(), &["proof", "notice.json"]);
    let (out, _) = said(&right);
    assert_eq!(right.status.code(), Some(0), "{out}");
    assert!(out.contains("版式合格"), "{out}");
    let count = out.lines().filter(|line| line.contains("  第")).count();
    assert!(out.contains(&format!("共 {count} 项：合格 ")), "{out}");
    // Numbers in the unit they have in the standard.
    for line in [
        "发文机关标志上边缘至版心上边缘：应为 35 mm",
        "每面行数：应为 22 行",
        "每行字数：应为 28 字",
        "发文字号在发文机关标志下空二行：应为 2 行",
        "段首空二字：应为 2 字",
    ] {
        assert!(out.contains(line), "{line} in {out}");
    }
}

#[test]
fn a_shift_that_does_nothing_and_one_of_no_number_are_told() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "公文.json", &example("announcement.json"));
    for (shift, part) in [
        ("seal.gap=5", "本文没有这一要素"),
        ("red_line.gpa=1", "red_line.gap"),
        ("nonsense=1", "--shifts"),
        ("red_line.gap", "red_line.gap=1"),
    ] {
        let output = andu(folder.path(), &["proof", "公文.json", "--shift", shift]);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{shift}: {error}");
        assert!(error.contains(part), "{shift}: {error}");
    }
    let (out, _) = said(&andu(folder.path(), &["proof", "--shifts"]));
    assert!(out.contains("red_line.gap  4mm  7.2.7"), "{out}");
}

#[test]
fn what_a_finished_document_lacks_is_said_with_its_article() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "空.json", &json!({}));
    let mut document = example("notice.json");
    for element in [
        "date_of_issue",
        "issue_number",
        "main_recipients",
        "imprint",
    ] {
        document.as_object_mut().expect("an object").remove(element);
    }
    document["seal"] = json!("none");
    write(folder.path(), "缺.json", &document);
    for verb in ["check", "proof"] {
        let output = andu(folder.path(), &[verb, "缺.json"]);
        let (out, _) = said(&output);
        assert_eq!(output.status.code(), Some(1), "{verb}: {out}");
        for words in [
            "没有发文字号",
            "没有主送机关",
            "没有发文机关署名",
            "没有成文日期",
            "没有印发机关和印发日期",
        ] {
            assert!(out.contains(words), "{verb}: {words} in {out}");
        }
        assert!(out.contains("第九条（十二）"), "{verb}: {out}");
    }
    let (out, _) = said(&andu(folder.path(), &["check", "空.json"]));
    assert!(out.contains("共 8 条"), "{out}");
}

#[test]
fn a_shift_of_the_pitch_is_one_of_the_real_pitch_and_what_no_page_follows_is_said_plainly() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "公文.json", &example("announcement.json"));
    let (out, _) = said(&andu(folder.path(), &["proof", "--shifts"]));
    assert!(out.contains("core.pitch  10.446mm"), "{out}");
    let pitch = andu(
        folder.path(),
        &["proof", "公文.json", "--shift", "core.pitch=0.1"],
    );
    let (_, error) = said(&pitch);
    assert!(matches!(pitch.status.code(), Some(0 | 1)), "{error}");
    for shift in [
        "core.pitch=-10.44",
        "core.width=-155",
        "core.height=-224",
        "size.body=900",
    ] {
        let output = andu(folder.path(), &["proof", "公文.json", "--shift", shift]);
        let (_, error) = said(&output);
        assert!(
            matches!(output.status.code(), Some(1 | 2)),
            "{shift}: {error}"
        );
        assert!(!error.contains("程序"), "{shift}: {error}");
    }
}

#[test]
fn a_classification_typed_into_the_text_is_refused_like_the_element_and_prose_is_not() {
    let folder = TempDir::new().expect("a folder");
    let paragraph = |text: &str| json!({ "type": "paragraph", "runs": [{ "text": text }] });
    let mut marked = example("notice.json");
    let body = marked["body"].as_array_mut().expect("a body");
    body.insert(0, paragraph("机密★10年"));
    write(folder.path(), "密件.json", &marked);
    let mut prose = example("notice.json");
    let body = prose["body"].as_array_mut().expect("a body");
    body.insert(0, paragraph("机密文件由专人保管，秘密事项不得外传。"));
    write(folder.path(), "公文.json", &prose);
    for verb in ["typeset", "proof", "check"] {
        let output = andu(folder.path(), &[verb, "密件.json"]);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{verb}: {error}");
        assert!(
            error.contains("不得处理标有“机密”的内容"),
            "{verb}: {error}"
        );
        let output = andu(folder.path(), &[verb, "公文.json"]);
        assert_eq!(output.status.code(), Some(0), "{verb}: {:?}", said(&output));
    }
    let text = "望溪县水务局文件\n\n关于防汛工作的通知\n\n机 密★5年\n\n各镇、乡人民政府：\n请做好防汛工作。\n";
    fs::write(folder.path().join("来文.txt"), text).expect("a file");
    let output = andu(folder.path(), &["import", "来文.txt"]);
    let (out, error) = said(&output);
    assert_eq!(output.status.code(), Some(2), "{out}{error}");
}

#[test]
fn what_the_typesetter_says_of_the_first_page_the_others_say_too() {
    let folder = TempDir::new().expect("a folder");
    let mut document = example("notice.json");
    // A title of two pages.
    document["title"] = json!("关于进一步加强农村饮水安全和防汛抗旱工作的通知\n".repeat(20));
    write(folder.path(), "长标题.json", &document);
    for verb in ["typeset", "proof", "check"] {
        let output = andu(folder.path(), &[verb, "长标题.json"]);
        let (out, error) = said(&output);
        assert!(
            out.contains("7.3.3") && out.contains("首页"),
            "{verb}: {out}{error}"
        );
        let wanted = if verb == "typeset" { 0 } else { 1 };
        assert_eq!(output.status.code(), Some(wanted), "{verb}: {out}");
    }
}

#[test]
fn findings_name_places_as_people_do() {
    let folder = desk();
    let (out, _) = said(&andu(folder.path(), &["check", "有意见.json"]));
    assert!(out.contains("标题："), "{out}");
    assert!(!out.contains("title"), "{out}");
    let (json, _) = said(&andu(folder.path(), &["check", "有意见.json", "--json"]));
    assert!(json.contains("\"place\":\"title\""), "{json}");
}

#[test]
fn what_is_above_the_ceiling_is_refused_in_the_words_of_the_desk() {
    let folder = TempDir::new().expect("a folder");
    let mut document = example("classified-notice.json");
    write(folder.path(), "样张.json", &document);
    document["specimen"] = json!(false);
    write(folder.path(), "密件.json", &document);
    for verb in ["typeset", "proof", "check"] {
        let output = andu(folder.path(), &[verb, "密件.json"]);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{verb}: {error}");
        assert!(error.contains("本系统按“非涉密”部署"), "{verb}: {error}");
    }
    // An example bears 样张 on every page; what is to be said of it is said.
    let output = andu(folder.path(), &["check", "样张.json"]);
    let (out, _) = said(&output);
    assert_eq!(output.status.code(), Some(1), "{out}");
    assert!(out.contains("密级"), "{out}");
    let text = "秘密★5年\n\n望溪县水务局文件\n\n关于防汛工作的通知\n\n各镇、乡人民政府：\n请做好防汛工作。\n";
    fs::write(folder.path().join("来文.txt"), text).expect("a file");
    let output = andu(folder.path(), &["import", "来文.txt"]);
    let (out, error) = said(&output);
    assert_eq!(output.status.code(), Some(2), "{out}{error}");
    assert!(error.contains("不得处理标有“秘密”的内容"), "{error}");
}

#[test]
fn an_import_says_what_is_to_be_confirmed_and_why_a_file_is_none() {
    let folder = TempDir::new().expect("a folder");
    let text = "望溪县水务局\n关于防汛工作的事情\n\n各镇人民政府\n请做好防汛工作。\n\n2026.7.1\n";
    fs::write(folder.path().join("来文.txt"), text).expect("a file");
    let output = andu(folder.path(), &["import", "来文.txt"]);
    let (out, error) = said(&output);
    let document: Value = serde_json::from_str(&out).expect("the elements alone");
    assert!(document.is_object());
    assert!(error.contains("待确认"), "{error}");
    for (name, bytes, part) in [
        ("来文.pdf", &b"%PDF-1.7"[..], ".pdf"),
        ("来文.xyz", b"hi", ".xyz"),
        ("来文.doc", b"hi", "不是 Word 或 WPS 文档"),
    ] {
        fs::write(folder.path().join(name), bytes).expect("a file");
        let output = andu(folder.path(), &["import", name]);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {error}");
        assert!(error.contains(part), "{name}: {error}");
    }
}

#[test]
fn a_plain_mistake_is_no_mistake_of_the_program() {
    let folder = desk();
    fs::write(folder.path().join("词库.json"), "[1, 2]").expect("a file");
    fs::write(folder.path().join("名单.json"), "{\"agency\": 7}").expect("a file");
    for (words, part) in [
        (
            &["check", "公文.json", "--vocabulary", "词库.json"][..],
            "词库.json",
        ),
        (&["invite", "--data", "server", "名单.json"], "名单.json"),
        (&["invite", "--data", "server", "名单.xlsx"], "--agency"),
        (
            &["typeset", "公文.json", "--png", "页", "--dpi", "0"],
            "--dpi",
        ),
        (&["check", "写坏.json"], "标题"),
    ] {
        let output = andu(folder.path(), words);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {error}");
        assert!(error.contains(part), "{words:?}: {error}");
        assert!(!error.contains("程序内部"), "{words:?}: {error}");
        for word in ["invalid", "expected", "error", "dots"] {
            assert!(!error.contains(word), "{words:?}: {error}");
        }
    }
    let (_, error) = said(&andu(folder.path(), &["check", "."]));
    assert!(error.contains("这是文件夹"), "{error}");
}

#[test]
fn no_verb_writes_over_what_it_reads() {
    let folder = desk();
    let at = |name: &str| folder.path().join(name);
    let before = fs::read(at("公文.json")).expect("a file");
    fs::create_dir(at("页")).expect("a folder");
    fs::hard_link(at("公文.json"), at("另名.pdf")).expect("a link");
    fs::hard_link(at("公文.json"), at("页/001.png")).expect("a link");
    #[cfg(unix)]
    std::os::unix::fs::symlink(at("公文.json"), at("链接.pdf")).expect("a link");
    for words in [
        &["--pdf", "公文.json"][..],
        &["--docx", "公文.json"],
        &["--pdf", "./页/../公文.json"],
        &["--pdf", "另名.pdf"],
        #[cfg(unix)]
        &["--pdf", "链接.pdf"],
        &["--png", "页"],
    ] {
        let all = [&["typeset", "公文.json"], words].concat();
        let output = andu(folder.path(), &all);
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {error}");
        assert!(error.contains("要读的文件"), "{words:?}: {error}");
        let now = fs::read(at("公文.json")).expect("a file");
        assert_eq!(now, before, "{words:?} destroyed its input");
    }
    let twice = [
        "typeset",
        "公文.json",
        "--pdf",
        "新.out",
        "--docx",
        "./新.out",
    ];
    let output = andu(folder.path(), &twice);
    let (_, error) = said(&output);
    assert!(error.contains("两个输出"), "{error}");
    assert!(!at("新.out").exists());
}

#[test]
fn pages_of_an_earlier_longer_document_go_and_nothing_else() {
    let folder = desk();
    let pages = folder.path().join("页");
    fs::create_dir(&pages).expect("a folder");
    let others = ["1.png", "007.png", "010.jpg", "封面.png"];
    for name in ["001.png", "002.png", "003.png", "004.png"]
        .iter()
        .chain(&others)
    {
        fs::write(pages.join(name), "earlier").expect("a file");
    }
    let output = andu(
        folder.path(),
        &["typeset", "公文.json", "--png", "页", "--json"],
    );
    let (out, error) = said(&output);
    let answer: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{error}"));
    let count = answer["pages"].as_u64().expect("a number");
    assert!(count < 4, "{out}");
    let left = |number: u64| pages.join(format!("{number:03}.png")).exists();
    for number in 1..=4 {
        assert_eq!(left(number), number <= count, "page {number} of {count}");
    }
    for name in others {
        assert!(pages.join(name).exists(), "{name} was somebody else's");
    }
    let removed = answer["removed"].as_array().expect("a list").len() as u64;
    assert_eq!(removed, 4 - count);
}

#[test]
fn what_lies_outside_the_program_ends_with_three_and_in_chinese() {
    let folder = desk();
    for words in [
        &["restore", "没有.andu"][..],
        &["restore", "没有", "--server", "新"],
        &["bundle", "check", "没有"],
        &["check", "没有.json"],
        &["typeset", "公文.json", "--pdf", "没有/公文.pdf"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_andu"))
            .args(words)
            .current_dir(folder.path())
            .env("ANDU_HOME", folder.path().join("home"))
            .env("ANDU_PASSWORD", "correct horse")
            .env("ANDU_NO_KEYRING", "1")
            .output()
            .expect("the command runs");
        let (_, error) = said(&output);
        assert_eq!(output.status.code(), Some(3), "{words:?}: {error}");
        for word in ["os error", "No such", "part", "directory"] {
            assert!(!error.contains(word), "{words:?}: {error}");
        }
    }
}

#[test]
fn a_text_given_for_a_sheet_is_called_no_sheet() {
    let folder = desk();
    fs::write(folder.path().join("登记簿.txt"), "文号,标题").expect("a file");
    let output = andu(folder.path(), &["register", "登记簿.txt"]);
    let (_, error) = said(&output);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(
        error.contains(".xlsx") && !error.contains("docx"),
        "{error}"
    );
}

#[test]
fn a_picture_that_cannot_be_used_is_found_by_its_paragraph() {
    let folder = TempDir::new().expect("a folder");
    let mut document = example("announcement.json");
    let body = document["body"].as_array_mut().expect("a body");
    body.push(json!({
        "type": "image", "media_type": "image/png", "data": "bm90IGEgcGljdHVyZQ==",
        "width_tenth_mm": 500
    }));
    let number = body.len();
    write(folder.path(), "图.json", &document);
    let output = andu(folder.path(), &["typeset", "图.json", "--docx", "图.docx"]);
    let (_, error) = said(&output);
    assert_eq!(output.status.code(), Some(2), "{error}");
    assert!(!error.contains("body"), "{error}");
    assert!(error.contains(&format!("正文第{number}段")), "{error}");
}

/// Wrong input files as integrators write them, and the words that tell each apart.
#[test]
fn a_wrong_input_file_is_refused_in_the_readers_words() {
    let folder = TempDir::new().expect("a folder");
    let cell = r#"{"body":[{"type":"paragraph","runs":[]},{"type":"table","rows":[{"cells":[{},{"colspan":-5}]}]}]}"#;
    let deep = format!("{{\"body\":{}", "[".repeat(300));
    for (text, words, path) in [
        (
            cell,
            "正文第2段表格第1行第2格（colspan）写的是 -5",
            "body/1/rows/0/cells/1/colspan",
        ),
        (
            r#"{"body":[{"type":"paragraph","runs":[{"text":7}]}]}"#,
            "正文第1段的值不符合要求：应为文字",
            "body/0/runs/0/text",
        ),
        (
            r#"{"copy_recipients":["甲","乙","丙\u0001"]}"#,
            "抄送机关第3个第 2 个字符",
            "copy_recipients/2",
        ),
        (
            r#"{"attachments":[{},{"title":"甲","title":"乙"}]}"#,
            "附件2的字段“title”写了两次",
            "attachments/1",
        ),
        ("", "文件是空的", ""),
        (deep.as_str(), "嵌套超过", ""),
    ] {
        fs::write(folder.path().join("a.json"), text).expect("a file");
        let output = andu(folder.path(), &["check", "a.json"]);
        let (_, wrong) = said(&output);
        assert_eq!(output.status.code(), Some(2), "{text}: {wrong}");
        assert!(wrong.contains(words), "{text}: {wrong}");
        assert!(
            !wrong.contains("body/") && !wrong.contains("不是正确的 JSON"),
            "{wrong}"
        );
        let (_, wrong) = said(&andu(folder.path(), &["check", "a.json", "--json"]));
        let wrong: Value = serde_json::from_str(&wrong).expect("JSON");
        assert!(
            wrong["sentence"]
                .as_str()
                .is_some_and(|said| said.contains(words))
        );
        assert_eq!(wrong["fields"]["path"].as_str().unwrap_or_default(), path);
    }
}

#[test]
fn a_missing_folder_and_a_citation_are_named_as_people_read_them() {
    let folder = desk();
    let (_, wrong) = said(&andu(
        folder.path(),
        &["typeset", "公文.json", "--pdf", "没有/公文.pdf"],
    ));
    assert!(wrong.contains("文件夹“没有”不存在"), "{wrong}");
    let (found, _) = said(&andu(folder.path(), &["check", "有意见.json"]));
    assert!(found.contains("（机关办文通行做法）"), "{found}");
    assert!(!found.contains(" ）"), "{found}");
}

/// A title of so many lines is told as what it is; 主送机关 are not to blame.
#[test]
fn a_title_that_fills_page_one_is_blamed_itself() {
    let folder = TempDir::new().expect("a folder");
    let mut document = example("notice.json");
    let line = "进一步加强防汛抗旱各项准备\n";
    document["title"] = json!(format!("关于\n{}工作的通知", line.repeat(11)));
    write(folder.path(), "长.json", &document);
    let (said, wrong) = said(&andu(folder.path(), &["proof", "长.json"]));
    assert!(said.contains("标题有 13 行"), "{said}{wrong}");
    assert!(!said.contains("主送机关过多"), "{said}");
}
