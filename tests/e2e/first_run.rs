//! The first minutes at a new desk.

use crate::window::{Window, key};

#[test]
fn the_demo_opens_with_a_password_and_opens_again_after_a_power_cut() {
    let mut window = Window::open("first-run");
    window.see("session-demo");
    window.shot("first-run");
    window.click("session-demo");
    window.type_into("session-password", "正确的口令-7421");
    window.type_into("session-password-again", "正确的口令-7421");
    window.shot("demo");
    window.click("session-demo-begin");
    window.see("session-code");
    window.shot("recovery-code");
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
    window.shot("desk");
    window.click("rail-find");
    window.type_into("find-text", "水利");
    window.see("find-hit");
    window.shot("find");

    let mut window = Window::open_in("first-run-again", window.kill());
    window.see("session-lock");
    window.shot("locked");
    window.unlock("正确的口令-7421");
    window.see_no_more("session-lock");
    window.press(&[key::CONTROL, 'k']);
    window.see("palette");
    window.type_here("水利");
    window.shot("palette");
}

#[test]
fn a_second_start_brings_the_first_window_to_the_front() {
    let window = Window::open("second-start");
    window.see("session-setup");
    assert!(window.start_again(), "the second desk did not give way");
    window.see("session-setup");
}
