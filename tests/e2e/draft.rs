//! A draft from its type to its page, and what a power cut leaves of it.

use crate::{chinese_input::Pinyin, screen::Screen, window::Window};

/// The password of desks that are set up here.
pub const PASSWORD: &str = "望溪水务 2026";

fn set_up(window: &mut Window) {
    set_up_as(window, ["望溪县水务局", "望水", "办公室", "何雨桐"]);
}

/// First run of an agency of our own, up to the open desk: the agency, its code, the department, the person.
pub fn set_up_as(window: &mut Window, [agency, code, department, person]: [&str; 4]) {
    window.type_into("session-agency", agency);
    window.type_into("session-authority-code", code);
    window.type_into("session-department", department);
    window.type_into("session-person", person);
    window.type_into("session-password", PASSWORD);
    window.type_into("session-password-again", PASSWORD);
    window.shot("first-run");
    window.click("session-begin");
    let code = window.read("session-code");
    assert!(
        code.chars().filter(char::is_ascii_alphanumeric).count() >= 20,
        "no recovery code to print: {code:?}"
    );
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
}

/// A new 通知 with this title and these words.
pub fn draft_notice(window: &Window, title: &str, body: &str) {
    window.click("rail-new");
    window.click("way-list");
    window.click("type-notice");
    window.type_into("title", title);
    window.click("body-editor");
    window.type_into("body-editor", body);
    window.see_text("body-editor", body);
}

/// Submits the draft that is open.
pub fn submit(window: &Window) {
    window.see_saved();
    window.click("submit");
    window.click("submit-yes");
}

/// Opens the one draft of the list by keyboard-reachable means: its row, then its button.
fn open_first_draft(window: &mut Window) {
    window.click("rail-drafts");
    window.click("draft-row");
    window.click("draft-open");
    window.see("body-editor");
}

#[test]
fn a_notice_is_drafted_beside_its_page_and_is_there_after_the_desk_was_locked() {
    let mut window = Window::open("draft");
    set_up(&mut window);
    draft_notice(
        &window,
        "关于做好2026年汛前检查工作的通知",
        "请各科室于3月15日前完成水库、堤防自查。",
    );
    window.see_pages(1);
    window.see_saved();
    window.shot("drafted");

    let pdf = window.out("notice.pdf");
    window.answer_dialog("export_draft", &pdf);
    window.click("export");
    window.click("export-pdf");
    assert!(
        window.see_file(&pdf).starts_with(b"%PDF-"),
        "what was exported is no PDF"
    );

    window.click("status-lock");
    window.see("session-lock");
    window.shot("locked");
    window.unlock(PASSWORD);
    open_first_draft(&mut window);
    assert_eq!(window.value("title"), "关于做好2026年汛前检查工作的通知");
    window.see_text("body-editor", "完成水库、堤防自查。");
    window.see_pages(1);
    window.shot("unlocked");
    assert_eq!(
        window.refused(),
        Vec::<String>::new(),
        "the page asks for what its policy forbids"
    );
}

#[test]
fn what_was_typed_before_a_power_cut_is_there_after_it() {
    let mut window = Window::open("power-cut");
    set_up(&mut window);
    draft_notice(&window, "关于停水检修的通知", "因管网检修，城东片区停水。");
    window.see_saved();
    window.shot("before");

    let mut window = Window::open_in("power-cut-after", window.kill());
    window.see("session-lock");
    window.unlock(PASSWORD);
    open_first_draft(&mut window);
    assert_eq!(window.value("title"), "关于停水检修的通知");
    window.see_text("body-editor", "因管网检修，城东片区停水。");
    window.shot("after");
}

#[test]
fn what_is_still_in_memory_is_written_when_the_window_is_closed() {
    let mut window = Window::open("closed");
    set_up(&mut window);
    draft_notice(&window, "关于值班安排的通知", "国庆期间照常值班。");
    // At once: nothing has waited for the text to be saved.
    Screen::default().press_key("alt+F4");

    let mut window = Window::open_in("closed-after", window.ended());
    window.see("session-lock");
    window.unlock(PASSWORD);
    open_first_draft(&mut window);
    window.see_text("body-editor", "国庆期间照常值班。");
    window.shot("after");
}

#[test]
fn pinyin_typed_at_the_keyboard_shows_in_place_and_becomes_words() {
    let folder = tempfile::tempdir().expect("a folder for the input method");
    let pinyin = Pinyin::start(folder.path());
    let environment = pinyin.environment().iter();
    let environment: Vec<_> = environment
        .map(|(name, value)| (&**name, &**value))
        .collect();
    let mut window = Window::open_with("pinyin", &environment);
    set_up(&mut window);
    draft_notice(&window, "关于征求意见的通知", "请研究：");
    let screen = pinyin.screen();
    screen.click_at(window.middle("body-editor"));
    pinyin.switch_on();
    screen.type_keys("shuili");
    // The pinyin stands in the text itself while it is being typed (preedit).
    window.see_text("body-editor", "shui");
    window.shot("composing");
    screen.press_key("space");
    window.see_text("body-editor", "水利");
    window.see_saved();
    window.shot("composed");
}
