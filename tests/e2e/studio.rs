//! A process that cannot end, in the real window: the file is opened, what the checks found is chosen, and the way
//! that leads to it is played on the drawing.

use serde_json::json;

use crate::{site::Site, window::Window};

const STUCK: &str = include_str!("../fixtures/stuck.bpmn");
/// How many tokens lie on the drawing.
const TOKENS: &str = "return document.querySelectorAll('[data-testid=drawing-token]').length";
/// Whether the way goes on.
const MORE: &str = "return !document.querySelector('[data-testid=play-forward]').disabled";

#[test]
fn a_deadlock_is_played_on_the_drawing() {
    let site = Site::start("studio", 10);
    let mut keeper = Window::open_demo_desk("studio", &site.code("范诗涵"));
    keeper.click("rail-processes");
    keeper.see("process-list");
    let path = keeper.out("请假审批.bpmn");
    std::fs::write(&path, STUCK).expect("a file");
    keeper.answer_dialog("read_process", &path);
    keeper.press(&['o']);
    keeper.see("process-held");
    keeper.click_one_saying("finding", "流程可能停在“汇合”");
    keeper.see("trace-player");
    while keeper.run_script(MORE) == json!(true) {
        keeper.click("play-forward");
    }
    keeper.see_text("play-words", "科长审批");
    keeper.shot("played");
    // One of two tokens has come; the other never will.
    keeper.see_script(TOKENS, &json!(1));

    // It is written as another program reads it, and comes back as it was.
    let written = keeper.out("请假审批-写出.bpmn");
    keeper.answer_dialog("write_process", &written);
    keeper.click("process-file-bpmn");
    let bytes = keeper.see_file(&written);
    assert!(String::from_utf8_lossy(&bytes).contains("科长审批"));
    keeper.click("process-held-close");
    keeper.see("process-list");
    let wrong = keeper.refused();
    assert_eq!(json!(wrong), json!([]), "errors in the page");
}
