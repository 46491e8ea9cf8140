//! A server and two desks of one department: what the one submits is in the other's list at once, and what is
//! only being written is not.

use crate::{
    draft::{draft_notice, submit},
    site::Site,
    window::Window,
};

const PASSWORD: &str = "demo-wangxi-2026";
const TITLE: &str = "关于核对防汛值班电话的通知";
const BODY: &str = "请各科室于3月15日前核对值班电话，并报秘书科。";

#[test]
fn what_a_clerk_submits_is_in_the_list_of_the_head_of_department_at_once() {
    let site = Site::start("two-desks", 60);
    // The clerk's desk as `./dev run` opens it; the other one enrols by hand, as everybody else does.
    let mut clerk = Window::open_demo_desk("two-desks-clerk", &site.code("何雨桐"));
    clerk.see("status-bar");
    clerk.see_text("rail-demo", PASSWORD);
    let mut head = Window::open("two-desks-head");
    join(&mut head, &site.code("余婉清"));
    head.click("rail-inbox");
    // What the department's people submitted before has come.
    head.see("draft-row");
    head.shot("inbox");

    draft_notice(&clerk, TITLE, BODY);
    clerk.see_saved();
    clerk.shot("drafted");
    assert!(
        head.says_nothing_of("draft-row", TITLE),
        "a draft that is being written is shown to others"
    );

    submit(&clerk);
    // Nobody reloads, nobody asks: the row comes by itself.
    head.see_one_saying("draft-row", TITLE);
    head.shot("received");
    clerk.click("rail-submitted");
    clerk.see_one_saying("draft-row", TITLE);
    clerk.shot("submitted");

    // Taken back, it goes again.
    clerk.click("draft-withdraw");
    clerk.click("ask-yes");
    head.see_none_saying("draft-row", TITLE);
    head.shot("withdrawn");
    for desk in [&clerk, &head] {
        assert_eq!(desk.refused(), Vec::<String>::new(), "errors in the page");
    }
}

/// Enrols through the page with a code.
pub fn join(window: &mut Window, code: &str) {
    window.click("session-join");
    window.type_into("session-join-code", code);
    window.type_into("session-password", PASSWORD);
    window.type_into("session-password-again", PASSWORD);
    window.shot("join");
    window.click("session-join-begin");
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
}
