//! 部门会签 in real windows: two departments have it at once, one agrees, the other returns it and is told before
//! whose opinions become void.

use serde_json::json;

use crate::{
    draft::{draft_notice, submit},
    keyboard::control,
    site::Site,
    window::{Window, key},
};

const TITLE: &str = "关于开展全县政务信息系统整合共享和数据安全自查工作的通知";
const BODY: &str = "请各单位于6月20日前将自查情况报县政府办公室。";

/// Whether the first row of the list is what one sees where it lies.
const ROW_SEEN: &str = "
    const row = document.querySelector('[data-testid=task-row]');
    const at = row.getBoundingClientRect();
    return row.contains(document.elementFromPoint(at.left + at.width / 2, at.top + at.height / 2))";

fn see_step(window: &Window, step: &str) {
    window.click("rail-inbox");
    window.see_one_saying("task-row", step);
    window.see_script(ROW_SEEN, &json!(true));
    window.see("task-form");
}

#[test]
fn a_return_out_of_parallel_countersigning_says_before_what_becomes_void() {
    let site = Site::start("countersign", 10);
    let keeper = Window::open_demo_desk("countersign-keeper", &site.code("范诗涵"));
    keeper.click("rail-inbox");
    keeper.click("process-enable");
    keeper.click("ask-yes");
    keeper.see_no_more("process-bar");
    let clerk = Window::open_demo_desk("countersign-clerk", &site.code("何雨桐"));
    let mut head = Window::open_demo_desk("countersign-head", &site.code("余婉清"));
    let mut one = Window::open_demo_desk("countersign-one", &site.code("方欣妍"));
    let mut other = Window::open_demo_desk("countersign-other", &site.code("何宏伟"));

    draft_notice(&clerk, TITLE, BODY);
    clerk.see_saved();
    submit(&clerk);

    // The head of department names who is heard.
    see_step(&head, "处室核稿");
    head.click("task-field-countersign_units-open");
    for unit in ["督查科", "信息科"] {
        head.run_script(&format!(
            "[...document.querySelectorAll('.unit')].find((one) => one.innerText.includes('{unit}')).querySelector('input').click()"
        ));
        head.see_text("task-field-countersign_units-open", unit);
    }
    head.type_into("task-words", "涉及督查和信息安全，请两科会签。");
    head.shot("units");
    control(&head, key::ENTER);
    head.see_none_saying("task-row", TITLE);

    // 信息科 agrees; 督查科 has it all the same, and returns it.
    see_step(&one, "会签");
    one.type_into("task-words", "同意。数据安全自查表由信息科提供。");
    one.shot("agreed");
    control(&one, key::ENTER);
    one.see_none_saying("task-row", TITLE);

    see_step(&other, "会签");
    other.see_one_saying("trace-person", "方欣妍");
    other.click("task-return");
    other.see("return-dialog");
    other.see_text("return-voids", "处室核稿 余婉清、会签 方欣妍");
    other.shot("voids");
    other.type_into(
        "return-reason",
        "自查截止日期与督查安排冲突，请改为6月30日前。",
    );
    control(&other, key::ENTER);
    other.see_none_saying("task-row", TITLE);

    // It is with the head of department again, and the reason with it.
    see_step(&head, "处室核稿");
    head.see_text("task-side", "请改为6月30日前");
    head.shot("returned");
    for desk in [&clerk, &head, &one, &other, &keeper] {
        let wrong = desk.refused();
        assert_eq!(json!(wrong), json!([]), "errors in the page");
    }
}
