//! A file from elsewhere: imported, asked about, answered, and still there as it came.

use std::fs;

use serde_json::json;

use crate::window::{Window, key};

const FILE: &str = "供水情况\n各位同仁：\n现将城东片区供水情况汇报如下。\n一、进展\n管网已检修。\n";

#[test]
fn what_an_import_was_not_sure_about_is_answered_by_a_key_and_taken_back_by_another() {
    let mut window = Window::open_for_the_demo("import");
    window.see("session-practice");
    window.press(&[key::ENTER]);
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");

    let file = window.out("供水情况.txt");
    fs::write(&file, FILE).expect("a file to import");
    window.answer_dialog("import_draft", &file);
    window.click("rail-new");
    window.click("way-import");
    window.see("import-report");
    window.shot("report");
    window.click("import-open");

    window.see_text("import-questions", "“供水情况”是标题吗？");
    window.see_pages(1);
    window.shot("questions");
    // Alt+4 leads to the findings, and there to the first question.
    window.press(&[key::ALT, '4']);
    window.see_script(
        "return document.activeElement.dataset.testid",
        &json!("import-answer"),
    );
    window.type_here("2");
    window.see_value("title", "");
    window.see_text("body-editor", "供水情况");
    window.shot("answered");
    // The editor takes Ctrl+Z for all of the draft.
    window.click("body-editor");
    window.press(&[key::CONTROL, 'z']);
    window.see_value("title", "供水情况");
    window.see_text("import-questions", "“供水情况”是标题吗？");

    let out = window.out("原件.txt");
    let _ = fs::remove_file(&out);
    window.answer_dialog("export_draft", &out);
    window.click("originals");
    window.click("original-write");
    assert_eq!(window.see_file(&out), FILE.as_bytes());
    window.click("originals");
    window.click("original-read");
    window.see_text("original-words", "管网已检修。");
    window.shot("original");
    assert_eq!(window.refused(), Vec::<String>::new());
}
