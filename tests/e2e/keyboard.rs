//! Work by keyboard alone: keys are pressed, text comes from the keyboard or the clipboard, nothing is clicked. Where
//! the focus is, is read and never set.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    screen::until,
    window::{Window, key},
};

/// More keys as WebDriver names them.
pub mod keys {
    /// Tab.
    pub const TAB: char = '\u{E004}';
    /// Shift, held.
    pub const SHIFT: char = '\u{E008}';
    /// Alt, held.
    pub const ALT: char = '\u{E00A}';
    /// Up.
    pub const UP: char = '\u{E013}';
    /// To the beginning.
    pub const HOME: char = '\u{E011}';
    /// Page up.
    pub const PAGE_UP: char = '\u{E00E}';
    /// Page down.
    pub const PAGE_DOWN: char = '\u{E00F}';
    /// F4.
    pub const F4: char = '\u{E034}';
    /// F7.
    pub const F7: char = '\u{E037}';
    /// F8.
    pub const F8: char = '\u{E038}';
}

/// The `data-testid` of what has the keyboard; else the name of its element.
pub fn focus(window: &Window) -> String {
    let at = window.run_script(
        "const at = document.activeElement; return at?.dataset.testid ?? at?.tagName ?? ''",
    );
    at.as_str().unwrap_or_default().to_owned()
}

/// Waits until this has the keyboard.
pub fn at(window: &Window, testid: &str) {
    window.see_script(
        "return document.activeElement?.dataset.testid ?? ''",
        &json!(testid),
    );
}

/// Presses Tab until this has the keyboard, `most` times at most.
pub fn tab_to(window: &Window, testid: &str, most: usize) {
    go_to(window, &[keys::TAB], testid, most);
}

/// Presses Shift+Tab until this has the keyboard, `most` times at most.
pub fn back_to(window: &Window, testid: &str, most: usize) {
    go_to(window, &[keys::SHIFT, keys::TAB], testid, most);
}

fn go_to(window: &Window, step: &[char], testid: &str, most: usize) {
    let mut way = vec![focus(window)];
    for _ in 0..most {
        window.press(step);
        let now = focus(window);
        if now == testid {
            return;
        }
        way.push(now);
    }
    panic!("`{testid}` is not within {most} steps; the focus went {way:?}");
}

/// Types into the field that has the keyboard and waits until the words stand there.
pub fn write(window: &Window, testid: &str, text: &str) {
    at(window, testid);
    window.type_here(text);
    window.see_script(
        "return document.activeElement.value ?? ''",
        &Value::String(text.to_owned()),
    );
}

/// Waits until the element says this, in whole or cut short by its width.
pub fn says(window: &Window, testid: &str, words: &str) {
    window.see(testid);
    window.see_script(&saying(testid, words), &Value::Bool(true));
}

/// Waits until the element no longer says this.
pub fn says_no_more(window: &Window, testid: &str, words: &str) {
    window.see_script(&saying(testid, words), &Value::Bool(false));
}

fn saying(testid: &str, words: &str) -> String {
    format!(
        "return document.querySelector('[data-testid=\"{testid}\"]')?.textContent.includes('{words}') ?? false"
    )
}

/// Ctrl and a key.
pub fn control(window: &Window, letter: char) {
    window.press(&[key::CONTROL, letter]);
}

/// Ctrl+K, some letters, and Enter on this line.
pub fn palette(window: &Window, text: &str, choice: &str) {
    control(window, 'k');
    write(window, "palette-input", text);
    let chosen = format!(
        "return document.querySelector('[data-testid=\"palette-{choice}\"]')?.ariaSelected ?? 'absent'"
    );
    until("the line is chosen", || {
        let state = window.run_script(&chosen);
        // From the first line up to the last, and so on.
        if state == "false" {
            window.press(&[keys::UP]);
        }
        (state == "true").then_some(())
    });
    window.press(&[key::ENTER]);
    window.see_no_more("palette");
}

/// The clipboard of the screen, holding a text as another program's copy does.
pub struct Clipboard(Child);

impl Clipboard {
    /// Copies.
    pub fn holding(text: &str) -> Self {
        let mut owner = Command::new("xclip")
            .args(["-selection", "clipboard", "-in", "-quiet"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("xclip starts (Debian: xclip)");
        let mut copied = owner.stdin.take().expect("a way to give it the text");
        copied
            .write_all(text.as_bytes())
            .expect("xclip takes the text");
        drop(copied);
        let clipboard = Self(owner);
        for _ in 0..400 {
            let answer = Command::new("xclip")
                .args(["-selection", "clipboard", "-out"])
                .output();
            if answer.is_ok_and(|answer| answer.stdout == text.as_bytes()) {
                return clipboard;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("the clipboard did not take the text in 20 s");
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
