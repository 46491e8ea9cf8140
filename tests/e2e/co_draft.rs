//! Two windows and a server: the network is cut, both write in one draft, the network comes back.

use serde_json::json;

use crate::{
    office::{Office, PEOPLE},
    window::Window,
};

const PASSWORD: &str = "望溪水务 2026";
const TITLE: &str = "关于做好2026年汛期值班工作的通知";

/// A new desk of this person that joins by its code, as a person does it.
fn join(story: &str, office: &Office, person: usize) -> Window {
    let window = Window::open(story);
    window.click("session-join");
    window.type_into("session-join-code", &office.code(person));
    window.type_into(
        "session-join-address",
        &format!("http://{}", office.address()),
    );
    window.type_into("session-password", PASSWORD);
    window.type_into("session-password-again", PASSWORD);
    window.click("session-join-begin");
    window.see("session-code");
    window.click("session-code-kept");
    window.click("session-code-continue");
    window.see("status-bar");
    window
}

fn open_first_draft(window: &Window) {
    window.click("rail-drafts");
    window.click("draft-row");
    window.click("draft-open");
    window.see("body-editor");
}

/// What stands beside the state of saving. It is read from the page: the driver takes a line that may be cut
/// short for one that does not show.
fn mark_says(window: &Window, words: &str) {
    let script = format!(
        "const mark = document.querySelector('[data-testid=\"together-mark\"]');
         return Boolean(mark && mark.getBoundingClientRect().width > 20 && mark.textContent.includes('{words}'))"
    );
    window.see_script(&script, &json!(true));
}

#[test]
fn two_windows_write_one_draft_through_a_cut_network() {
    let mut office = Office::opened(false, true);
    let (mut author, mut other) = (
        join("co-draft-author", &office, 0),
        join("co-draft-other", &office, 1),
    );
    author.click("rail-new");
    author.click("way-list");
    author.click("type-notice");
    author.type_into("title", TITLE);
    author.click("body-editor");
    author.type_into("body-editor", "各科室安排专人值班。");
    author.see_saved();
    author.click("together");
    let choose = format!(
        "const who = document.querySelector('[data-testid=\"together-who\"]');
         const one = [...who.options].find((option) => option.textContent.startsWith('{}'));
         if (one) {{ who.value = one.value; who.dispatchEvent(new Event('change')); }}
         return Boolean(one)",
        PEOPLE[1].0
    );
    author.see_script(&choose, &json!(true));
    author.click("together-invite");
    author.see(&format!("co-drafter-{}", PEOPLE[1].0));
    author.shot("invited");

    open_first_draft(&other);
    other.see_text("body-editor", "各科室安排专人值班。");
    mark_says(&author, PEOPLE[1].0);
    mark_says(&other, PEOPLE[0].0);
    // Live: what one types stands in the other's window, with the cursor.
    other.click("body-editor");
    other.type_here("请");
    author.see_text("body-editor", "请");
    author.see("remote-caret");
    author.shot("live");

    office.stop();
    author.click("body-editor");
    author.type_here("甲");
    other.type_here("乙");
    mark_says(&author, "待同步");
    mark_says(&other, "待同步");
    author.shot("cut-off");
    office.start();
    for (window, words) in [(&author, "乙"), (&other, "甲")] {
        window.see_text("body-editor", words);
    }
    let said = (author.read("body-editor"), other.read("body-editor"));
    assert_eq!(
        said.0.replace(PEOPLE[1].0, ""),
        said.1.replace(PEOPLE[0].0, ""),
        "two texts"
    );
    for words in ["请", "甲", "乙", "各科室"] {
        assert!(said.0.contains(words), "{words} is lost: {}", said.0);
    }
    author.click("together-written");
    author.shot("both");
    other.shot("both");
}
