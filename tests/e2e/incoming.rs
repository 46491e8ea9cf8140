//! 收文 in real windows: a scanned letter is entered and registered, the leader's words on paper are entered for
//! the leader with their scan, a draft that came with it is given back, and the filled sheet is written.

use serde_json::json;

use crate::{
    keyboard::control,
    site::Site,
    window::{Window, key},
};

const TITLE: &str = "关于报送2026年汛前水利工程安全检查和防汛物资储备情况的通知";

/// What the leader wrote on the paper, and what whoever carries it out is given.
const WRITTEN: &str = "同意。请督查科牵头，3日内报办理意见。";
const COPY: &str = "请督查科牵头办理，3月8日前报办理意见。";

/// A scan as an office gets it: our own page of the letter.
fn scan(window: &Window) -> std::path::PathBuf {
    let path = window.out("来文扫描件.png");
    std::fs::write(&path, window.picture()).expect("a scan");
    path
}

fn decide(window: &Window, step: &str) {
    window.click("rail-inbox");
    window.see_one_saying("task-row", step);
    window.see("task-form");
}

/// The leader writes on the paper: the keeper enters it with a scan of it, and it stands on the way.
fn on_paper(keeper: &mut Window) {
    decide(keeper, "拟办");
    keeper.choose("task-field-lead_unit", "督查科");
    keeper.click("task-choose-instruct-open");
    keeper.type_into("task-choose-instruct-text", "董少华");
    keeper.click_one_saying("task-choose-instruct-one", "董少华");
    keeper.see_one_saying("task-choose-instruct-chosen", "董少华");
    keeper.type_into("task-words", "拟请董主任阅示，由督查科牵头。");
    control(keeper, key::ENTER);
    keeper.see_none_saying("task-row", "拟办");
    keeper.click("rail-incoming");
    keeper.see_one_saying("incoming-row", "批示");
    keeper.press(&[key::ENTER]);
    keeper.click("incoming-record");
    let paper = keeper.out("批示扫描件.png");
    std::fs::write(&paper, keeper.picture()).expect("a scan");
    keeper.answer_dialog("incoming_file", &paper);
    keeper.click("record-scan");
    keeper.see_text("record-scanned", "批示扫描件");
    keeper.type_into("record-words", WRITTEN);
    keeper.type_into("record-day", "2026-3-5");
    keeper.shot("on-paper");
    control(keeper, key::ENTER);
    keeper.see_no_more("record-dialog");
    keeper.see("trace-scanned");
    keeper.see_one_saying("file-tab", "批示扫描件");
    keeper.shot("recorded");
}

/// The keeper copies the instruction for whoever carries it out: there the copy is read, and not the original.
fn copied(site: &Site, keeper: &mut Window) {
    decide(keeper, "分办");
    let offered = keeper.value("task-field-instruction_copy");
    assert!(
        offered.starts_with("董少华（2026年3月5日）：") && offered.ends_with(WRITTEN),
        "{offered}"
    );
    keeper.click("task-field-instruction_copy");
    control(keeper, 'a');
    keeper.type_here(COPY);
    keeper.shot("assign");
    control(keeper, key::ENTER);
    keeper.see_none_saying("task-row", "分办");

    let mut lead = Window::open_demo_desk("incoming-lead", &site.code("何宏伟"));
    lead.see_one_saying("task-row", "承办");
    lead.see("task-form");
    lead.see_text("trace-withheld", "批示抄清");
    lead.see_text("task-side", COPY);
    assert!(lead.says_nothing_of("task-side", "3日内"), "the original");
    lead.shot("carry-out");
    let wrong = lead.refused();
    assert_eq!(json!(wrong), json!([]), "errors in the page");
}

/// What came is a draft for the office to issue (代拟稿): one is begun from it, and given back with what is missing.
fn written_elsewhere(keeper: &mut Window) {
    keeper.click("rail-incoming");
    keeper.see_one_saying("incoming-row", TITLE);
    keeper.press(&[key::ENTER]);
    keeper.click("intake-begin");
    keeper.click("sheet");
    keeper.see_text("intake-incoming", "1号");
    keeper.see_text("intake-lacks", "起草说明");
    keeper.shot("intake");
    keeper.click("intake-return");
    keeper.type_into("return-reason", "请补齐后重新报送。");
    keeper.shot("intake-return");
    keeper.click("return-yes");
    keeper.see_text("intake-returns", "请补齐后重新报送");
    keeper.shot("intake-returned");
}

#[test]
fn a_letter_on_paper_is_registered_instructed_and_its_sheet_written() {
    let site = Site::start("incoming", 10);
    let mut keeper = Window::open_demo_desk("incoming-keeper", &site.code("范诗涵"));
    keeper.click("rail-incoming");
    keeper.click("process-enable");
    keeper.click("ask-yes");
    keeper.see_no_more("process-bar");
    keeper.shot("empty");

    // Entered by its paper, with the scan beside it.
    keeper.press(&['n']);
    keeper.see("incoming-entry");
    keeper.type_into("incoming-from_agency", "望溪市应急管理局");
    keeper.type_into("incoming-from_number", "望应急〔2026〕12号");
    keeper.type_into("incoming-title", TITLE);
    let path = scan(&keeper);
    keeper.answer_dialog("incoming_file", &path);
    keeper.click("incoming-attach");
    keeper.see_one_saying("incoming-file", "来文扫描件");
    keeper.see("file-picture");
    keeper.shot("entry");
    control(&keeper, key::ENTER);
    keeper.see_text("incoming-number", "〕1号");
    keeper.shot("registered");

    // 初审 and 拟办 in the inbox, the scan beside the form.
    decide(&keeper, "初审");
    keeper.see("incoming-paper");
    keeper.choose("task-field-lane", "批办件");
    control(&keeper, key::ENTER);
    keeper.see_none_saying("task-row", "初审");
    decide(&keeper, "拟办");
    keeper.shot("propose");
    keeper.type_into("task-words", "拟请董主任阅示。");
    keeper.shot("proposed");

    // The register, and the sheet with what was said so far.
    keeper.click("rail-incoming");
    keeper.see_one_saying("incoming-row", TITLE);
    keeper.see_one_saying("incoming-row", "拟办");
    keeper.shot("register");
    keeper.press(&[key::ENTER]);
    keeper.see("paper-form");
    let sheet = keeper.out("收文处理单.pdf");
    keeper.answer_dialog("write_paper", &sheet);
    keeper.click("paper-write");
    let written = keeper.see_file(&sheet);
    assert!(written.starts_with(b"%PDF-"));
    keeper.shot("sheet");
    on_paper(&mut keeper);
    copied(&site, &mut keeper);
    written_elsewhere(&mut keeper);

    // The process as it is drawn, and what checks found of it.
    keeper.click("rail-processes");
    keeper.see("process-list");
    keeper.run_script("document.querySelector('[data-testid=process-row] a').click()");
    keeper.see("process-flow");
    keeper.shot("processes");
    let wrong = keeper.refused();
    assert_eq!(json!(wrong), json!([]), "errors in the page");
}
