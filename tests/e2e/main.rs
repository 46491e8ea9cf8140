//! Journeys in the real window: the desk as it is built, WebKitGTK's own driver, a screen of Xvfb, a
//! fresh data folder for each. `./dev test e2e` starts them; screenshots lie under `target/e2e/`.
//!
//! Rules: wait for conditions, never sleep; type, do not set values; what a person cannot see or
//! press does not count.

mod agency;
mod chinese_input;
mod co_draft;
mod countersign;
mod disc;
mod double_edit;
mod draft;
#[path = "../scenarios/editor.rs"]
#[expect(
    dead_code,
    reason = "the scenarios' own helpers, of which journeys need few"
)]
mod editor;
mod first_run;
mod habits;
mod import;
mod in_browser;
mod incoming;
mod joining;
mod keyboard;
#[path = "../scenarios/office.rs"]
#[expect(
    dead_code,
    reason = "the scenarios' own helpers, of which journeys need few"
)]
mod office;
mod outgoing;
#[path = "../scenarios/pages.rs"]
mod pages;
mod paper;
mod pictures;
mod policy;
#[path = "../scenarios/proxy.rs"]
#[expect(
    dead_code,
    reason = "the scenarios' own helpers, of which journeys need few"
)]
mod proxy;
mod regulation;
mod right_taken;
mod room;
mod screen;
mod site;
mod studio;
mod two_desks;
mod window;
