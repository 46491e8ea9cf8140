//! The largest type on the smallest screen: what one writes keeps the most of the height, and nothing lies over
//! anything else.

use serde_json::json;

use crate::{
    draft::{draft_notice, set_up_as},
    window::{Window, key},
};

/// How much of the window's height the text has, in hundredths.
const TEXT_SHARE: &str =
    "return Math.floor(100 * document.querySelector('.writing .paper').clientHeight / innerHeight)";
/// Controls of the bars that reach over their pane, by what they are called; empty when all is well.
const OVER: &str = "
    const over = [];
    for (const pane of document.querySelectorAll('.body-pane, .page-pane, .drafting > .head, .left')) {
        const room = pane.getBoundingClientRect();
        for (const one of pane.querySelectorAll('[role=toolbar] button, [role=toolbar] select, .acts button, .left-head button')) {
            const at = one.getBoundingClientRect();
            if (at.width > 0 && (at.left < room.left - 1 || at.right > room.right + 1))
                over.push(one.ariaLabel || one.textContent.trim());
        }
    }
    return over";
/// Parts of an open dialog that lie outside the window, by name; empty when all is well.
const OUTSIDE: &str = "
    return [...document.querySelectorAll('[role=dialog] .actions button, [role=dialog] .close')]
        .filter((one) => { const at = one.getBoundingClientRect();
            return at.top < 0 || at.left < 0 || at.bottom > innerHeight || at.right > innerWidth; })
        .map((one) => one.ariaLabel || one.textContent.trim())";

#[test]
fn the_largest_type_leaves_half_of_a_small_screen_to_the_text() {
    let mut window = Window::open("room");
    set_up_as(&mut window, ["望溪县水务局", "望水", "办公室", "何雨桐"]);
    draft_notice(
        &window,
        "关于做好2026年汛前检查工作的通知",
        "各单位应在今年年底前完成,近日将检查3次.",
    );
    window.see("finding");
    window.see_pages(1);
    window.fit(1366, 768);
    for size in ["elder", "large"] {
        window.click(&format!("status-size-{size}"));
        window.see_script("return document.documentElement.dataset.size", &json!(size));
        let share = window.run_script(TEXT_SHARE).as_i64().unwrap_or(0);
        assert!(
            share >= 50,
            "{size}: the text has {share} hundredths of the height"
        );
        window.see("toolbar-more");
        assert!(
            !window.shows("toolbar-rest"),
            "{size}: folded until it is asked for"
        );
        window.click("toolbar-more");
        window.see("toolbar-rest");
        assert_eq!(window.run_script(OVER), json!([]), "{size}: unfolded");
        window.shot(&format!("{size}-unfolded"));
        window.click("toolbar-more");
        assert_eq!(window.run_script(OVER), json!([]), "{size}: folded");
        for theme in ["light", "dark", "contrast"] {
            window.run_script(&format!(
                "document.documentElement.dataset.theme = '{theme}'"
            ));
            window.shot(&format!("{size}-{theme}"));
            window.press(&[key::CONTROL, 'p']);
            window.see("print-dialog");
            assert_eq!(window.run_script(OUTSIDE), json!([]), "{size}, {theme}");
            window.shot(&format!("{size}-{theme}-print"));
            window.press(&[key::ESCAPE]);
            window.see_no_more("print-dialog");
        }
    }
    // In 设置 each choice stays in one row.
    window.click("status-size-elder");
    window.click("rail-settings");
    window.see("settings-look");
    const ROWS: &str = "return [...document.querySelectorAll('[role=radiogroup]')].map((group) =>
        new Set([...group.querySelectorAll('label')].map((one) => one.getBoundingClientRect().top)).size)";
    window.see_script(ROWS, &json!([1, 1]));
    window.shot("settings");
}
