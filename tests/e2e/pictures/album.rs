//! Takes a picture of what a window shows, at both sizes, when it has come to rest.

use std::{env, fs, path::PathBuf, thread, time::Duration};

use serde_json::{Value, json};

use crate::{screen::until, window::Window};

/// Width and height of the pictures, in pixels: an old screen of an office, and a new one.
const SIZES: [(i64, i64); 2] = [(1366, 768), (1920, 1080)];
/// What says that the window has come to rest: letters and images are there, nothing moves, nothing waits.
const AT_REST: &str = "
    const shows = (one) => one.getClientRects().length > 0;
    document.documentElement.style.caretColor = 'transparent';
    return document.fonts.status === 'loaded'
        && [...document.images].every((image) => !shows(image) || image.complete)
        && document.getAnimations().every((one) => one.playState !== 'running')
        && ![...document.querySelectorAll('[aria-busy=\"true\"], [data-testid=\"toast\"]')].some(shows)";

/// Where the pictures go, and in which look they are taken.
pub struct Album {
    folder: PathBuf,
    look: Option<(String, String)>,
}

impl Album {
    /// The album that `./dev pictures` names; else one beside the other screenshots.
    pub fn open() -> Self {
        let beside = || env::var_os("ANDU_E2E_OUT").map_or_else(env::temp_dir, PathBuf::from);
        let folder =
            env::var_os("ANDU_PICTURES").map_or_else(|| beside().join("pictures"), PathBuf::from);
        fs::create_dir_all(&folder).expect("a folder for pictures");
        // `theme=dark`, `size=elder`: what a person chooses in 外观, laid over every picture.
        let look = env::var("ANDU_PICTURES_LOOK").ok();
        let look = look.and_then(|look| {
            let (what, how) = look.split_once('=')?;
            Some((what.to_owned(), how.to_owned()))
        });
        Self { folder, look }
    }

    /// Saves `<name>-<width>.png` for each width.
    pub fn take(&self, window: &Window, name: &str) {
        for (width, height) in SIZES {
            window.fit(width, height);
            if let Some((what, how)) = &self.look {
                window.run_script(&format!(
                    "document.documentElement.dataset[{}] = {}",
                    json!(what),
                    json!(how)
                ));
            }
            let path = self.folder.join(format!("{name}-{width}.png"));
            fs::write(path, at_rest(window)).expect("a picture is written");
        }
    }
}

/// The picture, when two in a row are the same.
fn at_rest(window: &Window) -> Vec<u8> {
    until("the window comes to rest", || {
        (window.run_script(AT_REST) == Value::Bool(true)).then_some(())
    });
    let mut before = Vec::new();
    until("two pictures are the same", || {
        let now = window.picture();
        if now == before {
            return Some(now);
        }
        before = now;
        thread::sleep(Duration::from_millis(200));
        None
    })
}
