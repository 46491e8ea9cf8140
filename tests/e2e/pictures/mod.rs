//! The manual's pictures: every screen and every state of it that the manual shows, in a real window, with what a
//! county writes. Asserts nothing but that each of them comes about. `./dev pictures` runs it.

mod album;
mod alone;
mod apart;
mod county;

use crate::window::{self, Window};

/// The password of everybody in the demo county.
const PASSWORD: &str = "demo-wangxi-2026";

/// Keys that only pictures need.
mod key {
    /// End.
    pub const END: char = '\u{E010}';
    /// Home.
    pub const HOME: char = '\u{E011}';
    /// F4.
    pub const F4: char = '\u{E034}';
}

/// Opens the draft whose row says this.
fn open_draft(window: &Window, words: &str) {
    window.click("rail-drafts");
    window.click_one_saying("draft-row", words);
    window.click("draft-open");
    window.see("body-editor");
}

/// Escape, until what it closes is gone.
fn closed(window: &Window, testid: &str) {
    window.press(&[window::key::ESCAPE]);
    window.see_no_more(testid);
}
