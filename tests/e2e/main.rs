//! Journeys in the real window: the desk as it is built, WebKitGTK's own driver, a screen of Xvfb, a
//! fresh data folder for each. `./dev test e2e` starts them; screenshots lie under `target/e2e/`.
//!
//! Rules: wait for conditions, never sleep; type, do not set values; what a person cannot see or
//! press does not count.

mod chinese_input;
mod draft;
mod first_run;
mod import;
mod in_browser;
mod keyboard;
mod pictures;
mod policy;
mod regulation;
mod screen;
mod site;
mod two_desks;
mod window;
