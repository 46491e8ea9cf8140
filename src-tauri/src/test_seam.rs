//! For journeys in the real window only: native dialogs cannot be driven, so a file holds the answers.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use andu_desk::andu_api::session::FileChoose;

/// Notes what the page's security policy refuses, errors nobody caught, and errors Vue only tells the console of,
/// so that a journey can ask for them.
/// An observer of sizes that puts its news off to the next frame is no error.
pub const NOTE_REFUSALS: &str = "window.anduRefused = [];
addEventListener('securitypolicyviolation', (refused) => window.anduRefused.push(
    `${refused.effectiveDirective}: ${refused.blockedURI} at ${refused.sourceFile}:${refused.lineNumber} ${refused.sample}`));
addEventListener('error', (failed) => failed.message.startsWith('ResizeObserver loop')
    || window.anduRefused.push(`error: ${failed.message}`));
addEventListener('unhandledrejection', (failed) => window.anduRefused.push(`rejection: ${failed.reason}`));
const said = console.error;
console.error = (...words) => { window.anduRefused.push(`console: ${words.join(' ')}`); said(...words); };";

static READING: Mutex<()> = Mutex::new(());

/// Takes the first line `purpose<TAB>path` of this purpose out of `answers`. `None` (the dialog was closed)
/// where there is none.
pub fn choose(answers: &Path, asked: &FileChoose) -> Option<PathBuf> {
    let _one_at_a_time = READING.lock().unwrap_or_else(PoisonError::into_inner);
    let purpose = serde_json::to_value(asked.purpose).ok()?;
    let purpose = purpose.as_str()?;
    let text = std::fs::read_to_string(answers).ok()?;
    let mut chosen = None;
    let mut left = String::new();
    for line in text.lines() {
        match line.split_once('\t') {
            Some((name, path)) if chosen.is_none() && name == purpose => {
                chosen = Some(PathBuf::from(path));
            }
            _ => {
                left.push_str(line);
                left.push('\n');
            }
        }
    }
    std::fs::write(answers, left).ok()?;
    chosen
}
