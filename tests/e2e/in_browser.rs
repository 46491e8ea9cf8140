//! The page in a browser, over HTTPS from the server itself: a machine without a desk.

use std::{path::Path, process::Command};

use crate::{
    site::Site,
    window::{Window, key},
};

const PASSWORD: &str = "demo-wangxi-2026";
const TITLE: &str = "关于更换公务用车加油卡的函";
const BODY: &str = "请贵单位于月底前办理换卡手续。";

/// A browser's home in which somebody has imported the server's authority, as the manual says.
pub fn home_that_trusts(authority: &Path) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a home");
    let kept = home.path().join(".pki/nssdb");
    std::fs::create_dir_all(&kept).expect("a folder");
    let kept = format!("sql:{}", kept.display());
    let run = |words: &[&str]| {
        let done = Command::new("certutil")
            .args(["-d", &kept])
            .args(words)
            .output();
        let done = done.expect("certutil runs (Debian: libnss3-tools)");
        assert!(done.status.success(), "certutil {words:?}: {done:?}");
    };
    run(&["-N", "--empty-password"]);
    let authority = authority.to_str().expect("a path");
    run(&["-A", "-t", "C,,", "-n", "andu", "-i", authority]);
    home
}

/// Signs in with the password that everybody in the demo has.
pub fn sign_in(browser: &Window, login: &str) {
    browser.see("sign-in");
    browser.type_into("sign-in-login", login);
    browser.type_into("sign-in-password", PASSWORD);
    browser.click("sign-in-send");
    browser.see("status-bar");
}

#[test]
fn a_browser_signs_in_reads_drafts_and_signs_out() {
    let site = Site::start("browser", 60);
    let home = home_that_trusts(&site.authority());
    let mut browser = Window::open_browser("browser", home, &site.address);
    browser.see_text("sign-in-demo", PASSWORD);
    browser.shot("sign-in");
    sign_in(&browser, "余婉清");
    // What a browser does not do is said on the screen, not found out by trying.
    browser.see_text("rail-browser", "断网时不能使用");
    browser.shot("open");

    // A list, and somebody else's draft as it was submitted.
    browser.click("rail-inbox");
    browser.see("draft-row");
    browser.see("no-page");
    browser.shot("list");
    browser.click("draft-row");
    browser.click("draft-open");
    browser.see("body-editor");
    browser.see("no-page");
    browser.shot("read");

    // One's own: written here, and there after signing out and in again.
    browser.click("rail-new");
    browser.click("way-list");
    browser.click("type-letter");
    // Until then the draft that was read is still there.
    browser.see_value("title", "");
    browser.type_into("title", TITLE);
    browser.click("body-editor");
    browser.type_into("body-editor", BODY);
    browser.see_saved();
    browser.shot("written");
    browser.click("rail-drafts");
    browser.see_one_saying("draft-row", TITLE);
    browser.click("rail-settings");
    browser.click("settings-safety");
    browser.click("settings-sign-out");
    browser.see("sign-in");
    browser.shot("signed-out");

    sign_in(&browser, "余婉清");
    browser.click("rail-drafts");
    browser.see_one_saying("draft-row", TITLE);
    browser.click("draft-row");
    browser.click("draft-open");
    browser.see_text("body-editor", BODY);
    assert_eq!(browser.value("title"), TITLE);
    browser.shot("again");

    // Submitted from here, it is decided at once.
    browser.click("submit");
    browser.click("submit-yes");
    browser.click("rail-submitted");
    browser.see_one_saying("draft-row", TITLE);
    browser.press(&[key::CONTROL, 'k']);
    browser.see("palette");
    browser.shot("palette");
}

#[test]
fn a_browser_that_was_not_given_the_authority_is_warned_before_anything_is_shown() {
    let site = Site::start("browser-stranger", 0);
    let home = tempfile::tempdir().expect("a home");
    let browser = Window::open_browser("browser-stranger", home, &site.address);
    // Chromium's own page stands in the place of ours, and names what is wrong.
    let said = browser.run_script("return document.body.innerText");
    let said = said.as_str().unwrap_or_default();
    assert!(said.contains("ERR_CERT_AUTHORITY_INVALID"), "{said}");
    assert!(
        browser.says_nothing_of("sign-in", "登录"),
        "the page was shown"
    );
}
