//! 发文 in four real windows, by keyboard alone but for what is written by hand: submitted by the clerk, reviewed by
//! the head of department without a network, signed by the leader, changed at the recheck and signed again, numbered
//! once by the records keeper.

use serde_json::json;

use crate::{
    keyboard::{at, back_to, control, focus, keys, palette, tab_to, write},
    site::Site,
    window::{Window, key},
};

const TITLE: &str = "关于进一步做好汛期水库安全管理和值班值守工作的通知";
const BODY: &str = "汛期将至，请各乡镇对辖区内水库逐一检查，检查情况请于6月10日前报县政府办公室。";

/// A new 通知 with its title and its words, submitted.
fn draft_and_submit(clerk: &Window) {
    palette(clerk, "nxgw", "new");
    at(clerk, "audience-agency");
    for answer in [
        "audience-agency",
        "relation-subordinate",
        "purpose-issue_text",
        "propose-notice",
    ] {
        clerk.see(answer);
        press(clerk, answer, 16);
    }
    write(clerk, "title", TITLE);
    tab_to(clerk, "body-editor", 40);
    clerk.type_here(BODY);
    clerk.see_text("body-editor", BODY);
    clerk.see_saved();
    control(clerk, key::ENTER);
    clerk.see("submit-yes");
    press(clerk, "submit-yes", 6);
    clerk.see_no_more("submit-yes");
}

/// Goes to a button with Tab, if it is not there yet, and presses it.
fn press(window: &Window, button: &str, most: usize) {
    if focus(window) != button {
        tab_to(window, button, most);
    }
    window.press(&[key::ENTER]);
}

/// The opinion, by I and the keyboard.
fn say(window: &Window, words: &str) {
    window.see("task-form");
    window.press(&['i']);
    write(window, "task-words", words);
}

/// Chooses an answer of a field that is a list, by the arrow keys.
fn choose(window: &Window, field: &str, value: &str) {
    tab_to(window, field, 40);
    for _ in 0..6 {
        if window.value(field) == value {
            return;
        }
        window.press(&[key::DOWN]);
    }
    window.see_value(field, value);
}

/// Decides what is chosen in the list, by Ctrl+Enter.
fn act(window: &Window) {
    window.see("task-form");
    control(window, key::ENTER);
}

/// 待办, by G and I: from a field or an editor first to the window itself.
fn to_inbox(window: &Window) {
    window.see("rail-inbox");
    window.press(&[key::ESCAPE]);
    window.press(&['g']);
    window.press(&['i']);
}

/// Opens 待办 and waits for the step of the document there.
fn see_step(window: &Window, step: &str) {
    to_inbox(window);
    window.see_one_saying("task-row", TITLE);
    window.see_one_saying("task-row", step);
}

/// Waits until the page of the document is drawn beside its opinions.
fn see_page(window: &Window) {
    const DRAWN: &str = "return [...document.querySelectorAll('img')].some((image) =>
        image.src.startsWith('andu-page:') && image.complete && image.naturalWidth > 100)";
    window.see_script(DRAWN, &json!(true));
}

/// At 复核: 6月10日 becomes 6月15日 as a suggestion, which is sent and accepted; then the step is done, by keyboard.
fn change_a_day(head: &mut Window) {
    head.see("task-revise");
    press(head, "task-revise-open", 40);
    head.see("review-bar");
    head.see_text("body-editor", "6月10日");
    tab_to(head, "body-editor", 60);
    control(head, keys::HOME);
    let before = BODY
        .find("10日前")
        .map_or(0, |at| BODY[..at].chars().count());
    for _ in 0..before {
        head.press(&[key::RIGHT]);
    }
    for _ in 0..2 {
        head.press(&[keys::SHIFT, key::RIGHT]);
    }
    head.type_here("15");
    head.see("suggestion");
    head.see("review-send");
    head.shot("suggested");
    control(head, key::ENTER);
    head.see_no_more("review-send");
    // Out of the text to the elements, and on from there.
    head.press(&[keys::ALT, '1']);
    back_to(head, "suggestion-accept", 60);
    head.press(&[key::ENTER]);
    head.see_no_more("suggestion");
    head.see_text("body-editor", "6月15日");
    head.shot("accepted");
    see_step(head, "复核");
    act(head);
}

/// Writes 可 with the mouse in the pad, and a tick on the page.
fn write_by_hand(window: &mut Window) {
    press(window, "task-hand", 40);
    let strokes = [
        [(-60, -30), (0, -30), (60, -30)],
        [(-30, -10), (0, -10), (0, 15)],
        [(40, -30), (40, 30), (25, 20)],
    ];
    for stroke in strokes {
        window.draw("hand-pad-sheet", &stroke);
    }
    window.see_one_saying("task-hand", "3 笔");
    // It stands before the pad.
    back_to(window, "task-mark-pages", 6);
    window.press(&[key::ENTER]);
    window.draw("page-ink-sheet", &[(90, 60), (105, 80), (140, 20)]);
    window.see_one_saying("task-mark-pages", "第 1 页");
    window.shot("handwriting");
}

/// Whether the field of the opinion lies above the buttons and below what was said.
const WORDS_IN_SIGHT: &str = "
    const at = (one) => document.querySelector(one).getBoundingClientRect();
    const words = at('[data-testid=task-words]');
    return words.top >= at('.told').bottom && words.bottom <= at('[data-testid=task-act]').top";

#[test]
fn a_document_goes_from_desk_to_desk_and_gets_its_number() {
    let mut site = Site::start("outgoing", 10);
    let mut keeper = Window::open_demo_desk("outgoing-keeper", &site.code("范诗涵"));
    to_inbox(&keeper);
    keeper.see("process-enable");
    press(&keeper, "process-enable", 40);
    keeper.shot("enable");
    press(&keeper, "ask-yes", 6);
    keeper.see_no_more("process-bar");
    let clerk = Window::open_demo_desk("outgoing-clerk", &site.code("何雨桐"));
    let mut head = Window::open_demo_desk("outgoing-head", &site.code("余婉清"));
    let mut leader = Window::open_demo_desk("outgoing-leader", &site.code("董少华"));

    draft_and_submit(&clerk);
    see_step(&head, "处室核稿");
    see_page(&head);
    head.shot("review");

    // The network is gone; the opinion is given all the same, and goes when it is back.
    site.stop();
    say(&head, "内容符合要求，拟同意，请办公室审核。");
    write_by_hand(&mut head);
    act(&head);
    head.shot("offline");
    site.start_again();
    see_step(&head, "办公室审核");
    act(&head);
    // Nobody is chosen for 领导审签: that it is skipped is asked first.
    head.shot("skip-asked");
    press(&head, "ask-yes", 6);
    head.see_none_saying("task-row", TITLE);

    see_step(&leader, "签发");
    see_page(&leader);
    leader.see("page-mark");
    leader.see("trace-noted");
    leader.shot("sign");
    choose(&leader, "task-field-publicity", "open");
    tab_to(&leader, "task-words", 20);
    // On a low screen too what is written in lies above the buttons.
    leader.fit(1366, 768);
    leader.see_script(WORDS_IN_SIGHT, &json!(true));
    write(&leader, "task-words", "同意签发。");
    leader.see_text("task-next", "办理后到：复核");
    leader.shot("sign-low");
    act(&leader);
    leader.shot("sign-asked");
    press(&leader, "ask-yes", 6);
    leader.see_none_saying("task-row", TITLE);

    see_step(&head, "复核");
    change_a_day(&mut head);
    // 复审: the signer reads the new words, is told what was changed, and signs them.
    see_step(&leader, "签发");
    see_page(&leader);
    // The list says what was there and what is: 10, 15.
    leader.see_one_saying("revision", "15");
    leader.shot("sign-again");
    choose(&leader, "task-field-publicity", "open");
    tab_to(&leader, "task-words", 20);
    write(&leader, "task-words", "同意。");
    act(&leader);
    press(&leader, "ask-yes", 6);
    leader.see_none_saying("task-row", TITLE);
    see_step(&head, "复核");
    act(&head);
    head.see_none_saying("task-row", TITLE);

    see_step(&keeper, "登记");
    tab_to(&keeper, "task-field-copies", 40);
    write(&keeper, "task-field-copies", "30");
    act(&keeper);
    see_step(&keeper, "校对");
    keeper.see_one_saying("task-row", "〕1号");
    keeper.see("trace-ahead");
    see_page(&keeper);
    keeper.shot("numbered");
    for desk in [&clerk, &head, &leader, &keeper] {
        // A window without its server says so in its log; nothing else is wrong.
        let wrong = desk.refused();
        assert_eq!(json!(wrong), json!([]), "errors in the page");
    }
}
