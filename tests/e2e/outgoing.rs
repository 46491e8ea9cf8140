//! 发文 in four real windows, by keyboard where a decision is made: submitted by the clerk, reviewed by the head
//! of department without a network, signed by the leader, changed at the recheck and signed again, numbered once by
//! the records keeper.

use serde_json::json;

use crate::{
    draft::{draft_notice, submit},
    keyboard::control,
    site::Site,
    window::{Window, key},
};

const TITLE: &str = "关于进一步做好汛期水库安全管理和值班值守工作的通知";
const BODY: &str = "汛期将至，请各乡镇对辖区内水库逐一检查，检查情况请于6月10日前报县政府办公室。";

/// Decides what is chosen in the list, by Ctrl+Enter.
fn act(window: &Window) {
    window.see("task-form");
    control(window, key::ENTER);
}

/// Opens 待办 and waits for the step of the document there.
fn see_step(window: &Window, step: &str) {
    window.click("rail-inbox");
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
    head.click("task-revise-open");
    head.see("review-bar");
    head.see_text("body-editor", "6月10日");
    head.run_script(
        "const host = document.querySelector('[data-testid=\"body-editor\"]');
         const walk = document.createTreeWalker(host, NodeFilter.SHOW_TEXT);
         host.focus();
         while (walk.nextNode()) {
             const at = walk.currentNode.data.indexOf('10日前');
             if (at < 0) continue;
             const range = document.createRange();
             range.setStart(walk.currentNode, at);
             range.setEnd(walk.currentNode, at + 2);
             const selection = window.getSelection();
             selection.removeAllRanges();
             selection.addRange(range);
         }
         return true",
    );
    head.type_here("15");
    head.see("suggestion");
    head.see("review-send");
    head.shot("suggested");
    control(head, key::ENTER);
    head.see_no_more("review-send");
    head.click("suggestion-accept");
    head.see_no_more("suggestion");
    head.see_text("body-editor", "6月15日");
    head.shot("accepted");
    see_step(head, "复核");
    act(head);
}

/// Writes 可 with the mouse in the pad, and a tick on the page.
fn write_by_hand(window: &mut Window) {
    window.click("task-hand");
    let strokes = [
        [(-60, -30), (0, -30), (60, -30)],
        [(-30, -10), (0, -10), (0, 15)],
        [(40, -30), (40, 30), (25, 20)],
    ];
    for stroke in strokes {
        window.draw("hand-pad-sheet", &stroke);
    }
    window.see_one_saying("task-hand", "3 笔");
    window.click("task-mark-pages");
    window.draw("page-ink-sheet", &[(90, 60), (105, 80), (140, 20)]);
    window.see_one_saying("task-mark-pages", "第 1 页");
    window.shot("handwriting");
}

#[test]
fn a_document_goes_from_desk_to_desk_and_gets_its_number() {
    let mut site = Site::start("outgoing", 10);
    let mut keeper = Window::open_demo_desk("outgoing-keeper", &site.code("范诗涵"));
    keeper.click("rail-inbox");
    keeper.click("process-enable");
    keeper.shot("enable");
    keeper.click("ask-yes");
    keeper.see_no_more("process-bar");
    let clerk = Window::open_demo_desk("outgoing-clerk", &site.code("何雨桐"));
    let mut head = Window::open_demo_desk("outgoing-head", &site.code("余婉清"));
    let mut leader = Window::open_demo_desk("outgoing-leader", &site.code("董少华"));

    draft_notice(&clerk, TITLE, BODY);
    clerk.see_saved();
    submit(&clerk);
    see_step(&head, "处室核稿");
    see_page(&head);
    head.shot("review");

    // The network is gone; the opinion is given all the same, and goes when it is back.
    site.stop();
    head.type_into("task-words", "内容符合要求，拟同意，请办公室审核。");
    write_by_hand(&mut head);
    act(&head);
    head.shot("offline");
    site.start_again();
    see_step(&head, "办公室审核");
    act(&head);
    head.see_none_saying("task-row", TITLE);

    see_step(&leader, "签发");
    see_page(&leader);
    leader.see("page-mark");
    leader.see("trace-noted");
    leader.shot("sign");
    leader.choose("task-field-publicity", "主动公开");
    leader.type_into("task-words", "同意签发。");
    act(&leader);
    leader.shot("sign-asked");
    leader.click("ask-yes");
    leader.see_none_saying("task-row", TITLE);

    see_step(&head, "复核");
    change_a_day(&mut head);
    // 复审: the signer reads the new words, is told what was changed, and signs them.
    see_step(&leader, "签发");
    see_page(&leader);
    // The list says what was there and what is: 10, 15.
    leader.see_one_saying("revision", "15");
    leader.shot("sign-again");
    leader.choose("task-field-publicity", "主动公开");
    leader.type_into("task-words", "同意。");
    act(&leader);
    leader.click("ask-yes");
    leader.see_none_saying("task-row", TITLE);
    see_step(&head, "复核");
    act(&head);
    head.see_none_saying("task-row", TITLE);

    see_step(&keeper, "登记");
    keeper.type_into("task-field-copies", "30");
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
