//! Habits of the hand at the drafting desk: Ctrl+P, a fix and on with writing, the versions of a moment ago, Enter in
//! a dialog, Ctrl+Z after the screen was locked.

use serde_json::json;

use crate::{
    draft::{PASSWORD, draft_notice, set_up_as},
    keyboard::{at, control, keys, says_no_more},
    window::{Window, key},
};

const LINES: &str = "return [...document.querySelector('[data-testid=\"body-editor\"]').children]
    .map((line) => line.textContent)";

fn set_up(window: &mut Window) {
    set_up_as(window, ["望溪县水务局", "望水", "办公室", "何雨桐"]);
}

#[test]
fn ctrl_p_opens_printing_and_where_nothing_prints_enter_writes_the_pdf() {
    let mut window = Window::open("print-key");
    set_up(&mut window);
    draft_notice(&window, "关于停水检修的通知", "因管网检修，城东片区停水。");
    window.see_saved();
    at(&window, "body-editor");
    control(&window, 'p');
    window.see("print-dialog");
    at(&window, "print-pdf");
    window.shot("no-printer");
    let pdf = window.out("停水检修.pdf");
    window.answer_dialog("export_draft", &pdf);
    window.press(&[key::ENTER]);
    window.see_no_more("print-dialog");
    assert!(window.see_file(&pdf).starts_with(b"%PDF-"));
}

#[test]
fn after_a_fix_one_goes_on_writing_and_the_paragraph_is_whole() {
    let mut window = Window::open("after-a-fix");
    set_up(&mut window);
    draft_notice(
        &window,
        "关于汛前检查的通知",
        "各单位应当逐级落实责任,按时报送情况。",
    );
    window.see_text("findings-list", "半角标点");
    // F4 selects the words that the finding names; F7 puts them right.
    window.press(&[keys::F4]);
    window.press(&[keys::F7]);
    says_no_more(&window, "findings-list", "半角标点");
    let whole = "各单位应当逐级落实责任，按时报送情况。";
    window.see_script(LINES, &json!([whole]));
    at(&window, "body-editor");
    let selected = window.run_script("return getSelection().toString()");
    assert_eq!(selected, json!(""), "the next key would replace it");
    window.type_here("x");
    window.see_text("body-editor", "x");
    let now = window.run_script(LINES);
    let now = now[0].as_str().unwrap_or_default();
    assert_eq!(
        now.replace('x', ""),
        whole,
        "a letter was added, nothing replaced"
    );
}

#[test]
fn the_versions_are_shown_as_they_are_after_an_edit() {
    let mut window = Window::open("versions-anew");
    set_up(&mut window);
    draft_notice(&window, "关于汛前检查的通知", "各单位应当自查。");
    window.see_saved();
    window.click("versions");
    window.type_into("version-name", "初稿");
    window.click("version-save");
    window.see_one_saying("version-row", "初稿");
    window.click("body-editor");
    window.press(&[key::CONTROL, '\u{E010}']);
    window.type_here("自查结果报县水务局。");
    window.see_text("body-editor", "自查结果报县水务局。");
    window.see_saved();
    // What the earlier version lacks is what was written a moment ago.
    window.click_one_saying("version-row-compare", "初稿");
    window.see_text("version-compare", "增 10 字");
    window.shot("compared");
    window.click("compare-close");
    window.type_into("version-name", "股长改后");
    window.click("version-save");
    window.see_one_saying("version-row", "股长改后");
    window.see_one_saying("version-row", "初稿");
}

#[test]
fn enter_in_a_dialog_does_what_it_is_for_and_never_closes_it_unasked() {
    let mut window = Window::open("dialogs");
    set_up(&mut window);
    window.click("rail-new");
    at(&window, "audience-agency");
    window.press(&[key::ENTER]);
    window.see("relation-subordinate");
    window.press(&[key::ESCAPE]);
    window.see_no_more("audience-agency");
    draft_notice(&window, "关于汛前检查的通知", "各单位应当自查。");
    window.see_saved();
    window.click("submit");
    window.see("submit-yes");
    window.see_script("return document.activeElement.tagName", &json!("TEXTAREA"));
    window.see_text("submit-receiver", "何雨桐");
    window.shot("submit");
    window.press(&[key::CONTROL, key::ENTER]);
    window.see("withdraw");
}

#[test]
fn the_first_undo_after_unlocking_moves_nothing() {
    let mut window = Window::open("undo-after-lock");
    set_up(&mut window);
    draft_notice(&window, "关于汛前检查的通知", "第一段各单位应当自查。");
    for line in 2..=30 {
        window.press(&[key::ENTER]);
        window.type_here(&format!("第{line}段"));
    }
    window.see_text("body-editor", "第30段");
    window.see_saved();
    window.shot("before");
    window.click("status-lock");
    window.see("session-lock");
    window.unlock(PASSWORD);
    window.see("body-editor");
    window.see_saved();
    window.click("body-editor");
    const PLACE: &str = "
        const paper = document.querySelector('.writing .paper');
        const at = getSelection();
        const line = (at.anchorNode?.parentElement ?? null)?.closest('[data-testid=\"body-editor\"] > *');
        return [paper.scrollTop, line ? [...line.parentElement.children].indexOf(line) : -1, at.anchorOffset]";
    let before = window.run_script(PLACE);
    let words = window.run_script(LINES);
    window.shot("unlocked");
    control(&window, 'z');
    window.see_saved();
    window.shot("undone");
    assert_eq!(window.run_script(LINES), words, "nothing is left to undo");
    assert_eq!(
        window.run_script(PLACE),
        before,
        "the cursor and what is seen stay"
    );
}
