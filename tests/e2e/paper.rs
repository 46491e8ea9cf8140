//! Paper in a real window: the forms are looked at, an agency's own template is put and taken back, an old register
//! is read, told row by row and entered, a register of a series is written.

use std::{fs, path::PathBuf};

use serde_json::json;

use crate::{editor::write_sheet, screen::until, site::Site, window::Window};

/// A register as an office has kept it: one row cannot be read.
fn old_register(window: &Window) -> PathBuf {
    let path = window.out("发文登记簿.xlsx");
    let rows: [&[&str]; 3] = [
        &[
            "1",
            "望政办发〔2019〕7号",
            "关于做好2019年防汛抗旱准备工作的通知",
            "2019-3-5",
        ],
        &[
            "2",
            "望政办发[2019]8号",
            "关于开展水库大坝安全鉴定的通知",
            "2019年4月5日",
        ],
        &["3", "", "关于会议的通知", "春天"],
    ];
    write_sheet(&path, &["序号", "发文字号", "文件标题", "发文日期"], &rows);
    path
}

/// Waits until the form is drawn as it was looked at, or until it no longer is.
fn see_picture(window: &Window, looked_at: &str, is: bool) {
    let script = "return document.querySelector('[data-testid=\"form-picture\"]')?.src";
    until("the picture follows", || {
        let same = window.run_script(script) == json!(looked_at);
        (same == is).then_some(())
    });
}

#[test]
fn own_forms_and_old_registers_are_kept_in_the_window() {
    let site = Site::start("paper", 10);
    let mut keeper = Window::open_demo_desk("paper-keeper", &site.code("范诗涵"));

    // The form in use is written out, changed, put and seen; then the shipped one is restored.
    keeper.click("rail-forms");
    keeper.see("form-picture");
    keeper.shot("forms");
    keeper.click("form-telephone_record");
    let own = keeper.out("电话记录单.json");
    // That of an earlier run.
    let _ = fs::remove_file(&own);
    keeper.answer_dialog("write_form", &own);
    keeper.click("form-text");
    let text = String::from_utf8(keeper.see_file(&own)).expect("a text");
    let changed = text.replace("电话记录单", "来电登记单");
    assert_ne!(text, changed, "the template names the form");
    fs::write(&own, changed).expect("a file");
    keeper.answer_dialog("read_form", &own);
    keeper.click("form-choose");
    keeper.see("form-checked");
    keeper.type_into("form-note", "按县委办新样式");
    keeper.shot("own-form");
    let looked_at = keeper.attribute("form-picture", "src");
    keeper.click("form-put-act");
    keeper.see_one_saying("form-version", "按县委办新样式");
    see_picture(&keeper, &looked_at, true);
    keeper.shot("own-form-put");
    keeper.click("form-back");
    keeper.click("ask-yes");
    keeper.see_no_more("form-back");
    see_picture(&keeper, &looked_at, false);

    // What cannot be read is told with its row; the rest is entered.
    keeper.click("rail-numbers");
    keeper.click("register-import-open");
    let register = old_register(&keeper);
    keeper.answer_dialog("read_register", &register);
    keeper.click("register-choose");
    keeper.see("register-columns");
    // The third row of entries, below the names of the columns.
    keeper.see_text("register-problems", "第 4 行");
    keeper.shot("old-register");
    keeper.click("register-enter");
    keeper.see_text("register-entered", "2");
    keeper.shot("old-register-entered");
    let wrong = keeper.refused();
    assert_eq!(json!(wrong), json!([]), "errors in the page");
}
